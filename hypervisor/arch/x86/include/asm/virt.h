/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the rest of the architecture asks of the vendor's virtualization: AMD-V in svm.c, VT-x in
 * vmx.c. Which of the two a machine has is found out once; there is no table of functions, since
 * indirect branches would need protection of their own. All on the CPU itself unless said.
 */
#ifndef ASM_VIRT_H
#define ASM_VIRT_H

#include <asm/vmcb.h>
#include <asm/x86.h>
#include <core/cell.h>
#include <core/cpu.h>

/* Set on every CPU before anything else, to the same: VT-x, otherwise AMD-V. */
extern bool vmx_in_use;

/* Bits of EFER that the hypervisor needs while the guest runs. */
static inline u64 efer_own(void)
{
	return vmx_in_use ? 0 : EFER_SVME;
}

/* Declares svm_NAME and vmx_NAME, and virt_NAME, which is the one of this machine. */
#define VIRT_FUNCTION(type, name)                                      \
	type svm_##name(struct cpu *cpu);                              \
	type vmx_##name(struct cpu *cpu);                              \
	static inline type virt_##name(struct cpu *cpu)                \
	{                                                              \
		return vmx_in_use ? vmx_##name(cpu) : svm_##name(cpu); \
	}

/* Whether this CPU has what is needed and nobody uses it. Return: 0 or an error with a message. */
VIRT_FUNCTION(int, cpu_check)

/* Reserve the pages of a CPU. Phase 1, on the CPU that prepares the system. 0 or an error. */
VIRT_FUNCTION(int, cpu_init)

/* Turn it on: the hypervisor's own state for exits, the guest's, and what the CPU's cell has. */
VIRT_FUNCTION(void, prepare)

/* Maps, tables and controls of the cell that the CPU belongs to now. Part of a reset. */
VIRT_FUNCTION(void, prepare_reset)

/* Enter the guest with the final control block once, into an immediate exit. 0 or an error. */
VIRT_FUNCTION(int, trial)

/* Nothing of the hypervisor is left in the registers of the CPU, but for what Linux gets at last. */
VIRT_FUNCTION(void, stop)

void svm_enter(struct cpu *cpu) __attribute__((noreturn));
void vmx_enter(struct cpu *cpu) __attribute__((noreturn));

/* Run the guest with the registers and the control block of this CPU. */
static inline __attribute__((noreturn)) void virt_enter(struct cpu *cpu)
{
	if (vmx_in_use)
		vmx_enter(cpu);
	svm_enter(cpu);
}

/* The part of guest_save_linux() and guest_return_linux() that depends on the vendor. */
void svm_save_linux(struct cpu *cpu);
void vmx_save_linux(struct cpu *cpu);
void svm_return_linux(struct cpu *cpu);

/* The copy of the guest's state becomes what the processor works on, or the other way round. */
void vmx_load_state(struct cpu *cpu);
void vmx_store_state(struct cpu *cpu);

/* Take Linux's state into the control block. On the entry tables: Linux's GDT is read. */
void guest_save_linux(struct cpu *cpu);

/* A descriptor of Linux's GDT, in the format of the control block. */
struct vmcb_segment segment_of(u16 selector, const struct table_register *gdtr);

/* Let Linux go on as guest. */
void guest_enter_linux(struct cpu *cpu) __attribute__((noreturn));

/* Take what Linux is now into cpu.arch.linux, and give back what is not part of it. */
void guest_return_linux(struct cpu *cpu);

/* cpu.c: take a pending NMI and find out whose it is. */
void cpu_take_nmi(struct cpu *cpu);

/* cpu.c: a kick may have been lost while the local APIC was reset: look at what it was for. */
void cpu_absorb_kick(struct cpu *cpu);

/* cpu.c: an NMI ended the guest's run. */
void handle_nmi(struct cpu *cpu);

#endif /* ASM_VIRT_H */
