/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Functions that the parts of the library share. Not installed.
 */
#ifndef LIB_INTERNAL_H
#define LIB_INTERNAL_H

#include "jailhouse.h"

/* With the path that should be there. */
#define NO_DRIVER "the driver is not loaded: there is no %s; try 'modprobe jailhouse'"

/* Fills in @error and returns -1, so that "return jh_fail(...)" is how a function fails. */
int jh_fail(struct jh_error *error, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * Reads the file @path, of any kind, at most @limit bytes. Returns 0 and sets @data (to be freed,
 * never NULL) and @size, or -1: errno value of the failed call, EFBIG beyond the limit.
 */
int jh_read_file(const char *path, size_t limit, void **data, size_t *size, struct jh_error *error);

/* Returns the JAILHOUSE_* architecture that a machine called @machine by uname() has, or -1. */
int jh_architecture_of(const char *machine);

/* jh_cell_list() and jh_cell_stats() on the sysfs tree at @root. */
ssize_t jh_sysfs_list(const char *root, struct jh_cell **cells, struct jh_error *error);
int jh_sysfs_stats(const char *root, const struct jh_cell_ref *cell, struct jh_stats *stats,
		   struct jh_error *error);

#endif /* LIB_INTERNAL_H */
