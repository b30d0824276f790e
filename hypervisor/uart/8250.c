/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * 8250 and 16550 compatible UARTs as debug console, by ports or in memory. With a divider the UART
 * is set to 8 bits without parity at that speed, with 0 it stays as whoever used it before has left
 * it (PC16550D data sheet, 8.0).
 */
#include <core/mmio.h>
#include <core/uart.h>

#define THR	 0 /* and divisor, low */
#define IER	 1 /* and divisor, high */
#define LCR	 3
#define LCR_8N1	 0x03
#define LCR_DLAB 0x80
#define LSR	 5
#define LSR_THRE 0x20

static char *registers; /* NULL: ports */
static u16 port;
static u32 distance;

static u8 reg_read(u32 reg)
{
	if (!registers)
		return arch_port_read((u16)(port + reg));
	return distance == 4 ? (u8)mmio_read32(registers + reg * 4) :
			       (u8)mmio_read(registers + reg, 1);
}

static void reg_write(u32 reg, u8 value)
{
	if (!registers)
		arch_port_write((u16)(port + reg), value);
	else if (distance == 4)
		mmio_write32(registers + reg * 4, value);
	else
		mmio_write(registers + reg, 1, value);
}

static bool uart8250_init(const struct jailhouse_console *console, char *base)
{
	if (!base && (!arch_has_ports() || console->address > 0xfff8))
		return false;
	registers = base;
	port = (u16)console->address;
	distance = console->flags & JAILHOUSE_CON_REGDIST_4 ? 4 : 1;
	if (!console->divider)
		return true;
	reg_write(LCR, LCR_DLAB | LCR_8N1);
	reg_write(THR, (u8)console->divider);
	reg_write(IER, (u8)(console->divider >> 8));
	reg_write(LCR, LCR_8N1);
	return true;
}

static bool uart8250_has_room(void)
{
	return reg_read(LSR) & LSR_THRE;
}

static void uart8250_putc(char c)
{
	reg_write(THR, (u8)c);
}

const struct uart_driver uart_8250 = {
	.type = JAILHOUSE_CON_TYPE_8250,
	.init = uart8250_init,
	.has_room = uart8250_has_room,
	.putc = uart8250_putc,
};
