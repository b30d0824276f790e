/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fuzzer of the x86 decoder (libFuzzer). The first byte of the input chooses the mode, the rest is
 * the instruction. libFuzzer's copy of the input ends with it, so the sanitizers see what is read
 * beyond.
 */
#include <asm/insn.h>

#include "fuzz.h"

static void promise_fields(const struct insn *insn, u32 size)
{
	promise(insn->length >= 2 && insn->length <= size && insn->length <= INSN_MAX_LENGTH);
	promise(insn->size == 1 || insn->size == 2 || insn->size == 4 || insn->size == 8);
	promise(insn->read || insn->write);
	promise(!insn->immediate || !insn->read);
	promise(insn->reg < 16 && (!insn->high_byte || insn->reg < 4));
	promise(insn->reg_size >= insn->size && insn->reg_size <= 8);
}

/* A load leaves all other registers alone, and a value that is stored fits into its operand. */
static void promise_effect(const struct insn *insn)
{
	u64 before[16], after[16], value;
	u32 n;

	for (n = 0; n < 16; n++)
		before[n] = 0x1122334455667788ULL * (n + 1);
	memcpy(after, before, sizeof(after));
	value = insn_store_value(insn, before);
	promise(insn->size == 8 || value >> (8 * insn->size) == 0);
	insn_load(insn, after, ~value);
	for (n = 0; n < 16; n++)
		promise(after[n] == before[n] || (insn->read && n == insn->reg));
}

/* What was accepted is accepted without anything behind it, and not with a byte less. */
static void promise_length(const u8 *code, enum insn_mode mode, const struct insn *insn)
{
	struct insn again;

	promise(insn_decode(code, insn->length, mode, &again));
	promise(again.length == insn->length && again.value == insn->value);
	promise(!insn_decode(code, insn->length - 1U, mode, &again));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const u8 opcodes2[] = { 0xa2, 0x32, 0x30, 0x01, 0x08, 0x09, 0x33 };
	enum insn_mode mode;
	struct insn insn;
	u32 n, length;

	if (size == 0)
		return 0;
	mode = data[0] % 3;
	data++;
	size--;
	if (insn_decode(data, (u32)size, mode, &insn)) {
		promise_fields(&insn, (u32)size);
		promise_effect(&insn);
		promise_length(data, mode, &insn);
	}
	for (n = 0; n < sizeof(opcodes2); n++) {
		length = insn_length_0f(data, (u32)size, mode, opcodes2[n],
					opcodes2[n] == 0x01 ? 0xd9 : -1);
		promise(length <= size && length <= INSN_MAX_LENGTH);
	}
	return 0;
}
