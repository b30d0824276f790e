/* SPDX-License-Identifier: GPL-2.0-only */
/* Attributes of the hypervisor's own mappings: nothing is writable and executable. */
#ifndef ASM_PAGING_H
#define ASM_PAGING_H

#include <asm/pte.h>

#define HYP_BASE       (PTE_ACCESSED | PTE_DIRTY)
#define HYP_TEXT       HYP_BASE
#define HYP_RODATA     (HYP_BASE | PTE_NX)
#define HYP_DATA       (HYP_BASE | PTE_WRITE | PTE_NX)
#define HYP_DEVICE     (HYP_DATA | PTE_PCD | PTE_PWT)
#define HYP_TABLE_BITS (PTE_WRITE | PTE_ACCESSED)

/* Tables of a cell: accesses through nested paging count as user accesses (APM 15.25.5). */
#define NPT_TABLE_BITS (PTE_WRITE | PTE_USER | PTE_ACCESSED)

#endif /* ASM_PAGING_H */
