/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the parts of the library owe each other; applications do not include this. */
#ifndef INMATE_INTERNAL_H
#define INMATE_INTERNAL_H

#include <inmate.h>

#define CMDLINE_SIZE 4096

/* The command line in the image; placed by the linker script, may lack its NUL. */
extern const char cmdline_text[CMDLINE_SIZE];

/* Longest sleep while messages may come, in ns. */
#define POLL_INTERVAL (50ULL * 1000 * 1000)

/* Portable parts */
void console_init(const struct jailhouse_comm_region *comm);
void console_emergency(void); /* from now on print directly, in any context */

void timer_init(void);
void timer_limit_sleep(u64 latest); /* make sure that some interrupt comes by then */

/* One sleep without losing a wake-up, without answering messages; see inmate_idle(). */
void idle_once(const volatile u64 *event, u64 seen);

/* UART of the console descriptor. False if it is none this library can drive. */
bool uart_init(const struct jailhouse_console *console);
void uart_putc(char c); /* waits a bounded time for room, then drops the character */

/* Architecture */
struct jailhouse_comm_region *arch_comm_region(void); /* maps memory first */
void arch_init(void); /* page tables, interrupt controller, timer; needs the console */
void arch_wait_for_interrupt(void);
void arch_stop(void) __attribute__((noreturn)); /* mask everything, timer off, sleep for ever */
void arch_memory_barrier(void);

/* Its timer: one interrupt at a value of the counter or somewhat earlier, at once if it passed */
u64 arch_timer_init(void); /* switched off; returns the frequency of the counter in Hz */
u32 arch_timer_irq(void);
void arch_timer_program(u64 at); /* interrupts masked, as for the next */
void arch_timer_off(void);

#endif /* INMATE_INTERNAL_H */
