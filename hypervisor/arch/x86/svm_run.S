/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Into the guest and out of it by AMD-V (APM volume 2, 15.5). VMRUN and the exit switch what is in
 * the control block; the general registers but RAX and RSP are switched here, and FS, GS, TR, LDTR
 * and the system call registers by VMLOAD and VMSAVE.
 */
#include <asm/cpu.h>

	.text

/*
 * void svm_run(struct regs *regs)
 *
 * @regs lie at the top of the stack. Runs the guest and calls svm_exit() for each exit, for ever.
 */
	.global svm_run
svm_run:
	mov	%rdi, %rsp
1:	mov	0x08(%rsp), %rcx
	mov	0x10(%rsp), %rdx
	mov	0x18(%rsp), %rbx
	mov	0x28(%rsp), %rbp
	mov	0x30(%rsp), %rsi
	mov	0x38(%rsp), %rdi
	mov	0x40(%rsp), %r8
	mov	0x48(%rsp), %r9
	mov	0x50(%rsp), %r10
	mov	0x58(%rsp), %r11
	mov	0x60(%rsp), %r12
	mov	0x68(%rsp), %r13
	mov	0x70(%rsp), %r14
	mov	0x78(%rsp), %r15
	mov	REGS_VMCB(%rsp), %rax
	vmload	%rax
	vmrun	%rax
	vmsave	%rax
	mov	%rcx, 0x08(%rsp)
	mov	%rdx, 0x10(%rsp)
	mov	%rbx, 0x18(%rsp)
	mov	%rbp, 0x28(%rsp)
	mov	%rsi, 0x30(%rsp)
	mov	%rdi, 0x38(%rsp)
	mov	%r8, 0x40(%rsp)
	mov	%r9, 0x48(%rsp)
	mov	%r10, 0x50(%rsp)
	mov	%r11, 0x58(%rsp)
	mov	%r12, 0x60(%rsp)
	mov	%r13, 0x68(%rsp)
	mov	%r14, 0x70(%rsp)
	mov	%r15, 0x78(%rsp)
	mov	REGS_HOST(%rsp), %rax
	vmload	%rax
	mov	%rsp, %rdi
	call	svm_exit
	jmp	1b

/*
 * void svm_try(u64 vmcb, u64 host)
 *
 * One entry that ends before the first instruction: the trial. The general registers stay.
 */
	.global svm_try
svm_try:
	push	%rbx
	push	%rbp
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	push	%rsi
	mov	%rdi, %rax
	vmload	%rax
	vmrun	%rax
	vmsave	%rax
	pop	%rax
	vmload	%rax
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbp
	pop	%rbx
	ret
