/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Start of a cell: EL1h, MMU and caches off, interrupts masked, at address 0.
 *
 * Nothing is written before the caches are on, and the boot tables and the initial data are in
 * read-only sections, so that a cell can be started again without loading its image again.
 *
 * The boot tables map the first 2 MiB only, with a non-global entry of ASID 0. mmu_init() goes on
 * to the final tables with ASID 1, so no entry of the one conflicts with one of the other.
 *
 * Stacks: the application runs on SP_EL0 and exceptions on SP_EL1, so an overflow of the
 * application's stack is a fault that can still be reported.
 */
#include "asm.h"

/* Everything up to the stacks, with page tables at x9. */
	.macro	start_cpu stack
	msr	daifset, #0xf
	tlbi	vmalle1
	ic	iallu
	dsb	nsh
	isb

	mov	x0, #MAIR_VALUE
	msr	mair_el1, x0
	/* 39 bits, 4K granule, write-back inner shareable walks, no TTBR1, size as implemented */
	ldr	x0, =(25 | 1 << 8 | 1 << 10 | 3 << 12 | 1 << 23)
	mrs	x1, id_aa64mmfr0_el1
	and	x1, x1, #0xf
	cmp	x1, #5			/* 48 bits: all that this granule needs */
	mov	x2, #5
	csel	x1, x1, x2, ls
	orr	x0, x0, x1, lsl #32
	msr	tcr_el1, x0
	msr	ttbr0_el1, x9
	isb
	/* Reserved ones, stack alignment check, caches, MMU */
	ldr	x0, =(0x30d00800 | 1 << 12 | 1 << 3 | 1 << 2 | 1)
	msr	sctlr_el1, x0
	isb

	mov	x0, #(3 << 20)		/* floating point */
	msr	cpacr_el1, x0
	ldr	x0, =vectors
	msr	vbar_el1, x0
	isb
	msr	fpcr, xzr
	msr	fpsr, xzr

	ldr	x0, =\stack\()irq_stack_top
	mov	sp, x0
	msr	spsel, #0
	ldr	x0, =\stack\()stack_top
	mov	sp, x0
	mov	x29, xzr
	mov	x30, xzr
	.endm

	.section .text.start, "ax"
	.globl	_start
_start:
	adr	x9, boot_tables
	start_cpu

	/* Initial data, then zeros. All bounds are multiples of 16. */
	ldr	x0, =data_start
	ldr	x1, =data_end
	ldr	x2, =data_load
1:	cmp	x0, x1
	b.hs	2f
	ldp	x3, x4, [x2], #16
	stp	x3, x4, [x0], #16
	b	1b
2:	ldr	x0, =bss_start
	ldr	x1, =bss_end
3:	cmp	x0, x1
	b.hs	4f
	stp	xzr, xzr, [x0], #16
	b	3b

	/* Page 0 is about to be unmapped: go on elsewhere. */
4:	ldr	x0, =inmate_start
	br	x0
	.ltorg

/* Another CPU, at its physical address, x0 = context: the first one's final tables, ASID 1. */
	.section .text.second, "ax"
	.globl	second_start
second_start:
	mov	x19, x0
	ldr	x9, =mmu_tables
	orr	x9, x9, #(1 << 48)
	start_cpu second_
	mov	x0, x19
	bl	second_main
	.ltorg

	.section .rodata.boot, "a"
	.balign	4096
boot_tables:
	.quad	boot_level2 + 3
	.fill	511, 8, 0
boot_level2:
	/* normal memory, inner shareable, accessed, not global, EL0 never executes */
	.quad	0x0040000000000f01
	.fill	511, 8, 0
