/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The timer, by absolute deadlines. It is a one-shot: whoever wants the next event arms it. It
 * also ends sleeps that would be too long to answer messages; such interrupts are no events. An
 * architecture may raise its interrupt early, when a wait is longer than its counter.
 */
#include <inmate.h>
#include "internal.h"

#define NEVER (~0ULL)

volatile u64 timer_events;

static u64 deadline = NEVER; /* of the next event */
static u64 frequency;
static void (*event_handler)(void);

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

void timer_arm(u64 at)
{
	unsigned long flags = irq_save();

	deadline = at;
	arch_timer_program(at);
	irq_restore(flags);
}

void timer_cancel(void)
{
	unsigned long flags = irq_save();

	deadline = NEVER;
	arch_timer_off();
	irq_restore(flags);
}

void timer_limit_sleep(u64 latest)
{
	if (deadline > latest)
		arch_timer_program(latest);
}

void timer_on_event(void (*handler)(void))
{
	event_handler = handler;
}

static void timer_interrupt(void *unused)
{
	(void)unused;
	arch_timer_off();
	if (timer_ticks() < deadline) {
		if (deadline != NEVER)
			arch_timer_program(deadline);
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
	frequency = arch_timer_init();
	if (!frequency || irq_register(arch_timer_irq(), timer_interrupt, NULL, 0)) {
		printf("inmate: no timer: frequency %llu Hz, interrupt %u\n", frequency,
		       arch_timer_irq());
		inmate_exit(JAILHOUSE_CELL_FAILED);
	}
}
