/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arguments.h"

static int misunderstood(struct jh_error *error, const char *format, const char *what)
{
	error->code = EINVAL;
	snprintf(error->text, sizeof(error->text), format, what);
	return -1;
}

static bool is_either(const char *argument, const char *brief, const char *full)
{
	return !strcmp(argument, brief) || !strcmp(argument, full);
}

static bool is_option(const char *argument)
{
	return argument[0] == '-' && argument[1];
}

int to_u64(const char *text, const char *what, uint64_t *value, struct jh_error *error)
{
	char *end;

	errno = 0;
	*value = strtoull(text, &end, 0);
	/* strtoull() would take signs and leading blanks. */
	if (text[0] >= '0' && text[0] <= '9' && !*end && !errno)
		return 0;
	error->code = EINVAL;
	snprintf(error->text, sizeof(error->text),
		 errno == ERANGE ? "%s '%s' does not fit in 64 bits" :
				   "%s '%s' is not a number; write 4096 or 0x1000",
		 what, text);
	return -1;
}

int take_cell(int argc, char **argv, struct jh_cell_ref *cell, struct jh_error *error)
{
	bool is_name = argc && is_either(argv[0], "-n", "--name");

	if (argc < 1)
		return misunderstood(error, "%s missing", "id or name of the cell is");
	if (is_name && argc < 2)
		return misunderstood(error, "%s lacks the name of a cell", argv[0]);
	if (!is_name && is_option(argv[0]))
		return misunderstood(error, "unknown option '%s' in the place of a cell", argv[0]);
	if (jh_cell_ref_parse(argv[is_name], is_name, cell, error) < 0)
		return -1;
	return is_name + 1;
}

int take_cell_only(int argc, char **argv, struct jh_cell_ref *cell, bool *force,
		   struct jh_error *error)
{
	bool found = false;
	int i = 0, taken;

	while (i < argc) {
		if (force && is_either(argv[i], "-f", "--force")) {
			*force = true;
			i++;
			continue;
		}
		if (found)
			return misunderstood(error, "unexpected argument '%s'", argv[i]);
		taken = take_cell(argc - i, argv + i, cell, error);
		if (taken < 0)
			return -1;
		found = true;
		i += taken;
	}
	return found ? 0 : take_cell(0, argv, cell, error);
}

int take_images(int argc, char **argv, struct jh_image *images, struct jh_error *error)
{
	struct jh_image *image = NULL;
	bool placed = false;
	int count = 0, i;

	for (i = 0; i < argc; i++) {
		bool string = is_either(argv[i], "-s", "--string");
		bool address = is_either(argv[i], "-a", "--address");

		if ((string || address) && i + 1 == argc)
			return misunderstood(error, "%s lacks its value", argv[i]);
		if (address) {
			if (!image || placed)
				return misunderstood(error,
						     "'-a %s' does not follow an image or "
						     "a string",
						     argv[i + 1]);
			if (to_u64(argv[++i], "address", &image->address, error) < 0)
				return -1;
			placed = true;
			continue;
		}
		if (!string && is_option(argv[i]))
			return misunderstood(error, "unknown option '%s'", argv[i]);
		if (count == JAILHOUSE_MAX_PRELOAD_IMAGES)
			return misunderstood(error, "too many images, from '%s' on", argv[i]);
		image = &images[count++];
		memset(image, 0, sizeof(*image));
		if (string)
			image->string = argv[++i];
		else
			image->path = argv[i];
		placed = false;
	}
	return count ? count : misunderstood(error, "%s missing", "an image is");
}
