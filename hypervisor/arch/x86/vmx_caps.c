/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Controls of VT-x and whether the processor has them, see <asm/vmx_caps.h>.
 *
 * One table says of each control what is wanted: on, on if guests can have the instruction, off, or off
 * but for moments.
 * What is not in the table is reserved, and has the value that the processor demands.
 */
#include <asm/vmcs.h>
#include <asm/vmx_caps.h>
#include <core/string.h>
#include <jailhouse/cell-config.h>

enum wish {
	OFF,
	ON,
	IF_USED,
	MOMENTS,
};

static const struct control {
	const char *name;
	u32 bit;
	u8 word, wish, uses;
} table[] = {
	{ "external-interrupt exiting", PIN_INTERRUPT, VMX_PIN, OFF, 0 },
	{ "NMI exiting", PIN_NMI, VMX_PIN, ON, 0 },
	{ "virtual NMIs", PIN_VIRTUAL_NMI, VMX_PIN, ON, 0 },
	{ "preemption timer", PIN_PREEMPTION, VMX_PIN, OFF, 0 },
	{ "posted interrupts", PIN_POSTED, VMX_PIN, OFF, 0 },
	{ "interrupt-window exiting", CPU_INTERRUPT_WINDOW, VMX_CPU, MOMENTS, 0 },
	{ "TSC offsetting", CPU_TSC_OFFSET, VMX_CPU, OFF, 0 },
	{ "HLT exiting", CPU_HLT, VMX_CPU, OFF, 0 },
	{ "INVLPG exiting", CPU_INVLPG, VMX_CPU, OFF, 0 },
	{ "MWAIT exiting", CPU_MWAIT, VMX_CPU, OFF, 0 },
	{ "RDTSC exiting", CPU_RDTSC, VMX_CPU, OFF, 0 },
	{ "CR3-load exiting", CPU_CR3_LOAD, VMX_CPU, OFF, 0 },
	{ "CR3-store exiting", CPU_CR3_STORE, VMX_CPU, OFF, 0 },
	{ "CR8-load exiting", CPU_CR8_LOAD, VMX_CPU, OFF, 0 },
	{ "CR8-store exiting", CPU_CR8_STORE, VMX_CPU, OFF, 0 },
	{ "TPR shadow", CPU_TPR_SHADOW, VMX_CPU, OFF, 0 },
	{ "NMI-window exiting", CPU_NMI_WINDOW, VMX_CPU, MOMENTS, 0 },
	{ "MOV-DR exiting", CPU_DR, VMX_CPU, OFF, 0 },
	{ "unconditional I/O exiting", CPU_ALL_IO, VMX_CPU, OFF, 0 },
	{ "I/O bitmaps", CPU_IO_BITMAPS, VMX_CPU, ON, 0 },
	{ "monitor trap flag", CPU_TRAP_FLAG, VMX_CPU, OFF, 0 },
	{ "MSR bitmaps", CPU_MSR_BITMAPS, VMX_CPU, ON, 0 },
	{ "MONITOR exiting", CPU_MONITOR, VMX_CPU, OFF, 0 },
	{ "PAUSE exiting", CPU_PAUSE, VMX_CPU, OFF, 0 },
	{ "secondary controls", CPU_SECONDARY, VMX_CPU, ON, 0 },
	{ "APIC-access page", CPU2_APIC_ACCESSES, VMX_CPU2, OFF, 0 },
	{ "EPT", CPU2_EPT, VMX_CPU2, ON, 0 },
	{ "descriptor-table exiting", CPU2_TABLES, VMX_CPU2, OFF, 0 },
	{ "RDTSCP", CPU2_RDTSCP, VMX_CPU2, IF_USED, VMX_USES_RDTSCP },
	{ "x2APIC virtualization", CPU2_X2APIC, VMX_CPU2, OFF, 0 },
	{ "VPID", CPU2_VPID, VMX_CPU2, ON, 0 },
	{ "unrestricted guest", CPU2_UNRESTRICTED, VMX_CPU2, ON, 0 },
	{ "PAUSE-loop exiting", CPU2_PAUSE_LOOP, VMX_CPU2, OFF, 0 },
	{ "RDRAND exiting", CPU2_RDRAND, VMX_CPU2, OFF, 0 },
	{ "INVPCID", CPU2_INVPCID, VMX_CPU2, IF_USED, VMX_USES_INVPCID },
	{ "RDSEED exiting", CPU2_RDSEED, VMX_CPU2, OFF, 0 },
	{ "XSAVES", CPU2_XSAVES, VMX_CPU2, IF_USED, VMX_USES_XSAVES },
	{ "PASID translation", CPU2_PASID, VMX_CPU2, OFF, 0 },
	{ "user wait", CPU2_USER_WAIT, VMX_CPU2, IF_USED, VMX_USES_USER_WAIT },
	{ "PCONFIG", CPU2_PCONFIG, VMX_CPU2, IF_USED, VMX_USES_PCONFIG },
	{ "save debug controls", EXIT_SAVE_DEBUG, VMX_EXIT, ON, 0 },
	{ "64-bit host", EXIT_HOST_64, VMX_EXIT, ON, 0 },
	{ "load PERF_GLOBAL_CTRL at exits", EXIT_LOAD_PERF, VMX_EXIT, OFF, 0 },
	{ "acknowledge interrupt", EXIT_ACKNOWLEDGE, VMX_EXIT, OFF, 0 },
	{ "save PAT", EXIT_SAVE_PAT, VMX_EXIT, ON, 0 },
	{ "load PAT at exits", EXIT_LOAD_PAT, VMX_EXIT, ON, 0 },
	{ "save EFER", EXIT_SAVE_EFER, VMX_EXIT, ON, 0 },
	{ "load EFER at exits", EXIT_LOAD_EFER, VMX_EXIT, ON, 0 },
	{ "save preemption timer", EXIT_SAVE_PREEMPT, VMX_EXIT, OFF, 0 },
	{ "load debug controls", ENTRY_LOAD_DEBUG, VMX_ENTRY, ON, 0 },
	{ "64-bit guest", ENTRY_GUEST_64, VMX_ENTRY, ON, 0 },
	{ "entry to SMM", ENTRY_SMM, VMX_ENTRY, OFF, 0 },
	{ "load PERF_GLOBAL_CTRL", ENTRY_LOAD_PERF, VMX_ENTRY, OFF, 0 },
	{ "load PAT", ENTRY_LOAD_PAT, VMX_ENTRY, ON, 0 },
	{ "load EFER", ENTRY_LOAD_EFER, VMX_ENTRY, ON, 0 },
};

static const struct {
	const char *name;
	u64 bit;
} ept_table[] = {
	{ "EPT of 4 levels", EPT_CAP_4_LEVELS },
	{ "write-back EPT", EPT_CAP_WB },
	{ "EPT of 2 MiB", EPT_CAP_2M },
	{ "INVEPT", EPT_CAP_INVEPT },
	{ "INVEPT of all contexts", EPT_CAP_FLUSH_ALL },
};

struct list {
	char *text;
	u32 length;
};

/* Adds a name behind a comma; what does not fit is left out. */
static void list_add(struct list *list, const char *what, const char *name)
{
	const char *const parts[] = { list->length ? ", " : "", what, name };
	u32 n, length = 0;

	for (n = 0; n < 3; n++)
		length += (u32)strlen(parts[n]);
	if (list->length + length >= VMX_MISSING_MAX)
		return;
	for (n = 0; n < 3; n++) {
		memcpy(list->text + list->length, parts[n], strlen(parts[n]));
		list->length += (u32)strlen(parts[n]);
	}
	list->text[list->length] = 0;
}

bool vmx_choose_controls(const struct vmx_caps *caps, u32 uses, struct vmx_controls *controls,
			 char *missing)
{
	struct list list = { .text = missing };
	const struct control *control;
	bool off;
	u32 n;

	missing[0] = 0;
	if (!(caps->basic & VMX_BASIC_TRUE))
		list_add(&list, "", "controls that can be off");
	if (VMX_BASIC_TYPE(caps->basic) != VMX_TYPE_WRITE_BACK)
		list_add(&list, "", "write-back control structures");
	for (n = 0; n < VMX_WORDS; n++)
		controls->word[n] = (u32)caps->control[n];
	for (control = table; control < table + sizeof(table) / sizeof(table[0]); control++) {
		off = control->wish == OFF || control->wish == MOMENTS ||
		      (control->wish == IF_USED && !(control->uses & uses));
		if (off && (controls->word[control->word] & control->bit))
			list_add(&list, "no ", control->name);
		if ((!off || control->wish == MOMENTS) &&
		    !(caps->control[control->word] >> 32 & control->bit))
			list_add(&list, "", control->name);
		if (!off)
			controls->word[control->word] |= control->bit;
	}
	for (n = 0; n < sizeof(ept_table) / sizeof(ept_table[0]); n++)
		if (!(caps->ept_vpid & ept_table[n].bit))
			list_add(&list, "", ept_table[n].name);
	return !list.length;
}

u64 vmx_attr(u64 flags)
{
	u64 attr = flags & JAILHOUSE_MEM_IO ? 0 : EPT_WRITE_BACK; /* 0: uncached */

	if (flags & JAILHOUSE_MEM_WRITE)
		attr |= EPT_WRITE;
	if (flags & JAILHOUSE_MEM_EXECUTE)
		attr |= EPT_EXECUTE;
	return attr;
}
