/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * AMD-V: the control block of each CPU, and the exits (AMD APM volume 2, chapter 15).
 *
 * The hypervisor runs with the global interrupt flag clear from the entry on. So neither an
 * interrupt nor an NMI comes while it works; an NMI that arrives stays pending until the guest runs
 * again, exits at once, and is taken in a moment when it is let.
 */
#include <asm/virt.h>
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

static bool has_flush_asid, has_cet, has_broadcast_flush;

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

	vcpu_has_next = svm & SVM_EDX_NRIPS;
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

static void svm_activate(struct cpu *cpu)
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

void svm_prepare_reset(struct cpu *cpu)
{
	set_intercepts(cpu->arch.vmcb);
	svm_activate(cpu);
}

void svm_prepare(struct cpu *cpu)
{
	prepare_host(cpu);
	svm_prepare_reset(cpu);
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

void svm_save_linux(struct cpu *cpu)
{
	struct vmcb *vmcb = cpu->arch.vmcb;

	asm volatile("vmsave %0" : : "a"(pool_phys(vmcb)) : "memory");
	vmcb->gs.base = cpu->arch.linux.gs_base; /* that of the register is ours by now */
	if (has_cet) {
		vmcb->s_cet = msr_read(MSR_S_CET);
		vmcb->isst_addr = msr_read(MSR_ISST_ADDR);
	}
}

void svm_return_linux(struct cpu *cpu)
{
	const struct vmcb *vmcb = cpu->arch.vmcb;

	if (has_cet) {
		msr_write(MSR_S_CET, vmcb->s_cet);
		msr_write(MSR_ISST_ADDR, vmcb->isst_addr);
	}
	svm_stop(cpu);
}

void svm_stop(struct cpu *cpu)
{
	(void)cpu;
	msr_write(MSR_VM_CR, msr_read(MSR_VM_CR) & ~VM_CR_R_INIT);
	msr_write(MSR_VM_HSAVE_PA, 0);
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
		.event = vmcb->exit_int_info,
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
		handle_nmi(cpu);
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

/* Everything but RAX and RSP of the guest is in @regs, which also take a copy of RAX. */
void svm_exit(struct regs *regs)
{
	struct cpu *cpu = this_cpu();
	struct vmcb *vmcb = cpu->arch.vmcb;

	store_release(&cpu->arch.in_guest, 0);
	vmcb_exited(vmcb);
	vmcb->event = svm_event_again(vmcb->exit_int_info);
	regs->gpr[REG_RAX] = vmcb->rax;

	dispatch(cpu, vmcb, regs);

	vmcb->rax = regs->gpr[REG_RAX];
	if (__builtin_expect(cpu->arch.nmi_pending, 0))
		vcpu_deliver_nmi(cpu);
	before_entry(cpu, vmcb);
}
