/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * DC motor:	L di/dt = u - R i - k w		(electrical)
 *		J dw/dt = k i - b w - load	(mechanical)
 *
 * Semi-implicit Euler: the speed uses the new current. The electrical time constant (1.3 ms) is 25
 * steps of 50 us, so the steps are small enough for both equations.
 */
#include "dcmotor.h"

#define MAX_STEP      50e-6
#define RPM_PER_RAD_S 9.549296585513721 /* 60 / (2 pi) */

const struct dcmotor_constants dcmotor_100w = {
	.resistance = 0.60,
	.inductance = 0.80e-3,
	.torque = 0.077,
	.inertia = 1.2e-4,
	.friction = 5.0e-5,
	.voltage = 24.0,
};

void dcmotor_init(struct dcmotor *motor, const struct dcmotor_constants *constants)
{
	motor->constants = constants;
	motor->current = 0;
	motor->speed = 0;
}

static void integrate(struct dcmotor *motor, double voltage, double load, double step)
{
	const struct dcmotor_constants *c = motor->constants;

	motor->current += step / c->inductance *
			  (voltage - c->resistance * motor->current - c->torque * motor->speed);
	motor->speed += step / c->inertia *
			(c->torque * motor->current - c->friction * motor->speed - load);
}

void dcmotor_run(struct dcmotor *motor, double voltage, double load, double step)
{
	double limit = motor->constants->voltage;
	int steps = (int)(step / MAX_STEP) + 1;

	if (voltage > limit)
		voltage = limit;
	else if (voltage < -limit)
		voltage = -limit;
	for (int n = 0; n < steps; n++)
		integrate(motor, voltage, load, step / steps);
}

double dcmotor_rpm(const struct dcmotor *motor)
{
	return motor->speed * RPM_PER_RAD_S;
}
