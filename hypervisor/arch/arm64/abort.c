/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Aborts of stage 2: a guest has touched something that is not mapped. Emulated registers, or
 * something forbidden.
 *
 * The hardware describes plain loads and stores in the syndrome. For others (pairs, and those that
 * change their address) the instruction is read and decoded. What is left (exclusive, atomic and
 * vector accesses, A32 and T32 code) is not for device registers, and the message shows the
 * instruction.
 */
#include <asm/insn.h>
#include <asm/pte.h>
#include <asm/sysregs.h>
#include <asm/traps.h>
#include <core/memory.h>
#include <core/printk.h>
#include <core/space.h>
#include <core/string.h>
#include <core/system.h>

#define ISS_ISV		  (1U << 24)
#define ISS_SAS(iss)	  ((iss) >> 22 & 3)
#define ISS_SSE		  (1U << 21)
#define ISS_SRT(iss)	  ((iss) >> 16 & 31)
#define ISS_SF		  (1U << 15)
#define ISS_S1PTW	  (1U << 7)
#define ISS_WNR		  (1U << 6)
#define ISS_FSC_TYPE(iss) ((iss) >> 2 & 15)
#define FSC_TRANSLATION	  1
#define FSC_ACCESS_FLAG	  2

/* Bits of a guest's address that count: the rest may be a tag. */
#define UNTAGGED (~0ULL >> 8)

/*
 * Where the fault was, guest-physical. HPFAR_EL2 only holds it for faults that were found in the
 * tables' structure; for others (permissions) the guest's own tables are asked, which may have
 * changed since then. If they have the result is NOWHERE, and the instruction has to be tried again.
 */
#define NOWHERE ~0ULL

static inline u64 fault_address(u64 esr)
{
	u64 far = read_sysreg(far_el2), address;

	if (ISS_FSC_TYPE(esr) <= FSC_ACCESS_FLAG || (esr & ISS_S1PTW))
		return (read_sysreg(hpfar_el2) & 0xffffffffff0ULL) << 8 | (far & PAGE_MASK);
	return guest_translate(far, &address) ? address : NOWHERE;
}

/*
 * The root's tables are changed while it runs: an entry may have been invalid for a moment only
 * (break before make).
 */
static bool fault_is_transient(struct cpu *cpu, u64 esr, u64 address)
{
	return cell_is_root(cpu->cell) && ISS_FSC_TYPE(esr) == FSC_TRANSLATION &&
	       memory_lookup(cpu->cell, address, NULL, NULL);
}

/*
 * The instruction at the guest's program counter, if that is in ordinary memory of its own: nothing
 * else may be read behind its back. The guest may have written it with its caches off.
 */
static bool guest_instruction(struct cpu *cpu, u32 *instruction)
{
	u64 ipa, phys;
	char *page;

	if (!guest_translate(read_sysreg(elr_el2), &ipa) || !memory_is_ram(cpu->cell, ipa) ||
	    !memory_lookup(cpu->cell, ipa, &phys, NULL))
		return false;
	page = window_map(phys & ~PAGE_MASK, false) + (phys & PAGE_MASK & ~3ULL);
	arch_clean_memory(page, sizeof(*instruction));
	*instruction = *(const u32 *)page;
	window_unmap();
	return true;
}

/* Nothing that can be emulated. Comes back for the root cell only, which takes an abort. */
static void undecodable(struct cpu *cpu, u64 esr, u64 address)
{
	const char *what = esr & ISS_WNR ? "write to" : "read of";
	u64 pc = read_sysreg(elr_el2);
	u32 instruction;

	if (esr & ISS_S1PTW)
		cell_violation(cpu, "page table walk reaches 0x%llx, which is not memory", address);
	else if (read_sysreg(spsr_el2) & SPSR_AARCH32)
		cell_violation(
			cpu, "%s 0x%llx by a 32-bit instruction that cannot be emulated, at 0x%llx",
			what, address, pc);
	else if (guest_instruction(cpu, &instruction))
		cell_violation(
			cpu, "%s 0x%llx by an instruction that cannot be emulated: %08x at 0x%llx",
			what, address, instruction, pc);
	else
		cell_violation(cpu, "%s 0x%llx by an instruction that cannot be read, at 0x%llx",
			       what, address, pc);
	inject_abort(false, read_sysreg(far_el2));
}

/*
 * Registers of the guest by their number in an instruction. Number 31 is zero as a value, and the
 * stack pointer in use as a base.
 */
static u64 register_get(const struct regs *regs, u32 n)
{
	return n == 31 ? 0 : regs->x[n];
}

static void register_set(struct regs *regs, u32 n, u64 value)
{
	if (n != 31)
		regs->x[n] = value;
}

static u64 base_get(const struct regs *regs, u32 n)
{
	if (n != INSN_SP)
		return regs->x[n];
	return read_sysreg(spsr_el2) & SPSR_SP_ELX ? read_sysreg(sp_el1) : read_sysreg(sp_el0);
}

static void base_set(struct regs *regs, u32 n, u64 value)
{
	if (n != INSN_SP)
		regs->x[n] = value;
	else if (read_sysreg(spsr_el2) & SPSR_SP_ELX)
		write_sysreg(sp_el1, value);
	else
		write_sysreg(sp_el0, value);
}

/* Any instruction, and the address of the first byte that it accesses. */
static bool decode_any(struct cpu *cpu, const struct regs *regs, struct insn *insn, u64 *target)
{
	u32 word;

	if ((read_sysreg(spsr_el2) & SPSR_AARCH32) || !guest_instruction(cpu, &word) ||
	    !insn_decode(word, insn))
		return false;
	*target = insn_target(insn, base_get(regs, insn->base), register_get(regs, insn->index),
			      read_sysreg(elr_el2));
	return true;
}

/*
 * The instruction without a syndrome. What it accesses has to be what has trapped, from its first
 * byte on and in one page: another CPU of the guest may have changed the instruction, and a pair may
 * be half in memory.
 */
static bool decode(struct cpu *cpu, const struct regs *regs, struct insn *insn)
{
	u64 far = read_sysreg(far_el2), target;

	return decode_any(cpu, regs, insn, &target) && ((target ^ far) & UNTAGGED) == 0 &&
	       (target & PAGE_MASK) + insn->count * insn->size <= PAGE_SIZE;
}

/*
 * Linux reads texts by whole words (load_unaligned_zeropad()), also over the end of the last page in front
 * of memory that it no longer has: it expects a fault of its own tables then, and would not survive an
 * abort. What is behind the end reads as zeros, as that function has it.
 */
static bool load_over_end(struct cpu *cpu, struct regs *regs, u64 address)
	__attribute__((noinline));

static bool load_over_end(struct cpu *cpu, struct regs *regs, u64 address)
{
	u64 far = read_sysreg(far_el2), target, ipa, phys, value = 0;
	struct insn insn;
	u32 own;

	if (!memory_was_root_ram(address) || memory_lookup(cpu->cell, address, NULL, NULL) ||
	    !decode_any(cpu, regs, &insn, &target) || insn.write || insn.write_back ||
	    insn.count != 1)
		return false;
	own = (u32)(-target & PAGE_MASK);
	if (!own || own >= insn.size || ((target + own) ^ far) & UNTAGGED ||
	    !guest_translate(target, &ipa) || !memory_is_ram(cpu->cell, ipa) ||
	    !memory_lookup(cpu->cell, ipa, &phys, NULL))
		return false;
	memcpy(&value, window_map(phys & ~PAGE_MASK, false) + (phys & PAGE_MASK), own);
	window_unmap();
	register_set(regs, insn.rt[0], insn_extend(value, insn.size, insn.sign_extend, insn.wide));
	skip_instruction();
	return true;
}

/*
 * An access that nothing has answered. One that nothing permits comes back for the root cell only: its
 * writes are dropped, its reads give ones, and memory that it once had gives an abort.
 *
 * Return: whether the instruction goes on
 */
static bool unanswered(struct cpu *cpu, u64 esr, struct mmio_access *access,
		       enum mmio_result result)
{
	if (result == MMIO_FAULT) {
		/* As the guest would have got it, had it made the access itself. */
		inject_abort(false, read_sysreg(far_el2));
		return false;
	}
	if (fault_is_transient(cpu, esr, access->address))
		return false;
	if (access->write)
		cell_violation(cpu, "forbidden %u-byte write to 0x%llx, value 0x%llx", access->size,
			       access->address, access->value);
	else
		cell_violation(cpu, "forbidden %u-byte read of 0x%llx", access->size,
			       access->address);
	access->value = ~0ULL;
	if (!memory_was_root_ram(access->address))
		return true;
	inject_abort(false, read_sysreg(far_el2));
	return false;
}

/* Carry one access out. Return: whether the instruction goes on. */
static inline bool carry_out(struct cpu *cpu, u64 esr, struct mmio_access *access)
{
	enum mmio_result result = mmio_dispatch(cpu, &cpu->cell->mmio, access);

	return result == MMIO_DONE || unanswered(cpu, esr, access, result);
}

static u64 value_to_store(const struct regs *regs, u32 rt, u32 size)
{
	return insn_extend(register_get(regs, rt), size, false, true);
}

/* As the hardware describes it: one register, and nothing else changes. */
static void emulate_syndrome(struct cpu *cpu, struct regs *regs, u64 esr, u64 address)
{
	struct mmio_access access = {
		.address = address,
		.write = esr & ISS_WNR,
		.size = (u8)(1 << ISS_SAS(esr)),
	};

	if (access.write)
		access.value = value_to_store(regs, ISS_SRT(esr), access.size);
	if (!carry_out(cpu, esr, &access))
		return;
	if (!access.write)
		register_set(regs, ISS_SRT(esr),
			     insn_extend(access.value, access.size, esr & ISS_SSE, esr & ISS_SF));
	skip_instruction();
}

/* A decoded one. The registers change at the end, when nothing can go wrong any more. */
static void emulate_insn(struct cpu *cpu, struct regs *regs, u64 esr, const struct insn *insn,
			 u64 address)
{
	struct mmio_access access = {
		.address = address,
		.write = insn->write,
		.size = insn->size,
	};
	u64 loaded[2];
	u32 n;

	for (n = 0; n < insn->count; n++, access.address += insn->size) {
		if (access.write)
			access.value = value_to_store(regs, insn->rt[n], insn->size);
		if (!carry_out(cpu, esr, &access))
			return;
		loaded[n] = insn_extend(access.value, insn->size, insn->sign_extend, insn->wide);
	}
	for (n = 0; n < insn->count && !insn->write; n++)
		register_set(regs, insn->rt[n], loaded[n]);
	if (insn->write_back)
		base_set(regs, insn->base, base_get(regs, insn->base) + (u64)insn->offset);
	skip_instruction();
}

static void without_syndrome(struct cpu *cpu, struct regs *regs, u64 esr, u64 address)
{
	struct insn insn;
	u64 ipa;

	if (fault_is_transient(cpu, esr, address))
		return;
	/* Where the instruction is has no translation now, for which it would have its own abort: again. */
	if (!(esr & ISS_S1PTW) && !guest_translate(read_sysreg(elr_el2), &ipa))
		return;
	if (!(esr & ISS_S1PTW) && decode(cpu, regs, &insn))
		emulate_insn(cpu, regs, esr, &insn, address);
	else
		undecodable(cpu, esr, address);
}

void handle_data_abort(struct cpu *cpu, struct regs *regs, u64 esr)
{
	u64 address = fault_address(esr);

	cpu_count(cpu, STAT_MMIO);
	if (address == NOWHERE)
		return;
	if (!(address & PAGE_MASK) && !(esr & (ISS_WNR | ISS_S1PTW)) && cell_is_root(cpu->cell) &&
	    load_over_end(cpu, regs, address))
		return;
	if (esr & ISS_ISV)
		emulate_syndrome(cpu, regs, esr, address);
	else
		without_syndrome(cpu, regs, esr, address);
}

void handle_instruction_abort(struct cpu *cpu, u64 esr)
{
	u64 address = fault_address(esr);

	cpu_count(cpu, STAT_OTHER);
	if (address == NOWHERE || fault_is_transient(cpu, esr, address))
		return;
	cell_violation(cpu, "instruction fetch from 0x%llx, which is not executable memory",
		       address);
	inject_abort(true, read_sysreg(far_el2));
}
