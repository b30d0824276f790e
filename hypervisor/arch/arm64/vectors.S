/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Exception vectors of EL2. While a guest runs, SP_EL2 is the top of the CPU's private stack; an
 * exit leaves a struct regs there. Interrupts save only what a C function may change; its caller
 * continues, or the guest is entered anew from the top.
 */
#include <asm/cpu.h>
#include <asm/sysregs.h>

	.macro save_caller_saved
	sub	sp, sp, #REGS_SIZE
	stp	x0, x1, [sp, #0x00]
	stp	x2, x3, [sp, #0x10]
	stp	x4, x5, [sp, #0x20]
	stp	x6, x7, [sp, #0x30]
	stp	x8, x9, [sp, #0x40]
	stp	x10, x11, [sp, #0x50]
	stp	x12, x13, [sp, #0x60]
	stp	x14, x15, [sp, #0x70]
	stp	x16, x17, [sp, #0x80]
	str	x18, [sp, #0x90]
	stp	x29, x30, [sp, #0xe8]
	.endm

	.macro save_all
	save_caller_saved
	stp	x18, x19, [sp, #0x90]
	stp	x20, x21, [sp, #0xa0]
	stp	x22, x23, [sp, #0xb0]
	stp	x24, x25, [sp, #0xc0]
	stp	x26, x27, [sp, #0xd0]
	stp	x28, x29, [sp, #0xe0]
	.endm

	/* Nothing behind an exception return is executed, not even speculatively. */
	.macro exception_return
	eret
	dsb	nsh
	isb
	.endm

	.text

exit_sync_entry:
	save_all
	mov	x0, sp
	bl	exit_sync
	.global restore_all
restore_all:
	ldp	x18, x19, [sp, #0x90]
	ldp	x20, x21, [sp, #0xa0]
	ldp	x22, x23, [sp, #0xb0]
	ldp	x24, x25, [sp, #0xc0]
	ldp	x26, x27, [sp, #0xd0]
	ldp	x28, x29, [sp, #0xe0]
restore_caller_saved:
	ldp	x0, x1, [sp, #0x00]
	ldp	x2, x3, [sp, #0x10]
	ldp	x4, x5, [sp, #0x20]
	ldp	x6, x7, [sp, #0x30]
	ldp	x8, x9, [sp, #0x40]
	ldp	x10, x11, [sp, #0x50]
	ldp	x12, x13, [sp, #0x60]
	ldp	x14, x15, [sp, #0x70]
	ldp	x16, x17, [sp, #0x80]
	ldr	x18, [sp, #0x90]
	ldp	x29, x30, [sp, #0xe8]
	add	sp, sp, #REGS_SIZE
	exception_return

exit_irq_entry:
	save_caller_saved
	bl	exit_irq
	b	restore_caller_saved

exit_serror_entry:
	save_all
	mov	x0, sp
	bl	exit_serror
	b	restore_all

/*
 * An exception of the hypervisor itself. The stack may be the reason, so a small one at the end of
 * the page of struct cpu takes over before anything is stored. TPIDRRO_EL0 of the guest is the
 * scratch register: the guest will not run again, unless a fixup was set, see smc_probe().
 */
	.macro vector_self number
	.balign	0x80
	msr	tpidrro_el0, x0
	mrs	x0, tpidr_el2
	add	x0, x0, #(0x1000 - REGS_SIZE)
	str	x1, [x0, #0x08]
	mov	x1, sp
	str	x1, [x0, #0xf8]
	mov	sp, x0
	mrs	x1, tpidrro_el0
	str	x1, [sp]
	mov	x1, #\number
	b	exception_entry
	.endm

exception_entry:
	stp	x2, x3, [sp, #0x10]
	stp	x4, x5, [sp, #0x20]
	stp	x6, x7, [sp, #0x30]
	stp	x8, x9, [sp, #0x40]
	stp	x10, x11, [sp, #0x50]
	stp	x12, x13, [sp, #0x60]
	stp	x14, x15, [sp, #0x70]
	stp	x16, x17, [sp, #0x80]
	stp	x18, x19, [sp, #0x90]
	stp	x20, x21, [sp, #0xa0]
	stp	x22, x23, [sp, #0xb0]
	stp	x24, x25, [sp, #0xc0]
	stp	x26, x27, [sp, #0xd0]
	stp	x28, x29, [sp, #0xe0]
	str	x30, [sp, #0xf0]
	mov	x0, sp
	bl	hypervisor_exception
	mov	x1, sp
	ldr	x0, [x1, #0xf8]
	mov	sp, x0
	mov	x0, x1
	ldp	x2, x3, [x0, #0x10]
	ldp	x4, x5, [x0, #0x20]
	ldp	x6, x7, [x0, #0x30]
	ldp	x8, x9, [x0, #0x40]
	ldp	x10, x11, [x0, #0x50]
	ldp	x12, x13, [x0, #0x60]
	ldp	x14, x15, [x0, #0x70]
	ldp	x16, x17, [x0, #0x80]
	ldp	x18, x19, [x0, #0x90]
	ldp	x20, x21, [x0, #0xa0]
	ldp	x22, x23, [x0, #0xb0]
	ldp	x24, x25, [x0, #0xc0]
	ldp	x26, x27, [x0, #0xd0]
	ldp	x28, x29, [x0, #0xe0]
	ldr	x30, [x0, #0xf0]
	ldp	x0, x1, [x0]
	exception_return

	.macro vector_exit target
	.balign	0x80
	b	\target
	.endm

	.section .vectors, "ax"
	.balign	0x800
	.global vectors
vectors:
	/* Hypervisor, on SP_EL0: never used */
	vector_self 0
	vector_self 1
	vector_self 2
	vector_self 3
	/* Hypervisor: synchronous, IRQ, FIQ, SError */
	vector_self 4
	vector_self 5
	vector_self 6
	vector_self 7
	/* Guest in AArch64 */
	vector_exit exit_sync_entry
	vector_exit exit_irq_entry
	vector_exit exit_irq_entry
	vector_exit exit_serror_entry
	/* Guest in AArch32 */
	vector_exit exit_sync_entry
	vector_exit exit_irq_entry
	vector_exit exit_irq_entry
	vector_exit exit_serror_entry
