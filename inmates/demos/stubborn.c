/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A cell that wants to go on, as cells may:
 *
 *	deny=N		deny the first N shutdown requests (0)
 *	locked=1	run locked: no other cell may be created or destroyed meanwhile
 */
#include <inmate.h>

static s64 deny;

static bool shutdown(void)
{
	if (deny > 0) {
		printf("stubborn: denied, %lld more\n", --deny);
		return false;
	}
	printf("stubborn: approved\n");
	return true;
}

void inmate_main(void)
{
	deny = cmdline_get_int("deny", 0);
	if (cmdline_get_bool("locked", false))
		inmate_comm()->cell_state = JAILHOUSE_CELL_RUNNING_LOCKED;
	inmate_on_shutdown(shutdown);
	printf("stubborn: running\n");
	for (;;)
		inmate_idle(NULL, 0);
}
