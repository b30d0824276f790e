/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * An inmate that misbehaves in one chosen way, for tests of isolation.
 *
 *	attack=NAME	what to do; without it the names are printed
 *	addr=ADDRESS	for the memory attacks; required by hypervisor-ram
 *	case=N		only part N (from 0) of an attack that has parts
 *
 * Prints "attack NAME: starting", results, and "attack NAME: survived" if it was not stopped;
 * then it idles like a good cell, unless not doing so is the attack.
 */
#include "hostile.h"
#include "smp.h"

#define PAGE	     0x1000ULL
#define STORM_EVENTS 20000
#define FUNCTIONS    12 /* numbers of hypercalls, and some beyond */

static u64 storm_left;

bool attempt(const char *what, void (*function)(void *arg), void *arg)
{
	struct inmate_fault fault;

	if (inmate_try(function, arg, &fault))
		return true;
	printf("attack: %s: exception, syndrome 0x%llx address 0x%llx pc 0x%llx\n", what,
	       fault.syndrome, fault.address, fault.pc);
	return false;
}

void result(const char *what, u64 value)
{
	printf("attack: %s = 0x%llx (%lld)\n", what, value, (s64)value);
}

bool chosen(unsigned int n)
{
	s64 number = cmdline_get_int("case", -1);

	return number < 0 || number == n;
}

void run_steps(const struct step *steps, unsigned int count, u64 base)
{
	for (unsigned int n = 0; n < count; n++)
		if (chosen(n))
			attempt(steps[n].what, steps[n].run,
				(void *)(uintptr_t)(base + steps[n].offset));
}

/* ---- memory ---- */

static void map_page(u64 address, enum inmate_memory type)
{
	int error = inmate_map(address & ~(PAGE - 1), PAGE, type);

	if (error)
		printf("attack: cannot map 0x%llx: %d\n", address, error);
}

static void read_word(void *arg)
{
	result("word read", *(volatile u32 *)arg);
}

static void write_word(void *arg)
{
	*(volatile u32 *)arg = 0x0badf00d;
	result("word written, now", *(volatile u32 *)arg);
}

static void execute(void *arg)
{
	((void (*)(void))arg)();
}

static void foreign_ram(u64 address)
{
	map_page(address, INMATE_NORMAL);
	attempt("read", read_word, (void *)(uintptr_t)address);
}

static void write_ram(u64 address)
{
	map_page(address, INMATE_NORMAL);
	attempt("write", write_word, (void *)(uintptr_t)address);
}

static void hypervisor_ram(u64 address)
{
	foreign_ram(address);
	write_ram(address);
}

static void exec_foreign(u64 address)
{
	map_page(address, INMATE_EXECUTABLE);
	attempt("call", execute, (void *)(uintptr_t)address);
}

/* ---- hypercalls ---- */

static void hypercall_root(u64 address)
{
	static const u32 codes[] = {
		JAILHOUSE_HC_DISABLE,	   JAILHOUSE_HC_CELL_CREATE,
		JAILHOUSE_HC_CELL_START,   JAILHOUSE_HC_CELL_SET_LOADABLE,
		JAILHOUSE_HC_CELL_DESTROY, JAILHOUSE_HC_CELL_GET_STATE,
	};

	(void)address;
	for (unsigned int n = 0; n < ARRAY_SIZE(codes); n++)
		for (unsigned long id = 0; id < 3; id++)
			printf("attack: hypercall %u of cell %lu = %ld\n", codes[n], id,
			       hypercall(codes[n], id, 0));
}

static void hypercall_pointer(u64 address)
{
	const unsigned long wild[] = {
		0,
		1,
		0xfff,
		0x1fffff,
		0x200000,
		0x80000000,
		address,
		0x0000ffffffffffff,
		0x8000000000000000,
		0xfffffffffffff000,
		0xffffffffffffffff,
	};

	for (unsigned int n = 0; n < ARRAY_SIZE(wild); n++) {
		printf("attack: create(0x%lx) = %ld\n", wild[n],
		       hypercall(JAILHOUSE_HC_CELL_CREATE, wild[n], wild[n]));
		printf("attack: get info(0x%lx) = %ld\n", wild[n],
		       hypercall(JAILHOUSE_HC_HYPERVISOR_GET_INFO, wild[n], wild[n]));
		printf("attack: cpu info(0x%lx, 0) = %ld, (0, 0x%lx) = %ld\n", wild[n],
		       hypercall(JAILHOUSE_HC_CPU_GET_INFO, wild[n], 0), wild[n],
		       hypercall(JAILHOUSE_HC_CPU_GET_INFO, 0, wild[n]));
	}
}

static void hypercall_unknown(u64 address)
{
	static const u32 codes[] = { 9, 10, 1000, 0x4a48, 0x7fffffff, 0x80000000, 0xffffffff };

	for (unsigned int n = 0; n < ARRAY_SIZE(codes); n++)
		printf("attack: hypercall 0x%x = %ld\n", codes[n],
		       hypercall(codes[n], address, ~0UL));
}

/* ---- time and messages ---- */

static void storm(void)
{
	if (storm_left && --storm_left)
		timer_arm(0);
}

static void timer_storm(u64 address)
{
	(void)address;
	storm_left = STORM_EVENTS;
	timer_on_event(storm);
	timer_arm(0);
	while (*(volatile u64 *)&storm_left)
		inmate_poll();
	timer_on_event(NULL);
	result("interrupts", inmate_stats.irqs);
}

static void comm_garbage(u64 address)
{
	struct jailhouse_comm_region *comm = inmate_comm();

	(void)address;
	printf("attack comm-garbage: survived, from now on it answers nonsense\n");
	memset(comm, 0xff, PAGE);
	comm->cell_state = 0xdeadbeef;
	comm->msg_to_cell = 0;
	for (;;)
		if (comm->msg_to_cell)
			comm->reply_from_cell = 0xdeadbeef;
}

static void mute(u64 address)
{
	(void)address;
	printf("attack mute: survived, from now on it spins without answering\n");
	for (;;)
		asm volatile("" : : : "memory");
}

/* Never ends: the cell's state, messages and answers change while the hypervisor reads them. */
static void comm_race(u64 address)
{
	struct jailhouse_comm_region *comm = inmate_comm();
	volatile u8 *bytes = (volatile u8 *)comm;

	(void)address;
	printf("attack comm-race: survived, from now on everything in the region changes\n");
	for (u32 n = 0;; n++) {
		comm->cell_state = n & 1 ? n : n >> 1 & 7;
		comm->reply_from_cell = n >> 2 & 7;
		bytes[n % PAGE] = n * 0x9e3779b9 >> 24;
	}
}

/* It says so in the region, but goes on. state=N */
static void comm_lie(u64 address)
{
	u64 said = cmdline_get_int("state", JAILHOUSE_CELL_SHUT_DOWN);

	(void)address;
	printf("attack comm-lie: it says that its state is %llu, and goes on\n", said);
	inmate_comm()->cell_state = said;
	for (;;)
		asm volatile("" : : : "memory");
}

/* ---- half a cell ---- */

static volatile u32 other_runs;

/* It is to stop with the first CPU. A tenth of a second later it says that it has not. */
static void other_cpu(u64 context)
{
	const char *text = "the other CPU goes on\n";
	u64 until;

	(void)context;
	other_runs = 1;
	while (*(volatile u32 *)&inmate_comm()->cell_state != JAILHOUSE_CELL_FAILED)
		smp_relax();
	until = timer_ticks() + timer_frequency() / 10;
	while (timer_ticks() < until)
		smp_relax();
	while (*text)
		hypercall(JAILHOUSE_HC_DEBUG_CONSOLE_PUTC, (u8)*text++, 0);
	for (;;)
		smp_relax();
}

static void half(u64 address)
{
	result("other CPU", cpu_on(SECOND_DEFAULT(smp_hardware_id()), (uintptr_t)other_cpu, 0));
	while (!other_runs)
		smp_relax();
	printf("attack half: the other CPU runs\n");
	foreign_ram(address);
}

/* ---- floods: the hypervisor is busy with this cell, and with nothing else ---- */

static u64 random_next(u64 *state)
{
	*state = *state * 6364136223846793005ULL + 1442695040888963407ULL;
	return *state >> 20;
}

/* Every hypercall with arguments by chance (seed=N), but none that prints. */
static void hypercall_flood(u64 address)
{
	u64 state = cmdline_get_int("seed", 1);

	(void)address;
	printf("attack hypercall-flood: survived, from now on it calls and calls\n");
	for (;;) {
		u32 code = random_next(&state) % FUNCTIONS;
		u64 arg1 = random_next(&state), arg2 = random_next(&state);

		if (arg2 & 1)
			arg1 %= 8;
		if (arg2 & 2)
			arg2 = arg2 >> 2 & 31;
		if (code != JAILHOUSE_HC_DEBUG_CONSOLE_PUTC)
			hypercall(code, arg1, arg2);
	}
}

/* case=0: a line without end; 1: empty lines; 2: whatever a byte can be, and more. */
static void console_flood(u64 address)
{
	(void)address;
	printf("attack console-flood: survived, from now on it prints\n");
	for (u64 n = 0;; n++) {
		u64 c = chosen(0) ? 'x' : chosen(1) ? '\n' : n * 0x100000001ULL;

		hypercall(JAILHOUSE_HC_DEBUG_CONSOLE_PUTC, c, ~0UL);
	}
}

/* ---- itself: not an attack, shows the library's report ---- */

static volatile u64 null_pointer, deepest = ~0ULL;

static void crash_now(void)
{
	*(volatile u32 *)(uintptr_t)null_pointer = 1;
}

static u64 overflow(u64 depth)
{
	volatile u64 frame[64];

	frame[0] = depth;
	if (depth < deepest)
		frame[1] = overflow(depth + 1);
	return frame[0] + frame[1];
}

/* kind=null: a NULL pointer; handler: one in an interrupt handler; stack: an endless recursion. */
static void crash(u64 address)
{
	char kind[16];

	(void)address;
	cmdline_get_string("kind", kind, sizeof(kind), "null");
	if (!strcmp(kind, "stack"))
		result("depth", overflow(0));
	if (strcmp(kind, "handler"))
		crash_now();
	timer_on_event(crash_now);
	timer_wait(timer_ticks() + timer_frequency() / 1000);
}

static const struct attack attacks[] = {
	{ "foreign-ram", foreign_ram },
	{ "write-ram", write_ram },
	{ "hypervisor-ram", hypervisor_ram },
	{ "exec-foreign", exec_foreign },
	{ "hypercall-root", hypercall_root },
	{ "hypercall-pointer", hypercall_pointer },
	{ "hypercall-unknown", hypercall_unknown },
	{ "timer-storm", timer_storm },
	{ "comm-garbage", comm_garbage },
	{ "comm-race", comm_race },
	{ "comm-lie", comm_lie },
	{ "hypercall-flood", hypercall_flood },
	{ "console-flood", console_flood },
	{ "mute", mute },
	{ "half", half },
	{ "crash", crash },
};

static const struct attack *find(const struct attack *table, unsigned int count, const char *name)
{
	for (unsigned int n = 0; n < count; n++)
		if (!strcmp(table[n].name, name))
			return &table[n];
	return NULL;
}

static void list(const struct attack *table, unsigned int count)
{
	for (unsigned int n = 0; n < count; n++)
		printf("hostile: attack=%s\n", table[n].name);
}

void inmate_main(void)
{
	u64 address = cmdline_get_int("addr", -1);
	const struct attack *attack;
	char name[32];

	cmdline_get_string("attack", name, sizeof(name), "");
	attack = find(attacks, ARRAY_SIZE(attacks), name);
	if (!attack)
		attack = find(arch_attacks, arch_attack_count, name);
	if (!attack || (attack->run == hypervisor_ram && address == ~0ULL)) {
		printf("hostile: attack=\"%s\" addr=0x%llx: expected one of these, hypervisor-ram with addr=\n",
		       name, address);
		list(attacks, ARRAY_SIZE(attacks));
		list(arch_attacks, arch_attack_count);
		inmate_exit(JAILHOUSE_CELL_FAILED);
	}
	if (address == ~0ULL)
		address = arch_foreign_address;

	printf("attack %s: starting\n", name);
	attack->run(address);
	printf("attack %s: survived\n", name);
	for (;;)
		inmate_idle(NULL, 0);
}
