/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Attacks on the interrupt controller of arm64: GICv3 and GICv2, as the machine has. */
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

/* The redistributor of another CPU. GICv3. */
void gicr_foreign(u64 address);

/* Accesses of a wrong kind, and outside of the distributor. */
void gic_regs(u64 address);

/* The registers of the CPU interface, with interrupts that are not the cell's. */
void gicc(u64 address);

#endif /* DEMOS_HOSTILE_ARM64_H */
