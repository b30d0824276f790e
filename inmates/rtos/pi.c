/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * PI controller. Wind-up is prevented by conditional integration: while the output is at a limit,
 * the integral part only moves away from that limit.
 */
#include "pi.h"

static double clamp(double value, double low, double high)
{
	return value < low ? low : value > high ? high : value;
}

void pi_init(struct pi *pi, double kp, double ki, double low, double high)
{
	pi->kp = kp;
	pi->ki = ki;
	pi->low = low;
	pi->high = high;
	pi->integral = clamp(0, low, high);
}

double pi_run(struct pi *pi, double error, double step)
{
	double integral = clamp(pi->integral + pi->ki * error * step, pi->low, pi->high);
	double output = pi->kp * error + integral;

	if ((output > pi->high && error > 0) || (output < pi->low && error < 0))
		output = pi->kp * error + pi->integral;
	else
		pi->integral = integral;
	return clamp(output, pi->low, pi->high);
}
