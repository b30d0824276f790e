/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Two CPUs of one cell: the first starts the second, sends it interrupts one at a time and gets
 * each one answered by another, while both have timers.
 *
 *	count=N		interrupts to send, 1..1000000 (5000)
 *	id=N		the second CPU's hardware id; without it x86 starts all CPUs but the first,
 *			and arm64 that with the next id
 *
 * Prints what each has counted, and at the end "smp: passed" or "smp: failed".
 */
#include "smp.h"

#define IRQ_PING     0	  /* taken by the second CPU */
#define IRQ_PONG     1	  /* taken by the first one */
#define PERIOD	     1000 /* us */
#define ANSWER_LIMIT 1	  /* s */

static struct {
	volatile u64 sent, pings, pongs;
	volatile u64 first_timer, second_timer;
	volatile u64 second_id, running;
	u64 first_id, period;
	u64 fastest; /* ticks from an interrupt's sending to the answer's handler */
} smp = { .fastest = ~0ULL };

static void ping(void *unused)
{
	(void)unused;
	smp.pings++;
	smp_send(FIRST, smp.first_id, IRQ_PONG);
}

static void pong(void *unused)
{
	(void)unused;
	smp.pongs++;
}

static void first_timer(void)
{
	smp.first_timer++;
	timer_arm(timer_ticks() + smp.period);
}

static void second_timer(void *unused)
{
	(void)unused;
	smp.second_timer++;
	second_timer_arm(smp.running ? timer_ticks() + smp.period : 0);
}

static void second_cpu(u64 context)
{
	(void)context;
	smp.second_id = smp_hardware_id();
	second_timer_init();
	second_timer_arm(timer_ticks() + smp.period);
	smp.running = 1;
	for (;;)
		sleep_with_interrupts();
}

/* True when *@counter has reached @wanted within the limit. */
static bool reached(const volatile u64 *counter, u64 wanted)
{
	u64 until = timer_ticks() + ANSWER_LIMIT * timer_frequency();

	while (*counter < wanted) {
		if (timer_ticks() >= until)
			return false;
		smp_relax();
	}
	return true;
}

static void end(const char *reason)
{
	printf("smp: sent=%llu pings=%llu pongs=%llu timer interrupts=%llu+%llu spurious=%llu\n",
	       smp.sent, smp.pings, smp.pongs, smp.first_timer, smp.second_timer,
	       inmate_stats.spurious);
	printf("smp: there and back min=%llu ticks\n", smp.fastest);
	if (reason)
		printf("smp: failed: %s\n", reason);
	else
		printf("smp: passed\n");
	inmate_exit(reason ? JAILHOUSE_CELL_FAILED : JAILHOUSE_CELL_SHUT_DOWN);
}

static void start_second(void)
{
	s64 id = cmdline_get_int("id", -1);
	long error =
		cpu_on(id < 0 ? SECOND_DEFAULT(smp.first_id) : (u64)id, (uintptr_t)second_cpu, 0);

	if (error || !reached(&smp.running, 1)) {
		printf("smp: starting the second CPU: %ld\n", error);
		end("the second CPU did not start");
	}
	printf("smp: CPU with id %llu started CPU with id %llu\n", smp.first_id, smp.second_id);
}

static void exchange(u64 count)
{
	for (u64 n = 1; n <= count; n++) {
		u64 start = timer_ticks();

		smp_send(SECOND, smp.second_id, IRQ_PING);
		smp.sent++;
		if (!reached(&smp.pongs, n))
			end("an interrupt was not answered within a second");
		if (timer_ticks() - start < smp.fastest)
			smp.fastest = timer_ticks() - start;
		inmate_poll();
	}
}

void inmate_main(void)
{
	s64 count = cmdline_get_int("count", 5000);
	u64 first, second;

	if (count < 1 || count > 1000000 || smp_cpus() != 2) {
		printf("smp: count=%lld, %u CPUs: expected 1..1000000, 2 CPUs\n", count,
		       smp_cpus());
		inmate_exit(JAILHOUSE_CELL_FAILED);
	}
	smp.first_id = smp_hardware_id();
	smp.period = timer_from_ns(PERIOD * NSEC_PER_USEC);
	irq_register(IRQ_PING, ping, NULL, 0);
	irq_register(IRQ_PONG, pong, NULL, 0);
	irq_register(IRQ_TIMER, second_timer, NULL, 0);
	timer_on_event(first_timer);
	start_second();
	timer_arm(timer_ticks() + smp.period);
	exchange(count);
	if (smp.pings != smp.sent || smp.pongs != smp.sent)
		end("not each interrupt came exactly once");
	first = smp.first_timer;
	second = smp.second_timer;
	if (!reached(&smp.first_timer, first + 10) || !reached(&smp.second_timer, second + 10))
		end("a timer stands still");
	end(NULL);
}
