/* SPDX-License-Identifier: GPL-2.0-only */
/* Page tables of each architecture, watched by a walker (walker.c) all the time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <core/errno.h>
#include <core/paging.h>

#include "entries.h"
#include "mock.h"
#include "walker.h"

#define POOL_PAGES 64

#define K4 0x1000ULL
#define M2 0x200000ULL
#define G1 0x40000000ULL

static struct paging tables;
static struct paging *const t = &tables;

/* A 39-bit space with a level 2 root of two pages: 1 TiB. The walker watches from the start. */
static int set_up(void **state)
{
	(void)state;
	mock_reset();
	walker_start(POOL_PAGES);
	assert_int_equal(paging_create(t, 2, 2, TABLE_ATTR), 0);
	walker_attach(t);
	return 0;
}

/* Every page is accounted for, now and when the tables are gone. */
static void assert_accounted(void)
{
	assert_int_equal(pool_used(), paging_pages(t));
}

static int tear_down(void **state)
{
	(void)state;
	assert_accounted();
	walker_detach();
	paging_destroy(t);
	assert_int_equal(pool_used(), 0);
	assert_int_equal(mock_bugs, 0);
	walker_stop();
	return 0;
}

static void assert_maps(u64 virt, u64 phys, u64 attr, u64 leaf_size)
{
	u64 found_phys, found_attr, found_size;
	bool writable;

	assert_true(paging_lookup(t, virt, &found_phys, &found_attr, &found_size));
	assert_int_equal(found_phys, phys);
	assert_int_equal(found_attr, attr);
	assert_int_equal(found_size, leaf_size);
	assert_true(walker_translate(virt, &found_phys, &writable));
	assert_int_equal(found_phys, phys);
	attr &= ~PTE_APART;
	assert_int_equal(writable, attr == RW || attr == DEV);
}

static void assert_not_mapped(u64 virt)
{
	assert_false(paging_lookup(t, virt, NULL, NULL, NULL));
}

/* What exhaust() took. */
static void *taken[POOL_PAGES];
static u32 taken_count;

/* Uses up the pool but for @spare pages. Returns the number of pages taken. */
static u32 exhaust(u32 spare)
{
	taken_count = 0;
	while (pool_total() - pool_used() > spare)
		taken[taken_count++] = pool_alloc(1, 1);
	return taken_count;
}

static void give_back(void)
{
	while (taken_count > 0)
		pool_free(taken[--taken_count], 1);
}

static void entry_encoding(void **state)
{
	(void)state;
	assert_int_equal(pte_leaf(0x1000, RW, 0), 0x1000 | RW | HW_PAGE);
	assert_int_equal(pte_leaf(M2, RW, 1), M2 | RW | HW_BLOCK);
	assert_int_equal(pte_table(0x1000, 1ULL << 59), 0x0800000000001000 | HW_TABLE);
	assert_true(pte_is_leaf(HW_PAGE, 0));
	assert_false(pte_is_leaf(HW_TABLE, 1));
	assert_true(pte_is_leaf(HW_BLOCK, 2));
	assert_false(pte_is_leaf(0xfffffffffffffffe, 1));
	assert_int_equal(pte_phys(0xffff123456789fff), 0xffff123456789fff & HW_ADDRESS);
	assert_int_equal(pte_attr(pte_leaf(0xfffffffff000, DEV, 0), 0), DEV);
	assert_int_equal(pte_attr(pte_leaf(G1, DEV, 2), 2), DEV);
}

static void creates_and_destroys(void **state)
{
	(void)state;
	assert_int_equal(paging_pages(t), 2);
	/* Concatenated roots are aligned to all of them together. */
	assert_int_equal(pool_phys(t->root) % (2 * K4), 0);
	assert_not_mapped(0);
	assert_not_mapped(1024 * G1 - 1);
	assert_not_mapped(1024 * G1);
	assert_not_mapped(~0ULL);
	assert_int_equal(walker_flushes, 0);
}

static void create_without_memory(void **state)
{
	struct paging other;

	(void)state;
	walker_start(7);
	mock_reset();
	assert_int_equal(paging_create(&other, 3, 8, 0), -ENOMEM);
	assert_string_equal(mock_error_text,
			    "out of hypervisor memory: 8 page(s) needed, 0 of 7 in use");
	assert_int_equal(paging_pages(&other), 0);
	paging_destroy(&other);
	assert_int_equal(pool_used(), 0);
	assert_int_equal(mock_bugs, 0);
	walker_stop();
}

static void maps_largest_leaves(void **state)
{
	(void)state;
	/* One page before 1 GiB, to one page behind 2 GiB + 2 MiB. */
	assert_int_equal(paging_map(t, G1 - K4, G1 - K4, G1 + M2 + 2 * K4, RW, 2), 0);
	assert_not_mapped(G1 - K4 - 1);
	assert_maps(G1 - K4, G1 - K4, RW, K4);
	assert_maps(G1, G1, RW, G1);
	assert_maps(2 * G1 - 1, 2 * G1 - 1, RW, G1);
	assert_maps(2 * G1 + 0x12345, 2 * G1 + 0x12345, RW, M2);
	assert_maps(2 * G1 + M2, 2 * G1 + M2, RW, K4);
	assert_not_mapped(2 * G1 + M2 + K4);
	assert_int_equal(paging_pages(t), 2 + 2 + 2);
	assert_int_equal(walker_flushes, 0);
}

static void alignment_of_phys_limits_leaves(void **state)
{
	(void)state;
	assert_int_equal(paging_map(t, G1, 7 * G1 + M2, G1, RW, 2), 0);
	assert_maps(G1 + 5 * M2 + 3, 7 * G1 + 6 * M2 + 3, RW, M2);
	assert_int_equal(paging_map(t, 4 * G1, 8 * G1 + K4, M2, RW, 2), 0);
	assert_maps(4 * G1, 8 * G1 + K4, RW, K4);
	assert_maps(4 * G1 + M2 - 1, 8 * G1 + K4 + M2 - 1, RW, K4);
}

static void max_level_limits_leaves(void **state)
{
	(void)state;
	assert_int_equal(paging_map(t, G1, G1, G1, RW, 1), 0);
	assert_maps(G1, G1, RW, M2);
	assert_int_equal(paging_map(t, 2 * G1, 2 * G1, M2, RW, 0), 0);
	assert_maps(2 * G1, 2 * G1, RW, K4);
	t->max_leaf_level = 1;
	assert_int_equal(paging_map(t, 3 * G1, 3 * G1, G1, RW, 2), 0);
	assert_maps(3 * G1, 3 * G1, RW, M2);
}

static void never_makes_leaves_above_the_limit_of_the_machine(void **state)
{
	struct paging deep;
	u64 leaf_size;

	(void)state;
	assert_int_equal(paging_create(&deep, 3, 1, 0), 0);
	walker_detach();
	assert_int_equal(paging_map(&deep, 0, 0, 512 * G1, RW, 3), 0);
	assert_int_equal(paging_pages(&deep), 2);
	assert_true(paging_lookup(&deep, 5 * G1, NULL, NULL, &leaf_size));
	assert_int_equal(leaf_size, G1);
	paging_destroy(&deep);
}

static void physical_addresses_end_before_virtual_ones(void **state)
{
	struct paging huge;

	(void)state;
	walker_detach();
	assert_int_equal(paging_create(&huge, 4, 1, 0), 0);
	assert_int_equal(paging_map(&huge, 0, 0, 2 * PTE_PHYS_LIMIT, RW, 2), -ERANGE);
	assert_int_equal(paging_map(&huge, (1ULL << 57) - G1, 0, G1, RW, 2), 0);
	assert_int_equal(paging_pages(&huge), 3);
	paging_destroy(&huge);
}

static void root_of_one_page_table_level(void **state)
{
	struct paging small;
	u64 phys;

	(void)state;
	walker_detach();
	assert_int_equal(paging_create(&small, 0, 1, 0), 0);
	assert_int_equal(paging_map(&small, 511 * K4, G1, K4, RW, 2), 0);
	assert_true(paging_lookup(&small, 511 * K4 + 5, &phys, NULL, NULL));
	assert_int_equal(phys, G1 + 5);
	assert_int_equal(paging_map(&small, 512 * K4, G1, K4, RW, 2), -ERANGE);
	paging_destroy(&small);
}

static void table_bits_are_set(void **state)
{
	struct paging other;

	(void)state;
	walker_detach();
	assert_int_equal(paging_create(&other, 3, 1, 1ULL << 59), 0);
	assert_int_equal(paging_map(&other, 0, 0, K4, RW, 0), 0);
	assert_int_equal(other.root[0] >> 59, 1);
	assert_true(hw_is_table(other.root[0], 3));
	paging_destroy(&other);
}

static void mapping_again_changes_nothing(void **state)
{
	u32 pages;

	(void)state;
	assert_int_equal(paging_map(t, G1 - M2, G1 - M2, G1 + 2 * M2, RW, 2), 0);
	pages = paging_pages(t);
	assert_int_equal(paging_map(t, G1 - M2, G1 - M2, G1 + 2 * M2, RW, 2), 0);
	assert_int_equal(paging_map(t, G1 + 5 * K4, G1 + 5 * K4, 7 * K4, RW, 2), 0);
	assert_maps(G1, G1, RW, G1);
	assert_int_equal(paging_pages(t), pages);
	assert_int_equal(walker_flushes, 0);
}

static void smaller_leaves_on_demand(void **state)
{
	(void)state;
	assert_int_equal(paging_map(t, G1, G1, G1, RW, 2), 0);
	assert_int_equal(paging_map(t, G1 + M2, G1 + M2, M2, RW, 0), 0);
	assert_maps(G1, G1, RW, M2);
	assert_maps(G1 + M2, G1 + M2, RW, K4);
	assert_maps(G1 + 2 * M2, G1 + 2 * M2, RW, M2);
}

static void replaces_mappings(void **state)
{
	(void)state;
	assert_int_equal(paging_map(t, G1, G1, G1, RW, 2), 0);
	assert_int_equal(paging_map(t, G1 + M2 + K4, 5 * G1, 2 * K4, DEV, 2), 0);
	assert_maps(G1 + M2, G1 + M2, RW, K4);
	assert_maps(G1 + M2 + K4, 5 * G1, DEV, K4);
	assert_maps(G1 + M2 + 2 * K4, 5 * G1 + K4, DEV, K4);
	assert_maps(G1 + M2 + 3 * K4, G1 + M2 + 3 * K4, RW, K4);
	assert_maps(G1 + 2 * M2, G1 + 2 * M2, RW, M2);
	assert_int_equal(paging_pages(t), 4);
	/* A whole tree by one leaf. */
	assert_int_equal(paging_map(t, G1, 3 * G1, G1, RO, 2), 0);
	assert_maps(G1 + M2 + K4, 3 * G1 + M2 + K4, RO, G1);
	assert_int_equal(paging_pages(t), 2);
}

static void merges_what_becomes_uniform(void **state)
{
	u64 n;

	(void)state;
	for (n = 0; n < 512; n++) {
		u64 at = G1 + (n * 77 % 512) * M2; /* in any order */

		assert_int_equal(paging_map(t, at, at, M2, RW, 2), 0);
	}
	assert_maps(G1, G1, RW, G1);
	assert_int_equal(paging_pages(t), 2);
	assert_int_equal(walker_flushes, 1);
	assert_int_equal(walker_flush_virt, G1);
	assert_int_equal(walker_flush_size, G1);
}

static void merges_over_two_levels(void **state)
{
	(void)state;
	assert_int_equal(paging_map(t, G1, G1, G1 - K4, RW, 2), 0);
	assert_maps(2 * G1 - 2 * K4, 2 * G1 - 2 * K4, RW, K4);
	assert_int_equal(paging_pages(t), 4);
	assert_int_equal(paging_map(t, 2 * G1 - K4, 2 * G1 - K4, K4, RW, 2), 0);
	assert_maps(G1, G1, RW, G1);
	assert_int_equal(paging_pages(t), 2);
}

static void merges_at_the_start_of_the_range(void **state)
{
	(void)state;
	assert_int_equal(paging_map(t, G1, G1, K4, RW, 2), 0);
	assert_int_equal(paging_map(t, G1 + K4, G1 + K4, 2 * G1, RW, 2), 0);
	assert_maps(G1, G1, RW, G1);
	assert_maps(2 * G1, 2 * G1, RW, G1);
	assert_maps(3 * G1, 3 * G1, RW, K4);
}

static void does_not_merge_what_differs(void **state)
{
	(void)state;
	/* One entry has another attribute, */
	assert_int_equal(paging_map(t, 0, 0, M2, RW, 0), 0);
	assert_int_equal(paging_map(t, 9 * K4, 9 * K4, K4, RO, 2), 0);
	assert_maps(0, 0, RW, K4);
	/* leads elsewhere, */
	assert_int_equal(paging_map(t, 9 * K4, 8 * K4, K4, RW, 2), 0);
	assert_maps(0, 0, RW, K4);
	/* or is missing. */
	paging_unmap(t, 9 * K4, K4);
	assert_int_equal(paging_map(t, 8 * K4, 8 * K4, K4, RW, 2), 0);
	assert_maps(0, 0, RW, K4);
	/* The missing one may look like the first of the others. */
	assert_int_equal(paging_map(t, 2 * G1 + K4, K4, M2 - K4, 0, 2), 0);
	assert_not_mapped(2 * G1);
	assert_maps(2 * G1 + K4, K4, 0, K4);
	/* Contiguous, but not aligned for a block. */
	assert_int_equal(paging_map(t, G1, G1 + K4, M2, RW, 2), 0);
	assert_maps(G1, G1 + K4, RW, K4);
	/* Not beyond the level asked for. */
	assert_int_equal(paging_map(t, 9 * K4, 9 * K4, K4, RW, 0), 0);
	assert_maps(0, 0, RW, K4);
	assert_int_equal(paging_map(t, 9 * K4, 9 * K4, K4, RW, 1), 0);
	assert_maps(0, 0, RW, M2);
}

static void prepare_changes_no_translation(void **state)
{
	u64 at;

	(void)state;
	assert_int_equal(paging_map(t, G1, G1, 2 * G1, RW, 2), 0);
	assert_int_equal(paging_prepare(t, G1 + 3 * K4, G1), 0);
	for (at = G1; at < 3 * G1; at += 5 * K4)
		assert_true(paging_lookup(t, at, NULL, NULL, NULL));
	assert_maps(G1 + 3 * K4, G1 + 3 * K4, RW, K4);
	assert_maps(G1 + M2, G1 + M2, RW, M2);
	assert_maps(2 * G1 + 2 * K4, 2 * G1 + 2 * K4, RW, K4);
	assert_int_equal(paging_pages(t), 2 + 4);
	/* A split of level 2 and one of level 1 at each border. */
	assert_int_equal(walker_flushes, 4);
	paging_merge(t, G1 + 3 * K4, G1, 2);
	assert_maps(G1, G1, RW, G1);
	assert_maps(2 * G1, 2 * G1, RW, G1);
	assert_int_equal(paging_pages(t), 2);
}

static void prepare_splits_no_more_than_needed(void **state)
{
	(void)state;
	assert_int_equal(paging_map(t, G1, G1, 2 * G1, RW, 2), 0);
	assert_int_equal(paging_prepare(t, G1, G1), 0);
	assert_int_equal(paging_prepare(t, 5 * G1 + K4, G1), 0);
	assert_int_equal(paging_pages(t), 2);
	assert_int_equal(paging_prepare(t, G1 + M2, M2), 0);
	assert_int_equal(paging_pages(t), 3);
	/* Up to the very end of the space. */
	assert_int_equal(paging_map(t, 1023 * G1, 1023 * G1, G1, RW, 2), 0);
	assert_int_equal(paging_prepare(t, 1024 * G1 - M2, M2), 0);
	assert_int_equal(paging_pages(t), 4);
	paging_unmap(t, 1024 * G1 - M2, M2);
	assert_not_mapped(1024 * G1 - M2);
	assert_maps(1024 * G1 - M2 - 1, 1024 * G1 - M2 - 1, RW, M2);
}

static void prepare_looks_at_nothing_behind_the_root(void **state)
{
	u64 *behind;
	u32 n;

	(void)state;
	/* What is there would be taken for a table at an impossible address. */
	exhaust(0);
	behind = t->root + 2 * PAGING_ENTRIES;
	for (n = 0; n < taken_count && taken[n] != behind; n++)
		;
	assert_true(n < taken_count);
	memset(behind, 0x7f, PAGE_SIZE);
	assert_true(hw_is_table(behind[0], 2));
	assert_int_equal(paging_prepare(t, 1023 * G1, G1), 0);
	assert_int_equal(paging_map(t, 1023 * G1, 0, G1, RW, 2), 0);
	assert_not_mapped(1024 * G1);
	paging_merge(t, 1023 * G1, G1, 2);
	paging_unmap(t, 1023 * G1, G1);
	give_back();
}

static void prepare_without_memory_leaves_all_as_it_was(void **state)
{
	u32 spare;

	(void)state;
	assert_int_equal(paging_map(t, G1, G1, 2 * G1, RW, 2), 0);
	/* Four tables are needed. */
	for (spare = 0; spare < 4; spare++) {
		exhaust(spare);
		assert_int_equal(paging_prepare(t, G1 + 3 * K4, G1), -ENOMEM);
		assert_int_equal(mock_error_code, ENOMEM);
		assert_int_equal(pool_total() - pool_used(), spare);
		assert_maps(G1, G1, RW, G1);
		assert_maps(2 * G1, 2 * G1, RW, G1);
		give_back();
	}
}

static void unmap_and_map_back_need_no_memory(void **state)
{
	static const u64 ranges[][2] = {
		{ G1, G1 },
		{ G1, 4 * G1 },
		{ G1 + M2, M2 },
		{ G1 + K4, K4 },
		{ G1 + K4, 3 * G1 },
		{ 2 * G1 - K4, 2 * K4 },
		{ 2 * G1 - M2 - K4, 3 * M2 + K4 },
		{ 5 * G1 - K4, K4 },
		{ 0, 6 * G1 },
		{ G1 - M2, M2 + K4 },
	};
	u32 r, pages;

	(void)state;
	assert_int_equal(paging_map(t, G1, G1, 4 * G1, RW, 2), 0);
	pages = paging_pages(t);
	for (r = 0; r < sizeof(ranges) / sizeof(ranges[0]); r++) {
		u64 virt = ranges[r][0], size = ranges[r][1];
		u64 low = virt < G1 ? G1 : virt;
		u64 high = virt + size < 5 * G1 ? virt + size : 5 * G1;

		assert_int_equal(paging_prepare(t, virt, size), 0);
		exhaust(0);
		walker_flushes = 0;
		paging_unmap(t, virt, size);
		assert_int_equal(walker_flushes, 1);
		assert_int_equal(walker_flush_virt, virt);
		assert_int_equal(walker_flush_size, size);
		assert_not_mapped(low);
		assert_not_mapped(high - 1);
		if (low > G1)
			assert_true(paging_lookup(t, low - 1, NULL, NULL, NULL));
		if (high < 5 * G1)
			assert_true(paging_lookup(t, high, NULL, NULL, NULL));
		assert_int_equal(paging_map(t, low, low, high - low, RW, 2), 0);
		give_back();
		assert_int_equal(paging_pages(t), pages);
		assert_maps(low, low, RW, G1);
	}
}

static void ranges_side_by_side(void **state)
{
	u32 pages;

	(void)state;
	assert_int_equal(paging_map(t, 0, 0, 2 * G1, RW, 2), 0);
	pages = paging_pages(t);
	/* Three neighbours go and come back in another order; tables stay until the last is back. */
	assert_int_equal(paging_prepare(t, M2 + K4, K4), 0);
	assert_int_equal(paging_prepare(t, M2 + 2 * K4, M2), 0);
	assert_int_equal(paging_prepare(t, 2 * M2 + 2 * K4, G1), 0);
	paging_unmap(t, M2 + K4, K4);
	paging_unmap(t, M2 + 2 * K4, M2);
	paging_unmap(t, 2 * M2 + 2 * K4, G1);
	assert_int_equal(exhaust(0), POOL_PAGES - paging_pages(t));
	assert_int_equal(paging_map(t, M2 + 2 * K4, M2 + 2 * K4, M2, RW, 2), 0);
	assert_not_mapped(M2 + K4);
	assert_int_equal(paging_map(t, 2 * M2 + 2 * K4, 2 * M2 + 2 * K4, G1, RW, 2), 0);
	assert_int_equal(paging_map(t, M2 + K4, M2 + K4, K4, RW, 2), 0);
	assert_maps(0, 0, RW, G1);
	assert_maps(G1, G1, RW, G1);
	assert_int_equal(paging_pages(t), pages);
	give_back();
}

static void mapping_apart_keeps_what_was_prepared(void **state)
{
	const u64 virt = G1 + M2 + K4, size = G1 + M2;
	u32 pages, prepared, n;
	u64 attr;

	(void)state;
	assert_int_equal(paging_map(t, G1, G1, 3 * G1, RW, 2), 0);
	pages = paging_pages(t);
	/* In two parts that meet inside of a block. */
	assert_int_equal(paging_prepare(t, virt, 3 * K4), 0);
	assert_int_equal(paging_prepare(t, virt + 3 * K4, size - 3 * K4), 0);
	assert_int_equal(paging_prepare(t, 2 * G1 + 5 * K4, K4), 0);
	prepared = paging_pages(t);
	paging_unmap(t, virt, size);
	exhaust(0);
	for (n = 0; n < 3; n++) {
		/* The same attributes as the neighbours have: they do not merge. */
		attr = n == 1 ? RO : RW;
		assert_int_equal(paging_map_apart(t, virt, virt, size, attr, 2), 0);
		attr |= PTE_APART;
		assert_maps(virt, virt, attr, K4);
		assert_maps(2 * G1 - M2, 2 * G1 - M2, attr, M2);
		assert_maps(2 * G1, 2 * G1, attr, K4);
		assert_int_equal(paging_pages(t), prepared);
		paging_unmap(t, virt, size);
		assert_not_mapped(virt);
		assert_not_mapped(virt + size - 1);
		assert_maps(virt - 1, virt - 1, RW, K4);
	}
	assert_int_equal(paging_map(t, virt, virt, 3 * K4, RW, 2), 0);
	assert_int_equal(paging_map(t, virt + 3 * K4, virt + 3 * K4, size - 3 * K4, RW, 2), 0);
	assert_maps(virt, virt, RW, G1);
	assert_int_equal(paging_pages(t), pages);
	give_back();
}

/* Memory of one cell comes back beside memory of another that is being loaded. */
static void what_comes_back_does_not_merge_with_apart(void **state)
{
	const u64 lent = G1 + 4 * K4, back = G1 + 5 * K4;
	u32 pages;

	(void)state;
	assert_int_equal(paging_map(t, G1, G1, G1, RW, 2), 0);
	pages = paging_pages(t);
	assert_int_equal(paging_prepare(t, lent, K4), 0);
	paging_unmap(t, lent, K4);
	assert_int_equal(paging_prepare(t, back, K4), 0);
	paging_unmap(t, back, K4);
	assert_int_equal(paging_map_apart(t, lent, lent, K4, RW, 2), 0);
	assert_int_equal(paging_map(t, back, back, K4, RW, 2), 0);
	paging_merge(t, back, K4, 2);
	assert_maps(lent, lent, RW | PTE_APART, K4);
	paging_unmap(t, lent, K4);
	assert_int_equal(mock_bugs, 0);
	assert_int_equal(paging_map(t, lent, lent, K4, RW, 2), 0);
	assert_maps(lent, lent, RW, G1);
	assert_int_equal(paging_pages(t), pages);
}

static void mapping_apart_needs_no_prepare(void **state)
{
	(void)state;
	/* Nothing there. */
	assert_int_equal(paging_map_apart(t, G1 + K4, G1 + K4, G1, RW, 2), 0);
	paging_unmap(t, G1 + K4, G1);
	assert_not_mapped(G1 + M2);
	/* A leaf that says the same but reaches over the border. */
	assert_int_equal(paging_map(t, 4 * G1, 4 * G1, G1, RW, 2), 0);
	assert_int_equal(paging_map_apart(t, 4 * G1 + M2, 4 * G1 + M2, M2, RW, 2), 0);
	paging_unmap(t, 4 * G1 + M2, M2);
	assert_not_mapped(4 * G1 + M2);
	assert_maps(4 * G1, 4 * G1, RW, M2);
	assert_int_equal(paging_map_apart(t, 4 * G1, 4 * G1, M2, RW, 3), 0);
	assert_int_equal(paging_map_apart(t, 4 * G1, 4 * G1, 1, RW, 3), -EINVAL);
}

static void unmap_skips_what_is_not_mapped(void **state)
{
	(void)state;
	paging_unmap(t, 0, 1024 * G1);
	assert_int_equal(walker_flushes, 0);
	assert_int_equal(paging_map(t, 7 * G1 + K4, 0, K4, RW, 2), 0);
	paging_unmap(t, 0, 1024 * G1);
	assert_int_equal(walker_flushes, 1);
	assert_not_mapped(7 * G1 + K4);
	/* Tables are kept. */
	assert_int_equal(paging_pages(t), 4);
}

static void unmap_without_prepare_is_a_bug(void **state)
{
	(void)state;
	assert_int_equal(paging_map(t, G1, G1, 2 * G1, RW, 2), 0);
	paging_unmap(t, G1 + M2, M2);
	assert_int_equal(mock_bugs, 1);
	paging_unmap(t, G1 + M2, G1 - M2);
	assert_int_equal(mock_bugs, 2);
	paging_unmap(t, G1, M2);
	assert_int_equal(mock_bugs, 3);
	assert_string_equal(mock_bug_text, "paging: range to be unmapped was not prepared");
	assert_maps(G1 + M2, G1 + M2, RW, G1);
	mock_reset();
}

static void merge_frees_empty_tables_inside_only(void **state)
{
	(void)state;
	assert_int_equal(paging_map(t, G1 + K4, K4, M2, RW, 2), 0);
	paging_unmap(t, G1 + K4, M2);
	assert_int_equal(paging_pages(t), 5);
	/* Both lowest tables reach over the borders: a neighbour may rely on them. */
	paging_merge(t, G1 + K4, M2, 2);
	assert_int_equal(paging_pages(t), 5);
	paging_merge(t, G1, M2, 2);
	assert_int_equal(paging_pages(t), 4);
	paging_merge(t, G1, G1, 2);
	assert_int_equal(paging_pages(t), 2);
}

static void merge_keeps_small_pages_if_told(void **state)
{
	(void)state;
	assert_int_equal(paging_map(t, G1, G1, M2, RW, 0), 0);
	paging_merge(t, G1, M2, 0);
	assert_maps(G1, G1, RW, K4);
	paging_merge(t, G1, M2, 1);
	assert_maps(G1, G1, RW, M2);
}

static void refuses_impossible_ranges(void **state)
{
	(void)state;
	assert_int_equal(paging_map(t, 1, 0, K4, RW, 2), -EINVAL);
	assert_int_equal(paging_map(t, 0, 1, K4, RW, 2), -EINVAL);
	assert_int_equal(paging_map(t, 0, 0, K4 + 1, RW, 2), -EINVAL);
	assert_int_equal(paging_map(t, 0, 0, 0, RW, 2), -EINVAL);
	assert_string_equal(mock_error_text, "address range 0x0+0x0 is not a positive number of "
					     "whole 4 KiB pages");
	assert_int_equal(paging_map(t, 1024 * G1, 0, K4, RW, 2), -ERANGE);
	assert_int_equal(paging_map(t, 1023 * G1, 0, 2 * G1, RW, 2), -ERANGE);
	assert_int_equal(paging_map(t, -K4, 0, K4, RW, 2), -ERANGE);
	assert_int_equal(paging_map(t, -K4, 0, 2 * K4, RW, 2), -ERANGE);
	assert_int_equal(paging_map(t, K4, 0, -K4, RW, 2), -ERANGE);
	assert_string_equal(mock_error_text,
			    "address range 0x1000+0xfffffffffffff000 does not "
			    "lie below 0x10000000000, the end of the address space");
	assert_int_equal(paging_map(t, 0, PTE_PHYS_LIMIT, K4, RW, 2), -ERANGE);
	assert_int_equal(paging_map(t, 0, -K4, 2 * K4, RW, 2), -ERANGE);
	assert_int_equal(paging_map(t, 0, PTE_PHYS_LIMIT - K4, 2 * K4, RW, 2), -ERANGE);
	assert_int_equal(paging_prepare(t, K4, -K4), -ERANGE);
	assert_int_equal(paging_prepare(t, 5, K4), -EINVAL);
	assert_int_equal(mock_bugs, 0);
	paging_unmap(t, K4, -K4);
	paging_unmap(t, 0, 0);
	paging_merge(t, 1024 * G1, K4, 2);
	assert_int_equal(mock_bugs, 3);
	mock_reset();
	assert_int_equal(paging_pages(t), 2);
	assert_int_equal(paging_map(t, 1023 * G1, PTE_PHYS_LIMIT - G1, G1, RW, 2), 0);
}

static void map_without_memory(void **state)
{
	u32 used;

	(void)state;
	exhaust(1);
	used = pool_used();
	assert_int_equal(paging_map(t, 0, 0, K4, RW, 2), -ENOMEM);
	assert_int_equal(mock_error_code, ENOMEM);
	assert_not_mapped(0);
	/* The half-built way is part of the tables and goes with them. */
	paging_merge(t, 0, G1, 2);
	assert_int_equal(pool_used(), used);
	give_back();
}

/*
 * Random operations against a model: what each page of a window of 3 GiB should translate to.
 */
#define WINDOW	     (3 * G1)
#define WINDOW_START G1
#define WINDOW_PAGES (WINDOW / K4)
#define UNMAPPED     (~0ULL)

static const u64 attrs[] = { RW, RO, DEV };

static u64 *model; /* phys | index of the attributes, or UNMAPPED */
static u64 seed;

static u64 random_below(u64 limit)
{
	seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
	return (seed >> 33) % limit;
}

static u64 found_at(u64 page)
{
	u64 phys, attr, n;

	if (!paging_lookup(t, WINDOW_START + page * K4, &phys, &attr, NULL))
		return UNMAPPED;
	for (n = 0; attrs[n] != attr; n++)
		assert_true(n < 2);
	return phys | n;
}

static void assert_page_as_in_model(u64 page)
{
	if (page < WINDOW_PAGES)
		assert_int_equal(found_at(page), model[page]);
}

static void assert_as_in_model(u64 page, u64 pages, bool everywhere)
{
	u64 n;

	for (n = 0; n < 3; n++) {
		assert_page_as_in_model(page + n - 1);
		assert_page_as_in_model(page + pages + n - 2);
	}
	for (n = 0; n < 500; n++)
		assert_page_as_in_model(random_below(WINDOW_PAGES));
	for (n = 0; everywhere && n < WINDOW_PAGES; n++)
		assert_page_as_in_model(n);
	assert_not_mapped(WINDOW_START - 1);
	assert_not_mapped(WINDOW_START + WINDOW);
	assert_accounted();
}

/* A range with borders that are often but not always those of blocks. */
static void random_range(u64 *page, u64 *pages)
{
	static const u64 units[] = { 1, 1, 512, 512, 512 * 512 };
	u64 unit = units[random_below(5)];

	*page = random_below(WINDOW_PAGES / unit) * unit;
	*pages = (1 + random_below(unit == 1 ? 20 : 3)) * unit;
	if (unit > 1 && random_below(3) == 0)
		*pages += random_below(4);
	if (*pages > WINDOW_PAGES - *page)
		*pages = WINDOW_PAGES - *page;
}

static void random_map(u64 page, u64 pages)
{
	static const u64 offsets[] = { 0, 0, 0, G1, M2, K4 };
	u64 phys = WINDOW_START + page * K4 + offsets[random_below(pages > 2000 ? 4 : 6)];
	u32 level = pages > 2000 ? 2 : (u32)random_below(3);
	u64 attr = random_below(3), n;
	int err = paging_map(t, WINDOW_START + page * K4, phys, pages * K4, attrs[attr], level);

	assert_true(err == 0 || err == -ENOMEM);
	for (n = 0; n < pages; n++) {
		u64 expected = (phys + n * K4) | attr;

		/* Without memory each page is translated the new or the old way. */
		if (err && found_at(page + n) != expected)
			assert_page_as_in_model(page + n);
		else
			model[page + n] = expected;
	}
}

static void random_unmap(u64 page, u64 pages)
{
	u64 virt = WINDOW_START + page * K4, n;

	if (paging_prepare(t, virt, pages * K4))
		return;
	for (n = 0; n < 20; n++)
		assert_page_as_in_model(page + random_below(pages));
	paging_unmap(t, virt, pages * K4);
	for (n = 0; n < pages; n++)
		model[page + n] = UNMAPPED;
}

static void random_operations(void **state)
{
	u64 page, pages, n;

	(void)state;
	seed = 42;
	model = malloc(WINDOW_PAGES * sizeof(*model));
	for (n = 0; n < WINDOW_PAGES; n++)
		model[n] = UNMAPPED;
	for (n = 0; n < 600; n++) {
		random_range(&page, &pages);
		switch (random_below(5)) {
		case 0:
		case 1:
		case 2:
			random_map(page, pages);
			break;
		case 3:
			random_unmap(page, pages);
			break;
		case 4:
			paging_merge(t, WINDOW_START + page * K4, pages * K4, 2);
			break;
		}
		assert_as_in_model(page, pages, n % 50 == 49);
	}
	/* Everything unmapped and merged is as nothing ever mapped. */
	paging_unmap(t, 0, 1024 * G1);
	paging_merge(t, 0, 1024 * G1, 2);
	assert_int_equal(paging_pages(t), 2);
	free(model);
}

int main(void)
{
#define PAGING_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entry_encoding),
		cmocka_unit_test(create_without_memory),
		PAGING_TEST(creates_and_destroys),
		PAGING_TEST(maps_largest_leaves),
		PAGING_TEST(alignment_of_phys_limits_leaves),
		PAGING_TEST(max_level_limits_leaves),
		PAGING_TEST(never_makes_leaves_above_the_limit_of_the_machine),
		PAGING_TEST(physical_addresses_end_before_virtual_ones),
		PAGING_TEST(root_of_one_page_table_level),
		PAGING_TEST(table_bits_are_set),
		PAGING_TEST(mapping_again_changes_nothing),
		PAGING_TEST(smaller_leaves_on_demand),
		PAGING_TEST(replaces_mappings),
		PAGING_TEST(merges_what_becomes_uniform),
		PAGING_TEST(merges_over_two_levels),
		PAGING_TEST(merges_at_the_start_of_the_range),
		PAGING_TEST(does_not_merge_what_differs),
		PAGING_TEST(prepare_changes_no_translation),
		PAGING_TEST(prepare_splits_no_more_than_needed),
		PAGING_TEST(prepare_looks_at_nothing_behind_the_root),
		PAGING_TEST(prepare_without_memory_leaves_all_as_it_was),
		PAGING_TEST(unmap_and_map_back_need_no_memory),
		PAGING_TEST(ranges_side_by_side),
		PAGING_TEST(mapping_apart_keeps_what_was_prepared),
		PAGING_TEST(what_comes_back_does_not_merge_with_apart),
		PAGING_TEST(mapping_apart_needs_no_prepare),
		PAGING_TEST(unmap_skips_what_is_not_mapped),
		PAGING_TEST(unmap_without_prepare_is_a_bug),
		PAGING_TEST(merge_frees_empty_tables_inside_only),
		PAGING_TEST(merge_keeps_small_pages_if_told),
		PAGING_TEST(refuses_impossible_ranges),
		PAGING_TEST(map_without_memory),
		PAGING_TEST(random_operations),
	};

	return cmocka_run_group_tests_name("paging", tests, NULL, NULL);
}
