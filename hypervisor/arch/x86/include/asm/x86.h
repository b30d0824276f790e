/* SPDX-License-Identifier: GPL-2.0-only */
/* Registers and instructions of x86-64 (AMD APM volume 2, Intel SDM volume 4). */
#ifndef ASM_X86_H
#define ASM_X86_H

#define CR0_PE	   (1ULL << 0)
#define CR0_MP	   (1ULL << 1)
#define CR0_ET	   (1ULL << 4)
#define CR0_NE	   (1ULL << 5)
#define CR0_WP_BIT 0x10000
#define CR0_NW	   (1ULL << 29)
#define CR0_CD	   (1ULL << 30)
#define CR0_PG	   (1ULL << 31)

#define CR4_PSE	       (1ULL << 4)
#define CR4_PAE	       (1ULL << 5)
#define CR4_MCE	       (1ULL << 6)
#define CR4_OSFXSR     (1ULL << 9)
#define CR4_OSXMMEXCPT (1ULL << 10)
#define CR4_LA57       (1ULL << 12)
#define CR4_VMXE       (1ULL << 13)
#define CR4_PCIDE      (1ULL << 17)
#define CR4_OSXSAVE    (1ULL << 18)
#define CR4_SMEP       (1ULL << 20)
#define CR4_SMAP       (1ULL << 21)
#define CR4_PKE	       (1ULL << 22)
#define CR4_CET	       (1ULL << 23)

#define EFER_LME  (1ULL << 8)
#define EFER_LMA  (1ULL << 10)
#define EFER_SVME (1ULL << 12)

#define RFLAGS_FIXED (1ULL << 1)
#define RFLAGS_TF    (1ULL << 8)
#define RFLAGS_IF    (1ULL << 9)
#define RFLAGS_VM    (1ULL << 17)

#define DR6_RESET	0xffff0ff0ULL
#define DR6_BREAKPOINTS 0xfULL
#define DR6_BD		(1ULL << 13)
#define DR6_BS		(1ULL << 14)
#define DR6_INVERTED	(1ULL << 11 | 1ULL << 16) /* locked bus, transaction */
#define DR7_RESET	0x400ULL
#define DR7_GD		(1ULL << 13)
#define DEBUGCTL_LBR	(1ULL << 0)
#define DEBUGCTL_BTF	(1ULL << 1)

#define XCR0_X87 1ULL

#define VECTOR_DE  0
#define VECTOR_DB  1
#define VECTOR_NMI 2
#define VECTOR_BP  3
#define VECTOR_OF  4
#define VECTOR_UD  6
#define VECTOR_DF  8
#define VECTOR_TS  10
#define VECTOR_NP  11
#define VECTOR_SS  12
#define VECTOR_GP  13
#define VECTOR_PF  14
#define VECTOR_AC  17
#define VECTOR_MC  18
#define VECTOR_SX  30

#define MSR_TSC		       0x00000010
#define MSR_APIC_BASE	       0x0000001b
#define MSR_SMI_COUNT	       0x00000034
#define MSR_TSC_ADJUST	       0x0000003b
#define MSR_SPEC_CTRL	       0x00000048
#define MSR_PRED_CMD	       0x00000049
#define MSR_INTEL_LOADER       0x00000079
#define MSR_BIOS_SIGN	       0x0000008b
#define MSR_SMM_MONITOR	       0x0000009b
#define MSR_USER_WAIT	       0x000000e1
#define MSR_MTRR_CAP	       0x000000fe
#define MSR_ARCH_CAPABILITIES  0x0000010a
#define MSR_FLUSH_CMD	       0x0000010b
#define MSR_SYSENTER_CS	       0x00000174
#define MSR_SYSENTER_ESP       0x00000175
#define MSR_SYSENTER_EIP       0x00000176
#define MSR_MCG_CAP	       0x00000179
#define MSR_MCG_STATUS	       0x0000017a
#define MSR_INTEL_EVTSEL0      0x00000186
#define MSR_XFD		       0x000001c4
#define MSR_XFD_ERR	       0x000001c5
#define MSR_DEBUGCTL	       0x000001d9
#define MSR_MTRR_FIRST	       0x00000200
#define MSR_MTRR_LAST	       0x0000026f
#define MSR_PAT		       0x00000277
#define MSR_MTRR_DEF_TYPE      0x000002ff
#define MSR_PERF_FIXED_CTRL    0x0000038d
#define MSR_PERF_GLOBAL_STATUS 0x0000038e
#define MSR_PERF_GLOBAL_CTRL   0x0000038f
#define MSR_PEBS_ENABLE	       0x000003f1
#define MSR_TRACE_CTL	       0x00000570
#define MSR_U_CET	       0x000006a0
#define MSR_S_CET	       0x000006a2
#define MSR_PL0_SSP	       0x000006a4
#define MSR_PL3_SSP	       0x000006a7
#define MSR_ISST_ADDR	       0x000006a8
#define MSR_PKRS	       0x000006e1
#define MSR_TSC_DEADLINE       0x000006e0
#define MSR_X2APIC_FIRST       0x00000800
#define MSR_X2APIC_LAST	       0x000008ff
#define MSR_USER_INTERRUPTS    0x0000098a
#define MSR_BOUNDS_CONFIG      0x00000d90
#define MSR_PASID	       0x00000d93
#define MSR_XSS		       0x00000da0
#define MSR_BRANCH_CTL	       0x000014ce
#define MSR_EFER	       0xc0000080
#define MSR_STAR	       0xc0000081
#define MSR_LSTAR	       0xc0000082
#define MSR_CSTAR	       0xc0000083
#define MSR_SFMASK	       0xc0000084
#define MSR_FS_BASE	       0xc0000100
#define MSR_GS_BASE	       0xc0000101
#define MSR_KERNEL_GS_BASE     0xc0000102
#define MSR_TSC_AUX	       0xc0000103
#define MSR_TSC_RATIO	       0xc0000104
#define MSR_PERF_EVTSEL0       0xc0010000
#define MSR_PERF_CTR0	       0xc0010004
#define MSR_SYSCFG	       0xc0010010
#define MSR_PATCH_LOADER       0xc0010020
#define MSR_MMIO_CFG_BASE      0xc0010058
#define MSR_VM_CR	       0xc0010114
#define MSR_VM_HSAVE_PA	       0xc0010117
#define MSR_PERF_CORE	       0xc0010200 /* six pairs of control and counter */
#define MSR_PERF_CORE_LAST     0xc001020b

#define VM_CR_R_INIT (1ULL << 1)
#define VM_CR_LOCK   (1ULL << 3)
#define VM_CR_SVMDIS (1ULL << 4)

#define ARCH_CAP_RDCL_NO (1ULL << 0)
#define TRACE_ENABLE	 (1ULL << 0)

#define APIC_BASE_EXTD	  (1ULL << 10)
#define APIC_BASE_ENABLE  (1ULL << 11)
#define APIC_BASE_ADDRESS 0x000ffffffffff000ULL

#ifndef __ASSEMBLER__

#include <stdbool.h>

#include <jailhouse/types.h>

struct cpuid {
	u32 eax, ebx, ecx, edx;
};

static inline struct cpuid cpuid(u32 leaf, u32 subleaf)
{
	struct cpuid id;

	asm volatile("cpuid"
		     : "=a"(id.eax), "=b"(id.ebx), "=c"(id.ecx), "=d"(id.edx)
		     : "a"(leaf), "c"(subleaf));
	return id;
}

static inline u64 msr_read(u32 msr)
{
	u32 low, high;

	asm volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
	return low | (u64)high << 32;
}

static inline void msr_write(u32 msr, u64 value)
{
	asm volatile("wrmsr" : : "c"(msr), "a"((u32)value), "d"((u32)(value >> 32)) : "memory");
}

#define read_cr(n)                                                   \
	({                                                           \
		u64 cr_value;                                        \
		asm volatile("mov %%cr" #n ", %0" : "=r"(cr_value)); \
		cr_value;                                            \
	})
#define write_cr(n, value) asm volatile("mov %0, %%cr" #n : : "r"((u64)(value)) : "memory")
#define read_dr(n)                                                   \
	({                                                           \
		u64 dr_value;                                        \
		asm volatile("mov %%db" #n ", %0" : "=r"(dr_value)); \
		dr_value;                                            \
	})
#define write_dr(n, value) asm volatile("mov %0, %%db" #n : : "r"((u64)(value)))

static inline void write_xcr0(u64 value)
{
	asm volatile("xsetbv" : : "c"(0), "a"((u32)value), "d"((u32)(value >> 32)));
}

static inline u64 rdtsc(void)
{
	u32 low, high;

	asm volatile("lfence\n\trdtsc" : "=a"(low), "=d"(high) : : "memory");
	return low | (u64)high << 32;
}

static inline u8 port_read8(u16 port)
{
	u8 value;

	asm volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

static inline u16 port_read16(u16 port)
{
	u16 value;

	asm volatile("inw %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

static inline u32 port_read32(u16 port)
{
	u32 value;

	asm volatile("inl %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

static inline void port_write8(u16 port, u8 value)
{
	asm volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static inline void port_write16(u16 port, u16 value)
{
	asm volatile("outw %0, %1" : : "a"(value), "Nd"(port));
}

static inline void port_write32(u16 port, u32 value)
{
	asm volatile("outl %0, %1" : : "a"(value), "Nd"(port));
}

/* Access to a model specific register that may raise #GP; returns whether it did not. */
bool msr_read_safe(u32 msr, u64 *value);
bool msr_write_safe(u32 msr, u64 value);

/* The same for the register that says which states XSAVE saves. */
bool xcr0_write_safe(u64 value);

#endif /* __ASSEMBLER__ */
#endif /* ASM_X86_H */
