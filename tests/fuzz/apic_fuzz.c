/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fuzzer of the controllers, registers and ports of x86 (libFuzzer): three cells on six CPUs do what
 * guests can do, above a model of the hardware (apic_model.c). The first byte of the input says what
 * machine it is, then come operations of 10 bytes: what and by which CPU, size and direction, number
 * or address, value.
 *
 * No command reaches a CPU of another cell, no pin sends to one, no MSR of the machine and no foreign
 * port is written (the model sees to these), and nothing changes in CPUs of other cells.
 */
#include <setjmp.h>
#include <stdarg.h>

#include <asm/apic.h>
#include <asm/msr.h>
#include <asm/vcpu.h>
#include <asm/virt.h>
#include <core/bitmap.h>
#include <core/error.h>
#include <core/format.h>
#include <core/memory.h>
#include <core/system.h>

#include "apic_model.h"
#include "fuzz.h"
#include "mock.h"

#define CELLS	   3
#define RANGES	   2
#define POOL_PAGES 32
#define POOL_PHYS  0x40000000ULL
#define OPERATIONS 200
#define PM_TIMER   0x608

struct operation {
	u8 what, how;
	u8 number[3];
	u8 value[5];
};

enum { ACCESS, PIN, READ_MSR, WRITE_MSR, PORT, LIFE, COMMAND, KINDS };

extern const struct unit unit_ioapic, unit_ports;

static struct config {
	struct jailhouse_cell_desc desc;
	struct jailhouse_irqchip chip;
	struct jailhouse_pio pio[3];
} __attribute__((packed)) configs[CELLS];
static struct jailhouse_system system_memory;
static struct config *root_config;
static struct cell cells[CELLS];
static bool taken[CELLS];
static struct range {
	u64 start;
	mmio_handler handler;
	void *arg;
} ranges[CELLS][RANGES];
static u8 pool[POOL_PAGES * PAGE_SIZE] __attribute__((aligned(4096)));
static struct vmcb vmcbs[APIC_CPUS];
static struct regs registers;
static jmp_buf out;
static u64 now;

struct cell *root_cell = &cells[0];
struct jailhouse_system *system_config;
struct jailhouse_image_header image_header = { .max_cpus = APIC_CPUS, .pm1_control = PORT_PM1 };
bool vmx_in_use;

/*
 * What the code under test calls.
 */

struct cpu *this_cpu(void)
{
	return apic_actor;
}

struct cpu *cpu_by_id(u32 id)
{
	return id < APIC_CPUS ? &apic_cpus[id] : NULL;
}

void cpu_send_event(struct cpu *cpu, u32 events)
{
	promise(cpu->cell == apic_actor->cell);
	if (events & EVENT_STOP)
		cpu->state = CPU_PARKED;
}

bool cpu_start(struct cpu *cpu, u64 entry, u64 arg)
{
	(void)arg;
	promise(cpu->cell == apic_actor->cell && !(entry & ~0xff000ULL));
	cpu->state = CPU_RUNNING;
	return true;
}

void cpu_park(enum cpu_state state)
{
	(void)state;
	longjmp(out, 1);
}

void cell_violation(struct cpu *cpu, const char *fmt, ...)
{
	char text[160];
	va_list ap;

	promise(cpu == apic_actor);
	va_start(ap, fmt);
	format(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (!cell_is_root(cpu->cell))
		cpu_park(CPU_FAILED);
}

bool cell_others_run(void)
{
	return true;
}

void cell_root_stop(struct cpu *cpu, const char *how)
{
	(void)how;
	promise(cell_is_root(cpu->cell));
	longjmp(out, 1);
}

u64 arch_phys_limit(void)
{
	return 1ULL << 40;
}

u64 arch_counter(void)
{
	return now += 100;
}

u64 arch_counter_hz(void)
{
	return 1000000;
}

void arch_cpu_relax(void) {}

void lock_get(u32 *lock)
{
	promise(!*lock);
	*lock = 1;
}

void let_interrupts(void) {}

bool printk_allowed(struct cpu *cpu)
{
	promise(cpu == apic_actor);
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

int paging_map(struct paging *paging, u64 virt, u64 phys, u64 size, u64 attr, u32 flags)
{
	(void)paging;
	(void)attr;
	(void)flags;
	promise(virt == APIC_ADDRESS && phys == virt && size == PAGE_SIZE);
	return 0;
}

u64 arch_memory_attr(const struct cell *cell, u64 flags)
{
	(void)cell;
	promise(!(flags & JAILHOUSE_MEM_WRITE));
	return flags;
}

void vcpu_advance_unknown(struct cpu *cpu, enum known_insn insn)
{
	(void)insn;
	cpu->arch.vmcb->rip += 2;
}

void vcpu_inject(struct cpu *cpu, u32 vector, bool has_error, u32 error)
{
	(void)vector;
	(void)has_error;
	(void)error;
	promise(cpu == apic_actor);
}

int mmio_add(struct mmio_space *space, u64 start, u64 size, mmio_handler handler, void *arg)
{
	u32 cell = ((struct cell *)((char *)space - offsetof(struct cell, mmio)))->id;
	u32 n = space->count++;

	promise(cell < CELLS);
	promise(n < RANGES && size == PAGE_SIZE);
	ranges[cell][n] = (struct range){ start, handler, arg };
	return 0;
}

/*
 * Cells: pins and ports go round.
 */

static void configure(u32 id, struct config *config)
{
	static const struct jailhouse_pio ports[CELLS][3] = {
		{ PIO_RANGE(0, 0x700), PIO_RANGE(0xcf8, 8), PIO_RANGE(0xfff8, 8) },
		{ PIO_RANGE(0x3f8, 8), PIO_RANGE(0x5fc, 4), PIO_RANGE(PM_TIMER, 4) },
		{ PIO_RANGE(0x2f8, 8), PIO_RANGE(0xfff8, 4), PIO_RANGE(0x606, 2) },
	};
	u32 pin;

	memset(config, 0, sizeof(*config));
	config->desc.num_irqchips = 1;
	config->desc.num_pio_regions = 3;
	config->chip.address = IOAPIC_ADDRESS;
	for (pin = 0; pin < IOAPIC_PINS; pin++)
		if (id == 0 || pin % 4 == id)
			config->chip.pin_bitmap[0] |= 1U << pin;
	memcpy(config->pio, ports[id], sizeof(config->pio));
}

static void units_init(struct cell *cell)
{
	promise(unit_ioapic.cell_init(cell) == 0);
	promise(unit_ports.cell_init(cell) == 0);
}

static void make_cell(u32 id)
{
	struct cell *cell = &cells[id];
	u32 n;

	memset(cell, 0, sizeof(*cell));
	cell->id = id;
	configure(id, id ? &configs[id] : root_config);
	cell->config = id ? &configs[id].desc : &root_config->desc;
	cell->first_cpu = id * 2;
	cell->cpus[0] = 3ULL << id * 2;
	for (n = 0; n < 2; n++)
		apic_cpus[id * 2 + n].cell = cell;
	taken[id] = false;
}

static void exchange(struct cell *cell)
{
	if (taken[cell->id]) {
		ioapic_return(cell);
		ports_return(cell);
	} else {
		ioapic_take(cell);
		ports_take(cell);
	}
	taken[cell->id] = !taken[cell->id];
}

static void make_cpus(void)
{
	static const u32 ids[APIC_CPUS] = { 0, 3, 5, 8, 2, 0x12 };
	u32 n;

	memset(apic_cpus, 0, sizeof(apic_cpus));
	for (n = 0; n < APIC_CPUS; n++) {
		apic_cpus[n].id = n;
		apic_cpus[n].state = CPU_RUNNING;
		apic_cpus[n].arch.apic_id = ids[n];
		apic_cpus[n].arch.vmcb = &vmcbs[n];
		memset(&vmcbs[n], 0, sizeof(vmcbs[n]));
	}
}

static void setup(u8 machine)
{
	static u8 system[sizeof(struct jailhouse_system) + sizeof(struct config)];
	u32 n;

	mock_reset();
	vmx_in_use = machine & 1;
	apic_model_reset(machine & 2, machine & 6);
	system_config = (void *)system;
	*system_config = system_memory;
	system_config->platform_info.x86.pm_timer_address = PM_TIMER;
	root_config = (void *)&system_config->root_cell;
	make_cpus();
	for (n = 0; n < CELLS; n++)
		make_cell(n);
	apic_actor = &apic_cpus[0];
	pool_init(pool, POOL_PHYS, POOL_PAGES);
	promise(apic_prepare() == 0 && msr_prepare() == 0);
	promise(unit_ioapic.init() == 0);
	for (n = 0; n < CELLS; n++)
		units_init(&cells[n]);
	promise(apic_map_root(root_cell) == 0);
	for (n = 0; n < APIC_CPUS; n++) {
		apic_actor = &apic_cpus[n];
		promise(apic_cpu_prepare(apic_actor) == 0);
		if (apic_actor->cell != root_cell)
			apic_reset(apic_actor);
	}
	apic_actor = &apic_cpus[0];
	for (n = 1; n < CELLS; n++)
		exchange(&cells[n]);
}

/*
 * Operations.
 */

static void access(u8 how, u32 offset, u64 value)
{
	u32 n = apic_actor->cell->id, count = apic_actor->cell->mmio.count;
	const struct range *range = &ranges[n][how % count];
	struct mmio_access access = { .offset = offset % PAGE_SIZE,
				      .value = value,
				      .size = (u8)(1 << (how >> 1 & 3)),
				      .write = how & 8 };

	if (access.offset + access.size > PAGE_SIZE)
		return;
	access.address = range->start + access.offset;
	if (range->handler(apic_actor, &access, range->arg) != MMIO_DONE || access.write ||
	    range->start != IOAPIC_ADDRESS || access.offset != 0x10)
		return;
	/* A pin of somebody else looks like one that is masked and goes nowhere. */
	n = cells[n].arch.ioapic_index[0];
	if (n >= 0x10 && (n - 0x10) / 2 < IOAPIC_PINS &&
	    apic_pin_owner((n - 0x10) / 2) != apic_actor->cell)
		promise((u32)access.value == (n & 1 ? 0U : 1U << 16));
}

/* An access to one of the registers behind the index register of the I/O APIC. */
static void access_pin(u8 how, u32 index, u64 value)
{
	u32 n = apic_actor->cell->id, range = cells[n].mmio.count - 1U;

	while (ranges[n][range].start != IOAPIC_ADDRESS)
		range--;
	how = (u8)((how & 8) | 2 << 1);
	while (how % cells[n].mmio.count != range)
		how++;
	access(how | 8, 0, index & 0x3f);
	access(how, 0x10, value);
}

/* As the processor reads the map of the cell. */
static bool msr_exits(u32 msr, bool write)
{
	const u8 *map = pool_virt(msr_map(apic_actor->cell));
	u32 bit;

	if (vmx_in_use) {
		if (msr >= 0x2000 && msr - 0xc0000000 >= 0x2000)
			return true;
		bit = (msr & 0x1fff) + (msr >= 0x2000 ? 0x2000 : 0) + (write ? 0x4000 : 0);
	} else {
		if (msr >= 0x2000 && msr - 0xc0000000 >= 0x2000 && msr - 0xc0010000 >= 0x2000)
			return true;
		bit = (msr & 0x1fff) * 2 + write;
		bit += msr < 0x2000 ? 0 : msr < 0xc0010000 ? 0x4000 : 0x8000;
	}
	return map[bit / 8] >> bit % 8 & 1;
}

/* Registers of the three ranges, a few at a time, and of none. */
static u32 msr_number(u32 number)
{
	static const u32 first[] = { 0,		 0x800,	     0xc0000000, 0xc0010000,
				     0x40000000, 0xc0000080, 0x1b,	 0x200 };

	return first[number >> 16 & 7] + (number & 0x1fff);
}

static void access_msr(bool write, u32 msr, u64 value)
{
	struct vmcb *vmcb = apic_actor->arch.vmcb;

	if (!msr_exits(msr, write)) {
		promise(!write || msr != 0x830);
		promise(!write || (msr != MSR_APIC_BASE && msr != MSR_EFER));
		return;
	}
	registers.gpr[REG_RCX] = msr;
	registers.gpr[REG_RAX] = value;
	registers.gpr[REG_RDX] = value >> 32;
	if (write)
		handle_wrmsr(apic_actor, &registers);
	else
		handle_rdmsr(apic_actor, &registers);
	promise(vmx_in_use || !write || !vmcb->efer || vmcb->efer & EFER_SVME);
}

/* As the processor does: any byte of the access. */
static bool port_exits(u32 port, u32 size)
{
	const u8 *map = apic_actor->cell->arch.port_map;
	u32 n, exits = 0;

	for (n = port; n < port + size; n++)
		exits |= map[n / 8] >> n % 8 & 1;
	return exits;
}

static void access_port(u8 how, u32 port, u64 value)
{
	struct port_access access = {
		.port = (u16)port, .size = (u8)(1 << how % 3), .in = how & 4, .string = how & 8
	};
	u32 n;

	if (!port_exits(access.port, access.size)) {
		for (n = access.port; n < access.port + access.size; n++)
			promise(apic_port_owned(apic_actor->cell, n) || n - PM_TIMER < 4);
		return;
	}
	registers.gpr[REG_RAX] = value;
	handle_port(apic_actor, &registers, &access);
}

static void operate(const struct operation *op)
{
	u32 number = op->number[0] | (u32)op->number[1] << 8 | (u32)op->number[2] << 16;
	u64 value = 0;

	memcpy(&value, op->value, sizeof(op->value));
	if (op->how & 16)
		value = (value >> 32) << 32 | value >> 8;
	apic_judged = true;
	switch ((op->what >> 4) % KINDS) {
	case ACCESS:
		access(op->how, number, value);
		break;
	case PIN:
		access_pin(op->how, number, value);
		break;
	case READ_MSR:
	case WRITE_MSR:
		access_msr((op->what >> 4) % KINDS == WRITE_MSR, msr_number(number), value);
		break;
	case PORT:
		access_port(op->how, number & 0xffff, value);
		break;
	case COMMAND:
		apic_command(apic_actor, number & 0xff, (u32)value);
		break;
	case LIFE:
		if (!cell_is_root(apic_actor->cell))
			break;
		apic_judged = false;
		exchange(&cells[1 + op->how % 2]);
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct cpu before[APIC_CPUS];
	struct input input = { data, size };
	struct operation op;
	u8 machine, count = 0;

	if (!take(&input, &machine, sizeof(machine)))
		return 0;
	setup(machine);
	while (take(&input, &op, sizeof(op)) && count++ < OPERATIONS) {
		apic_actor = &apic_cpus[(op.what & 15) % APIC_CPUS];
		/* A cell whose resources are the root's does not run. */
		if (!cell_is_root(apic_actor->cell) && !taken[apic_actor->cell->id])
			continue;
		memcpy(before, apic_cpus, sizeof(before));
		if (!setjmp(out))
			operate(&op);
		promise_others(apic_cpus, before, apic_actor);
		apic_model_promise();
	}
	promise(mock_bugs == 0);
	return 0;
}
