/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sub-page regions: device registers that share a page with other devices. The page is not mapped;
 * each access traps, is checked against the region's flags, and is then carried out.
 *
 * What cells have of pages that the root cell uses is in a table of parts. The root looks into it at
 * each emulated access, without a lock: an entry is free or used by its size alone, which is
 * written last. It is used again only after a cell was destroyed and another one created, which
 * takes many times longer than the look.
 */
#include <core/cell.h>
#include <core/config.h>
#include <core/error.h>
#include <core/space.h>
#include <core/subpage.h>
#include <core/system.h>

#define PARTS 128

static struct {
	u64 start, size;
} parts[PARTS] STATUS_PAGE;

bool subpage_is_taken(u64 phys, u64 size)
{
	u64 used;
	u32 n;

	for (n = 0; n < PARTS; n++) {
		used = load_acquire(&parts[n].size);
		if (used && config_ranges_overlap(phys, size, read_once(parts[n].start), used))
			return true;
	}
	return false;
}

static bool overlaps_parts_of_root(const struct jailhouse_memory *region)
{
	const struct jailhouse_memory *root = config_mem_regions(root_cell->config);
	u32 n;

	for (n = 0; n < root_cell->config->num_memory_regions; n++, root++)
		if (config_region_subpage(root) &&
		    config_ranges_overlap(region->phys_start, region->size, root->phys_start,
					  root->size))
			return true;
	return false;
}

/* Whether the root cell must not reach it by emulation as long as the cell exists. */
static bool is_part(const struct jailhouse_memory *region)
{
	return !config_region_absent(region) &&
	       !(region->flags & (JAILHOUSE_MEM_COMM_REGION | JAILHOUSE_MEM_ROOTSHARED)) &&
	       (config_region_subpage(region) || overlaps_parts_of_root(region));
}

#define for_each_part(cell, region, n)                                    \
	for ((n) = 0, (region) = config_mem_regions((cell)->config);      \
	     (n) < (cell)->config->num_memory_regions; (n)++, (region)++) \
		if (is_part(region))

void subpage_take(const struct cell *cell)
{
	const struct jailhouse_memory *region;
	u32 n, at = 0;

	for_each_part(cell, region, n)
	{
		while (parts[at].size)
			at++;
		write_once(parts[at].start, region->phys_start);
		store_release(&parts[at].size, region->size);
	}
}

void subpage_return(const struct cell *cell)
{
	const struct jailhouse_memory *region;
	u32 n, at;

	for_each_part(cell, region, n) for (at = 0; at < PARTS;
					    at++) if (parts[at].start == region->phys_start)
		write_once(parts[at].size, 0);
}

static bool direction_permitted(const struct jailhouse_memory *region,
				const struct mmio_access *access)
{
	return region->flags & (access->write ? JAILHOUSE_MEM_WRITE : JAILHOUSE_MEM_READ);
}

static bool is_aligned(const struct mmio_access *access)
{
	return !(access->address & (access->size - 1));
}

static enum mmio_result carry_out(u64 phys, struct mmio_access *access)
{
	char *reg = (char *)window_map(phys & ~PAGE_MASK, true) + (phys & PAGE_MASK);
	bool done;

	done = access->write ? arch_probe_write(reg, access->size, access->value) :
			       arch_probe_read(reg, access->size, &access->value);
	window_unmap();
	return done ? MMIO_DONE : MMIO_FAULT;
}

static enum mmio_result subpage_access(struct cpu *cpu, struct mmio_access *access, void *arg)
{
	const struct jailhouse_memory *region = arg;
	u64 phys = region->phys_start + access->offset;

	if (!direction_permitted(region, access) ||
	    !(region->flags & (u64)access->size << JAILHOUSE_MEM_IO_WIDTH_SHIFT))
		return MMIO_REFUSED;
	if (!is_aligned(access) && !(region->flags & JAILHOUSE_MEM_IO_UNALIGNED))
		return MMIO_REFUSED;
	if (cell_is_root(cpu->cell) && subpage_is_taken(phys, access->size))
		return MMIO_REFUSED;
	return carry_out(phys, access);
}

/* The root cell's region of whole pages around an access. */
static const struct jailhouse_memory *root_region(const struct mmio_access *access)
{
	const struct jailhouse_memory *region = config_mem_regions(root_cell->config);
	u32 n;

	for (n = 0; n < root_cell->config->num_memory_regions; n++, region++)
		if (!config_region_subpage(region) &&
		    access->address - region->phys_start < region->size)
			return region;
	return NULL;
}

/* The root cell touches a page that it shares: what no cell has of it is its own, as before. */
static enum mmio_result root_access(struct cpu *cpu, struct mmio_access *access, void *arg)
{
	const struct jailhouse_memory *region = root_region(access);

	(void)cpu;
	(void)arg;
	if (!region || !subpage_is_taken(access->address & ~PAGE_MASK, PAGE_SIZE))
		return MMIO_UNKNOWN;
	if (!direction_permitted(region, access) || !is_aligned(access) ||
	    subpage_is_taken(access->address, access->size))
		return MMIO_REFUSED;
	return carry_out(access->address, access);
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

/* The rest of a page of RAM could not be used by emulation: not executed, nor by devices. */
static int check_part(const struct jailhouse_memory *part, u32 n)
{
	const struct jailhouse_memory *region = config_mem_regions(root_cell->config);
	u32 m;

	for (m = 0; m < root_cell->config->num_memory_regions; m++, region++)
		if (config_region_subpage(part) && !config_region_subpage(region) &&
		    !(region->flags & JAILHOUSE_MEM_IO) &&
		    part->phys_start - region->phys_start < region->size)
			return fail(MSG_SUBPAGE_RAM, n, part->phys_start, part->size, m);
	return 0;
}

static int check_parts(struct cell *cell)
{
	const struct jailhouse_memory *region;
	u32 n, left = 0;
	int err;

	for (n = 0; n < PARTS; n++)
		left += !parts[n].size;
	for_each_part(cell, region, n)
	{
		err = check_part(region, n);
		if (err)
			return err;
		if (!left--)
			return fail(MSG_SUBPAGE_MANY, PARTS);
	}
	return 0;
}

static int subpage_cell_init(struct cell *cell)
{
	const struct jailhouse_memory *region = config_mem_regions(cell->config);
	u32 n;
	int err = 0;

	if (cell_is_root(cell))
		cell->mmio.otherwise = root_access;
	else
		err = check_parts(cell);
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
