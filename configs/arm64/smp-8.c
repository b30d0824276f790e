/* SPDX-License-Identifier: GPL-2.0-only */
/* The two-CPU cell on CPUs 6 and 7 of a machine with eight CPUs, see smp.c. */
#define SMP_CPUS (1 << 6 | 1 << 7)

#include "smp.c"
