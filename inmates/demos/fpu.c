/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Floating point and vector registers: they come up as after reset, whatever was in them before,
 * and nobody else changes them. At its end the program leaves patterns and unusual control words
 * behind, so that a second start, or another cell, sees whether they have been cleared.
 *
 *	count=N		timer interrupts, 1 ms apart, during which the registers have to survive (1000)
 */
#include <inmate-x86.h>

#define FCW_RESET  0x0040
#define FCW_INIT   0x037f
#define MXCSR_INIT 0x1f80

static bool is_clean(const struct fpu_start *f)
{
	return (f->fcw == FCW_INIT || f->fcw == FCW_RESET) && !f->fsw && f->mxcsr == MXCSR_INIT &&
	       f->xcr0 <= 1 && !f->dirty;
}

static void leave_patterns(void)
{
	static const u16 fcw = 0x0f7f;
	static const u32 mxcsr = 0xffc0;
	u64 seen = timer_events;

	timer_arm(timer_ticks());
	inmate_check_registers(&timer_events, seen);
	asm volatile("fldcw %0; fldpi; fld1; ldmxcsr %1" : : "m"(fcw), "m"(mxcsr));
}

void inmate_main(void)
{
	s64 count = cmdline_get_int("count", 1000), wrong = 0;
	const struct fpu_start *start = fpu_start();
	u64 period = timer_from_ns(1000 * NSEC_PER_USEC), due = timer_ticks();

	printf("fpu: start fcw=0x%x fsw=0x%x ftw=0x%x mxcsr=0x%x xcr0=0x%llx dirty=%u\n",
	       start->fcw, start->fsw, start->ftw, start->mxcsr, start->xcr0, start->dirty);
	for (s64 n = 0; n < count; n++) {
		u64 seen = timer_events;

		due += period;
		timer_arm(due);
		wrong += inmate_check_registers(&timer_events, seen);
		inmate_poll();
	}
	printf("fpu: %lld interrupts, %lld registers changed\n", count, wrong);
	printf("fpu: %s\n", is_clean(start) && !wrong ? "passed" : "failed");
	leave_patterns();
}
