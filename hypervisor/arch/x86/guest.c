/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * State of guests, as it is kept for both vendors in the format of AMD's control block: what Linux
 * had when it came, what a CPU starts with, and how a guest goes on behind an instruction.
 *
 * With AMD-V the processor itself works on the block. With VT-x it is a copy, made at each exit of
 * what may be needed and written back before the next entry: see vmx.c.
 */
#include <asm/vcpu.h>
#include <asm/virt.h>
#include <core/string.h>

bool vcpu_has_next;

struct vmcb_segment segment_of(u16 selector, const struct table_register *gdtr)
{
	struct vmcb_segment segment = { .selector = selector };
	u64 descriptor;

	if (!(selector & ~7U) || (selector & 4) || (selector | 7U) > gdtr->limit)
		return segment;
	descriptor = *(const u64 *)(gdtr->base + (selector & ~7U));
	segment.attributes = (u16)((descriptor >> 40 & 0xff) | (descriptor >> 44 & 0xf00));
	segment.limit = (u32)((descriptor & 0xffff) | (descriptor >> 32 & 0xf0000));
	if (descriptor >> 55 & 1)
		segment.limit = segment.limit << 12 | 0xfff;
	segment.base = (descriptor >> 16 & 0xffffff) | (descriptor >> 32 & 0xff000000);
	/* Those of the system are twice as long. */
	if (!(descriptor >> 44 & 1) && (selector | 7U) + 8 <= gdtr->limit)
		segment.base |= *(const u64 *)(gdtr->base + (selector & ~7U) + 8) << 32;
	return segment;
}

void guest_save_linux(struct cpu *cpu)
{
	const struct linux_state *linux = &cpu->arch.linux;
	struct vmcb *vmcb = cpu->arch.vmcb;

	/* FS, GS, LDTR, TR, system calls. */
	if (vmx_in_use)
		vmx_save_linux(cpu);
	else
		svm_save_linux(cpu);
	vmcb->es = segment_of(linux->es, &linux->gdtr);
	vmcb->cs = segment_of(linux->cs, &linux->gdtr);
	vmcb->ss = segment_of(linux->ss, &linux->gdtr);
	vmcb->ds = segment_of(linux->ds, &linux->gdtr);
	vmcb->gdtr.limit = linux->gdtr.limit;
	vmcb->gdtr.base = linux->gdtr.base;
	vmcb->idtr.limit = linux->idtr.limit;
	vmcb->idtr.base = linux->idtr.base;
	vmcb->cr0 = linux->cr0;
	vmcb->cr3 = linux->cr3;
	vmcb->cr4 = linux->cr4;
	vmcb->cr2 = read_cr(2);
	vmcb->efer = linux->efer | efer_own();
	vmcb->dr6 = read_dr(6);
	vmcb->dr7 = linux->dr7;
	vmcb->pat = msr_read(MSR_PAT);
	vmcb->rflags = RFLAGS_FIXED;
	vmcb->rsp = linux->rsp;
	vmcb->cpl = 0;
	vmcb_renew(vmcb);
}

void guest_enter_linux(struct cpu *cpu)
{
	struct regs *regs = guest_regs(cpu);
	struct vmcb *vmcb = cpu->arch.vmcb;

	memset(regs->gpr, 0, sizeof(regs->gpr));
	regs->gpr[REG_RSI] = cpu->arch.linux.cr3;
	vmcb->rax = 0;
	vmcb->rip = cpu->arch.linux.resume;
	virt_enter(cpu);
}

void guest_return_linux(struct cpu *cpu)
{
	struct linux_state *linux = &cpu->arch.linux;
	struct vmcb *vmcb = cpu->arch.vmcb;

	if (vmx_in_use)
		vmx_store_state(cpu);
	linux->cr0 = vmcb->cr0;
	linux->cr3 = vmcb->cr3;
	linux->cr4 = vmcb->cr4;
	linux->efer = vmcb->efer & ~EFER_SVME;
	linux->rsp = vmcb->rsp;
	linux->dr7 = vmcb->dr7;
	linux->gdtr.limit = (u16)vmcb->gdtr.limit;
	linux->gdtr.base = vmcb->gdtr.base;
	linux->idtr.limit = (u16)vmcb->idtr.limit;
	linux->idtr.base = vmcb->idtr.base;
	linux->ds = vmcb->ds.selector;
	linux->es = vmcb->es.selector;
	linux->ss = vmcb->ss.selector;
	linux->cs = vmcb->cs.selector;
	write_dr(6, vmcb->dr6);
	write_cr(2, vmcb->cr2);
	msr_write(MSR_PAT, vmcb->pat);
	if (vmx_in_use)
		vmx_stop(cpu);
	else
		svm_return_linux(cpu);
}

static void set_segment(struct vmcb_segment *segment, u16 attributes)
{
	segment->selector = 0;
	segment->attributes = attributes;
	segment->limit = 0xffff;
	segment->base = 0;
}

/* State after INIT (APM volume 2, table 14-1). */
void vcpu_reset(struct cpu *cpu, u64 address, bool sipi)
{
	struct regs *regs = guest_regs(cpu);
	struct vmcb *vmcb = cpu->arch.vmcb;
	u64 vmcb_phys = regs->vmcb, host = regs->host;

	memset(vmcb, 0, sizeof(*vmcb));
	memset(regs, 0, sizeof(*regs));
	regs->vmcb = vmcb_phys;
	regs->host = host;
	regs->gpr[REG_RDX] = cpuid(1, 0).eax;
	virt_prepare_reset(cpu);

	set_segment(&vmcb->es, 0x93);
	set_segment(&vmcb->cs, 0x9b);
	set_segment(&vmcb->ss, 0x93);
	set_segment(&vmcb->ds, 0x93);
	set_segment(&vmcb->fs, 0x93);
	set_segment(&vmcb->gs, 0x93);
	set_segment(&vmcb->gdtr, 0);
	set_segment(&vmcb->idtr, 0);
	set_segment(&vmcb->ldtr, 0x82);
	set_segment(&vmcb->tr, 0x8b);
	if (sipi) {
		vmcb->cs.base = address;
		vmcb->cs.selector = (u16)(address >> 4);
	} else {
		vmcb->cs.base = address & ~0xffffULL;
		vmcb->cs.selector = (u16)(address >> 4 & 0xf000);
		vmcb->rip = address & 0xffff;
	}
	vmcb->cr0 = CR0_CD | CR0_NW | CR0_ET;
	vmcb->efer = efer_own();
	vmcb->rflags = RFLAGS_FIXED;
	vmcb->dr6 = DR6_RESET;
	vmcb->dr7 = DR7_RESET;
	vmcb->pat = 0x0007040600070406ULL;
	cpu->arch.nmi_pending = cpu->arch.nmi_masked = cpu->arch.nmi_step = false;
	if (vmx_in_use)
		vmx_load_state(cpu);
}

void vcpu_skip(struct cpu *cpu, u32 length)
{
	struct vmcb *vmcb = cpu->arch.vmcb;
	u64 rip = vmcb->rip + length;

	vmcb->rip = vcpu_is_64bit(cpu) ? rip : (u32)rip;
	vmcb->interrupt_shadow = 0;
}

void vcpu_advance_unknown(struct cpu *cpu, enum known_insn insn)
{
	/* Second opcode byte, and ModRM or -1 */
	static const struct {
		u8 opcode;
		s16 modrm;
	} forms[KNOWN_INSNS] = {
		[KNOWN_CPUID] = { 0xa2, -1 }, [KNOWN_HYPERCALL] = { 0x01, 0xd9 },
		[KNOWN_RDMSR] = { 0x32, -1 }, [KNOWN_WRMSR] = { 0x30, -1 },
		[KNOWN_INVD] = { 0x08, -1 },  [KNOWN_WBINVD] = { 0x09, -1 },
	};
	struct known_next *known = &cpu->arch.known[insn];
	struct vmcb *vmcb = cpu->arch.vmcb;
	u8 bytes[INSN_BUFFER];
	u32 length;

	known->rip = vmcb->rip;
	known->cr3 = vmcb->cr3;
	if (vcpu_has_next) {
		vmcb->rip = vmcb->next_rip;
		vmcb->interrupt_shadow = 0;
	} else {
		length = insn_length_0f(bytes, vcpu_fetch(cpu, bytes), vcpu_mode(cpu),
					forms[insn].opcode, forms[insn].modrm);
		if (!length)
			length = forms[insn].modrm < 0 ? 2 : 3;
		vcpu_skip(cpu, length);
	}
	known->next = vmcb->rip;
}

/*
 * A processor that cannot deliver one exception either tries another one, and then gives up: without that, we
 * would give it the same one for ever. In real mode there are no error codes, and VT-x refuses to enter with
 * one (SDM volume 3, 26.2.1.3).
 */
void vcpu_inject(struct cpu *cpu, u32 vector, bool has_error, u32 error)
{
	struct vmcb *vmcb = cpu->arch.vmcb;
	u32 second = vcpu_second_exception(vmcb->event, vector);

	if (second == VECTOR_NONE) {
		vmcb->event = 0;
		vmcb->exit_code = EXIT_SHUTDOWN;
		handle_machine_end(cpu, "triple fault");
		return;
	}
	if (second != vector) {
		vector = second;
		has_error = true;
		error = 0;
	}
	vmcb->event = vector | EVENT_TYPE_EXCEPTION << 8 | EVENT_VALID;
	if (has_error && (vmcb->cr0 & CR0_PE))
		vmcb->event |= EVENT_HAS_ERROR | (u64)error << 32;
}
