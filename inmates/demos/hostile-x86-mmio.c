/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Accesses to a device that are hard to decode, or whose instruction is hard to read. */
#include "hostile-x86.h"
#include "../lib/x86/asm.h"

#define PAGE 0x1000ULL

extern const char c64_load[], c64_load8[], c64_load_byte[], c64_load_extend[], c64_store[];
extern const char c64_prefixes[], c64_movs_out[], c64_movs_in[], c64_movs_down[], c64_lods[];
extern const char c64_scas[], c64_cmps[], c64_lock_inc[], c64_lock_cmpxchg[], c64_cmpxchg16[];
extern const char c64_xchg[], c64_xadd[], c64_bts[], c64_shift[], c64_mul[], c64_push[], c64_pop[];
extern const char c64_call[], c64_jump[], c64_sse_load[], c64_sse_store[], c64_avx_load[];
extern const char c64_avx_store[], c64_movnti[], c64_x87_load[], c64_x87_store[], c64_fxsave[];
extern const char c64_lgdt[], c64_sidt[], c64_stack[], c64_undefined[];
extern const char c32_load[], c32_offset[], c32_load_word[], c32_inc_load[], c32_store[];
extern const char c32_movs[], c32_lock_inc[], c32_les[], c32_bound[], c32_arpl[], c32_pusha[];
extern const char c32_far_jump[];
extern const char c16_load[], c16_load_word[], c16_store[], c16_movs[], c16_lock_inc[], c16_push[];
extern const char moving_start[], moving_end[];

struct code {
	const char *what;
	u32 selector;
	const char *start;
};

static u64 buffer[8] __attribute__((aligned(64)));

static void run_code(void *arg)
{
	const struct code *code = arg;

	call_code(code->selector, code->start, HPET, buffer);
	printf("attack: %s: done\n", code->what);
}

void attack_mmio(u64 address)
{
	static const struct code codes[] = {
		{ "load", GDT_CODE64, c64_load }, /* 0 */
		{ "8-byte load", GDT_CODE64, c64_load8 },
		{ "1-byte load", GDT_CODE64, c64_load_byte },
		{ "extending load", GDT_CODE64, c64_load_extend },
		{ "store", GDT_CODE64, c64_store },
		{ "prefixes", GDT_CODE64, c64_prefixes }, /* 5 */
		{ "rep movs out", GDT_CODE64, c64_movs_out },
		{ "rep movs in", GDT_CODE64, c64_movs_in },
		{ "movs downwards", GDT_CODE64, c64_movs_down },
		{ "lods", GDT_CODE64, c64_lods },
		{ "scas", GDT_CODE64, c64_scas }, /* 10 */
		{ "cmps", GDT_CODE64, c64_cmps },
		{ "lock inc", GDT_CODE64, c64_lock_inc },
		{ "lock cmpxchg", GDT_CODE64, c64_lock_cmpxchg },
		{ "lock cmpxchg16b", GDT_CODE64, c64_cmpxchg16 },
		{ "xchg", GDT_CODE64, c64_xchg }, /* 15 */
		{ "lock xadd", GDT_CODE64, c64_xadd },
		{ "lock bts", GDT_CODE64, c64_bts },
		{ "shift", GDT_CODE64, c64_shift },
		{ "mul", GDT_CODE64, c64_mul },
		{ "push", GDT_CODE64, c64_push }, /* 20 */
		{ "pop", GDT_CODE64, c64_pop },
		{ "call", GDT_CODE64, c64_call },
		{ "jump", GDT_CODE64, c64_jump },
		{ "SSE load", GDT_CODE64, c64_sse_load },
		{ "SSE store", GDT_CODE64, c64_sse_store }, /* 25 */
		{ "AVX load", GDT_CODE64, c64_avx_load },
		{ "AVX store", GDT_CODE64, c64_avx_store },
		{ "movnti", GDT_CODE64, c64_movnti },
		{ "x87 load", GDT_CODE64, c64_x87_load },
		{ "x87 store", GDT_CODE64, c64_x87_store }, /* 30 */
		{ "fxsave", GDT_CODE64, c64_fxsave },
		{ "lgdt", GDT_CODE64, c64_lgdt },
		{ "sidt", GDT_CODE64, c64_sidt },
		{ "stack", GDT_CODE64, c64_stack },
		{ "undefined", GDT_CODE64, c64_undefined }, /* 35 */
		{ "32-bit load", GDT_CODE32, c32_load },
		{ "32-bit load at a fixed address", GDT_CODE32, c32_offset },
		{ "32-bit load of a word", GDT_CODE32, c32_load_word },
		{ "32-bit dec, load", GDT_CODE32, c32_inc_load },
		{ "32-bit store", GDT_CODE32, c32_store }, /* 40 */
		{ "32-bit rep movs", GDT_CODE32, c32_movs },
		{ "32-bit lock inc", GDT_CODE32, c32_lock_inc },
		{ "32-bit les", GDT_CODE32, c32_les },
		{ "32-bit bound", GDT_CODE32, c32_bound },
		{ "32-bit arpl", GDT_CODE32, c32_arpl }, /* 45 */
		{ "32-bit pusha", GDT_CODE32, c32_pusha },
		{ "32-bit far jump", GDT_CODE32, c32_far_jump },
		{ "16-bit load", GDT_CODE16, c16_load },
		{ "16-bit load of a word", GDT_CODE16, c16_load_word },
		{ "16-bit store", GDT_CODE16, c16_store }, /* 50 */
		{ "16-bit rep movs", GDT_CODE16, c16_movs },
		{ "16-bit lock inc", GDT_CODE16, c16_lock_inc },
		{ "16-bit push", GDT_CODE16, c16_push },
	};

	(void)address;
	inmate_map(HPET, PAGE, INMATE_DEVICE);
	for (unsigned int n = 0; n < ARRAY_SIZE(codes); n++)
		if (chosen(n))
			attempt(codes[n].what, run_code, (void *)&codes[n]);
}

/* ---- code that is not there any more, or not all there ---- */

typedef void (*moving_code)(volatile u64 *entry, u64 value, u64 address);

/* The code in a page of its own; while it runs, the page becomes @value. */
static void run_moving(u64 value)
{
	u8 *page = scratch_page(0);
	volatile u64 *entry = page_entry((uintptr_t)page);
	u64 before = *entry;

	memcpy(page, moving_start, (uintptr_t)moving_end - (uintptr_t)moving_start);
	((moving_code)(uintptr_t)page)(entry, value ? (before & 0xfff) | value : 0, HPET + 0x100);
	*entry = before;
	printf("attack: the code went on\n");
}

static void run_vanishing(void *arg)
{
	(void)arg;
	run_moving(0);
}

static void run_becoming(void *arg)
{
	run_moving((uintptr_t)arg);
}

/* The last bytes of an instruction are in a page with the given entry; 0 = not mapped. */
static void run_crossing(u64 value)
{
	static const u8 load[] = { 0x8b, 0x04, 0x25, 0x00, 0x00, 0xd0, 0xfe, 0xc3 };
	u8 *page = scratch_page(0), *next = scratch_page(1);
	volatile u64 *entry = page_entry((uintptr_t)next);

	memcpy(page + PAGE - 3, load, sizeof(load));
	*entry = value ? (*entry & 0xfff) | value : 0;
	asm volatile("invlpg (%0)" : : "r"(next) : "memory");
	((void (*)(void))(page + PAGE - 3))();
	printf("attack: the code went on\n");
}

static void run_crossing_to(void *arg)
{
	run_crossing((uintptr_t)arg);
}

void attack_moving_code(u64 address)
{
	const struct step steps[] = {
		{ "code vanishes", run_vanishing, 0 },
		{ "code becomes foreign", run_becoming, address },
		{ "code becomes a device", run_becoming, HPET },
		{ "code becomes other code", run_becoming, 0x3000 },
		{ "code ends at a hole", run_crossing_to, 0 },
		{ "code ends in foreign memory", run_crossing_to, address },
		{ "code ends in a device", run_crossing_to, HPET },
	};

	inmate_map(HPET, PAGE, INMATE_DEVICE);
	run_steps(steps, ARRAY_SIZE(steps), 0);
}
