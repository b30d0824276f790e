/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sub-page regions: device registers that share a page with other devices. The page is not mapped;
 * each access traps, is checked against the region's flags, and is then carried out.
 */
#include <core/cell.h>
#include <core/config.h>
#include <core/error.h>
#include <core/space.h>
#include <core/system.h>

static bool access_permitted(const struct jailhouse_memory *region,
			     const struct mmio_access *access)
{
	if (!(region->flags & (access->write ? JAILHOUSE_MEM_WRITE : JAILHOUSE_MEM_READ)))
		return false;
	if (!(region->flags & (u64)access->size << JAILHOUSE_MEM_IO_WIDTH_SHIFT))
		return false;
	return !(access->address & (access->size - 1)) ||
	       (region->flags & JAILHOUSE_MEM_IO_UNALIGNED);
}

static enum mmio_result subpage_access(struct cpu *cpu, struct mmio_access *access, void *arg)
{
	const struct jailhouse_memory *region = arg;
	u64 phys = region->phys_start + access->offset;
	char *reg;

	(void)cpu;
	if (!access_permitted(region, access))
		return MMIO_REFUSED;
	reg = (char *)window_map(phys & ~PAGE_MASK, true) + (phys & PAGE_MASK);
	if (access->write)
		mmio_write(reg, access->size, access->value);
	else
		access->value = mmio_read(reg, access->size);
	window_unmap();
	return MMIO_DONE;
}

static u32 subpage_count(const struct cell *cell)
{
	const struct jailhouse_memory *region = config_mem_regions(cell->config);
	u32 n, count = 0;

	for (n = 0; n < cell->config->num_memory_regions; n++)
		if (config_region_subpage(&region[n]))
			count++;
	return count;
}

static int subpage_cell_init(struct cell *cell)
{
	const struct jailhouse_memory *region = config_mem_regions(cell->config);
	u32 n;
	int err = 0;

	for (n = 0; n < cell->config->num_memory_regions && !err; n++, region++)
		if (config_region_subpage(region))
			err = mmio_add(&cell->mmio, region->virt_start, region->size,
				       subpage_access, (void *)region);
	return err;
}

UNIT(subpage) = {
	.name = "sub-page regions",
	.mmio_count = subpage_count,
	.cell_init = subpage_cell_init,
};
