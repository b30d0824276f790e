/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Enable and disable: everything is read, checked, claimed and laid out first; then the CPUs
 * cross, and after that nothing can fail.
 */
#include <linux/delay.h>
#include <linux/cpu.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "arch.h"

#define ENABLE_ATTEMPTS 3
#define ENABLE_PAUSE_MS 200

/* Memory and other things in the hands of an enable until it has succeeded */
struct preparation {
	struct jailhouse_system *config;
	size_t config_size;
	struct cell *root;
};

int machine_check_enabled(struct jailhouse_error *why)
{
	if (machine.state == MACHINE_BROKEN)
		return refuse(why, -EIO,
			      "the CPUs of this machine disagree about the hypervisor; it "
			      "has to be rebooted");
	if (machine.state != MACHINE_ENABLED)
		return refuse(why, -EINVAL, "the hypervisor is not enabled");
	return 0;
}

static int check_not_stale(struct jailhouse_error *why)
{
	if (machine.stale)
		return refuse(why, -EBUSY,
			      "CPU %u did not arrive within %u ms the last time, and is "
			      "still awaited; try again when it is no longer kept busy",
			      machine.stale_cpu, BARRIER_TIMEOUT_MS);
	return 0;
}

static int check_can_enable(struct jailhouse_error *why)
{
	int err;

	if (machine.state == MACHINE_ENABLED)
		return refuse(why, -EBUSY, "the hypervisor is already enabled");
	if (machine.state == MACHINE_BROKEN)
		return machine_check_enabled(why);
	err = check_not_stale(why);
	if (err)
		return err;
	if (READ_ONCE(machine.suspending))
		return refuse(why, -EBUSY, "the machine is about to be suspended");
	if (machine.ending)
		return refuse(why, -EBUSY, "the machine is about to go down");
	if (memory_end() > arch_memory_limit())
		return refuse(why, -ENODEV,
			      "this machine has memory up to 0x%llx, at most 0x%llx is "
			      "supported",
			      memory_end(), arch_memory_limit());
	return arch_check_machine(why);
}

/* The root cell must own exactly the CPUs that Linux runs on. */
static int check_cpus(const struct cpumask *cpus, struct jailhouse_error *why)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		if (cpumask_test_cpu(cpu, cpus) && !cpu_online(cpu))
			return refuse(
				why, -EINVAL,
				"CPU %u of the root cell is offline: bring it "
				"online (echo 1 > /sys/devices/system/cpu/cpu%u/online) or remove "
				"it from the CPU set %*pbl",
				cpu, cpu, cpumask_pr_args(cpus));
		if (!cpumask_test_cpu(cpu, cpus) && cpu_online(cpu))
			return refuse(why, -EINVAL,
				      "CPU %u is online but not in the CPU set %*pbl of "
				      "the root cell: add it, or take it offline (echo 0 > "
				      "/sys/devices/system/cpu/cpu%u/online)",
				      cpu, cpumask_pr_args(cpus), cpu);
	}
	return 0;
}

static struct cell *make_root(const struct jailhouse_cell_desc *desc, const struct cpumask *cpus,
			      struct jailhouse_error *why)
{
	struct cell *root = cell_alloc(0, desc->name);
	int err = -ENOMEM;

	if (root) {
		cpumask_copy(root->cpus, cpus);
		err = sysfs_add_cell(root);
	}
	if (err) {
		refuse(why, err, "the root cell cannot be entered in sysfs (error %d)", err);
		if (root)
			cell_free(root);
		return NULL;
	}
	return root;
}

/* The CPUs cross; hotplug has to wait. */
static int enter(const struct cpumask *cpus, struct jailhouse_error *why)
{
	int err;

	cpus_read_lock();
	err = check_cpus(cpus, why);
	if (!err)
		err = cpus_enter(cpus, why);
	cpus_read_unlock();
	return err;
}

/* Everything that remains while enabled; the memory is given back on failure unless a CPU may
 * still use it. */
static int enable_prepared(struct preparation *prep, struct jailhouse_error *why)
{
	u32 max_cpus = cpumask_last(machine.cpus) + 1;
	int err;

	err = image_load(&machine.image, prep->config, prep->config_size, machine.cpus, why);
	if (err)
		return err;
	err = console_attach(&machine.image, max_cpus, why);
	if (!err) {
		console_name_cell(0, prep->root->name);
		err = enter(machine.cpus, why);
	}
	if (err && machine.state == MACHINE_NATIVE) {
		console_detach();
		if (!machine.stale)
			image_release(&machine.image);
	}
	return err;
}

/*
 * A CPU that was late and has come since is alive, it was only held up for once: by a real-time
 * thread, or by Linux waiting for a CPU that was in the hypervisor already. All are tried again
 * then. One that is still away is not waited for.
 */
static int enable_trying(struct preparation *prep, struct jailhouse_error *why)
{
	u64 place = prep->config->hypervisor_memory.phys_start;
	unsigned int attempt;
	int err;

	for (attempt = 1;; attempt++) {
		/* Where it was found the last time somebody else may be now. */
		prep->config->hypervisor_memory.phys_start = place;
		err = enable_prepared(prep, why);
		if (err != -ETIMEDOUT || machine.stale || machine.state != MACHINE_NATIVE ||
		    attempt == ENABLE_ATTEMPTS)
			return err;
		pr_notice("enable: a CPU was late, next attempt\n");
		msleep(ENABLE_PAUSE_MS);
	}
}

static int enable_config(struct preparation *prep, struct jailhouse_error *why)
{
	int err;

	err = config_cpus(&prep->config->root_cell, machine.cpus, why);
	if (!err)
		err = check_cpus(machine.cpus, why);
	if (!err)
		err = machine_check_fit(prep->config, why);
	if (!err)
		err = cpus_muster(why);
	if (!err)
		err = arch_prepare(why);
	if (err)
		return err;
	prep->root = make_root(&prep->config->root_cell, machine.cpus, why);
	err = prep->root ? enable_trying(prep, why) : why->code;
	if (err) {
		if (prep->root)
			cell_free(prep->root);
		if (machine.state == MACHINE_NATIVE)
			arch_restore();
		return err;
	}
	machine.root = prep->root;
	list_add(&machine.root->node, &machine.cells);
	return 0;
}

int machine_enable(const void __user *config, struct jailhouse_error *why)
{
	struct preparation prep = {};
	int err;

	err = check_can_enable(why);
	if (!err)
		err = config_read_system(config, &prep.config, &prep.config_size, why);
	if (err)
		return err;
	/* Held while enabled */
	if (!try_module_get(THIS_MODULE))
		err = refuse(why, -ENODEV, "the module is about to be removed");
	WRITE_ONCE(machine.ram_fixed, true);
	if (!err)
		err = enable_config(&prep, why);
	if (machine.state == MACHINE_NATIVE)
		WRITE_ONCE(machine.ram_fixed, false);
	kvfree(prep.config);
	if (!err)
		pr_notice("enabled on CPUs %*pbl, hypervisor memory 0x%llx+0x%llx\n",
			  cpumask_pr_args(machine.cpus), machine.image.phys, machine.image.size);
	else if (machine.state != MACHINE_BROKEN)
		module_put(THIS_MODULE);
	return err;
}

/* All CPUs that are offline come online; @woken are those. */
static int wake_all(struct cpumask *woken, struct jailhouse_error *why)
{
	unsigned int cpu;
	int err;

	for_each_cpu(cpu, machine.cpus) {
		if (cpu_online(cpu))
			continue;
		err = cpu_bring_back(cpu);
		if (err)
			return refuse(why, err,
				      "CPU %u is offline and cannot be brought back (error "
				      "%d), so the hypervisor cannot be disabled%s",
				      cpu, err,
				      err == -EPERM ?
					      ": SMT was turned off, turn it on first (echo on > "
					      "/sys/devices/system/cpu/smt/control)" :
					      "");
		cpumask_set_cpu(cpu, woken);
	}
	return 0;
}

/* The CPUs come back with us; where offline ones have to, @woken are those. */
static int leave(struct cpumask *woken, struct jailhouse_error *why)
{
	int err = arch_offline_cpus_stay ? wake_all(woken, why) : 0;

	if (err)
		return err;
	cpus_read_lock();
	if (arch_offline_cpus_stay)
		err = check_cpus(machine.cpus, why);
	if (!err)
		err = cpus_leave(cpu_online_mask, why);
	cpus_read_unlock();
	return err;
}

/*
 * Cells go, then the hypervisor. CPUs of cells come back to Linux after that where they can: one that
 * starts while the hypervisor is there starts as a guest, which Linux notes for good (arm64: it is not
 * at EL2, and that kernel and KVM will not believe in EL2 any more).
 */
static int disable_with(struct cpumask *woken, struct cpumask *later, u32 force,
			struct jailhouse_error *why)
{
	struct jailhouse_error ignored;
	unsigned int cpu;
	int err;

	err = cell_destroy_all(force, arch_offline_cpus_stay ? NULL : later, why);
	if (!err)
		err = leave(woken, why);
	/* CPUs that the user had taken offline are offline again afterwards. */
	for_each_cpu(cpu, woken)
		if (remove_cpu(cpu))
			pr_warn("CPU %u, which was offline, stays online\n", cpu);
	cpus_return(later, &ignored);
	return err;
}

int machine_end_cells(struct jailhouse_error *why)
{
	cpumask_var_t stay_offline;
	int err;

	if (!zalloc_cpumask_var(&stay_offline, GFP_KERNEL))
		return refuse(why, -ENOMEM, "out of memory");
	err = cell_destroy_all(JAILHOUSE_FORCE_ALL, stay_offline, why);
	free_cpumask_var(stay_offline);
	return err;
}

int machine_disable(u32 force, struct jailhouse_error *why)
{
	cpumask_var_t woken, later;
	int err;

	err = machine_check_enabled(why);
	if (!err)
		err = check_not_stale(why);
	if (!err)
		err = cpus_muster(why);
	if (err)
		return err;
	if (!zalloc_cpumask_var(&woken, GFP_KERNEL))
		return refuse(why, -ENOMEM, "out of memory");
	if (zalloc_cpumask_var(&later, GFP_KERNEL)) {
		err = disable_with(woken, later, force, why);
		free_cpumask_var(later);
	} else {
		err = refuse(why, -ENOMEM, "out of memory");
	}
	free_cpumask_var(woken);
	if (err)
		return err;

	list_del(&machine.root->node);
	cell_free(machine.root);
	machine.root = NULL;
	console_detach();
	image_release(&machine.image);
	WRITE_ONCE(machine.ram_fixed, false);
	module_put(THIS_MODULE);
	pr_notice("disabled\n");
	return 0;
}
