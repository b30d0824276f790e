/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory of cells: how the regions of a configuration get into a cell's tables and leave the root
 * cell's, and how memory is cleared on its way.
 */
#ifndef CORE_MEMORY_H
#define CORE_MEMORY_H

#include <core/cell.h>

/* Whether a region is RAM that only this cell may have: cleared on its way, taken from the root. */
bool region_is_private_ram(const struct jailhouse_memory *region);

/* Map all regions of a cell into its tables. Return: 0 or an error, tables are then destroyed by
 * the caller. */
int memory_map_cell(struct cell *cell);

/* Make sure that memory_take() and memory_return() cannot fail. Undone by memory_settle(). */
int memory_prepare(struct cell *cell);

/* After memory_return(), or instead of memory_take(): the tables of the root cell as small as
 * they were. */
void memory_settle(struct cell *cell);

/* Take the cell's memory out of the root cell, or give it back as its configuration says. */
void memory_take(struct cell *cell);
void memory_return(struct cell *cell);

/**
 * memory_lookup - translate one address of a cell
 * @cell: the cell of the calling CPU
 * @phys, @attr: as for paging_lookup()
 *
 * Consistent also where the root cell's tables are changed by another CPU: waits for the end of that
 * (lock_get()). Not for callers that change them themselves.
 *
 * Return: whether the address is mapped
 */
bool memory_lookup(const struct cell *cell, u64 address, u64 *phys, u64 *attr);

/* Map the loadable regions into the root cell, or end that. */
int memory_open(struct cell *cell);
void memory_close(struct cell *cell);

/* Where a clearing run stands. */
struct clearing {
	u32 region;
	u64 offset;
};

/**
 * memory_clear_step - clear a part of the private RAM of a cell
 * @at: position, zeroed before the first call
 *
 * One call clears at most 256 KiB, so that the calling CPU can take interrupts in between.
 *
 * Return: whether there is more to clear
 */
bool memory_clear_step(struct cell *cell, struct clearing *at);

/**
 * memory_clean_step - write back and forget what caches hold of a part of the private RAM of a cell
 *
 * A cell starts with its caches off. What its last life has left in them would be written over what
 * it writes then. As memory_clear_step().
 */
bool memory_clean_step(struct cell *cell, struct clearing *at);

/**
 * memory_copy_from_root - copy from memory of the root cell
 * @dst: buffer
 * @address: guest-physical address in the root cell
 * @size: bytes
 *
 * Return: 0, or -EINVAL with a message if the root cell has no readable memory there
 */
int memory_copy_from_root(void *dst, u64 address, u64 size);

/* Whether a guest-physical address is RAM by the cell's configuration. Any context. */
bool memory_is_ram(const struct cell *cell, u64 address);

/* Whether an address is RAM that the root cell once had: the hypervisor's, or another cell's. */
bool memory_was_root_ram(u64 address);

/**
 * memory_check_registers - whether a cell stays away from registers
 * @start: physical address of registers that the hypervisor uses or emulates
 * @size: bytes
 * @what: their name
 *
 * They cannot be memory of a cell, nor lie where it has memory.
 *
 * Return: 0, or -EINVAL with a message
 */
int memory_check_registers(const struct cell *cell, u64 start, u64 size, const char *what);

/* The same for what a cell other than the root could break out with: PCI configuration, IOMMUs. */
int memory_check_platform(const struct cell *cell);

#endif /* CORE_MEMORY_H */
