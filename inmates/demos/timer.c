/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Periodic timer on absolute deadlines: how late does the handler run?
 *
 *	period_us=N	period in microseconds, 10..1000000 (1000)
 *	count=N		stop after N periods, 0 = until the cell is shut down (0)
 *	exits=N		first let N periods pass without a word, and tell how often the hypervisor
 *			ran on this CPU meanwhile (0)
 *
 * Prints a summary once a second, and at the end a histogram of the lateness in ns, by powers of
 * two.
 */
#include <inmate.h>

#define BUCKETS	 40
#define MAX_CPUS 256

static struct {
	u64 period, due, count;
	volatile u64 events;
	u64 late; /* handler ran after the next deadline */
	u64 min, max, sum;
	u64 histogram[BUCKETS];
} timer;

static void handler(void)
{
	u64 lateness = timer_ticks() - timer.due, ns = timer_to_ns(lateness);
	unsigned int bucket = ns ? 64 - __builtin_clzll(ns) : 0;

	if (!timer.events || ns < timer.min)
		timer.min = ns;
	if (ns > timer.max)
		timer.max = ns;
	timer.sum += ns;
	timer.late += lateness >= timer.period;
	timer.histogram[bucket < BUCKETS ? bucket : BUCKETS - 1]++;
	timer.events++;
	timer.due += timer.period;
	if (!timer.count || timer.events < timer.count)
		timer_arm(timer.due);
}

static void print_summary(const char *label)
{
	unsigned long flags = irq_save();
	u64 events = timer.events, late = timer.late, min = timer.min, max = timer.max;
	u64 sum = timer.sum;

	irq_restore(flags);
	printf("timer:%s periods=%llu late=%llu lateness min=%llu mean=%llu max=%llu ns\n", label,
	       events, late, min, events ? sum / events : 0, max);
}

static void finish(void)
{
	timer_cancel();
	print_summary(" end");
	for (unsigned int n = 0; n < BUCKETS; n++)
		if (timer.histogram[n])
			printf("timer: %12llu .. %12llu ns: %llu\n", n ? 1ULL << (n - 1) : 0,
			       n ? (1ULL << n) - 1 : 0, timer.histogram[n]);
}

static long exits(long cpu)
{
	return hypercall(JAILHOUSE_HC_CPU_GET_INFO, cpu,
			 JAILHOUSE_CPU_INFO_STAT_BASE + JAILHOUSE_CPU_STAT_VMEXITS_TOTAL);
}

/* This CPU's number: the only one that this cell may ask about. -1 without a hypervisor. */
static long own_cpu(void)
{
	for (long cpu = 0; cpu < MAX_CPUS; cpu++)
		if (exits(cpu) >= 0)
			return cpu;
	return -1;
}

/* Each question is an exit itself: one of the two counts. */
static void count_exits(u64 periods)
{
	long cpu = own_cpu(), before, after;
	u64 first = timer.events;

	if (cpu < 0) {
		printf("timer: nobody counts exits here\n");
		return;
	}
	before = exits(cpu);
	while (timer.events - first < periods)
		inmate_idle(&timer.events, timer.events);
	after = exits(cpu);
	periods = timer.events - first;
	printf("timer: CPU %ld: vmexits_total %ld, then %ld\n", cpu, before, after);
	printf("timer: exits during %llu interrupts: %ld\n", periods, after - before - 1);
}

static bool shutdown(void)
{
	finish();
	return true;
}

void inmate_main(void)
{
	s64 period_us = cmdline_get_int("period_us", 1000), count = cmdline_get_int("count", 0);
	s64 quiet = cmdline_get_int("exits", 0);
	u64 report;

	if (period_us < 10 || period_us > 1000000 || count < 0) {
		printf("timer: period_us=%lld count=%lld: expected 10..1000000 us, 0 or more\n",
		       period_us, count);
		inmate_exit(JAILHOUSE_CELL_FAILED);
	}
	printf("timer: period %lld us, counter %llu Hz\n", period_us, timer_frequency());

	inmate_on_shutdown(shutdown);
	timer_on_event(handler);
	timer.count = count;
	timer.period = timer_from_ns(period_us * NSEC_PER_USEC);
	timer.due = timer_ticks() + timer.period;
	timer_arm(timer.due);
	if (quiet > 0)
		count_exits(quiet);
	report = timer_ticks() + timer_frequency();

	while (!count || timer.events < timer.count) {
		u64 seen = timer.events;

		if (timer_ticks() >= report) {
			report += timer_frequency();
			print_summary("");
		}
		inmate_idle(&timer.events, seen);
	}
	finish();
}
