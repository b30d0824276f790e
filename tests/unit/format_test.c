/* SPDX-License-Identifier: GPL-2.0-only */
/* format() against the snprintf() of the C library, where both know the conversion. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <core/format.h>

/* Not declared as printf-like: some tests pass formats that the compiler would refuse. */
static size_t format_args(char *buf, size_t size, const char *fmt, ...)
{
	size_t length;
	va_list ap;

	va_start(ap, fmt);
	length = format(buf, size, fmt, ap);
	va_end(ap);
	return length;
}

/* Both give the same text, and it is the text expected, so that a shared mistake shows as well. */
#define assert_format(expected, ...)                                             \
	do {                                                                     \
		char mine_[256], theirs_[256];                                   \
		size_t length_ = format_args(mine_, sizeof(mine_), __VA_ARGS__); \
		snprintf(theirs_, sizeof(theirs_), __VA_ARGS__);                 \
		assert_string_equal(mine_, theirs_);                             \
		assert_string_equal(mine_, expected);                            \
		assert_int_equal(length_, strlen(expected));                     \
	} while (0)

static void numbers(void **state)
{
	(void)state;
	assert_format("0 7 -7 42", "%d %d %d %i", 0, 7, -7, 42);
	assert_format("-2147483648 2147483647", "%d %d", -2147483647 - 1, 2147483647);
	assert_format("4294967295", "%u", 0xffffffffU);
	assert_format("deadbeef DEADBEEF", "%x %X", 0xdeadbeefU, 0xdeadbeefU);
	assert_format("-9223372036854775808", "%ld", (long)INT64_MIN);
	assert_format("-9223372036854775808", "%lld", (long long)INT64_MIN);
	assert_format("18446744073709551615", "%lu", ~0UL);
	assert_format("18446744073709551615 x", "%llu %c", ~0ULL, 'x');
	assert_format("ffffffffffffffff 123456789abcdef0", "%lx %llx", ~0UL, 0x123456789abcdef0ULL);
	assert_format("12 34", "%zu %zx", (size_t)12, (size_t)0x34);
}

static void widths(void **state)
{
	(void)state;
	assert_format("[    7][00007]", "[%5d][%05d]", 7, 7);
	assert_format("[   -7][-0007]", "[%5d][%05d]", -7, -7);
	assert_format("[123456]", "[%3d]", 123456);
	assert_format("[0000000000001000]", "[%016llx]", 0x1000ULL);
	assert_format("[  abc][    x]", "[%5s][%5c]", "abc", 'x');
	assert_format("0001:02:1f.7", "%04x:%02x:%02x.%x", 1, 2, 0x1f, 7);
	assert_format("[                              1]", "[%31d]", 1);
}

static void prefixes(void **state)
{
	(void)state;
	assert_format("0x1f 0X1F 0", "%#x %#X %#x", 0x1f, 0x1f, 0);
	assert_format("[  0x1f][0x001f]", "[%#6x][%#06x]", 0x1f, 0x1f);
	assert_format("0xdeadbeef", "%p", (void *)0xdeadbeefUL);
}

static void null_pointers(void **state)
{
	char text[32];

	(void)state;
	format_args(text, sizeof(text), "%s %p", (char *)NULL, (void *)NULL);
	assert_string_equal(text, "(null) 0x0");
}

static void strings(void **state)
{
	(void)state;
	assert_format("JHCLL!", "%.5s!", "JHCLLxyz");
	assert_format("[   JH][]", "[%5.2s][%.0s]", "JHCLL", "JHCLL");
	assert_format("ab", "%.31s", "ab");
	assert_format("100%", "%d%%", 100);
}

static void strings_without_nul(void **state)
{
	char *s = malloc(5);
	char text[32];

	(void)state;
	memcpy(s, "JHCLL", 5);
	assert_int_equal(format_args(text, sizeof(text), "%.5s%.2s", s, s), 7);
	assert_string_equal(text, "JHCLLJH");
	free(s);
}

static void cut_to_size(void **state)
{
	const char *full = "abc 12345 0x1f";
	size_t size;

	(void)state;
	for (size = 1; size < 20; size++) {
		char *text = malloc(size);
		size_t expected = size - 1 < strlen(full) ? size - 1 : strlen(full);

		memset(text, 'z', size);
		assert_int_equal(format_args(text, size, "%s %d %#x", "abc", 12345, 0x1f),
				 expected);
		assert_int_equal(text[expected], '\0');
		assert_memory_equal(text, full, expected);
		free(text);
	}
}

static void no_buffer(void **state)
{
	(void)state;
	assert_int_equal(format_args(NULL, 0, "%s %d", "abc", 1), 0);
}

static void huge_width(void **state)
{
	char text[8];

	(void)state;
	assert_int_equal(format_args(text, sizeof(text), "%99999999999d|", 1), 7);
	assert_string_equal(text, "       ");
}

static void unknown_conversions(void **state)
{
	char text[32];

	(void)state;
	assert_int_equal(format_args(text, sizeof(text), "%q %5y %d", 3), 8);
	assert_string_equal(text, "%q %5y 3");
	assert_int_equal(format_args(text, sizeof(text), "end %"), 5);
	assert_string_equal(text, "end %");
	assert_int_equal(format_args(text, sizeof(text), "end %04l"), 8);
	assert_string_equal(text, "end %04l");
	assert_int_equal(format_args(text, sizeof(text), ""), 0);
	assert_string_equal(text, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers),     cmocka_unit_test(widths),
		cmocka_unit_test(prefixes),    cmocka_unit_test(null_pointers),
		cmocka_unit_test(strings),     cmocka_unit_test(strings_without_nul),
		cmocka_unit_test(cut_to_size), cmocka_unit_test(no_buffer),
		cmocka_unit_test(huge_width),  cmocka_unit_test(unknown_conversions),
	};

	return cmocka_run_group_tests_name("format", tests, NULL, NULL);
}
