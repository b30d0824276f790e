/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Exception vectors. Interrupts of the application save the registers that a C function may
 * change, integer registers only; they do not nest. All other exceptions save everything.
 * Exceptions of a handler, or on a broken stack, start over on the emergency stack.
 */
#include "asm.h"

	.macro	slot target, argument=0
	.balign	128
	.ifc	\target, irq
	b	interrupt
	.else
	sub	sp, sp, #FRAME_SIZE
	stp	x0, x1, [sp]
	mov	x0, #\argument
	b	\target
	.endif
	.endm

	.macro	slot_nested argument
	.balign	128
	msr	tpidr_el1, x0
	mov	x0, sp
	msr	tpidr_el0, x0
	ldr	x0, =emergency_stack_top
	mov	sp, x0
	mrs	x0, tpidr_el1
	sub	sp, sp, #FRAME_SIZE
	stp	x0, x1, [sp]
	mov	x0, #\argument
	mrs	x1, tpidr_el0
	b	exception_save
	.endm

	.section .text.vectors, "ax"
	.balign	2048
	.globl	vectors
vectors:
	/* Application: current level, SP_EL0. The argument is the kind: 0 sync, 1 irq, 2, 3 */
	slot	exception, 0
	slot	irq
	slot	exception, 2
	slot	exception, 3
	/* Handlers: current level, SP_EL1 */
	slot_nested	4
	slot_nested	5
	slot_nested	6
	slot_nested	7
	/* Lower levels: there are none */
	.rept	8
	slot_nested	8
	.endr
	.ltorg

interrupt:
	sub	sp, sp, #176
	stp	x0, x1, [sp]
	stp	x2, x3, [sp, #16]
	stp	x4, x5, [sp, #32]
	stp	x6, x7, [sp, #48]
	stp	x8, x9, [sp, #64]
	stp	x10, x11, [sp, #80]
	stp	x12, x13, [sp, #96]
	stp	x14, x15, [sp, #112]
	stp	x16, x17, [sp, #128]
	stp	x18, x29, [sp, #144]
	str	x30, [sp, #160]
	bl	gic_interrupt
	ldp	x0, x1, [sp]
	ldp	x2, x3, [sp, #16]
	ldp	x4, x5, [sp, #32]
	ldp	x6, x7, [sp, #48]
	ldp	x8, x9, [sp, #64]
	ldp	x10, x11, [sp, #80]
	ldp	x12, x13, [sp, #96]
	ldp	x14, x15, [sp, #112]
	ldp	x16, x17, [sp, #128]
	ldp	x18, x29, [sp, #144]
	ldr	x30, [sp, #160]
	add	sp, sp, #176
	eret

	/* x0 = kind; x0 and x1 are saved */
exception:
	mrs	x1, sp_el0
	/* x1 = stack pointer of the interrupted code */
exception_save:
	stp	x2, x3, [sp, #16]
	stp	x4, x5, [sp, #32]
	stp	x6, x7, [sp, #48]
	stp	x8, x9, [sp, #64]
	stp	x10, x11, [sp, #80]
	stp	x12, x13, [sp, #96]
	stp	x14, x15, [sp, #112]
	stp	x16, x17, [sp, #128]
	stp	x18, x19, [sp, #144]
	stp	x20, x21, [sp, #160]
	stp	x22, x23, [sp, #176]
	stp	x24, x25, [sp, #192]
	stp	x26, x27, [sp, #208]
	stp	x28, x29, [sp, #224]
	str	x30, [sp, #240]
	str	x1, [sp, #FRAME_SP]
	mrs	x1, elr_el1
	str	x1, [sp, #FRAME_PC]
	mrs	x1, spsr_el1
	str	x1, [sp, #FRAME_PSTATE]
	mov	x1, x0
	mov	x0, sp
	/* Comes back only to end an inmate_try() */
	bl	exception_handle
	ldr	x1, [sp, #FRAME_PC]
	msr	elr_el1, x1
	ldr	x1, [sp, #FRAME_PSTATE]
	msr	spsr_el1, x1
	add	sp, sp, #FRAME_SIZE
	eret

	.text
/* bool inmate_try_raw(void (*function)(void *), void *arg, u64 *saved_sp) */
	.globl	inmate_try_raw
inmate_try_raw:
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
	mov	x3, sp
	str	x3, [x2]
	mov	x3, x0
	mov	x0, x1
	blr	x3
	mov	x0, #1
	b	1f
	/* exception_handle() lets the exception return to here. */
	.globl	inmate_try_failed
inmate_try_failed:
	ldr	x0, =inmate_try_sp
	ldr	x0, [x0]
	mov	sp, x0
	mov	x0, #0
1:	ldp	x19, x20, [sp]
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

/* void irq_call_fp(irq_handler handler, void *arg): calls with the FP registers saved */
	.globl	irq_call_fp
irq_call_fp:
	sub	sp, sp, #416
	stp	q0, q1, [sp]
	stp	q2, q3, [sp, #32]
	stp	q4, q5, [sp, #64]
	stp	q6, q7, [sp, #96]
	stp	q16, q17, [sp, #128]
	stp	q18, q19, [sp, #160]
	stp	q20, q21, [sp, #192]
	stp	q22, q23, [sp, #224]
	stp	q24, q25, [sp, #256]
	stp	q26, q27, [sp, #288]
	stp	q28, q29, [sp, #320]
	stp	q30, q31, [sp, #352]
	mrs	x2, fpcr
	mrs	x3, fpsr
	stp	x2, x3, [sp, #384]
	str	x30, [sp, #400]
	mov	x2, x0
	mov	x0, x1
	blr	x2
	ldp	x2, x3, [sp, #384]
	ldr	x30, [sp, #400]
	msr	fpcr, x2
	msr	fpsr, x3
	ldp	q0, q1, [sp]
	ldp	q2, q3, [sp, #32]
	ldp	q4, q5, [sp, #64]
	ldp	q6, q7, [sp, #96]
	ldp	q16, q17, [sp, #128]
	ldp	q18, q19, [sp, #160]
	ldp	q20, q21, [sp, #192]
	ldp	q22, q23, [sp, #224]
	ldp	q24, q25, [sp, #256]
	ldp	q26, q27, [sp, #288]
	ldp	q28, q29, [sp, #320]
	ldp	q30, q31, [sp, #352]
	add	sp, sp, #416
	ret
	.ltorg

/* Each stack has a page below it that mmu_init() leaves unmapped. */
	.macro	stack name
	.balign	4096
	.globl	\name\()_guard, \name\()_top
\name\()_guard:
	.space	GUARD_SIZE
	.space	STACK_SIZE
\name\()_top:
	.endm

	.section .stacks, "aw", %nobits
	stack	stack
	stack	irq_stack
	stack	emergency_stack
	stack	second_stack
	stack	second_irq_stack
