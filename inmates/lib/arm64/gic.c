/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * GICv3 and GICv2, one group of interrupts, EOI mode 0. Under a hypervisor every access to the
 * distributor and the redistributor is emulated and costs an exit, so they are few and each is
 * counted; taking and ending an interrupt are system registers of the CPU, or those of its
 * interface in memory, which is the hardware's.
 */
#include "asm.h"
#include "../internal.h"

#define GICD_CTLR	 0x0000
#define GICD_TYPER	 0x0004
#define GICD_IGROUPR	 0x0080
#define GICD_ISENABLER	 0x0100
#define GICD_ICENABLER	 0x0180
#define GICD_IPRIORITYR	 0x0400
#define GICD_ITARGETSR	 0x0800
#define GICD_SGIR	 0x0f00
#define GICD_IROUTER	 0x6000
#define GICD_CTLR_ARE	 (1 << 4)
#define GICD_CTLR_GROUP1 (1 << 1)
#define GICD_CTLR_RWP	 (1U << 31)

#define GICR_TYPER	    0x0008
#define GICR_WAKER	    0x0014
#define GICR_SGI_FRAME	    0x10000
#define GICR_TYPER_VLPIS    (1 << 1)
#define GICR_TYPER_LAST	    (1 << 4)
#define GICR_WAKER_SLEEP    (1 << 1)
#define GICR_WAKER_CHILDREN (1 << 2)
#define GICR_MAX_FRAMES	    512

#define GICC_CTLR 0x0000
#define GICC_PMR  0x0004
#define GICC_BPR  0x0008
#define GICC_IAR  0x000c
#define GICC_EOIR 0x0010

#define IRQS		1020
#define PRIORITY_MEDIUM 0x80
#define WAIT_LIMIT	100000

u64 gic_distributor; /* base */
u64 gic_interface;   /* GICv2: base of the CPU interface; 0 with GICv3 */
static struct {
	u64 frame; /* GICv3: its redistributor */
	u64 sgi;   /* GICv3: ICC_SGI1R, GICv2: GICD_SGIR without the interrupt, to reach it */
} cpus[INMATE_CPUS];
static u32 irqs = 32; /* INTIDs that the distributor has */

static struct {
	irq_handler handler;
	void *arg;
	u32 flags;
} handlers[IRQS];

void irq_call_fp(irq_handler handler, void *arg);

u32 gic_read32(u64 address)
{
	inmate_stats.mmio++;
	return mmio_read32(address);
}

void gic_write32(u64 address, u32 value)
{
	inmate_stats.mmio++;
	mmio_write32(address, value);
}

/* Register of one interrupt in a bank with @bits bits each: private ones are in the own frame. */
static u64 bank(u32 irq, u32 offset, u32 bits)
{
	u64 base = irq < 32 && !gic_interface ? cpus[cpu_index()].frame + GICR_SGI_FRAME :
						gic_distributor;

	return base + offset + irq * bits / 32 * 4;
}

static u64 own_affinity(void)
{
	u64 mpidr = sysreg_read(mpidr_el1);

	return (mpidr & 0xffffff) | (mpidr >> 32 & 0xff) << 24;
}

/* Walks the frames; their stride is told by each frame itself, or fixed by GIC version 4. */
static u64 find_own_frame(u64 frame, u8 version)
{
	u64 affinity = own_affinity();

	for (int n = 0; n < GICR_MAX_FRAMES; n++) {
		u32 low = gic_read32(frame + GICR_TYPER);
		u32 high = gic_read32(frame + GICR_TYPER + 4);

		if (high == affinity)
			return frame;
		if (low & GICR_TYPER_LAST)
			break;
		frame += version == 4 || low & GICR_TYPER_VLPIS ? 0x40000 : 0x20000;
	}
	return 0;
}

static bool wait_clear(u64 address, u32 bits)
{
	for (int n = 0; n < WAIT_LIMIT; n++)
		if (!(gic_read32(address) & bits))
			return true;
	return false;
}

static void give_up(const char *what, u64 value)
{
	printf("inmate: interrupt controller: %s (0x%llx)\n", what, value);
	inmate_exit(JAILHOUSE_CELL_FAILED);
}

static void redistributor_init(u64 gicr)
{
	u32 waker = gic_read32(gicr + GICR_WAKER);

	if (waker & GICR_WAKER_SLEEP) {
		gic_write32(gicr + GICR_WAKER, waker & ~GICR_WAKER_SLEEP);
		if (!wait_clear(gicr + GICR_WAKER, GICR_WAKER_CHILDREN))
			give_up("redistributor does not wake up", gicr);
	}
	gic_write32(gicr + GICR_SGI_FRAME + GICD_IGROUPR, ~0U);
	gic_write32(gicr + GICR_SGI_FRAME + GICD_ICENABLER, ~0U);
}

static void cpu_interface_init(void)
{
	sysreg_write(ICC_SRE_EL1, sysreg_read(ICC_SRE_EL1) | 1);
	isb();
	sysreg_write(ICC_PMR_EL1, 0xff);
	sysreg_write(ICC_BPR1_EL1, 0);
	sysreg_write(ICC_CTLR_EL1, 0);
	sysreg_write(ICC_IGRPEN1_EL1, 1);
	isb();
}

/* What a CPU has of its own. The distributor of a GICv2 works already, for all cells. */
static void gicv2_init_cpu(void)
{
	cpus[cpu_index()].sgi = (gic_read32(gic_distributor + GICD_ITARGETSR) & 0xff) << 16;
	gic_write32(gic_distributor + GICD_ICENABLER, 0xffff0000);
	mmio_write32(gic_interface + GICC_PMR, 0xff);
	mmio_write32(gic_interface + GICC_BPR, 0);
	mmio_write32(gic_interface + GICC_CTLR, 1);
}

static void gicv3_init_cpu(void)
{
	const struct jailhouse_comm_region *comm = inmate_comm();
	u64 frame = find_own_frame(comm->gicr_base, comm->gic_version);
	u64 mpidr = sysreg_read(mpidr_el1);

	if (!frame)
		give_up("no redistributor with the affinity of this CPU", own_affinity());
	cpus[cpu_index()].frame = frame;
	cpus[cpu_index()].sgi = (mpidr >> 32 & 0xff) << 48 | (mpidr >> 16 & 0xff) << 32 |
				(mpidr >> 8 & 0xff) << 16 | (mpidr >> 4 & 0xf) << 44 |
				1ULL << (mpidr & 0xf);
	redistributor_init(frame);
	cpu_interface_init();
}

void gic_init_cpu(void)
{
	u32 enabled = 0;

	if (gic_interface)
		gicv2_init_cpu();
	else
		gicv3_init_cpu();
	for (u32 irq = 0; irq < 32; irq++)
		if (handlers[irq].handler && irq != TIMER_IRQ)
			enabled |= 1U << irq;
	gic_write32(bank(0, GICD_ISENABLER, 1), enabled);
}

void gic_init(void)
{
	const struct jailhouse_comm_region *comm = inmate_comm();

	if (comm->gic_version < 2 || comm->gic_version > 4)
		give_up("version in the communication region is none of 2, 3 and 4",
			comm->gic_version);
	gic_distributor = comm->gicd_base;
	gic_interface = comm->gic_version == 2 ? comm->gicc_base : 0;
	irqs = ((gic_read32(gic_distributor + GICD_TYPER) & 0x1f) + 1) * 32;
	if (irqs > IRQS)
		irqs = IRQS;
	if (gic_interface) {
		gicv2_init_cpu();
		return;
	}
	gic_write32(gic_distributor + GICD_CTLR, GICD_CTLR_ARE | GICD_CTLR_GROUP1);
	if (!wait_clear(gic_distributor + GICD_CTLR, GICD_CTLR_RWP))
		give_up("distributor stays busy", gic_distributor);
	gicv3_init_cpu();
}

static void route_to_self(u32 irq)
{
	u64 mpidr = sysreg_read(mpidr_el1), group = bank(irq, GICD_IGROUPR, 1);

	if (gic_interface) {
		/* The target of a private interrupt is the CPU that reads it. */
		*(volatile u8 *)(gic_distributor + GICD_ITARGETSR + irq) =
			gic_read32(gic_distributor + GICD_ITARGETSR);
		inmate_stats.mmio++;
		return;
	}
	gic_write32(group, gic_read32(group) | 1U << irq % 32);
	gic_write32(gic_distributor + GICD_IROUTER + irq * 8, mpidr & 0xffffff);
	gic_write32(gic_distributor + GICD_IROUTER + irq * 8 + 4, mpidr >> 32 & 0xff);
}

int irq_register(u32 irq, irq_handler handler, void *arg, u32 flags)
{
	if (irq >= irqs || !handler)
		return -JAILHOUSE_EINVAL;
	if (handlers[irq].handler)
		return -JAILHOUSE_EBUSY;
	handlers[irq].arg = arg;
	handlers[irq].flags = flags;
	handlers[irq].handler = handler;

	if (irq >= 32)
		route_to_self(irq);
	irq_set_priority(irq, PRIORITY_MEDIUM);
	irq_enable(irq);
	return 0;
}

void irq_enable(u32 irq)
{
	if (irq < irqs)
		gic_write32(bank(irq, GICD_ISENABLER, 1), 1U << irq % 32);
}

void irq_disable(u32 irq)
{
	if (irq >= irqs)
		return;
	gic_write32(bank(irq, GICD_ICENABLER, 1), 1U << irq % 32);
	if (gic_interface)
		return;
	/* The redistributor's busy bit is 3 of its own CTLR, the distributor's is 31. */
	if (irq < 32)
		wait_clear(cpus[cpu_index()].frame, 1 << 3);
	else
		wait_clear(gic_distributor + GICD_CTLR, GICD_CTLR_RWP);
}

void irq_set_priority(u32 irq, u8 priority)
{
	u64 address = bank(irq, GICD_IPRIORITYR, 8);
	u32 shift = irq % 4 * 8;

	if (irq < irqs)
		gic_write32(address,
			    (gic_read32(address) & ~(0xffU << shift)) | (u32)priority << shift);
}

void gic_interrupt(void)
{
	u32 iar = gic_interface ? mmio_read32(gic_interface + GICC_IAR) : sysreg_read(ICC_IAR1_EL1);
	u32 irq = gic_interface ? iar & 0x3ff : iar & 0xffffff;

	if (irq >= IRQS) {
		inmate_stats.spurious++;
		return;
	}
	inmate_stats.irqs++;
	if (handlers[irq].flags & IRQ_FP)
		irq_call_fp(handlers[irq].handler, handlers[irq].arg);
	else if (handlers[irq].handler)
		handlers[irq].handler(handlers[irq].arg);
	if (gic_interface) {
		mmio_write32(gic_interface + GICC_EOIR, iar);
		return;
	}
	sysreg_write(ICC_EOIR1_EL1, irq);
	isb();
}

void ipi_send(unsigned int cpu, u32 irq)
{
	inmate_stats.ipis++;
	dsb();
	if (gic_interface) {
		mmio_write32(gic_distributor + GICD_SGIR, cpus[cpu].sgi | (irq & 15));
		return;
	}
	sysreg_write(ICC_SGI1R_EL1, cpus[cpu].sgi | (u64)(irq & 15) << 24);
	isb();
}

void ipi_send_self(u32 irq)
{
	ipi_send(cpu_index(), irq);
}

u64 probe_device(void)
{
	u64 address = gic_distributor + GICD_CTLR, before, after;

	inmate_stats.mmio++;
	asm volatile("isb\n\tmrs %0, cntvct_el0\n\tldr w2, [%2]\n\tdsb sy\n\tisb\n\t"
		     "mrs %1, cntvct_el0"
		     : "=&r"(before), "=&r"(after)
		     : "r"(address)
		     : "x2", "memory");
	return after - before;
}
