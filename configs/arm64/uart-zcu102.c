/* SPDX-License-Identifier: GPL-2.0-only */
/* The cell with a device of its own on the ZCU102 board: the second UART, see uart.c. */
#define UART_TYPE      JAILHOUSE_CON_TYPE_XUARTPS
#define UART_ADDRESS   0xff010000
#define UART_INTERRUPT 54
#define GIC_ADDRESS    0xf9010000

#include "uart.c"
