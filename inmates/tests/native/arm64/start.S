/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Start code and vectors of the launcher, see launcher.c. EL2, MMU off. */

	.section .text.start, "ax"
	.globl	_start
_start:
	ldr	x0, =launcher_stack
	mov	sp, x0
	ldr	x0, =launcher_vectors
	msr	vbar_el2, x0
	isb
	b	launcher_main

	/* Second CPU */
	.globl	manager_start
manager_start:
	ldr	x0, =manager_stack
	mov	sp, x0
	ldr	x0, =launcher_vectors
	msr	vbar_el2, x0
	isb
	b	manager_main

/* void enter_cell(void): EL1h, MMU off, interrupts masked, address 0 */
	.globl	enter_cell
enter_cell:
	msr	elr_el2, xzr
	mov	x0, #0x3c5
	msr	spsr_el2, x0
	isb
	eret

	.text
	.balign	2048
launcher_vectors:
	.rept	8
	b	trap
	.balign	128
	.endr
	/* From the inmate: a hypercall is unknown (-ENOSYS), all else is the end. */
	stp	x1, x2, [sp, #-16]!
	mrs	x1, esr_el2
	lsr	x2, x1, #26
	cmp	x2, #0x16
	b.ne	trap
	ldp	x1, x2, [sp], #16
	mov	x0, #-38
	eret
	.balign	128
	.rept	7
	b	trap
	.balign	128
	.endr

trap:
	mrs	x0, esr_el2
	mrs	x1, far_el2
	mrs	x2, elr_el2
	b	launcher_trap

	.bss
	.balign	16
	.space	4096
launcher_stack:
	.space	4096
manager_stack:
