/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * VT-x: state of the guest (Intel SDM volume 3, 24.4).
 *
 * The rest of the hypervisor sees it in the format of struct vmcb. At each exit what an answer may
 * need is copied there, and what the answer has changed is written back (vmx_exit.c); the whole state
 * is only moved when a CPU comes from Linux, goes back, or is reset.
 */
#include <asm/msr.h>
#include <asm/virt.h>
#include <asm/vmcs.h>
#include <asm/vmx.h>

#define SEGMENTS 8 /* ES, CS, SS, DS, FS, GS, LDTR, TR */

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
	vmcs_write(VMCS_GUEST_CR4, vmcb->cr4 | CR4_OWNED);
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

/* Exits do not look at CR4.MCE: it is not the guest's here. */
void vmx_copy_state(struct vmcb *vmcb)
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
	vmx_copy_state(vmcb);
	vmcb->cr4 = (vmcb->cr4 & ~CR4_OWNED) | (vmcs_read(VMCS_CR4_SHADOW) & CR4_OWNED);
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
