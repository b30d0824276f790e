/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The hypervisor's string functions against those of the C library, at all offsets in a word. They
 * are built with the prefix hv_ here. Buffers have their exact size on the heap, so that the
 * sanitizer sees a byte too many.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

void *hv_memcpy(void *dst, const void *src, size_t size);
void *hv_memmove(void *dst, const void *src, size_t size);
void *hv_memset(void *dst, int value, size_t size);
int hv_memcmp(const void *a, const void *b, size_t size);
size_t hv_strlen(const char *s);
size_t hv_strnlen(const char *s, size_t max);
int hv_strcmp(const char *a, const char *b);

#define SIZE 48

static unsigned char pattern(size_t n)
{
	return (unsigned char)(n * 37 + 11);
}

static int sign(int value)
{
	return (value > 0) - (value < 0);
}

static void copies(void **state)
{
	size_t from, to, size, n;

	(void)state;
	for (from = 0; from < 9; from++)
		for (to = 0; to < 9; to++)
			for (size = 0; size < SIZE; size++) {
				unsigned char *src = malloc(from + size);
				unsigned char *dst = malloc(to + size);

				for (n = 0; n < from + size; n++)
					src[n] = pattern(n);
				memset(dst, 0xee, to + size);
				assert_ptr_equal(hv_memcpy(dst + to, src + from, size), dst + to);
				for (n = 0; n < to; n++)
					assert_int_equal(dst[n], 0xee);
				assert_memory_equal(dst + to, src + from, size);
				free(src);
				free(dst);
			}
}

static void moves_overlapping(void **state)
{
	unsigned char mine[2 * SIZE], theirs[2 * SIZE];
	size_t from, to, size, n;

	(void)state;
	for (from = 0; from < 20; from++)
		for (to = 0; to < 20; to++)
			for (size = 0; size < SIZE; size++) {
				for (n = 0; n < sizeof(mine); n++)
					mine[n] = theirs[n] = pattern(n);
				assert_ptr_equal(hv_memmove(mine + to, mine + from, size),
						 mine + to);
				memmove(theirs + to, theirs + from, size);
				assert_memory_equal(mine, theirs, sizeof(mine));
			}
}

static void fills(void **state)
{
	size_t start, size, n;

	(void)state;
	for (start = 0; start < 9; start++)
		for (size = 0; size < SIZE; size++) {
			unsigned char *p = malloc(start + size);

			for (n = 0; n < start; n++)
				p[n] = 0x11;
			/* Only the low byte of the value counts. */
			assert_ptr_equal(hv_memset(p + start, 0x1a5, size), p + start);
			for (n = 0; n < start + size; n++)
				assert_int_equal(p[n], n < start ? 0x11 : 0xa5);
			free(p);
		}
}

static void compares(void **state)
{
	size_t offset, size, n;

	(void)state;
	for (offset = 0; offset < 9; offset++)
		for (size = 0; size < SIZE; size++) {
			unsigned char *a = malloc(size), *b = malloc(offset + size);

			for (n = 0; n < size; n++)
				a[n] = b[offset + n] = pattern(n);
			assert_int_equal(hv_memcmp(a, b + offset, size), 0);
			for (n = 0; n < size; n++) {
				b[offset + n] ^= 0x80;
				assert_int_equal(sign(hv_memcmp(a, b + offset, size)),
						 sign(memcmp(a, b + offset, size)));
				assert_int_not_equal(hv_memcmp(a, b + offset, size), 0);
				b[offset + n] ^= 0x80;
			}
			free(a);
			free(b);
		}
}

static void compares_first_difference(void **state)
{
	_Alignas(8) const unsigned char a[16] = { [7] = 1, [8] = 9 };
	_Alignas(8) const unsigned char b[16] = { [7] = 2, [8] = 3 };

	(void)state;
	assert_true(hv_memcmp(a, b, 16) < 0);
	assert_true(hv_memcmp(b, a, 16) > 0);
	assert_int_equal(hv_memcmp(a, b, 7), 0);
}

static void measures(void **state)
{
	size_t length;

	(void)state;
	for (length = 0; length < SIZE; length++) {
		char *s = malloc(length + 1);

		memset(s, 'x', length);
		s[length] = '\0';
		assert_int_equal(hv_strlen(s), length);
		assert_int_equal(hv_strnlen(s, length + 1), length);
		assert_int_equal(hv_strnlen(s, length), length);
		assert_int_equal(hv_strnlen(s, length / 2), length / 2);
		free(s);
	}
}

static void measures_without_nul(void **state)
{
	char *s = malloc(7);

	(void)state;
	memset(s, 'x', 7);
	assert_int_equal(hv_strnlen(s, 7), 7);
	assert_int_equal(hv_strnlen(s, 0), 0);
	free(s);
}

static void compares_strings(void **state)
{
	static const char *const strings[] = { "", "a", "ab", "abc", "abd", "b", "\x80", "a\xff" };
	size_t n, m;

	(void)state;
	for (n = 0; n < sizeof(strings) / sizeof(strings[0]); n++)
		for (m = 0; m < sizeof(strings) / sizeof(strings[0]); m++)
			assert_int_equal(sign(hv_strcmp(strings[n], strings[m])),
					 sign(strcmp(strings[n], strings[m])));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(copies),
		cmocka_unit_test(moves_overlapping),
		cmocka_unit_test(fills),
		cmocka_unit_test(compares),
		cmocka_unit_test(compares_first_difference),
		cmocka_unit_test(measures),
		cmocka_unit_test(measures_without_nul),
		cmocka_unit_test(compares_strings),
	};

	return cmocka_run_group_tests_name("string", tests, NULL, NULL);
}
