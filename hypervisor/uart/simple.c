/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * UARTs that need no more than two registers of 32 bits to send, in memory: one tells whether there
 * is room, the other takes the character. Whoever used the UART before has set it up.
 *
 *	PL011		PrimeCell UART PL011 TRM, 3.3.1 and 3.3.3: UARTFR.TXFF
 *	XUARTPS		Zynq UltraScale+ register reference, UART: Channel_sts_reg0.TXFULL
 *	i.MX		i.MX 8M Plus reference manual, UART: UTS.TXFULL
 *	i.MX LPUART	i.MX 8QuadXPlus reference manual, LPUART: STAT.TDRE
 */
#include <core/errno.h>
#include <core/mmio.h>
#include <core/uart.h>

struct simple_uart {
	u16 type;
	u16 status;
	u16 data;
	u32 mask;  /* bits of the status that tell about room */
	u32 ready; /* their value when there is some */
};

static const struct simple_uart kinds[] = {
	{ JAILHOUSE_CON_TYPE_PL011, 0x18, 0x00, 1U << 5, 0 },
	{ JAILHOUSE_CON_TYPE_XUARTPS, 0x2c, 0x30, 1U << 4, 0 },
	{ JAILHOUSE_CON_TYPE_IMX, 0xb4, 0x40, 1U << 4, 0 },
	{ JAILHOUSE_CON_TYPE_IMX_LPUART, 0x14, 0x1c, 1U << 23, 1U << 23 },
};

static const struct simple_uart *kind;
static char *registers;

static int simple_init(const struct jailhouse_console *console, char *base)
{
	u64 value;
	u32 n;

	registers = base;
	for (n = 0; n < sizeof(kinds) / sizeof(kinds[0]); n++) {
		kind = &kinds[n];
		if (base && kind->type == console->type)
			return arch_probe_read(base + kind->status, 4, &value) ? 0 : -ENODEV;
	}
	return -EINVAL;
}

static bool simple_has_room(void)
{
	u64 value;

	/* Whoever else uses the UART may have taken its clock away. */
	return arch_probe_read(registers + kind->status, 4, &value) &&
	       (value & kind->mask) == kind->ready;
}

static void simple_putc(char c)
{
	mmio_write32(registers + kind->data, (u8)c);
}

const struct uart_driver uart_simple = {
	.init = simple_init,
	.has_room = simple_has_room,
	.putc = simple_putc,
};
