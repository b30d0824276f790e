// SPDX-License-Identifier: GPL-2.0-only
/*
 * How long this CPU does not take interrupts: a timer comes each 20 us, on the CPU that the module was
 * loaded on, and the longest delay of one is kept. Where the emulator counts one nanosecond an
 * instruction, and nothing else runs, that is the number of instructions. Parameter "worst": the
 * longest delay in ns so far; written, it starts anew.
 */
#include <linux/hrtimer.h>
#include <linux/ktime.h>
#include <linux/module.h>

#define PERIOD_NS 20000

static ulong worst;
module_param(worst, ulong, 0644);
MODULE_PARM_DESC(worst, "longest delay in ns");

static struct hrtimer timer;

static enum hrtimer_restart tick(struct hrtimer *t)
{
	ulong late = ktime_to_ns(ktime_sub(ktime_get(), hrtimer_get_expires(t)));

	if (late > worst)
		worst = late;
	hrtimer_forward_now(t, ns_to_ktime(PERIOD_NS));
	return HRTIMER_RESTART;
}

static int __init stop_init(void)
{
	hrtimer_init(&timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED_HARD);
	timer.function = tick;
	hrtimer_start(&timer, ns_to_ktime(PERIOD_NS), HRTIMER_MODE_REL_PINNED_HARD);
	return 0;
}

static void __exit stop_exit(void)
{
	hrtimer_cancel(&timer);
}

module_init(stop_init);
module_exit(stop_exit);
MODULE_DESCRIPTION("Longest time without interrupts");
MODULE_LICENSE("GPL");
