/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What hardware makes of an entry of an x86 page table, long mode and nested paging (AMD APM
 * volume 2, 5.3), stated independently of <asm/pte.h>; and attributes for tests.
 */
#ifndef TESTS_UNIT_ENTRIES_H
#define TESTS_UNIT_ENTRIES_H

#include <stdbool.h>

#include <asm/pte.h>

#define RO	   (PTE_USER | PTE_ACCESSED | PTE_DIRTY)
#define RW	   (RO | PTE_WRITE)
#define DEV	   (RW | PTE_PCD | PTE_NX)
#define TABLE_ATTR (PTE_USER | PTE_WRITE | PTE_ACCESSED)

/* Bit 0 is "present". Bit 7 is "page size" above the lowest level, and reserved above 1 GiB. */
#define HW_PAGE	   0x01ULL
#define HW_BLOCK   0x81ULL
#define HW_TABLE   0x01ULL
#define HW_ADDRESS 0x000ffffffffff000ULL

static inline bool hw_is_table(u64 entry, u32 level)
{
	return level > 0 && (entry & 0x81) == HW_TABLE;
}

static inline bool hw_is_leaf(u64 entry, u32 level)
{
	return level == 0 ? (entry & 1) == HW_PAGE : level <= 2 && (entry & 0x81) == HW_BLOCK;
}

/* Whether writes pass an entry of the way, of whatever level. */
static inline bool hw_writable(u64 entry, u32 level)
{
	(void)level;
	return (entry & 2) != 0;
}

#endif /* TESTS_UNIT_ENTRIES_H */
