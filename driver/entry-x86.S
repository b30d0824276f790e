/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The step of one CPU from Linux into the hypervisor, and the way back.
 *
 * The page tables that the driver built have Linux' own kernel half, so this code and the stack stay
 * where they are when they are switched to; the hypervisor is in the lower half. It comes back to
 * jailhouse_resume with the stack pointer as it was, and with rsi = the value of CR3 to go on with
 * and rax = the result; all other registers are on the stack.
 */
#include <linux/linkage.h>
#include <linux/objtool.h>
#include <asm/nospec-branch.h>

.macro save_frame
	push	%rbp
	push	%rbx
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	pushfq
.endm

.macro restore_frame
	popfq
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbx
	pop	%rbp
.endm

/* long jailhouse_enter(u64 entry_table, u64 cpu, u64 entry) */
SYM_FUNC_START(jailhouse_enter)
	save_frame
	mov	%rdi, %rax
	mov	%rdx, %r8
	mov	%rsi, %rdi
	mov	%cr3, %rsi
	lea	jailhouse_resume(%rip), %rdx
	lea	jailhouse_trial(%rip), %rcx
	mov	%rax, %cr3
	ANNOTATE_RETPOLINE_SAFE
	jmp	*%r8

SYM_INNER_LABEL(jailhouse_resume, SYM_L_LOCAL)
	endbr64
	mov	%rsi, %cr3
	restore_frame
	RET

	/* The hypervisor tries here whether this CPU can be its guest. */
SYM_INNER_LABEL(jailhouse_trial, SYM_L_LOCAL)
	cpuid
	ud2
SYM_FUNC_END(jailhouse_enter)
	/* It jumps away with its frame on the stack. */
	STACK_FRAME_NON_STANDARD jailhouse_enter

/* long jailhouse_leave(u32 code, bool intel): when the hypervisor does not refuse, it leaves to
 * jailhouse_resume. */
SYM_FUNC_START(jailhouse_leave)
	save_frame
	mov	%edi, %eax
	test	%sil, %sil
	jnz	1f
	vmmcall
	jmp	2f
1:	vmcall
2:	cltq
	restore_frame
	RET
SYM_FUNC_END(jailhouse_leave)
