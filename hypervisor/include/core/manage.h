/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Management operations in progress. Long ones are done in steps: the hypercall is executed again
 * and again, so that its CPU can take interrupts in between, and continues where it stood.
 */
#ifndef CORE_MANAGE_H
#define CORE_MANAGE_H

#include <core/memory.h>

enum manage_step {
	STEP_CHECK, /* nothing has happened yet */
	STEP_ASK,   /* the cell was asked to shut down */
	STEP_CLEAR, /* CPUs are stopped, memory is being cleared, or cleaned */
};

struct manage {
	u64 code, arg1, arg2; /* the hypercall this is about */
	bool busy;	      /* it is to be executed again */
	enum manage_step step;
	struct cell *cell;
	struct clearing clearing;
	u64 deadline; /* of the cell's answer, by the counter */
	u64 polls;    /* left */
};

extern struct manage manage;

/* -EPERM with a message if a running cell other than @except forbids changes, else 0. */
long manage_check_locked(const struct cell *except);

/* Tell running cells other than @except that the set of cells has changed. They answer or not. */
void manage_notify(const struct cell *except);

/* Fill in the communication region for a start. */
void cell_comm_init(struct cell *cell);

/* Free a cell that owns nothing any more. */
void cell_free(struct cell *cell);

#endif /* CORE_MANAGE_H */
