/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A hardware walker for tests: it looks at the tables at every hook of the page table code, as
 * hardware may at any time, and fails the test when it could have seen something forbidden.
 */
#ifndef TESTS_UNIT_WALKER_H
#define TESTS_UNIT_WALKER_H

#include <core/paging.h>

/*
 * Not the virtual address, and not where the page behind the bitmap would be aligned for two.
 */
#define WALKER_PHYS 0x40200000ULL

extern unsigned int walker_flushes; /* calls of arch_paging_flush() */
extern u64 walker_flush_virt;	    /* what the last one was for */
extern u64 walker_flush_size;

/* Makes a pool of that many pages and looks at no tables yet. */
void walker_start(u32 pages);

/* From now on the hardware uses these tables. */
void walker_attach(const struct paging *paging);

/* The hardware stops to use them; checks that nothing is left to be flushed. */
void walker_detach(void);

/* Where the hardware finds @virt, below the end of the address space, and whether to write there. */
bool walker_translate(u64 virt, u64 *phys, bool *writable);

/* Frees the pool. */
void walker_stop(void);

#endif /* TESTS_UNIT_WALKER_H */
