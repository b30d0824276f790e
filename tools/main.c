/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The jailhouse command: finds the verb, runs it, prints help.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verb.h"

#define CELL  "{ID | [--name] NAME}"
#define FORCE "  -f, --force       do not ask the cell, it has no say and gets no time to finish\n"

static const struct verb verbs[] = {
	{ "enable", "SYSCONFIG", "take over the machine, Linux becomes the root cell", "",
	  cmd_enable },
	{ "disable", "", "destroy all cells and give the machine back to Linux", "", cmd_disable },
	{ "console", "[-f]", "print what hypervisor and cells said",
	  "  -f, --follow      go on with what they say from now on, until interrupted\n",
	  cmd_console },
	{ "cell create", "CONFIG", "make a cell and give it its CPUs, memory and devices", "",
	  cmd_cell_create },
	{ "cell list", "", "show all cells", "", cmd_cell_list },
	{ "cell load", CELL " {IMAGE | -s STRING} [-a ADDRESS] ...",
	  "shut a cell down and load images into it",
	  "  IMAGE             a file\n"
	  "  -s, --string TEXT this text, with a NUL at its end, instead of a file\n"
	  "  -a, --address A   where in the memory of the cell the image before goes, default 0\n",
	  cmd_cell_load },
	{ "cell start", CELL, "start a cell, or start it again", "", cmd_cell_start },
	{ "cell shutdown", "[--force] " CELL, "ask a cell to stop, and stop it", FORCE,
	  cmd_cell_shutdown },
	{ "cell destroy", "[--force] " CELL, "shut a cell down and give all it has back to Linux",
	  FORCE, cmd_cell_destroy },
	{ "cell stats", "[-i SECONDS] " CELL, "show how often and why a cell was interrupted",
	  "  -i, --interval S  again every S seconds, until interrupted or the cell is gone\n",
	  cmd_cell_stats },
};

int report(const struct verb *verb, const struct jh_error *error)
{
	fflush(stdout);
	fprintf(stderr, "jailhouse: %s: %s\n", verb->name, error->text);
	return EXIT_FAILURE;
}

int usage_error(const struct verb *verb, const char *format, ...)
{
	va_list args;

	fprintf(stderr, "jailhouse: %s: ", verb->name);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fprintf(stderr, "\nusage: jailhouse %s%s%s\nTry 'jailhouse %s --help'.\n", verb->name,
		*verb->arguments ? " " : "", verb->arguments, verb->name);
	return EXIT_USAGE;
}

static bool is_help(const char *argument)
{
	return !strcmp(argument, "-h") || !strcmp(argument, "--help");
}

static void help_verb(const struct verb *verb)
{
	printf("usage: jailhouse %s%s%s\n\n%s\n", verb->name, *verb->arguments ? " " : "",
	       verb->arguments, verb->summary);
	if (*verb->options)
		printf("\n%s", verb->options);
}

/* Prints the verbs whose first word is @group, or all. */
static void help_table(FILE *out, const char *group)
{
	size_t i, length = group ? strlen(group) : 0;

	fprintf(out, "usage: jailhouse %s%sVERB [ARGUMENT ...]\n\n", group ? group : "",
		group ? " " : "");
	for (i = 0; i < ARRAY_SIZE(verbs); i++)
		if (!group ||
		    (!strncmp(verbs[i].name, group, length) && verbs[i].name[length] == ' '))
			fprintf(out, "  %-14s  %s\n", verbs[i].name, verbs[i].summary);
	fprintf(out, "\n'jailhouse VERB --help' explains a verb, 'jailhouse --version' tells the "
		     "version.\n");
}

/* Returns how many words at the front of @argv name @verb, 0 if they do not. */
static int matches(const struct verb *verb, int argc, char **argv)
{
	const char *second = strchr(verb->name, ' ');
	size_t length = second ? (size_t)(second - verb->name) : strlen(verb->name);

	if (!argc || strlen(argv[0]) != length || strncmp(verb->name, argv[0], length))
		return 0;
	if (!second)
		return 1;
	return argc > 1 && !strcmp(second + 1, argv[1]) ? 2 : 0;
}

static bool is_group(const char *word)
{
	size_t i, length = strlen(word);

	for (i = 0; i < ARRAY_SIZE(verbs); i++)
		if (!strncmp(verbs[i].name, word, length) && verbs[i].name[length] == ' ')
			return true;
	return false;
}

static int no_verb(int argc, char **argv)
{
	bool group = argc && is_group(argv[0]);

	if (group && argc > 1)
		fprintf(stderr, "jailhouse: unknown verb '%s %s'\n", argv[0], argv[1]);
	else if (argc && !group)
		fprintf(stderr, "jailhouse: unknown verb '%s'\n", argv[0]);
	else
		fprintf(stderr, "jailhouse: a verb is missing\n");
	help_table(stderr, group ? argv[0] : NULL);
	return EXIT_USAGE;
}

static int run(int argc, char **argv)
{
	size_t i;
	int words;

	if (argc && is_help(argv[0])) {
		help_table(stdout, NULL);
		return EXIT_SUCCESS;
	}
	if (argc && !strcmp(argv[0], "--version")) {
		printf("jailhouse %s\n", JAILHOUSE_VERSION);
		return EXIT_SUCCESS;
	}
	if (argc > 1 && is_group(argv[0]) && is_help(argv[1])) {
		help_table(stdout, argv[0]);
		return EXIT_SUCCESS;
	}
	for (i = 0; i < ARRAY_SIZE(verbs); i++) {
		words = matches(&verbs[i], argc, argv);
		if (!words)
			continue;
		if (argc > words && is_help(argv[words])) {
			help_verb(&verbs[i]);
			return EXIT_SUCCESS;
		}
		return verbs[i].run(&verbs[i], argc - words, argv + words);
	}
	return no_verb(argc, argv);
}

int main(int argc, char **argv)
{
	int status = run(argc ? argc - 1 : 0, argv + 1);

	if (fflush(stdout) || ferror(stdout)) {
		fprintf(stderr, "jailhouse: cannot write to standard output\n");
		return status ? status : EXIT_FAILURE;
	}
	return status;
}
