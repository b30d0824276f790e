/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Measurements, see probe.S: what has to be done around the exact part. */
#include "asm.h"
#include "../internal.h"

#define UNKNOWN_HYPERCALL 9999

void probe_entry(void);
u64 probe_wait(u32 msr, u64 value, u64 *before);
u64 probe_device_raw(void);
u64 probe_hypercall_raw(u32 code);

/* Both are local to this CPU, so nothing else takes the vector meanwhile. */
static u64 wait_at(u32 vector, u32 msr, u64 value, u64 *before)
{
	unsigned long flags = irq_save();
	u64 time;

	idt_set(vector, probe_entry, IST_IRQ);
	time = probe_wait(msr, value, before);
	idt_set(vector, vector_entry(vector), IST_IRQ);
	inmate_stats.irqs++;
	irq_restore(flags);
	return time;
}

u64 probe_timer(u64 ahead)
{
	u64 due = timer_ticks() + ahead, before;

	if (cpu_has_tsc_deadline())
		return wait_at(VECTOR_TIMER, MSR_TSC_DEADLINE, due, &before) - due;
	/* The counter is relative: it starts when it is written. */
	due = wait_at(VECTOR_TIMER, MSR_APIC_COUNT, apic_timer_count(ahead), &before);
	return due - before - ahead;
}

u64 probe_ipi(void)
{
	u64 before, after;

	inmate_stats.ipis++;
	after = wait_at(VECTOR_FIRST, MSR_APIC_SELF, VECTOR_FIRST, &before);
	return after - before;
}

u64 probe_device(void)
{
	return probe_device_raw();
}

u64 probe_hypercall(void)
{
	inmate_stats.hypercalls++;
	return probe_hypercall_raw(UNKNOWN_HYPERCALL);
}
