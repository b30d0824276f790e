/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What fuzz.c and the architecture's part of it share. */
#ifndef DEMOS_FUZZ_H
#define DEMOS_FUZZ_H

#include <inmate.h>

/* One kind of operation; it may end in an exception, or end the cell. */
struct fuzz_kind {
	void (*run)(void);
	u32 weight; /* how often, among all kinds */
};

extern const struct fuzz_kind arch_kinds[];
extern const unsigned int arch_kind_count;

/* Called once, before the first operation. */
void arch_fuzz_init(void);

/* The next number of the seed's row; one below @limit; one of the kind that programs get wrong. */
u64 fuzz_number(void);
u64 fuzz_below(u64 limit);
u64 fuzz_value(void);

/* Whether to do something that ends the cell: about once in a life. */
bool fuzz_dares(void);

/* One access of 1, 2, 4 or 8 bytes to device memory; what is read does not matter. */
void fuzz_access(u64 address, unsigned int size, bool write, u64 value);

#endif /* DEMOS_FUZZ_H */
