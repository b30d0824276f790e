/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* PI controller with a limited output and no wind-up. Pure: no clock, no input, no output. */
#ifndef RTOS_PI_H
#define RTOS_PI_H

struct pi {
	double kp;	  /* output per unit of error */
	double ki;	  /* output per unit of error and second */
	double low, high; /* limits of the output */
	double integral;  /* share of the integral part in the output, within the limits */
};

/* Sets gains and limits (low < high), integral part 0 or the nearest limit. */
void pi_init(struct pi *pi, double kp, double ki, double low, double high);

/* The output for @error = set point - actual value, after @step seconds; within the limits. */
double pi_run(struct pi *pi, double error, double step);

#endif /* RTOS_PI_H */
