/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A cell with CPUs 2 and 3, beside the root cell of a machine with four CPUs; smp-8.c has CPUs 6 and
 * 7 instead. Its RAM is ordinary memory of the root cell until the cell is created. It has no device
 * of its own: its CPUs have their timers, send interrupts to each other, and print through the
 * hypervisor.
 */
#include <jailhouse/types.h>
#include <jailhouse/cell-config.h>

#ifndef SMP_CPUS
#define SMP_CPUS (1 << 2 | 1 << 3)
#endif

struct {
	struct jailhouse_cell_desc cell;
	__u64 cpus[1];
	struct jailhouse_memory mem_regions[2];
	struct jailhouse_irqchip irqchips[1];
} __attribute__((packed)) config = {
	.cell = {
		.signature = JAILHOUSE_CELL_DESC_SIGNATURE,
		.architecture = JAILHOUSE_ARM64,
		.revision = JAILHOUSE_CONFIG_REVISION,
		.name = "smp",
		.flags = JAILHOUSE_CELL_VIRTUAL_CONSOLE_PERMITTED |
			 JAILHOUSE_CELL_VIRTUAL_CONSOLE_ACTIVE,
		.cpu_set_size = sizeof(config.cpus),
		.num_memory_regions = ARRAY_SIZE(config.mem_regions),
		.num_irqchips = ARRAY_SIZE(config.irqchips),
		.cpu_reset_address = 0x0,
	},

	.cpus = { SMP_CPUS },

	.mem_regions = {
		/* RAM */
		{
			.phys_start = 0x60000000,
			.virt_start = 0x0,
			.size = 0x200000,
			.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE |
				 JAILHOUSE_MEM_EXECUTE | JAILHOUSE_MEM_LOADABLE,
		},
		/* Communication region */
		{
			.virt_start = 0x80000000,
			.size = 0x1000,
			.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE |
				 JAILHOUSE_MEM_COMM_REGION,
		},
	},

	.irqchips = {
		/* Interrupt 200, which no device of the machine has */
		{
			.address = 0x08000000,
			.pin_base = 192,
			.pin_bitmap = { 1 << 8 },
		},
	},
};
