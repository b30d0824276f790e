/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Nested page faults: a guest has touched something that is not mapped. Emulated registers, or
 * something forbidden.
 */
#include <asm/pte.h>
#include <asm/vcpu.h>
#include <asm/virt.h>
#include <asm/vmcs.h>
#include <core/error.h>
#include <core/format.h>
#include <core/memory.h>
#include <core/printk.h>
#include <core/string.h>
#include <core/system.h>

/* The root's tables are changed while it runs: an entry may have been invalid for a moment only. */
static bool fault_is_transient(struct cpu *cpu, const struct guest_fault *fault)
{
	bool executable;
	u64 attr;

	if (!cell_is_root(cpu->cell) || !memory_lookup(cpu->cell, fault->address, NULL, &attr))
		return false;
	executable = vmx_in_use ? attr & EPT_EXECUTE : !(attr & PTE_NX);
	return !(fault->write && !(attr & PTE_WRITE)) && !(fault->fetch && !executable);
}

static void undecodable(struct cpu *cpu, const struct guest_fault *fault, const u8 *bytes,
			u32 available)
{
	static const char digits[] = "0123456789abcdef";
	const char *what = fault->write ? "write to" : "read of";
	char text[2 * INSN_MAX_LENGTH + 1];
	u32 n;

	for (n = 0; n < available; n++) {
		text[2 * n] = digits[bytes[n] >> 4];
		text[2 * n + 1] = digits[bytes[n] & 15];
	}
	text[2 * n] = 0;
	if (available)
		cell_violation(cpu, "%s 0x%llx by an instruction that cannot be emulated: %s", what,
			       fault->address, text);
	else
		cell_violation(cpu, "%s 0x%llx by an instruction that cannot be read", what,
			       fault->address);
	vcpu_inject_gp(cpu);
}

/* RSP is in the control block. */
static void load_register(struct cpu *cpu, struct regs *regs, const struct insn *insn, u64 value)
{
	regs->gpr[REG_RSP] = cpu->arch.vmcb->rsp;
	insn_load(insn, regs->gpr, value);
	cpu->arch.vmcb->rsp = regs->gpr[REG_RSP];
}

/*
 * Linux reads texts by whole words (load_unaligned_zeropad()), also over the end of the last page in front
 * of memory that it no longer has: it expects a page fault then, and would not survive #GP. What is behind the
 * end reads as zeros, as that function has it.
 */
static bool load_over_end(struct cpu *cpu, struct regs *regs, const struct insn *insn, u64 address)
{
	u64 linear, value = 0;
	u32 own;

	if (!cell_is_root(cpu->cell) || !insn->plain || !insn->read || insn->write ||
	    (address & PAGE_MASK) || !memory_was_root_ram(address))
		return false;
	linear = insn_address(insn, regs->gpr);
	own = (u32)(-linear & PAGE_MASK);
	if (!own || own >= insn->size || vcpu_read(cpu, linear, (u8 *)&value, own) != own)
		return false;
	load_register(cpu, regs, insn, value);
	vcpu_skip(cpu, insn->length);
	return true;
}

/* A decoded access that nothing permits. Comes back for the root cell only. */
static void forbidden(struct cpu *cpu, struct regs *regs, const struct insn *insn,
		      const struct mmio_access *access)
{
	cell_violation(cpu, "forbidden %u-byte %s 0x%llx", access->size,
		       access->write ? "write to" : "read of", access->address);
	if (memory_was_root_ram(access->address)) {
		vcpu_inject_gp(cpu);
		return;
	}
	if (insn->read)
		load_register(cpu, regs, insn, ~0ULL);
	vcpu_skip(cpu, insn->length);
}

/* A load, a store, or both one after the other. */
static enum mmio_result access_registers(struct cpu *cpu, struct regs *regs,
					 const struct insn *insn, struct mmio_access *access)
{
	u64 store, loaded = 0;
	enum mmio_result result = MMIO_DONE;

	regs->gpr[REG_RSP] = cpu->arch.vmcb->rsp;
	store = insn->write ? insn_store_value(insn, regs->gpr) : 0;

	if (insn->read) {
		access->write = false;
		result = mmio_dispatch(cpu, &cpu->cell->mmio, access);
		loaded = access->value;
	}
	if (insn->write && result == MMIO_DONE) {
		access->write = true;
		access->value = store;
		result = mmio_dispatch(cpu, &cpu->cell->mmio, access);
	}
	if (insn->read && result == MMIO_DONE)
		load_register(cpu, regs, insn, loaded);
	return result;
}

static void emulate(struct cpu *cpu, struct regs *regs, const struct guest_fault *fault)
{
	struct mmio_access access = { .address = fault->address };
	u8 bytes[INSN_BUFFER];
	u32 available = vcpu_fetch(cpu, bytes);
	struct insn insn;

	/* The guest may have changed its code meanwhile: then the two do not agree. */
	if (!insn_decode(bytes, available, vcpu_mode(cpu), &insn) ||
	    (fault->write ? !insn.write : !insn.read)) {
		if (!fault_is_transient(cpu, fault))
			undecodable(cpu, fault, bytes, available);
		return;
	}
	access.size = insn.size;
	if (access_registers(cpu, regs, &insn, &access) == MMIO_DONE) {
		vcpu_skip(cpu, insn.length);
		return;
	}
	if (!fault_is_transient(cpu, fault) && !load_over_end(cpu, regs, &insn, fault->address))
		forbidden(cpu, regs, &insn, &access);
}

/* What the processor itself reaches for, to deliver an event, is no instruction's access to a register. */
void handle_fault(struct cpu *cpu, struct regs *regs, const struct guest_fault *fault)
{
	bool delivery = fault->event & EVENT_VALID;

	cpu_count(cpu, STAT_MMIO);
	if (!fault->fetch && !fault->table && !delivery) {
		emulate(cpu, regs, fault);
		return;
	}
	if (fault_is_transient(cpu, fault))
		return;
	if (fault->table)
		cell_violation(cpu, "page table outside of memory at 0x%llx", fault->address);
	else if (delivery)
		cell_violation(cpu, "forbidden %s 0x%llx by the delivery of vector %llu",
			       fault->write ? "write to" : "read of", fault->address,
			       EVENT_VECTOR(fault->event));
	else
		cell_violation(cpu, "instruction fetch from 0x%llx, which is not executable memory",
			       fault->address);
	vcpu_inject_gp(cpu);
}
