/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Ordinary RAM, taken out of a running Linux page range by page range.
 *
 * alloc_contig_range() moves away what is in a range, but fails where a page is in use for
 * something that cannot be moved, often only for a moment. So a range that fails is halved again
 * and again: what can be had is kept, and only the small pieces that are pending are tried again
 * for a while. If there is no memory to move things to, that is tried again, too, but in large pieces.
 * Pages that were taken are marked offline, so that dumps leave them alone.
 */
#include <linux/delay.h>
#include <linux/gfp.h>
#include <linux/jiffies.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/page-flags.h>
#include <linux/page_ref.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "jailhouse.h"

#define PATIENCE_MS 3000
#define PAUSE_MS    20
#define PIECE_PAGES 16 /* what is not halved any more */
#define MAX_PENDING 64

/* An order that is kept in no per-CPU list, and how many such chunks make a cushion (64 MiB) */
#define CHUNK_ORDER    8
#define CHUNK_PAGES    (1UL << CHUNK_ORDER)
#define CUSHION_CHUNKS 64

/* Pieces that could not be taken, in order; all between two of them is ours. */
struct pending {
	unsigned int count;
	int err; /* why it makes no sense to go on */
	struct {
		unsigned long start, end;
		int err;
	} piece[MAX_PENDING];
};

const char *ram_obstacle(unsigned long start, unsigned long end, unsigned long *bad)
{
	struct page *page;

	for (*bad = start; *bad < end; ++*bad) {
		page = pfn_to_online_page(*bad);
		if (!page)
			return "not online memory";
		if (PageReserved(page))
			return "used by the kernel or the firmware";
		if (PageOffline(page))
			return "taken by somebody else";
	}
	return NULL;
}

/*
 * Frees a naturally aligned chunk as one piece, so that it does not linger in a per-CPU list. That
 * is not possible while somebody looks at one of its pages: then they are freed one by one.
 */
static void chunk_free(struct page *chunk)
{
	unsigned long n;

	for (n = 0; n < CHUNK_PAGES; n++)
		if (!page_ref_freeze(chunk + n, 1))
			break;
	if (n == CHUNK_PAGES) {
		page_ref_unfreeze(chunk, 1);
		__free_pages(chunk, CHUNK_ORDER);
		return;
	}
	while (n--)
		page_ref_unfreeze(chunk + n, 1);
	free_contig_range(page_to_pfn(chunk), CHUNK_PAGES);
}

static void range_free(unsigned long start, unsigned long end)
{
	unsigned long pfn, next;

	for (pfn = start; pfn < end; pfn = next) {
		__ClearPageOffline(pfn_to_page(pfn));
		next = pfn + 1;
		if (next < end && !IS_ALIGNED(next, CHUNK_PAGES))
			continue;
		if (next - start == CHUNK_PAGES)
			chunk_free(pfn_to_page(start));
		else
			free_contig_range(start, next - start);
		start = next;
		cond_resched();
	}
}

/* Is it worth another attempt? */
static bool may_pass(int err)
{
	return err == -EBUSY || err == -ENOMEM;
}

/* Neighbours are one piece. Where there is no place for another one, what lies before it is given back. */
static void pending_add(struct pending *pending, unsigned long start, unsigned long end, int err)
{
	unsigned int n = pending->count;

	if (!may_pass(err))
		pending->err = err;
	if (n && (pending->piece[n - 1].end == start || n == MAX_PENDING)) {
		range_free(pending->piece[n - 1].end, start);
		pending->piece[n - 1].end = end;
		return;
	}
	pending->piece[n].start = start;
	pending->piece[n].end = end;
	pending->piece[n].err = err;
	pending->count++;
}

static int piece_take(unsigned long start, unsigned long end)
{
	unsigned long pfn;
	int err;

	if (fatal_signal_pending(current))
		return -EINTR;
	cond_resched();
	err = alloc_contig_range(start, end, MIGRATE_MOVABLE, GFP_KERNEL | __GFP_NOWARN);
	for (pfn = start; !err && pfn < end; pfn++)
		__SetPageOffline(pfn_to_page(pfn));
	return err;
}

/* Takes what it can of [@start, @end), all in one zone. */
static void run_take(struct pending *pending, unsigned long start, unsigned long end)
{
	unsigned long middle = start + ALIGN((end - start) / 2, PIECE_PAGES);
	int err = pending->err ?: piece_take(start, end);

	if (!err)
		return;
	if (err == -EBUSY && !pending->err && end - start > PIECE_PAGES &&
	    pending->count < MAX_PENDING) {
		run_take(pending, start, middle);
		run_take(pending, middle, end);
		return;
	}
	pending_add(pending, start, end, err);
}

/* Returns the end of the part of [@start, @end) that is in the zone of @start. */
static unsigned long zone_run_end(unsigned long start, unsigned long end)
{
	struct page *first = pfn_to_page(start);
	unsigned long pfn = start;

	while (pfn < end && page_zone_id(pfn_to_page(pfn)) == page_zone_id(first))
		pfn = min(ALIGN(pfn + 1, pageblock_nr_pages), end);
	return pfn;
}

/* alloc_contig_range() works within one zone only. */
static void range_take(struct pending *pending, unsigned long start, unsigned long end)
{
	unsigned long run;

	for (; start < end; start = run) {
		run = zone_run_end(start, end);
		run_take(pending, start, run);
	}
}

/* Tries all that is pending again. */
static void pending_take(struct pending *pending, struct pending *old)
{
	unsigned int n;

	*old = *pending;
	pending->count = 0;
	for (n = 0; n < old->count; n++)
		range_take(pending, old->piece[n].start, old->piece[n].end);
}

/*
 * What was freed last is used first. If that is where a cell was, the next thing that the kernel
 * needs and cannot move may get there, and the same cell cannot be created again. So other free
 * memory is put on top.
 */
void ram_give(unsigned long start, unsigned long end)
{
	struct page *page, *next;
	LIST_HEAD(cushion);
	unsigned int n;

	if (start == end)
		return;
	for (n = 0; n < CUSHION_CHUNKS; n++) {
		page = alloc_pages(GFP_HIGHUSER_MOVABLE | __GFP_NORETRY | __GFP_NOWARN,
				   CHUNK_ORDER);
		if (!page)
			break;
		list_add(&page->lru, &cushion);
	}
	range_free(start, end);
	list_for_each_entry_safe(page, next, &cushion, lru)
		__free_pages(page, CHUNK_ORDER);
}

static void give_all_but(const struct pending *pending, unsigned long start, unsigned long end)
{
	unsigned int n;

	for (n = 0; n < pending->count; n++) {
		ram_give(start, pending->piece[n].start);
		start = pending->piece[n].end;
	}
	ram_give(start, end);
}

int ram_try(unsigned long start, unsigned long end)
{
	return zone_run_end(start, end) == end ? piece_take(start, end) : -EXDEV;
}

int ram_take(unsigned long start, unsigned long end, unsigned long *bad)
{
	unsigned long deadline = jiffies + msecs_to_jiffies(PATIENCE_MS);
	struct pending *pending = kcalloc(2, sizeof(*pending), GFP_KERNEL);
	int err = 0;

	if (!pending)
		return -ENOMEM;
	range_take(pending, start, end);
	while (pending->count && !pending->err && time_before(jiffies, deadline)) {
		msleep(PAUSE_MS);
		pending_take(pending, pending + 1);
	}
	if (pending->count) {
		give_all_but(pending, start, end);
		*bad = pending->piece[0].start;
		err = pending->err ?: pending->piece[0].err;
	}
	kfree(pending);
	return err;
}
