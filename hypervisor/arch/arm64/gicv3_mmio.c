/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * GICv3: the registers that cells see beyond those of gicd.c. Distributor and redistributors trap
 * always.
 */
#include <asm/gicv3.h>
#include <asm/its.h>
#include <core/bitmap.h>
#include <core/memory.h>
#include <core/system.h>

/*
 * Distributor.
 */

void gicv3_route(u32 intid, const struct cpu *cpu)
{
	mmio_write64(gicd + GICD_IROUTER + intid * 8, cpu->arch.mpidr);
}

bool gicv3_is_routed(u32 intid, const struct cpu *cpu)
{
	return mmio_read64(gicd + GICD_IROUTER + intid * 8) == cpu->arch.mpidr;
}

/* Route to a CPU of the cell, and to no other. */
static void gicd_route(struct cpu *cpu, struct mmio_access *access)
{
	u32 intid = (u32)(access->offset - GICD_IROUTER) / 8, n;
	struct cpu *target;

	if (!gic_owns_spi(cpu->cell, intid)) {
		access->value = 0;
		return;
	}
	if (!access->write) {
		access->value = mmio_read(gicd + access->offset, access->size);
		return;
	}
	if (access->size == 4 && (access->offset & 4)) {
		/* Upper half alone: affinity level 3, the same for all CPUs we accept. */
		return;
	}
	if (access->value & GICD_IROUTER_ANY) {
		mmio_write64(gicd + (access->offset & ~7ULL), cpu->arch.mpidr);
		return;
	}
	for_each_cpu(target, n) {
		if (!bit_test(cpu->cell->cpus, n))
			continue;
		if ((target->arch.mpidr & (access->size == 8 ? ~0ULL : 0xffffffff)) ==
		    access->value) {
			mmio_write64(gicd + (access->offset & ~7ULL), target->arch.mpidr);
			return;
		}
	}
	gic_refuse(cpu, "GICD_IROUTER", access->offset, access->value);
}

/* Message-based SPIs: the value is the interrupt. */
static void gicd_message(struct cpu *cpu, struct mmio_access *access)
{
	u32 intid = (u32)access->value & 0x3ff;

	if (access->write && gic_owns_spi(cpu->cell, intid))
		mmio_write32(gicd + access->offset, intid);
	else if (access->write)
		gic_refuse(cpu, "GICD_SETSPI", access->offset, access->value);
}

static bool gicd_size_ok(const struct mmio_access *access)
{
	u64 offset = access->offset;

	if (offset & (access->size - 1))
		return false;
	if (offset >= GICD_IPRIORITYR && offset < GICD_ICFGR)
		return access->size == 1 || access->size == 4;
	if (offset >= GICD_IROUTER && offset < GICD_IROUTER_END)
		return access->size == 4 || access->size == 8;
	return access->size == 4;
}

static enum mmio_result gicd_access(struct cpu *cpu, struct mmio_access *access, void *arg)
{
	u64 offset = access->offset;

	(void)arg;
	if (!gicd_size_ok(access))
		return MMIO_REFUSED;
	if (offset == GICD_SETSPI_NSR || offset == GICD_CLRSPI_NSR) {
		gicd_message(cpu, access);
	} else if (offset < GICD_IGROUPR || offset >= GICV3_ID_REGISTERS) {
		/* Control and identification: Linux has set them up, they stay. */
		if (!access->write)
			access->value = mmio_read32(gicd + offset);
	} else if (offset < GICD_IPRIORITYR) {
		gicd_bits(cpu, access);
	} else if (offset < GICD_ITARGETSR) {
		gicd_priority(cpu, access);
	} else if (offset >= GICD_ICFGR && offset < GICD_IGRPMODR) {
		gicd_config(cpu, access);
	} else if (offset >= GICD_IROUTER && offset < GICD_IROUTER_END) {
		gicd_route(cpu, access);
	} else {
		access->value = 0;
	}
	return MMIO_DONE;
}

/*
 * Redistributors.
 */

/*
 * Tables that the redistributor reads and writes by itself must lie in memory of the root cell: a
 * byte and a bit for each message interrupt. How many those are is known when they are switched on;
 * until then the addresses do nothing, and afterwards they cannot be changed.
 */
u32 gicv3_lpi_fault(const char *rd)
{
	u64 config = mmio_read64(rd + GICR_PROPBASER), pending = mmio_read64(rd + GICR_PENDBASER);
	u64 bits = (config & 0x1f) + 1, limit = (mmio_read32(gicd + GICD_TYPER) >> 19 & 0x1f) + 1;
	u64 count = 1ULL << (bits < limit ? bits : limit);

	if (!its_memory_ok(config & 0xffffffffff000ULL, count))
		return GICR_PROPBASER;
	return its_memory_ok(pending & 0xfffffffff0000ULL, count / 8) ? 0 : GICR_PENDBASER;
}

/* One CPU at a time: what was looked at stays so until they are on. */
static void lpi_control(struct cpu *cpu, char *rd, const struct mmio_access *access)
{
	static u32 lock;
	u32 reg = (u32)(access->offset % gicr_stride), fault = 0;
	bool enabled;

	lock_get(&lock);
	enabled = mmio_read32(rd + GICR_CTLR) & GICR_CTLR_ENABLE_LPIS;
	if (reg == GICR_CTLR && !enabled && (access->value & GICR_CTLR_ENABLE_LPIS))
		fault = gicv3_lpi_fault(rd);
	if (fault)
		gic_refuse(cpu, gicv3_lpi_table(fault), fault, mmio_read64(rd + fault));
	else if (reg == GICR_CTLR || !enabled)
		mmio_write(rd + reg, access->size, access->value);
	lock_put(&lock);
}

/* Control frame. Only the root cell has LPIs. */
static enum mmio_result gicr_rd_access(struct cpu *cpu, struct cpu *target, u32 reg,
				       struct mmio_access *access)
{
	bool root = cell_is_root(cpu->cell);
	char *rd = target->arch.gicr;

	switch (reg) {
	case GICR_WAKER:
		if (access->write)
			target->arch.waker_sleep = access->value & GICR_WAKER_SLEEP;
		else
			access->value =
				target->arch.waker_sleep ? GICR_WAKER_SLEEP | GICR_WAKER_ASLEEP : 0;
		return MMIO_DONE;
	case GICR_CTLR:
	case GICR_PROPBASER:
	case GICR_PROPBASER + 4:
	case GICR_PENDBASER:
	case GICR_PENDBASER + 4:
		if (access->write && root)
			lpi_control(cpu, rd, access);
		else if (!access->write)
			access->value = mmio_read(rd + reg, access->size);
		return MMIO_DONE;
	case GICR_INVLPIR:
	case GICR_INVALLR:
		if (access->write && root)
			mmio_write(rd + reg, access->size, access->value);
		else if (!access->write)
			access->value = mmio_read(rd + reg, access->size);
		return MMIO_DONE;
	default:
		access->value = access->write ? 0 : mmio_read(rd + reg, access->size);
		return MMIO_DONE;
	}
}

/* Others may be an error on the bus, which would be the hypervisor's. */
static bool gicr_size_ok(u32 reg, const struct mmio_access *access)
{
	if (access->offset & (access->size - 1))
		return false;
	if (reg >= GICR_SGI)
		return reg >= GICR_STRIDE || gic_private_size_ok(reg - GICR_SGI, access);
	return access->size == 4 || (access->size == 8 && reg >= GICR_TYPER && reg < GICR_SYNCR);
}

static struct cpu *frame_owner(u32 frame, char *rd)
{
	struct cpu *cpu;
	u32 n;

	(void)frame;
	for_each_cpu(cpu, n)
		if (cpu->arch.gicr == rd)
			return cpu;
	return NULL;
}

/* Frames of other cells' CPUs: whoever looks for its own may read what it looks at. */
static enum mmio_result gicr_foreign(struct cpu *cpu, char *rd, u32 reg, struct mmio_access *access)
{
	if (!access->write && (reg == GICR_TYPER || reg == GICR_TYPER + 4 || reg == GICV3_PIDR2)) {
		access->value = mmio_read(rd + reg, access->size);
		return MMIO_DONE;
	}
	if (!cell_is_root(cpu->cell))
		return MMIO_REFUSED;
	gic_refuse(cpu, "redistributor of another cell", access->offset, access->value);
	access->value = 0;
	return MMIO_DONE;
}

static enum mmio_result gicr_access(struct cpu *cpu, struct mmio_access *access, void *arg)
{
	u32 frame = (u32)(access->offset / gicr_stride), reg = (u32)(access->offset % gicr_stride);
	char *rd = (char *)arg + frame * gicr_stride;
	struct cpu *target = frame_owner(frame, rd);

	if (!gicr_size_ok(reg, access))
		return MMIO_REFUSED;
	if (!target || target->cell != cpu->cell)
		return gicr_foreign(cpu, rd, reg, access);
	if (reg < GICR_SGI)
		return gicr_rd_access(cpu, target, reg, access);
	if (reg >= GICR_STRIDE) {
		access->value = 0;
		return MMIO_DONE;
	}
	gic_private_access(cpu, target, reg - GICR_SGI, access);
	return MMIO_DONE;
}

/*
 * Cells.
 */

int gicv3_mmio_init(struct cell *cell)
{
	u64 gicd_base = system_config->platform_info.arm.gicd_base;
	u64 size = gicr_frames * gicr_stride;
	int err;

	err = gic_hide(cell, gicd_base, GICV3_GICD_SIZE);
	if (!err)
		err = gic_hide(cell, gicr_base, size);
	if (!err)
		err = mmio_add(&cell->mmio, gicd_base, GICV3_GICD_SIZE, gicd_access, NULL);
	if (!err)
		err = mmio_add(&cell->mmio, gicr_base, size, gicr_access, gicr_frame_base());
	return err;
}
