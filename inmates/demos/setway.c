/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Switches the data cache off and on as a boot loader does it, with cache maintenance by set and way,
 * and looks whether memory is the same through all of it. A hypervisor counts more exits than
 * operations: the first one of a run through the cache is done in steps.
 *
 * Prints "setway: OPERATIONS operations, EXITS exits" for each run, and at the end "setway: passed" or
 * "setway: failed".
 */
#include <inmate-arm64.h>

#define RUNS	    3
#define WORDS	    4096
#define SCTLR_C	    (1 << 2)
#define TOTAL_EXITS (JAILHOUSE_CPU_INFO_STAT_BASE + JAILHOUSE_CPU_STAT_VMEXITS_TOTAL)

static volatile u64 pattern[WORDS];

static unsigned int log2_up(u64 value)
{
	unsigned int bits = 0;

	while (1UL << bits < value)
		bits++;
	return bits;
}

/* One level of the cache, in registers only. Returns the number of operations. */
static u64 flush_level(u64 level)
{
	u64 size, sets, ways, line, set, way, shift;

	asm volatile("msr csselr_el1, %1; isb; mrs %0, ccsidr_el1" : "=r"(size) : "r"(level << 1));
	line = (size & 7) + 4;
	ways = (size >> 3 & 0x3ff) + 1;
	sets = (size >> 13 & 0x7fff) + 1;
	shift = 32 - log2_up(ways);
	for (way = 0; way < ways; way++)
		for (set = 0; set < sets; set++)
			asm volatile("dc cisw, %0"
				     :
				     : "r"((ways > 1 ? way << shift : 0) | set << line | level << 1)
				     : "memory");
	asm volatile("dsb sy" : : : "memory");
	return ways * sets;
}

/* All levels that have data, up to the level of coherency. */
static u64 flush_all(void)
{
	u64 clidr, level, operations = 0;

	asm volatile("mrs %0, clidr_el1" : "=r"(clidr));
	for (level = 0; level < (clidr >> 24 & 7); level++)
		if ((clidr >> (3 * level) & 7) >= 2)
			operations += flush_level(level);
	return operations;
}

static void cache_switch(bool on)
{
	u64 control;

	asm volatile("mrs %0, sctlr_el1" : "=r"(control));
	control = on ? control | SCTLR_C : control & ~(u64)SCTLR_C;
	asm volatile("msr sctlr_el1, %0; isb" : : "r"(control) : "memory");
}

static bool pattern_is(u64 value)
{
	for (u64 n = 0; n < WORDS; n++)
		if (pattern[n] != value + n)
			return false;
	return true;
}

/* The CPU of this cell: the hypervisor tells about no other. */
static long own_cpu(void)
{
	long cpu = 0;

	while (cpu < 8 && hypercall(JAILHOUSE_HC_CPU_GET_INFO, cpu, TOTAL_EXITS) < 0)
		cpu++;
	return cpu;
}

static bool run(long cpu, u64 value)
{
	unsigned long flags = irq_save();
	u64 operations;
	long exits;
	bool good;

	for (u64 n = 0; n < WORDS; n++)
		pattern[n] = value + n;
	exits = hypercall(JAILHOUSE_HC_CPU_GET_INFO, cpu, TOTAL_EXITS);
	cache_switch(false);
	operations = flush_all();
	exits = hypercall(JAILHOUSE_HC_CPU_GET_INFO, cpu, TOTAL_EXITS) - exits - 1;
	good = pattern_is(value);
	for (u64 n = 0; n < WORDS; n++)
		pattern[n] = ~value + n;
	flush_all();
	cache_switch(true);
	good = good && pattern_is(~value);
	irq_restore(flags);
	printf("setway: %llu operations, %ld exits\n", operations, exits);
	return good;
}

void inmate_main(void)
{
	long cpu = own_cpu();
	bool good = true;

	for (u64 n = 0; n < RUNS; n++)
		good = run(cpu, n << 32) && good;
	printf("setway: %s\n", good ? "passed" : "failed");
	inmate_exit(good ? JAILHOUSE_CELL_SHUT_DOWN : JAILHOUSE_CELL_FAILED);
}
