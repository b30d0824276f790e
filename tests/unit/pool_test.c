/* SPDX-License-Identifier: GPL-2.0-only */
/* The page pool. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <core/pool.h>

#include "mock.h"

#define PAGES 70 /* more than one word of the bitmap, and not all of the second */
#define PHYS  0x40003000ULL

static char *memory;

static int set_up(void **state)
{
	(void)state;
	mock_reset();
	memory = aligned_alloc(PAGE_SIZE, PAGES * PAGE_SIZE);
	memset(memory, 0xa5, PAGES * PAGE_SIZE);
	pool_init(memory, PHYS, PAGES);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	free(memory);
	return 0;
}

static void starts_empty(void **state)
{
	(void)state;
	assert_int_equal(pool_total(), PAGES);
	assert_int_equal(pool_used(), 0);
}

static void gives_every_page_once(void **state)
{
	bool seen[PAGES] = { false };
	u32 n;

	(void)state;
	for (n = 0; n < PAGES; n++) {
		char *page = pool_alloc(1, 1);
		size_t index;

		assert_non_null(page);
		assert_int_equal((size_t)(page - memory) % PAGE_SIZE, 0);
		index = (size_t)(page - memory) / PAGE_SIZE;
		assert_in_range(index, 0, PAGES - 1);
		assert_false(seen[index]);
		seen[index] = true;
		assert_int_equal(pool_used(), n + 1);
	}
	assert_null(pool_alloc(1, 1));
	assert_int_equal(pool_used(), PAGES);
	assert_int_equal(mock_bugs, 0);
}

static void clears_pages(void **state)
{
	static const char zero[3 * PAGE_SIZE];
	char *pages = pool_alloc(3, 1);

	(void)state;
	assert_memory_equal(pages, zero, sizeof(zero));
	memset(pages, 0x5a, sizeof(zero));
	pool_free(pages, 3);
	assert_ptr_equal(pool_alloc(3, 1), pages);
	assert_memory_equal(pages, zero, sizeof(zero));
	/* The next page is not touched. */
	assert_int_equal((unsigned char)pages[3 * PAGE_SIZE], 0xa5);
}

static void finds_contiguous_pages_between_others(void **state)
{
	char *page[PAGES];
	u32 n;

	(void)state;
	for (n = 0; n < PAGES; n++)
		page[n] = pool_alloc(1, 1);
	pool_free(page[10], 1);
	pool_free(page[20], 1);
	pool_free(page[21], 1);
	/* Across the border of two bitmap words. */
	pool_free(page[63], 1);
	pool_free(page[64], 1);
	pool_free(page[65], 1);
	assert_null(pool_alloc(4, 1));
	assert_ptr_equal(pool_alloc(3, 1), page[63]);
	assert_ptr_equal(pool_alloc(2, 1), page[20]);
	assert_null(pool_alloc(2, 1));
	assert_ptr_equal(pool_alloc(1, 1), page[10]);
	assert_int_equal(pool_used(), PAGES);
}

static void never_reaches_beyond_the_end(void **state)
{
	(void)state;
	assert_null(pool_alloc(PAGES + 1, 1));
	assert_null(pool_alloc(0xffffffff, 1));
	assert_int_equal(pool_used(), 0);
	assert_non_null(pool_alloc(PAGES, 1));
	assert_int_equal(pool_used(), PAGES);
	assert_null(pool_alloc(1, 1));
}

static void aligns_physical_addresses(void **state)
{
	char *high;
	u32 align;

	(void)state;
	/* The pool ends at 0x40049000: the only multiple of 64 pages in it has 9 pages. */
	assert_null(pool_alloc(10, 64));
	high = pool_alloc(9, 64);
	assert_non_null(high);
	assert_int_equal(pool_phys(high), 0x40040000);
	pool_free(high, 9);
	for (align = 1; align <= 32; align *= 2) {
		char *pages = pool_alloc(2, align);

		assert_non_null(pages);
		assert_int_equal(pool_phys(pages) % (align * PAGE_SIZE), 0);
	}
	assert_int_equal(pool_used(), 6 * 2);
}

static void refuses_bad_requests(void **state)
{
	(void)state;
	assert_null(pool_alloc(0, 1));
	assert_null(pool_alloc(1, 0));
	assert_null(pool_alloc(1, 3));
	assert_int_equal(mock_bugs, 3);
	assert_int_equal(pool_used(), 0);
}

static void catches_double_free(void **state)
{
	char *pages = pool_alloc(4, 1);

	(void)state;
	pool_free(pages, 4);
	assert_int_equal(mock_bugs, 0);
	assert_int_equal(pool_used(), 0);
	pool_free(pages, 4);
	assert_int_equal(mock_bugs, 1);
	assert_int_equal(pool_used(), 0);
}

static void frees_all_or_nothing(void **state)
{
	char *pages = pool_alloc(4, 1);

	(void)state;
	pool_free(pages + 2 * PAGE_SIZE, 1);
	pool_free(pages, 4);
	assert_int_equal(mock_bugs, 1);
	assert_int_equal(pool_used(), 3);
	pool_free(pages, 2);
	pool_free(pages + 3 * PAGE_SIZE, 1);
	assert_int_equal(mock_bugs, 1);
	assert_int_equal(pool_used(), 0);
}

static void catches_foreign_addresses(void **state)
{
	char *page = pool_alloc(PAGES - 1, 1);

	(void)state;
	pool_free(page + 1, 1);
	pool_free(memory + (PAGES - 1) * PAGE_SIZE, 1); /* free */
	pool_free(memory - PAGE_SIZE, 1);
	pool_free(memory + PAGES * PAGE_SIZE, 1);
	pool_free(page, PAGES);
	pool_free(page, 0xffffffff);
	pool_free(page, 0);
	pool_free(NULL, 1);
	assert_int_equal(mock_bugs, 8);
	assert_int_equal(pool_used(), PAGES - 1);
}

static void translates(void **state)
{
	char *page = pool_alloc(1, 1);

	(void)state;
	assert_int_equal(pool_phys(memory), PHYS);
	assert_int_equal(pool_phys(page + 8), PHYS + (u64)(page - memory) + 8);
	assert_ptr_equal(pool_virt(pool_phys(page)), page);
}

static void keeps_a_larger_bitmap(void **state)
{
	const u32 pages = 32768 + 1; /* one page more than a page of bits has */
	char *large = aligned_alloc(PAGE_SIZE, pages * PAGE_SIZE);

	(void)state;
	pool_init(large, 0, pages);
	assert_int_equal(pool_total(), pages);
	assert_int_equal(pool_used(), 2);
	assert_ptr_equal(pool_alloc(1, 1), large + 2 * PAGE_SIZE);
	free(large);
}

int main(void)
{
#define POOL_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		POOL_TEST(starts_empty),
		POOL_TEST(gives_every_page_once),
		POOL_TEST(clears_pages),
		POOL_TEST(finds_contiguous_pages_between_others),
		POOL_TEST(never_reaches_beyond_the_end),
		POOL_TEST(aligns_physical_addresses),
		POOL_TEST(refuses_bad_requests),
		POOL_TEST(catches_double_free),
		POOL_TEST(frees_all_or_nothing),
		POOL_TEST(catches_foreign_addresses),
		POOL_TEST(translates),
		POOL_TEST(keeps_a_larger_bitmap),
	};

	return cmocka_run_group_tests_name("pool", tests, NULL, NULL);
}
