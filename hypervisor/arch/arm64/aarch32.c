/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Cells that run 32-bit code in EL1 (A32, T32). Their registers are the 64-bit ones: the architecture
 * says which is which (Arm ARM, "Mapping of the general-purpose registers"), and the syndromes speak of
 * the 64-bit ones, so that little is different. What is: instructions of 2 or 4 bytes, that trap also
 * when their condition does not hold; coprocessor instructions for system registers; and the state after a
 * reset.
 */
#include <asm/gic.h>
#include <asm/insn.h>
#include <asm/sysregs.h>
#include <asm/traps.h>
#include <core/config.h>
#include <core/error.h>

/* Syndromes of coprocessor instructions; MCR and MRC otherwise as those of system registers */
#define ISS_COND_VALID (1 << 24)
#define ISS_COND(iss)  ((iss) >> 20 & 15)
#define ISS_RT(iss)    ((iss) >> 5 & 31)
#define ISS_RT2(iss)   ((iss) >> 10 & 31)
#define ISS_OPC1(iss)  ((iss) >> 16 & 15) /* of MCRR and MRRC */
#define ISS_CRM(iss)   ((iss) >> 1 & 15)
#define ISS_READ(iss)  ((iss)&1)

#define ARGUMENTS 8 /* registers of a call */

#define SGI_CRM	       12
#define SGI1R_OPC1     0
#define SGI_OPC1_LIMIT 3 /* behind ASGI1R and SGI0R */

/* After a reset: supervisor mode, interrupts masked; reserved bits of SCTLR; FP for all */
#define SPSR_SVC_AIF 0x1d3
#define SPSR_T32     (1 << 5)
#define SCTLR_RESET  0x00c50838
#define CPACR_FP     (0xf << 20)

bool aarch32_guest(void)
{
	return read_sysreg(spsr_el2) & SPSR_AARCH32;
}

int aarch32_check(const struct cell *cell)
{
	const struct cpu *cpu;
	u32 n;

	for_each_cpu(cpu, n)
		if (cell_is_root(cell) ||
		    (config_has_cpu(cell->config, n) && !cpu->arch.has_aarch32))
			return fail(MSG_CELL_AARCH32, cell->config->name, n);
	return 0;
}

void aarch32_reset(struct cpu *cpu)
{
	write_sysreg(sctlr_el1, SCTLR_RESET);
	write_sysreg(cpacr_el1, CPACR_FP);
	write_sysreg(dacr32_el2, 0);
	write_sysreg(ifsr32_el2, 0);
	write_sysreg(fpexc32_el2, 0);
	write_sysreg(spsr_abt, 0);
	write_sysreg(spsr_und, 0);
	write_sysreg(spsr_irq, 0);
	write_sysreg(spsr_fiq, 0);
	write_sysreg(elr_el2, cpu->entry & 0xfffffffe);
	write_sysreg(spsr_el2, SPSR_SVC_AIF | (cpu->entry & 1 ? SPSR_T32 : 0));
}

void aarch32_skip(void)
{
	u64 length = read_sysreg(esr_el2) & ESR_IL ? 4 : 2;

	write_sysreg(elr_el2, (read_sysreg(elr_el2) + length) & 0xffffffff);
	write_sysreg(spsr_el2, insn_it_advance(read_sysreg(spsr_el2)));
}

bool aarch32_executes(u64 esr)
{
	u64 spsr = read_sysreg(spsr_el2);
	u32 cond = esr & ISS_COND_VALID ? (u32)ISS_COND(esr) : insn_it_condition(spsr);

	if (insn_condition(cond, spsr))
		return true;
	aarch32_skip();
	return false;
}

void aarch32_arguments(struct regs *regs)
{
	u32 n;

	for (n = 0; n < ARGUMENTS; n++)
		regs->x[n] = (u32)regs->x[n];
}

/* Two registers at once: of these only those that send interrupts trap without being forbidden. */
void handle_mcrr(struct cpu *cpu, struct regs *regs, u64 esr)
{
	u64 value = (regs->x[ISS_RT2(esr) & 31] << 32) | (u32)regs->x[ISS_RT(esr)];

	if (!aarch32_executes(esr))
		return;
	if (!ISS_READ(esr) && ISS_CRM(esr) == SGI_CRM && ISS_OPC1(esr) < SGI_OPC1_LIMIT) {
		cpu_count(cpu, STAT_VSGI);
		skip_instruction();
		if (ISS_OPC1(esr) == SGI1R_OPC1)
			gic_send_sgi(cpu, value);
		return;
	}
	cpu_count(cpu, STAT_OTHER);
	cell_violation(cpu, "forbidden %s coprocessor register p15, %llu, c%llu",
		       ISS_READ(esr) ? "read of" : "write to", ISS_OPC1(esr), ISS_CRM(esr));
	inject_undefined();
}
