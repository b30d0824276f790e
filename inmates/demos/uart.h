/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The two halves of the demo "uart": what to send, and how. */
#ifndef DEMO_UART_H
#define DEMO_UART_H

#include <inmate.h>

/* What was seen of the device; changes in its handler only. */
extern struct uart_counts {
	volatile u64 interrupts, characters, done;
} uart;

/* The next character to be sent, or -1: then a text is complete. From the handler. */
int next_character(void);

/* The device: make it ready, with its interrupt; false, with a message, if there is none. */
bool device_start(void);

/* The transmitter is idle: let the first character out, and interrupts for the next ones. */
void device_begin(void);

/* Switch it off. Return: whether all that it did was right. */
bool device_stop(void);

#endif /* DEMO_UART_H */
