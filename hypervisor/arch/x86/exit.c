/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Answers to exits that do not depend on the vendor: CPUID and hypercalls.
 */
#include <asm/vcpu.h>
#include <core/errno.h>
#include <core/system.h>
#include <jailhouse/hypercall.h>

/* CPUID leaves (APM volume 3, appendix E) */
#define LEAF_FEATURES		 1
#define LEAF_STRUCTURED		 7
#define LEAF_HYPERVISOR		 0x40000000
#define LEAF_HYPERVISOR_FEATURES 0x40000001
#define LEAF_EXTENDED		 0x80000001
#define LEAF_SVM		 0x8000000a
#define LEAF_ENCRYPTION		 0x8000001f
#define ECX_VMX			 (1U << 5)
#define ECX_SMX			 (1U << 6)
#define ECX_X2APIC		 (1U << 21)
#define ECX_OSXSAVE		 (1U << 27)
#define ECX_HYPERVISOR		 (1U << 31)
#define ECX_OSPKE		 (1U << 4)
#define EDX_PCONFIG		 (1U << 18)
#define ECX_SVM			 (1U << 2)
#define ECX_SKINIT		 (1U << 12)

/* What depends on the guest's control registers, which are not those of the hypervisor. */
static u32 features(const struct cpu *cpu, u32 ecx)
{
	ecx &= ~(ECX_VMX | ECX_SMX | ECX_OSXSAVE);
	if (cpu->arch.vmcb->cr4 & CR4_OSXSAVE)
		ecx |= ECX_OSXSAVE;
	return cell_is_root(cpu->cell) ? ecx : ecx | ECX_HYPERVISOR | ECX_X2APIC;
}

static void change_structured(const struct cpu *cpu, struct regs *regs)
{
	if (cpu->arch.vmcb->cr4 & CR4_PKE)
		regs->gpr[REG_RCX] |= ECX_OSPKE;
	else
		regs->gpr[REG_RCX] &= ~(u64)ECX_OSPKE;
	if (!cell_is_root(cpu->cell))
		regs->gpr[REG_RDX] &= ~(u64)EDX_PCONFIG;
}

static void set_registers(struct regs *regs, u32 eax, u32 ebx, u32 ecx, u32 edx)
{
	regs->gpr[REG_RAX] = eax;
	regs->gpr[REG_RBX] = ebx;
	regs->gpr[REG_RCX] = ecx;
	regs->gpr[REG_RDX] = edx;
}

/* Leaves from LEAF_HYPERVISOR on that differ from those of the processor. */
static void change_high_leaf(struct regs *regs, u32 leaf)
{
	switch (leaf) {
	case LEAF_HYPERVISOR:
		set_registers(regs, LEAF_HYPERVISOR_FEATURES, 0x6c69614a, 0x73756f68, 0x00000065);
		break;
	case LEAF_HYPERVISOR_FEATURES:
	case LEAF_SVM:
	case LEAF_ENCRYPTION:
		set_registers(regs, 0, 0, 0, 0);
		break;
	case LEAF_EXTENDED:
		regs->gpr[REG_RCX] &= ~(u64)(ECX_SVM | ECX_SKINIT);
		break;
	}
}

void handle_cpuid(struct cpu *cpu, struct regs *regs)
{
	u32 leaf = (u32)regs->gpr[REG_RAX], subleaf = (u32)regs->gpr[REG_RCX];

	cpu_count(cpu, STAT_CPUID);
	/* It clears the upper halves. */
	asm volatile("cpuid"
		     : "=a"(regs->gpr[REG_RAX]), "=b"(regs->gpr[REG_RBX]), "=c"(regs->gpr[REG_RCX]),
		       "=d"(regs->gpr[REG_RDX])
		     : "a"(leaf), "c"(subleaf));
	if (leaf == LEAF_FEATURES)
		regs->gpr[REG_RCX] = features(cpu, (u32)regs->gpr[REG_RCX]);
	else if (leaf == LEAF_STRUCTURED && subleaf == 0)
		change_structured(cpu, regs);
	else if (leaf >= LEAF_HYPERVISOR)
		change_high_leaf(regs, leaf);
	vcpu_advance(cpu, KNOWN_CPUID);
}

/* One that is not over yet is executed again, and in between the CPU takes its interrupts. */
void handle_hypercall(struct cpu *cpu, struct regs *regs)
{
	bool wide = vcpu_is_64bit(cpu);
	u64 mask = wide ? ~0ULL : 0xffffffff;
	long result;

	cpu_count(cpu, STAT_HYPERCALL);
	if (!vcpu_is_kernel(cpu)) {
		result = -EPERM;
	} else {
		result = hypercall(cpu, (u32)regs->gpr[REG_RAX], regs->gpr[REG_RDI] & mask,
				   regs->gpr[REG_RSI] & mask);
		if (result == HYPERCALL_AGAIN)
			return;
	}
	regs->gpr[REG_RAX] = wide ? (u64)result : (u32)result;
	vcpu_advance(cpu, KNOWN_HYPERCALL);
}

/* An error that the hardware found. The guest that ran is the one to be told. */
void handle_machine_check(struct cpu *cpu)
{
	u64 status = msr_read(MSR_MCG_STATUS);

	if (!cell_is_root(cpu->cell)) {
		msr_write(MSR_MCG_STATUS, 0); /* or the next one shuts the machine down */
		cell_violation(cpu, "machine check, status 0x%llx", status);
	}
	vcpu_inject(cpu, VECTOR_MC, false, 0);
}
