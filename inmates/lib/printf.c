/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Formatting of text. Portable; the console is elsewhere. */
#include <inmate.h>

/* Where the text goes: characters beyond the end are counted, not written. */
struct output {
	char *buffer;
	size_t size;
	size_t length;
};

struct spec {
	bool left, plus, space, zero, alternate, upper;
	int width;
	int precision; /* < 0: none given */
};

static void put(struct output *out, char c)
{
	if (out->length + 1 < out->size)
		out->buffer[out->length] = c;
	out->length++;
}

static void pad(struct output *out, char c, int count)
{
	while (count-- > 0)
		put(out, c);
}

static void put_text(struct output *out, const struct spec *spec, const char *s)
{
	int length = 0;

	if (!s)
		s = "(null)";
	while ((spec->precision < 0 || length < spec->precision) && s[length])
		length++;
	if (!spec->left)
		pad(out, ' ', spec->width - length);
	for (int n = 0; n < length; n++)
		put(out, s[n]);
	if (spec->left)
		pad(out, ' ', spec->width - length);
}

static const char *prefix_of(const struct spec *spec, unsigned int base, u64 value, bool is_signed,
			     bool negative)
{
	if (is_signed)
		return negative ? "-" : spec->plus ? "+" : spec->space ? " " : "";
	if (spec->alternate && base == 16 && value)
		return spec->upper ? "0X" : "0x";
	return "";
}

static void put_number(struct output *out, const struct spec *spec, u64 value, unsigned int base,
		       bool is_signed, bool negative)
{
	const char *digits = spec->upper ? "0123456789ABCDEF" : "0123456789abcdef";
	const char *prefix = prefix_of(spec, base, value, is_signed, negative);
	int prefix_length = strlen(prefix);
	char text[24];
	int length = 0, zeros;

	for (u64 rest = value; rest; rest /= base)
		text[length++] = digits[rest % base];

	zeros = (spec->precision < 0 ? 1 : spec->precision) - length;
	if (spec->alternate && base == 8 && zeros <= 0)
		zeros = 1;
	if (zeros < 0)
		zeros = 0;
	if (spec->zero && !spec->left && spec->precision < 0 &&
	    spec->width > prefix_length + length + zeros)
		zeros = spec->width - prefix_length - length;

	if (!spec->left)
		pad(out, ' ', spec->width - prefix_length - zeros - length);
	while (*prefix)
		put(out, *prefix++);
	pad(out, '0', zeros);
	for (int n = length; n > 0; n--)
		put(out, text[n - 1]);
	if (spec->left)
		pad(out, ' ', spec->width - prefix_length - zeros - length);
}

static const char *parse_flags(const char *f, struct spec *spec)
{
	for (;; f++) {
		switch (*f) {
		case '-':
			spec->left = true;
			break;
		case '+':
			spec->plus = true;
			break;
		case ' ':
			spec->space = true;
			break;
		case '0':
			spec->zero = true;
			break;
		case '#':
			spec->alternate = true;
			break;
		default:
			return f;
		}
	}
}

/* A number in the format; capped so that no text grows without bound. */
static const char *parse_number(const char *f, int *number)
{
	int value = 0;

	for (; *f >= '0' && *f <= '9'; f++)
		if (value < 1000)
			value = value * 10 + *f - '0';
	*number = value;
	return f;
}

static s64 signed_arg(va_list *args, int length)
{
	switch (length) {
	case -2:
		return (signed char)va_arg(*args, int);
	case -1:
		return (short)va_arg(*args, int);
	case 0:
		return va_arg(*args, int);
	case 1:
		return va_arg(*args, long);
	default:
		return va_arg(*args, long long);
	}
}

static u64 unsigned_arg(va_list *args, int length)
{
	switch (length) {
	case -2:
		return (unsigned char)va_arg(*args, unsigned int);
	case -1:
		return (unsigned short)va_arg(*args, unsigned int);
	case 0:
		return va_arg(*args, unsigned int);
	case 1:
		return va_arg(*args, unsigned long);
	default:
		return va_arg(*args, unsigned long long);
	}
}

/* -2 = hh .. 2 = ll */
static const char *parse_length(const char *f, int *length)
{
	*length = 0;
	for (;; f++) {
		if (*f == 'h' && *length > -2)
			(*length)--;
		else if (*f == 'l' && *length < 2)
			(*length)++;
		else if (*f == 'z' || *f == 't')
			*length = 1;
		else
			return f;
	}
}

static void convert(struct output *out, struct spec *spec, char conversion, int length,
		    va_list *args)
{
	char character[2] = { 0 };
	s64 value;

	switch (conversion) {
	case 'd':
	case 'i':
		value = signed_arg(args, length);
		put_number(out, spec, value < 0 ? -(u64)value : (u64)value, 10, true, value < 0);
		break;
	case 'u':
		put_number(out, spec, unsigned_arg(args, length), 10, false, false);
		break;
	case 'o':
		put_number(out, spec, unsigned_arg(args, length), 8, false, false);
		break;
	case 'X':
		spec->upper = true;
		put_number(out, spec, unsigned_arg(args, length), 16, false, false);
		break;
	case 'x':
		put_number(out, spec, unsigned_arg(args, length), 16, false, false);
		break;
	case 'p':
		spec->alternate = true;
		put_number(out, spec, (uintptr_t)va_arg(*args, void *), 16, false, false);
		break;
	case 's':
		put_text(out, spec, va_arg(*args, const char *));
		break;
	case 'c':
		character[0] = va_arg(*args, int);
		put_text(out, spec, character);
		break;
	default:
		put(out, '%');
		if (conversion != '%' && conversion)
			put(out, conversion);
	}
}

static const char *parse_spec(const char *f, struct spec *spec, va_list *args)
{
	*spec = (struct spec){ .precision = -1 };
	f = parse_flags(f, spec);
	if (*f == '*') {
		spec->width = va_arg(*args, int);
		f++;
		if (spec->width < 0) {
			spec->left = true;
			spec->width = -spec->width;
		}
	} else {
		f = parse_number(f, &spec->width);
	}
	if (*f == '.') {
		if (*++f == '*') {
			spec->precision = va_arg(*args, int);
			f++;
		} else {
			f = parse_number(f, &spec->precision);
		}
	}
	return f;
}

int vsnprintf(char *buffer, size_t size, const char *format, va_list list)
{
	struct output out = { buffer, size, 0 };
	struct spec spec;
	va_list args;
	int length;

	va_copy(args, list);
	while (*format) {
		if (*format != '%') {
			put(&out, *format++);
			continue;
		}
		format = parse_spec(format + 1, &spec, &args);
		format = parse_length(format, &length);
		convert(&out, &spec, *format, length, &args);
		if (*format)
			format++;
	}
	va_end(args);
	if (size)
		buffer[out.length < size ? out.length : size - 1] = '\0';
	return out.length;
}

int snprintf(char *buffer, size_t size, const char *format, ...)
{
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(buffer, size, format, args);
	va_end(args);
	return length;
}

const char *format_fixed(char *buffer, size_t size, s64 value, unsigned int decimals)
{
	u64 magnitude = value < 0 ? -(u64)value : (u64)value, unit = 1;

	if (decimals > 9)
		decimals = 9;
	for (unsigned int n = 0; n < decimals; n++)
		unit *= 10;
	if (decimals)
		snprintf(buffer, size, "%s%llu.%0*llu", value < 0 ? "-" : "", magnitude / unit,
			 (int)decimals, magnitude % unit);
	else
		snprintf(buffer, size, "%s%llu", value < 0 ? "-" : "", magnitude);
	return buffer;
}
