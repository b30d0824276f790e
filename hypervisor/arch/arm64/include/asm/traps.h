/* SPDX-License-Identifier: GPL-2.0-only */
/* Exits from guests to the hypervisor. */
#ifndef ASM_TRAPS_H
#define ASM_TRAPS_H

#include <asm/sysregs.h>
#include <core/cell.h>

/* Numbers of statistics, see <jailhouse/hypercall.h> */
#define STAT_MAINTENANCE 4
#define STAT_VIRQ	 5
#define STAT_VSGI	 6
#define STAT_PSCI	 7
#define STAT_SMCCC	 8

/* C parts of the vectors. */
void exit_sync(struct regs *regs);
void exit_irq(void);
void exit_serror(struct regs *regs);

/* Exception in the hypervisor itself; returns only if a fixup was set. */
void hypervisor_exception(const struct regs *regs, u64 vector);

/* Data and instruction aborts of stage 2. */
void handle_data_abort(struct cpu *cpu, struct regs *regs, u64 esr);
void handle_instruction_abort(struct cpu *cpu, u64 esr);

/* Let the guest take an exception at EL1. @ec without the level it comes from; @iss its syndrome. */
void inject_undefined(void);
void inject_abort(bool instruction, u64 address);

/* HVC and SMC. */
void handle_hvc(struct cpu *cpu, struct regs *regs, u32 immediate);
void handle_smc(struct cpu *cpu, struct regs *regs, u32 immediate);

/* Power State Coordination Interface, Arm DEN 0022. Result for x0. */
bool psci_is_function(u32 function);
u64 psci_call(struct cpu *cpu, struct regs *regs);
int psci_prepare(void);

/* SMC to the firmware: x0..x17 in and out. */
void smc_forward(u64 *x);

/* Make an SMC that may be undefined. Return: whether the firmware answered. */
bool smc_probe(u64 *x);

/* What an exception of the hypervisor itself changes although it is the guest's. */
struct fixup {
	u64 tpidrro; /* the vectors use it */
	u64 elr, spsr, far;
};

/*
 * Between these two an exception of the hypervisor itself goes on at @target. What is the guest's is
 * kept in @saved.
 */
void fixup_begin(struct fixup *saved, const char *target);
void fixup_end(const struct fixup *saved);

/* Skip the instruction that trapped. */
static inline void skip_instruction(void)
{
	write_sysreg(elr_el2, read_sysreg(elr_el2) + 4);
}

/* EL1 address to guest-physical; false if the guest has no mapping. */
bool guest_translate(u64 address, u64 *ipa);

/* Registers of EL2 that differ between root cell and other cells. */
void cell_activate(struct cpu *cpu);

#endif /* ASM_TRAPS_H */
