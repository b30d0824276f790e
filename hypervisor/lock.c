/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Locks. The word holds the number of the CPU that has the lock, from 1 on, so that a CPU which died with
 * it keeps nobody waiting.
 */
#include <core/cpu.h>
#include <core/error.h>

static bool is_dead(u32 holder)
{
	const struct cpu *cpu = cpu_by_id(holder - 1);

	return cpu && load_acquire(&cpu->state) == CPU_DEAD;
}

bool lock_try(u32 *lock)
{
	u32 holder = read_once(*lock);

	return (!holder || is_dead(holder)) && atomic_change(lock, holder, this_cpu()->id + 1);
}

void lock_get(u32 *lock)
{
	u64 deadline;

	if (lock_try(lock))
		return;
	deadline = arch_counter() + arch_counter_hz() * LOCK_PATIENCE_S;
	while (!lock_try(lock)) {
		if (arch_counter() > deadline) {
			hypervisor_bug("a lock is never released");
			return;
		}
		arch_cpu_relax();
	}
}
