/* SPDX-License-Identifier: GPL-2.0-only */
/* Text from values, for messages. */
#ifndef CORE_FORMAT_H
#define CORE_FORMAT_H

#include <stdarg.h>
#include <stddef.h>

/**
 * format - write formatted text into a buffer
 * @buf: buffer, may be NULL when @size is 0
 * @size: its size in bytes, the terminating NUL included
 * @fmt: text with conversions: %s %c %d %i %u %x %X %p %%; before d, i, u, x, X the sizes l, ll
 *	and z; a width for every conversion, a precision (%.31s) for strings, the flags 0 and #
 * @ap: values
 *
 * The text is cut to what fits and is always NUL-terminated when @size > 0. A NULL string prints
 * as "(null)"; an unknown conversion prints as it stands and takes no value. Any context.
 *
 * Return: length of the text in @buf without the NUL
 */
size_t format(char *buf, size_t size, const char *fmt, va_list ap)
	__attribute__((format(printf, 3, 0)));

#endif /* CORE_FORMAT_H */
