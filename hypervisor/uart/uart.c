/* SPDX-License-Identifier: GPL-2.0-only */
/* The debug console of the configuration: which driver, and its lines. */
#include <core/error.h>
#include <core/mmio.h>
#include <core/pool.h>
#include <core/space.h>
#include <core/system.h>
#include <core/uart.h>

#define UART_SPINS 100000 /* longest wait for room, in polls */

static const struct uart_driver *const drivers[] = { &uart_simple, &uart_8250 };
static const struct uart_driver *uart;

/* Without its clock a UART may not even answer. */
static int open_gate(const struct jailhouse_console *console)
{
	u64 bit = 1ULL << console->gate_nr, value;
	bool done;
	char *reg;

	if (!console->clock_reg)
		return 0;
	reg = (char *)window_map(console->clock_reg & ~PAGE_MASK, true) +
	      (console->clock_reg & PAGE_MASK);
	done = arch_probe_read(reg, 4, &value);
	value = console->flags & JAILHOUSE_CON_INVERTED_GATE ? value & ~bit : value | bit;
	done = done && arch_probe_write(reg, 4, value);
	window_unmap();
	return done ? 0 : fail(MSG_UART_CLOCK, console->clock_reg);
}

static int find_driver(const struct jailhouse_console *console, char *base)
{
	int err = -EINVAL;
	u32 n;

	for (n = 0; n < sizeof(drivers) / sizeof(drivers[0]) && err == -EINVAL; n++) {
		err = drivers[n]->init(console, base);
		if (!err)
			uart = drivers[n];
	}
	if (err == -EINVAL)
		return fail(MSG_UART_UNSUPPORTED, console->type, console->flags);
	return err ? fail(MSG_UART_SILENT, console->address) : 0;
}

int uart_init(void)
{
	const struct jailhouse_console *console = &system_config->debug_console;
	u64 offset = console->address & PAGE_MASK;
	char *base = NULL;
	int err;

	uart = NULL;
	if (console->type == JAILHOUSE_CON_TYPE_NONE)
		return 0;
	err = open_gate(console);
	if (err)
		return err;
	if (console->flags & JAILHOUSE_CON_ACCESS_MMIO) {
		base = space_map_device(console->address - offset,
					(offset + UART_REGISTERS + PAGE_MASK) & ~PAGE_MASK);
		if (!base)
			return -ENOMEM;
		base += offset;
	}
	return find_driver(console, base);
}

/* A UART that has no room for so long will not get any: it is given up. The ring has the text. */
static bool uart_putc(const struct uart_driver *driver, char c)
{
	u32 spins = 0;

	while (!driver->has_room())
		if (++spins > UART_SPINS) {
			write_once(uart, NULL);
			return false;
		}
	driver->putc(c);
	return true;
}

void uart_write_line(const char *text)
{
	const struct uart_driver *driver = read_once(uart);
	bool good = driver;

	for (; good && *text; text++)
		good = uart_putc(driver, *text);
	if (good && uart_putc(driver, '\r'))
		uart_putc(driver, '\n');
}
