/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Addresses of the hypervisor itself. This page is the memory map:
 *
 *	virt_base			image, per-CPU areas (without the stacks), configuration, pool
 *	virt_base + 512 MiB		device registers that the hypervisor uses
 *	virt_base + 1 GiB		private to each CPU:
 *	  + 0				  nothing, below the stack
 *	  + 1 page			  stack
 *	  + 8 pages			  page window
 *	  + 2 MiB			  block window
 *
 * The first GiB is the same on all CPUs; other cells' memory is in none of it. It is reached
 * through the windows, one page or one block at a time.
 */
#ifndef CORE_SPACE_H
#define CORE_SPACE_H

#include <core/cpu.h>

#define SPACE_DEVICES 0x20000000ULL
#define SPACE_LOCAL   0x40000000ULL
#define LOCAL_STACK   (1 * PAGE_SIZE)
#define LOCAL_WINDOW  (8 * PAGE_SIZE)
#define LOCAL_BLOCK   0x200000ULL
#define BLOCK_SIZE    0x200000ULL

/* Build the mappings that all CPUs share. Phase 1. */
int space_init(void);

/* Build the tables of one CPU. Phase 1, on the CPU that prepares the system. */
int space_init_cpu(struct cpu *cpu);

/**
 * space_map_device - map device registers for good
 * @phys: page aligned
 * @size: multiple of the page size
 *
 * Phase 1. Return: address, or NULL (with a message) when there is no memory for tables
 */
void *space_map_device(u64 phys, u64 size);

/* Physical address of something in the first GiB. */
u64 space_phys(const void *virt);

/**
 * window_map - reach one page of a cell for a moment
 * @phys: page aligned
 * @device: map as device registers instead of memory
 *
 * One at a time on each CPU; window_unmap() after use. Return: address of the page
 */
void *window_map(u64 phys, bool device);
void window_unmap(void);

/**
 * window_probe - read a device register that may not be there
 * @phys: address, 4 bytes aligned
 * @value: what was read
 *
 * Return: whether something answered
 */
bool window_probe(u64 phys, u32 *value);

/* The same as window_map() for 2 MiB of memory, @phys aligned to that. */
void *window_map_block(u64 phys);
void window_unmap_block(void);

/* Architecture: levels of the hypervisor's own tables on this machine, 4 or 5. */
u32 arch_space_levels(void);

/* Architecture: forget the translation of one page or block on this CPU. */
void arch_flush_local(u64 virt);

#endif /* CORE_SPACE_H */
