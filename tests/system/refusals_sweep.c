/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Cases in which something is too little, once each time at another place: calls of the driver that
 * fail one after the other, and hypervisor memory that is smaller than needed.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "edit.h"
#include "refusals.h"

#define MOST_CALLS  500
#define STARVE	    "/sys/module/jailhouse/parameters/starve_"
#define NARROW_FILE "/run/narrow.cell"
#define MOST_PAGES  200
#define PAGE	    0x1000UL

/* Sets a parameter of the module; a negative value only reads it. Returns what it is. */
static int parameter(const char *name, int value)
{
	char text[16] = "";
	int file = open(name, O_RDWR);
	ssize_t length;

	if (value >= 0)
		length = write(file, text, snprintf(text, sizeof(text), "%d", value));
	else
		length = read(file, text, sizeof(text) - 1);
	if (length < 1) {
		fprintf(stderr, "refusals: this is not the starved module: %s\n", name);
		exit(2);
	}
	close(file);
	return atoi(text);
}

/* Does @verb, and call @n of it finds nothing. Returns whether it came so far. */
static bool starve(const char *verb, int n, int *result, struct jh_error *error)
{
	int count;

	parameter(STARVE "count", 0);
	parameter(STARVE "at", n);
	*result = with_device(verb, error);
	count = parameter(STARVE "count", -1);
	parameter(STARVE "at", 0);
	return count >= n;
}

int starved(char **arguments, struct jh_error *error)
{
	struct machine_state before, after;
	int n, result, failures = 0;

	state_read(&before);
	for (n = 1; n < MOST_CALLS && starve(arguments[0], n, &result, error); n++) {
		if (!result && undo(arguments[0], error))
			return -1;
		state_read(&after);
		if (strcmp(before.text, after.text))
			return set_error(error, 0, "changed by failure %d of at least %d", n, n);
		if (!result)
			continue;
		printf("    %s, failure %d: %s\n", arguments[0], n, error->text);
		failures++;
		if (!strchr(error->text, ' ') || !strcmp(error->text, strerror(error->code)))
			return set_error(error, 0, "failure %d of at least %d has no sentence", n,
					 n);
	}
	if (result)
		return -1;
	return undo(arguments[0], error) ?
		       -1 :
		       set_error(error, 0, "%d refusals for %d calls that failed", failures, n - 1);
}

/* The right system configuration, with so much hypervisor memory. */
static int enable_with(struct jh_device *device, unsigned long size, struct jh_error *error)
{
	char argument[64];

	snprintf(argument, sizeof(argument), "hyp.size=0x%lx", size);
	edit_load(value_of("system"));
	edit_argument(argument);
	edit_save(NARROW_FILE);
	return jh_enable(device, NARROW_FILE, error);
}

static bool says_that_it_is_little(const struct jh_error *error)
{
	return strstr(error->text, "out of hypervisor memory: ") ||
	       strstr(error->text, "is too small");
}

/* A cell in hypervisor memory of @size bytes; the pool is as before if there is none. Returns 0 if
 * there was one, 1 if it was refused as it should be, -1 otherwise. */
static int create_with(struct jh_device *device, unsigned long size, struct jh_error *error)
{
	struct machine_state before, after;
	struct jh_error ignored;
	int result;

	if (enable_with(device, size, error))
		return -1;
	state_read(&before);
	result = jh_cell_create(device, value_of("cell"), error);
	state_read(&after);
	if (jh_disable(device, &ignored))
		return set_error(error, 0, "no disable with %d pages (limit %d)", size / PAGE,
				 MOST_PAGES);
	if (!result)
		return 0;
	if (strcmp(before.text, after.text))
		return set_error(error, 0, "a cell refused with %d pages (limit %d) left something",
				 size / PAGE, MOST_PAGES);
	return says_that_it_is_little(error) ? 1 : -1;
}

/* From what image and configuration need upwards, until enable works, until create works */
int narrow(char **arguments, struct jh_error *error)
{
	struct jh_device *device = jh_open(error);
	unsigned long size, first;
	int enables = 0, creates = 0, result;
	const char *need;

	(void)arguments;
	if (!device)
		return 0;
	enable_with(device, PAGE, error);
	need = strstr(error->text, "alone need 0x");
	first = need ? strtoul(need + strlen("alone need "), NULL, 0) : 0;
	for (size = first; need && enable_with(device, size, error); size += 2 * PAGE, enables++)
		if (!says_that_it_is_little(error) || size > first + MOST_PAGES * PAGE)
			return -1;
	jh_disable(device, error);
	while ((result = create_with(device, size, error)) > 0 && creates++ < MOST_PAGES)
		size += PAGE;
	jh_close(device);
	return result ? -1 :
			set_error(error, 0, "enable refused %d sizes, create %d more", enables,
				  creates);
}
