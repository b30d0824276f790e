/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a processor with VT-x can do, and what the hypervisor needs of it. Pure functions.
 */
#ifndef ASM_VMX_CAPS_H
#define ASM_VMX_CAPS_H

#include <stdbool.h>

#include <jailhouse/types.h>

/* Words of controls, in the order of struct vmx_controls. */
enum vmx_word { VMX_PIN, VMX_CPU, VMX_CPU2, VMX_EXIT, VMX_ENTRY, VMX_WORDS };

/* Capability registers (Intel SDM volume 3, appendix A): of controls the "true" ones. */
struct vmx_caps {
	u64 basic;
	u64 control[VMX_WORDS]; /* low half: bits that must be 1, high half: that may be 1 */
	u64 cr0_fixed0, cr0_fixed1, cr4_fixed0, cr4_fixed1;
	u64 ept_vpid;
};

/* Instructions that CPUID shows and that need a control to work in a guest. */
#define VMX_USES_RDTSCP	   0x01 /* or RDPID */
#define VMX_USES_INVPCID   0x02
#define VMX_USES_XSAVES	   0x04
#define VMX_USES_USER_WAIT 0x08
#define VMX_USES_PCONFIG   0x10

struct vmx_controls {
	u32 word[VMX_WORDS];
};

#define VMX_MISSING_MAX 256

/**
 * vmx_choose_controls - the controls of all guests of this processor
 * @caps: what the processor can do
 * @uses: VMX_USES_...
 * @controls: filled in; each word has what is needed and what the processor demands
 * @missing: buffer of VMX_MISSING_MAX bytes, filled with the names of what is needed but missing,
 *	and of what cannot be turned off but must be; empty if the processor is fit
 *
 * Return: whether the processor is fit (SDM volume 3, A.2 to A.5, A.10)
 */
bool vmx_choose_controls(const struct vmx_caps *caps, u32 uses, struct vmx_controls *controls,
			 char *missing);

/**
 * vmx_attr - attributes of a region in the tables of a cell
 * @flags: JAILHOUSE_MEM_...
 *
 * Entries of EPT have the shape of pte.h: "present" is the permission to read, which every region
 * has, and a leaf above level 0 is marked in the same way (SDM volume 3, 28.3.2). The memory type
 * takes the place of that of the memory type registers; the guest's own tables go on top (28.3.7).
 *
 * Return: attributes for paging_map()
 */
u64 vmx_attr(u64 flags);

#endif /* ASM_VMX_CAPS_H */
