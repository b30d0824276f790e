/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Root cell of QEMU's arm64 "virt" machine:
 *
 *	qemu-system-aarch64 -M virt,virtualization=on,gic-version=3,its=on -smp 4 -m 2G
 *
 * with or without its. Addresses are those of the machine's memory map. The GIC distributor and the
 * redistributors are not among the regions: the hypervisor emulates them.
 *
 * The variants qemu-virt-*.c of the machine say what they have else and include this file.
 */
#include "../machine.h"

#ifndef MACHINE_NAME
#define MACHINE_NAME "qemu-virt"
#define MACHINE_CPUS 0xf
#define MACHINE_GIC  .gic_version = 3, .gicd_base = 0x08000000, .gicr_base = 0x080a0000
#endif

struct {
	struct jailhouse_system header;
	__u64 cpus[1];
	struct jailhouse_memory mem_regions[16];
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
				MACHINE_GIC,
				.maintenance_irq = 25,
			},
		},
		.root_cell = {
			.signature = JAILHOUSE_CELL_DESC_SIGNATURE,
			.architecture = JAILHOUSE_ARM64,
			.revision = JAILHOUSE_CONFIG_REVISION,
			.name = MACHINE_NAME,
			.cpu_set_size = sizeof(config.cpus),
			.num_memory_regions = ARRAY_SIZE(config.mem_regions),
			.num_irqchips = ARRAY_SIZE(config.irqchips),
		},
	},

	.cpus = { MACHINE_CPUS },

	.mem_regions = {
		/* Flash banks */
		REGION(0x00000000, 0x08000000, MMIO),
		/* Interrupt translation service, where the machine has one */
		REGION(0x08080000, 0x00020000, MMIO),
		/* PL011 */
		REGION(0x09000000, 0x00001000, MMIO),
		/* Real-time clock */
		REGION(0x09010000, 0x00001000, MMIO),
		/* Firmware configuration device */
		REGION(0x09020000, 0x00001000, MMIO),
		/* GPIO */
		REGION(0x09030000, 0x00001000, MMIO),
		/* SMMUv3, where the machine has one (iommu=smmuv3) */
		REGION(0x09050000, 0x00020000, MMIO),
		/* ACPI devices for memory hotplug and power events */
		REGION(0x09070000, 0x00030000, MMIO),
		/* virtio-mmio */
		REGION(0x0a000000, 0x00004000, MMIO),
		/* PCIe 32-bit window */
		REGION(0x10000000, 0x2eff0000, MMIO),
		/* PCIe I/O ports */
		REGION(0x3eff0000, 0x00010000, MMIO),
		/* RAM */
		REGION(0x40000000, 0x80000000, RAM),
		/* PCIe configuration space */
		REGION(0x4010000000, 0x10000000, MMIO),
		/* PCIe 64-bit window */
		REGION(0x8000000000, 0x8000000000, MMIO),
		/* GICv2m, where the machine has a GICv2: makes messages interrupts */
		REGION(0x08020000, 0x00001000, MMIO),
		/* Second PL011, where the machine has one (another -serial) */
		REGION(0x09040000, 0x00001000, MMIO),
	},

	.irqchips = {
		/* All 256 shared interrupts of the machine */
		{
			.address = 0x08000000,
			.pin_base = 32,
			.pin_bitmap = { 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff },
		},
		{
			.address = 0x08000000,
			.pin_base = 160,
			.pin_bitmap = { 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff },
		},
	},
};
