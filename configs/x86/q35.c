/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Root cell of QEMU's x86-64 "q35" machine with four CPUs and 2 GiB of memory:
 *
 *	qemu-system-x86_64 -M q35 -cpu EPYC,+svm,+npt,+x2apic -smp 4 -m 2G
 *
 * also with kernel-irqchip=split and an intel-iommu device. Memory is what the firmware tells of
 * (E820), ports are those of /proc/ioports and of the ACPI hotplug registers, which are used by
 * ACPI's own code. The local APIC and the IOAPIC are not among the regions: the hypervisor emulates
 * them. PCI devices are those of the lab: a network device, a disk and a random number generator.
 */
#include "../machine.h"

#define CAPABILITY(name, first, length, what)                                               \
	{                                                                                   \
		.id = PCI_CAP_ID_##name, .start = (first), .len = (length), .flags = (what) \
	}

struct {
	struct jailhouse_system header;
	__u64 cpus[1];
	struct jailhouse_memory mem_regions[13];
	struct jailhouse_irqchip irqchips[1];
	struct jailhouse_pio pio_regions[21];
	struct jailhouse_pci_device pci_devices[7];
	struct jailhouse_pci_capability pci_caps[8];
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
			.pci_mmconfig_base = 0xb0000000,
			.pci_mmconfig_end_bus = 0xff,
			.x86 = {
				.pm_timer_address = 0x608,
			},
		},
		.root_cell = {
			.signature = JAILHOUSE_CELL_DESC_SIGNATURE,
			.architecture = JAILHOUSE_X86,
			.revision = JAILHOUSE_CONFIG_REVISION,
			.name = "q35",
			.cpu_set_size = sizeof(config.cpus),
			.num_memory_regions = ARRAY_SIZE(config.mem_regions),
			.num_irqchips = ARRAY_SIZE(config.irqchips),
			.num_pio_regions = ARRAY_SIZE(config.pio_regions),
			.num_pci_devices = ARRAY_SIZE(config.pci_devices),
			.num_pci_caps = ARRAY_SIZE(config.pci_caps),
		},
	},

	.cpus = { 0xf },

	.mem_regions = {
		/* RAM below 1 MiB */
		REGION(0x0, 0xa0000, RAM),
		/* VGA memory */
		REGION(0xa0000, 0x20000, MMIO),
		/* Firmware and its tables */
		REGION(0xc0000, 0x40000, FIRMWARE),
		/* RAM */
		REGION(0x100000, 0x7fedd000, RAM),
		/* ACPI tables; Linux and firmware share a lock in them */
		REGION(0x7ffdd000, 0x23000, TABLES),
		/* PCI window below the configuration space */
		REGION(0x80000000, 0x30000000, MMIO),
		/* PCI configuration space */
		REGION(0xb0000000, 0x10000000, MMIO),
		/* PCI window */
		REGION(0xc0000000, 0x3ec00000, MMIO),
		/* HPET */
		REGION(0xfed00000, 0x1000, MMIO),
		/* Root complex registers */
		REGION(0xfed1c000, 0x4000, MMIO),
		/* Intel IOMMU, where the machine has one */
		REGION(0xfed90000, 0x1000, MMIO),
		/* Firmware flash */
		REGION(0xfffc0000, 0x40000, ROM),
		/* PCI 64-bit window */
		REGION(0x100000000, 0x800000000, MMIO),
	},

	.irqchips = {
		/* IOAPIC with 24 pins; to an interrupt remapping unit it is ff:00.0 */
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
		/* Interval timer */
		PIO_RANGE(0x40, 0x4),
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
		/* Second serial port, where the machine has one */
		PIO_RANGE(0x2f8, 0x8),
		/* VGA */
		PIO_RANGE(0x3b0, 0x30),
		/* Serial port */
		PIO_RANGE(0x3f8, 0x8),
		/* Edge or level of interrupts */
		PIO_RANGE(0x4d0, 0x2),
		/* Firmware configuration device */
		PIO_RANGE(0x510, 0xc),
		/* ACPI power management, with the PM timer */
		PIO_RANGE(0x600, 0x80),
		/* SMBus */
		PIO_RANGE(0x700, 0x40),
		/* ACPI hotplug of devices and CPUs */
		PIO_RANGE(0xcc0, 0x38),
		/* PCI configuration, reset control */
		PIO_RANGE(0xcf8, 0x8),
		/* I/O ports of PCI devices */
		PIO_RANGE(0xc000, 0x1000),
	},

	.pci_devices = {
		/* Host bridge */
		{
			.type = JAILHOUSE_PCI_TYPE_DEVICE,
			.bdf = 0x00,
		},
		/* virtio network */
		{
			.type = JAILHOUSE_PCI_TYPE_DEVICE,
			.bdf = 0x08,
			.bar_mask = { 0xffffffe0, 0xfffff000, 0, 0, 0xffffc000, 0xffffffff },
			.caps_start = 0,
			.num_caps = 6,
			.num_msix_vectors = 4,
			.msix_region_size = 0x1000,
			.msix_address = 0xfebfc000,
		},
		/* virtio disk */
		{
			.type = JAILHOUSE_PCI_TYPE_DEVICE,
			.bdf = 0x10,
			.bar_mask = { 0xffffff80, 0xfffff000, 0, 0, 0xffffc000, 0xffffffff },
			.caps_start = 0,
			.num_caps = 6,
			.num_msix_vectors = 5,
			.msix_region_size = 0x1000,
			.msix_address = 0xfebfd000,
		},
		/* virtio random numbers */
		{
			.type = JAILHOUSE_PCI_TYPE_DEVICE,
			.bdf = 0x18,
			.bar_mask = { 0xffffffe0, 0xfffff000, 0, 0, 0xffffc000, 0xffffffff },
			.caps_start = 0,
			.num_caps = 6,
			.num_msix_vectors = 2,
			.msix_region_size = 0x1000,
			.msix_address = 0xfebfe000,
		},
		/* ISA bridge */
		{
			.type = JAILHOUSE_PCI_TYPE_DEVICE,
			.bdf = 0xf8,
		},
		/* SATA */
		{
			.type = JAILHOUSE_PCI_TYPE_DEVICE,
			.bdf = 0xfa,
			.bar_mask = { 0, 0, 0, 0, 0xffffffe0, 0xfffff000 },
			.caps_start = 6,
			.num_caps = 2,
			.num_msi_vectors = 1,
			.msi_64bits = 1,
		},
		/* SMBus */
		{
			.type = JAILHOUSE_PCI_TYPE_DEVICE,
			.bdf = 0xfb,
			.bar_mask = { 0, 0, 0, 0, 0xffffffc0, 0 },
		},
	},

	.pci_caps = {
		/* virtio devices */
		CAPABILITY(MSIX, 0x98, 0xc, JAILHOUSE_PCICAPS_WRITE),
		CAPABILITY(VNDR, 0x84, 0x14, JAILHOUSE_PCICAPS_WRITE),
		CAPABILITY(VNDR, 0x70, 0x14, 0),
		CAPABILITY(VNDR, 0x60, 0x10, 0),
		CAPABILITY(VNDR, 0x50, 0x10, 0),
		CAPABILITY(VNDR, 0x40, 0x10, 0),
		/* SATA */
		CAPABILITY(MSI, 0x80, 0xe, JAILHOUSE_PCICAPS_WRITE),
		CAPABILITY(SATA, 0xa8, 0x8, 0),
	},
};
