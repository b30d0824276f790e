/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Book-keeping of a periodic job on absolute deadlines: cycle n (from 0) is due at start +
 * n * period. Late cycles are made up for at once, in order; none is skipped. Pure: the caller
 * brings the time, in ticks of any unit.
 */
#ifndef RTOS_CYCLE_H
#define RTOS_CYCLE_H

#include <jailhouse/types.h>

struct cycle_spread {
	u64 min, max, sum, count; /* min is meaningless while count is 0 */
};

struct cycle {
	u64 start, period;
	u64 next;		  /* number of the next cycle to run = cycles run */
	u64 late;		  /* cycles that began after the next one was due */
	u64 lost;		  /* cycles skipped, run twice or run early */
	struct cycle_spread wake; /* lateness of wake-ups since the last cycle_report() */
};

/* Cycle 0 is due at @start. @period > 0. */
void cycle_init(struct cycle *cycle, u64 start, u64 period);

/* When the next cycle is due. */
u64 cycle_deadline(const struct cycle *cycle);

/*
 * Called once for each cycle @number, when it begins at @now. @woken: it was slept for (its
 * lateness is a sample of wake), not one of those that are made up for.
 */
void cycle_begin(struct cycle *cycle, u64 number, u64 now, int woken);

/*
 * Compares the cycles run with the periods that have passed at @now, and counts any difference as
 * lost. @now must be the time at which the caller found that no cycle was due. Returns the number
 * of lost cycles.
 */
u64 cycle_audit(struct cycle *cycle, u64 now);

/* Returns the spread since the last call, and starts a new one. */
struct cycle_spread cycle_report(struct cycle *cycle);

#endif /* RTOS_CYCLE_H */
