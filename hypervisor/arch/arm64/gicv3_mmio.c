/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * GICv3: the registers that cells see. Distributor and redistributors trap always. A cell reads and
 * writes the physical registers, but only the bits of its own interrupts; there are no shadow
 * registers, except where the hypervisor has taken the hardware for itself (SGIs, priorities).
 *
 * Almost all registers are made for concurrent use (set and clear registers, bytes). ICFGR alone
 * needs read-modify-write; it is guarded by a lock whose holder makes two register accesses.
 */
#include <asm/gic.h>
#include <asm/sysregs.h>
#include <core/bitmap.h>
#include <core/error.h>
#include <core/printk.h>
#include <core/system.h>

static u32 icfgr_lock;

/* How the root had configured an interrupt that a cell has now. */
static u8 saved_priority[SPI_LIMIT];
static u64 saved_edge[SPI_LIMIT / 64 + 1];

static bool refuse(struct cpu *cpu, const char *what, u64 offset, u64 value)
{
	if (printk_allowed(cpu))
		printk("cell \"%s\", CPU %u: %s+0x%llx: value 0x%llx refused",
		       cpu->cell->config->name, cpu->id, what, offset, value);
	return false;
}

/*
 * Distributor.
 */

static u64 irq_mask(const struct cell *cell, u32 first, u32 count, u32 bits)
{
	u64 mask = 0;
	u32 n;

	for (n = 0; n < count; n++)
		if (gic_owns_spi(cell, first + n))
			mask |= ((1ULL << bits) - 1) << (n * bits);
	return mask;
}

static void gicd_bits(struct cpu *cpu, struct mmio_access *access)
{
	u32 word = (u32)(access->offset & 0x7f) / 4, kind = access->offset & ~0x7fULL;
	u32 mask = word ? cpu->cell->arch.spis[word] : 0;

	if (!access->write)
		access->value = mmio_read32(gicd + access->offset) & mask;
	else if (kind != GICD_IGROUPR && (access->value & mask))
		mmio_write32(gicd + access->offset, (u32)access->value & mask);
}

static void gicd_priority(struct cpu *cpu, struct mmio_access *access)
{
	u32 first = (u32)(access->offset - GICD_IPRIORITYR), n;
	u64 value = access->value;
	u8 priority;

	if (!access->write)
		access->value = 0;
	for (n = 0; n < access->size; n++) {
		if (!gic_owns_spi(cpu->cell, first + n))
			continue;
		if (!access->write) {
			access->value |= (u64)gic_spi_priority[first + n] << (n * 8);
			continue;
		}
		priority = (u8)(value >> (n * 8));
		gic_spi_priority[first + n] = priority;
		if (priority < GIC_PRIORITY_MIN)
			priority = GIC_PRIORITY_MIN;
		mmio_write(gicd + GICD_IPRIORITYR + first + n, 1, priority);
	}
}

static void icfgr_update(u32 word, u32 mask, u32 value)
{
	char *reg = gicd + GICD_ICFGR + word * 4;

	while (!atomic_change(&icfgr_lock, 0, 1))
		arch_cpu_relax();
	mmio_write32(reg, (mmio_read32(reg) & ~mask) | (value & mask));
	store_release(&icfgr_lock, 0);
}

static void gicd_config(struct cpu *cpu, struct mmio_access *access)
{
	u32 word = (u32)(access->offset - GICD_ICFGR) / 4;
	u32 mask = (u32)irq_mask(cpu->cell, word * 16, 16, 2);

	if (!access->write)
		access->value = mmio_read32(gicd + access->offset) & mask;
	else if (mask)
		icfgr_update(word, mask, (u32)access->value);
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
	refuse(cpu, "GICD_IROUTER", access->offset, access->value);
}

/* Message-based SPIs: the value is the interrupt. */
static void gicd_message(struct cpu *cpu, struct mmio_access *access)
{
	u32 intid = (u32)access->value & 0x3ff;

	if (access->write && gic_owns_spi(cpu->cell, intid))
		mmio_write32(gicd + access->offset, intid);
	else if (access->write)
		refuse(cpu, "GICD_SETSPI", access->offset, access->value);
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
	} else if (offset < GICD_IGROUPR || offset >= GIC_ID_REGISTERS) {
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

/* SGI bits are the software's, PPI bits the hardware's. */
static void gicr_bits(struct cpu *cpu, struct cpu *target, u32 reg, struct mmio_access *access)
{
	u32 mask = cpu->cell->arch.private_mask & 0xffff0000, value = (u32)access->value, soft = 0;
	u32 reserved = cell_is_root(cpu->cell) ? 1U << gic_maintenance : 0;

	if (!access->write) {
		if (reg == GICD_ISENABLER || reg == GICD_ICENABLER)
			soft = target->arch.vsgi_enabled | target->arch.reserved_enabled;
		else if (reg == GICD_ISPENDR || reg == GICD_ICPENDR)
			soft = read_once(target->arch.vsgi_pending);
		else if (reg == GICD_IGROUPR)
			soft = 0xffff;
		access->value = (mmio_read32(target->arch.gicr + GICR_SGI + reg) & mask) | soft;
		return;
	}
	switch (reg) {
	case GICD_ISENABLER:
		atomic_or(&target->arch.vsgi_enabled, value & 0xffff);
		target->arch.reserved_enabled |= value & reserved;
		break;
	case GICD_ICENABLER:
		atomic_and(&target->arch.vsgi_enabled, ~(value & 0xffff));
		target->arch.reserved_enabled &= ~(value & reserved);
		break;
	case GICD_ISPENDR:
		atomic_or(&target->arch.vsgi_pending, value & 0xffff);
		break;
	case GICD_ICPENDR:
		atomic_and(&target->arch.vsgi_pending, ~(value & 0xffff));
		break;
	case GICD_IGROUPR:
		return;
	}
	if (value & mask)
		mmio_write32(target->arch.gicr + GICR_SGI + reg, value & mask);
	if (read_once(target->arch.vsgi_pending) & target->arch.vsgi_enabled) {
		if (target == cpu)
			gic_inject_sgis(cpu);
		else
			cpu_send_event(target, EVENT_INTERRUPT);
	}
}

static void gicr_priority(struct cpu *cpu, struct cpu *target, struct mmio_access *access)
{
	u32 first = (u32)(access->offset & 0x1f), n;
	u64 value = access->value;
	u8 priority;

	access->value = 0;
	for (n = first; n < first + access->size; n++) {
		if (!access->write)
			access->value |= (u64)target->arch.priority[n] << (n - first) * 8;
		if (!access->write || !(cpu->cell->arch.private_mask >> n & 1))
			continue;
		priority = (u8)(value >> (n - first) * 8);
		target->arch.priority[n] = priority;
		if (priority < GIC_PRIORITY_MIN)
			priority = GIC_PRIORITY_MIN;
		if (n >= 16)
			mmio_write(target->arch.gicr + GICR_SGI + GICD_IPRIORITYR + n, 1, priority);
	}
}

static enum mmio_result gicr_sgi_access(struct cpu *cpu, struct cpu *target, u32 reg,
					struct mmio_access *access)
{
	char *sgi = target->arch.gicr + GICR_SGI;
	u32 mask;

	if (reg >= GICD_IPRIORITYR && reg < GICD_IPRIORITYR + 32) {
		gicr_priority(cpu, target, access);
		return MMIO_DONE;
	}
	if (access->size != 4)
		return MMIO_REFUSED;
	if (reg >= GICD_IGROUPR && reg < GICD_IPRIORITYR && !(reg & 0x7f)) {
		gicr_bits(cpu, target, reg, access);
	} else if (reg == GICD_ICFGR + 4) {
		mask = (u32)0;
		for (u32 n = 16; n < 32; n++)
			mask |= (cpu->cell->arch.private_mask >> n & 1 ? 3U : 0) << (n - 16) * 2;
		if (!access->write)
			access->value = mmio_read32(sgi + reg) & mask;
		else
			mmio_write32(sgi + reg, (mmio_read32(sgi + reg) & ~mask) |
							((u32)access->value & mask));
	} else {
		access->value = 0;
	}
	return MMIO_DONE;
}

/* Tables that the redistributor itself writes must lie in memory of the root cell. */
static bool lpi_table_ok(struct cpu *cpu, u32 reg, u64 value)
{
	u64 address = value & 0xffffffff0000ULL, phys, size = 0x10000, done;

	if (reg == GICR_PROPBASER)
		address = value & 0xffffffff000ULL, size = 1ULL << ((value & 0x1f) + 1);
	for (done = 0; done < size; done += PAGE_SIZE)
		if (!paging_lookup(&root_cell->memory, address + done, &phys, NULL, NULL))
			return refuse(cpu,
				      reg == GICR_PROPBASER ? "GICR_PROPBASER" : "GICR_PENDBASER",
				      reg, value);
	return true;
}

/* Control frame. Only the root cell has LPIs. */
static enum mmio_result gicr_rd_access(struct cpu *cpu, struct cpu *target, u32 reg,
				       struct mmio_access *access)
{
	bool root = cell_is_root(cpu->cell);

	switch (reg) {
	case GICR_WAKER:
		if (access->write)
			target->arch.waker_sleep = access->value & GICR_WAKER_SLEEP;
		else
			access->value =
				target->arch.waker_sleep ? GICR_WAKER_SLEEP | GICR_WAKER_ASLEEP : 0;
		return MMIO_DONE;
	case GICR_PROPBASER:
	case GICR_PENDBASER:
		if (access->write &&
		    (access->size != 8 || (root && !lpi_table_ok(cpu, reg, access->value))))
			return MMIO_DONE;
		/* fall through */
	case GICR_CTLR:
	case GICR_INVLPIR:
	case GICR_INVALLR:
		if (!access->write)
			access->value = mmio_read(target->arch.gicr + reg, access->size);
		else if (root)
			mmio_write(target->arch.gicr + reg, access->size, access->value);
		return MMIO_DONE;
	default:
		access->value =
			access->write ? 0 : mmio_read(target->arch.gicr + reg, access->size);
		return MMIO_DONE;
	}
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
	if (!access->write && (reg == GICR_TYPER || reg == GICR_TYPER + 4 || reg == GIC_PIDR2)) {
		access->value = mmio_read(rd + reg, access->size);
		return MMIO_DONE;
	}
	if (!cell_is_root(cpu->cell))
		return MMIO_REFUSED;
	access->value = 0;
	refuse(cpu, "redistributor of another cell", access->offset, access->value);
	return MMIO_DONE;
}

static enum mmio_result gicr_access(struct cpu *cpu, struct mmio_access *access, void *arg)
{
	u32 frame = (u32)(access->offset / gicr_stride), reg = (u32)(access->offset % gicr_stride);
	char *rd = (char *)arg + frame * gicr_stride;
	struct cpu *target = frame_owner(frame, rd);

	if (access->offset & (access->size - 1))
		return MMIO_REFUSED;
	if (!target || target->cell != cpu->cell)
		return gicr_foreign(cpu, rd, reg, access);
	if (reg < GICR_SGI)
		return gicr_rd_access(cpu, target, reg, access);
	if (reg < GICR_STRIDE)
		return gicr_sgi_access(cpu, target, reg - GICR_SGI, access);
	access->value = 0;
	return MMIO_DONE;
}

/*
 * Cells.
 */

/* The frames trap, whatever memory regions the configuration has. */
static int hide(struct cell *cell, u64 start, u64 size)
{
	int err = paging_prepare(&cell->memory, start, size);

	if (!err)
		paging_unmap(&cell->memory, start, size);
	return err;
}

static void fill_interrupts(struct cell *cell)
{
	const struct jailhouse_irqchip *chip = jailhouse_cell_irqchips(cell->config);
	u32 n, word, first;

	for (n = 0; n < cell->config->num_irqchips; n++, chip++) {
		first = chip->pin_base / 32;
		for (word = 0; word < 4 && first + word < SPI_WORDS; word++)
			cell->arch.spis[first + word] |= chip->pin_bitmap[word];
	}
	cell->arch.spis[0] = 0;
	cell->arch.private_mask = 0xffff0000 & ~(1U << gic_maintenance);
	if (!cell_is_root(cell))
		cell->arch.private_mask &= 1U << GIC_VIRTUAL_TIMER | 1U << GIC_PHYSICAL_TIMER;
}

int gic_mmio_init(struct cell *cell)
{
	u64 gicd_base = system_config->platform_info.arm.gicd_base;
	u64 size = gicr_frames * gicr_stride;
	int err;

	fill_interrupts(cell);
	err = hide(cell, gicd_base, GICD_SIZE);
	if (!err)
		err = hide(cell, gicr_base, size);
	if (!err)
		err = mmio_add(&cell->mmio, gicd_base, GICD_SIZE, gicd_access, NULL);
	if (!err)
		err = mmio_add(&cell->mmio, gicr_base, size, gicr_access, gicr_frame_base());
	return err;
}

#define for_each_spi(cell, intid)                                 \
	for ((intid) = SPI_FIRST; (intid) < SPI_LIMIT; (intid)++) \
		if (gic_owns_spi(cell, intid))

void gic_spis_reset(const struct cell *cell, const struct cell *owner)
{
	u64 route = cpu_by_id(owner->first_cpu)->arch.mpidr;
	u32 intid, word;

	for (word = 1; word < SPI_WORDS; word++) {
		if (!cell->arch.spis[word])
			continue;
		mmio_write32(gicd + GICD_ICENABLER + word * 4, cell->arch.spis[word]);
		mmio_write32(gicd + GICD_ICPENDR + word * 4, cell->arch.spis[word]);
		mmio_write32(gicd + GICD_ICACTIVER + word * 4, cell->arch.spis[word]);
	}
	for_each_spi(cell, intid)
	{
		mmio_write64(gicd + GICD_IROUTER + intid * 8, route);
		gic_spi_priority[intid] = GIC_PRIORITY_DEFAULT;
		mmio_write(gicd + GICD_IPRIORITYR + intid, 1, GIC_PRIORITY_DEFAULT);
	}
}

void gic_spis_save(const struct cell *cell)
{
	u32 intid;

	for_each_spi(cell, intid)
	{
		saved_priority[intid] = gic_spi_priority[intid];
		bit_clear(saved_edge, intid);
		if (mmio_read32(gicd + GICD_ICFGR + intid / 16 * 4) >> (intid % 16 * 2) & 2)
			bit_set(saved_edge, intid);
	}
}

void gic_spis_restore(const struct cell *cell)
{
	u32 intid, shift, priority;

	for_each_spi(cell, intid)
	{
		shift = intid % 16 * 2;
		icfgr_update(intid / 16, 3U << shift,
			     (bit_test(saved_edge, intid) ? 2U : 0) << shift);
		priority = saved_priority[intid];
		gic_spi_priority[intid] = (u8)priority;
		mmio_write(gicd + GICD_IPRIORITYR + intid, 1,
			   priority < GIC_PRIORITY_MIN ? GIC_PRIORITY_MIN : priority);
	}
}

void arch_cell_release(struct cell *cell)
{
	const struct jailhouse_irqchip *chip = jailhouse_cell_irqchips(root_cell->config);
	u32 n, word, first;

	gic_spis_reset(cell, root_cell);
	gic_spis_restore(cell);
	for (n = 0; n < root_cell->config->num_irqchips; n++, chip++) {
		first = chip->pin_base / 32;
		for (word = 0; word < 4 && first + word < SPI_WORDS; word++)
			root_cell->arch.spis[first + word] |=
				chip->pin_bitmap[word] & cell->arch.spis[first + word];
	}
}
