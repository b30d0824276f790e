/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Decoder of memory accesses, see <asm/insn.h>. Three groups of encodings matter: pairs, literals
 * and single registers. In all of them bit 26 tells vector registers, which are refused.
 */
#include <asm/insn.h>

#define bits(word, low, count)	((word) >> (low) & ((1U << (count)) - 1))
#define sbits(word, low, count) ((s64)(s32)((word) << (32 - (low) - (count))) >> (32 - (count)))

#define GROUP_PAIR(word)    (((word)&0x3e000000) == 0x28000000)
#define GROUP_LITERAL(word) (((word)&0x3f000000) == 0x18000000)
#define GROUP_SINGLE(word)  (((word)&0x3e000000) == 0x38000000)

/* Bits 24 and 23 of a pair */
#define PAIR_NO_ALLOCATE 0
#define PAIR_POST	 1
#define PAIR_PRE	 3

/* Bits 11 and 10 of a single register without a 12-bit offset */
#define SINGLE_POST  1
#define SINGLE_INDEX 2
#define SINGLE_PRE   3

/* A changed base that is also one of the registers is UNPREDICTABLE. */
static bool write_back_is_clear(const struct insn *insn)
{
	return !insn->write_back || insn->base == INSN_SP ||
	       (insn->base != insn->rt[0] && (insn->count == 1 || insn->base != insn->rt[1]));
}

/* Bits 31 and 30 are 0: 4 bytes, 1: 4 bytes, loads with sign, 2: 8 bytes. */
static bool decode_pair(u32 word, struct insn *insn)
{
	u32 kind = bits(word, 30, 2), index = bits(word, 23, 2);

	insn->write = !bits(word, 22, 1);
	if (kind == 3 || (kind == 1 && (insn->write || index == PAIR_NO_ALLOCATE)))
		return false;
	insn->count = 2;
	insn->size = kind == 2 ? 8 : 4;
	insn->sign_extend = kind == 1;
	insn->wide = kind != 0;
	insn->rt[1] = (u8)bits(word, 10, 5);
	insn->offset = sbits(word, 15, 7) * insn->size;
	insn->write_back = index == PAIR_POST || index == PAIR_PRE;
	insn->address = index == PAIR_POST ? INSN_BASE : INSN_BASE_OFFSET;
	return insn->write || insn->rt[0] != insn->rt[1];
}

/* Bits 31 and 30 are 0: 4 bytes, 1: 8 bytes, 2: 4 bytes with sign, 3: a prefetch. */
static bool decode_literal(u32 word, struct insn *insn)
{
	u32 kind = bits(word, 30, 2);

	insn->size = kind == 1 ? 8 : 4;
	insn->sign_extend = kind == 2;
	insn->wide = kind != 0;
	insn->address = INSN_LITERAL;
	insn->offset = sbits(word, 5, 19) * 4;
	return kind != 3;
}

/* Only words and double words extend an index as the option field of bits 15 to 13 says. */
static bool decode_index(u32 word, struct insn *insn)
{
	insn->address = INSN_BASE_INDEX;
	insn->index = (u8)bits(word, 16, 5);
	insn->extend = (u8)bits(word, 13, 3);
	insn->shift = bits(word, 12, 1) ? (u8)bits(word, 30, 2) : 0;
	return insn->extend & 2;
}

static bool decode_single_address(u32 word, struct insn *insn)
{
	u32 form = bits(word, 10, 2);

	insn->address = INSN_BASE_OFFSET;
	if (bits(word, 24, 1)) {
		insn->offset = (s64)bits(word, 10, 12) * insn->size;
		return true;
	}
	if (bits(word, 21, 1))
		return form == SINGLE_INDEX && decode_index(word, insn);
	insn->offset = sbits(word, 12, 9);
	insn->write_back = form == SINGLE_POST || form == SINGLE_PRE;
	if (form == SINGLE_POST)
		insn->address = INSN_BASE;
	return true;
}

/*
 * Bits 31 and 30 are the size. Bits 23 and 22 are 0: store, 1: load, 2: load with sign to 64 bits, 3:
 * to 32 bits; what would not extend anything is a prefetch or nothing.
 */
static bool decode_single(u32 word, struct insn *insn)
{
	u32 kind = bits(word, 22, 2);

	insn->size = (u8)(1 << bits(word, 30, 2));
	insn->write = kind == 0;
	insn->sign_extend = kind >= 2;
	insn->wide = insn->size == 8 || kind == 2;
	if (insn->sign_extend && insn->size >= (insn->wide ? 8 : 4))
		return false;
	return decode_single_address(word, insn);
}

bool insn_decode(u32 word, struct insn *insn)
{
	bool known = false;

	*insn = (struct insn){
		.count = 1,
		.rt = { (u8)bits(word, 0, 5) },
		.base = (u8)bits(word, 5, 5),
	};
	if (GROUP_PAIR(word))
		known = decode_pair(word, insn);
	else if (GROUP_LITERAL(word))
		known = decode_literal(word, insn);
	else if (GROUP_SINGLE(word))
		known = decode_single(word, insn);
	return known && write_back_is_clear(insn);
}

static u64 extended_index(const struct insn *insn, u64 index)
{
	if (!(insn->extend & 1))
		index = insn->extend & 4 ? (u64)(s64)(s32)index : (u32)index;
	return index << insn->shift;
}

u64 insn_target(const struct insn *insn, u64 base, u64 index, u64 pc)
{
	switch (insn->address) {
	case INSN_BASE:
		return base;
	case INSN_BASE_INDEX:
		return base + extended_index(insn, index);
	case INSN_LITERAL:
		return pc + (u64)insn->offset;
	default:
		return base + (u64)insn->offset;
	}
}

/* Bits of the SPSR */
#define FLAG_V(spsr) ((spsr) >> 28 & 1)
#define FLAG_C(spsr) ((spsr) >> 29 & 1)
#define FLAG_Z(spsr) ((spsr) >> 30 & 1)
#define FLAG_N(spsr) ((spsr) >> 31 & 1)
#define IT_MASK	     0x0600fc00ULL

#define CONDITION_ALWAYS 14

bool insn_condition(u32 cond, u64 spsr)
{
	bool holds;

	switch (cond >> 1) {
	case 0: /* EQ, NE and so on: the odd one of each pair is the opposite */
		holds = FLAG_Z(spsr);
		break;
	case 1: /* CS */
		holds = FLAG_C(spsr);
		break;
	case 2: /* MI */
		holds = FLAG_N(spsr);
		break;
	case 3: /* VS */
		holds = FLAG_V(spsr);
		break;
	case 4: /* HI */
		holds = FLAG_C(spsr) && !FLAG_Z(spsr);
		break;
	case 5: /* GE */
		holds = FLAG_N(spsr) == FLAG_V(spsr);
		break;
	case 6: /* GT */
		holds = FLAG_N(spsr) == FLAG_V(spsr) && !FLAG_Z(spsr);
		break;
	default: /* always, both of them */
		return true;
	}
	return holds != (cond & 1);
}

/* ITSTATE: its upper six bits are bits 10 to 15, its lower two 25 and 26. */
static u32 it_state(u64 spsr)
{
	return (u32)((spsr >> 8 & 0xfc) | (spsr >> 25 & 3));
}

u32 insn_it_condition(u64 spsr)
{
	u32 it = it_state(spsr);

	return it & 0xf ? it >> 4 : CONDITION_ALWAYS;
}

u64 insn_it_advance(u64 spsr)
{
	u32 it = it_state(spsr);

	it = it & 7 ? (it & 0xe0) | (it << 1 & 0x1f) : 0;
	return (spsr & ~IT_MASK) | (u64)(it & 0xfc) << 8 | (u64)(it & 3) << 25;
}
