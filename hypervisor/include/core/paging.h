/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Page tables: radix trees of tables with 512 entries of 8 bytes, for the hypervisor's own
 * addresses and for those of the cells. What an entry looks like is in <asm/pte.h>; the pages come
 * from the pool.
 *
 * An entry of level L covers 4 KiB << 9 * L; level 0 holds pages. "virt" is the address that is
 * translated (a guest-physical one in the tables of a cell), "phys" what it is translated to.
 * "attr" are the attribute bits of a leaf as pte_leaf() takes them.
 *
 * Callers hold the management lock. The hardware may walk the tables meanwhile.
 *
 * Giving memory away and taking it back, the way cells do it:
 *
 *	paging_prepare(root, v, s)	may fail, changes no translation
 *	paging_unmap(root, v, s)	cannot fail
 *	paging_map(root, v, p, s, ...)	the same translation as before: cannot fail then
 *
 * Mapping back merges what belongs together, also with the neighbourhood, so that the tables are
 * exactly as many as before. Each unmap needs its own prepare. A prepare that was for nothing is
 * undone by paging_merge(). A range that is to come back in parts is prepared in these parts.
 * Between unmap and the final map it may be mapped for a while, by paging_map_apart().
 */
#ifndef CORE_PAGING_H
#define CORE_PAGING_H

#include <stdbool.h>

#include <core/pool.h>
#include <jailhouse/types.h>

#define PAGING_ENTRIES	     512
#define PAGING_TOP_LEVEL_MAX 4

struct paging {
	u64 *root;	   /* page aligned, or aligned to all root tables together */
	u8 top_level;	   /* level of the root table's entries */
	u8 root_pages;	   /* concatenated root tables, a power of two */
	u8 max_leaf_level; /* highest level the hardware allows leaves in */
	u64 table_bits;	   /* set in every entry that leads to a table */
	void *ctx;	   /* for the hooks of the architecture, not used here */
};

/**
 * paging_create - make empty tables
 * @paging: filled in; ctx is left as it is
 * @top_level: level of the entries in the root, at most PAGING_TOP_LEVEL_MAX
 * @root_pages: number of concatenated root tables, a power of two, mostly 1
 * @table_bits: set in every entry that leads to a table
 *
 * max_leaf_level is set to what <asm/pte.h> allows; lower it before the first map if the machine
 * can do less.
 *
 * Return: 0 or -ENOMEM
 */
int paging_create(struct paging *paging, u8 top_level, u8 root_pages, u64 table_bits);

/**
 * paging_destroy - give back all tables
 * @paging: tables that no hardware uses any more; may be empty (root NULL)
 */
void paging_destroy(struct paging *paging);

/**
 * paging_map - translate a range of addresses
 * @virt: start, page aligned
 * @phys: what it translates to, page aligned
 * @size: bytes, a multiple of the page size, not 0
 * @attr: attributes
 * @max_level: highest level of the leaves: 0 pages only, 1 up to 2 MiB, 2 up to 1 GiB
 *
 * Uses the largest leaves that the alignment allows and replaces what was mapped before. Parts
 * that translate that way already are not touched. Afterwards tables at the borders that have
 * become uniform are merged into one leaf of at most @max_level.
 *
 * Return: 0; -EINVAL or -ERANGE for a range that is not possible (nothing is changed); -ENOMEM
 * (part of the range may be mapped already)
 */
int paging_map(struct paging *paging, u64 virt, u64 phys, u64 size, u64 attr, u32 max_level);

/**
 * paging_map_apart - translate a range for a while
 *
 * As paging_map(), but neither merges nor frees tables, and nothing that is mapped beside it later
 * merges with it: what was prepared stays so. The attributes have PTE_APART besides. The range can
 * be unmapped without another paging_prepare(), and if it was prepared before, with the same
 * parameters this cannot fail.
 *
 * Return: as paging_map()
 */
int paging_map_apart(struct paging *paging, u64 virt, u64 phys, u64 size, u64 attr, u32 max_level);

/**
 * paging_prepare - make sure that a range can be unmapped and mapped back without memory
 * @virt: start, page aligned
 * @size: bytes, a multiple of the page size, not 0
 *
 * Splits leaves that reach over a border of the range. Changes no translation (but see
 * arch_paging_flush() on what other CPUs may meet meanwhile).
 *
 * Return: 0, -EINVAL, -ERANGE, or -ENOMEM; the tables are as before if it is not 0
 */
int paging_prepare(struct paging *paging, u64 virt, u64 size);

/**
 * paging_unmap - end the translation of a range
 * @virt: start, page aligned
 * @size: bytes, a multiple of the page size, not 0
 *
 * Never fails, allocates or frees. Parts that are not mapped are skipped. A leaf that reaches over
 * the border of the range, that is a missing paging_prepare(), is a hypervisor_bug(). On return no
 * CPU uses the old translation.
 */
void paging_unmap(struct paging *paging, u64 virt, u64 size);

/**
 * paging_merge - undo a paging_prepare() that is not used after all
 * @virt: start, page aligned
 * @size: bytes, a multiple of the page size, not 0
 * @max_level: highest level of the leaves, as for paging_map()
 *
 * Replaces uniform tables in the range and at its borders by one leaf, and frees empty tables that
 * cover nothing outside of the range: not for ranges that are to be mapped back later. Changes no
 * translation.
 */
void paging_merge(struct paging *paging, u64 virt, u64 size, u32 max_level);

/**
 * paging_lookup - translate one address
 * @virt: any address
 * @phys: its translation, the offset in the page included; may be NULL
 * @attr: attributes; may be NULL
 * @leaf_size: bytes that the leaf covers; may be NULL
 *
 * Return: whether the address is mapped; nothing is stored if not
 */
bool paging_lookup(const struct paging *paging, u64 virt, u64 *phys, u64 *attr, u64 *leaf_size);

/* Pages of the pool that the tables take, the root included. */
u32 paging_pages(const struct paging *paging);

/*
 * Hooks of the architecture.
 */

/**
 * arch_paging_flush - forget what was cached of a range
 * @paging: tables whose entries were changed
 * @virt: start of the range
 * @size: bytes
 *
 * Invalidates all translations of the range and all cached steps of walks through it, on all CPUs
 * that use the tables, and waits for the end of it. Called when valid entries have just been made
 * invalid. When a valid entry changes to a different valid one, this is the moment in between
 * (break before make): another CPU that uses the range then takes a fault and has to retry.
 */
void arch_paging_flush(const struct paging *paging, u64 virt, u64 size);

/**
 * arch_paging_sync - make stores to tables visible to the hardware walker
 * @addr: first byte stored to
 * @size: bytes
 */
void arch_paging_sync(void *addr, u64 size);

#endif /* CORE_PAGING_H */
