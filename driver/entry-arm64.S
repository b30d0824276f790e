/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The step of one CPU from Linux at EL1 into the hypervisor at EL2.
 *
 * The stub that Linux keeps at EL2 takes HVC_SOFT_RESTART: it jumps to a physical address with the
 * MMU of EL2 off. The hypervisor returns to EL1 at jailhouse_resume, where only SP_EL1 and the
 * system registers of EL1 are what they were: the rest is on the stack.
 */
#include <linux/linkage.h>
#include <asm/assembler.h>

#define STUB_SOFT_RESTART	1

/* long jailhouse_enter(u64 entry_phys, u64 cpu, u64 image_phys) */
SYM_FUNC_START(jailhouse_enter)
	stp	x29, x30, [sp, #-128]!
	mov	x29, sp
	stp	x19, x20, [sp, #16]
	stp	x21, x22, [sp, #32]
	stp	x23, x24, [sp, #48]
	stp	x25, x26, [sp, #64]
	stp	x27, x28, [sp, #80]
	mrs	x9, sp_el0
	stp	x18, x9, [sp, #96]
	mrs	x9, daif
	str	x9, [sp, #112]

	mov	x4, x2
	mov	x2, x1
	mov	x1, x0
	adr	x3, jailhouse_resume
	mov	x0, #STUB_SOFT_RESTART
	hvc	#0

	/* Also reached without a jump, when whoever is at EL2 refuses the call. */
SYM_INNER_LABEL(jailhouse_resume, SYM_L_LOCAL)
	ldp	x18, x9, [sp, #96]
	msr	sp_el0, x9
	ldr	x9, [sp, #112]
	msr	daif, x9
	ldp	x27, x28, [sp, #80]
	ldp	x25, x26, [sp, #64]
	ldp	x23, x24, [sp, #48]
	ldp	x21, x22, [sp, #32]
	ldp	x19, x20, [sp, #16]
	ldp	x29, x30, [sp], #128
	ret
SYM_FUNC_END(jailhouse_enter)
