/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Included before everything else in code of the hypervisor that drives hardware of x86: its
 * accesses to registers and ports become calls of a model, on whatever machine the fuzzer runs.
 */
#ifndef TESTS_FUZZ_HW_X86_H
#define TESTS_FUZZ_HW_X86_H

#define this_cpu hardware_this_cpu
#include <asm/cpu.h>
#undef this_cpu
#include <asm/x86.h>
#include <core/mmio.h>

struct cpu *this_cpu(void);

u64 hw_read(const volatile void *address, u32 size);
void hw_write(volatile void *address, u32 size, u64 value);
u64 hw_msr_read(u32 msr);
void hw_msr_write(u32 msr, u64 value);
struct cpuid hw_cpuid(u32 leaf);
u32 hw_port_read(u16 port, u32 size);
void hw_port_write(u16 port, u32 size, u32 value);

#define mmio_read32(address)	     ((u32)hw_read(address, 4))
#define mmio_write32(address, value) hw_write(address, 4, value)
#define msr_read(msr)		     hw_msr_read(msr)
#define msr_write(msr, value)	     hw_msr_write(msr, value)
#define cpuid(leaf, subleaf)	     hw_cpuid(leaf)
#define port_read8(port)	     ((u8)hw_port_read(port, 1))
#define port_read16(port)	     ((u16)hw_port_read(port, 2))
#define port_read32(port)	     hw_port_read(port, 4)
#define port_write8(port, value)     hw_port_write(port, 1, value)
#define port_write16(port, value)    hw_port_write(port, 2, value)
#define port_write32(port, value)    hw_port_write(port, 4, value)

/* Units are named one by one: between objects in a row the sanitizer has put something. */
#include <core/system.h>
#undef UNIT
#define UNIT(name) const struct unit unit_##name

/* Barriers are left out. */
#define asm    \
	if (0) \
	__asm__

#endif /* TESTS_FUZZ_HW_X86_H */
