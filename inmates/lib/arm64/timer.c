/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The virtual timer, by absolute compare value. It is a one-shot: the interrupt is a level, so the
 * handler switches the timer off, and whoever wants the next event arms it. It also ends sleeps
 * that would be too long to answer messages; such interrupts are no events.
 */
#include "asm.h"
#include "../internal.h"

#define TIMER_ENABLE 1
#define NEVER	     (~0ULL)

volatile u64 timer_events;

static u64 deadline = NEVER; /* of the next event */
static u64 frequency;
static void (*event_handler)(void);

u64 timer_ticks(void)
{
	isb();
	return sysreg_read(cntvct_el0);
}

u64 timer_frequency(void)
{
	return frequency;
}

u64 timer_to_ns(u64 ticks)
{
	return ticks / frequency * NSEC_PER_SEC + ticks % frequency * NSEC_PER_SEC / frequency;
}

u64 timer_from_ns(u64 ns)
{
	return ns / NSEC_PER_SEC * frequency + ns % NSEC_PER_SEC * frequency / NSEC_PER_SEC;
}

static void program(u64 at)
{
	sysreg_write(cntv_cval_el0, at);
	sysreg_write(cntv_ctl_el0, TIMER_ENABLE);
	isb();
}

void timer_arm(u64 at)
{
	unsigned long flags = irq_save();

	deadline = at;
	program(at);
	irq_restore(flags);
}

void timer_cancel(void)
{
	unsigned long flags = irq_save();

	deadline = NEVER;
	sysreg_write(cntv_ctl_el0, 0);
	isb();
	irq_restore(flags);
}

void timer_limit_sleep(u64 latest)
{
	if (deadline > latest)
		program(latest);
}

void timer_on_event(void (*handler)(void))
{
	event_handler = handler;
}

static void timer_interrupt(void *unused)
{
	(void)unused;
	sysreg_write(cntv_ctl_el0, 0);
	if (timer_ticks() < deadline) {
		if (deadline != NEVER)
			program(deadline);
		return;
	}
	deadline = NEVER;
	timer_events++;
	if (event_handler)
		event_handler();
}

void timer_wait(u64 at)
{
	timer_arm(at);
	for (;;) {
		u64 seen = timer_events;

		if (timer_ticks() >= at)
			return;
		inmate_idle(&timer_events, seen);
	}
}

void timer_init(void)
{
	frequency = sysreg_read(cntfrq_el0);
	sysreg_write(cntv_ctl_el0, 0);
	isb();
	if (!frequency || irq_register(TIMER_IRQ, timer_interrupt, NULL, 0)) {
		printf("inmate: no timer: frequency %llu Hz, interrupt %u\n", frequency, TIMER_IRQ);
		inmate_exit(JAILHOUSE_CELL_FAILED);
	}
}
