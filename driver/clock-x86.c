/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Frequencies on x86: of the time stamp counter, which Linux knows, and of the timer in the local
 * APIC, which Linux knows but does not tell modules. It is measured on this CPU for a moment, and
 * then goes on as if nothing had been.
 */
#include <linux/io.h>
#include <linux/math64.h>
#include <asm/apic.h>
#include <asm/cpufeature.h>
#include <asm/msr.h>
#include <asm/tsc.h>

#include "x86.h"

#define SAMPLE_ATTEMPTS 20
#define LVTT_MODE	(APIC_LVT_TIMER_ONESHOT | APIC_LVT_TIMER_PERIODIC | APIC_LVT_TIMER_TSCDEADLINE)

/* Nothing but the count of the timer at a time */
struct sample {
	u64 tsc;
	u32 count;
};

/* A virtual machine may have a counter that is constant and does not say so. */
int clock_check(struct jailhouse_error *why)
{
	if (!tsc_khz)
		return refuse(why, -ENODEV,
			      "Linux does not know the frequency of the time stamp counter");
	if (!boot_cpu_has(X86_FEATURE_CONSTANT_TSC) && !boot_cpu_has(X86_FEATURE_HYPERVISOR))
		return refuse(why, -ENODEV,
			      "the time stamp counter of this CPU (%u kHz) does not run at a "
			      "constant frequency",
			      tsc_khz);
	return 0;
}

/*
 * Both are measured: within a tenth they are the same. Who gives both frequencies has measured
 * them on purpose, since Linux may believe a processor that does not tell the truth.
 */
int clock_check_config(const struct jailhouse_system *config, struct jailhouse_error *why)
{
	u32 khz = config->platform_info.x86.tsc_khz;

	if (!khz || max(khz, tsc_khz) - min(khz, tsc_khz) <= tsc_khz / 10)
		return 0;
	if (config->platform_info.x86.apic_khz) {
		pr_warn("tsc_khz is %u, but Linux measured %u kHz: cells are told %u\n", khz,
			tsc_khz, khz);
		return 0;
	}
	return refuse(
		why, -EINVAL,
		"tsc_khz is %u, but Linux measured %u kHz: set it to 0, and the driver fills it in",
		khz, tsc_khz);
}

u64 arch_counter_ticks(unsigned int ms)
{
	return (u64)tsc_khz * ms;
}

static u32 apic_get(bool x2apic, u32 reg)
{
	u64 value;

	if (!x2apic)
		return readl((void __iomem *)APIC_BASE + reg);
	rdmsrl(APIC_BASE_MSR + (reg >> 4), value);
	return value;
}

static void apic_set(bool x2apic, u32 reg, u32 value)
{
	if (x2apic)
		wrmsrl(APIC_BASE_MSR + (reg >> 4), value);
	else
		writel(value, (void __iomem *)APIC_BASE + reg);
}

/* The one of some samples that was taken fastest: the counter can have moved on meanwhile. */
static struct sample sample_take(bool x2apic)
{
	struct sample best = {};
	u64 before, after, shortest = U64_MAX;
	unsigned int n;
	u32 count;

	for (n = 0; n < SAMPLE_ATTEMPTS; n++) {
		before = rdtsc_ordered();
		count = apic_get(x2apic, APIC_TMCCT);
		after = rdtsc_ordered();
		if (after - before >= shortest)
			continue;
		shortest = after - before;
		best.count = count;
		best.tsc = before + shortest / 2;
	}
	return best;
}

/* Returns by how much the timer is divided. */
static u32 timer_divider(bool x2apic)
{
	u32 tdcr = apic_get(x2apic, APIC_TDCR);

	return 1 << (((tdcr & 3) + (tdcr >> 1 & 4) + 1) & 7);
}

/* Lets the timer count down from its highest value for a millisecond; returns ticks a ms. */
static u32 timer_count(bool x2apic)
{
	struct sample start, end;

	apic_set(x2apic, APIC_TMICT, U32_MAX);
	start = sample_take(x2apic);
	while (rdtsc_ordered() - start.tsc < tsc_khz)
		cpu_relax();
	end = sample_take(x2apic);
	return mul_u64_u64_div_u64(start.count - end.count, tsc_khz, end.tsc - start.tsc);
}

/*
 * Arms the timer again as it was at @begin, when it had @left ticks to go, at @rate a millisecond.
 * What should have expired meanwhile does so at once, and so does what had just expired: that
 * interrupt may not have come out yet, and one too many is harmless. A periodic timer starts a
 * period anew.
 */
static void timer_resume(bool x2apic, u32 lvtt, u32 initial, u32 left, u64 begin, u32 rate)
{
	u64 passed;

	apic_set(x2apic, APIC_LVTT, lvtt);
	if (initial && !(lvtt & APIC_LVT_TIMER_PERIODIC)) {
		passed = mul_u64_u64_div_u64(rdtsc_ordered() - begin, rate, tsc_khz);
		initial = left > passed ? left - passed : 1;
	}
	apic_set(x2apic, APIC_TMICT, initial);
}

/* Interrupts are off. Returns the frequency of the undivided timer in kHz, 0 when nobody needs it. */
static u32 timer_khz(void)
{
	u32 lvtt, initial, left, rate, divider;
	u64 base, begin;
	bool x2apic;

	rdmsrl(MSR_IA32_APICBASE, base);
	if (!(base & MSR_IA32_APICBASE_ENABLE))
		return 0;
	x2apic = base & X2APIC_ENABLE;
	lvtt = apic_get(x2apic, APIC_LVTT);
	if ((lvtt & LVTT_MODE) == APIC_LVT_TIMER_TSCDEADLINE)
		return 0;
	divider = timer_divider(x2apic);

	apic_set(x2apic, APIC_LVTT, lvtt | APIC_LVT_MASKED);
	initial = apic_get(x2apic, APIC_TMICT);
	begin = rdtsc_ordered();
	left = apic_get(x2apic, APIC_TMCCT);
	rate = timer_count(x2apic);
	timer_resume(x2apic, lvtt, initial, left, begin, rate);
	return rate * divider;
}

void clock_describe(struct jailhouse_system *config)
{
	unsigned long flags;

	if (!config->platform_info.x86.tsc_khz)
		config->platform_info.x86.tsc_khz = tsc_khz;
	if (!config->platform_info.x86.apic_khz) {
		local_irq_save(flags);
		config->platform_info.x86.apic_khz = timer_khz();
		local_irq_restore(flags);
	}
	pr_info("time stamp counter %u kHz, timer of the local APIC %u kHz\n",
		config->platform_info.x86.tsc_khz, config->platform_info.x86.apic_khz);
}
