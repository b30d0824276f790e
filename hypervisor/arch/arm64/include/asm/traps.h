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

/* What a cell reads from the identification register s3_0_c0_cCRm_op2, CRm 1 to 7. */
u64 id_register(u32 crm, u32 op2);

/* Let the guest take an exception at EL1. @ec without the level it comes from; @iss its syndrome. */
void inject_undefined(void);
void inject_abort(bool instruction, u64 address);

/**
 * setway_operation - cache maintenance by set and way
 * @operand: of the instruction: level, set and way
 *
 * Return: whether the instruction is done; otherwise it has to be executed again
 */
bool setway_operation(struct cpu *cpu, u64 operand);

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

/*
 * Between these two an exception of the hypervisor itself goes on at @target. The vectors use a
 * register of the guest, and the exception those that tell what the guest did and where it goes on: all
 * are kept.
 */
struct fixup {
	u64 tpidrro, elr, spsr, esr, far;
};

void fixup_begin(struct fixup *fixup, const char *target);
void fixup_end(const struct fixup *fixup);

/*
 * Translate (PAR_EL1 has the result), take a pending system error, access: true when done. With a fixup to
 * probe_failed they return false after an exception.
 */
bool probe_translate(u64 address);
bool probe_serror(void);
bool probe_read(const volatile void *address, u32 size, u64 *value);
bool probe_write(volatile void *address, u32 size, u64 value);
extern char probe_failed[];

/* Guests in 32-bit code, see aarch32.c. */

/* Whether the guest was in 32-bit code. */
bool aarch32_guest(void);

/* Whether all CPUs of a cell with the flag for it can run 32-bit code. Return: 0, or -EINVAL with a message */
int aarch32_check(const struct cell *cell);

/* State of this CPU when it starts such a cell, beyond that of a 64-bit one. */
void aarch32_reset(struct cpu *cpu);

/* Skip the instruction that trapped; the syndrome says how long it is. */
void aarch32_skip(void);

/* Whether the condition of the instruction that trapped holds; it is skipped if not. */
bool aarch32_executes(u64 esr);

/* Cut the registers with arguments of a call to 32 bits: the rest may be anything. */
void aarch32_arguments(struct regs *regs);

/* MCRR and MRRC to system registers. */
void handle_mcrr(struct cpu *cpu, struct regs *regs, u64 esr);

/* Skip the instruction that trapped. */
static inline void skip_instruction(void)
{
	if (read_sysreg(spsr_el2) & SPSR_AARCH32)
		aarch32_skip();
	else
		write_sysreg(elr_el2, read_sysreg(elr_el2) + 4);
}

/* EL1 address to guest-physical; false if the guest has no mapping. */
bool guest_translate(u64 address, u64 *ipa);

/* Registers of EL2 that differ between root cell and other cells. */
void cell_activate(struct cpu *cpu);

#endif /* ASM_TRAPS_H */
