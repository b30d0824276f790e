/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory of cells, see <core/memory.h>.
 *
 * A cell's memory leaves the root cell in two steps: memory_prepare() splits blocks of the root's
 * tables where regions begin and end, which may fail and changes no translation; memory_take()
 * then only clears entries, and memory_return() only fills them in again. What the root gets back
 * is what its own configuration gives it, no matter what the cell's says.
 */
#include <core/config.h>
#include <core/error.h>
#include <core/memory.h>
#include <core/space.h>
#include <core/string.h>
#include <core/subpage.h>
#include <core/system.h>

#define CLEAR_CHUNK   (256ULL << 10) /* a part of a block */
#define REGION_RIGHTS (JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE)

#define for_each_region(cell, region, n)                             \
	for ((n) = 0, (region) = config_mem_regions((cell)->config); \
	     (n) < (cell)->config->num_memory_regions; (n)++, (region)++)

static bool region_is_mapped(const struct jailhouse_memory *region)
{
	return !config_region_absent(region) && !config_region_subpage(region);
}

/* Whether the root cell loses the region as long as the cell exists. */
static bool region_leaves_root(const struct jailhouse_memory *region)
{
	return region_is_mapped(region) &&
	       !(region->flags & (JAILHOUSE_MEM_COMM_REGION | JAILHOUSE_MEM_ROOTSHARED));
}

/* The pages that the root cell does not have in its tables as long as the cell exists. */
static bool region_pages(const struct jailhouse_memory *region, struct jailhouse_memory *pages)
{
	*pages = *region;
	if (!config_region_subpage(region))
		return region_leaves_root(region);
	pages->phys_start &= ~PAGE_MASK;
	pages->size = PAGE_SIZE;
	return !config_region_absent(region) && !(region->flags & JAILHOUSE_MEM_ROOTSHARED);
}

static bool region_is_loadable(const struct jailhouse_memory *region)
{
	return region_leaves_root(region) && (region->flags & JAILHOUSE_MEM_LOADABLE);
}

bool region_is_private_ram(const struct jailhouse_memory *region)
{
	return region_leaves_root(region) && !(region->flags & JAILHOUSE_MEM_IO);
}

/*
 * The tables of the root cell change while its CPUs run, and a table that is freed becomes something
 * else under a reader. So both sides hold this lock: for a walk, or for a change of a few entries,
 * never while memory is cleared. Tables of other cells do not change while their CPUs run.
 */
static u32 root_tables_lock;

static void root_tables_change(void)
{
	lock_get(&root_tables_lock);
}

static void root_tables_done(void)
{
	lock_put(&root_tables_lock);
}

bool memory_lookup(const struct cell *cell, u64 address, u64 *phys, u64 *attr)
{
	bool found;

	if (!cell_is_root(cell))
		return paging_lookup(&cell->memory, address, phys, attr, NULL);
	lock_get(&root_tables_lock);
	found = paging_lookup(&cell->memory, address, phys, attr, NULL);
	root_tables_done();
	return found;
}

static u32 region_max_level(const struct jailhouse_memory *region)
{
	return region->flags & JAILHOUSE_MEM_NO_HUGEPAGES ? 0 : 2;
}

int memory_map_cell(struct cell *cell)
{
	const struct jailhouse_memory *region;
	u64 phys;
	u32 n;
	int err;

	for_each_region(cell, region, n)
	{
		if (!region_is_mapped(region) || !(region->flags & REGION_RIGHTS))
			continue;
		phys = region->phys_start;
		if (region->flags & JAILHOUSE_MEM_COMM_REGION)
			phys = space_phys(cell->comm_page);
		err = paging_map(&cell->memory, region->virt_start, phys, region->size,
				 arch_memory_attr(cell, region->flags), region_max_level(region));
		if (err)
			return err;
	}
	return 0;
}

/*
 * The parts of a cell's memory that the root cell's configuration has as well. Physical memory is
 * at the same address in the root cell: enable demands it.
 */
typedef int (*part_function)(u64 start, u64 size, const struct jailhouse_memory *root_region);

static int for_root_parts(const struct jailhouse_memory *region, part_function function)
{
	const struct jailhouse_memory *root_region;
	u64 from, to;
	u32 n;
	int err;

	for_each_region(root_cell, root_region, n)
	{
		if (!region_is_mapped(root_region))
			continue;
		from = root_region->phys_start;
		if (from < region->phys_start)
			from = region->phys_start;
		to = root_region->phys_start + root_region->size;
		if (to > region->phys_start + region->size)
			to = region->phys_start + region->size;
		err = from < to ? function(from, to - from, root_region) : 0;
		if (err)
			return err;
	}
	return 0;
}

static int for_leaving_parts(struct cell *cell, part_function function)
{
	const struct jailhouse_memory *region;
	struct jailhouse_memory pages;
	u32 n;
	int err;

	for_each_region(cell, region, n)
	{
		err = region_pages(region, &pages) ? for_root_parts(&pages, function) : 0;
		if (err)
			return err;
	}
	return 0;
}

static int part_prepare(u64 start, u64 size, const struct jailhouse_memory *root_region)
{
	(void)root_region;
	return paging_prepare(&root_cell->memory, start, size);
}

static int part_settle(u64 start, u64 size, const struct jailhouse_memory *root_region)
{
	paging_merge(&root_cell->memory, start, size, region_max_level(root_region));
	return 0;
}

static int part_return(u64 start, u64 size, const struct jailhouse_memory *root_region)
{
	if (!(root_region->flags & REGION_RIGHTS))
		return 0;
	/* A page that cells have parts of comes back with the last one, and once. */
	if (size == PAGE_SIZE && (subpage_is_taken(start, size) ||
				  paging_lookup(&root_cell->memory, start, NULL, NULL, NULL)))
		return 0;
	return paging_map(&root_cell->memory, start, start, size,
			  arch_memory_attr(root_cell, root_region->flags),
			  region_max_level(root_region));
}

int memory_prepare(struct cell *cell)
{
	int err;

	root_tables_change();
	err = for_leaving_parts(cell, part_prepare);
	root_tables_done();
	return err;
}

void memory_settle(struct cell *cell)
{
	root_tables_change();
	for_leaving_parts(cell, part_settle);
	root_tables_done();
}

void memory_take(struct cell *cell)
{
	const struct jailhouse_memory *region;
	struct jailhouse_memory pages;
	u32 n;

	subpage_take(cell);
	root_tables_change();
	for_each_region(cell, region, n) if (region_pages(region, &pages))
		paging_unmap(&root_cell->memory, pages.phys_start, pages.size);
	root_tables_done();
}

/* The range around an address to which the root cell's regions leave it; false if one has it. */
static bool root_gap(u64 address, u64 *from, u64 *to)
{
	const struct jailhouse_memory *region;
	u64 end;
	u32 n;

	*from = 0;
	*to = arch_phys_limit();
	for_each_region(root_cell, region, n)
	{
		end = region->phys_start + region->size;
		if (!region_is_mapped(region))
			continue;
		if (address - region->phys_start < region->size) {
			*to = end;
			return false;
		}
		if (end <= address && end > *from)
			*from = end;
		else if (region->phys_start > address && region->phys_start < *to)
			*to = region->phys_start;
	}
	return true;
}

/* Tables that were made where the root cell has nothing, to load the cell. */
static void drop_tables(const struct cell *cell)
{
	const struct jailhouse_memory *region;
	u64 at, from, to;
	u32 n;

	for_each_region(cell, region, n)
	{
		if (!region_is_loadable(region))
			continue;
		for (at = region->phys_start; at < region->phys_start + region->size; at = to)
			if (root_gap(at, &from, &to))
				paging_merge(&root_cell->memory, from, to - from, 0);
	}
}

void memory_return(struct cell *cell)
{
	int err;

	subpage_return(cell);
	root_tables_change();
	err = for_leaving_parts(cell, part_return);
	drop_tables(cell);
	root_tables_done();
	if (err)
		hypervisor_bug("memory of a cell cannot be mapped back into the root cell");
}

int memory_open(struct cell *cell)
{
	const struct jailhouse_memory *region;
	u64 attr = arch_memory_attr(root_cell, JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE);
	u32 n;
	int err = 0;

	root_tables_change();
	for_each_region(cell, region, n)
	{
		if (!err && region_is_loadable(region))
			err = paging_map_apart(&root_cell->memory, region->phys_start,
					       region->phys_start, region->size, attr,
					       region_max_level(region));
	}
	root_tables_done();
	if (err)
		memory_close(cell);
	return err;
}

void memory_close(struct cell *cell)
{
	const struct jailhouse_memory *region;
	u32 n;

	root_tables_change();
	for_each_region(cell, region, n) if (region_is_loadable(region))
		paging_unmap(&root_cell->memory, region->phys_start, region->size);
	root_tables_done();
}

typedef void (*memory_function)(void *start, u64 size);

/* For a chunk at most; in blocks that are all of the region, otherwise in pages. */
static u64 for_some(const struct jailhouse_memory *region, u64 offset, memory_function function)
{
	u64 phys = region->phys_start + offset, block = phys & ~(BLOCK_SIZE - 1), done = 0;

	if (!(phys & (CLEAR_CHUNK - 1)) && block >= region->phys_start &&
	    block - region->phys_start + BLOCK_SIZE <= region->size) {
		function((char *)window_map_block(block) + (phys - block), CLEAR_CHUNK);
		window_unmap_block();
		return CLEAR_CHUNK;
	}
	do {
		function(window_map(phys + done, false), PAGE_SIZE);
		window_unmap();
		done += PAGE_SIZE;
	} while (offset + done < region->size && (phys + done) & (CLEAR_CHUNK - 1));
	return done;
}

static bool memory_step(struct cell *cell, struct clearing *at, memory_function function)
{
	const struct jailhouse_memory *region;

	for (; at->region < cell->config->num_memory_regions; at->region++, at->offset = 0) {
		region = config_mem_regions(cell->config) + at->region;
		if (!region_is_private_ram(region) || at->offset == region->size)
			continue;
		at->offset += for_some(region, at->offset, function);
		return true;
	}
	return false;
}

bool memory_clear_step(struct cell *cell, struct clearing *at)
{
	return memory_step(cell, at, arch_clear_memory);
}

bool memory_clean_step(struct cell *cell, struct clearing *at)
{
	return memory_step(cell, at, arch_clean_memory);
}

int memory_copy_from_root(void *dst, u64 address, u64 size)
{
	u64 phys, part, done = 0;
	char *page;

	while (done < size) {
		if (!paging_lookup(&root_cell->memory, address + done, &phys, NULL, NULL))
			return fail(MSG_ROOT_POINTER, address, size, address + done);
		part = PAGE_SIZE - (phys & PAGE_MASK);
		if (part > size - done)
			part = size - done;
		page = window_map(phys & ~PAGE_MASK, false);
		memcpy((char *)dst + done, page + (phys & PAGE_MASK), part);
		window_unmap();
		done += part;
	}
	return 0;
}

bool memory_is_ram(const struct cell *cell, u64 address)
{
	const struct jailhouse_memory *region = config_mem_regions(cell->config);
	u32 n;

	for (n = 0; n < cell->config->num_memory_regions; n++, region++)
		if (!(region->flags & JAILHOUSE_MEM_IO) && region_is_mapped(region) &&
		    address - region->virt_start < region->size)
			return true;
	return false;
}

bool memory_was_root_ram(u64 address)
{
	return address - image_header.phys_base < image_header.memory_size ||
	       memory_is_ram(root_cell, address);
}

int memory_check_registers(const struct cell *cell, u64 start, u64 size, const char *what)
{
	const struct jailhouse_memory *region;
	u32 n;

	for_each_region(cell, region, n)
	{
		if (config_region_absent(region))
			continue;
		if (config_ranges_overlap(region->virt_start, region->size, start, size) ||
		    (!(region->flags & JAILHOUSE_MEM_COMM_REGION) &&
		     config_ranges_overlap(region->phys_start, region->size, start, size)))
			return fail(MSG_REGION_REGISTERS, n, region->phys_start, region->size,
				    region->virt_start, what, start);
	}
	return 0;
}

int memory_check_platform(const struct cell *cell)
{
	u64 mmconfig = system_config->platform_info.pci_mmconfig_base;
	u64 buses = system_config->platform_info.pci_mmconfig_end_bus + 1ULL;
	const struct jailhouse_iommu *unit = system_config->platform_info.iommu_units;
	int err = 0;
	u32 n;

	if (mmconfig)
		err = memory_check_registers(cell, mmconfig, buses << 20,
					     "the registers of the PCI configuration space");
	for (n = 0; !err && n < JAILHOUSE_MAX_IOMMU_UNITS; n++)
		if (unit[n].type)
			err = memory_check_registers(cell, unit[n].base, unit[n].size,
						     "the registers of an IOMMU");
	return err;
}
