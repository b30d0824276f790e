/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Drivers of the debug console against a page of registers: which register tells about room and
 * which takes a character, that nothing else is touched, that a UART which never has room is given
 * up, and that one which does not answer, or whose clock gate does not, is an error.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <core/errno.h>
#include <core/mmio.h>
#include <core/pool.h>
#include <core/space.h>
#include <core/system.h>
#include <core/uart.h>

#include "mock.h"

#define PHYS	 0x9000000ULL
#define GATE	 0x8000104ULL
#define NOTHING	 0xee /* what registers hold that nobody should write */
#define LINE_END '\n'

static u8 registers[2 * PAGE_SIZE] __attribute__((aligned(PAGE_SIZE)));
static u8 clocks[PAGE_SIZE] __attribute__((aligned(PAGE_SIZE)));
static struct jailhouse_system config;
static u64 mapped_size;
static const volatile void *silent; /* a register that does not answer */
static u32 windows;		    /* that are open */
static u8 port_written;

struct jailhouse_system *system_config = &config;

void *space_map_device(u64 phys, u64 size)
{
	assert_int_equal(phys, config.debug_console.address & ~(u64)PAGE_MASK);
	mapped_size = size;
	return registers;
}

void *window_map(u64 phys, bool device)
{
	assert_int_equal(phys, GATE & ~(u64)PAGE_MASK);
	assert_true(device);
	windows++;
	return clocks;
}

void window_unmap(void)
{
	windows--;
}

bool arch_probe_read(const volatile void *address, u32 size, u64 *value)
{
	if (address == silent)
		return false;
	*value = mmio_read(address, size);
	return true;
}

bool arch_probe_write(volatile void *address, u32 size, u64 value)
{
	mmio_write(address, size, value);
	return true;
}

bool arch_has_ports(void)
{
	return true;
}

u8 arch_port_read(u16 port)
{
	return port == 0x3fd ? 0x20 : 0;
}

void arch_port_write(u16 port, u8 value)
{
	assert_int_equal(port, 0x3f8);
	port_written = value;
}

/* Where the manuals have the registers, and when there is room. */
struct model {
	u16 type, flags;
	u32 status, data, size;
	u32 room, full; /* of the status */
};

static const struct model models[] = {
	{ JAILHOUSE_CON_TYPE_PL011, 0, 0x018, 0x000, 4, 0x90, 0x20 },
	{ JAILHOUSE_CON_TYPE_XUARTPS, 0, 0x02c, 0x030, 4, 0x0a, 0x12 },
	{ JAILHOUSE_CON_TYPE_IMX, 0, 0x0b4, 0x040, 4, 0x60, 0x30 },
	{ JAILHOUSE_CON_TYPE_IMX_LPUART, 0, 0x014, 0x01c, 4, 0xc00000, 0x400000 },
	{ JAILHOUSE_CON_TYPE_8250, JAILHOUSE_CON_REGDIST_4, 0x014, 0x000, 4, 0x60, 0x41 },
	{ JAILHOUSE_CON_TYPE_8250, 0, 0x005, 0x000, 1, 0x60, 0x41 },
};

#define for_each_model(m) for ((m) = models; (m) < models + ARRAY_SIZE(models); (m)++)

static void machine_with(const struct model *model, u64 address)
{
	memset(registers, NOTHING, sizeof(registers));
	memset(clocks, 0, sizeof(clocks));
	silent = NULL;
	mock_reset();
	config.debug_console = (struct jailhouse_console){
		.address = address,
		.size = 0x1000,
		.type = model->type,
		.flags = model->flags | JAILHOUSE_CON_ACCESS_MMIO,
	};
}

static void status_is(const struct model *model, u32 value)
{
	mmio_write(registers + model->status, model->size, value);
}

/* Only status and data differ from what the page held; an 8250's data register is its first one. */
static void assert_rest_untouched(const struct model *model)
{
	u32 n;

	for (n = 0; n < sizeof(registers); n++)
		if (n - model->status >= model->size && n - model->data >= model->size)
			assert_int_equal(registers[n], NOTHING);
}

static void characters_go_to_the_data_register(void **state)
{
	const struct model *m;

	(void)state;
	for_each_model(m)
	{
		machine_with(m, PHYS);
		status_is(m, m->room);
		assert_int_equal(uart_init(), 0);
		assert_int_equal(mapped_size, PAGE_SIZE);
		uart_write_line("");
		assert_int_equal(mmio_read(registers + m->data, m->size), LINE_END);
		assert_rest_untouched(m);
	}
}

static void a_full_uart_is_given_up(void **state)
{
	const struct model *m;

	(void)state;
	for_each_model(m)
	{
		machine_with(m, PHYS);
		status_is(m, m->full);
		assert_int_equal(uart_init(), 0);
		uart_write_line("lost");
		assert_int_equal(registers[m->data], NOTHING);
		/* For ever: a line each could hold a CPU for seconds. */
		status_is(m, m->room);
		uart_write_line("");
		assert_int_equal(registers[m->data], NOTHING);
	}
}

static void a_silent_uart_is_an_error(void **state)
{
	const struct model *m;

	(void)state;
	for_each_model(m)
	{
		machine_with(m, PHYS);
		silent = registers + m->status;
		assert_int_equal(uart_init(), -ENODEV);
		assert_string_equal(mock_error_text,
				    "debug console at 0x9000000: no device answers there");
		uart_write_line("nobody hears it");
		assert_int_equal(registers[m->data], NOTHING);
	}
}

static void a_uart_that_loses_its_clock_is_given_up(void **state)
{
	const struct model *m;

	(void)state;
	for_each_model(m)
	{
		machine_with(m, PHYS);
		status_is(m, m->room);
		assert_int_equal(uart_init(), 0);
		silent = registers + m->status;
		uart_write_line("nobody hears it");
		assert_int_equal(registers[m->data], NOTHING);
	}
}

static void registers_may_cross_a_page(void **state)
{
	(void)state;
	machine_with(&models[2], PHYS + 0xf80);
	assert_int_equal(uart_init(), 0);
	assert_int_equal(mapped_size, 2 * PAGE_SIZE);
}

static void unknown_kinds_are_refused(void **state)
{
	static const struct model others[] = {
		{ JAILHOUSE_CON_TYPE_MVEBU, 0, 0, 0, 4, 0, 0 },
		{ JAILHOUSE_CON_TYPE_SCIF, 0, 0, 0, 4, 0, 0 },
	};
	u32 n;

	(void)state;
	for (n = 0; n < ARRAY_SIZE(others); n++) {
		machine_with(&others[n], PHYS);
		assert_int_equal(uart_init(), -EINVAL);
	}
	/* Only an 8250 can be behind ports. */
	machine_with(&models[1], 0x3f8);
	config.debug_console.flags = JAILHOUSE_CON_ACCESS_PIO;
	assert_int_equal(uart_init(), -EINVAL);
	assert_non_null(strstr(mock_error_text, "type 4 and flags 0x0"));
	machine_with(&models[5], 0x3f8);
	config.debug_console.flags = JAILHOUSE_CON_ACCESS_PIO;
	assert_int_equal(uart_init(), 0);
	uart_write_line("");
	assert_int_equal(port_written, LINE_END);
}

static void a_divider_sets_an_8250_up(void **state)
{
	const struct model *m = &models[4];

	(void)state;
	machine_with(m, PHYS);
	config.debug_console.divider = 0x102;
	assert_int_equal(uart_init(), 0);
	assert_int_equal(mmio_read32(registers), 0x02);
	assert_int_equal(mmio_read32(registers + 4), 0x01);
	assert_int_equal(mmio_read32(registers + 12), 0x03);
	assert_int_equal(registers[0x20], NOTHING);
	config.debug_console.flags |= JAILHOUSE_CON_MDR_QUIRK;
	assert_int_equal(uart_init(), 0);
	assert_int_equal(mmio_read32(registers + 0x20), 0);
}

static void the_clock_gate_is_opened(void **state)
{
	u32 *gate = (u32 *)(clocks + (GATE & PAGE_MASK));

	(void)state;
	machine_with(&models[2], PHYS);
	config.debug_console.clock_reg = GATE;
	config.debug_console.gate_nr = 31;
	*gate = 0x10;
	assert_int_equal(uart_init(), 0);
	assert_int_equal(*gate, 0x80000010);
	config.debug_console.flags |= JAILHOUSE_CON_INVERTED_GATE;
	assert_int_equal(uart_init(), 0);
	assert_int_equal(*gate, 0x10);

	silent = gate;
	assert_int_equal(uart_init(), -ENODEV);
	assert_string_equal(mock_error_text,
			    "clock_reg 0x8000104 of the debug console: no device answers there");
	assert_int_equal(windows, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(characters_go_to_the_data_register),
		cmocka_unit_test(a_full_uart_is_given_up),
		cmocka_unit_test(a_silent_uart_is_an_error),
		cmocka_unit_test(a_uart_that_loses_its_clock_is_given_up),
		cmocka_unit_test(registers_may_cross_a_page),
		cmocka_unit_test(unknown_kinds_are_refused),
		cmocka_unit_test(a_divider_sets_an_8250_up),
		cmocka_unit_test(the_clock_gate_is_opened),
	};

	return cmocka_run_group_tests_name("uart", tests, NULL, NULL);
}
