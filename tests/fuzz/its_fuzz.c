/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fuzzer of the interrupt translation service (libFuzzer): the root cell writes its registers and its
 * queue of commands, and memory beside it, in any order and at any moment, above a model of the
 * hardware that executes commands when the input says so. The input is a byte for the kind of
 * machine, then operations of 16 bytes.
 *
 * The hardware's queue never moves, and what the hardware has been told of does not change before it
 * is executed; each command that it executes, and each table that it has, names memory that the root
 * cell may write, and CPUs that are the root cell's.
 */
#include <stdarg.h>

#include <asm/gicv3.h>
#include <asm/its.h>
#include <asm/pte.h>
#include <core/memory.h>
#include <core/printk.h>
#include <core/space.h>
#include <core/system.h>

#include "fuzz.h"
#include "mock.h"

#define SERVICE	   0x8080000ULL
#define REDIST	   0x80a0000ULL
#define RAM	   0x40000000ULL
#define RAM_PAGES  96
#define QUEUE_PAGE 16 /* of the hardware: two pages */
#define QUEUE	   (RAM + QUEUE_PAGE * PAGE_SIZE)
#define QUEUE_SIZE (2 * PAGE_SIZE)
#define FOREIGN	   64 /* pages from here on are another cell's */
#define LENT	   60 /* and this one is lent */
#define CPUS	   4
#define OPERATIONS 100

enum { REGISTER, WRITER, SLOT, COMMAND, QUEUE_AT, MEMORY, EXECUTE, DRAIN, KINDS };

struct operation {
	u8 what, how;
	u16 at;
	u32 value1;
	u64 value2;
};

static u8 ram[RAM_PAGES * PAGE_SIZE] __attribute__((aligned(4096)));
static char registers[ITS_FRAME], frames[CPUS * GICR_STRIDE]; /* addresses only */
static struct {
	u64 typer, cbaser, cwriter, creadr, baser[GITS_BASERS];
	bool enabled;
	u32 page_sizes; /* that GITS_BASER can have: a bit for those that are of 64 KiB only */
} hardware;
static struct cpu cpus[CPUS];
static struct cell cells[2];
static struct range {
	u64 start, size;
	mmio_handler handler;
	void *arg;
} ranges[2];
static u32 range_count;
static bool windowed, prepared;
static u64 now;

struct cell *root_cell = &cells[0];
struct jailhouse_image_header image_header = { .max_cpus = CPUS };
u64 gicr_base = REDIST;

/*
 * What may be: memory and CPUs of the root cell.
 */

static bool root_writes(u64 page)
{
	return page < FOREIGN && page != LENT &&
	       (!prepared || page < QUEUE_PAGE || page >= QUEUE_PAGE + QUEUE_SIZE / PAGE_SIZE);
}

/* What the hardware would write to. */
static void judge_memory(u64 address, u64 size)
{
	u64 at;

	for (at = address & ~PAGE_MASK; at < address + size; at += PAGE_SIZE)
		promise(at >= RAM && root_writes((at - RAM) / PAGE_SIZE));
}

static u64 target_of(u32 cpu)
{
	return (u64)cpu << 16;
}

static void judge_target(u64 target, bool root_only)
{
	u32 n;

	for (n = 0; n < CPUS; n++)
		if ((target & 0xfffffffff0000ULL) == target_of(n))
			break;
	promise(n < CPUS && (!root_only || cell_is_root(cpus[n].cell)));
}

static void judge_command(const u64 *command)
{
	u64 entry = (hardware.typer >> 4 & 15) + 1;

	switch (command[0] & 0xff) {
	case 0x08: /* MAPD */
		if (!(command[2] >> 63))
			return;
		promise((command[1] & 0x1f) <= (hardware.typer >> 8 & 0x1f));
		judge_memory(command[2] & 0xfffffffffff00ULL, entry << ((command[1] & 0x1f) + 1));
		return;
	case 0x09: /* MAPC */
		if (command[2] >> 63)
			judge_target(command[2], true);
		return;
	case 0x0e: /* MOVALL */
		judge_target(command[2], false);
		judge_target(command[3], true);
		return;
	case 0x05: /* SYNC */
		judge_target(command[2], false);
		return;
	case 0x01: /* MOVI, INT, CLEAR, MAPTI, MAPI, INV, INVALL, DISCARD */
	case 0x03:
	case 0x04:
	case 0x0a:
	case 0x0b:
	case 0x0c:
	case 0x0d:
	case 0x0f:
		return;
	default:
		promise(false);
	}
}

static void judge_tables(void)
{
	u32 n, shift;
	u64 value, address;

	for (n = 0; n < GITS_BASERS; n++) {
		value = hardware.baser[n];
		shift = 12 + 2 * (value >> 8 & 3);
		shift = shift > 16 ? 16 : shift;
		address = value & 0x0000fffffffff000ULL;
		if (shift == 16)
			address = (value & 0x0000ffffffff0000ULL) | (value & 0xf000) << 36;
		if (value & GITS_VALID)
			judge_memory(address, ((value & 0xff) + 1) << shift);
	}
}

/*
 * The hardware.
 */

static bool is_told(u64 offset)
{
	u64 from = (offset + QUEUE_SIZE - hardware.creadr) % QUEUE_SIZE;

	return from < (hardware.cwriter + QUEUE_SIZE - hardware.creadr) % QUEUE_SIZE;
}

static u64 *register_at(u32 offset)
{
	switch (offset & ~7U) {
	case GITS_TYPER:
		return &hardware.typer;
	case GITS_CBASER:
		return &hardware.cbaser;
	case GITS_CWRITER:
		return &hardware.cwriter;
	case GITS_CREADR:
		return &hardware.creadr;
	default:
		return offset >= GITS_BASER && offset < GITS_BASER + 8 * GITS_BASERS ?
			       &hardware.baser[(offset - GITS_BASER) / 8] :
			       NULL;
	}
}

static void register_write(u32 offset, u32 size, u64 value)
{
	u32 n = (offset - GITS_BASER) / 8;

	if (offset == GITS_CTLR) {
		hardware.enabled = value & GITS_CTLR_ENABLED;
		return;
	}
	promise(size == 8);
	if (offset == GITS_CWRITER) {
		promise((value & 0xfffe0) < QUEUE_SIZE);
		hardware.cwriter = value & 0xfffe0;
	} else if (offset == GITS_CBASER) {
		promise(!hardware.enabled && value == hardware.cbaser);
		hardware.creadr = 0;
	} else {
		promise(!hardware.enabled && n < GITS_BASERS);
		if (hardware.page_sizes >> n & 1)
			value = (value & ~0x300ULL) | 0x200;
		hardware.baser[n] = value;
	}
}

static u64 register_read(u32 offset, u32 size)
{
	const u64 *reg = register_at(offset);

	promise(size >= 4 && !(offset & (size - 1)));
	if (offset == GITS_CTLR)
		return hardware.enabled ? 1 : GITS_CTLR_QUIESCENT;
	if (!reg)
		return 0;
	return size == 8 ? *reg : offset & 4 ? *reg >> 32 : (u32)*reg;
}

/* Memory is a page that is in the window: stores there are the root's, to the hardware's queue. */
u64 hw_read(const volatile void *address, u32 size)
{
	const char *at = (const char *)(uintptr_t)address;
	u64 value = 0;

	if (at >= registers && at < registers + sizeof(registers))
		return register_read((u32)(at - registers), size);
	if (at >= frames && at < frames + sizeof(frames)) {
		promise((at - frames) % GICR_STRIDE == GICR_TYPER);
		return (u64)((at - frames) / GICR_STRIDE) << 8;
	}
	promise(windowed && (const u8 *)at >= ram && (const u8 *)at < ram + sizeof(ram));
	memcpy(&value, at, size);
	return value;
}

void hw_write(volatile void *address, u32 size, u64 value)
{
	char *at = (char *)(uintptr_t)address;

	if (at >= registers && at < registers + sizeof(registers)) {
		register_write((u32)(at - registers), size, value);
		return;
	}
	promise(windowed && (u8 *)at >= ram + (QUEUE - RAM) &&
		(u8 *)at < ram + (QUEUE - RAM + QUEUE_SIZE));
	promise(!is_told((u64)((u8 *)at - ram) - (QUEUE - RAM)));
	memcpy(at, &value, size);
}

u64 hw_sysreg_read(enum hw_sysreg reg)
{
	(void)reg;
	abort();
}

void hw_sysreg_write(enum hw_sysreg reg, u64 value)
{
	(void)reg;
	(void)value;
	abort();
}

static void execute(u32 count)
{
	u64 command[4];

	while (hardware.enabled && count-- && hardware.creadr != hardware.cwriter) {
		memcpy(command, ram + (QUEUE - RAM) + hardware.creadr, sizeof(command));
		judge_command(command);
		hardware.creadr = (hardware.creadr + sizeof(command)) % QUEUE_SIZE;
	}
}

/*
 * What the code under test calls.
 */

struct cpu *this_cpu(void)
{
	return &cpus[0];
}

struct cpu *cpu_by_id(u32 id)
{
	return id < CPUS ? &cpus[id] : NULL;
}

void printk(const char *fmt, ...)
{
	(void)fmt;
}

bool printk_allowed(struct cpu *cpu)
{
	(void)cpu;
	return true;
}

bool gic_refuse(struct cpu *cpu, const char *what, u64 offset, u64 value)
{
	(void)cpu;
	(void)what;
	(void)offset;
	(void)value;
	return false;
}

int gic_hide(struct cell *cell, u64 start, u64 size)
{
	promise(cell == root_cell && start == SERVICE && size == ITS_FRAME);
	return 0;
}

int gicv3_check_id(const char *name, u64 base)
{
	(void)name;
	promise(base == SERVICE);
	return 0;
}

char *gicr_frame_base(void)
{
	return frames;
}

void *space_map_device(u64 phys, u64 size)
{
	promise(phys == SERVICE && size == ITS_FRAME);
	return registers;
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

void lock_get(u32 *lock)
{
	promise(!*lock);
	*lock = 1;
}

bool memory_lookup(const struct cell *cell, u64 address, u64 *phys, u64 *attr)
{
	u64 page = (address - RAM) / PAGE_SIZE;

	promise(cell == root_cell);
	if (address < RAM || page >= FOREIGN)
		return false;
	if (phys)
		*phys = address;
	if (attr)
		*attr = PTE_S2_READ | (root_writes(page) || page == LENT ? PTE_S2_WRITE : 0) |
			(page == LENT ? PTE_APART : 0);
	return true;
}

bool memory_is_ram(const struct cell *cell, u64 address)
{
	(void)cell;
	return address >= RAM && address < RAM + sizeof(ram);
}

int memory_check_registers(const struct cell *cell, u64 start, u64 size, const char *what)
{
	(void)cell;
	(void)start;
	(void)size;
	(void)what;
	return 0;
}

int paging_map(struct paging *paging, u64 virt, u64 phys, u64 size, u64 attr, u32 flags)
{
	(void)paging;
	(void)flags;
	promise(virt == QUEUE && phys == QUEUE && size == QUEUE_SIZE && !(attr & PTE_S2_WRITE));
	return 0;
}

int mmio_add(struct mmio_space *space, u64 start, u64 size, mmio_handler handler, void *arg)
{
	(void)space;
	promise(range_count < 2);
	ranges[range_count++] = (struct range){ start, size, handler, arg };
	return 0;
}

void *window_map(u64 phys, bool device)
{
	promise(!windowed && !device && phys - RAM < sizeof(ram) && !(phys & PAGE_MASK));
	windowed = true;
	return ram + (phys - RAM);
}

void window_unmap(void)
{
	promise(windowed);
	windowed = false;
}

void arch_clean_memory(void *start, u64 size)
{
	promise(windowed && size == ITS_COMMAND_SIZE && (u8 *)start >= ram);
}

/*
 * The root cell.
 */

static void access(u32 range, u64 offset, u32 size, bool write, u64 value)
{
	struct mmio_access access = { .address = ranges[range].start + offset,
				      .offset = offset,
				      .value = value,
				      .size = (u8)size,
				      .write = write };

	if (offset < ranges[range].size && ranges[range].size - offset >= size)
		ranges[range].handler(&cpus[0], &access, ranges[range].arg);
	promise(!windowed);
}

static u64 read_register(u64 offset)
{
	struct mmio_access access = { .address = SERVICE + offset, .offset = offset, .size = 8 };

	ranges[0].handler(&cpus[0], &access, ranges[0].arg);
	return access.value;
}

/* A word of the root's own memory; to the hardware's queue it traps. */
static void store(u64 address, u64 value)
{
	if (address - QUEUE < QUEUE_SIZE)
		access(1, address - QUEUE, 8, true, value);
	else if (address >= RAM && root_writes((address - RAM) / PAGE_SIZE))
		memcpy(ram + (address - RAM), &value, 8);
}

/* Addresses near what there is. */
static u64 some_address(u32 value)
{
	return RAM + value % (RAM_PAGES + 4) * PAGE_SIZE + (value >> 8 & 0x1f) * 256;
}

static void command(const struct operation *op)
{
	static const u8 types[] = { 1, 3, 4, 5, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 0x21, 0x29 };
	u64 queue = read_register(GITS_CBASER) & 0xffffffffff000ULL, cpu = op->value1 % 6;
	u64 size = ((read_register(GITS_CBASER) & 0xff) + 1) * PAGE_SIZE;
	u64 slot = read_register(GITS_CWRITER) & 0xfffe0, type = types[op->how % 16];
	u64 words[4] = { type, op->value1 % 24, op->value2, target_of((u32)cpu) };
	u32 n;

	if (type == 8)
		words[2] = (op->value2 & 1) << 63 | some_address((u32)(op->value2 >> 1));
	else if (op->how & 0x20)
		words[2] = (op->value2 & 1) << 63 | target_of((u32)(op->value2 >> 1) % 6);
	if (op->how & 0x40)
		words[0] = type | op->value2 << 32;
	for (n = 0; n < 4; n++)
		store(queue + slot + n * 8, words[n]);
	access(0, GITS_CWRITER, 8, true, (slot + ITS_COMMAND_SIZE) % size);
}

static void operate(const struct operation *op)
{
	static const u16 known[] = { GITS_CTLR,	      GITS_CBASER,     GITS_CWRITER,
				     GITS_CREADR,     GITS_BASER,      GITS_BASER + 8,
				     GITS_BASER + 16, GITS_BASER + 56, GITS_STATUSR };
	u64 offset = op->how & 0x80 ? op->at : known[op->at % 9];

	switch (op->what % KINDS) {
	case REGISTER:
		access(0, offset, 1U << (op->how & 3), op->how & 4,
		       op->how & 8 ?
			       (op->value2 & 0x80000000000003ffULL) | some_address(op->value1) :
			       op->value2);
		break;
	case WRITER:
		access(0, GITS_CWRITER, 8, true, op->value1);
		break;
	case SLOT:
		access(1, op->at, 1U << (op->how & 3), op->how & 4, op->value2);
		break;
	case COMMAND:
		command(op);
		break;
	case QUEUE_AT:
		access(0, GITS_CTLR, 4, true, 0);
		access(0, GITS_CBASER, 8, true,
		       GITS_VALID | (some_address(op->value1) & ~PAGE_MASK) | (op->how & 3));
		access(0, GITS_CTLR, 4, true, 1);
		break;
	case MEMORY:
		store(some_address(op->value1) & ~7ULL, op->value2);
		break;
	case EXECUTE:
		execute(op->how);
		break;
	case DRAIN:
		its_drained(&cpus[0]);
		break;
	}
}

/* The service is found once; the root sets it up as at first with each input. */
static void setup(u8 kind)
{
	u32 n;

	mock_reset();
	windowed = false;
	memset(&hardware, 0, sizeof(hardware));
	hardware.typer = 7ULL << 4 | 15ULL << 8; /* redistributors by number */
	hardware.cbaser = GITS_VALID | QUEUE | (QUEUE_SIZE / PAGE_SIZE - 1);
	hardware.page_sizes = kind;
	for (n = 0; n < CPUS; n++) {
		cpus[n].cell = &cells[n / 2];
		cpus[n].arch.gicr = frames + n * GICR_STRIDE;
	}
	cells[1].id = 1;
	image_header.frames[0].address = SERVICE;
	image_header.frames[0].size = 2 * ITS_FRAME;
	image_header.frames[0].kind = JAILHOUSE_FRAME_ITS;
	if (!prepared)
		promise(its_prepare() == 0 && its_cell_init(root_cell) == 0);
	prepared = true;
	access(0, GITS_CTLR, 4, true, 0);
	access(0, GITS_CBASER, 8, true, hardware.cbaser);
	access(0, GITS_CTLR, 4, true, 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = { data, size };
	struct operation op;
	u32 count = 0;
	u8 kind;

	if (!take(&input, &kind, sizeof(kind)))
		return 0;
	memset(ram, 0, sizeof(ram));
	setup(kind);
	while (take(&input, &op, sizeof(op)) && count++ < OPERATIONS) {
		operate(&op);
		judge_tables();
	}
	execute(~0U);
	promise(mock_bugs == 0);
	return 0;
}
