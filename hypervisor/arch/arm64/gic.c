/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The interrupt controller: which one it is, and what GICv2 and GICv3 have in common.
 *
 * The configuration says which version the machine has, and the hardware has to agree, before
 * anything is changed. The versions differ in how a CPU talks to its interface and to its list
 * registers (gicv2.c, gicv3.c) and in the registers that guests see (gicv2_mmio.c, gicv3_mmio.c).
 */
#include <asm/gic_device.h>
#include <asm/sysregs.h>
#include <core/error.h>
#include <core/printk.h>
#include <core/space.h>
#include <core/system.h>

#define MAINTENANCE_US 10000 /* longest way of a signal to the distributor */

const struct gic_ops *gic_ops;

char *gicd;
u32 gic_maintenance;
u8 gic_spi_priority[SPI_LIMIT];
u32 gic_spi_config[SPI_LIMIT / 16 + 1];

/*
 * Preparation.
 */

int gic_probe(const char *name, u64 base, u64 offset, u32 *value)
{
	return window_probe(base + offset, value) ? 0 : fail(MSG_GIC_SILENT, name, base);
}

u32 gic_lines(void)
{
	return (mmio_read32(gicd + GICD_TYPER) & 0x1f) * 32 + 32;
}

int gic_map_distributor(u64 base, u64 size)
{
	u32 lines, n;

	gicd = space_map_device(base, size);
	if (!gicd)
		return -ENOMEM;
	lines = gic_lines();
	for (n = SPI_FIRST; n < SPI_LIMIT && n < lines; n++)
		gic_spi_priority[n] = (u8)mmio_read(gicd + GICD_IPRIORITYR + n, 1);
	for (n = 0; n < ARRAY_SIZE(gic_spi_config); n++)
		gic_spi_config[n] = mmio_read32(gicd + GICD_ICFGR + n * 4);
	return 0;
}

bool gic_wait_clear(const char *address, u32 bits, u32 microseconds)
{
	u64 deadline = arch_counter() + arch_counter_hz() * microseconds / 1000000;

	while (arch_counter() < deadline && (mmio_read32(address) & bits))
		;
	return !(mmio_read32(address) & bits);
}

static bool maintenance_is_pending(struct cpu *cpu)
{
	return mmio_read32(cpu->arch.gic_private + GICD_ISPENDR) >> gic_maintenance & 1;
}

static bool maintenance_comes(struct cpu *cpu)
{
	u64 deadline = arch_counter() + arch_counter_hz() * MAINTENANCE_US / 1000000;

	while (arch_counter() < deadline && !maintenance_is_pending(cpu))
		;
	return maintenance_is_pending(cpu);
}

static bool maintenance_goes(struct cpu *cpu)
{
	return gic_wait_clear(cpu->arch.gic_private + GICD_ISPENDR, 1U << gic_maintenance,
			      MAINTENANCE_US);
}

/* Without it list registers would stay full for ever, so it is tried. */
int gic_check_maintenance(struct cpu *cpu)
{
	u64 hcr = gic_ops->hcr_swap(0);
	bool silent = maintenance_goes(cpu), comes;

	gic_ops->hcr_swap(GIC_HCR_MAINTENANCE);
	comes = maintenance_comes(cpu);
	gic_ops->hcr_swap(hcr);
	if (gic_is_edge(cpu, gic_maintenance))
		mmio_write32(cpu->arch.gic_private + GICD_ICPENDR, 1U << gic_maintenance);
	if (!silent || !comes || !maintenance_goes(cpu))
		return fail(MSG_GIC_MAINTENANCE, cpu->id, gic_maintenance);
	return 0;
}

int gic_prepare(void)
{
	gic_maintenance = system_config->platform_info.arm.maintenance_irq;
	gic_ops = system_config->platform_info.arm.gic_version == 2 ? &gicv2_ops : &gicv3_ops;
	return gic_ops->prepare();
}

/*
 * Private interrupts.
 */

void gic_private_take(struct cpu *cpu)
{
	char *bank = cpu->arch.gic_private;
	u32 n;

	for (n = 0; n < 32; n++) {
		cpu->arch.priority[n] = (u8)mmio_read(bank + GICD_IPRIORITYR + n, 1);
		if (n >= 16 && cpu->arch.priority[n] < GIC_PRIORITY_MIN)
			mmio_write(bank + GICD_IPRIORITYR + n, 1, GIC_PRIORITY_MIN);
	}
	n = mmio_read32(bank + GICD_ISENABLER);
	cpu->arch.vsgi_enabled = n & 0xffff;
	cpu->arch.reserved_enabled = n & 1U << gic_maintenance;
}

void gic_private_own(struct cpu *cpu)
{
	char *bank = cpu->arch.gic_private;

	mmio_write(bank + GICD_IPRIORITYR + GIC_KICK, 1, GIC_PRIORITY_KICK);
	mmio_write(bank + GICD_IPRIORITYR + gic_maintenance, 1, GIC_PRIORITY_KICK);
	mmio_write32(bank + GICD_ISENABLER, 1U << GIC_KICK | 1U << gic_maintenance);
}

void gic_private_quiesce(struct cpu *cpu)
{
	char *bank = cpu->arch.gic_private;
	u32 own = 1U << GIC_KICK | 1U << gic_maintenance;

	mmio_write32(bank + GICD_ICENABLER, ~own);
	gic_ops->settle(cpu);
	mmio_write32(bank + GICD_ICPENDR, ~own);
	mmio_write32(bank + GICD_ICACTIVER, ~0U);
	cpu->arch.vsgi_enabled = 0xffff & ~gic_ops->sgi_bits;
	atomic_and(&cpu->arch.vsgi_pending, 0);
}

void gic_private_reset(struct cpu *cpu)
{
	u32 n;

	for (n = 0; n < 32; n++)
		cpu->arch.priority[n] = n == gic_maintenance ? 0 : GIC_PRIORITY_DEFAULT;
	for (n = 16; n < 32; n++)
		if (n != gic_maintenance)
			mmio_write(cpu->arch.gic_private + GICD_IPRIORITYR + n, 1,
				   GIC_PRIORITY_DEFAULT);
}

void gic_private_handback(struct cpu *cpu)
{
	char *bank = cpu->arch.gic_private;
	u32 n;

	mmio_write32(bank + GICD_ICENABLER, 0xffff | 1U << gic_maintenance);
	mmio_write32(bank + GICD_ICACTIVER, 1U << GIC_KICK | 1U << gic_maintenance);
	for (n = 0; n < 32; n++)
		mmio_write(bank + GICD_IPRIORITYR + n, 1, cpu->arch.priority[n]);
	mmio_write32(bank + GICD_ISENABLER, cpu->arch.vsgi_enabled | cpu->arch.reserved_enabled);
}

void gic_clamp_priorities(void)
{
	u32 n;

	for (n = SPI_FIRST; n < SPI_LIMIT; n++)
		if (gic_owns_spi(root_cell, n) && gic_spi_priority[n] < GIC_PRIORITY_MIN)
			mmio_write(gicd + GICD_IPRIORITYR + n, 1, GIC_PRIORITY_MIN);
}

/*
 * Single interrupts.
 */

static char *bank_of(const struct cpu *cpu, u32 intid)
{
	return intid < SPI_FIRST ? cpu->arch.gic_private : gicd;
}

bool gic_is_edge(const struct cpu *cpu, u32 intid)
{
	char *bank = bank_of(cpu, intid);

	return mmio_read32(bank + GICD_ICFGR + intid / 16 * 4) >> (intid % 16 * 2) & 2;
}

/* A level does that by itself, unless it was a guest's write that made it pending. */
static void repend(struct cpu *cpu, u32 intid)
{
	char *bank = bank_of(cpu, intid);
	u32 offset = intid / 32 * 4, bit = 1U << (intid % 32);

	if (!(mmio_read32(bank + GICD_ISPENDR + offset) & bit))
		mmio_write32(bank + GICD_ISPENDR + offset, bit);
}

void gic_return(struct cpu *cpu, u32 intid)
{
	gic_ops->deactivate(intid);
	dsb(sy);
	repend(cpu, intid);
}

/* Extended interrupts cannot come: none is enabled, and nobody can enable one. */
void gic_silence(struct cpu *cpu, u32 intid)
{
	if (intid < SPI_LIMIT)
		mmio_write32(bank_of(cpu, intid) + GICD_ICENABLER + intid / 32 * 4,
			     1U << (intid % 32));
	if (printk_allowed(cpu))
		printk("CPU %u: interrupt %u is not of cell \"%s\": disabled", cpu->id, intid,
		       cpu->cell->config->name);
}

void gic_post_sgi(struct cpu *target, u32 intid)
{
	atomic_or(&target->arch.vsgi_pending, 1U << intid);
	if (target == this_cpu())
		gic_ops->inject_sgis(target);
	else if (!(atomic_or(&target->events, EVENT_INTERRUPT) & EVENT_INTERRUPT))
		arch_cpu_kick(target);
}

bool gic_refuse(struct cpu *cpu, const char *what, u64 offset, u64 value)
{
	if (printk_allowed(cpu))
		printk("cell \"%s\", CPU %u: %s+0x%llx: value 0x%llx refused",
		       cpu->cell->config->name, cpu->id, what, offset, value);
	return false;
}

/*
 * List registers with interrupts that are tied to their physical ones.
 */

#define for_each_lr(cpu, n) for ((n) = 0; (n) < (cpu)->arch.lr_count; (n)++)

/* State of a list register if its interrupt is tied and among those, otherwise 0. */
static u32 lr_among(u32 n, u32 word, u32 bits, u32 *intid)
{
	u32 state = gic_ops->lr_state(n, intid);

	if (!(state & LR_TIED) || *intid / 32 != word || !(bits >> *intid % 32 & 1))
		return 0;
	return state & (LR_PENDING | LR_ACTIVE);
}

u32 gic_lrs_waiting(struct cpu *cpu, u32 word)
{
	u32 waiting = 0, n, intid;

	for_each_lr(cpu, n)
		if (lr_among(n, word, ~0U, &intid) == LR_PENDING)
			waiting |= 1U << intid % 32;
	return waiting;
}

/* One must stay free, or nothing would come any more until one of these is deactivated. */
static bool lr_carry(struct cpu *cpu, u32 intid)
{
	u64 free = gic_ops->lrs_free(cpu);

	if (!(free & (free - 1)))
		return false;
	gic_ops->lr_set(cpu, (u32)__builtin_ctzll(free), intid, LR_ACTIVE | LR_TIED);
	return true;
}

u32 gic_lrs_set_active(struct cpu *cpu, u32 word, u32 bits, bool active)
{
	u32 n, intid, state, left, found = 0;

	for_each_lr(cpu, n) {
		state = lr_among(n, word, bits, &intid);
		if (!state)
			continue;
		found |= 1U << intid % 32;
		if (!active && (state & LR_PENDING))
			bits &= ~(1U << intid % 32);
		if (active && (state & LR_PENDING)) {
			repend(cpu, intid);
			gic_ops->lr_set(cpu, n, intid, LR_ACTIVE | LR_TIED);
		} else if (!active && (state & LR_ACTIVE)) {
			gic_ops->lr_set(cpu, n, 0, 0);
		}
	}
	for (left = active ? bits & ~found : 0; left; left &= left - 1)
		lr_carry(cpu, word * 32 + (u32)__builtin_ctz(left));
	return bits;
}

void gic_lrs_withdraw(struct cpu *cpu, u32 word, u32 bits)
{
	u32 n, intid;

	for_each_lr(cpu, n) {
		if (lr_among(n, word, bits, &intid) != LR_PENDING)
			continue;
		gic_ops->lr_set(cpu, n, 0, 0);
		gic_return(cpu, intid);
	}
}

/* There may be more than list registers: of those Linux gets one more that it does not expect. */
void gic_lrs_carry(struct cpu *cpu)
{
	u32 word, active, intid;

	for (word = 0; word < SPI_WORDS; word++) {
		active = mmio_read32((word ? gicd : cpu->arch.gic_private) + GICD_ISACTIVER +
				     word * 4);
		for (active &= word ? ~0U : 0xffff0000; active; active &= active - 1) {
			intid = word * 32 + (u32)__builtin_ctz(active);
			if ((!word || gic_ops->is_routed(intid, cpu)) && !lr_carry(cpu, intid))
				gic_ops->deactivate(intid);
		}
	}
}

void gic_lrs_park(struct cpu *cpu)
{
	u32 n, intid, state;

	for_each_lr(cpu, n) {
		state = gic_ops->lr_state(n, &intid);
		if (!(state & LR_TIED) || intid < SPI_FIRST)
			continue;
		if (state & LR_PENDING)
			gic_return(cpu, intid);
		else if (state & LR_ACTIVE)
			gic_ops->deactivate(intid);
	}
}

/* The guest may have deactivated it behind the back of the register that still has it. */
u32 gic_lr_again(const struct cpu *cpu, u32 intid, u32 otherwise)
{
	u32 n, other;

	for_each_lr(cpu, n)
		if ((gic_ops->lr_state(n, &other) & LR_TIED) && other == intid)
			return n;
	return otherwise;
}

/*
 * By version.
 */

int gic_cpu_prepare(struct cpu *cpu)
{
	return gic_ops->cpu_prepare(cpu);
}

void gic_cpu_commit(struct cpu *cpu)
{
	gic_ops->cpu_commit(cpu);
}

void gic_cpu_reset(struct cpu *cpu)
{
	gic_ops->cpu_reset(cpu);
}

void gic_cpu_handback(struct cpu *cpu)
{
	gic_ops->cpu_handback(cpu);
}

bool gic_cpu_drain(struct cpu *cpu)
{
	return gic_ops->cpu_drain(cpu);
}

void gic_cpu_undrain(struct cpu *cpu)
{
	gic_ops->cpu_undrain(cpu);
}

void gic_handle_irq(struct cpu *cpu)
{
	gic_ops->handle_irq(cpu);
}

void gic_inject_sgis(struct cpu *cpu)
{
	gic_ops->inject_sgis(cpu);
}

bool gic_cpu_is_idle(struct cpu *cpu)
{
	return gic_ops->cpu_is_idle(cpu);
}

void arch_cpu_kick(struct cpu *cpu)
{
	dsb(ishst);
	gic_ops->kick(cpu);
}

/*
 * Also no speculative walk may start in tables of a cell that is going to be destroyed: the root
 * cell's tables are always there.
 */
void arch_cpu_quiesce(struct cpu *cpu)
{
	write_sysreg(vttbr_el2, root_cell->arch.vttbr);
	isb();
	gic_ops->cpu_quiesce(cpu);
}

void arch_cpu_wait(struct cpu *cpu)
{
	dsb(sy);
	asm volatile("wfi" : : : "memory");
	gic_ops->absorb(cpu);
}
