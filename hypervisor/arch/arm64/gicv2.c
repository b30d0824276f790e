/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * GICv2: physical interrupts and the list registers, all of them in memory (IHI 0048).
 *
 * An interrupt is acknowledged and its priority dropped (EOImode 1), then put into a list register
 * that is tied to it: the guest's deactivation also deactivates the physical interrupt, which
 * until then does not come again. Guests use the virtual CPU interface without any exit: it is
 * mapped where they expect the physical one. They know one group of interrupts only, as Linux
 * does, and that is the virtual group 0.
 *
 * List registers are few. When the last one is taken, the priority mask lets only the hypervisor's
 * own interrupts through, and the maintenance interrupt tells when there is room again; whatever
 * comes meanwhile stays pending in the hardware.
 *
 * SGIs differ by sender: a CPU may have the same SGI from several others at a time, and takes and
 * ends each of them. But an interrupt must not be in two list registers. So further senders wait in
 * software, and the list register tells by a maintenance interrupt when its SGI has ended.
 */
#include <asm/gicv2.h>
#include <asm/sysregs.h>
#include <asm/traps.h>
#include <core/bitmap.h>
#include <core/error.h>
#include <core/space.h>
#include <core/system.h>

static char *gicc, *gich;

static u32 lr_read(u32 n)
{
	return mmio_read32(gich + GICH_LR + n * 4);
}

static void lr_write(u32 n, u32 value)
{
	mmio_write32(gich + GICH_LR + n * 4, value);
}

static u32 lrs_free(void)
{
	return mmio_read32(gich + GICH_ELRSR);
}

static u64 gicv2_lrs_free(const struct cpu *cpu)
{
	return lrs_free() & gic_lrs_all(cpu);
}

static void deactivate(u32 iar)
{
	mmio_write32(gicc + GICC_DIR, iar);
}

/*
 * Preparation.
 */

static int check_id(const char *name, u64 base, u64 offset, u32 shift)
{
	u32 id;
	int err = gic_probe(name, base, offset, &id);

	if (!err && (id >> shift & 0xf) != 2)
		err = fail(MSG_GIC_ID, name, base, 2, id);
	return err;
}

/* Two pages; where the machine shows each page several times, they may not be two of the same. */
static int check_interface(const char *name, u64 base)
{
	u32 id;
	int err = check_id(name, base, GICC_IIDR, 16);

	if (!err && window_probe(base + GICC_DIR_PAGE + GICC_IIDR, &id) && (id >> 16 & 0xf) == 2)
		err = fail(MSG_GIC_ALIAS, name, base);
	return err;
}

static int map_control(u64 base)
{
	u32 vtr;
	int err = gic_probe("gich_base", base, GICH_VTR, &vtr);

	if (!err && (vtr & ~0x3fU) != GICH_VTR_LAYOUT)
		err = fail(MSG_GIC_ID, "gich_base", base, 2, vtr);
	if (err)
		return err;
	gich = space_map_device(base, GICH_SIZE);
	return gich ? 0 : -ENOMEM;
}

/* What the hypervisor sets must be seen in the virtual interface, and not in the physical one. */
static int check_virtual(u64 gicc_base, u64 gicv_base)
{
	u32 before = mmio_read32(gich + GICH_VMCR), mask, virt = 0;
	bool follows = true, physical = true;

	for (mask = 0x50; mask < 0x100; mask *= 2) {
		mmio_write32(gich + GICH_VMCR, mask >> 3 << GICH_VMCR_PMR_SHIFT);
		dsb(sy);
		follows &= window_probe(gicv_base + GICC_PMR, &virt) && virt == mask;
		physical &= mmio_read32(gicc + GICC_PMR) == mask;
	}
	mmio_write32(gich + GICH_VMCR, before);
	dsb(sy);
	return follows && !physical ? 0 : fail(MSG_GIC_VIRTUAL, gicv_base, gicc_base);
}

static int gicv2_prepare(void)
{
	u64 gicd_base = system_config->platform_info.arm.gicd_base;
	u64 gicc_base = system_config->platform_info.arm.gicc_base;
	u64 gicv_base = system_config->platform_info.arm.gicv_base;
	int err;

	err = check_id("gicd_base", gicd_base, GICV2_PIDR2, 4);
	if (!err)
		err = check_interface("gicc_base", gicc_base);
	if (!err)
		err = check_interface("gicv_base", gicv_base);
	if (!err)
		err = gic_map_distributor(gicd_base, GICV2_GICD_SIZE);
	if (!err)
		err = map_control(system_config->platform_info.arm.gich_base);
	if (err)
		return err;
	gicc = space_map_device(gicc_base, GICC_SIZE);
	return gicc ? check_virtual(gicc_base, gicv_base) : -ENOMEM;
}

/* Which interface this CPU has: every target register of a private interrupt says it. */
static int gicv2_cpu_prepare(struct cpu *cpu)
{
	u32 mask = 0, n, lrs = (mmio_read32(gich + GICH_VTR) & 0x3f) + 1;

	for (n = 0; n < 32; n++)
		mask |= (u32)mmio_read(gicd + GICD_ITARGETSR + n, 1);
	if (!mask || (mask & (mask - 1)))
		return fail(MSG_GIC_INTERFACE, cpu->id, system_config->platform_info.arm.gicd_base);
	cpu->arch.gic_private = gicd;
	cpu->arch.gic_id = (u8)__builtin_ctz(mask);
	cpu->arch.kick = mask << 16 | GIC_KICK;
	cpu->arch.lr_count = (u8)(lrs < 32 ? lrs : 32);
	return gic_check_maintenance(cpu);
}

/*
 * Taking over and giving back.
 */

static void lrs_clear(struct cpu *cpu)
{
	u32 n;

	for (n = 0; n < cpu->arch.lr_count; n++)
		lr_write(n, 0);
	mmio_write32(gich + GICH_APR, 0);
}

/* The interface as the hypervisor wants it: everything comes, split end of interrupt. */
static void interface_init(struct cpu *cpu)
{
	u32 control = (u32)cpu->arch.linux.icc_ctlr & GICC_CTLR_BYPASS;

	gic_private_own(cpu);
	mmio_write32(gicc + GICC_BPR, 0);
	mmio_write32(gicc + GICC_PMR, GIC_PMR_ALL);
	mmio_write32(gicc + GICC_CTLR, control | GICC_CTLR_EOIMODE | GICC_CTLR_ENABLE);
	dsb(sy);
}

static u32 vmcr_from_interface(const struct linux_state *linux)
{
	u32 vmcr = (u32)linux->icc_pmr >> 3 << GICH_VMCR_PMR_SHIFT | ((u32)linux->icc_bpr1 & 7)
									     << GICH_VMCR_BPR_SHIFT;

	if (linux->icc_ctlr & GICC_CTLR_ENABLE)
		vmcr |= GICH_VMCR_ENABLE;
	if (linux->icc_ctlr & GICC_CTLR_EOIMODE)
		vmcr |= GICH_VMCR_EOIMODE;
	return vmcr;
}

/* SGIs become software: move pending ones over, with their senders. */
static void take_sgis(struct cpu *cpu)
{
	u32 intid, sources;

	for (intid = 0; intid < 16; intid++) {
		sources = (u32)mmio_read(gicd + GICD_SPENDSGIR + intid, 1);
		if (!sources)
			continue;
		mmio_write(gicd + GICD_CPENDSGIR + intid, 1, sources);
		gicv2_sgi_add(cpu, intid, sources);
	}
}

static void gicv2_cpu_commit(struct cpu *cpu)
{
	struct linux_state *linux = &cpu->arch.linux;

	linux->ich_hcr = mmio_read32(gich + GICH_HCR);
	linux->ich_vmcr = mmio_read32(gich + GICH_VMCR);
	linux->icc_pmr = mmio_read32(gicc + GICC_PMR);
	linux->icc_ctlr = mmio_read32(gicc + GICC_CTLR);
	linux->icc_bpr1 = mmio_read32(gicc + GICC_BPR);

	mmio_write32(gich + GICH_HCR, 0);
	lrs_clear(cpu);
	gic_private_take(cpu);
	cpu->arch.vsgi_enabled = 0xffff;
	take_sgis(cpu);
	/*
	 * Nobody knows the sender of an active SGI any more. It is over, and Linux's deactivation
	 * finds nothing, which is no harm.
	 */
	mmio_write32(gicd + GICD_ICACTIVER, 0xffff);
	gic_lrs_carry(cpu);
	if (cpu->id == root_cell->first_cpu)
		gic_clamp_priorities();
	mmio_write32(gich + GICH_VMCR, vmcr_from_interface(linux));
	mmio_write32(gich + GICH_HCR, GICH_HCR_EN);
	interface_init(cpu);
	/* A kick may have been cleared above: look now, and let the next one come. */
	atomic_and(&cpu->events, ~(u32)EVENT_INTERRUPT);
	gic_inject_sgis(cpu);
}

static void gicv2_cpu_quiesce(struct cpu *cpu)
{
	u32 n;

	gic_private_quiesce(cpu);
	for (n = 0; n < 16; n++) {
		gicv2_sgi_remove(cpu, n, 0xff);
		if (n != GIC_KICK)
			mmio_write(gicd + GICD_CPENDSGIR + n, 1, 0xff);
	}
	gic_lrs_park(cpu);
	lrs_clear(cpu);
	mmio_write32(gich + GICH_HCR, 0);
	mmio_write32(gicc + GICC_PMR, GIC_PMR_ALL);
	dsb(sy);
}

static void gicv2_cpu_reset(struct cpu *cpu)
{
	gicv2_cpu_quiesce(cpu);
	gic_private_reset(cpu);
	mmio_write32(gich + GICH_VMCR, 0);
	mmio_write32(gich + GICH_HCR, GICH_HCR_EN);
	cpu->arch.draining = false;
	interface_init(cpu);
}

/* All interrupts can become pending in the hardware again: nothing has to be taken first. */
static bool gicv2_cpu_drain(struct cpu *cpu)
{
	cpu->arch.draining = true;
	mmio_write32(gicc + GICC_PMR, GIC_PMR_KICK_ONLY);
	dsb(sy);
	return true;
}

static void gicv2_cpu_undrain(struct cpu *cpu)
{
	cpu->arch.draining = false;
	/* Full list registers keep the mask; the maintenance interrupt lifts it. */
	if (lrs_free())
		mmio_write32(gicc + GICC_PMR, GIC_PMR_ALL);
	dsb(sy);
}

/* All go back to Linux. What it is handling stays active: it deactivates that itself. */
static void lrs_handback(struct cpu *cpu)
{
	u32 n, lr;

	for (n = 0; n < cpu->arch.lr_count; n++) {
		lr = lr_read(n);
		if (!(lr & GICH_LR_PENDING))
			continue;
		if (lr & GICH_LR_HW)
			gic_return(cpu, lr & GICH_LR_ID);
		else
			gicv2_sgi_add(cpu, lr & GICH_LR_ID, 1U << GICH_LR_SOURCE(lr));
	}
}

/* A kick that comes late is one SGI too many for Linux, which does not mind. */
static void gicv2_cpu_handback(struct cpu *cpu)
{
	const struct linux_state *linux = &cpu->arch.linux;
	u32 vmcr = mmio_read32(gich + GICH_VMCR), control, n, sources;

	control = (u32)linux->icc_ctlr & GICC_CTLR_BYPASS;
	mmio_write32(gicc + GICC_CTLR, control | GICC_CTLR_EOIMODE);
	mmio_write32(gich + GICH_HCR, 0);
	lrs_handback(cpu);
	lrs_clear(cpu);
	gic_private_handback(cpu);
	for (n = 0; n < 16; n++) {
		sources = gicv2_sgi_remove(cpu, n, 0xff);
		if (sources)
			mmio_write(gicd + GICD_SPENDSGIR + n, 1, sources);
	}

	if (vmcr & GICH_VMCR_ENABLE)
		control |= GICC_CTLR_ENABLE;
	if (vmcr & GICH_VMCR_EOIMODE)
		control |= GICC_CTLR_EOIMODE;
	mmio_write32(gicc + GICC_PMR, vmcr >> GICH_VMCR_PMR_SHIFT << 3);
	mmio_write32(gicc + GICC_BPR, vmcr >> GICH_VMCR_BPR_SHIFT & 7);
	mmio_write32(gicc + GICC_CTLR, control);
	mmio_write32(gich + GICH_VMCR, (u32)linux->ich_vmcr);
	mmio_write32(gich + GICH_HCR, (u32)linux->ich_hcr);
	dsb(sy);
}

/*
 * Interrupts while the guest runs.
 */

/* The last one is taken, see the top of the file. */
static void close_interface(void)
{
	mmio_write32(gicc + GICC_PMR, GIC_PMR_KICK_ONLY);
	mmio_write32(gich + GICH_HCR, GICH_HCR_EN | GICH_HCR_UIE);
}

static u32 tied(const struct cpu *cpu, u32 intid)
{
	u32 priority = intid < SPI_FIRST ? cpu->arch.priority[intid] : gic_spi_priority[intid];

	return GICH_LR_HW | GICH_LR_PRIORITY(priority) | intid << GICH_LR_PINTID_SHIFT | intid;
}

/* There is room, or it would not have come. */
static void inject_physical(struct cpu *cpu, u32 intid)
{
	u32 free = lrs_free(), n = (u32)__builtin_ctz(free);

	if (free != gic_lrs_all(cpu))
		n = gic_lr_again(cpu, intid, n);
	lr_write(n, GICH_LR_PENDING | tied(cpu, intid));
	if (!(free & ~(1U << n)))
		close_interface();
}

/* Returns whether there was room. */
static bool inject_sgi(struct cpu *cpu, u32 intid, u32 source)
{
	u32 free = lrs_free(), n, lr;
	u32 value = GICH_LR_PENDING | GICH_LR_PRIORITY(cpu->arch.priority[intid]) |
		    source << GICH_LR_SOURCE_SHIFT | intid;

	for (n = 0; n < cpu->arch.lr_count; n++) {
		lr = lr_read(n);
		if ((free >> n & 1) || (lr & GICH_LR_ID) != intid)
			continue;
		if (!(lr & (GICH_LR_PENDING | GICH_LR_ACTIVE))) {
			lr_write(n, value); /* it has just ended */
			return true;
		}
		if (GICH_LR_SOURCE(lr) == source) {
			lr_write(n, lr | GICH_LR_PENDING);
			return true;
		}
		lr_write(n, lr | GICH_LR_EOI);
		return false;
	}
	if (!free)
		return false;
	lr_write((u32)__builtin_ctz(free), value);
	if (!(free & (free - 1)))
		close_interface();
	return true;
}

static void inject_sources(struct cpu *cpu, u32 intid, u32 sources)
{
	u32 left = 0, source;

	for (; sources; sources &= sources - 1) {
		source = (u32)__builtin_ctz(sources);
		if (!inject_sgi(cpu, intid, source))
			left |= 1U << source;
	}
	if (left)
		gicv2_sgi_add(cpu, intid, left);
}

static void gicv2_inject_sgis(struct cpu *cpu)
{
	u32 ready = read_once(cpu->arch.vsgi_pending), intid;

	for (; ready; ready &= ready - 1) {
		intid = (u32)__builtin_ctz(ready);
		atomic_and(&cpu->arch.vsgi_pending, ~(1U << intid));
		inject_sources(cpu, intid, gicv2_sgi_remove(cpu, intid, 0xff));
	}
}

static void handle_maintenance(struct cpu *cpu)
{
	u32 ended = mmio_read32(gich + GICH_EISR);

	cpu_count(cpu, STAT_MAINTENANCE);
	for (; ended; ended &= ended - 1)
		lr_write((u32)__builtin_ctz(ended), 0);
	if (!lrs_free())
		return;
	mmio_write32(gich + GICH_HCR, GICH_HCR_EN);
	if (!cpu->arch.draining)
		mmio_write32(gicc + GICC_PMR, GIC_PMR_ALL);
	gicv2_inject_sgis(cpu);
}

static void handle_rare(struct cpu *cpu, u32 iar)
{
	u32 intid = GICC_IAR_ID(iar);

	if (intid < 16) {
		deactivate(iar);
		cpu_count(cpu, STAT_MANAGEMENT);
		cpu_handle_events(cpu);
	} else if (intid == gic_maintenance) {
		handle_maintenance(cpu);
		deactivate(iar);
	} else {
		cpu_count(cpu, STAT_OTHER);
		gic_silence(cpu, intid);
		deactivate(iar);
	}
}

static void gicv2_handle_irq(struct cpu *cpu)
{
	u32 iar = mmio_read32(gicc + GICC_IAR), intid = GICC_IAR_ID(iar);

	if (intid >= GIC_SPECIAL_FIRST) {
		cpu_count(cpu, STAT_OTHER);
		return;
	}
	mmio_write32(gicc + GICC_EOIR, iar);
	if ((intid < SPI_FIRST && cpu->cell->arch.private_mask >> intid & 1) ||
	    gic_owns_spi(cpu->cell, intid)) {
		cpu_count(cpu, STAT_VIRQ);
		inject_physical(cpu, intid);
	} else {
		handle_rare(cpu, iar);
	}
	/* The interface changes its signals before the guest goes on. */
	dsb(sy);
}

static u64 gicv2_hcr_swap(u64 value)
{
	u64 before = mmio_read32(gich + GICH_HCR);

	mmio_write32(gich + GICH_HCR, (u32)value);
	dsb(sy);
	return before;
}

static void gicv2_kick(struct cpu *cpu)
{
	mmio_write32(gicd + GICD_SGIR, (u32)cpu->arch.kick);
}

static void gicv2_absorb(struct cpu *cpu)
{
	u32 iar = mmio_read32(gicc + GICC_IAR), intid = GICC_IAR_ID(iar);

	if (intid >= GIC_SPECIAL_FIRST)
		return;
	mmio_write32(gicc + GICC_EOIR, iar);
	if (intid >= SPI_FIRST)
		gic_silence(cpu, intid);
	deactivate(iar);
	dsb(sy);
}

static bool gicv2_cpu_is_idle(struct cpu *cpu)
{
	return gicv2_lrs_free(cpu) == gic_lrs_all(cpu);
}

static u32 gicv2_lr_state(u32 n, u32 *intid)
{
	u32 lr = lr_read(n);

	*intid = lr & GICH_LR_ID;
	return (lr & GICH_LR_PENDING ? LR_PENDING : 0) | (lr & GICH_LR_ACTIVE ? LR_ACTIVE : 0) |
	       (lr & GICH_LR_HW ? LR_TIED : 0);
}

static void gicv2_lr_set(struct cpu *cpu, u32 n, u32 intid, u32 state)
{
	lr_write(n, !state ? 0 :
			     tied(cpu, intid) | (state & LR_PENDING ? GICH_LR_PENDING : 0) |
				     (state & LR_ACTIVE ? GICH_LR_ACTIVE : 0));
}

/* Nothing to wait for but the writes themselves. */
static void gicv2_settle(const struct cpu *cpu)
{
	(void)cpu;
	dsb(sy);
}

const struct gic_ops gicv2_ops = {
	.prepare = gicv2_prepare,
	.cpu_prepare = gicv2_cpu_prepare,
	.cpu_commit = gicv2_cpu_commit,
	.cpu_reset = gicv2_cpu_reset,
	.cpu_handback = gicv2_cpu_handback,
	.cpu_drain = gicv2_cpu_drain,
	.cpu_undrain = gicv2_cpu_undrain,
	.handle_irq = gicv2_handle_irq,
	.inject_sgis = gicv2_inject_sgis,
	.cpu_is_idle = gicv2_cpu_is_idle,
	.cpu_quiesce = gicv2_cpu_quiesce,
	.hcr_swap = gicv2_hcr_swap,
	.kick = gicv2_kick,
	.absorb = gicv2_absorb,
	.mmio_init = gicv2_mmio_init,
	.route = gicv2_route,
	.is_routed = gicv2_is_routed,
	.settle = gicv2_settle,
	.lr_state = gicv2_lr_state,
	.lr_set = gicv2_lr_set,
	.lrs_free = gicv2_lrs_free,
	.deactivate = deactivate,
	.sgi_bits = 0,
};
