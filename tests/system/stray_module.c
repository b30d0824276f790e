// SPDX-License-Identifier: GPL-2.0-only
/*
 * A message interrupt that comes to a CPU in the last moment before that one goes offline: Linux has not
 * sent its message interrupts elsewhere yet, and it takes no more. (It would take this one a little later
 * where the interrupt does not move with the others, so the priority mask is closed behind it, with a
 * GICv3, until the CPU comes online again.) The device is QEMU's "edu", which interrupts when a register
 * is written. Parameters below /sys/module/stray_module/parameters:
 *
 *	cpu		write a CPU: the interrupt goes there, and comes when it goes offline the next time
 *	count		interrupts so far
 *	taken_by	the CPU that has taken the last one
 */
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/kprobes.h>
#include <linux/kstrtox.h>
#include <linux/module.h>
#include <linux/pci.h>

#include <asm/sysreg.h>

#define EDU_VENDOR 0x1234
#define EDU_DEVICE 0x11e8
#define EDU_STATUS 0x24
#define EDU_RAISE  0x60
#define EDU_ACK	   0x64

static struct pci_dev *edu;
static void __iomem *registers;

static int cpu = -1; /* -1 = none waits */

static unsigned int count;
module_param(count, uint, 0444);

static int taken_by = -1;
module_param(taken_by, int, 0444);

static irqreturn_t on_interrupt(int irq, void *data)
{
	writel(readl(registers + EDU_STATUS), registers + EDU_ACK);
	WRITE_ONCE(taken_by, raw_smp_processor_id());
	WRITE_ONCE(count, count + 1);
	return IRQ_HANDLED;
}

/* With interrupts off, on the CPU that ends. */
static int on_end(struct kprobe *probe, struct pt_regs *regs)
{
	if (READ_ONCE(cpu) != raw_smp_processor_id())
		return 0;
	WRITE_ONCE(cpu, -1);
	writel(1, registers + EDU_RAISE);
	/* Until it has come. */
	udelay(100);
	write_sysreg_s(0, SYS_ICC_PMR_EL1);
	isb();
	return 0;
}

static struct kprobe probe = {
	.symbol_name = "irq_migrate_all_off_this_cpu",
	.pre_handler = on_end,
};

static int set_cpu(const char *text, const struct kernel_param *param)
{
	int n, err = kstrtoint(text, 0, &n);

	if (!err && (n < 0 || n >= nr_cpu_ids || !cpu_online(n)))
		err = -EINVAL;
	if (!err)
		err = irq_set_affinity(pci_irq_vector(edu, 0), cpumask_of(n));
	if (!err)
		WRITE_ONCE(cpu, n);
	return err;
}

static const struct kernel_param_ops cpu_ops = { .set = set_cpu, .get = param_get_int };
module_param_cb(cpu, &cpu_ops, &cpu, 0644);

static int edu_start(void)
{
	int err = pci_enable_device(edu);

	if (err)
		return err;
	pci_set_master(edu);
	registers = pci_iomap(edu, 0, 0);
	if (!registers) {
		pci_disable_device(edu);
		return -ENOMEM;
	}
	err = pci_alloc_irq_vectors(edu, 1, 1, PCI_IRQ_MSI);
	if (err > 0)
		err = request_irq(pci_irq_vector(edu, 0), on_interrupt, 0, "edu", NULL);
	return err;
}

static void edu_stop(void)
{
	pci_free_irq_vectors(edu);
	if (registers) {
		pci_iounmap(edu, registers);
		pci_disable_device(edu);
	}
	pci_dev_put(edu);
}

static int __init stray_init(void)
{
	int err;

	edu = pci_get_device(EDU_VENDOR, EDU_DEVICE, NULL);
	if (!edu)
		return -ENODEV;
	err = edu_start();
	if (!err) {
		err = register_kprobe(&probe);
		if (err)
			free_irq(pci_irq_vector(edu, 0), NULL);
	}
	if (err)
		edu_stop();
	return err;
}

static void __exit stray_exit(void)
{
	unregister_kprobe(&probe);
	free_irq(pci_irq_vector(edu, 0), NULL);
	edu_stop();
}

module_init(stray_init);
module_exit(stray_exit);
MODULE_DESCRIPTION("A message interrupt for a CPU that goes offline");
MODULE_LICENSE("GPL");
