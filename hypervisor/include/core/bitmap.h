/* SPDX-License-Identifier: GPL-2.0-only */
/* Bitmaps of 64-bit words. */
#ifndef CORE_BITMAP_H
#define CORE_BITMAP_H

#include <stdbool.h>
#include <stddef.h>

#include <jailhouse/types.h>

static inline bool bit_test(const u64 *map, u32 bit)
{
	return map[bit / 64] >> (bit % 64) & 1;
}

static inline void bit_set(u64 *map, u32 bit)
{
	map[bit / 64] |= 1ULL << (bit % 64);
}

static inline void bit_clear(u64 *map, u32 bit)
{
	map[bit / 64] &= ~(1ULL << (bit % 64));
}

#endif /* CORE_BITMAP_H */
