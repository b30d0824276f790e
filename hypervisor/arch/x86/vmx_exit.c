/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * VT-x: exits, from the copy of the guest's state to what is written back (Intel SDM volume 3,
 * chapters 25 and 27).
 */
#include <asm/apic.h>
#include <asm/vcpu.h>
#include <asm/virt.h>
#include <asm/vmcs.h>
#include <asm/vmx.h>
#include <asm/vmx_check.h>
#include <core/error.h>
#include <core/printk.h>
#include <core/system.h>

/* State of the guest as of the exit, to see what has changed. */
struct vmx_seen {
	u64 rip, rsp, efer, pat;
	u32 interruptibility;
};

void vmx_exit(struct regs *regs);
void vmx_late_nmi(struct regs *regs);

static void close_window(void)
{
	vmcs_write(VMCS_CPU_CONTROLS,
		   vmcs_read(VMCS_CPU_CONTROLS) & ~(u64)(CPU_NMI_WINDOW | CPU_INTERRUPT_WINDOW));
}

/*
 * To be told when an NMI can be taken. Behind STI the window for NMIs may be open (25.2) although an entry
 * with an NMI may be refused there (26.3.1.5): it is the one for interrupts that opens an instruction later.
 */
static void open_window(void)
{
	bool behind_sti = vmcs_read(VMCS_INTERRUPTIBILITY) & BLOCKED_BY_STI;

	close_window();
	vmcs_write(VMCS_CPU_CONTROLS, vmcs_read(VMCS_CPU_CONTROLS) |
					      (behind_sti ? CPU_INTERRUPT_WINDOW : CPU_NMI_WINDOW));
}

/* An NMI of the guest's own, now or as soon as it can take one. */
static void deliver_nmi(struct cpu *cpu)
{
	struct vmcb *vmcb = cpu->arch.vmcb;

	if ((vmcb->event & EVENT_VALID) || vmcs_read(VMCS_INTERRUPTIBILITY)) {
		open_window();
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
		if ((vmcb->rflags & RFLAGS_TF) && !(vmcs_read(VMCS_GUEST_DEBUGCTL) & DEBUGCTL_BTF))
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
	if (__builtin_expect(!(event & EVENT_VALID), 1))
		return;
	vmcb->event = vmx_event_again(event, vmcs_read(VMCS_VECTORING_ERROR));
	if (EVENT_TYPE(event) == EVENT_TYPE_NMI)
		vmcs_write(VMCS_INTERRUPTIBILITY,
			   vmcs_read(VMCS_INTERRUPTIBILITY) & ~(u64)BLOCKED_BY_NMI);
}

/*
 * The IRET that ends an NMI was interrupted by its own exit, and will be executed again. An exit in the
 * delivery of an event says nothing about that (27.2.3).
 */
static void block_nmi_again(void)
{
	if (!(vmcs_read(VMCS_VECTORING_EVENT) & EVENT_VALID))
		vmcs_write(VMCS_INTERRUPTIBILITY,
			   vmcs_read(VMCS_INTERRUPTIBILITY) | BLOCKED_BY_NMI);
}

/* The exit leaves it to us to tell the guest what has happened (27.1, 27.2.1). */
static void inject_debug(struct cpu *cpu)
{
	write_dr(6, vmx_debug_status(read_dr(6), vmcs_read(VMCS_QUALIFICATION)));
	vmcs_write(VMCS_GUEST_DR7, vmcs_read(VMCS_GUEST_DR7) & ~DR7_GD);
	vmcs_write(VMCS_GUEST_DEBUGCTL,
		   vmcs_read(VMCS_GUEST_DEBUGCTL) & ~(DEBUGCTL_LBR | DEBUGCTL_BTF));
	vcpu_inject(cpu, VECTOR_DB, false, 0);
}

static void handle_exception(struct cpu *cpu)
{
	u64 event = vmcs_read(VMCS_EXIT_EVENT);

	if (EVENT_TYPE(event) == EVENT_TYPE_NMI) {
		vmx_take_nmi();
		handle_nmi(cpu);
		return;
	}
	cpu_count(cpu, STAT_EXCEPTION);
	if (event & EVENT_UNBLOCKED_NMI)
		block_nmi_again();
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
	if (cr == 0 && (value & (CR0_NW | CR0_CD)) != CR0_NW)
		vmcs_write(VMCS_CR0_SHADOW, value & CR0_OWNED);
	else if (cr == 4 && !(value & CR4_VMXE)) /* CPUID does not show VT-x */
		vmcs_write(VMCS_CR4_SHADOW, value & CR4_OWNED);
	else
		vcpu_inject_gp(cpu);
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
		.event = vmcs_read(VMCS_VECTORING_EVENT),
	};

	if (qualification & QUALIFICATION_NMI_IRET)
		block_nmi_again();
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
		printk("%s", vmx_explain_refusal());
		hypervisor_bug("the processor refuses the state of the root cell");
	}
	cell_violation(cpu, "the processor refuses the state of the guest: %s",
		       vmx_explain_refusal());
}

static void handle_other(struct cpu *cpu, u32 reason)
{
	cpu_count(cpu, STAT_OTHER);
	switch (reason) {
	case REASON_INTERRUPT_WINDOW:
	case REASON_NMI_WINDOW:
		close_window();
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
	case REASON_MACHINE_CHECK | REASON_ENTRY_FAILED: /* on the way in */
		handle_machine_check(cpu);
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
	vmx_copy_state(vmcb);
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
	vmx_before_entry(cpu);
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
	vmx_before_entry(cpu);
}
