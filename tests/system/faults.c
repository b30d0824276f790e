/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Errors of the hypervisor itself, on request. This is linked with the objects of the hypervisor to an
 * image for tests: the linker leads calls of hypercall() here (--wrap). The product has nothing of it.
 *
 * The root cell asks by a hypercall of its own for a fault on some CPU. It happens there at once, or
 * with the next hypercall that the CPU makes; or in the middle of the next change of a cell's tables
 * (arch_paging_flush() is led here as well), be it this CPU's or another's, who waits until it has
 * happened.
 */
#include <core/cell.h>
#include <core/error.h>
#include <core/system.h>

#define HYPERCALL_FAULT 0x46415541 /* arg1: logical CPU number, arg2: enum fault */

enum fault {
	FAULT_NONE,
	FAULT_NULL,	 /* a read by a NULL pointer */
	FAULT_BUG,	 /* a rule that does not hold */
	FAULT_STACK,	 /* a recursion without end */
	FAULT_CODE,	 /* a write to the own code */
	FAULT_UNDEFINED, /* an instruction that does not exist */
	FAULT_AWAY	 /* none: as if something below kept the CPU from leaving its guest */
};

#define FAULT_LOCKED  0x100 /* with the management lock held */
#define FAULT_CHANGE  0x200 /* in the middle of a change of tables */
#define FAULT_SECONDS 16    /* from this bit on: how long the CPU is away */

long __real_hypercall(struct cpu *cpu, u64 code, u64 arg1, u64 arg2);
long __wrap_hypercall(struct cpu *cpu, u64 code, u64 arg1, u64 arg2);
void __real_cpu_handle_events(struct cpu *cpu);
void __wrap_cpu_handle_events(struct cpu *cpu);
void __real_arch_paging_flush(const struct paging *paging, u64 virt, u64 size);
void __wrap_arch_paging_flush(const struct paging *paging, u64 virt, u64 size);

static u32 wanted_cpu, wanted;
static bool changing;
static volatile u64 null_pointer, deepest = ~0ULL;

static u64 overflow(u64 depth) __attribute__((noinline));

static u64 overflow(u64 depth)
{
	volatile u64 frame[16];

	frame[0] = depth;
	if (depth < deepest)
		frame[1] = overflow(depth + 1);
	return frame[0] + frame[1];
}

/* Others see a CPU in its guest, which no NMI reaches: they are held back here. */
static void stay_away(struct cpu *cpu, u32 seconds)
{
#ifdef __x86_64__
	u64 deadline = arch_counter() + arch_counter_hz() * seconds;

	atomic_swap(&cpu->arch.in_guest, 1);
	while (arch_counter() < deadline)
		arch_cpu_relax();
	atomic_swap(&cpu->arch.in_guest, 0);
#else
	(void)cpu;
	(void)seconds;
#endif
}

static void commit(struct cpu *cpu, u32 fault)
{
	if (fault & FAULT_LOCKED)
		management_trylock();
	switch (fault & 0xff) {
	case FAULT_NULL:
		(void)*(volatile u32 *)null_pointer;
		break;
	case FAULT_BUG:
		hypervisor_bug("a deliberate one");
		break;
	case FAULT_STACK:
		overflow(0);
		break;
	case FAULT_CODE:
		*(volatile u32 *)image_text = 0;
		break;
	case FAULT_UNDEFINED:
		__builtin_trap();
	case FAULT_AWAY:
		stay_away(cpu, fault >> FAULT_SECONDS);
	}
}

static void commit_wanted(struct cpu *cpu)
{
	u32 fault = wanted;

	write_once(wanted, FAULT_NONE);
	commit(cpu, fault);
}

static bool is_wanted(u32 change)
{
	return (load_acquire(&wanted) & FAULT_CHANGE) == change && wanted;
}

/* Here a CPU comes that another one has interrupted. */
void __wrap_cpu_handle_events(struct cpu *cpu)
{
	if (changing && is_wanted(FAULT_CHANGE) && wanted_cpu == cpu->id)
		commit_wanted(cpu);
	__real_cpu_handle_events(cpu);
}

void __wrap_arch_paging_flush(const struct paging *paging, u64 virt, u64 size)
{
	struct cpu *cpu = this_cpu();

	if (paging->ctx && is_wanted(FAULT_CHANGE)) {
		if (wanted_cpu == cpu->id)
			commit_wanted(cpu);
		write_once(changing, true);
		arch_cpu_kick(cpu_by_id(wanted_cpu));
		while (is_wanted(FAULT_CHANGE))
			arch_cpu_relax();
		write_once(changing, false);
	}
	__real_arch_paging_flush(paging, virt, size);
}

long __wrap_hypercall(struct cpu *cpu, u64 code, u64 arg1, u64 arg2)
{
	if (code == HYPERCALL_FAULT && cell_is_root(cpu->cell)) {
		wanted_cpu = (u32)arg1;
		store_release(&wanted, (u32)arg2);
	}
	if (is_wanted(0) && wanted_cpu == cpu->id)
		commit_wanted(cpu);
	return code == HYPERCALL_FAULT ? 0 : __real_hypercall(cpu, code, arg1, arg2);
}
