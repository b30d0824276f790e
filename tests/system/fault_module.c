// SPDX-License-Identifier: GPL-2.0-only
/*
 * Asks the hypervisor for an error of its own: "CPU FAULT" (the fault in hexadecimal), written to the
 * parameter "fault" below /sys/module/fault_module/parameters. Only the hypervisor of faults.c knows
 * such a request. If it is the CPU that writes, that does not come back.
 */
#include <linux/kernel.h>
#include <linux/module.h>
#ifdef CONFIG_X86
#include <asm/processor.h>
#endif

#define HYPERCALL_FAULT 0x46415541

static long call(unsigned long cpu, unsigned long fault)
{
#ifdef CONFIG_ARM64
	register unsigned long x0 asm("x0") = HYPERCALL_FAULT;
	register unsigned long x1 asm("x1") = cpu;
	register unsigned long x2 asm("x2") = fault;

	asm volatile("hvc #0x4a48" : "+r"(x0) : "r"(x1), "r"(x2) : "memory");
	return x0;
#else
	long result = HYPERCALL_FAULT;

	if (boot_cpu_data.x86_vendor == X86_VENDOR_INTEL)
		asm volatile("vmcall" : "+a"(result) : "D"(cpu), "S"(fault) : "memory");
	else
		asm volatile("vmmcall" : "+a"(result) : "D"(cpu), "S"(fault) : "memory");
	return (int)result;
#endif
}

static int fault_set(const char *text, const struct kernel_param *param)
{
	unsigned long cpu, fault;

	if (sscanf(text, "%lu %lx", &cpu, &fault) != 2)
		return -EINVAL;
	return call(cpu, fault);
}

static const struct kernel_param_ops fault_ops = {
	.set = fault_set,
};
module_param_cb(fault, &fault_ops, NULL, 0200);
MODULE_PARM_DESC(fault, "CPU and fault");

static int __init fault_init(void)
{
	return 0;
}

static void __exit fault_exit(void) {}

module_init(fault_init);
module_exit(fault_exit);
MODULE_DESCRIPTION("Errors of the hypervisor, for tests");
MODULE_LICENSE("GPL");
