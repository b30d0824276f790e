/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A panic of Linux, which is no end of the cells by itself. The parameter "panic" decides:
 *
 *	keep	they go on. When Linux wants to reset the machine or to switch it off, the hypervisor
 *		stops Linux alone. A crash kernel boots in the place of Linux, beside the cells.
 *	stop	they are taken down, and Linux has their memory and the end of the machine again.
 *
 * Nothing else runs any more then: the other CPUs have been stopped, whoever holds a lock will not
 * give it back. Linux's own record of the cells is left as it is. A crash kernel is started before
 * this, unless Linux was told to do it after (crash_kexec_post_notifiers).
 */
#include <linux/module.h>
#include <linux/panic_notifier.h>
#include <linux/string.h>

#include "arch.h"

static const char *const policies[] = { "keep", "stop" };
enum { POLICY_KEEP, POLICY_STOP };

static int policy = POLICY_KEEP;

static int policy_set(const char *text, const struct kernel_param *param)
{
	int n = sysfs_match_string(policies, text);

	if (n < 0) {
		pr_warn("panic=%s is not known, expected keep or stop\n", text);
		return n;
	}
	WRITE_ONCE(policy, n);
	return 0;
}

static int policy_get(char *text, const struct kernel_param *param)
{
	return sysfs_emit(text, "%s\n", policies[READ_ONCE(policy)]);
}

static const struct kernel_param_ops policy_ops = { .set = policy_set, .get = policy_get };
module_param_cb(panic, &policy_ops, NULL, 0644);
MODULE_PARM_DESC(panic, "Cells after a panic of Linux: keep (they go on) or stop");

static void cell_end(const struct cell *cell)
{
	long result = arch_hypercall(JAILHOUSE_HC_CELL_DESTROY, cell->id, JAILHOUSE_FORCE_ALL);

	if (result)
		pr_emerg("panic: cell %u \"%s\" is not given back and may go on (error %ld)\n",
			 cell->id, cell->name, result);
	else
		pr_emerg("panic: cell %u \"%s\" is stopped\n", cell->id, cell->name);
}

static int panic_notify(struct notifier_block *block, unsigned long event, void *arg)
{
	bool stop = READ_ONCE(policy) == POLICY_STOP;
	const struct cell *cell;

	if (machine.state != MACHINE_ENABLED)
		return NOTIFY_DONE;
	if (mutex_is_locked(&jailhouse_lock)) {
		pr_emerg("panic: in the middle of an operation; cells go on\n");
		return NOTIFY_DONE;
	}
	list_for_each_entry(cell, &machine.cells, node) {
		if (cell == machine.root)
			continue;
		if (stop)
			cell_end(cell);
		else
			pr_emerg("panic: cell %u \"%s\" goes on\n", cell->id, cell->name);
	}
	return NOTIFY_DONE;
}

static struct notifier_block panic_block = {
	.notifier_call = panic_notify,
	.priority = INT_MAX,
};

void panic_init(void)
{
	atomic_notifier_chain_register(&panic_notifier_list, &panic_block);
}

void panic_exit(void)
{
	atomic_notifier_chain_unregister(&panic_notifier_list, &panic_block);
}
