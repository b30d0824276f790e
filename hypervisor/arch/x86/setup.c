/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Taking a CPU over from Linux and giving it back.
 *
 * Until the decision only what leave_hypervisor() restores is changed: descriptor tables, GS, TR,
 * control registers, and what AMD-V needs to be turned on. Linux's own state goes into the control
 * block, which is entered once for a trial.
 */
#include <asm/apic.h>
#include <asm/msr.h>
#include <asm/paging.h>
#include <asm/virt.h>
#include <asm/vcpu.h>
#include <core/error.h>
#include <core/memory.h>
#include <core/printk.h>
#include <core/space.h>
#include <core/string.h>
#include <core/system.h>

#define GATE_INTERRUPT 0x8e00ULL
#define IST_FAULT      1
#define TSC_KHZ_MIN    10000
#define TSC_KHZ_MAX    100000000

extern char exception_entries[], nmi_entry[], discard_entry[];

void leave_hypervisor(const struct linux_state *state, u64 table) __attribute__((noreturn));
void switch_space(u64 table, u64 cr4, u64 stack, void (*function)(struct cpu *), struct cpu *cpu)
	__attribute__((noreturn));
void load_tables(const struct table_register *gdt, const struct table_register *idt);

_Static_assert(sizeof(struct regs) == REGS_SIZE, "svm_run.S");
_Static_assert(offsetof(struct regs, vmcb) == REGS_VMCB, "svm_run.S");
_Static_assert(offsetof(struct regs, host) == REGS_HOST, "svm_run.S");
_Static_assert(sizeof(struct linux_state) == LINUX_STATE_SIZE, "entry.S");
_Static_assert(offsetof(struct linux_state, gs_base) == LINUX_GS_BASE, "entry.S");
_Static_assert(offsetof(struct linux_state, result) == LINUX_RESULT, "entry.S");
_Static_assert(offsetof(struct linux_state, gdtr) == LINUX_GDTR, "entry.S");
_Static_assert(offsetof(struct linux_state, idtr) == LINUX_IDTR, "entry.S");
_Static_assert(offsetof(struct linux_state, ds) == LINUX_DS, "entry.S");
_Static_assert(offsetof(struct linux_state, ldtr) == LINUX_LDTR, "entry.S");
_Static_assert(offsetof(struct linux_state, fs) == LINUX_FS, "entry.S");
_Static_assert(offsetof(struct linux_state, gs) == LINUX_GS, "entry.S");
_Static_assert(offsetof(struct linux_state, fs_base) == LINUX_FS_BASE, "entry.S");
_Static_assert(offsetof(struct linux_state, door) == LINUX_DOOR, "entry.S");
_Static_assert(offsetof(struct linux_state, door_nmi) == LINUX_DOOR_NMI, "entry.S");
_Static_assert(offsetof(struct arch_cpu, self) == ARCH_SELF, "this_cpu()");
_Static_assert(offsetof(struct arch_cpu, nmi_seen) == ARCH_NMI_SEEN, "entry.S");
_Static_assert(offsetof(struct jailhouse_image_header, entry_table) == HEADER_ENTRY_TABLE,
	       "entry.S");

static u64 idt[256][2] __attribute__((aligned(16)));

struct regs *guest_regs(struct cpu *cpu)
{
	return (struct regs *)(cpu->stack_top - REGS_SIZE);
}

u64 arch_phys_limit(void)
{
	u32 bits = cpuid(0x80000008, 0).eax;

	/* What guests may have is less on some processors. */
	bits = bits >> 16 & 0xff ? bits >> 16 & 0xff : bits & 0xff;
	return 1ULL << (bits > 48 ? 48 : bits);
}

static void set_gate(u32 vector, const char *entry, u32 ist)
{
	u64 address = (u64)entry;

	idt[vector][0] = (address & 0xffff) | (u64)SELECTOR_CODE << 16 | (u64)ist << 32 |
			 GATE_INTERRUPT << 32 | (address & 0xffff0000) << 32;
	idt[vector][1] = address >> 32;
}

/* The same for all; each CPU writes the same values. */
static void fill_idt(void)
{
	u32 n;

	for (n = 0; n < 32; n++)
		set_gate(n, exception_entries + 16 * n, n == VECTOR_DF ? IST_FAULT : 0);
	set_gate(VECTOR_NMI, nmi_entry, 0);
	for (n = 32; n < 256; n++)
		set_gate(n, discard_entry, 0);
}

static void fill_gdt(struct arch_cpu *arch)
{
	u64 tss = (u64)&arch->tss;

	memset(arch->gdt, 0, sizeof(arch->gdt));
	arch->gdt[SELECTOR_CODE / 8] = 0x00af9b000000ffffULL;
	arch->gdt[SELECTOR_DATA / 8] = 0x00cf93000000ffffULL;
	arch->gdt[SELECTOR_TSS / 8] = (sizeof(arch->tss) - 1) | (tss & 0xffffff) << 16 |
				      0x89ULL << 40 | (tss >> 24 & 0xff) << 56;
	arch->gdt[SELECTOR_TSS / 8 + 1] = tss >> 32;
	memset(&arch->tss, 0, sizeof(arch->tss));
	arch->tss.ist[IST_FAULT - 1] = (u64)(arch->fault_stack + sizeof(arch->fault_stack));
	arch->tss.iomap = sizeof(arch->tss);
}

void arch_set_this_cpu(struct cpu *cpu)
{
	struct table_register gdtr = { .limit = sizeof(cpu->arch.gdt) - 1 };
	struct table_register idtr = { .limit = sizeof(idt) - 1, .base = (u64)idt };

	cpu->arch.self = cpu;
	fill_gdt(&cpu->arch);
	fill_idt();
	gdtr.base = (u64)cpu->arch.gdt;
	/* The handler of NMIs needs GS. */
	msr_write(MSR_GS_BASE, (u64)&cpu->arch);
	load_tables(&gdtr, &idtr);
}

void arch_cpu_save(struct cpu *cpu, const struct linux_state *linux)
{
	cpu->arch.linux = *linux;
	cpu->arch.nmi_pending = linux->door_nmi;
	cpu->arch.linux.door_nmi = 0;
}

/* Own control register: what the hypervisor needs, and of the protections what there is. */
static u64 host_cr4(const struct cpu *cpu)
{
	return (vmx_in_use ? CR4_VMXE : 0) | CR4_PAE | CR4_MCE | CR4_OSFXSR | CR4_OSXMMEXCPT |
	       (cpu->arch.linux.cr4 & (CR4_LA57 | CR4_OSXSAVE | CR4_SMEP | CR4_SMAP));
}

/* Linux's descriptors are read while the entry tables still show them. */
void arch_cpu_switch_space(struct cpu *cpu, void (*function)(struct cpu *cpu))
{
	guest_save_linux(cpu);
	asm volatile("ltr %w0" : : "r"(SELECTOR_TSS));
	switch_space(pool_phys(cpu->tables), host_cr4(cpu), cpu->stack_top - REGS_SIZE, function,
		     cpu);
}

int arch_cpu_reserve(struct cpu *cpu)
{
	return virt_cpu_init(cpu);
}

int arch_system_prepare(void)
{
	u32 khz = system_config->platform_info.x86.tsc_khz;
	int err;

	if (khz < TSC_KHZ_MIN || khz > TSC_KHZ_MAX)
		return fail(MSG_TSC_KHZ, khz, TSC_KHZ_MIN, TSC_KHZ_MAX);
	err = apic_prepare();
	if (!err)
		err = msr_prepare();
	return err;
}

int arch_cpu_prepare(struct cpu *cpu)
{
	int err;

	err = virt_cpu_check(cpu);
	if (!err)
		err = apic_cpu_prepare(cpu);
	if (err)
		return err;
	virt_prepare(cpu);
	return virt_trial(cpu);
}

/* The stack is not in the entry tables: the state is where both have it. */
static void leave(struct cpu *cpu) __attribute__((noreturn));

static void leave(struct cpu *cpu)
{
	cpu->arch.linux.vmcb = pool_phys(cpu->arch.vmcb);
	/* One that came for Linux meanwhile: it comes again, when Linux can take it. */
	if (vmx_in_use)
		cpu_take_nmi(cpu);
	if (cpu->arch.nmi_pending && vmx_in_use)
		cpu->arch.linux.door_nmi = 1;
	else if (cpu->arch.nmi_pending)
		apic_nmi_self(cpu);
	leave_hypervisor(&cpu->arch.linux, image_header.entry_table);
}

void arch_cpu_abort(struct cpu *cpu, long code)
{
	cpu->arch.linux.result = (u64)code;
	virt_stop(cpu);
	leave(cpu);
}

void arch_cpu_commit(struct cpu *cpu)
{
	root_cell->live = true;
	guest_enter_linux(cpu);
}

int arch_check_disable(void)
{
	return 0;
}

/* Interrupts are the guest's as they are; only an NMI may be on its way. */
bool arch_cpu_drained(struct cpu *cpu)
{
	return !cpu->arch.nmi_pending && !cpu->arch.nmi_masked &&
	       !(cpu->arch.vmcb->event & EVENT_VALID);
}

void arch_cpu_undrain(struct cpu *cpu)
{
	(void)cpu;
}

/*
 * The calling CPU goes on where it came in, as the driver expects: see jailhouse_leave there. A
 * kick that nobody has taken yet would be an NMI that Linux does not know.
 */
void arch_cpu_handback(struct cpu *cpu)
{
	if (read_once(cpu->arch.kick_pending))
		cpu_take_nmi(cpu);
	guest_return_linux(cpu);
	cpu->arch.linux.result = 0;
	leave(cpu);
}
