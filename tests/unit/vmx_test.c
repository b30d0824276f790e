/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * VT-x: which controls are chosen and what is named as missing, and the rules of VM entries: a control
 * structure like those that the hypervisor builds breaks none, and each change breaks its own.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <asm/pte.h>
#include <asm/vmcs.h>
#include <asm/vmx_check.h>
#include <asm/x86.h>
#include <jailhouse/cell-config.h>

#define FIELDS 0x8000

static u64 fields[FIELDS];
static struct vmx_caps caps;
static struct vmx_controls controls;
static char missing[VMX_MISSING_MAX];

/* Reserved bits that are always 1 (Intel SDM volume 3, A.3 to A.5) */
#define PIN_DEFAULT1   0x16ULL
#define CPU_DEFAULT1   0x04006172ULL
#define EXIT_DEFAULT1  0x00036dfbULL
#define ENTRY_DEFAULT1 0x000011fbULL

/* A processor of today: everything can be turned on, and off what is not reserved. */
static int setup(void **state)
{
	(void)state;
	memset(&caps, 0, sizeof(caps));
	caps.basic = VMX_BASIC_TRUE | 6ULL << 50 | 0x12;
	caps.control[VMX_PIN] = 0xffULL << 32 | PIN_DEFAULT1;
	caps.control[VMX_CPU] = 0xfff9fffeULL << 32 | CPU_DEFAULT1;
	caps.control[VMX_CPU2] = 0xffffffffULL << 32;
	caps.control[VMX_EXIT] = 0xffffffULL << 32 | EXIT_DEFAULT1;
	caps.control[VMX_ENTRY] = 0xffffULL << 32 | ENTRY_DEFAULT1;
	caps.control[VMX_CPU] |= 1ULL << (32 + 15) | 1ULL << (32 + 16) | 1ULL << 49 | 1ULL << 50;
	caps.cr0_fixed0 = CR0_PE | CR0_NE | CR0_PG;
	caps.cr0_fixed1 = 0xffffffff;
	caps.cr4_fixed0 = CR4_VMXE;
	caps.cr4_fixed1 = 0x3767ff;
	caps.ept_vpid = EPT_CAP_4_LEVELS | EPT_CAP_WB | EPT_CAP_2M | EPT_CAP_1G | EPT_CAP_INVEPT |
			EPT_CAP_FLUSH_ALL;
	return 0;
}

static void fit_processor(void **state)
{
	(void)state;
	assert_true(vmx_choose_controls(&caps, VMX_USES_RDTSCP, &controls, missing));
	assert_string_equal(missing, "");
	assert_int_equal(controls.word[VMX_PIN], PIN_DEFAULT1 | PIN_NMI | PIN_VIRTUAL_NMI);
	assert_int_equal(controls.word[VMX_CPU],
			 CPU_DEFAULT1 | CPU_IO_BITMAPS | CPU_MSR_BITMAPS | CPU_SECONDARY);
	assert_int_equal(controls.word[VMX_CPU2],
			 CPU2_EPT | CPU2_VPID | CPU2_UNRESTRICTED | CPU2_RDTSCP);
	assert_int_equal(controls.word[VMX_EXIT] & ~EXIT_DEFAULT1,
			 (EXIT_SAVE_DEBUG | EXIT_HOST_64 | EXIT_SAVE_PAT | EXIT_LOAD_PAT |
			  EXIT_SAVE_EFER | EXIT_LOAD_EFER) &
				 ~EXIT_DEFAULT1);
	assert_true(controls.word[VMX_ENTRY] & ENTRY_GUEST_64);
}

/* An instruction that CPUID shows has to work in the guest. */
static void needed_instructions(void **state)
{
	static const struct {
		u32 uses, bit;
		const char *name;
	} cases[] = {
		{ VMX_USES_RDTSCP, CPU2_RDTSCP, "RDTSCP" },
		{ VMX_USES_INVPCID, CPU2_INVPCID, "INVPCID" },
		{ VMX_USES_XSAVES, CPU2_XSAVES, "XSAVES" },
		{ VMX_USES_USER_WAIT, CPU2_USER_WAIT, "user wait" },
		{ VMX_USES_PCONFIG, CPU2_PCONFIG, "PCONFIG" },
	};
	u32 n;

	(void)state;
	for (n = 0; n < sizeof(cases) / sizeof(cases[0]); n++) {
		setup(NULL);
		assert_true(vmx_choose_controls(&caps, cases[n].uses, &controls, missing));
		assert_true(controls.word[VMX_CPU2] & cases[n].bit);
		assert_true(vmx_choose_controls(&caps, ~cases[n].uses, &controls, missing));
		assert_false(controls.word[VMX_CPU2] & cases[n].bit);
		caps.control[VMX_CPU2] &= ~((u64)cases[n].bit << 32);
		assert_true(vmx_choose_controls(&caps, ~cases[n].uses, &controls, missing));
		assert_false(vmx_choose_controls(&caps, cases[n].uses, &controls, missing));
		assert_string_equal(missing, cases[n].name);
	}
}

static void all_missing_are_named(void **state)
{
	(void)state;
	caps.control[VMX_PIN] &= ~((u64)PIN_VIRTUAL_NMI << 32);
	caps.control[VMX_CPU] &= ~((u64)CPU_NMI_WINDOW << 32);
	caps.control[VMX_CPU2] &= ~((u64)CPU2_UNRESTRICTED << 32);
	caps.control[VMX_EXIT] &= ~((u64)EXIT_LOAD_EFER << 32);
	caps.ept_vpid &= ~EPT_CAP_INVEPT;
	assert_false(vmx_choose_controls(&caps, 0, &controls, missing));
	assert_string_equal(missing,
			    "virtual NMIs, NMI-window exiting, unrestricted guest, load EFER at "
			    "exits, INVEPT");
}

/* Old processors: exits that cannot be turned off would be unexpected. */
static void forced_controls(void **state)
{
	(void)state;
	caps.control[VMX_CPU] |= CPU_CR3_LOAD | CPU_HLT;
	assert_false(vmx_choose_controls(&caps, 0, &controls, missing));
	assert_string_equal(missing, "no HLT exiting, no CR3-load exiting");
	memset(&caps, 0, sizeof(caps));
	assert_false(vmx_choose_controls(&caps, ~0U, &controls, missing));
	assert_true(strlen(missing) < VMX_MISSING_MAX);
	assert_memory_equal(missing, "controls that can be off, write-back", 36);
}

static u64 read_field(void *ctx, u64 field)
{
	assert_ptr_equal(ctx, fields);
	assert_true(field < FIELDS);
	return fields[field];
}

static const char *explain(void)
{
	return vmx_explain(&caps, 40, read_field, fields);
}

static void set_segment(u32 n, u16 selector, u32 limit, u32 rights, u64 base)
{
	fields[VMCS_GUEST_ES + 2 * n] = selector;
	fields[VMCS_GUEST_ES_LIMIT + 2 * n] = limit;
	fields[VMCS_GUEST_ES_RIGHTS + 2 * n] = rights;
	fields[VMCS_GUEST_ES_BASE + 2 * n] = base;
}

static int setup_fields(void **state)
{
	u32 n;

	setup(state);
	assert_true(vmx_choose_controls(&caps, 0, &controls, missing));
	memset(fields, 0, sizeof(fields));
	fields[VMCS_PIN_CONTROLS] = controls.word[VMX_PIN];
	fields[VMCS_CPU_CONTROLS] = controls.word[VMX_CPU];
	fields[VMCS_CPU2_CONTROLS] = controls.word[VMX_CPU2];
	fields[VMCS_EXIT_CONTROLS] = controls.word[VMX_EXIT];
	fields[VMCS_ENTRY_CONTROLS] = controls.word[VMX_ENTRY];
	fields[VMCS_IO_BITMAP_A] = 0x10000000;
	fields[VMCS_IO_BITMAP_B] = 0x10001000;
	fields[VMCS_MSR_BITMAP] = 0x10002000;
	fields[VMCS_EPT_POINTER] = 0x10003000 | EPTP_LEVELS(4) | EPTP_WRITE_BACK;
	fields[VMCS_VPID] = 1;
	fields[VMCS_LINK_POINTER] = ~0ULL;
	fields[VMCS_HOST_CR0] = CR0_PE | CR0_NE | CR0_PG | CR0_ET;
	fields[VMCS_HOST_CR3] = 0x10004000;
	fields[VMCS_HOST_CR4] = CR4_VMXE | CR4_PAE;
	fields[VMCS_HOST_CS] = 0x10;
	fields[VMCS_HOST_TR] = 0x20;
	fields[VMCS_HOST_EFER] = EFER_LME | EFER_LMA;
	fields[VMCS_HOST_RIP] = 0x40000000;
	fields[VMCS_GUEST_CR0] = CR0_PE | CR0_NE | CR0_PG | CR0_ET;
	fields[VMCS_GUEST_CR3] = 0x20000000;
	fields[VMCS_GUEST_CR4] = CR4_VMXE | CR4_PAE | CR4_PCIDE;
	fields[VMCS_GUEST_EFER] = EFER_LME | EFER_LMA;
	fields[VMCS_GUEST_RFLAGS] = RFLAGS_FIXED;
	fields[VMCS_GUEST_RIP] = 0xffffffffc0000000;
	fields[VMCS_GUEST_DR7] = DR7_RESET;
	fields[VMCS_GUEST_GDTR_LIMIT] = fields[VMCS_GUEST_IDTR_LIMIT] = 0xfff;
	for (n = 0; n < 7; n++)
		set_segment(n, 0, 0, RIGHTS_UNUSABLE, 0);
	set_segment(1, 0x10, 0xffffffff, 0xa09b, 0);
	set_segment(2, 0x18, 0xffffffff, 0xc093, 0);
	fields[VMCS_GUEST_ES_BASE + 2 * 5] = 0xffff888000000000;
	set_segment(7, 0x40, 0x4087, 0x8b, 0xfffffe0000003000);
	return 0;
}

static void setup_real_mode(void)
{
	u32 n;

	fields[VMCS_GUEST_CR0] = CR0_NE | CR0_ET;
	fields[VMCS_GUEST_CR4] = CR4_VMXE;
	fields[VMCS_GUEST_EFER] = 0;
	fields[VMCS_ENTRY_CONTROLS] &= ~(u64)ENTRY_GUEST_64;
	for (n = 0; n < 6; n++)
		set_segment(n, 0, 0xffff, n == 1 ? 0x9b : 0x93, 0);
	set_segment(6, 0, 0xffff, 0x82, 0);
	set_segment(7, 0, 0xffff, 0x8b, 0);
	fields[VMCS_GUEST_RIP] = 0xfff0;
}

/* As Linux comes, and as a CPU starts in real mode. */
static void good_structures(void **state)
{
	(void)state;
	assert_null(explain());
	setup_real_mode();
	assert_null(explain());
}

struct change {
	u64 field, value;
	const char *rule;
};

static const struct change changes[] = {
	{ VMCS_PIN_CONTROLS, 0, "26.2.1.1: pin-based" },
	{ VMCS_CPU_CONTROLS, 0xffffffff, "26.2.1.1: primary" },
	{ VMCS_CR3_TARGETS, 5, "26.2.1.1: more than 4" },
	{ VMCS_PIN_CONTROLS, PIN_DEFAULT1 | PIN_VIRTUAL_NMI, "26.2.1.1: virtual NMIs without" },
	{ VMCS_EXIT_CONTROLS, 0, "26.2.1.2: exit controls" },
	{ VMCS_ENTRY_CONTROLS, 0, "26.2.1.3: entry controls" },
	{ VMCS_IO_BITMAP_B, 0x10001800, "26.2.1.1: an I/O bitmap" },
	{ VMCS_MSR_BITMAP, 1ULL << 40, "26.2.1.1: the MSR bitmap" },
	{ VMCS_VPID, 0, "26.2.1.1: VPID 0" },
	{ VMCS_EPT_POINTER, 0x10003000 | EPTP_WRITE_BACK, "24.6.11: the EPT pointer" },
	{ VMCS_EPT_POINTER, 0x10003000 | EPTP_LEVELS(4), "24.6.11: the EPT pointer" },
	{ VMCS_EPT_POINTER, 0x10003800 | EPTP_LEVELS(4) | 6, "24.6.11: reserved" },
	{ VMCS_CPU2_CONTROLS, CPU2_UNRESTRICTED, "26.2.1.1: unrestricted guest without" },
	{ VMCS_ENTRY_EVENT, 0x80000100, "26.2.1.3: the type" },
	{ VMCS_ENTRY_EVENT, 0x80000203, "26.2.1.3: an NMI" },
	{ VMCS_ENTRY_EVENT, 0x80000320, "26.2.1.3: exceptions" },
	{ VMCS_ENTRY_EVENT, 0x8000030d, "26.2.1.3: an error code" },
	{ VMCS_ENTRY_EVENT, 0x80000b06, "26.2.1.3: an error code" },
	{ VMCS_ENTRY_EVENT, 0x80001306, "26.2.1.3: reserved" },
	{ VMCS_HOST_CR0, CR0_PE | CR0_PG, "26.2.2: host CR0" },
	{ VMCS_HOST_CR4, CR4_PAE, "26.2.2: host CR4" },
	{ VMCS_HOST_CR3, 1ULL << 40, "26.2.2: host CR3" },
	{ VMCS_HOST_PAT, 2, "26.2.2: host PAT" },
	{ VMCS_HOST_EFER, 0, "26.2.2: host EFER" },
	{ VMCS_HOST_DS, 0x1b, "26.2.3: a host selector" },
	{ VMCS_HOST_TR, 0, "26.2.3: host CS or TR" },
	{ VMCS_HOST_GS_BASE, 1ULL << 47, "26.2.3: a host base" },
	{ VMCS_HOST_RIP, 1ULL << 47, "26.2.4: host RIP" },
	{ VMCS_GUEST_CR0, CR0_PE | CR0_PG, "26.3.1.1: guest CR0 has bits" },
	{ VMCS_GUEST_CR0, CR0_NE | CR0_PG, "26.3.1.1: guest CR0 has PG" },
	{ VMCS_GUEST_CR0, CR0_NE | CR0_PE, "26.3.1.1: a 64-bit guest" },
	{ VMCS_GUEST_CR4, CR4_PAE, "26.3.1.1: guest CR4" },
	{ VMCS_GUEST_CR3, 1ULL << 63, "26.3.1.1: guest CR3" },
	{ VMCS_GUEST_DR7, 1ULL << 32, "26.3.1.1: guest DR7" },
	{ VMCS_GUEST_PAT, 0x0300, "26.3.1.1: guest PAT" },
	{ VMCS_GUEST_EFER, EFER_LME, "26.3.1.1: guest EFER.LMA is" },
	{ VMCS_GUEST_EFER, EFER_LMA, "26.3.1.1: guest EFER.LMA and" },
	{ VMCS_GUEST_CS_RIGHTS, RIGHTS_UNUSABLE, "26.3.1.2: CS is unusable" },
	{ VMCS_GUEST_CS_RIGHTS, 0xa098, "26.3.1.2: a segment has a type" },
	{ VMCS_GUEST_CS_RIGHTS, 0xe09b, "26.3.1.2: CS has 64 and 32" },
	{ VMCS_GUEST_SS_RIGHTS, 0xc013, "26.3.1.2: a segment is one" },
	{ VMCS_GUEST_ES_RIGHTS, 0x0893, "26.3.1.2: reserved bits" },
	{ VMCS_GUEST_ES_LIMIT + 2, 0x1000, "26.3.1.2: a limit" },
	{ VMCS_GUEST_TR_RIGHTS, 0x89, "26.3.1.2: TR is not that of a busy" },
	{ VMCS_GUEST_TR_RIGHTS, 0x0b, "26.3.1.2: TR is no segment" },
	{ VMCS_GUEST_ES + 14, 0x44, "26.3.1.2: TR is in the local" },
	{ VMCS_GUEST_TR_RIGHTS - 2, 0x83, "26.3.1.2: LDTR" },
	{ VMCS_GUEST_CS_BASE, 1ULL << 32, "26.3.1.2: the base of CS" },
	{ VMCS_GUEST_GDTR_BASE, 1ULL << 47, "26.3.1.3: the base" },
	{ VMCS_GUEST_IDTR_LIMIT, 0x10000, "26.3.1.3: the limit" },
	{ VMCS_GUEST_RIP, 1ULL << 47, "26.3.1.4: guest RIP" },
	{ VMCS_GUEST_RFLAGS, 0, "26.3.1.4: reserved bits" },
	{ VMCS_ACTIVITY, 4, "26.3.1.5: the activity" },
	{ VMCS_INTERRUPTIBILITY, BLOCKED_BY_STI, "26.3.1.5: blocked by STI with" },
	{ VMCS_INTERRUPTIBILITY, 3, "26.3.1.5: blocked by STI and" },
	{ VMCS_INTERRUPTIBILITY, 0x20, "26.3.1.5: reserved" },
	{ VMCS_LINK_POINTER, 0, "26.3.1.5: the link" },
	{ VMCS_ENTRY_EVENT, 0x80000030, "26.3.1.5: an interrupt" },
	{ VMCS_PENDING_DEBUG, 1 << 5, "26.3.1.5: reserved bits of the pending" },
};

static void broken_rules(void **state)
{
	const char *rule;
	u32 n;

	(void)state;
	for (n = 0; n < sizeof(changes) / sizeof(changes[0]); n++) {
		setup_fields(NULL);
		fields[changes[n].field] = changes[n].value;
		rule = explain();
		if (!rule || strncmp(rule, changes[n].rule, strlen(changes[n].rule)))
			fail_msg("change %u (field 0x%x): expected \"%s\", got \"%s\"", n,
				 (unsigned int)changes[n].field, changes[n].rule,
				 rule ? rule : "(none)");
	}
}

/* Rules about more than one field. */
static void broken_together(void **state)
{
	(void)state;
	fields[VMCS_ENTRY_EVENT] = 0x80000202;
	assert_null(explain());
	fields[VMCS_INTERRUPTIBILITY] = BLOCKED_BY_NMI;
	assert_memory_equal(explain(), "26.3.1.5: an NMI", 16);
	setup_fields(NULL);
	fields[VMCS_ACTIVITY] = ACTIVITY_HLT;
	assert_null(explain());
	fields[VMCS_INTERRUPTIBILITY] = BLOCKED_BY_MOV_SS;
	assert_memory_equal(explain(), "26.3.1.5: blocked by STI or", 27);
	setup_fields(NULL);
	fields[VMCS_CPU_CONTROLS] |= CPU_NMI_WINDOW;
	assert_null(explain());
	fields[VMCS_PIN_CONTROLS] &= ~(u64)PIN_VIRTUAL_NMI;
	assert_memory_equal(explain(), "26.2.1.1: NMI window", 20);
}

/* What an instruction that blocks events leaves behind. */
static void broken_shadows(void **state)
{
	(void)state;
	fields[VMCS_GUEST_RFLAGS] = RFLAGS_FIXED | RFLAGS_IF | RFLAGS_TF;
	assert_null(explain());
	fields[VMCS_INTERRUPTIBILITY] = BLOCKED_BY_STI;
	assert_memory_equal(explain(), "26.3.1.5: a pending single step", 31);
	fields[VMCS_PENDING_DEBUG] = DR6_BS;
	assert_null(explain());
	fields[VMCS_GUEST_DEBUGCTL] = DEBUGCTL_BTF;
	assert_memory_equal(explain(), "26.3.1.5: a pending single step", 31);
	fields[VMCS_PENDING_DEBUG] = 0;
	assert_null(explain());
	fields[VMCS_ENTRY_EVENT] = 0x80000202;
	assert_memory_equal(explain(), "26.3.1.5: an NMI", 16);
	fields[VMCS_ENTRY_EVENT] = 0x80000030;
	assert_memory_equal(explain(), "26.3.1.5: an interrupt", 22);
	fields[VMCS_INTERRUPTIBILITY] = BLOCKED_BY_NMI;
	assert_null(explain());
}

/* In real mode exceptions have no error code. */
static void events_in_real_mode(void **state)
{
	(void)state;
	fields[VMCS_ENTRY_EVENT] = 0x80000b0d;
	assert_null(explain());
	fields[VMCS_GUEST_CR0] = CR0_NE | CR0_ET;
	assert_memory_equal(explain(), "26.2.1.3: an error code", 23);
	fields[VMCS_ENTRY_EVENT] = 0x8000030d;
	setup_real_mode();
	assert_null(explain());
}

/* Type 0: interrupt, 2: NMI, 3: exception, 4 to 6: by an instruction, which repeats them itself. */
static void interrupted_events(void **state)
{
	(void)state;
	assert_int_equal(vmx_event_again(0, 0), 0);
	assert_int_equal(vmx_event_again(0x00000b0e, 2), 0);
	assert_int_equal(vmx_event_again(0x80000030, 0), 0x80000030);
	assert_int_equal(vmx_event_again(0x80000202, 0), 0x80000202);
	assert_int_equal(vmx_event_again(0x80000306, 0x1234), 0x80000306);
	assert_int_equal(vmx_event_again(0x80000b0e, 2), 0x280000b0e);
	/* Bit 12 has no meaning here, and is reserved for an entry. */
	assert_int_equal(vmx_event_again(0x80001b0e, 2), 0x280000b0e);
	assert_int_equal(vmx_event_again(0x80000480, 0), 0);
	assert_int_equal(vmx_event_again(0x80000501, 0), 0);
	assert_int_equal(vmx_event_again(0x80000603, 0), 0);
}

/* Breakpoints are those of this exception; the rest adds up; bits 11 and 16 are 0 when it happened. */
static void debug_status(void **state)
{
	(void)state;
	assert_int_equal(vmx_debug_status(DR6_RESET, 0), DR6_RESET);
	assert_int_equal(vmx_debug_status(DR6_RESET | 5, 2), DR6_RESET | 2);
	assert_int_equal(vmx_debug_status(DR6_RESET | DR6_BS, 1), DR6_RESET | DR6_BS | 1);
	assert_int_equal(vmx_debug_status(DR6_RESET, DR6_BD | DR6_BS), DR6_RESET | DR6_BD | DR6_BS);
	assert_int_equal(vmx_debug_status(DR6_RESET, 1 << 11), DR6_RESET & ~(1ULL << 11));
	assert_int_equal(vmx_debug_status(DR6_RESET & ~(1ULL << 11), 1 << 16),
			 DR6_RESET & ~(1ULL << 16));
	assert_int_equal(vmx_debug_status(DR6_RESET, 0x17f0), DR6_RESET);
}

#define READ	JAILHOUSE_MEM_READ
#define WRITE	JAILHOUSE_MEM_WRITE
#define EXECUTE JAILHOUSE_MEM_EXECUTE
#define IO	JAILHOUSE_MEM_IO

/* Bits of the manual's tables 28-1 to 28-6: 0 to 2 permissions, 3 to 5 memory type, 7 "maps a page". */
static void table_entries(void **state)
{
	(void)state;
	assert_int_equal(pte_leaf(0x12345000, vmx_attr(READ), 0), 0x12345031);
	assert_int_equal(pte_leaf(0x12345000, vmx_attr(READ | WRITE), 0), 0x12345033);
	assert_int_equal(pte_leaf(0x12345000, vmx_attr(READ | WRITE | EXECUTE), 0), 0x12345037);
	assert_int_equal(pte_leaf(0xfee00000, vmx_attr(READ | IO), 0), 0xfee00001);
	assert_int_equal(pte_leaf(0xfee00000, vmx_attr(READ | WRITE | IO), 1), 0xfee00083);
	assert_int_equal(pte_leaf(0x40000000, vmx_attr(READ | WRITE | EXECUTE), 1), 0x400000b7);
	assert_int_equal(pte_leaf(0x40000000, vmx_attr(READ | WRITE | EXECUTE), 2), 0x400000b7);
	assert_int_equal(pte_table(0x10000000, EPT_TABLE_BITS), 0x10000007);
	assert_true(pte_is_leaf(0x400000b7, 2));
	assert_false(pte_is_leaf(0x10000007, 1));
	assert_false(pte_valid(0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(fit_processor, setup),
		cmocka_unit_test_setup(needed_instructions, setup),
		cmocka_unit_test_setup(all_missing_are_named, setup),
		cmocka_unit_test_setup(forced_controls, setup),
		cmocka_unit_test_setup(good_structures, setup_fields),
		cmocka_unit_test(broken_rules),
		cmocka_unit_test_setup(broken_together, setup_fields),
		cmocka_unit_test_setup(broken_shadows, setup_fields),
		cmocka_unit_test_setup(events_in_real_mode, setup_fields),
		cmocka_unit_test(interrupted_events),
		cmocka_unit_test(debug_status),
		cmocka_unit_test(table_entries),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
