/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What only arm64 has: interrupts to another CPU, and a UART with interrupts.
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

/*
 * A UART of the cell, one at a time; the console uses the same, if it is one. Types: PL011, XUARTPS,
 * i.MX, i.MX LPUART, and 8250 in memory. Before use its clock has to be on. Context: any, after
 * uart_init(), but the console's output and uart_send() do not know of each other.
 */

/*
 * Uses the UART of a console descriptor. One that is off is set up for 8 bits without parity, at
 * the speed that it has. Returns false for a type that this library cannot drive. Context: main.
 */
bool uart_init(const struct jailhouse_console *console);

/* Sends a character: when the UART's interrupt came that was allowed by uart_interrupts(). */
void uart_send(char c);

/* Sends a character as soon as there is room; drops it if there is none for a while. */
void uart_putc(char c);

/* Returns the next character that was received, or -1. */
int uart_receive(void);

/* Interrupts when a character can be sent, and when one was received. */
void uart_interrupts(bool send, bool receive);

/* To be called first in the interrupt handler. */
void uart_acknowledge(void);

/* Whether the receiver gets what is sent. */
void uart_loopback(bool on);

#endif /* INMATE_ARM64_H */
