/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * I/O ports. A cell reaches those of its configuration directly, by a map of bits; all others exit
 * and are refused. For the root cell the ports exit, too, by which it would end the machine: while
 * other cells exist it ends alone.
 */
#include <asm/vcpu.h>
#include <core/bitmap.h>
#include <core/config.h>
#include <core/error.h>
#include <core/printk.h>
#include <core/string.h>
#include <core/system.h>

#define PORT_KEYBOARD	 0x64 /* command of the keyboard controller */
#define KEYBOARD_RESET	 0xfe /* pulse the reset line */
#define PORT_DELAY	 0x80
#define PORT_SMI	 0xb2 /* makes the firmware take over */
#define PORT_PCI_ADDRESS 0xcf8
#define PORT_PCI_DATA	 0xcfc
#define PORT_RESET	 0xcf9
#define RESET_CPU	 0x04
#define PM1_SLEEP	 0x20 /* SLP_EN in the upper byte, ACPI 4.8.3.2.1 */
#define PORTS		 0x10000
#define MAP_PAGES	 3

static u64 port_mask(u32 size)
{
	return size == 4 ? 0xffffffff : (1ULL << size * 8) - 1;
}

static u32 port_in(const struct port_access *access)
{
	switch (access->size) {
	case 1:
		return port_read8(access->port);
	case 2:
		return port_read16(access->port);
	default:
		return port_read32(access->port);
	}
}

static void port_out(const struct port_access *access, u32 value)
{
	switch (access->size) {
	case 1:
		port_write8(access->port, (u8)value);
		break;
	case 2:
		port_write16(access->port, (u16)value);
		break;
	default:
		port_write32(access->port, value);
		break;
	}
}

/* The upper byte of a control register of ACPI power management */
static bool is_sleep_port(u16 port)
{
	return (image_header.pm1_control && port == image_header.pm1_control + 1) ||
	       (image_header.pm1b_control && port == image_header.pm1b_control + 1);
}

/* Whether a byte written to that port would end the machine. */
static bool byte_ends_machine(u16 port, u8 value)
{
	if (port == PORT_RESET)
		return value & RESET_CPU;
	if (port == PORT_KEYBOARD)
		return value == KEYBOARD_RESET;
	if (is_sleep_port(port))
		return value & PM1_SLEEP;
	return image_header.reset_port && port == image_header.reset_port &&
	       value == image_header.reset_value;
}

/* The address register of PCI lies over the reset register, but is one of 32 bits only. */
static bool port_ends_machine(const struct port_access *access, u32 value)
{
	u32 n;

	if (access->port == PORT_PCI_ADDRESS && access->size == 4)
		return false;
	for (n = 0; n < access->size; n++)
		if (byte_ends_machine((u16)(access->port + n), (u8)(value >> 8 * n)))
			return true;
	return false;
}

/* Ports that exit for the root cell although they are its own. */
static bool port_is_watched(u16 port)
{
	return port == PORT_RESET || port == PORT_KEYBOARD ||
	       (image_header.reset_port && port == image_header.reset_port) || is_sleep_port(port);
}

static bool port_is_owned(const struct cell *cell, u16 port)
{
	const struct jailhouse_pio *pio = config_pio_regions(cell->config);
	u32 n;

	for (n = 0; n < cell->config->num_pio_regions; n++, pio++)
		if (port >= pio->base && port - pio->base < pio->length)
			return true;
	return false;
}

static bool is_pm_timer(u32 port)
{
	return port - system_config->platform_info.x86.pm_timer_address < 4;
}

/* Whether the root cell has the port now. A watched one exits, but is never another cell's. */
static bool port_is_roots(u32 port)
{
	if (port >= PORTS)
		return false;
	return port_is_watched((u16)port) ? port_is_owned(root_cell, (u16)port) :
					    !bit_test((u64 *)root_cell->arch.port_map, port);
}

/* An access of the root cell that exits only because one of its ports is watched. */
static bool port_of_root(struct cpu *cpu, const struct port_access *access, u32 *value)
{
	bool watched = false;
	u32 n, port;

	for (n = 0; n < access->size; n++) {
		port = access->port + n;
		if (!port_is_roots(port))
			return false;
		watched |= port_is_watched((u16)port);
	}
	if (!watched)
		return false;
	if (access->in) {
		*value = port_in(access);
		return true;
	}
	if (port_ends_machine(access, *value))
		handle_machine_end(cpu, "a reset or power-off request");
	port_out(access, *value);
	return true;
}

/* What a cell finds where there is no hardware for it. */
static bool port_of_cell(struct cell *cell, const struct port_access *access, u32 *value)
{
	if (access->port == PORT_DELAY && access->size == 1 && !access->in)
		return true;
	/* Configuration space of PCI, in which a cell finds nothing. */
	if (access->port == PORT_PCI_ADDRESS && access->size == 4) {
		if (access->in)
			*value = cell->arch.pci_address;
		else
			cell->arch.pci_address = *value;
		return true;
	}
	if (access->port >= PORT_PCI_DATA && access->port + access->size <= PORT_PCI_DATA + 4) {
		*value = 0xffffffff;
		return true;
	}
	return false;
}

static bool port_emulate(struct cpu *cpu, const struct port_access *access, u32 *value)
{
	if (access->string)
		return false;
	return cell_is_root(cpu->cell) ? port_of_root(cpu, access, value) :
					 port_of_cell(cpu->cell, access, value);
}

void handle_port(struct cpu *cpu, struct regs *regs, const struct port_access *access)
{
	u64 mask = port_mask(access->size);
	u32 value = (u32)(regs->gpr[REG_RAX] & mask);

	cpu_count(cpu, STAT_PIO);
	if (!port_emulate(cpu, access, &value)) {
		cell_violation(cpu, "forbidden %u-byte %s port 0x%x", access->size,
			       access->in ? "read of" : "write to", access->port);
		value = 0xffffffff;
	}
	if (access->in && !access->string) {
		if (access->size == 4)
			regs->gpr[REG_RAX] = value;
		else
			regs->gpr[REG_RAX] = (regs->gpr[REG_RAX] & ~mask) | (value & mask);
	}
	cpu->arch.vmcb->rip = access->next;
	cpu->arch.vmcb->interrupt_shadow = 0;
}

/* The bits of ports that exit: all but those of the configuration. */
static void fill_map(struct cell *cell)
{
	const struct jailhouse_pio *pio = config_pio_regions(cell->config);
	u64 *map = (u64 *)cell->arch.port_map;
	u32 n, port;

	memset(map, 0xff, MAP_PAGES * PAGE_SIZE);
	for (n = 0; n < cell->config->num_pio_regions; n++, pio++)
		for (port = pio->base; port < (u32)pio->base + pio->length && port < PORTS; port++)
			if (!cell_is_root(cell) || !port_is_watched((u16)port))
				bit_clear(map, port);
	if (cell_is_root(cell))
		return;
	/* The PM timer may be read by everybody; it ignores writes. */
	for (n = 0; n < 4 && system_config->platform_info.x86.pm_timer_address; n++)
		bit_clear(map, system_config->platform_info.x86.pm_timer_address + n);
}

/* The machine itself is asked to reset, the way Linux does it last. */
static void machine_reset(void)
{
	u64 deadline = arch_counter() + arch_counter_hz() / 10;

	port_write8(PORT_RESET, 0x02);
	port_write8(PORT_RESET, 0x06);
	while (arch_counter() < deadline)
		arch_cpu_relax();
	port_write8(PORT_KEYBOARD, KEYBOARD_RESET);
}

void handle_machine_end(struct cpu *cpu, const char *how)
{
	if (!cell_is_root(cpu->cell))
		cell_violation(cpu, "%s", how);
	if (cell_others_run())
		cell_root_stop(cpu, how);
	if (cpu->arch.vmcb->exit_code != EXIT_SHUTDOWN)
		return;
	machine_reset();
	/* A processor in shutdown does nothing any more. */
	printk("CPU %u stays where it is: nothing has reset the machine", cpu->id);
	cpu_park(CPU_PARKED);
}

/* Of the ports that a cell wants, the first one that it cannot have for this reason; PORTS: none. */
static u32 find_port(const struct jailhouse_pio *pio, bool (*unfit)(const struct cell *, u16),
		     const struct cell *other)
{
	u32 port;

	for (port = pio->base; port < (u32)pio->base + pio->length; port++)
		if (!is_pm_timer(port) && unfit(other, (u16)port))
			return port;
	return PORTS;
}

/* Through these a cell would reach every device, or end the machine. */
static bool is_forbidden(const struct cell *cell, u16 port)
{
	(void)cell;
	return port_is_watched(port) || port == PORT_SMI ||
	       (port >= PORT_PCI_ADDRESS && port < PORT_PCI_DATA + 4);
}

static int check_ports(const struct cell *cell)
{
	const struct jailhouse_pio *pio = config_pio_regions(cell->config);
	const struct cell *other;
	u32 n, port;

	for (n = 0; n < cell->config->num_pio_regions; n++) {
		port = find_port(&pio[n], is_forbidden, NULL);
		if (port != PORTS)
			return fail(MSG_PIO_MACHINE, n, pio[n].base, pio[n].length, port);
		for (other = root_cell->next; other; other = other->next) {
			port = find_port(&pio[n], port_is_owned, other);
			if (port != PORTS)
				return fail(MSG_CONFLICT_PIO, n, pio[n].base, pio[n].length, port,
					    other->config->name);
		}
	}
	return 0;
}

/* A cell's ports leave the root cell, all but the timer that everybody may read; or come back. */
static void change_owner(struct cell *cell, bool take)
{
	const struct jailhouse_pio *pio = config_pio_regions(cell->config);
	u64 *map = (u64 *)root_cell->arch.port_map;
	u32 n, port;

	for (n = 0; n < cell->config->num_pio_regions; n++, pio++) {
		for (port = pio->base; port < (u32)pio->base + pio->length; port++) {
			if (is_pm_timer(port))
				continue;
			if (take)
				bit_set(map, port);
			else if (port_is_owned(root_cell, (u16)port))
				bit_clear(map, port);
		}
	}
}

void ports_take(struct cell *cell)
{
	change_owner(cell, true);
}

void ports_return(struct cell *cell)
{
	change_owner(cell, false);
}

static int ports_cell_init(struct cell *cell)
{
	int err = cell_is_root(cell) ? 0 : check_ports(cell);

	if (err)
		return err;
	cell->arch.port_map = pool_alloc(MAP_PAGES, 1);
	if (!cell->arch.port_map)
		return fail(MSG_OUT_OF_PAGES, MAP_PAGES, pool_used(), pool_total());
	fill_map(cell);
	return 0;
}

static void ports_cell_exit(struct cell *cell)
{
	pool_free(cell->arch.port_map, MAP_PAGES);
}

UNIT(ports) = {
	.name = "ports",
	.cell_init = ports_cell_init,
	.cell_exit = ports_cell_exit,
};
