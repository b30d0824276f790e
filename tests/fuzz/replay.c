/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Runs a fuzzer without libFuzzer: once for each file of its corpus, in the order of their names. The
 * result is a line of TAP, as of a unit test; what fails names its input.
 *
 *	replay-NAME [FILE...]	the corpus, or these files
 */
#include <dirent.h>
#include <sanitizer/common_interface_defs.h>
#include <signal.h>

#include "fuzz.h"

#define LONGEST 65536

static const char *current = "nothing";

static void name_input(void)
{
	fprintf(stderr, "not ok 1 - %s\n", current);
}

static void on_abort(int number)
{
	(void)number;
	name_input();
}

/* The copy ends with the input, so that the sanitizers see what is read beyond. */
static void replay(const char *path)
{
	static uint8_t buffer[LONGEST];
	FILE *file = fopen(path, "rb");
	uint8_t *copy;
	size_t size;

	if (!file) {
		perror(path);
		exit(1);
	}
	size = fread(buffer, 1, sizeof(buffer), file);
	fclose(file);
	copy = malloc(size + !size);
	if (!copy)
		exit(1);
	memcpy(copy, buffer, size);
	current = path;
	LLVMFuzzerTestOneInput(copy, size);
	free(copy);
}

static int is_input(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static int replay_corpus(void)
{
	struct dirent **entries;
	int count = scandir(CORPUS, &entries, is_input, alphasort), n;
	char path[4096];

	if (count < 0)
		perror(CORPUS);
	for (n = 0; n < count; n++) {
		snprintf(path, sizeof(path), "%s/%s", CORPUS, entries[n]->d_name);
		replay(path);
		free(entries[n]);
	}
	if (count >= 0)
		free(entries);
	return count;
}

int main(int argc, char **argv)
{
	int count = argc - 1, n;

	__sanitizer_set_death_callback(name_input);
	signal(SIGABRT, on_abort);
	for (n = 1; n < argc; n++)
		replay(argv[n]);
	if (argc == 1)
		count = replay_corpus();
	if (count <= 0) {
		printf("not ok 1 - %s has no inputs\n", CORPUS);
		return 1;
	}
	printf("1..1\nok 1 - %d inputs of %s\n", count, CORPUS);
	return 0;
}
