/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory and string functions of the freestanding hypervisor.
 *
 * Pages are cleared and configurations copied with them, so the bulk goes in 8-byte words when
 * both pointers can be brought to a word boundary together; everything else goes by bytes. Words
 * are only accessed aligned: that also works while the MMU is off.
 */
#include <stdbool.h>

#include <core/string.h>
#include <jailhouse/types.h>

#define WORD sizeof(u64)

/* Memory of any type is accessed through it. */
typedef u64 __attribute__((may_alias)) word;

/*
 * A compiler recognises a copying loop and replaces it by a call of memcpy(), which would be
 * endless recursion here. It does not do that across this barrier.
 */
#define NOT_A_LIBRARY_CALL() __asm__ volatile("" : : : "memory")

static bool word_aligned(const void *p)
{
	return ((unsigned long)p & (WORD - 1)) == 0;
}

static bool same_offset_in_word(const void *a, const void *b)
{
	return (((unsigned long)a ^ (unsigned long)b) & (WORD - 1)) == 0;
}

static void copy_forward(u8 *dst, const u8 *src, size_t size)
{
	if (same_offset_in_word(dst, src)) {
		for (; size > 0 && !word_aligned(dst); size--) {
			*dst++ = *src++;
			NOT_A_LIBRARY_CALL();
		}
		for (; size >= WORD; size -= WORD, dst += WORD, src += WORD) {
			*(word *)dst = *(const word *)src;
			NOT_A_LIBRARY_CALL();
		}
	}
	for (; size > 0; size--) {
		*dst++ = *src++;
		NOT_A_LIBRARY_CALL();
	}
}

static void copy_backward(u8 *dst, const u8 *src, size_t size)
{
	if (same_offset_in_word(dst, src)) {
		for (; size > 0 && !word_aligned(dst + size); size--) {
			dst[size - 1] = src[size - 1];
			NOT_A_LIBRARY_CALL();
		}
		for (; size >= WORD; size -= WORD) {
			*(word *)(dst + size - WORD) = *(const word *)(src + size - WORD);
			NOT_A_LIBRARY_CALL();
		}
	}
	for (; size > 0; size--) {
		dst[size - 1] = src[size - 1];
		NOT_A_LIBRARY_CALL();
	}
}

void *memcpy(void *dst, const void *src, size_t size)
{
	copy_forward(dst, src, size);
	return dst;
}

void *memmove(void *dst, const void *src, size_t size)
{
	if ((unsigned long)dst - (unsigned long)src >= size)
		copy_forward(dst, src, size);
	else
		copy_backward(dst, src, size);
	return dst;
}

void *memset(void *dst, int value, size_t size)
{
	u64 pattern = (u8)value * 0x0101010101010101ULL;
	u8 *p = dst;

	for (; size > 0 && !word_aligned(p); size--) {
		*p++ = (u8)value;
		NOT_A_LIBRARY_CALL();
	}
	for (; size >= WORD; size -= WORD, p += WORD) {
		*(word *)p = pattern;
		NOT_A_LIBRARY_CALL();
	}
	for (; size > 0; size--) {
		*p++ = (u8)value;
		NOT_A_LIBRARY_CALL();
	}
	return dst;
}

int memcmp(const void *a, const void *b, size_t size)
{
	const u8 *x = a, *y = b;

	if (word_aligned(x) && word_aligned(y))
		for (; size >= WORD && *(const word *)x == *(const word *)y; size -= WORD) {
			x += WORD;
			y += WORD;
		}
	for (; size > 0; size--, x++, y++)
		if (*x != *y)
			return *x - *y;
	return 0;
}

size_t strnlen(const char *s, size_t max)
{
	size_t n = 0;

	while (n < max && s[n] != '\0')
		n++;
	return n;
}

size_t strlen(const char *s)
{
	return strnlen(s, (size_t)-1);
}

int strcmp(const char *a, const char *b)
{
	for (; *a != '\0' && *a == *b; a++, b++)
		;
	return (u8)*a - (u8)*b;
}
