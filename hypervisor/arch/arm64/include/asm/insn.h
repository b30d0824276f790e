/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Decoder of A64 loads and stores of general registers (Arm ARM DDI 0487, C4.1, "Loads and
 * Stores"), for those data aborts that the hardware does not describe: pairs, and accesses that
 * write back their address.
 *
 * Exclusive, atomic and vector accesses are not for device registers and are refused, as is what a
 * CPU need not execute (UNPREDICTABLE).
 */
#ifndef ASM_INSN_H
#define ASM_INSN_H

#include <stdbool.h>

#include <jailhouse/types.h>

#define INSN_SP 31 /* as a base register; as any other it is the one that reads as zero */

enum insn_address {
	INSN_BASE_OFFSET, /* base + offset; also if the base changes to it (pre-indexed) */
	INSN_BASE,	  /* base; the offset is added to it later (post-indexed) */
	INSN_BASE_INDEX,  /* base + an index register */
	INSN_LITERAL,	  /* instruction + offset */
};

struct insn {
	u8 size;	  /* of each register's part of memory: 1, 2, 4 or 8 bytes */
	u8 count;	  /* of registers: 1 or 2 */
	bool write;	  /* memory is written */
	bool sign_extend; /* from the size of memory to that of the register, otherwise zeros */
	bool wide;	  /* the register has 64 bits; of others the upper half becomes zero */
	bool write_back;  /* the base becomes base + offset */
	u8 rt[2];
	u8 base;
	u8 index;
	u8 extend; /* option field: how the index is extended */
	u8 shift;  /* of the index, bits */
	enum insn_address address;
	s64 offset;
};

/**
 * insn_decode - find out what a memory access does
 * @word: the instruction
 * @insn: filled in; of index, extend and shift only if the address has an index
 *
 * Return: whether this is one of the known instructions
 */
bool insn_decode(u32 word, struct insn *insn);

/**
 * insn_target - address of the first byte that is accessed
 * @base: value of the base register
 * @index: value of the index register
 * @pc: address of the instruction
 */
u64 insn_target(const struct insn *insn, u64 base, u64 index, u64 pc);

/* A register after @value was loaded from memory; bits of it above @size bytes do not matter. */
static inline u64 insn_extend(u64 value, u32 size, bool sign, bool wide)
{
	u32 unused = 64 - 8 * size;

	value <<= unused;
	value = sign ? (u64)((s64)value >> unused) : value >> unused;
	return wide ? value : (u32)value;
}

/*
 * A32 and T32: an instruction traps whether its condition holds or not, and the state of a T32 block of
 * conditional instructions (IT) is a part of the SPSR.
 */

/* Whether condition @cond (0..15, as in an instruction) holds with the flags of @spsr. */
bool insn_condition(u32 cond, u64 spsr);

/* The condition that the IT block of @spsr gives the instruction; 14 (always) outside of one. */
u32 insn_it_condition(u64 spsr);

/* @spsr behind the instruction. */
u64 insn_it_advance(u64 spsr);

#endif /* ASM_INSN_H */
