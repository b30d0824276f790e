/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * arm64: the hypervisor takes EL2 from a Linux that runs at EL1. Linux keeps a stub there, or KVM
 * on top of it; KVM lets go of a CPU between cpu_pm_enter() and cpu_pm_exit(), and sets EL2 up
 * again afterwards. While the hypervisor is there it answers those calls.
 */
#include <linux/acpi.h>
#include <linux/cpu_pm.h>
#include <linux/mm.h>
#include <linux/of.h>
#include <linux/of_address.h>
#include <asm/cpufeature.h>
#include <asm/sysreg.h>
#include <asm/virt.h>

#include "arch.h"

#define MEMORY_LIMIT (1ULL << 48)

const u8 arch_id = JAILHOUSE_ARM64;
const char arch_name[] = "arm64";
const bool arch_offline_cpus_stay = false;

const char *const arch_stat_names[] = { "vmexits_maintenance", "vmexits_virt_irq",
					"vmexits_virt_sgi",    "vmexits_psci",
					"vmexits_smccc",       NULL };

long jailhouse_enter(u64 entry_phys, u64 cpu, u64 image_phys);

int arch_init(void)
{
	return 0;
}

void arch_exit(void) {}

u64 arch_memory_limit(void)
{
	return MEMORY_LIMIT;
}

/* Behind @pos as far as one entry of the device tree's memory goes; @found: there are entries. */
static u64 memory_entry_end(u64 pos, bool *found)
{
	struct device_node *node;
	struct resource range;
	u64 end = pos;
	int n;

	for_each_node_by_type(node, "memory")
		for (n = 0; !of_address_to_resource(node, n, &range); n++) {
			*found = true;
			if (pos >= range.start && pos <= range.end)
				end = range.end + 1;
		}
	return end;
}

/* What was reserved, or left out by "mem=", is in the device tree all the same. With EFI there is no
 * memory in it. */
u64 arch_memory_until(u64 start, u64 end)
{
	u64 next, pos = start;
	bool found = false;

	while (pos < end) {
		next = memory_entry_end(pos, &found);
		if (next == pos)
			return found ? pos : end;
		pos = next;
	}
	return end;
}

/*
 * An HVC is undefined, and fatal, where Linux was not started at EL2. Linux does not tell modules
 * how it was started, but KVM has its device only if that was at EL2.
 */
int arch_check_machine(struct jailhouse_error *why)
{
	if (PAGE_SIZE != SZ_4K)
		return refuse(why, -ENODEV,
			      "this kernel uses pages of %lu bytes, but 4096 is needed", PAGE_SIZE);
	if (is_kernel_in_hyp_mode())
		return refuse(why, -ENODEV,
			      "Linux runs at EL2 (VHE), which the hypervisor needs for "
			      "itself: boot with kvm-arm.mode=nvhe on the kernel command line");
	if (!kvm_is_there())
		return refuse(
			why, -ENODEV,
			"Linux does not own EL2: it has no working KVM, because "
			"it was started at EL1 (by a firmware or a hypervisor that keeps EL2), "
			"or KVM is turned off (kvm-arm.mode=none on the kernel command line)");
	if (cpus_have_final_cap(ARM64_KVM_PROTECTED_MODE))
		return refuse(why, -ENODEV,
			      "KVM keeps EL2 for itself (protected mode): boot with "
			      "kvm-arm.mode=nvhe on the kernel command line");
#ifdef ARM64_KVM_HVHE
	if (cpus_have_final_cap(ARM64_KVM_HVHE))
		return refuse(why, -ENODEV,
			      "KVM runs in hVHE mode, which is not supported: remove "
			      "arm64_sw.hvhe=1 from the kernel command line");
#endif
	return 0;
}

int arch_check_config(const struct jailhouse_system *config, struct jailhouse_error *why)
{
	return 0;
}

/* KVM steps aside on each CPU by itself. */
int arch_prepare(struct jailhouse_error *why)
{
	return 0;
}

void arch_restore(void) {}

static const struct of_device_id frame_kinds[] = {
	{ .compatible = "arm,gic-v3-its", .data = (void *)JAILHOUSE_FRAME_ITS },
	{ .compatible = "arm,gic-v2m-frame", .data = (void *)JAILHOUSE_FRAME_GICV2M },
	{}
};

/* What makes messages interrupts is not in the configuration, but cells must not have it. */
int arch_describe(struct jailhouse_image_header *header, struct jailhouse_system *config,
		  struct jailhouse_error *why)
{
	struct jailhouse_message_frame *frame = header->frames;
	const struct of_device_id *kind;
	struct device_node *node;
	struct resource registers;
	unsigned int count = 0;

	if (!acpi_disabled)
		pr_warn("frames of message interrupts are found by device tree only: give cells no "
			"pages of an ITS or of a GICv2m frame\n");
	for_each_matching_node_and_match(node, frame_kinds, &kind) {
		if (!of_device_is_available(node) || of_address_to_resource(node, 0, &registers))
			continue;
		if (count++ == JAILHOUSE_MAX_FRAMES) {
			of_node_put(node);
			return refuse(why, -E2BIG,
				      "this machine has more than %u ITS and GICv2m frames, the "
				      "next one at 0x%llx",
				      JAILHOUSE_MAX_FRAMES, registers.start);
		}
		frame->address = registers.start;
		frame->size = resource_size(&registers);
		frame++->kind = (unsigned long)kind->data;
	}
	return 0;
}

u64 arch_counter_ticks(unsigned int ms)
{
	return div_u64((u64)read_sysreg(cntfrq_el0) * ms, 1000);
}

/* Stage 1 translation of EL2, 4K granule, 4 levels of 9 bits each. */
#define PTE_TABLE_DESC 3ULL
#define PTE_PAGE_DESC  3ULL
#define PTE_BLOCK_DESC 1ULL
#define PTE_ATTRIBUTES                                                                         \
	(1ULL << 10 /* AF */ | 3ULL << 8 /* inner shareable */ | 1ULL << 6 /* AP[1], RES1 */ | \
	 0ULL << 2 /* MAIR index 0 */)
#define PTE_ADDRESS	   GENMASK_ULL(47, 12)
#define LEVEL_SHIFT(level) (39 - 9 * (level))

struct table_builder {
	struct image *image;
	u64 offset; /* of the next free page */
};

/* Returns the offset of a fresh table, 0 when the memory is full. */
static u64 table_new(struct table_builder *builder)
{
	u64 offset = builder->offset;

	if (offset + PAGE_SIZE > builder->image->size)
		return 0;
	memset(builder->image->virt + offset, 0, PAGE_SIZE);
	builder->offset += PAGE_SIZE;
	return offset;
}

/* Returns the table that *@entry points to; makes it when there is none. */
static u64 *table_below(struct table_builder *builder, u64 *entry)
{
	u64 offset;

	if (*entry) {
		offset = (*entry & PTE_ADDRESS) - builder->image->phys;
	} else {
		offset = table_new(builder);
		if (!offset)
			return NULL;
		*entry = (builder->image->phys + offset) | PTE_TABLE_DESC;
	}
	return builder->image->virt + offset;
}

static int table_map(struct table_builder *builder, u64 *root, u64 virt, u64 phys, u64 size)
{
	const u64 end = virt + size;
	unsigned int level;
	u64 *table, *entry;

	while (virt < end) {
		bool block = IS_ALIGNED(virt | phys, SZ_2M) && end - virt >= SZ_2M;
		unsigned int leaf = block ? 2 : 3;

		table = root;
		for (level = 0; level < leaf; level++) {
			entry = &table[virt >> LEVEL_SHIFT(level) & 511];
			table = table_below(builder, entry);
			if (!table)
				return -ENOMEM;
		}
		table[virt >> LEVEL_SHIFT(leaf) & 511] =
			phys | PTE_ATTRIBUTES | (block ? PTE_BLOCK_DESC : PTE_PAGE_DESC);
		virt += block ? SZ_2M : SZ_4K;
		phys += block ? SZ_2M : SZ_4K;
	}
	return 0;
}

s64 arch_build_entry_tables(struct image *image, u64 offset, struct jailhouse_error *why)
{
	struct table_builder builder = { .image = image, .offset = offset };
	struct jailhouse_image_header *header = image->header;
	u64 root, base = header->virt_base, identity = header->image_size;

	/* In table_below() an entry is a table or nothing: blocks of 2M must not be shared. */
	if (!IS_ALIGNED(base, SZ_2M) || base >= MEMORY_LIMIT || image->size > MEMORY_LIMIT - base ||
	    (base < ALIGN(image->phys + image->size, SZ_2M) &&
	     ALIGN_DOWN(image->phys, SZ_2M) < base + image->size))
		return refuse(why, -EINVAL,
			      "the hypervisor cannot be mapped at 0x%llx+0x%llx while "
			      "its memory is at 0x%llx",
			      base, image->size, image->phys);
	/* Rather one block than a table of pages. */
	if (IS_ALIGNED(image->phys, SZ_2M) && image->size >= ALIGN(identity, SZ_2M))
		identity = ALIGN(identity, SZ_2M);
	root = table_new(&builder);
	if (!root || table_map(&builder, image->virt + root, base, image->phys, image->size) ||
	    table_map(&builder, image->virt + root, image->phys, image->phys, identity))
		return refuse(why, -ENOMEM,
			      "hypervisor memory of 0x%llx bytes is too small for the "
			      "entry page tables",
			      image->size);
	header->entry_table = image->phys + root;
	return builder.offset;
}

void arch_clean_memory(void *start, size_t size)
{
	u64 line = 4 << (read_sysreg(ctr_el0) >> 16 & 15);
	u64 addr = ALIGN_DOWN((u64)start, line);

	for (; addr < (u64)start + size; addr += line)
		asm volatile("dc civac, %0" : : "r"(addr) : "memory");
	asm volatile("dsb sy\n\tic ialluis\n\tdsb ish\n\tisb" : : : "memory");
}

int arch_enter(const struct image *image, unsigned int cpu)
{
	long result;
	int err;

	err = cpu_pm_enter();
	if (err)
		return err;
	result = jailhouse_enter(image->entry_phys, cpu, image->phys);
	cpu_pm_exit();
	/* A positive result comes from whoever is at EL2 instead of Linux' own stub. */
	return result > 0 ? -ENODEV : result;
}

int arch_leave(void)
{
	long result;
	int err;

	err = cpu_pm_enter();
	if (err)
		return err;
	result = arch_hypercall(JAILHOUSE_HC_DISABLE, 0, 0);
	cpu_pm_exit();
	return result;
}

long arch_hypercall(u32 code, u64 arg1, u64 arg2)
{
	register u64 x0 asm("x0") = code;
	register u64 x1 asm("x1") = arg1;
	register u64 x2 asm("x2") = arg2;

	asm volatile("hvc %3" : "+r"(x0) : "r"(x1), "r"(x2), "i"(JAILHOUSE_HVC_IMM) : "memory");
	return x0;
}
