/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The decoder of x86 against the assembler (insn_forms.def), with truncated instructions and with
 * random bytes. Instructions lie in memory of exactly the size that the decoder is told, so that
 * the sanitizer sees a byte too many.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <asm/insn.h>

enum reg { A, C, D, B, SP, BP, SI, DI, R8, R9, R10, R11, R12, R13, R14, R15 };

enum kind { ACCESS, REFUSAL, TRAPPING };

static const struct sample {
	enum kind kind;
	enum insn_mode mode;
	const char *text;
	const char *bytes;
	u32 length;
	struct insn insn; /* without the length */
	u8 opcode2;
	int modrm;
} samples[] = {
#define SAMPLE(k, m, t, code, ...)    \
	{ .kind = (k),                \
	  .mode = INSN_##m,           \
	  .text = "." #m " " t,       \
	  .bytes = code,              \
	  .length = sizeof(code) - 1, \
	  __VA_ARGS__ },
#define MOVE(m, t, s, r, code, ...) \
	SAMPLE(ACCESS, m, t, code,  \
	       .insn = { .size = (s), .reg = (r), .reg_size = (s), __VA_ARGS__ })
#define STORE(m, t, s, r, code)	     MOVE(m, t, s, r, code, .write = true)
#define STORE_HIGH(m, t, s, r, code) MOVE(m, t, s, r, code, .write = true, .high_byte = true)
#define LOAD(m, t, s, r, code)	     MOVE(m, t, s, r, code, .read = true)
#define LOAD_HIGH(m, t, s, r, code)  MOVE(m, t, s, r, code, .read = true, .high_byte = true)
#define XCHG(m, t, s, r, code)	     MOVE(m, t, s, r, code, .read = true, .write = true)
#define XCHG_HIGH(m, t, s, r, code) \
	MOVE(m, t, s, r, code, .read = true, .write = true, .high_byte = true)
#define EXTENDED(m, t, s, r, rs, sign, code) \
	SAMPLE(ACCESS, m, t, code,           \
	       .insn = { .size = (s),        \
			 .read = true,       \
			 .reg = (r),         \
			 .reg_size = (rs),   \
			 .sign_extend = (sign) })
#define LOAD_ZERO(m, t, s, r, rs, code)	  EXTENDED(m, t, s, r, rs, false, code)
#define LOAD_SIGNED(m, t, s, r, rs, code) EXTENDED(m, t, s, r, rs, true, code)
#define IMMEDIATE(m, t, s, v, code) \
	SAMPLE(ACCESS, m, t, code,  \
	       .insn = { .size = (s), .write = true, .immediate = true, .value = (v) })
#define REFUSED(m, t, code)	SAMPLE(REFUSAL, m, t, code)
#define TRAP(m, t, o, rm, code) SAMPLE(TRAPPING, m, t, code, .opcode2 = (o), .modrm = (rm))
#include "insn_forms.def"
};

#define SAMPLES (sizeof(samples) / sizeof(samples[0]))

/* The bytes in memory of @size bytes, filled up with @fill. */
static u8 *place(const void *bytes, u32 length, u32 size, u8 fill)
{
	u8 *code = malloc(size);

	memset(code, fill, size);
	memcpy(code, bytes, length < size ? length : size);
	return code;
}

static bool decode(const void *bytes, u32 length, u32 size, enum insn_mode mode, struct insn *insn)
{
	u8 *code = place(bytes, length, size, 0x90);
	bool good = insn_decode(code, size, mode, insn);

	free(code);
	return good;
}

static u32 length_0f(const struct sample *s, u32 size, u8 opcode2, int modrm)
{
	u8 *code = place(s->bytes, s->length, size, 0x0f);
	u32 length = insn_length_0f(code, size, s->mode, opcode2, modrm);

	free(code);
	return length;
}

#define assert_same(s, field, a, b)                                                             \
	do {                                                                                    \
		if ((a).field != (b).field)                                                     \
			fail_msg("%s: " #field " is %llu, not %llu", (s)->text, (u64)(a).field, \
				 (u64)(b).field);                                               \
	} while (0)

static void assert_decodes(const struct sample *s, const struct insn *insn)
{
	if (insn->length != s->length)
		fail_msg("%s: length is %u, not %u", s->text, insn->length, s->length);
	assert_same(s, size, *insn, s->insn);
	assert_same(s, read, *insn, s->insn);
	assert_same(s, write, *insn, s->insn);
	assert_same(s, immediate, *insn, s->insn);
	assert_same(s, value, *insn, s->insn);
	if (insn->immediate)
		return;
	assert_same(s, reg, *insn, s->insn);
	assert_same(s, high_byte, *insn, s->insn);
	assert_same(s, reg_size, *insn, s->insn);
	assert_same(s, sign_extend, *insn, s->insn);
}

static void decodes_what_the_assembler_makes(void **state)
{
	const struct sample *s;
	struct insn insn;

	(void)state;
	for (s = samples; s < samples + SAMPLES; s++) {
		if (s->kind != ACCESS)
			continue;
		/* Exactly there, in the 15 bytes that a CPU hands over, and in a whole page. */
		if (!decode(s->bytes, s->length, s->length, s->mode, &insn))
			fail_msg("%s: refused", s->text);
		assert_decodes(s, &insn);
		assert_true(decode(s->bytes, s->length, 15, s->mode, &insn));
		assert_decodes(s, &insn);
		assert_true(decode(s->bytes, s->length, 4096, s->mode, &insn));
		assert_decodes(s, &insn);
	}
}

static void refuses_the_others(void **state)
{
	const struct sample *s;
	struct insn insn;

	(void)state;
	for (s = samples; s < samples + SAMPLES; s++) {
		if (s->kind == ACCESS)
			continue;
		if (decode(s->bytes, s->length, s->length, s->mode, &insn) ||
		    decode(s->bytes, s->length, 32, s->mode, &insn))
			fail_msg("%s: not refused", s->text);
	}
}

static void refuses_truncated(void **state)
{
	const struct sample *s;
	struct insn insn;
	u32 size;

	(void)state;
	for (s = samples; s < samples + SAMPLES; s++)
		for (size = 0; size < s->length; size++) {
			if (s->kind == ACCESS && decode(s->bytes, s->length, size, s->mode, &insn))
				fail_msg("%s: accepted with %u bytes", s->text, size);
			if (s->kind == TRAPPING && length_0f(s, size, s->opcode2, s->modrm) != 0)
				fail_msg("%s: recognized with %u bytes", s->text, size);
		}
}

static void refuses_more_than_15_bytes(void **state)
{
	const struct sample *s;
	struct insn insn;
	u8 code[32];
	u32 n;

	(void)state;
	for (s = samples; s < samples + SAMPLES; s++) {
		for (n = 1; s->kind == ACCESS && n + s->length <= 17; n++) {
			memset(code, 0x3e, n);
			memcpy(code + n, s->bytes, s->length);
			assert_int_equal(decode(code, n + s->length, 32, s->mode, &insn),
					 n + s->length <= INSN_MAX_LENGTH);
			if (n + s->length <= INSN_MAX_LENGTH)
				assert_int_equal(insn.length, n + s->length);
		}
	}
}

static void only_exchanges_take_lock(void **state)
{
	const struct sample *s;
	struct insn insn;
	u8 code[32];

	(void)state;
	for (s = samples; s < samples + SAMPLES; s++) {
		if (s->kind != ACCESS || s->length == INSN_MAX_LENGTH)
			continue;
		memcpy(code + 1, s->bytes, s->length);
		code[0] = 0xf0;
		assert_int_equal(decode(code, s->length + 1, s->length + 1, s->mode, &insn),
				 s->insn.read && s->insn.write);
		code[0] = 0xf3;
		assert_false(decode(code, s->length + 1, s->length + 1, s->mode, &insn));
	}
}

/* Each register but RCX holds its number, times 64 KiB. */
static void tells_plain_addresses(void **state)
{
	static const struct {
		const char *bytes;
		u32 length;
		bool plain;
		u64 address;
	} cases[] = {
#define ADDRESS(code, ...) { code, sizeof(code) - 1, __VA_ARGS__ }
		ADDRESS("\x48\x8b\x07", true, 0x70000),			     /* (%rdi) */
		ADDRESS("\x49\x8b\x00", true, 0x80000),			     /* (%r8) */
		ADDRESS("\x48\x8b\x47\xfd", true, 0x6fffd),		     /* -3(%rdi) */
		ADDRESS("\x48\x8b\x87\x00\x00\x00\xff", true, -0xf90000ULL), /* -16M(%rdi) */
		ADDRESS("\x48\x8b\x04\x24", true, 0x40000),		     /* (%rsp) */
		ADDRESS("\x49\x8b\x04\x24", true, 0xc0000),		     /* (%r12) */
		ADDRESS("\x48\x8b\x45\x01", true, 0x50001),		     /* 1(%rbp) */
		ADDRESS("\x48\x8b\x04\xcf", true, 0x78000),		     /* (%rdi,%rcx,8) */
		ADDRESS("\x4a\x8b\x44\x67\x10", true, 0x1f0010),	     /* 16(%rdi,%r12,2) */
		ADDRESS("\x8a\x06", true, 0x60000),			     /* (%rsi), a byte */
		ADDRESS("\x3e\x48\x8b\x07", true, 0x70000),		     /* %ds has no base */
		ADDRESS("\x65\x48\x8b\x07", false, 0),			     /* %gs:(%rdi) */
		ADDRESS("\x64\x48\x8b\x07", false, 0),			     /* %fs:(%rdi) */
		ADDRESS("\x67\x48\x8b\x07", false, 0),			     /* (%edi) */
		ADDRESS("\x48\x8b\x05\x00\x00\x00\x00", false, 0),	     /* (%rip) */
		ADDRESS("\x48\x8b\x04\x25\x00\x00\x00\x00", false, 0),	     /* absolute */
		ADDRESS("\x48\xa1\x00\x00\x00\x00\x00\x00\x00\x00", false, 0),
	};
	struct insn insn;
	u64 gpr[16];
	u32 n;

	(void)state;
	for (n = 0; n < 16; n++)
		gpr[n] = (u64)n << 16;
	gpr[C] = 0x1000;
	for (n = 0; n < sizeof(cases) / sizeof(cases[0]); n++) {
		if (!decode(cases[n].bytes, cases[n].length, cases[n].length, INSN_64, &insn))
			fail_msg("case %u: refused", n);
		assert_int_equal(insn.plain, cases[n].plain);
		if (cases[n].plain)
			assert_int_equal(insn_address(&insn, gpr), cases[n].address);
	}
	assert_true(decode("\x8b\x07", 2, 2, INSN_32, &insn));
	assert_false(insn.plain);
}

static void measures_trapping_instructions(void **state)
{
	const struct sample *s, *other;

	(void)state;
	for (s = samples; s < samples + SAMPLES; s++) {
		if (s->kind != TRAPPING)
			continue;
		for (other = samples; other < samples + SAMPLES; other++) {
			u32 expected = 0;

			if (other->kind == TRAPPING && other->opcode2 == s->opcode2 &&
			    other->modrm == s->modrm)
				expected = other->length;
			assert_int_equal(length_0f(other, other->length, s->opcode2, s->modrm),
					 expected);
			assert_int_equal(length_0f(other, 20, s->opcode2, s->modrm), expected);
		}
	}
	/* None of them can be locked. */
	assert_int_equal(insn_length_0f((const u8 *)"\xf0\x0f\xa2", 3, INSN_64, 0xa2, -1), 0);
}

static void measures_up_to_15_bytes(void **state)
{
	u8 code[18];
	u32 prefixes;

	(void)state;
	for (prefixes = 0; prefixes < 16; prefixes++) {
		memset(code, 0x66, prefixes);
		memcpy(code + prefixes, "\x0f\x01", 3);
		code[prefixes + 2] = 0xd9;
		assert_int_equal(insn_length_0f(code, sizeof(code), INSN_32, 0x01, 0xd9),
				 prefixes <= 12 ? prefixes + 3 : 0);
	}
}

static void stores_registers_and_immediates(void **state)
{
	u64 gpr[16] = { [B] = 0x1122334455667788, [R15] = ~0ULL };
	struct insn insn = { .write = true, .size = 1, .reg = B };

	(void)state;
	assert_int_equal(insn_store_value(&insn, gpr), 0x88);
	insn.high_byte = true;
	assert_int_equal(insn_store_value(&insn, gpr), 0x77);
	insn.high_byte = false;
	insn.size = 2;
	assert_int_equal(insn_store_value(&insn, gpr), 0x7788);
	insn.size = 4;
	assert_int_equal(insn_store_value(&insn, gpr), 0x55667788);
	insn.size = 8;
	assert_int_equal(insn_store_value(&insn, gpr), 0x1122334455667788);
	insn.reg = R15;
	assert_int_equal(insn_store_value(&insn, gpr), ~0ULL);
	insn.immediate = true;
	insn.value = 42;
	assert_int_equal(insn_store_value(&insn, gpr), 42);
}

/* What is in the register after a load of @value, before it was ...8899aabbccddeeff. */
static u64 loaded(u8 size, u8 reg_size, bool sign, bool high, u64 value)
{
	struct insn insn = {
		.read = true,
		.size = size,
		.reg = SI,
		.reg_size = reg_size,
		.sign_extend = sign,
		.high_byte = high,
	};
	u64 gpr[16] = { [SI] = 0x8899aabbccddeeff };
	u32 n;

	insn_load(&insn, gpr, value);
	for (n = 0; n < 16; n++)
		assert_true(n == SI || gpr[n] == 0);
	return gpr[SI];
}

static void loads_merge_into_registers(void **state)
{
	const u64 value = 0x0123456789abcdef;

	(void)state;
	assert_int_equal(loaded(1, 1, false, false, value), 0x8899aabbccddeeef);
	assert_int_equal(loaded(1, 1, false, true, value), 0x8899aabbccddefff);
	assert_int_equal(loaded(2, 2, false, false, value), 0x8899aabbccddcdef);
	assert_int_equal(loaded(4, 4, false, false, value), 0x89abcdef);
	assert_int_equal(loaded(8, 8, false, false, value), value);
}

static void loads_extend(void **state)
{
	const u64 value = 0x0123456789abcdef;

	(void)state;
	assert_int_equal(loaded(1, 2, false, false, value), 0x8899aabbccdd00ef);
	assert_int_equal(loaded(1, 4, false, false, value), 0xef);
	assert_int_equal(loaded(1, 8, false, false, value), 0xef);
	assert_int_equal(loaded(2, 4, false, false, value), 0xcdef);
	assert_int_equal(loaded(2, 8, false, false, value), 0xcdef);
	assert_int_equal(loaded(1, 2, true, false, value), 0x8899aabbccddffef);
	assert_int_equal(loaded(1, 4, true, false, value), 0xffffffef);
	assert_int_equal(loaded(1, 8, true, false, value), 0xffffffffffffffef);
	assert_int_equal(loaded(2, 2, true, false, value), 0x8899aabbccddcdef);
	assert_int_equal(loaded(2, 4, true, false, value), 0xffffcdef);
	assert_int_equal(loaded(2, 8, true, false, value), 0xffffffffffffcdef);
	assert_int_equal(loaded(4, 4, true, false, value), 0x89abcdef);
	assert_int_equal(loaded(4, 8, true, false, value), 0xffffffff89abcdef);
	/* Positive values stay so, whatever is above them. */
	assert_int_equal(loaded(1, 8, true, false, 0xff7f), 0x7f);
	assert_int_equal(loaded(4, 8, true, false, ~0x80000000ULL), 0x7fffffff);
}

static void stores_load_nothing(void **state)
{
	struct insn insn = { .write = true, .size = 8, .reg_size = 8 };
	u64 gpr[16] = { 7 };

	(void)state;
	insn_load(&insn, gpr, 1);
	assert_int_equal(gpr[A], 7);
}

static u64 random_state = 42;

static u32 random_below(u32 limit)
{
	random_state = random_state * 6364136223846793005ULL + 1442695040888963407ULL;
	return (u32)((random_state >> 33) % limit);
}

/* Random bytes, every other time with an opcode that is known after up to three prefixes. */
static u32 random_code(u8 *code)
{
	static const u8 prefixes[] = { 0x66, 0x67, 0x2e, 0x64, 0x48, 0x44, 0x4d, 0x40, 0xf0 };
	static const u8 opcodes[] = { 0x88, 0x89, 0x8a, 0x8b, 0xa0, 0xa3,
				      0xc6, 0xc7, 0x63, 0x86, 0x87, 0x0f };
	static const u8 opcodes_0f[] = { 0xb6, 0xb7, 0xbe, 0xbf, 0xc3 };
	u32 size = random_below(20), n, at = 0;

	for (n = 0; n < 20; n++)
		code[n] = (u8)random_below(256);
	if (random_below(2)) {
		for (n = random_below(4); n > 0; n--)
			code[at++] = prefixes[random_below(sizeof(prefixes))];
		code[at] = opcodes[random_below(sizeof(opcodes))];
		if (code[at++] == 0x0f)
			code[at] = opcodes_0f[random_below(sizeof(opcodes_0f))];
	}
	return size;
}

static void assert_sane(const struct insn *insn, u32 available)
{
	assert_in_range(insn->length, 2, available);
	assert_true(insn->length <= INSN_MAX_LENGTH);
	assert_true(insn->size == 1 || insn->size == 2 || insn->size == 4 || insn->size == 8);
	assert_true(insn->read || insn->write);
	assert_in_range(insn->reg, 0, insn->high_byte ? 3 : 15);
	assert_true(insn->reg_size >= insn->size && insn->reg_size <= 8);
	assert_true(!insn->high_byte || insn->reg_size == 1);
	assert_true(!insn->immediate || (insn->write && !insn->read));
}

static void random_bytes(void **state)
{
	u64 gpr[16] = { 0 };
	u32 n, size, accepted = 0;
	struct insn insn, again;
	u8 code[20];

	(void)state;
	for (n = 0; n < 300000; n++) {
		enum insn_mode mode = random_below(3);

		size = random_code(code);
		if (!decode(code, sizeof(code), size, mode, &insn))
			continue;
		accepted++;
		assert_sane(&insn, size);
		insn_load(&insn, gpr, insn_store_value(&insn, gpr) ^ random_below(~0U));
		/* Nothing behind the instruction matters, and every byte of it is needed. */
		assert_true(decode(code, insn.length, 15, mode, &again));
		assert_int_equal(again.length, insn.length);
		assert_false(decode(code, insn.length, insn.length - 1, mode, &again));
	}
	assert_in_range(accepted, 10000, 290000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decodes_what_the_assembler_makes),
		cmocka_unit_test(refuses_the_others),
		cmocka_unit_test(refuses_truncated),
		cmocka_unit_test(refuses_more_than_15_bytes),
		cmocka_unit_test(only_exchanges_take_lock),
		cmocka_unit_test(tells_plain_addresses),
		cmocka_unit_test(measures_trapping_instructions),
		cmocka_unit_test(measures_up_to_15_bytes),
		cmocka_unit_test(stores_registers_and_immediates),
		cmocka_unit_test(loads_merge_into_registers),
		cmocka_unit_test(loads_extend),
		cmocka_unit_test(stores_load_nothing),
		cmocka_unit_test(random_bytes),
	};

	return cmocka_run_group_tests_name("insn", tests, NULL, NULL);
}
