/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Looks whether its CPU is clean: nothing of whoever had it before is left in registers that the
 * library does not use, and features with state that a cell may not have are not there.
 *
 * Prints a line for each that is not, then leaves its own values in the registers, for the next one to
 * find, and ends with "clean: passed N" or "clean: failed N".
 */
#include <inmate-arm64.h>

#define read_register(name)                                   \
	({                                                    \
		u64 value_;                                   \
                                                              \
		asm volatile("mrs %0, " name : "=r"(value_)); \
		value_;                                       \
	})

#define field(value, low) ((value) >> (low)&0xf)

static unsigned int passed, failed;

static void expect(const char *what, u64 value, u64 expected)
{
	if (value == expected) {
		passed++;
		return;
	}
	failed++;
	printf("clean: %s is 0x%llx, expected 0x%llx\n", what, value, expected);
}

/* CHECK(name): is 0, and will not be for the next one. */
#define CHECK(name)                                                     \
	do {                                                            \
		expect(name, read_register(name), 0);                   \
		asm volatile("msr " name ", %0" : : "r"(0x5aa5c33cUL)); \
	} while (0)

static void check_plain(void)
{
	CHECK("tpidr_el0");
	CHECK("tpidr_el1");
	CHECK("tpidrro_el0");
	CHECK("contextidr_el1");
	CHECK("afsr0_el1");
	CHECK("far_el1");
	CHECK("elr_el1");
	CHECK("par_el1");
	CHECK("ttbr1_el1");
	CHECK("csselr_el1");
}

/* Left switched off, with a value: they would disturb this cell itself. */
static void check_debug(void)
{
	expect("mdscr_el1", read_register("mdscr_el1"), 0);
	expect("dbgbcr0_el1", read_register("dbgbcr0_el1"), 0);
	CHECK("dbgbvr0_el1");
	expect("dbgwcr0_el1", read_register("dbgwcr0_el1"), 0);
	CHECK("dbgwvr0_el1");
	/* Of what can lock them nothing is there. */
	expect("osdlr_el1", read_register("osdlr_el1"), 0);
	asm volatile("msr osdlr_el1, %0; msr oslar_el1, %0; isb" : : "r"(1UL));
	expect("osdlr_el1", read_register("osdlr_el1"), 0);
	expect("oslsr_el1", read_register("oslsr_el1"), 8);
}

static void check_counters(void)
{
	u64 version = field(read_register("id_aa64dfr0_el1"), 8);

	if (version == 0 || version == 0xf)
		return;
	expect("pmcntenset_el0", read_register("pmcntenset_el0"), 0);
	expect("pmintenset_el1", read_register("pmintenset_el1"), 0);
	expect("pmuserenr_el0", read_register("pmuserenr_el0"), 0);
	expect("pmccntr_el0", read_register("pmccntr_el0"), 0);
	asm volatile("msr pmccntr_el0, %0" : : "r"(0x123456UL));
	CHECK("pmccfiltr_el0");
}

/* Keys of pointer authentication, by encoding: s3_0_c2_c1_0 to s3_0_c2_c3_1 */
static void check_keys(void)
{
	u64 isar1 = read_register("id_aa64isar1_el1"), isar2 = read_register("s3_0_c0_c6_2");

	if (!(isar1 & 0xff000ff0) && !(isar2 & 0xff00))
		return;
	CHECK("s3_0_c2_c1_0");
	CHECK("s3_0_c2_c1_1");
	CHECK("s3_0_c2_c1_2");
	CHECK("s3_0_c2_c1_3");
	CHECK("s3_0_c2_c2_0");
	CHECK("s3_0_c2_c2_1");
	CHECK("s3_0_c2_c2_2");
	CHECK("s3_0_c2_c2_3");
	CHECK("s3_0_c2_c3_0");
	CHECK("s3_0_c2_c3_1");
}

#define CHECK_VECTOR(n)                                                     \
	do {                                                                \
		u64 low_, high_;                                            \
                                                                            \
		asm volatile("umov %0, v" #n ".d[0]; umov %1, v" #n ".d[1]" \
			     : "=r"(low_), "=r"(high_));                    \
		expect("v" #n, low_ | high_, 0);                            \
		asm volatile("dup v" #n ".2d, %0" : : "r"(0x5aa5c33cUL));   \
	} while (0)

static void check_vectors(void)
{
	asm volatile(".arch_extension fp\n\t.arch_extension simd");
	CHECK_VECTOR(0);
	CHECK_VECTOR(1);
	CHECK_VECTOR(7);
	CHECK_VECTOR(8);
	CHECK_VECTOR(15);
	CHECK_VECTOR(16);
	CHECK_VECTOR(30);
	CHECK_VECTOR(31);
}

static void check_features(void)
{
	u64 pfr0 = read_register("id_aa64pfr0_el1"), pfr1 = read_register("id_aa64pfr1_el1");
	u64 dfr0 = read_register("id_aa64dfr0_el1");

	printf("clean: features 0x%llx 0x%llx 0x%llx 0x%llx\n", pfr0, pfr1, dfr0,
	       read_register("id_aa64isar1_el1"));
	expect("RAS", field(pfr0, 28), 0);
	expect("SVE", field(pfr0, 32), 0);
	expect("activity monitors", field(pfr0, 44), 0);
	expect("tags", field(pfr1, 8), 0);
	expect("SME", field(pfr1, 24), 0);
	expect("trace", field(dfr0, 4), 0);
	expect("profiling", field(dfr0, 32), 0);
	expect("trace buffer", field(dfr0, 44), 0);
	expect("s3_0_c0_c4_4", read_register("s3_0_c0_c4_4"), 0);
	expect("s3_0_c0_c7_3", read_register("s3_0_c0_c7_3"), 0);
	expect("a register that is not", read_register("s3_0_c0_c7_7"), 0);
	if (field(pfr0, 0) == 0)
		failed++;
}

void inmate_main(void)
{
	check_vectors();
	check_plain();
	check_debug();
	check_counters();
	check_keys();
	check_features();
	printf("clean: %s %u\n", failed ? "failed" : "passed", failed ? failed : passed);
	inmate_exit(failed ? JAILHOUSE_CELL_FAILED : JAILHOUSE_CELL_SHUT_DOWN);
}
