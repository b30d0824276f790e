/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A cell on CPU 3 of QEMU's "virt" machine, for programs that access registers in unusual ways:
 * beside its RAM it shares a few registers of the GPIO controller with the root cell. They are a part
 * of a page, so that each access goes through the hypervisor. The clock it may only read.
 */
#include <jailhouse/types.h>
#include <jailhouse/cell-config.h>

struct {
	struct jailhouse_cell_desc cell;
	__u64 cpus[1];
	struct jailhouse_memory mem_regions[4];
} __attribute__((packed)) config = {
	.cell = {
		.signature = JAILHOUSE_CELL_DESC_SIGNATURE,
		.architecture = JAILHOUSE_ARM64,
		.revision = JAILHOUSE_CONFIG_REVISION,
		.name = "insn",
		.flags = JAILHOUSE_CELL_VIRTUAL_CONSOLE_PERMITTED |
			 JAILHOUSE_CELL_VIRTUAL_CONSOLE_ACTIVE,
		.cpu_set_size = sizeof(config.cpus),
		.num_memory_regions = ARRAY_SIZE(config.mem_regions),
		.cpu_reset_address = 0x0,
	},

	.cpus = { 1 << 3 },

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
		/* PL061: directions and how interrupts are raised, none of them enabled */
		{
			.phys_start = 0x09030400,
			.virt_start = 0x09030400,
			.size = 0x10,
			.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_IO |
				 JAILHOUSE_MEM_IO_8 | JAILHOUSE_MEM_IO_32 |
				 JAILHOUSE_MEM_ROOTSHARED,
		},
		/* PL031: the clock, for reading */
		{
			.phys_start = 0x09010000,
			.virt_start = 0x20000000,
			.size = 0x1000,
			.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_IO | JAILHOUSE_MEM_ROOTSHARED,
		},
	},
};
