/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Inter-cell shared memory device, ivshmem version 2, as the cells see it: identification,
 * configuration space, registers in BAR0, and the virtual Ethernet protocol's states.
 *
 * Shared memory from its base: state table (a u32 a peer, read-only to all), read/write section,
 * output section of peer 0, of peer 1, ... (each writable by its owner alone).
 */
#ifndef JAILHOUSE_IVSHMEM_H
#define JAILHOUSE_IVSHMEM_H

#include <jailhouse/types.h>

#define IVSHMEM_VENDOR_ID	 0x110a
#define IVSHMEM_DEVICE_ID	 0x4106
#define IVSHMEM_REVISION	 0
#define IVSHMEM_CLASS		 0xff	/* sub-class: protocol >> 8, interface: & 0xff */
#define IVSHMEM_STATUS		 0x0010 /* has capabilities */
#define IVSHMEM_COMMAND_WRITABLE 0x040b /* I/O, memory, special cycle, INTx disable */

#define IVSHMEM_MAX_PEERS   12
#define IVSHMEM_MAX_VECTORS 16

/* Memory regions from jailhouse_pci_device.shmem_regions_start on, relative to it */
#define IVSHMEM_REGION_STATE_TABLE 0
#define IVSHMEM_REGION_RW	   1
#define IVSHMEM_REGION_OUTPUT	   2 /* + peer */

/* BARs: there is no BAR2, the shared memory is at a fixed address */
#define IVSHMEM_BAR_REGISTERS 0
#define IVSHMEM_BAR_MSIX      1

/* Vendor capability, the first one; offsets from its start */
#define IVSHMEM_CAP_ID		    0x09
#define IVSHMEM_CAP_LENGTH	    0x20
#define IVSHMEM_CAP_PRIV_CNTL	    0x03 /* u8 */
#define IVSHMEM_CAP_STATE_TAB_SIZE  0x04 /* u32 */
#define IVSHMEM_CAP_RW_SECTION_SIZE 0x08 /* u64 */
#define IVSHMEM_CAP_OUTPUT_SIZE	    0x10 /* u64 */
#define IVSHMEM_CAP_ADDRESS	    0x18 /* u64 */

#define IVSHMEM_PRIV_CNTL_ONESHOT 0x01 /* interrupts disable themselves when raised */

/* Registers in BAR0, 32 bits, aligned */
#define IVSHMEM_REG_ID		0x00 /* read only */
#define IVSHMEM_REG_MAX_PEERS	0x04 /* read only */
#define IVSHMEM_REG_INT_CONTROL 0x08
#define IVSHMEM_REG_DOORBELL	0x0c /* write only */
#define IVSHMEM_REG_STATE	0x10

#define IVSHMEM_INT_ENABLE		 0x01
#define IVSHMEM_DOORBELL_VECTOR(value)	 ((value)&0xffff)
#define IVSHMEM_DOORBELL_TARGET(value)	 ((value) >> 16)
#define IVSHMEM_DOORBELL(target, vector) (((u32)(target) << 16) | (vector))

/* States of a peer of the virtual Ethernet protocol (JAILHOUSE_SHMEM_PROTO_VETH) */
#define IVSHMEM_NET_STATE_RESET 0
#define IVSHMEM_NET_STATE_INIT	1
#define IVSHMEM_NET_STATE_READY 2
#define IVSHMEM_NET_STATE_RUN	3

struct ivshmem_registers {
	u32 id;
	u32 max_peers;
	u32 int_control;
	u32 doorbell;
	u32 state;
} __attribute__((packed));

_Static_assert(sizeof(struct ivshmem_registers) == 0x14, "layout of struct ivshmem_registers");

#endif /* JAILHOUSE_IVSHMEM_H */
