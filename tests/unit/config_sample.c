/* SPDX-License-Identifier: GPL-2.0-only */
/* Valid configurations, see config_sample.h. */
#include <string.h>

#include "config_sample.h"

#define RW (JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE)

const struct config_machine sample_machine = {
	.phys_limit = 1ULL << 40,
	.max_cpus = 4,
	.hyp_start = 0x7c000000,
	.hyp_size = 0x400000,
	.architecture = JAILHOUSE_ARM64,
};

static const struct jailhouse_cell_desc desc = {
	.signature = JAILHOUSE_CELL_DESC_SIGNATURE,
	.architecture = JAILHOUSE_ARM64,
	.revision = JAILHOUSE_CONFIG_REVISION,
	.name = "sample",
	.id = 1,
	.flags = JAILHOUSE_CELL_PASSIVE_COMMREG | JAILHOUSE_CELL_VIRTUAL_CONSOLE_PERMITTED |
		 JAILHOUSE_CELL_VIRTUAL_CONSOLE_ACTIVE,
	.cpu_set_size = 3,
	.num_memory_regions = 10,
	.num_cache_regions = 1,
	.num_irqchips = 2,
	.num_pio_regions = 1,
	.num_pci_devices = 2,
	.num_pci_caps = 2,
	.num_stream_ids = 2,
	.vpci_irq_base = 984,
	.cpu_reset_address = 0xffff,
	.console = {
		.address = 0x9000000,
		.size = 0x1000,
		.type = JAILHOUSE_CON_TYPE_PL011,
		.flags = JAILHOUSE_CON_ACCESS_MMIO | JAILHOUSE_CON_REGDIST_4,
	},
};

static const struct sample_arrays arrays = {
	.cpus = { 0x08, 0, 0 },
	.mem = {
		[MEM_RAM] = {
			.phys_start = 0x70000000,
			.virt_start = 0,
			.size = 0x10000,
			.flags = RW | JAILHOUSE_MEM_EXECUTE | JAILHOUSE_MEM_DMA |
				 JAILHOUSE_MEM_LOADABLE,
		},
		[MEM_UART] = {
			.phys_start = 0x9000000,
			.virt_start = 0x9000000,
			.size = 0x1000,
			.flags = RW | JAILHOUSE_MEM_IO | JAILHOUSE_MEM_ROOTSHARED,
		},
		[MEM_COMM] = {
			.virt_start = 0x80000000,
			.size = 0x1000,
			.flags = RW | JAILHOUSE_MEM_COMM_REGION,
		},
		[MEM_SUBPAGE] = {
			.phys_start = 0x9010100,
			.virt_start = 0x9010100,
			.size = 0x80,
			.flags = RW | JAILHOUSE_MEM_IO | JAILHOUSE_MEM_IO_8 | JAILHOUSE_MEM_IO_32 |
				 JAILHOUSE_MEM_IO_UNALIGNED,
		},
		[MEM_SUBPAGE_BESIDE] = {
			.phys_start = 0x9010180,
			.virt_start = 0x9010180,
			.size = 0xe80,
			.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_IO_64,
		},
		JAILHOUSE_SHMEM_NET_REGIONS(0x7bf00000, 0),
		[MEM_LAST] = {
			.phys_start = 0xfffffff000,	/* the last page of the machine */
			.virt_start = 0xfffffff000,
			.size = 0x1000,
			.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_NO_HUGEPAGES,
		},
	},
	.caches = { { .start = 0, .size = 1, .type = JAILHOUSE_CACHE_L3 } },
	.chips = {
		{ .address = 0x8000000, .pin_base = 32, .pin_bitmap = { 1, 0, 0, 1U << 31 } },
		/* Overlaps the first in range, but not in pins; ends with interrupt 1019. */
		{ .address = 0x8000000, .pin_base = 992, .pin_bitmap = { 1U << 27 | 3 } },
	},
	.pios = { PIO_RANGE(0x3f8, 8) },
	.pci = {
		{
			.type = JAILHOUSE_PCI_TYPE_DEVICE,
			.iommu = 7,
			.bdf = 0x10,
			.caps_start = 1,
			.num_caps = 1,
		},
		{
			.type = JAILHOUSE_PCI_TYPE_IVSHMEM,
			.domain = 1,
			.bdf = 0x10,
			.bar_mask = JAILHOUSE_IVSHMEM_BAR_MASK_INTX,
			.shmem_regions_start = MEM_NET,
			.shmem_dev_id = 0,
			.shmem_peers = 2,
			.shmem_protocol = JAILHOUSE_SHMEM_PROTO_VETH,
		},
	},
	.caps = {
		{ .id = PCI_CAP_ID_MSI, .start = 0x50, .len = 14, .flags = JAILHOUSE_PCICAPS_WRITE },
		{ .id = PCI_EXT_CAP_ID_ERR | JAILHOUSE_PCI_EXT_CAP, .start = 0xff0, .len = 0x10 },
	},
	.ids = { { .id = 0x10 }, { .id = 0xffff0010 } },
};

void sample_cell(struct cell_sample *sample)
{
	sample->cell = desc;
	sample->a = arrays;
}

void sample_other_cell(struct cell_sample *sample)
{
	static const struct jailhouse_memory net[] = { JAILHOUSE_SHMEM_NET_REGIONS(0x7bf00000, 1) };

	sample_cell(sample);
	strcpy(sample->cell.name, "other");
	sample->cell.id = 2;
	sample->a.cpus[0] = 0x04;
	sample->a.mem[MEM_RAM].phys_start += 0x10000;
	sample->a.mem[MEM_SUBPAGE].phys_start = 0x9010000;
	sample->a.mem[MEM_SUBPAGE].virt_start = 0x9010000;
	sample->a.mem[MEM_SUBPAGE].size = 0x100;
	sample->a.mem[MEM_SUBPAGE_BESIDE].size = 0;
	memcpy(&sample->a.mem[MEM_NET], net, sizeof(net));
	sample->a.mem[MEM_LAST].phys_start -= 0x1000;
	sample->a.chips[0].pin_bitmap[0] = 2;
	sample->a.chips[0].pin_bitmap[3] = 1U << 30;
	sample->a.chips[1].pin_bitmap[0] = 4;
	sample->a.pci[0].bdf = 0x18;
	sample->a.pci[1].shmem_dev_id = 1;
	sample->a.ids[0].id = 0x18;
	sample->a.ids[1].id = 0xffff0018;
}

void sample_system(struct system_sample *sample)
{
	memset(sample, 0, sizeof(*sample));
	memcpy(sample->sys.signature, JAILHOUSE_SYSTEM_SIGNATURE, JAILHOUSE_SIGNATURE_LENGTH);
	sample->sys.architecture = JAILHOUSE_ARM64;
	sample->sys.revision = JAILHOUSE_CONFIG_REVISION;
	sample->sys.flags = JAILHOUSE_SYS_VIRTUAL_DEBUG_CONSOLE;
	sample->sys.hypervisor_memory.phys_start = JAILHOUSE_PHYS_ANY;
	sample->sys.hypervisor_memory.size = 0x400000;
	sample->sys.debug_console = desc.console;
	sample->sys.platform_info.pci_mmconfig_base = 0xfff0000000;
	sample->sys.platform_info.pci_mmconfig_end_bus = 255;
	sample->sys.platform_info.iommu_units[0].type = JAILHOUSE_IOMMU_SMMUV3;
	sample->sys.platform_info.iommu_units[0].base = 0x9050000;
	sample->sys.platform_info.iommu_units[0].size = 0x20000;
	sample->sys.platform_info.arm.maintenance_irq = 25;
	sample->sys.platform_info.arm.gic_version = 3;
	sample->sys.platform_info.arm.gicd_base = 0x8000000;
	sample->sys.platform_info.arm.gicr_base = 0x80a0000;

	sample->sys.root_cell = desc;
	memset(sample->sys.root_cell.signature, 0, sizeof(sample->sys.root_cell.signature));
	sample->sys.root_cell.architecture = 0;
	sample->sys.root_cell.revision = 0;
	sample->sys.root_cell.id = 0;
	sample->sys.root_cell.cpu_reset_address = 0xdeadbeef; /* means nothing for the root */
	sample->a = arrays;
	sample->a.cpus[0] = 0x0f;
	sample->a.mem[MEM_COMM].flags = RW;
	/* All RAM, the hypervisor's among it. */
	sample->a.mem[MEM_RAM].virt_start = 0x40000000;
	sample->a.mem[MEM_RAM].phys_start = 0x40000000;
	sample->a.mem[MEM_RAM].size = 0x3bf00000;
}
