/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Physical memory as the root cell sees it, through /dev/physmem.
 *
 *	physmem read ADDRESS [BYTES [TIMES]]	prints the last value read, or "abort"
 *	physmem write ADDRESS BYTES VALUE	prints "written" or "abort"
 *
 * BYTES is 1, 2, 4 (default) or 8, at any address. An abort is no error of the program: exit status 0. TIMES reads
 * are made even if each aborts.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096UL

static sigjmp_buf aborted;

static void on_abort(int signal)
{
	siglongjmp(aborted, signal);
}

static uint64_t load(const volatile void *p, unsigned long bytes)
{
	switch (bytes) {
	case 1:
		return *(const volatile uint8_t *)p;
	case 2:
		return *(const volatile uint16_t *)p;
	case 4:
		return *(const volatile uint32_t *)p;
	default:
		return *(const volatile uint64_t *)p;
	}
}

static void store(volatile void *p, unsigned long bytes, uint64_t value)
{
	switch (bytes) {
	case 1:
		*(volatile uint8_t *)p = (uint8_t)value;
		break;
	case 2:
		*(volatile uint16_t *)p = (uint16_t)value;
		break;
	case 4:
		*(volatile uint32_t *)p = (uint32_t)value;
		break;
	default:
		*(volatile uint64_t *)p = value;
	}
}

static int do_read(const volatile void *p, unsigned long bytes, unsigned long times)
{
	volatile uint64_t value = 0, last_aborted = 0;

	for (volatile unsigned long n = 0; n < times; n++) {
		last_aborted = 1;
		if (!sigsetjmp(aborted, 1)) {
			value = load(p, bytes);
			last_aborted = 0;
		}
	}
	if (last_aborted)
		printf("abort\n");
	else
		printf("0x%llx\n", (unsigned long long)value);
	return 0;
}

static int do_write(volatile void *p, unsigned long bytes, uint64_t value)
{
	if (sigsetjmp(aborted, 1)) {
		printf("abort\n");
		return 0;
	}
	store(p, bytes, value);
	printf("written\n");
	return 0;
}

static unsigned long number(const char *text)
{
	char *end;
	unsigned long value = strtoul(text, &end, 0);

	if (end == text || *end) {
		fprintf(stderr, "physmem: '%s' is not a number\n", text);
		exit(2);
	}
	return value;
}

static volatile char *map(unsigned long address, unsigned long bytes)
{
	int fd = open("/dev/physmem", O_RDWR);
	char *page;

	if (fd < 0) {
		perror("/dev/physmem");
		exit(1);
	}
	bytes += address & (PAGE - 1);
	page = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, address & ~(PAGE - 1));
	if (page == MAP_FAILED) {
		perror("mmap");
		exit(1);
	}
	return page + (address & (PAGE - 1));
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = on_abort };
	unsigned long bytes = argc > 3 ? number(argv[3]) : 4;
	unsigned long last = argc > 4 ? number(argv[4]) : 1;

	if (argc < 3 || (bytes != 1 && bytes != 2 && bytes != 4 && bytes != 8)) {
		fprintf(stderr, "usage: physmem read ADDRESS [BYTES [TIMES]] | "
				"physmem write ADDRESS BYTES VALUE\n");
		return 2;
	}
	sigaction(SIGBUS, &action, NULL);
	sigaction(SIGSEGV, &action, NULL);
	if (!strcmp(argv[1], "read"))
		return do_read(map(number(argv[2]), bytes), bytes, last);
	return do_write(map(number(argv[2]), bytes), bytes, last);
}
