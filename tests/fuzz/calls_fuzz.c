/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fuzzer of firmware calls and of cache maintenance by set and way on arm64 (libFuzzer): two cells
 * beside the root make calls with any function and any arguments, above a mocked firmware. The input
 * is operations of 20 bytes.
 *
 * The firmware hears of nothing but what a cell may ask it; no CPU but an own one is started, and
 * there only where its cell may execute; what is cleaned from caches is memory of the cell.
 */
#include <setjmp.h>
#include <stdarg.h>

#include <asm/gic.h>
#include <asm/pte.h>
#include <asm/traps.h>
#include <core/bitmap.h>
#include <core/config.h>
#include <core/error.h>
#include <core/format.h>
#include <core/memory.h>
#include <core/printk.h>
#include <core/space.h>
#include <core/system.h>

#include "fuzz.h"
#include "mock.h"

#define CELLS	   3
#define CPUS	   6
#define CODE	   0x10000ULL  /* that a cell may execute, at its address 0 */
#define DATA	   0x4000ULL   /* behind it */
#define PLACE	   0x100000ULL /* distance of the cells' memory */
#define OPERATIONS 100

enum { SMC, HVC, SETWAY, TIME, KINDS };

struct operation {
	u8 what, immediate;
	u16 time;
	u32 function;
	u32 arg1;
	u64 arg2;
} __attribute__((packed));

static struct config {
	struct jailhouse_cell_desc desc;
	struct jailhouse_memory mem[3];
} __attribute__((packed)) configs[CELLS];
static struct cell cells[CELLS];
static struct cpu cpus[CPUS], *actor;
static u64 sysregs[HW_SYSREGS];
static bool windowed, parked, wide;
static u64 now;
static jmp_buf out;

struct cell *root_cell = &cells[0];
struct jailhouse_image_header image_header = { .max_cpus = CPUS };
char smc_undefined[1];

/*
 * What the code under test calls.
 */

struct cpu *this_cpu(void)
{
	return actor;
}

struct cpu *cpu_by_id(u32 id)
{
	return id < CPUS ? &cpus[id] : NULL;
}

u64 hw_sysreg_read(enum hw_sysreg reg)
{
	return sysregs[reg];
}

void hw_sysreg_write(enum hw_sysreg reg, u64 value)
{
	sysregs[reg] = value;
}

u64 arch_counter(void)
{
	return now += 10;
}

u64 arch_counter_hz(void)
{
	return 1000000;
}

void arch_cpu_relax(void) {}

void arch_cpu_die(void)
{
	abort();
}

bool printk_allowed(struct cpu *cpu)
{
	promise(cpu == actor);
	return true;
}

void printk(const char *fmt, ...)
{
	char line[160];
	va_list ap;

	va_start(ap, fmt);
	format(line, sizeof(line), fmt, ap);
	va_end(ap);
}

void aarch32_skip(void)
{
	sysregs[HW_elr_el2] += 4;
}

bool aarch32_guest(void)
{
	return !wide;
}

bool gic_cpu_is_idle(struct cpu *cpu)
{
	promise(cpu == actor);
	return true;
}

void gic_cpu_handback(struct cpu *cpu)
{
	(void)cpu;
	abort();
}

void fixup_begin(struct fixup *fixup, const char *target)
{
	(void)fixup;
	(void)target;
}

void fixup_end(const struct fixup *fixup)
{
	(void)fixup;
}

void cpu_park(enum cpu_state state)
{
	actor->state = state;
	parked = true;
	longjmp(out, 1);
}

void cell_violation(struct cpu *cpu, const char *fmt, ...)
{
	(void)fmt;
	promise(cpu == actor && !cell_is_root(cpu->cell));
	longjmp(out, 1);
}

void cell_power_off(struct cpu *cpu, const char *how)
{
	(void)how;
	promise(cpu == actor && !cell_is_root(cpu->cell));
	longjmp(out, 1);
}

void cell_root_stop(struct cpu *cpu, const char *how)
{
	(void)how;
	promise(cpu == actor && cell_is_root(cpu->cell));
	longjmp(out, 1);
}

bool cell_others_run(void)
{
	return now % 3;
}

bool cell_runs(const struct cell *cell)
{
	promise(cell == actor->cell);
	return now % 2;
}

long hypercall(struct cpu *cpu, u64 code, u64 arg1, u64 arg2)
{
	(void)arg1;
	(void)arg2;
	promise(cpu == actor);
	return code % 16 == 1 ? HYPERCALL_AGAIN : (long)code % 16 - 8;
}

/* All that a firmware is told. The root's machine ends only where no cell runs. */
void smc_forward(u64 *x)
{
	u32 function = (u32)x[0] & ~0x10000U, base = function & ~0x40000000U;
	bool root = cell_is_root(actor->cell);

	promise(root || function == 0x80000000 || function == 0x80000001 ||
		function == 0x80008000 || function == 0x80007fff || function == 0x80003fff);
	promise(base < 0x84000020 || base > 0x8400003f); /* SDEI */
	promise(base < 0x84000060 || base > 0x840000ff); /* FF-A */
	promise(base < 0x84000000 || base > 0x8400001f || base == 0x84000008 ||
		base == 0x84000009 || base == 0x84000012);
	x[0] = -1ULL;
}

bool cpu_start(struct cpu *cpu, u64 entry, u64 arg)
{
	(void)arg;
	promise(cpu->cell == actor->cell);
	promise(cell_is_root(cpu->cell) || entry < CODE);
	if (cpu->state != CPU_PARKED)
		return false;
	cpu->state = CPU_RUNNING;
	return true;
}

bool memory_lookup(const struct cell *cell, u64 address, u64 *phys, u64 *attr)
{
	promise(cell == actor->cell);
	if (address >= CODE + DATA)
		return false;
	if (phys)
		*phys = cell->id * PLACE + address;
	if (attr)
		*attr = PTE_S2_READ | (address < CODE ? 0 : PTE_S2_XN);
	return true;
}

bool memory_is_ram(const struct cell *cell, u64 address)
{
	promise(cell == actor->cell);
	return address < CODE + DATA;
}

void *window_map(u64 phys, bool device)
{
	promise(!windowed && !device && !(phys & PAGE_MASK));
	promise(phys - actor->cell->id * PLACE < CODE + DATA);
	windowed = true;
	return &windowed;
}

void window_unmap(void)
{
	promise(windowed);
	windowed = false;
}

void arch_clean_memory(void *start, u64 size)
{
	promise(windowed && start == &windowed && size == PAGE_SIZE);
}

/*
 * Cells: two CPUs each, memory for code and data, and registers.
 */

static void setup(void)
{
	u32 n;

	mock_reset();
	now = 0;
	windowed = false;
	memset(cells, 0, sizeof(cells));
	memset(cpus, 0, sizeof(cpus));
	memset(configs, 0, sizeof(configs));
	memset(sysregs, 0, sizeof(sysregs));
	for (n = 0; n < CELLS; n++) {
		configs[n].desc.num_memory_regions = 3;
		configs[n].mem[0].size = CODE;
		configs[n].mem[1].virt_start = CODE;
		configs[n].mem[1].size = DATA;
		configs[n].mem[2].virt_start = 0x9000100;
		configs[n].mem[2].size = 0x100;
		configs[n].mem[2].flags = JAILHOUSE_MEM_IO;
		cells[n].id = n;
		cells[n].config = &configs[n].desc;
		cells[n].cpus[0] = 3ULL << n * 2;
	}
	for (n = 0; n < CPUS; n++) {
		cpus[n].id = n;
		cpus[n].cell = &cells[n / 2];
		cpus[n].state = n % 2 ? CPU_PARKED : CPU_RUNNING;
		cpus[n].arch.mpidr = n / 2 * 0x100 + n % 2;
	}
}

/*
 * Operations.
 */

static void call(const struct operation *op, bool smc)
{
	struct regs regs = { .x = { op->function, op->arg1, op->arg2, op->arg2 >> 16 } };
	u64 before = sysregs[HW_elr_el2];
	u32 immediate = op->immediate & 3;

	if (op->immediate & 0x80)
		regs.x[0] |= 0xffffffffULL << 32;
	if (immediate == 3)
		immediate = 0x4a48;
	if (smc) {
		handle_smc(actor, &regs, immediate);
		promise(sysregs[HW_elr_el2] == before + 4);
	} else {
		handle_hvc(actor, &regs, immediate);
	}
}

static void setway(u64 operand)
{
	u32 steps = 0;

	while (!setway_operation(actor, operand))
		promise(++steps < 8); /* 20 pages, 16 a step */
	promise(!windowed);
}

static void operate(const struct operation *op)
{
	wide = !(op->immediate & 0x40);
	switch ((op->what >> 4) % KINDS) {
	case SMC:
		call(op, true);
		break;
	case HVC:
		call(op, false);
		break;
	case SETWAY:
		sysregs[HW_sctlr_el1] = op->immediate & SCTLR_C;
		setway(op->arg1);
		break;
	case TIME:
		now += op->time;
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct cpu before[CPUS];
	struct input input = { data, size };
	struct operation op;
	u32 count = 0;

	setup();
	while (take(&input, &op, sizeof(op)) && count++ < OPERATIONS) {
		actor = &cpus[(op.what & 15) % CPUS];
		if (actor->state != CPU_RUNNING)
			continue;
		memcpy(before, cpus, sizeof(before));
		parked = false;
		if (!setjmp(out))
			operate(&op);
		promise_others(cpus, before, actor);
		promise(parked == (actor->state != CPU_RUNNING));
	}
	promise(mock_bugs == 0);
	return 0;
}
