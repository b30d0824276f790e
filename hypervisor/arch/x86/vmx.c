/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * VT-x: the control structure of each CPU, from VMXON to VMXOFF, and its entries (Intel SDM volume 3,
 * chapters 23 to 26). The guest's state in it is vmx_state.c, what exits is vmx_exit.c.
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

void vmx_run(struct regs *regs) __attribute__((noreturn));
u32 vmx_try(bool again);
void vmx_entry_failed(void);
void vmx_unblock_nmi(void);
extern char vmx_exit_entry[];

bool vmx_in_use;

/* Those of the CPU that was checked last, to explain what a CPU refuses. */
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
	u64 control, writer, cr4 = cpu->arch.linux.cr4;
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
	if (msr_read_safe(MSR_PEBS_ENABLE, &writer) && writer)
		return fail(MSG_PEBS, cpu->id, writer);
	if (msr_read_safe(MSR_TRACE_CTL, &writer) && (writer & TRACE_ENABLE))
		return fail(MSG_TRACE, cpu->id, writer);
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

static void reset_msrs(void)
{
	u32 msr;

	for (msr = MSR_STAR; msr <= MSR_SFMASK; msr++)
		msr_write(msr, 0);
	msr_write(MSR_KERNEL_GS_BASE, 0);
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

	/* Counters, a flush that takes time on all CPUs, and keys of memory are the root cell's. */
	if (!cell_is_root(cell)) {
		primary |= CPU_RDPMC;
		secondary = (secondary | CPU2_WBINVD) & ~CPU2_PCONFIG;
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
	if (word[VMX_CPU2] & CPU2_PCONFIG)
		vmcs_write(VMCS_PCONFIG_EXITING, 0);
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

void vmx_take_nmi(void)
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

const char *vmx_explain_refusal(void)
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
				    vmx_explain_refusal());
		reason = (u32)vmcs_read(VMCS_EXIT_REASON);
		if (!exit_is_nmi(reason, vmcs_read(VMCS_EXIT_EVENT)))
			break;
		vmx_take_nmi();
		cpu_take_nmi(cpu);
	}
	vmcs_write(VMCS_HOST_RSP, (u64)guest_regs(cpu));
	vmcs_write(VMCS_HOST_RIP, (u64)vmx_exit_entry);
	if (reason == REASON_CPUID)
		return 0;
	if (reason & REASON_ENTRY_FAILED)
		return fail(MSG_VMX_ENTRY, cpu->id, (u64)(u16)reason, vmx_explain_refusal());
	return fail(MSG_TRIAL_ENTRY, cpu->id, (u64)reason, vmcs_read(VMCS_QUALIFICATION),
		    vmcs_read(VMCS_GUEST_PHYSICAL), cpu->arch.linux.trial);
}

void vmx_before_entry(struct cpu *cpu)
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
	vmx_before_entry(cpu);
	vmx_run(guest_regs(cpu));
}

void vmx_entry_failed(void)
{
	printk("VM entry fails with error %llu: %s", vmcs_read(VMCS_INSTRUCTION_ERROR),
	       vmx_explain_refusal());
	hypervisor_bug("the processor refuses the control structure of its guest");
}
