/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Measurements that need an instruction-exact path, and the register check.
 *
 * probe_wait() is called with interrupts masked and the vector to be measured entering at
 * probe_entry, which reads the counter in its first instruction and ends the wait.
 */
#include "asm.h"

	.text
	.balign	16
	.globl	probe_entry
probe_entry:
	rdtsc
	movl	%eax, %esi
	movl	%edx, %edi
	movl	$MSR_APIC_EOI, %ecx
	xorl	%eax, %eax
	xorl	%edx, %edx
	wrmsr
	movq	$probe_waited, (%rsp)
	andq	$~RFLAGS_IF, 16(%rsp)
	iretq

/*
 * u64 probe_wait(u32 msr, u64 value, u64 *before): stores the counter, writes the MSR, waits;
 * returns the counter at the entry.
 */
	.globl	probe_wait
probe_wait:
	movl	%edi, %ecx
	movq	%rdx, %r8
	lfence
	rdtsc
	movl	%eax, (%r8)
	movl	%edx, 4(%r8)
	movl	%esi, %eax
	movq	%rsi, %rdx
	shrq	$32, %rdx
	sti
	wrmsr
1:	jmp	1b
probe_waited:
	movl	%esi, %eax
	shlq	$32, %rdi
	orq	%rdi, %rax
	ret

	/* Around one instruction: r8 = counter before, rax = ticks */
	.macro	measure_begin
	lfence
	rdtsc
	movl	%eax, %r8d
	shlq	$32, %rdx
	orq	%rdx, %r8
	.endm
	.macro	measure_end
	rdtsc
	shlq	$32, %rdx
	orq	%rdx, %rax
	subq	%r8, %rax
	ret
	.endm

/* u64 probe_nothing(void) */
	.globl	probe_nothing
probe_nothing:
	measure_begin
	measure_end

/* u64 probe_device_raw(void): the local APIC's id */
	.globl	probe_device_raw
probe_device_raw:
	movl	$MSR_APIC_ID, %ecx
	measure_begin
	rdmsr
	measure_end

/* u64 probe_hypercall_raw(u32 code) */
	.globl	probe_hypercall_raw, probe_hypercall_amd, probe_hypercall_intel
probe_hypercall_raw:
	movl	%edi, %r9d
	xorl	%esi, %esi
	xorl	%edi, %edi
	cmpb	$0, cpu_intel
	jne	1f
	measure_begin
	movl	%r9d, %eax
probe_hypercall_amd:
	vmmcall
	measure_end
1:	measure_begin
	movl	%r9d, %eax
probe_hypercall_intel:
	vmcall
	measure_end

/*
 * Patterns: register n of a kind holds \base + n in each of its words. The sleep is a function
 * call, which is free to use the registers that calls do not preserve, but is compiled without
 * floating point: so rbx, rbp, r12 to r15 and all of the vector registers must survive.
 */
	.macro	for_vectors op
	.irp	n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15
	\op	\n
	.endr
	.endm
	.macro	fill_sse n
	movl	$(0x5a00 + \n), %eax
	movq	%rax, %xmm\n
	punpcklqdq %xmm\n, %xmm\n
	.endm
	.macro	fill_avx n
	movl	$(0x5a00 + \n), %eax
	vmovq	%rax, %xmm\n
	vpunpcklqdq %xmm\n, %xmm\n, %xmm\n
	vinsertf128 $1, %xmm\n, %ymm\n, %ymm\n
	.endm
	.macro	count_difference word, pattern
	xorl	%ecx, %ecx
	cmpq	$\pattern, \word
	setne	%cl
	addl	%ecx, %edx
	.endm
	.macro	check_sse n
	movdqu	%xmm\n, (%rsp)
	count_difference (%rsp), (0x5a00 + \n)
	count_difference 8(%rsp), (0x5a00 + \n)
	.endm
	.macro	check_avx n
	vmovdqu	%ymm\n, (%rsp)
	.irp	offset, 0, 8, 16, 24
	count_difference \offset(%rsp), (0x5a00 + \n)
	.endr
	.endm

/* unsigned int inmate_check_registers(const volatile u64 *event, u64 seen) */
	.globl	inmate_check_registers
inmate_check_registers:
	pushq	%rbx
	pushq	%rbp
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	subq	$56, %rsp
	movq	%rdi, 32(%rsp)
	movq	%rsi, 40(%rsp)
	cmpb	$0, cpu_avx
	je	1f
	for_vectors fill_avx
	jmp	2f
1:	for_vectors fill_sse
2:	movl	$0xa500, %ebx
	movl	$0xa501, %ebp
	movl	$0xa502, %r12d
	movl	$0xa503, %r13d
	movl	$0xa504, %r14d
	movl	$0xa505, %r15d
3:	movq	32(%rsp), %rdi
	movq	40(%rsp), %rsi
	cmpq	%rsi, (%rdi)
	jne	4f
	call	idle_once
	jmp	3b
4:	xorl	%edx, %edx
	count_difference %rbx, 0xa500
	count_difference %rbp, 0xa501
	count_difference %r12, 0xa502
	count_difference %r13, 0xa503
	count_difference %r14, 0xa504
	count_difference %r15, 0xa505
	cmpb	$0, cpu_avx
	je	5f
	for_vectors check_avx
	vzeroupper
	jmp	6f
5:	for_vectors check_sse
6:	movl	%edx, %eax
	addq	$56, %rsp
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbp
	popq	%rbx
	ret
	.section .note.GNU-stack, "", @progbits
