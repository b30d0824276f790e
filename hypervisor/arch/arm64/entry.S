/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The way in from Linux and the way out.
 *
 * In: EL2, MMU off, exceptions masked; x0 = logical CPU number, x1 = address in Linux (EL1) to
 * return to, x2 = physical address of the image. With the MMU off nothing is written to memory:
 * what has to be remembered stays in registers until the caches are on.
 *
 * Out: the registers to load are in a frame that was cleaned to the point of coherency; code runs
 * at its physical address, which the entry tables map to itself, when the MMU goes off.
 */
#include <asm/cpu.h>
#include <asm/sysregs.h>

	.section .entry, "ax"

	.global image_entry
image_entry:
	msr	daifset, #0xf
	mov	x19, x0
	mov	x20, x1
	mov	x21, x2
	mrs	x22, sctlr_el2
	mrs	x23, tcr_el2
	mrs	x24, mair_el2
	mrs	x25, ttbr0_el2
	mrs	x26, vbar_el2
	mrs	x27, tpidr_el2

	ldr	x3, [x21, #HEADER_ENTRY_TABLE]
	ldr	x4, =MAIR_EL2_VALUE
	msr	mair_el2, x4
	ldr	x4, =TCR_EL2_VALUE
	mrs	x5, id_aa64mmfr0_el1
	and	x5, x5, #7
	cmp	x5, #5			/* 52 bits need another page table format */
	mov	x6, #5
	csel	x5, x6, x5, hi
	orr	x4, x4, x5, lsl #TCR_EL2_PS_SHIFT
	msr	tcr_el2, x4
	msr	ttbr0_el2, x3
	isb
	tlbi	alle2
	ic	iallu
	dsb	nsh
	isb
	ldr	x4, =(SCTLR_EL2_RES1 | SCTLR_M | SCTLR_C | SCTLR_I)
	msr	sctlr_el2, x4
	isb
	ldr	x5, =1f
	br	x5

1:	/* At the virtual address now. Stack of the entry: the CPU's own, through the shared map. */
	ldr	x3, =image_end
	add	x4, x19, #1
	mov	x5, #CPU_AREA_SIZE
	madd	x3, x4, x5, x3
	sub	sp, x3, #LINUX_STATE_SIZE
	stp	x20, x22, [sp, #0x00]
	stp	x23, x24, [sp, #0x10]
	stp	x25, x26, [sp, #0x20]
	str	x27, [sp, #0x80]	/* linux_state.tpidr */
	mov	x29, xzr
	mov	x0, x19
	mov	x1, sp
	bl	system_enter

	/* Aborted: x0 is the result. Nothing of Linux is in memory that needs the frame. */
	ldp	x20, x22, [sp, #0x00]
	ldp	x23, x24, [sp, #0x10]
	ldp	x25, x26, [sp, #0x20]
	ldr	x27, [sp, #0x80]
	ldr	x3, =image_start
	adr	x4, 2f
	sub	x4, x4, x3
	add	x4, x4, x21
	br	x4

2:	bl	mmu_off
	msr	tcr_el2, x23
	msr	mair_el2, x24
	msr	ttbr0_el2, x25
	msr	vbar_el2, x26
	msr	tpidr_el2, x27
	msr	elr_el2, x20
	mrs	x3, spsr_el2		/* PSTATE of Linux, unless KVM's way in replaced it */
	and	x4, x3, #0x1f
	cmp	x4, #SPSR_EL1H
	orr	x3, x3, #SPSR_DAIF
	mov	x4, #SPSR_EL1H_DAIF
	csel	x3, x3, x4, eq
	msr	spsr_el2, x3
	isb
	msr	sctlr_el2, x22
	isb
	eret

	/* Runs at its physical address. Uses x3. */
mmu_off:
	mrs	x3, sctlr_el2
	bic	x3, x3, #SCTLR_M
	bic	x3, x3, #SCTLR_C
	bic	x3, x3, #SCTLR_I
	msr	sctlr_el2, x3
	isb
	tlbi	alle2
	dsb	nsh
	isb
	ret

/*
 * void leave_hypervisor(u64 frame, u64 code, u64 table)
 *
 * @frame: physical address of struct leave_frame, @code: physical address of leave_physical,
 * @table: physical address of the entry tables. Does not return.
 */
	.global leave_hypervisor
leave_hypervisor:
	msr	ttbr0_el2, x2
	isb
	tlbi	alle2
	dsb	nsh
	isb
	br	x1

	.global leave_physical
leave_physical:
	bl	mmu_off
	add	x1, x0, #LEAVE_ELR
	ldp	x2, x3, [x1], #16
	msr	elr_el2, x2
	msr	spsr_el2, x3
	ldp	x4, x5, [x1], #16	/* sctlr, tcr */
	msr	tcr_el2, x5
	ldp	x2, x3, [x1], #16	/* mair, ttbr0 */
	msr	mair_el2, x2
	msr	ttbr0_el2, x3
	ldp	x2, x3, [x1], #16	/* vbar, tpidr */
	msr	vbar_el2, x2
	msr	tpidr_el2, x3
	isb
	msr	sctlr_el2, x4
	isb
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
	eret

	.ltorg

	.text

/*
 * void switch_space(u64 table, u64 stack, void (*function)(void *), void *argument)
 *
 * Go to this CPU's own tables and stack and call a function that does not return.
 */
	.global switch_space
switch_space:
	msr	ttbr0_el2, x0
	isb
	tlbi	alle2
	dsb	nsh
	isb
	mov	sp, x1
	mov	x29, xzr
	mov	x30, xzr
	mov	x0, x3
	br	x2

/*
 * void enter_guest(struct regs *regs)
 *
 * @regs must lie at the top of the stack, where the vectors expect the stack pointer to end up.
 */
	.global enter_guest
enter_guest:
	mov	sp, x0
	b	restore_all

/* bool probe_translate(u64 address): by stage 1 of the guest; the fixup is probe_failed. */
	.global probe_translate
probe_translate:
	at	s1e1r, x0
	isb
	mov	w0, #1
	ret

/* bool probe_serror(void): lets a pending system error be taken; the fixup is probe_failed. */
	.global probe_serror
probe_serror:
	dsb	sy
	msr	daifclr, #4
	isb
	msr	daifset, #4
	mov	w0, #1
	ret

/*
 * bool probe_read(const void *address, u32 size, u64 *value)
 * bool probe_write(void *address, u32 size, u64 value)
 *
 * @size is 1, 2, 4 or 8. The fixup of exceptions is probe_failed.
 */
	.global probe_read
probe_read:
	tbnz	w1, #0, 1f
	tbnz	w1, #1, 2f
	tbnz	w1, #2, 4f
	ldr	x3, [x0]
	b	8f
1:	ldrb	w3, [x0]
	b	8f
2:	ldrh	w3, [x0]
	b	8f
4:	ldr	w3, [x0]
8:	dsb	sy
	isb
	str	x3, [x2]
	mov	w0, #1
	ret
	.global probe_write
probe_write:
	tbnz	w1, #0, 1f
	tbnz	w1, #1, 2f
	tbnz	w1, #2, 4f
	str	x2, [x0]
	b	8f
1:	strb	w2, [x0]
	b	8f
2:	strh	w2, [x0]
	b	8f
4:	str	w2, [x0]
8:	dsb	sy
	isb
	mov	w0, #1
	ret
	.global probe_failed
probe_failed:
	mov	w0, #0
	ret

	/* Where an undefined SMC goes on, see smc_probe(): as if not supported. */
	.global smc_undefined
smc_undefined:
	mov	x0, #-1
	b	smc_done

/* void smc_forward(u64 *x): x[0..17] in and out; SMC Calling Convention, DEN 0028, 2.6. */
	.global smc_forward
smc_forward:
	stp	x29, x30, [sp, #-32]!
	mov	x29, sp
	str	x0, [sp, #16]
	mov	x30, x0
	ldp	x0, x1, [x30, #0x00]
	ldp	x2, x3, [x30, #0x10]
	ldp	x4, x5, [x30, #0x20]
	ldp	x6, x7, [x30, #0x30]
	ldp	x8, x9, [x30, #0x40]
	ldp	x10, x11, [x30, #0x50]
	ldp	x12, x13, [x30, #0x60]
	ldp	x14, x15, [x30, #0x70]
	ldp	x16, x17, [x30, #0x80]
	smc	#0
smc_done:
	ldr	x30, [sp, #16]
	stp	x0, x1, [x30, #0x00]
	stp	x2, x3, [x30, #0x10]
	stp	x4, x5, [x30, #0x20]
	stp	x6, x7, [x30, #0x30]
	stp	x8, x9, [x30, #0x40]
	stp	x10, x11, [x30, #0x50]
	stp	x12, x13, [x30, #0x60]
	stp	x14, x15, [x30, #0x70]
	stp	x16, x17, [x30, #0x80]
	ldp	x29, x30, [sp], #32
	ret
