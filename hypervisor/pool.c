/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The page pool: a bitmap, one bit a page, a set bit is a page in use. That of a large pool lies in
 * the pool's own first pages and marks them as used for ever. The bits behind the last page do not exist
 * for the search, so an allocation never reaches beyond the end.
 */
#include <stdbool.h>

#include <core/error.h>
#include <core/pool.h>
#include <core/string.h>

#define BITS	    64
#define SMALL_PAGES 4096 /* 16 MiB */

static u64 small_bitmap[SMALL_PAGES / BITS];

static struct {
	u8 *base;
	u64 phys;
	u32 total;
	u32 used;
	u32 reserved; /* pages of a bitmap in the pool */
	u64 *bitmap;
} pool;

static bool page_used(u32 page)
{
	return (pool.bitmap[page / BITS] >> (page % BITS)) & 1;
}

static void mark_used(u32 page, u32 pages)
{
	for (pool.used += pages; pages > 0; page++, pages--)
		pool.bitmap[page / BITS] |= 1ULL << (page % BITS);
}

static void mark_free(u32 page, u32 pages)
{
	for (pool.used -= pages; pages > 0; page++, pages--)
		pool.bitmap[page / BITS] &= ~(1ULL << (page % BITS));
}

void pool_init(void *base, u64 phys, u32 pages)
{
	u64 bitmap_bytes = ((u64)pages + BITS - 1) / BITS * sizeof(u64);

	pool.base = base;
	pool.phys = phys;
	pool.total = pages;
	pool.used = 0;
	if (pages <= SMALL_PAGES) {
		pool.bitmap = small_bitmap;
		pool.reserved = 0;
	} else {
		pool.bitmap = base;
		pool.reserved = (u32)((bitmap_bytes + PAGE_SIZE - 1) / PAGE_SIZE);
	}
	memset(pool.bitmap, 0, bitmap_bytes);
	mark_used(0, pool.reserved);
}

/* First page at or after @page whose physical address has the alignment; may be beyond the end. */
static u64 next_aligned(u64 page, u64 align_pages)
{
	u64 frame = (pool.phys >> PAGE_SHIFT) + page;

	return page + (-frame & (align_pages - 1));
}

/* Number of free pages from @page on, at most @wanted. */
static u32 free_run(u32 page, u32 wanted)
{
	u32 n = 0;

	while (n < wanted && !page_used(page + n))
		n++;
	return n;
}

void *pool_alloc(u32 pages, u32 align_pages)
{
	u64 page = next_aligned(pool.reserved, align_pages);
	void *addr;
	u32 run;

	if (pages == 0 || align_pages == 0 || (align_pages & (align_pages - 1)) != 0) {
		hypervisor_bug("pool: allocation of no pages or with an alignment that is none");
		return NULL;
	}
	while (page + pages <= pool.total) {
		run = free_run((u32)page, pages);
		if (run == pages) {
			mark_used((u32)page, pages);
			addr = pool.base + page * PAGE_SIZE;
			memset(addr, 0, pages * PAGE_SIZE);
			return addr;
		}
		page = next_aligned(page + run + 1, align_pages);
	}
	return NULL;
}

/* Whether the range is what pool_alloc() may have returned. */
static bool range_allocated(u64 offset, u32 pages)
{
	u64 page = offset / PAGE_SIZE;
	u32 n;

	if ((offset & PAGE_MASK) != 0 || pages == 0 || page < pool.reserved || page >= pool.total ||
	    pages > pool.total - page)
		return false;
	for (n = 0; n < pages; n++)
		if (!page_used((u32)page + n))
			return false;
	return true;
}

void pool_free(void *addr, u32 pages)
{
	/* An address below the pool gives a huge offset, which is refused like one behind it. */
	u64 offset = (u64)(unsigned long)addr - (u64)(unsigned long)pool.base;

	if (!range_allocated(offset, pages)) {
		hypervisor_bug("pool: pages freed that are not allocated");
		return;
	}
	mark_free((u32)(offset / PAGE_SIZE), pages);
}

u32 pool_total(void)
{
	return pool.total;
}

u32 pool_used(void)
{
	return pool.used;
}

u64 pool_phys(const void *virt)
{
	return pool.phys + (u64)((unsigned long)virt - (unsigned long)pool.base);
}

void *pool_virt(u64 phys)
{
	return pool.base + (phys - pool.phys);
}
