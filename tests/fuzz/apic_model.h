/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Local APICs, an I/O APIC, MSRs and ports for the fuzzer. Each write is judged: while @apic_judged
 * is set the hypervisor works for the cell of @apic_actor, and may reach nothing of another one.
 */
#ifndef TESTS_FUZZ_APIC_MODEL_H
#define TESTS_FUZZ_APIC_MODEL_H

#include <core/cell.h>

#define APIC_CPUS      6
#define IOAPIC_ADDRESS 0xfec00000ULL
#define IOAPIC_PINS    24

/* Ports of the cells, see the configurations; these two are watched. */
#define PORT_RESET_REGISTER 0xcf9
#define PORT_PM1	    0x604

extern bool apic_judged;
extern struct cpu *apic_actor;
extern struct cpu apic_cpus[APIC_CPUS];

/* @x2apic: Linux's mode; @has_x2apic: whether the processor has it. */
void apic_model_reset(bool x2apic, bool has_x2apic);

/* Every pin that sends something sends it to its owner's CPUs. */
void apic_model_promise(void);

/* Whether a port is the cell's now. */
bool apic_port_owned(const struct cell *cell, u32 port);

/* The owner of a pin now; NULL: nobody. */
const struct cell *apic_pin_owner(u32 pin);

#endif /* TESTS_FUZZ_APIC_MODEL_H */
