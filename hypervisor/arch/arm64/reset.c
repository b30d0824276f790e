/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * State of a CPU when it starts in a cell: nothing of whoever had it before is left in a register
 * that the guest can read, and nothing keeps working for the old owner (timers, breakpoints,
 * counters). Values as after a reset into EL1h, see the start state of cells in the interfaces.
 */
#include <asm/gic.h>
#include <asm/sysregs.h>
#include <asm/traps.h>
#include <core/printk.h>
#include <core/string.h>
#include <core/system.h>

void enter_guest(struct regs *regs) __attribute__((noreturn));

#define ISAR1_PAC		   0xff000ff0 /* keys of either algorithm */
#define ISAR2_PAC		   0xff00
#define PFR0_RAS(pfr0)		   field(pfr0, 28, 4)
#define PFR1_SME(pfr1)		   field(pfr1, 24, 4)
#define DFR0_PMU(dfr0)		   field(dfr0, 8, 4)
#define DFR0_LAST_BREAKPOINT(dfr0) field(dfr0, 12, 4)
#define DFR0_LAST_WATCHPOINT(dfr0) field(dfr0, 20, 4)

static void reset_memory_system(void)
{
	write_sysreg(sctlr_el1, SCTLR_EL1_RES1);
	write_sysreg(ttbr0_el1, 0);
	write_sysreg(ttbr1_el1, 0);
	write_sysreg(tcr_el1, 0);
	write_sysreg(mair_el1, 0);
	write_sysreg(amair_el1, 0);
	write_sysreg(contextidr_el1, 0);
	write_sysreg(csselr_el1, 0);
	write_sysreg(par_el1, 0);
}

static void reset_exceptions(void)
{
	write_sysreg(vbar_el1, 0);
	write_sysreg(esr_el1, 0);
	write_sysreg(far_el1, 0);
	write_sysreg(afsr0_el1, 0);
	write_sysreg(afsr1_el1, 0);
	write_sysreg(elr_el1, 0);
	write_sysreg(spsr_el1, 0);
	write_sysreg(sp_el0, 0);
	write_sysreg(sp_el1, 0);
	write_sysreg(tpidr_el0, 0);
	write_sysreg(tpidr_el1, 0);
	write_sysreg(tpidrro_el0, 0);
}

static void reset_timers(void)
{
	write_sysreg(cntkctl_el1, 0);
	write_sysreg(cntv_ctl_el0, 0);
	write_sysreg(cntv_cval_el0, 0);
	write_sysreg(cntp_ctl_el0, 0);
	write_sysreg(cntp_cval_el0, 0);
}

/* Breakpoints or watchpoints that exist: one case each, from the last one down. */
#define RESET_DEBUG(n, control, value)             \
	case n:                                    \
		write_sysreg(control##n##_el1, 0); \
		write_sysreg(value##n##_el1, 0);   \
		__attribute__((fallthrough));

#define RESET_DEBUG_FROM(last, control, value)  \
	switch (last) {                         \
		RESET_DEBUG(15, control, value) \
		RESET_DEBUG(14, control, value) \
		RESET_DEBUG(13, control, value) \
		RESET_DEBUG(12, control, value) \
		RESET_DEBUG(11, control, value) \
		RESET_DEBUG(10, control, value) \
		RESET_DEBUG(9, control, value)  \
		RESET_DEBUG(8, control, value)  \
		RESET_DEBUG(7, control, value)  \
		RESET_DEBUG(6, control, value)  \
		RESET_DEBUG(5, control, value)  \
		RESET_DEBUG(4, control, value)  \
		RESET_DEBUG(3, control, value)  \
		RESET_DEBUG(2, control, value)  \
		RESET_DEBUG(1, control, value)  \
		RESET_DEBUG(0, control, value)  \
	default:                                \
		break;                          \
	}

static void reset_debug(void)
{
	u64 dfr0 = read_sysreg(id_aa64dfr0_el1);

	write_sysreg(osdlr_el1, 0);
	write_sysreg(oslar_el1, 0);
	write_sysreg(mdscr_el1, 0);
	RESET_DEBUG_FROM(DFR0_LAST_BREAKPOINT(dfr0), dbgbcr, dbgbvr)
	RESET_DEBUG_FROM(DFR0_LAST_WATCHPOINT(dfr0), dbgwcr, dbgwvr)
}

/* Performance monitors: all counters off and zero, including the cycle counter. */
static void reset_pmu(void)
{
	u64 version = DFR0_PMU(read_sysreg(id_aa64dfr0_el1));

	if (version == 0 || version == 15)
		return;
	write_sysreg(pmcr_el0, 0x46); /* LC, C, P: reset the counters */
	write_sysreg(pmcntenclr_el0, 0xffffffff);
	write_sysreg(pmintenclr_el1, 0xffffffff);
	write_sysreg(pmovsclr_el0, 0xffffffff);
	write_sysreg(pmuserenr_el0, 0);
	write_sysreg(pmccfiltr_el0, 0);
	write_sysreg(pmselr_el0, 0);
}

#define KEY(crm, op2) asm volatile("msr s3_0_c2_c" #crm "_" #op2 ", xzr")

/* Pointer authentication keys, where the CPU has them. */
static void reset_keys(void)
{
	if (!(read_sysreg(id_aa64isar1_el1) & ISAR1_PAC) &&
	    !(read_sysreg(ID_AA64ISAR2_EL1) & ISAR2_PAC))
		return;
	KEY(1, 0);
	KEY(1, 1);
	KEY(1, 2);
	KEY(1, 3);
	KEY(2, 0);
	KEY(2, 1);
	KEY(2, 2);
	KEY(2, 3);
	KEY(3, 0);
	KEY(3, 1);
}

#define CLEAR_V(n) asm volatile("movi v" #n ".2d, #0")

static void reset_fp(void)
{
	asm volatile(".arch_extension fp\n\t.arch_extension simd");
	write_sysreg(cpacr_el1, 3 << 20);
	isb();
	CLEAR_V(0);
	CLEAR_V(1);
	CLEAR_V(2);
	CLEAR_V(3);
	CLEAR_V(4);
	CLEAR_V(5);
	CLEAR_V(6);
	CLEAR_V(7);
	CLEAR_V(8);
	CLEAR_V(9);
	CLEAR_V(10);
	CLEAR_V(11);
	CLEAR_V(12);
	CLEAR_V(13);
	CLEAR_V(14);
	CLEAR_V(15);
	CLEAR_V(16);
	CLEAR_V(17);
	CLEAR_V(18);
	CLEAR_V(19);
	CLEAR_V(20);
	CLEAR_V(21);
	CLEAR_V(22);
	CLEAR_V(23);
	CLEAR_V(24);
	CLEAR_V(25);
	CLEAR_V(26);
	CLEAR_V(27);
	CLEAR_V(28);
	CLEAR_V(29);
	CLEAR_V(30);
	CLEAR_V(31);
	write_sysreg(fpcr, 0);
	write_sysreg(fpsr, 0);
}

/*
 * A system error that an access of the cell before has caused, and that nobody has taken yet, is not
 * for the next one.
 */
static void drop_serror(struct cpu *cpu)
{
	struct fixup fixup;
	bool none;

	write_sysreg(hcr_el2, (read_sysreg(hcr_el2) | HCR_AMO) & ~HCR_VSE);
	isb();
	fixup_begin(&fixup, probe_failed);
	none = probe_serror();
	fixup_end(&fixup);
	if (!none)
		printk("CPU %u: a system error (SError) was pending when the CPU changed its cell",
		       cpu->id);
	if (PFR0_RAS(read_sysreg(id_aa64pfr0_el1)))
		write_sysreg(DISR_EL1, 0);
}

/* Leave the streaming mode of SME: cells have it not, and it changes what the FP registers are. */
static void reset_sme(void)
{
	if (!PFR1_SME(read_sysreg(id_aa64pfr1_el1)))
		return;
	write_sysreg(cptr_el2, CPTR_EL2_RES1 & ~CPTR_EL2_TSM);
	isb();
	write_sysreg(SVCR, 0);
	write_sysreg(TPIDR2_EL0, 0);
	isb();
}

void arch_cpu_reset(struct cpu *cpu)
{
	struct regs *regs = guest_regs(cpu);

	drop_serror(cpu);
	reset_sme();
	cell_activate(cpu);
	reset_memory_system();
	reset_exceptions();
	reset_timers();
	reset_debug();
	reset_pmu();
	reset_keys();
	reset_fp();
	gic_cpu_reset(cpu);
	asm volatile("tlbi vmalls12e1\n\tic iallu" : : : "memory");
	dsb(nsh);

	memset(&cpu->arch.setway, 0, sizeof(cpu->arch.setway));
	memset(regs, 0, sizeof(*regs));
	regs->x[0] = cpu->entry_arg;
	write_sysreg(elr_el2, cpu->entry);
	write_sysreg(spsr_el2, SPSR_EL1H_DAIF);
	if (cpu->cell->config->flags & JAILHOUSE_CELL_AARCH32)
		aarch32_reset(cpu);
	isb();
	enter_guest(regs);
}
