/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The page pool: all memory that the hypervisor hands out while it runs, in pages of 4 KiB. Every
 * page is counted, so that a leak shows.
 *
 * Pool memory is mapped linearly: physical and virtual addresses differ by a constant. Page tables
 * hold physical addresses and are followed with pool_virt().
 *
 * Not for concurrent use: callers hold the management lock (or run before other CPUs do).
 */
#ifndef CORE_POOL_H
#define CORE_POOL_H

#include <jailhouse/types.h>

#define PAGE_SHIFT 12
#define PAGE_SIZE  4096ULL
#define PAGE_MASK  (PAGE_SIZE - 1)

/**
 * pool_init - put memory under the management of the pool
 * @base: virtual address of the memory, page aligned
 * @phys: its physical address, page aligned
 * @pages: number of pages, at least 2
 *
 * A pool of more than 4096 pages keeps the allocation bitmap in its first pages (one for every
 * 32768), which count as used. Replaces whatever pool there was.
 */
void pool_init(void *base, u64 phys, u32 pages);

/**
 * pool_alloc - get contiguous, zeroed pages
 * @pages: how many, at least 1
 * @align_pages: alignment of the physical address in pages, a power of two; 1 = any
 *
 * Return: virtual address, or NULL when there is no such piece
 */
void *pool_alloc(u32 pages, u32 align_pages);

/**
 * pool_free - give pages back
 * @addr: what pool_alloc() returned
 * @pages: the same number as at pool_alloc()
 *
 * A foreign address and pages that are free already end in hypervisor_bug(), nothing is freed then.
 */
void pool_free(void *addr, u32 pages);

/* All pages of the pool, the bitmap included. */
u32 pool_total(void);

/* Pages in use, the bitmap included. */
u32 pool_used(void);

/* Physical address of pool memory. */
u64 pool_phys(const void *virt);

/* Virtual address of pool memory. */
void *pool_virt(u64 phys);

#endif /* CORE_POOL_H */
