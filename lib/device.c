/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Calls of the driver. When one fails, the driver keeps the sentence behind the errno value for
 * the open file; it is fetched here, so that callers see one kind of error only.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <jailhouse/driver.h>

#include "internal.h"

/* No image needs more than this, and a wrong path (/dev/zero) ends here. */
#define IMAGE_LIMIT ((size_t)1 << 30)

struct jh_device {
	int fd;
};

struct jh_device *jh_open(struct jh_error *error)
{
	struct jh_device *device = malloc(sizeof(*device));

	if (!device) {
		jh_fail(error, ENOMEM, "no memory");
		return NULL;
	}
	device->fd = open(JAILHOUSE_DEVICE, O_RDWR | O_CLOEXEC);
	if (device->fd >= 0)
		return device;

	if (errno == ENOENT)
		jh_fail(error, errno, NO_DRIVER, JAILHOUSE_DEVICE);
	else
		jh_fail(error, errno, "cannot open %s: %s", JAILHOUSE_DEVICE, strerror(errno));
	free(device);
	return NULL;
}

void jh_close(struct jh_device *device)
{
	if (!device)
		return;
	close(device->fd);
	free(device);
}

static int call(struct jh_device *device, unsigned long request, void *argument,
		struct jh_error *error)
{
	struct jailhouse_error reason = { 0 };
	int code;

	if (ioctl(device->fd, request, argument) >= 0)
		return 0;

	code = errno;
	if (ioctl(device->fd, JAILHOUSE_ERROR, &reason) < 0 || reason.code != -code ||
	    !reason.text[0])
		return jh_fail(error, code, "%s", strerror(code));

	reason.text[sizeof(reason.text) - 1] = 0;
	reason.file[sizeof(reason.file) - 1] = 0;
	if (!reason.file[0])
		return jh_fail(error, code, "%s", reason.text);
	return jh_fail(error, code, "%s (%s:%u)", reason.text, reason.file, reason.line);
}

int jh_enable(struct jh_device *device, const char *path, struct jh_error *error)
{
	struct jh_config config;
	int result;

	if (jh_config_load(path, JH_CONFIG_SYSTEM, &config, error) < 0)
		return -1;
	result = call(device, JAILHOUSE_ENABLE, config.data, error);
	jh_config_free(&config);
	return result;
}

int jh_disable(struct jh_device *device, struct jh_error *error)
{
	return call(device, JAILHOUSE_DISABLE, NULL, error);
}

int jh_cell_create(struct jh_device *device, const char *path, struct jh_error *error)
{
	struct jailhouse_cell_create create = { 0 };
	struct jh_config config;
	int result;

	if (jh_config_load(path, JH_CONFIG_CELL, &config, error) < 0)
		return -1;
	create.config_address = (uintptr_t)config.data;
	create.config_size = config.size;
	result = call(device, JAILHOUSE_CELL_CREATE, &create, error);
	jh_config_free(&config);
	return result;
}

/* A reference as the driver wants it. */
static struct jailhouse_cell_id cell_id(const struct jh_cell_ref *ref, bool force)
{
	struct jailhouse_cell_id id = { .id = ref->id, .force = force ? JAILHOUSE_FORCE : 0 };

	if (ref->id < 0) {
		id.id = JAILHOUSE_CELL_ID_UNUSED;
		memcpy(id.name, ref->name, sizeof(id.name));
		id.name[sizeof(id.name) - 1] = 0;
	}
	return id;
}

static int read_image(const struct jh_image *image, struct jailhouse_preload_image *preload,
		      struct jh_error *error)
{
	void *data;
	size_t size;

	if (image->path) {
		if (jh_read_file(image->path, IMAGE_LIMIT, &data, &size, error) < 0)
			return -1;
		if (!size) {
			free(data);
			return jh_fail(error, EINVAL, "%s: the image is empty", image->path);
		}
	} else {
		data = strdup(image->string);
		size = strlen(image->string) + 1;
		if (!data)
			return jh_fail(error, ENOMEM, "no memory for %zu bytes", size);
	}
	preload->source_address = (uintptr_t)data;
	preload->size = size;
	preload->target_address = image->address;
	return 0;
}

int jh_cell_load(struct jh_device *device, const struct jh_cell_ref *cell,
		 const struct jh_image *images, size_t count, struct jh_error *error)
{
	struct jailhouse_cell_load *load;
	size_t i;
	int result = 0;

	if (!count || count > JAILHOUSE_MAX_PRELOAD_IMAGES)
		return jh_fail(error, EINVAL, "%zu images to load, there must be 1 to %d", count,
			       JAILHOUSE_MAX_PRELOAD_IMAGES);
	load = calloc(1, sizeof(*load) + count * sizeof(load->image[0]));
	if (!load)
		return jh_fail(error, ENOMEM, "no memory for %zu images", count);

	load->cell_id = cell_id(cell, false);
	load->num_preload_images = count;
	for (i = 0; i < count && !result; i++)
		result = read_image(&images[i], &load->image[i], error);
	if (!result)
		result = call(device, JAILHOUSE_CELL_LOAD, load, error);

	for (i = 0; i < count; i++)
		free((void *)(uintptr_t)load->image[i].source_address);
	free(load);
	return result;
}

int jh_cell_start(struct jh_device *device, const struct jh_cell_ref *cell, struct jh_error *error)
{
	struct jailhouse_cell_id id = cell_id(cell, false);

	return call(device, JAILHOUSE_CELL_START, &id, error);
}

int jh_cell_shutdown(struct jh_device *device, const struct jh_cell_ref *cell, bool force,
		     struct jh_error *error)
{
	struct jailhouse_cell_load load = { .cell_id = cell_id(cell, force) };

	return call(device, JAILHOUSE_CELL_LOAD, &load, error);
}

int jh_cell_destroy(struct jh_device *device, const struct jh_cell_ref *cell, bool force,
		    struct jh_error *error)
{
	struct jailhouse_cell_id id = cell_id(cell, force);

	return call(device, JAILHOUSE_CELL_DESTROY, &id, error);
}

ssize_t jh_console_read(struct jh_device *device, char *buffer, size_t size, bool wait,
			struct jh_error *error)
{
	ssize_t got = fcntl(device->fd, F_SETFL, wait ? 0 : O_NONBLOCK);

	if (got >= 0)
		got = read(device->fd, buffer, size);
	if (got >= 0)
		return got;
	if (errno == EAGAIN || errno == EINTR)
		return 0;
	return jh_fail(error, errno, "cannot read the console from %s: %s", JAILHOUSE_DEVICE,
		       strerror(errno));
}
