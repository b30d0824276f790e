/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Root cell of the NXP i.MX 8M Plus evaluation kit (GICv3):
 *
 *	qemu-system-aarch64 -M imx8mp-evk -smp 4 -m 3G
 *
 * The GIC distributor and the redistributors are not among the regions: the hypervisor emulates
 * them.
 */
#include "../machine.h"

struct {
	struct jailhouse_system header;
	__u64 cpus[1];
	struct jailhouse_memory mem_regions[3];
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
				.gic_version = 3,
				.gicd_base = 0x38800000,
				.gicr_base = 0x38880000,
				.maintenance_irq = 25,
			},
		},
		.root_cell = {
			.signature = JAILHOUSE_CELL_DESC_SIGNATURE,
			.architecture = JAILHOUSE_ARM64,
			.revision = JAILHOUSE_CONFIG_REVISION,
			.name = "imx8mp-evk",
			.cpu_set_size = sizeof(config.cpus),
			.num_memory_regions = ARRAY_SIZE(config.mem_regions),
			.num_irqchips = ARRAY_SIZE(config.irqchips),
		},
	},

	.cpus = { 0xf },

	.mem_regions = {
		/* Boot ROM, on-chip memory, PCIe, devices */
		REGION(0x00000000, 0x38800000, MMIO),
		/* Devices behind the interrupt controller */
		REGION(0x38940000, 0x076c0000, MMIO),
		/* RAM */
		REGION(0x40000000, 0xc0000000, RAM),
	},

	.irqchips = {
		/* All 160 shared interrupts of the machine */
		{
			.address = 0x38800000,
			.pin_base = 32,
			.pin_bitmap = { 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff },
		},
		{
			.address = 0x38800000,
			.pin_base = 160,
			.pin_bitmap = { 0xffffffff },
		},
	},
};
