/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Simulated DC motor with permanent magnets. Pure: no clock, no input, no output. SI units. */
#ifndef RTOS_DCMOTOR_H
#define RTOS_DCMOTOR_H

struct dcmotor_constants {
	double resistance; /* ohm */
	double inductance; /* H */
	double torque;	   /* Nm/A, also the voltage constant in Vs/rad */
	double inertia;	   /* kg m^2, rotor and load */
	double friction;   /* Nm s/rad */
	double voltage;	   /* V, supply; the bridge gives -voltage .. +voltage */
};

struct dcmotor {
	const struct dcmotor_constants *constants;
	double current; /* A */
	double speed;	/* rad/s */
};

/* A 24 V, 100 W motor, idle at about 2900 rpm. */
extern const struct dcmotor_constants dcmotor_100w;

/* At rest, without current. */
void dcmotor_init(struct dcmotor *motor, const struct dcmotor_constants *constants);

/*
 * Lets @step seconds pass with @voltage (cut to the supply) at the terminals and @load Nm at the
 * shaft, which acts against positive speed. Integrates in steps of at most 50 us.
 */
void dcmotor_run(struct dcmotor *motor, double voltage, double load, double step);

double dcmotor_rpm(const struct dcmotor *motor);

#endif /* RTOS_DCMOTOR_H */
