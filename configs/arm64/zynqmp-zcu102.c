/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Root cell of the Xilinx ZCU102 board (Zynq UltraScale+, GICv2):
 *
 *	qemu-system-aarch64 -M xlnx-zcu102,virtualization=on -smp 4 -m 2G
 *
 * The GIC shows each of its pages sixteen times. The CPU interface is used where its two pages
 * are side by side. No page of the GIC is among the regions.
 */
#include "../machine.h"

struct {
	struct jailhouse_system header;
	__u64 cpus[1];
	struct jailhouse_memory mem_regions[6];
	struct jailhouse_irqchip irqchips[2];
} __attribute__((packed)) config = {
	.header = {
		.signature = JAILHOUSE_SYSTEM_SIGNATURE,
		.architecture = JAILHOUSE_ARM64,
		.revision = JAILHOUSE_CONFIG_REVISION,
		.flags = JAILHOUSE_SYS_VIRTUAL_DEBUG_CONSOLE,
		.hypervisor_memory = {
			.phys_start = JAILHOUSE_PHYS_ANY,
			.size = 0x400000,
		},
		.debug_console = {
			.type = JAILHOUSE_CON_TYPE_NONE,
		},
		.platform_info = {
			.arm = {
				.gic_version = 2,
				.gicd_base = 0xf9010000,
				.gicc_base = 0xf902f000,
				.gich_base = 0xf9040000,
				.gicv_base = 0xf906f000,
				.maintenance_irq = 25,
			},
		},
		.root_cell = {
			.signature = JAILHOUSE_CELL_DESC_SIGNATURE,
			.architecture = JAILHOUSE_ARM64,
			.revision = JAILHOUSE_CONFIG_REVISION,
			.name = "zynqmp-zcu102",
			.cpu_set_size = sizeof(config.cpus),
			.num_memory_regions = ARRAY_SIZE(config.mem_regions),
			.num_irqchips = ARRAY_SIZE(config.irqchips),
		},
	},

	.cpus = { 0xf },

	.mem_regions = {
		/* RAM */
		REGION(0x00000000, 0x80000000, RAM),
		/* Programmable logic, flash, PCIe 32-bit window */
		REGION(0x80000000, 0x78000000, MMIO),
		/* System trace, real-time processors */
		REGION(0xf8000000, 0x01000000, MMIO),
		/* Devices of the full-power domain */
		REGION(0xfd000000, 0x02000000, MMIO),
		/* Devices of the low-power domain, on-chip memory */
		REGION(0xff000000, 0x01000000, MMIO),
		/* PCIe 64-bit windows */
		REGION(0x600000000, 0x200000000, MMIO),
	},

	.irqchips = {
		/* All 160 shared interrupts of the machine */
		{
			.address = 0xf9010000,
			.pin_base = 32,
			.pin_bitmap = { 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff },
		},
		{
			.address = 0xf9010000,
			.pin_base = 160,
			.pin_bitmap = { 0xffffffff },
		},
	},
};
