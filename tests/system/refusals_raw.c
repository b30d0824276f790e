/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Calls of the driver that the library would not make. Data lie in front of memory that is not there,
 * so that a byte too much that is read is an error.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <jailhouse/cell-config.h>
#include <jailhouse/driver.h>

#include "refusals.h"

#define AREA_SIZE (64UL * 4096)

static int raw_device = -1;
static char *area_end; /* no memory from here on */

int raw_open(void)
{
	char *area = mmap(NULL, AREA_SIZE + 4096, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	raw_device = open(JAILHOUSE_DEVICE, O_RDWR);
	if (area == MAP_FAILED || raw_device < 0)
		return -1;
	area_end = area + AREA_SIZE;
	return munmap(area_end, 4096);
}

/* Returns a copy of @data that ends where the memory ends. */
static void *at_the_end(const void *data, size_t size)
{
	return memcpy(area_end - size, data, size);
}

static int call(unsigned long number, void *argument, struct jh_error *error)
{
	struct jailhouse_error why;

	if (!ioctl(raw_device, number, argument))
		return 0;
	error->code = errno;
	snprintf(error->text, sizeof(error->text), "%s", strerror(errno));
	if (number != JAILHOUSE_ERROR && !ioctl(raw_device, JAILHOUSE_ERROR, &why) && why.code)
		snprintf(error->text, sizeof(error->text), "%s", why.text);
	return -1;
}

int raw_system(const void *data, size_t size, struct jh_error *error)
{
	return call(JAILHOUSE_ENABLE, at_the_end(data, size), error);
}

int raw_cell(const void *data, size_t size, size_t says, struct jh_error *error)
{
	struct jailhouse_cell_create create = {
		.config_address = (uintptr_t)at_the_end(data, size),
		.config_size = says,
	};

	return call(JAILHOUSE_CELL_CREATE, &create, error);
}

int raw_ioctl(char **arguments, struct jh_error *error)
{
	return call(strtoul(arguments[0], NULL, 0), (void *)strtoul(arguments[1], NULL, 0), error);
}

static struct jailhouse_cell_id id_of(const char *name)
{
	struct jailhouse_cell_id id = { .id = JAILHOUSE_CELL_ID_UNUSED };

	snprintf(id.name, sizeof(id.name), "%s", name);
	return id;
}

int raw_load(char **arguments, struct jh_error *error)
{
	struct {
		struct jailhouse_cell_load load;
		struct jailhouse_preload_image image;
	} __attribute__((packed)) argument = {
		.load = { .cell_id = id_of(arguments[0]), .num_preload_images = 1 },
		.image = {
			.size = strtoull(arguments[1], NULL, 0),
			.target_address = strtoull(arguments[2], NULL, 0),
			.source_address = (uintptr_t)(area_end - AREA_SIZE),
		},
	};

	if (arguments[3])
		argument.image.source_address = strtoull(arguments[3], NULL, 0);
	return call(JAILHOUSE_CELL_LOAD, &argument, error);
}

int raw_images(char **arguments, struct jh_error *error)
{
	struct jailhouse_cell_load load = {
		.cell_id = id_of(arguments[0]),
		.num_preload_images = strtoul(arguments[1], NULL, 0),
	};

	return call(JAILHOUSE_CELL_LOAD, at_the_end(&load, sizeof(load)), error);
}

int raw_unterminated(char **arguments, struct jh_error *error)
{
	struct jailhouse_cell_load load = { .cell_id = { .id = JAILHOUSE_CELL_ID_UNUSED } };

	memset(load.cell_id.name, 'x', sizeof(load.cell_id.name));
	return call(strtoul(arguments[0], NULL, 0), at_the_end(&load, sizeof(load)), error);
}

int raw_unload(char **arguments, struct jh_error *error)
{
	int result = syscall(SYS_delete_module, "jailhouse", O_NONBLOCK);

	(void)arguments;
	error->code = errno;
	snprintf(error->text, sizeof(error->text), "%s", strerror(errno));
	return result;
}
