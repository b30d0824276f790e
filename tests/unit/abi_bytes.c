/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Configurations in C come out of the build as the bytes that the binary interface asks for. The
 * tables here were written by hand from the offsets of that interface, without its headers: every
 * byte that a table does not mention must be 0, and there must be no byte more.
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

struct field {
	unsigned int offset;
	unsigned int bytes; /* 0: a string */
	uint64_t value;
	const char *text;
};

#define N(offset, bytes, value)            \
	{                                  \
		offset, bytes, value, NULL \
	}
#define S(offset, text)            \
	{                          \
		offset, 0, 0, text \
	}

/* clang-format off */

/* Arrays begin at: 132 CPUs, 140 memory, 364 cache, 376 irqchips, 408 ports, 416 PCI devices,
 * 528 capabilities, 544 stream ids. */
static const struct field cell[] = {
	S(0, "JHCLL"), N(5, 1, 2), N(6, 2, 14), S(8, "bytes"), N(44, 4, 0x80000001),
	N(48, 4, 8), N(52, 4, 7), N(56, 4, 1), N(60, 4, 1), N(64, 4, 2), N(68, 4, 2),
	N(72, 4, 2), N(76, 4, 2), N(80, 4, 123), N(84, 8, 0x123456789a), N(92, 8, 1000000),
	N(100, 8, 0x3f8), N(112, 2, 2), N(114, 2, 2), N(116, 4, 13),

	N(132, 8, 0x8000000000000006),

	/* state table, (empty), output of 0, output of 1 */
	N(140, 8, 0x7bf00000), N(148, 8, 0x7bf00000), N(156, 8, 0x1000), N(164, 8, 0x81),
	N(204, 8, 0x7bf01000), N(212, 8, 0x7bf01000), N(220, 8, 0x7f000), N(228, 8, 0x81),
	N(236, 8, 0x7bf80000), N(244, 8, 0x7bf80000), N(252, 8, 0x7f000), N(260, 8, 0x83),
	N(268, 8, 0x9000004), N(276, 8, 0x9000004), N(284, 8, 8), N(292, 8, 0x58013),
	N(300, 8, 0x123450000000), N(316, 8, 0x10000000), N(324, 8, 0x14f),
	N(340, 8, 0x80000000), N(348, 8, 0x1000), N(356, 8, 0x23),

	N(364, 4, 4), N(368, 4, 2), N(372, 1, 3), N(374, 2, 1),

	N(376, 8, 0x08000000), N(384, 4, 0x1ff01), N(388, 4, 32), N(392, 4, 2),
	N(404, 4, 0x80001000),

	N(408, 2, 0x2f8), N(410, 2, 8), N(412, 2, 0xe010), N(414, 2, 0x10),

	N(416, 1, 3), N(418, 2, 1), N(420, 2, 0x10), N(422, 4, 0xfffff000),
	N(426, 4, 0xfffff000), N(452, 2, 2), N(468, 1, 1), N(469, 1, 2), N(470, 2, 1),

	N(472, 1, 1), N(473, 1, 3), N(476, 2, 0xd8), N(478, 4, 0xffffc000),
	N(482, 4, 0xffffffff), N(498, 4, 0xffffffe0), N(504, 2, 2), N(506, 1, 1), N(507, 1, 3),
	N(508, 2, 5), N(510, 2, 0x1000), N(512, 8, 0xfebf0000),

	N(528, 2, 0x05), N(530, 2, 0x60), N(532, 2, 0xe), N(534, 2, 1),
	N(536, 2, 0x8010), N(538, 2, 0x160), N(540, 2, 0x40),

	N(544, 4, 0x12345), N(548, 2, 0x860), N(550, 2, 0x1f),
};

static const struct field system_arm64[] = {
	S(0, "JHSYS"), N(5, 1, 2), N(6, 2, 14), N(8, 4, 1),
	N(12, 8, 0x7c000000), N(28, 8, 0x400000),
	N(44, 8, 0x09000000), N(52, 4, 0x1000), N(56, 2, 3), N(58, 2, 0x1003), N(64, 4, 7),
	N(68, 8, 0x5555aaaa),
	N(76, 8, 0x08e00000), N(84, 1, 3), N(85, 1, 1), N(86, 2, 1),
	N(88, 4, 3), N(92, 8, 0x36600000), N(100, 4, 0x100000),
	N(116, 4, 4), N(120, 8, 0x30f80000), N(128, 4, 0x1000), N(132, 8, 0x6000000),
	N(140, 4, 0x40000),
	N(312, 1, 25), N(313, 1, 3), N(316, 8, 0x08000000), N(324, 8, 0x08010000),
	N(332, 8, 0x08030000), N(340, 8, 0x08040000), N(348, 8, 0x080a0000),
	S(364, "root"), N(404, 4, 8), N(408, 4, 1), N(436, 4, 96),
	N(488, 8, 0xf),
	N(496, 8, 0x40000000), N(504, 8, 0x40000000), N(512, 8, 0x3bf00000), N(520, 8, 7),
};

static const struct field system_x86[] = {
	S(0, "JHSYS"), N(6, 2, 14),
	N(12, 8, 0x3a000000), N(28, 8, 0x600000),
	N(44, 8, 0x3f8), N(56, 2, 2),
	N(76, 8, 0xb0000000), N(84, 1, 0xff),
	N(88, 4, 1), N(92, 8, 0xfeb80000), N(100, 4, 0x80000), N(104, 2, 2), N(106, 1, 0x40),
	N(107, 1, 0x54), N(108, 4, 0x80048824),
	N(312, 2, 0x608), N(314, 1, 2), N(316, 4, 256), N(320, 4, 2400000), N(324, 4, 1000000),
	S(364, "root"), N(404, 4, 8),
	N(488, 8, 3),
};

/* clang-format on */

static void lay_out(const struct field *fields, size_t count, uint8_t *image, size_t size)
{
	size_t i, byte;

	memset(image, 0, size);
	for (i = 0; i < count; i++) {
		if (fields[i].text)
			memcpy(image + fields[i].offset, fields[i].text, strlen(fields[i].text));
		for (byte = 0; byte < fields[i].bytes; byte++)
			image[fields[i].offset + byte] = fields[i].value >> (8 * byte);
	}
}

static void compare(const char *name, const struct field *fields, size_t count, size_t size)
{
	uint8_t wanted[1024], built[1024];
	char path[512];
	size_t got, i;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s.cell", CELL_DIR, name);
	file = fopen(path, "rb");
	assert_non_null(file);
	got = fread(built, 1, sizeof(built), file);
	fclose(file);
	assert_int_equal(got, size);

	lay_out(fields, count, wanted, sizeof(wanted));
	for (i = 0; i < size; i++)
		if (built[i] != wanted[i])
			fail_msg("%s: byte %zu is 0x%02x instead of 0x%02x", name, i, built[i],
				 wanted[i]);
}

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void cell_comes_out_as_specified(void **state)
{
	(void)state;
	compare("cell", cell, COUNT(cell), 552);
}

static void arm64_system_comes_out_as_specified(void **state)
{
	(void)state;
	compare("system-arm64", system_arm64, COUNT(system_arm64), 528);
}

static void x86_system_comes_out_as_specified(void **state)
{
	(void)state;
	compare("system-x86", system_x86, COUNT(system_x86), 496);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cell_comes_out_as_specified),
		cmocka_unit_test(arm64_system_comes_out_as_specified),
		cmocka_unit_test(x86_system_comes_out_as_specified),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
