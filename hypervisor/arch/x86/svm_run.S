/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Into the guest and out of it by AMD-V (APM volume 2, 15.5). VMRUN and the exit switch what is in
 * the control block; the general registers but RAX and RSP are switched here, and FS, GS, TR, LDTR
 * and the system call registers by VMLOAD and VMSAVE.
 */
#include <asm/cpu.h>
#include <asm/run.inc>

	.text

/*
 * void svm_run(struct regs *regs)
 *
 * @regs lie at the top of the stack. Runs the guest and calls svm_exit() for each exit, for ever.
 */
	.global svm_run
svm_run:
	mov	%rdi, %rsp
1:	load_registers
	mov	REGS_VMCB(%rsp), %rax
	vmload	%rax
	vmrun	%rax
	vmsave	%rax
	save_registers
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
	push_kept
	push	%rsi
	mov	%rdi, %rax
	vmload	%rax
	vmrun	%rax
	vmsave	%rax
	pop	%rax
	vmload	%rax
	pop_kept
	ret
