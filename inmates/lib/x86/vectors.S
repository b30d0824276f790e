/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Entries of exceptions and interrupts, each on a stack of its own (IST). Interrupts save the
 * registers that a C function may change, integer registers only; they do not nest. Exceptions
 * save everything.
 */
#include "asm.h"

	/* Vector n enters at vector_entries + 16 * n. Those with an error code have one pushed. */
	.section .text.vectors, "ax"
	.balign	16
	.globl	vector_entries
vector_entries:
	vector = 0
	.rept	VECTOR_FIRST
	.balign	16
	.if	vector != 8 && (vector < 10 || vector > 14) && vector != 17 && vector != 21 && \
		vector != 29 && vector != 30
	pushq	$0
	.endif
	pushq	$vector
	jmp	exception
	vector = vector + 1
	.endr
	.rept	256 - VECTOR_FIRST
	.balign	16
	pushq	$vector
	jmp	interrupt
	vector = vector + 1
	.endr

	.balign	16
interrupt:
	pushq	%rax
	pushq	%rcx
	pushq	%rdx
	pushq	%rsi
	pushq	%rdi
	pushq	%r8
	pushq	%r9
	pushq	%r10
	pushq	%r11
	cld
	movq	72(%rsp), %rdi
	call	interrupt_handle
	popq	%r11
	popq	%r10
	popq	%r9
	popq	%r8
	popq	%rdi
	popq	%rsi
	popq	%rdx
	popq	%rcx
	popq	%rax
	addq	$8, %rsp
	iretq

exception:
	pushq	%rax
	pushq	%rbx
	pushq	%rcx
	pushq	%rdx
	pushq	%rsi
	pushq	%rdi
	pushq	%rbp
	pushq	%r8
	pushq	%r9
	pushq	%r10
	pushq	%r11
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	cld
	/* Comes back only to end an inmate_try(), or behind a hypercall that nobody answered. */
	movq	%rsp, %rdi
	call	exception_handle
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%r11
	popq	%r10
	popq	%r9
	popq	%r8
	popq	%rbp
	popq	%rdi
	popq	%rsi
	popq	%rdx
	popq	%rcx
	popq	%rbx
	popq	%rax
	addq	$16, %rsp
	iretq

	.text
/* bool inmate_try_raw(void (*function)(void *), void *arg, u64 *saved_sp) */
	.globl	inmate_try_raw
inmate_try_raw:
	pushfq
	pushq	%rbx
	pushq	%rbp
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	movq	%rsp, (%rdx)
	movq	%rdi, %rax
	movq	%rsi, %rdi
	call	*%rax
	movl	$1, %eax
	jmp	1f
	/* exception_handle() lets the exception return to here, with the stack as it was. */
	.globl	inmate_try_failed
inmate_try_failed:
	xorl	%eax, %eax
1:	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbp
	popq	%rbx
	popfq
	ret

/* void irq_call_fp(irq_handler handler, void *arg): calls with the FP registers saved */
	.globl	irq_call_fp
irq_call_fp:
	pushq	%rbp
	movq	%rsp, %rbp
	subq	$XSAVE_SIZE, %rsp
	andq	$-64, %rsp
	movq	%rdi, %rcx
	movq	%rsi, %rdi
	cmpb	$0, cpu_xsave
	je	1f
	/* The header of the area must be zero. */
	xorl	%eax, %eax
	.irp	n, 512, 520, 528, 536, 544, 552, 560, 568
	movq	%rax, \n(%rsp)
	.endr
	movl	$XCR0_AVX, %eax
	xorl	%edx, %edx
	xsave	(%rsp)
	call	*%rcx
	movl	$XCR0_AVX, %eax
	xorl	%edx, %edx
	xrstor	(%rsp)
	jmp	2f
1:	fxsave	(%rsp)
	call	*%rcx
	fxrstor	(%rsp)
2:	movq	%rbp, %rsp
	popq	%rbp
	ret

/*
 * int hypercall_raw(u32 code, unsigned long arg1, unsigned long arg2). The instruction is the one
 * of the CPU's vendor; without a hypervisor it is undefined, see exception_handle().
 */
	.globl	hypercall_raw, hypercall_amd, hypercall_intel
hypercall_raw:
	movl	%edi, %eax
	movq	%rsi, %rdi
	movq	%rdx, %rsi
	cmpb	$0, cpu_intel
	jne	hypercall_intel
hypercall_amd:
	vmmcall
	ret
hypercall_intel:
	vmcall
	ret
	.section .note.GNU-stack, "", @progbits
