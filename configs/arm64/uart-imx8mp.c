/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The cell with a device of its own on the i.MX 8M Plus evaluation kit: the third UART, see uart.c.
 * On the board itself its clock has to be kept on: Linux switches it off when it lets go of the UART.
 */
#define UART_TYPE      JAILHOUSE_CON_TYPE_IMX
#define UART_ADDRESS   0x30880000
#define UART_INTERRUPT 60
#define GIC_ADDRESS    0x38800000

#include "uart.c"
