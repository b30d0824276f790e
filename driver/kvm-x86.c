/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * KVM on an AMD CPU: the module kvm_amd and the hypervisor cannot both have SVM, and newer kernels
 * turn it on for KVM on each CPU as soon as the module is there. So the module is unloaded before
 * an enable and loaded again when the hypervisor has gone. Meanwhile it cannot be loaded: Linux asks
 * before it starts a module.
 *
 * This is done by modprobe, as the user would. A thread of its own waits for it, so that nobody else
 * has to wait longer than he wants to.
 */
#include <linux/completion.h>
#include <linux/fs.h>
#include <linux/kstrtox.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/string.h>
#include <linux/umh.h>
#include <asm/cpufeature.h>
#include <asm/msr.h>
#include <asm/processor.h>

#include "x86.h"

#define KVM_MODULE    "kvm_amd"
#define USERS_FILE    "/sys/module/" KVM_MODULE "/refcnt"
#define MODPROBE_FILE "/proc/sys/kernel/modprobe"
#define PATIENCE_MS   10000
#define OPTION_REMOVE "-r"
#define OPTION_LOAD   "-q"

/* Who decides first: the thread that is through, or who has waited long enough. */
enum { RUN_AWAITED, RUN_DONE, RUN_ABANDONED };

/* One run of modprobe, the only one at a time; jailhouse_lock held, but not by its thread. */
static struct {
	bool busy; /* the thread has it */
	int state; /* RUN_... */
	struct completion done;
	const char *option;
	char path[128];
	int result; /* negative errno, or wait status */
} run;

/* The module was there, and somebody may miss it. */
static bool removed;

/* Nobody may load it. */
static bool kept_away;

/* What Linux had noted about SVM */
static bool has_svm;
static u32 svm_features;

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

/* Returns how many use the module, -1 when it is not there. */
static int module_users(void)
{
	char text[16];
	int users;

	if (line_read(USERS_FILE, text, sizeof(text)) < 0 || kstrtoint(text, 10, &users))
		return -1;
	return users;
}

static int modprobe_execute(const char *option)
{
	static const char *const environment[] = { "HOME=/", "TERM=linux",
						   "PATH=/sbin:/usr/sbin:/bin:/usr/bin", NULL };
	const char *arguments[] = { run.path, option, KVM_MODULE, NULL };

	return call_usermodehelper(run.path, (char **)arguments, (char **)environment,
				   UMH_WAIT_PROC | UMH_KILLABLE);
}

/* A module that went after nobody waited for that any more comes back. */
static int modprobe_thread(void *arg)
{
	run.result = modprobe_execute(run.option);
	if (cmpxchg(&run.state, RUN_AWAITED, RUN_DONE) == RUN_ABANDONED &&
	    !strcmp(run.option, OPTION_REMOVE))
		modprobe_execute(OPTION_LOAD);
	complete(&run.done);
	smp_store_release(&run.busy, false);
	module_put_and_kthread_exit(0);
}

/* Returns a negative errno or what modprobe ended with; run.path is there for sentences. */
static int modprobe(const char *option)
{
	struct task_struct *thread;
	long left;

	if (smp_load_acquire(&run.busy))
		return -EBUSY;
	if (line_read(MODPROBE_FILE, run.path, sizeof(run.path)) <= 0)
		strscpy(run.path, CONFIG_MODPROBE_PATH, sizeof(run.path));
	run.option = option;
	run.state = RUN_AWAITED;
	init_completion(&run.done);
	run.busy = true;
	__module_get(THIS_MODULE);
	thread = kthread_run(modprobe_thread, NULL, "jailhouse/kvm");
	if (IS_ERR(thread)) {
		run.busy = false;
		module_put(THIS_MODULE);
		return PTR_ERR(thread);
	}
	left = wait_for_completion_killable_timeout(&run.done, msecs_to_jiffies(PATIENCE_MS));
	if (left <= 0 && cmpxchg(&run.state, RUN_AWAITED, RUN_ABANDONED) == RUN_AWAITED)
		return left ?: -ETIMEDOUT;
	return run.result;
}

static int module_remove(struct jailhouse_error *why)
{
	int users = module_users();
	int result;

	if (users > 0)
		return refuse(why, -EBUSY,
			      "KVM is in use: the module " KVM_MODULE " has %d users; end the "
			      "virtual machines first",
			      users);
	result = modprobe(OPTION_REMOVE);
	removed = result >= 0 && !kvm_is_there();
	if (result < 0)
		return refuse(why, -EBUSY,
			      "the module " KVM_MODULE " has to be unloaded, but '%s -r " KVM_MODULE
			      "' does not work (error %d): unload it yourself",
			      run.path, result);
	if (!removed)
		return refuse(why, -EBUSY,
			      "the module " KVM_MODULE " has to be unloaded, but '%s -r " KVM_MODULE
			      "' failed (status 0x%x): end the virtual machines first",
			      run.path, result);
	return 0;
}

bool kvm_has_cpu(void)
{
	u64 efer;

	rdmsrl(MSR_EFER, efer);
	return efer & EFER_SVME;
}

static int module_notify(struct notifier_block *block, unsigned long event, void *data)
{
	const struct module *module = data;

	if (event != MODULE_STATE_COMING || !READ_ONCE(kept_away) ||
	    strcmp(module->name, KVM_MODULE))
		return NOTIFY_DONE;
	pr_notice("the module " KVM_MODULE " cannot be loaded while the hypervisor is enabled\n");
	return notifier_from_errno(-EBUSY);
}

static struct notifier_block module_block = { .notifier_call = module_notify };

/* Once more, now that nobody can load it any more. */
static int check_unused(struct jailhouse_error *why)
{
	unsigned int cpu;
	u64 efer;

	if (kvm_is_there() || module_users() >= 0)
		return refuse(why, -EBUSY,
			      "the module " KVM_MODULE
			      " has been loaded again meanwhile: try again");
	for_each_online_cpu(cpu)
		if (!rdmsrl_safe_on_cpu(cpu, MSR_EFER, &efer) && (efer & EFER_SVME))
			return refuse(
				why, -EBUSY,
				"somebody else has SVM on CPU %u (EFER is 0x%llx), though the "
				"module " KVM_MODULE " is not loaded",
				cpu, efer);
	return 0;
}

static void features_keep(void)
{
	has_svm = boot_cpu_has(X86_FEATURE_SVM);
	svm_features = boot_cpu_data.x86_capability[CPUID_8000_000A_EDX];
}

/*
 * Linux asks a CPU that is brought online meanwhile what it has, and keeps only what all of them have:
 * a guest has no SVM.
 */
static void features_restore(void)
{
	unsigned int cpu;

	if (!has_svm)
		return;
	has_svm = false;
	for_each_present_cpu(cpu)
	{
		set_cpu_cap(&cpu_data(cpu), X86_FEATURE_SVM);
		cpu_data(cpu).x86_capability[CPUID_8000_000A_EDX] |= svm_features;
	}
	set_cpu_cap(&boot_cpu_data, X86_FEATURE_SVM);
	boot_cpu_data.x86_capability[CPUID_8000_000A_EDX] |= svm_features;
}

int arch_prepare(struct jailhouse_error *why)
{
	int err;

	features_keep();
	WRITE_ONCE(kept_away, true);
	err = kvm_is_there() ? module_remove(why) : 0;
	if (!err)
		err = check_unused(why);
	if (err)
		arch_restore();
	return err;
}

void arch_restore(void)
{
	int result;

	features_restore();
	WRITE_ONCE(kept_away, false);
	if (!removed)
		return;
	removed = false;
	result = modprobe(OPTION_LOAD);
	if (result)
		pr_warn("the module " KVM_MODULE
			", which was unloaded for the hypervisor, could not be loaded again: "
			"'%s " KVM_MODULE "' gave %d\n",
			run.path, result);
}

int arch_init(void)
{
	return register_module_notifier(&module_block);
}

void arch_exit(void)
{
	unregister_module_notifier(&module_block);
}
