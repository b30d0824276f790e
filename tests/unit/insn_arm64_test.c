/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The decoder of arm64 against the assembler (insn_arm64_forms.def), and what must hold for every
 * word.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <asm/insn.h>

static const struct sample {
	const char *text;
	bool known;
	struct insn insn;
} samples[] = {
#define FORM(t, ...) { .text = (t), .known = true, .insn = { __VA_ARGS__ } },
#define REFUSED(t)   { .text = (t) },
#include "insn_arm64_forms.def"
};

/* The same texts, made by the assembler. */
static const u32 words[] = {
#include "insn_arm64_words.h"
};

#define SAMPLES (sizeof(samples) / sizeof(samples[0]))

#define assert_same(s, field, a, b)                                             \
	do {                                                                    \
		if ((a).field != (b).field)                                     \
			fail_msg("%s: " #field " is %lld, not %lld", (s)->text, \
				 (long long)(a).field, (long long)(b).field);   \
	} while (0)

static void assert_decodes(const struct sample *s, const struct insn *insn)
{
	u8 count = s->insn.count ? s->insn.count : 1;

	if (insn->count != count)
		fail_msg("%s: count is %u, not %u", s->text, insn->count, count);
	assert_same(s, size, *insn, s->insn);
	assert_same(s, write, *insn, s->insn);
	assert_same(s, sign_extend, *insn, s->insn);
	assert_same(s, wide, *insn, s->insn);
	assert_same(s, write_back, *insn, s->insn);
	assert_same(s, rt[0], *insn, s->insn);
	assert_same(s, rt[1], *insn, s->insn);
	assert_same(s, address, *insn, s->insn);
	assert_same(s, offset, *insn, s->insn);
	assert_same(s, index, *insn, s->insn);
	assert_same(s, extend, *insn, s->insn);
	assert_same(s, shift, *insn, s->insn);
	if (insn->address != INSN_LITERAL)
		assert_same(s, base, *insn, s->insn);
}

static void decodes_what_the_assembler_makes(void **state)
{
	struct insn insn;
	u32 n;

	(void)state;
	assert_int_equal(SAMPLES, sizeof(words) / sizeof(words[0]));
	for (n = 0; n < SAMPLES; n++) {
		if (insn_decode(words[n], &insn) != samples[n].known)
			fail_msg("%s (%08x) is%s decoded", samples[n].text, words[n],
				 samples[n].known ? " not" : "");
		if (samples[n].known)
			assert_decodes(&samples[n], &insn);
	}
}

/* Number of the sample with that text. */
static struct insn sample(const char *text)
{
	struct insn insn;
	u32 n;

	for (n = 0; n < SAMPLES; n++)
		if (!__builtin_strcmp(samples[n].text, text) && insn_decode(words[n], &insn))
			return insn;
	fail_msg("there is no sample %s", text);
	return samples[0].insn;
}

static void finds_the_target(void **state)
{
	static const struct {
		const char *text;
		u64 base, index, target;
	} cases[] = {
		{ "ldr w1, [x2], #4", 0x1000, 0, 0x1000 },
		{ "ldr w3, [x4, #-4]!", 0x1000, 0, 0xffc },
		{ "ldp x1, x2, [x3, #504]", 0x1000, 0, 0x11f8 },
		{ "ldr w1, [x2, x3]", 0x1000, ~0ULL, 0xfff },
		{ "str x1, [sp, w3, uxtw]", 0x1000, 0x1fffffff8, 0x100000ff8 },
		{ "ldr x1, [x2, w30, sxtw #3]", 0x1000, 0x1fffffffe, 0xff0 },
		{ "ldrsw x1, [x2, x3, sxtx #2]", 0x1000, ~0ULL, 0xffc },
		{ "ldr x2, . - 1048576", 0x1000, 0, 0x400000 },
		{ "ldrsw x3, . + 1048572", 0x1000, 0, 0x5ffffc },
	};
	u32 n;

	(void)state;
	for (n = 0; n < sizeof(cases) / sizeof(cases[0]); n++) {
		struct insn insn = sample(cases[n].text);
		u64 target = insn_target(&insn, cases[n].base, cases[n].index, 0x500000);

		if (target != cases[n].target)
			fail_msg("%s: target is 0x%llx, not 0x%llx", cases[n].text, target,
				 cases[n].target);
	}
}

static void extends_what_was_loaded(void **state)
{
	static const struct {
		const char *text;
		u64 value, loaded;
	} cases[] = {
		{ "ldrb w1, [x2], #1", 0x123456789abcdef0, 0xf0 },
		{ "ldrsb w7, [x8], #1", 0x123456789abcdef0, 0xfffffff0 },
		{ "ldrsb x7, [x8, #1]!", 0x123456789abcdef0, 0xfffffffffffffff0 },
		{ "ldrsh x7, [x8, #1]!", 0x123456789abc5ef0, 0x5ef0 },
		{ "ldr w1, [x2], #4", 0x123456789abcdef0, 0x9abcdef0 },
		{ "ldrsw x9, [x10], #-4", 0x123456789abcdef0, 0xffffffff9abcdef0 },
		{ "ldpsw x1, x2, [x3]", 0x123456787abcdef0, 0x7abcdef0 },
		{ "ldr x1, [x2], #8", 0x923456789abcdef0, 0x923456789abcdef0 },
	};
	u32 n;

	(void)state;
	for (n = 0; n < sizeof(cases) / sizeof(cases[0]); n++) {
		struct insn insn = sample(cases[n].text);
		u64 loaded = insn_extend(cases[n].value, insn.size, insn.sign_extend, insn.wide);

		if (loaded != cases[n].loaded)
			fail_msg("%s: loads 0x%llx, not 0x%llx", cases[n].text, loaded,
				 cases[n].loaded);
	}
}

/* Every 61st word: what is accepted is possible, and no vector register is among it. */
static void accepts_nothing_absurd(void **state)
{
	struct insn insn;
	u32 known = 0;
	u64 word;

	(void)state;
	for (word = 0; word <= 0xffffffff; word += 61) {
		if (!insn_decode((u32)word, &insn))
			continue;
		known++;
		if (word & 1 << 26)
			fail_msg("%08x is a vector instruction", (u32)word);
		if (insn.size == 0 || insn.size > 8 || (insn.size & (insn.size - 1)) ||
		    insn.count == 0 || insn.count > 2 || insn.rt[0] > 31 || insn.rt[1] > 31 ||
		    insn.base > 31 || insn.index > 31 || insn.shift > 3)
			fail_msg("%08x has impossible fields", (u32)word);
		if (insn.write && insn.sign_extend)
			fail_msg("%08x stores with a sign", (u32)word);
		if (insn.write_back && insn.base != INSN_SP && insn.base == insn.rt[0])
			fail_msg("%08x changes its own base", (u32)word);
	}
	assert_in_range(known, 1000000, 10000000);
}

/* Flags N, Z, C and V as the upper four bits of the SPSR. */
static void conditions_follow_the_flags(void **state)
{
	static const struct {
		u32 flags;
		u16 holding; /* bit n: condition n */
	} cases[] = {
		{ 0x0, 1 << 1 | 1 << 3 | 1 << 5 | 1 << 7 | 1 << 9 | 1 << 10 | 1 << 12 },
		{ 0x4, 1 << 0 | 1 << 3 | 1 << 5 | 1 << 7 | 1 << 9 | 1 << 10 | 1 << 13 },
		{ 0x2, 1 << 1 | 1 << 2 | 1 << 5 | 1 << 7 | 1 << 8 | 1 << 10 | 1 << 12 },
		{ 0x6, 1 << 0 | 1 << 2 | 1 << 5 | 1 << 7 | 1 << 9 | 1 << 10 | 1 << 13 },
		{ 0x8, 1 << 1 | 1 << 3 | 1 << 4 | 1 << 7 | 1 << 9 | 1 << 11 | 1 << 13 },
		{ 0x1, 1 << 1 | 1 << 3 | 1 << 5 | 1 << 6 | 1 << 9 | 1 << 11 | 1 << 13 },
		{ 0x9, 1 << 1 | 1 << 3 | 1 << 4 | 1 << 6 | 1 << 9 | 1 << 10 | 1 << 12 },
	};
	u32 n, cond;

	(void)state;
	for (n = 0; n < sizeof(cases) / sizeof(cases[0]); n++)
		for (cond = 0; cond < 16; cond++)
			if (insn_condition(cond, (u64)cases[n].flags << 28) !=
			    (cond >= 14 || (cases[n].holding >> cond & 1)))
				fail_msg("condition %u with flags %x", cond, cases[n].flags);
}

/* The SPSR with that ITSTATE; its other bits must stay. */
static u64 spsr_of(u32 it)
{
	return 0xf00001f3 | (u64)(it & 0xfc) << 8 | (u64)(it & 3) << 25;
}

/* ITTE EQ: two that are executed if equal, one if not, then no block any more. */
static void blocks_of_conditions_end(void **state)
{
	u64 spsr = spsr_of(0x06);

	(void)state;
	assert_int_equal(insn_it_condition(spsr), 0);
	spsr = insn_it_advance(spsr);
	assert_int_equal(spsr, spsr_of(0x0c));
	assert_int_equal(insn_it_condition(spsr), 0);
	spsr = insn_it_advance(spsr);
	assert_int_equal(spsr, spsr_of(0x18));
	assert_int_equal(insn_it_condition(spsr), 1);
	spsr = insn_it_advance(spsr);
	assert_int_equal(spsr, spsr_of(0));
	assert_int_equal(insn_it_condition(spsr), 14);
	assert_int_equal(insn_it_advance(spsr), spsr_of(0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decodes_what_the_assembler_makes),
		cmocka_unit_test(finds_the_target),
		cmocka_unit_test(extends_what_was_loaded),
		cmocka_unit_test(accepts_nothing_absurd),
		cmocka_unit_test(conditions_follow_the_flags),
		cmocka_unit_test(blocks_of_conditions_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
