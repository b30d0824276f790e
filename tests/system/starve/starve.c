/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whose turn it is to find nothing; see starve.h.
 */
#include <linux/module.h>

static int starve_at;
module_param(starve_at, int, 0644);
static int starve_count;
module_param(starve_count, int, 0644);

bool starve(const char *what)
{
	bool now = ++starve_count == starve_at;

	if (now)
		pr_notice("call %d, %s, fails\n", starve_count, what);
	return now;
}
