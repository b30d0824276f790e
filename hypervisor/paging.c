/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Page tables.
 *
 * What must hold here:
 * - The hardware may walk the tables at any time. An entry is written by one 64-bit store; a table
 *   is complete and visible before an entry leads to it; it is freed only after the entry is gone
 *   and cached steps through it are flushed.
 * - Break before make: a valid entry never changes to a different valid one directly. All entries
 *   that are reachable from the root are written by entry_write() and nothing else.
 * - paging_prepare() and paging_map() are the only ones that allocate. Translations outside of the
 *   range that is worked on never change, though their leaves may be split or merged.
 */
#include <stddef.h>

#include <asm/pte.h>
#include <core/error.h>
#include <core/paging.h>

#define INDEX_BITS 9

static u32 level_shift(u32 level)
{
	return PAGE_SHIFT + INDEX_BITS * level;
}

/* Bytes that an entry of that level covers. */
static u64 level_size(u32 level)
{
	return 1ULL << level_shift(level);
}

/* First address behind what the tables can translate. */
static u64 virt_limit(const struct paging *paging)
{
	return ((u64)PAGING_ENTRIES * paging->root_pages) << level_shift(paging->top_level);
}

static u64 *root_entry(const struct paging *paging, u64 virt)
{
	return &paging->root[virt >> level_shift(paging->top_level)];
}

static u64 *table_entry(u64 *table, u64 virt, u32 level)
{
	return &table[(virt >> level_shift(level)) % PAGING_ENTRIES];
}

static bool is_table(u64 pte, u32 level)
{
	return pte_valid(pte) && !pte_is_leaf(pte, level);
}

static u64 *table_of(u64 pte)
{
	return pool_virt(pte_phys(pte));
}

static u64 entry_read(const u64 *entry)
{
	return *(const volatile u64 *)entry;
}

static void entry_store(u64 *entry, u64 pte)
{
	*(volatile u64 *)entry = pte;
	arch_paging_sync(entry, sizeof(*entry));
}

/* Changes the entry of that level on the way to @virt, with break before make where needed. */
static void entry_write(const struct paging *paging, u64 *entry, u64 pte, u64 virt, u32 level)
{
	u64 old = entry_read(entry);

	if (old == pte)
		return;
	if (pte_valid(old)) {
		entry_store(entry, 0);
		arch_paging_flush(paging, virt & ~(level_size(level) - 1), level_size(level));
	}
	if (pte != 0)
		entry_store(entry, pte);
}

/* Depth of the recursion: one call a level. */
static void free_table(u64 *table, u32 level)
{
	u32 n;

	for (n = 0; level > 0 && n < PAGING_ENTRIES; n++)
		if (is_table(table[n], level))
			free_table(table_of(table[n]), level - 1);
	pool_free(table, 1);
}

/* Replaces whatever the entry is by @pte and frees the tables that hang on it. */
static void entry_replace(const struct paging *paging, u64 *entry, u64 pte, u64 virt, u32 level)
{
	u64 old = entry_read(entry);

	entry_write(paging, entry, pte, virt, level);
	if (is_table(old, level))
		free_table(table_of(old), level - 1);
}

static u64 *alloc_table(void)
{
	u64 *table = pool_alloc(1, 1);

	if (!table)
		fail(MSG_OUT_OF_PAGES, 1U, pool_used(), pool_total());
	return table;
}

/*
 * Makes the entry of that level (at least 1) lead to a table with the same translations and
 * returns the table, NULL when there is no memory.
 */
static u64 *entry_descend(const struct paging *paging, u64 *entry, u64 virt, u32 level)
{
	u64 pte = entry_read(entry);
	u64 *table;
	u32 n;

	if (is_table(pte, level))
		return table_of(pte);
	table = alloc_table();
	if (!table)
		return NULL;
	if (pte_valid(pte))
		for (n = 0; n < PAGING_ENTRIES; n++)
			table[n] = pte_leaf(pte_phys(pte) + n * level_size(level - 1),
					    pte_attr(pte, level), level - 1);
	arch_paging_sync(table, PAGE_SIZE);
	entry_write(paging, entry, pte_table(pool_phys(table), paging->table_bits), virt, level);
	return table;
}

/* Whether the leaf translates @virt to @phys with these attributes. */
static bool leaf_translates(u64 pte, u32 level, u64 virt, u64 phys, u64 attr)
{
	return pte_phys(pte) + (virt & (level_size(level) - 1)) == phys &&
	       pte_attr(pte, level) == attr;
}

/* Entry that ends the walk to @virt: not a table, or of level @stop. Its level is stored. */
static u64 *walk(const struct paging *paging, u64 virt, u32 stop, u32 *level)
{
	u64 *entry = root_entry(paging, virt);

	for (*level = paging->top_level; *level > stop; (*level)--) {
		u64 pte = entry_read(entry);

		if (!is_table(pte, *level))
			break;
		entry = table_entry(table_of(pte), virt, *level - 1);
	}
	return entry;
}

/* The leaf into which the full, uniform and contiguous table of that level can be merged, or 0. */
static u64 uniform_leaf(const u64 *table, u32 level)
{
	u64 phys = pte_phys(table[0]);
	u64 attr = pte_attr(table[0], level);
	u32 n;

	if ((phys & (level_size(level + 1) - 1)) != 0)
		return 0;
	for (n = 0; n < PAGING_ENTRIES; n++)
		if (!pte_is_leaf(table[n], level) || pte_attr(table[n], level) != attr ||
		    pte_phys(table[n]) != phys + n * level_size(level))
			return 0;
	return pte_leaf(phys, attr, level + 1);
}

static bool table_empty(const u64 *table)
{
	u32 n;

	for (n = 0; n < PAGING_ENTRIES; n++)
		if (pte_valid(table[n]))
			return false;
	return true;
}

/*
 * Merges the table that the entry leads to into one leaf if that is possible. An empty table goes
 * as well if @drop_empty. Returns whether the entry leads to a table no more.
 */
static bool entry_merge(const struct paging *paging, u64 *entry, u64 virt, u32 level, u32 max_level,
			bool drop_empty)
{
	const u64 *table = table_of(entry_read(entry));
	u64 leaf = level <= max_level ? uniform_leaf(table, level - 1) : 0;

	if (leaf == 0 && !(drop_empty && table_empty(table)))
		return false;
	entry_replace(paging, entry, leaf, virt, level);
	return true;
}

/* Merges the tables on the way to @virt, from the lowest upwards. */
static void merge_at(const struct paging *paging, u64 virt, u32 max_level)
{
	u32 level, above;
	u64 *entry;

	walk(paging, virt, 0, &level);
	while (level < paging->top_level) {
		entry = walk(paging, virt, ++level, &above);
		if (!entry_merge(paging, entry, virt, level, max_level, false))
			break;
	}
}

static int check_range(const struct paging *paging, u64 virt, u64 size)
{
	if (((virt | size) & PAGE_MASK) != 0 || size == 0)
		return fail(MSG_PAGING_ALIGNMENT, virt, size);
	if (size > virt_limit(paging) || virt > virt_limit(paging) - size)
		return fail(MSG_PAGING_RANGE, virt, size, virt_limit(paging));
	return 0;
}

static int check_phys(u64 phys, u64 size)
{
	if ((phys & PAGE_MASK) != 0)
		return fail(MSG_PAGING_ALIGNMENT, phys, size);
	if (size > PTE_PHYS_LIMIT || phys > PTE_PHYS_LIMIT - size)
		return fail(MSG_PAGING_RANGE, phys, size, PTE_PHYS_LIMIT);
	return 0;
}

/* Highest level up to @max_level in which one leaf can map the start of the range. */
static u32 leaf_level(u64 virt, u64 phys, u64 size, u32 max_level)
{
	u32 level = max_level;

	while (level > 0 &&
	       (((virt | phys) & (level_size(level) - 1)) != 0 || size < level_size(level)))
		level--;
	return level;
}

/*
 * Maps one leaf of that level. A larger leaf of up to @stay_level that says the same may stay, with
 * @stay_level 0 none.
 */
static int map_leaf(struct paging *paging, u64 virt, u64 phys, u64 attr, u32 leaf, u32 stay_level)
{
	u64 *entry = root_entry(paging, virt);
	u64 *table, pte;
	u32 level;

	for (level = paging->top_level; level > leaf; level--) {
		pte = entry_read(entry);
		if (level <= stay_level && pte_is_leaf(pte, level) &&
		    leaf_translates(pte, level, virt, phys, attr))
			return 0;
		table = entry_descend(paging, entry, virt, level);
		if (!table)
			return -ENOMEM;
		entry = table_entry(table, virt, level - 1);
	}
	entry_replace(paging, entry, pte_leaf(phys, attr, leaf), virt, leaf);
	return 0;
}

/* With @apart tables that are there stay, and no leaf reaches over the borders of the range. */
static int map_range(struct paging *paging, u64 virt, u64 phys, u64 size, u64 attr, u32 max_level,
		     bool apart)
{
	u32 level, there;
	u64 done;
	int err;

	err = check_range(paging, virt, size);
	if (!err)
		err = check_phys(phys, size);

	for (done = 0; !err && done < size; done += level_size(level)) {
		level = leaf_level(virt + done, phys + done, size - done, max_level);
		walk(paging, virt + done, 0, &there);
		if (apart && there < level)
			level = there;
		err = map_leaf(paging, virt + done, phys + done, attr, level,
			       apart ? 0 : max_level);
	}
	return err;
}

static u32 allowed_level(const struct paging *paging, u32 max_level)
{
	return max_level < paging->max_leaf_level ? max_level : paging->max_leaf_level;
}

int paging_map(struct paging *paging, u64 virt, u64 phys, u64 size, u64 attr, u32 max_level)
{
	u32 max = allowed_level(paging, max_level);
	int err;

	err = map_range(paging, virt, phys, size, attr, max, false);
	if (err)
		return err;
	/*
	 * Tables in the middle were replaced by leaves as far as possible. What can have become
	 * uniform are tables that reach over the borders.
	 */
	merge_at(paging, virt, max);
	merge_at(paging, virt + size - PAGE_SIZE, max);
	return 0;
}

int paging_map_apart(struct paging *paging, u64 virt, u64 phys, u64 size, u64 attr, u32 max_level)
{
	return map_range(paging, virt, phys, size, attr | PTE_APART,
			 allowed_level(paging, max_level), true);
}

/*
 * Splits leaves until an entry starts at @virt. Stores the level of the leaf that was split, 0 if
 * there was nothing to split.
 */
static int split_at(const struct paging *paging, u64 virt, u32 *split)
{
	u32 level;
	u64 *entry;

	*split = 0;
	for (;;) {
		entry = walk(paging, virt, 0, &level);
		if ((virt & (level_size(level) - 1)) == 0 || !pte_valid(entry_read(entry)))
			return 0;
		if (!entry_descend(paging, entry, virt, level))
			return -ENOMEM;
		if (*split == 0)
			*split = level;
	}
}

int paging_prepare(struct paging *paging, u64 virt, u64 size)
{
	u32 split_start, split_end = 0;
	int err;

	err = check_range(paging, virt, size);
	if (err)
		return err;
	err = split_at(paging, virt, &split_start);
	if (!err && virt + size < virt_limit(paging))
		err = split_at(paging, virt + size, &split_end);
	if (err) {
		merge_at(paging, virt + size, split_end);
		merge_at(paging, virt, split_start);
	}
	return err;
}

void paging_unmap(struct paging *paging, u64 virt, u64 size)
{
	bool changed = false;
	u64 at, next;
	u64 *entry;
	u32 level;

	if (check_range(paging, virt, size)) {
		hypervisor_bug("paging: range to be unmapped is not possible");
		return;
	}
	for (at = virt; at < virt + size; at = next) {
		entry = walk(paging, at, 0, &level);
		next = (at & ~(level_size(level) - 1)) + level_size(level);
		if (!pte_valid(entry_read(entry)))
			continue;
		if ((at & (level_size(level) - 1)) != 0 || next > virt + size) {
			hypervisor_bug("paging: range to be unmapped was not prepared");
			continue;
		}
		entry_store(entry, 0);
		changed = true;
	}
	if (changed)
		arch_paging_flush(paging, virt, size);
}

/*
 * Merges the tables below those entries of that level which overlap @start..@end, from the lowest
 * upwards. @entry covers @virt onwards, and there are @count of them. One call a level deep.
 */
static void merge_entries(const struct paging *paging, u64 *entry, u32 count, u64 virt, u32 level,
			  u32 max_level, u64 start, u64 end)
{
	for (; level > 0 && count > 0; count--, entry++, virt += level_size(level)) {
		u64 next = virt + level_size(level);
		u64 pte = entry_read(entry);

		if (next <= start || virt >= end || !is_table(pte, level))
			continue;
		merge_entries(paging, table_of(pte), PAGING_ENTRIES, virt, level - 1, max_level,
			      start, end);
		entry_merge(paging, entry, virt, level, max_level, virt >= start && next <= end);
	}
}

void paging_merge(struct paging *paging, u64 virt, u64 size, u32 max_level)
{
	u32 max = allowed_level(paging, max_level);

	if (check_range(paging, virt, size)) {
		hypervisor_bug("paging: range to be merged is not possible");
		return;
	}
	merge_entries(paging, paging->root, PAGING_ENTRIES * paging->root_pages, 0,
		      paging->top_level, max, virt, virt + size);
}

bool paging_lookup(const struct paging *paging, u64 virt, u64 *phys, u64 *attr, u64 *leaf_size)
{
	u32 level;
	u64 pte;

	if (virt >= virt_limit(paging))
		return false;
	pte = entry_read(walk(paging, virt, 0, &level));
	if (!pte_is_leaf(pte, level))
		return false;
	if (phys)
		*phys = pte_phys(pte) + (virt & (level_size(level) - 1));
	if (attr)
		*attr = pte_attr(pte, level);
	if (leaf_size)
		*leaf_size = level_size(level);
	return true;
}

static u32 count_tables(const u64 *table, u32 level)
{
	u32 n, count = 1;

	for (n = 0; level > 0 && n < PAGING_ENTRIES; n++)
		if (is_table(table[n], level))
			count += count_tables(table_of(table[n]), level - 1);
	return count;
}

u32 paging_pages(const struct paging *paging)
{
	u32 n, count = 0;

	for (n = 0; paging->root && n < paging->root_pages; n++)
		count += count_tables(paging->root + n * PAGING_ENTRIES, paging->top_level);
	return count;
}

int paging_create(struct paging *paging, u8 top_level, u8 root_pages, u64 table_bits)
{
	paging->top_level = top_level;
	paging->root_pages = root_pages;
	paging->max_leaf_level = top_level < PTE_MAX_LEAF_LEVEL ? top_level : PTE_MAX_LEAF_LEVEL;
	paging->table_bits = table_bits;
	paging->root = pool_alloc(root_pages, root_pages);
	if (!paging->root)
		return fail(MSG_OUT_OF_PAGES, (u32)root_pages, pool_used(), pool_total());
	arch_paging_sync(paging->root, root_pages * PAGE_SIZE);
	return 0;
}

void paging_destroy(struct paging *paging)
{
	u32 n, entry;

	if (!paging->root)
		return;
	for (n = 0; n < paging->root_pages; n++)
		for (entry = 0; paging->top_level > 0 && entry < PAGING_ENTRIES; entry++) {
			u64 pte = paging->root[n * PAGING_ENTRIES + entry];

			if (is_table(pte, paging->top_level))
				free_table(table_of(pte), paging->top_level - 1);
		}
	pool_free(paging->root, paging->root_pages);
	paging->root = NULL;
}
