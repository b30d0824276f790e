/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Entries of arm64 translation tables, 4 KiB granule, stage 1 and stage 2 alike (Arm ARM, VMSAv8-64
 * descriptor formats). Levels count upwards from the pages: level 0 here is level 3 of the
 * architecture.
 *
 * Bit 0 is "valid". Bit 1 tells a table (1) from a block (0), except in the lowest level, where
 * pages have it set and 0 is reserved. Everything but the address and these two is attributes.
 */
#ifndef ASM_PTE_H
#define ASM_PTE_H

#include <stdbool.h>

#include <jailhouse/types.h>

#define PTE_VALID	  (1ULL << 0)
#define PTE_TABLE_OR_PAGE (1ULL << 1)
#define PTE_TYPE_MASK	  (PTE_VALID | PTE_TABLE_OR_PAGE)

/* Bits 12..47: 48-bit physical addresses, no LPA2. */
#define PTE_PHYS_MASK  0x0000fffffffff000ULL
#define PTE_PHYS_LIMIT (1ULL << 48)

/* Highest level that can hold a leaf: blocks of 1 GiB. */
#define PTE_MAX_LEAF_LEVEL 2

/* Attributes of stage 1 (EL2) and stage 2 entries, to be combined for paging_map(). */
#define PTE_S1_ATTR_INDEX(n) ((u64)(n) << 2) /* MAIR_EL2 */
#define PTE_S1_RES1	     (1ULL << 6)     /* AP[1], EL2 has no EL0 */
#define PTE_S1_READ_ONLY     (1ULL << 7)     /* AP[2] */
#define PTE_S1_XN	     (1ULL << 54)
#define PTE_S2_NORMAL_WB     (0xfULL << 2) /* MemAttr: write-back both levels */
#define PTE_S2_DEVICE_NGNRE  (0x1ULL << 2) /* MemAttr: device nGnRE */
#define PTE_S2_READ	     (1ULL << 6)
#define PTE_S2_WRITE	     (1ULL << 7)
#define PTE_S2_XN	     (1ULL << 54) /* XN[1:0] = 0b10: nothing executes */
#define PTE_INNER_SHAREABLE  (3ULL << 8)
#define PTE_ACCESSED	     (1ULL << 10)

/* Bits 55..58 are software's: a leaf of paging_map_apart(), which merges with no other. */
#define PTE_APART (1ULL << 56)

/* Whether the entry leads anywhere, be it memory or a table. */
static inline bool pte_valid(u64 pte)
{
	return (pte & PTE_VALID) != 0;
}

/* Whether the entry of a table of that level maps memory. */
static inline bool pte_is_leaf(u64 pte, u32 level)
{
	return pte_valid(pte) && (level == 0 || (pte & PTE_TABLE_OR_PAGE) == 0);
}

/* An entry of that level which maps the page or block at @phys. */
static inline u64 pte_leaf(u64 phys, u64 attr, u32 level)
{
	return (phys & PTE_PHYS_MASK) | attr | PTE_VALID | (level == 0 ? PTE_TABLE_OR_PAGE : 0);
}

/* An entry that leads to the table at @phys. */
static inline u64 pte_table(u64 phys, u64 table_bits)
{
	return (phys & PTE_PHYS_MASK) | table_bits | PTE_VALID | PTE_TABLE_OR_PAGE;
}

/* Address of the page, block or table. */
static inline u64 pte_phys(u64 pte)
{
	return pte & PTE_PHYS_MASK;
}

/* Attributes of a leaf in the form pte_leaf() takes for any level. */
static inline u64 pte_attr(u64 pte, u32 level)
{
	(void)level;
	return pte & ~(PTE_PHYS_MASK | PTE_TYPE_MASK);
}

#endif /* ASM_PTE_H */
