/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Creating a cell. Everything that can fail happens first, in cell_build(), and leaves no trace if
 * it does; then the cell's resources change hands in code that cannot fail.
 */
#include <core/bitmap.h>
#include <core/config.h>
#include <core/error.h>
#include <core/manage.h>
#include <core/memory.h>
#include <core/printk.h>
#include <core/space.h>
#include <core/string.h>
#include <core/system.h>

#define CONFIG_MAX_SIZE (256 * 1024)

/* Copy the configuration from the root cell: size first, then all of it, each read once. */
static struct jailhouse_cell_desc *config_copy(u64 address, u64 *size, u32 *pages)
{
	struct jailhouse_cell_desc head, *config;

	if (memory_copy_from_root(&head, address, sizeof(head)))
		return NULL;
	*size = config_size(&head);
	if (*size > CONFIG_MAX_SIZE) {
		fail(MSG_CONFIG_TOO_LARGE, *size, CONFIG_MAX_SIZE);
		return NULL;
	}
	*pages = (u32)((*size + PAGE_MASK) / PAGE_SIZE);
	config = pool_alloc(*pages, 1);
	if (!config) {
		fail(MSG_OUT_OF_PAGES, *pages, pool_used(), pool_total());
		return NULL;
	}
	if (memory_copy_from_root(config, address, *size)) {
		pool_free(config, *pages);
		return NULL;
	}
	return config;
}

/*
 * A CPU that is held cannot be started by the root cell any more. Held CPUs are those of the cell
 * that is being made, from the check on until they are its own.
 */
static int check_cpu(u32 n, bool offline)
{
	struct cpu *cpu = cpu_by_id(n);

	if (!cpu || !bit_test(root_cell->cpus, n))
		return fail(MSG_CPU_NOT_ROOT, n);
	if (load_acquire(&cpu->state) == CPU_DEAD)
		return fail(MSG_CPU_DEAD, n);
	arch_cpu_settle(cpu, offline);
	atomic_swap(&cpu->held, 1);
	if (load_acquire(&cpu->state) != CPU_PARKED || read_once(cpu->start_pending))
		return fail(MSG_CPU_ONLINE, n);
	return 0;
}

static void release_cpus(const struct jailhouse_cell_desc *config)
{
	struct cpu *cpu;
	u32 n;

	for_each_cpu(cpu, n)
		if (config_has_cpu(config, n) && bit_test(root_cell->cpus, n))
			store_release(&cpu->held, 0);
}

/* Every CPU of the configuration must be the root cell's, and offline there. */
static int check_cpus(const struct jailhouse_cell_desc *config, bool offline)
{
	u32 n, left = 0;
	int err = 0;

	for (n = 0; n < CPU_MAX && !err; n++) {
		if (config_has_cpu(config, n))
			err = check_cpu(n, offline);
		else
			left += bit_test(root_cell->cpus, n);
	}
	if (!err && !left)
		err = fail(MSG_CPU_LAST, config->name);
	if (err)
		release_cpus(config);
	return err;
}

/* Physical PCI devices cannot be taken from the root cell: nothing would isolate them. */
static int check_devices(const struct jailhouse_cell_desc *config)
{
	const struct jailhouse_pci_device *dev = config_pci_devices(config);
	u32 n;

	for (n = 0; n < config->num_pci_devices; n++, dev++)
		if (dev->type != JAILHOUSE_PCI_TYPE_IVSHMEM)
			return fail(MSG_PCI_PHYSICAL, n, CONFIG_PCI_ADDRESS(dev));
	return 0;
}

static int check_config(const struct jailhouse_cell_desc *config, u64 size, bool offline)
{
	struct config_machine machine;
	struct cell *cell;
	int err;

	system_machine(&machine);
	err = config_check_cell(config, size, &machine);
	if (err)
		return err;
	if (config->id == 0 || config->id > CELL_ID_MAX)
		return fail(MSG_CELL_ID, config->id, CELL_ID_MAX);
	err = check_devices(config);
	if (!err)
		err = config_check_loadable(config, root_cell->config);
	if (err)
		return err;
	if (!strcmp(config->name, root_cell->config->name))
		return fail(MSG_CONFLICT_NAME, config->name, 0);
	for (cell = root_cell->next; cell; cell = cell->next) {
		err = config_check_conflict(config, cell->config);
		if (err)
			return err;
	}
	return check_cpus(config, offline);
}

static void fill_cpus(struct cell *cell)
{
	u32 n;

	cell->first_cpu = CPU_MAX;
	for (n = 0; n < CPU_MAX; n++) {
		if (!config_has_cpu(cell->config, n))
			continue;
		bit_set(cell->cpus, n);
		if (cell->first_cpu == CPU_MAX)
			cell->first_cpu = n;
	}
}

static int build_tables(struct cell *cell)
{
	int err;

	cell->comm_page = pool_alloc(1, 1);
	if (!cell->comm_page)
		return fail(MSG_OUT_OF_PAGES, 1, pool_used(), pool_total());
	err = arch_cell_paging_create(cell);
	if (!err)
		err = memory_map_cell(cell);
	return err;
}

void cell_free(struct cell *cell)
{
	paging_destroy(&cell->memory);
	if (cell->comm_page)
		pool_free(cell->comm_page, 1);
	pool_free(cell->config, cell->config_pages);
	pool_free(cell, 1);
}

/* The second half of cell_build(): units and the architecture, then the root's tables. */
static int build_rest(struct cell *cell)
{
	int err;

	err = cell_init_units(cell);
	if (err)
		return err;
	err = arch_cell_prepare(cell);
	if (!err)
		err = memory_prepare(cell);
	if (err) {
		memory_settle(cell);
		cell_exit_units(cell);
	}
	return err;
}

static struct cell *cell_build(u64 address, bool offline)
{
	struct jailhouse_cell_desc *config;
	struct cell *cell;
	u32 pages;
	u64 size;

	config = config_copy(address, &size, &pages);
	if (!config)
		return NULL;
	if (check_config(config, size, offline)) {
		pool_free(config, pages);
		return NULL;
	}
	cell = pool_alloc(1, 1);
	if (!cell) {
		fail(MSG_OUT_OF_PAGES, 1, pool_used(), pool_total());
		release_cpus(config);
		pool_free(config, pages);
		return NULL;
	}
	cell->config = config;
	cell->config_pages = pages;
	cell->id = config->id;
	cell->state = JAILHOUSE_CELL_SHUT_DOWN;
	fill_cpus(cell);
	if (build_tables(cell) || build_rest(cell)) {
		release_cpus(config);
		cell_free(cell);
		return NULL;
	}
	return cell;
}

void cell_comm_init(struct cell *cell)
{
	const struct jailhouse_cell_desc *config = cell->config;
	struct jailhouse_comm_region *comm = cell->comm;

	memset(cell->comm_page, 0, PAGE_SIZE);
	memcpy(comm->signature, COMM_REGION_MAGIC, sizeof(comm->signature));
	comm->revision = COMM_REGION_ABI_REVISION;
	comm->cell_state = cell->state;
	if (config->flags & JAILHOUSE_CELL_VIRTUAL_CONSOLE_PERMITTED)
		comm->flags |= JAILHOUSE_COMM_FLAG_DBG_PUTC_PERMITTED;
	if (config->flags & JAILHOUSE_CELL_VIRTUAL_CONSOLE_ACTIVE)
		comm->flags |= JAILHOUSE_COMM_FLAG_DBG_PUTC_ACTIVE;
	comm->console = config->console;
	comm->pci_mmconfig_base = system_config->platform_info.pci_mmconfig_base;
	arch_comm_init(cell, comm);
	arch_clean_memory(cell->comm_page, PAGE_SIZE);
}

/* Cannot fail. The cell's memory is out of the root cell and clear. */
static void cell_link(struct cell *cell)
{
	struct cell *last = root_cell;
	struct cpu *cpu;
	u32 n;

	cell->live = true;
	for_each_cpu(cpu, n) {
		if (!bit_test(cell->cpus, n))
			continue;
		bit_clear(root_cell->cpus, n);
		cpu->cell = cell;
		memset(cpu->stats, 0, sizeof(cpu->stats));
	}
	root_cell->first_cpu = 0;
	while (!bit_test(root_cell->cpus, root_cell->first_cpu))
		root_cell->first_cpu++;
	arch_cell_commit(cell);
	cell_comm_init(cell);
	while (last->next)
		last = last->next;
	last->next = cell;
	write_once(cell_count, cell_count + 1);
	cpu_release(cell->cpus);
	printk("created cell \"%s\"", cell->config->name);
}

void cell_create_cancel(void)
{
	struct cell *cell = manage.cell;

	memory_return(cell);
	cell_exit_units(cell);
	release_cpus(cell->config);
	cell_free(cell);
}

long cell_create(u64 config_address, bool offline)
{
	struct cell *cell = manage.cell;
	long err;

	if (!cell) {
		err = manage_check_locked(NULL);
		if (err)
			return err;
		cell = cell_build(config_address, offline);
		if (!cell)
			return status.code;
		memory_take(cell);
		manage.cell = cell;
		return HYPERCALL_AGAIN;
	}
	if (memory_clear_step(cell, &manage.clearing))
		return HYPERCALL_AGAIN;
	cell_link(cell);
	manage_notify(cell);
	return 0;
}
