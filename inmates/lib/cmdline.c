/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Command line: words separated by blanks, "name" or "name=value". The last word of a name wins,
 * so that options can be appended to a fixed text.
 */
#include <inmate.h>
#include "internal.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Finds the last word called @name: returns its value and its length, or NULL. */
static const char *find(const char *name, size_t *length, bool *has_value)
{
	const char *s = cmdline_text, *end = cmdline_text + CMDLINE_SIZE - 1;
	size_t name_length = strlen(name);
	const char *found = NULL;

	while (s < end && *s) {
		const char *word = s;
		size_t size;

		while (s < end && *s && !is_blank(*s))
			s++;
		size = s - word;
		if (size >= name_length && !strncmp(word, name, name_length) &&
		    (size == name_length || word[name_length] == '=')) {
			*has_value = size > name_length;
			found = word + name_length + *has_value;
			*length = s - found;
		}
		while (s < end && is_blank(*s))
			s++;
	}
	return found;
}

const char *cmdline(void)
{
	size_t length = 0;

	while (length < CMDLINE_SIZE && cmdline_text[length])
		length++;
	return length < CMDLINE_SIZE ? cmdline_text : "";
}

static int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return 16;
}

static bool parse_int(const char *s, const char *end, s64 *result)
{
	bool negative = s < end && *s == '-';
	int base = 10;
	u64 value = 0;

	if (s < end && (*s == '-' || *s == '+'))
		s++;
	if (end - s > 2 && s[0] == '0' && (s[1] == 'x' || s[1] == 'X')) {
		base = 16;
		s += 2;
	}
	if (s == end)
		return false;
	for (; s < end; s++) {
		int digit = digit_value(*s);

		if (digit >= base || __builtin_mul_overflow(value, (u64)base, &value) ||
		    __builtin_add_overflow(value, (u64)digit, &value))
			return false;
	}
	if (value > (u64)INT64_MAX)
		return false;
	*result = negative ? -(s64)value : (s64)value;
	return true;
}

s64 cmdline_get_int(const char *name, s64 otherwise)
{
	bool has_value;
	size_t length;
	const char *value = find(name, &length, &has_value);
	s64 result;

	if (!value || !has_value || !parse_int(value, value + length, &result))
		return otherwise;
	return result;
}

bool cmdline_get_bool(const char *name, bool otherwise)
{
	static const char *const words[] = { "0", "1", "false", "true", "no", "yes", "off", "on" };
	bool has_value;
	size_t length;
	const char *value = find(name, &length, &has_value);
	unsigned int n;

	if (!value)
		return otherwise;
	if (!has_value)
		return true;
	for (n = 0; n < ARRAY_SIZE(words); n++)
		if (length == strlen(words[n]) && !strncmp(value, words[n], length))
			return n & 1;
	return otherwise;
}

char *cmdline_get_string(const char *name, char *buffer, size_t size, const char *otherwise)
{
	bool has_value;
	size_t length;
	const char *value = find(name, &length, &has_value);

	if (!value || !has_value) {
		value = otherwise;
		length = strlen(otherwise);
	}
	if (length > size - 1)
		length = size - 1;
	memcpy(buffer, value, length);
	buffer[length] = '\0';
	return buffer;
}
