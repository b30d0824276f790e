/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Attacks of arm64: hostile-arm64-gic.c on the interrupt controller, GICv3 and GICv2, as the machine has;
 * hostile-arm64-cpu.c by the CPU itself.
 */
#ifndef DEMOS_HOSTILE_ARM64_H
#define DEMOS_HOSTILE_ARM64_H

#include "hostile.h"

/* MPIDR without flags. */
u64 own_mpidr(void);

/* SGIs to CPUs that are not the cell's. */
void sgi_foreign(u64 address);

/* All bits of an interrupt of the root cell. */
void spi_foreign(u64 address);

/*
 * spi=N is the cell's own: it is made pending and comes, but neither to another CPU nor while it is
 * disabled. With
 * leave=active or leave=pending that is how it is left behind.
 */
void spi_own(u64 address);

/* SGIs to all CPUs of the cell, without end. */
void sgi_storm(void *arg);

/* spi=N is routed to CPUs that are not the cell's, without end. */
void route_storm(void *arg);

/* The redistributor of another CPU. GICv3. */
void gicr_foreign(u64 address);

/* Accesses of a wrong kind, and outside of the distributor. */
void gic_regs(u64 address);

/* The registers of the CPU interface, with interrupts that are not the cell's. */
void gicc(u64 address);

/* Registers of EL2 and EL3, with addr=. */
void sysreg_el2(u64 address);

/* Exception returns to levels that it must not reach. */
void return_up(u64 address);

/* Page tables at addr= and at other places that are not its memory. */
void tables_foreign(u64 address);

/* Floods of exits and of exceptions, without end. */
void stuck(u64 address);

/* The next CPU is started without end, and switches itself off at once. */
void cpu_storm(u64 address);

/* The next CPU exchanges an instruction that the hypervisor has to read. */
void moving(u64 address);

#endif /* DEMOS_HOSTILE_ARM64_H */
