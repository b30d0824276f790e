/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The walker keeps a copy of the pool as of its last look. A difference in a table that the copy
 * says is reachable is a change that hardware could have seen:
 * - valid to a different valid value: forbidden, whatever the values are;
 * - valid to invalid: the translation may still be cached, the range is stale until a flush covers
 *   it. Until then the entry must not become valid, nor may a table that hung on it be freed;
 * - to a table: the whole table must have been made visible by arch_paging_sync() before;
 * - to a form that the hardware reserves: forbidden.
 *
 * What an entry is to hardware is said by the architecture's entries.h.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "entries.h"
#include "walker.h"

#define MAX_PAGES 128
#define MAX_STALE (MAX_PAGES * PAGING_ENTRIES)

unsigned int walker_flushes;
u64 walker_flush_virt;
u64 walker_flush_size;

static char *memory;
static char *copy;
static char *synced; /* pages as they were when they were synced as a whole */
static bool is_synced[MAX_PAGES];
static u32 total;
static const struct paging *watched;

static struct {
	const u64 *entry;
	u64 virt;
	u64 size;
} stale[MAX_STALE];
static u32 stale_count;

void __real_pool_free(void *addr, u32 pages);
void __wrap_pool_free(void *addr, u32 pages);

static u64 entry_span(u32 level)
{
	return PAGE_SIZE << (9 * level);
}

static const void *in_copy(const void *live)
{
	return copy + ((const char *)live - memory);
}

static u32 page_of(const void *live)
{
	return (u32)(((const char *)live - memory) / (long)PAGE_SIZE);
}

static const u64 *table_of(u64 entry)
{
	return pool_virt(entry & HW_ADDRESS);
}

static bool is_valid(u64 entry, u32 level)
{
	return hw_is_table(entry, level) || hw_is_leaf(entry, level);
}

static void entry_becomes_stale(const u64 *entry, u64 virt, u32 level)
{
	assert_true(stale_count < MAX_STALE);
	stale[stale_count].entry = entry;
	stale[stale_count].virt = virt;
	stale[stale_count++].size = entry_span(level);
}

static void assert_not_stale(const u64 *entry)
{
	u32 n;

	for (n = 0; n < stale_count; n++)
		if (stale[n].entry == entry)
			fail_msg("entry for 0x%llx made valid before the flush", stale[n].virt);
}

static void assert_not_reserved(u64 entry, u64 virt, u32 level)
{
	bool aligned = (entry & HW_ADDRESS & (entry_span(level) - 1)) == 0;

	if ((entry & 1) != 0 && !hw_is_table(entry, level) &&
	    !(hw_is_leaf(entry, level) && aligned))
		fail_msg("entry of level %u for 0x%llx is 0x%llx, a reserved form", level, virt,
			 entry);
}

static void assert_table_visible(const u64 *table)
{
	u32 page = page_of(table);

	assert_in_range(page, 0, total - 1);
	if (!is_synced[page] || memcmp(synced + page * PAGE_SIZE, table, PAGE_SIZE) != 0)
		fail_msg("entry leads to a table that was not synced");
}

static void look_at_entry(const u64 *entry, u64 old, u64 virt, u32 level)
{
	assert_not_reserved(*entry, virt, level);
	if (is_valid(old, level) && is_valid(*entry, level))
		fail_msg("entry of level %u for 0x%llx changed from 0x%llx to 0x%llx at once",
			 level, virt, old, *entry);
	if (is_valid(old, level))
		entry_becomes_stale(entry, virt, level);
	if (is_valid(*entry, level))
		assert_not_stale(entry);
	if (hw_is_table(*entry, level))
		assert_table_visible(table_of(*entry));
}

static void look_at_table(const u64 *table, u64 virt, u32 level)
{
	const u64 *old = in_copy(table);
	u32 n;

	for (n = 0; n < PAGING_ENTRIES; n++, virt += entry_span(level)) {
		if (table[n] != old[n])
			look_at_entry(&table[n], old[n], virt, level);
		/* Through the entry as it was: what it led to may still be walked. */
		if (hw_is_table(old[n], level))
			look_at_table(table_of(old[n]), virt, level - 1);
	}
}

static bool page_changed(u32 page)
{
	return memcmp(copy + page * PAGE_SIZE, memory + page * PAGE_SIZE, PAGE_SIZE) != 0;
}

static void look(void)
{
	u32 n;

	for (n = 0; n < total && !page_changed(n); n++)
		;
	if (n == total)
		return;
	for (n = 0; watched && n < watched->root_pages; n++)
		look_at_table(watched->root + n * PAGING_ENTRIES,
			      n * PAGING_ENTRIES * entry_span(watched->top_level),
			      watched->top_level);
	for (n = 0; n < total; n++)
		if (page_changed(n))
			memcpy(copy + n * PAGE_SIZE, memory + n * PAGE_SIZE, PAGE_SIZE);
}

void arch_paging_sync(void *addr, u64 size)
{
	u32 page = page_of(addr), n;

	for (n = 0; n < size / PAGE_SIZE; n++) {
		is_synced[page + n] = true;
		memcpy(synced + (page + n) * PAGE_SIZE, memory + (page + n) * PAGE_SIZE, PAGE_SIZE);
	}
	look();
}

void arch_paging_flush(const struct paging *paging, u64 virt, u64 size)
{
	u32 n, kept = 0;

	if (watched)
		assert_ptr_equal(paging, watched);
	walker_flushes++;
	walker_flush_virt = virt;
	walker_flush_size = size;
	look();
	for (n = 0; n < stale_count; n++)
		if (stale[n].virt < virt || stale[n].virt + stale[n].size > virt + size)
			stale[kept++] = stale[n];
	stale_count = kept;
}

static void assert_unreachable(const u64 *table, u32 level, u32 page)
{
	u32 n;

	if (page_of(table) == page)
		fail_msg("table freed that is in use");
	for (n = 0; level > 0 && n < PAGING_ENTRIES; n++)
		if (hw_is_table(table[n], level))
			assert_unreachable(table_of(table[n]), level - 1, page);
}

void __wrap_pool_free(void *addr, u32 pages)
{
	u32 n;

	look();
	assert_int_equal(stale_count, 0);
	for (n = 0; watched && n < watched->root_pages; n++)
		assert_unreachable(watched->root + n * PAGING_ENTRIES, watched->top_level,
				   page_of(addr));
	is_synced[page_of(addr)] = false;
	__real_pool_free(addr, pages);
	/* Nobody may rely on what is in there. */
	memset(addr, 0xff, pages * PAGE_SIZE);
	look();
}

void walker_start(u32 pages)
{
	assert_true(pages <= MAX_PAGES);
	total = pages;
	memory = aligned_alloc(PAGE_SIZE, pages * PAGE_SIZE);
	copy = calloc(pages, PAGE_SIZE);
	synced = calloc(pages, PAGE_SIZE);
	memset(memory, 0xff, pages * PAGE_SIZE);
	memset(is_synced, 0, sizeof(is_synced));
	watched = NULL;
	stale_count = 0;
	walker_flushes = 0;
	pool_init(memory, WALKER_PHYS, pages);
}

void walker_attach(const struct paging *paging)
{
	u32 n;

	for (n = 0; n < paging->root_pages; n++)
		assert_table_visible(paging->root + n * PAGING_ENTRIES);
	memcpy(copy, memory, total * PAGE_SIZE);
	watched = paging;
}

void walker_detach(void)
{
	look();
	assert_int_equal(stale_count, 0);
	watched = NULL;
}

bool walker_translate(u64 virt, u64 *phys, bool *writable)
{
	const u64 *table = watched->root;
	u32 level = watched->top_level;
	u64 index = virt / entry_span(level), entry;

	*writable = true;
	for (;; level--, index = virt / entry_span(level) % PAGING_ENTRIES) {
		entry = table[index];
		*writable &= hw_writable(entry, level);
		if (!hw_is_table(entry, level))
			break;
		table = table_of(entry);
	}
	*phys = (entry & HW_ADDRESS) + virt % entry_span(level);
	return hw_is_leaf(entry, level);
}

void walker_stop(void)
{
	free(memory);
	free(copy);
	free(synced);
}
