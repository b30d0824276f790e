/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * HVC and SMC of guests (SMC Calling Convention, Arm DEN 0028).
 *
 * Cells get PSCI from the hypervisor and a short list of harmless functions from the firmware. The
 * root cell reaches everything, with two exceptions: SDEI, whose events would interrupt the
 * hypervisor and run at EL2, and FF-A, which can share memory behind the hypervisor's back.
 */
#include <asm/sysregs.h>
#include <asm/traps.h>
#include <core/error.h>
#include <core/printk.h>
#include <core/string.h>
#include <core/system.h>
#include <jailhouse/hypercall.h>

#define SMCCC_VERSION	    0x80000000
#define SMCCC_ARCH_FEATURES 0x80000001
#define SMCCC_WORKAROUND_1  0x80008000
#define SMCCC_WORKAROUND_2  0x80007fff
#define SMCCC_WORKAROUND_3  0x80003fff
#define SMCCC_SVE_HINT	    0x10000U
#define SMCCC_NOT_SUPPORTED (-1ULL)

/* Standard service calls, without the bit for the 64-bit convention */
#define SMCCC_64   0x40000000
#define FFA_FIRST  0x84000060
#define FFA_LAST   0x840000ff
#define SDEI_FIRST 0x84000020
#define SDEI_LAST  0x8400003f

/* What Linux's stub vectors answer to what they do not know; KVM reads it as "EL2 is gone". */
#define HVC_STUB_ERR 0xbadca11
/* x1 to x4: jump to x1 with x2 to x4 as the first arguments, MMU off */
#define HVC_SOFT_RESTART 1

extern char smc_undefined[];

bool smc_probe(u64 *x)
{
	struct fixup fixup;

	fixup_begin(&fixup, smc_undefined);
	smc_forward(x);
	fixup_end(&fixup);
	return x[0] != SMCCC_NOT_SUPPORTED;
}

static bool cell_may_call(u32 function)
{
	return function == SMCCC_VERSION || function == SMCCC_ARCH_FEATURES ||
	       function == SMCCC_WORKAROUND_1 || function == SMCCC_WORKAROUND_2 ||
	       function == SMCCC_WORKAROUND_3;
}

static bool root_may_call(u32 function)
{
	u32 base = function & ~(u32)SMCCC_64;

	return !(base >= FFA_FIRST && base <= FFA_LAST) &&
	       !(base >= SDEI_FIRST && base <= SDEI_LAST);
}

static void smccc_call(struct cpu *cpu, struct regs *regs)
{
	/* Bit 16 is a hint to the firmware (SMCCC 1.3), not a part of the function. */
	u32 function = (u32)regs->x[0] & ~SMCCC_SVE_HINT;

	if (psci_is_function(function)) {
		cpu_count(cpu, STAT_PSCI);
		regs->x[0] = psci_call(cpu, regs);
		return;
	}
	cpu_count(cpu, STAT_SMCCC);
	if (cell_is_root(cpu->cell) ? root_may_call(function) : cell_may_call(function))
		smc_forward(regs->x);
	else
		regs->x[0] = SMCCC_NOT_SUPPORTED;
}

void handle_smc(struct cpu *cpu, struct regs *regs, u32 immediate)
{
	/* The trap is taken before the instruction. */
	skip_instruction();
	if (immediate == 0) {
		smccc_call(cpu, regs);
		return;
	}
	cpu_count(cpu, STAT_SMCCC);
	regs->x[0] = SMCCC_NOT_SUPPORTED;
}

static void handle_hypercall(struct cpu *cpu, struct regs *regs)
{
	long result;

	cpu_count(cpu, STAT_HYPERCALL);
	result = hypercall(cpu, regs->x[0], regs->x[1], regs->x[2]);
	if (result == HYPERCALL_AGAIN)
		write_sysreg(elr_el2, read_sysreg(elr_el2) - 4);
	else
		regs->x[0] = (u64)result;
}

/*
 * Linux starts another kernel, as it does after a panic (an orderly one leaves us first): entry, then
 * its arguments. The stub would do it at EL2; here that kernel is at EL1 what Linux was, the root cell.
 */
static void restart_root(struct regs *regs)
{
	write_sysreg(sctlr_el1, SCTLR_EL1_RES1);
	write_sysreg(elr_el2, regs->x[1]);
	write_sysreg(spsr_el2, SPSR_EL1H_DAIF);
	regs->x[0] = regs->x[2];
	regs->x[1] = regs->x[3];
	regs->x[2] = regs->x[4];
}

/* Linux talks to its stub, or KVM to its EL2 part: both learn that EL2 is not theirs. */
static void handle_stub_call(struct cpu *cpu, struct regs *regs)
{
	cpu_count(cpu, STAT_OTHER);
	if (regs->x[0] == HVC_SOFT_RESTART) {
		printk("root cell: CPU %u starts another kernel at 0x%llx", cpu->id, regs->x[1]);
		restart_root(regs);
		return;
	}
	regs->x[0] = 0;
	regs->x[1] = HVC_STUB_ERR;
}

void handle_hvc(struct cpu *cpu, struct regs *regs, u32 immediate)
{
	if (immediate == JAILHOUSE_HVC_IMM) {
		handle_hypercall(cpu, regs);
	} else if (cell_is_root(cpu->cell)) {
		handle_stub_call(cpu, regs);
	} else if (immediate == 0) {
		smccc_call(cpu, regs);
	} else {
		cpu_count(cpu, STAT_OTHER);
		cell_violation(cpu, "HVC with the unknown immediate 0x%x, expected 0x%x or 0",
			       immediate, JAILHOUSE_HVC_IMM);
	}
}
