/* SPDX-License-Identifier: GPL-2.0-only */
/* Records failures and bugs; the text is made by the hypervisor's own format(). */
#include <stdarg.h>

#include <core/error.h>
#include <core/format.h>

#include "mock.h"

int mock_error_code;
char mock_error_text[512];
unsigned int mock_bugs;
const char *mock_bug_text;

int error_set(const char *file, unsigned int line, int code, const char *fmt, ...)
{
	va_list ap;

	(void)file;
	(void)line;
	va_start(ap, fmt);
	format(mock_error_text, sizeof(mock_error_text), fmt, ap);
	va_end(ap);
	mock_error_code = code;
	return -code;
}

void hypervisor_bug(const char *what)
{
	mock_bugs++;
	mock_bug_text = what;
}

void mock_reset(void)
{
	mock_error_code = 0;
	mock_error_text[0] = '\0';
	mock_bugs = 0;
	mock_bug_text = "";
}
