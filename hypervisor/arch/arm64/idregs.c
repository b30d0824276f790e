/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Registers that say what the CPU can do, as cells read them: without what they must not use. These are
 * features with state that nobody clears when a CPU changes its cell, and those that reach beyond the
 * CPU. The root cell reads the hardware.
 */
#include <asm/sysregs.h>
#include <asm/traps.h>

#define MASK(low, bits) (((1ULL << (bits)) - 1) << (low))

/* Registers of which only some fields are passed on, CRm and op2 in the encoding s3_0_c0_cCRm_op2. */
static const struct id_mask {
	u8 crm, op2;
	u64 keep;
} masks[] = {
	/* ID_AA64PFR0_EL1: no RAS, SVE, MPAM, AMU, RME */
	{ 4, 0, ~(MASK(28, 8) | MASK(40, 8) | MASK(52, 4)) },
	/* ID_AA64PFR1_EL1: branch targets, speculative store bypass */
	{ 4, 1, MASK(0, 8) },
	/* ID_AA64PFR2_EL1, ID_AA64ZFR0_EL1, ID_AA64SMFR0_EL1, ID_AA64FPFR0_EL1 */
	{ 4, 2, 0 },
	{ 4, 4, 0 },
	{ 4, 5, 0 },
	{ 4, 7, 0 },
	/* ID_AA64DFR0_EL1: debug, counters, breakpoints, watchpoints */
	{ 5, 0, MASK(0, 4) | MASK(8, 8) | MASK(20, 4) | MASK(28, 4) },
	/* ID_AA64DFR1_EL1 */
	{ 5, 1, 0 },
	/* ID_AA64ISAR1_EL1: no 64-byte accesses */
	{ 6, 1, ~MASK(60, 4) },
	/* ID_AA64MMFR1_EL1: no limited ordering regions */
	{ 7, 1, ~MASK(16, 4) },
	/* ID_AA64MMFR3_EL1: permission indirection and overlays, more control registers */
	{ 7, 3, 0 },
};

/* Software thread numbers are context of branch prediction that traps: version 1 at most. */
#define PFR0_CSV2(pfr0) field(pfr0, 56, 4)
#define PFR0_CSV2_SHIFT 56

/* There is no OS double lock. */
#define DFR0_NO_DOUBLE_LOCK MASK(36, 4)

#define READ(crm, op2)           \
	case (crm) << 3 | (op2): \
		return read_sysreg(s3_0_c0_c##crm##_##op2);

#define READ_ALL(crm) \
	READ(crm, 0)  \
	READ(crm, 1)  \
	READ(crm, 2)  \
	READ(crm, 3)  \
	READ(crm, 4)  \
	READ(crm, 5)  \
	READ(crm, 6)  \
	READ(crm, 7)

static u64 read_hardware(u32 crm, u32 op2)
{
	switch (crm << 3 | op2) {
		READ_ALL(1)
		READ_ALL(2)
		READ_ALL(3)
		READ_ALL(4)
		READ_ALL(5)
		READ_ALL(6)
		READ_ALL(7)
	default:
		return 0;
	}
}

u64 id_register(u32 crm, u32 op2)
{
	u64 value = read_hardware(crm, op2);
	u32 n;

	for (n = 0; n < sizeof(masks) / sizeof(masks[0]); n++)
		if (masks[n].crm == crm && masks[n].op2 == op2)
			value &= masks[n].keep;
	if (crm == 4 && op2 == 0 && PFR0_CSV2(value) > 1)
		value = (value & ~MASK(PFR0_CSV2_SHIFT, 4)) | 1ULL << PFR0_CSV2_SHIFT;
	if (crm == 5 && op2 == 0)
		value |= DFR0_NO_DOUBLE_LOCK;
	return value;
}
