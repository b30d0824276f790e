/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Host tests of the motor controller's pure parts: PI controller, motor model, cycle book-keeping. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <cmocka.h>

#include "cycle.h"
#include "dcmotor.h"
#include "pi.h"

#define STEP	      1e-3
#define RAD_S_PER_RPM 0.10471975511965977
#define KP	      0.09
#define KI	      7.5

struct loop {
	struct dcmotor motor;
	struct pi pi;
	double highest; /* speed in rpm since the last call of run() began */
};

static void loop_init(struct loop *loop)
{
	dcmotor_init(&loop->motor, &dcmotor_100w);
	pi_init(&loop->pi, KP, KI, -dcmotor_100w.voltage, dcmotor_100w.voltage);
}

/* Returns the number of the last cycle outside of 2 % of the set point, plus 1. */
static int run(struct loop *loop, double setpoint, double load, int cycles)
{
	int settled = 0;

	loop->highest = -1e9;
	for (int n = 0; n < cycles; n++) {
		double error = setpoint * RAD_S_PER_RPM - loop->motor.speed;
		double rpm;

		dcmotor_run(&loop->motor, pi_run(&loop->pi, error, STEP), load, STEP);
		rpm = dcmotor_rpm(&loop->motor);
		if (rpm > loop->highest)
			loop->highest = rpm;
		if (fabs(rpm / setpoint - 1) > 0.02)
			settled = n + 1;
	}
	return settled;
}

static void motor_reaches_its_idle_speed(void **state)
{
	const struct dcmotor_constants *c = &dcmotor_100w;
	double expected = 12 * c->torque / (c->torque * c->torque + c->resistance * c->friction);
	struct dcmotor motor;

	(void)state;
	dcmotor_init(&motor, c);
	for (int n = 0; n < 1000; n++)
		dcmotor_run(&motor, 12, 0, STEP);
	assert_true(fabs(motor.speed / expected - 1) < 1e-6);
}

static void motor_holds_a_load_with_its_current(void **state)
{
	const struct dcmotor_constants *c = &dcmotor_100w;
	struct dcmotor motor;

	(void)state;
	dcmotor_init(&motor, c);
	for (int n = 0; n < 1000; n++)
		dcmotor_run(&motor, 12, 0.1, STEP);
	assert_true(fabs(motor.current * c->torque - (0.1 + c->friction * motor.speed)) < 1e-6);
}

static void motor_cannot_get_more_than_the_supply(void **state)
{
	struct dcmotor one, other;

	(void)state;
	dcmotor_init(&one, &dcmotor_100w);
	dcmotor_init(&other, &dcmotor_100w);
	dcmotor_run(&one, 1000, 0, 0.01);
	dcmotor_run(&other, dcmotor_100w.voltage, 0, 0.01);
	assert_true(one.speed == other.speed && one.current == other.current);
}

static void motor_model_does_not_depend_on_the_step(void **state)
{
	struct dcmotor coarse, fine;

	(void)state;
	dcmotor_init(&coarse, &dcmotor_100w);
	dcmotor_init(&fine, &dcmotor_100w);
	for (int n = 0; n < 20; n++)
		dcmotor_run(&coarse, 12, 0.05, 1e-3);
	for (int n = 0; n < 20000; n++)
		dcmotor_run(&fine, 12, 0.05, 1e-6);
	assert_true(fabs(coarse.speed / fine.speed - 1) < 0.01);
}

static void speed_settles_after_a_step(void **state)
{
	static const double setpoints[] = { 100, 500, 1500, 2500, -100, -1500, -2500 };
	struct loop loop;

	(void)state;
	for (unsigned int n = 0; n < sizeof(setpoints) / sizeof(setpoints[0]); n++) {
		loop_init(&loop);
		assert_in_range(run(&loop, setpoints[n], 0, 2000), 1, 300);
		assert_true(fabs(dcmotor_rpm(&loop.motor) / setpoints[n] - 1) < 1e-3);
	}
}

static void load_steps_are_rejected(void **state)
{
	static const double loads[] = { 0.10, 0.20, 0.05, 0.0 };
	struct loop loop;

	(void)state;
	loop_init(&loop);
	run(&loop, 1500, 0, 2000);
	for (unsigned int n = 0; n < sizeof(loads) / sizeof(loads[0]); n++) {
		assert_in_range(run(&loop, 1500, loads[n], 2000), 0, 300);
		assert_true(fabs(dcmotor_rpm(&loop.motor) / 1500 - 1) < 1e-3);
	}
}

static void integral_does_not_wind_up(void **state)
{
	struct loop loop;

	(void)state;
	loop_init(&loop);
	/* Out of reach for ten seconds: the output stays at its limit, and so does the integral. */
	run(&loop, 6000, 0, 10000);
	assert_true(dcmotor_rpm(&loop.motor) < 3100);
	assert_true(loop.pi.integral <= loop.pi.high);
	/* Back within reach: it settles as fast as ever, and does not stay above. */
	assert_in_range(run(&loop, 1500, 0, 2000), 1, 300);
}

static void overshoot_is_small(void **state)
{
	struct loop loop;

	(void)state;
	loop_init(&loop);
	run(&loop, 1500, 0, 2000);
	assert_true(loop.highest < 1500 * 1.25);
}

static void output_stays_within_its_limits(void **state)
{
	struct pi pi;

	(void)state;
	pi_init(&pi, 10, 100, 2, 5);
	assert_true(pi.integral == 2);
	assert_true(pi_run(&pi, 1e9, STEP) == 5);
	assert_true(pi_run(&pi, -1e9, STEP) == 2);
	for (int n = 0; n < 1000; n++)
		pi_run(&pi, -1, STEP);
	assert_true(pi.integral >= 2 && pi.integral <= 5);
}

/* ---- cycles ---- */

static void cycles_on_time_are_neither_late_nor_lost(void **state)
{
	struct cycle cycle;
	struct cycle_spread spread;

	(void)state;
	cycle_init(&cycle, 1000, 100);
	for (u64 n = 0; n < 10; n++) {
		assert_int_equal(cycle_deadline(&cycle), 1000 + n * 100);
		cycle_begin(&cycle, n, 1000 + n * 100 + n, 1);
	}
	assert_int_equal(cycle.next, 10);
	assert_int_equal(cycle.late, 0);
	assert_int_equal(cycle_audit(&cycle, 1950), 0);
	spread = cycle_report(&cycle);
	assert_int_equal(spread.min, 0);
	assert_int_equal(spread.max, 9);
	assert_int_equal(spread.sum, 45);
	assert_int_equal(spread.count, 10);
	assert_int_equal(cycle_report(&cycle).count, 0);
}

static void overdue_cycles_are_late_not_lost(void **state)
{
	struct cycle cycle;

	(void)state;
	cycle_init(&cycle, 0, 100);
	/* Woken at 350: cycles 0, 1, 2 are late, 3 is in time. */
	for (u64 n = 0; n < 4; n++)
		cycle_begin(&cycle, n, 350, n == 0);
	assert_int_equal(cycle.late, 3);
	assert_int_equal(cycle_audit(&cycle, 399), 0);
	assert_int_equal(cycle_report(&cycle).count, 1);
}

static void exactly_one_period_is_late(void **state)
{
	struct cycle cycle;

	(void)state;
	cycle_init(&cycle, 0, 100);
	cycle_begin(&cycle, 0, 99, 1);
	assert_int_equal(cycle.late, 0);
	cycle_begin(&cycle, 1, 200, 1);
	assert_int_equal(cycle.late, 1);
}

static void skipped_doubled_and_early_cycles_are_lost(void **state)
{
	struct cycle cycle;

	(void)state;
	cycle_init(&cycle, 0, 100);
	cycle_begin(&cycle, 0, 0, 1);
	cycle_begin(&cycle, 3, 300, 1);
	assert_int_equal(cycle.lost, 2);
	cycle_begin(&cycle, 3, 310, 1);
	assert_int_equal(cycle.lost, 3);
	cycle_begin(&cycle, 4, 399, 1);
	assert_int_equal(cycle.lost, 4);
	assert_int_equal(cycle.next, 5);
}

static void the_audit_finds_what_was_not_run(void **state)
{
	struct cycle cycle;

	(void)state;
	cycle_init(&cycle, 0, 100);
	assert_int_equal(cycle_audit(&cycle, 199), 2);
	cycle_init(&cycle, 100, 100);
	assert_int_equal(cycle_audit(&cycle, 99), 0);
	cycle_begin(&cycle, 0, 100, 1);
	assert_int_equal(cycle_audit(&cycle, 199), 0);
	assert_int_equal(cycle_audit(&cycle, 99), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(motor_reaches_its_idle_speed),
		cmocka_unit_test(motor_holds_a_load_with_its_current),
		cmocka_unit_test(motor_cannot_get_more_than_the_supply),
		cmocka_unit_test(motor_model_does_not_depend_on_the_step),
		cmocka_unit_test(speed_settles_after_a_step),
		cmocka_unit_test(load_steps_are_rejected),
		cmocka_unit_test(integral_does_not_wind_up),
		cmocka_unit_test(overshoot_is_small),
		cmocka_unit_test(output_stays_within_its_limits),
		cmocka_unit_test(cycles_on_time_are_neither_late_nor_lost),
		cmocka_unit_test(overdue_cycles_are_late_not_lost),
		cmocka_unit_test(exactly_one_period_is_late),
		cmocka_unit_test(skipped_doubled_and_early_cycles_are_lost),
		cmocka_unit_test(the_audit_finds_what_was_not_run),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
