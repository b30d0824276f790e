/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Hypercalls: who may call what, and the one lock over everything that changes something.
 *
 * Only the root cell makes management calls, so no other cell can hold the lock or wait for it.
 */
#include <core/bitmap.h>
#include <core/error.h>
#include <core/manage.h>
#include <core/printk.h>
#include <core/string.h>
#include <core/system.h>
#include <jailhouse/hypercall.h>

#define STAT_BITS 0x7fffffff /* results are positive */

static u32 management_lock;
u32 hypervisor_broken;

bool management_trylock(void)
{
	return lock_try(&management_lock);
}

void management_unlock(void)
{
	lock_put(&management_lock);
}

static long get_info(u64 type)
{
	switch (type) {
	case JAILHOUSE_INFO_MEM_POOL_SIZE:
		return pool_total();
	case JAILHOUSE_INFO_MEM_POOL_USED:
		return pool_used();
	case JAILHOUSE_INFO_REMAP_POOL_SIZE:
		/* Each CPU has one page window and one block window. */
		return (long)image_header.online_cpus * 2;
	case JAILHOUSE_INFO_REMAP_POOL_USED:
		return 0;
	case JAILHOUSE_INFO_NUM_CELLS:
		return read_once(cell_count);
	default:
		return -EINVAL;
	}
}

static long cpu_statistic(const struct cpu *cpu, u64 stat)
{
	u32 n, total = 0;

	if (stat >= STAT_OTHER)
		return -EINVAL;
	if (stat != STAT_TOTAL)
		return read_once(cpu->stats[stat]) & STAT_BITS;
	for (n = STAT_TOTAL + 1; n < STATS; n++)
		total += read_once(cpu->stats[n]);
	return total & STAT_BITS;
}

static long cpu_get_info(const struct cpu *caller, u64 id, u64 type)
{
	const struct cpu *cpu = id < CPU_MAX ? cpu_by_id((u32)id) : NULL;

	if (!cpu)
		return -EINVAL;
	if (!cell_is_root(caller->cell) && !bit_test(caller->cell->cpus, cpu->id))
		return -EPERM;
	if (type == JAILHOUSE_CPU_INFO_STATE)
		return read_once(cpu->state) == CPU_FAILED || read_once(cpu->state) == CPU_DEAD ?
			       JAILHOUSE_CPU_FAILED :
			       JAILHOUSE_CPU_RUNNING;
	if (type < JAILHOUSE_CPU_INFO_STAT_BASE)
		return -EINVAL;
	return cpu_statistic(cpu, type - JAILHOUSE_CPU_INFO_STAT_BASE);
}

static long console_hypercall(struct cpu *cpu, u64 c)
{
	if (!(cpu->cell->config->flags & JAILHOUSE_CELL_VIRTUAL_CONSOLE_PERMITTED))
		return -EPERM;
	console_putc(cpu, (char)c);
	return 0;
}

/* No cell has the largest number. */
static u32 cell_id(u64 arg)
{
	return arg > 0xffffffff ? 0xffffffff : (u32)arg;
}

static long manage_execute(u64 code, u64 arg1, u64 arg2)
{
	u32 id = cell_id(arg1);
	bool all = arg2 == JAILHOUSE_FORCE_ALL;
	bool force = arg2 == JAILHOUSE_FORCE || (all && code == JAILHOUSE_HC_CELL_DESTROY);

	switch (code) {
	case JAILHOUSE_HC_CELL_CREATE:
		return cell_create(arg1, arg2 == JAILHOUSE_CPUS_OFFLINE);
	case JAILHOUSE_HC_CELL_START:
		return cell_start(id);
	case JAILHOUSE_HC_CELL_SET_LOADABLE:
		return cell_set_loadable(id, force);
	case JAILHOUSE_HC_CELL_DESTROY:
		return cell_destroy(id, force, all);
	default:
		return cell_get_state(id);
	}
}

long refuse_broken(void)
{
	error_begin();
	return fail(MSG_BROKEN);
}

/* With the lock held: begin an operation, or continue the one in progress. */
static long manage_step(u64 code, u64 arg1, u64 arg2)
{
	long result;

	if (manage.busy) {
		if (code != manage.code || arg1 != manage.arg1 || arg2 != manage.arg2)
			return -EBUSY;
	} else {
		error_begin();
		memset(&manage, 0, sizeof(manage));
		manage.code = code;
		manage.arg1 = arg1;
		manage.arg2 = arg2;
	}
	/* Whoever dies in a step leaves nothing to go on with. */
	manage.busy = false;
	result = manage_execute(code, arg1, arg2);
	manage.busy = result == HYPERCALL_AGAIN;
	return result;
}

/*
 * After an error of the hypervisor, looking is possible; without the lock, which may be with a CPU that is
 * no more. A cell that was being made between two steps is not made: Linux keeps its memory and CPUs. Cells
 * can be ended for good, since one that runs keeps the machine from a reset.
 */
static long manage_broken(u64 code, u64 arg1, u64 arg2)
{
	struct cell *cell;

	if (code == JAILHOUSE_HC_CELL_DESTROY && arg2 == JAILHOUSE_FORCE_ALL) {
		cell = cell_by_id(cell_id(arg1));
		if (cell && !cell_is_root(cell))
			cell_end(cell);
		return refuse_broken();
	}
	if (code == JAILHOUSE_HC_CELL_GET_STATE)
		return manage_execute(code, arg1, arg2);
	if (management_trylock()) {
		if (manage.busy && manage.code == JAILHOUSE_HC_CELL_CREATE && code == manage.code &&
		    arg1 == manage.arg1 && arg2 == manage.arg2) {
			cell_create_cancel();
			manage.busy = false;
		}
		management_unlock();
	}
	return refuse_broken();
}

static long manage_hypercall(struct cpu *cpu, u64 code, u64 arg1, u64 arg2)
{
	long result;

	if (!cell_is_root(cpu->cell))
		return -EPERM;
	if (read_once(hypervisor_broken))
		return manage_broken(code, arg1, arg2);
	if (!management_trylock())
		return -EBUSY;
	result = manage_step(code, arg1, arg2);
	management_unlock();
	return result;
}

/* One that the caller continues by itself. */
static long hypercall_in_steps(struct cpu *cpu, u64 code, u64 arg1, u64 arg2)
{
	long result;

	if (code < JAILHOUSE_HC_CELL_CREATE || code > JAILHOUSE_HC_CELL_DESTROY)
		return -ENOSYS;
	result = manage_hypercall(cpu, code, arg1, arg2);
	return result == HYPERCALL_AGAIN ? -EAGAIN : result;
}

long hypercall(struct cpu *cpu, u64 code, u64 arg1, u64 arg2)
{
	switch (code) {
	case JAILHOUSE_HC_DISABLE:
		return cell_is_root(cpu->cell) ? system_disable(cpu) : -EPERM;
	case JAILHOUSE_HC_CELL_CREATE:
	case JAILHOUSE_HC_CELL_START:
	case JAILHOUSE_HC_CELL_SET_LOADABLE:
	case JAILHOUSE_HC_CELL_DESTROY:
	case JAILHOUSE_HC_CELL_GET_STATE:
		return manage_hypercall(cpu, code, arg1, arg2);
	case JAILHOUSE_HC_HYPERVISOR_GET_INFO:
		return get_info(arg1);
	case JAILHOUSE_HC_CPU_GET_INFO:
		return cpu_get_info(cpu, arg1, arg2);
	case JAILHOUSE_HC_DEBUG_CONSOLE_PUTC:
		return console_hypercall(cpu, arg1);
	default:
		return hypercall_in_steps(cpu, code ^ JAILHOUSE_HC_IN_STEPS, arg1, arg2);
	}
}
