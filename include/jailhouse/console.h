/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Description of a console device. The same 32 bytes appear in system configurations (debug
 * console of the hypervisor), in cell configurations (console of the cell) and in the
 * communication region.
 */
#ifndef JAILHOUSE_CONSOLE_H
#define JAILHOUSE_CONSOLE_H

#include <jailhouse/types.h>

/* jailhouse_console.type */
#define JAILHOUSE_CON_TYPE_NONE	      0
#define JAILHOUSE_CON_TYPE_EFIFB      1
#define JAILHOUSE_CON_TYPE_8250	      2
#define JAILHOUSE_CON_TYPE_PL011      3
#define JAILHOUSE_CON_TYPE_XUARTPS    4
#define JAILHOUSE_CON_TYPE_MVEBU      5
#define JAILHOUSE_CON_TYPE_HSCIF      6
#define JAILHOUSE_CON_TYPE_SCIFA      7
#define JAILHOUSE_CON_TYPE_IMX	      8
#define JAILHOUSE_CON_TYPE_IMX_LPUART 9
#define JAILHOUSE_CON_TYPE_SCIF	      10

/* jailhouse_console.flags: one name of each pair */
#define JAILHOUSE_CON_ACCESS_PIO  0x0000
#define JAILHOUSE_CON_ACCESS_MMIO 0x0001

#define JAILHOUSE_CON_REGDIST_1 0x0000 /* registers are 1 byte apart */
#define JAILHOUSE_CON_REGDIST_4 0x0002 /* registers are 4 bytes apart */

#define JAILHOUSE_CON_FB_1024x768  0x0000
#define JAILHOUSE_CON_FB_1920x1080 0x0004

/* Modifiers of some types */
#define JAILHOUSE_CON_INVERTED_GATE 0x1000 /* clock gate: 0 switches the clock on */
#define JAILHOUSE_CON_MDR_QUIRK	    0x2000 /* 8250: needs its mode definition register set */

struct jailhouse_console {
	u64 address;   /* physical address, or port number */
	u32 size;      /* of the register area in bytes, MMIO only */
	u16 type;      /* JAILHOUSE_CON_TYPE_* */
	u16 flags;     /* JAILHOUSE_CON_* above */
	u32 divider;   /* 8250: of the baud rate; 0 = leave the UART as it is */
	u32 gate_nr;   /* number of the clock gate in clock_reg */
	u64 clock_reg; /* physical address of the clock gate register, 0 = none */
} __attribute__((packed));

_Static_assert(sizeof(struct jailhouse_console) == 32, "layout of struct jailhouse_console");

#endif /* JAILHOUSE_CONSOLE_H */
