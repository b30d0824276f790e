// SPDX-License-Identifier: GPL-2.0-only
/*
 * Keeps a CPU from everybody with interrupts off, at moments that matter to the driver. All is done
 * through parameters below /sys/module/stall_module/parameters:
 *
 *	cpu		which one (2)
 *	now		write milliseconds: at once; not from that CPU
 *	at_thread	write milliseconds: when the next crossing has made its thread for that CPU,
 *			before the thread runs
 *	at_entry	write milliseconds: when that CPU is about to enter the hypervisor the next time
 *	at_leave	the same for the way back
 *	stalled		1 while it lasts; write 0: it is over now
 */
#include <linux/kprobes.h>
#include <linux/kstrtox.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/smp.h>

#define MAX_MS 20000

static unsigned int cpu = 2;
module_param(cpu, uint, 0644);

static bool stalled;
module_param(stalled, bool, 0644);

static unsigned int now, at_thread, at_entry, at_leave;

/* By the clock: a CPU that a busy computer has started measures its own delay loop wrong by a factor. */
static void spin(unsigned int ms)
{
	u64 end = ktime_get_mono_fast_ns() + (u64)ms * NSEC_PER_MSEC;

	WRITE_ONCE(stalled, true);
	while (ktime_get_mono_fast_ns() < end && READ_ONCE(stalled))
		cpu_relax();
	WRITE_ONCE(stalled, false);
}

static void spin_call(void *arg)
{
	spin(*(unsigned int *)arg);
}

static call_single_data_t thread_call;
static unsigned int thread_ms;

/* kthread_bind(task, cpu) */
static int on_bind(struct kprobe *probe, struct pt_regs *regs)
{
	struct task_struct *task = (void *)regs_get_kernel_argument(regs, 0);
	unsigned int ms = READ_ONCE(at_thread);

	if (!ms || strncmp(task->comm, "jailhouse/", 10) ||
	    regs_get_kernel_argument(regs, 1) != cpu)
		return 0;
	WRITE_ONCE(at_thread, 0);
	thread_ms = ms;
	smp_call_function_single_async(cpu, &thread_call);
	return 0;
}

static int on_cross(unsigned int *when)
{
	unsigned int ms = READ_ONCE(*when);

	if (ms && raw_smp_processor_id() == cpu) {
		WRITE_ONCE(*when, 0);
		spin(ms);
	}
	return 0;
}

static int on_enter(struct kprobe *probe, struct pt_regs *regs)
{
	return on_cross(&at_entry);
}

static int on_leave(struct kprobe *probe, struct pt_regs *regs)
{
	return on_cross(&at_leave);
}

static struct kprobe bind_probe = { .symbol_name = "kthread_bind", .pre_handler = on_bind };
static struct kprobe enter_probe = { .symbol_name = "arch_enter", .pre_handler = on_enter };
static struct kprobe leave_probe = { .symbol_name = "arch_leave", .pre_handler = on_leave };

static int set_ms(const char *text, const struct kernel_param *param)
{
	unsigned int ms;
	int err = kstrtouint(text, 0, &ms);

	if (err)
		return err;
	if (!ms || ms > MAX_MS || cpu >= nr_cpu_ids || raw_smp_processor_id() == cpu)
		return -EINVAL;
	WRITE_ONCE(*(unsigned int *)param->arg, ms);
	if (param->arg == &now)
		return smp_call_function_single(cpu, spin_call, &now, 0);
	return 0;
}

static const struct kernel_param_ops ms_ops = { .set = set_ms, .get = param_get_uint };
module_param_cb(now, &ms_ops, &now, 0644);
module_param_cb(at_thread, &ms_ops, &at_thread, 0644);
module_param_cb(at_entry, &ms_ops, &at_entry, 0644);
module_param_cb(at_leave, &ms_ops, &at_leave, 0644);

/* The driver is there before this module. */
static int __init stall_init(void)
{
	int err;

	INIT_CSD(&thread_call, spin_call, &thread_ms);
	err = register_kprobe(&bind_probe);
	if (err)
		return err;
	err = register_kprobe(&enter_probe);
	if (!err) {
		err = register_kprobe(&leave_probe);
		if (!err)
			return 0;
		unregister_kprobe(&enter_probe);
	}
	unregister_kprobe(&bind_probe);
	return err;
}

static void __exit stall_exit(void)
{
	unregister_kprobe(&leave_probe);
	unregister_kprobe(&enter_probe);
	unregister_kprobe(&bind_probe);
}

module_init(stall_init);
module_exit(stall_exit);
MODULE_DESCRIPTION("A CPU that is late, for tests");
MODULE_LICENSE("GPL");
