/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Integer types of fixed width under the names that the contract headers, configuration files and
 * inmates use. A u64 is an unsigned long long on every ABI, so one format ("%llx") fits all.
 */
#ifndef JAILHOUSE_TYPES_H
#define JAILHOUSE_TYPES_H

#ifdef __KERNEL__

#include <linux/types.h>

#else /* !__KERNEL__ */

typedef signed char __s8;
typedef unsigned char __u8;
typedef signed short __s16;
typedef unsigned short __u16;
typedef signed int __s32;
typedef unsigned int __u32;
__extension__ typedef signed long long __s64;
__extension__ typedef unsigned long long __u64;

typedef __s8 s8;
typedef __u8 u8;
typedef __s16 s16;
typedef __u16 u16;
typedef __s32 s32;
typedef __u32 u32;
typedef __s64 s64;
typedef __u64 u64;

#endif /* !__KERNEL__ */

_Static_assert(sizeof(u8) == 1 && sizeof(u16) == 2 && sizeof(u32) == 4 && sizeof(u64) == 8,
	       "integer types have the width that their names say");

#endif /* JAILHOUSE_TYPES_H */
