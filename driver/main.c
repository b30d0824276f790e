/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The module: /dev/jailhouse, and what the rest of Linux has to tell us.
 */
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/fs.h>
#include <linux/kdev_t.h>
#include <linux/major.h>
#include <linux/memory.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/pfn.h>
#include <linux/reboot.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/suspend.h>
#include <linux/uaccess.h>

#include "arch.h"

#define CONSOLE_POLL_MS 50

DEFINE_MUTEX(jailhouse_lock);
struct machine machine = { .cells = LIST_HEAD_INIT(machine.cells) };

/* One opener of the device */
struct session {
	struct mutex lock; /* of the error; nobody sleeps with it */
	struct jailhouse_error error;
	struct mutex reading; /* all below, also while somebody waits for text */
	struct console_cursor *cursor;
	bool caught_up;	   /* with what the console had said before the file was opened */
	size_t start, end; /* of what was not yet read in text */
	char text[2048];
};

int report_set(struct jailhouse_error *why, int code, const char *file, unsigned int line,
	       const char *fmt, ...)
{
	va_list args;

	memset(why, 0, sizeof(*why));
	why->code = code;
	why->line = line;
	strscpy(why->file, kbasename(file), sizeof(why->file));
	va_start(args, fmt);
	vscnprintf(why->text, sizeof(why->text), fmt, args);
	va_end(args);
	return code;
}

static int session_open(struct inode *inode, struct file *file)
{
	struct session *session = kzalloc(sizeof(*session), GFP_KERNEL);

	if (!session)
		return -ENOMEM;
	session->cursor = console_open();
	if (!session->cursor) {
		kfree(session);
		return -ENOMEM;
	}
	mutex_init(&session->lock);
	mutex_init(&session->reading);
	file->private_data = session;
	return 0;
}

static int session_release(struct inode *inode, struct file *file)
{
	struct session *session = file->private_data;

	console_close(session->cursor);
	kfree(session);
	return 0;
}

/*
 * Fills session->text; waits for something unless @nonblock. Whoever has just opened the file gets all
 * that there is, and the beginnings of lines only once they do not grow any more after that.
 */
static int session_fill(struct session *session, bool nonblock)
{
	for (;;) {
		session->start = 0;
		session->end = console_read(session->cursor, session->text, sizeof(session->text),
					    !session->caught_up);
		if (session->end)
			return 0;
		session->caught_up = true;
		if (nonblock)
			return 0;
		if (msleep_interruptible(CONSOLE_POLL_MS))
			return -ERESTARTSYS;
	}
}

/* The console. O_NONBLOCK: 0 when there is nothing new. */
static ssize_t session_read(struct file *file, char __user *buffer, size_t size, loff_t *pos)
{
	struct session *session = file->private_data;
	ssize_t result = 0;

	if (mutex_lock_interruptible(&session->reading))
		return -ERESTARTSYS;
	if (session->start == session->end)
		result = session_fill(session, file->f_flags & O_NONBLOCK);
	if (!result) {
		size = min(size, session->end - session->start);
		if (copy_to_user(buffer, session->text + session->start, size)) {
			result = -EFAULT;
		} else {
			session->start += size;
			result = size;
		}
	}
	mutex_unlock(&session->reading);
	return result;
}

static int ioctl_cell_create(void __user *arg, struct jailhouse_error *why)
{
	struct jailhouse_cell_create create;

	if (copy_from_user(&create, arg, sizeof(create)))
		return refuse(why, -EFAULT, "the argument of CELL_CREATE cannot be read");
	return machine_check_enabled(why) ?: cell_create(&create, why);
}

static int ioctl_cell_load(void __user *arg, struct jailhouse_error *why)
{
	struct jailhouse_cell_load __user *source = arg;
	struct jailhouse_cell_load load;

	if (copy_from_user(&load, source, sizeof(load)))
		return refuse(why, -EFAULT, "the argument of CELL_LOAD cannot be read");
	return machine_check_enabled(why) ?: cell_load(&load, source->image, why);
}

static int ioctl_cell(void __user *arg, struct jailhouse_error *why,
		      int (*verb)(const struct jailhouse_cell_id *, struct jailhouse_error *))
{
	struct jailhouse_cell_id id;

	if (copy_from_user(&id, arg, sizeof(id)))
		return refuse(why, -EFAULT, "the cell id cannot be read");
	return machine_check_enabled(why) ?: verb(&id, why);
}

static int ioctl_disable(struct jailhouse_error *why)
{
	int err = machine_disable(0, why);

	/* Not before a reboot: who could use it there? */
	if (!err)
		arch_restore();
	return err;
}

static int session_dispatch(unsigned int command, void __user *arg, struct jailhouse_error *why)
{
	switch (command) {
	case JAILHOUSE_ENABLE:
		return machine_enable(arg, why);
	case JAILHOUSE_DISABLE:
		return ioctl_disable(why);
	case JAILHOUSE_CELL_CREATE:
		return ioctl_cell_create(arg, why);
	case JAILHOUSE_CELL_LOAD:
		return ioctl_cell_load(arg, why);
	case JAILHOUSE_CELL_START:
		return ioctl_cell(arg, why, cell_start);
	case JAILHOUSE_CELL_DESTROY:
		return ioctl_cell(arg, why, cell_destroy);
	}
	return refuse(why, -ENOTTY, "there is no ioctl 0x%x", command);
}

static long session_error(struct session *session, void __user *arg)
{
	long result;

	mutex_lock(&session->lock);
	result = copy_to_user(arg, &session->error, sizeof(session->error)) ? -EFAULT : 0;
	mutex_unlock(&session->lock);
	return result;
}

/* Where nothing else was said yet. */
static int session_refuse(struct session *session, int code, const char *text)
{
	mutex_lock(&session->lock);
	refuse(&session->error, code, "%s", text);
	mutex_unlock(&session->lock);
	return code;
}

static long session_ioctl(struct file *file, unsigned int command, unsigned long arg)
{
	struct session *session = file->private_data;
	struct jailhouse_error *why;
	int err;

	if (command == JAILHOUSE_ERROR)
		return session_error(session, (void __user *)arg);
	if (!capable(CAP_SYS_ADMIN))
		return session_refuse(session, -EPERM, "this needs CAP_SYS_ADMIN");
	why = kzalloc(sizeof(*why), GFP_KERNEL);
	if (!why)
		return session_refuse(session, -ENOMEM, "out of memory");
	if (mutex_lock_killable(&jailhouse_lock)) {
		kfree(why);
		return -EINTR;
	}
	err = session_dispatch(command, (void __user *)arg, why);
	mutex_unlock(&jailhouse_lock);

	if (err)
		pr_notice("%s\n", why->text);
	mutex_lock(&session->lock);
	session->error = *why;
	mutex_unlock(&session->lock);
	kfree(why);
	return err;
}

static const struct file_operations jailhouse_fops = {
	.owner = THIS_MODULE,
	.open = session_open,
	.release = session_release,
	.read = session_read,
	.unlocked_ioctl = session_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.llseek = noop_llseek,
};

static struct miscdevice jailhouse_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "jailhouse",
	.fops = &jailhouse_fops,
	.mode = 0600,
};

bool kvm_is_there(void)
{
	struct device *kvm;

	kvm = class_find_device_by_devt(jailhouse_device.this_device->class,
					MKDEV(MISC_MAJOR, KVM_MINOR));
	put_device(kvm);
	return kvm;
}

/* Longer than any operation. */
#define END_PATIENCE_S 180

/* An operation may take long; but one whose CPU has died in the hypervisor never ends. */
static bool lock_before_end(void)
{
	unsigned long deadline = jiffies + END_PATIENCE_S * HZ;

	while (!mutex_trylock(&jailhouse_lock)) {
		if (time_after(jiffies, deadline))
			return false;
		msleep(20);
	}
	return true;
}

/*
 * Cells are asked once. Where the hypervisor cannot be left, since a CPU does not come for instance, they
 * end all the same: a reset of the machine would stop Linux alone beside them.
 */
static void end_all(struct jailhouse_error *why)
{
	if (!machine_disable(0, why))
		return;
	pr_warn("%s\n", why->text);
	if (machine.state != MACHINE_ENABLED || !machine_disable(JAILHOUSE_FORCE_ALL, why))
		return;
	pr_err("cannot be disabled before the reboot: %s\n", why->text);
	if (machine.state == MACHINE_ENABLED && machine_end_cells(why))
		pr_err("not all cells were given back: %s\n", why->text);
}

/* An orderly end of Linux, whatever comes next, gets the machine back first, and it stays so. */
static int reboot_notify(struct notifier_block *block, unsigned long event, void *arg)
{
	struct jailhouse_error *why = kzalloc(sizeof(*why), GFP_KERNEL);

	if (!why)
		return NOTIFY_DONE;
	if (!lock_before_end()) {
		pr_err("an operation has not ended within %u s; the machine goes down with the "
		       "hypervisor\n",
		       END_PATIENCE_S);
		kfree(why);
		return NOTIFY_DONE;
	}
	machine.ending = true;
	if (machine.state == MACHINE_ENABLED)
		end_all(why);
	mutex_unlock(&jailhouse_lock);
	kfree(why);
	return NOTIFY_DONE;
}

static struct notifier_block reboot_block = {
	.notifier_call = reboot_notify,
	.priority = INT_MAX,
};

/* Nobody waits for an operation: who reboots meanwhile would wait for the suspend. */
static int before_suspend(void)
{
	const char *why = NULL;

	if (!mutex_trylock(&jailhouse_lock)) {
		why = "an operation is in progress";
	} else {
		if (machine.state != MACHINE_NATIVE || machine.stale)
			why = "the hypervisor is enabled";
		else
			WRITE_ONCE(machine.suspending, true);
		mutex_unlock(&jailhouse_lock);
	}
	if (!why)
		return NOTIFY_DONE;
	pr_warn("the machine cannot be suspended while %s\n", why);
	return notifier_from_errno(-EBUSY);
}

static int pm_notify(struct notifier_block *block, unsigned long event, void *arg)
{
	switch (event) {
	case PM_SUSPEND_PREPARE:
	case PM_HIBERNATION_PREPARE:
	case PM_RESTORE_PREPARE:
		return before_suspend();
	}
	WRITE_ONCE(machine.suspending, false);
	return NOTIFY_DONE;
}

static struct notifier_block pm_block = { .notifier_call = pm_notify };

/* The root cell has the memory that it had at enable. No lock: the memory hotplug holds its own ones,
 * which we wait for under ours. */
static int memory_hotplug_notify(struct notifier_block *block, unsigned long event, void *arg)
{
	const struct memory_notify *part = arg;

	if ((event != MEM_GOING_ONLINE && event != MEM_GOING_OFFLINE) ||
	    !READ_ONCE(machine.ram_fixed))
		return NOTIFY_DONE;
	pr_warn("memory 0x%llx+0x%llx cannot go %s while the hypervisor is enabled\n",
		(u64)PFN_PHYS(part->start_pfn), (u64)PFN_PHYS(part->nr_pages),
		event == MEM_GOING_ONLINE ? "online" : "offline");
	return notifier_from_errno(-EBUSY);
}

static struct notifier_block memory_block = { .notifier_call = memory_hotplug_notify };

static int __init jailhouse_init(void)
{
	int err = -ENOMEM;

	if (!zalloc_cpumask_var(&machine.cpus, GFP_KERNEL))
		return err;
	err = arch_init();
	if (err)
		goto free_cpus;
	err = sysfs_init();
	if (err)
		goto exit_arch;
	err = register_reboot_notifier(&reboot_block);
	if (err)
		goto exit_sysfs;
	err = register_pm_notifier(&pm_block);
	if (err)
		goto unregister_reboot;
	err = register_memory_notifier(&memory_block);
	if (err)
		goto unregister_pm;
	err = misc_register(&jailhouse_device);
	if (!err) {
		panic_init();
		return 0;
	}

	unregister_memory_notifier(&memory_block);
unregister_pm:
	unregister_pm_notifier(&pm_block);
unregister_reboot:
	unregister_reboot_notifier(&reboot_block);
exit_sysfs:
	sysfs_exit();
exit_arch:
	arch_exit();
free_cpus:
	free_cpumask_var(machine.cpus);
	return err;
}

static void __exit jailhouse_exit(void)
{
	panic_exit();
	misc_deregister(&jailhouse_device);
	unregister_memory_notifier(&memory_block);
	unregister_pm_notifier(&pm_block);
	unregister_reboot_notifier(&reboot_block);
	sysfs_exit();
	console_exit();
	arch_exit();
	free_cpumask_var(machine.cpus);
}

module_init(jailhouse_init);
module_exit(jailhouse_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Loader and manager of a static partitioning hypervisor");
