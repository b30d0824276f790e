/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Errors and whole files.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "internal.h"

int jh_fail(struct jh_error *error, int code, const char *format, ...)
{
	va_list args;

	error->code = code;
	va_start(args, format);
	vsnprintf(error->text, sizeof(error->text), format, args);
	va_end(args);
	return -1;
}

/* Reads @fd to its end, at most @limit bytes, into *@data, which grows as needed. */
static int read_to_end(int fd, const char *path, size_t limit, char **data, size_t *size,
		       struct jh_error *error)
{
	size_t room = 0, fill = 0;
	ssize_t got = 1;

	while (got) {
		if (fill == room) {
			char *bigger = realloc(*data, room = room ? 2 * room : 4096);

			if (!bigger)
				return jh_fail(error, ENOMEM, "%s: no memory for %zu bytes", path,
					       room);
			*data = bigger;
		}
		got = read(fd, *data + fill, room - fill);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return jh_fail(error, errno, "%s: cannot read: %s", path, strerror(errno));
		fill += got;
		if (fill > limit)
			return jh_fail(error, EFBIG, "%s: larger than %zu bytes", path, limit);
	}
	*size = fill;
	return 0;
}

int jh_read_file(const char *path, size_t limit, void **data, size_t *size, struct jh_error *error)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char *buffer = NULL;

	if (fd < 0)
		return jh_fail(error, errno, "%s: cannot open: %s", path, strerror(errno));
	if (read_to_end(fd, path, limit, &buffer, size, error) < 0) {
		free(buffer);
		close(fd);
		return -1;
	}
	close(fd);
	*data = buffer;
	return 0;
}
