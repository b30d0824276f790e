/* SPDX-License-Identifier: GPL-2.0-only */
/* VT-x: access to the control structure of this CPU, and what only VT-x has. */
#ifndef ASM_VMX_H
#define ASM_VMX_H

#include <asm/vmcb.h>
#include <core/cell.h>
#include <core/cpu.h>

/*
 * Bits that the guest sees as it has set them, whatever they are (Intel SDM volume 3, 23.8). Without MCE
 * an error that the hardware finds would not be an exit, but the end of the machine.
 */
#define CR0_OWNED (CR0_NE | CR0_NW | CR0_CD)
#define CR4_OWNED (CR4_VMXE | CR4_MCE)

/* A field of the control structure; one of less than 64 bits has zeros above. */
static inline u64 vmcs_read(u64 field)
{
	u64 value;

	asm volatile("vmread %1, %0" : "=r"(value) : "r"(field) : "cc");
	return value;
}

static inline void vmcs_write(u64 field, u64 value)
{
	asm volatile("vmwrite %0, %1" : : "r"(value), "r"(field) : "cc", "memory");
}

/* Copy control registers, instruction pointer and mode: what exits look at. */
void vmx_copy_state(struct vmcb *vmcb);

/* Say that this CPU is about to enter its guest, and forget translations if that was asked for. */
void vmx_before_entry(struct cpu *cpu);

/* The exit was by an NMI: note it, and end its service, which otherwise lasts until an IRET. */
void vmx_take_nmi(void);

/* The rule of the manual that the processor has refused the control structure for; never NULL. */
const char *vmx_explain_refusal(void);

/* Whether tables of cells may have blocks of 1 GiB. */
bool vmx_has_1g_pages(void);

#endif /* ASM_VMX_H */
