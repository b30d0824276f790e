/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Cases with more than one process: two at once, one in the way of another, one that is killed.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <jailhouse/driver.h>

#include "refusals.h"

#define MOST_CALLS 500
#define STARVE	   "/sys/module/jailhouse/parameters/starve_"
#define KILLS	   12
#define PATIENCE   30 /* seconds */

static const struct jh_cell_ref cell = { .id = 1 };

int with_device(const char *verb, struct jh_error *error)
{
	struct jh_image image = { .string = "not much", .address = 0x1000 };
	struct jh_device *device = jh_open(error);
	int result = -1;

	if (!device)
		return -1;
	if (!strcmp(verb, "enable"))
		result = jh_enable(device, value_of("system"), error);
	else if (!strcmp(verb, "disable"))
		result = jh_disable(device, error);
	else if (!strcmp(verb, "create"))
		result = jh_cell_create(device, value_of("cell"), error);
	else if (!strcmp(verb, "destroy"))
		result = jh_cell_destroy(device, &cell, true, error);
	else if (!strcmp(verb, "start"))
		result = jh_cell_start(device, &cell, error);
	else if (!strcmp(verb, "load"))
		result = jh_cell_load(device, &cell, &image, 1, error);
	jh_close(device);
	return result;
}

int undo(const char *verb, struct jh_error *error)
{
	if (!strcmp(verb, "enable"))
		return with_device("disable", error);
	if (!strcmp(verb, "disable"))
		return with_device("enable", error);
	if (!strcmp(verb, "create"))
		return with_device("destroy", error);
	return 0;
}

int set_error(struct jh_error *error, int code, const char *text, int a, int b)
{
	error->code = code;
	snprintf(error->text, sizeof(error->text), text, a, b);
	return -1;
}

/* A process that does @verb, once or until it fails; its error goes to @pipe. */
static pid_t start(const char *verb, bool repeat, int pipe)
{
	time_t end = time(NULL) + PATIENCE;
	struct jh_error error = { 0 };
	pid_t child = fork();

	if (child)
		return child;
	while (!with_device(verb, &error) && repeat && time(NULL) < end)
		;
	if (write(pipe, &error, sizeof(error)) != sizeof(error))
		_exit(2);
	_exit(0);
}

int two_at_once(char **arguments, struct jh_error *error)
{
	struct jh_error told[2], ignored;
	int n, link[2], refused = 0;

	if (pipe(link))
		return 0;
	for (n = 0; n < 2; n++)
		start(arguments[0], false, link[1]);
	for (n = 0; n < 2; n++) {
		if (read(link[0], &told[n], sizeof(told[n])) != sizeof(told[n]))
			return 0;
		wait(NULL);
	}
	close(link[0]);
	close(link[1]);
	for (n = 0; n < 2; n++)
		if (told[n].code) {
			refused++;
			*error = told[n];
		}
	if (refused < 2)
		undo(arguments[0], &ignored);
	return refused == 1 ? -1 : set_error(error, 0, "%d of %d were refused", refused, 2);
}

int one_during(char **arguments, struct jh_error *error)
{
	struct jh_error ignored, failed;
	const char *other = arguments[1];
	int link[2], result;

	/* A cell that can be loaded and destroyed */
	if (pipe(link) || with_device("create", error))
		return 0;
	start(arguments[0], true, link[1]);
	usleep(20000);
	result = with_device(other, &failed);
	if (read(link[0], error, sizeof(*error)) != sizeof(*error))
		return 0;
	wait(NULL);
	close(link[0]);
	close(link[1]);
	if (result)
		*error = failed;
	else if (strcmp(other, "destroy"))
		undo(other, &ignored);
	return -1;
}

static long now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000L + now.tv_nsec / 1000;
}

/* Kills a process that does @verb after @delay. Returns whether all was done. */
static bool kill_after(const char *verb, long delay)
{
	int status, link[2];
	pid_t child;

	if (pipe(link))
		return false;
	child = start(verb, false, link[1]);
	usleep(delay);
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	close(link[0]);
	close(link[1]);
	return status == 0;
}

/* From the start until a little after the time that it takes undisturbed */
int killed(char **arguments, struct jh_error *error)
{
	const char *verb = arguments[0];
	struct machine_state before, after;
	long begin = now_us(), duration;
	int n, done = 0;

	state_read(&before);
	if (with_device(verb, error))
		return -1;
	duration = now_us() - begin;
	for (n = 0; n < KILLS; n++) {
		if (undo(verb, error))
			return -1;
		state_read(&after);
		if (strcmp(before.text, after.text))
			return set_error(error, 0, "changed before kill %d of %d", n, KILLS);
		kill_after(verb, duration * n / (KILLS - 2));
		state_read(&after);
		if (strcmp(before.text, after.text))
			done++;
		else if (with_device(verb, error))
			return -1;
	}
	if (undo(verb, error))
		return -1;
	return set_error(error, 0, "killed %d times, %d times all was done", KILLS, done);
}
