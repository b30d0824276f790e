/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * KVM on x86: its module (kvm_amd, kvm_intel) and the hypervisor cannot both have SVM or VMX, and newer
 * kernels turn it on for KVM on each CPU as soon as the module is there. So the module is unloaded
 * before an enable and loaded again when the hypervisor has gone. Meanwhile it cannot be loaded: Linux
 * asks before it starts a module.
 *
 * This is done by modprobe, as the user would. A thread of its own waits for it, so that nobody else
 * has to wait longer than he wants to. KVM's modules have thousands of functions and types that Linux
 * looks at one by one when it loads them: 950 million instructions, a fraction of a second on a fast
 * computer that has nothing else to do, and 19 s in an emulator.
 */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/kstrtox.h>
#include <linux/kthread.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/string.h>
#include <linux/umh.h>
#include <linux/wait.h>
#include <asm/cpufeature.h>
#include <asm/msr.h>
#include <asm/processor.h>

#include "x86.h"

#define USERS_FILE    "/sys/module/%s/refcnt"
#define MODPROBE_FILE "/proc/sys/kernel/modprobe"
#define PATIENCE      60 /* seconds */
#define PATIENCE_MAX  3600
#define LOAD_TRIES    5
#define LOAD_PAUSE_MS 200
#define OPTION_REMOVE "-r"
#define OPTION_LOAD   "-q"

static unsigned int kvm_patience = PATIENCE;
module_param(kvm_patience, uint, 0644);
MODULE_PARM_DESC(kvm_patience, "Seconds to wait for KVM's module to be unloaded or loaded (60)");

/* Who decides first: the thread that is through, or who has waited long enough. */
enum { RUN_AWAITED, RUN_DONE, RUN_ABANDONED };

/* One run of modprobe, the only one at a time; jailhouse_lock held, but not by its thread. */
static struct {
	bool busy; /* the thread has it */
	int state; /* RUN_... */
	const char *option;
	char path[128];
	int result; /* negative errno, or wait status */
} run;

static DECLARE_WAIT_QUEUE_HEAD(run_over);

/* The module was there, and somebody may miss it. */
static bool removed;

/* Nobody may load it. */
static bool kept_away;

/* What Linux had noted about SVM or VMX, and the features of SVM */
static bool has_feature;
static u32 svm_features;

static const char *kvm_module(void)
{
	return is_intel() ? "kvm_intel" : "kvm_amd";
}

static u32 kvm_feature(void)
{
	return is_intel() ? X86_FEATURE_VMX : X86_FEATURE_SVM;
}

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
	char text[16], path[48];
	int users;

	snprintf(path, sizeof(path), USERS_FILE, kvm_module());
	if (line_read(path, text, sizeof(text)) < 0 || kstrtoint(text, 10, &users))
		return -1;
	return users;
}

static int modprobe_execute(const char *option)
{
	static const char *const environment[] = { "HOME=/", "TERM=linux",
						   "PATH=/sbin:/usr/sbin:/bin:/usr/bin", NULL };
	const char *arguments[] = { run.path, option, kvm_module(), NULL };

	return call_usermodehelper(run.path, (char **)arguments, (char **)environment,
				   UMH_WAIT_PROC | UMH_KILLABLE);
}

/* Nobody waits any more. A module that has gone comes back, and the log says how it ended. */
static void modprobe_late(void)
{
	int result = run.result;

	if (!strcmp(run.option, OPTION_REMOVE))
		result = modprobe_execute(OPTION_LOAD);
	if (module_users() < 0)
		pr_warn("the module %s, which nobody waited for any longer, could not be loaded "
			"again: '%s %s %s' gave %d\n",
			kvm_module(), run.path, OPTION_LOAD, kvm_module(), result);
	else
		pr_notice("the module %s, which nobody waited for any longer, is loaded\n",
			  kvm_module());
}

static int modprobe_thread(void *arg)
{
	run.result = modprobe_execute(run.option);
	if (cmpxchg(&run.state, RUN_AWAITED, RUN_DONE) == RUN_ABANDONED)
		modprobe_late();
	smp_store_release(&run.busy, false);
	wake_up_all(&run_over);
	module_put_and_kthread_exit(0);
}

static unsigned int patience(void)
{
	return clamp(READ_ONCE(kvm_patience), 1U, (unsigned int)PATIENCE_MAX);
}

/* Returns 0 when no modprobe is at work any more, otherwise a negative errno. */
static int modprobe_await(void)
{
	long left = wait_event_killable_timeout(run_over, !smp_load_acquire(&run.busy),
						(long)patience() * HZ);

	if (left < 0)
		return left;
	return left ? 0 : -ETIMEDOUT;
}

/* Returns a negative errno or what modprobe ended with; run.path is there for sentences. */
static int modprobe(const char *option)
{
	struct task_struct *thread;
	int err;

	if (smp_load_acquire(&run.busy))
		return -EBUSY;
	if (line_read(MODPROBE_FILE, run.path, sizeof(run.path)) <= 0)
		strscpy(run.path, CONFIG_MODPROBE_PATH, sizeof(run.path));
	run.option = option;
	run.state = RUN_AWAITED;
	run.busy = true;
	__module_get(THIS_MODULE);
	thread = kthread_run(modprobe_thread, NULL, "jailhouse/kvm");
	if (IS_ERR(thread)) {
		run.busy = false;
		module_put(THIS_MODULE);
		return PTR_ERR(thread);
	}
	err = modprobe_await();
	if (err && cmpxchg(&run.state, RUN_AWAITED, RUN_ABANDONED) == RUN_AWAITED)
		return err;
	return run.result;
}

/*
 * A modprobe that was not waited for to its end may be loading the module right now: it would be refused
 * in the middle of that, and be missed after the next disable.
 */
static int check_modprobe(struct jailhouse_error *why)
{
	int err = modprobe_await();

	if (err)
		return refuse(why, -EBUSY,
			      "'%s %s %s', which was begun before, is still at work after another "
			      "%u s (error %d): try again when it has ended",
			      run.path, run.option, kvm_module(), patience(), err);
	return 0;
}

static int module_remove(struct jailhouse_error *why)
{
	int users = module_users();
	int result;

	if (users > 0)
		return refuse(why, -EBUSY,
			      "KVM is in use: the module %s has %d users; end the virtual machines "
			      "first",
			      kvm_module(), users);
	result = modprobe(OPTION_REMOVE);
	removed = result >= 0 && !kvm_is_there();
	if (result == -ETIMEDOUT)
		return refuse(why, -EBUSY,
			      "the module %s has to be unloaded, but '%s -r %s' is still at work "
			      "after %u s (kvm_patience): unload it yourself, or wait longer",
			      kvm_module(), run.path, kvm_module(), patience());
	if (result < 0)
		return refuse(why, -EBUSY,
			      "the module %s has to be unloaded, but '%s -r %s' does not work "
			      "(error %d): unload it yourself",
			      kvm_module(), run.path, kvm_module(), result);
	if (!removed)
		return refuse(why, -EBUSY,
			      "the module %s has to be unloaded, but '%s -r %s' failed (status "
			      "0x%x): end the virtual machines first",
			      kvm_module(), run.path, kvm_module(), result);
	return 0;
}

bool kvm_has_cpu(void)
{
	u64 efer;

	if (is_intel())
		return __read_cr4() & X86_CR4_VMXE;
	rdmsrl(MSR_EFER, efer);
	return efer & EFER_SVME;
}

static void count_holder(void *count)
{
	if (kvm_has_cpu())
		atomic_inc(count);
}

static int module_notify(struct notifier_block *block, unsigned long event, void *data)
{
	const struct module *module = data;

	if (event != MODULE_STATE_COMING || !READ_ONCE(kept_away) ||
	    strcmp(module->name, kvm_module()))
		return NOTIFY_DONE;
	pr_notice("the module %s cannot be loaded while the hypervisor is enabled\n", kvm_module());
	return notifier_from_errno(-EBUSY);
}

static struct notifier_block module_block = { .notifier_call = module_notify };

/* Once more, now that nobody can load it any more. */
static int check_unused(struct jailhouse_error *why)
{
	atomic_t holders = ATOMIC_INIT(0);

	if (kvm_is_there() || module_users() >= 0)
		return refuse(why, -EBUSY,
			      "the module %s has been loaded again meanwhile: try again",
			      kvm_module());
	on_each_cpu(count_holder, &holders, 1);
	if (atomic_read(&holders))
		return refuse(why, -EBUSY,
			      "somebody else has %s on %d CPUs, though the module %s is not loaded",
			      is_intel() ? "VMX" : "SVM", atomic_read(&holders), kvm_module());
	return 0;
}

static void features_keep(void)
{
	has_feature = test_cpu_cap(&boot_cpu_data, kvm_feature());
	svm_features = boot_cpu_data.x86_capability[CPUID_8000_000A_EDX];
}

/*
 * Linux asks a CPU that is brought online meanwhile what it has, and keeps only what all of them have:
 * a guest has neither SVM nor VMX.
 */
static void features_note(struct cpuinfo_x86 *cpu)
{
	set_bit(kvm_feature(), (unsigned long *)cpu->x86_capability);
	cpu->x86_capability[CPUID_8000_000A_EDX] |= svm_features;
}

static void features_restore(void)
{
	unsigned int cpu;

	if (!has_feature)
		return;
	has_feature = false;
	for_each_present_cpu(cpu) features_note(&cpu_data(cpu));
	features_note(&boot_cpu_data);
}

int arch_prepare(struct jailhouse_error *why)
{
	int err = check_modprobe(why);

	if (err)
		return err;
	features_keep();
	WRITE_ONCE(kept_away, true);
	err = kvm_is_there() ? module_remove(why) : 0;
	if (!err)
		err = check_unused(why);
	if (err)
		arch_restore();
	return err;
}

/*
 * Somebody else may load or unload the same modules at the same time; then neither of the two has what
 * he wants, and it is tried again. Returns what the last modprobe ended with.
 */
static int module_load(void)
{
	unsigned int tries = LOAD_TRIES;
	int result;

	while (true) {
		result = modprobe(OPTION_LOAD);
		if (result < 0 || module_users() >= 0 || !--tries)
			return result;
		msleep(LOAD_PAUSE_MS);
	}
}

void arch_restore(void)
{
	int result;

	features_restore();
	WRITE_ONCE(kept_away, false);
	if (!removed)
		return;
	removed = false;
	result = module_load();
	if (result == -ETIMEDOUT)
		pr_notice("the module %s is still being loaded again after %u s\n", kvm_module(),
			  patience());
	else if (module_users() < 0)
		pr_warn("the module %s, which was unloaded for the hypervisor, could not be "
			"loaded again: '%s %s' gave %d\n",
			kvm_module(), run.path, kvm_module(), result);
}

int arch_init(void)
{
	return register_module_notifier(&module_block);
}

void arch_exit(void)
{
	unregister_module_notifier(&module_block);
}
