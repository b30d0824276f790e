/* SPDX-License-Identifier: GPL-2.0-only */
/* What the parts of the firmware share. */
#ifndef LAB_FIRMWARE_H
#define LAB_FIRMWARE_H

#define CPUS 4

/* Power states of CPU_SUSPEND that the device tree names: bit 16, the CPU's state is lost. */
#define STATE_STANDBY	0x00001
#define STATE_POWERDOWN 0x10002

/* SCR_EL3: EL2 in AArch64 and non-secure, HVC, reserved ones; SMC is not disabled. */
#define SCR_VALUE 0x531

#ifndef __ASSEMBLER__

#include <stdint.h>

typedef uint8_t u8;
typedef uint32_t u32;
typedef uint64_t u64;

static inline void write32(u64 address, u32 value)
{
	*(volatile u32 *)address = value;
}

static inline u32 read32(u64 address)
{
	return *(volatile u32 *)address;
}

/* On every CPU after the reset; on the first one it starts the kernel. Does not return. */
void firmware_main(u64 cpu);

/* An SMC: registers x0..x17, in and out. */
void firmware_call(u64 *x);

/* Leave for EL2, x0 = @context. Does not return. */
void enter_el2(u64 address, u64 context) __attribute__((noreturn));

/*
 * A copy of the device tree that the emulator has made, with a PSCI node for SMC, idle states of the
 * CPUs, and what the kernel has to know of its command line and ramdisk.
 */
void tree_build(const void *from, void *to, const char *command_line, u64 initrd, u64 initrd_size);

/* Kernel, ramdisk and command line from the emulator; the address of the kernel. */
u64 load_kernel(u64 tree);

#endif /* __ASSEMBLER__ */
#endif /* LAB_FIRMWARE_H */
