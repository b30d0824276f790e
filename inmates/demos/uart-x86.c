/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The device of the demo "uart" on a PC: the second serial port, by ports, and its interrupt, by one
 * pin of the IOAPIC. An idle transmitter interrupts, too: one more than there are characters.
 */
#include <inmate-x86.h>
#include "uart.h"

#define IRQ_UART       0
#define PORT	       0x2f8
#define PIN	       3
#define IOAPIC	       0xfec00000ULL
#define IOAPIC_WINDOW  0x10
#define IOAPIC_VERSION 1
#define REDIRECTION(n) (0x10 + 2 * (n))
#define RTE_MASKED     (1U << 16)
#define FIRST_VECTOR   32
#define UART_IER       1
#define UART_IIR       2
#define UART_LCR       3
#define UART_MCR       4
#define UART_LSR       5
#define IER_THR_EMPTY  2
#define IIR_NONE       1
#define MCR_OUT2       8 /* lets interrupts out */
#define LSR_THR_EMPTY  0x20
#define HANDLER_LIMIT  16

static u32 ioapic_read(u32 reg)
{
	mmio_write32(IOAPIC, reg);
	return mmio_read32(IOAPIC + IOAPIC_WINDOW);
}

static void ioapic_write(u32 reg, u32 value)
{
	mmio_write32(IOAPIC, reg);
	mmio_write32(IOAPIC + IOAPIC_WINDOW, value);
}

/* Edge triggered, to this CPU. */
static void route(bool on)
{
	ioapic_write(REDIRECTION(PIN), RTE_MASKED);
	if (!on)
		return;
	ioapic_write(REDIRECTION(PIN) + 1, apic_id() << 24);
	ioapic_write(REDIRECTION(PIN), FIRST_VECTOR + IRQ_UART);
}

static void send_next(void)
{
	int c = next_character();

	if (c < 0)
		port_write8(PORT + UART_IER, 0);
	else
		port_write8(PORT, (u8)c);
}

static void handler(void *unused)
{
	(void)unused;
	uart.interrupts++;
	for (int n = 0; n < HANDLER_LIMIT && !(port_read8(PORT + UART_IIR) & IIR_NONE); n++)
		if (port_read8(PORT + UART_LSR) & LSR_THR_EMPTY)
			send_next();
}

/* The transmitter is empty, so that allowing its interrupt raises the first one. */
void device_begin(void)
{
	port_write8(PORT + UART_IER, IER_THR_EMPTY);
}

bool device_start(void)
{
	inmate_map(IOAPIC, 0x1000, INMATE_DEVICE);
	irq_register(IRQ_UART, handler, NULL, 0);
	printf("uart: IOAPIC version 0x%x, entry of pin %d 0x%x\n", ioapic_read(IOAPIC_VERSION),
	       PIN, ioapic_read(REDIRECTION(PIN)));
	port_write8(PORT + UART_LCR, 0x83);
	port_write8(PORT, 1);
	port_write8(PORT + UART_IER, 0);
	port_write8(PORT + UART_LCR, 0x03);
	port_write8(PORT + UART_IER, 0);
	port_write8(PORT + UART_MCR, MCR_OUT2 | 3);
	route(true);
	return true;
}

bool device_stop(void)
{
	route(false);
	port_write8(PORT + UART_MCR, 0);
	return true;
}
