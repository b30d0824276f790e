// SPDX-License-Identifier: GPL-2.0-only
/*
 * A CPU of Linux that can take no exception any more: "CPU ADDRESS" (hexadecimal, physical), written to the
 * parameter "lost" below /sys/module/lost_module/parameters, puts its interrupt table there and makes it
 * execute a breakpoint.
 */
#include <linux/cpumask.h>
#include <linux/io.h>
#include <linux/module.h>
#include <linux/smp.h>

static void lose(void *arg)
{
	const struct {
		u16 limit;
		unsigned long base;
	} __packed pointer = { 0xfff, (unsigned long)__va((unsigned long)arg) };

	local_irq_disable();
	asm volatile("lidt %0; int3" : : "m"(pointer) : "memory");
}

static int lost_set(const char *text, const struct kernel_param *param)
{
	unsigned int cpu;
	unsigned long address;

	if (sscanf(text, "%u %lx", &cpu, &address) != 2 || cpu >= nr_cpu_ids)
		return -EINVAL;
	return smp_call_function_single(cpu, lose, (void *)address, false);
}

static const struct kernel_param_ops lost_ops = {
	.set = lost_set,
};
module_param_cb(lost, &lost_ops, NULL, 0200);
MODULE_PARM_DESC(lost, "CPU and physical address");

static int __init lost_init(void)
{
	return 0;
}

static void __exit lost_exit(void) {}

module_init(lost_init);
module_exit(lost_exit);
MODULE_DESCRIPTION("A CPU without exceptions, for tests");
MODULE_LICENSE("GPL");
