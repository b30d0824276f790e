/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A cell with a device of its own on CPU 3, beside the root cell of QEMU's "virt" machine: the second
 * UART, which the machine has if it is started with two serial lines (-serial twice), and its
 * interrupt. Linux must have let go of the UART before the cell is created:
 *
 *	echo 9040000.pl011 >/sys/bus/amba/drivers/uart-pl011/unbind
 *
 * What the cell prints goes to that UART, if the flag VIRTUAL_CONSOLE_ACTIVE is taken away.
 */
#include <jailhouse/types.h>
#include <jailhouse/cell-config.h>

#ifndef UART_TYPE
#define UART_TYPE      JAILHOUSE_CON_TYPE_PL011
#define UART_ADDRESS   0x09040000
#define UART_INTERRUPT 40
#define GIC_ADDRESS    0x08000000
#endif

struct {
	struct jailhouse_cell_desc cell;
	__u64 cpus[1];
	struct jailhouse_memory mem_regions[3];
	struct jailhouse_irqchip irqchips[1];
} __attribute__((packed)) config = {
	.cell = {
		.signature = JAILHOUSE_CELL_DESC_SIGNATURE,
		.architecture = JAILHOUSE_ARM64,
		.revision = JAILHOUSE_CONFIG_REVISION,
		.name = "uart",
		.flags = JAILHOUSE_CELL_VIRTUAL_CONSOLE_PERMITTED |
			 JAILHOUSE_CELL_VIRTUAL_CONSOLE_ACTIVE,
		.cpu_set_size = sizeof(config.cpus),
		.num_memory_regions = ARRAY_SIZE(config.mem_regions),
		.num_irqchips = ARRAY_SIZE(config.irqchips),
		.cpu_reset_address = 0x0,
		.console = {
			.type = UART_TYPE,
			.flags = JAILHOUSE_CON_ACCESS_MMIO,
			.address = UART_ADDRESS,
			.size = 0x1000,
		},
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
		/* UART */
		{
			.phys_start = UART_ADDRESS,
			.virt_start = UART_ADDRESS,
			.size = 0x1000,
			.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_IO,
		},
	},

	.irqchips = {
		{
			.address = GIC_ADDRESS,
			.pin_base = 32,
			.pin_bitmap = { 1U << (UART_INTERRUPT - 32) },
		},
	},
};
