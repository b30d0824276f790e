/* SPDX-License-Identifier: GPL-2.0-only */
/* Attributes of the hypervisor's own mappings (stage 1 of EL2): nothing is writable and executable. */
#ifndef ASM_PAGING_H
#define ASM_PAGING_H

#include <asm/pte.h>

#define HYP_BASE       (PTE_S1_RES1 | PTE_INNER_SHAREABLE | PTE_ACCESSED)
#define HYP_TEXT       (HYP_BASE | PTE_S1_ATTR_INDEX(0) | PTE_S1_READ_ONLY)
#define HYP_RODATA     (HYP_BASE | PTE_S1_ATTR_INDEX(0) | PTE_S1_READ_ONLY | PTE_S1_XN)
#define HYP_DATA       (HYP_BASE | PTE_S1_ATTR_INDEX(0) | PTE_S1_XN)
#define HYP_DEVICE     (HYP_BASE | PTE_S1_ATTR_INDEX(1) | PTE_S1_XN)
#define HYP_TABLE_BITS 0ULL

#endif /* ASM_PAGING_H */
