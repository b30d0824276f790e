/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cell stats
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arguments.h"
#include "verb.h"

/* One row a counter, one column a CPU. */
static void print_table(const struct jh_stats *stats)
{
	size_t counter, cpu;
	char title[16];

	printf("%-24s%12s", "COUNTER", "SUM");
	for (cpu = 0; cpu < stats->num_cpus; cpu++) {
		snprintf(title, sizeof(title), "CPU%d", stats->cpus[cpu]);
		printf("%12s", title);
	}
	putchar('\n');

	for (counter = 0; counter < stats->num_counters; counter++) {
		printf("%-24s%12" PRIu64, stats->names[counter], stats->total[counter]);
		for (cpu = 0; cpu < stats->num_cpus; cpu++)
			printf("%12" PRIu64, stats->of_cpu[cpu * JH_MAX_COUNTERS + counter]);
		putchar('\n');
	}
}

int cmd_cell_stats(const struct verb *verb, int argc, char **argv)
{
	struct jh_cell_ref cell;
	struct jh_stats stats;
	struct jh_error error;
	uint64_t interval = 0;

	if (argc && (!strcmp(argv[0], "-i") || !strcmp(argv[0], "--interval"))) {
		if (argc < 2)
			return usage_error(verb, "%s lacks a number of seconds", argv[0]);
		if (to_u64(argv[1], "interval", &interval, &error) < 0)
			return usage_error(verb, "%s", error.text);
		if (!interval || interval > 86400)
			return usage_error(verb, "interval %s is not within 1 to 86400 seconds",
					   argv[1]);
		argc -= 2;
		argv += 2;
	}
	if (take_cell_only(argc, argv, &cell, NULL, &error) < 0)
		return usage_error(verb, "%s", error.text);

	for (;;) {
		if (jh_cell_stats(&cell, &stats, &error) < 0)
			return report(verb, &error);
		print_table(&stats);
		jh_stats_free(&stats);
		/* main() says that standard output is broken. */
		if (!interval || putchar('\n') < 0 || fflush(stdout))
			return EXIT_SUCCESS;
		sleep(interval);
	}
}
