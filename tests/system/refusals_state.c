/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the machine is like before and after a case.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jailhouse/driver.h>

#include "refusals.h"

/* What a kernel says when something is wrong. */
static const char *const trouble[] = { "WARNING:",   "BUG:",	    "Oops",
				       "Call trace", "Call Trace",  "Internal error",
				       "stall",	     "blocked for", "Bad page",
				       "leak" };

static void read_line(const char *path, char *line, size_t size)
{
	int file = open(path, O_RDONLY);
	ssize_t got = file < 0 ? -1 : read(file, line, size - 1);

	line[got > 0 ? got : 0] = 0;
	line[strcspn(line, "\n")] = 0;
	if (file >= 0)
		close(file);
}

void state_read(struct machine_state *state)
{
	char enabled[16], used[32], online[64];
	struct jh_cell *cells = NULL;
	struct jh_error error;
	ssize_t n, count = jh_cell_list(&cells, &error);
	size_t end;

	read_line(JAILHOUSE_SYSFS "/enabled", enabled, sizeof(enabled));
	read_line(JAILHOUSE_SYSFS "/mem_pool_used", used, sizeof(used));
	read_line("/sys/devices/system/cpu/online", online, sizeof(online));
	state->enabled = !strcmp(enabled, "1");
	state->cells = count > 0 ? count : 0;
	end = snprintf(state->text, sizeof(state->text), "enabled %s, %s pages, CPUs %s, cells",
		       enabled, used, online);
	for (n = 0; n < count && end < sizeof(state->text); n++)
		end += snprintf(state->text + end, sizeof(state->text) - end, " %d %s (%s) %s;",
				cells[n].id, cells[n].name, cells[n].cpus_assigned, cells[n].state);
	free(cells);
}

/* Cells that a wrong case made have the highest ids. */
static void destroy_above(struct jh_device *device, size_t keep)
{
	struct jh_cell *cells = NULL;
	struct jh_error error;
	ssize_t n, count = jh_cell_list(&cells, &error);

	for (n = count - 1; n >= (ssize_t)keep && n >= 0; n--)
		jh_cell_destroy(device, &(struct jh_cell_ref){ .id = cells[n].id }, true, &error);
	free(cells);
}

void state_restore(struct jh_device *device, const struct machine_state *before)
{
	struct machine_state now;
	struct jh_error error;

	state_read(&now);
	if (now.enabled && !before->enabled)
		jh_disable(device, &error);
	else if (before->enabled && !now.enabled)
		jh_enable(device, value_of("system"), &error);
	else if (now.enabled)
		destroy_above(device, before->cells);
}

int right_use(struct jh_device *device, struct jh_error *error)
{
	struct jh_cell_ref cell = { .id = 1 };
	struct machine_state now;
	int result;

	state_read(&now);
	if (!now.enabled) {
		result = jh_enable(device, value_of("system"), error);
		return result ? result : jh_disable(device, error);
	}
	if (now.cells > 1)
		return jh_cell_shutdown(device, &cell, false, error);
	result = jh_cell_create(device, value_of("cell"), error);
	return result ? result : jh_cell_destroy(device, &cell, false, error);
}

bool kernel_complains(char *line, size_t size)
{
	static int log = -1;
	char record[1024], *text;
	bool found = false;
	ssize_t got;
	size_t n;

	if (log < 0) {
		log = open("/dev/kmsg", O_RDONLY | O_NONBLOCK);
		lseek(log, 0, SEEK_END);
		return false;
	}
	while ((got = read(log, record, sizeof(record) - 1)) > 0 || (got < 0 && errno == EPIPE)) {
		if (got < 0)
			continue;
		record[got] = 0;
		text = strchr(record, ';');
		for (n = 0; text && !found && n < sizeof(trouble) / sizeof(trouble[0]); n++)
			found = strstr(text, trouble[n]);
		if (found && line) {
			snprintf(line, size, "%s", text + 1);
			line = NULL;
		}
	}
	return found;
}
