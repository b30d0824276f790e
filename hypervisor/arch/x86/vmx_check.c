/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The rules of VM entries and of events that exits leave behind, see <asm/vmx_check.h>. Each function has those of one section of the
 * manual (Intel SDM volume 3), in its order, and returns the first that is broken.
 */
#include <asm/vmcb.h>
#include <asm/vmcs.h>
#include <asm/vmx_check.h>
#include <asm/x86.h>
#include <stddef.h>

struct structure {
	const struct vmx_caps *caps;
	u32 phys_bits;
	vmx_field_reader read;
	void *ctx;
};

#define EVENT_ERROR (1U << 11)

#define RULE(holds, text)            \
	do {                         \
		if (!(holds))        \
			return text; \
	} while (0)

/* Order of the segment registers. */
enum { ES, CS, SS, DS, FS, GS, LDTR, TR };

#define RIGHTS_TYPE(rights) ((rights)&15)
#define RIGHTS_S	    (1U << 4)
#define RIGHTS_DPL(rights)  ((rights) >> 5 & 3)
#define RIGHTS_P	    (1U << 7)
#define RIGHTS_RESERVED	    0xfffe0f00U
#define RIGHTS_L	    (1U << 13)
#define RIGHTS_DB	    (1U << 14)
#define RIGHTS_G	    (1U << 15)

static u64 get(const struct structure *s, u64 field)
{
	return s->read(s->ctx, field);
}

static bool canonical(u64 address)
{
	u64 top = address >> 47;

	return top == 0 || top == 0x1ffff;
}

static bool physical(const struct structure *s, u64 field, u64 align)
{
	u64 address = get(s, field);

	return !(address & (align - 1)) && !(address >> s->phys_bits);
}

static bool control_possible(const struct structure *s, enum vmx_word word, u64 field)
{
	u32 value = (u32)get(s, field), must = (u32)s->caps->control[word];
	u32 may = (u32)(s->caps->control[word] >> 32);

	return (value & must) == must && !(value & ~may);
}

static bool pat_possible(u64 pat)
{
	u32 n, type;

	for (n = 0; n < 64; n += 8) {
		type = pat >> n & 0xff;
		if (type > 7 || type == 2 || type == 3)
			return false;
	}
	return true;
}

static const char *explain_maps(const struct structure *s)
{
	u32 cpu = (u32)get(s, VMCS_CPU_CONTROLS), cpu2 = (u32)get(s, VMCS_CPU2_CONTROLS);
	u64 eptp = get(s, VMCS_EPT_POINTER);

	if (cpu & CPU_IO_BITMAPS)
		RULE(physical(s, VMCS_IO_BITMAP_A, 4096) && physical(s, VMCS_IO_BITMAP_B, 4096),
		     "26.2.1.1: an I/O bitmap is not at a page of memory");
	if (cpu & CPU_MSR_BITMAPS)
		RULE(physical(s, VMCS_MSR_BITMAP, 4096),
		     "26.2.1.1: the MSR bitmap is not at a page of memory");
	if (!(cpu & CPU_SECONDARY))
		return NULL;
	if (cpu2 & CPU2_VPID)
		RULE(get(s, VMCS_VPID) & 0xffff, "26.2.1.1: VPID 0 is the host's");
	if (cpu2 & CPU2_EPT) {
		RULE((eptp & 7) == EPTP_WRITE_BACK && (eptp & 0x38) == EPTP_LEVELS(4),
		     "24.6.11: the EPT pointer has a memory type or a depth that is not supported");
		RULE(!(eptp & 0xf80) && !(eptp >> s->phys_bits),
		     "24.6.11: reserved bits of the EPT pointer are set");
	}
	RULE(!(cpu2 & CPU2_UNRESTRICTED) || (cpu2 & CPU2_EPT),
	     "26.2.1.1: unrestricted guest without EPT");
	return NULL;
}

/* 26.2.1.1 and 26.2.1.2 */
static const char *explain_controls(const struct structure *s)
{
	u32 pin = (u32)get(s, VMCS_PIN_CONTROLS), cpu = (u32)get(s, VMCS_CPU_CONTROLS);

	RULE(control_possible(s, VMX_PIN, VMCS_PIN_CONTROLS),
	     "26.2.1.1: pin-based controls that the processor does not have");
	RULE(control_possible(s, VMX_CPU, VMCS_CPU_CONTROLS),
	     "26.2.1.1: primary controls that the processor does not have");
	RULE(!(cpu & CPU_SECONDARY) || control_possible(s, VMX_CPU2, VMCS_CPU2_CONTROLS),
	     "26.2.1.1: secondary controls that the processor does not have");
	RULE(get(s, VMCS_CR3_TARGETS) <= 4, "26.2.1.1: more than 4 CR3 targets");
	RULE((pin & PIN_NMI) || !(pin & PIN_VIRTUAL_NMI),
	     "26.2.1.1: virtual NMIs without NMI exiting");
	RULE((pin & PIN_VIRTUAL_NMI) || !(cpu & CPU_NMI_WINDOW),
	     "26.2.1.1: NMI window without virtual NMIs");
	RULE(control_possible(s, VMX_EXIT, VMCS_EXIT_CONTROLS),
	     "26.2.1.2: exit controls that the processor does not have");
	RULE(control_possible(s, VMX_ENTRY, VMCS_ENTRY_CONTROLS),
	     "26.2.1.3: entry controls that the processor does not have");
	return explain_maps(s);
}

/* 26.2.1.3: what is injected */
static const char *explain_event(const struct structure *s)
{
	u32 event = (u32)get(s, VMCS_ENTRY_EVENT), type = event >> 8 & 7, vector = event & 0xff;
	bool protected = get(s, VMCS_GUEST_CR0) & CR0_PE, wants_error;

	if (!(event >> 31))
		return NULL;
	RULE(type != 1 && type != 7, "26.2.1.3: the type of the injected event is reserved");
	RULE(type != 2 || vector == VECTOR_NMI, "26.2.1.3: an NMI has vector 2");
	RULE(type != 3 || vector < 32, "26.2.1.3: exceptions have vectors below 32");
	RULE(!(event & 0x7ffff000), "26.2.1.3: reserved bits of the injected event are set");
	/* Vectors 8, 10 to 14 and 17; 21 is newer than the rule. */
	wants_error = type == 3 && protected && vector < 32 && (0x00027d00U >> vector & 1);
	RULE(vector == 21 || !!(event & EVENT_ERROR) == wants_error,
	     "26.2.1.3: an error code where the event has none, or none where it has one");
	RULE(!(event & EVENT_ERROR) || !(get(s, VMCS_ENTRY_ERROR) >> 16),
	     "26.2.1.3: the error code has more than 16 bits");
	return NULL;
}

/* 26.2.2 to 26.2.4 */
static const char *explain_host(const struct structure *s)
{
	static const u16 bases[] = { VMCS_HOST_FS_BASE, VMCS_HOST_GS_BASE, VMCS_HOST_TR_BASE,
				     VMCS_HOST_GDTR_BASE, VMCS_HOST_IDTR_BASE };
	u64 cr0 = get(s, VMCS_HOST_CR0), cr4 = get(s, VMCS_HOST_CR4);
	u64 efer = get(s, VMCS_HOST_EFER);
	u32 n;

	RULE((cr0 & s->caps->cr0_fixed0) == s->caps->cr0_fixed0 && !(cr0 & ~s->caps->cr0_fixed1),
	     "26.2.2: host CR0 has bits that VMX does not permit");
	RULE((cr4 & s->caps->cr4_fixed0) == s->caps->cr4_fixed0 && !(cr4 & ~s->caps->cr4_fixed1),
	     "26.2.2: host CR4 has bits that VMX does not permit");
	RULE(!(get(s, VMCS_HOST_CR3) >> s->phys_bits), "26.2.2: host CR3 is not an address");
	RULE(pat_possible(get(s, VMCS_HOST_PAT)),
	     "26.2.2: host PAT has a type that does not exist");
	RULE((efer & (EFER_LME | EFER_LMA)) == (EFER_LME | EFER_LMA),
	     "26.2.2: host EFER is not that of 64-bit mode");
	for (n = VMCS_HOST_ES; n <= VMCS_HOST_TR; n += 2)
		RULE(!(get(s, n) & 7), "26.2.3: a host selector has RPL or TI");
	RULE(get(s, VMCS_HOST_CS) && get(s, VMCS_HOST_TR), "26.2.3: host CS or TR is null");
	for (n = 0; n < sizeof(bases) / sizeof(bases[0]); n++)
		RULE(canonical(get(s, bases[n])), "26.2.3: a host base address is not canonical");
	RULE((get(s, VMCS_EXIT_CONTROLS) & EXIT_HOST_64) && (cr4 & CR4_PAE),
	     "26.2.4: the host does not return to 64-bit mode");
	RULE(canonical(get(s, VMCS_HOST_RIP)), "26.2.4: host RIP is not canonical");
	return NULL;
}

/* 26.3.1.1 */
static const char *explain_guest_registers(const struct structure *s)
{
	bool unrestricted = get(s, VMCS_CPU2_CONTROLS) & CPU2_UNRESTRICTED;
	bool wide = get(s, VMCS_ENTRY_CONTROLS) & ENTRY_GUEST_64;
	u64 cr0 = get(s, VMCS_GUEST_CR0), cr4 = get(s, VMCS_GUEST_CR4);
	u64 efer = get(s, VMCS_GUEST_EFER), must = s->caps->cr0_fixed0;

	if (unrestricted)
		must &= ~(CR0_PE | CR0_PG);
	RULE((cr0 & must) == must && !(cr0 & ~s->caps->cr0_fixed1 & ~(CR0_NW | CR0_CD)),
	     "26.3.1.1: guest CR0 has bits that VMX does not permit");
	RULE(!(cr0 & CR0_PG) || (cr0 & CR0_PE), "26.3.1.1: guest CR0 has PG without PE");
	RULE((cr4 & s->caps->cr4_fixed0) == s->caps->cr4_fixed0 && !(cr4 & ~s->caps->cr4_fixed1),
	     "26.3.1.1: guest CR4 has bits that VMX does not permit");
	RULE(!(cr4 & CR4_CET) || (cr0 & CR0_WP_BIT), "26.3.1.1: guest CR4 has CET, CR0 not WP");
	RULE(!wide || ((cr0 & CR0_PG) && (cr4 & CR4_PAE)),
	     "26.3.1.1: a 64-bit guest without paging or PAE");
	RULE(wide || !(cr4 & CR4_PCIDE), "26.3.1.1: guest CR4 has PCIDE outside of 64-bit mode");
	RULE(!(get(s, VMCS_GUEST_CR3) >> s->phys_bits), "26.3.1.1: guest CR3 is not an address");
	RULE(!(get(s, VMCS_GUEST_DR7) >> 32), "26.3.1.1: guest DR7 has more than 32 bits");
	RULE(pat_possible(get(s, VMCS_GUEST_PAT)),
	     "26.3.1.1: guest PAT has a type that does not exist");
	RULE(!!(efer & EFER_LMA) == wide,
	     "26.3.1.1: guest EFER.LMA is not what the entry control says");
	RULE(!(cr0 & CR0_PG) || !(efer & EFER_LMA) == !(efer & EFER_LME),
	     "26.3.1.1: guest EFER.LMA and LME differ with paging on");
	return NULL;
}

static bool limit_fits(u32 limit, u32 rights)
{
	if ((limit & 0xfff) != 0xfff && (rights & RIGHTS_G))
		return false;
	return !(limit >> 20) || (rights & RIGHTS_G);
}

/* Type of a code, stack or data segment. */
static bool type_possible(const struct structure *s, u32 n, u32 rights)
{
	bool unrestricted = get(s, VMCS_CPU2_CONTROLS) & CPU2_UNRESTRICTED;
	u32 type = RIGHTS_TYPE(rights);

	if (n == CS)
		return (type & 9) == 9 || (unrestricted && type == 3);
	if (n == SS)
		return type == 3 || type == 7;
	return (type & 1) && (!(type & 8) || (type & 2));
}

static const char *explain_segment(const struct structure *s, u32 n)
{
	u32 rights = (u32)get(s, VMCS_GUEST_ES_RIGHTS + 2 * n);
	u32 limit = (u32)get(s, VMCS_GUEST_ES_LIMIT + 2 * n);
	bool wide = get(s, VMCS_ENTRY_CONTROLS) & ENTRY_GUEST_64;

	if ((rights & RIGHTS_UNUSABLE) && n != CS)
		return NULL;
	RULE(!(rights & RIGHTS_UNUSABLE), "26.3.1.2: CS is unusable");
	RULE(type_possible(s, n, rights), "26.3.1.2: a segment has a type that it cannot have");
	RULE((rights & RIGHTS_S) && (rights & RIGHTS_P),
	     "26.3.1.2: a segment is one of the system, or not present");
	RULE(!(rights & RIGHTS_RESERVED), "26.3.1.2: reserved bits of a segment are set");
	RULE(n != CS || !wide || !(rights & RIGHTS_L) || !(rights & RIGHTS_DB),
	     "26.3.1.2: CS has 64 and 32 bits at a time");
	RULE(limit_fits(limit, rights), "26.3.1.2: a limit is not what G can express");
	return NULL;
}

/* 26.3.1.2 and 26.3.1.3 */
static const char *explain_guest_tables(const struct structure *s)
{
	bool wide = get(s, VMCS_ENTRY_CONTROLS) & ENTRY_GUEST_64;
	u32 tr = (u32)get(s, VMCS_GUEST_TR_RIGHTS), ldtr = (u32)get(s, VMCS_GUEST_TR_RIGHTS - 2);
	u32 type = RIGHTS_TYPE(tr);

	RULE(!(tr & RIGHTS_UNUSABLE) && (type == 11 || (type == 3 && !wide)),
	     "26.3.1.2: TR is not that of a busy task");
	RULE(!(tr & RIGHTS_S) && (tr & RIGHTS_P) && !(tr & RIGHTS_RESERVED),
	     "26.3.1.2: TR is no segment of the system, or not present");
	RULE(!(get(s, VMCS_GUEST_ES + 2 * TR) & 4), "26.3.1.2: TR is in the local table");
	RULE(limit_fits((u32)get(s, VMCS_GUEST_ES_LIMIT + 2 * TR), tr),
	     "26.3.1.2: the limit of TR is not what G can express");
	RULE((ldtr & RIGHTS_UNUSABLE) ||
		     (RIGHTS_TYPE(ldtr) == 2 && !(ldtr & RIGHTS_S) && (ldtr & RIGHTS_P)),
	     "26.3.1.2: LDTR is not that of a local table");
	RULE(canonical(get(s, VMCS_GUEST_ES_BASE + 2 * TR)) &&
		     canonical(get(s, VMCS_GUEST_ES_BASE + 2 * FS)) &&
		     canonical(get(s, VMCS_GUEST_ES_BASE + 2 * GS)),
	     "26.3.1.2: the base of FS, GS or TR is not canonical");
	RULE(!(get(s, VMCS_GUEST_CS_BASE) >> 32), "26.3.1.2: the base of CS has more than 32 bits");
	RULE(canonical(get(s, VMCS_GUEST_GDTR_BASE)) && canonical(get(s, VMCS_GUEST_IDTR_BASE)),
	     "26.3.1.3: the base of GDTR or IDTR is not canonical");
	RULE(!(get(s, VMCS_GUEST_GDTR_LIMIT) >> 16) && !(get(s, VMCS_GUEST_IDTR_LIMIT) >> 16),
	     "26.3.1.3: the limit of GDTR or IDTR has more than 16 bits");
	return NULL;
}

/* 26.3.1.4 and 26.3.1.5: what is injected, against what is blocked */
static const char *explain_blocking(const struct structure *s)
{
	u32 blocked = (u32)get(s, VMCS_INTERRUPTIBILITY), event = (u32)get(s, VMCS_ENTRY_EVENT);
	u64 rflags = get(s, VMCS_GUEST_RFLAGS), pending = get(s, VMCS_PENDING_DEBUG);
	bool shadow = blocked & (BLOCKED_BY_STI | BLOCKED_BY_MOV_SS);
	bool valid = event >> 31, nmi = valid && (event >> 8 & 7) == 2;
	bool steps = (rflags & RFLAGS_TF) && !(get(s, VMCS_GUEST_DEBUGCTL) & DEBUGCTL_BTF);

	RULE((blocked & 3) != 3, "26.3.1.5: blocked by STI and by MOV SS");
	RULE(!(blocked & BLOCKED_BY_STI) || (rflags & RFLAGS_IF),
	     "26.3.1.5: blocked by STI with interrupts off");
	RULE(!nmi || !(shadow || (blocked & BLOCKED_BY_NMI)),
	     "26.3.1.5: an NMI is injected while NMIs are blocked, or behind STI");
	RULE(!valid || (event >> 8 & 7) != 0 || (!shadow && (rflags & RFLAGS_IF)),
	     "26.3.1.5: an interrupt is injected while interrupts are blocked");
	RULE(!(pending & ~0x1580fULL), "26.3.1.5: reserved bits of the pending debug exceptions");
	RULE(!(shadow || get(s, VMCS_ACTIVITY) == ACTIVITY_HLT) || !(pending & DR6_BS) == !steps,
	     "26.3.1.5: a pending single step that RFLAGS.TF does not ask for, or none");
	return NULL;
}

/* 26.3.1.4 and 26.3.1.5 */
static const char *explain_guest_activity(const struct structure *s)
{
	u32 blocked = (u32)get(s, VMCS_INTERRUPTIBILITY);
	u64 rflags = get(s, VMCS_GUEST_RFLAGS), rip = get(s, VMCS_GUEST_RIP);
	bool wide = (get(s, VMCS_ENTRY_CONTROLS) & ENTRY_GUEST_64) &&
		    (get(s, VMCS_GUEST_CS_RIGHTS) & RIGHTS_L);
	u32 activity = (u32)get(s, VMCS_ACTIVITY);

	RULE(wide ? canonical(rip) : !(rip >> 32), "26.3.1.4: guest RIP is not possible");
	RULE((rflags & RFLAGS_FIXED) && !(rflags & 0xffffffffffc08028ULL),
	     "26.3.1.4: reserved bits of guest RFLAGS");
	RULE(activity <= 3, "26.3.1.5: the activity state does not exist");
	RULE(activity != ACTIVITY_HLT || !RIGHTS_DPL((u32)get(s, VMCS_GUEST_SS_RIGHTS)),
	     "26.3.1.5: HLT outside of the kernel");
	RULE(!(blocked & (BLOCKED_BY_STI | BLOCKED_BY_MOV_SS)) || activity == ACTIVITY_ACTIVE,
	     "26.3.1.5: blocked by STI or MOV SS, and not active");
	RULE(!(blocked & ~0x1fU), "26.3.1.5: reserved bits of the interruptibility are set");
	RULE(get(s, VMCS_LINK_POINTER) == ~0ULL, "26.3.1.5: the link pointer leads somewhere");
	return NULL;
}

const char *vmx_explain(const struct vmx_caps *caps, u32 phys_bits, vmx_field_reader read,
			void *ctx)
{
	const struct structure s = { caps, phys_bits, read, ctx };
	const char *rule;
	u32 n;

	rule = explain_controls(&s);
	if (!rule)
		rule = explain_event(&s);
	if (!rule)
		rule = explain_host(&s);
	if (!rule)
		rule = explain_guest_registers(&s);
	for (n = ES; !rule && n <= GS; n++)
		rule = explain_segment(&s, n);
	if (!rule)
		rule = explain_guest_tables(&s);
	if (!rule)
		rule = explain_guest_activity(&s);
	return rule ? rule : explain_blocking(&s);
}

u64 vmx_event_again(u64 vectoring, u64 error)
{
	if (!(vectoring & EVENT_VALID) || EVENT_TYPE(vectoring) > EVENT_TYPE_HARD_MAX)
		return 0;
	vectoring &= EVENT_BITS;
	return vectoring & EVENT_HAS_ERROR ? vectoring | error << 32 : vectoring;
}

u64 vmx_debug_status(u64 dr6, u64 qualification)
{
	dr6 = (dr6 & ~DR6_BREAKPOINTS) | (qualification & (DR6_BREAKPOINTS | DR6_BD | DR6_BS));
	/* Set in the qualification if it happened, clear in the register. */
	return (dr6 | DR6_INVERTED) & ~(qualification & DR6_INVERTED);
}
