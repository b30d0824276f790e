/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A GICv2 or GICv3 for the fuzzer: the state of each interrupt, of each CPU's list registers and of
 * its interface. Each write is judged: @gic_judge says on whose behalf the hypervisor works.
 */
#ifndef TESTS_FUZZ_GIC_MODEL_H
#define TESTS_FUZZ_GIC_MODEL_H

#include <core/cell.h>

#define GIC_CPUS	6
#define GIC_LRS		4
#define GIC_MAINTENANCE 25
#define GIC_SPIS	1020
#define GIC_LPI		8192

#define GICD_BASE 0x8000000ULL
#define GICC_BASE 0x8010000ULL
#define GICH_BASE 0x8030000ULL
#define GICV_BASE 0x8040000ULL
#define GICR_BASE 0x80a0000ULL

enum gic_judge {
	JUDGE_SETUP,	 /* the hypervisor's own affairs */
	JUDGE_ACCESS,	 /* a guest accesses registers: its own interrupts alone may change */
	JUDGE_INTERRUPT, /* an interrupt came: others may be silenced, too */
	JUDGE_PARK,	 /* a CPU leaves or starts a cell: all private ones change */
};

struct gic_irq {
	bool enabled, pending, active, edge;
	u8 priority, targets;
	u64 router;
};

struct gic_lr {
	u64 raw;
	u32 intid, physical;
	bool pending, active, tied, asks; /* asks: for a maintenance interrupt at the end */
};

extern enum gic_judge gic_judge;
extern struct cpu *gic_actor; /* the CPU that runs */
extern struct cpu gic_cpus[GIC_CPUS];

/* As after power-on. @version: 2 or 3. */
void gic_model_reset(u32 version);

/* Remember all of it, and begin from there again, with shared interrupts in any state. */
void gic_model_save(void);
void gic_model_restore(u32 version, unsigned long long seed);

struct gic_irq *gic_model_irq(u32 cpu, u32 intid);
struct gic_lr gic_model_lr(u32 cpu, u32 n);

/* The guest takes the interrupt of a list register, or ends it. */
void gic_model_take(u32 cpu, u32 n);
void gic_model_end(u32 cpu, u32 n);

/* Whether an interrupt gets through to a CPU now; then it is what the CPU acknowledges next. */
bool gic_model_raise(u32 cpu, u32 intid);

/* Whether an interrupt of the hardware is the cell's: its shared ones and those of its CPUs. */
bool gic_cell_owns(const struct cell *cell, u32 intid);

#endif /* TESTS_FUZZ_GIC_MODEL_H */
