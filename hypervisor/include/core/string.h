/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory and string functions with the meaning of the C standard. The compiler calls the first
 * four on its own as well. None of them may be used on device memory.
 */
#ifndef CORE_STRING_H
#define CORE_STRING_H

#include <stddef.h>

/* Copies @size bytes between areas that do not overlap. Returns @dst. */
void *memcpy(void *dst, const void *src, size_t size);

/* Copies @size bytes, the areas may overlap. Returns @dst. */
void *memmove(void *dst, const void *src, size_t size);

/* Fills @size bytes with the low byte of @value. Returns @dst. */
void *memset(void *dst, int value, size_t size);

/* Compares byte by byte as unsigned values: negative, 0 or positive. */
int memcmp(const void *a, const void *b, size_t size);

/* Number of bytes before the NUL. */
size_t strlen(const char *s);

/* Number of bytes before the NUL, at most @max; reads no byte beyond @max. */
size_t strnlen(const char *s, size_t max);

/* Compares two strings: negative, 0 or positive. */
int strcmp(const char *a, const char *b);

#endif /* CORE_STRING_H */
