/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * enable, disable
 */
#include <stdio.h>
#include <stdlib.h>

#include "verb.h"

int cmd_enable(const struct verb *verb, int argc, char **argv)
{
	struct jh_device *device;
	struct jh_error error;
	int result;

	if (argc != 1)
		return usage_error(verb, "%d arguments instead of 1, the system configuration",
				   argc);
	device = jh_open(&error);
	if (!device)
		return report(verb, &error);
	result = jh_enable(device, argv[0], &error);
	jh_close(device);
	if (result < 0)
		return report(verb, &error);
	puts("enabled; DMA and message interrupts of devices are not isolated, no IOMMU is driven");
	return EXIT_SUCCESS;
}

int cmd_disable(const struct verb *verb, int argc, char **argv)
{
	struct jh_device *device;
	struct jh_error error;
	int result;

	if (argc)
		return usage_error(verb, "unexpected argument '%s'", argv[0]);
	device = jh_open(&error);
	if (!device)
		return report(verb, &error);
	result = jh_disable(device, &error);
	jh_close(device);
	return result < 0 ? report(verb, &error) : EXIT_SUCCESS;
}
