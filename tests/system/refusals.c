/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Runs the matrix of wrong configurations and wrong uses, refusals.table, or one section of it.
 *
 *	refusals TABLE SECTION NAME=VALUE...
 *
 * Names: "machines" (words, one of which the second column of a case has to have; "any" is always
 * among them), "system", "cell" and "second" (right configurations, which are changed), and whatever
 * stands in braces in the table.
 *
 * All happens in this one process, through the library that the command uses, because starting a
 * program takes longer than a refusal. After each case nothing may have changed: enabled or not, the
 * cells and their states, Linux's CPUs, the page pool, and the kernel has not complained; after each
 * tenth one a right use has to work.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "edit.h"
#include "refusals.h"

#define MAX_NAMES  48
#define MAX_LINE   1024
#define WRONG_FILE "/run/wrong.cell"

struct test_case {
	char *name, *machines, *what, *code, *text;
};

static struct {
	const char *name, *value;
} names[MAX_NAMES];

static struct jh_device *device;
static unsigned int cases, failures;

const char *value_of(const char *name)
{
	unsigned int n;

	for (n = 0; n < MAX_NAMES && names[n].name; n++)
		if (!strcmp(names[n].name, name))
			return names[n].value;
	fprintf(stderr, "refusals: no value for '%s'\n", name);
	exit(2);
}

/* Puts the values of {NAME} into @line. */
static void fill_in(const char *line, char *filled, size_t size)
{
	char name[32], *end = filled + size - 1;
	const char *close;

	while (*line && filled < end) {
		close = *line == '{' ? strchr(line, '}') : NULL;
		if (!close) {
			*filled++ = *line++;
			continue;
		}
		snprintf(name, sizeof(name), "%.*s", (int)(close - line - 1), line + 1);
		filled += snprintf(filled, end - filled, "%s", value_of(name));
		line = close + 1;
	}
	*filled = 0;
}

/* Returns the text before the next '|' without blanks around it. */
static char *column(char **rest)
{
	char *start = strsep(rest, "|"), *end;

	if (!start)
		return "";
	start += strspn(start, " \t");
	end = start + strlen(start);
	while (end > start && strchr(" \t\n", end[-1]))
		*--end = 0;
	return start;
}

/* Is one of the @words among those of this machine? */
static bool is_here(const char *words)
{
	char copy[128], *rest = copy, *word;

	snprintf(copy, sizeof(copy), "%s", words);
	while ((word = strsep(&rest, " ")))
		if (!strcmp(word, "any") || (*word && strstr(value_of("machines"), word)))
			return true;
	return false;
}

/* --- what is done -------------------------------------------------------------------------- */

/* Changes the configuration that @which names. */
static void change(const char *which, char **arguments)
{
	edit_load(value_of(which));
	while (*arguments)
		edit_argument(*arguments++);
}

static int do_system(char **arguments, struct jh_error *error)
{
	change("system", arguments);
	edit_save(WRONG_FILE);
	return jh_enable(device, WRONG_FILE, error);
}

static int do_cell(char **arguments, struct jh_error *error)
{
	change("cell", arguments);
	edit_save(WRONG_FILE);
	return jh_cell_create(device, WRONG_FILE, error);
}

static int do_second(char **arguments, struct jh_error *error)
{
	change("second", arguments);
	edit_save(WRONG_FILE);
	return jh_cell_create(device, WRONG_FILE, error);
}

static int do_raw_system(char **arguments, struct jh_error *error)
{
	size_t size;
	const void *data;

	change("system", arguments);
	data = edit_data(&size);
	return raw_system(data, size, error);
}

/* The configuration itself, and how much longer the call says that it is. */
static int raw_cell_of(char **arguments, size_t more, struct jh_error *error)
{
	size_t size;
	const void *data;

	change("cell", arguments);
	data = edit_data(&size);
	return raw_cell(data, size, size + more, error);
}

static int do_raw_cell(char **arguments, struct jh_error *error)
{
	return raw_cell_of(arguments, 0, error);
}

static int do_long_cell(char **arguments, struct jh_error *error)
{
	return raw_cell_of(arguments, 4096, error);
}

static int do_file(char **arguments, struct jh_error *error)
{
	if (!strcmp(arguments[0], "enable"))
		return jh_enable(device, arguments[1], error);
	return jh_cell_create(device, arguments[1], error);
}

static int do_disable(char **arguments, struct jh_error *error)
{
	(void)arguments;
	return jh_disable(device, error);
}

/* A verb for the cell that is the first argument. */
static int do_cell_verb(char **arguments, struct jh_error *error,
			int (*verb)(struct jh_device *, const struct jh_cell_ref *,
				    struct jh_error *))
{
	struct jh_cell_ref cell;
	int result = jh_cell_ref_parse(arguments[0] ? arguments[0] : "", false, &cell, error);

	return result ? result : verb(device, &cell, error);
}

static int shutdown_verb(struct jh_device *to, const struct jh_cell_ref *cell,
			 struct jh_error *error)
{
	return jh_cell_shutdown(to, cell, false, error);
}

static int destroy_verb(struct jh_device *to, const struct jh_cell_ref *cell,
			struct jh_error *error)
{
	return jh_cell_destroy(to, cell, false, error);
}

static int do_start(char **arguments, struct jh_error *error)
{
	return do_cell_verb(arguments, error, jh_cell_start);
}

static int do_shutdown(char **arguments, struct jh_error *error)
{
	return do_cell_verb(arguments, error, shutdown_verb);
}

static int do_destroy(char **arguments, struct jh_error *error)
{
	return do_cell_verb(arguments, error, destroy_verb);
}

static const struct {
	const char *name;
	int (*run)(char **arguments, struct jh_error *error);
} verbs[] = {
	{ "system", do_system },
	{ "cell", do_cell },
	{ "second", do_second },
	{ "raw-system", do_raw_system },
	{ "raw-cell", do_raw_cell },
	{ "long-cell", do_long_cell },
	{ "file", do_file },
	{ "disable", do_disable },
	{ "start", do_start },
	{ "shutdown", do_shutdown },
	{ "destroy", do_destroy },
	{ "ioctl", raw_ioctl },
	{ "load", raw_load },
	{ "images", raw_images },
	{ "unterminated", raw_unterminated },
	{ "unload", raw_unload },
	{ "two", two_at_once },
	{ "during", one_during },
	{ "killed", killed },
	{ "starved", starved },
	{ "narrow", narrow },
};

/* Does what the third column says. */
static int act(char *what, struct jh_error *error)
{
	char *arguments[32] = { 0 }, *word;
	unsigned int n, count = 0;

	while ((word = strsep(&what, " ")) && count < 31)
		if (*word)
			arguments[count++] = word;
	for (n = 0; count && n < sizeof(verbs) / sizeof(verbs[0]); n++)
		if (!strcmp(verbs[n].name, arguments[0]))
			return verbs[n].run(arguments + 1, error);
	fprintf(stderr, "refusals: no verb '%s'\n", count ? arguments[0] : "");
	exit(2);
}

/* --- what is checked ----------------------------------------------------------------------- */

static void note(const char *file)
{
	FILE *sum = fopen(file, "a");

	if (sum) {
		fputs("refusals\n", sum);
		fclose(sum);
	}
}

static void bad(const struct test_case *test, const char *format, ...)
{
	va_list args;

	failures++;
	printf("not ok - %s: ", test->name);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
	note("/run/lab/failed");
}

/* Is it the expected refusal? */
static bool judge(const struct test_case *test, int result, const struct jh_error *error)
{
	const char *code = strerrorname_np(error->code < 0 ? -error->code : error->code);

	if (!result)
		bad(test, "it succeeded, expected: %s", test->text);
	else if (!strstr(error->text, test->text))
		bad(test, "it says '%s', expected: %s", error->text, test->text);
	else if (*test->code && strcmp(test->code, "-") && strcmp(test->code, code ? code : "?"))
		bad(test, "'%s' with %s, expected %s", error->text, code, test->code);
	else
		return true;
	return false;
}

static void run_case(const struct test_case *test, struct machine_state *before)
{
	struct machine_state after;
	struct jh_error error = { 0 };
	char complaint[256];
	int result;
	bool good;

	result = act(test->what, &error);
	good = judge(test, result, &error);
	state_read(&after);
	if (strcmp(before->text, after.text)) {
		bad(test, "it was '%s' before and '%s' after", before->text, after.text);
		state_restore(device, before);
		state_read(before);
		good = false;
	}
	if (kernel_complains(complaint, sizeof(complaint))) {
		bad(test, "the kernel says: %s", complaint);
		good = false;
	}
	if (!good)
		return;
	printf("ok - %s: %s\n", test->name, error.text);
	note("/run/lab/ok");
}

/* A right use works, and leaves nothing either. */
static void run_right(struct machine_state *before)
{
	struct test_case test = { .name = "a right use works" };
	struct machine_state after;
	struct jh_error error;

	if (right_use(device, &error)) {
		bad(&test, "%s", error.text);
		return;
	}
	state_read(&after);
	if (strcmp(before->text, after.text))
		bad(&test, "it was '%s' before and '%s' after", before->text, after.text);
}

/* Runs the cases of @section that are for this machine. */
static void run_section(FILE *table, const char *section)
{
	char line[MAX_LINE], filled[MAX_LINE], title[64], *rest;
	struct machine_state before;
	struct test_case test;
	bool inside = false;

	snprintf(title, sizeof(title), "[%s]\n", section);
	state_read(&before);
	while (fgets(line, sizeof(line), table)) {
		if (line[0] == '[')
			inside = !strcmp(line, title);
		if (!inside || strchr("[#\n", line[0]))
			continue;
		rest = line;
		test.name = column(&rest);
		test.machines = column(&rest);
		if (!is_here(test.machines))
			continue;
		fill_in(rest, filled, sizeof(filled));
		rest = filled;
		test.what = column(&rest);
		test.code = column(&rest);
		test.text = column(&rest);
		cases++;
		run_case(&test, &before);
		if (cases % 10 == 0)
			run_right(&before);
		fflush(stdout);
	}
	run_right(&before);
}

int main(int argc, char **argv)
{
	struct jh_error error;
	time_t start = time(NULL);
	FILE *table;
	int n;

	for (n = 3; n < argc && n < MAX_NAMES + 3; n++) {
		names[n - 3].name = strsep(&argv[n], "=");
		names[n - 3].value = argv[n] ? argv[n] : "";
	}
	table = argc > 2 ? fopen(argv[1], "r") : NULL;
	device = jh_open(&error);
	if (!table || !device || raw_open()) {
		fprintf(stderr, "refusals: no table '%s', or no driver\n", argc > 1 ? argv[1] : "");
		return 2;
	}
	kernel_complains(NULL, 0);
	run_section(table, argv[2]);
	printf("# %s: %u cases, %u failures, %ld s\n", argv[2], cases, failures,
	       (long)(time(NULL) - start));
	jh_close(device);
	return failures || !cases;
}
