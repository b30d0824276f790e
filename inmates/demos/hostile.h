/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The attacks that hostile.c offers, and those that an architecture adds. */
#ifndef DEMOS_HOSTILE_H
#define DEMOS_HOSTILE_H

#include <inmate.h>

struct attack {
	const char *name;
	void (*run)(u64 address); /* address: addr= of the command line */
};

extern const struct attack arch_attacks[];
extern const unsigned int arch_attack_count;

/* An address that belongs to the root cell's memory on the usual test machine. */
extern const u64 arch_foreign_address;

/*
 * Runs @function(@arg); an exception it raises is printed as "attack: WHAT: exception ..." and
 * survived. Returns true if there was none.
 */
bool attempt(const char *what, void (*function)(void *arg), void *arg);

/* A part of an attack, run by attempt(). */
struct step {
	const char *what;
	void (*run)(void *arg);
	u64 offset;
};

/* case=N of the command line chooses part @n of an attack; without it all parts are run in order. */
bool chosen(unsigned int n);

/* Runs the chosen ones of @steps, each with @base plus its offset. */
void run_steps(const struct step *steps, unsigned int count, u64 base);

/* Prints one result of the running attack, "attack: WHAT = 0x..." */
void result(const char *what, u64 value);

#endif /* DEMOS_HOSTILE_H */
