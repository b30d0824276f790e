/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Binary configurations, revision 14: what a cell owns, and what the machine has.
 *
 * A cell configuration is a struct jailhouse_cell_desc and, without any padding, its arrays in
 * this order: CPU bitmap, memory regions, cache regions, irqchips, PIO regions, PCI devices, PCI
 * capabilities, stream ids. A system configuration is a struct jailhouse_system, which ends with
 * the descriptor of the root cell, and that cell's arrays. Everything is packed and little-endian.
 *
 * The macros here are also the vocabulary of configuration files written in C.
 */
#ifndef JAILHOUSE_CELL_CONFIG_H
#define JAILHOUSE_CELL_CONFIG_H

#include <jailhouse/types.h>
#include <jailhouse/console.h>
#ifndef __KERNEL__
#include <jailhouse/pci-ids.h>
#endif

#if !defined(ARRAY_SIZE) && !defined(__KERNEL__)
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#endif

#define JAILHOUSE_CONFIG_REVISION 14

/* Architecture in the header of a configuration */
#define JAILHOUSE_X86	  0
#define JAILHOUSE_ARM	  1
#define JAILHOUSE_ARM64	  2
#define JAILHOUSE_RISCV64 3

#define JAILHOUSE_CELL_NAME_MAXLEN 31

/* jailhouse_cell_desc.flags */
#define JAILHOUSE_CELL_PASSIVE_COMMREG		 0x00000001 /* is never sent a message */
#define JAILHOUSE_CELL_TEST_DEVICE		 0x00000002 /* x86: a page of MMIO for tests */
#define JAILHOUSE_CELL_AARCH32			 0x00000004 /* starts in 32-bit mode */
#define JAILHOUSE_CELL_VIRTUAL_CONSOLE_PERMITTED 0x40000000 /* may use the putc hypercall */
#define JAILHOUSE_CELL_VIRTUAL_CONSOLE_ACTIVE	 0x80000000 /* and should */

#define JAILHOUSE_CELL_DESC_SIGNATURE "JHCLL"
#define JAILHOUSE_SIGNATURE_LENGTH    5 /* of both signatures, there is no NUL */

/* CPU numbers are logical CPU numbers of Linux, memory addresses physical or guest-physical. */
struct jailhouse_cell_desc {
	char signature[JAILHOUSE_SIGNATURE_LENGTH];
	u8 architecture; /* JAILHOUSE_X86, ... */
	u16 revision;	 /* JAILHOUSE_CONFIG_REVISION */

	char name[JAILHOUSE_CELL_NAME_MAXLEN + 1]; /* NUL-terminated */
	u32 id;					   /* set by the driver */
	u32 flags;				   /* JAILHOUSE_CELL_* */

	u32 cpu_set_size; /* bytes */
	u32 num_memory_regions;
	u32 num_cache_regions;
	u32 num_irqchips;
	u32 num_pio_regions;
	u32 num_pci_devices;
	u32 num_pci_caps;
	u32 num_stream_ids;

	u32 vpci_irq_base; /* arm: interrupt id of virtual INTA, minus 32 */

	u64 cpu_reset_address; /* where the first CPU starts */
	u64 msg_reply_timeout; /* loop iterations of an older kind of waiting; 0 = default */

	struct jailhouse_console console;
} __attribute__((packed));

/* jailhouse_memory.flags */
#define JAILHOUSE_MEM_READ	     0x0001
#define JAILHOUSE_MEM_WRITE	     0x0002
#define JAILHOUSE_MEM_EXECUTE	     0x0004
#define JAILHOUSE_MEM_DMA	     0x0008 /* the cell's devices may access it */
#define JAILHOUSE_MEM_IO	     0x0010 /* device memory */
#define JAILHOUSE_MEM_COMM_REGION    0x0020 /* communication region, phys_start is unused */
#define JAILHOUSE_MEM_LOADABLE	     0x0040 /* the root may fill it while the cell is stopped */
#define JAILHOUSE_MEM_ROOTSHARED     0x0080 /* stays with the root, too */
#define JAILHOUSE_MEM_NO_HUGEPAGES   0x0100 /* map it with the smallest pages */
#define JAILHOUSE_MEM_IO_UNALIGNED   0x8000 /* sub-page region: unaligned access permitted */
#define JAILHOUSE_MEM_IO_WIDTH_SHIFT 16
#define JAILHOUSE_MEM_IO_8	     (1 << JAILHOUSE_MEM_IO_WIDTH_SHIFT)
#define JAILHOUSE_MEM_IO_16	     (2 << JAILHOUSE_MEM_IO_WIDTH_SHIFT)
#define JAILHOUSE_MEM_IO_32	     (4 << JAILHOUSE_MEM_IO_WIDTH_SHIFT)
#define JAILHOUSE_MEM_IO_64	     (8 << JAILHOUSE_MEM_IO_WIDTH_SHIFT)
#define JAILHOUSE_MEM_IO_WIDTHS	     (15 << JAILHOUSE_MEM_IO_WIDTH_SHIFT)

/* phys_start of hypervisor_memory, or of RAM of a cell, that leaves the choice to the driver */
#define JAILHOUSE_PHYS_ANY 0xffffffffffffffffULL

/*
 * A region whose start or size is not page aligned is a sub-page MMIO region: accesses trap, and
 * are carried out if the bit of their width is set.
 */
struct jailhouse_memory {
	u64 phys_start;
	u64 virt_start; /* guest-physical address */
	u64 size;	/* bytes */
	u64 flags;	/* JAILHOUSE_MEM_* */
} __attribute__((packed));

/*
 * The four regions of one end of a network link between two cells: state table, empty read/write
 * section, output section of end 0 and of end 1. @start: physical and guest-physical address of
 * 1 MiB of memory, @dev_id: 0 or 1, this end.
 */
#define JAILHOUSE_SHMEM_NET_STATE_SIZE	0x1000
#define JAILHOUSE_SHMEM_NET_OUTPUT_SIZE 0x7f000
#define JAILHOUSE_SHMEM_NET_OUTPUT(address, is_mine)                     \
	{                                                                \
		.phys_start = (address), .virt_start = (address),        \
		.size = JAILHOUSE_SHMEM_NET_OUTPUT_SIZE,                 \
		.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_ROOTSHARED | \
			 ((is_mine) ? JAILHOUSE_MEM_WRITE : 0),          \
	}
#define JAILHOUSE_SHMEM_NET_REGIONS(start, dev_id)                                  \
	{                                                                           \
		.phys_start = (start),                                              \
		.virt_start = (start),                                              \
		.size = JAILHOUSE_SHMEM_NET_STATE_SIZE,                             \
		.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_ROOTSHARED,             \
	},                                                                          \
		{ 0 }, JAILHOUSE_SHMEM_NET_OUTPUT((start) + 0x1000, (dev_id) == 0), \
		JAILHOUSE_SHMEM_NET_OUTPUT((start) + 0x80000, (dev_id) == 1)

/* jailhouse_cache.type and .flags */
#define JAILHOUSE_CACHE_L3_CODE	   0x01
#define JAILHOUSE_CACHE_L3_DATA	   0x02
#define JAILHOUSE_CACHE_L3	   (JAILHOUSE_CACHE_L3_CODE | JAILHOUSE_CACHE_L3_DATA)
#define JAILHOUSE_CACHE_ROOTSHARED 0x0001

/* Part of a cache; start and size count ways. */
struct jailhouse_cache {
	u32 start;
	u32 size;
	u8 type; /* JAILHOUSE_CACHE_L3* */
	u8 padding;
	u16 flags; /* JAILHOUSE_CACHE_ROOTSHARED */
} __attribute__((packed));

/*
 * Interrupts of one controller: 128 pins from pin_base on. arm: pin_base is an interrupt id, a
 * multiple of 32 from 32 on. x86: an IOAPIC, pin_base 0, id = IOMMU unit << 16 | requester id.
 */
struct jailhouse_irqchip {
	u64 address;
	u32 id;
	u32 pin_base;
	u32 pin_bitmap[4];
} __attribute__((packed));

/* x86: a range of ports. */
struct jailhouse_pio {
	u16 base;
	u16 length;
} __attribute__((packed));

#define PIO_RANGE(first, count)                    \
	{                                          \
		.base = (first), .length = (count) \
	}

/* jailhouse_pci_device.type */
#define JAILHOUSE_PCI_TYPE_DEVICE  0x01
#define JAILHOUSE_PCI_TYPE_BRIDGE  0x02
#define JAILHOUSE_PCI_TYPE_IVSHMEM 0x03

/* jailhouse_pci_device.shmem_protocol */
#define JAILHOUSE_SHMEM_PROTO_UNDEFINED	   0x0000
#define JAILHOUSE_SHMEM_PROTO_VETH	   0x0001
#define JAILHOUSE_SHMEM_PROTO_CUSTOM	   0x4000 /* .. 0x7fff */
#define JAILHOUSE_SHMEM_PROTO_VIRTIO_FRONT 0x8000 /* + VIRTIO_DEV_* */
#define JAILHOUSE_SHMEM_PROTO_VIRTIO_BACK  0xc000 /* + VIRTIO_DEV_* */

#define VIRTIO_DEV_NET	   1
#define VIRTIO_DEV_BLOCK   2
#define VIRTIO_DEV_CONSOLE 3

/* jailhouse_pci_device.bar_mask of a JAILHOUSE_PCI_TYPE_IVSHMEM device */
#define JAILHOUSE_IVSHMEM_BAR_MASK_INTX   \
	{                                 \
		0xfffff000, 0, 0, 0, 0, 0 \
	}
#define JAILHOUSE_IVSHMEM_BAR_MASK_MSIX            \
	{                                          \
		0xfffff000, 0xfffff000, 0, 0, 0, 0 \
	}
#define JAILHOUSE_IVSHMEM_BAR_MASK_INTX_64K \
	{                                   \
		0xffff0000, 0, 0, 0, 0, 0   \
	}
#define JAILHOUSE_IVSHMEM_BAR_MASK_MSIX_64K        \
	{                                          \
		0xffff0000, 0xffff0000, 0, 0, 0, 0 \
	}

struct jailhouse_pci_device {
	u8 type;  /* JAILHOUSE_PCI_TYPE_* */
	u8 iommu; /* index of its unit in iommu_units */
	u16 domain;
	u16 bdf;	 /* bus << 8 | device << 3 | function */
	u32 bar_mask[6]; /* writable bits */
	u16 caps_start;	 /* index of its first capability */
	u16 num_caps;
	u8 num_msi_vectors;
	u8 msi_64bits : 1;
	u8 msi_maskable : 1;
	u16 num_msix_vectors;
	u16 msix_region_size;	 /* bytes */
	u64 msix_address;	 /* physical address of the MSI-X table */
	u32 shmem_regions_start; /* ivshmem: index of its first memory region */
	u8 shmem_dev_id;
	u8 shmem_peers;
	u16 shmem_protocol; /* JAILHOUSE_SHMEM_PROTO_* */
} __attribute__((packed));

#define JAILHOUSE_PCI_EXT_CAP	0x8000 /* in id: an extended capability */
#define JAILHOUSE_PCICAPS_WRITE 0x0001 /* in flags: the cell may write it */

struct jailhouse_pci_capability {
	u16 id;	   /* PCI_CAP_ID_*, or PCI_EXT_CAP_ID_* with the bit above */
	u16 start; /* in configuration space */
	u16 len;   /* bytes */
	u16 flags; /* JAILHOUSE_PCICAPS_WRITE */
} __attribute__((packed));

union jailhouse_stream_id {
	u32 id; /* SMMUv3 */
	struct {
		u16 id;
		u16 mask_out; /* bits of id that do not matter */
	} __attribute__((packed)) mmu500;
} __attribute__((packed));

/* jailhouse_iommu.type */
#define JAILHOUSE_IOMMU_AMD	   1
#define JAILHOUSE_IOMMU_INTEL	   2
#define JAILHOUSE_IOMMU_SMMUV3	   3
#define JAILHOUSE_IOMMU_PVU	   4
#define JAILHOUSE_IOMMU_ARM_MMU500 5

#define JAILHOUSE_MAX_IOMMU_UNITS 8

struct jailhouse_iommu {
	u32 type; /* JAILHOUSE_IOMMU_*, 0 = the list ends here */
	u64 base; /* physical address of its registers */
	u32 size; /* bytes */
	union {
		struct {
			u16 bdf;
			u8 base_cap;
			u8 msi_cap;
			u32 features;
		} __attribute__((packed)) amd;
		struct {
			u64 tlb_base;
			u32 tlb_size;
		} __attribute__((packed)) tipvu;
	};
} __attribute__((packed));

#define JAILHOUSE_SYSTEM_SIGNATURE "JHSYS"

/* jailhouse_system.flags */
#define JAILHOUSE_SYS_VIRTUAL_DEBUG_CONSOLE 0x0001 /* root may read the hypervisor's console */

/* platform_info.x86.apic_mode */
#define JAILHOUSE_APIC_MODE_AUTO   0
#define JAILHOUSE_APIC_MODE_XAPIC  1
#define JAILHOUSE_APIC_MODE_X2APIC 2

struct jailhouse_system {
	char signature[JAILHOUSE_SIGNATURE_LENGTH];
	u8 architecture;
	u16 revision;

	u32 flags; /* JAILHOUSE_SYS_* */

	struct jailhouse_memory hypervisor_memory; /* virt_start and flags are unused */
	struct jailhouse_console debug_console;

	struct {
		u64 pci_mmconfig_base; /* 0 = configuration space by ports */
		u8 pci_mmconfig_end_bus;
		u8 pci_is_virtual; /* there is no physical host bridge */
		u16 pci_domain;
		struct jailhouse_iommu iommu_units[JAILHOUSE_MAX_IOMMU_UNITS];
		union {
			struct {
				u16 pm_timer_address;
				u8 apic_mode; /* JAILHOUSE_APIC_MODE_* */
				u8 padding;
				u32 vtd_interrupt_limit;
				u32 tsc_khz;
				u32 apic_khz;
			} __attribute__((packed)) x86;
			struct {
				u8 maintenance_irq;
				u8 gic_version; /* 2, 3; 4: frames 0x40000 apart */
				u8 padding[2];
				u64 gicd_base;
				u64 gicc_base;
				u64 gich_base;
				u64 gicv_base;
				u64 gicr_base;
			} __attribute__((packed)) arm;
		} __attribute__((packed));
	} __attribute__((packed)) platform_info;

	struct jailhouse_cell_desc root_cell;
} __attribute__((packed));

_Static_assert(sizeof(struct jailhouse_cell_desc) == 132, "struct jailhouse_cell_desc");
_Static_assert(sizeof(struct jailhouse_memory) == 32, "struct jailhouse_memory");
_Static_assert(sizeof(struct jailhouse_cache) == 12, "struct jailhouse_cache");
_Static_assert(sizeof(struct jailhouse_irqchip) == 32, "struct jailhouse_irqchip");
_Static_assert(sizeof(struct jailhouse_pio) == 4, "struct jailhouse_pio");
_Static_assert(sizeof(struct jailhouse_pci_device) == 56, "struct jailhouse_pci_device");
_Static_assert(sizeof(struct jailhouse_pci_capability) == 8, "struct jailhouse_pci_capability");
_Static_assert(sizeof(union jailhouse_stream_id) == 4, "union jailhouse_stream_id");
_Static_assert(sizeof(struct jailhouse_iommu) == 28, "struct jailhouse_iommu");
_Static_assert(__builtin_offsetof(struct jailhouse_system, root_cell) == 356,
	       "struct jailhouse_system");

/*
 * Where the arrays of a cell configuration are. The counts are 32 bits wide, so a sum of sizes
 * fits a u64 whatever they hold; who does not trust a configuration compares
 * jailhouse_cell_config_size() with the bytes at hand before it calls an accessor.
 */

/* Returns the CPU bitmap of @cell, cpu_set_size bytes; bit n % 8 of byte n / 8 is CPU n. */
static inline const u8 *jailhouse_cell_cpu_set(const struct jailhouse_cell_desc *cell)
{
	return (const u8 *)cell + sizeof(*cell);
}

/* Returns whether logical CPU @cpu is in the bitmap of @cell; any number may be asked for. */
static inline int jailhouse_cell_has_cpu(const struct jailhouse_cell_desc *cell, u32 cpu)
{
	return cpu / 8 < cell->cpu_set_size &&
	       (jailhouse_cell_cpu_set(cell)[cpu / 8] >> (cpu % 8) & 1);
}

/* Returns the first of num_memory_regions memory regions of @cell. */
static inline const struct jailhouse_memory *jailhouse_cell_mem_regions(
	const struct jailhouse_cell_desc *cell)
{
	return (const struct jailhouse_memory *)(jailhouse_cell_cpu_set(cell) + cell->cpu_set_size);
}

/* Returns the first of num_cache_regions cache regions of @cell. */
static inline const struct jailhouse_cache *jailhouse_cell_cache_regions(
	const struct jailhouse_cell_desc *cell)
{
	return (const struct jailhouse_cache *)(jailhouse_cell_mem_regions(cell) +
						cell->num_memory_regions);
}

/* Returns the first of num_irqchips irqchips of @cell. */
static inline const struct jailhouse_irqchip *jailhouse_cell_irqchips(
	const struct jailhouse_cell_desc *cell)
{
	return (const struct jailhouse_irqchip *)(jailhouse_cell_cache_regions(cell) +
						  cell->num_cache_regions);
}

/* Returns the first of num_pio_regions port ranges of @cell. */
static inline const struct jailhouse_pio *jailhouse_cell_pio(const struct jailhouse_cell_desc *cell)
{
	return (const struct jailhouse_pio *)(jailhouse_cell_irqchips(cell) + cell->num_irqchips);
}

/* Returns the first of num_pci_devices PCI devices of @cell. */
static inline const struct jailhouse_pci_device *jailhouse_cell_pci_devices(
	const struct jailhouse_cell_desc *cell)
{
	return (const struct jailhouse_pci_device *)(jailhouse_cell_pio(cell) +
						     cell->num_pio_regions);
}

/* Returns the first of num_pci_caps PCI capabilities of @cell. */
static inline const struct jailhouse_pci_capability *jailhouse_cell_pci_caps(
	const struct jailhouse_cell_desc *cell)
{
	return (const struct jailhouse_pci_capability *)(jailhouse_cell_pci_devices(cell) +
							 cell->num_pci_devices);
}

/* Returns the first of num_stream_ids stream ids of @cell. */
static inline const union jailhouse_stream_id *jailhouse_cell_stream_ids(
	const struct jailhouse_cell_desc *cell)
{
	return (const union jailhouse_stream_id *)(jailhouse_cell_pci_caps(cell) +
						   cell->num_pci_caps);
}

/* Returns the size of @cell and its arrays in bytes, as its counts say; reads only @cell. */
static inline u64 jailhouse_cell_config_size(const struct jailhouse_cell_desc *cell)
{
	return sizeof(*cell) + (u64)cell->cpu_set_size +
	       (u64)cell->num_memory_regions * sizeof(struct jailhouse_memory) +
	       (u64)cell->num_cache_regions * sizeof(struct jailhouse_cache) +
	       (u64)cell->num_irqchips * sizeof(struct jailhouse_irqchip) +
	       (u64)cell->num_pio_regions * sizeof(struct jailhouse_pio) +
	       (u64)cell->num_pci_devices * sizeof(struct jailhouse_pci_device) +
	       (u64)cell->num_pci_caps * sizeof(struct jailhouse_pci_capability) +
	       (u64)cell->num_stream_ids * sizeof(union jailhouse_stream_id);
}

/* Returns the size of @system with the arrays of its root cell in bytes; reads only @system. */
static inline u64 jailhouse_system_config_size(const struct jailhouse_system *system)
{
	return sizeof(*system) - sizeof(system->root_cell) +
	       jailhouse_cell_config_size(&system->root_cell);
}

#endif /* JAILHOUSE_CELL_CONFIG_H */
