/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Messages. Each CPU writes lines to its own console ring (see <jailhouse/hypervisor.h>), so no
 * CPU ever waits for another one.
 */
#ifndef CORE_PRINTK_H
#define CORE_PRINTK_H

#include <stdbool.h>

#include <jailhouse/types.h>

struct cpu;

/* Write one line of the hypervisor to the ring of this CPU. The newline is added. */
void printk(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Append a character that the cell of @cpu, the calling CPU, prints. */
void console_putc(struct cpu *cpu, char c);

/* Whether one more message of this CPU is within the limit of 20 a second. */
bool printk_allowed(struct cpu *cpu);

#endif /* CORE_PRINTK_H */
