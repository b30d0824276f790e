/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Interrupt controllers. The local APIC of a CPU is its guest's own: interrupts, timer and end of
 * interrupt do not exit. What exits is what could reach other CPUs: interrupt commands, in all of
 * their forms, and in xAPIC mode every write, since all registers are in one page. The APIC of a
 * cell's CPU is always in x2APIC mode, or looks so where the processor has none; the root cell's is in
 * the mode that Linux has chosen.
 *
 * References: AMD APM volume 2, chapter 16; 82093AA I/O APIC data sheet.
 */
#ifndef ASM_APIC_H
#define ASM_APIC_H

#include <core/cell.h>
#include <core/cpu.h>

#define APIC_ADDRESS 0xfee00000ULL
#define APIC_WINDOW  0x100000ULL /* writes of devices to it are interrupts */

/* Interrupt command register, low half */
#define ICR_VECTOR(icr)	   ((icr)&0xff)
#define ICR_MODE(icr)	   ((icr) >> 8 & 7)
#define ICR_LOGICAL	   (1U << 11)
#define ICR_BUSY	   (1U << 12)
#define ICR_ASSERT	   (1U << 14)
#define ICR_LEVEL	   (1U << 15)
#define ICR_SHORTHAND(icr) ((icr) >> 18 & 3)
#define ICR_MODE_SHIFT	   8

enum delivery_mode {
	DELIVER_FIXED,
	DELIVER_LOWEST,
	DELIVER_SMI,
	DELIVER_RESERVED,
	DELIVER_NMI,
	DELIVER_INIT,
	DELIVER_STARTUP,
	DELIVER_EXTINT,
};

/* Find the mode of this machine, and map the registers if they are in memory. Phase 1, once. */
int apic_prepare(void);

/* Check and remember the APIC of this CPU. Phase 1. */
int apic_cpu_prepare(struct cpu *cpu);

/* Whether Linux runs in x2APIC mode. */
bool apic_root_is_x2apic(void);

/**
 * apic_command - the guest has written its interrupt command register
 * @destination: 32 bits as in x2APIC mode, in xAPIC mode the 8 bits of the upper half
 * @low: the lower half
 *
 * Does what it says as far as CPUs of the guest's own cell are concerned.
 */
void apic_command(struct cpu *cpu, u32 destination, u32 low);

/* Whether all CPUs that an interrupt message would reach belong to the cell. */
bool apic_reaches_only(const struct cell *cell, u32 destination, bool logical);

/* Whether this CPU runs a cell that has the registers of x2APIC mode, while there is none: all exit. */
bool apic_is_emulated(const struct cpu *cpu);

/* Whether the processor has x2APIC mode. */
bool apic_has_x2apic(void);

/* A register of x2APIC mode that a cell may read or write, whatever the mode. Writes: whether done. */
u32 apic_read_msr(const struct cpu *cpu, u32 msr);
bool apic_write_msr(struct cpu *cpu, u32 msr, u64 value);

/* Write of a local vector table register (x2APIC MSR) by a cell. Return: whether it may, and is done. */
bool apic_write_lvt(struct cpu *cpu, u32 msr, u64 value);

/* Whether the CPUs of a new cell can be told apart from those that stay. Return: 0 or an error. */
int apic_check_cell(const struct cell *cell);

/* Registers of the root cell in xAPIC mode. Return: 0 or an error. */
int apic_map_root(struct cell *cell);

/* As after power-on, in the mode that the CPU's cell has; nothing pending, nothing in service. */
void apic_reset(struct cpu *cpu);

/* No source of this CPU's own APIC interrupts any more. */
void apic_quiesce(struct cpu *cpu);

/* Acknowledge an interrupt that nobody wants. */
void apic_acknowledge(void);

/* Reset this CPU for real, so that it waits for a start-up IPI as after power-on. */
void apic_init_self(struct cpu *cpu);

/* Send an NMI to this CPU. */
void apic_nmi_self(struct cpu *cpu);

/* I/O APICs. */

/* The I/O APICs of the system configuration. */
u32 ioapic_count(void);
u64 ioapic_address(u32 n);

/* A cell's pins: taken from the root cell, masked, given back. CPUs are parked. */
void ioapic_take(struct cell *cell);
void ioapic_mask(struct cell *cell);
void ioapic_return(struct cell *cell);

#endif /* ASM_APIC_H */
