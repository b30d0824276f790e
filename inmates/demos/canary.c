/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A cell that notices when something touches it: at 1 kHz it checks all floating-point registers,
 * the registers that calls preserve, system registers, and a part of a pattern in memory. Prints once a
 * second, or every report=N milliseconds, "canary: ticks=N bad=0"; bad counts wrong registers and
 * words.
 */
#include "canary.h"

#define WORDS 8192
#define PART  512  /* words a tick */
#define TICKS 1000 /* a second */

static u64 pattern[WORDS];
static u64 ticks, bad;

static u64 pattern_of(unsigned int n)
{
	return (n + 1) * 0x9e3779b97f4a7c15ULL;
}

static void check_memory(void)
{
	unsigned int first = ticks * PART % WORDS;

	for (unsigned int n = first; n < first + PART; n++) {
		u64 found = ((volatile u64 *)pattern)[n];

		if (found == pattern_of(n))
			continue;
		if (!bad++)
			printf("canary: word %u is 0x%llx instead of 0x%llx\n", n, found,
			       pattern_of(n));
		pattern[n] = pattern_of(n);
	}
}

static void check_registers(u64 seen)
{
	unsigned int wrong = inmate_check_registers(&timer_events, seen);

	wrong += canary_system_registers();
	if (wrong && !bad)
		printf("canary: %u registers changed\n", wrong);
	bad += wrong;
}

static bool shutdown(void)
{
	printf("canary: end ticks=%llu bad=%llu\n", ticks, bad);
	return true;
}

void inmate_main(void)
{
	u64 period = timer_frequency() / TICKS, due = timer_ticks();
	u64 report = cmdline_get_int("report", TICKS);

	for (unsigned int n = 0; n < WORDS; n++)
		pattern[n] = pattern_of(n);
	inmate_on_shutdown(shutdown);
	for (;;) {
		u64 seen = timer_events;

		due += period;
		timer_arm(due);
		check_registers(seen);
		check_memory();
		if (++ticks % report == 0)
			printf("canary: ticks=%llu bad=%llu\n", ticks, bad);
		inmate_poll();
	}
}
