/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Starting, stopping and destroying cells.
 *
 * What a cell says through its communication region is read once and only decides whether the
 * operation goes on; it never decides what the hypervisor does to its own state.
 */
#include <core/bitmap.h>
#include <core/error.h>
#include <core/manage.h>
#include <core/printk.h>
#include <core/string.h>
#include <core/system.h>
#include <jailhouse/hypercall.h>

#define POLLS_PER_STEP 64
#define POLLS_LIMIT_S  10 /* longest wait, however many polls a configuration asks for */

struct manage manage;

/* A terminal state, as far as anybody knows: nobody is there to be asked. */
static bool cell_is_down(struct cell *cell)
{
	u32 state;

	if (!cell_runs(cell))
		return true;
	state = read_once(cell->comm->cell_state);
	return state == JAILHOUSE_CELL_SHUT_DOWN || state == JAILHOUSE_CELL_FAILED ||
	       state == JAILHOUSE_CELL_FAILED_COMM_REV;
}

long manage_check_locked(const struct cell *except)
{
	struct cell *cell;

	for (cell = root_cell->next; cell; cell = cell->next)
		if (cell != except && cell_runs(cell) &&
		    read_once(cell->comm->cell_state) == JAILHOUSE_CELL_RUNNING_LOCKED)
			return fail(MSG_CELL_LOCKED, cell->config->name);
	return 0;
}

static void message_send(struct cell *cell, u32 message)
{
	cell->comm->reply_from_cell = JAILHOUSE_MSG_NONE;
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	cell->comm->msg_to_cell = message;
}

void manage_notify(const struct cell *except)
{
	struct cell *cell;

	for (cell = root_cell->next; cell; cell = cell->next)
		if (cell != except && !(cell->config->flags & JAILHOUSE_CELL_PASSIVE_COMMREG) &&
		    !cell_is_down(cell))
			message_send(cell, JAILHOUSE_MSG_RECONFIG_COMPLETED);
}

/* The cell did not answer in time. It is not asked any more, and whoever comes late has not been heard. */
static long answer_missing(struct cell *cell)
{
	cell->comm->msg_to_cell = JAILHOUSE_MSG_NONE;
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (read_once(cell->comm->reply_from_cell) == JAILHOUSE_MSG_REQUEST_APPROVED)
		return 0;
	if (!cell->config->msg_reply_timeout)
		return fail(MSG_CELL_MUTE, cell->config->name);
	printk("cell \"%s\" failed: no answer to the shutdown request within %llu polls",
	       cell->config->name, cell->config->msg_reply_timeout);
	write_once(cell->state, JAILHOUSE_CELL_FAILED);
	return 0;
}

static void ask_shutdown(struct cell *cell)
{
	message_send(cell, JAILHOUSE_MSG_SHUTDOWN_REQUEST);
	manage.step = STEP_ASK;
	manage.polls = cell->config->msg_reply_timeout;
	manage.deadline = arch_counter() + arch_counter_hz() * (manage.polls ? POLLS_LIMIT_S : 1);
}

static bool answer_expired(const struct cell *cell)
{
	if (arch_counter() > manage.deadline)
		return true;
	return cell->config->msg_reply_timeout && manage.polls-- == 0;
}

/* Poll for the answer to the shutdown request for a while. */
static long answer_poll(struct cell *cell)
{
	bool expired;
	u32 n, reply;

	for (n = 0; n < POLLS_PER_STEP; n++) {
		expired = answer_expired(cell);
		reply = read_once(cell->comm->reply_from_cell);
		if (reply == JAILHOUSE_MSG_REQUEST_APPROVED || cell_is_down(cell))
			return 0;
		if (reply != JAILHOUSE_MSG_NONE)
			return fail(MSG_CELL_DENIED, cell->config->name, reply);
		if (expired)
			return answer_missing(cell);
		arch_cpu_relax();
	}
	return HYPERCALL_AGAIN;
}

/*
 * Common start of all operations on an existing cell: find it, ask it, stop its CPUs. Returns 0
 * when the CPUs are parked, HYPERCALL_AGAIN, or an error with the cell unchanged; a CPU that could not be
 * stopped in time stops later.
 */
static long manage_stop(u32 id, bool force)
{
	struct cell *cell = manage.cell;
	long err;

	if (manage.step == STEP_CHECK) {
		cell = cell_by_id(id);
		if (!cell)
			return fail(MSG_CELL_UNKNOWN, id);
		if (cell_is_root(cell))
			return fail(MSG_CELL_IS_ROOT);
		manage.cell = cell;
		if (!force && !cell_is_down(cell) &&
		    !(cell->config->flags & JAILHOUSE_CELL_PASSIVE_COMMREG)) {
			ask_shutdown(cell);
			return HYPERCALL_AGAIN;
		}
	} else {
		err = answer_poll(cell);
		if (err)
			return err;
	}

	err = cpu_stop(cell->cpus);
	if (err)
		cpu_release(cell->cpus);
	if (!err && read_once(cell->state) == JAILHOUSE_CELL_RUNNING)
		write_once(cell->state, JAILHOUSE_CELL_SHUT_DOWN);
	return err;
}

/* As manage_stop(), and nobody has the cell's memory: it is gone through in steps from here on. */
static long manage_close(u32 id, bool force)
{
	long err = manage_stop(id, force);

	if (err)
		return err;
	if (manage.cell->loadable)
		memory_close(manage.cell);
	/* Linux may still have the memory that it lost just now. */
	if (read_once(hypervisor_broken))
		return refuse_broken();
	manage.cell->loadable = false;
	manage.step = STEP_CLEAR;
	return 0;
}

long cell_start(u32 id)
{
	struct cell *cell;
	long err;

	if (manage.step != STEP_CLEAR) {
		err = manage_close(id, false);
		if (err)
			return err;
	}
	cell = manage.cell;
	if (memory_clean_step(cell, &manage.clearing))
		return HYPERCALL_AGAIN;

	write_once(cell->state, JAILHOUSE_CELL_RUNNING);
	cell_comm_init(cell);
	arch_cell_reset(cell);
	printk("started cell \"%s\"", cell->config->name);
	cpu_release(cell->cpus);
	cpu_start(cpu_by_id(cell->first_cpu), cell->config->cpu_reset_address, 0);
	return 0;
}

long cell_set_loadable(u32 id, bool force)
{
	struct cell *cell;
	long err;

	err = manage_stop(id, force);
	if (err)
		return err;
	cell = manage.cell;
	cell->comm->cell_state = cell->state;
	if (cell->loadable)
		return 0;
	err = memory_open(cell);
	if (err)
		return err;
	cell->loadable = true;
	printk("cell \"%s\" can be loaded", cell->config->name);
	return 0;
}

/* Give everything back. Cannot fail; the CPUs are parked and the memory is clear. */
static void cell_unlink(struct cell *cell)
{
	struct cell *before = root_cell;
	struct cpu *cpu;
	u32 n;

	while (before->next != cell)
		before = before->next;
	before->next = cell->next;
	write_once(cell_count, cell_count - 1);
	arch_cell_release(cell);
	for_each_cpu(cpu, n) {
		if (!bit_test(cell->cpus, n))
			continue;
		bit_set(root_cell->cpus, n);
		if (n < root_cell->first_cpu)
			root_cell->first_cpu = n;
		cpu->cell = root_cell;
		memset(cpu->stats, 0, sizeof(cpu->stats));
	}
	memory_return(cell);
	cell_exit_units(cell);
	cpu_release(cell->cpus);
	printk("destroyed cell \"%s\"", cell->config->name);
	cell_free(cell);
}

long cell_destroy(u32 id, bool force, bool all)
{
	struct cell *cell;
	long err;

	if (manage.step != STEP_CLEAR) {
		if (manage.step == STEP_CHECK && !all) {
			err = manage_check_locked(cell_by_id(id));
			if (err)
				return err;
		}
		err = manage_close(id, force);
		if (err)
			return err;
	}
	cell = manage.cell;
	if (memory_clear_step(cell, &manage.clearing))
		return HYPERCALL_AGAIN;
	cell_unlink(cell);
	manage_notify(NULL);
	return 0;
}

long cell_get_state(u32 id)
{
	struct cell *cell = cell_by_id(id);
	u32 state;

	if (!cell)
		return -ENOENT;
	state = read_once(cell->state);
	if (cell_is_root(cell) || state != JAILHOUSE_CELL_RUNNING)
		return state;
	if (!cell_runs(cell))
		return JAILHOUSE_CELL_SHUT_DOWN;
	state = read_once(cell->comm->cell_state);
	return state <= JAILHOUSE_CELL_FAILED_COMM_REV ? (long)state : -EINVAL;
}
