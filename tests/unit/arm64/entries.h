/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What hardware makes of an entry of an arm64 translation table, stage 2, 4 KiB granule (Arm ARM,
 * VMSAv8-64 descriptor formats), stated independently of <asm/pte.h>; and attributes for tests.
 */
#ifndef TESTS_UNIT_ENTRIES_H
#define TESTS_UNIT_ENTRIES_H

#include <stdbool.h>

#include <asm/pte.h>

#define RW	   (PTE_S2_NORMAL_WB | PTE_S2_READ | PTE_S2_WRITE | PTE_ACCESSED)
#define RO	   (PTE_S2_NORMAL_WB | PTE_S2_READ | PTE_ACCESSED)
#define DEV	   (PTE_S2_DEVICE_NGNRE | PTE_S2_READ | PTE_S2_WRITE | PTE_ACCESSED | PTE_S2_XN)
#define TABLE_ATTR 0ULL

/* Page and table descriptors end in 0b11, blocks in 0b01. */
#define HW_PAGE	   3ULL
#define HW_BLOCK   1ULL
#define HW_TABLE   3ULL
#define HW_ADDRESS 0x0000fffffffff000ULL

static inline bool hw_is_table(u64 entry, u32 level)
{
	return level > 0 && (entry & 3) == HW_TABLE;
}

static inline bool hw_is_leaf(u64 entry, u32 level)
{
	return level == 0 ? (entry & 3) == HW_PAGE : level <= 2 && (entry & 3) == HW_BLOCK;
}

/* Whether writes pass an entry of the way, of whatever level. */
static inline bool hw_writable(u64 entry, u32 level)
{
	return hw_is_table(entry, level) || (entry & 1 << 7) != 0;
}

#endif /* TESTS_UNIT_ENTRIES_H */
