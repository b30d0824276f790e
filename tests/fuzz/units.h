/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Included before everything else where records of units are walked through: they lie in a row, as
 * the linker script has them, without what the sanitizer of clang puts behind each object.
 */
#ifndef TESTS_FUZZ_UNITS_H
#define TESTS_FUZZ_UNITS_H

#include <core/system.h>

#ifdef __clang__
#undef UNIT
#define UNIT(unit_name)                           \
	static const struct unit unit_##unit_name \
		__attribute__((used, section(".units"), aligned(8), no_sanitize("address")))
#endif

#endif /* TESTS_FUZZ_UNITS_H */
