/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Enable and disable.
 *
 * Enable: all CPUs come in; the first one to arrive prepares the system, then each prepares itself.
 * One word, the decision, goes from UNDECIDED to COMMIT or ABORT exactly once: COMMIT by the last
 * CPU that is ready, ABORT by any that fails or has waited too long. Whoever arrives late finds
 * ABORT and goes back. After COMMIT nothing can fail.
 *
 *	enter -> all there -> tables (one CPU) -> system (one CPU) -> each CPU -> ready -> decision
 *	[ on the tables of the entry           ] [ on the CPU's own tables and stack            ]
 *
 * Disable: the same backwards, with a word of its own that can be reset, as a CPU that waits in
 * vain gives up and tries again later.
 */
#include <core/bitmap.h>
#include <core/cell.h>
#include <core/config.h>
#include <core/error.h>
#include <core/printk.h>
#include <core/space.h>
#include <core/system.h>
#include <core/uart.h>

enum decision {
	UNDECIDED,
	COMMIT,
	ABORT,
};

struct jailhouse_system *system_config;

static u32 decision;
static u32 cpus_arrived, cpus_ready;
static u32 tables_prepared, system_prepared;
static struct cpu *first_cpu;

static void enter_space(struct cpu *cpu) __attribute__((noreturn));

static bool is_first_cpu(void)
{
	return this_cpu() == first_cpu;
}

void system_machine(struct config_machine *machine)
{
	machine->phys_limit = arch_phys_limit();
	machine->max_cpus = image_header.max_cpus;
	machine->hyp_start = image_header.phys_base;
	machine->hyp_size = image_header.memory_size;
	machine->architecture = (u8)image_header.architecture;
}

static void decide_abort(void)
{
	atomic_change(&decision, UNDECIDED, ABORT);
}

/*
 * Wait until *word is at least @value or the decision is made, for @periods times the time that
 * the driver grants. Returns whether one of both happened.
 */
static bool wait_for(const u32 *word, u32 value, u32 periods)
{
	u64 deadline = arch_counter() + image_header.barrier_timeout * periods;

	while (load_acquire(word) < value && load_acquire(&decision) == UNDECIDED) {
		if (arch_counter() > deadline)
			return false;
		arch_cpu_relax();
	}
	return true;
}

static int missing_cpu(void)
{
	u64 milliseconds = image_header.barrier_timeout * 1000 / arch_counter_hz();
	u32 n;

	for (n = 0; n < image_header.max_cpus; n++)
		if (config_has_cpu(&system_config->root_cell, n) && !cpu_by_id(n))
			break;
	return fail(MSG_CPU_MISSING, n, milliseconds, load_acquire(&cpus_arrived),
		    image_header.online_cpus);
}

static int check_config(void)
{
	struct config_machine machine;
	u32 count;
	int err;

	system_machine(&machine);
	err = config_check_system(system_config, image_header.config_size, &machine);
	if (err)
		return err;
	count = config_cpu_count(&system_config->root_cell);
	if (count != image_header.online_cpus)
		return fail(MSG_CPU_COUNT, count, image_header.online_cpus);
	return 0;
}

static int init_units(void)
{
	const struct unit *unit;
	int err;

	for_each_unit(unit)
	{
		err = unit->init ? unit->init() : 0;
		if (err)
			return err;
	}
	return 0;
}

static int init_cpus(void)
{
	struct cpu *cpu;
	u32 n;
	int err;

	for_each_cpu(cpu, n) {
		err = space_init_cpu(cpu);
		if (!err)
			err = arch_cpu_reserve(cpu);
		if (err)
			return err;
	}
	return 0;
}

/* The root cell has the CPUs that have come, and no others. */
static int adopt_cpus(void)
{
	struct cpu *cpu;
	u32 n;

	for (n = 0; n < image_header.max_cpus; n++)
		if (bit_test(root_cell->cpus, n) != !!cpu_by_id(n))
			return fail(MSG_CPU_SET, n,
				    bit_test(root_cell->cpus, n) ? "does" : "does not");
	for_each_cpu(cpu, n)
		cpu->cell = root_cell;
	return 0;
}

/* First part, on the tables of the entry: the pool, and tables for all CPUs. */
static int prepare_tables(void)
{
	u64 pool_size = image_header.memory_size - image_header.pool_offset;
	int err;

	err = check_config();
	if (err)
		return err;
	pool_init(image_start + image_header.pool_offset,
		  image_header.phys_base + image_header.pool_offset, (u32)(pool_size / PAGE_SIZE));
	err = space_init();
	return err ? err : init_cpus();
}

/* Second part, on this CPU's own tables: devices and the root cell. */
static int prepare_system(void)
{
	int err;

	err = uart_init();
	if (!err)
		err = arch_system_prepare();
	if (!err)
		err = init_units();
	if (!err)
		err = cell_init_root();
	return err ? err : adopt_cpus();
}

/* Phase 1, first part. Returns 0 or an error. */
static int enter_tables(void)
{
	int err;

	if (!is_first_cpu())
		return wait_for(&tables_prepared, 1, JAILHOUSE_PREPARE_PERIODS) ?
			       0 :
			       fail(MSG_PREPARE_TIMEOUT);
	if (!wait_for(&cpus_arrived, image_header.online_cpus, JAILHOUSE_ARRIVE_PERIODS))
		return missing_cpu();
	if (load_acquire(&decision) != UNDECIDED)
		return 0;
	err = prepare_tables();
	if (!err)
		store_release(&tables_prepared, 1);
	return err;
}

/* Phase 1, second part. The last CPU that is ready decides. */
static int enter_cpu(struct cpu *cpu)
{
	int err = 0;

	if (!is_first_cpu()) {
		if (!wait_for(&system_prepared, 1, JAILHOUSE_PREPARE_PERIODS))
			return fail(MSG_PREPARE_TIMEOUT);
	} else {
		err = prepare_system();
		if (!err)
			store_release(&system_prepared, 1);
	}
	if (err || load_acquire(&decision) != UNDECIDED)
		return err;

	err = arch_cpu_prepare(cpu);
	if (err)
		return err;
	if (atomic_add(&cpus_ready, 1) + 1 == image_header.online_cpus)
		atomic_change(&decision, UNDECIDED, COMMIT);
	/* The last one's preparation is bounded; a longer wait means that it died. */
	return wait_for(&decision, COMMIT, JAILHOUSE_PREPARE_PERIODS) ?
		       0 :
		       fail(MSG_READY_TIMEOUT, cpu->id);
}

static long abort_code(void)
{
	decide_abort();
	return status.code ? status.code : -EIO;
}

long system_enter(u32 id, const struct linux_state *linux)
{
	struct cpu *cpu;

	if (id >= image_header.max_cpus || id >= CPU_MAX)
		return -EINVAL;
	system_config = (struct jailhouse_system *)(image_start + image_header.config_offset);
	cpu = cpu_init(id);
	arch_set_this_cpu(cpu);
	arch_cpu_save(cpu, linux);
	if (atomic_add(&cpus_arrived, 1) == 0)
		first_cpu = cpu;

	if (enter_tables() || load_acquire(&decision) != UNDECIDED)
		return abort_code();
	arch_cpu_switch_space(cpu, enter_space);
}

/* On this CPU's own tables and stack. */
static void enter_space(struct cpu *cpu)
{
	if (enter_cpu(cpu))
		decide_abort();
	if (load_acquire(&decision) != COMMIT)
		arch_cpu_abort(cpu, abort_code());
	if (is_first_cpu()) {
		printk("hypervisor enabled on %u CPUs, %u of %u pages in use",
		       image_header.online_cpus, pool_used(), pool_total());
		printk("no IOMMU is driven: DMA and message interrupts are not isolated");
	}
	arch_cpu_commit(cpu);
}

/*
 * Disable. A CPU that has nothing queued any more waits for the others, but only briefly: they may
 * need it in Linux. Arrivals are counted in the low bits; the bit GONE says that all were there,
 * and from then on nobody gives up.
 */
#define DISABLE_WAIT_US 100000
#define DISABLE_GONE	0x80000000

static u32 disabling;

/* Those that have to come. A dead one never does, be it that it has been counted already. */
static u32 awaited_cpus(void)
{
	struct cpu *cpu;
	u32 n, state, count = 0;

	for_each_cpu(cpu, n) {
		state = load_acquire(&cpu->state);
		if (state == CPU_RUNNING || state == CPU_DEAD)
			count++;
	}
	return count;
}

/* Withdraw unless everybody has come meanwhile. Returns whether all have come. */
static bool disable_withdraw(void)
{
	u32 seen = load_acquire(&disabling);

	while (!(seen & DISABLE_GONE)) {
		if (atomic_change(&disabling, seen, seen - 1))
			return false;
		seen = load_acquire(&disabling);
	}
	return true;
}

static bool disable_barrier(void)
{
	u64 deadline = arch_counter() + arch_counter_hz() * DISABLE_WAIT_US / 1000000;
	u32 seen = atomic_add(&disabling, 1) + 1;

	while (!(seen & DISABLE_GONE)) {
		if (seen == awaited_cpus())
			atomic_change(&disabling, seen, seen | DISABLE_GONE);
		else if (arch_counter() > deadline)
			return disable_withdraw();
		arch_cpu_relax();
		seen = load_acquire(&disabling);
	}
	return true;
}

/*
 * Parked CPUs of the root cell go to the firmware, as they would be without us. There is no way back
 * any more: of one that stays, the driver learns by the error, and keeps the memory.
 */
static void disable_parked(void)
{
	struct cpu *cpu;
	u32 n, state;

	error_begin();
	for_each_cpu(cpu, n) {
		state = load_acquire(&cpu->state);
		if (state == CPU_DEAD)
			fail(MSG_BROKEN);
		if (state != CPU_PARKED)
			continue;
		cpu_send_event(cpu, EVENT_OFF);
		arch_cpu_wait_off(cpu);
	}
}

long system_disable(struct cpu *cpu)
{
	int err;

	if (read_once(cell_count) > 1)
		return -EBUSY;
	if (hypervisor_broken)
		return refuse_broken();
	error_begin();
	err = arch_check_disable();
	if (err)
		return err;
	if (!arch_cpu_drained(cpu))
		return -EAGAIN;
	if (!disable_barrier()) {
		arch_cpu_undrain(cpu);
		return -EAGAIN;
	}
	/* The first one to come through sends the parked ones away. */
	if (!(atomic_or(&disabling, DISABLE_GONE >> 1) & DISABLE_GONE >> 1))
		disable_parked();
	arch_cpu_handback(cpu);
}
