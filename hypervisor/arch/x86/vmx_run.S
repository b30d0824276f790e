/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Into the guest and out of it by VT-x. The entry and the exit switch what is in the control
 * structure; the general registers but RSP are switched here.
 */
#include <asm/cpu.h>
#include <asm/run.inc>
#include <asm/vmcs.h>

	.text

/*
 * void vmx_run(struct regs *regs)
 *
 * @regs lie at the top of the stack. Runs the guest and calls vmx_exit() for each exit, for ever.
 *
 * An NMI between vmx_enter_begin and vmx_enter_end goes on at vmx_again, whatever of the guest's
 * registers is loaded by then: so either the look at nmi_seen finds it, or its handler does.
 */
	.global vmx_run, vmx_exit_entry, vmx_enter_begin, vmx_enter_end, vmx_again
vmx_run:
	mov	%rdi, %rsp
	jmp	vmx_enter_begin

vmx_exit_entry:
	mov	%rax, 0x00(%rsp)
	save_registers
	mov	%rsp, %rdi
	call	vmx_exit
vmx_enter_begin:
	cmpl	$0, %gs:ARCH_NMI_SEEN
	jne	vmx_again
	load_registers
	mov	0x00(%rsp), %rax
	/* Nothing of the hypervisor is left in the buffers of the CPU, where it has that kind of VERW. */
	verw	data_selector(%rip)
	vmresume
vmx_enter_end:
	cld
	call	vmx_entry_failed
vmx_again:
	mov	%rsp, %rdi
	call	vmx_late_nmi
	jmp	vmx_enter_begin

/*
 * u32 vmx_try(bool again)
 *
 * One entry that ends before the first instruction: the trial. @again: the structure was entered
 * before. Returns 0 after an exit, 1 if the processor refuses.
 */
	.global vmx_try
vmx_try:
	push_kept
	mov	$VMCS_HOST_RSP, %eax
	vmwrite	%rsp, %rax
	lea	2f(%rip), %rcx
	mov	$VMCS_HOST_RIP, %eax
	vmwrite	%rcx, %rax
	test	%dil, %dil
	jnz	1f
	vmlaunch
	jmp	3f
1:	vmresume
	jmp	3f
2:	xor	%eax, %eax
	jmp	4f
3:	mov	$1, %eax
4:	pop_kept
	ret

/* void vmx_unblock_nmi(void): after an exit by an NMI the next one waits for an IRET */
	.global vmx_unblock_nmi
vmx_unblock_nmi:
	mov	%rsp, %rax
	pushq	$SELECTOR_DATA
	push	%rax
	pushfq
	pushq	$SELECTOR_CODE
	lea	1f(%rip), %rax
	push	%rax
	iretq
1:	ret

	.section .rodata, "a"
data_selector:
	.word	SELECTOR_DATA
