/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The debug console: a UART that shows what goes to the rings, for those who bring up a board. It
 * is optional; nothing depends on it.
 */
#ifndef CORE_UART_H
#define CORE_UART_H

/* Map and check the UART of the configuration, if there is one. Phase 1. Return: 0 or an error. */
int uart_init(void);

/* Write a line. Waits for the UART, with a bound; does nothing if there is none. */
void uart_write_line(const char *text);

#endif /* CORE_UART_H */
