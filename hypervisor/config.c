/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Configurations of the system, and of two cells compared with each other. What a single cell may
 * look like is in config_check.c.
 */
#include <core/config.h>
#include <core/error.h>
#include <core/pool.h>
#include <core/string.h>

#define SYSTEM_FLAGS ((u32)JAILHOUSE_SYS_VIRTUAL_DEBUG_CONSOLE)

#define MMCONFIG_BYTES_PER_BUS 0x100000ULL

#define PM_TIMER_LAST 0xfffc /* of x86: it has four ports */

/* Private peripheral interrupts of arm */
#define PPI_FIRST 16
#define PPI_LAST  31

u32 config_cpu_count(const struct jailhouse_cell_desc *desc)
{
	const u8 *set = config_cpu_set(desc);
	u32 count = 0;
	u32 n;
	u8 bits;

	for (n = 0; n < desc->cpu_set_size; n++)
		for (bits = set[n]; bits != 0; bits &= (u8)(bits - 1))
			count++;
	return count;
}

bool config_region_absent(const struct jailhouse_memory *region)
{
	return region->size == 0;
}

bool config_region_subpage(const struct jailhouse_memory *region)
{
	u64 phys = region->flags & JAILHOUSE_MEM_COMM_REGION ? 0 : region->phys_start;

	return ((phys | region->virt_start | region->size) & PAGE_MASK) != 0;
}

bool config_range_valid(u64 start, u64 size, u64 limit)
{
	return size > 0 && size <= limit && start <= limit - size;
}

bool config_ranges_overlap(u64 start, u64 size, u64 other_start, u64 other_size)
{
	return start < other_start + other_size && other_start < start + size;
}

bool config_irqchip_has_pin(const struct jailhouse_irqchip *chip, u64 pin)
{
	u64 n = pin - chip->pin_base;

	return pin >= chip->pin_base && n < 32 * ARRAY_SIZE(chip->pin_bitmap) &&
	       (chip->pin_bitmap[n / 32] >> (n % 32) & 1) != 0;
}

int config_check_header(const char *signature, const char *expected, u8 architecture, u16 revision,
			const struct config_machine *machine)
{
	const u8 *s = (const u8 *)signature;

	if (memcmp(signature, expected, JAILHOUSE_SIGNATURE_LENGTH) != 0)
		return fail(MSG_CONFIG_SIGNATURE, s[0], s[1], s[2], s[3], s[4], expected);
	if (architecture != machine->architecture)
		return fail(MSG_CONFIG_ARCHITECTURE, architecture, machine->architecture);
	if (revision != JAILHOUSE_CONFIG_REVISION)
		return fail(MSG_CONFIG_REVISION, revision, JAILHOUSE_CONFIG_REVISION);
	return 0;
}

static int check_hypervisor_memory(const struct jailhouse_memory *memory,
				   const struct config_machine *machine)
{
	bool any = memory->phys_start == JAILHOUSE_PHYS_ANY;
	u64 start = any ? 0 : memory->phys_start;

	if (((start | memory->size) & PAGE_MASK) != 0 ||
	    !config_range_valid(start, memory->size, machine->phys_limit))
		return fail(MSG_SYSTEM_MEMORY, memory->phys_start, memory->size,
			    machine->phys_limit);
	return 0;
}

static int check_debug_console(const struct jailhouse_console *console,
			       const struct config_machine *machine)
{
	int err = config_check_console(console, "debug console");

	if (err)
		return err;
	if (console->type != JAILHOUSE_CON_TYPE_NONE &&
	    (console->flags & JAILHOUSE_CON_ACCESS_MMIO) != 0 &&
	    !config_range_valid(console->address, console->size, machine->phys_limit))
		return fail(MSG_CONSOLE_ADDRESS, console->address, console->size,
			    machine->phys_limit);
	if (console->clock_reg != 0 &&
	    (console->gate_nr > 31 || (console->clock_reg & 3) != 0 ||
	     !config_range_valid(console->clock_reg, 4, machine->phys_limit)))
		return fail(MSG_CONSOLE_CLOCK, console->gate_nr, console->clock_reg,
			    machine->phys_limit);
	return 0;
}

/* RAM would answer in place of the registers, and somebody's data be overwritten. */
static int check_not_ram(const struct jailhouse_system *system, const char *what, u64 start,
			 u64 size)
{
	const struct jailhouse_memory *region = config_mem_regions(&system->root_cell);
	u32 n;

	for (n = 0; n < system->root_cell.num_memory_regions; n++, region++)
		if (!config_region_absent(region) && !(region->flags & JAILHOUSE_MEM_IO) &&
		    config_ranges_overlap(start, size, region->phys_start, region->size))
			return fail(MSG_CONSOLE_RAM, what, start, size, n, region->phys_start,
				    region->size);
	return 0;
}

static int check_console_memory(const struct jailhouse_system *system)
{
	const struct jailhouse_console *console = &system->debug_console;
	int err = 0;

	if (console->type == JAILHOUSE_CON_TYPE_NONE)
		return 0;
	if (console->flags & JAILHOUSE_CON_ACCESS_MMIO)
		err = check_not_ram(system, "registers", console->address, console->size);
	if (!err && console->clock_reg != 0)
		err = check_not_ram(system, "clock_reg", console->clock_reg, 4);
	return err;
}

static int check_mmconfig(const struct jailhouse_system *system,
			  const struct config_machine *machine)
{
	u64 base = system->platform_info.pci_mmconfig_base;
	u32 end_bus = system->platform_info.pci_mmconfig_end_bus;

	if (base != 0 && ((base & PAGE_MASK) != 0 ||
			  !config_range_valid(base, (end_bus + 1) * MMCONFIG_BYTES_PER_BUS,
					      machine->phys_limit)))
		return fail(MSG_SYSTEM_MMCONFIG, base, end_bus, machine->phys_limit);
	return 0;
}

static int check_iommu_unit(const struct jailhouse_iommu *unit, u32 n,
			    const struct config_machine *machine)
{
	if (unit->type > JAILHOUSE_IOMMU_ARM_MMU500)
		return fail(MSG_SYSTEM_IOMMU_TYPE, n, unit->type, JAILHOUSE_IOMMU_ARM_MMU500);
	if (unit->type != 0 && ((unit->base & PAGE_MASK) != 0 || unit->base == 0 ||
				!config_range_valid(unit->base, unit->size, machine->phys_limit)))
		return fail(MSG_SYSTEM_IOMMU_RANGE, n, unit->base, unit->size, machine->phys_limit);
	return 0;
}

static int check_gic_base(const char *name, u64 base, u32 version,
			  const struct config_machine *machine)
{
	if (base == 0 || (base & PAGE_MASK) != 0 ||
	    !config_range_valid(base, PAGE_SIZE, machine->phys_limit))
		return fail(MSG_SYSTEM_GIC_BASE, name, base, machine->phys_limit, version);
	return 0;
}

static int check_gic(const struct jailhouse_system *system, const struct config_machine *machine)
{
	const u32 version = system->platform_info.arm.gic_version;
	const u32 irq = system->platform_info.arm.maintenance_irq;
	int err;

	if (version < 2 || version > 4)
		return fail(MSG_SYSTEM_GIC_VERSION, version);
	err = check_gic_base("gicd_base", system->platform_info.arm.gicd_base, version, machine);
	if (!err && version == 2)
		err = check_gic_base("gicc_base", system->platform_info.arm.gicc_base, version,
				     machine);
	if (!err && version == 2)
		err = check_gic_base("gich_base", system->platform_info.arm.gich_base, version,
				     machine);
	if (!err && version == 2)
		err = check_gic_base("gicv_base", system->platform_info.arm.gicv_base, version,
				     machine);
	if (!err && version > 2)
		err = check_gic_base("gicr_base", system->platform_info.arm.gicr_base, version,
				     machine);
	if (!err && (irq < PPI_FIRST || irq > PPI_LAST))
		err = fail(MSG_SYSTEM_MAINTENANCE_IRQ, irq);
	return err;
}

static int check_platform(const struct jailhouse_system *system,
			  const struct config_machine *machine)
{
	int err = check_mmconfig(system, machine);
	u32 n;

	for (n = 0; !err && n < JAILHOUSE_MAX_IOMMU_UNITS; n++)
		err = check_iommu_unit(&system->platform_info.iommu_units[n], n, machine);
	if (!err &&
	    (machine->architecture == JAILHOUSE_ARM || machine->architecture == JAILHOUSE_ARM64))
		err = check_gic(system, machine);
	if (!err && machine->architecture == JAILHOUSE_X86 &&
	    system->platform_info.x86.pm_timer_address > PM_TIMER_LAST)
		err = fail(MSG_PM_TIMER, system->platform_info.x86.pm_timer_address, PM_TIMER_LAST);
	return err;
}

int config_check_system(const struct jailhouse_system *system, u64 size,
			const struct config_machine *machine)
{
	u64 root_offset = offsetof(struct jailhouse_system, root_cell);
	int err;

	if (size < sizeof(*system))
		return fail(MSG_CONFIG_SHORT, size, (u32)sizeof(*system));
	err = config_check_header(system->signature, JAILHOUSE_SYSTEM_SIGNATURE,
				  system->architecture, system->revision, machine);
	if (err)
		return err;
	if ((system->flags & ~SYSTEM_FLAGS) != 0)
		return fail(MSG_SYSTEM_FLAGS, system->flags, system->flags & ~SYSTEM_FLAGS);
	err = check_hypervisor_memory(&system->hypervisor_memory, machine);
	if (!err)
		err = check_debug_console(&system->debug_console, machine);
	if (!err)
		err = check_platform(system, machine);
	if (!err)
		err = config_check_desc(&system->root_cell, size - root_offset, machine, true);
	if (!err)
		err = check_console_memory(system);
	return err;
}

static bool owns_memory(const struct jailhouse_memory *region)
{
	return !config_region_absent(region) && (region->flags & JAILHOUSE_MEM_COMM_REGION) == 0;
}

static int check_memory_conflict(const struct jailhouse_cell_desc *new,
				 const struct jailhouse_cell_desc *other)
{
	const struct jailhouse_memory *a = config_mem_regions(new);
	const struct jailhouse_memory *b = config_mem_regions(other);
	u32 n, m;

	for (n = 0; n < new->num_memory_regions; n++)
		for (m = 0; m < other->num_memory_regions; m++) {
			if (!owns_memory(&a[n]) || !owns_memory(&b[m]) ||
			    (a[n].flags & b[m].flags & JAILHOUSE_MEM_ROOTSHARED) != 0)
				continue;
			if (config_ranges_overlap(a[n].phys_start, a[n].size, b[m].phys_start,
						  b[m].size))
				return fail(MSG_CONFLICT_MEMORY, n, a[n].phys_start, a[n].size, m,
					    b[m].phys_start, b[m].size, other->name);
		}
	return 0;
}

static bool has_writable(const struct jailhouse_cell_desc *desc, u64 start, u64 size)
{
	const struct jailhouse_memory *region = config_mem_regions(desc);
	u32 n;

	for (n = 0; n < desc->num_memory_regions; n++, region++)
		if ((region->flags & JAILHOUSE_MEM_WRITE) && start >= region->phys_start &&
		    start - region->phys_start < region->size &&
		    size <= region->size - (start - region->phys_start))
			return true;
	return false;
}

int config_check_loadable(const struct jailhouse_cell_desc *new,
			  const struct jailhouse_cell_desc *root)
{
	const struct jailhouse_memory *region = config_mem_regions(new);
	const u64 both = JAILHOUSE_MEM_LOADABLE | JAILHOUSE_MEM_ROOTSHARED;
	u32 n;

	for (n = 0; n < new->num_memory_regions; n++, region++)
		if (owns_memory(region) && (region->flags & both) == both &&
		    !has_writable(root, region->phys_start, region->size))
			return fail(MSG_REGION_NOT_LOADABLE, n, region->phys_start, region->size);
	return 0;
}

/*
 * On arm there is one interrupt controller, whatever the entries give as its address. Elsewhere
 * the address tells controllers apart.
 */
static bool same_irqchip(const struct jailhouse_cell_desc *desc, const struct jailhouse_irqchip *a,
			 const struct jailhouse_irqchip *b)
{
	return desc->architecture == JAILHOUSE_ARM || desc->architecture == JAILHOUSE_ARM64 ||
	       a->address == b->address;
}

static int check_irq_conflict(const struct jailhouse_cell_desc *new,
			      const struct jailhouse_cell_desc *other)
{
	const struct jailhouse_irqchip *a = config_irqchips(new);
	const struct jailhouse_irqchip *b = config_irqchips(other);
	u32 n, m;
	u64 pin;

	for (n = 0; n < new->num_irqchips; n++)
		for (m = 0; m < other->num_irqchips; m++) {
			if (!same_irqchip(new, &a[n], &b[m]))
				continue;
			for (pin = a[n].pin_base; pin < (u64)a[n].pin_base + 128; pin++)
				if (config_irqchip_has_pin(&a[n], pin) &&
				    config_irqchip_has_pin(&b[m], pin))
					return fail(MSG_CONFLICT_IRQ, (u32)pin, other->name);
		}
	return 0;
}

/* Virtual devices of different cells with the same address are peers, not a conflict. */
static int check_pci_conflict(const struct jailhouse_cell_desc *new,
			      const struct jailhouse_cell_desc *other)
{
	const struct jailhouse_pci_device *a = config_pci_devices(new);
	const struct jailhouse_pci_device *b = config_pci_devices(other);
	u32 n, m;

	for (n = 0; n < new->num_pci_devices; n++)
		for (m = 0; m < other->num_pci_devices; m++)
			if (a[n].type != JAILHOUSE_PCI_TYPE_IVSHMEM &&
			    b[m].type != JAILHOUSE_PCI_TYPE_IVSHMEM && a[n].domain == b[m].domain &&
			    a[n].bdf == b[m].bdf)
				return fail(MSG_CONFLICT_PCI, n, CONFIG_PCI_ADDRESS(&a[n]),
					    other->name);
	return 0;
}

static int check_stream_id_conflict(const struct jailhouse_cell_desc *new,
				    const struct jailhouse_cell_desc *other)
{
	const union jailhouse_stream_id *a = config_stream_ids(new);
	const union jailhouse_stream_id *b = config_stream_ids(other);
	u32 n, m;

	for (n = 0; n < new->num_stream_ids; n++)
		for (m = 0; m < other->num_stream_ids; m++)
			if (a[n].id == b[m].id)
				return fail(MSG_CONFLICT_STREAM_ID, a[n].id, other->name);
	return 0;
}

int config_check_conflict(const struct jailhouse_cell_desc *new,
			  const struct jailhouse_cell_desc *other)
{
	u32 cpu;
	int err;

	if (strcmp(new->name, other->name) == 0)
		return fail(MSG_CONFLICT_NAME, new->name, other->id);
	if (new->id == other->id)
		return fail(MSG_CONFLICT_ID, new->id, other->name);
	for (cpu = 0; cpu < new->cpu_set_size * 8; cpu++)
		if (config_has_cpu(new, cpu) && config_has_cpu(other, cpu))
			return fail(MSG_CONFLICT_CPU, cpu, other->name);
	err = check_memory_conflict(new, other);
	if (!err)
		err = check_irq_conflict(new, other);
	if (!err)
		err = check_pci_conflict(new, other);
	if (!err)
		err = check_stream_id_conflict(new, other);
	return err;
}
