/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Walk through a guest's page tables. Levels are counted from the pages: 1 is the table whose
 * entries are 4 KiB pages, 4 and 5 are the roots of the long modes. Entries of PAE and long mode
 * are the same below the root.
 */
#include <asm/walk.h>

#define ENTRY_PRESENT (1ULL << 0)
#define ENTRY_LARGE   (1ULL << 7) /* in level 1 another bit of the memory type */
#define ENTRY_ADDRESS 0x000ffffffffff000ULL

#define LARGE_PAT      (1ULL << 12) /* the lowest bit of an address that a large page has not */
#define MAX_PAGE_LEVEL 3	    /* 1 GiB */

#define PAE_ROOT	  0xffffffe0ULL /* of CR3 */
#define PAE_ROOT_RESERVED 0x1e6ULL

#define LEGACY_ADDRESS	      0xfffff000ULL
#define LEGACY_LARGE_ADDRESS  0xffc00000ULL
#define LEGACY_LARGE_HIGH(e)  (((e) >> 13 & 0xff) << 32) /* PSE-36 */
#define LEGACY_LARGE_RESERVED (1ULL << 21)

struct source {
	walk_reader read;
	void *ctx;
};

static u64 page_mask(u32 level)
{
	return (0x1000ULL << 9 * (level - 1)) - 1;
}

static bool read_entry(const struct source *source, u64 address, u32 size, u64 *entry)
{
	return source->read(source->ctx, address, size, entry) && (*entry & ENTRY_PRESENT) != 0;
}

/* A page of that level. Address bits that a large page has not must be 0. */
static bool page_address(u64 entry, u32 level, u64 linear, u64 *address)
{
	u64 offset = page_mask(level), base = entry & ENTRY_ADDRESS;

	if (level > MAX_PAGE_LEVEL || (base & offset & ~LARGE_PAT) != 0)
		return false;
	*address = (base & ~offset) | (linear & offset);
	return true;
}

/* From a table of that level to the page, entries of 8 bytes. */
static bool walk_from(const struct source *source, u64 table, u32 level, u64 linear, u64 *address)
{
	u64 entry, index;

	for (;; level--) {
		index = linear >> (12 + 9 * (level - 1)) & 511;
		if (!read_entry(source, table + index * 8, 8, &entry))
			return false;
		if (level == 1 || (entry & ENTRY_LARGE))
			return page_address(entry, level, linear, address);
		table = entry & ENTRY_ADDRESS;
	}
}

static bool walk_long(const struct walk *walk, const struct source *source, u64 linear,
		      u64 *address)
{
	u32 unused = walk->la57 ? 64 - 57 : 64 - 48;

	if ((u64)((s64)(linear << unused) >> unused) != linear)
		return false;
	return walk_from(source, walk->cr3 & ENTRY_ADDRESS, walk->la57 ? 5 : 4, linear, address);
}

static bool walk_pae(const struct walk *walk, const struct source *source, u64 linear, u64 *address)
{
	u64 entry;

	if (!read_entry(source, (walk->cr3 & PAE_ROOT) + (linear >> 30) * 8, 8, &entry) ||
	    (entry & PAE_ROOT_RESERVED) != 0)
		return false;
	return walk_from(source, entry & ENTRY_ADDRESS, 2, linear, address);
}

static bool walk_legacy(const struct walk *walk, const struct source *source, u64 linear,
			u64 *address)
{
	u64 entry;

	if (!read_entry(source, (walk->cr3 & LEGACY_ADDRESS) + (linear >> 22) * 4, 4, &entry))
		return false;
	if (walk->pse && (entry & ENTRY_LARGE)) {
		*address = LEGACY_LARGE_HIGH(entry) | (entry & LEGACY_LARGE_ADDRESS) |
			   (linear & ~LEGACY_LARGE_ADDRESS);
		return (entry & LEGACY_LARGE_RESERVED) == 0;
	}
	if (!read_entry(source, (entry & LEGACY_ADDRESS) + (linear >> 12 & 1023) * 4, 4, &entry))
		return false;
	*address = (entry & LEGACY_ADDRESS) | (linear & 0xfff);
	return true;
}

bool walk_translate(const struct walk *walk, u64 linear, walk_reader read, void *ctx, u64 *address)
{
	const struct source source = { .read = read, .ctx = ctx };

	if (walk->paging && walk->long_mode)
		return walk_long(walk, &source, linear, address);
	linear = (u32)linear;
	if (walk->paging && walk->pae)
		return walk_pae(walk, &source, linear, address);
	if (walk->paging)
		return walk_legacy(walk, &source, linear, address);
	*address = linear;
	return true;
}
