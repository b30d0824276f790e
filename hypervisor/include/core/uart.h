/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The debug console: a UART that shows what goes to the rings, for those who bring up a board. It
 * is optional; nothing depends on it.
 */
#ifndef CORE_UART_H
#define CORE_UART_H

#include <stdbool.h>

#include <jailhouse/cell-config.h>

/* Map and check the UART of the configuration, if there is one. Phase 1. Return: 0 or an error. */
int uart_init(void);

/* Write a line. Waits for the UART, with a bound; does nothing if there is none. */
void uart_write_line(const char *text);

/* One kind of UART. */
struct uart_driver {
	u16 type; /* JAILHOUSE_CON_TYPE_* */
	/* @base: registers in memory, NULL for ports. Return: whether the access is supported. */
	bool (*init)(const struct jailhouse_console *console, char *base);
	bool (*has_room)(void);
	void (*putc)(char c);
};

extern const struct uart_driver uart_pl011, uart_8250;

/* Architecture: I/O ports, where there are any; reads give all ones otherwise. */
bool arch_has_ports(void);
u8 arch_port_read(u16 port);
void arch_port_write(u16 port, u8 value);

#endif /* CORE_UART_H */
