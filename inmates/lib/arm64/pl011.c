/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* PL011 UART, transmit only, as the firmware left it if it is on. */
#include "asm.h"
#include "../internal.h"

#define UARTDR	      0x00
#define UARTFR	      0x18
#define UARTLCR_H     0x2c
#define UARTCR	      0x30
#define FR_TXFF	      (1 << 5)
#define LCR_FIFO_8BIT 0x70
#define CR_ENABLE_TX  ((1 << 0) | (1 << 8))
#define WAIT_LIMIT    100000

static u64 base;

bool uart_init(const struct jailhouse_console *console)
{
	if (console->type != JAILHOUSE_CON_TYPE_PL011 || !console->address)
		return false;
	base = console->address;
	if ((mmio_read32(base + UARTCR) & CR_ENABLE_TX) != CR_ENABLE_TX) {
		mmio_write32(base + UARTLCR_H, LCR_FIFO_8BIT);
		mmio_write32(base + UARTCR, CR_ENABLE_TX);
	}
	return true;
}

void uart_putc(char c)
{
	for (int n = 0; n < WAIT_LIMIT; n++)
		if (!(mmio_read32(base + UARTFR) & FR_TXFF)) {
			mmio_write32(base + UARTDR, (unsigned char)c);
			return;
		}
}
