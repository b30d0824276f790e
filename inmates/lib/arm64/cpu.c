/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The CPU: interrupt mask, sleep, stop, hypercalls, power management by PSCI. */
#include "asm.h"
#include "../internal.h"

#define PSCI_CPU_OFF 0x84000002UL
#define PSCI_CPU_ON  0xc4000003UL

void arch_init(void)
{
	gic_init();
	timer_init();
	irq_restore(0);
}

unsigned long irq_save(void)
{
	unsigned long flags = sysreg_read(daif);

	asm volatile("msr daifset, #2" : : : "memory");
	return flags;
}

void irq_restore(unsigned long flags)
{
	sysreg_write(daif, flags);
}

void arch_wait_for_interrupt(void)
{
	asm volatile("dsb sy; wfi" : : : "memory");
}

void arch_memory_barrier(void)
{
	asm volatile("dmb ish" : : : "memory");
}

/*
 * The timer is switched off with interrupts masked, then they are let in once more: an interrupt
 * that the hypervisor has already injected is taken and counted before the end.
 */
void arch_stop(void)
{
	sysreg_write(cntv_ctl_el0, 0);
	isb();
	irq_restore(0);
	isb();
	asm volatile("msr daifset, #0xf" : : : "memory");
	for (;;)
		arch_wait_for_interrupt();
}

long hypercall(u32 code, unsigned long arg1, unsigned long arg2)
{
	register unsigned long x0 asm("x0") = code;
	register unsigned long x1 asm("x1") = arg1;
	register unsigned long x2 asm("x2") = arg2;

	inmate_stats.hypercalls++;
	asm volatile("hvc #" STRINGIFY(JAILHOUSE_HVC_IMM) : "+r"(x0) : "r"(x1), "r"(x2) : "memory");
	return x0;
}

static u64 smc(u64 function, u64 arg1, u64 arg2, u64 arg3)
{
	register u64 x0 asm("x0") = function;
	register u64 x1 asm("x1") = arg1;
	register u64 x2 asm("x2") = arg2;
	register u64 x3 asm("x3") = arg3;

	asm volatile("smc #0"
		     : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3)
		     :
		     : "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13", "x14", "x15",
		       "x16", "x17", "memory");
	return x0;
}

u64 firmware_call(u64 function, u64 arg1, u64 arg2, u64 arg3)
{
	inmate_stats.firmware++;
	return smc(function, arg1, arg2, arg3);
}

static long psci(u64 function, u64 arg1, u64 arg2, u64 arg3)
{
	inmate_stats.power++;
	return (int)smc(function, arg1, arg2, arg3);
}

/*
 * The second CPU. What it is to do lies in memory that it reads with its caches on.
 */
static struct {
	void (*function)(u64 context);
	volatile u32 arrived;
} second;

extern char second_start[];
void second_main(u64 context);

void second_main(u64 context)
{
	sysreg_write(tpidrro_el0, 1);
	gic_init_cpu();
	second.arrived = 1;
	second.function(context);
	for (;;)
		arch_wait_for_interrupt();
}

unsigned int cpu_index(void)
{
	return sysreg_read(tpidrro_el0);
}

u64 cpu_hardware_id(void)
{
	return sysreg_read(mpidr_el1) & 0xff00ffffff;
}

long cpu_on(u64 hardware_id, u64 entry, u64 context)
{
	u64 until = timer_ticks() + timer_frequency();
	long error;

	if (second.function)
		return -JAILHOUSE_EBUSY;
	second.function = (void (*)(u64))(uintptr_t)entry;
	arch_memory_barrier();
	error = psci(PSCI_CPU_ON, hardware_id, (uintptr_t)second_start, context);
	if (error) {
		second.function = NULL;
		return error;
	}
	while (!second.arrived)
		if (timer_ticks() > until)
			return -JAILHOUSE_ETIMEDOUT;
	return 0;
}

long cpu_off(void)
{
	return psci(PSCI_CPU_OFF, 0, 0, 0);
}
