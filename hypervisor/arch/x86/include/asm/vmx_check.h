/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Why a processor refuses to enter a guest. The hardware tells no more than "invalid control field"
 * (error 7), "invalid host-state field" (8) or "invalid guest state" (exit 33); this names the rule.
 */
#ifndef ASM_VMX_CHECK_H
#define ASM_VMX_CHECK_H

#include <asm/vmx_caps.h>

/**
 * vmx_field_reader - read a field of the control structure
 * @ctx: as given to vmx_explain()
 * @field: its number (Intel SDM volume 3, appendix B)
 */
typedef u64 (*vmx_field_reader)(void *ctx, u64 field);

/**
 * vmx_explain - find the first rule of an entry that a control structure breaks
 * @caps: what the processor can do
 * @phys_bits: width of its physical addresses, 32 to 52
 * @read: reads a field
 * @ctx: for @read
 *
 * Knows the rules for what the hypervisor uses (SDM volume 3, 26.2 and 26.3); it does not know
 * those of virtual-8086 mode, SMM, and of features that are always off.
 *
 * Return: the rule, with its section; NULL if none is broken
 */
const char *vmx_explain(const struct vmx_caps *caps, u32 phys_bits, vmx_field_reader read,
			void *ctx);

#endif /* ASM_VMX_CHECK_H */
