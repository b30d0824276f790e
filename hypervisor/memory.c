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

#define CLEAR_CHUNK   BLOCK_SIZE
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
	return for_leaving_parts(cell, part_prepare);
}

void memory_settle(struct cell *cell)
{
	for_leaving_parts(cell, part_settle);
}

void memory_take(struct cell *cell)
{
	const struct jailhouse_memory *region;
	struct jailhouse_memory pages;
	u32 n;

	subpage_take(cell);
	for_each_region(cell, region, n) if (region_pages(region, &pages))
		paging_unmap(&root_cell->memory, pages.phys_start, pages.size);
}

void memory_return(struct cell *cell)
{
	subpage_return(cell);
	if (for_leaving_parts(cell, part_return))
		hypervisor_bug("memory of a cell cannot be mapped back into the root cell");
}

int memory_open(struct cell *cell)
{
	const struct jailhouse_memory *region;
	u64 attr = arch_memory_attr(root_cell, JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE);
	u32 n;
	int err;

	for_each_region(cell, region, n)
	{
		if (!region_is_loadable(region))
			continue;
		err = paging_map_apart(&root_cell->memory, region->phys_start, region->phys_start,
				       region->size, attr, region_max_level(region));
		if (err) {
			memory_close(cell);
			return err;
		}
	}
	return 0;
}

void memory_close(struct cell *cell)
{
	const struct jailhouse_memory *region;
	u32 n;

	for_each_region(cell, region, n) if (region_is_loadable(region))
		paging_unmap(&root_cell->memory, region->phys_start, region->size);
}

/* Clear up to one block of memory at @phys. */
static u64 clear_some(u64 phys, u64 size)
{
	u64 done = 0;

	if (!(phys & (BLOCK_SIZE - 1)) && size >= BLOCK_SIZE) {
		arch_clear_memory(window_map_block(phys), BLOCK_SIZE);
		window_unmap_block();
		return BLOCK_SIZE;
	}
	do {
		arch_clear_memory(window_map(phys + done, false), PAGE_SIZE);
		window_unmap();
		done += PAGE_SIZE;
	} while (done < size && (phys + done) & (BLOCK_SIZE - 1));
	return done;
}

bool memory_clear_step(struct cell *cell, struct clearing *at)
{
	const struct jailhouse_memory *region;

	for (; at->region < cell->config->num_memory_regions; at->region++, at->offset = 0) {
		region = config_mem_regions(cell->config) + at->region;
		if (!region_is_private_ram(region) || at->offset == region->size)
			continue;
		at->offset +=
			clear_some(region->phys_start + at->offset, region->size - at->offset);
		return true;
	}
	return false;
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

bool memory_was_root_ram(u64 address)
{
	const struct jailhouse_memory *region = config_mem_regions(root_cell->config);
	u32 n;

	if (address - image_header.phys_base < image_header.memory_size)
		return true;
	for (n = 0; n < root_cell->config->num_memory_regions; n++, region++)
		if (!(region->flags & JAILHOUSE_MEM_IO) &&
		    address - region->phys_start < region->size)
			return true;
	return false;
}
