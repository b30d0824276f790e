/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * AMD-V: the control block of each CPU, and the exits (AMD APM volume 2, chapter 15).
 *
 * The hypervisor runs with the global interrupt flag clear from the entry on. So neither an
 * interrupt nor an NMI comes while it works; an NMI that arrives stays pending until the guest runs
 * again, exits at once, and is taken in a moment when it is let.
 */
#include <asm/svm.h>
#include <asm/apic.h>
#include <asm/vcpu.h>
#include <core/error.h>
#include <core/printk.h>
#include <core/space.h>
#include <core/string.h>
#include <core/system.h>

#define CPUID_EXT_FEATURES 0x80000001
#define CPUID_ECX_SVM	   (1U << 2)
#define CPUID_SVM	   0x8000000a
#define SVM_EDX_NPT	   (1U << 0)
#define SVM_EDX_NRIPS	   (1U << 3)
#define SVM_EDX_FLUSH_ASID (1U << 6)
#define CPUID_7_ECX_CET	   (1U << 7)
#define CPUID_EBX_INVLPGB  (1U << 3)
#define ASID_ROOT	   1
#define ASID_CELL	   2
#define TRIAL_ATTEMPTS	   16

void svm_run(struct regs *regs) __attribute__((noreturn));
void svm_try(u64 vmcb, u64 host);
void svm_exit(struct regs *regs);

static bool has_next_rip, has_flush_asid, has_cet, has_broadcast_flush;

int svm_cpu_check(struct cpu *cpu)
{
	struct cpuid svm;

	if (cpuid(0x80000000, 0).eax < CPUID_SVM ||
	    !(cpuid(CPUID_EXT_FEATURES, 0).ecx & CPUID_ECX_SVM))
		return fail(MSG_NO_SVM, cpu->id);
	if (msr_read(MSR_VM_CR) & VM_CR_SVMDIS)
		return fail(MSG_SVM_DISABLED, cpu->id, msr_read(MSR_VM_CR));
	if (cpu->arch.linux.efer & EFER_SVME)
		return fail(MSG_SVM_IN_USE, cpu->id);
	svm = cpuid(CPUID_SVM, 0);
	if (!(svm.edx & SVM_EDX_NPT))
		return fail(MSG_NO_NPT, cpu->id, svm.edx);
	return 0;
}

/* Before the state of Linux is saved, which depends on it. */
static void detect_features(void)
{
	u32 svm = cpuid(CPUID_SVM, 0).edx;

	has_next_rip = svm & SVM_EDX_NRIPS;
	has_flush_asid = svm & SVM_EDX_FLUSH_ASID;
	has_cet = cpuid(0, 0).eax >= 7 && cpuid(7, 0).ecx & CPUID_7_ECX_CET;
	has_broadcast_flush = cpuid(0x80000008, 0).ebx & CPUID_EBX_INVLPGB;
}

int svm_cpu_init(struct cpu *cpu)
{
	char *pages = pool_alloc(3, 1);

	if (!pages)
		return fail(MSG_OUT_OF_PAGES, 3, pool_used(), pool_total());
	cpu->arch.vmcb = (struct vmcb *)pages;
	cpu->arch.vmcb_host = pool_phys(pages + PAGE_SIZE);
	cpu->arch.save_area = pool_phys(pages + 2 * PAGE_SIZE);
	detect_features();
	return 0;
}

/* From now on exits find this CPU's own FS, GS and TR. */
static void prepare_host(struct cpu *cpu)
{
	struct regs *regs = guest_regs(cpu);

	regs->vmcb = pool_phys(cpu->arch.vmcb);
	regs->host = cpu->arch.vmcb_host;
	msr_write(MSR_VM_HSAVE_PA, cpu->arch.save_area);
	/* An INIT from outside is an exception that can be ignored, instead of the loss of the CPU. */
	msr_write(MSR_VM_CR, msr_read(MSR_VM_CR) | VM_CR_R_INIT);
	asm volatile("vmsave %0" : : "a"(regs->host) : "memory");
}

/* What exits. Interrupts do not: they are the guest's as they are. */
static void set_intercepts(struct vmcb *vmcb)
{
	/* #DB and #AC, since a guest can make their delivery cause the next one for ever. */
	VMCB_SET_INTERCEPT(vmcb, exceptions, 1U << VECTOR_DB | 1U << VECTOR_AC | 1U << VECTOR_MC);
	VMCB_SET_INTERCEPT(vmcb, misc1,
			   MISC1_NMI | MISC1_INIT | MISC1_CPUID | MISC1_RSM | MISC1_INVD |
				   MISC1_INVLPGA | MISC1_IOIO | MISC1_MSR | MISC1_SHUTDOWN);
	VMCB_SET_INTERCEPT(vmcb, misc2,
			   MISC2_VMRUN | MISC2_VMMCALL | MISC2_VMLOAD | MISC2_VMSAVE | MISC2_STGI |
				   MISC2_CLGI | MISC2_SKINIT);
}

void svm_activate(struct cpu *cpu)
{
	struct vmcb *vmcb = cpu->arch.vmcb;
	const struct cell *cell = cpu->cell;
	u32 misc1 = vmcb->intercept_misc1 & ~MISC1_RDPMC;
	u32 misc2 = vmcb->intercept_misc2 & ~MISC2_WBINVD;
	bool broadcast;

	VMCB_SET_MAP(vmcb, iopm, pool_phys(cell->arch.port_map));
	VMCB_SET_MAP(vmcb, msrpm, cell->arch.msr_map);
	/* The root's flushes on all CPUs reach those with its own number of address space only. */
	broadcast = cell_is_root(cell) && has_broadcast_flush;
	VMCB_SET_NESTED(vmcb, nested, NESTED_ENABLE | (broadcast ? NESTED_INVLPGB : 0));
	VMCB_SET_INTERCEPT(vmcb, misc3, broadcast ? 0 : MISC3_INVLPGB | MISC3_TLBSYNC);
	VMCB_SET_NESTED(vmcb, nested_cr3, pool_phys(cell->memory.root));
	VMCB_SET_ASID(vmcb, cell_is_root(cell) ? ASID_ROOT : ASID_CELL);
	/* Counters, and a flush that takes time on all CPUs, are the root cell's. */
	if (!cell_is_root(cell)) {
		misc1 |= MISC1_RDPMC;
		misc2 |= MISC2_WBINVD;
	}
	VMCB_SET_INTERCEPT(vmcb, misc1, misc1);
	VMCB_SET_INTERCEPT(vmcb, misc2, misc2);
	vmcb_renew(vmcb);
	write_once(cpu->arch.flush, 1);
}

static struct vmcb_segment segment_of(u16 selector, const struct table_register *gdtr)
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
	return segment;
}

void svm_save_linux(struct cpu *cpu)
{
	const struct linux_state *linux = &cpu->arch.linux;
	struct vmcb *vmcb = cpu->arch.vmcb;

	/* FS, LDTR, system calls; and GS and TR, of which the former is ours by now. */
	asm volatile("vmsave %0" : : "a"(pool_phys(vmcb)) : "memory");
	vmcb->gs.base = linux->gs_base;
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
	vmcb->efer = linux->efer | EFER_SVME;
	vmcb->dr6 = read_dr(6);
	vmcb->dr7 = linux->dr7;
	vmcb->pat = msr_read(MSR_PAT);
	if (has_cet) {
		vmcb->s_cet = msr_read(MSR_S_CET);
		vmcb->isst_addr = msr_read(MSR_ISST_ADDR);
	}
	vmcb->rflags = RFLAGS_FIXED;
	vmcb->rsp = linux->rsp;
	vmcb->cpl = 0;
	vmcb_renew(vmcb);
}

void svm_prepare(struct cpu *cpu)
{
	prepare_host(cpu);
	set_intercepts(cpu->arch.vmcb);
	svm_activate(cpu);
}

int svm_trial(struct cpu *cpu)
{
	struct vmcb *vmcb = cpu->arch.vmcb;
	u32 n;

	for (n = 0; n < TRIAL_ATTEMPTS; n++) {
		vmcb->rip = cpu->arch.linux.trial;
		vmcb->event = 0;
		vmcb->tlb_control = TLB_FLUSH_ALL;
		vmcb_renew(vmcb);
		svm_try(pool_phys(vmcb), cpu->arch.vmcb_host);
		if (vmcb->exit_code != EXIT_NMI)
			break;
		cpu_take_nmi(cpu);
	}
	if (vmcb->exit_code == EXIT_CPUID)
		return 0;
	return fail(MSG_TRIAL_ENTRY, cpu->id, vmcb->exit_code, vmcb->exit_info1, vmcb->exit_info2,
		    cpu->arch.linux.trial);
}

void svm_enter_linux(struct cpu *cpu)
{
	struct regs *regs = guest_regs(cpu);
	struct vmcb *vmcb = cpu->arch.vmcb;

	memset(regs->gpr, 0, sizeof(regs->gpr));
	regs->gpr[REG_RSI] = cpu->arch.linux.cr3;
	vmcb->rax = 0;
	vmcb->rip = cpu->arch.linux.resume;
	svm_enter(cpu);
}

void svm_return_linux(struct cpu *cpu)
{
	struct linux_state *linux = &cpu->arch.linux;
	struct vmcb *vmcb = cpu->arch.vmcb;

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
	if (has_cet) {
		msr_write(MSR_S_CET, vmcb->s_cet);
		msr_write(MSR_ISST_ADDR, vmcb->isst_addr);
	}
	svm_stop();
}

void svm_stop(void)
{
	msr_write(MSR_VM_CR, msr_read(MSR_VM_CR) & ~VM_CR_R_INIT);
	msr_write(MSR_VM_HSAVE_PA, 0);
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
	set_intercepts(vmcb);
	svm_activate(cpu);

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
	vmcb->efer = EFER_SVME;
	vmcb->rflags = RFLAGS_FIXED;
	vmcb->dr6 = DR6_RESET;
	vmcb->dr7 = DR7_RESET;
	vmcb->pat = 0x0007040600070406ULL;
	cpu->arch.nmi_pending = cpu->arch.nmi_masked = cpu->arch.nmi_step = false;
}

/*
 * The last steps before the guest runs. Once in_guest is set, whoever wants this CPU's translations
 * flushed sends an NMI; before that, the flag alone is enough (see flush_cell()).
 */
static inline void before_entry(struct cpu *cpu, struct vmcb *vmcb)
{
	atomic_swap(&cpu->arch.in_guest, 1);
	if (__builtin_expect(read_once(cpu->arch.flush), 0)) {
		write_once(cpu->arch.flush, 0);
		cpu->arch.code.expires = 0;
		vmcb->tlb_control = has_flush_asid ? TLB_FLUSH_ASID : TLB_FLUSH_ALL;
	}
}

void svm_enter(struct cpu *cpu)
{
	before_entry(cpu, cpu->arch.vmcb);
	svm_run(guest_regs(cpu));
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
	if (has_next_rip) {
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
 * Exceptions that the delivery of another one caused become a double fault, and those of a double
 * fault a shutdown (APM volume 2, 8.2.9); only contributory ones are injected by us here.
 */
void vcpu_inject(struct cpu *cpu, u32 vector, bool has_error, u32 error)
{
	struct vmcb *vmcb = cpu->arch.vmcb;

	vmcb->event = vector | EVENT_TYPE_EXCEPTION << 8 | EVENT_VALID;
	if (has_error)
		vmcb->event |= EVENT_HAS_ERROR | (u64)error << 32;
}

void vcpu_deliver_nmi(struct cpu *cpu)
{
	struct vmcb *vmcb = cpu->arch.vmcb;

	if (cpu->arch.nmi_masked || (vmcb->event & EVENT_VALID))
		return;
	cpu->arch.nmi_pending = false;
	cpu->arch.nmi_masked = true;
	vmcb->event = VECTOR_NMI | EVENT_TYPE_NMI << 8 | EVENT_VALID;
	VMCB_SET_INTERCEPT(vmcb, misc1, vmcb->intercept_misc1 | MISC1_IRET);
}

/*
 * The handler of an NMI ends. The exit comes before the IRET, but the next NMI may only be taken
 * behind it: if there is one, one step is made.
 */
static void handle_iret(struct cpu *cpu)
{
	struct vmcb *vmcb = cpu->arch.vmcb;

	VMCB_SET_INTERCEPT(vmcb, misc1, vmcb->intercept_misc1 & ~MISC1_IRET);
	cpu->arch.nmi_step = true;
	vmcb->rflags |= RFLAGS_TF;
}

static void handle_debug(struct cpu *cpu)
{
	struct vmcb *vmcb = cpu->arch.vmcb;

	if (cpu->arch.nmi_step) {
		cpu->arch.nmi_step = false;
		cpu->arch.nmi_masked = false;
		/* Also when the IRET has turned single-stepping on: that begins behind it. */
		if ((vmcb->dr6 & 0xf) == 0) {
			VMCB_SET_DR(vmcb, dr6, vmcb->dr6 & ~DR6_BS);
			return;
		}
	}
	vcpu_inject(cpu, VECTOR_DB, false, 0);
}

/* An error that the hardware found. The guest that ran is the one to be told. */
static void handle_machine_check(struct cpu *cpu)
{
	u64 status = msr_read(MSR_MCG_STATUS);

	if (!cell_is_root(cpu->cell)) {
		msr_write(MSR_MCG_STATUS, 0); /* or the next one shuts the machine down */
		cell_violation(cpu, "machine check, status 0x%llx", status);
	}
	vcpu_inject(cpu, VECTOR_MC, false, 0);
}

static void handle_exception(struct cpu *cpu, u32 vector)
{
	cpu_count(cpu, STAT_EXCEPTION);
	switch (vector) {
	case VECTOR_DB:
		handle_debug(cpu);
		break;
	case VECTOR_AC:
		vcpu_inject(cpu, VECTOR_AC, true, (u32)cpu->arch.vmcb->exit_info1);
		break;
	default:
		handle_machine_check(cpu);
		break;
	}
}

/* EXITINFO1 of port accesses (APM volume 2, 15.10.2) */
static __attribute__((noinline)) void handle_ioio(struct cpu *cpu, struct regs *regs)
{
	const struct vmcb *vmcb = cpu->arch.vmcb;
	struct port_access access = {
		.port = (u16)(vmcb->exit_info1 >> 16),
		.size = vmcb->exit_info1 >> 4 & 7,
		.in = vmcb->exit_info1 & 1,
		.string = vmcb->exit_info1 & 4,
		.next = vmcb->exit_info2,
	};

	handle_port(cpu, regs, &access);
}

static __attribute__((noinline)) void handle_npf(struct cpu *cpu, struct regs *regs)
{
	const struct vmcb *vmcb = cpu->arch.vmcb;
	struct guest_fault fault = {
		.address = vmcb->exit_info2,
		.write = vmcb->exit_info1 & NPF_WRITE,
		.fetch = vmcb->exit_info1 & NPF_FETCH,
		.table = vmcb->exit_info1 & NPF_TABLE,
	};

	handle_fault(cpu, regs, &fault);
}

static void handle_invalid(struct cpu *cpu)
{
	if (cell_is_root(cpu->cell))
		hypervisor_bug("VMRUN refuses the state of the root cell");
	cell_violation(cpu,
		       "the processor refuses the state of the guest: CR0 0x%llx CR4 0x%llx "
		       "EFER 0x%llx",
		       cpu->arch.vmcb->cr0, cpu->arch.vmcb->cr4, cpu->arch.vmcb->efer);
}

static void handle_other(struct cpu *cpu, struct regs *regs)
{
	struct vmcb *vmcb = cpu->arch.vmcb;

	(void)regs;
	cpu_count(cpu, STAT_OTHER);
	switch (vmcb->exit_code) {
	case EXIT_IRET:
		handle_iret(cpu);
		return;
	case EXIT_INVD: /* would throw away what others have written */
	case EXIT_WBINVD:
		vcpu_advance(cpu, vmcb->exit_code == EXIT_INVD ? KNOWN_INVD : KNOWN_WBINVD);
		if (cell_is_root(cpu->cell))
			asm volatile("wbinvd" : : : "memory");
		return;
	case EXIT_INIT:
		cell_violation(cpu, "INIT from outside of the cell");
		cpu_take_nmi(cpu);
		return;
	case EXIT_SHUTDOWN:
		handle_machine_end(cpu, "triple fault");
		return;
	case EXIT_INVALID:
		handle_invalid(cpu);
		return;
	case EXIT_RDPMC:
		vcpu_inject_gp(cpu);
		return;
	case EXIT_VMRUN:
	case EXIT_VMLOAD:
	case EXIT_VMSAVE:
	case EXIT_STGI:
	case EXIT_CLGI:
	case EXIT_SKINIT:
	case EXIT_INVLPGA:
	case EXIT_INVLPGB:
	case EXIT_INVLPGB_ILLEGAL:
	case EXIT_TLBSYNC:
	case EXIT_RSM:
		vcpu_inject_ud(cpu);
		return;
	}
	if (vmcb->exit_code - EXIT_EXCEPTION(0) < 32) {
		handle_exception(cpu, (u32)(vmcb->exit_code - EXIT_EXCEPTION(0)));
		return;
	}
	cell_violation(cpu, "exit 0x%llx (0x%llx, 0x%llx), which nothing asked for",
		       vmcb->exit_code, vmcb->exit_info1, vmcb->exit_info2);
	vcpu_inject_ud(cpu);
}

static void dispatch(struct cpu *cpu, const struct vmcb *vmcb, struct regs *regs)
{
	switch (vmcb->exit_code) {
	case EXIT_MSR:
		if (vmcb->exit_info1 & 1)
			handle_wrmsr(cpu, regs);
		else
			handle_rdmsr(cpu, regs);
		break;
	case EXIT_NPF:
		handle_npf(cpu, regs);
		break;
	case EXIT_CPUID:
		handle_cpuid(cpu, regs);
		break;
	case EXIT_VMMCALL:
		handle_hypercall(cpu, regs);
		break;
	case EXIT_IOIO:
		handle_ioio(cpu, regs);
		break;
	case EXIT_NMI:
		handle_nmi(cpu);
		break;
	default:
		handle_other(cpu, regs);
		break;
	}
}

/* Exceptions that an instruction asks for (INT3, INTO) count as software interrupts here. */
static bool event_is_soft(u64 event)
{
	return EVENT_TYPE(event) == EVENT_TYPE_SOFT ||
	       (EVENT_TYPE(event) == EVENT_TYPE_EXCEPTION &&
		(EVENT_VECTOR(event) == VECTOR_BP || EVENT_VECTOR(event) == VECTOR_OF));
}

/*
 * An event whose delivery was interrupted by the exit is delivered again, unless it comes from an
 * instruction: that one is repeated.
 */
static inline void repeat_event(struct vmcb *vmcb)
{
	u64 event = vmcb->exit_int_info;

	vmcb->event = 0;
	if (__builtin_expect((event & EVENT_VALID) != 0, 0) && !event_is_soft(event))
		vmcb->event = event;
}

/* Everything but RAX and RSP of the guest is in @regs, which also take a copy of RAX. */
void svm_exit(struct regs *regs)
{
	struct cpu *cpu = this_cpu();
	struct vmcb *vmcb = cpu->arch.vmcb;

	store_release(&cpu->arch.in_guest, 0);
	vmcb_exited(vmcb);
	repeat_event(vmcb);
	regs->gpr[REG_RAX] = vmcb->rax;

	dispatch(cpu, vmcb, regs);

	vmcb->rax = regs->gpr[REG_RAX];
	if (__builtin_expect(cpu->arch.nmi_pending, 0))
		vcpu_deliver_nmi(cpu);
	before_entry(cpu, vmcb);
}
