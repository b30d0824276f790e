// SPDX-License-Identifier: GPL-2.0-only
/*
 * Model-specific registers as the kernel of the root cell sees them, through module parameters:
 *
 *	echo MSR >read; cat read		the value, or "#GP"
 *	echo "MSR VALUE" >write; cat write	"written", or "#GP"
 *	echo 1 >vmxe				CR4.VMXE is set, as by somebody who has VT-x; 0: not any more
 *	cat vmxe				1 where it is
 *
 * On the CPU that who writes the parameter, or reads the last one, runs on.
 */
#include <linux/kernel.h>
#include <linux/module.h>
#include <asm/msr.h>
#include <asm/tlbflush.h>

static char read_result[32] = "nothing";
static char write_result[32] = "nothing";

static int set_read(const char *text, const struct kernel_param *param)
{
	unsigned long long value;
	unsigned int msr;

	if (kstrtouint(text, 0, &msr))
		return -EINVAL;
	if (rdmsrl_safe(msr, &value))
		strscpy(read_result, "#GP", sizeof(read_result));
	else
		scnprintf(read_result, sizeof(read_result), "0x%llx", value);
	return 0;
}

static int set_write(const char *text, const struct kernel_param *param)
{
	long long value; /* with or without 0x: only the signed conversions tell by the text */
	int msr;

	if (sscanf(text, "%i %lli", &msr, &value) != 2)
		return -EINVAL;
	strscpy(write_result, wrmsrl_safe(msr, value) ? "#GP" : "written", sizeof(write_result));
	return 0;
}

static int set_vmxe(const char *text, const struct kernel_param *param)
{
	bool on;

	if (kstrtobool(text, &on))
		return -EINVAL;
	if (on)
		cr4_set_bits(X86_CR4_VMXE);
	else
		cr4_clear_bits(X86_CR4_VMXE);
	return 0;
}

static int get_vmxe(char *buffer, const struct kernel_param *param)
{
	return scnprintf(buffer, PAGE_SIZE, "%d\n", !!(__read_cr4() & X86_CR4_VMXE));
}

static int get(char *buffer, const struct kernel_param *param)
{
	return scnprintf(buffer, PAGE_SIZE, "%s\n", (const char *)param->arg);
}

static const struct kernel_param_ops read_ops = { .set = set_read, .get = get };
static const struct kernel_param_ops write_ops = { .set = set_write, .get = get };
static const struct kernel_param_ops vmxe_ops = { .set = set_vmxe, .get = get_vmxe };

module_param_cb(read, &read_ops, read_result, 0600);
MODULE_PARM_DESC(read, "number of a register to read");
module_param_cb(write, &write_ops, write_result, 0600);
MODULE_PARM_DESC(write, "number of a register to write, and the value");
module_param_cb(vmxe, &vmxe_ops, NULL, 0600);
MODULE_PARM_DESC(vmxe, "whether CR4.VMXE is to be set");

static int __init msr_init(void)
{
	return 0;
}

static void __exit msr_exit(void) {}

module_init(msr_init);
module_exit(msr_exit);
MODULE_DESCRIPTION("Access to model-specific registers for tests");
MODULE_LICENSE("GPL");
