/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Atomic access to words that several CPUs share, and the one lock of the hypervisor. All of it
 * needs the MMU and the caches on.
 */
#ifndef CORE_ATOMIC_H
#define CORE_ATOMIC_H

#include <stdbool.h>

#include <jailhouse/types.h>

/* Read something that another CPU or a guest may change at any time, exactly once. */
#define read_once(x)	 (*(const volatile __typeof__(x) *)&(x))
#define write_once(x, v) (*(volatile __typeof__(x) *)&(x) = (v))

#define load_acquire(p)	    __atomic_load_n(p, __ATOMIC_ACQUIRE)
#define store_release(p, v) __atomic_store_n(p, v, __ATOMIC_RELEASE)

/* Full ordering; the value before. */
#define atomic_add(p, v)  __atomic_fetch_add(p, v, __ATOMIC_SEQ_CST)
#define atomic_or(p, v)	  __atomic_fetch_or(p, v, __ATOMIC_SEQ_CST)
#define atomic_and(p, v)  __atomic_fetch_and(p, v, __ATOMIC_SEQ_CST)
#define atomic_xor(p, v)  __atomic_fetch_xor(p, v, __ATOMIC_SEQ_CST)
#define atomic_swap(p, v) __atomic_exchange_n(p, v, __ATOMIC_SEQ_CST)

/* Set *p to @to if it is @from. Returns whether it was. */
static inline bool atomic_change(u32 *p, u32 from, u32 to)
{
	return __atomic_compare_exchange_n(p, &from, to, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

#endif /* CORE_ATOMIC_H */
