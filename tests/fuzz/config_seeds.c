/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Writes the valid sample configurations as first inputs of the fuzzer.
 *
 *	config_seeds DIRECTORY
 */
#include <stdio.h>

#include "config_sample.h"

static int write_seed(const char *directory, const char *name, u8 kind, const void *data,
		      size_t size)
{
	char path[4096];
	FILE *file;
	int failed;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	file = fopen(path, "wb");
	if (!file) {
		perror(path);
		return 1;
	}
	failed = fputc(kind, file) == EOF || fwrite(data, size, 1, file) != 1;
	failed |= fclose(file) != 0;
	if (failed)
		fprintf(stderr, "%s: cannot be written\n", path);
	return failed;
}

int main(int argc, char **argv)
{
	struct system_sample system;
	struct cell_sample cell, other;

	if (argc != 2) {
		fprintf(stderr, "usage: %s DIRECTORY\n", argv[0]);
		return 1;
	}
	sample_cell(&cell);
	sample_other_cell(&other);
	sample_system(&system);
	return write_seed(argv[1], "cell", 0, &cell, sizeof(cell)) ||
	       write_seed(argv[1], "other-cell", 0, &other, sizeof(other)) ||
	       write_seed(argv[1], "system", 1, &system, sizeof(system));
}
