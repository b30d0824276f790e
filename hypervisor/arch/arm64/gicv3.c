/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * GICv3: physical interrupts and the list registers of the CPU interface.
 *
 * An interrupt is acknowledged and its priority dropped (EOImode 1), then put into a list register
 * that is tied to it: the guest's deactivation also deactivates the physical interrupt, which
 * until then does not come again. LPIs and SGIs have no such tie.
 *
 * List registers are few. When the last one is taken, the priority mask lets only the hypervisor's
 * own interrupts through, and the maintenance interrupt tells when there is room again; whatever
 * comes meanwhile stays pending in the hardware. So no physical interrupt is queued in software,
 * and injection always finds a free register. The exception are message interrupts (LPIs) of a CPU
 * that parks: they cannot be made pending again by hand, so they wait for another CPU of the root.
 */
#include <asm/gicv3.h>
#include <asm/its.h>
#include <asm/sysregs.h>
#include <asm/traps.h>
#include <core/bitmap.h>
#include <core/error.h>
#include <core/printk.h>
#include <core/space.h>
#include <core/system.h>

#define SETTLE_US 1000 /* longest wait for disabled interrupts */
#define STRAYS	  16

static u32 stray[STRAYS]; /* message interrupts of CPUs that have parked, 0 = none */
static u32 stray_count;

#define LR_CASE(n)                                    \
	case n:                                       \
		write_sysreg(ich_lr##n##_el2, value); \
		break
#define LR_READ(n) \
	case n:    \
		return read_sysreg(ich_lr##n##_el2)

static void lr_write(u32 n, u64 value)
{
	switch (n) {
		LR_CASE(0);
		LR_CASE(1);
		LR_CASE(2);
		LR_CASE(3);
		LR_CASE(4);
		LR_CASE(5);
		LR_CASE(6);
		LR_CASE(7);
		LR_CASE(8);
		LR_CASE(9);
		LR_CASE(10);
		LR_CASE(11);
		LR_CASE(12);
		LR_CASE(13);
		LR_CASE(14);
		LR_CASE(15);
	}
}

static u64 lr_read(u32 n)
{
	switch (n) {
		LR_READ(0);
		LR_READ(1);
		LR_READ(2);
		LR_READ(3);
		LR_READ(4);
		LR_READ(5);
		LR_READ(6);
		LR_READ(7);
		LR_READ(8);
		LR_READ(9);
		LR_READ(10);
		LR_READ(11);
		LR_READ(12);
		LR_READ(13);
		LR_READ(14);
	default:
		return read_sysreg(ich_lr15_el2);
	}
}

static u64 gicv3_lrs_free(const struct cpu *cpu)
{
	return read_sysreg(ich_elrsr_el2) & gic_lrs_all(cpu);
}

/*
 * Taking over and giving back.
 */

/* 32 levels of preemption have a register; the others exist only where there are more levels. */
static void active_priorities_clear(void)
{
	u64 bits = field(read_sysreg(ich_vtr_el2), 26, 3) + 1;

	write_sysreg(ich_ap0r0_el2, 0);
	write_sysreg(ich_ap1r0_el2, 0);
	if (bits >= 6) {
		write_sysreg(ich_ap0r1_el2, 0);
		write_sysreg(ich_ap1r1_el2, 0);
	}
	if (bits >= 7) {
		write_sysreg(ich_ap0r2_el2, 0);
		write_sysreg(ich_ap1r2_el2, 0);
		write_sysreg(ich_ap0r3_el2, 0);
		write_sysreg(ich_ap1r3_el2, 0);
	}
}

static void lrs_clear(struct cpu *cpu)
{
	u32 n;

	for (n = 0; n < cpu->arch.lr_count; n++)
		lr_write(n, 0);
	active_priorities_clear();
}

/* The interface as the hypervisor wants it: everything comes, split end of interrupt. */
static void interface_init(struct cpu *cpu)
{
	gic_private_own(cpu);
	write_sysreg(icc_ctlr_el1, ICC_CTLR_EOIMODE);
	write_sysreg(icc_bpr1_el1, 0);
	write_sysreg(icc_pmr_el1, GIC_PMR_ALL);
	write_sysreg(icc_igrpen1_el1, 1);
	isb();
}

/* SGIs that are active in Linux's hands. They have no physical one any more. */
static void carry_sgis(struct cpu *cpu)
{
	char *sgi = cpu->arch.gic_private;
	u32 active = mmio_read32(sgi + GICD_ISACTIVER) & 0xffff, n = 0, intid;

	mmio_write32(sgi + GICD_ICACTIVER, active);
	for (; active && n + 1 < cpu->arch.lr_count; active &= active - 1) {
		intid = (u32)__builtin_ctz(active);
		lr_write(n++, ICH_LR_ACTIVE | ICH_LR_GROUP1 | intid |
				      (u64)cpu->arch.priority[intid] << ICH_LR_PRIORITY_SHIFT);
	}
}

static u64 vmcr_from_interface(const struct linux_state *linux)
{
	u64 vmcr = linux->icc_pmr << ICH_VMCR_VPMR_SHIFT | linux->icc_bpr1 << ICH_VMCR_VBPR1_SHIFT;

	if (linux->icc_igrpen1 & 1)
		vmcr |= ICH_VMCR_VENG1;
	if (linux->icc_ctlr & ICC_CTLR_EOIMODE)
		vmcr |= ICH_VMCR_VEOIM;
	if (linux->icc_ctlr & ICC_CTLR_CBPR)
		vmcr |= ICH_VMCR_VCBPR;
	return vmcr;
}

/*
 * SGIs become software: move pending bits over. CPUs that are back in Linux already may have sent
 * more: nothing of that is lost.
 */
static void take_sgis(struct cpu *cpu)
{
	u32 pending = mmio_read32(cpu->arch.gic_private + GICD_ISPENDR) & 0xffff;

	mmio_write32(cpu->arch.gic_private + GICD_ICPENDR, pending);
	atomic_or(&cpu->arch.vsgi_pending, pending);
}

static void gicv3_cpu_commit(struct cpu *cpu)
{
	struct linux_state *linux = &cpu->arch.linux;

	linux->icc_sre = read_sysreg(icc_sre_el2);
	write_sysreg(icc_sre_el2, linux->icc_sre | ICC_SRE_ALL);
	isb();
	linux->ich_hcr = read_sysreg(ich_hcr_el2);
	linux->ich_vmcr = read_sysreg(ich_vmcr_el2);
	linux->icc_pmr = read_sysreg(icc_pmr_el1);
	linux->icc_ctlr = read_sysreg(icc_ctlr_el1);
	linux->icc_bpr1 = read_sysreg(icc_bpr1_el1);
	linux->icc_igrpen1 = read_sysreg(icc_igrpen1_el1);

	write_sysreg(ich_hcr_el2, 0);
	lrs_clear(cpu);
	gic_private_take(cpu);
	take_sgis(cpu);
	carry_sgis(cpu);
	gic_lrs_carry(cpu);
	if (cpu->id == root_cell->first_cpu)
		gic_clamp_priorities();
	write_sysreg(ich_vmcr_el2, vmcr_from_interface(linux));
	write_sysreg(ich_hcr_el2, ICH_HCR_EN);
	interface_init(cpu);
	/* A kick may have been cleared above: look now, and let the next one come. */
	atomic_and(&cpu->events, ~(u32)EVENT_INTERRUPT);
	gic_inject_sgis(cpu);
}

static bool stray_put(u32 intid)
{
	u32 n;

	for (n = 0; n < STRAYS; n++) {
		if (!atomic_change(&stray[n], 0, intid))
			continue;
		atomic_add(&stray_count, 1);
		return true;
	}
	return false;
}

/* Whoever runs may be about to park, too: all are told. */
static void strays_announce(const struct cpu *cpu)
{
	struct cpu *other;
	u32 n;

	for_each_cpu(other, n)
		if (other != cpu && other->cell == root_cell &&
		    read_once(other->state) == CPU_RUNNING)
			cpu_send_event(other, EVENT_INTERRUPT);
}

/*
 * Linux has sent its message interrupts to other CPUs before it parks one; what is in a list
 * register by then has not moved with them.
 */
static void lpis_park(struct cpu *cpu)
{
	u32 n, intid;
	bool found = false;

	for (n = 0; n < cpu->arch.lr_count; n++) {
		if (!(lr_read(n) & ICH_LR_PENDING))
			continue;
		intid = (u32)(lr_read(n) & ICH_LR_VINTID_MASK);
		if (intid < GIC_LPI_FIRST)
			continue;
		if (stray_put(intid))
			found = true;
		else
			printk("CPU %u: message interrupt %u is lost: %u others wait for a CPU",
			       cpu->id, intid, STRAYS);
	}
	if (found)
		strays_announce(cpu);
}

static void gicv3_cpu_quiesce(struct cpu *cpu)
{
	gic_private_quiesce(cpu);
	gic_lrs_park(cpu);
	lpis_park(cpu);
	lrs_clear(cpu);
	write_sysreg(ich_hcr_el2, 0);
	write_sysreg(icc_pmr_el1, gicv3_pmr_kick_only);
	isb();
}

static void gicv3_cpu_reset(struct cpu *cpu)
{
	gicv3_cpu_quiesce(cpu);
	gic_private_reset(cpu);
	write_sysreg(ich_vmcr_el2, 0);
	write_sysreg(ich_hcr_el2, ICH_HCR_EN);
	write_sysreg(icc_sre_el1, 7);
	cpu->arch.draining = false;
	cpu->arch.waker_sleep = false;
	interface_init(cpu);
}

/* All go back to Linux. What it is handling stays active: it deactivates that itself. */
static void lrs_handback(struct cpu *cpu)
{
	u32 n, intid;
	u64 lr;

	for (n = 0; n < cpu->arch.lr_count; n++) {
		lr = lr_read(n);
		intid = (u32)(lr & ICH_LR_VINTID_MASK);
		if (!(lr & ICH_LR_PENDING))
			continue;
		if (lr & ICH_LR_HW)
			gic_return(cpu, intid);
		else if (intid < 16)
			atomic_or(&cpu->arch.vsgi_pending, 1U << intid);
	}
}

/*
 * Message interrupts cannot be made pending again by hand: only they have to be taken first. All
 * others may come at any rate, they go back to the hardware. A CPU that has to come again takes its
 * interrupts meanwhile as ever: it may never come again.
 */
static bool gicv3_cpu_drain(struct cpu *cpu)
{
	u32 n;
	u64 lr;

	if (read_once(stray_count) || !its_drained(cpu))
		return false;
	for (n = 0; n < cpu->arch.lr_count; n++) {
		lr = lr_read(n);
		if ((lr & ICH_LR_PENDING) && (lr & ICH_LR_VINTID_MASK) >= GIC_LPI_FIRST)
			return false;
	}
	cpu->arch.draining = true;
	write_sysreg(icc_pmr_el1, gicv3_pmr_kick_only);
	isb();
	return true;
}

static void gicv3_cpu_undrain(struct cpu *cpu)
{
	cpu->arch.draining = false;
	/* Full list registers keep the mask; the maintenance interrupt lifts it. */
	if (gicv3_lrs_free(cpu))
		write_sysreg(icc_pmr_el1, GIC_PMR_ALL);
	isb();
}

static void gicv3_cpu_handback(struct cpu *cpu)
{
	const struct linux_state *linux = &cpu->arch.linux;
	u64 vmcr = read_sysreg(ich_vmcr_el2);

	write_sysreg(icc_igrpen1_el1, 0);
	write_sysreg(ich_hcr_el2, 0);
	lrs_handback(cpu);
	lrs_clear(cpu);

	/*
	 * A kick that comes late is one SGI too many for Linux, which does not mind. But CPUs that are
	 * back in Linux may have sent that SGI themselves, so it may not be cleared.
	 */
	gic_private_handback(cpu);
	mmio_write32(cpu->arch.gic_private + GICD_ISPENDR, atomic_swap(&cpu->arch.vsgi_pending, 0));
	if (cpu->arch.waker_sleep && (mmio_read32(gicd + GICD_CTLR) & GICD_CTLR_DS))
		mmio_write32(cpu->arch.gicr + GICR_WAKER, GICR_WAKER_SLEEP);

	write_sysreg(icc_pmr_el1, vmcr >> ICH_VMCR_VPMR_SHIFT & 0xff);
	write_sysreg(icc_bpr1_el1, vmcr >> ICH_VMCR_VBPR1_SHIFT & 7);
	write_sysreg(icc_ctlr_el1, (vmcr & ICH_VMCR_VEOIM ? ICC_CTLR_EOIMODE : 0) |
					   (vmcr & ICH_VMCR_VCBPR ? ICC_CTLR_CBPR : 0));
	write_sysreg(icc_igrpen1_el1, vmcr & ICH_VMCR_VENG1 ? 1 : 0);
	write_sysreg(ich_vmcr_el2, linux->ich_vmcr);
	write_sysreg(ich_hcr_el2, linux->ich_hcr);
	write_sysreg(icc_sre_el2, linux->icc_sre);
	isb();
}

/*
 * Interrupts while the guest runs.
 */

/* The last list register is taken, see the top of the file. */
static void close_interface(void)
{
	write_sysreg(icc_pmr_el1, gicv3_pmr_kick_only);
	write_sysreg(ich_hcr_el2, ICH_HCR_EN | ICH_HCR_UIE);
}

static u64 tied(const struct cpu *cpu, u32 intid)
{
	u64 priority = intid < SPI_FIRST ? cpu->arch.priority[intid] : gic_spi_priority[intid];

	return ICH_LR_HW | ICH_LR_GROUP1 | priority << ICH_LR_PRIORITY_SHIFT |
	       (u64)intid << ICH_LR_PINTID_SHIFT | intid;
}

/* There is room, or it would not have come. */
static void inject_physical(struct cpu *cpu, u32 intid)
{
	u64 free = gicv3_lrs_free(cpu);
	u32 n = (u32)__builtin_ctzll(free);

	if (free != gic_lrs_all(cpu))
		n = gic_lr_again(cpu, intid, n);
	lr_write(n, ICH_LR_PENDING | tied(cpu, intid));
	if (!(free & ~(1ULL << n)))
		close_interface();
}

/*
 * An interrupt without a physical one to deactivate: it may still be in a list register from last
 * time. Returns false if there is no room.
 */
static bool inject_software(struct cpu *cpu, u32 intid, u64 priority)
{
	u64 free = gicv3_lrs_free(cpu), lr;
	u32 n;

	for (n = 0; n < cpu->arch.lr_count; n++) {
		if (free >> n & 1)
			continue;
		lr = lr_read(n);
		if ((lr & ICH_LR_VINTID_MASK) == intid && !(lr & ICH_LR_HW)) {
			lr_write(n, lr | ICH_LR_PENDING);
			return true;
		}
	}
	if (!free)
		return false;
	lr_write((u32)__builtin_ctzll(free),
		 ICH_LR_PENDING | ICH_LR_GROUP1 | priority << ICH_LR_PRIORITY_SHIFT | intid);
	if (!(free & (free - 1)))
		close_interface();
	return true;
}

static void strays_take(struct cpu *cpu)
{
	u32 n, intid;

	for (n = 0; n < STRAYS && gicv3_lrs_free(cpu); n++) {
		intid = atomic_swap(&stray[n], 0);
		if (!intid)
			continue;
		atomic_add(&stray_count, ~0U);
		inject_software(cpu, intid, GIC_PRIORITY_DEFAULT);
	}
}

static void gicv3_inject_sgis(struct cpu *cpu)
{
	u32 ready = read_once(cpu->arch.vsgi_pending) & cpu->arch.vsgi_enabled, intid;

	if (read_once(stray_count) && cell_is_root(cpu->cell))
		strays_take(cpu);
	for (; ready; ready &= ready - 1) {
		intid = (u32)__builtin_ctz(ready);
		atomic_and(&cpu->arch.vsgi_pending, ~(1U << intid));
		if (!inject_software(cpu, intid, cpu->arch.priority[intid])) {
			atomic_or(&cpu->arch.vsgi_pending, 1U << intid);
			return;
		}
	}
}

static void handle_maintenance(struct cpu *cpu)
{
	cpu_count(cpu, STAT_MAINTENANCE);
	if (!gicv3_lrs_free(cpu))
		return;
	write_sysreg(ich_hcr_el2, ICH_HCR_EN);
	if (!cpu->arch.draining)
		write_sysreg(icc_pmr_el1, GIC_PMR_ALL);
	gicv3_inject_sgis(cpu);
}

static void handle_rare(struct cpu *cpu, u32 intid)
{
	if (intid < 16) {
		write_sysreg(icc_dir_el1, intid);
		cpu_count(cpu, STAT_MANAGEMENT);
		cpu_handle_events(cpu);
	} else if (intid == gic_maintenance) {
		write_sysreg(icc_dir_el1, intid);
		handle_maintenance(cpu);
	} else if (intid >= GIC_LPI_FIRST) {
		cpu_count(cpu, STAT_VIRQ);
		if (cell_is_root(cpu->cell))
			inject_software(cpu, intid, GIC_PRIORITY_DEFAULT);
	} else {
		cpu_count(cpu, STAT_OTHER);
		gic_silence(cpu, intid);
		write_sysreg(icc_dir_el1, intid);
	}
}

static void gicv3_handle_irq(struct cpu *cpu)
{
	u32 intid = (u32)read_sysreg(icc_iar1_el1);

	if (intid - GIC_SPECIAL_FIRST < 4) {
		cpu_count(cpu, STAT_OTHER);
		return;
	}
	write_sysreg(icc_eoir1_el1, intid);
	if ((intid < SPI_FIRST && cpu->cell->arch.private_mask >> intid & 1) ||
	    gic_owns_spi(cpu->cell, intid)) {
		cpu_count(cpu, STAT_VIRQ);
		inject_physical(cpu, intid);
	} else {
		handle_rare(cpu, intid);
	}
	isb();
}

/*
 * SGIs of the guest.
 */

void gic_send_sgi(struct cpu *cpu, u64 value)
{
	u64 others = value >> 40 & 1, affinity, key, bit;
	u32 intid = (u32)(value >> 24 & 0xf), n, reached = 0;
	struct cpu *target;

	key = (value >> 16 & 0xff00000000ULL) | (value >> 16 & 0xff0000) | (value >> 8 & 0xff00) |
	      (value >> 44 & 0xf) << 4;
	for_each_cpu(target, n) {
		if (!bit_test(cpu->cell->cpus, n))
			continue;
		affinity = target->arch.mpidr;
		bit = 1ULL << (affinity & 0xf);
		if (others ? target != cpu :
			     (affinity & ~0xfULL) == key && (value & 0xffff & bit)) {
			reached |= (u32)bit;
			if (read_once(target->state) == CPU_RUNNING)
				gic_post_sgi(target, intid);
		}
	}
	if (!others && (value & 0xffff & ~(u64)reached) && printk_allowed(cpu))
		printk("cell \"%s\", CPU %u: SGI %u to CPUs that are not its own (0x%llx) refused",
		       cpu->cell->config->name, cpu->id, intid, value);
}

static u64 gicv3_hcr_swap(u64 value)
{
	u64 before = read_sysreg(ich_hcr_el2);

	write_sysreg(ich_hcr_el2, value);
	isb();
	return before;
}

static void gicv3_kick(struct cpu *cpu)
{
	write_sysreg(icc_sgi1r_el1, cpu->arch.kick);
	isb();
}

static void gicv3_absorb(struct cpu *cpu)
{
	u32 intid = (u32)read_sysreg(icc_iar1_el1);

	if (intid - GIC_SPECIAL_FIRST < 4)
		return;
	write_sysreg(icc_eoir1_el1, intid);
	if (intid >= SPI_FIRST && intid < GIC_LPI_FIRST)
		gic_silence(cpu, intid);
	if (intid < GIC_LPI_FIRST)
		write_sysreg(icc_dir_el1, intid);
	isb();
}

static bool gicv3_cpu_is_idle(struct cpu *cpu)
{
	return gicv3_lrs_free(cpu) == gic_lrs_all(cpu);
}

static u32 gicv3_lr_state(u32 n, u32 *intid)
{
	u64 lr = lr_read(n);

	*intid = (u32)(lr & ICH_LR_VINTID_MASK);
	return (lr & ICH_LR_PENDING ? LR_PENDING : 0) | (lr & ICH_LR_ACTIVE ? LR_ACTIVE : 0) |
	       (lr & ICH_LR_HW ? LR_TIED : 0);
}

static void gicv3_lr_set(struct cpu *cpu, u32 n, u32 intid, u32 state)
{
	lr_write(n, !state ? 0 :
			     tied(cpu, intid) | (state & LR_PENDING ? ICH_LR_PENDING : 0) |
				     (state & LR_ACTIVE ? ICH_LR_ACTIVE : 0));
}

static void gicv3_deactivate(u32 intid)
{
	write_sysreg(icc_dir_el1, intid);
}

static void gicv3_settle(const struct cpu *cpu)
{
	if (cpu)
		gic_wait_clear(cpu->arch.gicr + GICR_CTLR, GICR_CTLR_RWP, SETTLE_US);
	else
		gic_wait_clear(gicd + GICD_CTLR, GICD_CTLR_RWP, SETTLE_US);
}

const struct gic_ops gicv3_ops = {
	.prepare = gicv3_prepare,
	.cpu_prepare = gicv3_cpu_prepare,
	.cpu_commit = gicv3_cpu_commit,
	.cpu_reset = gicv3_cpu_reset,
	.cpu_handback = gicv3_cpu_handback,
	.cpu_drain = gicv3_cpu_drain,
	.cpu_undrain = gicv3_cpu_undrain,
	.handle_irq = gicv3_handle_irq,
	.inject_sgis = gicv3_inject_sgis,
	.cpu_is_idle = gicv3_cpu_is_idle,
	.cpu_quiesce = gicv3_cpu_quiesce,
	.hcr_swap = gicv3_hcr_swap,
	.kick = gicv3_kick,
	.absorb = gicv3_absorb,
	.mmio_init = gicv3_mmio_init,
	.route = gicv3_route,
	.is_routed = gicv3_is_routed,
	.settle = gicv3_settle,
	.lr_state = gicv3_lr_state,
	.lr_set = gicv3_lr_set,
	.lrs_free = gicv3_lrs_free,
	.deactivate = gicv3_deactivate,
	.sgi_bits = 0xffff,
};
