/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * An inmate that does by chance what a cell can do: hypercalls, accesses to emulated registers and
 * beside them, system registers, ports, firmware calls. The same seed does the same again.
 *
 *	seed=N		what to begin with (1)
 *	count=N		operations (3000)
 *	dare=N		one in N does what nobody may, where there is a choice (1500)
 *	only=N		operations of this kind alone, see the tables of kinds
 *
 * Prints "fuzz: seed=N begin", and "fuzz: seed=N end operations=N exceptions=N" if it gets there; then
 * it ends like a good cell. Interrupts are let in now and then only.
 */
#include "fuzz.h"

#define INCREMENT 0x9e3779b97f4a7c15ULL

static u64 state, dare;

u64 fuzz_number(void)
{
	u64 n = state += INCREMENT;

	n = (n ^ n >> 30) * 0xbf58476d1ce4e5b9ULL;
	n = (n ^ n >> 27) * 0x94d049bb133111ebULL;
	return n ^ n >> 31;
}

u64 fuzz_below(u64 limit)
{
	return fuzz_number() % limit;
}

u64 fuzz_value(void)
{
	u64 n = fuzz_number();

	switch (fuzz_below(8)) {
	case 0:
		return 0;
	case 1:
		return ~0ULL;
	case 2:
		return 1ULL << n % 64;
	case 3:
		return ~(1ULL << n % 64);
	case 4:
		return n % 16;
	case 5:
		return (n % 16) * 0x0101010101010101ULL;
	case 6:
		return n >> n % 64;
	default:
		return n;
	}
}

bool fuzz_dares(void)
{
	return fuzz_below(dare) == 0;
}

void fuzz_access(u64 address, unsigned int size, bool write, u64 value)
{
	volatile void *at = (volatile void *)(uintptr_t)address;

	switch (size | (write ? 16 : 0)) {
	case 1:
		(void)*(volatile u8 *)at;
		break;
	case 2:
		(void)*(volatile u16 *)at;
		break;
	case 4:
		(void)*(volatile u32 *)at;
		break;
	case 8:
		(void)*(volatile u64 *)at;
		break;
	case 17:
		*(volatile u8 *)at = (u8)value;
		break;
	case 18:
		*(volatile u16 *)at = (u16)value;
		break;
	case 20:
		*(volatile u32 *)at = (u32)value;
		break;
	case 24:
		*(volatile u64 *)at = value;
		break;
	}
}

/* ---- what all architectures have ---- */

/* All numbers, known ones most; characters of the console seldom, they cost the reader. */
static void any_hypercall(void)
{
	u32 code = fuzz_below(4) ? (u32)fuzz_below(10) : (u32)fuzz_value();

	if (code == JAILHOUSE_HC_DEBUG_CONSOLE_PUTC)
		code = JAILHOUSE_HC_CPU_GET_INFO;
	hypercall(code, fuzz_value(), fuzz_value());
}

static void cpu_info(void)
{
	hypercall(JAILHOUSE_HC_CPU_GET_INFO, fuzz_below(6),
		  fuzz_below(2) ? JAILHOUSE_CPU_INFO_STAT_BASE + fuzz_below(20) : fuzz_value());
}

/* What others read while it changes; the library still needs the console that is described there. */
static void any_comm(void)
{
	volatile struct jailhouse_comm_region *comm = inmate_comm();
	u64 base = (uintptr_t)inmate_comm();

	switch (fuzz_below(4)) {
	case 0:
		comm->cell_state = (u32)fuzz_value();
		comm->cell_state = JAILHOUSE_CELL_RUNNING;
		break;
	case 1:
		comm->reply_from_cell = (u32)fuzz_value();
		break;
	case 2:
		mmio_write32(base + 128 + fuzz_below(992) * 4, (u32)fuzz_value());
		break;
	default:
		comm->msg_to_cell = 0;
		break;
	}
}

/* Memory that is nobody's, or somebody else's. */
static void any_memory(void)
{
	u64 address = fuzz_below(2) ? fuzz_below(1ULL << 32) : fuzz_below(1ULL << 38);

	if (!fuzz_dares() || inmate_map(address & ~0xfffULL, 0x1000, INMATE_DEVICE))
		return;
	fuzz_access(address & ~7ULL, 1U << fuzz_below(4), fuzz_below(2), fuzz_value());
}

static const struct fuzz_kind kinds[] = {
	{ any_hypercall, 40 },
	{ cpu_info, 10 },
	{ any_comm, 10 },
	{ any_memory, 30 },
};

/* ---- choosing ---- */

static const struct fuzz_kind *kind_number(unsigned int n)
{
	return n < ARRAY_SIZE(kinds) ? &kinds[n] : &arch_kinds[n - ARRAY_SIZE(kinds)];
}

static const struct fuzz_kind *choose(unsigned int count, s64 only)
{
	u64 sum = 0, at;
	unsigned int n;

	if (only >= 0 && only < count)
		return kind_number((unsigned int)only);
	for (n = 0; n < count; n++)
		sum += kind_number(n)->weight;
	at = fuzz_below(sum);
	for (n = 0; at >= kind_number(n)->weight; n++)
		at -= kind_number(n)->weight;
	return kind_number(n);
}

static void run(void *arg)
{
	const struct fuzz_kind *kind = arg;

	kind->run();
}

void inmate_main(void)
{
	s64 seed = cmdline_get_int("seed", 1), count = cmdline_get_int("count", 3000);
	s64 only = cmdline_get_int("only", -1), n;
	u64 exceptions = 0;
	unsigned long flags = irq_save();
	struct inmate_fault fault;

	dare = (u64)cmdline_get_int("dare", 1500);
	dare = dare ? dare : 1;
	state = (u64)seed * 0xd6e8feb86659fd93ULL; /* not in the same row as the next seed */
	printf("fuzz: seed=%lld begin\n", seed);
	arch_fuzz_init();
	for (n = 0; n < count; n++) {
		const struct fuzz_kind *kind = choose(ARRAY_SIZE(kinds) + arch_kind_count, only);

		if (!inmate_try(run, (void *)kind, &fault))
			exceptions++;
		if (n % 64)
			continue;
		irq_restore(flags);
		irq_save();
	}
	printf("fuzz: seed=%lld end operations=%lld exceptions=%llu\n", seed, n, exceptions);
	inmate_exit(JAILHOUSE_CELL_SHUT_DOWN);
}
