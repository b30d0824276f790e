/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Host tests of the UARTs of arm64 cells against a page of registers: what the manuals of each kind
 * say about set-up, sending, receiving, interrupts and loopback. No emulator has an i.MX LPUART or,
 * for arm64, an 8250.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <inmate-arm64.h>

static u8 page[0x100] __attribute__((aligned(16)));

struct reg {
	u32 offset, value;
};

struct model {
	u16 type, flags;
	u32 bytes;	       /* width of a register */
	struct reg off, on;    /* a register that tells so */
	struct reg setup[2];   /* some of what set-up leaves */
	struct reg room, full; /* status */
	struct reg there;      /* status with a character, and without */
	struct reg none;
	u32 send, receive;
	u32 irq_on, irq_off; /* registers that allow and forbid; the same, if one does both */
	u32 irq_send, irq_receive;
	struct reg loop;
};

#define MMIO JAILHOUSE_CON_ACCESS_MMIO

static const struct model models[] = {
	{ JAILHOUSE_CON_TYPE_PL011,
	  MMIO,
	  4,
	  { 0x30, 0x300 },
	  { 0x30, 0xf01 },
	  { { 0x30, 0x301 }, { 0x2c, 0x60 } },
	  { 0x18, 0x90 },
	  { 0x18, 0xa0 },
	  { 0x18, 0x80 },
	  { 0x18, 0x90 },
	  0,
	  0,
	  0x38,
	  0x38,
	  0x20,
	  0x10,
	  { 0x30, 0x80 } },
	{ JAILHOUSE_CON_TYPE_XUARTPS,
	  MMIO,
	  4,
	  { 0x00, 0x128 },
	  { 0x00, 0x114 },
	  { { 0x04, 0x20 }, { 0x00, 0x17 } },
	  { 0x2c, 0x0a },
	  { 0x2c, 0x12 },
	  { 0x2c, 0x08 },
	  { 0x2c, 0x0a },
	  0x30,
	  0x30,
	  0x08,
	  0x0c,
	  0x08,
	  0x01,
	  { 0x04, 0x200 } },
	{ JAILHOUSE_CON_TYPE_IMX,
	  MMIO,
	  4,
	  { 0x80, 0 },
	  { 0x80, 1 },
	  { { 0x84, 0x4027 }, { 0x80, 1 } },
	  { 0xb4, 0x60 },
	  { 0xb4, 0x30 },
	  { 0xb4, 0x40 },
	  { 0xb4, 0x60 },
	  0x40,
	  0x00,
	  0x80,
	  0x80,
	  0x2000,
	  0x200,
	  { 0xb4, 0x1000 } },
	{ JAILHOUSE_CON_TYPE_IMX_LPUART,
	  MMIO,
	  4,
	  { 0x18, 0 },
	  { 0x18, 0xc0000 },
	  { { 0x18, 0xc0000 }, { 0x18, 0xc0000 } },
	  { 0x14, 0xc00000 },
	  { 0x14, 0x400000 },
	  { 0x14, 0xe00000 },
	  { 0x14, 0xc00000 },
	  0x1c,
	  0x1c,
	  0x18,
	  0x18,
	  0x800000,
	  0x200000,
	  { 0x18, 0x80 } },
	{ JAILHOUSE_CON_TYPE_8250,
	  MMIO | JAILHOUSE_CON_REGDIST_4,
	  4,
	  { 0x0c, 0 },
	  { 0x0c, 0x1b },
	  { { 0x0c, 3 }, { 0x10, 0x0b } },
	  { 0x14, 0x60 },
	  { 0x14, 0x01 },
	  { 0x14, 0x61 },
	  { 0x14, 0x60 },
	  0,
	  0,
	  0x04,
	  0x04,
	  2,
	  1,
	  { 0x10, 0x10 } },
	{ JAILHOUSE_CON_TYPE_8250,
	  MMIO,
	  1,
	  { 3, 0 },
	  { 3, 0x1b },
	  { { 3, 3 }, { 4, 0x0b } },
	  { 5, 0x60 },
	  { 5, 0x01 },
	  { 5, 0x61 },
	  { 5, 0x60 },
	  0,
	  0,
	  1,
	  1,
	  2,
	  1,
	  { 4, 0x10 } },
};

#define for_each_model(m) for ((m) = models; (m) < models + ARRAY_SIZE(models); (m)++)

static u32 get(const struct model *m, u32 offset)
{
	return m->bytes == 1 ? page[offset] : *(volatile u32 *)(page + offset);
}

static void set(const struct model *m, struct reg reg)
{
	if (m->bytes == 1)
		page[reg.offset] = (u8)reg.value;
	else
		*(volatile u32 *)(page + reg.offset) = reg.value;
}

static struct jailhouse_console console_of(const struct model *m)
{
	return (struct jailhouse_console){
		.address = (uintptr_t)page, .size = sizeof(page), .type = m->type, .flags = m->flags
	};
}

static void clear(void)
{
	for (size_t n = 0; n < sizeof(page); n++)
		page[n] = 0;
}

static void use(const struct model *m)
{
	struct jailhouse_console console = console_of(m);

	clear();
	set(m, m->on);
	assert_true(uart_init(&console));
}

static void one_that_is_off_is_set_up(void **state)
{
	const struct model *m;

	(void)state;
	for_each_model(m)
	{
		struct jailhouse_console console = console_of(m);

		clear();
		set(m, m->off);
		assert_true(uart_init(&console));
		assert_int_equal(get(m, m->setup[0].offset), m->setup[0].value);
		assert_int_equal(get(m, m->setup[1].offset), m->setup[1].value);
	}
}

static void one_that_is_on_stays(void **state)
{
	const struct model *m;

	(void)state;
	for_each_model(m)
	{
		use(m);
		assert_int_equal(get(m, m->on.offset), m->on.value);
		set(m, (struct reg){ m->on.offset, 0 });
		for (size_t n = 0; n < sizeof(page); n++)
			assert_int_equal(page[n], 0);
	}
}

static void a_divider_is_set(void **state)
{
	const struct model *m = &models[4];
	struct jailhouse_console console = console_of(m);

	(void)state;
	clear();
	console.divider = 0x123;
	assert_true(uart_init(&console));
	assert_int_equal(get(m, 0), 0x23);
	assert_int_equal(get(m, 4), 1);
	assert_int_equal(get(m, 0x0c), 3);
}

static void characters_are_sent_when_there_is_room(void **state)
{
	const struct model *m;

	(void)state;
	for_each_model(m)
	{
		use(m);
		set(m, m->full);
		uart_putc('x');
		assert_int_equal(get(m, m->send), 0);
		set(m, m->room);
		uart_putc('y');
		assert_int_equal(get(m, m->send), 'y');
		uart_send((char)0xff);
		assert_int_equal(get(m, m->send), 0xff);
	}
}

static void characters_are_received_when_there_are_some(void **state)
{
	const struct model *m;

	(void)state;
	for_each_model(m)
	{
		use(m);
		set(m, m->none);
		assert_int_equal(uart_receive(), -1);
		set(m, m->there);
		set(m, (struct reg){ m->receive, 0x8041 & (m->bytes == 1 ? 0xff : ~0U) });
		assert_int_equal(uart_receive(), 'A');
	}
}

/* A register of its own that forbids gets what is not wanted; else the other bits stay. */
static void assert_allowed(const struct model *m, u32 wanted)
{
	u32 all = m->irq_send | m->irq_receive;

	assert_int_equal(get(m, m->irq_on) & all, wanted);
	if (m->irq_off != m->irq_on)
		assert_int_equal(get(m, m->irq_off), all & ~wanted);
	else if (m->irq_on == m->on.offset)
		assert_int_equal(get(m, m->irq_on) & ~all, m->on.value);
}

static void interrupts_are_allowed_and_forbidden(void **state)
{
	const struct model *m;

	(void)state;
	for_each_model(m)
	{
		use(m);
		uart_interrupts(true, false);
		assert_allowed(m, m->irq_send);
		uart_interrupts(true, true);
		assert_allowed(m, m->irq_send | m->irq_receive);
		uart_interrupts(false, true);
		assert_allowed(m, m->irq_receive);
		uart_interrupts(false, false);
		assert_allowed(m, 0);
	}
}

static void it_hears_itself(void **state)
{
	const struct model *m;
	u32 before;

	(void)state;
	for_each_model(m)
	{
		use(m);
		before = get(m, m->loop.offset);
		uart_loopback(true);
		assert_int_equal(get(m, m->loop.offset), before | m->loop.value);
		uart_loopback(false);
		assert_int_equal(get(m, m->loop.offset), before);
	}
}

static void others_are_refused(void **state)
{
	struct jailhouse_console console = console_of(&models[0]);

	(void)state;
	console.type = JAILHOUSE_CON_TYPE_SCIF;
	assert_false(uart_init(&console));
	console = console_of(&models[0]);
	console.flags = JAILHOUSE_CON_ACCESS_PIO;
	assert_false(uart_init(&console));
	console = console_of(&models[0]);
	console.address = 0;
	assert_false(uart_init(&console));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_that_is_off_is_set_up),
		cmocka_unit_test(one_that_is_on_stays),
		cmocka_unit_test(a_divider_is_set),
		cmocka_unit_test(characters_are_sent_when_there_is_room),
		cmocka_unit_test(characters_are_received_when_there_are_some),
		cmocka_unit_test(interrupts_are_allowed_and_forbidden),
		cmocka_unit_test(it_hears_itself),
		cmocka_unit_test(others_are_refused),
	};

	return cmocka_run_group_tests_name("uarts of arm64 cells", tests, NULL, NULL);
}
