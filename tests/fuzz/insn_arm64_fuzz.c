/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fuzzer of the arm64 decoder (libFuzzer): a word, then the values of base, index and program
 * counter. What is accepted has to be an access that the hypervisor can carry out.
 */
#include <asm/insn.h>

#include "fuzz.h"

static void promise_fields(const struct insn *insn)
{
	promise(insn->size == 1 || insn->size == 2 || insn->size == 4 || insn->size == 8);
	promise(insn->count == 1 || insn->count == 2);
	promise(insn->rt[0] < 32 && insn->rt[1] < 32 && insn->base < 32 && insn->index < 32);
	promise(insn->shift == 0 || 1 << insn->shift == insn->size);
	promise(insn->offset >= -0x100000 && insn->offset < 0x100000);
	promise(!insn->write || (!insn->sign_extend && insn->address != INSN_LITERAL));
	promise(!insn->write_back || insn->address == INSN_BASE ||
		insn->address == INSN_BASE_OFFSET);
	promise(insn->write || insn->count == 1 || insn->rt[0] != insn->rt[1]);
}

/* Only the low part of what is loaded counts, and a 32-bit register has nothing above it. */
static void promise_effect(const struct insn *insn, u64 value)
{
	u64 low = insn->size < 8 ? value & ((1ULL << 8 * insn->size) - 1) : value;
	u64 loaded = insn_extend(value, insn->size, insn->sign_extend, insn->wide);

	promise(loaded == insn_extend(low, insn->size, insn->sign_extend, insn->wide));
	promise(insn->wide || loaded >> 32 == 0);
	promise(insn->sign_extend || loaded == low);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct insn insn;
	u64 values[3];
	u32 word;

	if (size < sizeof(word) + sizeof(values))
		return 0;
	memcpy(&word, data, sizeof(word));
	memcpy(values, data + sizeof(word), sizeof(values));
	if (!insn_decode(word, &insn))
		return 0;
	promise_fields(&insn);
	promise_effect(&insn, values[0]);
	if (insn.address == INSN_BASE)
		promise(insn_target(&insn, values[0], values[1], values[2]) == values[0]);
	else
		insn_target(&insn, values[0], values[1], values[2]);
	return 0;
}
