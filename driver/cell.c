/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Cells: what Linux has to do around the hypercalls. Before a cell is created its memory and its
 * CPUs are taken from Linux; after it was destroyed they come back.
 */
#include <linux/cpu.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/topology.h>
#include <linux/uaccess.h>

#include "arch.h"

struct cell *cell_alloc(u32 id, const char *name)
{
	struct cell *cell = kzalloc(sizeof(*cell), GFP_KERNEL);

	if (!cell)
		return NULL;
	if (!zalloc_cpumask_var(&cell->cpus, GFP_KERNEL) ||
	    !zalloc_cpumask_var(&cell->taken, GFP_KERNEL)) {
		free_cpumask_var(cell->cpus);
		kfree(cell);
		return NULL;
	}
	cell->id = id;
	strscpy(cell->name, name, sizeof(cell->name));
	INIT_LIST_HEAD(&cell->node);
	INIT_LIST_HEAD(&cell->holds);
	INIT_LIST_HEAD(&cell->dirs);
	return cell;
}

void cell_free(struct cell *cell)
{
	sysfs_remove_cell(cell);
	memory_release(&cell->holds);
	if (cell->config)
		free_pages_exact(cell->config, cell->config_size);
	free_cpumask_var(cell->cpus);
	free_cpumask_var(cell->taken);
	kfree(cell);
}

static struct cell *cell_by_name(const char *name)
{
	struct cell *cell;

	list_for_each_entry(cell, &machine.cells, node)
		if (!strcmp(cell->name, name))
			return cell;
	return NULL;
}

static struct cell *cell_by_id(u32 id)
{
	struct cell *cell;

	list_for_each_entry(cell, &machine.cells, node)
		if (cell->id == id)
			return cell;
	return NULL;
}

/* Finds a cell other than the root cell, which is not subject to any operation. */
static struct cell *cell_find(const struct jailhouse_cell_id *id, struct jailhouse_error *why)
{
	struct cell *cell;

	if (strnlen(id->name, sizeof(id->name)) == sizeof(id->name)) {
		refuse(why, -EINVAL, "the name of a cell has at most %u characters",
		       JAILHOUSE_CELL_NAME_MAXLEN);
		return NULL;
	}
	cell = id->id == JAILHOUSE_CELL_ID_UNUSED ? cell_by_name(id->name) : cell_by_id(id->id);
	if (!cell && id->id == JAILHOUSE_CELL_ID_UNUSED)
		refuse(why, -ENOENT, "there is no cell \"%s\"", id->name);
	else if (!cell)
		refuse(why, -ENOENT, "there is no cell %d", id->id);
	else if (cell == machine.root)
		refuse(why, -EINVAL, "cell %u \"%s\" is the root cell", cell->id, cell->name);
	else
		return cell;
	return NULL;
}

/*
 * A hypercall whose failure becomes a sentence: the hypervisor's own, if it said one. The steps have an end: each
 * goes through a piece of memory, or looks for an answer that the hypervisor waits for by the clock.
 */
static int cell_call(u32 code, u64 arg1, u64 arg2, const char *what, struct jailhouse_error *why)
{
	u32 sequence = READ_ONCE(machine.image.status->sequence);
	long result;

	do {
		cond_resched();
		result = arch_hypercall(code | JAILHOUSE_HC_IN_STEPS, arg1, arg2);
	} while (result == -EAGAIN);
	return result < 0 ? image_explain(&machine.image, sequence, result, what, why) : 0;
}

static int cell_check_unique(const char *name, u32 *id, struct jailhouse_error *why)
{
	if (cell_by_name(name))
		return refuse(why, -EEXIST, "there is already a cell \"%s\"", name);
	for (*id = 1; cell_by_id(*id); ++*id)
		;
	return 0;
}

static int cell_check_cpus(const struct cell *cell, struct jailhouse_error *why)
{
	const struct cell *other;
	unsigned int cpu;

	for_each_cpu(cpu, cell->cpus) {
		if (cpumask_test_cpu(cpu, machine.root->cpus))
			continue;
		list_for_each_entry(other, &machine.cells, node)
			if (cpumask_test_cpu(cpu, other->cpus))
				return refuse(why, -EBUSY,
					      "CPU %u of cell \"%s\" already belongs to "
					      "cell \"%s\"",
					      cpu, cell->name, other->name);
		return refuse(why, -EINVAL,
			      "CPU %u of cell \"%s\" does not belong to the root cell "
			      "(CPUs %*pbl)",
			      cpu, cell->name, cpumask_pr_args(machine.root->cpus));
	}
	if (cpumask_equal(cell->cpus, machine.root->cpus))
		return refuse(why, -EBUSY,
			      "cell \"%s\" wants CPUs %*pbl, which are all that the root "
			      "cell has",
			      cell->name, cpumask_pr_args(cell->cpus));
	return 0;
}

/* Asked while they are online: Linux forgets what an offline CPU belongs to. */
static void cell_note_siblings(const struct cell *cell)
{
	unsigned int cpu;

	for_each_cpu(cpu, cell->cpus)
		if (!cpumask_subset(topology_sibling_cpumask(cpu), cell->cpus))
			pr_notice("CPU %u of cell \"%s\" shares its core with others (CPUs %*pbl): "
				  "they can slow each other down, and on some processors watch "
				  "each other\n",
				  cpu, cell->name, cpumask_pr_args(topology_sibling_cpumask(cpu)));
}

/* Is this region memory that has to be taken from Linux? Part pages are always device memory. */
static bool region_is_memory(const struct jailhouse_memory *region)
{
	bool any = region->phys_start == JAILHOUSE_PHYS_ANY;

	return region->size && PAGE_ALIGNED(region->size) &&
	       (any || PAGE_ALIGNED(region->phys_start)) &&
	       !(region->flags & (JAILHOUSE_MEM_IO | JAILHOUSE_MEM_COMM_REGION));
}

/* Registers that are given to a cell are not taken from Linux, so they must not be its memory. Of parts
 * of pages that are not shared the hypervisor knows. */
static int region_check_device(const struct jailhouse_memory *region, const char *what,
			       struct jailhouse_error *why)
{
	bool part = !PAGE_ALIGNED(region->phys_start | region->size);

	if (!(region->flags & JAILHOUSE_MEM_IO) || region->flags & JAILHOUSE_MEM_COMM_REGION ||
	    !region->size || (part && !(region->flags & JAILHOUSE_MEM_ROOTSHARED)) ||
	    !memory_ram_bytes(region->phys_start, region->size))
		return 0;
	return refuse(why, -EINVAL,
		      "%s (0x%llx+0x%llx) has the flag JAILHOUSE_MEM_IO, but is System RAM (see "
		      "/proc/iomem)",
		      what, region->phys_start, region->size);
}

/* At the address of the configuration, or wherever there is room: then the address is filled in. */
static int region_claim(struct cell *cell, struct jailhouse_memory *region, const char *owner,
			const char *what, struct jailhouse_error *why)
{
	u64 start;
	int err;

	if (region->phys_start != JAILHOUSE_PHYS_ANY)
		return memory_claim(&cell->holds, region->phys_start, region->size,
				    region->flags & JAILHOUSE_MEM_ROOTSHARED, owner, what, why);
	err = memory_claim_any(&cell->holds, region->size, owner, &start, why);
	if (!err)
		region->phys_start = start;
	return err;
}

static int cell_claim_memory(struct cell *cell, struct jailhouse_error *why)
{
	struct jailhouse_memory *region =
		(struct jailhouse_memory *)jailhouse_cell_mem_regions(cell->config);
	char owner[sizeof(cell->name) + sizeof("cell \"\"")], what[32];
	unsigned int n;
	int err;

	snprintf(owner, sizeof(owner), "cell \"%s\"", cell->name);
	for (n = 0; n < cell->config->num_memory_regions; n++, region++) {
		snprintf(what, sizeof(what), "memory region %u", n);
		err = region_check_device(region, what, why);
		if (!err && region_is_memory(region))
			err = region_claim(cell, region, owner, what, why);
		if (err)
			return err;
		cond_resched();
	}
	return 0;
}

/* CPUs change their cell: also in the statistics of the root cell. */
static void cell_take_from_root(struct cell *cell)
{
	cpumask_andnot(machine.root->cpus, machine.root->cpus, cell->cpus);
	sysfs_remove_cpus(machine.root, cell->cpus);
	list_add_tail(&cell->node, &machine.cells);
	console_name_cell(cell->id, cell->name);
}

static int cell_return_to_root(struct cell *cell, struct jailhouse_error *why)
{
	int err;

	list_del(&cell->node);
	cpumask_or(machine.root->cpus, machine.root->cpus, cell->cpus);
	if (sysfs_add_cpus(machine.root, cell->cpus))
		pr_warn("no statistics for CPUs %*pbl of the root cell\n",
			cpumask_pr_args(cell->cpus));
	err = cpus_return(cell->taken, why);
	cell_free(cell);
	return err;
}

/* Its CPUs have to stay offline until the hypervisor has them: meanwhile no CPU comes or goes. */
static int cell_hand_over(struct cell *cell, struct jailhouse_error *why)
{
	unsigned int cpu;
	int err = 0;

	cpus_read_lock();
	for_each_cpu(cpu, cell->cpus)
		if (!err && cpu_online(cpu))
			err = refuse(why, -EBUSY, "CPU %u has come online again meanwhile", cpu);
	if (!err)
		err = cell_call(JAILHOUSE_HC_CELL_CREATE, virt_to_phys(cell->config),
				JAILHOUSE_CPUS_OFFLINE, "creating the cell", why);
	cpus_read_unlock();
	return err;
}

/* Takes all that the cell needs, then creates it. */
static int cell_set_up(struct cell *cell, struct jailhouse_error *why)
{
	struct jailhouse_error ignored;
	int err;

	err = config_cpus(cell->config, cell->cpus, why);
	if (!err)
		err = cell_check_cpus(cell, why);
	if (!err)
		err = cpus_muster(why);
	if (!err)
		err = cell_claim_memory(cell, why);
	if (err)
		return err;
	cell_note_siblings(cell);
	err = sysfs_add_cell(cell);
	if (err)
		return refuse(why, err, "cell \"%s\" cannot be entered in sysfs (error %d)",
			      cell->name, err);
	err = cpus_take(cell->cpus, cell->taken, why);
	if (err)
		return err;
	err = cell_hand_over(cell, why);
	if (err)
		cpus_return(cell->taken, &ignored);
	return err;
}

int cell_create(const struct jailhouse_cell_create *create, struct jailhouse_error *why)
{
	struct jailhouse_cell_desc *config;
	struct cell *cell = NULL;
	size_t size;
	u32 id;
	int err;

	err = config_read_cell(create, &config, &size, why);
	if (err)
		return err;
	err = cell_check_unique(config->name, &id, why);
	if (!err) {
		cell = cell_alloc(id, config->name);
		if (!cell)
			err = refuse(why, -ENOMEM, "out of memory");
	}
	if (!cell) {
		free_pages_exact(config, size);
		return err;
	}
	config->id = id;
	cell->config = config;
	cell->config_size = size;
	err = cell_set_up(cell, why);
	if (err) {
		cell_free(cell);
		return err;
	}
	cell_take_from_root(cell);
	pr_notice("created cell %u \"%s\" on CPUs %*pbl\n", cell->id, cell->name,
		  cpumask_pr_args(cell->cpus));
	return 0;
}

static int cell_stop_and_load(struct cell *cell, const struct jailhouse_cell_load *load,
			      const struct jailhouse_preload_image *images,
			      struct jailhouse_error *why)
{
	int err;

	err = images_check(cell, images, load->num_preload_images, why);
	if (!err)
		err = cell_call(JAILHOUSE_HC_CELL_SET_LOADABLE, cell->id, load->cell_id.force,
				"stopping the cell", why);
	if (!err)
		err = images_load(cell, images, load->num_preload_images, why);
	return err;
}

int cell_load(const struct jailhouse_cell_load *load,
	      const struct jailhouse_preload_image __user *source, struct jailhouse_error *why)
{
	struct jailhouse_preload_image *images = NULL;
	u32 count = load->num_preload_images;
	struct cell *cell = cell_find(&load->cell_id, why);
	int err;

	if (!cell)
		return why->code;
	if (count > JAILHOUSE_MAX_PRELOAD_IMAGES)
		return refuse(why, -E2BIG,
			      "%u images are too many, at most %u can be loaded at once", count,
			      JAILHOUSE_MAX_PRELOAD_IMAGES);
	if (count) {
		images = memdup_user(source, count * sizeof(*images));
		if (IS_ERR(images))
			return refuse(why, PTR_ERR(images), "the list of %u images cannot be read",
				      count);
	}
	err = cell_stop_and_load(cell, load, images, why);
	kfree(images);
	return err;
}

int cell_start(const struct jailhouse_cell_id *id, struct jailhouse_error *why)
{
	struct cell *cell = cell_find(id, why);

	return cell ? cell_call(JAILHOUSE_HC_CELL_START, cell->id, 0, "starting the cell", why) :
		      why->code;
}

/* @later: the CPUs to bring back, which the caller does; NULL: they come back now. */
static int destroy(struct cell *cell, u32 force, struct cpumask *later, struct jailhouse_error *why)
{
	int err;

	err = cell_call(JAILHOUSE_HC_CELL_DESTROY, cell->id, force, "destroying the cell", why);
	if (err)
		return err;
	pr_notice("destroyed cell %u \"%s\"\n", cell->id, cell->name);
	if (later) {
		cpumask_or(later, later, cell->taken);
		cpumask_clear(cell->taken);
	}
	return cell_return_to_root(cell, why);
}

int cell_destroy(const struct jailhouse_cell_id *id, struct jailhouse_error *why)
{
	struct cell *cell = cell_find(id, why);
	u32 force = id->force == JAILHOUSE_FORCE ? JAILHOUSE_FORCE : 0;

	return cell ? destroy(cell, force, NULL, why) : why->code;
}

int cell_destroy_all(u32 force, struct cpumask *later, struct jailhouse_error *why)
{
	struct cell *cell, *next;
	int err, result = 0;

	list_for_each_entry_safe(cell, next, &machine.cells, node) {
		if (cell == machine.root)
			continue;
		err = destroy(cell, force, later, why);
		/* By force all that can end does. */
		if (err && force != JAILHOUSE_FORCE_ALL)
			return err;
		result = result ?: err;
	}
	return result;
}
