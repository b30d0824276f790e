/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Operations of arm64: GIC, firmware calls, system registers, cache maintenance. */
#include <inmate-arm64.h>

#include "fuzz.h"

#define PAGE	    0x1000ULL
#define CODE	    0x1f0000ULL /* in the cell's RAM, behind everything that is linked */
#define SCRATCH	    0x1f1000ULL
#define GICR_STRIDE 0x20000ULL
#define GICR_SGI    0x10000ULL
#define GICR_TYPER  0x8
#define TYPER_LAST  (1U << 4)
#define INSN_RET    0xd65f03c0U
#define INSN_MRS    0xd5300000U
#define INSN_MSR    0xd5100000U
#define INSN_SYS    0xd5080000U
#define FRAMES	    512

static u64 frame; /* this CPU's redistributor, 0: there is none */

/* ---- interrupt controller ---- */

static u64 find_frame(void)
{
	u64 id = cpu_hardware_id(), at = inmate_comm()->gicr_base;
	u32 wanted = (u32)(id >> 8 & 0xff000000) | (u32)(id & 0xffffff), n;

	for (n = 0; n < FRAMES; n++, at += GICR_STRIDE) {
		if (mmio_read32(at + GICR_TYPER + 4) == wanted)
			return at;
		if (mmio_read32(at + GICR_TYPER) & TYPER_LAST)
			break;
	}
	return 0;
}

/* Where there are registers of interrupts, or anywhere in a page or two. */
static u64 gic_offset(u64 size)
{
	static const u16 first[] = { 0x0,   0x40,  0x80,  0x100, 0x180, 0x200, 0x280,
				     0x300, 0x380, 0x400, 0x500, 0x800, 0x900, 0xc00,
				     0xd00, 0xf00, 0xf10, 0xf20, 0xfd0 };

	if (fuzz_below(4))
		return first[fuzz_below(ARRAY_SIZE(first))] + fuzz_below(64) * 4;
	if (size > PAGE && fuzz_below(2))
		return 0x6000 + fuzz_below(2048) * 4;
	return fuzz_below(size / 4) * 4;
}

/* Sizes and places that a register does not have end the cell. */
static void any_gic(u64 base, u64 size)
{
	u64 offset = gic_offset(size);
	unsigned int width = 4;

	if (fuzz_dares()) {
		width = 1U << fuzz_below(4);
		offset += fuzz_below(4);
	}
	if (offset + width <= size)
		fuzz_access(base + offset, width, fuzz_below(2), fuzz_value());
}

static void any_distributor(void)
{
	any_gic(inmate_comm()->gicd_base, frame ? 0x10000 : PAGE);
}

static void any_redistributor(void)
{
	u64 foreign = inmate_comm()->gicr_base + fuzz_below(4) * GICR_STRIDE;

	if (!frame)
		return;
	if (fuzz_dares())
		any_gic(foreign + fuzz_below(2) * GICR_SGI, GICR_SGI);
	else if (!fuzz_below(8))
		fuzz_access(foreign + GICR_TYPER + fuzz_below(2) * 4, 4, false, 0);
	else
		any_gic(frame + fuzz_below(2) * GICR_SGI, GICR_SGI);
}

static void any_sgi(void)
{
	u64 value = fuzz_value();

	if (frame)
		asm volatile("msr s3_0_c12_c11_5, %0; isb" : : "r"(value));
	else
		mmio_write32(inmate_comm()->gicd_base + 0xf00, (u32)value);
}

/* ---- firmware ---- */

/* Without the calls that sleep: nobody would wake this CPU. */
static bool sleeps(u32 function)
{
	u32 number = function & 0x1f;

	return (function & 0xbfffffe0) == 0x84000000 &&
	       (number == 0x1 || number == 0xc || number == 0xd || number == 0xe);
}

static bool ends(u32 function)
{
	u32 number = function & 0x1f;

	return (function & 0xbfffffe0) == 0x84000000 &&
	       (number == 0x2 || number == 0x8 || number == 0x9 || number == 0x12);
}

static void any_firmware(void)
{
	static const u32 base[] = { 0x84000000, 0xc4000000, 0x80000000, 0x80008000,
				    0x80003fff, 0x80007fff, 0xc6000000, 0x82000000 };
	u32 function = base[fuzz_below(ARRAY_SIZE(base))] + (u32)fuzz_below(24);

	if (!fuzz_below(8))
		function = (u32)fuzz_value();
	if (!sleeps(function) && (!ends(function) || fuzz_dares()))
		firmware_call(function, fuzz_value(), fuzz_value(), fuzz_value());
}

static void any_hvc(void)
{
	register u64 x0 asm("x0") = 0x84000000 + fuzz_below(0x20);

	if (sleeps((u32)x0) || ends((u32)x0))
		return;
	if (fuzz_dares())
		asm volatile("hvc #0x4a49" : "+r"(x0) : : "x1", "x2", "x3", "memory");
	else
		asm volatile("hvc #0" : "+r"(x0) : : "x1", "x2", "x3", "memory");
}

/* ---- instructions that are made ---- */

static u64 execute(u32 word, u64 value)
{
	volatile u32 *code = (volatile u32 *)CODE;

	code[0] = word; /* of x0 */
	code[1] = INSN_RET;
	asm volatile("dsb sy; ic iallu; dsb sy; isb" : : : "memory");
	return ((u64(*)(u64))CODE)(value);
}

static u32 operands(u32 op1, u32 crn, u32 crm, u32 op2)
{
	return op1 << 16 | crn << 12 | crm << 8 | op2 << 5;
}

/* Identification, counters, timers, and the interrupt controller's: all of them can be read. */
static void known_register(void)
{
	u32 crm = (u32)fuzz_below(8), op2 = (u32)fuzz_below(8);

	switch (fuzz_below(4)) {
	case 0:
		execute(INSN_MRS | operands(0, 0, crm, op2), 0);
		break;
	case 1:
		execute((fuzz_below(2) ? INSN_MRS : INSN_MSR) | operands(3, 9, 12 + crm % 3, op2),
			fuzz_value());
		break;
	case 2:
		execute(INSN_MRS | operands(3, 14, crm, op2), 0);
		break;
	default:
		execute(INSN_MRS | operands(0, 12, 8 + crm % 5, op2), 0);
		break;
	}
}

/* What is not there is undefined, what is not the cell's ends it. */
static void any_register(void)
{
	if (fuzz_dares())
		execute(INSN_MRS | (u32)fuzz_below(1U << 20 >> 5) << 5, 0);
}

static void any_setway(void)
{
	static const u32 crm[] = { 6, 10, 14 };

	if (!fuzz_below(8))
		execute(INSN_SYS | operands(0, 7, crm[fuzz_below(3)], 2), fuzz_value());
	else
		execute(INSN_SYS | operands(3, 7, fuzz_below(2) ? 10 : 14, 1), SCRATCH);
}

const struct fuzz_kind arch_kinds[] = {
	{ any_distributor, 60 }, { any_redistributor, 50 },
	{ any_sgi, 20 },	 { any_firmware, 20 },
	{ any_hvc, 5 },		 { known_register, 20 },
	{ any_register, 30 },	 { any_setway, 1 },
};
const unsigned int arch_kind_count = ARRAY_SIZE(arch_kinds);

void arch_fuzz_init(void)
{
	inmate_map(CODE, PAGE, INMATE_EXECUTABLE);
	inmate_map(SCRATCH, PAGE, INMATE_NORMAL);
	if (inmate_comm()->gic_version >= 3)
		frame = find_frame();
}
