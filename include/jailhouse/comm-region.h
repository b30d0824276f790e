/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Communication region: one page through which the hypervisor tells a cell about its platform, and
 * the cell tells its state. By convention it is at guest-physical 0x100000 on x86 and 0x80000000
 * on arm64. The cell can write all of it, so the hypervisor believes nothing it reads there.
 *
 * A message: the hypervisor clears reply_from_cell, writes msg_to_cell, and waits for a non-zero
 * reply. The cell clears msg_to_cell, then writes its reply. Cells that are passive
 * (JAILHOUSE_CELL_PASSIVE_COMMREG) or in a terminal state are never asked.
 */
#ifndef JAILHOUSE_COMM_REGION_H
#define JAILHOUSE_COMM_REGION_H

#include <jailhouse/types.h>
#include <jailhouse/console.h>

#define COMM_REGION_ABI_REVISION 2
#define COMM_REGION_MAGIC	 "JHCOMM"

/* msg_to_cell */
#define JAILHOUSE_MSG_NONE		 0
#define JAILHOUSE_MSG_SHUTDOWN_REQUEST	 1 /* answer: denied or approved */
#define JAILHOUSE_MSG_RECONFIG_COMPLETED 2 /* answer: received */

/* reply_from_cell */
#define JAILHOUSE_MSG_UNKNOWN	       1
#define JAILHOUSE_MSG_REQUEST_DENIED   2
#define JAILHOUSE_MSG_REQUEST_APPROVED 3
#define JAILHOUSE_MSG_RECEIVED	       4

/* flags */
#define JAILHOUSE_COMM_FLAG_DBG_PUTC_PERMITTED 0x0001 /* JAILHOUSE_HC_DEBUG_CONSOLE_PUTC works */
#define JAILHOUSE_COMM_FLAG_DBG_PUTC_ACTIVE    0x0002 /* ... and is the console to use */

/* Which arm of the union holds is known from the architecture of the cell. */
struct jailhouse_comm_region {
	char signature[6];	      /* COMM_REGION_MAGIC, no NUL */
	u16 revision;		      /* COMM_REGION_ABI_REVISION */
	volatile u32 cell_state;      /* JAILHOUSE_CELL_*, written by the cell while it runs */
	volatile u32 msg_to_cell;     /* JAILHOUSE_MSG_*, 0 = none */
	volatile u32 reply_from_cell; /* JAILHOUSE_MSG_*, 0 = none */
	u32 flags;		      /* JAILHOUSE_COMM_FLAG_* */
	struct jailhouse_console console;
	u64 pci_mmconfig_base; /* 0 = none */
	union {
		struct {		      /* x86 */
			u16 pm_timer_address; /* port */
			u16 num_cpus;	      /* of this cell */
			u32 tsc_khz;
			u32 apic_khz; /* 0 = the TSC deadline timer is there */
		} __attribute__((packed));
		struct { /* arm, arm64 */
			u8 gic_version;
			u8 padding[7];
			u64 gicd_base;
			u64 gicc_base;
			u64 gicr_base;
			u32 vpci_irq_base; /* interrupt id of virtual INTA, minus 32 */
		} __attribute__((packed));
	};
} __attribute__((packed));

_Static_assert(sizeof(struct jailhouse_comm_region) == 100, "struct jailhouse_comm_region");

#endif /* JAILHOUSE_COMM_REGION_H */
