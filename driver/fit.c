/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Does a system configuration fit the machine that Linux sees? What the hypervisor cannot know is
 * compared here, before anything is touched.
 */
#include <linux/ioport.h>
#include <linux/mm.h>
#include <linux/sched.h>

#include "arch.h"

#define RAM_FLAGS (JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE)

struct ram_check {
	const struct jailhouse_system *config;
	struct jailhouse_error *why;
};

static bool region_is_ram(const struct jailhouse_memory *region)
{
	return (region->flags & RAM_FLAGS) == RAM_FLAGS;
}

static bool region_has(const struct jailhouse_memory *region, u64 address)
{
	return address >= region->phys_start && address - region->phys_start < region->size;
}

/* Returns the first address from @address on that is not the root cell's RAM. */
static u64 ram_covered(const struct jailhouse_system *config, u64 address)
{
	const struct jailhouse_memory *region = jailhouse_cell_mem_regions(&config->root_cell);
	const struct jailhouse_memory *own = &config->hypervisor_memory;
	unsigned int n;
	u64 end;

	/* What the hypervisor has is nobody's any more. */
	if (own->phys_start != JAILHOUSE_PHYS_ANY && region_has(own, address)) {
		end = own->phys_start + own->size;
		return end > address ? end : U64_MAX;
	}
	for (n = 0; n < config->root_cell.num_memory_regions; n++, region++) {
		if (!region_is_ram(region) || !region_has(region, address))
			continue;
		end = region->phys_start + region->size;
		return end > address ? end : U64_MAX;
	}
	return address;
}

static int ram_check(struct resource *resource, void *arg)
{
	const struct ram_check *check = arg;
	const u64 end = ALIGN_DOWN(resource->end + 1, PAGE_SIZE);
	u64 next, pos = PAGE_ALIGN(resource->start);

	while (pos < end) {
		next = ram_covered(check->config, pos);
		if (next == pos)
			return refuse(
				check->why, -EINVAL,
				"System RAM at 0x%llx (of 0x%llx-0x%llx in /proc/iomem) is in no "
				"memory region of the root cell that can be read and written: "
				"Linux would lose it",
				pos, (u64)resource->start, (u64)resource->end);
		pos = next;
		cond_resched();
	}
	return 0;
}

/* The hypervisor writes to what it takes for an interrupt controller. */
static int irqchips_check(const struct jailhouse_system *config, struct jailhouse_error *why)
{
	const struct jailhouse_irqchip *chip = jailhouse_cell_irqchips(&config->root_cell);
	unsigned int n;

	for (n = 0; n < config->root_cell.num_irqchips; n++, chip++)
		if (memory_ram_bytes(chip->address, PAGE_SIZE))
			return refuse(
				why, -EINVAL,
				"irqchip %u of the root cell is at 0x%llx, which is System RAM", n,
				chip->address);
	return 0;
}

int machine_check_fit(const struct jailhouse_system *config, struct jailhouse_error *why)
{
	struct ram_check check = { .config = config, .why = why };
	int err;

	err = memory_walk_ram(0, -1, &check, ram_check);
	if (!err)
		err = irqchips_check(config, why);
	return err ?: arch_check_config(config, why);
}
