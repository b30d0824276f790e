/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * System configuration of an x86 machine, written the way deployed ones are.
 */
#include <jailhouse/types.h>
#include <jailhouse/cell-config.h>

struct {
	struct jailhouse_system header;
	__u64 cpus[1];
} __attribute__((packed)) config = {
	.header = {
		.signature = JAILHOUSE_SYSTEM_SIGNATURE,
		.architecture = JAILHOUSE_X86,
		.revision = JAILHOUSE_CONFIG_REVISION,
		.hypervisor_memory = {
			.phys_start = 0x3a000000,
			.size = 0x00600000,
		},
		.debug_console = {
			.address = 0x3f8,
			.type = JAILHOUSE_CON_TYPE_8250,
			.flags = JAILHOUSE_CON_ACCESS_PIO | JAILHOUSE_CON_REGDIST_1,
		},
		.platform_info = {
			.pci_mmconfig_base = 0xb0000000,
			.pci_mmconfig_end_bus = 0xff,
			.iommu_units = {
				{
					.type = JAILHOUSE_IOMMU_AMD,
					.base = 0xfeb80000,
					.size = 0x80000,
					.amd.bdf = 0x02,
					.amd.base_cap = 0x40,
					.amd.msi_cap = 0x54,
					.amd.features = 0x80048824,
				},
			},
			.x86 = {
				.pm_timer_address = 0x608,
				.apic_mode = JAILHOUSE_APIC_MODE_X2APIC,
				.vtd_interrupt_limit = 256,
				.tsc_khz = 2400000,
				.apic_khz = 1000000,
			},
		},
		.root_cell = {
			.name = "root",
			.cpu_set_size = sizeof(config.cpus),
		},
	},

	.cpus = {
		0x3,
	},
};
