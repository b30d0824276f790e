/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The debug console: a UART that shows what goes to the rings, for those who bring up a board. It
 * is optional; nothing depends on it.
 */
#ifndef CORE_UART_H
#define CORE_UART_H

#include <stdbool.h>

#include <jailhouse/cell-config.h>

/*
 * Map the UART of the configuration, if there is one, open its clock gate, and see whether it
 * answers. Phase 1. Return: 0 or an error.
 */
int uart_init(void);

/*
 * Write a line. Waits for the UART, with a bound: one that does not send any more, or does not answer,
 * is not used again. Does nothing if there is none.
 */
void uart_write_line(const char *text);

#define UART_REGISTERS 0x100

/* One kind of UART. */
struct uart_driver {
	/*
	 * @base: registers in memory, at least UART_REGISTERS bytes; NULL for ports. Return: 0,
	 * -EINVAL if the driver is not for it, -ENODEV if nothing answers there.
	 */
	int (*init)(const struct jailhouse_console *console, char *base);
	bool (*has_room)(void);
	void (*putc)(char c);
};

extern const struct uart_driver uart_simple, uart_8250;

/* Architecture: I/O ports, where there are any; reads give all ones otherwise. */
bool arch_has_ports(void);
u8 arch_port_read(u16 port);
void arch_port_write(u16 port, u8 value);

#endif /* CORE_UART_H */
