/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * VT-x: the control structure of each CPU, and the exits (Intel SDM volume 3, chapters 23 to 30).
 *
 * The rest of the hypervisor sees the guest's state in the format of struct vmcb. At each exit what
 * an answer may need is copied there, and what the answer has changed is written back; the whole
 * state is only moved when a CPU comes from Linux, goes back, or is reset.
 *
 * There is no flag that keeps NMIs away from the hypervisor. One that comes while it works is noted
 * by its handler (nmi_entry); the last look at the note and the entry are one section of code, see
 * vmx_run.S, so that none can slip in between.
 */
#include <asm/apic.h>
#include <asm/msr.h>
#include <asm/vcpu.h>
#include <asm/virt.h>
#include <asm/vmcs.h>
#include <asm/vmx.h>
#include <asm/vmx_check.h>
#include <core/error.h>
#include <core/printk.h>
#include <core/space.h>
#include <core/string.h>
#include <core/system.h>

#define CPUID_ECX_VMX  (1U << 5)
#define VPID_ROOT      1
#define VPID_CELL      2
#define TRIAL_ATTEMPTS 16
#define INVEPT_ALL     2
#define SEGMENTS       8 /* ES, CS, SS, DS, FS, GS, LDTR, TR */

/* Bits of CR0 and CR4 that the guest sees as it has set them, whatever they are (23.8). */
#define CR0_OWNED (CR0_NE | CR0_NW | CR0_CD)
#define CR4_OWNED CR4_VMXE

/* State of the guest as of the exit, to see what has changed. */
struct vmx_seen {
	u64 rip, rsp, efer, pat;
	u32 interruptibility;
};

void vmx_run(struct regs *regs) __attribute__((noreturn));
u32 vmx_try(bool again);
void vmx_exit(struct regs *regs);
void vmx_late_nmi(struct regs *regs);
void vmx_entry_failed(void);
void vmx_unblock_nmi(void);
extern char vmx_exit_entry[];

bool vmx_in_use;

/* The same on all CPUs, or vmx_cpu_check() has refused one. */
static struct vmx_caps vmx_caps;

static void read_caps(struct vmx_caps *caps)
{
	u32 n;

	memset(caps, 0, sizeof(*caps));
	caps->basic = msr_read(MSR_VMX_BASIC);
	caps->cr0_fixed0 = msr_read(MSR_VMX_CR0_FIXED0);
	caps->cr0_fixed1 = msr_read(MSR_VMX_CR0_FIXED1);
	caps->cr4_fixed0 = msr_read(MSR_VMX_CR4_FIXED0);
	caps->cr4_fixed1 = msr_read(MSR_VMX_CR4_FIXED1);
	if (!(caps->basic & VMX_BASIC_TRUE))
		return;
	for (n = 0; n < VMX_WORDS; n++)
		if (n != VMX_CPU2)
			caps->control[n] = msr_read(MSR_VMX_TRUE_PIN + n - (n > VMX_CPU2));
	if (!(caps->control[VMX_CPU] >> 32 & CPU_SECONDARY))
		return;
	caps->control[VMX_CPU2] = msr_read(MSR_VMX_CPU2);
	if (caps->control[VMX_CPU2] >> 32 & (CPU2_EPT | CPU2_VPID))
		caps->ept_vpid = msr_read(MSR_VMX_EPT_VPID);
}

/* Instructions that this processor shows and that would fault in a guest without their control. */
static u32 used_instructions(void)
{
	u32 last = cpuid(0, 0).eax, uses = 0;
	struct cpuid features = { 0 };

	if (last >= 7)
		features = cpuid(7, 0);
	if ((cpuid(0x80000001, 0).edx >> 27 & 1) || (features.ecx >> 22 & 1))
		uses |= VMX_USES_RDTSCP;
	if (features.ebx >> 10 & 1)
		uses |= VMX_USES_INVPCID;
	if (features.ecx >> 5 & 1)
		uses |= VMX_USES_USER_WAIT;
	if (features.edx >> 18 & 1)
		uses |= VMX_USES_PCONFIG;
	if (last >= 13 && (cpuid(13, 1).eax >> 3 & 1))
		uses |= VMX_USES_XSAVES;
	return uses;
}

int vmx_cpu_check(struct cpu *cpu)
{
	u64 control, pebs, cr4 = cpu->arch.linux.cr4;
	char missing[VMX_MISSING_MAX];
	struct vmx_caps caps;

	if (!(cpuid(1, 0).ecx & CPUID_ECX_VMX))
		return fail(MSG_NO_VMX, cpu->id);
	control = msr_read(MSR_FEATURE_CONTROL);
	if (!(control & FEATURE_LOCKED) || !(control & FEATURE_VMX))
		return fail(MSG_VMX_DISABLED, cpu->id, control);
	if (cr4 & CR4_VMXE)
		return fail(MSG_VMX_IN_USE, cpu->id, cr4);
	read_caps(&caps);
	vmx_caps = caps;
	if (!vmx_choose_controls(&caps, used_instructions(), &cpu->arch.controls, missing))
		return fail(MSG_VMX_MISSING, cpu->id, missing);
	if ((read_cr(0) & caps.cr0_fixed0) != caps.cr0_fixed0 || read_cr(0) & ~caps.cr0_fixed1)
		return fail(MSG_VMX_CR0, cpu->id, read_cr(0), caps.cr0_fixed0, caps.cr0_fixed1);
	/* Records would go to Linux's addresses also while the hypervisor runs. */
	if (msr_read_safe(MSR_PEBS_ENABLE, &pebs) && pebs)
		return fail(MSG_PEBS, cpu->id, pebs);
	return 0;
}

/* The copy of the guest's state, its control structure, and what VMXON wants. */
int vmx_cpu_init(struct cpu *cpu)
{
	char *pages = pool_alloc(3, 1);
	u64 basic = 0;
	u32 revision;

	/* Whether there is VT-x at all is found out later, by vmx_cpu_check(). */
	msr_read_safe(MSR_VMX_BASIC, &basic);
	revision = (u32)(basic & VMX_BASIC_REVISION);
	if (!pages)
		return fail(MSG_OUT_OF_PAGES, 3, pool_used(), pool_total());
	cpu->arch.vmcb = (struct vmcb *)pages;
	*(u32 *)(pages + PAGE_SIZE) = revision;
	*(u32 *)(pages + 2 * PAGE_SIZE) = revision;
	cpu->arch.vmcs = pool_phys(pages + PAGE_SIZE);
	cpu->arch.vmxon = pool_phys(pages + 2 * PAGE_SIZE);
	vcpu_has_next = true;
	return 0;
}

bool vmx_has_1g_pages(void)
{
	u64 capabilities;

	return msr_read_safe(MSR_VMX_EPT_VPID, &capabilities) && (capabilities & EPT_CAP_1G);
}

/* Called on Linux's descriptor tables, like the rest of guest_save_linux(). */
void vmx_save_linux(struct cpu *cpu)
{
	struct linux_state *linux = &cpu->arch.linux;
	struct vmcb *vmcb = cpu->arch.vmcb;

	asm volatile("mov %%fs, %0\n\tmov %%gs, %1" : "=r"(linux->fs), "=r"(linux->gs));
	linux->fs_base = msr_read(MSR_FS_BASE);
	vmcb->fs = segment_of(linux->fs, &linux->gdtr);
	vmcb->gs = segment_of(linux->gs, &linux->gdtr);
	vmcb->ldtr = segment_of(linux->ldtr, &linux->gdtr);
	vmcb->tr = segment_of(linux->tr, &linux->gdtr);
	vmcb->fs.base = linux->fs_base;
	vmcb->gs.base = linux->gs_base;
	vmcb->sysenter_cs = msr_read(MSR_SYSENTER_CS);
	vmcb->sysenter_esp = msr_read(MSR_SYSENTER_ESP);
	vmcb->sysenter_eip = msr_read(MSR_SYSENTER_EIP);
	vmcb->debugctl = msr_read(MSR_DEBUGCTL);
}

static void load_segment(u32 n, const struct vmcb_segment *segment)
{
	u32 attributes = segment->attributes;
	u32 rights = (attributes & 0xff) | (attributes & 0xf00) << 4;

	if (!(attributes & 0x80))
		rights = RIGHTS_UNUSABLE;
	vmcs_write(VMCS_GUEST_ES + 2 * n, segment->selector);
	vmcs_write(VMCS_GUEST_ES_LIMIT + 2 * n, segment->limit);
	vmcs_write(VMCS_GUEST_ES_RIGHTS + 2 * n, rights);
	vmcs_write(VMCS_GUEST_ES_BASE + 2 * n, segment->base);
}

static void store_segment(u32 n, struct vmcb_segment *segment)
{
	u64 rights = vmcs_read(VMCS_GUEST_ES_RIGHTS + 2 * n);

	segment->selector = (u16)vmcs_read(VMCS_GUEST_ES + 2 * n);
	segment->limit = (u32)vmcs_read(VMCS_GUEST_ES_LIMIT + 2 * n);
	segment->base = vmcs_read(VMCS_GUEST_ES_BASE + 2 * n);
	segment->attributes =
		rights & RIGHTS_UNUSABLE ? 0 : (u16)((rights & 0xff) | (rights >> 4 & 0xf00));
}

/* In the order of the fields. */
static struct vmcb_segment *segment(struct vmcb *vmcb, u32 n)
{
	struct vmcb_segment *const segments[SEGMENTS] = { &vmcb->es,   &vmcb->cs, &vmcb->ss,
							  &vmcb->ds,   &vmcb->fs, &vmcb->gs,
							  &vmcb->ldtr, &vmcb->tr };

	return segments[n];
}

static void load_control_registers(const struct vmcb *vmcb)
{
	vmcs_write(VMCS_CR0_MASK, CR0_OWNED);
	vmcs_write(VMCS_CR0_SHADOW, vmcb->cr0);
	vmcs_write(VMCS_GUEST_CR0, (vmcb->cr0 & ~CR0_OWNED) | CR0_NE);
	vmcs_write(VMCS_GUEST_CR3, vmcb->cr3);
	vmcs_write(VMCS_CR4_MASK, CR4_OWNED);
	vmcs_write(VMCS_CR4_SHADOW, vmcb->cr4);
	vmcs_write(VMCS_GUEST_CR4, vmcb->cr4 | CR4_VMXE);
	vmcs_write(VMCS_GUEST_EFER, vmcb->efer);
	vmcs_write(VMCS_GUEST_PAT, vmcb->pat);
}

void vmx_load_state(struct cpu *cpu)
{
	u32 entry = cpu->arch.controls.word[VMX_ENTRY];
	struct vmcb *vmcb = cpu->arch.vmcb;
	u32 n;

	if (!(vmcb->efer & EFER_LMA))
		entry &= ~ENTRY_GUEST_64;
	vmcs_write(VMCS_ENTRY_CONTROLS, entry);
	for (n = 0; n < SEGMENTS; n++)
		load_segment(n, segment(vmcb, n));
	vmcs_write(VMCS_GUEST_GDTR_LIMIT, vmcb->gdtr.limit);
	vmcs_write(VMCS_GUEST_GDTR_BASE, vmcb->gdtr.base);
	vmcs_write(VMCS_GUEST_IDTR_LIMIT, vmcb->idtr.limit);
	vmcs_write(VMCS_GUEST_IDTR_BASE, vmcb->idtr.base);
	load_control_registers(vmcb);
	vmcs_write(VMCS_GUEST_DR7, vmcb->dr7);
	vmcs_write(VMCS_GUEST_DEBUGCTL, vmcb->debugctl);
	vmcs_write(VMCS_GUEST_RFLAGS, vmcb->rflags);
	vmcs_write(VMCS_GUEST_RSP, vmcb->rsp);
	vmcs_write(VMCS_GUEST_RIP, vmcb->rip);
	vmcs_write(VMCS_GUEST_SYSENTER_CS, vmcb->sysenter_cs);
	vmcs_write(VMCS_GUEST_SYSENTER_ESP, vmcb->sysenter_esp);
	vmcs_write(VMCS_GUEST_SYSENTER_EIP, vmcb->sysenter_eip);
	vmcs_write(VMCS_INTERRUPTIBILITY, 0);
	vmcs_write(VMCS_ACTIVITY, ACTIVITY_ACTIVE);
	vmcs_write(VMCS_PENDING_DEBUG, 0);
	vmcs_write(VMCS_ENTRY_EVENT, 0);
	/* What no entry loads. */
	write_dr(6, vmcb->dr6);
	write_cr(2, vmcb->cr2);
}

static void reset_msrs(void)
{
	u32 msr;

	for (msr = MSR_STAR; msr <= MSR_SFMASK; msr++)
		msr_write(msr, 0);
	msr_write(MSR_KERNEL_GS_BASE, 0);
}

/* Control registers, instruction pointer and mode: what exits look at. */
static inline void copy_state(struct vmcb *vmcb)
{
	u64 rights;

	vmcb->rip = vmcs_read(VMCS_GUEST_RIP);
	vmcb->rsp = vmcs_read(VMCS_GUEST_RSP);
	vmcb->rflags = vmcs_read(VMCS_GUEST_RFLAGS);
	vmcb->cr0 =
		(vmcs_read(VMCS_GUEST_CR0) & ~CR0_OWNED) | (vmcs_read(VMCS_CR0_SHADOW) & CR0_OWNED);
	vmcb->cr3 = vmcs_read(VMCS_GUEST_CR3);
	vmcb->cr4 = vmcs_read(VMCS_GUEST_CR4) & ~CR4_VMXE;
	vmcb->efer = vmcs_read(VMCS_GUEST_EFER);
	rights = vmcs_read(VMCS_GUEST_CS_RIGHTS);
	vmcb->cs.attributes = (u16)((rights & 0xff) | (rights >> 4 & 0xf00));
	vmcb->cs.selector = (u16)vmcs_read(VMCS_GUEST_ES + 2);
	vmcb->cs.base = vmcs_read(VMCS_GUEST_CS_BASE);
	vmcb->cpl = vmcs_read(VMCS_GUEST_SS_RIGHTS) >> 5 & 3;
}

void vmx_store_state(struct cpu *cpu)
{
	struct vmcb *vmcb = cpu->arch.vmcb;
	u32 n;

	for (n = 0; n < SEGMENTS; n++)
		store_segment(n, segment(vmcb, n));
	copy_state(vmcb);
	vmcb->gdtr.limit = (u32)vmcs_read(VMCS_GUEST_GDTR_LIMIT);
	vmcb->gdtr.base = vmcs_read(VMCS_GUEST_GDTR_BASE);
	vmcb->idtr.limit = (u32)vmcs_read(VMCS_GUEST_IDTR_LIMIT);
	vmcb->idtr.base = vmcs_read(VMCS_GUEST_IDTR_BASE);
	vmcb->dr7 = vmcs_read(VMCS_GUEST_DR7);
	vmcb->debugctl = vmcs_read(VMCS_GUEST_DEBUGCTL);
	vmcb->pat = vmcs_read(VMCS_GUEST_PAT);
	vmcb->sysenter_cs = vmcs_read(VMCS_GUEST_SYSENTER_CS);
	vmcb->sysenter_esp = vmcs_read(VMCS_GUEST_SYSENTER_ESP);
	vmcb->sysenter_eip = vmcs_read(VMCS_GUEST_SYSENTER_EIP);
	vmcb->dr6 = read_dr(6);
	vmcb->cr2 = read_cr(2);
	cpu->arch.linux.fs = vmcb->fs.selector;
	cpu->arch.linux.gs = vmcb->gs.selector;
	cpu->arch.linux.tr = vmcb->tr.selector;
	cpu->arch.linux.ldtr = vmcb->ldtr.selector;
	cpu->arch.linux.fs_base = vmcb->fs.base;
	cpu->arch.linux.gs_base = vmcb->gs.base;
}

/* Where exits go, and with what (24.5). */
static void load_host(struct cpu *cpu)
{
	struct table_register idtr;

	asm volatile("sidt %0" : "=m"(idtr));
	vmcs_write(VMCS_HOST_CR0, read_cr(0));
	vmcs_write(VMCS_HOST_CR3, read_cr(3));
	vmcs_write(VMCS_HOST_CR4, read_cr(4));
	vmcs_write(VMCS_HOST_CS, SELECTOR_CODE);
	vmcs_write(VMCS_HOST_SS, SELECTOR_DATA);
	vmcs_write(VMCS_HOST_DS, SELECTOR_DATA);
	vmcs_write(VMCS_HOST_ES, SELECTOR_DATA);
	vmcs_write(VMCS_HOST_FS, 0);
	vmcs_write(VMCS_HOST_GS, 0);
	vmcs_write(VMCS_HOST_TR, SELECTOR_TSS);
	vmcs_write(VMCS_HOST_FS_BASE, 0);
	vmcs_write(VMCS_HOST_GS_BASE, (u64)&cpu->arch);
	vmcs_write(VMCS_HOST_TR_BASE, (u64)&cpu->arch.tss);
	vmcs_write(VMCS_HOST_GDTR_BASE, (u64)cpu->arch.gdt);
	vmcs_write(VMCS_HOST_IDTR_BASE, idtr.base);
	vmcs_write(VMCS_HOST_PAT, msr_read(MSR_PAT));
	vmcs_write(VMCS_HOST_EFER, msr_read(MSR_EFER));
	vmcs_write(VMCS_HOST_SYSENTER_CS, 0);
	vmcs_write(VMCS_HOST_SYSENTER_ESP, 0);
	vmcs_write(VMCS_HOST_SYSENTER_EIP, 0);
	vmcs_write(VMCS_HOST_RSP, (u64)guest_regs(cpu));
	vmcs_write(VMCS_HOST_RIP, (u64)vmx_exit_entry);
}

/* Maps, tables and controls of the cell that the CPU belongs to. */
static void activate(struct cpu *cpu)
{
	const u32 *word = cpu->arch.controls.word;
	const struct cell *cell = cpu->cell;
	u32 primary = word[VMX_CPU], secondary = word[VMX_CPU2];

	/* Counters, and a flush that takes time on all CPUs, are the root cell's. */
	if (!cell_is_root(cell)) {
		primary |= CPU_RDPMC;
		secondary |= CPU2_WBINVD;
	}
	vmcs_write(VMCS_CPU_CONTROLS, primary);
	vmcs_write(VMCS_CPU2_CONTROLS, secondary);
	vmcs_write(VMCS_IO_BITMAP_A, pool_phys(cell->arch.port_map));
	vmcs_write(VMCS_IO_BITMAP_B, pool_phys(cell->arch.port_map) + PAGE_SIZE);
	vmcs_write(VMCS_MSR_BITMAP, cell->arch.msr_map);
	vmcs_write(VMCS_EPT_POINTER,
		   pool_phys(cell->memory.root) | EPTP_LEVELS(4) | EPTP_WRITE_BACK);
	vmcs_write(VMCS_VPID, cell_is_root(cell) ? VPID_ROOT : VPID_CELL);
	write_once(cpu->arch.flush, 1);
}

void vmx_prepare_reset(struct cpu *cpu)
{
	activate(cpu);
	reset_msrs();
}

static bool vmx_start(struct cpu *cpu)
{
	bool failed;

	asm volatile("vmxon %1\n\tsetna %0"
		     : "=qm"(failed)
		     : "m"(cpu->arch.vmxon)
		     : "cc", "memory");
	if (failed)
		return false;
	asm volatile("vmclear %0\n\tvmptrld %0" : : "m"(cpu->arch.vmcs) : "cc", "memory");
	cpu->arch.vmx_on = true;
	return true;
}

void vmx_prepare(struct cpu *cpu)
{
	const u32 *word = cpu->arch.controls.word;

	if (!vmx_start(cpu))
		return; /* vmx_trial() says so */
	load_host(cpu);
	vmcs_write(VMCS_PIN_CONTROLS, word[VMX_PIN]);
	vmcs_write(VMCS_EXIT_CONTROLS, word[VMX_EXIT]);
	/* #DB and #AC, since a guest can make their delivery cause the next one for ever. */
	vmcs_write(VMCS_EXCEPTIONS, 1U << VECTOR_DB | 1U << VECTOR_AC | 1U << VECTOR_MC);
	vmcs_write(VMCS_PF_MASK, 0);
	vmcs_write(VMCS_PF_MATCH, 0);
	vmcs_write(VMCS_CR3_TARGETS, 0);
	vmcs_write(VMCS_EXIT_STORES, 0);
	vmcs_write(VMCS_EXIT_LOADS, 0);
	vmcs_write(VMCS_ENTRY_LOADS, 0);
	vmcs_write(VMCS_LINK_POINTER, ~0ULL);
	if (word[VMX_CPU2] & CPU2_XSAVES)
		vmcs_write(VMCS_XSS_EXITING, 0);
	activate(cpu);
	vmx_load_state(cpu);
}

/* The processor may keep parts of the structure until VMCLEAR (24.11.1). */
void vmx_stop(struct cpu *cpu)
{
	const struct vmcb *vmcb = cpu->arch.vmcb;

	if (!cpu->arch.vmx_on)
		return;
	asm volatile("vmclear %0\n\tvmxoff" : : "m"(cpu->arch.vmcs) : "cc", "memory");
	cpu->arch.vmx_on = false;
	write_cr(4, read_cr(4) & ~CR4_VMXE);
	/* Exits have replaced them. */
	msr_write(MSR_SYSENTER_CS, vmcb->sysenter_cs);
	msr_write(MSR_SYSENTER_ESP, vmcb->sysenter_esp);
	msr_write(MSR_SYSENTER_EIP, vmcb->sysenter_eip);
	msr_write(MSR_DEBUGCTL, vmcb->debugctl);
}

static void flush_tables(void)
{
	static const u64 descriptor[2];

	asm volatile("invept %0, %1" : : "m"(descriptor), "r"((u64)INVEPT_ALL) : "cc", "memory");
}

/* The exit was an NMI: to the processor it is in service, until an IRET. */
static void take_nmi_of_exit(void)
{
	write_once(this_cpu()->arch.nmi_seen, 1);
	vmx_unblock_nmi();
}

static bool exit_is_nmi(u32 reason, u64 event)
{
	return reason == REASON_EXCEPTION && EVENT_TYPE(event) == EVENT_TYPE_NMI;
}

static u64 read_field(void *ctx, u64 field)
{
	(void)ctx;
	return vmcs_read(field);
}

/* The rule of the manual that the processor has refused the control structure for. */
static const char *explain(void)
{
	const char *rule =
		vmx_explain(&vmx_caps, cpuid(0x80000008, 0).eax & 0xff, read_field, NULL);

	return rule ? rule : "no rule is known to be broken";
}

int vmx_trial(struct cpu *cpu)
{
	u32 n, failed, reason = 0;

	if (!cpu->arch.vmx_on)
		return fail(MSG_VMX_ENTRY, cpu->id, 0ULL, "VMXON fails");
	vmcs_write(VMCS_GUEST_RIP, cpu->arch.linux.trial);
	for (n = 0; n < TRIAL_ATTEMPTS; n++) {
		flush_tables();
		failed = vmx_try(n > 0);
		if (failed)
			return fail(MSG_VMX_ENTRY, cpu->id, vmcs_read(VMCS_INSTRUCTION_ERROR),
				    explain());
		reason = (u32)vmcs_read(VMCS_EXIT_REASON);
		if (!exit_is_nmi(reason, vmcs_read(VMCS_EXIT_EVENT)))
			break;
		take_nmi_of_exit();
		cpu_take_nmi(cpu);
	}
	vmcs_write(VMCS_HOST_RSP, (u64)guest_regs(cpu));
	vmcs_write(VMCS_HOST_RIP, (u64)vmx_exit_entry);
	if (reason == REASON_CPUID)
		return 0;
	if (reason & REASON_ENTRY_FAILED)
		return fail(MSG_VMX_ENTRY, cpu->id, (u64)(u16)reason, explain());
	return fail(MSG_TRIAL_ENTRY, cpu->id, (u64)reason, vmcs_read(VMCS_QUALIFICATION),
		    vmcs_read(VMCS_GUEST_PHYSICAL), cpu->arch.linux.trial);
}

/* See before_entry() in svm.c. */
static inline void before_entry(struct cpu *cpu)
{
	atomic_swap(&cpu->arch.in_guest, 1);
	if (__builtin_expect(read_once(cpu->arch.flush), 0)) {
		write_once(cpu->arch.flush, 0);
		cpu->arch.code.expires = 0;
		flush_tables();
	}
}

void vmx_enter(struct cpu *cpu)
{
	const struct vmcb *vmcb = cpu->arch.vmcb;

	vmcs_write(VMCS_GUEST_RIP, vmcb->rip);
	before_entry(cpu);
	vmx_run(guest_regs(cpu));
}

void vmx_entry_failed(void)
{
	printk("VM entry fails with error %llu: %s", vmcs_read(VMCS_INSTRUCTION_ERROR), explain());
	hypervisor_bug("the processor refuses the control structure of its guest");
}

static void window(struct cpu *cpu, bool open)
{
	u32 controls = (u32)vmcs_read(VMCS_CPU_CONTROLS);

	(void)cpu;
	vmcs_write(VMCS_CPU_CONTROLS,
		   open ? controls | CPU_NMI_WINDOW : controls & ~CPU_NMI_WINDOW);
}

/* An NMI of the guest's own, now or as soon as it can take one. */
static void deliver_nmi(struct cpu *cpu)
{
	struct vmcb *vmcb = cpu->arch.vmcb;

	if ((vmcb->event & EVENT_VALID) || vmcs_read(VMCS_INTERRUPTIBILITY)) {
		window(cpu, true);
		return;
	}
	cpu->arch.nmi_pending = false;
	vmcb->event = VECTOR_NMI | EVENT_TYPE_NMI << 8 | EVENT_VALID;
}

/* What the answer to the exit has changed goes back. */
static void write_back(struct cpu *cpu, const struct vmx_seen *seen)
{
	const struct vmcb *vmcb = cpu->arch.vmcb;
	u32 blocked = seen->interruptibility;

	if (vmcb->rip != seen->rip) {
		vmcs_write(VMCS_GUEST_RIP, vmcb->rip);
		/* Who steps through an instruction that was emulated stops behind it (26.3.1.5). */
		if (vmcb->rflags & RFLAGS_TF)
			vmcs_write(VMCS_PENDING_DEBUG, DR6_BS);
	}
	if (vmcb->rsp != seen->rsp)
		vmcs_write(VMCS_GUEST_RSP, vmcb->rsp);
	if (vmcb->efer != seen->efer)
		vmcs_write(VMCS_GUEST_EFER, vmcb->efer);
	if (vmcb->pat != seen->pat)
		vmcs_write(VMCS_GUEST_PAT, vmcb->pat);
	if (!vmcb->interrupt_shadow && (blocked & (BLOCKED_BY_STI | BLOCKED_BY_MOV_SS)))
		vmcs_write(VMCS_INTERRUPTIBILITY,
			   vmcs_read(VMCS_INTERRUPTIBILITY) &
				   ~(u64)(BLOCKED_BY_STI | BLOCKED_BY_MOV_SS));
	if (__builtin_expect(cpu->arch.nmi_pending, 0))
		deliver_nmi(cpu);
	if (vmcb->event & EVENT_VALID) {
		vmcs_write(VMCS_ENTRY_ERROR, vmcb->event >> 32);
		vmcs_write(VMCS_ENTRY_EVENT, vmcb->event & EVENT_BITS);
	}
}

/*
 * An event whose delivery was interrupted by the exit is delivered again, unless it comes from an
 * instruction: that one is repeated. An NMI that is delivered again is not blocked by itself.
 */
static void repeat_event(struct vmcb *vmcb)
{
	u64 event = vmcs_read(VMCS_VECTORING_EVENT);

	vmcb->event = 0;
	if (__builtin_expect(!(event & EVENT_VALID), 1) || EVENT_TYPE(event) > EVENT_TYPE_HARD_MAX)
		return;
	vmcb->event = event & EVENT_BITS;
	if (event & EVENT_HAS_ERROR)
		vmcb->event |= vmcs_read(VMCS_VECTORING_ERROR) << 32;
	if (EVENT_TYPE(event) == EVENT_TYPE_NMI)
		vmcs_write(VMCS_INTERRUPTIBILITY,
			   vmcs_read(VMCS_INTERRUPTIBILITY) & ~(u64)BLOCKED_BY_NMI);
}

/* The IRET that ends an NMI was interrupted by its own exit, and will be executed again (27.2.3). */
static void block_nmi_again(const struct vmcb *vmcb)
{
	if (!(vmcb->event & EVENT_VALID))
		vmcs_write(VMCS_INTERRUPTIBILITY,
			   vmcs_read(VMCS_INTERRUPTIBILITY) | BLOCKED_BY_NMI);
}

/* The exit leaves it to us to tell the guest what has happened (27.1, 27.2.1). */
static void inject_debug(struct cpu *cpu)
{
	u64 qualification = vmcs_read(VMCS_QUALIFICATION);

	write_dr(6, (read_dr(6) & ~0xfULL) | (qualification & 0x600f));
	vmcs_write(VMCS_GUEST_DR7, vmcs_read(VMCS_GUEST_DR7) & ~DR7_GD);
	vcpu_inject(cpu, VECTOR_DB, false, 0);
}

static void handle_exception(struct cpu *cpu)
{
	u64 event = vmcs_read(VMCS_EXIT_EVENT);

	if (EVENT_TYPE(event) == EVENT_TYPE_NMI) {
		take_nmi_of_exit();
		handle_nmi(cpu);
		return;
	}
	cpu_count(cpu, STAT_EXCEPTION);
	if (event & EVENT_UNBLOCKED_NMI)
		block_nmi_again(cpu->arch.vmcb);
	/* An instruction that asks for one is left behind, and a delivery ends what STI has begun. */
	if (EVENT_TYPE(event) > EVENT_TYPE_HARD_MAX)
		cpu->arch.vmcb->rip = cpu->arch.vmcb->next_rip;
	cpu->arch.vmcb->interrupt_shadow = 0;
	switch (EVENT_VECTOR(event)) {
	case VECTOR_DB:
		inject_debug(cpu);
		break;
	case VECTOR_AC:
		vcpu_inject(cpu, VECTOR_AC, true, (u32)vmcs_read(VMCS_EXIT_ERROR));
		break;
	default:
		handle_machine_check(cpu);
		break;
	}
}

/*
 * Bits that only the guest sees: they are noted, and the instruction, which is repeated, no longer
 * changes any of them. So all the rest of it is done by the processor. Qualification: table 27-3.
 */
static void handle_cr(struct cpu *cpu, struct regs *regs)
{
	u64 qualification = vmcs_read(VMCS_QUALIFICATION), value;
	u32 reg = qualification >> 8 & 15, cr = qualification & 15;

	cpu_count(cpu, STAT_CR);
	regs->gpr[REG_RSP] = cpu->arch.vmcb->rsp;
	value = regs->gpr[reg];
	if ((qualification >> 4 & 3) || cr != 0 || (value & (CR0_NW | CR0_CD)) == CR0_NW)
		vcpu_inject_gp(cpu); /* turns VT-x on, which CPUID does not show; or not possible */
	else
		vmcs_write(VMCS_CR0_SHADOW, value & CR0_OWNED);
}

static __attribute__((noinline)) void handle_io(struct cpu *cpu, struct regs *regs)
{
	u64 qualification = vmcs_read(VMCS_QUALIFICATION);
	struct port_access access = {
		.port = (u16)(qualification >> 16),
		.size = (qualification & 7) + 1,
		.in = qualification & 1 << 3,
		.string = qualification & 1 << 4,
		.next = cpu->arch.vmcb->next_rip,
	};

	handle_port(cpu, regs, &access);
}

static __attribute__((noinline)) void handle_violation(struct cpu *cpu, struct regs *regs)
{
	u64 qualification = vmcs_read(VMCS_QUALIFICATION);
	struct guest_fault fault = {
		.address = vmcs_read(VMCS_GUEST_PHYSICAL),
		.write = qualification & VIOLATION_WRITE,
		.fetch = qualification & VIOLATION_FETCH,
		.table = (qualification & (VIOLATION_LINEAR | VIOLATION_DATA)) == VIOLATION_LINEAR,
	};

	if (qualification & QUALIFICATION_NMI_IRET)
		block_nmi_again(cpu->arch.vmcb);
	handle_fault(cpu, regs, &fault);
}

static void handle_xsetbv(struct cpu *cpu, struct regs *regs)
{
	u64 value = (u32)regs->gpr[REG_RAX] | regs->gpr[REG_RDX] << 32;

	cpu_count(cpu, STAT_XSETBV);
	write_cr(4, read_cr(4) | CR4_OSXSAVE);
	if (vcpu_cpl(cpu) || (u32)regs->gpr[REG_RCX] || !xcr0_write_safe(value))
		vcpu_inject_gp(cpu);
	else
		vcpu_skip(cpu, (u32)(cpu->arch.vmcb->next_rip - cpu->arch.vmcb->rip));
}

static void handle_refused_state(struct cpu *cpu)
{
	if (cell_is_root(cpu->cell)) {
		printk("%s", explain());
		hypervisor_bug("the processor refuses the state of the root cell");
	}
	cell_violation(cpu, "the processor refuses the state of the guest: %s", explain());
}

static void handle_other(struct cpu *cpu, u32 reason)
{
	cpu_count(cpu, STAT_OTHER);
	switch (reason) {
	case REASON_NMI_WINDOW:
		window(cpu, false);
		return;
	case REASON_INVD: /* would throw away what others have written */
	case REASON_WBINVD:
		vcpu_advance(cpu, reason == REASON_INVD ? KNOWN_INVD : KNOWN_WBINVD);
		if (cell_is_root(cpu->cell))
			asm volatile("wbinvd" : : : "memory");
		return;
	case REASON_INIT:
		cell_violation(cpu, "INIT from outside of the cell");
		return;
	case REASON_TRIPLE_FAULT:
		cpu->arch.vmcb->exit_code = EXIT_SHUTDOWN;
		handle_machine_end(cpu, "triple fault");
		return;
	case REASON_RDPMC:
		vcpu_inject_gp(cpu);
		return;
	case REASON_GETSEC:
	case REASON_INVEPT:
	case REASON_INVVPID:
		vcpu_inject_ud(cpu);
		return;
	}
	if (reason >= REASON_VMX_FIRST && reason <= REASON_VMX_LAST) {
		vcpu_inject_ud(cpu);
		return;
	}
	if (reason & REASON_ENTRY_FAILED) {
		handle_refused_state(cpu);
		return;
	}
	cell_violation(cpu,
		       "exit %u (qualification 0x%llx, address 0x%llx), which nothing asked for",
		       reason, vmcs_read(VMCS_QUALIFICATION), vmcs_read(VMCS_GUEST_PHYSICAL));
	vcpu_inject_ud(cpu);
}

static void dispatch(struct cpu *cpu, u32 reason, struct regs *regs)
{
	switch (reason) {
	case REASON_WRMSR:
		handle_wrmsr(cpu, regs);
		break;
	case REASON_RDMSR:
		handle_rdmsr(cpu, regs);
		break;
	case REASON_EPT_VIOLATION:
		handle_violation(cpu, regs);
		break;
	case REASON_CPUID:
		handle_cpuid(cpu, regs);
		break;
	case REASON_VMCALL:
		handle_hypercall(cpu, regs);
		break;
	case REASON_IO:
		handle_io(cpu, regs);
		break;
	case REASON_EXCEPTION:
		handle_exception(cpu);
		break;
	case REASON_CR:
		handle_cr(cpu, regs);
		break;
	case REASON_XSETBV:
		handle_xsetbv(cpu, regs);
		break;
	default:
		handle_other(cpu, reason);
		break;
	}
}

static inline void look(struct vmcb *vmcb, struct vmx_seen *seen)
{
	copy_state(vmcb);
	seen->rip = vmcb->rip;
	seen->rsp = vmcb->rsp;
	seen->efer = vmcb->efer;
	seen->pat = vmcb->pat;
	seen->interruptibility = (u32)vmcs_read(VMCS_INTERRUPTIBILITY);
	vmcb->interrupt_shadow = seen->interruptibility & (BLOCKED_BY_STI | BLOCKED_BY_MOV_SS);
}

/* All registers of the guest but RSP are in @regs. */
void vmx_exit(struct regs *regs)
{
	struct cpu *cpu = this_cpu();
	struct vmcb *vmcb = cpu->arch.vmcb;
	struct vmx_seen seen;

	store_release(&cpu->arch.in_guest, 0);
	look(vmcb, &seen);
	vmcb->next_rip = vmcb->rip + vmcs_read(VMCS_INSTRUCTION_LENGTH);
	vmcb->exit_code = 0;
	repeat_event(vmcb);

	dispatch(cpu, (u32)vmcs_read(VMCS_EXIT_REASON), regs);

	write_back(cpu, &seen);
	before_entry(cpu);
}

/* An NMI has come between the last exit and the entry. */
void vmx_late_nmi(struct regs *regs)
{
	struct cpu *cpu = this_cpu();

	(void)regs;
	store_release(&cpu->arch.in_guest, 0);
	handle_nmi(cpu);
	if (cpu->arch.nmi_pending) {
		deliver_nmi(cpu);
		if (cpu->arch.vmcb->event & EVENT_VALID)
			vmcs_write(VMCS_ENTRY_EVENT, cpu->arch.vmcb->event & EVENT_BITS);
	}
	before_entry(cpu);
}
