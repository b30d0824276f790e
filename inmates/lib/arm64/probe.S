/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Measurements that need an instruction-exact path, and the register check.
 *
 * The timer and interrupt probes exchange the vectors for a table whose interrupt entry reads the
 * counter in its first instruction. The code that waits keeps nothing in x9 to x12.
 */
#include "asm.h"

	.section .text.probe_vectors, "ax"
	.balign	2048
probe_vectors:
	/* Anything but an interrupt of the waiting code: let the normal vectors fault again */
	.rept	5
	b	probe_restore
	.balign	128
	.endr
probe_irq:
	mrs	x9, cntvct_el0
	msr	cntv_ctl_el0, xzr
	cbz	x12, 1f
	ldr	w10, [x12, #0xc]	/* GICC_IAR */
	str	w10, [x12, #0x10]	/* GICC_EOIR */
	b	2f
1:	mrs	x10, ICC_IAR1_EL1
	msr	ICC_EOIR1_EL1, x10
2:	isb
	mov	x11, #1
	eret
	.balign	128
	.rept	10
	b	probe_restore
	.balign	128
	.endr

probe_restore:
	ldr	x9, =vectors
	msr	vbar_el1, x9
	isb
	eret

	.macro	count field
	ldr	x1, =inmate_stats
	ldr	x2, [x1, #\field]
	add	x2, x2, #1
	str	x2, [x1, #\field]
	.endm

	/* The waiting code runs on SP_EL1, so that its interrupts use the second group of slots. */
	.macro	probe_begin
	msr	daifset, #2
	ldr	x1, =probe_vectors
	mrs	x3, vbar_el1
	msr	vbar_el1, x1
	msr	spsel, #1
	isb
	mov	x11, #0
	ldr	x12, =gic_interface
	ldr	x12, [x12]
	.endm

	.macro	probe_end
	msr	daifset, #2
	msr	spsel, #0
	msr	vbar_el1, x3
	isb
	msr	daifclr, #2
	.endm

	.text
/* u64 probe_timer(u64 ahead) */
	.globl	probe_timer
probe_timer:
	count	0
	probe_begin
	isb
	mrs	x2, cntvct_el0
	add	x2, x2, x0
	msr	cntv_cval_el0, x2
	mov	x0, #1
	msr	cntv_ctl_el0, x0
	isb
	msr	daifclr, #2
1:	cbz	x11, 1b
	sub	x0, x9, x2
	probe_end
	ret

/* u64 probe_ipi(void) */
	.globl	probe_ipi
probe_ipi:
	count	0
	count	48
	mrs	x1, mpidr_el1
	and	x2, x1, #0xf		/* bit in the target list */
	mov	x4, #1
	lsl	x4, x4, x2
	ubfx	x2, x1, #4, #4		/* range of the target list */
	orr	x4, x4, x2, lsl #44
	ubfx	x2, x1, #8, #8
	orr	x4, x4, x2, lsl #16
	ubfx	x2, x1, #16, #8
	orr	x4, x4, x2, lsl #32
	ubfx	x2, x1, #32, #8
	orr	x4, x4, x2, lsl #48	/* SGI 0 */
	probe_begin
	ldr	x5, =gic_distributor
	ldr	x5, [x5]
	mov	w6, #(2 << 24)		/* GICv2: SGI 0 to itself */
	msr	daifclr, #2
	isb
	cbnz	x12, 2f
	mrs	x2, cntvct_el0
	msr	ICC_SGI1R_EL1, x4
	isb
1:	cbz	x11, 1b
	b	3f
2:	mrs	x2, cntvct_el0
	str	w6, [x5, #0xf00]	/* GICD_SGIR */
	dsb	sy
1:	cbz	x11, 1b
3:	sub	x0, x9, x2
	probe_end
	ret

/* u64 probe_hypercall(void) */
	.globl	probe_hypercall
probe_hypercall:
	count	16
	mov	x0, #9999
	mov	x1, #0
	mov	x2, #0
	isb
	mrs	x3, cntvct_el0
	hvc	#0x4a48
	mrs	x4, cntvct_el0
	sub	x0, x4, x3
	ret

/* u64 probe_nothing(void) */
	.globl	probe_nothing
probe_nothing:
	isb
	mrs	x3, cntvct_el0
	mrs	x4, cntvct_el0
	sub	x0, x4, x3
	ret

/*
 * Patterns: register n of a kind holds \base + n. The sleep is a function call, which is free to
 * use the registers that calls do not preserve, but is compiled without floating point: so
 * x19 to x28 and all of v0 to v31 must survive.
 */
	.macro	for_vectors op
	.irp	n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	\op	\n
	.endr
	.endm
	.macro	for_saved op
	.irp	n, 21,22,23,24,25,26,27,28
	\op	\n
	.endr
	.endm
	.macro	fill_vector n
	mov	x0, #(0x5a00 + \n)
	dup	v\n\().2d, x0
	.endm
	.macro	fill_saved n
	mov	x\n, #(0xa500 + \n)
	.endm
	.macro	check_vector n
	mov	x2, #(0x5a00 + \n)
	umov	x3, v\n\().d[0]
	cmp	x3, x2
	cinc	x0, x0, ne
	umov	x3, v\n\().d[1]
	cmp	x3, x2
	cinc	x0, x0, ne
	.endm
	.macro	check_saved n
	mov	x2, #(0xa500 + \n)
	cmp	x\n, x2
	cinc	x0, x0, ne
	.endm

/* unsigned int inmate_check_registers(const volatile u64 *event, u64 seen) */
	.globl	inmate_check_registers
inmate_check_registers:
	sub	sp, sp, #160
	stp	x19, x20, [sp]
	stp	x21, x22, [sp, #16]
	stp	x23, x24, [sp, #32]
	stp	x25, x26, [sp, #48]
	stp	x27, x28, [sp, #64]
	stp	x29, x30, [sp, #80]
	stp	d8, d9, [sp, #96]
	stp	d10, d11, [sp, #112]
	stp	d12, d13, [sp, #128]
	stp	d14, d15, [sp, #144]
	mov	x19, x0
	mov	x20, x1
	for_vectors fill_vector
	for_saved fill_saved
1:	ldr	x2, [x19]
	cmp	x2, x20
	b.ne	2f
	mov	x0, x19
	mov	x1, x20
	bl	idle_once
	b	1b
2:	mov	x0, #0
	for_vectors check_vector
	for_saved check_saved
	ldp	x19, x20, [sp]
	ldp	x21, x22, [sp, #16]
	ldp	x23, x24, [sp, #32]
	ldp	x25, x26, [sp, #48]
	ldp	x27, x28, [sp, #64]
	ldp	x29, x30, [sp, #80]
	ldp	d8, d9, [sp, #96]
	ldp	d10, d11, [sp, #112]
	ldp	d12, d13, [sp, #128]
	ldp	d14, d15, [sp, #144]
	add	sp, sp, #160
	ret
