/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * UARTs, as far as all of them are alike: a register tells whether there is room or a character,
 * others take and give one, allow interrupts, and connect sender and receiver. Which bits of which
 * register is in one table. A UART that is on stays as the firmware has set it up.
 */
#include <inmate-arm64.h>
#include "../internal.h"

#define WAIT_LIMIT  100000
#define SETUP_STEPS 4
#define DLAB	    0x80 /* of an 8250's line control: the divisor is there */
#define LCR	    3

struct bits {
	u32 reg, mask, value;
};

struct kind {
	u16 type;
	u16 send, receive;	 /* registers with a character */
	struct bits room, there; /* when one can be sent, when one was received */
	struct bits on;		 /* how a UART looks that needs no set-up, and its set-up */
	struct {
		u32 reg, value;
	} setup[SETUP_STEPS];
	u32 irq, irq_off; /* what allows interrupts; and forbids them, if not the same */
	u32 irq_send, irq_receive;
	struct bits acknowledge; /* value to write, if any */
	struct bits loop;
};

static const struct kind kinds[] = {
	{
		/* PrimeCell UART PL011 TRM, 3.3; without FIFOs, so that each character counts */
		.type = JAILHOUSE_CON_TYPE_PL011,
		.send = 0x00,
		.receive = 0x00,
		.room = { 0x18, 1 << 5, 0 },
		.there = { 0x18, 1 << 4, 0 },
		.on = { 0x30, 0x301, 0x301 },
		.setup = { { 0x30, 0 }, { 0x2c, 0x60 }, { 0x30, 0x301 } },
		.irq = 0x38,
		.irq_send = 1 << 5,
		.irq_receive = 1 << 4,
		.acknowledge = { 0x44, 0, 0x7ff },
		.loop = { 0x30, 1 << 7, 1 << 7 },
	},
	{
		/* Zynq UltraScale+ register reference, UART */
		.type = JAILHOUSE_CON_TYPE_XUARTPS,
		.send = 0x30,
		.receive = 0x30,
		.room = { 0x2c, 1 << 4, 0 },
		.there = { 0x2c, 1 << 1, 0 },
		.on = { 0x00, 0x3c, 0x14 },
		.setup = { { 0x04, 0x20 }, { 0x20, 1 }, { 0x00, 0x17 } },
		.irq = 0x08,
		.irq_off = 0x0c,
		.irq_send = 1 << 3,
		.irq_receive = 1 << 0,
		.acknowledge = { 0x14, 0, 0x1fff },
		.loop = { 0x04, 3 << 8, 2 << 8 },
	},
	{
		/* i.MX 8M Plus reference manual, UART */
		.type = JAILHOUSE_CON_TYPE_IMX,
		.send = 0x40,
		.receive = 0x00,
		.room = { 0xb4, 1 << 4, 0 },
		.there = { 0xb4, 1 << 5, 0 },
		.on = { 0x80, 1, 1 },
		.setup = { { 0x80, 1 }, { 0x84, 0x4027 }, { 0x88, 0x704 } },
		.irq = 0x80,
		.irq_send = 1 << 13,
		.irq_receive = 1 << 9,
		.loop = { 0xb4, 1 << 12, 1 << 12 },
	},
	{
		/* i.MX 8QuadXPlus reference manual, LPUART */
		.type = JAILHOUSE_CON_TYPE_IMX_LPUART,
		.send = 0x1c,
		.receive = 0x1c,
		.room = { 0x14, 1 << 23, 1 << 23 },
		.there = { 0x14, 1 << 21, 1 << 21 },
		.on = { 0x18, 0xc0000, 0xc0000 },
		.setup = { { 0x18, 0xc0000 } },
		.irq = 0x18,
		.irq_send = 1 << 23,
		.irq_receive = 1 << 21,
		.loop = { 0x18, 1 << 7, 1 << 7 },
	},
	{
		/* PC16550D data sheet, 8; registers by number */
		.type = JAILHOUSE_CON_TYPE_8250,
		.send = 0,
		.receive = 0,
		.room = { 5, 0x20, 0x20 },
		.there = { 5, 1, 1 },
		.on = { LCR, 0x03, 0x03 },
		.setup = { { LCR, 0x03 }, { 4, 0x0b } },
		.irq = 1,
		.irq_send = 2,
		.irq_receive = 1,
		.loop = { 4, 0x10, 0x10 },
	},
};

static const struct kind *kind;
static u64 base;
static u32 distance; /* of the registers: 1 or 4 for an 8250, whose registers are numbered */

static u32 reg_read(u32 reg)
{
	u64 address = base + reg * distance;

	if (kind->type == JAILHOUSE_CON_TYPE_8250 && distance == 1)
		return *(volatile u8 *)(uintptr_t)address;
	return mmio_read32(address);
}

static void reg_write(u32 reg, u32 value)
{
	u64 address = base + reg * distance;

	if (kind->type == JAILHOUSE_CON_TYPE_8250 && distance == 1)
		*(volatile u8 *)(uintptr_t)address = (u8)value;
	else
		mmio_write32(address, value);
}

static bool is(const struct bits *bits)
{
	return (reg_read(bits->reg) & bits->mask) == bits->value;
}

static void setup(const struct jailhouse_console *console)
{
	if (!is(&kind->on))
		for (u32 n = 0; n < SETUP_STEPS && (kind->setup[n].reg || kind->setup[n].value);
		     n++)
			reg_write(kind->setup[n].reg, kind->setup[n].value);
	if (kind->type != JAILHOUSE_CON_TYPE_8250 || !console->divider)
		return;
	reg_write(LCR, kind->setup[0].value | DLAB);
	reg_write(0, console->divider & 0xff);
	reg_write(1, console->divider >> 8);
	reg_write(LCR, kind->setup[0].value);
}

bool uart_init(const struct jailhouse_console *console)
{
	bool mmio = console->flags & JAILHOUSE_CON_ACCESS_MMIO;

	if (!console->address || !mmio)
		return false;
	for (u32 n = 0; n < ARRAY_SIZE(kinds); n++) {
		if (kinds[n].type != console->type)
			continue;
		kind = &kinds[n];
		base = console->address;
		distance = kind->type == JAILHOUSE_CON_TYPE_8250 &&
					   console->flags & JAILHOUSE_CON_REGDIST_4 ?
				   4 :
				   1;
		setup(console);
		return true;
	}
	return false;
}

void uart_send(char c)
{
	reg_write(kind->send, (unsigned char)c);
}

void uart_putc(char c)
{
	for (int n = 0; n < WAIT_LIMIT; n++)
		if (is(&kind->room)) {
			uart_send(c);
			return;
		}
}

int uart_receive(void)
{
	return is(&kind->there) ? (int)(reg_read(kind->receive) & 0xff) : -1;
}

void uart_interrupts(bool send, bool receive)
{
	u32 all = kind->irq_send | kind->irq_receive;
	u32 wanted = (send ? kind->irq_send : 0) | (receive ? kind->irq_receive : 0);

	if (kind->irq_off) {
		reg_write(kind->irq_off, all & ~wanted);
		reg_write(kind->irq, wanted);
	} else {
		reg_write(kind->irq, (reg_read(kind->irq) & ~all) | wanted);
	}
}

void uart_acknowledge(void)
{
	if (kind->acknowledge.value)
		reg_write(kind->acknowledge.reg, kind->acknowledge.value);
}

void uart_loopback(bool on)
{
	u32 value = reg_read(kind->loop.reg) & ~kind->loop.mask;

	reg_write(kind->loop.reg, on ? value | kind->loop.value : value);
}
