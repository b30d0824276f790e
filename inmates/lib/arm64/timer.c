/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The virtual timer, by its compare value. Its interrupt is a level, so it is switched off. */
#include "asm.h"
#include "../internal.h"

#define TIMER_ENABLE 1

u64 timer_ticks(void)
{
	isb();
	return sysreg_read(cntvct_el0);
}

void arch_timer_program(u64 at)
{
	sysreg_write(cntv_cval_el0, at);
	sysreg_write(cntv_ctl_el0, TIMER_ENABLE);
	isb();
}

void arch_timer_off(void)
{
	sysreg_write(cntv_ctl_el0, 0);
	isb();
}

u32 arch_timer_irq(void)
{
	return TIMER_IRQ;
}

u64 arch_timer_init(void)
{
	arch_timer_off();
	return sysreg_read(cntfrq_el0);
}
