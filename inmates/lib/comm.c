/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Life of a cell: start, messages through the communication region, sleep, end.
 *
 * Messages come without an interrupt. So nobody may sleep for long, and every sleep is preceded by
 * a look at the mailbox.
 */
#include <inmate.h>
#include "internal.h"

struct inmate_stats inmate_stats;

static struct jailhouse_comm_region *comm;
static bool (*shutdown_hook)(void);

struct jailhouse_comm_region *inmate_comm(void)
{
	return comm;
}

void inmate_on_shutdown(bool (*hook)(void))
{
	shutdown_hook = hook;
}

/* The other side waits for the reply, so everything else has to be visible before it. */
static void reply(u32 answer)
{
	comm->msg_to_cell = JAILHOUSE_MSG_NONE;
	arch_memory_barrier();
	comm->reply_from_cell = answer;
}

static void shutdown_request(void)
{
	if (shutdown_hook && !shutdown_hook()) {
		reply(JAILHOUSE_MSG_REQUEST_DENIED);
		return;
	}
	console_buffered(false);
	comm->cell_state = JAILHOUSE_CELL_SHUT_DOWN;
	reply(JAILHOUSE_MSG_REQUEST_APPROVED);
	arch_stop();
}

void inmate_poll(void)
{
	switch (comm->msg_to_cell) {
	case JAILHOUSE_MSG_NONE:
		return;
	case JAILHOUSE_MSG_SHUTDOWN_REQUEST:
		shutdown_request();
		return;
	case JAILHOUSE_MSG_RECONFIG_COMPLETED:
		reply(JAILHOUSE_MSG_RECEIVED);
		return;
	default:
		reply(JAILHOUSE_MSG_UNKNOWN);
	}
}

void idle_once(const volatile u64 *event, u64 seen)
{
	unsigned long flags = irq_save();

	if (!event || *event == seen) {
		timer_limit_sleep(timer_ticks() + timer_from_ns(POLL_INTERVAL));
		arch_wait_for_interrupt();
	}
	irq_restore(flags);
}

void inmate_idle(const volatile u64 *event, u64 seen)
{
	inmate_poll();
	idle_once(event, seen);
}

void inmate_exit(u32 state)
{
	console_buffered(false);
	arch_memory_barrier();
	comm->cell_state = state;
	arch_stop();
}

static bool comm_is_known(const struct jailhouse_comm_region *region)
{
	return !memcmp(region->signature, COMM_REGION_MAGIC, sizeof(region->signature)) &&
	       region->revision == COMM_REGION_ABI_REVISION;
}

/* First C function; called by the start code. */
void inmate_start(void);
void inmate_start(void)
{
	comm = arch_comm_region();
	if (!comm_is_known(comm)) {
		/* No console is known either: the state has to tell. */
		comm->cell_state = JAILHOUSE_CELL_FAILED_COMM_REV;
		arch_stop();
	}
	console_init(comm);
	arch_init();
	inmate_main();
	inmate_exit(JAILHOUSE_CELL_SHUT_DOWN);
}
