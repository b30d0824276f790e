/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Numbers that assembly and C of the arm64 library share, and the system registers in C. */
#ifndef INMATE_ARM64_ASM_H
#define INMATE_ARM64_ASM_H

#define STACK_SIZE 0x8000 /* of inmate_main, of the interrupt handlers */
#define GUARD_SIZE 0x1000

#define MAIR_VALUE 0x04ff /* index 0: normal write-back, 1: device nGnRE */

/* struct exception_frame */
#define FRAME_SP     248
#define FRAME_PC     256
#define FRAME_PSTATE 264
#define FRAME_SIZE   272

/* GICv3 CPU interface by encoding: older assemblers lack the names */
#define ICC_PMR_EL1	S3_0_C4_C6_0
#define ICC_IAR1_EL1	S3_0_C12_C12_0
#define ICC_EOIR1_EL1	S3_0_C12_C12_1
#define ICC_BPR1_EL1	S3_0_C12_C12_3
#define ICC_CTLR_EL1	S3_0_C12_C12_4
#define ICC_SRE_EL1	S3_0_C12_C12_5
#define ICC_IGRPEN1_EL1 S3_0_C12_C12_7
#define ICC_SGI1R_EL1	S3_0_C12_C11_5

#ifndef __ASSEMBLER__

#include <inmate-arm64.h>

#define STRINGIFY_(x) #x
#define STRINGIFY(x)  STRINGIFY_(x)

#define sysreg_read(name)                                                \
	({                                                               \
		u64 value_;                                              \
		asm volatile("mrs %0, " STRINGIFY(name) : "=r"(value_)); \
		value_;                                                  \
	})

#define sysreg_write(name, value) \
	asm volatile("msr " STRINGIFY(name) ", %0" : : "r"((u64)(value)) : "memory")

static inline void isb(void)
{
	asm volatile("isb" : : : "memory");
}

static inline void dsb(void)
{
	asm volatile("dsb sy" : : : "memory");
}

struct exception_frame {
	u64 x[31];
	u64 sp;
	u64 pc;
	u64 pstate;
};

_Static_assert(offsetof(struct exception_frame, sp) == FRAME_SP, "FRAME_SP");
_Static_assert(offsetof(struct exception_frame, pc) == FRAME_PC, "FRAME_PC");
_Static_assert(offsetof(struct exception_frame, pstate) == FRAME_PSTATE, "FRAME_PSTATE");
_Static_assert(sizeof(struct exception_frame) == FRAME_SIZE, "FRAME_SIZE");

/* Parts of the arm64 library */
void mmu_init(void);
void gic_init(void);
void gic_init_cpu(void);  /* the second CPU's own part, with all interrupts registered so far */
void gic_interrupt(void); /* called by the interrupt vector */

/* Addresses of the distributor and, with GICv2, of the CPU interface; 0 with GICv3. */
extern u64 gic_distributor, gic_interface;

/* One access to a register of the distributor or a redistributor, counted. */
u32 gic_read32(u64 address);
void gic_write32(u64 address, u32 value);

#define TIMER_IRQ 27U /* PPI of the virtual timer */

#endif /* !__ASSEMBLER__ */

#endif /* INMATE_ARM64_ASM_H */
