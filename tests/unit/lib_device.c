/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the library asks the driver for, and what it makes of the answers. The driver is played by
 * the wrapped system calls below.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <cmocka.h>

#include <jailhouse/driver.h>

#include "internal.h"

#define DEVICE_FD 1000

int __real_open(const char *path, int flags, ...);
int __real_close(int fd);
ssize_t __real_read(int fd, void *buffer, size_t size);
int __wrap_open(const char *path, int flags, ...);
int __wrap_close(int fd);
int __wrap_fcntl(int fd, int command, int argument);
ssize_t __wrap_read(int fd, void *buffer, size_t size);
int __wrap_ioctl(int fd, unsigned long request, void *argument);
int __wrap_uname(struct utsname *machine);

static int open_error; /* errno of opening the device, 0 = works */
static int call_error; /* errno of a call, 0 = works */
static int read_error;
static int device_flags = -1;
static struct jailhouse_error reason;
static unsigned long last_request;
static uint8_t seen[4096]; /* what the last call pointed to */
static char image_seen[2][16];

int __wrap_open(const char *path, int flags, ...)
{
	if (strcmp(path, "/dev/jailhouse"))
		return __real_open(path, flags);
	errno = open_error;
	return open_error ? -1 : DEVICE_FD;
}

int __wrap_fcntl(int fd, int command, int argument)
{
	assert_int_equal(fd, DEVICE_FD);
	assert_int_equal(command, F_SETFL);
	device_flags = argument;
	return 0;
}

int __wrap_close(int fd)
{
	return fd == DEVICE_FD ? 0 : __real_close(fd);
}

ssize_t __wrap_read(int fd, void *buffer, size_t size)
{
	if (fd != DEVICE_FD)
		return __real_read(fd, buffer, size);
	if (read_error) {
		errno = read_error;
		return -1;
	}
	return snprintf(buffer, size, "line\n");
}

int __wrap_uname(struct utsname *machine)
{
	strcpy(machine->machine, "aarch64");
	return 0;
}

static void take_load(const struct jailhouse_cell_load *load)
{
	unsigned int i;

	memcpy(seen, load, sizeof(*load) + load->num_preload_images * sizeof(load->image[0]));
	for (i = 0; i < load->num_preload_images && i < 2; i++)
		memcpy(image_seen[i], (void *)(uintptr_t)load->image[i].source_address,
		       load->image[i].size);
}

int __wrap_ioctl(int fd, unsigned long request, void *argument)
{
	const struct jailhouse_cell_create *create = argument;

	assert_int_equal(fd, DEVICE_FD);
	if (request == JAILHOUSE_ERROR) {
		memcpy(argument, &reason, sizeof(reason));
		return 0;
	}
	last_request = request;
	if (request == JAILHOUSE_CELL_LOAD)
		take_load(argument);
	else if (request == JAILHOUSE_CELL_CREATE)
		memcpy(seen, (void *)(uintptr_t)create->config_address, create->config_size);
	else if (request == JAILHOUSE_ENABLE)
		memcpy(seen, argument, sizeof(struct jailhouse_system));
	else if (request != JAILHOUSE_DISABLE)
		memcpy(seen, argument, sizeof(struct jailhouse_cell_id));
	errno = call_error;
	return call_error ? -1 : 0;
}

static struct jh_device *device;
static struct jh_error error;

static int setup(void **state)
{
	(void)state;
	open_error = call_error = read_error = 0;
	memset(&reason, 0, sizeof(reason));
	memset(seen, 0xee, sizeof(seen));
	memset(&error, 0, sizeof(error));
	last_request = ~0UL;
	device = jh_open(&error);
	return device ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	jh_close(device);
	return 0;
}

static void missing_driver_is_named(void **state)
{
	(void)state;
	open_error = ENOENT;
	assert_null(jh_open(&error));
	assert_string_equal(error.text, "the driver is not loaded: there is no /dev/jailhouse; try "
					"'modprobe jailhouse'");
	open_error = EACCES;
	assert_null(jh_open(&error));
	assert_string_equal(error.text, "cannot open /dev/jailhouse: Permission denied");
	assert_int_equal(error.code, EACCES);
}

static void reasons_are_passed_on(void **state)
{
	(void)state;
	call_error = EINVAL;
	reason.code = -EINVAL;
	strcpy(reason.text, "memory region 7 overlaps region 3");
	assert_int_equal(jh_disable(device, &error), -1);
	assert_int_equal(last_request, JAILHOUSE_DISABLE);
	assert_string_equal(error.text, "memory region 7 overlaps region 3");
	assert_int_equal(error.code, EINVAL);

	strcpy(reason.file, "cell.c");
	reason.line = 12;
	assert_int_equal(jh_disable(device, &error), -1);
	assert_string_equal(error.text, "memory region 7 overlaps region 3 (cell.c:12)");
}

static void a_reason_of_another_error_is_not_believed(void **state)
{
	(void)state;
	call_error = EBUSY;
	reason.code = -EINVAL;
	strcpy(reason.text, "stale");
	assert_int_equal(jh_disable(device, &error), -1);
	assert_string_equal(error.text, "Device or resource busy");
	assert_int_equal(error.code, EBUSY);
}

static void reasons_without_end_are_cut(void **state)
{
	(void)state;
	call_error = EINVAL;
	reason.code = -EINVAL;
	memset(reason.text, 't', sizeof(reason.text));
	memset(reason.file, 'f', sizeof(reason.file));
	assert_int_equal(jh_disable(device, &error), -1);
	assert_int_equal(strspn(error.text, "t"), sizeof(reason.text) - 1);
	assert_int_equal(strspn(strchr(error.text, 'f'), "f"), sizeof(reason.file) - 1);
}

static void cells_are_named_by_id_or_name(void **state)
{
	struct jh_cell_ref by_id = { .id = 3 }, by_name = { .id = -1, .name = "rtos" };
	struct jailhouse_cell_id *id = (void *)seen;

	(void)state;
	assert_int_equal(jh_cell_start(device, &by_id, &error), 0);
	assert_int_equal(last_request, JAILHOUSE_CELL_START);
	assert_int_equal(id->id, 3);
	assert_int_equal(id->force, 0);
	assert_string_equal(id->name, "");

	assert_int_equal(jh_cell_destroy(device, &by_name, true, &error), 0);
	assert_int_equal(last_request, JAILHOUSE_CELL_DESTROY);
	assert_int_equal(id->id, -1);
	assert_int_equal(id->force, JAILHOUSE_FORCE);
	assert_string_equal(id->name, "rtos");
}

static void shutdown_is_a_load_of_nothing(void **state)
{
	struct jh_cell_ref cell = { .id = 1 };
	struct jailhouse_cell_load *load = (void *)seen;

	(void)state;
	assert_int_equal(jh_cell_shutdown(device, &cell, false, &error), 0);
	assert_int_equal(last_request, JAILHOUSE_CELL_LOAD);
	assert_int_equal(load->num_preload_images, 0);
	assert_int_equal(load->cell_id.force, 0);
	assert_int_equal(jh_cell_shutdown(device, &cell, true, &error), 0);
	assert_int_equal(load->cell_id.force, JAILHOUSE_FORCE);
}

static void write_file(char *path, const void *data, size_t size)
{
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, size), size);
	__real_close(fd);
}

static void images_are_files_and_strings(void **state)
{
	char path[] = "/tmp/lib_device.XXXXXX";
	struct jh_cell_ref cell = { .id = 1 };
	struct jh_image images[2] = {
		{ .path = path, .address = 0x1234 },
		{ .string = "speed=9", .address = 0x1000 },
	};
	struct jailhouse_cell_load *load = (void *)seen;

	(void)state;
	write_file(path, "IMAGE", 5);
	assert_int_equal(jh_cell_load(device, &cell, images, 2, &error), 0);
	assert_int_equal(last_request, JAILHOUSE_CELL_LOAD);
	assert_int_equal(load->num_preload_images, 2);
	assert_int_equal(load->image[0].size, 5);
	assert_int_equal(load->image[0].target_address, 0x1234);
	assert_memory_equal(image_seen[0], "IMAGE", 5);
	assert_int_equal(load->image[1].size, 8);
	assert_int_equal(load->image[1].target_address, 0x1000);
	assert_memory_equal(image_seen[1], "speed=9", 8);
	unlink(path);
}

static void no_file_no_call(void **state)
{
	char path[] = "/tmp/lib_device.XXXXXX";
	struct jh_cell_ref cell = { .id = 1 };
	struct jh_image images[2] = { { .string = "x" }, { .path = path } };
	char text[128];

	(void)state;
	write_file(path, "", 0);
	assert_int_equal(jh_cell_load(device, &cell, images, 2, &error), -1);
	snprintf(text, sizeof(text), "%s: the image is empty", path);
	assert_string_equal(error.text, text);
	unlink(path);
	assert_int_equal(jh_cell_load(device, &cell, images, 2, &error), -1);
	snprintf(text, sizeof(text), "%s: cannot open: No such file or directory", path);
	assert_string_equal(error.text, text);
	assert_int_equal(jh_cell_load(device, &cell, images, 0, &error), -1);
	assert_int_equal(jh_cell_load(device, &cell, images, 65, &error), -1);
	assert_string_equal(error.text, "65 images to load, there must be 1 to 64");
	assert_int_equal(last_request, ~0UL);
}

static void configurations_arrive(void **state)
{
	char path[] = "/tmp/lib_device.XXXXXX";
	struct jailhouse_cell_desc cell = {
		.signature = "JHCLL",
		.architecture = 2,
		.revision = 14,
		.name = "a",
	};

	(void)state;
	write_file(path, &cell, sizeof(cell));
	assert_int_equal(jh_cell_create(device, path, &error), 0);
	assert_int_equal(last_request, JAILHOUSE_CELL_CREATE);
	assert_memory_equal(seen, &cell, sizeof(cell));

	last_request = ~0UL;
	assert_int_equal(jh_enable(device, path, &error), -1);
	assert_int_equal(last_request, ~0UL);
	unlink(path);
}

static void console_waits_if_told(void **state)
{
	char text[64];

	(void)state;
	assert_int_equal(jh_console_read(device, text, sizeof(text), false, &error), 5);
	assert_int_equal(device_flags, O_NONBLOCK);
	assert_int_equal(jh_console_read(device, text, sizeof(text), true, &error), 5);
	assert_int_equal(device_flags, 0);
	read_error = EAGAIN;
	assert_int_equal(jh_console_read(device, text, sizeof(text), true, &error), 0);
	read_error = EIO;
	assert_int_equal(jh_console_read(device, text, sizeof(text), false, &error), -1);
	assert_string_equal(error.text,
			    "cannot read the console from /dev/jailhouse: Input/output error");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(missing_driver_is_named),
		TEST(reasons_are_passed_on),
		TEST(a_reason_of_another_error_is_not_believed),
		TEST(reasons_without_end_are_cut),
		TEST(cells_are_named_by_id_or_name),
		TEST(shutdown_is_a_load_of_nothing),
		TEST(images_are_files_and_strings),
		TEST(no_file_no_call),
		TEST(configurations_arrive),
		TEST(console_waits_if_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
