/* SPDX-License-Identifier: GPL-2.0-only */
/* What the parts of the program "refusals" have from each other. */
#ifndef REFUSALS_H
#define REFUSALS_H

#include <stdbool.h>
#include <stddef.h>

#include "jailhouse.h"

/* Returns the value of the name that was given to the program; ends the program if there is none. */
const char *value_of(const char *name);

/* --- refusals_raw.c: past the library, what only a program of one's own does ----------------- */

/* Opens the device. Returns 0 or -1. */
int raw_open(void);

/* Enables with the @size bytes of @data, behind which there is no memory. The following return 0 or
 * -1 and fill in @error, as the functions of the library do. */
int raw_system(const void *data, size_t size, struct jh_error *error);

/* Creates a cell of @data; the call says that it has @says bytes. */
int raw_cell(const void *data, size_t size, size_t says, struct jh_error *error);

/* Verbs of the table. ioctl NUMBER ARGUMENT; load CELL SIZE ADDRESS [SOURCE]; images CELL COUNT, none
 * of which can be read; unterminated NUMBER: a cell whose name does not end; unload: the module. */
int raw_ioctl(char **arguments, struct jh_error *error);
int raw_load(char **arguments, struct jh_error *error);
int raw_images(char **arguments, struct jh_error *error);
int raw_unterminated(char **arguments, struct jh_error *error);
int raw_unload(char **arguments, struct jh_error *error);

/* --- refusals_together.c: several processes ------------------------------------------------- */

/* Verbs of the table. two VERB: two processes at once, one of which succeeds, what the other one is
 * told is the error. during VERB OTHER: a process repeats VERB, and is told an error after OTHER.
 * killed VERB: a process is killed at many points of time; either all is done or nothing. */
int two_at_once(char **arguments, struct jh_error *error);
int one_during(char **arguments, struct jh_error *error);
int killed(char **arguments, struct jh_error *error);

/* What they do it with, each with a file of its own, as users have: enable, disable, create, destroy,
 * start, load. undo() takes back what a verb did. */
int with_device(const char *verb, struct jh_error *error);
int undo(const char *verb, struct jh_error *error);

/* Fills in @error with a text that has two numbers. Returns -1. */
int set_error(struct jh_error *error, int code, const char *text, int a, int b);

/* --- refusals_sweep.c: too little ------------------------------------------------------------- */

/* Verbs of the table. starved VERB: with the module of starve.h, one call after the other fails; a
 * refusal is a sentence and changes nothing. narrow: the same with hypervisor memory, page by page. */
int starved(char **arguments, struct jh_error *error);
int narrow(char **arguments, struct jh_error *error);

/* --- refusals_state.c: what must not change -------------------------------------------------- */

struct machine_state {
	char text[512];
	bool enabled;
	size_t cells;
};

/* Reads what the machine is like: enabled, cells, CPUs, page pool. */
void state_read(struct machine_state *state);

/* Makes the machine as it was, after a case that changed it. */
void state_restore(struct jh_device *device, const struct machine_state *before);

/* Does what is right in this state, and undoes it. Returns 0 or -1. */
int right_use(struct jh_device *device, struct jh_error *error);

/* Has the kernel complained since the last time? Then @line is what it said. */
bool kernel_complains(char *line, size_t size);

#endif /* REFUSALS_H */
