/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What only arm64 has: interrupts to another CPU.
 *
 * Other CPUs: cpu_on() starts one, see there. It may use what this header offers, timer_ticks(),
 * irq_save() and irq_restore(), and takes the interrupts that irq_register() knew when it started;
 * handlers are the same on all CPUs. Everything else of the library belongs to the first CPU,
 * the virtual timer's interrupt too.
 */
#ifndef INMATE_ARM64_H
#define INMATE_ARM64_H

#include <inmate.h>

#define INMATE_CPUS 2 /* that the library can run, the first one included */

/* 0 on the first CPU of the cell, 1 on the second. */
unsigned int cpu_index(void);

/* MPIDR of this CPU, affinity fields. */
u64 cpu_hardware_id(void);

/*
 * SMC with @function and its arguments (SMCCC, PSCI). Returns x0. Counted in inmate_stats.firmware.
 * Any context.
 */
u64 firmware_call(u64 function, u64 arg1, u64 arg2, u64 arg3);

/* Raises inter-processor interrupt @irq (0..15) on a running CPU. Any context. */
void ipi_send(unsigned int cpu, u32 irq);

#endif /* INMATE_ARM64_H */
