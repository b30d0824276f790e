/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ARM PL011 as debug console. Whoever used the UART before has set it up; only the data and the
 * flag register are touched (PrimeCell UART PL011 TRM, 3.3.1 and 3.3.3).
 */
#include <core/error.h>
#include <core/mmio.h>
#include <core/space.h>
#include <core/system.h>
#include <core/uart.h>

#define UARTDR	    0x00
#define UARTFR	    0x18
#define UARTFR_TXFF (1U << 5)
#define UART_SPINS  100000 /* longest wait for room, in polls */

static char *uart;

int uart_init(void)
{
	const struct jailhouse_console *console = &system_config->debug_console;
	u64 address = console->address;

	if (console->type == JAILHOUSE_CON_TYPE_NONE)
		return 0;
	if (console->type != JAILHOUSE_CON_TYPE_PL011 ||
	    !(console->flags & JAILHOUSE_CON_ACCESS_MMIO))
		return fail(MSG_UART_UNSUPPORTED, console->type, console->flags);
	uart = space_map_device(address & ~PAGE_MASK, PAGE_SIZE);
	if (!uart)
		return -ENOMEM;
	uart += address & PAGE_MASK;
	return 0;
}

static void uart_putc(char c)
{
	u32 spins = 0;

	while (mmio_read32(uart + UARTFR) & UARTFR_TXFF)
		if (++spins > UART_SPINS)
			return;
	mmio_write32(uart + UARTDR, (u8)c);
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
