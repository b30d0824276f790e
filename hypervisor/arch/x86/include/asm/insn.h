/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Decoder of the instructions that access memory-mapped registers (AMD APM vol. 3). A nested page
 * fault tells the address but neither the size, the register, nor where the next instruction
 * starts; the bytes of the instruction do. What they address does not matter to registers, and is told
 * for plain 64-bit addresses only.
 *
 * Only plain moves are known: what compilers use for volatile objects, and XCHG. All others
 * (string, read-modify-write, vector) are not for device registers and are refused, as is anything
 * that a CPU would not have executed.
 */
#ifndef ASM_INSN_H
#define ASM_INSN_H

#include <stdbool.h>

#include <jailhouse/types.h>

#define INSN_MAX_LENGTH 15

/* Default operand and address size of the code segment. */
enum insn_mode {
	INSN_16,
	INSN_32,
	INSN_64,
};

struct insn {
	u8 length;
	u8 size;	  /* of the memory operand: 1, 2, 4 or 8 bytes */
	bool read;	  /* memory is loaded into the register */
	bool write;	  /* the register or the immediate is stored; XCHG does both */
	bool immediate;	  /* what is stored is the value, and no register takes part */
	bool high_byte;	  /* the register is AH, CH, DH or BH, with the number of A, C, D or B */
	bool sign_extend; /* from the size of memory to that of the register, otherwise zeros */
	u8 reg;		  /* 0..15 in the order of the encoding: A, C, D, B, SP, BP, SI, DI, 8.. */
	u8 reg_size; /* bytes of the register that change: of 1 and 2 the rest stays, of 4 not */
	u64 value;   /* the immediate, not longer than the memory operand */
	bool plain;  /* the address is base + index << scale + displacement, of 64 bits */
	u8 base, index, scale;
	s32 displacement;
};

#define INSN_NO_REGISTER 16 /* as index */

/**
 * insn_decode - find out what a memory access does
 * @bytes: the instruction
 * @available: number of bytes that may be looked at, may be more than the instruction has
 * @mode: of the code segment
 * @insn: filled in
 *
 * Return: whether this is one of the known instructions, complete, with a memory operand
 */
bool insn_decode(const u8 *bytes, u32 available, enum insn_mode mode, struct insn *insn);

/* The address of a plain memory operand, given the registers before the instruction. */
u64 insn_address(const struct insn *insn, const u64 gpr[16]);

/* What an instruction that writes stores, given the registers before it. */
u64 insn_store_value(const struct insn *insn, const u64 gpr[16]);

/* Puts what was read from memory into the register. Does nothing for one that only writes. */
void insn_load(const struct insn *insn, u64 gpr[16], u64 value);

/**
 * insn_length_0f - length of an instruction that has trapped for itself
 * @bytes: the instruction
 * @available: number of bytes that may be looked at
 * @mode: of the code segment
 * @opcode2: second byte of the opcode, after 0x0f
 * @modrm: third byte, or negative if there is none
 *
 * Return: bytes with all prefixes, 0 if it is another instruction or incomplete
 */
u32 insn_length_0f(const u8 *bytes, u32 available, enum insn_mode mode, u8 opcode2, int modrm);

#endif /* ASM_INSN_H */
