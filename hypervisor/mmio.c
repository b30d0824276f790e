/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Dispatch of trapped accesses: a binary search in the cell's sorted table. The table does not
 * change while a CPU of the cell runs, so there is no lock.
 */
#include <core/error.h>
#include <core/mmio.h>
#include <core/pool.h>

/* Tables are made when a cell is: that code is small, not fast. */
#define RARELY __attribute__((cold))

RARELY int mmio_init(struct mmio_space *space, u32 capacity)
{
	u64 bytes = (u64)capacity * sizeof(struct mmio_region);

	space->count = 0;
	space->capacity = capacity;
	space->regions = space->builtin;
	space->otherwise = NULL;
	space->pages = 0;
	if (capacity <= MMIO_BUILTIN)
		return 0;
	space->pages = (u32)((bytes + PAGE_MASK) / PAGE_SIZE);
	space->regions = pool_alloc(space->pages, 1);
	return space->regions ? 0 : fail(MSG_OUT_OF_PAGES, space->pages, pool_used(), pool_total());
}

void mmio_exit(struct mmio_space *space)
{
	if (space->pages)
		pool_free(space->regions, space->pages);
	space->regions = NULL;
	space->count = 0;
}

RARELY int mmio_add(struct mmio_space *space, u64 start, u64 size, mmio_handler handler, void *arg)
{
	struct mmio_region *region;
	u32 n = space->count;

	if (n == space->capacity)
		return fail(MSG_MMIO_TABLE_FULL, n);
	while (n > 0 && space->regions[n - 1].start > start) {
		space->regions[n] = space->regions[n - 1];
		n--;
	}
	region = &space->regions[n];
	region->start = start;
	region->size = size;
	region->handler = handler;
	region->arg = arg;
	space->count++;

	if ((n > 0 && start - region[-1].start < region[-1].size) ||
	    (n + 1 < space->count && region[1].start - start < size))
		return fail(MSG_MMIO_OVERLAP, start, size);
	return 0;
}

enum mmio_result mmio_dispatch(struct cpu *cpu, struct mmio_space *space,
			       struct mmio_access *access)
{
	const struct mmio_region *region;
	u32 low = 0, high = space->count, middle;

	while (low < high) {
		middle = (low + high) / 2;
		region = &space->regions[middle];
		if (access->address < region->start) {
			high = middle;
		} else if (access->address - region->start >= region->size) {
			low = middle + 1;
		} else {
			access->offset = access->address - region->start;
			if (region->size - access->offset < access->size)
				return MMIO_REFUSED;
			return region->handler(cpu, access, region->arg);
		}
	}
	return space->otherwise ? space->otherwise(cpu, access, NULL) : MMIO_UNKNOWN;
}

u64 mmio_read(const volatile void *address, u32 size)
{
	switch (size) {
	case 1:
		return *(const volatile u8 *)address;
	case 2:
		return *(const volatile u16 *)address;
	case 4:
		return mmio_read32(address);
	default:
		return mmio_read64(address);
	}
}

void mmio_write(volatile void *address, u32 size, u64 value)
{
	switch (size) {
	case 1:
		*(volatile u8 *)address = (u8)value;
		break;
	case 2:
		*(volatile u16 *)address = (u16)value;
		break;
	case 4:
		mmio_write32(address, (u32)value);
		break;
	default:
		mmio_write64(address, value);
	}
}
