/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Host tests of the library's formatting (against the C library's) and of the command line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "internal.h"

/* The C library's function has the name that ours is compiled away from. */
#undef snprintf
int snprintf(char *buffer, size_t size, const char *format, ...);
int inmate_snprintf(char *buffer, size_t size, const char *format, ...);

#define cmdline_buffer ((char *)(uintptr_t)cmdline_text)

const char cmdline_text[CMDLINE_SIZE] __attribute__((section(".data.cmdline")));

static void set(const char *text)
{
	memset(cmdline_buffer, 0, CMDLINE_SIZE);
	memcpy(cmdline_buffer, text, strlen(text));
}

#define same(...)                                                                    \
	do {                                                                         \
		char ours_[128], theirs_[128];                                       \
                                                                                     \
		assert_int_equal(inmate_snprintf(ours_, sizeof(ours_), __VA_ARGS__), \
				 snprintf(theirs_, sizeof(theirs_), __VA_ARGS__));   \
		assert_string_equal(ours_, theirs_);                                 \
	} while (0)

static void integers(void **state)
{
	static const long long values[] = {
		0, 1, -1, 42, -4711, INT32_MAX, INT32_MIN, INT64_MAX, INT64_MIN,
	};
	static const char *const formats[] = {
		"%lld",	      "%llu",	   "%llx",    "%llX",	 "%llo",     "%20lld",
		"%-20lld|",   "%020lld",   "%+lld",   "% lld",	 "%.5lld",   "%12.5lld",
		"%-12.5lldx", "%012.5lld", "%#llx",   "%#20llx", "%#020llX", "%#llo",
		"%.0lld",     "%3lld",	   "%-3lld|", "%+08lld", "%lli",     "%#.0llo",
	};

	(void)state;
	for (size_t f = 0; f < ARRAY_SIZE(formats); f++)
		for (size_t v = 0; v < ARRAY_SIZE(values); v++)
			same(formats[f], values[v]);
}

static void lengths_of_integers(void **state)
{
	const char *volatile hh = "%hhd %hhu", *volatile h = "%hd %hu", *volatile l = "%ld %lu";

	(void)state;
	/* cppcheck-suppress [invalidPrintfArgType_sint,invalidPrintfArgType_uint] */
	same(hh, 300, 300);
	/* cppcheck-suppress [invalidPrintfArgType_sint,invalidPrintfArgType_uint] */
	same(h, 70000, -1);
	/* cppcheck-suppress [invalidPrintfArgType_sint,invalidPrintfArgType_uint] */
	same(l, -1L, -1L);
	same("%d %u %zu %tx", -5, 5u, (size_t)77, (ptrdiff_t)0x123);
	same("%p", (void *)0x80000000);
}

static void strings(void **state)
{
	(void)state;
	same("%s", "text");
	same("[%10s]", "text");
	same("[%-10s]", "text");
	same("[%.2s]", "text");
	same("[%*s] [%-*s]", 6, "ab", 6, "cd");
	same("[%*s]", -6, "ab");
	same("[%.*s]", 1, "ab");
	same("%c%c %5c|%-5c|", 'a', 'b', 'c', 'd');
	same("100%% of %s", "it");
}

static void long_texts_are_cut_and_counted(void **state)
{
	char buffer[8];

	(void)state;
	memset(buffer, 'x', sizeof(buffer));
	assert_int_equal(inmate_snprintf(buffer, 5, "%s", "abcdefgh"), 8);
	assert_string_equal(buffer, "abcd");
	assert_int_equal(buffer[5], 'x');
	assert_int_equal(inmate_snprintf(buffer, 0, "%d", 12345), 5);
	assert_int_equal(buffer[0], 'a');
	assert_int_equal(inmate_snprintf(buffer, 1, "%d", 12345), 5);
	assert_int_equal(buffer[0], 0);
}

static void broken_formats_end(void **state)
{
	const char *volatile formats[] = { "%", "%5", "%ll", "%-", "%.", "%y", "%99999999999d" };
	char buffer[64];

	(void)state;
	for (size_t f = 0; f < ARRAY_SIZE(formats); f++)
		inmate_snprintf(buffer, sizeof(buffer), formats[f], 1);
}

static void fixed_point(void **state)
{
	char buffer[24];

	(void)state;
	assert_string_equal(format_fixed(buffer, sizeof(buffer), 12345, 3), "12.345");
	assert_string_equal(format_fixed(buffer, sizeof(buffer), -5, 2), "-0.05");
	assert_string_equal(format_fixed(buffer, sizeof(buffer), 0, 1), "0.0");
	assert_string_equal(format_fixed(buffer, sizeof(buffer), 7, 0), "7");
	assert_string_equal(format_fixed(buffer, sizeof(buffer), INT64_MIN, 0),
			    "-9223372036854775808");
}

static void options_are_found(void **state)
{
	char text[16];

	(void)state;
	set("period_us=250 verbose name=motor  x=-0x10\tcount=7");
	assert_int_equal(cmdline_get_int("period_us", 1), 250);
	assert_int_equal(cmdline_get_int("count", 1), 7);
	assert_int_equal(cmdline_get_int("x", 1), -16);
	assert_true(cmdline_get_bool("verbose", false));
	assert_string_equal(cmdline_get_string("name", text, sizeof(text), "none"), "motor");
	assert_string_equal(cmdline_get_string("name", text, 3, "none"), "mo");
	assert_string_equal(cmdline(), "period_us=250 verbose name=motor  x=-0x10\tcount=7");
}

static void missing_options_have_defaults(void **state)
{
	char text[16];

	(void)state;
	set("period_us=1 counter=5 =3 name=");
	assert_int_equal(cmdline_get_int("period", 9), 9);
	assert_int_equal(cmdline_get_int("count", 9), 9);
	assert_int_equal(cmdline_get_int("us", 9), 9);
	assert_false(cmdline_get_bool("verbose", false));
	assert_true(cmdline_get_bool("verbose", true));
	assert_string_equal(cmdline_get_string("label", text, sizeof(text), "none"), "none");
	assert_string_equal(cmdline_get_string("name", text, sizeof(text), "none"), "");
	set("");
	assert_int_equal(cmdline_get_int("count", 9), 9);
	assert_string_equal(cmdline(), "");
}

static void the_last_word_wins(void **state)
{
	(void)state;
	set("count=1 count=2");
	assert_int_equal(cmdline_get_int("count", 0), 2);
}

static void numbers_are_checked(void **state)
{
	static const char *const wrong[] = {
		"n=",
		"n",
		"n=x",
		"n=1x",
		"n=0x",
		"n=-",
		"n=+",
		"n=1.5",
		"n=0xg",
		"n=--1",
		"n=9223372036854775808",
		"n=99999999999999999999999",
		"n=0x8000000000000000",
	};

	(void)state;
	for (size_t w = 0; w < ARRAY_SIZE(wrong); w++) {
		set(wrong[w]);
		assert_int_equal(cmdline_get_int("n", 77), 77);
	}
	set("n=9223372036854775807");
	assert_int_equal(cmdline_get_int("n", 0), INT64_MAX);
	set("n=+0X7fFf");
	assert_int_equal(cmdline_get_int("n", 0), 0x7fff);
}

static void booleans(void **state)
{
	(void)state;
	set("a=1 b=true c=yes d=on e=0 f=false g=no h=off i=maybe j");
	assert_true(cmdline_get_bool("a", false) && cmdline_get_bool("b", false));
	assert_true(cmdline_get_bool("c", false) && cmdline_get_bool("d", false));
	assert_false(cmdline_get_bool("e", true) || cmdline_get_bool("f", true));
	assert_false(cmdline_get_bool("g", true) || cmdline_get_bool("h", true));
	assert_true(cmdline_get_bool("i", true));
	assert_false(cmdline_get_bool("i", false));
	assert_true(cmdline_get_bool("j", false));
}

static void a_page_without_end_is_no_command_line(void **state)
{
	(void)state;
	memset(cmdline_buffer, 'a', CMDLINE_SIZE);
	assert_string_equal(cmdline(), "");
	assert_int_equal(cmdline_get_int("a", 5), 5);
	memset(cmdline_buffer, ' ', CMDLINE_SIZE);
	assert_int_equal(cmdline_get_int("a", 5), 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(integers),
		cmocka_unit_test(lengths_of_integers),
		cmocka_unit_test(strings),
		cmocka_unit_test(long_texts_are_cut_and_counted),
		cmocka_unit_test(broken_formats_end),
		cmocka_unit_test(fixed_point),
		cmocka_unit_test(options_are_found),
		cmocka_unit_test(missing_options_have_defaults),
		cmocka_unit_test(the_last_word_wins),
		cmocka_unit_test(numbers_are_checked),
		cmocka_unit_test(booleans),
		cmocka_unit_test(a_page_without_end_is_no_command_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
