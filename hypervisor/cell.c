/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Cells: the list of them, the root cell, and what happens when one does something forbidden.
 */
#include <core/bitmap.h>
#include <core/config.h>
#include <core/error.h>
#include <core/format.h>
#include <core/memory.h>
#include <core/printk.h>
#include <core/space.h>
#include <core/string.h>
#include <core/system.h>

struct cell *root_cell;

struct cell *cell_by_id(u32 id)
{
	struct cell *cell;

	for (cell = root_cell; cell; cell = cell->next)
		if (cell->id == id)
			return cell;
	return NULL;
}

u32 cell_count;

/* The hypervisor's memory belongs to nobody else, whatever the configuration says. */
static int root_hide_hypervisor(struct cell *cell)
{
	u64 start = image_header.phys_base, size = image_header.memory_size;
	int err;

	err = paging_prepare(&cell->memory, start, size);
	if (err)
		return err;
	paging_unmap(&cell->memory, start, size);
	return 0;
}

/* The root cell reads messages and console rings directly. */
static int root_show_console(struct cell *cell)
{
	u64 attr = arch_memory_attr(cell, JAILHOUSE_MEM_READ), phys;
	u32 n;
	int err;

	phys = space_phys(&status);
	err = paging_map(&cell->memory, phys, phys, PAGE_SIZE, attr, 0);
	for (n = 0; n < image_header.max_cpus && !err; n++) {
		phys = space_phys(cpu_area(n));
		err = paging_map(&cell->memory, phys, phys, sizeof(struct jailhouse_console_ring),
				 attr, 0);
	}
	return err;
}

static int root_map_memory(struct cell *cell)
{
	const struct jailhouse_memory *region = config_mem_regions(cell->config);
	u32 n;
	int err;

	for (n = 0; n < cell->config->num_memory_regions; n++, region++)
		if (!config_region_subpage(region) && region->phys_start != region->virt_start)
			return fail(MSG_ROOT_NOT_IDENTITY, n, region->phys_start,
				    region->virt_start);
	err = arch_cell_paging_create(cell);
	if (!err)
		err = memory_map_cell(cell);
	if (!err)
		err = root_hide_hypervisor(cell);
	if (!err)
		err = root_show_console(cell);
	return err;
}

int cell_init_root(void)
{
	static struct cell root;
	struct cell *cell = &root;
	u32 n;
	int err;

	_Static_assert(sizeof(struct cell) <= PAGE_SIZE, "struct cell has a page");
	cell->config = &system_config->root_cell;
	cell->first_cpu = CPU_MAX;
	for (n = 0; n < image_header.max_cpus; n++) {
		if (!config_has_cpu(cell->config, n))
			continue;
		bit_set(cell->cpus, n);
		if (cell->first_cpu == CPU_MAX)
			cell->first_cpu = n;
	}
	root_cell = cell;
	cell_count = 1;
	cell->state = JAILHOUSE_CELL_RUNNING;
	err = root_map_memory(cell);
	if (!err)
		err = cell_init_units(cell);
	if (!err)
		err = arch_cell_prepare(cell);
	return err;
}

int cell_init_units(struct cell *cell)
{
	const struct unit *unit;
	u32 mmio = arch_mmio_count();
	int err;

	for_each_unit(unit) if (unit->mmio_count) mmio += unit->mmio_count(cell);
	err = mmio_init(&cell->mmio, mmio);
	if (err)
		return err;

	for_each_unit(unit)
	{
		err = unit->cell_init ? unit->cell_init(cell) : 0;
		if (!err)
			continue;
		while (unit-- > units_start)
			if (unit->cell_exit)
				unit->cell_exit(cell);
		mmio_exit(&cell->mmio);
		return err;
	}
	return 0;
}

void cell_exit_units(struct cell *cell)
{
	const struct unit *unit;

	for (unit = units_end; unit-- > units_start;)
		if (unit->cell_exit)
			unit->cell_exit(cell);
	mmio_exit(&cell->mmio);
}

/* All its CPUs will park, but for one that is about to by itself, or NULL; nobody waits for that. */
static void stop_cpus(const struct cell *cell, const struct cpu *but)
{
	struct cpu *cpu;
	u32 n;

	for_each_cpu(cpu, n)
		if (bit_test(cell->cpus, n) && cpu != but)
			cpu_send_event(cpu, EVENT_STOP);
}

/* Whoever fails second does not stop the first, which is to be listed as the one that failed. */
void cell_fail(struct cpu *cpu)
{
	if (atomic_swap(&cpu->cell->state, JAILHOUSE_CELL_FAILED) != JAILHOUSE_CELL_FAILED)
		stop_cpus(cpu->cell, cpu);
}

void cell_end(struct cell *cell)
{
	if (!atomic_change(&cell->state, JAILHOUSE_CELL_RUNNING, JAILHOUSE_CELL_SHUT_DOWN))
		return;
	printk("cell \"%s\" stops: Linux ends", cell->config->name);
	stop_cpus(cell, NULL);
}

void cell_violation(struct cpu *cpu, const char *fmt, ...)
{
	struct cell *cell = cpu->cell;
	char text[160];
	va_list ap;

	va_start(ap, fmt);
	format(text, sizeof(text), fmt, ap);
	va_end(ap);

	if (cell_is_root(cell)) {
		if (printk_allowed(cpu)) {
			printk("root cell, CPU %u: %s", cpu->id, text);
			arch_dump_guest(cpu);
		}
		return;
	}
	printk("cell \"%s\" failed on CPU %u: %s", cell->config->name, cpu->id, text);
	arch_dump_guest(cpu);
	cell->comm->cell_state = JAILHOUSE_CELL_FAILED;
	cell_fail(cpu);
	cpu_park(CPU_FAILED);
}

bool cell_runs(const struct cell *cell)
{
	struct cpu *cpu;
	u32 n;

	if (read_once(cell->state) != JAILHOUSE_CELL_RUNNING)
		return false;
	/* A CPU that starts is running before it is not pending any more. */
	for_each_cpu(cpu, n)
		if (bit_test(cell->cpus, n) &&
		    (load_acquire(&cpu->start_pending) || load_acquire(&cpu->state) == CPU_RUNNING))
			return true;
	return false;
}

static bool any_other_runs(void)
{
	const struct cell *cell;

	for (cell = root_cell->next; cell; cell = cell->next)
		if (cell_runs(cell))
			return true;
	return false;
}

bool cell_others_run(void)
{
	u64 deadline = arch_counter() + arch_counter_hz() * LOCK_PATIENCE_S;
	bool run;

	if (read_once(cell_count) == 1)
		return false;
	while (!management_trylock()) {
		if (arch_counter() > deadline)
			return true;
		arch_cpu_relax();
	}
	run = any_other_runs();
	management_unlock();
	return run;
}

void cell_root_stop(struct cpu *cpu, const char *how)
{
	printk("root cell stops: %s on CPU %u; %u other cell(s) go on", how, cpu->id,
	       read_once(cell_count) - 1);
	stop_cpus(cpu->cell, cpu);
	cpu_park(CPU_PARKED);
}

void cell_power_off(struct cpu *cpu, const char *how)
{
	struct cell *cell = cpu->cell;

	printk("cell \"%s\" stops: %s on CPU %u", cell->config->name, how, cpu->id);
	if (read_once(cell->state) == JAILHOUSE_CELL_RUNNING)
		write_once(cell->state, JAILHOUSE_CELL_SHUT_DOWN);
	cell->comm->cell_state = JAILHOUSE_CELL_SHUT_DOWN;
	stop_cpus(cpu->cell, cpu);
	cpu_park(CPU_PARKED);
}
