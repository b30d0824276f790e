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

/**
 * vmx_event_again - what has to be delivered again
 * @vectoring: the event whose delivery the exit has interrupted (SDM volume 3, 27.2.4)
 * @error: its error code
 *
 * Return: the event for the next entry, its error code in the upper half; 0 if there was none, or one
 * that comes from an instruction: the guest is still there and repeats it
 */
u64 vmx_event_again(u64 vectoring, u64 error);

/**
 * vmx_debug_status - DR6 as the processor would have left it, had the exception not caused an exit
 * @dr6: as it was
 * @qualification: of the exit (SDM volume 3, table 27-1)
 *
 * Return: the new value; what has been single-stepped or watched before stays (17.2.3)
 */
u64 vmx_debug_status(u64 dr6, u64 qualification);

#endif /* ASM_VMX_CHECK_H */
