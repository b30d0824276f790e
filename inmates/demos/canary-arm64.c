/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* System registers of EL1 and EL0. */
#include "canary.h"

#define PATTERN 0x5a3c96e178b4d20fULL

/* Free ones: what is written is what is read. */
#define FREE_REGISTERS(X) \
	X(tpidr_el0)      \
	X(tpidr_el1)      \
	X(contextidr_el1) \
	X(far_el1)

#define USED_REGISTERS(X) \
	X(sctlr_el1)      \
	X(ttbr0_el1)      \
	X(tcr_el1)        \
	X(mair_el1)       \
	X(vbar_el1)       \
	X(cpacr_el1)      \
	X(cntkctl_el1)    \
	X(csselr_el1)     \
	X(tpidrro_el0)

#define REGISTERS 13

static u64 seen[REGISTERS];
static bool filled;

unsigned int canary_system_registers(void)
{
	u64 now[REGISTERS];
	unsigned int n = 0, wrong = 0;

#define FILL(name)   \
	if (!filled) \
		asm volatile("msr " #name ", %0" : : "r"(PATTERN >> n++));
	FREE_REGISTERS(FILL)
	asm volatile("isb");
	n = 0;
#define READ(name) asm volatile("mrs %0, " #name : "=r"(now[n++]));
	FREE_REGISTERS(READ)
	USED_REGISTERS(READ)
	for (n = 0; n < REGISTERS; n++) {
		wrong += filled && now[n] != seen[n];
		seen[n] = now[n];
	}
	filled = true;
	return wrong;
}
