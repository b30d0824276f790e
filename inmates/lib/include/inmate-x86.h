/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What only x86 has: ports, model specific registers, inter-processor interrupts to another CPU.
 * All may be called from both contexts and from every CPU of the cell.
 *
 * Interrupt numbers: number N is vector 32 + N, N = 0..206. Numbers say nothing about the source,
 * so any of them can be an inter-processor interrupt, or be written into a device.
 *
 * Other CPUs: cpu_on() starts them, see there. They may use what this header offers, timer_ticks(),
 * irq_save() and irq_restore(), and take the interrupts that irq_register() knows, which is one
 * table for all CPUs. Everything else of the library belongs to the first CPU.
 */
#ifndef INMATE_X86_H
#define INMATE_X86_H

#include <inmate.h>

#define CPU_ALL_OTHERS (~0ULL) /* for cpu_on(): all CPUs of the cell but this one */
#define INMATE_CPUS    4       /* that the library can run, the first one included */

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

struct cpuid {
	u32 eax, ebx, ecx, edx;
};

/* Every call of it is an exit under a hypervisor; counted as "firmware" in inmate_stats. */
struct cpuid cpuid(u32 leaf, u32 subleaf);

/* The local APIC's id of the calling CPU. */
u32 apic_id(void);

/* Raises interrupt @irq on the CPU with APIC id @id. */
void ipi_send(u32 id, u32 irq);

/*
 * The APIC timer of the calling CPU, which must not be the first: it raises interrupt @irq once, at
 * counter value @deadline or up to a few seconds before; 0 = off.
 */
void apic_timer_use(u32 irq);
void apic_timer_arm(u64 deadline);

/*
 * How the first CPU found its floating point: the control registers, XCR0 (0 where there is none),
 * and how many of the 2-byte words of all other registers were not zero.
 */
struct fpu_start {
	u16 fcw, fsw, ftw;
	u32 mxcsr;
	u64 xcr0;
	u32 dirty;
};

const struct fpu_start *fpu_start(void);

#endif /* INMATE_X86_H */
