/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Accesses that the hardware does not describe to a hypervisor: pairs, and those that change their
 * address. Each is done with registers of the interrupt distributor and with a few of a GPIO
 * controller (configs/arm64/insn.c), and compared with what plain accesses give.
 *
 * Prints a line for each that went wrong, and at the end "insn: passed N" or "insn: failed N".
 */
#include <inmate-arm64.h>

#define GPIO	 0x09030400ULL /* two registers of 8 bits that read as written */
#define GPIO_IBE 0x8
#define GPIO_IEV 0xc

static unsigned int passed, failed;

static void expect(const char *what, u64 value, u64 expected)
{
	if (value == expected) {
		passed++;
		return;
	}
	failed++;
	printf("insn: %s: 0x%llx, expected 0x%llx\n", what, value, expected);
}

/* LOAD(text, pointer, expected value, how far the pointer moves): %0 value, %1 pointer */
#define LOAD(text, pointer, expected, moved)                                       \
	do {                                                                       \
		u64 value_, at_ = (pointer);                                       \
                                                                                   \
		asm volatile(text : "=&r"(value_), "+r"(at_) : "r"(4) : "memory"); \
		expect(text, value_, expected);                                    \
		expect(text " (address)", at_ - (pointer), (u64)(moved));          \
	} while (0)

/* %0 and %1 values, %2 pointer */
#define LOAD_PAIR(text, pointer, first, second, moved)                             \
	do {                                                                       \
		u64 a_, b_, at_ = (pointer);                                       \
                                                                                   \
		asm volatile(text : "=&r"(a_), "=&r"(b_), "+r"(at_) : : "memory"); \
		expect(text, a_, first);                                           \
		expect(text " (second)", b_, second);                              \
		expect(text " (address)", at_ - (pointer), (u64)(moved));          \
	} while (0)

/* %0 pointer, %1 and %2 values */
#define STORE(text, pointer, first, second, moved)                                                 \
	do {                                                                                       \
		u64 at_ = (pointer);                                                               \
                                                                                                   \
		asm volatile(text : "+r"(at_) : "r"((u64)(first)), "r"((u64)(second)) : "memory"); \
		expect(text " (address)", at_ - (pointer), (u64)(moved));                          \
	} while (0)

static void loads(u64 base)
{
	u64 first = mmio_read32(base), second = mmio_read32(base + 4);
	u64 sign = (u64)(s64)(s32)second;

	LOAD("ldr %w0, [%1], #4", base, first, 4);
	LOAD("ldr %w0, [%1], #-256", base + 4, second, -256);
	LOAD("ldr %w0, [%1, #4]!", base, second, 4);
	LOAD("ldrsw %0, [%1, #4]!", base, sign, 4);
	LOAD("ldr %w0, [%1, %2]", base, second, 0);
	LOAD("ldr %w0, [%1, %w2, uxtw]", base, second, 0);
	LOAD("ldur %w0, [%1, #-4]", base + 8, second, 0);
	LOAD_PAIR("ldp %w0, %w1, [%2]", base, first, second, 0);
	LOAD_PAIR("ldp %w0, %w1, [%2, #-8]!", base + 8, first, second, -8);
	LOAD_PAIR("ldp %w0, %w1, [%2], #16", base, first, second, 16);
	LOAD_PAIR("ldnp %w0, %w1, [%2]", base, first, second, 0);
	LOAD_PAIR("ldpsw %0, %1, [%2]", base, (u64)(s64)(s32)first, sign, 0);
	LOAD_PAIR("ldp wzr, %w1, [%2]; mov %0, #0", base, 0, second, 0);
}

/* The stack pointer as the base: interrupts have a stack of their own. */
static void load_by_stack_pointer(u64 base)
{
	u64 value, at;

	asm volatile("mov x9, sp; mov sp, %2; ldr %w0, [sp], #16; mov %1, sp; mov sp, x9"
		     : "=&r"(value), "=&r"(at)
		     : "r"(base)
		     : "x9", "memory");
	expect("ldr w0, [sp], #16", value, mmio_read32(base));
	expect("ldr w0, [sp], #16 (address)", at - base, 16);
}

static void expect_gpio(const char *what, u64 ibe, u64 iev)
{
	expect(what, mmio_read32(GPIO + GPIO_IBE), ibe);
	expect(what, mmio_read32(GPIO + GPIO_IEV), iev);
}

static void stores(void)
{
	const u64 ibe = GPIO + GPIO_IBE;
	u32 old_ibe = mmio_read32(ibe), old_iev = mmio_read32(ibe + 4);

	STORE("str %w1, [%0], #4", ibe, 0x10, 0, 4);
	STORE("str %w1, [%0, #4]!", ibe, 0x20, 0, 4);
	expect_gpio("str", 0x10, 0x20);
	STORE("stp %w1, %w2, [%0]", ibe, 0x40, 0x80, 0);
	expect_gpio("stp", 0x40, 0x80);
	STORE("stp %w1, %w2, [%0], #-8", ibe, 0x50, 0x60, -8);
	expect_gpio("stp, post-indexed", 0x50, 0x60);
	STORE("stp %w1, wzr, [%0, #8]!", GPIO, 0x70, 0, 8);
	expect_gpio("stp, pre-indexed", 0x70, 0);
	STORE("strb %w1, [%0], #1", ibe, 0x90, 0, 1);
	STORE("str %w1, [%0, %2]", ibe, 0xa0, 4, 0);
	expect_gpio("strb", 0x90, 0xa0);
	LOAD("ldrsb %0, [%1], #1", ibe, (u64)-0x70, 1);
	LOAD("ldrsb %w0, [%1], #1", ibe, 0xffffff90, 1);
	STORE("stp %w1, %w2, [%0]", ibe, old_ibe, old_iev, 0);
	expect_gpio("stp, as before", old_ibe, old_iev);
}

void inmate_main(void)
{
	u64 distributor = inmate_comm()->gicd_base;

	loads(distributor);
	load_by_stack_pointer(distributor);
	loads(GPIO + GPIO_IBE);
	stores();
	printf("insn: %s %u\n", failed ? "failed" : "passed", failed ? failed : passed);
	inmate_exit(failed ? JAILHOUSE_CELL_FAILED : JAILHOUSE_CELL_SHUT_DOWN);
}
