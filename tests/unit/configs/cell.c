/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Cell configuration with all kinds of arrays, written the way deployed ones are. abi_bytes.c says
 * what has to come out.
 */
#include <jailhouse/types.h>
#include <jailhouse/cell-config.h>

struct {
	struct jailhouse_cell_desc cell;
	__u64 cpus[1];
	struct jailhouse_memory mem_regions[7];
	struct jailhouse_cache cache_regions[1];
	struct jailhouse_irqchip irqchips[1];
	struct jailhouse_pio pio_regions[2];
	struct jailhouse_pci_device pci_devices[2];
	struct jailhouse_pci_capability pci_caps[2];
	union jailhouse_stream_id stream_ids[2];
} __attribute__((packed)) config = {
	.cell = {
		.signature = JAILHOUSE_CELL_DESC_SIGNATURE,
		.architecture = JAILHOUSE_ARM64,
		.revision = JAILHOUSE_CONFIG_REVISION,
		.name = "bytes",
		.flags = JAILHOUSE_CELL_PASSIVE_COMMREG | JAILHOUSE_CELL_VIRTUAL_CONSOLE_ACTIVE,

		.cpu_set_size = sizeof(config.cpus),
		.num_memory_regions = ARRAY_SIZE(config.mem_regions),
		.num_cache_regions = ARRAY_SIZE(config.cache_regions),
		.num_irqchips = ARRAY_SIZE(config.irqchips),
		.num_pio_regions = ARRAY_SIZE(config.pio_regions),
		.num_pci_devices = ARRAY_SIZE(config.pci_devices),
		.num_pci_caps = ARRAY_SIZE(config.pci_caps),
		.num_stream_ids = ARRAY_SIZE(config.stream_ids),

		.vpci_irq_base = 123,
		.cpu_reset_address = 0x123456789a,
		.msg_reply_timeout = 1000000,

		.console = {
			.address = 0x3f8,
			.type = JAILHOUSE_CON_TYPE_8250,
			.divider = 13,
			.flags = JAILHOUSE_CON_ACCESS_PIO | JAILHOUSE_CON_REGDIST_4,
		},
	},

	.cpus = {
		0x8000000000000006,
	},

	.mem_regions = {
		/* link to another cell */
		JAILHOUSE_SHMEM_NET_REGIONS(0x7bf00000, 1),
		/* UART, sub-page */ {
			.phys_start = 0x9000004,
			.virt_start = 0x9000004,
			.size = 0x8,
			.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_IO |
				JAILHOUSE_MEM_IO_8 | JAILHOUSE_MEM_IO_32 |
				JAILHOUSE_MEM_IO_UNALIGNED,
		},
		/* RAM */ {
			.phys_start = 0x123450000000,
			.virt_start = 0,
			.size = 0x10000000,
			.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE |
				JAILHOUSE_MEM_EXECUTE | JAILHOUSE_MEM_DMA |
				JAILHOUSE_MEM_LOADABLE | JAILHOUSE_MEM_NO_HUGEPAGES,
		},
		/* communication region */ {
			.virt_start = 0x80000000,
			.size = 0x00001000,
			.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE |
				JAILHOUSE_MEM_COMM_REGION,
		},
	},

	.cache_regions = {
		{
			.start = 4,
			.size = 2,
			.type = JAILHOUSE_CACHE_L3,
			.flags = JAILHOUSE_CACHE_ROOTSHARED,
		},
	},

	.irqchips = {
		{
			.address = 0x08000000,
			.id = 0x1ff01,
			.pin_base = 32,
			.pin_bitmap = {
				1 << (33 - 32),
				0,
				0,
				(1 << (140 - 128)) | (1U << (159 - 128))
			},
		},
	},

	.pio_regions = {
		PIO_RANGE(0x2f8, 8),
		PIO_RANGE(0xe010, 0x10),
	},

	.pci_devices = {
		{
			.type = JAILHOUSE_PCI_TYPE_IVSHMEM,
			.domain = 1,
			.bdf = 2 << 3,
			.bar_mask = JAILHOUSE_IVSHMEM_BAR_MASK_MSIX,
			.num_msix_vectors = 2,
			.shmem_regions_start = 0,
			.shmem_dev_id = 1,
			.shmem_peers = 2,
			.shmem_protocol = JAILHOUSE_SHMEM_PROTO_VETH,
		},
		{
			.type = JAILHOUSE_PCI_TYPE_DEVICE,
			.iommu = 3,
			.domain = 0x0,
			.bdf = 0xd8,
			.bar_mask = {
				0xffffc000, 0xffffffff, 0x00000000,
				0x00000000, 0x00000000, 0xffffffe0,
			},
			.caps_start = 0,
			.num_caps = 2,
			.num_msi_vectors = 1,
			.msi_64bits = 1,
			.msi_maskable = 1,
			.num_msix_vectors = 5,
			.msix_region_size = 0x1000,
			.msix_address = 0xfebf0000,
		},
	},

	.pci_caps = {
		{
			.id = PCI_CAP_ID_MSI,
			.start = 0x60,
			.len = 0xe,
			.flags = JAILHOUSE_PCICAPS_WRITE,
		},
		{
			.id = PCI_EXT_CAP_ID_SRIOV | JAILHOUSE_PCI_EXT_CAP,
			.start = 0x160,
			.len = 0x40,
			.flags = 0,
		},
	},

	.stream_ids = {
		{
			.id = 0x12345,
		},
		{
			.mmu500.id = 0x860,
			.mmu500.mask_out = 0x1f,
		},
	},
};
