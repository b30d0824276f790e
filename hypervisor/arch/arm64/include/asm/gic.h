/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The interrupt controller, as the rest of the hypervisor sees it. GICv2 and GICv3 are told apart
 * at run time, see gic.c.
 *
 * All physical interrupts of a CPU come to the hypervisor, which passes them to the CPU's cell in
 * list registers. SGIs of cells exist in software only; SGI 0 is the hypervisor's kick.
 */
#ifndef ASM_GIC_H
#define ASM_GIC_H

#include <core/cell.h>

/* Map and check the controller. Once, phase 1. */
int gic_prepare(void);

/* Find and check what the controller has for this CPU. Phase 1. */
int gic_cpu_prepare(struct cpu *cpu);

/* Take the CPU interface over from Linux. Phase 2. */
void gic_cpu_commit(struct cpu *cpu);

/* Interface of a CPU that starts a cell: nothing pending, nothing enabled. */
void gic_cpu_reset(struct cpu *cpu);

/* Give the CPU interface back to Linux. */
void gic_cpu_handback(struct cpu *cpu);

/* Nothing but kicks from now on; whether no interrupt is in the list registers any more. */
bool gic_cpu_drain(struct cpu *cpu);
void gic_cpu_undrain(struct cpu *cpu);

/* Physical interrupt while the guest ran. */
void gic_handle_irq(struct cpu *cpu);

/* Interrupts of this CPU's own guest are waiting to be passed on. */
void gic_inject_sgis(struct cpu *cpu);

/* Whether nothing waits in the list registers of this CPU. */
bool gic_cpu_is_idle(struct cpu *cpu);

/* The guest wrote ICC_SGI1R_EL1. GICv3 only. */
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
