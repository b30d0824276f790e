/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * GICv2: the registers that cells see beyond those of gicd.c. The distributor traps always; the CPU
 * interface that a cell finds at its place is the virtual one and never traps.
 */
#include <asm/gicv2.h>
#include <asm/sysregs.h>
#include <core/bitmap.h>
#include <core/error.h>
#include <core/printk.h>
#include <core/system.h>

/*
 * SGIs.
 */

u32 gicv2_sgi_sources(const struct cpu *cpu, u32 intid)
{
	return read_once(cpu->arch.sgi_sources[intid / 4]) >> intid % 4 * 8 & 0xff;
}

void gicv2_sgi_add(struct cpu *cpu, u32 intid, u32 sources)
{
	atomic_or(&cpu->arch.sgi_sources[intid / 4], (sources & 0xff) << intid % 4 * 8);
	atomic_or(&cpu->arch.vsgi_pending, 1U << intid);
}

u32 gicv2_sgi_remove(struct cpu *cpu, u32 intid, u32 sources)
{
	u32 shift = intid % 4 * 8;

	return atomic_and(&cpu->arch.sgi_sources[intid / 4], ~((sources & 0xff) << shift)) >>
		       shift &
	       0xff;
}

/* Bits of the CPUs that this cell has. */
static u32 cell_targets(const struct cell *cell)
{
	struct cpu *cpu;
	u32 n, mask = 0;

	for_each_cpu(cpu, n)
		if (bit_test(cell->cpus, n))
			mask |= 1U << cpu->arch.gic_id;
	return mask;
}

/* Which CPUs a write to GICD_SGIR means. */
static u32 sgi_targets(const struct cpu *cpu, u32 value)
{
	switch (value >> 24 & 3) {
	case 0:
		return value >> 16 & 0xff;
	case 1:
		return cell_targets(cpu->cell) & ~(1U << cpu->arch.gic_id);
	case 2:
		return 1U << cpu->arch.gic_id;
	default:
		return 0;
	}
}

static void send_sgi(struct cpu *cpu, u32 value)
{
	u32 targets = sgi_targets(cpu, value), intid = value & 15, foreign, n;
	struct cpu *target;

	foreign = targets & ~cell_targets(cpu->cell);
	if (foreign && printk_allowed(cpu))
		printk("cell \"%s\", CPU %u: SGI %u to CPUs that are not its own (0x%x) refused",
		       cpu->cell->config->name, cpu->id, intid, value);
	for_each_cpu(target, n) {
		if (!bit_test(cpu->cell->cpus, n) || !(targets >> target->arch.gic_id & 1) ||
		    read_once(target->state) != CPU_RUNNING)
			continue;
		gicv2_sgi_add(target, intid, 1U << cpu->arch.gic_id);
		gic_post_sgi(target, intid);
	}
}

/* GICD_CPENDSGIR and GICD_SPENDSGIR: a byte an SGI, a bit a sender. */
static void sgi_pending(struct cpu *cpu, struct mmio_access *access)
{
	bool set = access->offset >= GICD_SPENDSGIR;
	u32 first = (u32)access->offset & 15, n, sources;
	u64 value = access->value;

	if (!access->write)
		access->value = 0;
	for (n = 0; n < access->size; n++) {
		sources = (u32)(value >> n * 8) & 0xff;
		if (!access->write)
			access->value |= (u64)gicv2_sgi_sources(cpu, first + n) << n * 8;
		else if (set && (sources & cell_targets(cpu->cell)))
			gicv2_sgi_add(cpu, first + n, sources & cell_targets(cpu->cell));
		else if (!set)
			gicv2_sgi_remove(cpu, first + n, sources);
	}
	gic_inject_sgis(cpu);
}

/*
 * Distributor.
 */

void gicv2_route(u32 intid, const struct cpu *cpu)
{
	mmio_write(gicd + GICD_ITARGETSR + intid, 1, 1U << cpu->arch.gic_id);
}

bool gicv2_is_routed(u32 intid, const struct cpu *cpu)
{
	return mmio_read(gicd + GICD_ITARGETSR + intid, 1) >> cpu->arch.gic_id & 1;
}

/* Route to CPUs of the cell, and to no others. */
static void route_byte(struct cpu *cpu, u32 intid, u32 targets)
{
	u32 own = targets & cell_targets(cpu->cell);

	if (targets && !own)
		gic_refuse(cpu, "GICD_ITARGETSR", GICD_ITARGETSR + intid, targets);
	else
		mmio_write(gicd + GICD_ITARGETSR + intid, 1, own);
}

static void gicd_targets(struct cpu *cpu, struct mmio_access *access)
{
	u32 first = (u32)(access->offset - GICD_ITARGETSR), n, intid;
	u64 value = access->value;

	if (!access->write)
		access->value = 0;
	for (n = 0; n < access->size; n++) {
		intid = first + n;
		if (intid >= SPI_FIRST && !gic_owns_spi(cpu->cell, intid))
			continue;
		if (!access->write)
			access->value |= mmio_read(gicd + GICD_ITARGETSR + intid, 1) << n * 8;
		else if (intid >= SPI_FIRST)
			route_byte(cpu, intid, (u32)(value >> n * 8) & 0xff);
	}
}

/* The registers that each CPU has of its own. */
static bool is_private(u64 offset)
{
	if (offset >= GICD_IPRIORITYR && offset < GICD_ITARGETSR)
		return offset < GICD_IPRIORITYR + 32;
	if (offset >= GICD_ICFGR)
		return offset < GICD_ICFGR + 8;
	return offset >= GICD_IGROUPR && offset < GICD_IPRIORITYR && !(offset & 0x7c);
}

static bool size_ok(const struct mmio_access *access)
{
	u64 offset = access->offset;
	bool bytes = (offset >= GICD_IPRIORITYR && offset < GICD_ICFGR) ||
		     (offset >= GICD_CPENDSGIR && offset < GICD_SPENDSGIR + 16);

	if (offset & (access->size - 1))
		return false;
	return access->size == 4 || (bytes && access->size == 1);
}

static void gicd_other(struct cpu *cpu, struct mmio_access *access)
{
	u64 offset = access->offset;

	if (offset < GICD_IGROUPR || offset >= GICD_ID) {
		/* Control and identification: Linux has set them up, they stay. */
		if (!access->write)
			access->value = mmio_read32(gicd + offset);
	} else if (offset == GICD_SGIR && access->write) {
		send_sgi(cpu, (u32)access->value);
	} else if (offset >= GICD_CPENDSGIR && offset < GICD_SPENDSGIR + 16) {
		sgi_pending(cpu, access);
	} else {
		access->value = 0;
	}
}

static enum mmio_result gicd_access(struct cpu *cpu, struct mmio_access *access, void *arg)
{
	u64 offset = access->offset;

	(void)arg;
	if (!size_ok(access))
		return MMIO_REFUSED;
	if (is_private(offset))
		gic_private_access(cpu, cpu, (u32)offset, access);
	else if (offset < GICD_IGROUPR || offset >= GICD_IGRPMODR)
		gicd_other(cpu, access);
	else if (offset < GICD_IPRIORITYR)
		gicd_bits(cpu, access);
	else if (offset < GICD_ITARGETSR)
		gicd_priority(cpu, access);
	else if (offset < GICD_ICFGR)
		gicd_targets(cpu, access);
	else
		gicd_config(cpu, access);
	return MMIO_DONE;
}

/*
 * Linux's KVM clears the list registers when it gets a CPU, also while it is not the owner of EL2:
 * no offence, and nothing to be seen.
 */
static enum mmio_result gich_access(struct cpu *cpu, struct mmio_access *access, void *arg)
{
	(void)cpu;
	(void)arg;
	access->value = 0;
	return MMIO_DONE;
}

/*
 * Cells.
 */

int gicv2_mmio_init(struct cell *cell)
{
	u64 gicd_base = system_config->platform_info.arm.gicd_base;
	u64 gicc_base = system_config->platform_info.arm.gicc_base;
	u64 gicv_base = system_config->platform_info.arm.gicv_base;
	u64 attr =
		arch_memory_attr(cell, JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_IO);
	u64 gich_base = system_config->platform_info.arm.gich_base;
	int err;

	err = gic_hide(cell, gicd_base, GICV2_GICD_SIZE);
	if (!err)
		err = gic_hide(cell, gicc_base, GICC_SIZE);
	if (!err)
		err = gic_hide(cell, gicv_base, GICC_SIZE);
	if (!err)
		err = gic_hide(cell, gich_base, GICH_SIZE);
	if (!err && cell_is_root(cell))
		err = mmio_add(&cell->mmio, gich_base, GICH_SIZE, gich_access, NULL);
	if (!err)
		err = paging_map(&cell->memory, gicc_base, gicv_base, GICC_SIZE, attr, 0);
	if (!err)
		err = mmio_add(&cell->mmio, gicd_base, GICV2_GICD_SIZE, gicd_access, NULL);
	return err;
}
