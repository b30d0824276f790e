/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Console. One device is chosen at start: the UART that the cell owns, or else the hypervisor's
 * virtual console. Sending a character disturbs control (a hypercall, or a slow device), so a
 * real-time application switches to buffered mode: printing then only copies to a ring, and
 * the application drains it when it has time.
 */
#include <inmate.h>
#include "internal.h"

#define LINE_SIZE 512
#define RING_SIZE 8192 /* a power of two */

enum device { NO_DEVICE, UART, VIRTUAL };

static enum device device;
static bool buffered;
static char ring[RING_SIZE];
static size_t ring_head, ring_tail; /* written, sent; free running */
static u64 dropped;

void console_init(const struct jailhouse_comm_region *comm)
{
	if (comm->flags & JAILHOUSE_COMM_FLAG_DBG_PUTC_ACTIVE)
		device = VIRTUAL;
	else if (uart_init(&comm->console))
		device = UART;
	else if (comm->flags & JAILHOUSE_COMM_FLAG_DBG_PUTC_PERMITTED)
		device = VIRTUAL;
}

static void send(char c)
{
	switch (device) {
	case UART:
		if (c == '\n')
			uart_putc('\r');
		uart_putc(c);
		break;
	case VIRTUAL:
		hypercall(JAILHOUSE_HC_DEBUG_CONSOLE_PUTC, (unsigned char)c, 0);
		break;
	case NO_DEVICE:
		break;
	}
}

static void enqueue(const char *text, size_t length)
{
	unsigned long flags = irq_save();

	for (; length && ring_head - ring_tail < RING_SIZE; length--)
		ring[ring_head++ % RING_SIZE] = *text++;
	dropped += length;
	irq_restore(flags);
}

int printf(const char *format, ...)
{
	char text[LINE_SIZE];
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (length >= LINE_SIZE)
		length = LINE_SIZE - 1;

	if (buffered)
		enqueue(text, length);
	else
		for (int n = 0; n < length; n++)
			send(text[n]);
	return length;
}

size_t console_drain(u64 until)
{
	while (ring_head != ring_tail && timer_ticks() < until) {
		/* Out of the ring first: a handler that prints meanwhile sees the room. */
		char c = ring[ring_tail++ % RING_SIZE];

		send(c);
	}
	return ring_head - ring_tail;
}

void console_buffered(bool on)
{
	if (!on)
		console_drain(~0ULL);
	buffered = on;
}

void console_emergency(void)
{
	buffered = false;
	console_drain(~0ULL);
}

size_t console_pending(void)
{
	return ring_head - ring_tail;
}

size_t console_cost_of(size_t length)
{
	return device == VIRTUAL ? length : 0;
}

size_t console_cost(void)
{
	return console_cost_of(console_pending());
}

u64 console_dropped(void)
{
	return dropped;
}
