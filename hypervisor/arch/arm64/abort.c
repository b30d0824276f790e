/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Aborts of stage 2: a guest has touched something that is not mapped. Emulated registers, or
 * something forbidden.
 *
 * The hardware describes plain loads and stores in the syndrome. For others (pairs, post-indexed,
 * SIMD) it does not; those are not for device registers, and the message shows the instruction.
 */
#include <asm/sysregs.h>
#include <asm/traps.h>
#include <core/memory.h>
#include <core/printk.h>
#include <core/space.h>
#include <core/system.h>

#define ISS_ISV		  (1U << 24)
#define ISS_SAS(iss)	  ((iss) >> 22 & 3)
#define ISS_SSE		  (1U << 21)
#define ISS_SRT(iss)	  ((iss) >> 16 & 31)
#define ISS_SF		  (1U << 15)
#define ISS_CM		  (1U << 8)
#define ISS_S1PTW	  (1U << 7)
#define ISS_WNR		  (1U << 6)
#define ISS_FSC_TYPE(iss) ((iss) >> 2 & 15)
#define FSC_TRANSLATION	  1

static u64 fault_address(void)
{
	return (read_sysreg(hpfar_el2) & 0xffffffffff0ULL) << 8 |
	       (read_sysreg(far_el2) & PAGE_MASK);
}

/*
 * The root's tables are changed while it runs: an entry may have been invalid for a moment only
 * (break before make). Whoever changes them holds the management lock for a bounded time.
 */
static bool fault_is_transient(struct cpu *cpu, u64 esr, u64 address)
{
	struct paging *memory = &cpu->cell->memory;

	if (!cell_is_root(cpu->cell) || ISS_FSC_TYPE(esr) != FSC_TRANSLATION)
		return false;
	if (paging_lookup(memory, address, NULL, NULL, NULL))
		return true;
	management_settle();
	return paging_lookup(memory, address, NULL, NULL, NULL);
}

/* The instruction at the guest's program counter, if it can be read. */
static bool guest_instruction(struct cpu *cpu, u32 *instruction)
{
	u64 ipa, phys;
	char *page;

	if (!guest_translate(read_sysreg(elr_el2), &ipa) ||
	    !paging_lookup(&cpu->cell->memory, ipa, &phys, NULL, NULL))
		return false;
	page = window_map(phys & ~PAGE_MASK, false);
	*instruction = *(const u32 *)(page + (phys & PAGE_MASK & ~3ULL));
	window_unmap();
	return true;
}

static void undecodable(struct cpu *cpu, u64 esr, u64 address)
{
	const char *what = esr & ISS_WNR ? "write to" : "read of";
	u32 instruction;

	if (guest_instruction(cpu, &instruction))
		cell_violation(cpu, "%s 0x%llx by an instruction that cannot be emulated: %08x",
			       what, address, instruction);
	else
		cell_violation(cpu, "%s 0x%llx by an instruction that cannot be read", what,
			       address);
	inject_abort(false, read_sysreg(far_el2));
}

static void write_back(struct regs *regs, u64 esr, u64 value)
{
	u32 rt = ISS_SRT(esr), bits = 8U << ISS_SAS(esr);

	if (bits < 64) {
		value &= (1ULL << bits) - 1;
		if ((esr & ISS_SSE) && value >> (bits - 1))
			value |= ~0ULL << bits;
	}
	if (!(esr & ISS_SF))
		value &= 0xffffffff;
	if (rt != 31)
		regs->x[rt] = value;
}

/* A decoded access that nothing permits. Comes back for the root cell only. */
static void forbidden(struct cpu *cpu, struct regs *regs, const struct mmio_access *access, u64 esr)
{
	cell_violation(cpu, "forbidden %u-byte %s 0x%llx", access->size,
		       access->write ? "write to" : "read of", access->address);
	if (memory_was_root_ram(access->address)) {
		inject_abort(false, read_sysreg(far_el2));
		return;
	}
	if (!access->write)
		write_back(regs, esr, ~0ULL);
	skip_instruction();
}

void handle_data_abort(struct cpu *cpu, struct regs *regs, u64 esr)
{
	u64 address = fault_address();
	struct mmio_access access = {
		.address = address,
		.write = esr & ISS_WNR,
		.size = (u8)(1 << ISS_SAS(esr)),
	};
	u32 rt = ISS_SRT(esr);

	cpu_count(cpu, STAT_MMIO);
	if (!(esr & ISS_ISV) || (esr & ISS_S1PTW)) {
		if (fault_is_transient(cpu, esr, address))
			return;
		undecodable(cpu, esr, address);
		return;
	}
	if (access.write) {
		access.value = rt == 31 ? 0 : regs->x[rt];
		if (access.size < 8)
			access.value &= (1ULL << access.size * 8) - 1;
	}

	switch (mmio_dispatch(cpu, &cpu->cell->mmio, &access)) {
	case MMIO_DONE:
		if (!access.write)
			write_back(regs, esr, access.value);
		skip_instruction();
		break;
	case MMIO_FAULT:
		/* As the guest would have got it, had it made the access itself. */
		inject_abort(false, read_sysreg(far_el2));
		break;
	default:
		if (!fault_is_transient(cpu, esr, address))
			forbidden(cpu, regs, &access, esr);
	}
}

void handle_instruction_abort(struct cpu *cpu, u64 esr)
{
	u64 address = fault_address();

	cpu_count(cpu, STAT_OTHER);
	if (fault_is_transient(cpu, esr, address))
		return;
	cell_violation(cpu, "instruction fetch from 0x%llx, which is not executable memory",
		       address);
	inject_abort(true, read_sysreg(far_el2));
}
