/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ARM PL011 as debug console. Whoever used the UART before has set it up; only the data and the
 * flag register are touched (PrimeCell UART PL011 TRM, 3.3.1 and 3.3.3).
 */
#include <core/mmio.h>
#include <core/uart.h>

#define UARTDR	    0x00
#define UARTFR	    0x18
#define UARTFR_TXFF (1U << 5)

static char *registers;

static bool pl011_init(const struct jailhouse_console *console, char *base)
{
	(void)console;
	registers = base;
	return base;
}

static bool pl011_has_room(void)
{
	return !(mmio_read32(registers + UARTFR) & UARTFR_TXFF);
}

static void pl011_putc(char c)
{
	mmio_write32(registers + UARTDR, (u8)c);
}

const struct uart_driver uart_pl011 = {
	.type = JAILHOUSE_CON_TYPE_PL011,
	.init = pl011_init,
	.has_room = pl011_has_room,
	.putc = pl011_putc,
};
