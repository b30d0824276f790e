/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reading a guest's memory through its own page tables, for the instructions that exit.
 *
 * A guest may change its tables at any time: what was read is a copy, looked at once.
 */
#include <asm/vcpu.h>
#include <asm/walk.h>
#include <core/memory.h>
#include <core/space.h>
#include <core/string.h>
#include <core/system.h>

enum insn_mode vcpu_mode(const struct cpu *cpu)
{
	const struct vmcb *vmcb = cpu->arch.vmcb;

	if ((vmcb->efer & EFER_LMA) && (vmcb->cs.attributes & 1 << 9))
		return INSN_64;
	return (vmcb->cr0 & CR0_PE) && !(vmcb->rflags & RFLAGS_VM) &&
			       (vmcb->cs.attributes & 1 << 10) ?
		       INSN_32 :
		       INSN_16;
}

/* Copy from guest-physical memory, within a page. */
static bool read_physical(struct cpu *cpu, u64 address, void *buffer, u32 size)
{
	u64 phys;
	char *page;

	if (!memory_lookup(cpu->cell, address, &phys, NULL))
		return false;
	page = window_map(phys & ~PAGE_MASK, false);
	memcpy(buffer, page + (phys & PAGE_MASK), size);
	window_unmap();
	return true;
}

static bool read_entry(void *ctx, u64 address, u32 size, u64 *value)
{
	*value = 0;
	return read_physical(ctx, address, value, size);
}

static bool translate(struct cpu *cpu, u64 linear, u64 *address)
{
	const struct vmcb *vmcb = cpu->arch.vmcb;
	struct walk walk = {
		.cr3 = vmcb->cr3,
		.paging = vmcb->cr0 & CR0_PG,
		.pse = vmcb->cr4 & CR4_PSE,
		.pae = vmcb->cr4 & CR4_PAE,
		.la57 = vmcb->cr4 & CR4_LA57,
		.long_mode = vmcb->efer & EFER_LMA,
	};

	return walk_translate(&walk, linear, read_entry, cpu, address);
}

u32 vcpu_read(struct cpu *cpu, u64 linear, u8 *bytes, u32 size)
{
	u64 address, part;
	u32 done = 0;

	while (done < size) {
		part = PAGE_SIZE - ((linear + done) & PAGE_MASK);
		if (part > size - done)
			part = size - done;
		if (!translate(cpu, linear + done, &address) ||
		    !read_physical(cpu, address, bytes + done, (u32)part))
			break;
		done += (u32)part;
	}
	return done;
}

static u64 linear_ip(const struct cpu *cpu)
{
	const struct vmcb *vmcb = cpu->arch.vmcb;

	if (vcpu_mode(cpu) == INSN_64)
		return vmcb->rip;
	return (u32)(vmcb->cs.base + vmcb->rip);
}

/* Find the page of the code, and remember it. */
static bool find_code(struct cpu *cpu, u64 linear, u64 now)
{
	struct known_page *code = &cpu->arch.code;
	u64 address;

	code->expires = 0;
	if (!translate(cpu, linear, &address) ||
	    !memory_lookup(cpu->cell, address, &code->phys, NULL))
		return false;
	code->linear = linear;
	code->cr3 = cpu->arch.vmcb->cr3;
	code->expires = now + system_config->platform_info.x86.tsc_khz;
	return true;
}

/*
 * Code is mostly where it was a moment ago: for a millisecond its page is remembered, as a
 * processor remembers it until it is told. Instructions that may cross a page are looked up in full.
 */
u32 vcpu_fetch(struct cpu *cpu, u8 *bytes)
{
	const struct known_page *code = &cpu->arch.code;
	u64 linear = linear_ip(cpu), offset = linear & PAGE_MASK, now = rdtsc();
	char *page;

	if (offset > PAGE_SIZE - INSN_BUFFER)
		return vcpu_read(cpu, linear, bytes, INSN_MAX_LENGTH);
	if ((code->linear != linear - offset || code->cr3 != cpu->arch.vmcb->cr3 ||
	     now >= code->expires) &&
	    !find_code(cpu, linear - offset, now))
		return 0;
	page = window_map(code->phys, false);
	__builtin_memcpy(bytes, page + offset, INSN_BUFFER);
	window_unmap();
	return INSN_MAX_LENGTH;
}

/* The instruction before the current one: HLT (F4) or MWAIT (0F 01 C9). */
bool vcpu_is_out_of_use(struct cpu *cpu)
{
	static const u8 mwait[] = { 0x0f, 0x01, 0xc9 };
	u8 bytes[3];

	if (!vcpu_is_kernel(cpu) || (cpu->arch.vmcb->rflags & RFLAGS_IF) ||
	    vcpu_read(cpu, linear_ip(cpu) - 3, bytes, sizeof(bytes)) != sizeof(bytes))
		return false;
	return bytes[2] == 0xf4 || !memcmp(bytes, mwait, sizeof(mwait));
}
