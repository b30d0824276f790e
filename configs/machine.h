/* SPDX-License-Identifier: GPL-2.0-only */
/* What the configurations of machines have in common: kinds of memory, and regions of a root cell. */
#ifndef CONFIGS_MACHINE_H
#define CONFIGS_MACHINE_H

#include <jailhouse/types.h>
#include <jailhouse/cell-config.h>

#define RAM	 (JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE | JAILHOUSE_MEM_DMA)
#define MMIO	 (JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_IO)
#define TABLES	 (JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE)
#define FIRMWARE JAILHOUSE_MEM_READ
#define ROM	 (JAILHOUSE_MEM_READ | JAILHOUSE_MEM_IO)

/* The same address for the root cell as for the machine. */
#define REGION(address, length, what)                                               \
	{                                                                           \
		.phys_start = (address), .virt_start = (address), .size = (length), \
		.flags = (what)                                                     \
	}

#endif /* CONFIGS_MACHINE_H */
