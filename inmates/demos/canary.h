/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* System registers that the canary watches. */
#ifndef DEMOS_CANARY_H
#define DEMOS_CANARY_H

#include <inmate.h>

/*
 * Fills those that nothing else uses with patterns, at the first call. Returns how many of all that do
 * not change by themselves have changed since. Does not exit to a hypervisor.
 */
unsigned int canary_system_registers(void);

#endif /* DEMOS_CANARY_H */
