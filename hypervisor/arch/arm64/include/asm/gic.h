/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The interrupt controller, GICv3 (IHI 0069).
 *
 * All physical interrupts of a CPU come to the hypervisor, which passes them to the CPU's cell in
 * list registers. SGIs of cells exist in software only; SGI 0 is the hypervisor's kick.
 */
#ifndef ASM_GIC_H
#define ASM_GIC_H

#include <core/cell.h>

#define GIC_KICK	   0  /* physical SGI */
#define GIC_VIRTUAL_TIMER  27 /* PPIs that every cell has */
#define GIC_PHYSICAL_TIMER 30
#define GIC_SPECIAL_FIRST  1020
#define GIC_LPI_FIRST	   8192

/* Distributor */
#define GICD_SIZE	      0x10000
#define GICD_CTLR	      0x0000
#define GICD_CTLR_ARE_NS      (1U << 4)
#define GICD_CTLR_DS	      (1U << 6)
#define GICD_TYPER	      0x0004
#define GICD_SETSPI_NSR	      0x0040
#define GICD_CLRSPI_NSR	      0x0048
#define GICD_IGROUPR	      0x0080
#define GICD_ISENABLER	      0x0100
#define GICD_ICENABLER	      0x0180
#define GICD_ISPENDR	      0x0200
#define GICD_ICPENDR	      0x0280
#define GICD_ISACTIVER	      0x0300
#define GICD_ICACTIVER	      0x0380
#define GICD_IPRIORITYR	      0x0400
#define GICD_ITARGETSR	      0x0800
#define GICD_ICFGR	      0x0c00
#define GICD_IGRPMODR	      0x0d00
#define GICD_IROUTER	      0x6000
#define GICD_IROUTER_END      (GICD_IROUTER + SPI_LIMIT * 8)
#define GICD_IROUTER_ANY      (1ULL << 31)
#define GIC_ID_REGISTERS      0xffd0
#define GIC_PIDR2	      0xffe8
#define GIC_PIDR2_ARCH(pidr2) ((pidr2) >> 4 & 0xf)

/* Redistributor: RD_base and, 64 KiB further, SGI_base */
#define GICR_SGI	      0x10000
#define GICR_STRIDE	      0x20000
#define GICR_STRIDE_V4	      0x40000
#define GICR_CTLR	      0x0000
#define GICR_CTLR_ENABLE_LPIS (1U << 0)
#define GICR_IIDR	      0x0004
#define GICR_TYPER	      0x0008
#define GICR_TYPER_LAST	      (1ULL << 4)
#define GICR_WAKER	      0x0014
#define GICR_WAKER_SLEEP      (1U << 1)
#define GICR_WAKER_ASLEEP     (1U << 2)
#define GICR_PROPBASER	      0x0070
#define GICR_PENDBASER	      0x0078
#define GICR_INVLPIR	      0x00a0
#define GICR_INVALLR	      0x00b0
#define GICR_SYNCR	      0x00c0

#define GIC_PRIORITY_KICK    0x00 /* hypervisor's own: above all others */
#define GIC_PRIORITY_MIN     0x10 /* numerically lowest that a cell's interrupt gets */
#define GIC_PRIORITY_DEFAULT 0xa0
#define GIC_PMR_ALL	     0xff
#define GIC_PMR_KICK_ONLY    0x10

extern char *gicd;    /* mapped distributor */
extern u64 gicr_base; /* physical */
extern u64 gicr_stride;
extern u32 gicr_frames;
extern u32 gic_maintenance; /* PPI */
extern u8 gic_spi_priority[SPI_LIMIT];

/* Map and check the controller. Once, phase 1. */
int gic_prepare(void);

/* The mapped redistributors of all CPUs. */
char *gicr_frame_base(void);

/* Find and check the redistributor of this CPU. Phase 1. */
int gic_cpu_prepare(struct cpu *cpu);

/* Take the CPU interface over from Linux. Phase 2. */
void gic_cpu_commit(struct cpu *cpu);

/* Interface of a CPU that starts a cell: nothing pending, nothing enabled. */
void gic_cpu_reset(struct cpu *cpu);

/* A CPU that parks: no interrupt of its guest is enabled, pending or active any more. */
void gic_cpu_quiesce(struct cpu *cpu);

/* Give the CPU interface back to Linux. */
void gic_cpu_handback(struct cpu *cpu);

/* Nothing but kicks from now on; whether no interrupt is in the list registers any more. */
bool gic_cpu_drain(struct cpu *cpu);
void gic_cpu_undrain(struct cpu *cpu);

/* Physical interrupt while the guest ran. */
void gic_handle_irq(struct cpu *cpu);

/* Interrupts of this CPU's own guest are waiting to be passed on. */
void gic_inject_sgis(struct cpu *cpu);

/* The guest wrote ICC_SGI1R_EL1. */
void gic_send_sgi(struct cpu *cpu, u64 value);

/* Emulated registers: add them to a cell's table. */
int gic_mmio_init(struct cell *cell);

/* Shared peripheral interrupts of a cell: disabled, nothing pending, to one CPU of @owner. */
void gic_spis_reset(const struct cell *cell, const struct cell *owner);

/* Remember how the root has configured the interrupts that a cell takes, and restore it. */
void gic_spis_save(const struct cell *cell);
void gic_spis_restore(const struct cell *cell);

static inline bool gic_owns_spi(const struct cell *cell, u32 intid)
{
	return intid < SPI_LIMIT && cell->arch.spis[intid / 32] >> (intid % 32) & 1;
}

#endif /* ASM_GIC_H */
