/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* 8250 UART by ports or memory, transmit only; set up if the descriptor names a divider. */
#include "asm.h"
#include "../internal.h"

#define UART_DATA    0
#define UART_IER     1
#define UART_DLM     1
#define UART_FCR     2
#define UART_LCR     3
#define UART_MCR     4
#define UART_LSR     5
#define LCR_8N1	     0x03
#define LCR_DLAB     0x80
#define FCR_FIFO     0x07
#define MCR_DTR_RTS  0x03
#define LSR_THR_FREE 0x20
#define WAIT_LIMIT   100000
#define PAGE	     0x1000ULL

static u64 base;
static unsigned int distance;
static bool mmio;

static u8 uart_read(unsigned int reg)
{
	u64 address = base + reg * distance;

	return mmio ? *(volatile u8 *)(uintptr_t)address : port_read8(address);
}

static void uart_write(unsigned int reg, u8 value)
{
	u64 address = base + reg * distance;

	if (mmio)
		*(volatile u8 *)(uintptr_t)address = value;
	else
		port_write8(address, value);
}

static bool map_registers(void)
{
	u64 first = base & ~(PAGE - 1), end = (base + 8 * distance + PAGE - 1) & ~(PAGE - 1);

	return !inmate_map(first, end - first, INMATE_DEVICE);
}

bool uart_init(const struct jailhouse_console *console)
{
	if (console->type != JAILHOUSE_CON_TYPE_8250 || !console->address)
		return false;
	base = console->address;
	distance = console->flags & JAILHOUSE_CON_REGDIST_4 ? 4 : 1;
	mmio = console->flags & JAILHOUSE_CON_ACCESS_MMIO;
	if (mmio ? !map_registers() : base > 0xffff - 8 * distance)
		return false;
	if (console->divider) {
		uart_write(UART_LCR, LCR_8N1 | LCR_DLAB);
		uart_write(UART_DATA, console->divider);
		uart_write(UART_DLM, console->divider >> 8);
		uart_write(UART_LCR, LCR_8N1);
		uart_write(UART_IER, 0);
		uart_write(UART_FCR, FCR_FIFO);
		uart_write(UART_MCR, MCR_DTR_RTS);
	}
	return true;
}

void uart_putc(char c)
{
	for (int n = 0; n < WAIT_LIMIT; n++)
		if (uart_read(UART_LSR) & LSR_THR_FREE) {
			uart_write(UART_DATA, c);
			return;
		}
}
