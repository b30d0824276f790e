/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Text from values: the subset of printf that the messages of the hypervisor need.
 *
 * A conversion is first read into a struct conversion, then its digits are made from the right in
 * a small buffer, then everything goes through output_char(), the only place that stores.
 */
#include <stdbool.h>

#include <core/format.h>
#include <core/string.h>
#include <jailhouse/types.h>

/* Longest number: 20 decimal digits. */
#define DIGITS_MAX 20

struct output {
	char *buf;
	size_t size;
	size_t length; /* stored so far, always < size unless size is 0 */
};

struct conversion {
	bool zero;   /* flag 0: pad with zeroes */
	bool prefix; /* flag #: 0x before hexadecimal numbers */
	unsigned int width;
	size_t precision;  /* of a string: most characters taken */
	unsigned int size; /* 0 int, 1 long or size_t, 2 long long */
	char type;
};

static void output_char(struct output *out, char c)
{
	if (out->size > 0 && out->length < out->size - 1)
		out->buf[out->length++] = c;
}

static void output_chars(struct output *out, const char *s, size_t n)
{
	while (n-- > 0)
		output_char(out, *s++);
}

static void output_padding(struct output *out, const struct conversion *conv, size_t used, char c)
{
	for (; used < conv->width; used++)
		output_char(out, c);
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Larger numbers than any buffer are cut, so that no width takes for ever. */
static const char *parse_number(const char *s, unsigned int *value)
{
	*value = 0;
	for (; is_digit(*s); s++)
		if (*value < 10000)
			*value = *value * 10 + (unsigned int)(*s - '0');
	return s;
}

/* Reads what is between '%' and the conversion character, returns the place of the latter. */
static const char *parse_conversion(const char *s, struct conversion *conv)
{
	unsigned int precision;

	*conv = (struct conversion){ .precision = (size_t)-1 };
	for (; *s == '0' || *s == '#'; s++) {
		conv->zero |= *s == '0';
		conv->prefix |= *s == '#';
	}
	s = parse_number(s, &conv->width);
	if (*s == '.') {
		s = parse_number(s + 1, &precision);
		conv->precision = precision;
	}
	for (; *s == 'l' && conv->size < 2; s++)
		conv->size++;
	if (*s == 'z' && conv->size == 0) {
		conv->size = 1;
		s++;
	}
	conv->type = *s;
	return s;
}

static void output_number(struct output *out, const struct conversion *conv, u64 value,
			  unsigned int base, const char *prefix)
{
	const char *digits = conv->type == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
	char text[DIGITS_MAX];
	size_t start = sizeof(text);
	size_t prefix_length = strlen(prefix);
	size_t length;

	do {
		text[--start] = digits[value % base];
		value /= base;
	} while (value > 0);

	/* Zeroes go between the prefix and the digits, spaces before the prefix. */
	length = prefix_length + sizeof(text) - start;
	if (!conv->zero)
		output_padding(out, conv, length, ' ');
	output_chars(out, prefix, prefix_length);
	if (conv->zero)
		output_padding(out, conv, length, '0');
	output_chars(out, text + start, sizeof(text) - start);
}

static void output_signed(struct output *out, const struct conversion *conv, s64 value)
{
	/* The negation in unsigned arithmetic is right for the smallest value too. */
	if (value < 0)
		output_number(out, conv, -(u64)value, 10, "-");
	else
		output_number(out, conv, (u64)value, 10, "");
}

static void output_hex(struct output *out, const struct conversion *conv, u64 value)
{
	const char *prefix = conv->type == 'X' ? "0X" : "0x";

	output_number(out, conv, value, 16, conv->prefix && value != 0 ? prefix : "");
}

static void output_string(struct output *out, const struct conversion *conv, const char *s)
{
	size_t length;

	if (!s)
		s = "(null)";
	length = strnlen(s, conv->precision);
	output_padding(out, conv, length, ' ');
	output_chars(out, s, length);
}

size_t format(char *buf, size_t size, const char *fmt, va_list ap)
{
	struct output out = { .buf = buf, .size = size };
	struct conversion conv;
	const char *start;
	char c;

	for (; *fmt != '\0'; fmt++) {
		if (*fmt != '%') {
			output_char(&out, *fmt);
			continue;
		}
		start = fmt;
		fmt = parse_conversion(fmt + 1, &conv);
		switch (conv.type) {
		case 'd':
		case 'i':
			output_signed(&out, &conv,
				      conv.size == 2 ? va_arg(ap, long long) :
				      conv.size == 1 ? va_arg(ap, long) :
						       va_arg(ap, int));
			break;
		case 'u':
		case 'x':
		case 'X': {
			u64 value = conv.size == 2 ? va_arg(ap, unsigned long long) :
				    conv.size == 1 ? va_arg(ap, unsigned long) :
						     va_arg(ap, unsigned int);

			if (conv.type == 'u')
				output_number(&out, &conv, value, 10, "");
			else
				output_hex(&out, &conv, value);
			break;
		}
		case 'p':
			output_number(&out, &conv, (unsigned long)va_arg(ap, void *), 16, "0x");
			break;
		case 's':
			output_string(&out, &conv, va_arg(ap, const char *));
			break;
		case 'c':
			c = (char)va_arg(ap, int);
			output_padding(&out, &conv, 1, ' ');
			output_char(&out, c);
			break;
		case '%':
			output_char(&out, '%');
			break;
		case '\0':
			/* The format ends in the middle of a conversion. */
			output_chars(&out, start, (size_t)(fmt - start));
			fmt--;
			break;
		default:
			output_chars(&out, start, (size_t)(fmt - start) + 1);
			break;
		}
	}
	if (size > 0)
		buf[out.length] = '\0';
	return out.length;
}
