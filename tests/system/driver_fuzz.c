/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Calls of the driver that a privileged program gets wrong, by chance: numbers, pointers, structures,
 * and configurations of cells with something changed in them. The same seed does the same again. One
 * cell is left alone, and the hypervisor stays enabled.
 *
 *	driver_fuzz SEED COUNT SPARE-ID SPARE-NAME CONFIGURATION
 *
 * Cells that come into being are destroyed again. Prints what the calls answered, by number of
 * times. Exit status: 0, or 1 if a call gave what no call gives: a positive number, or no errno value.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <jailhouse/cell-config.h>
#include <jailhouse/driver.h>

#include "chance.h"

#define LONGEST	    65536
#define MOST_IMAGES 8
#define ERRNOS	    200

static int device, spare_id;
static const char *spare_name;
static uint8_t sample[LONGEST], config[LONGEST];
static size_t sample_size;
static unsigned long answers[ERRNOS];
static char *page; /* with nothing behind it */

/* A pointer that is none, or one with too little behind it. */
static uint64_t bad_pointer(void)
{
	switch (below(5)) {
	case 0:
		return 0;
	case 1:
		return (uintptr_t)page + 4096 - below(64);
	case 2:
		return 0xffff800000000000ULL + below(1ULL << 30);
	case 3:
		return (uintptr_t)page + 4096;
	default:
		return value();
	}
}

static void call(unsigned long request, uint64_t argument)
{
	long result = ioctl(device, request, argument);
	int code = result < 0 ? errno : 0;

	if (result > 0 || code >= ERRNOS) {
		printf("ioctl 0x%lx answered %ld (%d)\n", request, result, code);
		exit(1);
	}
	answers[code]++;
}

/* The calls that take a cell, for any but the spared one. */
static void any_id(struct jailhouse_cell_id *id)
{
	static const char *const names[] = { "", "rtos", "hostile", "nobody", "root" };
	unsigned int n;

	memset(id, 0, sizeof(*id));
	id->force = JAILHOUSE_FORCE; /* nobody is there who would answer */
	do
		id->id = below(2) ? -1 : (int32_t)value();
	while (id->id == spare_id);
	if (below(4)) {
		strcpy(id->name, names[below(5)]);
		return;
	}
	for (n = 0; n < sizeof(id->name); n++)
		id->name[n] = (char)number();
	if (!strncmp(id->name, spare_name, sizeof(id->name)))
		id->name[0]++;
}

/* A cell's configuration with a few words changed, cut off, or as it is. */
static void any_create(void)
{
	struct jailhouse_cell_create create = { .config_address = (uintptr_t)config,
						.config_size = (uint32_t)sample_size };
	uint64_t changes = below(16) ? 1 + below(3) : 0, word;

	memcpy(config, sample, sample_size);
	while (changes--) {
		word = value();
		memcpy(config + below(sample_size - 8), &word, 1ULL << below(4));
	}
	if (!below(8))
		create.config_size = (uint32_t)(below(2) ? below(sample_size) : value());
	if (!below(8))
		create.config_address = bad_pointer();
	call(JAILHOUSE_CELL_CREATE, (uintptr_t)&create);
}

/* Images that are too long, nowhere, or for somewhere else; the sizes of all lie. */
static void any_load(void)
{
	struct {
		struct jailhouse_cell_load load;
		struct jailhouse_preload_image images[MOST_IMAGES];
	} argument;
	unsigned int n;

	memset(&argument, 0, sizeof(argument));
	any_id(&argument.load.cell_id);
	argument.load.num_preload_images = (uint32_t)(below(8) ? below(4) : value());
	for (n = 0; n < MOST_IMAGES; n++) {
		argument.images[n].source_address = below(2) ? (uintptr_t)page : bad_pointer();
		argument.images[n].size = below(2) ? below(4096) : value();
		argument.images[n].target_address = below(2) ? below(1 << 21) : value();
	}
	call(JAILHOUSE_CELL_LOAD, (uintptr_t)&argument);
}

static void any_enable(void)
{
	call(JAILHOUSE_ENABLE, below(2) ? (uintptr_t)config : bad_pointer());
}

/* A number that the driver knows, with a pointer that nobody should give; disable has none. */
static void any_pointer(void)
{
	static const unsigned long requests[] = { JAILHOUSE_ENABLE,	  JAILHOUSE_CELL_CREATE,
						  JAILHOUSE_CELL_LOAD,	  JAILHOUSE_CELL_START,
						  JAILHOUSE_CELL_DESTROY, JAILHOUSE_ERROR };

	call(requests[below(6)], bad_pointer());
}

static void any_number(void)
{
	unsigned long request = below(2) ? (unsigned long)value() & 0xffffffff :
					   _IOC(below(4), 0, below(32), below(0x4000));

	if (request != JAILHOUSE_DISABLE)
		call(request, bad_pointer());
}

static void any_cell(void)
{
	struct jailhouse_cell_id id;

	any_id(&id);
	call(below(2) ? JAILHOUSE_CELL_START : JAILHOUSE_CELL_DESTROY, (uintptr_t)&id);
}

static void any_file(void)
{
	switch (below(3)) {
	case 0:
		(void)!read(device, (void *)(uintptr_t)bad_pointer(), below(8192));
		break;
	case 1:
		(void)!pread(device, page, 4096, (off_t)(value() >> 1));
		break;
	default:
		(void)!mmap(NULL, 4096, PROT_READ, MAP_SHARED, device, 0);
		break;
	}
}

/* Of what was created: the ids are few. */
static void destroy_all(void)
{
	struct jailhouse_cell_id id;

	memset(&id, 0, sizeof(id));
	id.force = JAILHOUSE_FORCE;
	for (id.id = 1; id.id < 256; id.id++)
		if (id.id != spare_id)
			ioctl(device, JAILHOUSE_CELL_DESTROY, &id);
}

static int read_sample(const char *path)
{
	sample_size = sample_read(path, sample, sizeof(sample));
	return sample_size > 8 ? 0 : -1;
}

int main(int argc, char **argv)
{
	static void (*const kinds[])(void) = { any_create, any_create,	any_load,   any_cell,
					       any_enable, any_pointer, any_number, any_file };
	unsigned long count, n;

	if (argc != 6 || read_sample(argv[5])) {
		fprintf(stderr,
			"usage: driver_fuzz SEED COUNT SPARE-ID SPARE-NAME CONFIGURATION\n");
		return 2;
	}
	chance_seed(strtoull(argv[1], NULL, 0));
	count = strtoul(argv[2], NULL, 0);
	spare_id = (int)strtol(argv[3], NULL, 0);
	spare_name = argv[4];
	page = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	device = open(JAILHOUSE_DEVICE, O_RDWR | O_NONBLOCK);
	if (device < 0 || page == MAP_FAILED || munmap(page + 4096, 4096)) {
		perror("driver_fuzz");
		return 2;
	}
	for (n = 0; n < count; n++) {
		kinds[below(sizeof(kinds) / sizeof(kinds[0]))]();
		if (n % 16 == 15)
			destroy_all();
	}
	destroy_all();
	printf("driver_fuzz: %lu calls:", n);
	for (n = 0; n < ERRNOS; n++)
		if (answers[n])
			printf(" %lu x %s", answers[n], n ? strerrorname_np((int)n) : "done");
	printf("\n");
	return 0;
}
