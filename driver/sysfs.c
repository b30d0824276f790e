/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * /sys/devices/jailhouse: what there is, in files of one value.
 *
 * Everything is asked for when it is read, by hypercalls, so a reader needs jailhouse_lock. But
 * directories are removed under that lock, and removal waits for readers. So a reader that does
 * not get the lock lets go of its directory, and the system call is restarted.
 */
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/sysfs.h>
#include <linux/vmalloc.h>

#include "arch.h"

#define MAX_STATS 16
#define NO_CPU	  (-1) /* the sum of all */

/* A directory: of a cell, of its statistics, or of those of one CPU */
struct sysfs_dir {
	struct kobject kobj;
	struct list_head node;
	struct cell *cell;
	int cpu;
};

struct stat_attribute {
	struct kobj_attribute attr;
	u32 stat;
};

static struct device *root_device;
static struct kobject *cells_dir;
static struct stat_attribute stat_attributes[MAX_STATS];
static struct attribute *stat_attrs[MAX_STATS + 1];

static int reader_lock(void)
{
	if (mutex_trylock(&jailhouse_lock))
		return 0;
	msleep(5);
	return restart_syscall();
}

static void reader_unlock(void)
{
	mutex_unlock(&jailhouse_lock);
}

static struct sysfs_dir *to_dir(struct kobject *kobj)
{
	return container_of(kobj, struct sysfs_dir, kobj);
}

/* Returns -EINVAL when there is nobody to ask. */
static long ask(u32 code, u64 arg1, u64 arg2)
{
	return machine.state == MACHINE_ENABLED ? arch_hypercall(code, arg1, arg2) : -EINVAL;
}

/* Statistics */

static ssize_t stat_show(struct kobject *kobj, struct kobj_attribute *attr, char *buffer)
{
	u64 type = JAILHOUSE_CPU_INFO_STAT_BASE +
		   container_of(attr, struct stat_attribute, attr)->stat;
	const struct sysfs_dir *dir = to_dir(kobj);
	u64 sum = 0;
	long value;
	unsigned int cpu;
	int err;

	err = reader_lock();
	if (err)
		return err;
	for_each_cpu(cpu, dir->cell->cpus) {
		if (dir->cpu != NO_CPU && dir->cpu != cpu)
			continue;
		value = ask(JAILHOUSE_HC_CPU_GET_INFO, cpu, type);
		if (value > 0)
			sum += value;
	}
	reader_unlock();
	return sysfs_emit(buffer, "%llu\n", sum);
}

static void stat_add(u32 stat, const char *name)
{
	struct stat_attribute *attribute = &stat_attributes[stat];

	sysfs_attr_init(&attribute->attr.attr);
	attribute->attr.attr.name = name;
	attribute->attr.attr.mode = 0444;
	attribute->attr.show = stat_show;
	attribute->stat = stat;
	stat_attrs[stat] = &attribute->attr.attr;
}

static void stats_init(void)
{
	u32 n;

	stat_add(JAILHOUSE_CPU_STAT_VMEXITS_TOTAL, "vmexits_total");
	stat_add(JAILHOUSE_CPU_STAT_VMEXITS_MMIO, "vmexits_mmio");
	stat_add(JAILHOUSE_CPU_STAT_VMEXITS_MANAGEMENT, "vmexits_management");
	stat_add(JAILHOUSE_CPU_STAT_VMEXITS_HYPERCALL, "vmexits_hypercall");
	for (n = 0; arch_stat_names[n] && JAILHOUSE_GENERIC_CPU_STATS + n < MAX_STATS; n++)
		stat_add(JAILHOUSE_GENERIC_CPU_STATS + n, arch_stat_names[n]);
}

/* Cells */

static ssize_t name_show(struct kobject *kobj, struct kobj_attribute *attr, char *buffer)
{
	return sysfs_emit(buffer, "%s\n", to_dir(kobj)->cell->name);
}

static ssize_t state_show(struct kobject *kobj, struct kobj_attribute *attr, char *buffer)
{
	static const char *const names[] = JAILHOUSE_CELL_STATE_NAMES;
	long state;
	int err;

	err = reader_lock();
	if (err)
		return err;
	state = ask(JAILHOUSE_HC_CELL_GET_STATE, to_dir(kobj)->cell->id, 0);
	reader_unlock();
	return sysfs_emit(buffer, "%s\n",
			  state >= 0 && state < ARRAY_SIZE(names) ? names[state] :
								    JAILHOUSE_CELL_STATE_INVALID);
}

/* Shows the CPUs of a cell, or those of them that failed, as a mask or as a list. */
static ssize_t cpus_show(struct kobject *kobj, char *buffer, bool failed, bool list)
{
	const struct cell *cell = to_dir(kobj)->cell;
	cpumask_var_t cpus;
	unsigned int cpu;
	int result;

	if (!alloc_cpumask_var(&cpus, GFP_KERNEL))
		return -ENOMEM;
	result = reader_lock();
	if (result)
		goto out;
	cpumask_copy(cpus, cell->cpus);
	for_each_cpu(cpu, cell->cpus)
		if (failed && ask(JAILHOUSE_HC_CPU_GET_INFO, cpu, JAILHOUSE_CPU_INFO_STATE) !=
				      JAILHOUSE_CPU_FAILED)
			cpumask_clear_cpu(cpu, cpus);
	reader_unlock();
	result = sysfs_emit(buffer, list ? "%*pbl\n" : "%*pb\n", cpumask_pr_args(cpus));
out:
	free_cpumask_var(cpus);
	return result;
}

#define CPUS_ATTRIBUTE(_name, _failed, _list)                                          \
	static ssize_t _name##_show(struct kobject *kobj, struct kobj_attribute *attr, \
				    char *buffer)                                      \
	{                                                                              \
		return cpus_show(kobj, buffer, _failed, _list);                        \
	}                                                                              \
	static struct kobj_attribute _name##_attribute = __ATTR_RO(_name)

CPUS_ATTRIBUTE(cpus_assigned, false, false);
CPUS_ATTRIBUTE(cpus_assigned_list, false, true);
CPUS_ATTRIBUTE(cpus_failed, true, false);
CPUS_ATTRIBUTE(cpus_failed_list, true, true);
static struct kobj_attribute name_attribute = __ATTR_RO(name);
static struct kobj_attribute state_attribute = __ATTR_RO(state);

static struct attribute *cell_attrs[] = { &name_attribute.attr,
					  &state_attribute.attr,
					  &cpus_assigned_attribute.attr,
					  &cpus_assigned_list_attribute.attr,
					  &cpus_failed_attribute.attr,
					  &cpus_failed_list_attribute.attr,
					  NULL };

static const struct attribute_group cell_group = { .attrs = cell_attrs };
static const struct attribute_group stat_group = { .attrs = stat_attrs };
static const struct attribute_group *cell_groups[] = { &cell_group, NULL };
static const struct attribute_group *stat_groups[] = { &stat_group, NULL };

static void dir_release(struct kobject *kobj)
{
	kfree(to_dir(kobj));
}

static struct kobj_type cell_type = {
	.release = dir_release,
	.sysfs_ops = &kobj_sysfs_ops,
	.default_groups = cell_groups,
};

static struct kobj_type stat_type = {
	.release = dir_release,
	.sysfs_ops = &kobj_sysfs_ops,
	.default_groups = stat_groups,
};

__printf(5, 6) static struct sysfs_dir *dir_add(struct cell *cell, int cpu,
						const struct kobj_type *type,
						struct kobject *parent, const char *format, ...)
{
	struct sysfs_dir *dir = kzalloc(sizeof(*dir), GFP_KERNEL);
	char name[16];
	va_list args;

	if (!dir)
		return NULL;
	va_start(args, format);
	vsnprintf(name, sizeof(name), format, args);
	va_end(args);
	dir->cell = cell;
	dir->cpu = cpu;
	if (kobject_init_and_add(&dir->kobj, (struct kobj_type *)type, parent, "%s", name)) {
		kobject_put(&dir->kobj);
		return NULL;
	}
	list_add(&dir->node, &cell->dirs);
	return dir;
}

static void dir_remove(struct sysfs_dir *dir)
{
	list_del(&dir->node);
	kobject_del(&dir->kobj);
	kobject_put(&dir->kobj);
}

static struct sysfs_dir *stat_dir(struct cell *cell)
{
	struct sysfs_dir *dir;

	list_for_each_entry(dir, &cell->dirs, node)
		if (dir->cpu == NO_CPU && dir->kobj.ktype == &stat_type)
			return dir;
	return NULL;
}

int sysfs_add_cpus(struct cell *cell, const struct cpumask *cpus)
{
	struct sysfs_dir *parent = stat_dir(cell);
	unsigned int cpu;

	for_each_cpu(cpu, cpus)
		if (!parent || !dir_add(cell, cpu, &stat_type, &parent->kobj, "cpu%u", cpu))
			return -ENOMEM;
	return 0;
}

void sysfs_remove_cpus(struct cell *cell, const struct cpumask *cpus)
{
	struct sysfs_dir *dir, *next;

	list_for_each_entry_safe(dir, next, &cell->dirs, node)
		if (dir->cpu != NO_CPU && cpumask_test_cpu(dir->cpu, cpus))
			dir_remove(dir);
}

int sysfs_add_cell(struct cell *cell)
{
	struct sysfs_dir *dir;

	dir = dir_add(cell, NO_CPU, &cell_type, cells_dir, "%u", cell->id);
	if (!dir || !dir_add(cell, NO_CPU, &stat_type, &dir->kobj, "statistics"))
		return -ENOMEM;
	return sysfs_add_cpus(cell, cell->cpus);
}

void sysfs_remove_cell(struct cell *cell)
{
	struct sysfs_dir *dir, *next;

	list_for_each_entry_safe(dir, next, &cell->dirs, node)
		dir_remove(dir);
}

/* The hypervisor */

static ssize_t enabled_show(struct device *dev, struct device_attribute *attr, char *buffer)
{
	return sysfs_emit(buffer, "%d\n", READ_ONCE(machine.state) == MACHINE_ENABLED);
}
static DEVICE_ATTR_RO(enabled);

/* The end of the console, as much as sysfs takes at once: a byte less than a page */
#define CONSOLE_SHOWN (PAGE_SIZE - 1)

/* More than all that was said before: cells may print faster than this reads. */
#define CONSOLE_ROUNDS 4096

static ssize_t console_show(struct device *dev, struct device_attribute *attr, char *buffer)
{
	struct console_cursor *cursor = console_open();
	char *page = kmalloc(CONSOLE_SHOWN, GFP_KERNEL);
	unsigned int rounds = CONSOLE_ROUNDS;
	size_t kept = 0, more, excess;

	if (!cursor || !page) {
		kfree(page);
		console_close(cursor);
		return -ENOMEM;
	}
	while (rounds-- && !fatal_signal_pending(current) &&
	       (more = console_read(cursor, page, CONSOLE_SHOWN, true)) > 0) {
		excess = kept + more > CONSOLE_SHOWN ? kept + more - CONSOLE_SHOWN : 0;
		memmove(buffer, buffer + excess, kept - excess);
		memcpy(buffer + kept - excess, page, more);
		kept += more - excess;
	}
	kfree(page);
	console_close(cursor);
	return kept;
}
/* It shows registers and addresses of Linux. */
static DEVICE_ATTR_ADMIN_RO(console);

static ssize_t info_show(char *buffer, u32 what)
{
	long value;
	int err;

	err = reader_lock();
	if (err)
		return err;
	value = ask(JAILHOUSE_HC_HYPERVISOR_GET_INFO, what, 0);
	reader_unlock();
	return sysfs_emit(buffer, "%ld\n", max(value, 0L));
}

#define INFO_ATTRIBUTE(_name, _what)                                                   \
	static ssize_t _name##_show(struct device *dev, struct device_attribute *attr, \
				    char *buffer)                                      \
	{                                                                              \
		return info_show(buffer, _what);                                       \
	}                                                                              \
	static DEVICE_ATTR_RO(_name)

INFO_ATTRIBUTE(mem_pool_size, JAILHOUSE_INFO_MEM_POOL_SIZE);
INFO_ATTRIBUTE(mem_pool_used, JAILHOUSE_INFO_MEM_POOL_USED);
INFO_ATTRIBUTE(remap_pool_size, JAILHOUSE_INFO_REMAP_POOL_SIZE);
INFO_ATTRIBUTE(remap_pool_used, JAILHOUSE_INFO_REMAP_POOL_USED);

static struct attribute *root_attrs[] = { &dev_attr_enabled.attr,
					  &dev_attr_console.attr,
					  &dev_attr_mem_pool_size.attr,
					  &dev_attr_mem_pool_used.attr,
					  &dev_attr_remap_pool_size.attr,
					  &dev_attr_remap_pool_used.attr,
					  NULL };

static const struct attribute_group root_group = { .attrs = root_attrs };

struct device *sysfs_device(void)
{
	return root_device;
}

int sysfs_init(void)
{
	int err;

	stats_init();
	root_device = root_device_register("jailhouse");
	if (IS_ERR(root_device))
		return PTR_ERR(root_device);
	err = sysfs_create_group(&root_device->kobj, &root_group);
	if (!err) {
		cells_dir = kobject_create_and_add("cells", &root_device->kobj);
		if (cells_dir)
			return 0;
		err = -ENOMEM;
		sysfs_remove_group(&root_device->kobj, &root_group);
	}
	root_device_unregister(root_device);
	return err;
}

void sysfs_exit(void)
{
	kobject_put(cells_dir);
	sysfs_remove_group(&root_device->kobj, &root_group);
	root_device_unregister(root_device);
}
