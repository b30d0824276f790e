/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Takes single processors away from an emulator, as system management, a debugger or a hypervisor below takes
 * them away from a system: at any instruction, for some time, while the others go on.
 *
 *	preempt SEED PID
 *
 * The threads of the emulator that are processors ("CPU 0/TCG") are stopped one by one (ptrace(2)), mostly for
 * some milliseconds, seldom for seconds, until this program gets SIGTERM or the emulator ends. Then it says how
 * often. The same seed makes the same sequence; what it hits depends on the computer.
 */
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <time.h>

#define CPUS_MAX 64

static pid_t threads[CPUS_MAX];
static unsigned int count;
static volatile sig_atomic_t over;

static void end(int signal)
{
	(void)signal;
	over = 1;
}

static void wait_ms(long ms)
{
	struct timespec time = { ms / 1000, ms % 1000 * 1000000 };

	while (!over && nanosleep(&time, &time) && errno == EINTR)
		;
}

static bool is_cpu(const char *process, const char *thread)
{
	char path[64], name[32] = "";
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%.10s/task/%.10s/comm", process, thread);
	file = fopen(path, "r");
	if (!file)
		return false;
	if (!fgets(name, sizeof(name), file))
		name[0] = 0;
	fclose(file);
	return !strncmp(name, "CPU ", 4);
}

/* They are all there when the first line has come from the emulated machine. */
static int find_threads(const char *process)
{
	struct dirent *entry;
	char path[64];
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%.10s/task", process);
	dir = opendir(path);
	while (dir && (entry = readdir(dir)) && count < CPUS_MAX)
		if (is_cpu(process, entry->d_name))
			threads[count++] = atoi(entry->d_name);
	if (dir)
		closedir(dir);
	return count ? 0 : -1;
}

/* It has stopped by a signal of its own, which it gets. */
static void pass_on(pid_t thread, int status)
{
	bool group_stop = status >> 16 == PTRACE_EVENT_STOP;

	ptrace(PTRACE_CONT, thread, 0, (long)(group_stop ? 0 : WSTOPSIG(status)));
}

/* Returns false when there is nobody any more. */
static bool stop(pid_t thread)
{
	int status;

	if (ptrace(PTRACE_INTERRUPT, thread, 0, 0))
		return false;
	while (waitpid(thread, &status, __WALL) == thread && WIFSTOPPED(status)) {
		if (status >> 16 == PTRACE_EVENT_STOP)
			return true;
		pass_on(thread, status);
	}
	return false;
}

/* Threads that run may stop by signals at any time. */
static void serve(void)
{
	pid_t thread;
	int status;

	while ((thread = waitpid(-1, &status, __WALL | WNOHANG)) > 0)
		if (WIFSTOPPED(status))
			pass_on(thread, status);
}

/* How long: of a hundred times ninety for moments, one for longer than anybody waits. */
static long absence_ms(void)
{
	int kind = rand() % 100;

	if (kind < 90)
		return 1 + rand() % 30;
	if (kind < 99)
		return 100 + rand() % 900;
	return 2000 + rand() % 3000;
}

int main(int argc, char **argv)
{
	unsigned long away = 0;
	unsigned int n;
	pid_t thread;

	if (argc != 3 || find_threads(argv[2])) {
		fprintf(stderr,
			"usage: preempt SEED PID (of an emulator with -name debug-threads=on)\n");
		return 2;
	}
	srand((unsigned int)atoi(argv[1]));
	signal(SIGTERM, end);
	for (n = 0; n < count; n++) {
		if (ptrace(PTRACE_SEIZE, threads[n], 0, 0)) {
			perror("preempt: the emulator cannot be traced");
			return 1;
		}
	}
	while (!over) {
		serve();
		wait_ms(rand() % 20);
		thread = threads[(unsigned int)rand() % count];
		if (!stop(thread))
			break;
		wait_ms(absence_ms());
		ptrace(PTRACE_CONT, thread, 0, 0);
		away++;
	}
	fprintf(stderr, "preempt: %lu times a processor was away\n", away);
	return 0;
}
