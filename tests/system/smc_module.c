// SPDX-License-Identifier: GPL-2.0-only
/*
 * SMCs of Linux, by the parameter "call" below /sys/module/smc_module/parameters: written "FUNCTION
 * [ARG1 [ARG2 [ARG3]]]" in hexadecimal it makes the call, read it shows x0 to x3 of the last answer.
 */
#include <linux/arm-smccc.h>
#include <linux/kernel.h>
#include <linux/module.h>

static struct arm_smccc_res answer;

static int call_set(const char *text, const struct kernel_param *param)
{
	unsigned long x[4] = {};

	if (sscanf(text, "%lx %lx %lx %lx", &x[0], &x[1], &x[2], &x[3]) < 1)
		return -EINVAL;
	arm_smccc_smc(x[0], x[1], x[2], x[3], 0, 0, 0, 0, &answer);
	return 0;
}

static int call_get(char *text, const struct kernel_param *param)
{
	return sysfs_emit(text, "%lx %lx %lx %lx\n", answer.a0, answer.a1, answer.a2, answer.a3);
}

static const struct kernel_param_ops call_ops = {
	.set = call_set,
	.get = call_get,
};
module_param_cb(call, &call_ops, NULL, 0600);
MODULE_PARM_DESC(call, "an SMC, and its answer");

static int __init smc_init(void)
{
	return 0;
}

static void __exit smc_exit(void) {}

module_init(smc_init);
module_exit(smc_exit);
MODULE_DESCRIPTION("Calls to the firmware");
MODULE_LICENSE("GPL");
