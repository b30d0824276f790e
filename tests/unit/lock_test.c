/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Locks: who gets one, who waits and for how long, and what becomes of one whose CPU has died. The clock
 * goes on by one with each look at it, and something else may happen then.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

/* Which CPU this is, the test decides. */
#define this_cpu hardware_this_cpu
#include <core/cpu.h>
#undef this_cpu
#undef fail
#define this_cpu() running
static struct cpu *running;
#include "../../hypervisor/lock.c"

#define HZ 100ULL

static struct cpu cpus[3];
static u32 lock, bugs;
static u64 now, release_at, death_at;

struct cpu *cpu_by_id(u32 id)
{
	return id < 3 ? &cpus[id] : NULL;
}

u64 arch_counter(void)
{
	now++;
	if (now == release_at)
		lock_put(&lock);
	if (now == death_at)
		cpus[1].state = CPU_DEAD;
	return now;
}

u64 arch_counter_hz(void)
{
	return HZ;
}

void arch_cpu_relax(void) {}

void hypervisor_bug(const char *what)
{
	assert_string_equal(what, "a lock is never released");
	bugs++;
}

static int set_up(void **state)
{
	u32 n;

	(void)state;
	memset(cpus, 0, sizeof(cpus));
	for (n = 0; n < 3; n++) {
		cpus[n].id = n;
		cpus[n].state = CPU_RUNNING;
	}
	lock = bugs = 0;
	now = release_at = death_at = 0;
	running = &cpus[0];
	return 0;
}

static void take(u32 cpu)
{
	running = &cpus[cpu];
	lock_get(&lock);
}

static void is_free(void **state)
{
	(void)state;
	lock_get(&lock);
	assert_int_not_equal(lock, 0);
	assert_int_equal(now, 0);
	lock_put(&lock);
	assert_int_equal(lock, 0);
}

static void is_waited_for(void **state)
{
	(void)state;
	take(1);
	release_at = HZ * LOCK_PATIENCE_S - 1;
	take(0);
	assert_int_equal(lock, 1);
	assert_int_equal(bugs, 0);
	assert_true(now >= release_at);
}

static void of_a_dead_cpu_is_free(void **state)
{
	(void)state;
	take(1);
	cpus[1].state = CPU_DEAD;
	take(2);
	assert_int_equal(lock, 3);
	assert_int_equal(now, 0);

	/* And then it is that of who took it. */
	release_at = 50;
	take(0);
	assert_int_equal(lock, 1);
	assert_true(now >= 50);
	assert_int_equal(bugs, 0);
}

static void of_one_that_dies_meanwhile(void **state)
{
	(void)state;
	take(1);
	death_at = 30;
	take(0);
	assert_int_equal(lock, 1);
	assert_in_range(now, 30, 40);
	assert_int_equal(bugs, 0);
}

static void is_tried(void **state)
{
	(void)state;
	running = &cpus[1];
	assert_true(lock_try(&lock));
	running = &cpus[0];
	assert_false(lock_try(&lock));
	assert_int_equal(lock, 2);
	cpus[1].state = CPU_DEAD;
	assert_true(lock_try(&lock));
	assert_int_equal(lock, 1);
	assert_int_equal(now, 0);
}

/* Of a CPU that dies, its last words may need the lock as well. */
static void of_the_dying_itself(void **state)
{
	(void)state;
	lock_get(&lock);
	cpus[0].state = CPU_DEAD;
	lock_get(&lock);
	assert_int_equal(lock, 1);
	assert_int_equal(now, 0);
}

static void is_never_released(void **state)
{
	(void)state;
	take(1);
	take(0);
	assert_int_equal(bugs, 1);
	assert_int_equal(lock, 2);
	assert_in_range(now, HZ * LOCK_PATIENCE_S, HZ * LOCK_PATIENCE_S + 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(is_free, set_up),
		cmocka_unit_test_setup(is_waited_for, set_up),
		cmocka_unit_test_setup(of_a_dead_cpu_is_free, set_up),
		cmocka_unit_test_setup(of_one_that_dies_meanwhile, set_up),
		cmocka_unit_test_setup(is_tried, set_up),
		cmocka_unit_test_setup(of_the_dying_itself, set_up),
		cmocka_unit_test_setup(is_never_released, set_up),
	};

	return cmocka_run_group_tests_name("lock", tests, NULL, NULL);
}
