/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Exits by synchronous exceptions: decode and dispatch.
 */
#include <asm/gic.h>
#include <asm/sysregs.h>
#include <asm/traps.h>
#include <core/printk.h>
#include <core/system.h>

/* A system register as ISS of a trapped access, without direction and Rt (Arm ARM, ESR_ELx) */
#define ISS_SYSREG(op0, op1, crn, crm, op2) \
	((op0) << 20 | (op2) << 17 | (op1) << 14 | (crn) << 10 | (crm) << 1)
#define ISS_SYSREG_MASK	     0x3ffc1e
#define ISS_SYSREG_READ(iss) ((iss)&1)
#define ISS_SYSREG_RT(iss)   ((iss) >> 5 & 31)
#define ICC_SGI1R	     ISS_SYSREG(3, 0, 12, 11, 5)
#define ICC_ASGI1R	     ISS_SYSREG(3, 0, 12, 11, 6)
#define ICC_SGI0R	     ISS_SYSREG(3, 0, 12, 11, 7)

#define OSLSR	       ISS_SYSREG(2, 0, 1, 1, 4)
#define OSLSR_UNLOCKED 8

/* ID registers (op0 3, op1 0, CRn 0, CRm 1 to 7); OS lock and debug power (op0 2, op1 0, CRn 1, op2 4) */
#define IS_ID(iss)	(((iss)&ISS_SYSREG(3, 7, 15, 8, 0)) == ISS_SYSREG(3, 0, 0, 0, 0))
#define IS_OS_LOCK(iss) (((iss)&ISS_SYSREG(3, 7, 15, 8, 7)) == ISS_SYSREG(2, 0, 1, 0, 4))
#define ISS_CRM(iss)	((iss) >> 1 & 15)
#define ISS_OP2(iss)	((iss) >> 17 & 7)

#define PAR_ADDRESS 0xffffffffff000ULL

/* DC ISW, CSW, CISW and their forms for tags: CRm is 6, 10 or 14, op2 2, 4 or 6 */
#define IS_DC_SETWAY(iss)                                                   \
	(((iss)&ISS_SYSREG(3, 7, 15, 3, 1)) == ISS_SYSREG(1, 0, 7, 2, 0) && \
	 ((iss)&ISS_SYSREG(0, 0, 0, 12, 0)) && ((iss)&ISS_SYSREG(0, 0, 0, 0, 6)))

/* Let EL1 take an exception as the hardware would (Arm ARM, AArch64.TakeException). */
static void inject_exception(u64 esr)
{
	u64 spsr = read_sysreg(spsr_el2), offset;

	switch (spsr & SPSR_M_MASK) {
	case 0: /* EL0 */
		offset = spsr & SPSR_AARCH32 ? 0x600 : 0x400;
		break;
	case 4: /* EL1, SP_EL0 */
		offset = 0x000;
		break;
	default:
		offset = 0x200;
		break;
	}
	write_sysreg(esr_el1, esr | ESR_IL);
	write_sysreg(elr_el1, read_sysreg(elr_el2));
	write_sysreg(spsr_el1, spsr);
	write_sysreg(elr_el2, read_sysreg(vbar_el1) + offset);
	write_sysreg(spsr_el2, SPSR_EL1H_DAIF);
}

void inject_undefined(void)
{
	inject_exception((u64)EC_UNKNOWN << 26);
}

void inject_abort(bool instruction, u64 address)
{
	u32 ec = instruction ? EC_IABT_LOW : EC_DABT_LOW;

	/* From the same level the class is one higher. */
	if (read_sysreg(spsr_el2) & SPSR_M_MASK)
		ec++;
	write_sysreg(far_el1, address);
	inject_exception((u64)ec << 26 | 0x10); /* synchronous external abort */
}

bool guest_translate(u64 address, u64 *ipa)
{
	u64 par_guest = read_sysreg(par_el1), par;
	struct fixup fixup;
	bool done;

	/* The guest's tables may lie where a walk ends in an external abort. */
	fixup_begin(&fixup, probe_failed);
	done = probe_translate(address);
	fixup_end(&fixup);
	par = read_sysreg(par_el1);
	write_sysreg(par_el1, par_guest);
	if (!done || (par & 1))
		return false;
	*ipa = (par & PAR_ADDRESS) | (address & 0xfff);
	return true;
}

static void register_read(struct regs *regs, u32 iss, u64 value)
{
	u32 rt = ISS_SYSREG_RT(iss);

	if (ISS_SYSREG_READ(iss) && rt != 31)
		regs->x[rt] = value;
	skip_instruction();
}

static bool emulate_sysreg(struct cpu *cpu, struct regs *regs, u32 iss, u64 value)
	__attribute__((noinline));

/* What traps without being forbidden. Locks of the debug registers are open, and stay so. */
static bool emulate_sysreg(struct cpu *cpu, struct regs *regs, u32 iss, u64 value)
{
	if (IS_DC_SETWAY(iss)) {
		if (setway_operation(cpu, value))
			skip_instruction();
	} else if (IS_ID(iss) && ISS_SYSREG_READ(iss)) {
		register_read(regs, iss, id_register(ISS_CRM(iss), ISS_OP2(iss)));
	} else if (IS_OS_LOCK(iss)) {
		register_read(regs, iss, (iss & ISS_SYSREG_MASK) == OSLSR ? OSLSR_UNLOCKED : 0);
	} else {
		return false;
	}
	return true;
}

/* Not a part of exit_sync(), which needs no stack without it. */
static void handle_sysreg(struct cpu *cpu, struct regs *regs, u64 esr) __attribute__((noinline));

static void handle_sysreg(struct cpu *cpu, struct regs *regs, u64 esr)
{
	u32 iss = esr & 0x1ffffff, rt = ISS_SYSREG_RT(iss);
	u64 value = rt == 31 ? 0 : regs->x[rt];

	switch (iss & ISS_SYSREG_MASK) {
	case ICC_SGI1R:
		cpu_count(cpu, STAT_VSGI);
		skip_instruction();
		gic_send_sgi(cpu, value);
		return;
	case ICC_ASGI1R:
	case ICC_SGI0R:
		/* Interrupt groups that no cell has: nobody would receive it. */
		cpu_count(cpu, STAT_VSGI);
		skip_instruction();
		return;
	}
	cpu_count(cpu, STAT_OTHER);
	if (emulate_sysreg(cpu, regs, iss, value))
		return;
	cell_violation(cpu, "forbidden %s system register s%u_%u_c%u_c%u_%u (x%u = 0x%llx)",
		       ISS_SYSREG_READ(iss) ? "read of" : "write to", iss >> 20 & 3, iss >> 14 & 7,
		       iss >> 10 & 15, iss >> 1 & 15, iss >> 17 & 7, rt, value);
	inject_undefined();
}

/* MCR and MRC to system registers: the condition is where system registers have op0. */
static void handle_mcr(struct cpu *cpu, struct regs *regs, u64 esr)
{
	u32 iss = (esr & 0xfffff) | ISS_SYSREG(1, 0, 0, 0, 0), rt = ISS_SYSREG_RT(iss);

	if (!aarch32_executes(esr))
		return;
	cpu_count(cpu, STAT_OTHER);
	if (IS_DC_SETWAY(iss)) {
		if (setway_operation(cpu, rt == 31 ? 0 : (u32)regs->x[rt]))
			skip_instruction();
		return;
	}
	cell_violation(cpu, "forbidden %s coprocessor register p15, %u, c%u, c%u, %u",
		       ISS_SYSREG_READ(iss) ? "read of" : "write to", iss >> 14 & 7, iss >> 10 & 15,
		       ISS_CRM(iss), ISS_OP2(iss));
	inject_undefined();
}

static void exit_rare(struct cpu *cpu, struct regs *regs, u64 esr) __attribute__((noinline));

static void exit_rare(struct cpu *cpu, struct regs *regs, u64 esr)
{
	switch (ESR_EC(esr)) {
	case EC_HVC32:
		aarch32_arguments(regs);
		handle_hvc(cpu, regs, esr & 0xffff);
		break;
	case EC_SMC32:
		if (!aarch32_executes(esr))
			break;
		aarch32_arguments(regs);
		handle_smc(cpu, regs, 0);
		break;
	case EC_MCR:
		handle_mcr(cpu, regs, esr);
		break;
	case EC_MCRR:
		handle_mcrr(cpu, regs, esr);
		break;
	case EC_IABT_LOW:
		handle_instruction_abort(cpu, esr);
		break;
	default:
		cpu_count(cpu, STAT_OTHER);
		cell_violation(cpu, "trapped instruction of class 0x%x (syndrome 0x%llx)",
			       ESR_EC(esr), esr);
		inject_undefined();
		break;
	}
}

void exit_sync(struct regs *regs)
{
	struct cpu *cpu = this_cpu();
	u64 esr = read_sysreg(esr_el2);

	switch (ESR_EC(esr)) {
	case EC_HVC64:
		handle_hvc(cpu, regs, esr & 0xffff);
		break;
	case EC_DABT_LOW:
		handle_data_abort(cpu, regs, esr);
		break;
	case EC_SYSREG:
		handle_sysreg(cpu, regs, esr);
		break;
	case EC_SMC64:
		handle_smc(cpu, regs, esr & 0xffff);
		break;
	default:
		exit_rare(cpu, regs, esr);
		break;
	}
}

void exit_irq(void)
{
	gic_handle_irq(this_cpu());
}

/* A system error while a guest ran. The root gets its own; a cell is not worth the risk. */
void exit_serror(struct regs *regs)
{
	struct cpu *cpu = this_cpu();

	(void)regs;
	cpu_count(cpu, STAT_OTHER);
	cell_violation(cpu, "system error (SError), syndrome 0x%llx", read_sysreg(esr_el2));
	write_sysreg(hcr_el2, read_sysreg(hcr_el2) | HCR_VSE);
}
