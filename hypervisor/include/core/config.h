/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Configurations: access and validation.
 *
 * A configuration comes from outside and is hostile. It is copied once into memory that nobody
 * else can change, checked there by config_check_system() or config_check_cell(), and only then
 * are the accessors below used. They trust the counts in the descriptor.
 *
 * The structures are packed; a configuration may lie at any address. None of this has side effects
 * other than the message of fail(). Any context.
 */
#ifndef CORE_CONFIG_H
#define CORE_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include <jailhouse/cell-config.h>

/* Longest arrays accepted; the checks compare every entry of an array with every other one. */
#define CONFIG_MAX_ENTRIES   2048
#define CONFIG_MAX_CPU_BYTES 8192

/* What the machine offers, for the checks. */
struct config_machine {
	u64 phys_limit; /* first physical or guest-physical address that does not exist */
	u32 max_cpus;	/* logical CPU numbers are below it */
	u64 hyp_start;	/* physical address of the hypervisor memory */
	u64 hyp_size;
	u8 architecture; /* JAILHOUSE_X86, ... */
};

/* Bytes of a cell configuration, descriptor and arrays, as its counts say. Reads the descriptor. */
static inline u64 config_size(const struct jailhouse_cell_desc *desc)
{
	return jailhouse_cell_config_size(desc);
}

/* The CPU bitmap, cpu_set_size bytes. */
static inline const u8 *config_cpu_set(const struct jailhouse_cell_desc *desc)
{
	return jailhouse_cell_cpu_set(desc);
}

/* The arrays: first entry; the number of entries is in the descriptor. */
static inline const struct jailhouse_memory *config_mem_regions(
	const struct jailhouse_cell_desc *desc)
{
	return jailhouse_cell_mem_regions(desc);
}

static inline const struct jailhouse_cache *config_cache_regions(
	const struct jailhouse_cell_desc *desc)
{
	return jailhouse_cell_cache_regions(desc);
}

static inline const struct jailhouse_irqchip *config_irqchips(
	const struct jailhouse_cell_desc *desc)
{
	return jailhouse_cell_irqchips(desc);
}

static inline const struct jailhouse_pio *config_pio_regions(const struct jailhouse_cell_desc *desc)
{
	return jailhouse_cell_pio(desc);
}

static inline const struct jailhouse_pci_device *config_pci_devices(
	const struct jailhouse_cell_desc *desc)
{
	return jailhouse_cell_pci_devices(desc);
}

static inline const struct jailhouse_pci_capability *config_pci_caps(
	const struct jailhouse_cell_desc *desc)
{
	return jailhouse_cell_pci_caps(desc);
}

static inline const union jailhouse_stream_id *config_stream_ids(
	const struct jailhouse_cell_desc *desc)
{
	return jailhouse_cell_stream_ids(desc);
}

/* Whether the cell has that logical CPU; any number may be asked for. */
static inline bool config_has_cpu(const struct jailhouse_cell_desc *desc, u32 cpu)
{
	return jailhouse_cell_has_cpu(desc, cpu);
}

/* Number of CPUs of the cell. */
u32 config_cpu_count(const struct jailhouse_cell_desc *desc);

/* Whether the region is only a place holder, as in the regions of a network link. */
bool config_region_absent(const struct jailhouse_memory *region);

/* Whether the region is not made of whole pages, so that accesses to it trap. A communication region is
 * the hypervisor's page, whatever its phys_start says. */
bool config_region_subpage(const struct jailhouse_memory *region);

/**
 * config_check_system - check a system configuration and its root cell
 * @system: configuration, nothing of it is trusted
 * @size: bytes there are; nothing behind them is read
 * @machine: what to check against
 *
 * Return: 0, or -EINVAL, -ERANGE or -E2BIG with a message
 */
int config_check_system(const struct jailhouse_system *system, u64 size,
			const struct config_machine *machine);

/**
 * config_check_cell - check the configuration of a cell other than the root cell
 * @desc: configuration, nothing of it is trusted
 * @size: bytes there are; nothing behind them is read
 * @machine: what to check against
 *
 * Return: 0, or -EINVAL, -ERANGE or -E2BIG with a message
 */
int config_check_cell(const struct jailhouse_cell_desc *desc, u64 size,
		      const struct config_machine *machine);

/**
 * config_check_conflict - check that two cells can exist side by side
 * @new: checked configuration of the cell to be made
 * @other: checked configuration of a cell there is, not the root cell
 *
 * Return: 0, or -EEXIST or -EBUSY with a message about @new that names @other
 */
int config_check_conflict(const struct jailhouse_cell_desc *new,
			  const struct jailhouse_cell_desc *other);

/**
 * config_check_loadable - check that the root cell can load what it shares
 * @new: checked configuration of the cell to be made
 * @root: that of the root cell
 *
 * Return: 0, or -EINVAL with a message about a region of @new
 */
int config_check_loadable(const struct jailhouse_cell_desc *new,
			  const struct jailhouse_cell_desc *root);

/* Values for "%04x:%02x:%02x.%x", the address of a PCI device. */
#define CONFIG_PCI_ADDRESS(dev) \
	(dev)->domain, (dev)->bdf >> 8, ((dev)->bdf >> 3) & 0x1f, (dev)->bdf & 7

/* Parts of the checks, shared between the two files that do them. */

/* Descriptor and arrays of a cell, for the root cell without its signature. */
int config_check_desc(const struct jailhouse_cell_desc *desc, u64 size,
		      const struct config_machine *machine, bool root);

/* Signature (5 characters), architecture and revision, which all configurations start with. */
int config_check_header(const char *signature, const char *expected, u8 architecture, u16 revision,
			const struct config_machine *machine);

/* Type and flags of a console; @what names it. */
int config_check_console(const struct jailhouse_console *console, const char *what);

/* Whether start + size, size > 0, is at most @limit and the range does not wrap. */
bool config_range_valid(u64 start, u64 size, u64 limit);

/* Whether two ranges that do not wrap have a byte in common. */
bool config_ranges_overlap(u64 start, u64 size, u64 other_start, u64 other_size);

/* Whether interrupt @pin (absolute) is among those of the entry. */
bool config_irqchip_has_pin(const struct jailhouse_irqchip *chip, u64 pin);

#endif /* CORE_CONFIG_H */
