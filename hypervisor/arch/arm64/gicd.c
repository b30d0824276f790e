/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The registers of the distributor that cells see, as far as GICv2 and GICv3 agree, and the
 * interrupts of cells. A cell reads and writes the physical registers, but only the bits of its
 * own interrupts; there are no shadow registers, except where the hypervisor has taken the
 * hardware for itself (SGIs, priorities).
 *
 * Almost all registers are made for concurrent use (set and clear registers, bytes). ICFGR alone
 * has interrupts of several cells in one word; its contents are kept in memory, see config_update().
 */
#include <asm/gic_device.h>
#include <asm/its.h>
#include <asm/sysregs.h>
#include <core/bitmap.h>
#include <core/error.h>
#include <core/memory.h>
#include <core/system.h>

/* How the root had configured an interrupt that a cell has now. */
static u8 saved_priority[SPI_LIMIT] STATUS_PAGE;
static u64 saved_edge[SPI_LIMIT / 64 + 1];

static bool is_active_register(u64 offset)
{
	return offset >= GICD_ISACTIVER && offset < GICD_IPRIORITYR;
}

static u32 word_of(u64 offset)
{
	return (u32)(offset & 0x7f) / 4;
}

static u32 bits_read(struct cpu *cpu, char *bank, u64 offset, u32 mask)
{
	u32 bits = mmio_read32(bank + offset) & mask, kind = offset & ~0x7fU;

	if (bits && is_active_register(offset))
		bits &= ~gic_lrs_waiting(cpu, word_of(offset));
	else if (kind == GICD_ISPENDR || kind == GICD_ICPENDR)
		bits |= gic_lrs_waiting(cpu, word_of(offset)) & mask;
	return bits;
}

/* What the guest has not taken from a list register can still be disabled, or be pending no more. */
static void bits_write(struct cpu *cpu, char *bank, u64 offset, u32 bits)
{
	u32 kind = offset & ~0x7fU;

	if (kind == GICD_ICPENDR)
		gic_lrs_withdraw(cpu, word_of(offset), bits);
	if (is_active_register(offset))
		bits = gic_lrs_set_active(cpu, word_of(offset), bits, offset < GICD_ICACTIVER);
	mmio_write32(bank + offset, bits);
	if (kind == GICD_ICENABLER)
		gic_lrs_withdraw(cpu, word_of(offset), bits);
}

/*
 * Shared interrupts.
 */

void gicd_bits(struct cpu *cpu, struct mmio_access *access)
{
	u32 word = word_of(access->offset);
	u32 mask = word ? cpu->cell->arch.spis[word] : 0;

	if (!access->write)
		access->value = bits_read(cpu, gicd, access->offset, mask);
	else if (access->offset >= GICD_ISENABLER && (access->value & mask))
		bits_write(cpu, gicd, access->offset, (u32)access->value & mask);
}

void gicd_priority(struct cpu *cpu, struct mmio_access *access)
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

/*
 * Nobody waits for another cell here. Whoever changes the contents in memory writes them to the
 * register afterwards, and again if they have changed meanwhile: then what was written last is what
 * they are. Whoever changes them all the time changes its own bits only.
 */
static void config_update(u32 word, u32 mask, u32 value)
{
	u32 *config = &gic_spi_config[word], n, written;

	atomic_xor(config, (read_once(*config) ^ value) & mask);
	for (n = 0; n < CPU_MAX; n++) {
		written = read_once(*config);
		mmio_write32(gicd + GICD_ICFGR + word * 4, written);
		dsb(sy);
		if (read_once(*config) == written)
			return;
	}
}

void gicd_config(struct cpu *cpu, struct mmio_access *access)
{
	u32 word = (u32)(access->offset - GICD_ICFGR) / 4, mask = 0, n;

	for (n = 0; n < 16; n++)
		if (gic_owns_spi(cpu->cell, word * 16 + n))
			mask |= 3U << n * 2;
	if (!access->write)
		access->value = mmio_read32(gicd + access->offset) & mask;
	else if (mask)
		config_update(word, mask, (u32)access->value);
}

/*
 * Private interrupts.
 */

/* SGI bits are the software's, PPI bits the hardware's. */
static u32 private_bits_read(struct cpu *cpu, const struct cpu *target, u32 reg)
{
	u32 mask = cpu->cell->arch.private_mask & 0xffff0000, soft = 0;

	if (reg == GICD_ISENABLER || reg == GICD_ICENABLER)
		soft = target->arch.vsgi_enabled | target->arch.reserved_enabled;
	else if (reg == GICD_ISPENDR || reg == GICD_ICPENDR)
		soft = read_once(target->arch.vsgi_pending);
	else if (reg == GICD_IGROUPR)
		soft = 0xffff;
	if (target == cpu)
		return bits_read(cpu, cpu->arch.gic_private, reg, mask) | soft;
	return (mmio_read32(target->arch.gic_private + reg) & mask) | soft;
}

static void private_bits_write(struct cpu *cpu, struct cpu *target, u32 reg, u32 value)
{
	u32 mask = cpu->cell->arch.private_mask & 0xffff0000, sgis = value & gic_ops->sgi_bits;
	u32 reserved = cell_is_root(cpu->cell) ? value & 1U << gic_maintenance : 0;

	switch (reg) {
	case GICD_ISENABLER:
		atomic_or(&target->arch.vsgi_enabled, sgis);
		target->arch.reserved_enabled |= reserved;
		break;
	case GICD_ICENABLER:
		atomic_and(&target->arch.vsgi_enabled, ~sgis);
		target->arch.reserved_enabled &= ~reserved;
		break;
	case GICD_ISPENDR:
		atomic_or(&target->arch.vsgi_pending, sgis);
		break;
	case GICD_ICPENDR:
		atomic_and(&target->arch.vsgi_pending, ~sgis);
		break;
	case GICD_IGROUPR:
		return;
	}
	value &= mask;
	if (value && target == cpu)
		bits_write(cpu, cpu->arch.gic_private, reg, value);
	else if (value)
		mmio_write32(target->arch.gic_private + reg, value);
	if (read_once(target->arch.vsgi_pending) & target->arch.vsgi_enabled) {
		if (target == cpu)
			gic_ops->inject_sgis(cpu);
		else
			cpu_send_event(target, EVENT_INTERRUPT);
	}
}

static void private_priority(struct cpu *cpu, struct cpu *target, struct mmio_access *access)
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
			mmio_write(target->arch.gic_private + GICD_IPRIORITYR + n, 1, priority);
	}
}

static void private_config(struct cpu *cpu, struct cpu *target, u32 reg, struct mmio_access *access)
{
	char *address = target->arch.gic_private + reg;
	u32 mask = 0, n;

	for (n = 16; n < 32; n++)
		mask |= (cpu->cell->arch.private_mask >> n & 1 ? 3U : 0) << (n - 16) * 2;
	if (!access->write)
		access->value = mmio_read32(address) & mask;
	else
		mmio_write32(address, (mmio_read32(address) & ~mask) | ((u32)access->value & mask));
}

bool gic_private_size_ok(u32 reg, const struct mmio_access *access)
{
	if (reg >= GICD_IPRIORITYR && reg < GICD_IPRIORITYR + 32)
		return access->size == 1 || access->size == 4;
	return access->size == 4;
}

void gic_private_access(struct cpu *cpu, struct cpu *target, u32 reg, struct mmio_access *access)
{
	if (reg >= GICD_IPRIORITYR && reg < GICD_IPRIORITYR + 32)
		private_priority(cpu, target, access);
	else if (reg == GICD_ICFGR + 4)
		private_config(cpu, target, reg, access);
	else if (reg < GICD_IGROUPR || reg >= GICD_IPRIORITYR || (reg & 0x7f))
		access->value = 0;
	else if (access->write)
		private_bits_write(cpu, target, reg, (u32)access->value);
	else
		access->value = private_bits_read(cpu, target, reg);
}

/*
 * Cells.
 */

int gic_hide(struct cell *cell, u64 start, u64 size)
{
	int err = 0;

	if (!cell_is_root(cell))
		err = memory_check_registers(cell, start, size,
					     "the registers of the interrupt controller");
	if (!err)
		err = paging_prepare(&cell->memory, start, size);
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

/* Interrupts have to exist. What a CPU of the root is handling it will deactivate, and that must not
 * hit the cell. */
static int check_interrupts(const struct cell *cell)
{
	u32 word, active, words = gic_lines() / 32;

	for (word = 1; word < SPI_WORDS; word++) {
		if (word >= words && cell->arch.spis[word])
			return fail(MSG_CELL_INTERRUPT_ABSENT,
				    word * 32 + (u32)__builtin_ctz(cell->arch.spis[word]),
				    cell->config->name, words * 32);
		active = mmio_read32(gicd + GICD_ISACTIVER + word * 4) & cell->arch.spis[word];
		if (active)
			return fail(MSG_CELL_INTERRUPT_ACTIVE,
				    word * 32 + (u32)__builtin_ctz(active), cell->config->name);
	}
	return 0;
}

int gic_mmio_init(struct cell *cell)
{
	int err = 0;

	fill_interrupts(cell);
	if (!cell_is_root(cell))
		err = check_interrupts(cell);
	if (!err)
		err = gic_ops->mmio_init(cell);
	return err ? err : its_cell_init(cell);
}

#define for_each_spi(cell, intid)                                 \
	for ((intid) = SPI_FIRST; (intid) < SPI_LIMIT; (intid)++) \
		if (gic_owns_spi(cell, intid))

void gic_spis_reset(const struct cell *cell, const struct cell *owner)
{
	const struct cpu *target = cpu_by_id(owner->first_cpu);
	u32 intid, word;

	for (word = 1; word < SPI_WORDS; word++)
		if (cell->arch.spis[word])
			mmio_write32(gicd + GICD_ICENABLER + word * 4, cell->arch.spis[word]);
	gic_ops->settle(NULL);
	for (word = 1; word < SPI_WORDS; word++) {
		if (!cell->arch.spis[word])
			continue;
		mmio_write32(gicd + GICD_ICPENDR + word * 4, cell->arch.spis[word]);
		mmio_write32(gicd + GICD_ICACTIVER + word * 4, cell->arch.spis[word]);
	}
	for_each_spi(cell, intid) {
		gic_ops->route(intid, target);
		gic_spi_priority[intid] = GIC_PRIORITY_DEFAULT;
		mmio_write(gicd + GICD_IPRIORITYR + intid, 1, GIC_PRIORITY_DEFAULT);
	}
}

void gic_spis_save(const struct cell *cell)
{
	u32 intid;

	for_each_spi(cell, intid) {
		saved_priority[intid] = gic_spi_priority[intid];
		bit_clear(saved_edge, intid);
		if (gic_is_edge(NULL, intid))
			bit_set(saved_edge, intid);
	}
}

void gic_spis_restore(const struct cell *cell)
{
	u32 intid, shift, priority;

	for_each_spi(cell, intid) {
		shift = intid % 16 * 2;
		config_update(intid / 16, 3U << shift,
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
