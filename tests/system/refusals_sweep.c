/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Hypervisor memory that is too little, page by page more.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "edit.h"
#include "refusals.h"

#define NARROW_FILE "/run/narrow.cell"
#define MOST_PAGES  200
#define PAGE	    0x1000UL

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
