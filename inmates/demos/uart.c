/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A cell with a device of its own: the second serial port of a PC, by ports, and its interrupt, by
 * one pin of the IOAPIC. Each line is sent by the interrupt handler.
 *
 *	count=N		lines to send, one every 10 ms, 1..10000 (20)
 *
 * Prints "uart: line N" on the serial port, and on the console what it counted.
 */
#include <inmate-x86.h>

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

static struct {
	const char *volatile text;
	volatile u64 interrupts, characters, done;
} uart;

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
	const char *text = uart.text;

	if (!text || !*text) {
		port_write8(PORT + UART_IER, 0);
		uart.done++;
		return;
	}
	port_write8(PORT, *text);
	uart.text = text + 1;
	uart.characters++;
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
static bool send(const char *text)
{
	u64 seen = uart.done, until = timer_ticks() + timer_frequency();

	uart.text = text;
	port_write8(PORT + UART_IER, IER_THR_EMPTY);
	while (uart.done == seen && timer_ticks() < until)
		inmate_idle(&uart.done, seen);
	return uart.done != seen;
}

static void uart_start(void)
{
	port_write8(PORT + UART_LCR, 0x83);
	port_write8(PORT, 1);
	port_write8(PORT + UART_IER, 0);
	port_write8(PORT + UART_LCR, 0x03);
	port_write8(PORT + UART_IER, 0);
	port_write8(PORT + UART_MCR, MCR_OUT2 | 3);
}

static bool send_lines(s64 count)
{
	char line[32];

	for (s64 n = 1; n <= count; n++) {
		snprintf(line, sizeof(line), "uart: line %lld\r\n", n);
		if (!send(line)) {
			printf("uart: line %lld was not sent within a second\n", n);
			return false;
		}
		timer_wait(timer_ticks() + timer_from_ns(10000 * NSEC_PER_USEC));
	}
	return true;
}

void inmate_main(void)
{
	s64 count = cmdline_get_int("count", 20);
	bool good;

	if (count < 1 || count > 10000) {
		printf("uart: count=%lld: expected 1..10000\n", count);
		inmate_exit(JAILHOUSE_CELL_FAILED);
	}
	inmate_map(IOAPIC, 0x1000, INMATE_DEVICE);
	irq_register(IRQ_UART, handler, NULL, 0);
	printf("uart: IOAPIC version 0x%x, entry of pin %d 0x%x\n", ioapic_read(IOAPIC_VERSION),
	       PIN, ioapic_read(REDIRECTION(PIN)));
	uart_start();
	route(true);
	good = send_lines(count);
	route(false);
	port_write8(PORT + UART_MCR, 0);
	printf("uart: interrupts=%llu characters=%llu lines=%llu\n", uart.interrupts,
	       uart.characters, uart.done);
	printf("uart: %s\n", good ? "passed" : "failed");
	inmate_exit(good ? JAILHOUSE_CELL_SHUT_DOWN : JAILHOUSE_CELL_FAILED);
}
