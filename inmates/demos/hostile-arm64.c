/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Attacks that take instructions or devices of arm64. */
#include <inmate-arm64.h>

#include "hostile-arm64.h"

const u64 arch_foreign_address = 0x48000000;

/* ---- accesses that are hard to decode ---- */

static void load_postindex(void *arg)
{
	u64 pointer = (uintptr_t)arg, value;

	asm volatile("ldr %w0, [%1], #4" : "=r"(value), "+r"(pointer) : : "memory");
	result("post-indexed load", value);
	result("pointer advanced by", pointer - (uintptr_t)arg);
}

static void load_pair(void *arg)
{
	u64 first, second;

	asm volatile("ldp %w0, %w1, [%2]" : "=&r"(first), "=&r"(second) : "r"(arg) : "memory");
	result("first of a pair", first);
	result("second of a pair", second);
}

static void load_simd(void *arg)
{
	u64 value;

	asm volatile(".arch_extension simd\n\tldr q0, [%1]\n\tumov %0, v0.d[0]"
		     : "=r"(value)
		     : "r"(arg)
		     : "memory");
	result("vector load", value);
}

static void mmio_postindex(u64 address)
{
	(void)address;
	attempt("post-indexed", load_postindex, (void *)(uintptr_t)inmate_comm()->gicd_base);
}

static void mmio_pair(u64 address)
{
	(void)address;
	attempt("pair", load_pair, (void *)(uintptr_t)inmate_comm()->gicd_base);
}

static void load_exclusive(void *arg)
{
	u64 value;

	asm volatile("ldxr %w0, [%1]; clrex" : "=r"(value) : "r"(arg) : "memory");
	result("exclusive load", value);
}

static void mmio_exclusive(u64 address)
{
	(void)address;
	attempt("exclusive", load_exclusive, (void *)(uintptr_t)inmate_comm()->gicd_base);
}

static void mmio_simd(u64 address)
{
	(void)address;
	attempt("vector", load_simd, (void *)(uintptr_t)inmate_comm()->gicd_base);
}

/* ---- firmware and hypervisor calls ---- */

static void print_smc(u64 function, u64 arg1, u64 arg2, u64 arg3)
{
	printf("attack: smc 0x%llx(0x%llx, 0x%llx) = %lld\n", function, arg1, arg2,
	       (s64)firmware_call(function, arg1, arg2, arg3));
}

static void smc_immediate(void *arg)
{
	register u64 x0 asm("x0") = 0x84000000;

	(void)arg;
	asm volatile("smc #0x1234" : "+r"(x0) : : "x1", "x2", "x3", "memory");
	result("smc #0x1234", x0);
}

static void smc_unknown(u64 address)
{
	static const u32 functions[] = {
		0x00000000, 0x0badf00d, 0x8000ffff, 0x84001234, 0xc400ffff, 0xffffffff,
	};

	for (unsigned int n = 0; n < ARRAY_SIZE(functions); n++)
		print_smc(functions[n], address, 0, 0);
	attempt("smc #0x1234", smc_immediate, NULL);
}

/* Silicon, OEM, trusted OS, secure interrupts (SDEI), FF-A memory sharing. */
static void smc_fid(u64 address)
{
	static const u32 functions[] = {
		0x82000001, 0xc2000001, 0xc3000001, 0xb2000000, 0xc4000020,
		0xc4000021, 0x84000071, 0xc4000071, 0x84000073,
	};

	for (unsigned int n = 0; n < ARRAY_SIZE(functions); n++)
		print_smc(functions[n], address, 0, 0);
}

/* No attack: what a cell may ask of the firmware. */
static void smc_arch(u64 address)
{
	(void)address;
	print_smc(0x80000000, 0, 0, 0);		 /* SMCCC_VERSION */
	print_smc(0x80000001, 0x80008000, 0, 0); /* SMCCC_ARCH_FEATURES */
	print_smc(0x80008000, 0, 0, 0);		 /* SMCCC_ARCH_WORKAROUND_1, 2, 3 */
	print_smc(0x80007fff, 0, 0, 0);
	print_smc(0x80003fff, 0, 0, 0);
}

static void psci_foreign(u64 address)
{
	for (u64 cpu = 0; cpu < 8; cpu++) {
		if (cpu == own_mpidr())
			continue;
		print_smc(0xc4000004, cpu, 0, 0);	/* AFFINITY_INFO */
		print_smc(0xc4000003, cpu, address, 0); /* CPU_ON */
	}
	print_smc(0xc4000003, ~0ULL, address, 0);
	print_smc(0xc4000005, 0, 0, 0); /* MIGRATE */
}

static void psci_reset(u64 address)
{
	print_smc(0xc4000012, 0, address, 0); /* SYSTEM_RESET2 */
	print_smc(0xc400000e, address, 0, 0); /* SYSTEM_SUSPEND */
	print_smc(0x84000009, 0, 0, 0);	      /* SYSTEM_RESET */
	print_smc(0x84000008, 0, 0, 0);	      /* SYSTEM_OFF */
}

/* Asks to go on, or start again, at an address that is not this cell's. */
static void reset_vector(u64 address)
{
	print_smc(0xc4000003, own_mpidr(), address, 0);	    /* CPU_ON of itself */
	timer_arm(timer_ticks() + timer_frequency() / 100); /* ends the suspension */
	print_smc(0xc4000001, 1 << 16, address, 0);	    /* CPU_SUSPEND, power down */
}

static void hvc_foreign(void *arg)
{
	register u64 x0 asm("x0") = 0;
	register u64 x1 asm("x1") = (uintptr_t)arg;

	asm volatile("hvc #1" : "+r"(x0), "+r"(x1) : : "x2", "x3", "x4", "memory");
	result("hvc #1", x0);
}

static void hvc_imm(u64 address)
{
	attempt("hvc #1", hvc_foreign, (void *)(uintptr_t)address);
}

/* ---- the CPU ---- */

static void cache_setway(u64 address)
{
	(void)address;
	for (u64 set = 0; set < 64; set++)
		for (u64 way = 0; way < 4; way++)
			asm volatile("dc cisw, %0; dc csw, %0; dc isw, %0"
				     :
				     : "r"(way << 30 | set << 6)
				     : "memory");
	asm volatile("dsb sy; isb" : : : "memory");
	printf("attack: 768 operations done\n");
}

#define SYSREG_ATTACK(label, name, write)                           \
	static void label(void *arg)                                \
	{                                                           \
		u64 value, old;                                     \
                                                                    \
		(void)arg;                                          \
		asm volatile("mrs %0, " name : "=r"(old));          \
		result(name " was", old);                           \
		asm volatile("msr " name ", %1; isb; mrs %0, " name \
			     : "=r"(value)                          \
			     : "r"((u64)(write))                    \
			     : "memory");                           \
		result(name " is", value);                          \
	}

SYSREG_ATTACK(attack_mdscr, "mdscr_el1", 1 << 15)
SYSREG_ATTACK(attack_dbgbvr, "dbgbvr0_el1", 0x48000000)
SYSREG_ATTACK(attack_dbgbcr, "dbgbcr0_el1", 0x1e7)
SYSREG_ATTACK(attack_dbgwcr, "dbgwcr0_el1", 0x1ff7)
SYSREG_ATTACK(attack_osdlr, "osdlr_el1", 1)
SYSREG_ATTACK(attack_pmcr, "pmcr_el0", 0x7f)
SYSREG_ATTACK(attack_actlr, "actlr_el1", ~0ULL)
SYSREG_ATTACK(attack_cntkctl, "cntkctl_el1", 0x3ff)
SYSREG_ATTACK(attack_sre, "s3_0_c12_c12_5", 0)
SYSREG_ATTACK(attack_pmr, "s3_0_c4_c6_0", 0)
SYSREG_ATTACK(attack_hcr, "hcr_el2", 0)

static void sysreg_debug(u64 address)
{
	static const struct step steps[] = {
		{ "mdscr_el1", attack_mdscr, 0 },     { "dbgbvr0_el1", attack_dbgbvr, 0 },
		{ "dbgbcr0_el1", attack_dbgbcr, 0 },  { "dbgwcr0_el1", attack_dbgwcr, 0 },
		{ "osdlr_el1", attack_osdlr, 0 },     { "pmcr_el0", attack_pmcr, 0 },
		{ "cntkctl_el1", attack_cntkctl, 0 }, { "icc_sre_el1", attack_sre, 0 },
		{ "icc_pmr_el1", attack_pmr, 0 },     { "hcr_el2", attack_hcr, 0 },
		{ "actlr_el1", attack_actlr, 0 },
	};

	(void)address;
	run_steps(steps, ARRAY_SIZE(steps), 0);
	/* Priority 0 masks every interrupt: back, or the cell sleeps for ever. */
	if (inmate_comm()->gic_version != 2)
		asm volatile("msr s3_0_c4_c6_0, %0; isb" : : "r"(0xffUL) : "memory");
}

static void wfi_masked(u64 address)
{
	(void)address;
	printf("attack wfi-masked: survived, from now on it sleeps with interrupts masked\n");
	timer_cancel();
	asm volatile("msr daifset, #0xf" : : : "memory");
	for (;;)
		asm volatile("wfi" : : : "memory");
}

/*
 * An exception whose vector faults again, for ever. vbar=bad: a vector base that the cell itself
 * does not map, so nobody else sees the faults; vbar=foreign: at addr=.
 */
static void endless_fault(u64 address)
{
	char vbar[16];
	u64 base = 0;

	cmdline_get_string("vbar", vbar, sizeof(vbar), "bad");
	if (!strcmp(vbar, "foreign")) {
		base = address & ~0xfffULL;
		inmate_map(base, 0x1000, INMATE_EXECUTABLE);
	}
	printf("attack: vector base 0x%llx\n", base);
	asm volatile("msr vbar_el1, %0; isb; brk #0" : : "r"(base) : "memory");
}

const struct attack arch_attacks[] = {
	{ "sgi-foreign", sgi_foreign },
	{ "spi-foreign", spi_foreign },
	{ "spi-own", spi_own },
	{ "gicr-foreign", gicr_foreign },
	{ "gic-regs", gic_regs },
	{ "gicc", gicc },
	{ "mmio-postindex", mmio_postindex },
	{ "mmio-pair", mmio_pair },
	{ "mmio-simd", mmio_simd },
	{ "mmio-exclusive", mmio_exclusive },
	{ "smc-unknown", smc_unknown },
	{ "smc-fid", smc_fid },
	{ "smc-arch", smc_arch },
	{ "psci-foreign", psci_foreign },
	{ "psci-reset", psci_reset },
	{ "reset-vector", reset_vector },
	{ "hvc-imm", hvc_imm },
	{ "cache-setway", cache_setway },
	{ "sysreg-debug", sysreg_debug },
	{ "sysreg-el2", sysreg_el2 },
	{ "return-up", return_up },
	{ "tables", tables_foreign },
	{ "stuck", stuck },
	{ "cpu-storm", cpu_storm },
	{ "moving-code", moving },
	{ "wfi-masked", wfi_masked },
	{ "endless-fault", endless_fault },
};

const unsigned int arch_attack_count = ARRAY_SIZE(arch_attacks);
