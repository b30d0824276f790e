/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The walk through a guest's page tables, in every paging mode of x86, in a memory that consists of
 * the few entries that a test stores; everything else cannot be read.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <asm/walk.h>

#define P   0x01ULL   /* present */
#define PS  0x80ULL   /* page size; in the lowest level PAT */
#define PAT 0x1000ULL /* of a large page */
#define NX  (1ULL << 63)

/* Bits that do not matter: writable, user, PWT, PCD, accessed, dirty, global, 3 available ones. */
#define IDLE 0xf7eULL

#define MAX_ENTRIES 8
#define MAX_READS   8

static struct {
	u64 address;
	u32 size;
	u64 value;
} entries[MAX_ENTRIES];
static u32 entry_count;
static u32 reads;

static void put(u64 address, u32 size, u64 value)
{
	u32 n;

	for (n = 0; n < entry_count && entries[n].address != address; n++)
		;
	assert_true(n < MAX_ENTRIES);
	if (n == entry_count)
		entry_count++;
	entries[n].address = address;
	entries[n].size = size;
	entries[n].value = value;
}

static bool get(void *ctx, u64 address, u32 size, u64 *value)
{
	u32 n;

	assert_ptr_equal(ctx, entries);
	assert_int_equal(address % size, 0);
	assert_true(++reads <= MAX_READS);
	for (n = 0; n < entry_count; n++)
		if (entries[n].address == address && entries[n].size == size) {
			*value = entries[n].value;
			return true;
		}
	return false;
}

static int set_up(void **state)
{
	(void)state;
	entry_count = 0;
	return 0;
}

static bool translate(const struct walk *walk, u64 linear, u64 *address)
{
	reads = 0;
	return walk_translate(walk, linear, get, entries, address);
}

static void assert_leads(const struct walk *walk, u64 linear, u64 expected)
{
	u64 address = ~expected;

	assert_true(translate(walk, linear, &address));
	assert_int_equal(address, expected);
}

static void assert_leads_nowhere(const struct walk *walk, u64 linear)
{
	u64 address;

	assert_false(translate(walk, linear, &address));
}

/* Each entry on the way, not present (whatever else it says) and not readable, ends the walk. */
static void assert_needs_all_entries(const struct walk *walk, u64 linear)
{
	u64 address;
	u32 n;

	for (n = 0; n < entry_count; n++) {
		u64 value = entries[n].value;
		u32 size = entries[n].size;

		entries[n].value = value & ~P;
		assert_leads_nowhere(walk, linear);
		assert_int_equal(reads, n + 1);
		entries[n].value = (size == 4 ? 0xffffffff : ~0ULL) & ~P;
		assert_leads_nowhere(walk, linear);
		entries[n].value = value;
		entries[n].size = 0;
		assert_leads_nowhere(walk, linear);
		entries[n].size = size;
	}
	assert_true(translate(walk, linear, &address));
	assert_int_equal(reads, entry_count);
}

static const struct walk none = { .cr3 = 0x1000, .pae = true, .pse = true };
static const struct walk legacy = { .cr3 = 0xabcde000, .paging = true };
static const struct walk legacy_pse = { .cr3 = 0xabcde000, .paging = true, .pse = true };
static const struct walk pae = { .cr3 = 0xabcde0e0, .paging = true, .pae = true };
static const struct walk long4 = {
	.cr3 = 0xfabcdabcde000, .paging = true, .pae = true, .long_mode = true
};
static const struct walk long5 = {
	.cr3 = 0xfabcdabcde000, .paging = true, .pae = true, .long_mode = true, .la57 = true
};

static void without_paging(void **state)
{
	struct walk walk = none;

	(void)state;
	assert_leads(&walk, 0, 0);
	assert_leads(&walk, 0xfffffff0, 0xfffffff0);
	assert_leads(&walk, 0x1fffffff0, 0xfffffff0);
	/* With LME set but without paging there is no long mode. */
	walk.long_mode = true;
	assert_leads(&walk, 0xfee00000, 0xfee00000);
	assert_int_equal(reads, 0);
}

/* Linear 0x12345678: directory entry 0x48, table entry 0x345. */
static void legacy_4k(void **state)
{
	(void)state;
	put(0xabcde000 + 0x48 * 4, 4, 0x77777000 | P | (IDLE & ~PS));
	put(0x77777000 + 0x345 * 4, 4, 0xfedcb000 | P | PS | IDLE);
	assert_leads(&legacy, 0x12345678, 0xfedcb678);
	assert_leads(&legacy_pse, 0x12345678, 0xfedcb678);
	assert_leads(&legacy, 0xffffffff12345000, 0xfedcb000);
	assert_leads(&legacy, 0x12345fff, 0xfedcbfff);
	assert_leads_nowhere(&legacy, 0x12346000);
	assert_leads_nowhere(&legacy, 0x12744678);
	assert_needs_all_entries(&legacy, 0x12345678);
}

static void legacy_ends_of_tables(void **state)
{
	(void)state;
	put(0xabcdeffc, 4, 0xfffff000 | P);
	put(0xfffffffc, 4, 0xfffff000 | P);
	assert_leads(&legacy, 0xffffffff, 0xffffffff);
	put(0xabcde000, 4, 0x1000 | P);
	put(0x1000, 4, 0 | P);
	assert_leads(&legacy, 0, 0);
}

static void legacy_4m(void **state)
{
	(void)state;
	put(0xabcde000 + 0x48 * 4, 4, 0xffc00000 | P | PS | (IDLE & ~PS));
	assert_leads(&legacy_pse, 0x12345678, 0xfff45678);
	/* Without PSE the bit says nothing. */
	assert_leads_nowhere(&legacy, 0x12345678);
	put(0xffc00000 + 0x345 * 4, 4, 0x5000 | P);
	assert_leads(&legacy, 0x12345678, 0x5678);
	entry_count = 1;
	assert_needs_all_entries(&legacy_pse, 0x12345678);
}

static void legacy_4m_above_4g(void **state)
{
	u64 entry = 0x00400000 | P | PS;

	(void)state;
	/* Bits 20:13 are 39:32, bit 12 is the memory type. */
	put(0xabcde000 + 0x48 * 4, 4, entry | 0x2a << 13 | PAT);
	assert_leads(&legacy_pse, 0x12345678, 0x2a00745678);
	put(0xabcde000 + 0x48 * 4, 4, entry | 0xff << 13);
	assert_leads(&legacy_pse, 0x12345678, 0xff00745678);
	put(0xabcde000 + 0x48 * 4, 4, entry | 1 << 21);
	assert_leads_nowhere(&legacy_pse, 0x12345678);
}

static void legacy_ignores_the_rest_of_cr3(void **state)
{
	struct walk walk = legacy;

	(void)state;
	put(0xabcde000 + 0x48 * 4, 4, 0x77777000 | P);
	put(0x77777000 + 0x345 * 4, 4, 0xfedcb000 | P);
	walk.cr3 |= 0xffffffff00000fff;
	assert_leads(&walk, 0x12345678, 0xfedcb678);
	/* LA57 says nothing outside of long mode. */
	walk.la57 = true;
	assert_leads(&walk, 0x12345678, 0xfedcb678);
}

/* Linear 0xd2345678: pointer 3, directory entry 0x91, table entry 0x145. */
static void pae_4k(void **state)
{
	struct walk walk = pae;

	(void)state;
	put(0xabcde0e0 + 3 * 8, 8, 0xfffff77777000 | P | 0xe18);
	put(0xfffff77777000 + 0x91 * 8, 8, 0x1234566666000 | P | (IDLE & ~PS) | NX);
	put(0x1234566666000 + 0x145 * 8, 8, 0xffffffedcb000 | P | PS | IDLE | NX);
	assert_leads(&pae, 0xd2345678, 0xffffffedcb678);
	assert_leads(&pae, 0x1d2345678, 0xffffffedcb678);
	assert_leads_nowhere(&pae, 0x92345678);
	assert_needs_all_entries(&pae, 0xd2345678);
	/* CR3 has bits 31:5 only; PSE is for legacy tables. */
	walk.cr3 |= 0xffffffff0000001f;
	walk.pse = true;
	walk.la57 = true;
	assert_leads(&walk, 0xd2345678, 0xffffffedcb678);
}

static void pae_2m(void **state)
{
	(void)state;
	put(0xabcde0e0 + 3 * 8, 8, 0x77777000 | P);
	put(0x77777000 + 0x91 * 8, 8, 0xffffffee00000 | P | PS | PAT | IDLE | NX);
	assert_leads(&pae, 0xd2345678, 0xffffffef45678);
	assert_needs_all_entries(&pae, 0xd2345678);
	put(0x77777000 + 0x91 * 8, 8, 0xffffffee02000 | P | PS);
	assert_leads_nowhere(&pae, 0xd2345678);
}

static void pae_has_no_pages_of_1g(void **state)
{
	u32 bit;

	(void)state;
	for (bit = 1; bit < 9; bit++) {
		put(0xabcde0e0 + 3 * 8, 8, 0x40000000 | P | 1ULL << bit);
		put(0x40000000 + 0x91 * 8, 8, 0x200000 | P | PS);
		if (bit == 3 || bit == 4)
			assert_leads(&pae, 0xd2345678, 0x345678);
		else
			assert_leads_nowhere(&pae, 0xd2345678);
	}
}

/* Linear 0x7f5566778899: entries 0xfe, 0x155, 0x133, 0x178. */
#define LINEAR4 0x7f5566778899ULL

static void put_long4(void)
{
	put(0xfabcdabcde000 + 0xfe * 8, 8, 0xfffff11111000 | P | (IDLE & ~PS) | NX);
	put(0xfffff11111000 + 0x155 * 8, 8, 0xfffff22222000 | P | (IDLE & ~PS) | NX);
	put(0xfffff22222000 + 0x133 * 8, 8, 0xfffff33333000 | P | (IDLE & ~PS) | 0x7ffULL << 52);
	put(0xfffff33333000 + 0x178 * 8, 8, 0xfffff44444000 | P | PS | IDLE | 0x7ffULL << 52);
}

static void long_4k(void **state)
{
	struct walk walk = long4;

	(void)state;
	put_long4();
	assert_leads(&long4, LINEAR4, 0xfffff44444899);
	assert_leads_nowhere(&long4, LINEAR4 + 0x1000);
	assert_leads_nowhere(&long4, LINEAR4 + 0x200000);
	assert_leads_nowhere(&long4, LINEAR4 + 0x40000000);
	assert_leads_nowhere(&long4, LINEAR4 - (1ULL << 39));
	assert_needs_all_entries(&long4, LINEAR4);
	/* PCID, and the bit that keeps translations. */
	walk.cr3 |= 1ULL << 63 | 0xfff;
	walk.pse = true;
	assert_leads(&walk, LINEAR4, 0xfffff44444899);
}

static void long_2m(void **state)
{
	(void)state;
	put_long4();
	entry_count = 3;
	put(0xfffff22222000 + 0x133 * 8, 8, 0xfffff33200000 | P | PS | PAT | IDLE | NX);
	assert_leads(&long4, LINEAR4, 0xfffff33378899);
	assert_needs_all_entries(&long4, LINEAR4);
	put(0xfffff22222000 + 0x133 * 8, 8, 0xfffff33300000 | P | PS);
	assert_leads_nowhere(&long4, LINEAR4);
}

static void long_1g(void **state)
{
	(void)state;
	put_long4();
	entry_count = 2;
	put(0xfffff11111000 + 0x155 * 8, 8, 0xfffff00000000 | P | PS | PAT | IDLE | NX);
	assert_leads(&long4, LINEAR4, 0xfffff26778899);
	assert_needs_all_entries(&long4, LINEAR4);
	put(0xfffff11111000 + 0x155 * 8, 8, 0xfffff20000000 | P | PS);
	assert_leads_nowhere(&long4, LINEAR4);
}

static void long_has_no_pages_of_512g(void **state)
{
	(void)state;
	put_long4();
	put(0xfabcdabcde000 + 0xfe * 8, 8, 0xfff8000000000 | P | PS);
	assert_leads_nowhere(&long4, LINEAR4);
	assert_int_equal(reads, 1);
	put(0xfabcdabcde000, 8, 0xfabcdabcde000 | P);
	assert_leads_nowhere(&long5, LINEAR4);
	assert_int_equal(reads, 2);
	put(0xfabcdabcde000, 8, P | PS);
	assert_leads_nowhere(&long5, LINEAR4);
	assert_int_equal(reads, 1);
}

static void long_canonical(void **state)
{
	(void)state;
	/* One table that leads to itself in its first, middle and last entries. */
	put(0xfabcdabcde000, 8, 0xfabcdabcde000 | P);
	put(0xfabcdabcde000 + 255 * 8, 8, 0xfabcdabcde000 | P);
	put(0xfabcdabcde000 + 256 * 8, 8, 0xfabcdabcde000 | P);
	put(0xfabcdabcde000 + 511 * 8, 8, 0xfabcdabcde000 | P);
	assert_leads(&long4, 0, 0xfabcdabcde000);
	assert_leads(&long4, 0x00007fffffffffff, 0xfabcdabcdefff);
	assert_leads(&long4, 0xffff800000000000, 0xfabcdabcde000);
	assert_leads(&long4, 0xffffffffffffffff, 0xfabcdabcdefff);
	assert_leads_nowhere(&long4, 0x0000800000000000);
	assert_leads_nowhere(&long4, 0xffff7fffffffffff);
	assert_leads_nowhere(&long4, 0x7fffffffffffffff);
	assert_leads_nowhere(&long4, 0x8000000000000000);
	assert_int_equal(reads, 0);

	assert_leads(&long5, 0x0000800000000000, 0xfabcdabcde000);
	assert_leads(&long5, 0xffff7fffffffffff, 0xfabcdabcdefff);
	assert_leads(&long5, 0x00ffffffffffffff, 0xfabcdabcdefff);
	assert_leads(&long5, 0xff00000000000000, 0xfabcdabcde000);
	assert_leads_nowhere(&long5, 0x0100000000000000);
	assert_leads_nowhere(&long5, 0xfeffffffffffffff);
	assert_leads_nowhere(&long5, 0x8000000000000000);
}

/* The way of LINEAR4 below entry 0xab of the root. */
static void long_5_levels(void **state)
{
	const u64 linear = 0x00ab000000000000 | LINEAR4;
	struct walk walk = long5;

	(void)state;
	walk.cr3 = 0x1234000 | 1ULL << 63 | 0x123;
	put(0x1234000 + 0xab * 8, 8, 0xfabcdabcde000 | P | (IDLE & ~PS) | NX);
	put_long4();
	assert_leads(&walk, linear, 0xfffff44444899);
	assert_needs_all_entries(&walk, linear);
	entry_count = 4;
	put(0xfffff22222000 + 0x133 * 8, 8, 0xfffff33200000 | P | PS);
	assert_leads(&walk, linear, 0xfffff33378899);
	assert_needs_all_entries(&walk, linear);
	entry_count = 3;
	put(0xfffff11111000 + 0x155 * 8, 8, 0xfffff00000000 | P | PS);
	assert_leads(&walk, linear, 0xfffff26778899);
	assert_needs_all_entries(&walk, linear);
}

static u64 random_state = 42;

static u64 random_u64(void)
{
	random_state = random_state * 6364136223846793005ULL + 1442695040888963407ULL;
	return random_state >> 32 | random_state << 32;
}

static bool get_anything(void *ctx, u64 address, u32 size, u64 *value)
{
	assert_null(ctx);
	assert_int_equal(address % size, 0);
	assert_int_equal(address >> 52, 0);
	assert_true(++reads <= 5);
	*value = random_u64() | (random_u64() % 8 != 0);
	if (random_u64() % 2)
		*value &= ~PS;
	if (size == 4)
		*value &= 0xffffffff;
	return random_u64() % 64 != 0;
}

static void random_tables(void **state)
{
	u32 n, found = 0;

	(void)state;
	for (n = 0; n < 200000; n++) {
		u64 bits = random_u64(), address, linear = random_u64();
		const struct walk walk = {
			.cr3 = random_u64(),
			.paging = bits & 1,
			.pse = bits & 2,
			.pae = bits & 4,
			.la57 = bits & 8,
			.long_mode = (bits & 0x14) == 0x14,
		};

		reads = 0;
		if (bits & 32)
			linear &= 0x7fffffffffff;
		if (!walk_translate(&walk, linear, get_anything, NULL, &address))
			continue;
		found++;
		assert_int_equal(address % 4096, linear % 4096);
		assert_int_equal(address >> 52, 0);
	}
	assert_in_range(found, 10000, 190000);
}

int main(void)
{
#define WALK_TEST(f) cmocka_unit_test_setup(f, set_up)
	const struct CMUnitTest tests[] = {
		WALK_TEST(without_paging),
		WALK_TEST(legacy_4k),
		WALK_TEST(legacy_ends_of_tables),
		WALK_TEST(legacy_4m),
		WALK_TEST(legacy_4m_above_4g),
		WALK_TEST(legacy_ignores_the_rest_of_cr3),
		WALK_TEST(pae_4k),
		WALK_TEST(pae_2m),
		WALK_TEST(pae_has_no_pages_of_1g),
		WALK_TEST(long_4k),
		WALK_TEST(long_2m),
		WALK_TEST(long_1g),
		WALK_TEST(long_has_no_pages_of_512g),
		WALK_TEST(long_canonical),
		WALK_TEST(long_5_levels),
		WALK_TEST(random_tables),
	};

	return cmocka_run_group_tests_name("walk", tests, NULL, NULL);
}
