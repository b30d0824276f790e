/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Attacks by the CPU itself: registers and levels above its own, tables that it reads, a CPU that never
 * yields, and two CPUs against the hypervisor.
 */
#include <inmate-arm64.h>

#include "hostile-arm64.h"

/* ---- registers and levels that are not EL1's ---- */

#define EL2_ATTACK(label, name)                                                \
	static void label(void *arg)                                           \
	{                                                                      \
		asm volatile("msr " name ", %0; isb" : : "r"(arg) : "memory"); \
		result(name " written", (uintptr_t)arg);                       \
	}

EL2_ATTACK(write_vttbr, "s3_4_c2_c1_0")
EL2_ATTACK(write_vtcr, "s3_4_c2_c1_2")
EL2_ATTACK(write_vbar_el2, "s3_4_c12_c0_0")
EL2_ATTACK(write_sctlr_el2, "s3_4_c1_c0_0")
EL2_ATTACK(write_ttbr0_el2, "s3_4_c2_c0_0")
EL2_ATTACK(write_tpidr_el2, "s3_4_c13_c0_2")
EL2_ATTACK(write_elr_el2, "s3_4_c4_c0_1")
EL2_ATTACK(write_cntvoff, "s3_4_c14_c0_3")
EL2_ATTACK(write_cnthctl, "s3_4_c14_c1_0")
EL2_ATTACK(write_mdcr, "s3_4_c1_c1_1")
EL2_ATTACK(write_ich_hcr, "s3_4_c12_c11_0")
EL2_ATTACK(write_ich_lr0, "s3_4_c12_c12_0")
EL2_ATTACK(write_icc_sre_el2, "s3_4_c12_c9_5")
EL2_ATTACK(write_scr_el3, "s3_6_c1_c1_0")
EL2_ATTACK(write_cntfrq, "cntfrq_el0")

void sysreg_el2(u64 address)
{
	static const struct step steps[] = {
		{ "vttbr_el2", write_vttbr, 0 },	 { "vtcr_el2", write_vtcr, 0 },
		{ "vbar_el2", write_vbar_el2, 0 },	 { "sctlr_el2", write_sctlr_el2, 0 },
		{ "ttbr0_el2", write_ttbr0_el2, 0 },	 { "tpidr_el2", write_tpidr_el2, 0 },
		{ "elr_el2", write_elr_el2, 0 },	 { "cntvoff_el2", write_cntvoff, 0 },
		{ "cnthctl_el2", write_cnthctl, 0 },	 { "mdcr_el2", write_mdcr, 0 },
		{ "ich_hcr_el2", write_ich_hcr, 0 },	 { "ich_lr0_el2", write_ich_lr0, 0 },
		{ "icc_sre_el2", write_icc_sre_el2, 0 }, { "scr_el3", write_scr_el3, 0 },
		{ "cntfrq_el0", write_cntfrq, 0 },
	};

	run_steps(steps, ARRAY_SIZE(steps), address);
}

/* An exception return to the level in @arg: where it is not permitted the next instruction faults. */
static void return_to(void *arg)
{
	u64 here;

	asm volatile("adr %0, 1f; msr elr_el1, %0; msr spsr_el1, %1; eret; 1: nop"
		     : "=&r"(here)
		     : "r"(arg)
		     : "memory");
	result("returned to", (uintptr_t)arg);
}

void return_up(u64 address)
{
	static const struct step steps[] = {
		{ "EL2", return_to, 0x009 },
		{ "EL2 with SP_EL0", return_to, 0x008 },
		{ "EL3", return_to, 0x00d },
		{ "hypervisor mode of AArch32", return_to, 0x01a },
	};

	(void)address;
	run_steps(steps, ARRAY_SIZE(steps), 0);
}

/* ---- tables that the CPU itself reads ---- */

/* Where nothing was looked up yet, so that the tables are read. */
static void table_base(void *arg)
{
	asm volatile("dsb sy; msr ttbr0_el1, %0; isb; tlbi vmalle1; dsb sy; isb; ldr xzr, [%1]"
		     :
		     : "r"(arg), "r"(0x7000000000)
		     : "memory");
	result("tables at", (uintptr_t)arg);
}

/* The first level is its own, the second one is somewhere else. */
static void second_level(void *arg)
{
	static u64 tables[512] __attribute__((aligned(4096)));
	u64 own;

	asm volatile("mrs %0, ttbr0_el1" : "=r"(own));
	memcpy(tables, (void *)(uintptr_t)(own & 0xfffffffff000), sizeof(tables));
	tables[64] = (uintptr_t)arg | 3;
	asm volatile("dsb sy; msr ttbr0_el1, %0; isb; tlbi vmalle1; dsb sy; isb"
		     :
		     : "r"(tables)
		     : "memory");
	result("word read", *(volatile u32 *)(64ULL << 30));
}

void tables_foreign(u64 address)
{
	const struct step steps[] = {
		{ "tables", table_base, address & ~0xfffULL },
		{ "tables in a device", table_base, inmate_comm()->gicd_base },
		{ "tables beyond memory", table_base, 0x7ffffff000 },
		{ "second level", second_level, address & ~0xfffULL },
		{ "second level in a device", second_level, inmate_comm()->gicd_base },
	};

	run_steps(steps, ARRAY_SIZE(steps), 0);
}

/* ---- a CPU that does not yield ---- */

extern char faulting_vectors[];

asm(".pushsection .text\n"
    "	.balign	2048\n"
    "faulting_vectors:\n"
    "	.rept	16\n"
    "	.balign	128\n"
    "	str	x0, [sp]\n"
    "	b	.\n"
    "	.endr\n"
    ".popsection\n");

/* The handlers' stack is not mapped: their first store is the next exception, for ever. */
static void handler_stack(void *arg)
{
	asm volatile("msr daifset, #0xf; msr vbar_el1, %0; isb; msr spsel, #1; mov sp, %1; brk #0"
		     :
		     : "r"(faulting_vectors), "r"(arg)
		     : "memory");
}

static void breakpoint(void *arg)
{
	(void)arg;
	asm volatile("brk #0");
}

/* Exceptions that are handled and come again at once. */
static void exception_storm(void *arg)
{
	struct inmate_fault fault;

	for (;;)
		inmate_try(breakpoint, arg, &fault);
}

/* Each access is an exit. */
static void mmio_storm(void *arg)
{
	(void)arg;
	for (;;)
		mmio_read32(inmate_comm()->gicd_base);
}

/* These reach all CPUs of the machine, but only what is the cell's. */
static void translation_storm(void *arg)
{
	(void)arg;
	for (;;)
		asm volatile("tlbi vmalle1is; ic ialluis; dsb ish" : : : "memory");
}

static void setway_storm(void *arg)
{
	(void)arg;
	for (;;)
		for (u64 line = 0; line < 0x10000; line += 0x40)
			asm volatile("dc cisw, %0" : : "r"(line) : "memory");
}

/* CPU_ON of itself, of others and of nobody, questions, and sleeps that end at once. */
static void firmware_storm(void *arg)
{
	for (u64 n = 0;; n++) {
		firmware_call(0xc4000003, n % 6, (uintptr_t)arg, n);
		firmware_call(0xc4000004, n % 6, 0, 0);
		firmware_call(n * 0x9e3779b9, n, n, n);
	}
}

void stuck(u64 address)
{
	const struct step steps[] = {
		{ "stack of exceptions", handler_stack, 1ULL << 40 }, /* 0 */
		{ "handled exceptions", exception_storm, 0 },
		{ "device accesses", mmio_storm, 0 },
		{ "invalidations", translation_storm, 0 },
		{ "caches by set and way", setway_storm, 0 },
		{ "firmware calls", firmware_storm, address }, /* 5 */
		{ "SGIs", sgi_storm, 0 },
		{ "refused routes", route_storm, 0 },
	};

	timer_cancel();
	printf("attack stuck: survived, from now on it goes its own way\n");
	run_steps(steps, ARRAY_SIZE(steps), 0);
}

/* ---- another CPU of the same cell ---- */

void second_off(void);

asm(".pushsection .text\n"
    "second_off:\n"
    "	mov	x0, #2\n" /* PSCI CPU_OFF */
    "	movk	x0, #0x8400, lsl #16\n"
    "	smc	#0\n"
    "	b	second_off\n"
    ".popsection\n");

/* The next CPU is started without end, and switches itself off at once. */
void cpu_storm(u64 address)
{
	(void)address;
	printf("attack cpu-storm: survived, from now on the next CPU starts again and again\n");
	for (u64 n = 0;; n++) {
		firmware_call(0xc4000003, own_mpidr() + 1, (uintptr_t)second_off, n);
		firmware_call(0xc4000004, own_mpidr() + 1, 0, 0);
		inmate_poll();
	}
}

void moving_code(u64 device);

asm(".pushsection .text\n"
    "	.balign	64\n"
    "moving_code:\n"
    "	ldr	w2, [x0], #4\n"
    "	ret\n"
    ".popsection\n");

/* The page table entry of an address of the program, which is mapped by small pages. */
static volatile u64 *page_entry(u64 address)
{
	u64 table;

	asm volatile("mrs %0, ttbr0_el1" : "=r"(table));
	for (int shift = 30; shift > 12; shift -= 9)
		table = ((u64 *)(uintptr_t)(table & 0xfffffffff000))[address >> shift & 511];
	return (u64 *)(uintptr_t)(table & 0xfffffffff000) + (address >> 12 & 511);
}

/* The second CPU: another instruction at every moment, of those that the hypervisor has to read. */
static void exchange_code(u64 context)
{
	static const u32 instructions[] = {
		0xb8404402, /* ldr w2, [x0], #4 */
		0xb8404c02, /* ldr w2, [x0, #4]! */
		0x29400c02, /* ldp w2, w3, [x0] */
		0xb8004402, /* str w2, [x0], #4 */
		0x3dc00000, /* ldr q0, [x0] */
		0xf8617802, /* ldr x2, [x0, x1, lsl #3] */
		0xd503201f, /* nop */
	};
	volatile u32 *code = (volatile u32 *)(uintptr_t)moving_code;

	(void)context;
	for (u32 n = 0;; n++) {
		*code = instructions[n % ARRAY_SIZE(instructions)];
		asm volatile("dc cvau, %0; dsb ish; ic ivau, %0; dsb ish" : : "r"(code) : "memory");
	}
}

static void call_moving_code(void *arg)
{
	moving_code((uintptr_t)arg);
}

void moving(u64 address)
{
	struct inmate_fault fault;

	(void)address;
	*page_entry((uintptr_t)moving_code) &= ~(1ULL << 7); /* not read-only any more */
	asm volatile("dsb ish; tlbi vmalle1is; dsb ish; isb" : : : "memory");
	result("second CPU", cpu_on(own_mpidr() + 1, (uintptr_t)exchange_code, 0));
	printf("attack moving-code: survived, from now on its code changes under it\n");
	for (;;) {
		inmate_try(call_moving_code, (void *)(uintptr_t)inmate_comm()->gicd_base, &fault);
		inmate_poll();
	}
}
