/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Included before everything else in code of the hypervisor that drives hardware of arm64: its
 * accesses to registers become calls of a model, on whatever machine the fuzzer runs.
 */
#ifndef TESTS_FUZZ_HW_ARM64_H
#define TESTS_FUZZ_HW_ARM64_H

#define this_cpu hardware_this_cpu
#include <asm/cpu.h>
#undef this_cpu
#include <asm/sysregs.h>
#include <core/mmio.h>

struct cpu *this_cpu(void);

u64 hw_read(const volatile void *address, u32 size);
void hw_write(volatile void *address, u32 size, u64 value);
/* System registers that the code under test has. */
enum hw_sysreg {
	HW_ich_lr0_el2,
	HW_ich_lr1_el2,
	HW_ich_lr2_el2,
	HW_ich_lr3_el2,
	HW_ich_lr4_el2,
	HW_ich_lr5_el2,
	HW_ich_lr6_el2,
	HW_ich_lr7_el2,
	HW_ich_lr8_el2,
	HW_ich_lr9_el2,
	HW_ich_lr10_el2,
	HW_ich_lr11_el2,
	HW_ich_lr12_el2,
	HW_ich_lr13_el2,
	HW_ich_lr14_el2,
	HW_ich_lr15_el2,
	HW_icc_sgi1r_el1,
	HW_icc_iar1_el1,
	HW_icc_eoir1_el1,
	HW_icc_dir_el1,
	HW_icc_pmr_el1,
	HW_icc_ctlr_el1,
	HW_icc_bpr1_el1,
	HW_icc_igrpen1_el1,
	HW_icc_sre_el1,
	HW_icc_sre_el2,
	HW_ich_hcr_el2,
	HW_ich_vmcr_el2,
	HW_ich_vtr_el2,
	HW_ich_elrsr_el2,
	HW_ich_ap0r0_el2,
	HW_ich_ap0r1_el2,
	HW_ich_ap0r2_el2,
	HW_ich_ap0r3_el2,
	HW_ich_ap1r0_el2,
	HW_ich_ap1r1_el2,
	HW_ich_ap1r2_el2,
	HW_ich_ap1r3_el2,
	HW_id_aa64pfr0_el1,
	HW_vttbr_el2,
	HW_spsr_el2,
	HW_elr_el2,
	HW_sctlr_el1,
	HW_SYSREGS
};

u64 hw_sysreg_read(enum hw_sysreg reg);
void hw_sysreg_write(enum hw_sysreg reg, u64 value);

#define mmio_read(address, size)	 hw_read(address, size)
#define mmio_read32(address)		 ((u32)hw_read(address, 4))
#define mmio_read64(address)		 hw_read(address, 8)
#define mmio_write(address, size, value) hw_write(address, size, value)
#define mmio_write32(address, value)	 hw_write(address, 4, value)
#define mmio_write64(address, value)	 hw_write(address, 8, value)

#undef read_sysreg
#undef write_sysreg
#undef isb
#undef dsb
#define read_sysreg(name)	  hw_sysreg_read(HW_##name)
#define write_sysreg(name, value) hw_sysreg_write(HW_##name, value)
#define isb()			  ((void)0)
#define dsb(domain)		  ((void)0)

/* Single instructions without a value are left out. */
#define asm    \
	if (0) \
	__asm__

#endif /* TESTS_FUZZ_HW_ARM64_H */
