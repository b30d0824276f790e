/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Start of all CPUs in EL3, and the one exception that is handled: SMC. Runs from the flash, with the
 * MMU off; stacks and variables are in the emulator's secure memory, which is zero.
 */
#include "firmware.h"

	.section .text.start, "ax"
	.globl	_start
_start:
	msr	daifset, #0xf
	ldr	x0, =vectors
	msr	vbar_el3, x0
	msr	cptr_el3, xzr
	msr	mdcr_el3, xzr
	ldr	x0, =SCR_VALUE
	msr	scr_el3, x0
	mov	x0, #0xf		/* system registers of the GIC, for EL2 too */
	msr	S3_6_C12_C12_5, x0
	isb
	bl	set_stack
	mrs	x0, mpidr_el1
	and	x0, x0, #0xff
	bl	firmware_main
	b	.

/* An own stack for each CPU, empty. Uses x1 and x2. */
set_stack:
	mrs	x1, mpidr_el1
	and	x1, x1, #0xff
	add	x1, x1, #1
	ldr	x2, =stacks
	add	x1, x2, x1, lsl #12
	mov	sp, x1
	ret

/* void enter_el2(u64 address, u64 context): from an empty stack. */
	.globl	enter_el2
enter_el2:
	mov	x3, x0
	mov	x4, x1
	bl	set_stack
	ldr	x0, =0x30c50830		/* reserved ones */
	msr	sctlr_el2, x0
	msr	hcr_el2, xzr
	msr	elr_el3, x3
	mov	x0, #0x3c9		/* EL2, its own stack, all masked */
	msr	spsr_el3, x0
	mov	x0, x4
	mov	x1, xzr
	mov	x2, xzr
	mov	x3, xzr
	isb
	eret

smc_entry:
	sub	sp, sp, #0x100
	stp	x0, x1, [sp, #0x00]
	stp	x2, x3, [sp, #0x10]
	stp	x4, x5, [sp, #0x20]
	stp	x6, x7, [sp, #0x30]
	stp	x8, x9, [sp, #0x40]
	stp	x10, x11, [sp, #0x50]
	stp	x12, x13, [sp, #0x60]
	stp	x14, x15, [sp, #0x70]
	stp	x16, x17, [sp, #0x80]
	stp	x18, x30, [sp, #0x90]
	mov	x0, sp
	bl	firmware_call
	ldp	x0, x1, [sp, #0x00]
	ldp	x2, x3, [sp, #0x10]
	ldp	x4, x5, [sp, #0x20]
	ldp	x6, x7, [sp, #0x30]
	ldp	x8, x9, [sp, #0x40]
	ldp	x10, x11, [sp, #0x50]
	ldp	x12, x13, [sp, #0x60]
	ldp	x14, x15, [sp, #0x70]
	ldp	x16, x17, [sp, #0x80]
	ldp	x18, x30, [sp, #0x90]
	add	sp, sp, #0x100
	eret

	.ltorg

	.balign	0x800
vectors:
	.rept	8
	.balign	0x80
	b	.
	.endr
	.balign	0x80
	b	smc_entry		/* synchronous, from AArch64 */
	.rept	7
	.balign	0x80
	b	.
	.endr

	.section .bss.stacks, "aw", %nobits
	.balign	16
stacks:
	.skip	CPUS * 0x1000
