/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * 8250 and 16550 compatible UARTs as debug console, by ports or in memory. With a divider the UART
 * is set to 8 bits without parity at that speed, with 0 it stays as whoever used it before has left
 * it (PC16550D data sheet, 8.0; MDR1: AM65x technical reference manual, UART).
 */
#include <core/errno.h>
#include <core/mmio.h>
#include <core/uart.h>

#define THR	 0 /* and divisor, low */
#define IER	 1 /* and divisor, high */
#define LCR	 3
#define LCR_8N1	 0x03
#define LCR_DLAB 0x80
#define LSR	 5
#define LSR_THRE 0x20
#define MDR1	 8

#define MDR1_UART_16X 0
#define MDR1_DISABLED 7

static char *registers; /* NULL: ports */
static u16 port;
static u32 distance;

static u8 reg_read(u32 reg)
{
	u64 value = 0;

	if (!registers)
		return arch_port_read((u16)(port + reg));
	/* Whoever else uses the UART may have taken its clock away. */
	(void)arch_probe_read(registers + reg * distance, distance, &value);
	return (u8)value;
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

/* UARTs of TI have one more register, which keeps them off until it is written. */
static void mode_write(const struct jailhouse_console *console, u8 mode)
{
	if (registers && (console->flags & JAILHOUSE_CON_MDR_QUIRK))
		reg_write(MDR1, mode);
}

static int uart8250_init(const struct jailhouse_console *console, char *base)
{
	u64 value;

	if (console->type != JAILHOUSE_CON_TYPE_8250)
		return -EINVAL;
	if (!base && (!arch_has_ports() || console->address > 0xfff8))
		return -EINVAL;
	registers = base;
	port = (u16)console->address;
	distance = console->flags & JAILHOUSE_CON_REGDIST_4 ? 4 : 1;
	if (base && !arch_probe_read(base + LSR * distance, distance, &value))
		return -ENODEV;
	if (!console->divider)
		return 0;
	mode_write(console, MDR1_DISABLED);
	reg_write(LCR, LCR_DLAB | LCR_8N1);
	reg_write(THR, (u8)console->divider);
	reg_write(IER, (u8)(console->divider >> 8));
	reg_write(LCR, LCR_8N1);
	mode_write(console, MDR1_UART_16X);
	return 0;
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
	.init = uart8250_init,
	.has_room = uart8250_has_room,
	.putc = uart8250_putc,
};
