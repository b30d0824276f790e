/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A cell in 32-bit code, all by itself: A32 with a few T32 instructions, no library. It prints through
 * the hypervisor, asks the firmware interface, reads emulated registers with instructions of either
 * length, sends an interrupt to itself, takes timer interrupts, cleans the cache by set and way, and
 * switches itself off. If it has a second CPU it starts that, in T32 code. Nothing is written but the
 * stacks and a few words behind the image, so that it can be started again.
 *
 * Prints "aarch32: passed", or "aarch32: failed at N" with the number of the step.
 */
	.syntax	unified
	.arch	armv8-a
	.arch_extension virt
	.arch_extension sec

#define COMM_BASE   0x80000000
#define COMM_GIC    (COMM_BASE + 64) /* version; bases of distributor, interface, redistributors */
#define COMM_GICD   (COMM_BASE + 72)
#define COMM_GICC   (COMM_BASE + 80)
#define COMM_GICR   (COMM_BASE + 88)

#define STACK_SVC   0x20000
#define STACK_IRQ   0x1f000
#define DATA	    0x20000
#define TICKS	    (DATA + 0) /* timer interrupts */
#define SGIS	    (DATA + 4) /* interrupts from itself */
#define STEP	    (DATA + 8)
#define SECOND	    (DATA + 12) /* what the second CPU was started with */

#define SGI	    5
#define TIMER	    27
#define WANTED	    50
#define PERIOD_HZ   1000

#define PUTC	    8
#define PSCI_VERSION	0x84000000
#define PSCI_CPU_OFF	0x84000002
#define PSCI_CPU_ON	0x84000003
#define PSCI_AFFINITY	0x84000004
#define PSCI_CPU_ON_64	0xc4000003
#define PSCI_SYSTEM_OFF 0x84000008
#define PSCI_INVALID	2 /* as a positive number */
#define AFFINITY_OFF	1
#define CONTEXT		0x5aa5c33c

	.macro	step number
	ldr	r0, =STEP
	mov	r1, #\number
	str	r1, [r0]
	.endm

	.macro	smc_call function
	ldr	r0, =\function
	smc	#0
	.endm

	.text
	.arm
	.global	_start
_start:
	b	start
	b	failed
	b	failed
	b	failed
	b	failed
	b	failed
	b	interrupt
	b	failed

	.ltorg

	/* r0: text that ends with 0 */
print:
	mov	r4, r0
1:	ldrb	r1, [r4], #1
	cmp	r1, #0
	bxeq	lr
	mov	r0, #PUTC
	hvc	#0x4a48
	b	1b

start:
	ldr	sp, =STACK_SVC
	cps	#0x12
	ldr	sp, =STACK_IRQ
	cps	#0x13
	ldr	r0, =TICKS
	mov	r1, #0
	str	r1, [r0]
	str	r1, [r0, #4]
	str	r1, [r0, #12]

	step	1			/* the firmware interface: version 1, nothing of 64 bits */
	smc_call PSCI_VERSION
	lsr	r0, #16
	cmp	r0, #1
	bne	failed
	step	2
	smc_call PSCI_CPU_ON_64
	cmn	r0, #1
	bne	failed

	step	3			/* a condition that does not hold: nothing happens */
	ldr	r0, =PSCI_VERSION
	cmp	r0, #0
	smceq	#0
	ldr	r1, =PSCI_VERSION
	cmp	r0, r1
	bne	failed

	step	4			/* emulated registers: the same for all kinds of loads */
	ldr	r5, =COMM_GICD
	ldr	r5, [r5]
	ldr	r6, [r5, #4]
	mov	r7, #4
	ldr	r0, [r5, r7]
	cmp	r0, r6
	bne	failed
	blx	short_loads
	cmp	r0, #0
	bne	failed

	step	5			/* set and way: line 0 of the first level */
	mov	r0, #0
	mcr	p15, 0, r0, c7, c14, 2
	dsb

	step	6
	ldr	r0, =COMM_GIC
	ldrb	r0, [r0]
	cmp	r0, #2
	bleq	init_gicv2
	blne	init_gicv3
	cpsie	i

	step	7			/* an interrupt from itself */
	bl	send_sgi
	ldr	r1, =SGIS
	bl	wait_for_one

	step	8			/* the timer, again and again */
	bl	timer_arm
2:	wfi
	ldr	r0, =TICKS
	ldr	r0, [r0]
	cmp	r0, #WANTED
	blo	2b
	cpsid	i

	step	9			/* the other CPU, if there is one: comes and goes */
	mrc	p15, 0, r1, c0, c0, 5
	ubfx	r1, r1, #0, #24
	add	r1, #1
	ldr	r2, =second
	ldr	r3, =CONTEXT
	smc_call PSCI_CPU_ON
	cmn	r0, #PSCI_INVALID
	beq	5f
	cmp	r0, #0
	bne	failed
	ldr	r5, =SECOND
	mrc	p15, 0, r6, c14, c0, 0
3:	ldr	r0, [r5]
	cmp	r0, r3
	beq	4f
	subs	r6, #16
	bhi	3b
	b	failed
4:	mov	r2, #0
	smc_call PSCI_AFFINITY
	cmp	r0, #AFFINITY_OFF
	beq	6f
	subs	r6, #256
	bhi	4b
	b	failed
6:	ldr	r0, =text_second
	bl	print

5:	ldr	r0, =text_passed
	bl	print
	smc_call PSCI_SYSTEM_OFF
7:	wfi
	b	7b

failed:
	ldr	r0, =text_failed
	bl	print
	ldr	r1, =STEP
	ldr	r1, [r1]
	add	r1, #'0'
	mov	r0, #PUTC
	hvc	#0x4a48
	ldr	r0, =text_end
	bl	print
	smc_call PSCI_SYSTEM_OFF
	b	7b

	/* r1: a word that an interrupt handler counts up; waits about a second for it */
wait_for_one:
	mrc	p15, 0, r2, c14, c0, 0
1:	ldr	r0, [r1]
	cmp	r0, #1
	bxeq	lr
	subs	r2, #16
	bhi	1b
	b	failed

timer_arm:
	mrc	p15, 0, r0, c14, c0, 0	/* CNTFRQ */
	ldr	r1, =PERIOD_HZ
	udiv	r0, r0, r1
	mcr	p15, 0, r0, c14, c3, 0	/* CNTV_TVAL */
	mov	r0, #1
	mcr	p15, 0, r0, c14, c3, 1	/* CNTV_CTL */
	isb
	bx	lr

	/* Enables the two interrupts; flags are kept. */
init_gicv2:
	mrs	r3, cpsr
	ldr	r0, =COMM_GICD
	ldr	r0, [r0]
	mov	r1, #1
	str	r1, [r0]
	ldr	r1, =(1 << TIMER | 1 << SGI)
	str	r1, [r0, #0x100]
	ldr	r0, =COMM_GICC
	ldr	r0, [r0]
	mov	r1, #0xff
	str	r1, [r0, #4]
	mov	r1, #1
	str	r1, [r0]
	msr	cpsr_f, r3
	bx	lr

init_gicv3:
	ldr	r0, =COMM_GICR
	ldr	r0, [r0]
	mrc	p15, 0, r2, c0, c0, 5	/* MPIDR */
	ubfx	r2, r2, #0, #24
1:	ldr	r1, [r0, #12]		/* GICR_TYPER, affinity */
	cmp	r1, r2
	addne	r0, #0x20000
	bne	1b
	mov	r1, #0
	str	r1, [r0, #0x14]		/* GICR_WAKER */
	add	r0, #0x10000
	ldr	r1, =(1 << TIMER | 1 << SGI)
	str	r1, [r0, #0x80]
	str	r1, [r0, #0x100]
	ldr	r0, =COMM_GICD
	ldr	r0, [r0]
	mov	r1, #0x12
	str	r1, [r0]
	mov	r0, #7
	mcr	p15, 0, r0, c12, c12, 5	/* ICC_SRE */
	isb
	mov	r0, #0xff
	mcr	p15, 0, r0, c4, c6, 0	/* ICC_PMR */
	mov	r0, #1
	mcr	p15, 0, r0, c12, c12, 7	/* ICC_IGRPEN1 */
	isb
	bx	lr

send_sgi:
	ldr	r0, =COMM_GIC
	ldrb	r0, [r0]
	cmp	r0, #2
	bne	1f
	ldr	r0, =COMM_GICD
	ldr	r0, [r0]
	ldr	r1, =(2 << 24 | SGI)	/* to itself */
	add	r0, #0xf00
	str	r1, [r0]
	bx	lr
1:	mrc	p15, 0, r2, c0, c0, 5
	and	r1, r2, #0xf
	mov	r0, #1
	lsl	r0, r1
	ubfx	r1, r2, #8, #8		/* affinity 1 */
	orr	r0, r0, r1, lsl #16
	orr	r0, #(SGI << 24)
	ubfx	r1, r2, #16, #8		/* affinity 2 */
	mcrr	p15, 0, r0, r1, c12	/* ICC_SGI1R */
	isb
	bx	lr

interrupt:
	sub	lr, #4
	push	{r0-r3, lr}
	ldr	r0, =COMM_GIC
	ldrb	r0, [r0]
	cmp	r0, #2
	ldreq	r1, =COMM_GICC
	ldreq	r1, [r1]
	ldreq	r3, [r1, #0xc]
	mrcne	p15, 0, r3, c12, c12, 0
	ubfx	r2, r3, #0, #10
	cmp	r2, #TIMER
	ldreq	r1, =TICKS
	ldrne	r1, =SGIS
	ldr	r0, [r1]
	add	r0, #1
	str	r0, [r1]
	push	{r2, r3}
	cmp	r2, #TIMER
	bleq	timer_arm
	pop	{r2, r3}
	ldr	r0, =COMM_GIC
	ldrb	r0, [r0]
	cmp	r0, #2
	ldreq	r1, =COMM_GICC
	ldreq	r1, [r1]
	streq	r3, [r1, #0x10]
	mcrne	p15, 0, r3, c12, c12, 1
	isb
	pop	{r0-r3, lr}
	movs	pc, lr

	.ltorg

	/*
	 * r5: the distributor, r6: what its second word is. T32: instructions of two and of four bytes, and
	 * some that are in a block of conditional ones. r0: 0 if all is well
	 */
	.thumb
	.thumb_func
short_loads:
	push	{r4, lr}
	ldr	r0, [r5, #4]
	cmp	r0, r6
	bne	1f
	ldr.w	r0, [r5, #4]
	cmp	r0, r6
	bne	1f
	movs	r1, #1
	movs	r2, #2
	movs	r3, #3
	cmp	r1, #1
	itete	eq
	ldreq	r0, [r5, #4]
	ldrne	r1, [r5, #4]
	addeq	r2, #10
	addne	r3, #10
	cmp	r0, r6
	bne	1f
	cmp	r1, #1
	bne	1f
	cmp	r2, #12
	bne	1f
	cmp	r3, #3
	bne	1f
	movs	r0, #0
	pop	{r4, pc}
1:	movs	r0, #1
	pop	{r4, pc}

	.balign	4
	.thumb_func
second:
	ldr	r1, =SECOND
	str	r0, [r1]
	dsb
	smc_call PSCI_CPU_OFF
8:	b	8b
	.ltorg

text_second:
	.asciz	"aarch32: second CPU started and stopped\n"
text_passed:
	.asciz	"aarch32: passed\n"
text_failed:
	.asciz	"aarch32: failed at "
text_end:
	.asciz	"\n"
	.balign	4
