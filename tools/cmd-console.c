/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * console
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verb.h"

static int copy_console(struct jh_device *device, bool follow, struct jh_error *error)
{
	char buffer[4096];
	ssize_t got;

	for (;;) {
		got = jh_console_read(device, buffer, sizeof(buffer), follow, error);
		if (got < 0)
			return -1;
		if (got == 0 && !follow)
			return 0;
		/* main() says that standard output is broken. */
		if (fwrite(buffer, 1, got, stdout) != (size_t)got || fflush(stdout))
			return 0;
	}
}

int cmd_console(const struct verb *verb, int argc, char **argv)
{
	struct jh_device *device;
	struct jh_error error;
	bool follow = argc && (!strcmp(argv[0], "-f") || !strcmp(argv[0], "--follow"));
	int result;

	if (argc > follow)
		return usage_error(verb, "unexpected argument '%s'", argv[follow]);
	device = jh_open(&error);
	if (!device)
		return report(verb, &error);
	result = copy_console(device, follow, &error);
	jh_close(device);
	return result < 0 ? report(verb, &error) : EXIT_SUCCESS;
}
