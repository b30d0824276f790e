/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * KVM on an AMD CPU: the module kvm_amd and the hypervisor cannot both have SVM, and newer kernels
 * turn it on for KVM on each CPU as soon as the module is there. So the module is unloaded before
 * an enable and loaded again when the hypervisor has gone. Meanwhile the hypervisor makes SVM look
 * turned off, so that the module cannot be loaded.
 *
 * This is done by modprobe, as the user would. Every wait for it is bounded.
 */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/kstrtox.h>
#include <linux/moduleparam.h>
#include <linux/sched/signal.h>
#include <linux/string.h>
#include <linux/umh.h>
#include <asm/msr.h>

#include "x86.h"

#define KVM_MODULE    "kvm_amd"
#define USERS_FILE    "/sys/module/" KVM_MODULE "/refcnt"
#define MODPROBE_FILE "/proc/sys/kernel/modprobe"
#define WAIT_MS	      10000
#define POLL_MS	      20
#define UNKNOWN_USERS 0

/* It was there, and somebody may miss it. */
static bool removed;

/* Reads the line of a file that the kernel shows; returns its length or a negative errno. */
static ssize_t line_read(const char *path, char *buffer, size_t size)
{
	struct file *file = filp_open(path, O_RDONLY, 0);
	loff_t pos = 0;
	ssize_t length;

	if (IS_ERR(file))
		return PTR_ERR(file);
	length = kernel_read(file, buffer, size - 1, &pos);
	filp_close(file, NULL);
	if (length < 0)
		return length;
	buffer[length] = 0;
	strim(buffer);
	return strlen(buffer);
}

static bool module_is_loaded(void)
{
	char text[16];

	return kvm_is_there() || line_read(USERS_FILE, text, sizeof(text)) >= 0;
}

static int module_users(void)
{
	char text[16];
	int users;

	if (line_read(USERS_FILE, text, sizeof(text)) < 0 || kstrtoint(text, 10, &users))
		return UNKNOWN_USERS;
	return users;
}

bool kvm_has_cpu(void)
{
	u64 efer;

	rdmsrl(MSR_EFER, efer);
	return efer & EFER_SVME;
}

/* Returns the first CPU that has SVM turned on, nr_cpu_ids if none has. */
static unsigned int svm_cpu(void)
{
	unsigned int cpu;
	u64 efer;

	for_each_online_cpu(cpu)
		if (!rdmsrl_safe_on_cpu(cpu, MSR_EFER, &efer) && efer & EFER_SVME)
			return cpu;
	return nr_cpu_ids;
}

static bool module_has_come(void)
{
	return kvm_is_there();
}

static bool module_has_gone(void)
{
	return !module_is_loaded() && svm_cpu() == nr_cpu_ids;
}

static int wait_until(bool (*happened)(void))
{
	unsigned int ms;

	for (ms = 0; ms < WAIT_MS; ms += POLL_MS) {
		if (happened())
			return 0;
		if (fatal_signal_pending(current))
			return -EINTR;
		msleep(POLL_MS);
	}
	return -ETIMEDOUT;
}

/* Starts modprobe; does not wait for what it does. @path is filled in for sentences. */
static int modprobe(const char *option, char *path, size_t size)
{
	static const char *const environment[] = { "HOME=/", "TERM=linux",
						   "PATH=/sbin:/usr/sbin:/bin:/usr/bin", NULL };
	const char *arguments[] = { path, option, KVM_MODULE, NULL };

	if (line_read(MODPROBE_FILE, path, size) <= 0)
		strscpy(path, CONFIG_MODPROBE_PATH, size);
	return call_usermodehelper(path, (char **)arguments, (char **)environment, UMH_WAIT_EXEC);
}

static int module_remove(struct jailhouse_error *why)
{
	int users = module_users();
	char path[128];
	int err;

	if (users > 0)
		return refuse(why, -EBUSY,
			      "KVM is in use: the module " KVM_MODULE
			      " has %d users; end the virtual "
			      "machines first",
			      users);
	err = modprobe("-r", path, sizeof(path));
	if (err)
		return refuse(why, -EBUSY,
			      "the module " KVM_MODULE " has to be unloaded, but %s cannot be run "
			      "(error %d): unload it yourself",
			      path, err);
	removed = true;
	err = wait_until(module_has_gone);
	if (!err)
		return 0;
	arch_restore();
	return refuse(why, err == -EINTR ? err : -EBUSY,
		      "the module " KVM_MODULE
		      " has to be unloaded, but was still there %u ms after "
		      "'%s -r " KVM_MODULE "': end the virtual machines first",
		      WAIT_MS, path);
}

int arch_prepare(struct jailhouse_error *why)
{
	unsigned int cpu;
	int err;

	if (kvm_is_there()) {
		err = module_remove(why);
		if (err)
			return err;
	}
	cpu = svm_cpu();
	if (cpu == nr_cpu_ids)
		return 0;
	arch_restore();
	return refuse(
		why, -EBUSY,
		"somebody else has SVM on CPU %u (EFER.SVME is set), though the module " KVM_MODULE
		" is not loaded",
		cpu);
}

void arch_restore(void)
{
	char path[128];
	int err;

	if (!removed)
		return;
	removed = false;
	err = modprobe("-q", path, sizeof(path)) ?: wait_until(module_has_come);
	if (err)
		pr_warn("the module " KVM_MODULE
			", which was unloaded for the hypervisor, was not loaded "
			"again by %s (error %d)\n",
			path, err);
}
