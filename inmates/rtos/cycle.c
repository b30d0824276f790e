/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Book-keeping of a periodic job, see cycle.h. */
#include "cycle.h"

void cycle_init(struct cycle *cycle, u64 start, u64 period)
{
	*cycle = (struct cycle){ .start = start, .period = period };
}

u64 cycle_deadline(const struct cycle *cycle)
{
	return cycle->start + cycle->next * cycle->period;
}

static void spread_add(struct cycle_spread *spread, u64 value)
{
	if (!spread->count || value < spread->min)
		spread->min = value;
	if (value > spread->max)
		spread->max = value;
	spread->sum += value;
	spread->count++;
}

void cycle_begin(struct cycle *cycle, u64 number, u64 now, int woken)
{
	u64 due = cycle->start + number * cycle->period;

	if (number > cycle->next)
		cycle->lost += number - cycle->next;
	else if (number < cycle->next)
		cycle->lost++;
	else if (now < due)
		cycle->lost++;

	if (now >= due) {
		if (woken)
			spread_add(&cycle->wake, now - due);
		if (now - due >= cycle->period)
			cycle->late++;
	}
	if (number >= cycle->next)
		cycle->next = number + 1;
}

u64 cycle_audit(struct cycle *cycle, u64 now)
{
	u64 passed = now < cycle->start ? 0 : (now - cycle->start) / cycle->period + 1;

	cycle->lost += passed > cycle->next ? passed - cycle->next : cycle->next - passed;
	return cycle->lost;
}

struct cycle_spread cycle_report(struct cycle *cycle)
{
	struct cycle_spread spread = cycle->wake;

	cycle->wake = (struct cycle_spread){ 0 };
	return spread;
}
