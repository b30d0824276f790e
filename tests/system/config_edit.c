/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Makes a wrong configuration out of a right one; edit.h has the keys.
 *
 *	config_edit IN OUT KEY=VALUE...
 */
#include <stdio.h>

#include "edit.h"

int main(int argc, char **argv)
{
	int n;

	if (argc < 3) {
		fprintf(stderr, "usage: config_edit IN OUT KEY=VALUE...\n");
		return 2;
	}
	edit_load(argv[1]);
	for (n = 3; n < argc; n++)
		edit_argument(argv[n]);
	edit_save(argv[2]);
	return 0;
}
