/* SPDX-License-Identifier: GPL-2.0-only */
/* AMD-V: what the rest of the architecture asks of it. All on the CPU itself unless said. */
#ifndef ASM_SVM_H
#define ASM_SVM_H

#include <core/cell.h>
#include <core/cpu.h>

/* Whether this CPU has what is needed and nobody uses it. Return: 0 or an error with a message. */
int svm_cpu_check(struct cpu *cpu);

/* Reserve the pages of a CPU. Phase 1, on the CPU that prepares the system. */
int svm_cpu_init(struct cpu *cpu);

/* Take Linux's state into the control block. On the entry tables: Linux's GDT is read. */
void svm_save_linux(struct cpu *cpu);

/* Own FS, GS, TR for exits, intercepts, and the maps of the CPU's cell. */
void svm_prepare(struct cpu *cpu);

/* Maps and tables of the cell that the CPU belongs to now. */
void svm_activate(struct cpu *cpu);

/* Enter the guest with the final control block once, into an immediate exit. 0 or an error. */
int svm_trial(struct cpu *cpu);

/* Let Linux go on as guest. */
void svm_enter_linux(struct cpu *cpu) __attribute__((noreturn));

/* Run the guest with the registers and the control block of this CPU. */
void svm_enter(struct cpu *cpu) __attribute__((noreturn));

/* Take what Linux is now into cpu.arch.linux, and give back what is not part of it. */
void svm_return_linux(struct cpu *cpu);

/* Nothing of the hypervisor is left in the registers of AMD-V, but for EFER. */
void svm_stop(void);

/* cpu.c: take a pending NMI and find out whose it is. */
void cpu_take_nmi(struct cpu *cpu);

/* cpu.c: a kick may have been lost while the local APIC was reset: look at what it was for. */
void cpu_absorb_kick(struct cpu *cpu);

/* cpu.c: an NMI ended the guest's run. */
void handle_nmi(struct cpu *cpu);

#endif /* ASM_SVM_H */
