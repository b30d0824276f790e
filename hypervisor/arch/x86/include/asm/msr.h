/* SPDX-License-Identifier: GPL-2.0-only */
/* Model specific registers: which ones a cell may access directly. */
#ifndef ASM_MSR_H
#define ASM_MSR_H

#include <core/cell.h>

/* Make the permission maps of the root cell and of the others. Phase 1, once. 0 or an error. */
int msr_prepare(void);

/* Physical address of the map for a cell. */
u64 msr_map(const struct cell *cell);

/* Registers that the control block does not switch: as after reset, nothing of whoever was before. */
void msr_reset(void);

#endif /* ASM_MSR_H */
