/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Cells and their statistics, as the driver shows them in sysfs:
 *
 *	ROOT/cells/ID/{name,state,cpus_assigned_list,cpus_failed_list}
 *	ROOT/cells/ID/statistics/COUNTER
 *	ROOT/cells/ID/statistics/cpuN/COUNTER
 *
 * A cell can vanish while it is looked at: what is gone is left out.
 */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jailhouse/driver.h>

#include "internal.h"

/* Reads a whole number in decimal from @text. Returns it, or -1 if it is none or too large. */
static int to_number(const char *text)
{
	long value = 0;

	if (!*text)
		return -1;
	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return -1;
		value = value * 10 + (*text - '0');
		if (value > INT_MAX)
			return -1;
	}
	return value;
}

int jh_cell_ref_parse(const char *text, bool is_name, struct jh_cell_ref *ref,
		      struct jh_error *error)
{
	size_t length = strlen(text);

	memset(ref, 0, sizeof(*ref));
	if (!is_name && length && strspn(text, "0123456789") == length) {
		ref->id = to_number(text);
		if (ref->id < 0)
			return jh_fail(error, EINVAL, "cell id %s is larger than %d", text,
				       INT_MAX);
		return 0;
	}
	if (!length)
		return jh_fail(error, EINVAL, "the name of the cell is empty");
	if (length > JAILHOUSE_CELL_NAME_MAXLEN)
		return jh_fail(error, EINVAL,
			       "cell name \"%.*s...\" has %zu characters, more than %d",
			       JAILHOUSE_CELL_NAME_MAXLEN, text, length,
			       JAILHOUSE_CELL_NAME_MAXLEN);
	ref->id = -1;
	memcpy(ref->name, text, length);
	return 0;
}

/* Reads the first line of DIR/NAME into @line. Returns 0, or -1 if that is not possible. */
static int read_line(const char *dir, const char *name, char *line, size_t size)
{
	char path[PATH_MAX];
	FILE *file;
	bool good;

	if (snprintf(path, sizeof(path), "%s/%s", dir, name) >= (int)sizeof(path))
		return -1;
	file = fopen(path, "re");
	if (!file)
		return -1;
	line[0] = 0;
	good = fgets(line, size, file) || !ferror(file);
	fclose(file);
	line[strcspn(line, "\n")] = 0;
	return good ? 0 : -1;
}

static int by_cell_id(const void *a, const void *b)
{
	const struct jh_cell *left = a, *right = b;

	return left->id < right->id ? -1 : left->id > right->id;
}

static int read_cell(const char *root, int id, struct jh_cell *cell)
{
	char dir[PATH_MAX];

	memset(cell, 0, sizeof(*cell));
	cell->id = id;
	if (snprintf(dir, sizeof(dir), "%s/cells/%d", root, id) >= (int)sizeof(dir) ||
	    read_line(dir, "name", cell->name, sizeof(cell->name)) ||
	    read_line(dir, "state", cell->state, sizeof(cell->state)) ||
	    read_line(dir, "cpus_assigned_list", cell->cpus_assigned,
		      sizeof(cell->cpus_assigned)) ||
	    read_line(dir, "cpus_failed_list", cell->cpus_failed, sizeof(cell->cpus_failed)))
		return -1;
	return 0;
}

/* Appends the cell @id to the list, unless it is gone. */
static int add_cell(const char *root, int id, struct jh_cell **list, size_t *count)
{
	struct jh_cell *bigger = realloc(*list, (*count + 1) * sizeof(**list));

	if (!bigger)
		return -1;
	*list = bigger;
	if (read_cell(root, id, &bigger[*count]) == 0)
		++*count;
	return 0;
}

ssize_t jh_sysfs_list(const char *root, struct jh_cell **cells, struct jh_error *error)
{
	char path[PATH_MAX];
	struct jh_cell *list = NULL;
	struct dirent *entry;
	size_t count = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/cells", root);
	dir = opendir(path);
	if (!dir && errno == ENOENT)
		return jh_fail(error, ENOENT, NO_DRIVER, path);
	if (!dir)
		return jh_fail(error, errno, "cannot read %s: %s", path, strerror(errno));

	while ((entry = readdir(dir))) {
		int id = to_number(entry->d_name);

		if (id >= 0 && add_cell(root, id, &list, &count) < 0) {
			free(list);
			closedir(dir);
			return jh_fail(error, ENOMEM, "no memory for a list of cells");
		}
	}
	closedir(dir);
	if (list)
		qsort(list, count, sizeof(*list), by_cell_id);
	*cells = list;
	return count;
}

ssize_t jh_cell_list(struct jh_cell **cells, struct jh_error *error)
{
	return jh_sysfs_list(JAILHOUSE_SYSFS, cells, error);
}

/* Returns the id of the cell that is meant, or -1. */
static int find_cell(const char *root, const struct jh_cell_ref *ref, struct jh_error *error)
{
	struct jh_cell *cells;
	ssize_t i, count = jh_sysfs_list(root, &cells, error);
	int id = -1;

	if (count < 0)
		return -1;
	for (i = 0; i < count; i++)
		if (ref->id >= 0 ? cells[i].id == ref->id : !strcmp(cells[i].name, ref->name))
			id = cells[i].id;
	free(cells);
	if (id >= 0)
		return id;
	if (ref->id >= 0)
		return jh_fail(error, ENOENT, "there is no cell with id %d", ref->id);
	return jh_fail(error, ENOENT, "there is no cell \"%s\"", ref->name);
}

/* "vmexits_total" is less than any other name. */
static int by_counter_name(const void *a, const void *b)
{
	bool left = !strcmp(a, "vmexits_total"), right = !strcmp(b, "vmexits_total");

	return left || right ? right - left : strcmp(a, b);
}

static int by_number(const void *a, const void *b)
{
	return *(const int *)a < *(const int *)b ? -1 : *(const int *)a > *(const int *)b;
}

/* Finds out which counters and CPUs there are in the directory @path. */
static int scan_statistics(const char *path, struct jh_stats *stats, struct jh_error *error)
{
	struct dirent *entry;
	DIR *dir = opendir(path);
	int *cpus, cpu;

	if (!dir)
		return jh_fail(error, errno, "cannot read %s: %s", path, strerror(errno));
	while ((entry = readdir(dir))) {
		const char *name = entry->d_name;

		if (!strncmp(name, "vmexits_", 8) && stats->num_counters < JH_MAX_COUNTERS &&
		    strlen(name) < sizeof(stats->names[0])) {
			strcpy(stats->names[stats->num_counters++], name);
		} else if (!strncmp(name, "cpu", 3) && (cpu = to_number(name + 3)) >= 0) {
			cpus = realloc(stats->cpus, (stats->num_cpus + 1) * sizeof(*cpus));
			if (!cpus) {
				closedir(dir);
				return jh_fail(error, ENOMEM, "no memory for statistics");
			}
			stats->cpus = cpus;
			cpus[stats->num_cpus++] = cpu;
		}
	}
	closedir(dir);
	qsort(stats->names, stats->num_counters, sizeof(stats->names[0]), by_counter_name);
	if (stats->cpus)
		qsort(stats->cpus, stats->num_cpus, sizeof(*stats->cpus), by_number);
	return 0;
}

static void read_counters(const char *dir, const struct jh_stats *stats, uint64_t *values)
{
	char line[32];
	size_t i;

	for (i = 0; i < stats->num_counters; i++)
		if (read_line(dir, stats->names[i], line, sizeof(line)) == 0)
			values[i] = strtoull(line, NULL, 10);
}

int jh_sysfs_stats(const char *root, const struct jh_cell_ref *cell, struct jh_stats *stats,
		   struct jh_error *error)
{
	int id = find_cell(root, cell, error);
	char path[PATH_MAX], cpu_path[PATH_MAX + 32];
	size_t i;

	memset(stats, 0, sizeof(*stats));
	if (id < 0)
		return -1;
	snprintf(path, sizeof(path), "%s/cells/%d/statistics", root, id);
	if (scan_statistics(path, stats, error) < 0) {
		jh_stats_free(stats);
		return -1;
	}
	stats->of_cpu = calloc(stats->num_cpus + 1, sizeof(stats->total));
	if (!stats->of_cpu) {
		jh_stats_free(stats);
		return jh_fail(error, ENOMEM, "no memory for statistics");
	}

	read_counters(path, stats, stats->total);
	for (i = 0; i < stats->num_cpus; i++) {
		snprintf(cpu_path, sizeof(cpu_path), "%s/cpu%d", path, stats->cpus[i]);
		read_counters(cpu_path, stats, &stats->of_cpu[i * JH_MAX_COUNTERS]);
	}
	return 0;
}

int jh_cell_stats(const struct jh_cell_ref *cell, struct jh_stats *stats, struct jh_error *error)
{
	return jh_sysfs_stats(JAILHOUSE_SYSFS, cell, stats, error);
}

void jh_stats_free(struct jh_stats *stats)
{
	free(stats->cpus);
	free(stats->of_cpu);
	memset(stats, 0, sizeof(*stats));
}
