/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the configuration of a single cell may look like.
 *
 * The order matters: first the descriptor is there, then its arrays end within the bytes at hand,
 * and only then are the entries of the arrays looked at.
 */
#include <core/config.h>
#include <core/error.h>
#include <core/pool.h>
#include <core/string.h>

#define CELL_FLAGS                                                                              \
	(JAILHOUSE_CELL_PASSIVE_COMMREG | JAILHOUSE_CELL_TEST_DEVICE | JAILHOUSE_CELL_AARCH32 | \
	 JAILHOUSE_CELL_VIRTUAL_CONSOLE_PERMITTED | JAILHOUSE_CELL_VIRTUAL_CONSOLE_ACTIVE)

#define CONSOLE_FLAGS                                                                       \
	(JAILHOUSE_CON_ACCESS_MMIO | JAILHOUSE_CON_REGDIST_4 | JAILHOUSE_CON_FB_1920x1080 | \
	 JAILHOUSE_CON_INVERTED_GATE | JAILHOUSE_CON_MDR_QUIRK)

#define MEM_RWX (JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE)
#define MEM_FLAGS                                                                               \
	((u64)(MEM_RWX | JAILHOUSE_MEM_DMA | JAILHOUSE_MEM_IO | JAILHOUSE_MEM_COMM_REGION |     \
	       JAILHOUSE_MEM_LOADABLE | JAILHOUSE_MEM_ROOTSHARED | JAILHOUSE_MEM_NO_HUGEPAGES | \
	       JAILHOUSE_MEM_IO_UNALIGNED | JAILHOUSE_MEM_IO_WIDTHS))

/* A region with any of them is meant for registers. */
#define MEM_ANY_IO (JAILHOUSE_MEM_IO | JAILHOUSE_MEM_IO_WIDTHS)

/* Shared peripheral interrupts of arm: 32 to 1019 */
#define SPI_FIRST 32
#define SPI_LIMIT 1020
#define SPI_GROUP 32

#define VPCI_IRQS 4

#define PCI_CONFIG_SIZE	  0x1000
#define IVSHMEM_MAX_PEERS 12

/* Regions of an ivshmem device besides one output section a peer: state table, r/w section. */
#define IVSHMEM_COMMON_REGIONS 2

#define PORTS 0x10000 /* I/O ports of x86 */

static bool is_arm(const struct config_machine *machine)
{
	return machine->architecture == JAILHOUSE_ARM || machine->architecture == JAILHOUSE_ARM64;
}

int config_check_console(const struct jailhouse_console *console, const char *what)
{
	if (console->type > JAILHOUSE_CON_TYPE_SCIF)
		return fail(MSG_CONSOLE_TYPE, what, console->type, JAILHOUSE_CON_TYPE_SCIF);
	if ((console->flags & ~CONSOLE_FLAGS) != 0)
		return fail(MSG_CONSOLE_FLAGS, what, console->flags,
			    console->flags & ~CONSOLE_FLAGS);
	return 0;
}

/* All arrays end within @size bytes and are not absurdly long. */
static int check_arrays(const struct jailhouse_cell_desc *desc, u64 size)
{
	const struct {
		const char *name;
		u32 count;
		u32 entry_size;
		u32 limit;
	} arrays[] = {
		{ "CPU set", desc->cpu_set_size, 1, CONFIG_MAX_CPU_BYTES },
		{ "memory regions", desc->num_memory_regions, sizeof(struct jailhouse_memory),
		  CONFIG_MAX_ENTRIES },
		{ "cache regions", desc->num_cache_regions, sizeof(struct jailhouse_cache),
		  CONFIG_MAX_ENTRIES },
		{ "irqchips", desc->num_irqchips, sizeof(struct jailhouse_irqchip),
		  CONFIG_MAX_ENTRIES },
		{ "PIO regions", desc->num_pio_regions, sizeof(struct jailhouse_pio),
		  CONFIG_MAX_ENTRIES },
		{ "PCI devices", desc->num_pci_devices, sizeof(struct jailhouse_pci_device),
		  CONFIG_MAX_ENTRIES },
		{ "PCI capabilities", desc->num_pci_caps, sizeof(struct jailhouse_pci_capability),
		  CONFIG_MAX_ENTRIES },
		{ "stream ids", desc->num_stream_ids, sizeof(union jailhouse_stream_id),
		  CONFIG_MAX_ENTRIES },
	};
	u64 end = sizeof(*desc);
	u32 n;

	for (n = 0; n < ARRAY_SIZE(arrays); n++) {
		end += (u64)arrays[n].count * arrays[n].entry_size;
		if (end > size)
			return fail(MSG_CONFIG_TRUNCATED, size, arrays[n].count, arrays[n].name,
				    end);
		if (arrays[n].count > arrays[n].limit)
			return fail(MSG_CONFIG_TOO_MANY, arrays[n].count, arrays[n].name,
				    arrays[n].limit);
	}
	return 0;
}

static int check_name(const struct jailhouse_cell_desc *desc)
{
	size_t length = strnlen(desc->name, sizeof(desc->name));
	u32 n;
	u8 c;

	if (length == 0)
		return fail(MSG_CELL_NAME_EMPTY, JAILHOUSE_CELL_NAME_MAXLEN);
	if (length == sizeof(desc->name))
		return fail(MSG_CELL_NAME_LONG, (u32)length, JAILHOUSE_CELL_NAME_MAXLEN);
	for (n = 0; n < length; n++) {
		c = (u8)desc->name[n];
		if (c < 0x20 || c > 0x7e)
			return fail(MSG_CELL_NAME_CHARACTER, n, c);
	}
	return 0;
}

static int check_cpus(const struct jailhouse_cell_desc *desc, const struct config_machine *machine)
{
	u32 cpu;

	if (config_cpu_count(desc) == 0)
		return fail(MSG_CELL_NO_CPU, desc->cpu_set_size);
	for (cpu = machine->max_cpus; cpu < desc->cpu_set_size * 8; cpu++)
		if (config_has_cpu(desc, cpu))
			return fail(MSG_CELL_CPU_RANGE, cpu, machine->max_cpus);
	return 0;
}

static bool crosses_page(u64 start, u64 size)
{
	return size > PAGE_SIZE - (start & PAGE_MASK);
}

static int check_subpage(const struct jailhouse_memory *r, u32 n)
{
	if ((r->flags & MEM_ANY_IO) == 0)
		return fail(MSG_REGION_UNALIGNED, n, r->phys_start, r->virt_start, r->size);
	if (((r->phys_start ^ r->virt_start) & PAGE_MASK) != 0)
		return fail(MSG_REGION_SUBPAGE_OFFSET, n, r->phys_start, r->virt_start);
	if (crosses_page(r->virt_start, r->size))
		return fail(MSG_REGION_SUBPAGE_BORDER, n, r->phys_start, r->virt_start, r->size);
	if ((r->flags & (JAILHOUSE_MEM_EXECUTE | JAILHOUSE_MEM_LOADABLE)) != 0)
		return fail(MSG_REGION_SUBPAGE_FLAGS, n, r->virt_start, r->size, r->flags);
	return 0;
}

static int check_comm_region(const struct jailhouse_memory *r, u32 n, bool root)
{
	if (root)
		return fail(MSG_COMM_REGION_ROOT, n, r->virt_start, r->size);
	if ((r->virt_start & PAGE_MASK) != 0 || r->size != PAGE_SIZE)
		return fail(MSG_COMM_REGION_SIZE, n, r->virt_start, r->size);
	return 0;
}

/* A region that has a physical place, unlike the communication region. */
static int check_phys_region(const struct jailhouse_memory *r, u32 n,
			     const struct config_machine *machine, bool root)
{
	if (!config_range_valid(r->phys_start, r->size, machine->phys_limit))
		return fail(MSG_REGION_RANGE, n, "phys", r->phys_start, r->size,
			    machine->phys_limit);
	if (!root &&
	    config_ranges_overlap(r->phys_start, r->size, machine->hyp_start, machine->hyp_size))
		return fail(MSG_REGION_HYPERVISOR, n, r->phys_start, r->size, machine->hyp_start,
			    machine->hyp_size);
	return config_region_subpage(r) ? check_subpage(r, n) : 0;
}

static int check_region(const struct jailhouse_memory *r, u32 n,
			const struct config_machine *machine, bool root)
{
	u64 rwx = r->flags & MEM_RWX;

	if ((r->flags & ~MEM_FLAGS) != 0)
		return fail(MSG_REGION_FLAGS, n, r->virt_start, r->size, r->flags,
			    r->flags & ~MEM_FLAGS);
	if (rwx != 0 && (rwx & JAILHOUSE_MEM_READ) == 0)
		return fail(MSG_REGION_NOT_READABLE, n, r->virt_start, r->size, r->flags);
	if (!config_range_valid(r->virt_start, r->size, machine->phys_limit))
		return fail(MSG_REGION_RANGE, n, "virt", r->virt_start, r->size,
			    machine->phys_limit);
	if ((r->flags & JAILHOUSE_MEM_COMM_REGION) != 0)
		return check_comm_region(r, n, root);
	return check_phys_region(r, n, machine, root);
}

/* Two regions of the same cell, both checked on their own. */
static int check_region_pair(const struct jailhouse_memory *r, u32 n, u32 m)
{
	/* Whole pages and parts of pages alike: what shares a byte shares a translation. */
	if (config_ranges_overlap(r[n].virt_start, r[n].size, r[m].virt_start, r[m].size))
		return fail(MSG_REGION_OVERLAP, n, r[n].virt_start, r[n].size, m, r[m].virt_start,
			    r[m].size);
	if ((r[n].flags & r[m].flags & JAILHOUSE_MEM_COMM_REGION) != 0)
		return fail(MSG_COMM_REGION_TWICE, m, n);
	return 0;
}

static int check_regions(const struct jailhouse_cell_desc *desc,
			 const struct config_machine *machine, bool root)
{
	const struct jailhouse_memory *r = config_mem_regions(desc);
	u32 n, m;
	int err = 0;

	for (n = 0; !err && n < desc->num_memory_regions; n++) {
		if (config_region_absent(&r[n]))
			continue;
		err = check_region(&r[n], n, machine, root);
		for (m = 0; !err && m < n; m++)
			if (!config_region_absent(&r[m]))
				err = check_region_pair(r, n, m);
	}
	return err;
}

static int check_reset_address(const struct jailhouse_cell_desc *desc)
{
	const struct jailhouse_memory *r = config_mem_regions(desc);
	u32 n;

	for (n = 0; n < desc->num_memory_regions; n++)
		if ((r[n].flags & JAILHOUSE_MEM_EXECUTE) != 0 &&
		    desc->cpu_reset_address >= r[n].virt_start &&
		    desc->cpu_reset_address - r[n].virt_start < r[n].size)
			return 0;
	return fail(MSG_CELL_RESET_ADDRESS, desc->cpu_reset_address);
}

/* One entry of the irqchips against the rules of arm and against the entries before it. */
static int check_arm_irqchip(const struct jailhouse_irqchip *chips, u32 n)
{
	const struct jailhouse_irqchip *chip = &chips[n];
	u64 pin;
	u32 m;

	if (chip->pin_base % SPI_GROUP != 0 || chip->pin_base < SPI_FIRST ||
	    chip->pin_base >= SPI_LIMIT)
		return fail(MSG_IRQCHIP_PIN_BASE, n, chip->pin_base);
	for (pin = chip->pin_base; pin < (u64)chip->pin_base + 128; pin++) {
		if (!config_irqchip_has_pin(chip, pin))
			continue;
		if (pin >= SPI_LIMIT)
			return fail(MSG_IRQCHIP_PIN_RANGE, n, (u32)pin);
		for (m = 0; m < n; m++)
			if (config_irqchip_has_pin(&chips[m], pin))
				return fail(MSG_IRQCHIP_DUPLICATE, m, n, (u32)pin);
	}
	return 0;
}

static int check_arm_irqs(const struct jailhouse_cell_desc *desc)
{
	const struct jailhouse_irqchip *chips = config_irqchips(desc);
	int err = 0;
	u32 n;

	for (n = 0; !err && n < desc->num_irqchips; n++)
		err = check_arm_irqchip(chips, n);
	if (!err && desc->vpci_irq_base > SPI_LIMIT - SPI_FIRST - VPCI_IRQS)
		err = fail(MSG_CELL_VPCI_IRQ_BASE, desc->vpci_irq_base,
			   SPI_LIMIT - SPI_FIRST - VPCI_IRQS);
	return err;
}

/* An I/O APIC: its pins are counted from 0, and told apart by its address. */
static int check_x86_irqchip(const struct jailhouse_irqchip *chips, u32 n)
{
	const struct jailhouse_irqchip *chip = &chips[n];
	u32 pin, m;

	if (chip->pin_base)
		return fail(MSG_IRQCHIP_PIN_BASE_X86, n, chip->pin_base);
	for (m = 0; m < n; m++) {
		if (chips[m].address != chip->address)
			continue;
		for (pin = 0; pin < 128; pin++)
			if (config_irqchip_has_pin(chip, pin) &&
			    config_irqchip_has_pin(&chips[m], pin))
				return fail(MSG_IRQCHIP_DUPLICATE, m, n, pin);
	}
	return 0;
}

static int check_x86(const struct jailhouse_cell_desc *desc)
{
	const struct jailhouse_irqchip *chips = config_irqchips(desc);
	const struct jailhouse_pio *pio = config_pio_regions(desc);
	int err = 0;
	u32 n;

	for (n = 0; !err && n < desc->num_irqchips; n++)
		err = check_x86_irqchip(chips, n);
	for (n = 0; !err && n < desc->num_pio_regions; n++)
		if (!pio[n].length || (u32)pio[n].base + pio[n].length > PORTS)
			err = fail(MSG_PIO_RANGE, n, pio[n].base, pio[n].length);
	return err;
}

static int check_ivshmem(const struct jailhouse_cell_desc *desc,
			 const struct jailhouse_pci_device *dev, u32 n)
{
	u32 regions = IVSHMEM_COMMON_REGIONS + dev->shmem_peers;

	if (dev->shmem_peers == 0 || dev->shmem_peers > IVSHMEM_MAX_PEERS)
		return fail(MSG_PCI_SHMEM_PEERS, n, CONFIG_PCI_ADDRESS(dev), dev->shmem_peers,
			    IVSHMEM_MAX_PEERS);
	if (dev->shmem_dev_id >= dev->shmem_peers)
		return fail(MSG_PCI_SHMEM_ID, n, CONFIG_PCI_ADDRESS(dev), dev->shmem_dev_id,
			    dev->shmem_peers);
	if ((u64)dev->shmem_regions_start + regions > desc->num_memory_regions)
		return fail(MSG_PCI_SHMEM_REGIONS, n, CONFIG_PCI_ADDRESS(dev),
			    dev->shmem_regions_start, regions, desc->num_memory_regions);
	return 0;
}

static int check_pci_device(const struct jailhouse_cell_desc *desc, u32 n)
{
	const struct jailhouse_pci_device *devices = config_pci_devices(desc);
	const struct jailhouse_pci_device *dev = &devices[n];
	u32 m;

	if (dev->type < JAILHOUSE_PCI_TYPE_DEVICE || dev->type > JAILHOUSE_PCI_TYPE_IVSHMEM)
		return fail(MSG_PCI_TYPE, n, CONFIG_PCI_ADDRESS(dev), dev->type);
	if (dev->iommu >= JAILHOUSE_MAX_IOMMU_UNITS)
		return fail(MSG_PCI_IOMMU, n, CONFIG_PCI_ADDRESS(dev), dev->iommu,
			    JAILHOUSE_MAX_IOMMU_UNITS - 1);
	if ((u32)dev->caps_start + dev->num_caps > desc->num_pci_caps)
		return fail(MSG_PCI_CAPS, n, CONFIG_PCI_ADDRESS(dev), dev->caps_start,
			    dev->num_caps, desc->num_pci_caps);
	for (m = 0; m < n; m++)
		if (devices[m].domain == dev->domain && devices[m].bdf == dev->bdf)
			return fail(MSG_PCI_DUPLICATE, m, n, CONFIG_PCI_ADDRESS(dev));
	return dev->type == JAILHOUSE_PCI_TYPE_IVSHMEM ? check_ivshmem(desc, dev, n) : 0;
}

static int check_pci_cap(const struct jailhouse_pci_capability *cap, u32 n)
{
	if ((u32)cap->start + cap->len > PCI_CONFIG_SIZE)
		return fail(MSG_PCI_CAP_RANGE, n, cap->start, cap->len);
	if ((cap->flags & ~JAILHOUSE_PCICAPS_WRITE) != 0)
		return fail(MSG_PCI_CAP_FLAGS, n, cap->flags,
			    cap->flags & ~JAILHOUSE_PCICAPS_WRITE);
	return 0;
}

static int check_pci(const struct jailhouse_cell_desc *desc)
{
	const struct jailhouse_pci_capability *caps = config_pci_caps(desc);
	int err = 0;
	u32 n;

	for (n = 0; !err && n < desc->num_pci_devices; n++)
		err = check_pci_device(desc, n);
	for (n = 0; !err && n < desc->num_pci_caps; n++)
		err = check_pci_cap(&caps[n], n);
	return err;
}

static int check_stream_ids(const struct jailhouse_cell_desc *desc)
{
	const union jailhouse_stream_id *ids = config_stream_ids(desc);
	u32 n, m;

	for (n = 0; n < desc->num_stream_ids; n++)
		for (m = 0; m < n; m++)
			if (ids[m].id == ids[n].id)
				return fail(MSG_STREAM_ID_DUPLICATE, m, n, ids[n].id);
	return 0;
}

int config_check_desc(const struct jailhouse_cell_desc *desc, u64 size,
		      const struct config_machine *machine, bool root)
{
	int err = check_arrays(desc, size);

	if (!err)
		err = check_name(desc);
	if (!err && (desc->flags & ~CELL_FLAGS) != 0)
		err = fail(MSG_CELL_FLAGS, desc->flags, desc->flags & ~CELL_FLAGS);
	if (!err)
		err = config_check_console(&desc->console, "console of the cell");
	if (!err)
		err = check_cpus(desc, machine);
	if (!err)
		err = check_regions(desc, machine, root);
	if (!err && !root)
		err = check_reset_address(desc);
	if (!err && is_arm(machine))
		err = check_arm_irqs(desc);
	if (!err && machine->architecture == JAILHOUSE_X86)
		err = check_x86(desc);
	if (!err)
		err = check_pci(desc);
	if (!err)
		err = check_stream_ids(desc);
	return err;
}

int config_check_cell(const struct jailhouse_cell_desc *desc, u64 size,
		      const struct config_machine *machine)
{
	int err;

	if (size < sizeof(*desc))
		return fail(MSG_CONFIG_SHORT, size, (u32)sizeof(*desc));
	err = config_check_header(desc->signature, JAILHOUSE_CELL_DESC_SIGNATURE,
				  desc->architecture, desc->revision, machine);
	if (err)
		return err;
	return config_check_desc(desc, size, machine, false);
}
