/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is on the command line behind a verb. Nothing here prints or touches the machine: functions
 * fill in a jh_error with code EINVAL and return -1 where they do not understand.
 */
#ifndef TOOLS_ARGUMENTS_H
#define TOOLS_ARGUMENTS_H

#include <jailhouse/driver.h>

#include "jailhouse.h"

/*
 * Takes "{ID | [--name] NAME}" from the front of @argv. Returns how many arguments that were.
 */
int take_cell(int argc, char **argv, struct jh_cell_ref *cell, struct jh_error *error);

/* As take_cell(), but there must be nothing else, except --force where @force is not NULL. */
int take_cell_only(int argc, char **argv, struct jh_cell_ref *cell, bool *force,
		   struct jh_error *error);

/*
 * Takes "{IMAGE | -s STRING} [-a ADDRESS]" as often as it is there, to the end of @argv. Returns
 * the number of @images, which has room for JAILHOUSE_MAX_PRELOAD_IMAGES.
 */
int take_images(int argc, char **argv, struct jh_image *images, struct jh_error *error);

/* Reads a number in decimal, hexadecimal (0x) or octal (0) notation. Returns 0. */
int to_u64(const char *text, const char *what, uint64_t *value, struct jh_error *error);

#endif /* TOOLS_ARGUMENTS_H */
