/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A cell with a device of its own, a UART, and its interrupt. Each character is sent by the interrupt
 * handler.
 *
 *	count=N		lines to send, one every 10 ms, 1..10000 (20)
 *	zeros=N		then so many NUL characters, each a text of its own, without a pause,
 *			0..10000000 (0)
 *
 * Prints "uart: line N" on the serial port, and on the console what it counted. See uart-x86.c and
 * uart-arm64.c for the device.
 */
#include "uart.h"

struct uart_counts uart;

static const char *volatile text;
static volatile bool zero;

int next_character(void)
{
	const char *next = text;

	if (next && *next) {
		text = next + 1;
	} else if (zero) {
		zero = false;
		next = "";
	} else {
		uart.done++;
		return -1;
	}
	uart.characters++;
	return (unsigned char)*next;
}

static bool send(void)
{
	u64 seen = uart.done, until = timer_ticks() + timer_frequency();

	device_begin();
	while (uart.done == seen && timer_ticks() < until)
		inmate_idle(&uart.done, seen);
	return uart.done != seen;
}

static bool send_lines(s64 count)
{
	char line[32];

	for (s64 n = 1; n <= count; n++) {
		snprintf(line, sizeof(line), "uart: line %lld\r\n", n);
		text = line;
		if (!send()) {
			printf("uart: line %lld was not sent within a second\n", n);
			return false;
		}
		timer_wait(timer_ticks() + timer_from_ns(10000 * NSEC_PER_USEC));
	}
	return true;
}

static bool send_zeros(s64 count)
{
	u64 interrupts = uart.interrupts, characters = uart.characters, before = timer_ticks();
	s64 n;

	for (n = 0; n < count; n++) {
		zero = true;
		if (!send()) {
			printf("uart: no interrupt within a second after %lld characters\n", n);
			break;
		}
	}
	if (count)
		printf("uart: zeros=%llu interrupts=%llu in %llu ms\n",
		       uart.characters - characters, uart.interrupts - interrupts,
		       timer_to_ns(timer_ticks() - before) / 1000000);
	return n == count;
}

void inmate_main(void)
{
	s64 count = cmdline_get_int("count", 20), zero_count = cmdline_get_int("zeros", 0);
	bool good;

	if (count < 1 || count > 10000 || zero_count < 0 || zero_count > 10000000) {
		printf("uart: count=%lld zeros=%lld: expected 1..10000 and 0..10000000\n", count,
		       zero_count);
		inmate_exit(JAILHOUSE_CELL_FAILED);
	}
	if (!device_start())
		inmate_exit(JAILHOUSE_CELL_FAILED);
	good = send_lines(count) && send_zeros(zero_count);
	good = device_stop() && good;
	printf("uart: interrupts=%llu characters=%llu lines=%lld all=%llu\n", uart.interrupts,
	       uart.characters, count, inmate_stats.irqs);
	printf("uart: %s\n", good ? "passed" : "failed");
	inmate_exit(good ? JAILHOUSE_CELL_SHUT_DOWN : JAILHOUSE_CELL_FAILED);
}
