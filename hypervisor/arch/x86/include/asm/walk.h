/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Translation of a guest's linear addresses by the guest's own page tables (AMD APM vol. 2,
 * chapter 5), to look at an instruction that has trapped. Nothing is cached, no accessed bit is
 * set, and access rights are not checked: the CPU has done all of this when it fetched the
 * instruction.
 */
#ifndef ASM_WALK_H
#define ASM_WALK_H

#include <stdbool.h>

#include <jailhouse/types.h>

/* The guest's paging mode. */
struct walk {
	u64 cr3;
	bool paging;	/* CR0.PG */
	bool pse;	/* CR4.PSE */
	bool pae;	/* CR4.PAE */
	bool la57;	/* CR4.LA57 */
	bool long_mode; /* EFER.LMA */
};

/**
 * walk_reader - read an entry of a table
 * @address: guest-physical, aligned to the size
 * @size: 4 or 8 bytes
 *
 * Return: false if this is not the guest's memory
 */
typedef bool (*walk_reader)(void *ctx, u64 address, u32 size, u64 *value);

/**
 * walk_translate - find what a linear address is mapped to
 * @linear: any address; its upper half is ignored where the paging mode has 32 bits
 * @address: filled in with the guest-physical address
 *
 * Return: false if nothing is mapped there, or an entry on the way is not possible or not readable
 */
bool walk_translate(const struct walk *walk, u64 linear, walk_reader read, void *ctx, u64 *address);

#endif /* ASM_WALK_H */
