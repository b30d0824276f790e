/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fuzzer of the interrupt controllers of arm64 (libFuzzer): three cells on six CPUs do what guests
 * can do, above a model of the hardware (gic_model.c). The first byte of the input is the version,
 * then come a seed for the state of the hardware, and operations of 10 bytes each: what and by
 * which CPU, size and direction, address, value.
 *
 * After each operation: no interrupt, no list register and no CPU of another cell has changed, what
 * was read tells nothing of other cells, no SGI went to a foreign CPU (the model sees to these two),
 * and no interrupt is in two list registers.
 */
#include <stdarg.h>

#include <asm/gicv2.h>
#include <asm/gicv3.h>
#include <asm/its.h>
#include <asm/traps.h>
#include <core/bitmap.h>
#include <core/error.h>
#include <core/format.h>
#include <core/memory.h>
#include <core/system.h>

#include "fuzz.h"
#include "gic_model.h"
#include "mock.h"

#define CELLS	   3
#define RANGES	   4
#define OPERATIONS 200

struct operation {
	u8 what, how;
	u8 address[3];
	u8 value[5];
};

enum { ACCESS, ACCESS_AGAIN, RAISE, KICK, TAKE, END, SEND, RESET, PARK, DRAIN, KINDS };

static struct {
	struct jailhouse_cell_desc desc;
	struct jailhouse_irqchip chips[8];
} __attribute__((packed)) configs[CELLS];
static struct jailhouse_system system_memory;
static struct cell cells[CELLS];
static struct range {
	u64 start, size;
	mmio_handler handler;
	void *arg;
} ranges[CELLS][RANGES];
static u64 now;

struct cell *root_cell = &cells[0];
struct jailhouse_system *system_config = &system_memory;
struct jailhouse_image_header image_header = { .max_cpus = GIC_CPUS };

/*
 * What the code under test calls.
 */

struct cpu *this_cpu(void)
{
	return gic_actor;
}

struct cpu *cpu_by_id(u32 id)
{
	return id < GIC_CPUS ? &gic_cpus[id] : NULL;
}

void cpu_send_event(struct cpu *cpu, u32 events)
{
	promise(cpu->cell == gic_actor->cell);
	atomic_or(&cpu->events, events);
}

void cpu_handle_events(struct cpu *cpu)
{
	if (atomic_swap(&cpu->events, 0) & EVENT_INTERRUPT)
		gic_inject_sgis(cpu);
}

u64 arch_counter(void)
{
	return now += 100;
}

u64 arch_counter_hz(void)
{
	return 1000000;
}

bool printk_allowed(struct cpu *cpu)
{
	promise(cpu == gic_actor);
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

void lock_get(u32 *lock)
{
	promise(!*lock);
	*lock = 1;
}

/* RAM of the root cell is the first GiB. */
bool its_memory_ok(u64 address, u64 size)
{
	return size <= 0x40000000 && address <= 0x40000000 - size;
}

/* There is no interrupt translation service, see unit-its. */
int its_prepare(void)
{
	return 0;
}

int its_cell_init(struct cell *cell)
{
	(void)cell;
	return 0;
}

bool its_drained(struct cpu *cpu)
{
	promise(cpu == gic_actor);
	return true;
}

int memory_check_registers(const struct cell *cell, u64 start, u64 size, const char *what)
{
	(void)cell;
	(void)start;
	(void)size;
	(void)what;
	return 0;
}

int paging_prepare(struct paging *paging, u64 virt, u64 size)
{
	(void)paging;
	(void)virt;
	(void)size;
	return 0;
}

void paging_unmap(struct paging *paging, u64 virt, u64 size)
{
	paging_prepare(paging, virt, size);
}

int paging_map(struct paging *paging, u64 virt, u64 phys, u64 size, u64 attr, u32 flags)
{
	(void)phys;
	(void)attr;
	(void)flags;
	return paging_prepare(paging, virt, size);
}

u64 arch_memory_attr(const struct cell *cell, u64 flags)
{
	(void)cell;
	return flags;
}

int mmio_add(struct mmio_space *space, u64 start, u64 size, mmio_handler handler, void *arg)
{
	u32 cell = ((struct cell *)((char *)space - offsetof(struct cell, mmio)))->id;
	u32 n = space->count++;

	promise(cell < CELLS);
	promise(n < RANGES);
	ranges[cell][n].start = start;
	ranges[cell][n].size = size;
	ranges[cell][n].handler = handler;
	ranges[cell][n].arg = arg;
	return 0;
}

/*
 * Cells: shared interrupts go round, every fourth is nobody's.
 */

static void make_cell(u32 id)
{
	struct cell *cell = &cells[id];
	u32 n, chip, bit;

	memset(cell, 0, sizeof(*cell));
	memset(&configs[id], 0, sizeof(configs[id]));
	cell->id = id;
	cell->config = &configs[id].desc;
	cell->first_cpu = id * 2;
	cell->cpus[0] = 3ULL << id * 2;
	cell->config->num_irqchips = 8;
	for (chip = 0; chip < 8; chip++) {
		configs[id].chips[chip].pin_base = 32 + chip * 128;
		for (bit = id; bit < 128 && 32 + chip * 128 + bit < SPI_LIMIT; bit += 4)
			configs[id].chips[chip].pin_bitmap[bit / 32] |= 1U << bit % 32;
	}
	for (n = 0; n < 2; n++)
		gic_cpus[id * 2 + n].cell = cell;
}

/* The way of an enable, once for each version. */
static void prepare(u32 version)
{
	u32 n;

	memset(gic_cpus, 0, sizeof(gic_cpus));
	system_memory.platform_info.arm.gic_version = (u8)version;
	for (n = 0; n < GIC_CPUS; n++) {
		gic_cpus[n].id = n;
		gic_cpus[n].state = CPU_RUNNING;
		gic_cpus[n].arch.mpidr = n / 2 * 0x100 + n % 2;
	}
	for (n = 0; n < CELLS; n++)
		make_cell(n);
	gic_judge = JUDGE_SETUP;
	gic_actor = &gic_cpus[0];
	gic_model_reset(version);
	promise(gic_prepare() == 0);
	for (n = 0; n < CELLS; n++)
		promise(gic_mmio_init(&cells[n]) == 0);
	for (n = 0; n < GIC_CPUS; n++) {
		gic_actor = &gic_cpus[n];
		promise(gic_cpu_prepare(gic_actor) == 0);
	}
	for (n = 0; n < GIC_CPUS; n++) {
		gic_actor = &gic_cpus[n];
		gic_cpu_reset(gic_actor);
	}
	gic_model_save();
}

/* What prepare() has made, and what operations change. */
static struct start {
	struct cpu cpus[GIC_CPUS];
	struct cell cells[CELLS];
	struct range ranges[CELLS][RANGES];
	u8 priority[SPI_LIMIT];
	u32 config[SPI_LIMIT / 16 + 1];
} starts[2];

static void remember(struct start *start)
{
	memcpy(start->cpus, gic_cpus, sizeof(gic_cpus));
	memcpy(start->cells, cells, sizeof(cells));
	memcpy(start->ranges, ranges, sizeof(ranges));
	memcpy(start->priority, gic_spi_priority, SPI_LIMIT);
	memcpy(start->config, gic_spi_config, sizeof(gic_spi_config));
}

static void begin(const struct start *start)
{
	memcpy(gic_cpus, start->cpus, sizeof(gic_cpus));
	memcpy(cells, start->cells, sizeof(cells));
	memcpy(ranges, start->ranges, sizeof(ranges));
	memcpy(gic_spi_priority, start->priority, SPI_LIMIT);
	memcpy(gic_spi_config, start->config, sizeof(gic_spi_config));
}

/* The message interrupts of CPUs that have parked are the only state that is nowhere to be seen. */
static void forget_strays(void)
{
	u32 n;

	gic_actor = &gic_cpus[0];
	for (n = 0; n < 16 / GIC_LRS; n++) {
		gic_inject_sgis(gic_actor);
		gic_model_restore(3, 0);
	}
}

static void setup(u32 version, u16 seed)
{
	static bool prepared;
	u32 n;

	for (n = 2; n <= 3 && !prepared; n++) {
		system_memory.platform_info.arm.maintenance_irq = GIC_MAINTENANCE;
		system_memory.platform_info.arm.gicd_base = GICD_BASE;
		system_memory.platform_info.arm.gicc_base = GICC_BASE;
		system_memory.platform_info.arm.gich_base = GICH_BASE;
		system_memory.platform_info.arm.gicv_base = GICV_BASE;
		system_memory.platform_info.arm.gicr_base = GICR_BASE;
		prepare(n);
		remember(&starts[n - 2]);
	}
	prepared = true;
	mock_reset();
	gic_ops = version == 2 ? &gicv2_ops : &gicv3_ops;
	begin(&starts[version - 2]);
	gic_model_restore(version, seed);
	if (version == 3)
		forget_strays();
	gic_model_restore(version, seed);
}

/*
 * Promises.
 */

static void promise_lrs(void)
{
	u32 cpu, n, m;

	for (cpu = 0; cpu < GIC_CPUS; cpu++) {
		for (n = 0; n < GIC_LRS; n++) {
			struct gic_lr lr = gic_model_lr(cpu, n);

			if (!lr.pending && !lr.active)
				continue;
			for (m = 0; m < n; m++) {
				struct gic_lr other = gic_model_lr(cpu, m);

				promise(other.intid != lr.intid ||
					!(other.pending || other.active));
			}
		}
	}
}

/* Bits of interrupts from @first on, @width each, that are the cell's. */
static u64 own_bits(const struct cell *cell, u32 first, u32 count, u32 width)
{
	u64 bits = 0;
	u32 n;

	for (n = 0; n < count; n++)
		if (gic_cell_owns(cell, first + n))
			bits |= ((1ULL << width) - 1) << n * width;
	return bits;
}

/* A distributor tells a guest about its own shared interrupts only; private ones are judged apart. */
static void promise_read(const struct mmio_access *access, u32 version)
{
	u32 offset = (u32)access->offset, first;
	const struct cell *cell = gic_actor->cell;

	if (offset >= GICD_IGROUPR + 4 && offset < GICD_IPRIORITYR && (offset & 0x7c)) {
		promise(!(access->value & ~own_bits(cell, (offset & 0x7c) * 8, 32, 1)));
	} else if (offset >= GICD_IPRIORITYR + 32 && offset < GICD_ICFGR) {
		first = offset & 0x3ff;
		if (first >= 32 && (version == 2 || offset < GICD_ITARGETSR))
			promise(!(access->value & ~own_bits(cell, first, access->size, 8)));
	} else if (offset >= GICD_ICFGR + 8 && offset < GICD_IGRPMODR) {
		promise(!(access->value & ~own_bits(cell, (offset - GICD_ICFGR) * 4, 16, 2)));
	} else if (version == 3 && offset >= GICD_IROUTER && offset < GICD_IROUTER_END) {
		promise(!access->value || gic_cell_owns(cell, (offset - GICD_IROUTER) / 8));
	}
}

/*
 * Operations.
 */

static void access(const struct operation *op, u32 version, u64 offset, u64 value)
{
	u32 n = gic_actor->cell->id, range = op->how >> 4 & 1, count = gic_actor->cell->mmio.count;
	struct mmio_access access = { .value = value,
				      .size = (u8)(1 << (op->how & 3)),
				      .write = op->how & 4 };

	range %= count;
	if (offset >= ranges[n][range].size || ranges[n][range].size - offset < access.size)
		return;
	access.offset = offset;
	access.address = ranges[n][range].start + offset;
	gic_judge = JUDGE_ACCESS;
	if (ranges[n][range].handler(gic_actor, &access, ranges[n][range].arg) != MMIO_DONE)
		return;
	if (!access.write && ranges[n][range].start == GICD_BASE)
		promise_read(&access, version);
}

static void raise_interrupt(u32 intid)
{
	gic_judge = JUDGE_INTERRUPT;
	if (gic_model_raise(gic_actor->id, intid))
		gic_handle_irq(gic_actor);
}

/* A maintenance interrupt is due when its causes say so; the model leaves the moment to us. */
static void operate(const struct operation *op, u32 version)
{
	u64 address = op->address[0] | op->address[1] << 8 | (u64)op->address[2] << 16, value = 0;

	memcpy(&value, op->value, sizeof(op->value));
	if (op->how & 8)
		value |= value << 32;
	switch ((op->what >> 4) % KINDS) {
	case ACCESS:
	case ACCESS_AGAIN:
		access(op, version, address, value);
		break;
	case RAISE:
		raise_interrupt(address >> 16 & 1 ? GIC_LPI + (u32)(address & 0xff) :
						    (u32)(address & 0x3ff));
		break;
	case KICK:
		raise_interrupt(op->how & 1 ? GIC_MAINTENANCE : 0);
		break;
	case TAKE:
		gic_model_take(gic_actor->id, op->how % GIC_LRS);
		break;
	case END:
		gic_model_end(gic_actor->id, op->how % GIC_LRS);
		break;
	case SEND:
		gic_judge = JUDGE_ACCESS;
		if (version == 3)
			gic_send_sgi(gic_actor, value);
		break;
	case RESET:
		gic_judge = JUDGE_PARK;
		gic_cpu_reset(gic_actor);
		break;
	case PARK:
		gic_judge = JUDGE_PARK;
		gic_ops->cpu_quiesce(gic_actor);
		gic_cpu_reset(gic_actor);
		break;
	case DRAIN:
		gic_judge = JUDGE_INTERRUPT;
		if (gic_cpu_drain(gic_actor))
			gic_cpu_undrain(gic_actor);
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct cpu before[GIC_CPUS];
	struct input input = { data, size };
	struct operation op;
	u8 version, count = 0;
	u16 seed;

	if (!take(&input, &version, sizeof(version)) || !take(&input, &seed, sizeof(seed)))
		return 0;
	version = version & 1 ? 3 : 2;
	setup(version, seed);
	while (take(&input, &op, sizeof(op)) && count++ < OPERATIONS) {
		gic_actor = &gic_cpus[(op.what & 15) % GIC_CPUS];
		memcpy(before, gic_cpus, sizeof(before));
		operate(&op, version);
		promise_others(gic_cpus, before, gic_actor);
		promise_lrs();
	}
	promise(mock_bugs == 0);
	return 0;
}
