/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The device of the demo "uart" on arm64: the UART of the cell's console descriptor. One interrupt a
 * character: the first one is sent without, the last interrupt finds nothing left.
 *
 *	irq=N	its interrupt, 32..1019 (40)
 *	echo	connect sender and receiver: what was sent has to come back, by interrupt
 */
#include <inmate-arm64.h>
#include "uart.h"

#define ECHO_WAIT_US 100000

static u32 irq;
static bool echo, sending;
static volatile u64 received, wrong;
static u8 expected[64]; /* characters on their way */
static u64 put;		/* free running, as received */

static void let_out(int c)
{
	expected[put++ % sizeof(expected)] = (u8)c;
	uart_send((char)c);
}

static void receive(void)
{
	for (int c; echo && (c = uart_receive()) >= 0; received++)
		if (c != expected[received % sizeof(expected)])
			wrong++;
}

static void handler(void *unused)
{
	int c;

	(void)unused;
	uart.interrupts++;
	uart_acknowledge();
	receive();
	if (!sending)
		return;
	c = next_character();
	if (c < 0) {
		sending = false;
		uart_interrupts(false, echo);
	} else {
		let_out(c);
	}
}

void device_begin(void)
{
	unsigned long flags = irq_save();
	int c = next_character();

	uart_acknowledge();
	sending = c >= 0;
	if (sending)
		let_out(c);
	uart_interrupts(sending, echo);
	irq_restore(flags);
}

bool device_start(void)
{
	s64 number = cmdline_get_int("irq", 40);

	irq = (u32)number;
	echo = cmdline_get_bool("echo", false);
	if (number < 32 || number > 1019 || !uart_init(&inmate_comm()->console)) {
		printf("uart: irq=%lld, console of type %u: expected 32..1019 and a known type\n",
		       number, inmate_comm()->console.type);
		return false;
	}
	uart_interrupts(false, false);
	uart_acknowledge();
	uart_loopback(echo);
	return !irq_register(irq, handler, NULL, 0);
}

bool device_stop(void)
{
	u64 until = timer_ticks() + timer_from_ns(ECHO_WAIT_US * NSEC_PER_USEC);

	while (echo && received != uart.characters && timer_ticks() < until)
		inmate_idle(&received, uart.characters);
	uart_interrupts(false, false);
	uart_loopback(false);
	irq_disable(irq);
	if (!echo)
		return true;
	printf("uart: received=%llu wrong=%llu\n", received, wrong);
	return received == uart.characters && !wrong;
}
