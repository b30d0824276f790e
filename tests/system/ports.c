/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * I/O ports of x86 as the root cell sees them.
 *
 *	ports read PORT [BYTES [TIMES]]		prints the last value read
 *	ports write PORT BYTES VALUE		prints "written"
 *
 * BYTES is 1 (default), 2 or 4.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/io.h>

static unsigned long number(const char *text)
{
	char *end;
	unsigned long value = strtoul(text, &end, 0);

	if (end == text || *end) {
		fprintf(stderr, "ports: '%s' is not a number\n", text);
		exit(2);
	}
	return value;
}

static uint32_t load(uint16_t port, unsigned long bytes)
{
	switch (bytes) {
	case 1:
		return inb(port);
	case 2:
		return inw(port);
	default:
		return inl(port);
	}
}

static void store(uint16_t port, unsigned long bytes, uint32_t value)
{
	switch (bytes) {
	case 1:
		outb((uint8_t)value, port);
		break;
	case 2:
		outw((uint16_t)value, port);
		break;
	default:
		outl(value, port);
	}
}

int main(int argc, char **argv)
{
	unsigned long port = argc > 2 ? number(argv[2]) : 0;
	unsigned long bytes = argc > 3 ? number(argv[3]) : 1;
	unsigned long last = argc > 4 ? number(argv[4]) : 1;
	uint32_t value = 0;

	if (argc < 3 || port > 0xffff || (bytes != 1 && bytes != 2 && bytes != 4)) {
		fprintf(stderr, "usage: ports read PORT [BYTES [TIMES]] | "
				"ports write PORT BYTES VALUE\n");
		return 2;
	}
	if (iopl(3) < 0) {
		perror("ports: iopl");
		return 1;
	}
	if (!strcmp(argv[1], "write")) {
		store((uint16_t)port, bytes, (uint32_t)last);
		printf("written\n");
		return 0;
	}
	for (unsigned long n = 0; n < last; n++)
		value = load((uint16_t)port, bytes);
	printf("0x%x\n", value);
	return 0;
}
