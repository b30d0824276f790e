/* SPDX-License-Identifier: GPL-2.0-only */
/* What the architecture keeps of a cell. */
#ifndef ASM_CELL_H
#define ASM_CELL_H

#include <jailhouse/types.h>

#define IOAPIC_MAX	 4
#define IOAPIC_PIN_WORDS 4 /* of 32 pins */

struct arch_cell {
	u8 *port_map;				/* 3 pages: a bit is set for each port that exits */
	u64 msr_map;				/* physical address of the MSR permission map */
	u32 pins[IOAPIC_MAX][IOAPIC_PIN_WORDS]; /* of IOAPICs, owned now */
	u32 ioapic_index[IOAPIC_MAX];		/* index register as the cell has set it */
	u32 pci_address;			/* port 0xcf8 as a cell has set it */
	u8 test_device[8];
};

#endif /* ASM_CELL_H */
