/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Power states of a cell with two CPUs, by PSCI (Arm DEN 0022). The first CPU starts the second at a
 * few instructions that run without caches, and looks at every answer that it gets.
 *
 *	id=N		MPIDR of the second CPU (the next one)
 *	foreign=N	MPIDR of a CPU of somebody else (0)
 *	outside=N	an address that the cell does not have (0x40000000)
 *	rounds=N	how often the second CPU goes on and off (200)
 *	spi=N		a shared interrupt of the cell (200)
 *	end=HOW		exit, off (SYSTEM_OFF), reset (SYSTEM_RESET), cpus (CPU_OFF of both CPUs),
 *			together (the same at one moment), spin (both CPUs run and cause no exit),
 *			storm (switches the second CPU on and off without an end; answers nothing)
 *
 * Prints "power: not as expected" with what differs, and "power: passed" before it ends.
 */
#include <inmate-arm64.h>

#define PSCI_VERSION	   0x84000000ULL
#define PSCI_CPU_OFF	   0x84000002ULL
#define PSCI_CPU_ON	   0xc4000003ULL
#define PSCI_AFFINITY_INFO 0xc4000004ULL
#define PSCI_SYSTEM_OFF	   0x84000008ULL
#define PSCI_SYSTEM_RESET  0x84000009ULL

#define SUCCESS		0
#define INVALID		(-2)
#define ALREADY_ON	(-4)
#define ON_PENDING	(-5)
#define INVALID_ADDRESS (-9)

#define GICD_ISENABLER 0x0100
#define GICD_ICENABLER 0x0180
#define GICD_ISPENDR   0x0200
#define GICD_ICPENDR   0x0280
#define GICD_ITARGETSR 0x0800
#define GICD_IROUTER   0x6000

#define AFFINITY_ON  0
#define AFFINITY_OFF 1

#define STAY 1 /* a context: wait for the release before CPU_OFF */

/*
 * What the second CPU writes with its caches off; the first one's have to be out of the way. A line
 * of a cache has at most 2 KiB.
 */
static struct {
	volatile u64 context, started, release;
} mailbox __attribute__((aligned(2048)));

static struct {
	u64 id, foreign, outside;
	unsigned int failed, pending;
} power;

/* x0 = context. Where the mailbox is the linker knows: addresses are the same without tables. */
extern char second_cpu[];
asm(".pushsection .text\n"
    "second_cpu:\n\t"
    "ldr	x1, =mailbox\n\t"
    "ldr	x2, [x1, #8]\n\t"
    "add	x2, x2, #1\n\t"
    "str	x0, [x1]\n\t"
    "str	x2, [x1, #8]\n\t"
    "dsb	sy\n\t"
    "tbz	x0, #0, 2f\n"
    "1:	ldr	x2, [x1, #16]\n\t"
    "cbz	x2, 1b\n"
    "2:	ldr	x0, =0x84000002\n\t" /* CPU_OFF */
    "smc	#0\n\t"
    "b	.\n\t"
    ".ltorg\n"
    ".popsection");

static void mailbox_clean(void)
{
	asm volatile("dsb sy\n\tdc civac, %0\n\tdsb sy" : : "r"(&mailbox) : "memory");
}

static void expect(const char *what, s64 wanted, s64 value)
{
	if (value == wanted)
		return;
	printf("power: not as expected: %s: %lld, expected %lld\n", what, value, wanted);
	power.failed++;
}

/* As the 32-bit result that both calling conventions have. */
static s64 psci(u64 function, u64 arg1, u64 arg2, u64 arg3)
{
	return (int)firmware_call(function, arg1, arg2, arg3);
}

static s64 start_at(u64 id, u64 entry, u64 context)
{
	return psci(PSCI_CPU_ON, id, entry, context);
}

static s64 start(u64 context)
{
	return start_at(power.id, (uintptr_t)second_cpu, context);
}

static s64 affinity(u64 id, u64 level)
{
	return psci(PSCI_AFFINITY_INFO, id, level, 0);
}

static bool becomes(s64 state)
{
	u64 until = timer_ticks() + timer_frequency();

	while (affinity(power.id, 0) != state)
		if (timer_ticks() >= until)
			return false;
	return true;
}

static bool arrived(u64 count)
{
	u64 until = timer_ticks() + timer_frequency();

	for (mailbox_clean(); mailbox.started != count; mailbox_clean())
		if (timer_ticks() >= until)
			return false;
	return true;
}

/* Nothing of this may start a CPU. */
static void refusals(void)
{
	u64 entry = (uintptr_t)second_cpu;

	expect("PSCI version", 0x10001, psci(PSCI_VERSION, 0, 0, 0));
	expect("state of the second CPU", AFFINITY_OFF, affinity(power.id, 0));
	expect("state of this CPU", AFFINITY_ON, affinity(cpu_hardware_id(), 0));
	expect("state of a foreign CPU", INVALID, affinity(power.foreign, 0));
	expect("state of a cluster", INVALID, affinity(power.id, 1));
	expect("state of no CPU", INVALID, affinity(0xff00ffffff, 0));
	expect("start of a foreign CPU", INVALID, start_at(power.foreign, entry, 0));
	expect("start of no CPU", INVALID, start_at(0xff00ffffff, entry, 0));
	expect("start of a CPU with other bits", INVALID, start_at(power.id | 1U << 31, entry, 0));
	expect("start of this CPU", ALREADY_ON, start_at(cpu_hardware_id(), entry, 0));
	expect("start outside", INVALID_ADDRESS, start_at(power.id, power.outside, 0));
	expect("start at a device", INVALID_ADDRESS,
	       start_at(power.id, inmate_comm()->gicd_base, 0));
	expect("start where nothing executes", INVALID_ADDRESS,
	       start_at(power.id, (uintptr_t)inmate_comm(), 0));
	expect("start beyond all addresses", INVALID_ADDRESS, start_at(power.id, ~3ULL, 0));
	expect("state of the second CPU", AFFINITY_OFF, affinity(power.id, 0));
}

/* On, once more while it starts and while it runs, and off. */
static void round(u64 count)
{
	u64 context = 0x5a5a000000000000 | count << 1;
	s64 result;

	mailbox.release = 0;
	mailbox_clean();
	expect("start", SUCCESS, start(context | STAY));
	result = start(0);
	if (result == ON_PENDING)
		power.pending++;
	else
		expect("start again", ALREADY_ON, result);
	expect("the second CPU has come", true, arrived(count));
	expect("its context", (s64)(context | STAY), (s64)mailbox.context);
	expect("the second CPU is on", true, becomes(AFFINITY_ON));
	expect("start of a running CPU", ALREADY_ON, start(0));
	mailbox.release = 1;
	mailbox_clean();
	expect("the second CPU goes off", true, becomes(AFFINITY_OFF));
}

static void route_to_second(u64 gicd, u32 spi)
{
	if (inmate_comm()->gic_version == 2)
		*(volatile u8 *)(gicd + GICD_ITARGETSR + spi) =
			(u8)(mmio_read32(gicd + GICD_ITARGETSR) << 1);
	else
		mmio_write32(gicd + GICD_IROUTER + spi * 8, (u32)power.id);
}

/* A shared interrupt that comes for a CPU that is off waits there: nobody takes or disables it. */
static void interrupt_waits(u32 spi)
{
	u64 gicd = inmate_comm()->gicd_base, offset = spi / 32 * 4;
	u32 bit = 1U << spi % 32;
	u64 until = timer_ticks() + timer_frequency() / 100;

	route_to_second(gicd, spi);
	mmio_write32(gicd + GICD_ISENABLER + offset, bit);
	mmio_write32(gicd + GICD_ISPENDR + offset, bit);
	while (timer_ticks() < until)
		;
	expect("the interrupt is enabled", bit, mmio_read32(gicd + GICD_ISENABLER + offset) & bit);
	expect("the interrupt is pending", bit, mmio_read32(gicd + GICD_ISPENDR + offset) & bit);
	mmio_write32(gicd + GICD_ICENABLER + offset, bit);
	mmio_write32(gicd + GICD_ICPENDR + offset, bit);
}

static void storm(void)
{
	printf("power: storm\n");
	for (;;)
		start(0);
}

static void spin(void)
{
	mailbox.release = 0;
	mailbox_clean();
	timer_cancel();
	expect("start", SUCCESS, start(STAY));
	printf("power: spinning\n");
	irq_save();
	for (;;)
		asm volatile("" : : : "memory");
}

/* The second CPU first, then this one: both are off at the end. */
static void all_off(void)
{
	expect("start", SUCCESS, start(0));
	psci(PSCI_CPU_OFF, 0, 0, 0);
}

/* The moment of the first CPU varies a little, around that of the second. */
static void both_off(void)
{
	u64 pause = timer_ticks() % 61, count = mailbox.started + 1;

	mailbox.release = 0;
	mailbox_clean();
	expect("start", SUCCESS, start(STAY));
	expect("the second CPU has come", true, arrived(count));
	mailbox.release = 1;
	mailbox_clean();
	while (pause--)
		asm volatile("" : : : "memory");
	psci(PSCI_CPU_OFF, 0, 0, 0);
}

static void end(void)
{
	static const struct {
		const char *name;
		void (*run)(void);
		u64 function;
	} ends[] = {
		{ "off", NULL, PSCI_SYSTEM_OFF },
		{ "reset", NULL, PSCI_SYSTEM_RESET },
		{ "cpus", all_off, 0 },
		{ "together", both_off, 0 },
		{ "spin", spin, 0 },
		{ "storm", storm, 0 },
	};
	char how[16];

	cmdline_get_string("end", how, sizeof(how), "exit");
	for (unsigned int n = 0; n < ARRAY_SIZE(ends); n++) {
		if (strcmp(how, ends[n].name))
			continue;
		if (ends[n].run)
			ends[n].run();
		/* With the other CPU on: it has to stop as well. */
		start(STAY);
		psci(ends[n].function, 0, 0, 0);
	}
}

void inmate_main(void)
{
	s64 rounds = cmdline_get_int("rounds", 200), n;

	power.id = (u64)cmdline_get_int("id", (s64)cpu_hardware_id() + 1);
	power.foreign = (u64)cmdline_get_int("foreign", 0);
	power.outside = (u64)cmdline_get_int("outside", 0x40000000);
	mailbox.started = 0;
	refusals();
	for (n = 1; n <= rounds && !power.failed; n++)
		round((u64)n);
	interrupt_waits((u32)cmdline_get_int("spi", 200));
	printf("power: rounds=%lld pending=%u failed=%u\n", rounds, power.pending, power.failed);
	printf("power: %s\n", power.failed ? "failed" : "passed");
	if (!power.failed)
		end();
	inmate_exit(power.failed ? JAILHOUSE_CELL_FAILED : JAILHOUSE_CELL_SHUT_DOWN);
}
