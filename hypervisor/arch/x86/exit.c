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
#define ECX_OSXSAVE		 (1U << 27)
#define ECX_HYPERVISOR		 (1U << 31)
#define ECX_OSPKE		 (1U << 4)
#define ECX_SVM			 (1U << 2)
#define ECX_SKINIT		 (1U << 12)

/* What depends on the guest's control registers, which are not those of the hypervisor. */
static void cpuid_features(const struct cpu *cpu, struct cpuid *id)
{
	id->ecx &= ~(ECX_VMX | ECX_OSXSAVE);
	if (cpu->arch.vmcb->cr4 & CR4_OSXSAVE)
		id->ecx |= ECX_OSXSAVE;
	if (!cell_is_root(cpu->cell))
		id->ecx |= ECX_HYPERVISOR;
}

static struct cpuid guest_cpuid(const struct cpu *cpu, u32 leaf, u32 subleaf)
{
	static const struct cpuid none;
	static const struct cpuid signature = {
		LEAF_HYPERVISOR_FEATURES,
		0x6c69614a,
		0x73756f68,
		0x00000065,
	};
	struct cpuid id;

	if (leaf == LEAF_HYPERVISOR)
		return signature;
	if (leaf == LEAF_HYPERVISOR_FEATURES || leaf == LEAF_SVM || leaf == LEAF_ENCRYPTION)
		return none;
	id = cpuid(leaf, subleaf);
	if (leaf == LEAF_FEATURES) {
		cpuid_features(cpu, &id);
	} else if (leaf == LEAF_STRUCTURED && subleaf == 0) {
		id.ecx &= ~ECX_OSPKE;
		if (cpu->arch.vmcb->cr4 & CR4_PKE)
			id.ecx |= ECX_OSPKE;
	} else if (leaf == LEAF_EXTENDED) {
		id.ecx &= ~(ECX_SVM | ECX_SKINIT);
	}
	return id;
}

void handle_cpuid(struct cpu *cpu, struct regs *regs)
{
	struct cpuid id;

	cpu_count(cpu, STAT_CPUID);
	id = guest_cpuid(cpu, (u32)regs->gpr[REG_RAX], (u32)regs->gpr[REG_RCX]);
	regs->gpr[REG_RAX] = id.eax;
	regs->gpr[REG_RBX] = id.ebx;
	regs->gpr[REG_RCX] = id.ecx;
	regs->gpr[REG_RDX] = id.edx;
	vcpu_advance(cpu, INSN_CPUID);
}

/* One that is not over yet is executed again, and in between the CPU takes its interrupts. */
void handle_hypercall(struct cpu *cpu, struct regs *regs)
{
	bool wide = vcpu_mode(cpu) == INSN_64;
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
	vcpu_advance(cpu, INSN_VMMCALL);
}
