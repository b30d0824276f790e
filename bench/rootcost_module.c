// SPDX-License-Identifier: GPL-2.0-only
/*
 * What single instructions of the kernel cost, in ticks of the TSC: without a hypervisor, and where
 * the hypervisor answers them. Where the emulator counts one tick an instruction the numbers are
 * instructions. Measured when the module is loaded, a line "rootcost: NAME min=N mean=N" each in
 * the kernel's log. Parameter "hypercall": there is a hypervisor to be called.
 */
#include <linux/io.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <asm/apicdef.h>
#include <asm/irq_vectors.h>
#include <asm/msr.h>
#include <asm/processor.h>

#define WARM_UP 10
#define COUNT	1000

#define X2APIC_ICR    (APIC_BASE_MSR + (APIC_ICR >> 4))
#define IOAPIC_BASE   0xfec00000
#define IOAPIC_WINDOW 0x10
#define REFUSED_MSR   0xc001011b /* the doorbell of virtual APICs */
#define NO_HYPERCALL  9

static bool hypercall;
module_param(hypercall, bool, 0444);
MODULE_PARM_DESC(hypercall, "measure a hypercall without effect");

static void __iomem *apic, *ioapic;

static void do_nothing(void) {}

static void do_cpuid(void)
{
	unsigned int eax = 0, ebx, ecx = 0, edx;

	asm volatile("cpuid" : "+a"(eax), "=b"(ebx), "+c"(ecx), "=d"(edx));
}

/* One of the kernel's own interrupts, which does no harm. */
static void do_icr_x2apic(void)
{
	native_write_msr(X2APIC_ICR, APIC_DEST_SELF | RESCHEDULE_VECTOR, 0);
}

static void do_icr_xapic(void)
{
	writel(APIC_DEST_SELF | RESCHEDULE_VECTOR, apic + APIC_ICR);
}

static void do_ioapic(void)
{
	readl(ioapic + IOAPIC_WINDOW);
}

/* With the exception that Linux takes and fixes up, where there is one */
static void do_msr(void)
{
	unsigned long long value;

	rdmsrl_safe(REFUSED_MSR, &value);
}

static void do_hypercall(void)
{
	long code = NO_HYPERCALL;

	if (boot_cpu_data.x86_vendor == X86_VENDOR_INTEL)
		asm volatile("vmcall" : "+a"(code) : "D"(0L), "S"(0L) : "memory");
	else
		asm volatile("vmmcall" : "+a"(code) : "D"(0L), "S"(0L) : "memory");
}

static void measure(const char *name, void (*run)(void))
{
	u64 start, ticks, min = ~0ULL, sum = 0;
	unsigned long flags;
	int n;

	local_irq_save(flags);
	for (n = -WARM_UP; n < COUNT; n++) {
		start = rdtsc_ordered();
		run();
		ticks = rdtsc_ordered() - start;
		if (n < 0)
			continue;
		min = min(min, ticks);
		sum += ticks;
	}
	local_irq_restore(flags);
	pr_info("rootcost: %s min=%llu mean=%llu\n", name, min, sum / COUNT);
}

static int __init rootcost_init(void)
{
	u64 base = 0;

	rdmsrl(MSR_IA32_APICBASE, base);
	apic = ioremap(APIC_DEFAULT_PHYS_BASE, PAGE_SIZE);
	ioapic = ioremap(IOAPIC_BASE, PAGE_SIZE);
	if (apic && ioapic) {
		measure("nothing", do_nothing);
		measure("cpuid", do_cpuid);
		measure("icr", base & X2APIC_ENABLE ? do_icr_x2apic : do_icr_xapic);
		measure("ioapic", do_ioapic);
		measure("msr", do_msr);
		if (hypercall)
			measure("hypercall", do_hypercall);
	}
	iounmap(apic);
	iounmap(ioapic);
	return 0;
}

static void __exit rootcost_exit(void) {}

module_init(rootcost_init);
module_exit(rootcost_exit);
MODULE_DESCRIPTION("Cost of instructions that a hypervisor answers");
MODULE_LICENSE("GPL");
