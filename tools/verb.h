/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The verbs of the jailhouse command. main.c has the table of them; help texts and the choice of
 * the function to run both come from there. A verb reports its errors and returns an exit status.
 */
#ifndef TOOLS_VERB_H
#define TOOLS_VERB_H

#include "jailhouse.h"

#define EXIT_USAGE 2 /* the command line is wrong; nothing was done */

struct verb {
	const char *name;      /* "cell create": one word or two */
	const char *arguments; /* for the usage line, "" = none */
	const char *summary;   /* one line */
	const char *options;   /* for the help of this verb: lines that end in a newline, or "" */
	/* @argv: what follows the verb, @argc of it, NULL behind. Returns the exit status. */
	int (*run)(const struct verb *verb, int argc, char **argv);
};

/* Reports a failed operation on standard error. Returns EXIT_FAILURE. */
int report(const struct verb *verb, const struct jh_error *error);

/* Reports a wrong command line on standard error, with a hint at the help. Returns EXIT_USAGE. */
int usage_error(const struct verb *verb, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

int cmd_enable(const struct verb *verb, int argc, char **argv);
int cmd_disable(const struct verb *verb, int argc, char **argv);
int cmd_console(const struct verb *verb, int argc, char **argv);
int cmd_cell_create(const struct verb *verb, int argc, char **argv);
int cmd_cell_list(const struct verb *verb, int argc, char **argv);
int cmd_cell_load(const struct verb *verb, int argc, char **argv);
int cmd_cell_start(const struct verb *verb, int argc, char **argv);
int cmd_cell_shutdown(const struct verb *verb, int argc, char **argv);
int cmd_cell_destroy(const struct verb *verb, int argc, char **argv);
int cmd_cell_stats(const struct verb *verb, int argc, char **argv);

#endif /* TOOLS_VERB_H */
