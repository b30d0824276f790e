/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Entries of x86 page tables (AMD APM volume 2, 5.3 and 15.25.5), for the hypervisor's own
 * addresses and for nested paging alike. Level 0 holds the pages.
 *
 * Hardware sets "accessed" and "dirty" on its own; both are set from the beginning, so that an
 * entry never changes behind the back of those who compare entries.
 */
#ifndef ASM_PTE_H
#define ASM_PTE_H

#include <stdbool.h>

#include <jailhouse/types.h>

#define PTE_PRESENT  (1ULL << 0)
#define PTE_WRITE    (1ULL << 1)
#define PTE_USER     (1ULL << 2)
#define PTE_PWT	     (1ULL << 3)
#define PTE_PCD	     (1ULL << 4)
#define PTE_ACCESSED (1ULL << 5)
#define PTE_DIRTY    (1ULL << 6)
#define PTE_LARGE    (1ULL << 7) /* a leaf, above level 0 */
#define PTE_NX	     (1ULL << 63)

/* Bits 12..51 */
#define PTE_PHYS_MASK  0x000ffffffffff000ULL
#define PTE_PHYS_LIMIT (1ULL << 52)

/* Highest level that can hold a leaf: 1 GiB. */
#define PTE_MAX_LEAF_LEVEL 2

/* Bits 52..58 are software's: a leaf of paging_map_apart(), which merges with no other. */
#define PTE_APART (1ULL << 56)

/* Whether the entry leads anywhere, be it memory or a table. */
static inline bool pte_valid(u64 pte)
{
	return (pte & PTE_PRESENT) != 0;
}

/* Whether the entry of a table of that level maps memory. */
static inline bool pte_is_leaf(u64 pte, u32 level)
{
	return pte_valid(pte) && (level == 0 || (pte & PTE_LARGE) != 0);
}

/* An entry of that level which maps the page or block at @phys. */
static inline u64 pte_leaf(u64 phys, u64 attr, u32 level)
{
	return (phys & PTE_PHYS_MASK) | attr | PTE_PRESENT | (level == 0 ? 0 : PTE_LARGE);
}

/* An entry that leads to the table at @phys. */
static inline u64 pte_table(u64 phys, u64 table_bits)
{
	return (phys & PTE_PHYS_MASK) | table_bits | PTE_PRESENT;
}

/* Address of the page, block or table. */
static inline u64 pte_phys(u64 pte)
{
	return pte & PTE_PHYS_MASK;
}

/* Attributes of a leaf in the form pte_leaf() takes for any level. */
static inline u64 pte_attr(u64 pte, u32 level)
{
	return pte & ~(PTE_PHYS_MASK | PTE_PRESENT | (level == 0 ? 0 : PTE_LARGE));
}

#endif /* ASM_PTE_H */
