/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What everyday work of a program costs, to compare Linux before and after it became a root cell.
 *
 *	load [TIMES]	repeats each work so often (1) and prints the mean
 *
 * A line "load: NAME NANOSECONDS" each: integer (arithmetic in registers), syscall (1,000 of the
 * cheapest system call), fork (50 processes that end at once), memory (2,048 new pages touched and
 * given back), pipe (500 round trips of a byte to a process on another CPU).
 */
#define _GNU_SOURCE
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PAGE  4096
#define PAGES 2048
#define TRIPS 500
#define FORKS 50
#define CALLS 1000
#define STEPS 1000000
#define HERE  0
#define THERE 1

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set) < 0)
		die("sched_setaffinity");
}

static uint64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000ull + time.tv_nsec;
}

static void integer(void)
{
	volatile uint64_t result;
	uint64_t x = 1;

	for (int n = 0; n < STEPS; n++)
		x = x * 6364136223846793005ull + 1442695040888963407ull;
	result = x;
	(void)result;
}

static void calls(void)
{
	for (int n = 0; n < CALLS; n++)
		syscall(SYS_getppid);
}

static void forks(void)
{
	for (int n = 0; n < FORKS; n++) {
		pid_t child = fork();

		if (child < 0)
			die("fork");
		if (!child)
			_exit(0);
		waitpid(child, NULL, 0);
	}
}

static void memory(void)
{
	char *p = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		       0);

	if (p == MAP_FAILED)
		die("mmap");
	for (int n = 0; n < PAGES; n++)
		p[n * PAGE] = 1;
	munmap(p, PAGES * PAGE);
}

static int to_child[2], to_parent[2];

static void echo(void)
{
	char byte;

	pin(THERE);
	close(to_child[1]);
	while (read(to_child[0], &byte, 1) == 1)
		if (write(to_parent[1], &byte, 1) != 1)
			break;
	_exit(0);
}

static void trips(void)
{
	char byte = 0;

	for (int n = 0; n < TRIPS; n++)
		if (write(to_child[1], &byte, 1) != 1 || read(to_parent[0], &byte, 1) != 1)
			die("pipe");
}

static void measure(const char *name, void (*run)(void), int times)
{
	uint64_t start;

	run();
	start = now();
	for (int n = 0; n < times; n++)
		run();
	printf("load: %s %llu\n", name, (unsigned long long)((now() - start) / times));
}

int main(int argc, char **argv)
{
	int times = argc > 1 ? atoi(argv[1]) : 1;
	pid_t child;

	if (times < 1) {
		fprintf(stderr, "usage: load [TIMES]\n");
		return 2;
	}
	pin(HERE);
	measure("integer", integer, times);
	measure("syscall", calls, times);
	measure("fork", forks, times);
	measure("memory", memory, times);
	if (pipe(to_child) < 0 || pipe(to_parent) < 0)
		die("pipe");
	fflush(stdout);
	child = fork();
	if (child < 0)
		die("fork");
	if (!child)
		echo();
	measure("pipe", trips, times);
	close(to_child[1]);
	waitpid(child, NULL, 0);
	return 0;
}
