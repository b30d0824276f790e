/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Motor controller: a 1 kHz speed loop on absolute deadlines, PI control of a simulated DC motor
 * whose load changes in steps. Prints a line a second and one at the end.
 *
 *	setpoint=RPM	speed, -2500..2500 without -99..99 (1500)
 *	seconds=N	how long to run, 0 = until the cell is shut down (0)
 *
 * Output is buffered and sent in the time that a cycle leaves over, so it cannot delay control.
 */
#include <inmate.h>
#include "cycle.h"
#include "dcmotor.h"
#include "pi.h"

#define CYCLES_PER_SECOND 1000U
#define STEP		  (1.0 / CYCLES_PER_SECOND)
#define LOAD_PERIOD	  2000 /* cycles between two load steps */
#define LOAD_PHASE	  1250 /* cycle of the first one */
#define SETTLING	  500  /* cycles after a step in which the speed may differ */
#define TOLERANCE	  0.02
#define DRAIN_MARGIN	  (50 * NSEC_PER_USEC)
#define RAD_S_PER_RPM	  0.10471975511965977

/* Volts per rad/s: integral time is the motor's mechanical time constant, 12 ms. */
#define KP 0.09
#define KI 7.5

static struct {
	struct cycle cycle;
	struct dcmotor plant;
	struct pi pi;
	double setpoint; /* rpm */
	double load;	 /* Nm */
	u64 last_step;	 /* cycle of the last change of set point or load */
	u64 checked;	 /* time at which no cycle was due */
	bool in_control;
} motor;

static double load_at(u64 number)
{
	static const double loads[] = { 0.0, 0.10, 0.20, 0.05 };

	return loads[(number + LOAD_PERIOD - LOAD_PHASE) / LOAD_PERIOD % ARRAY_SIZE(loads)];
}

static void control(u64 number)
{
	double load = load_at(number), error;

	if (load != motor.load) {
		motor.load = load;
		motor.last_step = number;
	}
	error = motor.setpoint * RAD_S_PER_RPM - motor.plant.speed;
	dcmotor_run(&motor.plant, pi_run(&motor.pi, error, STEP), load, STEP);
}

static s64 scaled(double value, int factor)
{
	return (s64)(value * factor + (value < 0 ? -0.5 : 0.5));
}

static void judge(u64 cycles)
{
	double error = dcmotor_rpm(&motor.plant) / motor.setpoint - 1;

	if (cycles - motor.last_step > SETTLING && !(error <= TOLERANCE && error >= -TOLERANCE))
		motor.in_control = false;
}

static void report(u64 cycles)
{
	struct cycle_spread wake = cycle_report(&motor.cycle);
	u64 mean = wake.count ? wake.sum / wake.count : 0;
	char speed[24], load[24];

	judge(cycles);
	printf("motor: t=%llu s set=%lld rpm speed=%s rpm load=%s Nm "
	       "wake min=%llu mean=%llu max=%llu ns "
	       "cycles=%llu late=%llu lost=%llu\n",
	       cycles / CYCLES_PER_SECOND, scaled(motor.setpoint, 1),
	       format_fixed(speed, sizeof(speed), scaled(dcmotor_rpm(&motor.plant), 10), 1),
	       format_fixed(load, sizeof(load), scaled(motor.load, 100), 2), timer_to_ns(wake.min),
	       timer_to_ns(mean), timer_to_ns(wake.max), cycles, motor.cycle.late,
	       motor.cycle.lost);
}

/*
 * The last line counts the hypercalls that printing it costs, so its own length has to be known:
 * repeat until the number of digits does not change any more.
 */
static void final_report(void)
{
	u64 calls = 0, before;
	char line[192];

	timer_cancel();
	cycle_audit(&motor.cycle, motor.checked);
	printf("motor: counts mmio=%llu ipis=%llu power=%llu firmware=%llu spurious=%llu dropped=%llu\n",
	       inmate_stats.mmio, inmate_stats.ipis, inmate_stats.power, inmate_stats.firmware,
	       inmate_stats.spurious, console_dropped());
	console_drain(~0ULL);
	do {
		int length;

		before = calls;
		length = snprintf(
			line, sizeof(line),
			"motor: end cycles=%llu late=%llu lost=%llu irqs=%llu hypercalls=%llu control=%s\n",
			motor.cycle.next, motor.cycle.late, motor.cycle.lost, inmate_stats.irqs,
			calls, motor.in_control ? "ok" : "bad");
		calls = inmate_stats.hypercalls + console_cost_of(length);
	} while (calls != before);
	printf("%s", line);
	console_drain(~0ULL);
}

static bool shutdown(void)
{
	final_report();
	return true;
}

/* Runs all cycles that are due at @now. Returns the number of the next one. */
static u64 run_due(u64 number, u64 limit, u64 now)
{
	bool woken = true;

	while (now >= motor.cycle.start + number * motor.cycle.period &&
	       (!limit || number < limit)) {
		cycle_begin(&motor.cycle, number, now, woken);
		control(number++);
		if (number % CYCLES_PER_SECOND == 0)
			report(number);
		woken = false;
		now = timer_ticks();
	}
	motor.checked = now;
	return number;
}

static void run(u64 limit)
{
	u64 margin = timer_from_ns(DRAIN_MARGIN), number = 0;
	u64 period = timer_frequency() / CYCLES_PER_SECOND;

	cycle_init(&motor.cycle, timer_ticks() + period, period);
	while (!limit || number < limit) {
		u64 deadline = cycle_deadline(&motor.cycle);

		console_drain(deadline - margin);
		timer_wait(deadline);
		number = run_due(number, limit, timer_ticks());
	}
}

void inmate_main(void)
{
	s64 setpoint = cmdline_get_int("setpoint", 1500);
	s64 seconds = cmdline_get_int("seconds", 0);

	if (setpoint < -2500 || setpoint > 2500 || (setpoint > -100 && setpoint < 100) ||
	    seconds < 0 || seconds > 1000000000) {
		printf("motor: setpoint=%lld seconds=%lld: expected -2500..-100 or 100..2500 rpm, 0..1000000000 s\n",
		       setpoint, seconds);
		inmate_exit(JAILHOUSE_CELL_FAILED);
	}
	printf("motor: set point %lld rpm, %u cycles a second, counter %llu Hz\n", setpoint,
	       CYCLES_PER_SECOND, timer_frequency());

	motor.setpoint = setpoint;
	motor.in_control = true;
	dcmotor_init(&motor.plant, &dcmotor_100w);
	pi_init(&motor.pi, KP, KI, -dcmotor_100w.voltage, dcmotor_100w.voltage);
	console_buffered(true);
	inmate_on_shutdown(shutdown);
	run(seconds * CYCLES_PER_SECOND);
	final_report();
}
