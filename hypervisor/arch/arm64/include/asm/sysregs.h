/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * System registers of arm64: accessors and the bits that are used (Arm ARM, DDI 0487, chapter D19;
 * GIC architecture specification, IHI 0069, chapter 12).
 */
#ifndef ASM_SYSREGS_H
#define ASM_SYSREGS_H

#ifndef __ASSEMBLER__

#include <jailhouse/types.h>

#define read_sysreg(name)                                                          \
	({                                                                         \
		u64 value_;                                                        \
		asm volatile("mrs %0, " SYSREG(name) : "=r"(value_) : : "memory"); \
		value_;                                                            \
	})

#define write_sysreg(name, value)                                                      \
	do {                                                                           \
		u64 value_ = (value);                                                  \
		asm volatile("msr " SYSREG(name) ", %x0" : : "rZ"(value_) : "memory"); \
	} while (0)

#define SYSREG(name)  SYSREG_(name)
#define SYSREG_(name) #name

#define isb()	    asm volatile("isb" : : : "memory")
#define dsb(domain) asm volatile("dsb " #domain : : : "memory")

#define field(value, low, bits) ((value) >> (low) & ((1ULL << (bits)) - 1))

#endif /* __ASSEMBLER__ */

/* By encoding: older assemblers lack the names */
#define ID_AA64ISAR2_EL1 s3_0_c0_c6_2
#define HCRX_EL2	 s3_4_c1_c2_2
#define HFGRTR_EL2	 s3_4_c1_c1_4
#define HFGWTR_EL2	 s3_4_c1_c1_5
#define HFGITR_EL2	 s3_4_c1_c1_6
#define HDFGRTR_EL2	 s3_4_c3_c1_4
#define HDFGWTR_EL2	 s3_4_c3_c1_5
#define SVCR		 s3_3_c4_c2_2
#define TPIDR2_EL0	 s3_3_c13_c0_5
#define DISR_EL1	 s3_0_c12_c1_1

/* HCR_EL2 */
#define HCR_VM	  (1ULL << 0)
#define HCR_SWIO  (1ULL << 1)
#define HCR_FMO	  (1ULL << 3)
#define HCR_IMO	  (1ULL << 4)
#define HCR_AMO	  (1ULL << 5)
#define HCR_VSE	  (1ULL << 8)
#define HCR_TID3  (1ULL << 18)
#define HCR_TSC	  (1ULL << 19)
#define HCR_TIDCP (1ULL << 20)
#define HCR_TACR  (1ULL << 21)
#define HCR_TSW	  (1ULL << 22)
#define HCR_TGE	  (1ULL << 27)
#define HCR_RW	  (1ULL << 31)
#define HCR_E2H	  (1ULL << 34)
#define HCR_TLOR  (1ULL << 35)
#define HCR_TERR  (1ULL << 36)
#define HCR_APK	  (1ULL << 40)
#define HCR_API	  (1ULL << 41)

/* SCTLR_EL2: RES1 bits without FEAT_VHE, MMU, caches */
#define SCTLR_EL2_RES1 0x30c50830
#define SCTLR_M	       (1 << 0)
#define SCTLR_C	       (1 << 2)
#define SCTLR_I	       (1 << 12)

/* SCTLR_EL1 after reset: RES1 bits of ARMv8.0 */
#define SCTLR_EL1_RES1 0x30d00800

/* TCR_EL2: 48-bit addresses, write-back, inner shareable, 4 KiB granule; PS is added */
#define TCR_EL2_VALUE	 (1 << 31 | 1 << 23 | 3 << 12 | 1 << 10 | 1 << 8 | 16)
#define TCR_EL2_PS_SHIFT 16

/* MAIR_EL2: index 0 normal write-back, index 1 device nGnRE */
#define MAIR_EL2_VALUE 0x04ff

/* HCRX_EL2: memory copy instructions */
#define HCRX_MSCEN (1ULL << 11)

/*
 * CPTR_EL2 without VHE: RES1 bits, among them TZ (SVE) and TSM (SME) where the CPU has these; trace
 * unit, activity monitors
 */
#define CPTR_EL2_RES1 0x33ff
#define CPTR_EL2_TSM  (1 << 12)
#define CPTR_EL2_TTA  (1 << 20)
#define CPTR_EL2_TAM  (1 << 30)

/* CNTHCTL_EL2: EL1 may use physical counter and timer */
#define CNTHCTL_EL1PCTEN (1 << 0)
#define CNTHCTL_EL1PCEN	 (1 << 1)

/*
 * MDCR_EL2: number of event counters for EL1; traps of OS lock, debug ROM, statistical profiling and
 * trace filter registers; counters of EL1 stand still in EL2
 */
#define MDCR_HPMN_MASK 0x1f
#define MDCR_TDOSA     (1 << 10)
#define MDCR_TDRA      (1 << 11)
#define MDCR_TPMS      (1 << 14)
#define MDCR_HPMD      (1 << 17)
#define MDCR_TTRF      (1 << 19)
#define MDCR_HCCD      (1 << 23)

/* VTCR_EL2: everything but T0SZ, SL0 and PS */
#define VTCR_BASE (1ULL << 31 | 3ULL << 12 | 1ULL << 10 | 1ULL << 8)

/* SPSR: EL1h, all exceptions masked */
#define SPSR_EL1H      5
#define SPSR_DAIF      0x3c0
#define SPSR_EL1H_DAIF 0x3c5
#define SPSR_M_MASK    0xf
#define SPSR_SP_ELX    (1 << 0)
#define SPSR_AARCH32   (1 << 4)

/* ESR_ELx */
#define ESR_EC(esr)  ((u32)((esr) >> 26 & 0x3f))
#define ESR_IL	     (1ULL << 25)
#define EC_UNKNOWN   0x00
#define EC_MCR	     0x03
#define EC_MCRR	     0x04
#define EC_HVC32     0x12
#define EC_SMC32     0x13
#define EC_HVC64     0x16
#define EC_SMC64     0x17
#define EC_SYSREG    0x18
#define EC_IABT_LOW  0x20
#define EC_IABT_SAME 0x21
#define EC_DABT_LOW  0x24
#define EC_DABT_SAME 0x25

/* ICC_*: CPU interface */
#define ICC_CTLR_EOIMODE (1 << 1)
#define ICC_CTLR_CBPR	 (1 << 0)
#define ICC_SRE_ALL	 0xf

/* ICH_HCR_EL2 */
#define ICH_HCR_EN  (1 << 0)
#define ICH_HCR_UIE (1 << 1)

/* ICH_VMCR_EL2 */
#define ICH_VMCR_VENG1	     (1ULL << 1)
#define ICH_VMCR_VCBPR	     (1ULL << 4)
#define ICH_VMCR_VEOIM	     (1ULL << 9)
#define ICH_VMCR_VBPR1_SHIFT 18
#define ICH_VMCR_VBPR0_SHIFT 21
#define ICH_VMCR_VPMR_SHIFT  24

/* ICH_LR<n>_EL2 */
#define ICH_LR_VINTID_MASK    0xffffffffULL
#define ICH_LR_PINTID_SHIFT   32
#define ICH_LR_PRIORITY_SHIFT 48
#define ICH_LR_GROUP1	      (1ULL << 60)
#define ICH_LR_HW	      (1ULL << 61)
#define ICH_LR_PENDING	      (1ULL << 62)
#define ICH_LR_ACTIVE	      (1ULL << 63)

#endif /* ASM_SYSREGS_H */
