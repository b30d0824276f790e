/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A cell for attacks on CPU 3 of QEMU's "q35" machine, beside the root cell of q35.c. Beside its
 * RAM it may read the first two registers of the HPET, and nothing else there, and has pin 3 of the
 * IOAPIC, which is free where there is no second serial port.
 */
#include <jailhouse/types.h>
#include <jailhouse/cell-config.h>

struct {
	struct jailhouse_cell_desc cell;
	__u64 cpus[1];
	struct jailhouse_memory mem_regions[4];
	struct jailhouse_irqchip irqchips[1];
	struct jailhouse_pio pio_regions[1];
} __attribute__((packed)) config = {
	.cell = {
		.signature = JAILHOUSE_CELL_DESC_SIGNATURE,
		.architecture = JAILHOUSE_X86,
		.revision = JAILHOUSE_CONFIG_REVISION,
		.name = "hostile",
		.flags = JAILHOUSE_CELL_VIRTUAL_CONSOLE_PERMITTED |
			 JAILHOUSE_CELL_VIRTUAL_CONSOLE_ACTIVE,
		.cpu_set_size = sizeof(config.cpus),
		.num_memory_regions = ARRAY_SIZE(config.mem_regions),
		.num_irqchips = ARRAY_SIZE(config.irqchips),
		.num_pio_regions = ARRAY_SIZE(config.pio_regions),
		.cpu_reset_address = 0x0,
	},

	.cpus = { 1 << 3 },

	.mem_regions = {
		/* RAM */
		{
			.phys_start = JAILHOUSE_PHYS_ANY,
			.virt_start = 0x0,
			.size = 0x100000,
			.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE |
				 JAILHOUSE_MEM_EXECUTE | JAILHOUSE_MEM_LOADABLE,
		},
		/* Communication region */
		{
			.virt_start = 0x100000,
			.size = 0x1000,
			.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE |
				 JAILHOUSE_MEM_COMM_REGION,
		},
		/* RAM */
		{
			.phys_start = JAILHOUSE_PHYS_ANY,
			.virt_start = 0x200000,
			.size = 0x100000,
			.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE |
				 JAILHOUSE_MEM_EXECUTE | JAILHOUSE_MEM_LOADABLE,
		},
		/* HPET: capabilities and period */
		{
			.phys_start = 0xfed00000,
			.virt_start = 0xfed00000,
			.size = 0x10,
			.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_IO | JAILHOUSE_MEM_IO_32 |
				 JAILHOUSE_MEM_IO_64 | JAILHOUSE_MEM_ROOTSHARED,
		},
	},

	.irqchips = {
		{
			.address = 0xfec00000,
			.id = 0xff00,
			.pin_bitmap = { 1 << 3 },
		},
	},

	.pio_regions = {
		/* ACPI PM timer */
		PIO_RANGE(0x608, 0x4),
	},
};
