/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Control and debug registers, and those model specific ones that a cell has for itself. */
#include <inmate-x86.h>

#include "canary.h"

#define PATTERN	 0x00003c96e178b4d2ULL /* an address */
#define MSR_FREE ARRAY_SIZE(msrs)
#define OTHERS	 8

/* SYSENTER, STAR to SFMASK, FS and kernel GS: nothing of the library uses them. */
static const u32 msrs[] = { 0x174,	0x175,	    0x176,	0xc0000081, 0xc0000082,
			    0xc0000083, 0xc0000084, 0xc0000100, 0xc0000102 };
static u64 seen[MSR_FREE + OTHERS];
static bool filled;

static void fill(void)
{
	for (unsigned int n = 0; n < MSR_FREE; n++)
		msr_write(msrs[n], msrs[n] == 0x174 || msrs[n] == 0xc0000084 ?
					   n + 0x40 :
					   PATTERN + n * 0x1000);
	asm volatile("mov %0, %%dr0; mov %1, %%dr1; mov %2, %%cr2"
		     :
		     : "r"(PATTERN), "r"(PATTERN + 1), "r"(PATTERN + 2));
}

static void read_others(u64 *value)
{
	asm volatile("mov %%dr0, %0; mov %%dr1, %1; mov %%dr7, %2; mov %%cr2, %3"
		     : "=r"(value[0]), "=r"(value[1]), "=r"(value[2]), "=r"(value[3]));
	asm volatile("mov %%cr0, %0; mov %%cr3, %1; mov %%cr4, %2; mov %%cr8, %3"
		     : "=r"(value[4]), "=r"(value[5]), "=r"(value[6]), "=r"(value[7]));
}

unsigned int canary_system_registers(void)
{
	u64 now[MSR_FREE + OTHERS];
	unsigned int wrong = 0;

	if (!filled)
		fill();
	for (unsigned int n = 0; n < MSR_FREE; n++)
		now[n] = msr_read(msrs[n]);
	read_others(&now[MSR_FREE]);
	for (unsigned int n = 0; n < ARRAY_SIZE(now); n++) {
		wrong += filled && now[n] != seen[n];
		seen[n] = now[n];
	}
	filled = true;
	return wrong;
}
