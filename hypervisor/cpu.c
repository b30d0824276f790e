/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * CPUs: where their data is, how one is stopped, started and parked. See <core/cpu.h> for the
 * states. A request is an event bit plus a kick; the one who asks waits, with a bound, until the
 * other has changed its own state.
 */
#include <core/bitmap.h>
#include <core/cell.h>
#include <core/error.h>
#include <core/printk.h>
#include <core/string.h>
#include <core/system.h>

/*
 * A per-CPU area: the ring, then this page, then the stack. Ring and struct cpu are mapped on all
 * CPUs, the stack on its own CPU only.
 */
#define AREA_RING  0
#define AREA_CPU   (AREA_RING + sizeof(struct jailhouse_console_ring))
#define AREA_STACK (AREA_CPU + PAGE_SIZE)
#define AREA_SIZE  (AREA_STACK + CPU_STACK_SIZE)

_Static_assert(sizeof(struct jailhouse_console_ring) % PAGE_SIZE == 0, "rings are whole pages");
_Static_assert(sizeof(struct cpu) <= PAGE_SIZE, "struct cpu has a page");
_Static_assert(AREA_SIZE == CPU_AREA_SIZE, "the entry finds the stack at the end of the area");

void *cpu_area(u32 id)
{
	return image_end + (u64)id * AREA_SIZE;
}

struct cpu *cpu_by_id(u32 id)
{
	struct cpu *cpu;

	if (id >= image_header.max_cpus || id >= CPU_MAX)
		return NULL;
	cpu = (struct cpu *)((char *)cpu_area(id) + AREA_CPU);
	return read_once(cpu->state) == CPU_ABSENT ? NULL : cpu;
}

struct cpu *cpu_init(u32 id)
{
	char *area = cpu_area(id);
	struct cpu *cpu = (struct cpu *)(area + AREA_CPU);

	cpu->id = id;
	cpu->ring = (struct jailhouse_console_ring *)(area + AREA_RING);
	store_release(&cpu->state, CPU_RUNNING);
	return cpu;
}

void cpu_send_event(struct cpu *cpu, u32 events)
{
	atomic_or(&cpu->events, events);
	arch_cpu_kick(cpu);
}

/* Whether the CPU is parked, and has seen that it is asked to be. */
static bool cpu_has_stopped(struct cpu *cpu)
{
	return !(atomic_add(&cpu->events, 0) & EVENT_STOP) &&
	       load_acquire(&cpu->state) == CPU_PARKED;
}

static bool cpu_wait_stopped(struct cpu *cpu)
{
	u64 deadline = arch_counter() + arch_counter_hz() * LEAVE_PATIENCE_S;

	while (arch_counter() < deadline && !cpu_has_stopped(cpu))
		arch_cpu_relax();
	return cpu_has_stopped(cpu);
}

/* Each CPU is asked to park, and forgets starts that came before. */
static int stop_round(const u64 *cpus)
{
	struct cpu *cpu;
	u32 n;

	for_each_cpu(cpu, n)
		if (bit_test(cpus, n))
			cpu_send_event(cpu, EVENT_STOP);
	for_each_cpu(cpu, n)
		if (bit_test(cpus, n) && !cpu_wait_stopped(cpu))
			return fail(MSG_CPU_STUCK, n, LEAVE_PATIENCE_S);
	return 0;
}

/*
 * First nobody can be started any more, then whoever runs is stopped. After that no CPU of the cell
 * is left that could start another; the second round is for starts that were on their way to a CPU
 * which had answered the first one already.
 */
int cpu_stop(const u64 *cpus)
{
	struct cpu *cpu;
	u32 n;
	int err;

	for_each_cpu(cpu, n)
		if (bit_test(cpus, n))
			atomic_swap(&cpu->held, 1);
	err = stop_round(cpus);
	return err ? err : stop_round(cpus);
}

void cpu_release(const u64 *cpus)
{
	struct cpu *cpu;
	u32 n;

	for_each_cpu(cpu, n)
		if (bit_test(cpus, n))
			store_release(&cpu->held, 0);
}

bool cpu_start(struct cpu *cpu, u64 entry, u64 arg)
{
	if (load_acquire(&cpu->held) || load_acquire(&cpu->state) != CPU_PARKED ||
	    !atomic_change(&cpu->start_pending, 0, 1))
		return false;
	cpu->entry = entry;
	cpu->entry_arg = arg;
	cpu_send_event(cpu, EVENT_RESET);
	return true;
}

/*
 * Asked to start: say so first, then see whether that is still wanted. CPUs of a cell that has ended
 * do not wake each other up again.
 */
static bool cpu_may_run(struct cpu *cpu)
{
	atomic_swap(&cpu->state, CPU_RUNNING);
	if (!atomic_add(&cpu->held, 0) && read_once(cpu->cell->state) == JAILHOUSE_CELL_RUNNING)
		return true;
	store_release(&cpu->state, CPU_PARKED);
	return false;
}

void cpu_park(enum cpu_state state)
{
	struct cpu *cpu = this_cpu();
	u32 events;

	arch_cpu_quiesce(cpu);
	store_release(&cpu->state, state);
	while (true) {
		events = atomic_swap(&cpu->events, 0);
		if (events & EVENT_STOP) {
			events &= ~(u32)EVENT_RESET;
			write_once(cpu->start_pending, 0);
			store_release(&cpu->state, CPU_PARKED);
		}
		if (events & EVENT_OFF)
			arch_cpu_off(cpu);
		if (events & EVENT_RESET) {
			if (cpu_may_run(cpu))
				break;
			write_once(cpu->start_pending, 0);
		}
		arch_cpu_wait(cpu);
	}
	write_once(cpu->start_pending, 0);
	arch_cpu_reset(cpu);
}

void cpu_handle_events(struct cpu *cpu)
{
	u32 events = atomic_swap(&cpu->events, 0);

	if (events & EVENT_STOP)
		cpu_park(CPU_PARKED);
	if (events & EVENT_INTERRUPT)
		arch_cpu_interrupts(cpu);
}

void cpu_condemn(struct cpu *cpu)
{
	write_once(hypervisor_broken, 1);
	if (read_once(cpu->state) == CPU_DEAD)
		arch_cpu_die();
	store_release(&cpu->state, CPU_DEAD);
	if (cpu->cell && !cell_is_root(cpu->cell))
		cell_fail(cpu);
}

void hypervisor_bug(const char *what)
{
	struct cpu *cpu = this_cpu();

	cpu_condemn(cpu);
	printk("FATAL: BUG in the hypervisor on CPU %u: %s", cpu->id, what);
	printk("  found at %016llx", (u64)__builtin_return_address(0));
	if (cpu->cell)
		arch_dump_guest(cpu);
	arch_cpu_die();
}

const char *cpu_explain_fault(const struct cpu *cpu, u64 address)
{
	u64 stack = cpu->stack_top - CPU_STACK_SIZE;

	if (address < PAGE_SIZE)
		return ", by a NULL pointer";
	if (address >= stack - PAGE_SIZE && address < stack)
		return ", its stack is full";
	return "";
}
