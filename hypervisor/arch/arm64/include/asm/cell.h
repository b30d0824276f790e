/* SPDX-License-Identifier: GPL-2.0-only */
/* What the architecture keeps of a cell. */
#ifndef ASM_CELL_H
#define ASM_CELL_H

#include <jailhouse/types.h>

#define SPI_FIRST 32
#define SPI_LIMIT 1020
#define SPI_WORDS 32

struct arch_cell {
	u64 vttbr;	     /* tables and VMID */
	u32 spis[SPI_WORDS]; /* interrupts owned now; word 0 is unused */
	u32 private_mask;    /* SGIs and PPIs that the cell may use */
};

#endif /* ASM_CELL_H */
