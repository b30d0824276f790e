/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What things cost in ticks of the counter. In an emulator that counts one tick an instruction the
 * numbers are instructions.
 *
 *	count=N		repetitions of each, 1..1000000 (1000)
 *
 * timer: from the deadline to the first instruction of the handler. ipi: an interrupt from this
 * CPU to itself, likewise. hypercall, device: a hypercall without effect, a read of an interrupt
 * controller register, there and back; nothing: what measuring these two costs by itself.
 */
#include <inmate.h>

#define WARM_UP 10
#define AHEAD	2000 /* ticks */

static u64 timer(void)
{
	return probe_timer(AHEAD);
}

static const struct {
	const char *name;
	u64 (*run)(void);
} probes[] = {
	{ "nothing", probe_nothing }, { "timer", timer },   { "hypercall", probe_hypercall },
	{ "device", probe_device },   { "ipi", probe_ipi },
};

static void measure(const char *name, u64 (*run)(void), u64 count)
{
	u64 min = ~0ULL, max = 0, sum = 0;

	for (u64 n = 0; n < WARM_UP; n++)
		run();
	for (u64 n = 0; n < count; n++) {
		u64 ticks = run();

		if (ticks < min)
			min = ticks;
		if (ticks > max)
			max = ticks;
		sum += ticks;
	}
	printf("probe: %s min=%llu mean=%llu max=%llu ticks\n", name, min, sum / count, max);
}

/* The probe takes its interrupts past the handlers, but they have to be enabled. */
static void nothing(void *unused)
{
	(void)unused;
}

void inmate_main(void)
{
	s64 count = cmdline_get_int("count", 1000);

	if (count < 1 || count > 1000000) {
		printf("probe: count=%lld: expected 1..1000000\n", count);
		inmate_exit(JAILHOUSE_CELL_FAILED);
	}
	printf("probe: counter %llu Hz, %lld of each\n", timer_frequency(), count);
	irq_register(0, nothing, NULL, 0);
	for (unsigned int n = 0; n < ARRAY_SIZE(probes); n++)
		measure(probes[n].name, probes[n].run, count);
	printf("probe: end\n");
	for (;;)
		inmate_idle(NULL, 0);
}
