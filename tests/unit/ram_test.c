/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory that the driver takes out of Linux page range by page range (driver/ram.c), with a Linux that has
 * pages in use: either all of a range is taken, or nothing is.
 */
#include <kernel_model.h>

#include "../../driver/jailhouse.h"

#define PIECE 16UL

struct page model_pages[MODEL_PAGES];
bool model_killed;
unsigned long model_ms;

static unsigned int calls;     /* of alloc_contig_range() */
static unsigned int no_memory; /* so many of them find no memory */
static void (*on_sleep)(void);
static unsigned int random_state;

/* --- Linux ---------------------------------------------------------------------------------- */

int alloc_contig_range(unsigned long start, unsigned long end, unsigned int type, int flags)
{
	unsigned long pfn;

	(void)type;
	(void)flags;
	assert_true(start < end && end <= MODEL_PAGES);
	calls++;
	for (pfn = start; pfn < end; pfn++) {
		assert_false(model_pages[pfn].taken);
		assert_int_equal(model_pages[pfn].zone, model_pages[start].zone);
	}
	if (no_memory) {
		no_memory--;
		return -ENOMEM;
	}
	for (pfn = start; pfn < end; pfn++)
		if (model_pages[pfn].pinned)
			return -EBUSY;
	for (pfn = start; pfn < end; pfn++)
		model_pages[pfn].taken = true;
	return 0;
}

void free_contig_range(unsigned long pfn, unsigned long count)
{
	for (; count--; pfn++) {
		assert_true(pfn_to_page(pfn)->taken);
		assert_false(model_pages[pfn].offline);
		model_pages[pfn].taken = false;
	}
}

struct page *alloc_pages(int flags, unsigned int order)
{
	(void)flags;
	(void)order;
	return NULL;
}

void __free_pages(struct page *page, unsigned int order)
{
	free_contig_range(page_to_pfn(page), 1UL << order);
}

void msleep(unsigned int ms)
{
	model_ms += ms;
	if (on_sleep)
		on_sleep();
}

/* --- tests ---------------------------------------------------------------------------------- */

static int set_up(void **state)
{
	(void)state;
	memset(model_pages, 0, sizeof(model_pages));
	calls = no_memory = 0;
	model_killed = false;
	on_sleep = NULL;
	random_state = 1;
	return 0;
}

static void assert_taken(unsigned long start, unsigned long end)
{
	unsigned long pfn;

	for (pfn = 0; pfn < MODEL_PAGES; pfn++) {
		assert_int_equal(model_pages[pfn].taken, pfn >= start && pfn < end);
		assert_int_equal(model_pages[pfn].offline, pfn >= start && pfn < end);
	}
}

static void unpin_all(void)
{
	unsigned long pfn;

	for (pfn = 0; pfn < MODEL_PAGES; pfn++)
		model_pages[pfn].pinned = false;
}

static void what_is_free(void **state)
{
	unsigned long bad;

	(void)state;
	model_pages[1023].pinned = model_pages[2048].pinned = true;
	assert_int_equal(ram_take(1024, 2048, &bad), 0);
	assert_int_equal(calls, 1);
	assert_taken(1024, 2048);
	ram_give(1024, 2048);
	assert_taken(0, 0);
}

static void what_is_in_use_for_a_moment(void **state)
{
	unsigned long bad;

	(void)state;
	model_pages[1500].pinned = true;
	on_sleep = unpin_all;
	assert_int_equal(ram_take(1024, 2048, &bad), 0);
	assert_taken(1024, 2048);
}

static void what_stays_in_use(void **state)
{
	unsigned long bad = 0;

	(void)state;
	model_pages[1500].pinned = true;
	assert_int_equal(ram_take(1024, 2048, &bad), -EBUSY);
	assert_true(bad <= 1500 && 1500 < bad + PIECE);
	assert_taken(0, 0);
	assert_true(model_ms >= 3000);
	assert_int_equal(ram_try(1024, 2048), -EBUSY);
	assert_taken(0, 0);
}

static void borders_of_zones(void **state)
{
	unsigned long bad, pfn;

	(void)state;
	for (pfn = 1536; pfn < MODEL_PAGES; pfn++)
		model_pages[pfn].zone = 1;
	assert_int_equal(ram_take(1024, 2048, &bad), 0);
	assert_int_equal(calls, 2);
	assert_taken(1024, 2048);
	ram_give(1024, 2048);
	assert_int_equal(ram_try(1024, 2048), -EXDEV);
}

static void no_memory_to_move_things_to(void **state)
{
	unsigned long bad;

	(void)state;
	no_memory = 3;
	assert_int_equal(ram_take(0, MODEL_PAGES, &bad), 0);
	assert_int_equal(calls, 4);
	assert_taken(0, MODEL_PAGES);
	ram_give(0, MODEL_PAGES);

	/* Never: as one piece, so often as there is time */
	no_memory = ~0U;
	assert_int_equal(ram_take(0, MODEL_PAGES, &bad), -ENOMEM);
	assert_true(calls < 200);
	assert_taken(0, 0);
}

static void a_process_that_is_killed(void **state)
{
	unsigned long bad;

	(void)state;
	model_killed = true;
	assert_int_equal(ram_take(1024, 2048, &bad), -EINTR);
	assert_taken(0, 0);
}

static unsigned int random_below(unsigned int limit)
{
	random_state = random_state * 1103515245 + 12345;
	return (random_state >> 8) % limit;
}

static bool stays;

/* A quarter of the pages that were in use are not any more, others are; the first one perhaps for ever. */
static void change_pins(void)
{
	unsigned long pfn;

	for (pfn = 0; pfn < MODEL_PAGES; pfn += PIECE)
		if (model_pages[pfn].pinned)
			model_pages[pfn].pinned = random_below(4) != 0;
		else if (!model_pages[pfn].taken)
			model_pages[pfn].pinned = random_below(20) == 0;
	model_pages[0].pinned = stays;
}

/* About as many holes as there are places for, some of them large: these fall apart when they are tried again. */
static void many_holes(void **state)
{
	unsigned long bad, pfn, end;
	unsigned int round, every;
	int err;

	(void)state;
	on_sleep = change_pins;
	for (round = 0; round < 400; round++) {
		stays = round % 2;
		every = 8 + random_below(12);
		unpin_all();
		for (pfn = 0; pfn < MODEL_PAGES; pfn = end + PIECE * (1 + random_below(every))) {
			end = pfn + PIECE * (1 + random_below(4));
			for (; pfn < end && pfn < MODEL_PAGES; pfn += PIECE)
				model_pages[pfn].pinned = true;
		}
		err = ram_take(0, MODEL_PAGES, &bad);
		assert_int_equal(err, stays ? -EBUSY : 0);
		assert_taken(0, err ? 0 : MODEL_PAGES);
		if (err)
			assert_true(bad < PIECE);
		else
			ram_give(0, MODEL_PAGES);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(what_is_free, set_up),
		cmocka_unit_test_setup(what_is_in_use_for_a_moment, set_up),
		cmocka_unit_test_setup(what_stays_in_use, set_up),
		cmocka_unit_test_setup(borders_of_zones, set_up),
		cmocka_unit_test_setup(no_memory_to_move_things_to, set_up),
		cmocka_unit_test_setup(a_process_that_is_killed, set_up),
		cmocka_unit_test_setup(many_holes, set_up),
	};

	return cmocka_run_group_tests_name("ram", tests, NULL, NULL);
}
