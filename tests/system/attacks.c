/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Runs the attacks of a table (attacks.table, which says what its lines mean) in a cell, one after the
 * other, and judges each. One program instead of a script, because a script takes a second an attack.
 *
 *	attacks TABLE
 *
 * From the environment: cell and cell_file, the hostile cell and its configuration; cpu, its CPU;
 * where, words of this machine, with commas: a line is tried if one of its words is among them;
 * registers, a regular expression by which the registers of a failed cell are known on the console;
 * canary=yes if a cell watches beside it; witness, the physical address of a page of the root cell
 * that holds a pattern from here on; and what the table has behind "$".
 *
 * After each attack: the hostile cell is stopped, the canary has said since that nothing touched it,
 * the root's page is as it was, and the kernel has nothing to complain. A line "ok - " or "not ok - "
 * each, and "attacks: N tried" at the end.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <regex.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "jailhouse.h"

#define PAGE	  4096
#define MAX_TEXTS 12
#define ERROR	  3 /* of the levels; what programs log has higher numbers */

struct attack {
	char *where, *end, *arguments;
	char *texts[MAX_TEXTS];
	unsigned int count;
};

/* What an end means: the state that the cell comes to, and how it is stopped then. */
struct end {
	const char *name, *state;
	enum {
		ASKED,
		FORCED,
		DEAF,	   /* forced, but first it does not answer when it is asked */
		PESTERED,  /* forced, after much was asked of it and about it */
		DESTROYED, /* with all that it has, while it runs */
	} stop;
	bool stopped; /* by the hypervisor, which says why and shows registers */
};

static const struct end ends[] = {
	{ "fails", "failed", ASKED, true },
	{ "whole", "failed", ASKED, true }, /* and no CPU of it goes on */
	{ "survives", "running", ASKED, false },
	{ "forced", "running", FORCED, false },
	{ "deaf", "running", DEAF, false },
	{ "locked", "running/locked", FORCED, false },
	{ "invalid", "invalid", FORCED, false },
	{ "stops", "shut down", ASKED, false },
	{ "gives-up", "failed", ASKED, false },
	{ "either", "failed,running", FORCED, false },
	{ "any", NULL, PESTERED, false },
	{ "destroyed", "running", DESTROYED, false },
};

static struct jh_device *device;
static struct jh_cell_ref cell;
static struct jh_error error;
static int kernel_log = -1, physical = -1;
static volatile uint64_t *witness;
static char console[1 << 20]; /* what was said since the attack began */
static size_t console_length;
static unsigned int tried;
static bool cell_exists;
static char why[4096]; /* the attack that runs has failed, if there is anything */

static void blame(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void blame(const char *format, ...)
{
	size_t used = strlen(why);
	va_list args;

	va_start(args, format);
	vsnprintf(why + used, sizeof(why) - used, format, args);
	va_end(args);
	used = strlen(why);
	snprintf(why + used, sizeof(why) - used, "\n");
}

static void give_up(const char *what)
{
	printf("not ok - attacks: %s\n", what);
	exit(1);
}

static const char *setting(const char *name)
{
	const char *value = getenv(name);

	return value ? value : "";
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec + time.tv_nsec / 1e9;
}

/* Repeats @function until it is true, at most so long. */
static bool wait_for(double seconds, bool (*function)(const void *), const void *arg)
{
	double end = now() + seconds;

	while (!function(arg)) {
		if (now() > end)
			return false;
		usleep(5000);
	}
	return true;
}

/* Have these two lists of words, with commas between them, one in common? */
static bool words_meet(const char *words, const char *others)
{
	for (size_t length; *words; words += length + (words[length] == ',')) {
		length = strcspn(words, ",");
		for (const char *at = others; *at; at += strcspn(at, ","), at += *at == ',')
			if (strcspn(at, ",") == length && !strncmp(at, words, length))
				return true;
	}
	return false;
}

/* --- the console --- */

static void console_take(void)
{
	unsigned int limit = 256; /* a cell may print faster than this reads */
	ssize_t got, n;

	do {
		if (console_length > sizeof(console) / 2) {
			memmove(console, console + sizeof(console) / 4,
				console_length -= sizeof(console) / 4);
		}
		got = jh_console_read(device, console + console_length,
				      sizeof(console) - console_length - 1, false, &error);
		/* What cells print may have bytes of 0 in it, which would end the text. */
		for (n = 0; n < got; n++)
			if (!console[console_length + n])
				console[console_length + n] = ' ';
		if (got > 0)
			console_length += got;
	} while (got > 0 && --limit);
	console[console_length] = 0;
}

static regex_t *compile(const char *pattern)
{
	static regex_t regex;
	static bool used;

	if (used)
		regfree(&regex);
	used = true;
	if (regcomp(&regex, pattern, REG_EXTENDED | REG_NEWLINE)) {
		printf("not ok - attacks: '%s' is no regular expression\n", pattern);
		exit(1);
	}
	return &regex;
}

/* How many lines have it. */
static unsigned int lines_with(const char *pattern)
{
	const regex_t *regex = compile(pattern);
	const char *at = console;
	unsigned int count = 0;
	regmatch_t match;

	while (!regexec(regex, at, 1, &match, at == console ? 0 : REG_NOTBOL)) {
		count++;
		at = strchr(at + match.rm_so, '\n');
		if (!at)
			break;
		at++;
	}
	return count;
}

/* A text, or "COUNTx TEXT". */
static bool text_is_there(const void *text)
{
	unsigned int wanted;
	int length = 0;

	console_take();
	if (sscanf(text, "%ux %n", &wanted, &length) == 1 && length)
		return lines_with((const char *)text + length) == wanted;
	return lines_with(text) > 0;
}

/* After the first text that did not come the others need not be waited for. */
static void expect(const char *text)
{
	if (!wait_for(why[0] ? 0 : 40, text_is_there, text))
		blame("never said: %s", text);
}

/* --- states --- */

static struct jh_cell *find_cell(struct jh_cell *cells, ssize_t count)
{
	for (ssize_t n = 0; n < count; n++)
		if (!strcmp(cells[n].name, cell.name))
			return &cells[n];
	return NULL;
}

static bool state_is(const void *arg)
{
	const struct end *end = arg;
	struct jh_cell *cells, *found;
	ssize_t count = jh_cell_list(&cells, &error);
	bool good;

	if (count < 0)
		return false;
	found = find_cell(cells, count);
	good = found && words_meet(end->state, found->state) &&
	       (!end->stopped || !strcmp(found->cpus_failed, setting("cpu")));
	free(cells);
	return good;
}

/* Something of the canary that was said since. */
static bool canary_spoke(const void *arg)
{
	(void)arg;
	console_take();
	return lines_with("canary: ticks=.*\n") > 0;
}

static void check_canary(void)
{
	console_take();
	if (lines_with("canary: .*bad=[1-9]"))
		blame("the canary was touched");
	/* What it says from here on. */
	console_length = 0;
	if (!wait_for(10, canary_spoke, NULL))
		blame("the canary says nothing any more");
	else if (lines_with("canary: .*bad=[1-9]"))
		blame("the canary was touched");
}

static uint64_t witness_word(unsigned int n)
{
	return (n + 1) * 0x2545f4914f6cdd1dULL;
}

static void check_root(void)
{
	char line[1024];
	ssize_t got;

	for (unsigned int n = 0; n < PAGE / sizeof(*witness); n++)
		if (witness[n] != witness_word(n))
			blame("word %u of the root's page is 0x%llx", n,
			      (unsigned long long)witness[n]);
	while ((got = read(kernel_log, line, sizeof(line) - 1)) > 0 ||
	       (got < 0 && errno == EPIPE)) {
		if (got < 0)
			continue;
		line[got] = 0;
		if (atoi(line) <= ERROR || strstr(line, "cut here"))
			blame("the kernel said: %.*s", (int)strcspn(line, "\n"), line);
	}
}

/* --- the hostile cell --- */

static void create_cell(void)
{
	if (cell_exists)
		return;
	if (jh_cell_create(device, setting("cell_file"), &error))
		give_up(error.text);
	cell_exists = true;
}

static void destroy_cell(bool force)
{
	if (!cell_exists)
		return;
	if (jh_cell_destroy(device, &cell, force, &error))
		give_up(error.text);
	cell_exists = false;
}

static bool start_cell(const char *arguments)
{
	char line[256];
	const struct jh_image images[] = {
		{ .path = "/usr/share/jailhouse/inmates/hostile.bin" },
		{ .string = line, .address = 0x1000 },
	};

	snprintf(line, sizeof(line), "attack=%s", arguments);
	create_cell();
	if (!jh_cell_load(device, &cell, images, 2, &error) &&
	    !jh_cell_start(device, &cell, &error))
		return true;
	blame("the cell does not start: %s", error.text);
	return false;
}

/* What it answers does not matter, as long as somebody does. */
static void pester_cell(void)
{
	struct jh_cell *cells;

	for (int n = 0; n < 60; n++) {
		if (jh_cell_list(&cells, &error) < 0)
			blame("cells cannot be listed: %s", error.text);
		else
			free(cells);
		if (n % 20 == 0)
			jh_cell_shutdown(device, &cell, false, &error);
	}
}

static void check_silence(void)
{
	usleep(500000);
	console_take();
	if (lines_with("the other CPU goes on"))
		blame("a CPU of a failed cell goes on");
}

static void stop_cell(const struct end *end)
{
	if (end->stop == PESTERED)
		pester_cell();
	if (end->stop == DEAF && (!jh_cell_shutdown(device, &cell, false, &error) ||
				  !strstr(error.text, "shutdown request")))
		blame("asked for its end it did not refuse by saying nothing");
	if (end->stop == DESTROYED)
		destroy_cell(true);
	else if (jh_cell_shutdown(device, &cell, end->stop != ASKED, &error))
		blame("it does not stop: %s", error.text);
	if (why[0] && cell_exists)
		jh_cell_shutdown(device, &cell, true, &error);
}

/* --- one attack --- */

/* What the table wants to be said, and what goes with the end. */
static void expect_texts(const struct attack *attack, const struct end *end)
{
	char text[192];

	for (unsigned int n = 0; n < attack->count; n++)
		expect(attack->texts[n]);
	if (end->stopped) {
		snprintf(text, sizeof(text), "cell \"%s\" failed on CPU %s: .", cell.name,
			 setting("cpu"));
		expect(text);
		expect(setting("registers"));
	} else if (!strcmp(end->name, "survives")) {
		snprintf(text, sizeof(text), "attack %.*s: survived",
			 (int)strcspn(attack->arguments, " "), attack->arguments);
		expect(text);
	}
}

static void judge(const struct attack *attack, const struct end *end)
{
	char *said = NULL;

	expect_texts(attack, end);
	if (end->state && !wait_for(5, state_is, end))
		blame("the cell is not %s", end->state);
	if (!strcmp(end->name, "whole"))
		check_silence();
	if (why[0])
		said = strdup(console);
	stop_cell(end);
	if (getenv("canary"))
		check_canary();
	check_root();
	if (said)
		blame("on the console:\n%s", said);
	free(said);
}

static const struct end *end_of(const struct attack *attack)
{
	for (size_t n = 0; n < sizeof(ends) / sizeof(ends[0]); n++)
		if (!strcmp(ends[n].name, attack->end))
			return &ends[n];
	printf("not ok - attacks: '%s' is no end of an attack\n", attack->end);
	exit(1);
}

static void show(const struct attack *attack)
{
	if (!why[0]) {
		printf("ok - %s: %s%s%s\n", attack->arguments, attack->end,
		       attack->count ? ", " : "", attack->count ? attack->texts[0] : "");
	} else {
		printf("not ok - %s: %s\n", attack->arguments, attack->end);
		for (char *line = strtok(why, "\n"); line; line = strtok(NULL, "\n"))
			printf("    | %s\n", line);
	}
	fflush(stdout);
}

static void run(const struct attack *attack)
{
	const struct end *end = end_of(attack);

	tried++;
	why[0] = 0;
	console_take();
	console_length = 0;
	if (start_cell(attack->arguments))
		judge(attack, end);
	show(attack);
}

/* A word of physical memory or of a device. */
static void check_word(const struct attack *attack)
{
	unsigned long address = strtoul(attack->arguments, NULL, 0);
	volatile uint32_t *page =
		mmap(NULL, PAGE, PROT_READ, MAP_SHARED, physical, address & ~(PAGE - 1UL));
	uint32_t value;

	if (page == MAP_FAILED)
		give_up("/dev/physmem cannot be mapped");
	value = page[(address & (PAGE - 1)) / sizeof(*page)];
	munmap((void *)page, PAGE);
	tried++;
	if (attack->count == 1 && value == strtoul(attack->texts[0], NULL, 0))
		printf("ok - the word at 0x%lx is 0x%x\n", address, value);
	else
		printf("not ok - the word at 0x%lx is 0x%x\n", address, value);
}

/* --- the table --- */

/* Replaces "$name" by what the environment says. */
static void expand(const char *from, char *to, size_t size)
{
	size_t used = 0;

	while (*from && used + 1 < size) {
		char name[32];
		size_t length = 0;

		if (*from != '$' || !isalpha(from[1])) {
			to[used++] = *from++;
			continue;
		}
		for (from++; (isalnum(*from) || *from == '_') && length + 1 < sizeof(name); from++)
			name[length++] = *from;
		name[length] = 0;
		used += snprintf(to + used, size - used, "%s", setting(name));
	}
	to[used < size ? used : size - 1] = 0;
}

/* "WHERE END ARGUMENTS ; TEXT ; TEXT"; false for lines that are not for this machine. */
static bool parse(char *line, struct attack *attack)
{
	char *rest, *text;

	memset(attack, 0, sizeof(*attack));
	attack->where = strtok_r(line, " \t\n", &rest);
	if (!attack->where || attack->where[0] == '#' ||
	    !words_meet(attack->where, setting("where")))
		return false;
	attack->end = strtok_r(NULL, " \t\n", &rest);
	if (!attack->end)
		give_up("a line of the table has no second word");
	rest += strspn(rest, " \t");
	rest[strcspn(rest, "\n")] = 0;
	attack->arguments = rest;
	while ((text = strstr(rest, " ; ")) && attack->count < MAX_TEXTS) {
		*text = 0;
		rest = text + 3;
		attack->texts[attack->count++] = rest;
	}
	return true;
}

static void obey(const struct attack *attack)
{
	if (!strcmp(attack->end, "section")) {
		printf("# %s\n", attack->arguments);
		destroy_cell(false);
	} else if (!strcmp(attack->end, "destroy")) {
		destroy_cell(false);
	} else if (!strcmp(attack->end, "word")) {
		check_word(attack);
	} else {
		run(attack);
	}
}

static void look_around(void)
{
	device = jh_open(&error);
	if (!device || jh_cell_ref_parse(setting("cell"), true, &cell, &error))
		give_up(error.text);
	physical = open("/dev/physmem", O_RDWR | O_SYNC);
	witness = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, physical,
		       strtoul(setting("witness"), NULL, 0));
	if (witness == MAP_FAILED)
		give_up("the root's page cannot be mapped by /dev/physmem");
	for (unsigned int n = 0; n < PAGE / sizeof(*witness); n++)
		witness[n] = witness_word(n);
	kernel_log = open("/dev/kmsg", O_RDONLY | O_NONBLOCK);
	if (kernel_log < 0 || lseek(kernel_log, 0, SEEK_END) < 0)
		give_up("/dev/kmsg cannot be read");
}

int main(int argc, char **argv)
{
	FILE *table = argc == 2 ? fopen(argv[1], "r") : NULL;
	char line[1024], expanded[1024];
	struct attack attack;

	if (!table) {
		fprintf(stderr, "usage: attacks TABLE\n");
		return 2;
	}
	look_around();
	while (fgets(line, sizeof(line), table)) {
		expand(line, expanded, sizeof(expanded));
		if (parse(expanded, &attack))
			obey(&attack);
	}
	destroy_cell(false);
	printf("attacks: %u tried\n", tried);
	return 0;
}
