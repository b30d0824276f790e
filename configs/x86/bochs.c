/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Root cell of the machine that Bochs emulates (i440FX, a CPU with VT-x), with two CPUs and 1 GiB of
 * memory. Memory is what the firmware tells of (E820), ports are those of /proc/ioports. The local
 * APIC and the IOAPIC are not among the regions: the hypervisor emulates them. The frequencies are those
 * of the emulated time with "ips=50000000": CPUID tells those of the real CPU.
 */
#include "../machine.h"

struct {
	struct jailhouse_system header;
	__u64 cpus[1];
	struct jailhouse_memory mem_regions[8];
	struct jailhouse_irqchip irqchips[1];
	struct jailhouse_pio pio_regions[20];
} __attribute__((packed)) config = {
	.header = {
		.signature = JAILHOUSE_SYSTEM_SIGNATURE,
		.architecture = JAILHOUSE_X86,
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
			.x86 = {
				.pm_timer_address = 0xb008,
				.tsc_khz = 50000,
				.apic_khz = 50000,
			},
		},
		.root_cell = {
			.signature = JAILHOUSE_CELL_DESC_SIGNATURE,
			.architecture = JAILHOUSE_X86,
			.revision = JAILHOUSE_CONFIG_REVISION,
			.name = "bochs",
			.cpu_set_size = sizeof(config.cpus),
			.num_memory_regions = ARRAY_SIZE(config.mem_regions),
			.num_irqchips = ARRAY_SIZE(config.irqchips),
			.num_pio_regions = ARRAY_SIZE(config.pio_regions),
		},
	},

	.cpus = { 0x3 },

	.mem_regions = {
		/* RAM below 1 MiB */
		REGION(0x0, 0xa0000, RAM),
		/* VGA memory */
		REGION(0xa0000, 0x20000, MMIO),
		/* Firmware and its tables */
		REGION(0xc0000, 0x40000, FIRMWARE),
		/* RAM */
		REGION(0x100000, 0x3fef0000, RAM),
		/* ACPI tables; Linux and firmware share a lock in them */
		REGION(0x3fff0000, 0x10000, TABLES),
		/* PCI window */
		REGION(0xc0000000, 0x3ec00000, MMIO),
		/* HPET */
		REGION(0xfed00000, 0x1000, MMIO),
		/* Firmware flash */
		REGION(0xfffc0000, 0x40000, ROM),
	},

	.irqchips = {
		/* IOAPIC with 24 pins */
		{
			.address = 0xfec00000,
			.id = 0xff00,
			.pin_bitmap = { 0xffffff },
		},
	},

	.pio_regions = {
		/* DMA controller 1 */
		PIO_RANGE(0x0, 0x20),
		/* Interrupt controller 1 */
		PIO_RANGE(0x20, 0x2),
		/* Interval timers */
		PIO_RANGE(0x40, 0x14),
		/* Keyboard data, speaker and NMI status */
		PIO_RANGE(0x60, 0x2),
		/* Keyboard command, also resets the machine */
		PIO_RANGE(0x64, 0x1),
		/* Real-time clock */
		PIO_RANGE(0x70, 0x8),
		/* DMA page registers */
		PIO_RANGE(0x80, 0x10),
		/* Interrupt controller 2 */
		PIO_RANGE(0xa0, 0x2),
		/* Advanced power management */
		PIO_RANGE(0xb2, 0x2),
		/* DMA controller 2 */
		PIO_RANGE(0xc0, 0x20),
		/* Floating point errors */
		PIO_RANGE(0xf0, 0x10),
		/* Second disk controller */
		PIO_RANGE(0x170, 0x8),
		/* First disk controller */
		PIO_RANGE(0x1f0, 0x8),
		/* Second disk controller */
		PIO_RANGE(0x376, 0x1),
		/* VGA, first disk controller, serial port */
		PIO_RANGE(0x3b0, 0x50),
		/* Edge or level of interrupts */
		PIO_RANGE(0x4d0, 0x2),
		/* PCI configuration, reset control */
		PIO_RANGE(0xcf8, 0x8),
		/* ACPI power management, with the PM timer */
		PIO_RANGE(0xb000, 0x40),
		/* SMBus */
		PIO_RANGE(0xb100, 0x10),
		/* I/O ports of PCI devices */
		PIO_RANGE(0xc000, 0x1000),
	},
};
