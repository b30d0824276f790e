/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cell create, list, load, start, shutdown, destroy
 */
#include <stdio.h>
#include <stdlib.h>

#include "arguments.h"
#include "verb.h"

int cmd_cell_create(const struct verb *verb, int argc, char **argv)
{
	struct jh_device *device;
	struct jh_error error;
	int result;

	if (argc != 1)
		return usage_error(verb, "%d arguments instead of 1, the cell configuration", argc);
	device = jh_open(&error);
	if (!device)
		return report(verb, &error);
	result = jh_cell_create(device, argv[0], &error);
	jh_close(device);
	return result < 0 ? report(verb, &error) : EXIT_SUCCESS;
}

int cmd_cell_list(const struct verb *verb, int argc, char **argv)
{
	static const char row[] = "%-8s%-24s%-18s%-24s%s\n";
	struct jh_cell *cells;
	struct jh_error error;
	ssize_t count, i;
	char id[16];

	if (argc)
		return usage_error(verb, "unexpected argument '%s'", argv[0]);
	count = jh_cell_list(&cells, &error);
	if (count < 0)
		return report(verb, &error);

	if (count)
		printf(row, "ID", "Name", "State", "Assigned CPUs", "Failed CPUs");
	for (i = 0; i < count; i++) {
		snprintf(id, sizeof(id), "%d", cells[i].id);
		printf(row, id, cells[i].name, cells[i].state, cells[i].cpus_assigned,
		       cells[i].cpus_failed);
	}
	free(cells);
	return EXIT_SUCCESS;
}

int cmd_cell_load(const struct verb *verb, int argc, char **argv)
{
	struct jh_image images[JAILHOUSE_MAX_PRELOAD_IMAGES];
	struct jh_device *device;
	struct jh_cell_ref cell;
	struct jh_error error;
	int taken, count, result;

	taken = take_cell(argc, argv, &cell, &error);
	if (taken < 0)
		return usage_error(verb, "%s", error.text);
	count = take_images(argc - taken, argv + taken, images, &error);
	if (count < 0)
		return usage_error(verb, "%s", error.text);

	device = jh_open(&error);
	if (!device)
		return report(verb, &error);
	result = jh_cell_load(device, &cell, images, count, &error);
	jh_close(device);
	return result < 0 ? report(verb, &error) : EXIT_SUCCESS;
}

int cmd_cell_start(const struct verb *verb, int argc, char **argv)
{
	struct jh_device *device;
	struct jh_cell_ref cell;
	struct jh_error error;
	int result;

	if (take_cell_only(argc, argv, &cell, NULL, &error) < 0)
		return usage_error(verb, "%s", error.text);
	device = jh_open(&error);
	if (!device)
		return report(verb, &error);
	result = jh_cell_start(device, &cell, &error);
	jh_close(device);
	return result < 0 ? report(verb, &error) : EXIT_SUCCESS;
}

/* Shutdown and destroy differ in the function of the library alone. */
static int stop(const struct verb *verb, int argc, char **argv,
		int (*function)(struct jh_device *, const struct jh_cell_ref *, bool,
				struct jh_error *))
{
	struct jh_device *device;
	struct jh_cell_ref cell;
	struct jh_error error;
	bool force = false;
	int result;

	if (take_cell_only(argc, argv, &cell, &force, &error) < 0)
		return usage_error(verb, "%s", error.text);
	device = jh_open(&error);
	if (!device)
		return report(verb, &error);
	result = function(device, &cell, force, &error);
	jh_close(device);
	return result < 0 ? report(verb, &error) : EXIT_SUCCESS;
}

int cmd_cell_shutdown(const struct verb *verb, int argc, char **argv)
{
	return stop(verb, argc, argv, jh_cell_shutdown);
}

int cmd_cell_destroy(const struct verb *verb, int argc, char **argv)
{
	return stop(verb, argc, argv, jh_cell_destroy);
}
