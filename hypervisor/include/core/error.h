/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How an operation fails: with a code, the place and a sentence that names the offending values.
 * The sentences are in <core/messages.h>; a function that refuses something says
 *
 *	return fail(MSG_SOMETHING, value, ...);
 */
#ifndef CORE_ERROR_H
#define CORE_ERROR_H

#include <core/errno.h>
#include <core/messages.h>

#define fail(...) error_set(__FILE__, __LINE__, __VA_ARGS__)

/**
 * error_set - record why the current operation fails
 * @file: source file, usually __FILE__
 * @line: line in it
 * @code: positive error number
 * @fmt: sentence without a newline, see format() for what may be in it
 *
 * The first error after error_begin() wins: it is the closest to the cause. Any context of a CPU that runs in the hypervisor.
 *
 * Return: -@code
 */
int error_set(const char *file, unsigned int line, int code, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* A new operation starts: the next error is the one to report. */
void error_begin(void);

/**
 * hypervisor_bug - the hypervisor itself is wrong
 * @what: what was found, one sentence
 *
 * Called when an internal rule does not hold, never because of an input. The implementation stops
 * the CPU. Callers in pure code (pool, page tables) are written so that they stay safe if it
 * returns, as it does under test.
 */
void hypervisor_bug(const char *what);

#endif /* CORE_ERROR_H */
