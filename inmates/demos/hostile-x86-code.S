/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Instructions that touch a device at (R,E)DI, in each of the three code sizes, and the way into
 * them. (R,E)SI points to memory. Each ends with a far return.
 */
#include "../lib/x86/asm.h"
#include "hostile-x86.h"

#define HYPERVISOR_GET_INFO 5

	.text
	/* void call_code(u32 selector, const void *code, u64 address, void *buffer) */
	.globl	call_code
call_code:
	pushq	%rbx
	pushq	%rbp
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	subq	$24, %rsp
	movl	%esi, 8(%rsp)
	movl	%edi, 12(%rsp)
	movq	%rdx, %rdi
	movq	%rcx, %rsi
	movq	%rdi, %rbx
	movl	$2, %ecx
	xorl	%eax, %eax
	xorl	%edx, %edx
	cld
	lcall	*8(%rsp)
	cld
	addq	$24, %rsp
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbp
	popq	%rbx
	ret

	.macro	part name, code
	.globl	\name
\name:
	\code
	lretl
	.endm

	.code64
	part	c64_load, "movl (%rdi), %eax"
	part	c64_load8, "movq (%rdi), %rax"
	part	c64_load_byte, "movb (%rdi), %al"
	part	c64_load_extend, "movzwl (%rdi), %eax"
	part	c64_store, "movl %eax, (%rdi)"
	part	c64_prefixes, ".byte 0x2e, 0x2e, 0x2e, 0x2e, 0x2e, 0x2e, 0x2e, 0x2e, 0x2e, 0x2e, 0x8b, 0x07"
	part	c64_movs_out, "rep movsl"
	part	c64_movs_in, "xchgq %rsi, %rdi; rep movsl"
	part	c64_movs_down, "std; movsl"
	part	c64_lods, "movq %rdi, %rsi; lodsl"
	part	c64_scas, "scasl"
	part	c64_cmps, "cmpsl"
	part	c64_lock_inc, "lock incl (%rdi)"
	part	c64_lock_cmpxchg, "lock cmpxchgl %eax, (%rdi)"
	part	c64_cmpxchg16, "lock cmpxchg16b (%rdi)"
	part	c64_xchg, "xchgl %eax, (%rdi)"
	part	c64_xadd, "lock xaddl %eax, (%rdi)"
	part	c64_bts, "lock btsl $0, (%rdi)"
	part	c64_shift, "shll $1, (%rdi)"
	part	c64_mul, "mull (%rdi)"
	part	c64_push, "pushq (%rdi); popq %rax"
	part	c64_pop, "pushq %rax; popq (%rdi)"
	part	c64_call, "call *(%rdi)"
	part	c64_jump, "jmp *(%rdi)"
	part	c64_sse_load, "movdqu (%rdi), %xmm0"
	part	c64_sse_store, "movdqu %xmm0, (%rdi)"
	part	c64_avx_load, "vmovdqu (%rdi), %ymm0"
	part	c64_avx_store, "vmovdqu %ymm0, (%rdi)"
	part	c64_movnti, "movnti %eax, (%rdi)"
	part	c64_x87_load, "fldl (%rdi)"
	part	c64_x87_store, "fld1; fstpl (%rdi)"
	part	c64_fxsave, "fxsave (%rdi)"
	part	c64_lgdt, "lgdt (%rdi)"
	part	c64_sidt, "sidt (%rdi)"
	part	c64_stack, "movq %rsp, %rdx; leaq 16(%rdi), %rsp; pushq %rax; movq %rdx, %rsp"
	part	c64_undefined, "ud2"

	.code32
	part	c32_load, "movl (%edi), %eax"
	part	c32_offset, ".byte 0xa1; .long 0xfed00000"
	part	c32_load_word, "movw (%edi), %ax"
	part	c32_inc_load, ".byte 0x48, 0x8b, 0x07"
	part	c32_store, "movl %eax, (%edi)"
	part	c32_movs, "rep movsl"
	part	c32_lock_inc, "lock incl (%edi)"
	part	c32_les, "lesl (%edi), %ecx"
	part	c32_bound, "boundl %eax, (%edi)"
	part	c32_arpl, "arpl %ax, (%edi)"
	part	c32_pusha, "movl %esp, %ebp; leal 32(%edi), %esp; pushal; movl %ebp, %esp"
	part	c32_far_jump, "ljmpl *(%edi)"

	.code16
	part	c16_load, "movl (%edi), %eax"
	part	c16_load_word, "movw (%edi), %ax"
	part	c16_store, "movl %eax, (%edi)"
	part	c16_movs, "addr32 rep movsl"
	part	c16_lock_inc, "lock incl (%edi)"
	part	c16_push, "pushl (%edi); popl %eax"

	.code64
	/*
	 * void moving_start(volatile u64 *entry, u64 value, u64 address): the page that this runs
	 * in changes under its feet, then it reads a device.
	 */
	.balign	64
	.globl	moving_start, moving_end
moving_start:
	movq	%rsi, (%rdi)
	movl	(%rdx), %eax
	ret
moving_end:

	/* void enter_user(u64 entry, u64 stack, u32 code, u32 data): comes back by an exception. */
	.globl	enter_user
enter_user:
	pushq	%rcx
	pushq	%rsi
	pushq	$2
	pushq	%rdx
	pushq	%rdi
	iretq

	/* At user level: a hypercall, its result to (%rbx), then something that is refused. */
	.globl	user_vmmcall, user_vmcall, user_load, user_rdmsr, user_in
user_vmmcall:
	movl	$HYPERVISOR_GET_INFO, %eax
	xorl	%edi, %edi
	vmmcall
	movl	%eax, user_result
	hlt
user_vmcall:
	movl	$HYPERVISOR_GET_INFO, %eax
	vmcall
	movl	%eax, user_result
	hlt
user_rdmsr:
	movl	$MSR_EFER, %ecx
	rdmsr
	hlt
user_in:
	movl	$0x608, %edx
	inl	%dx, %eax
	hlt
user_load:
	movl	$HPET, %edi
	movb	(%rdi), %al
	hlt

	/* Handlers. */
	.globl	interrupt_return, timer_return, nmi_spin
timer_return:
	pushq	%rax
	pushq	%rcx
	pushq	%rdx
	movl	$MSR_APIC_EOI, %ecx
	xorl	%eax, %eax
	xorl	%edx, %edx
	wrmsr
	popq	%rdx
	popq	%rcx
	popq	%rax
interrupt_return:
	iretq
nmi_spin:
	jmp	nmi_spin

	.section .note.GNU-stack, "", @progbits
