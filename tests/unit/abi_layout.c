/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Every offset and size of the deployed interfaces, checked when this is compiled: for this
 * machine and for the target. It has no code, and compiling it is the test.
 */
#include <jailhouse/cell-config.h>
#include <jailhouse/comm-region.h>
#include <jailhouse/console.h>
#include <jailhouse/driver.h>
#include <jailhouse/hypercall.h>
#include <jailhouse/ivshmem.h>

#define SIZE(type, bytes) _Static_assert(sizeof(type) == (bytes), "size of " #type)
#define AT(type, field, offset, bytes)                                \
	_Static_assert(__builtin_offsetof(type, field) == (offset) && \
			       sizeof(((type *)0)->field) == (bytes), \
		       #type "." #field)
#define VALUE(name, number) _Static_assert((name) == (number), #name)

_Static_assert(sizeof(unsigned long long) == sizeof(u64) &&
		       __builtin_types_compatible_p(u64, unsigned long long) &&
		       __builtin_types_compatible_p(__u64, unsigned long long) &&
		       __builtin_types_compatible_p(s64, long long),
	       "u64 prints as %llu");

/* Console descriptor */
SIZE(struct jailhouse_console, 32);
AT(struct jailhouse_console, address, 0, 8);
AT(struct jailhouse_console, size, 8, 4);
AT(struct jailhouse_console, type, 12, 2);
AT(struct jailhouse_console, flags, 14, 2);
AT(struct jailhouse_console, divider, 16, 4);
AT(struct jailhouse_console, gate_nr, 20, 4);
AT(struct jailhouse_console, clock_reg, 24, 8);

VALUE(JAILHOUSE_CON_TYPE_NONE, 0);
VALUE(JAILHOUSE_CON_TYPE_EFIFB, 1);
VALUE(JAILHOUSE_CON_TYPE_8250, 2);
VALUE(JAILHOUSE_CON_TYPE_PL011, 3);
VALUE(JAILHOUSE_CON_TYPE_XUARTPS, 4);
VALUE(JAILHOUSE_CON_TYPE_MVEBU, 5);
VALUE(JAILHOUSE_CON_TYPE_HSCIF, 6);
VALUE(JAILHOUSE_CON_TYPE_SCIFA, 7);
VALUE(JAILHOUSE_CON_TYPE_IMX, 8);
VALUE(JAILHOUSE_CON_TYPE_IMX_LPUART, 9);
VALUE(JAILHOUSE_CON_TYPE_SCIF, 10);
VALUE(JAILHOUSE_CON_ACCESS_MMIO, 1);
VALUE(JAILHOUSE_CON_REGDIST_4, 2);
VALUE(JAILHOUSE_CON_FB_1920x1080, 4);
VALUE(JAILHOUSE_CON_INVERTED_GATE, 1 << 12);
VALUE(JAILHOUSE_CON_MDR_QUIRK, 1 << 13);

/* Cell configuration */
VALUE(JAILHOUSE_CONFIG_REVISION, 14);
VALUE(JAILHOUSE_CELL_NAME_MAXLEN, 31);
SIZE(struct jailhouse_cell_desc, 132);
AT(struct jailhouse_cell_desc, signature, 0, 5);
AT(struct jailhouse_cell_desc, architecture, 5, 1);
AT(struct jailhouse_cell_desc, revision, 6, 2);
AT(struct jailhouse_cell_desc, name, 8, 32);
AT(struct jailhouse_cell_desc, id, 40, 4);
AT(struct jailhouse_cell_desc, flags, 44, 4);
AT(struct jailhouse_cell_desc, cpu_set_size, 48, 4);
AT(struct jailhouse_cell_desc, num_memory_regions, 52, 4);
AT(struct jailhouse_cell_desc, num_cache_regions, 56, 4);
AT(struct jailhouse_cell_desc, num_irqchips, 60, 4);
AT(struct jailhouse_cell_desc, num_pio_regions, 64, 4);
AT(struct jailhouse_cell_desc, num_pci_devices, 68, 4);
AT(struct jailhouse_cell_desc, num_pci_caps, 72, 4);
AT(struct jailhouse_cell_desc, num_stream_ids, 76, 4);
AT(struct jailhouse_cell_desc, vpci_irq_base, 80, 4);
AT(struct jailhouse_cell_desc, cpu_reset_address, 84, 8);
AT(struct jailhouse_cell_desc, msg_reply_timeout, 92, 8);
AT(struct jailhouse_cell_desc, console, 100, 32);

VALUE(JAILHOUSE_X86, 0);
VALUE(JAILHOUSE_ARM, 1);
VALUE(JAILHOUSE_ARM64, 2);
VALUE(JAILHOUSE_RISCV64, 3);
VALUE(JAILHOUSE_CELL_PASSIVE_COMMREG, 1);
VALUE(JAILHOUSE_CELL_TEST_DEVICE, 2);
VALUE(JAILHOUSE_CELL_AARCH32, 4);
VALUE(JAILHOUSE_CELL_VIRTUAL_CONSOLE_PERMITTED, 0x40000000);
VALUE(JAILHOUSE_CELL_VIRTUAL_CONSOLE_ACTIVE, 0x80000000);

SIZE(struct jailhouse_memory, 32);
AT(struct jailhouse_memory, phys_start, 0, 8);
AT(struct jailhouse_memory, virt_start, 8, 8);
AT(struct jailhouse_memory, size, 16, 8);
AT(struct jailhouse_memory, flags, 24, 8);
VALUE(JAILHOUSE_MEM_READ, 1);
VALUE(JAILHOUSE_MEM_WRITE, 2);
VALUE(JAILHOUSE_MEM_EXECUTE, 4);
VALUE(JAILHOUSE_MEM_DMA, 8);
VALUE(JAILHOUSE_MEM_IO, 0x10);
VALUE(JAILHOUSE_MEM_COMM_REGION, 0x20);
VALUE(JAILHOUSE_MEM_LOADABLE, 0x40);
VALUE(JAILHOUSE_MEM_ROOTSHARED, 0x80);
VALUE(JAILHOUSE_MEM_NO_HUGEPAGES, 0x100);
VALUE(JAILHOUSE_MEM_IO_UNALIGNED, 0x8000);
VALUE(JAILHOUSE_MEM_IO_8, 0x10000);
VALUE(JAILHOUSE_MEM_IO_16, 0x20000);
VALUE(JAILHOUSE_MEM_IO_32, 0x40000);
VALUE(JAILHOUSE_MEM_IO_64, 0x80000);
VALUE(JAILHOUSE_MEM_IO_WIDTHS, 0xf0000);

SIZE(struct jailhouse_cache, 12);
AT(struct jailhouse_cache, start, 0, 4);
AT(struct jailhouse_cache, size, 4, 4);
AT(struct jailhouse_cache, type, 8, 1);
AT(struct jailhouse_cache, flags, 10, 2);
VALUE(JAILHOUSE_CACHE_L3_CODE, 1);
VALUE(JAILHOUSE_CACHE_L3_DATA, 2);
VALUE(JAILHOUSE_CACHE_L3, 3);
VALUE(JAILHOUSE_CACHE_ROOTSHARED, 1);

SIZE(struct jailhouse_irqchip, 32);
AT(struct jailhouse_irqchip, address, 0, 8);
AT(struct jailhouse_irqchip, id, 8, 4);
AT(struct jailhouse_irqchip, pin_base, 12, 4);
AT(struct jailhouse_irqchip, pin_bitmap, 16, 16);

SIZE(struct jailhouse_pio, 4);
AT(struct jailhouse_pio, base, 0, 2);
AT(struct jailhouse_pio, length, 2, 2);

SIZE(struct jailhouse_pci_device, 56);
AT(struct jailhouse_pci_device, type, 0, 1);
AT(struct jailhouse_pci_device, iommu, 1, 1);
AT(struct jailhouse_pci_device, domain, 2, 2);
AT(struct jailhouse_pci_device, bdf, 4, 2);
AT(struct jailhouse_pci_device, bar_mask, 6, 24);
AT(struct jailhouse_pci_device, caps_start, 30, 2);
AT(struct jailhouse_pci_device, num_caps, 32, 2);
AT(struct jailhouse_pci_device, num_msi_vectors, 34, 1);
AT(struct jailhouse_pci_device, num_msix_vectors, 36, 2);
AT(struct jailhouse_pci_device, msix_region_size, 38, 2);
AT(struct jailhouse_pci_device, msix_address, 40, 8);
AT(struct jailhouse_pci_device, shmem_regions_start, 48, 4);
AT(struct jailhouse_pci_device, shmem_dev_id, 52, 1);
AT(struct jailhouse_pci_device, shmem_peers, 53, 1);
AT(struct jailhouse_pci_device, shmem_protocol, 54, 2);
VALUE(JAILHOUSE_PCI_TYPE_DEVICE, 1);
VALUE(JAILHOUSE_PCI_TYPE_BRIDGE, 2);
VALUE(JAILHOUSE_PCI_TYPE_IVSHMEM, 3);
VALUE(JAILHOUSE_SHMEM_PROTO_UNDEFINED, 0);
VALUE(JAILHOUSE_SHMEM_PROTO_VETH, 1);
VALUE(JAILHOUSE_SHMEM_PROTO_CUSTOM, 0x4000);
VALUE(JAILHOUSE_SHMEM_PROTO_VIRTIO_FRONT, 0x8000);
VALUE(JAILHOUSE_SHMEM_PROTO_VIRTIO_BACK, 0xc000);
VALUE(VIRTIO_DEV_NET, 1);
VALUE(VIRTIO_DEV_BLOCK, 2);
VALUE(VIRTIO_DEV_CONSOLE, 3);

SIZE(struct jailhouse_pci_capability, 8);
AT(struct jailhouse_pci_capability, id, 0, 2);
AT(struct jailhouse_pci_capability, start, 2, 2);
AT(struct jailhouse_pci_capability, len, 4, 2);
AT(struct jailhouse_pci_capability, flags, 6, 2);
VALUE(JAILHOUSE_PCI_EXT_CAP, 0x8000);
VALUE(JAILHOUSE_PCICAPS_WRITE, 1);

SIZE(union jailhouse_stream_id, 4);
AT(union jailhouse_stream_id, id, 0, 4);
AT(union jailhouse_stream_id, mmu500.id, 0, 2);
AT(union jailhouse_stream_id, mmu500.mask_out, 2, 2);

/* System configuration */
SIZE(struct jailhouse_iommu, 28);
AT(struct jailhouse_iommu, type, 0, 4);
AT(struct jailhouse_iommu, base, 4, 8);
AT(struct jailhouse_iommu, size, 12, 4);
AT(struct jailhouse_iommu, amd.bdf, 16, 2);
AT(struct jailhouse_iommu, amd.base_cap, 18, 1);
AT(struct jailhouse_iommu, amd.msi_cap, 19, 1);
AT(struct jailhouse_iommu, amd.features, 20, 4);
AT(struct jailhouse_iommu, tipvu.tlb_base, 16, 8);
AT(struct jailhouse_iommu, tipvu.tlb_size, 24, 4);
VALUE(JAILHOUSE_IOMMU_AMD, 1);
VALUE(JAILHOUSE_IOMMU_INTEL, 2);
VALUE(JAILHOUSE_IOMMU_SMMUV3, 3);
VALUE(JAILHOUSE_IOMMU_PVU, 4);
VALUE(JAILHOUSE_IOMMU_ARM_MMU500, 5);
VALUE(JAILHOUSE_MAX_IOMMU_UNITS, 8);

SIZE(struct jailhouse_system, 488);
AT(struct jailhouse_system, signature, 0, 5);
AT(struct jailhouse_system, architecture, 5, 1);
AT(struct jailhouse_system, revision, 6, 2);
AT(struct jailhouse_system, flags, 8, 4);
AT(struct jailhouse_system, hypervisor_memory, 12, 32);
AT(struct jailhouse_system, debug_console, 44, 32);
AT(struct jailhouse_system, platform_info.pci_mmconfig_base, 76, 8);
AT(struct jailhouse_system, platform_info.pci_mmconfig_end_bus, 84, 1);
AT(struct jailhouse_system, platform_info.pci_is_virtual, 85, 1);
AT(struct jailhouse_system, platform_info.pci_domain, 86, 2);
AT(struct jailhouse_system, platform_info.iommu_units, 88, 224);
AT(struct jailhouse_system, platform_info.x86.pm_timer_address, 312, 2);
AT(struct jailhouse_system, platform_info.x86.apic_mode, 314, 1);
AT(struct jailhouse_system, platform_info.x86.vtd_interrupt_limit, 316, 4);
AT(struct jailhouse_system, platform_info.x86.tsc_khz, 320, 4);
AT(struct jailhouse_system, platform_info.x86.apic_khz, 324, 4);
AT(struct jailhouse_system, platform_info.arm.maintenance_irq, 312, 1);
AT(struct jailhouse_system, platform_info.arm.gic_version, 313, 1);
AT(struct jailhouse_system, platform_info.arm.gicd_base, 316, 8);
AT(struct jailhouse_system, platform_info.arm.gicc_base, 324, 8);
AT(struct jailhouse_system, platform_info.arm.gich_base, 332, 8);
AT(struct jailhouse_system, platform_info.arm.gicv_base, 340, 8);
AT(struct jailhouse_system, platform_info.arm.gicr_base, 348, 8);
AT(struct jailhouse_system, root_cell, 356, 132);
VALUE(JAILHOUSE_SYS_VIRTUAL_DEBUG_CONSOLE, 1);
VALUE(JAILHOUSE_APIC_MODE_AUTO, 0);
VALUE(JAILHOUSE_APIC_MODE_XAPIC, 1);
VALUE(JAILHOUSE_APIC_MODE_X2APIC, 2);

/* Hypercalls */
VALUE(JAILHOUSE_HVC_IMM, 0x4a48);
VALUE(JAILHOUSE_HC_DISABLE, 0);
VALUE(JAILHOUSE_HC_CELL_CREATE, 1);
VALUE(JAILHOUSE_HC_CELL_START, 2);
VALUE(JAILHOUSE_HC_CELL_SET_LOADABLE, 3);
VALUE(JAILHOUSE_HC_CELL_DESTROY, 4);
VALUE(JAILHOUSE_HC_HYPERVISOR_GET_INFO, 5);
VALUE(JAILHOUSE_HC_CELL_GET_STATE, 6);
VALUE(JAILHOUSE_HC_CPU_GET_INFO, 7);
VALUE(JAILHOUSE_HC_DEBUG_CONSOLE_PUTC, 8);
VALUE(JAILHOUSE_INFO_MEM_POOL_SIZE, 0);
VALUE(JAILHOUSE_INFO_MEM_POOL_USED, 1);
VALUE(JAILHOUSE_INFO_REMAP_POOL_SIZE, 2);
VALUE(JAILHOUSE_INFO_REMAP_POOL_USED, 3);
VALUE(JAILHOUSE_INFO_NUM_CELLS, 4);
VALUE(JAILHOUSE_CPU_INFO_STATE, 0);
VALUE(JAILHOUSE_CPU_INFO_STAT_BASE, 1000);
VALUE(JAILHOUSE_CPU_RUNNING, 0);
VALUE(JAILHOUSE_CPU_FAILED, 2);
VALUE(JAILHOUSE_CPU_STAT_VMEXITS_HYPERCALL, 3);
VALUE(JAILHOUSE_CPU_STAT_VMEXITS_MSR_X2APIC_ICR, 11);
VALUE(JAILHOUSE_CPU_STAT_VMEXITS_MAINTENANCE, 4);
VALUE(JAILHOUSE_CPU_STAT_VMEXITS_VIRQ, 5);
VALUE(JAILHOUSE_CPU_STAT_VMEXITS_VSGI, 6);
VALUE(JAILHOUSE_CPU_STAT_VMEXITS_PSCI, 7);
VALUE(JAILHOUSE_CPU_STAT_VMEXITS_SMCCC, 8);
VALUE(JAILHOUSE_CELL_RUNNING, 0);
VALUE(JAILHOUSE_CELL_RUNNING_LOCKED, 1);
VALUE(JAILHOUSE_CELL_SHUT_DOWN, 2);
VALUE(JAILHOUSE_CELL_FAILED, 3);
VALUE(JAILHOUSE_CELL_FAILED_COMM_REV, 4);

/* Communication region */
VALUE(COMM_REGION_ABI_REVISION, 2);
AT(struct jailhouse_comm_region, signature, 0, 6);
AT(struct jailhouse_comm_region, revision, 6, 2);
AT(struct jailhouse_comm_region, cell_state, 8, 4);
AT(struct jailhouse_comm_region, msg_to_cell, 12, 4);
AT(struct jailhouse_comm_region, reply_from_cell, 16, 4);
AT(struct jailhouse_comm_region, flags, 20, 4);
AT(struct jailhouse_comm_region, console, 24, 32);
AT(struct jailhouse_comm_region, pci_mmconfig_base, 56, 8);
AT(struct jailhouse_comm_region, pm_timer_address, 64, 2);
AT(struct jailhouse_comm_region, num_cpus, 66, 2);
AT(struct jailhouse_comm_region, tsc_khz, 68, 4);
AT(struct jailhouse_comm_region, apic_khz, 72, 4);
AT(struct jailhouse_comm_region, gic_version, 64, 1);
AT(struct jailhouse_comm_region, gicd_base, 72, 8);
AT(struct jailhouse_comm_region, gicc_base, 80, 8);
AT(struct jailhouse_comm_region, gicr_base, 88, 8);
AT(struct jailhouse_comm_region, vpci_irq_base, 96, 4);
VALUE(JAILHOUSE_MSG_SHUTDOWN_REQUEST, 1);
VALUE(JAILHOUSE_MSG_RECONFIG_COMPLETED, 2);
VALUE(JAILHOUSE_MSG_UNKNOWN, 1);
VALUE(JAILHOUSE_MSG_REQUEST_DENIED, 2);
VALUE(JAILHOUSE_MSG_REQUEST_APPROVED, 3);
VALUE(JAILHOUSE_MSG_RECEIVED, 4);
VALUE(JAILHOUSE_COMM_FLAG_DBG_PUTC_PERMITTED, 1);
VALUE(JAILHOUSE_COMM_FLAG_DBG_PUTC_ACTIVE, 2);

/* Shared memory device */
AT(struct ivshmem_registers, id, 0x00, 4);
AT(struct ivshmem_registers, max_peers, 0x04, 4);
AT(struct ivshmem_registers, int_control, 0x08, 4);
AT(struct ivshmem_registers, doorbell, 0x0c, 4);
AT(struct ivshmem_registers, state, 0x10, 4);
VALUE(IVSHMEM_REG_DOORBELL, 0x0c);
VALUE(IVSHMEM_REG_STATE, 0x10);
VALUE(IVSHMEM_DOORBELL(3, 5), 0x00030005);
VALUE(IVSHMEM_DOORBELL_TARGET(0xfedc0005u), 0xfedc);
VALUE(IVSHMEM_DOORBELL_VECTOR(0xfedc0005u), 5);

/* Driver */
SIZE(struct jailhouse_cell_id, 40);
AT(struct jailhouse_cell_id, id, 0, 4);
AT(struct jailhouse_cell_id, name, 8, 32);
SIZE(struct jailhouse_cell_create, 16);
AT(struct jailhouse_cell_create, config_address, 0, 8);
AT(struct jailhouse_cell_create, config_size, 8, 4);
SIZE(struct jailhouse_preload_image, 32);
AT(struct jailhouse_preload_image, source_address, 0, 8);
AT(struct jailhouse_preload_image, size, 8, 8);
AT(struct jailhouse_preload_image, target_address, 16, 8);
SIZE(struct jailhouse_cell_load, 48);
AT(struct jailhouse_cell_load, cell_id, 0, 40);
AT(struct jailhouse_cell_load, num_preload_images, 40, 4);
_Static_assert(__builtin_offsetof(struct jailhouse_cell_load, image) == 48, "first image");
SIZE(struct jailhouse_error, 512);
AT(struct jailhouse_error, file, 8, 56);
AT(struct jailhouse_error, text, 64, 448);
VALUE(JAILHOUSE_ENABLE, 0x40080000);
VALUE(JAILHOUSE_DISABLE, 0x1);
VALUE(JAILHOUSE_CELL_CREATE, 0x40100002);
VALUE(JAILHOUSE_CELL_LOAD, 0x40300003);
VALUE(JAILHOUSE_CELL_START, 0x40280004);
VALUE(JAILHOUSE_CELL_DESTROY, 0x40280005);
VALUE(JAILHOUSE_ERROR, 0x82000010);
