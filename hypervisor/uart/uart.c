/* SPDX-License-Identifier: GPL-2.0-only */
/* The debug console of the configuration: which driver, and its lines. */
#include <core/error.h>
#include <core/pool.h>
#include <core/space.h>
#include <core/system.h>
#include <core/uart.h>

#define UART_SPINS 100000 /* longest wait for room, in polls */

static const struct uart_driver *const drivers[] = { &uart_pl011, &uart_8250 };
static const struct uart_driver *uart;

int uart_init(void)
{
	const struct jailhouse_console *console = &system_config->debug_console;
	bool mmio = console->flags & JAILHOUSE_CON_ACCESS_MMIO;
	char *base = NULL;
	u32 n;

	if (console->type == JAILHOUSE_CON_TYPE_NONE)
		return 0;
	if (mmio) {
		base = space_map_device(console->address & ~PAGE_MASK, PAGE_SIZE);
		if (!base)
			return -ENOMEM;
		base += console->address & PAGE_MASK;
	}
	for (n = 0; n < sizeof(drivers) / sizeof(drivers[0]); n++) {
		if (drivers[n]->type == console->type && drivers[n]->init(console, base)) {
			uart = drivers[n];
			return 0;
		}
	}
	return fail(MSG_UART_UNSUPPORTED, console->type, console->flags);
}

static void uart_putc(char c)
{
	u32 spins = 0;

	while (!uart->has_room())
		if (++spins > UART_SPINS)
			return;
	uart->putc(c);
}

void uart_write_line(const char *text)
{
	if (!uart)
		return;
	for (; *text; text++)
		uart_putc(*text);
	uart_putc('\r');
	uart_putc('\n');
}
