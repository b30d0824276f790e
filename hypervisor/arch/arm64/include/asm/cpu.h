/* SPDX-License-Identifier: GPL-2.0-only */
/* What the architecture keeps of a CPU, and offsets for assembly. */
#ifndef ASM_CPU_H
#define ASM_CPU_H

/* Ring, struct cpu, stack. */
#define CPU_AREA_SIZE 0x4000

/* struct regs on the stack */
#define REGS_SIZE 0x100

/* struct linux_state */
#define LINUX_STATE_SIZE 0x100

/* Offsets in struct leave_frame */
#define LEAVE_ELR 0xf8

#ifndef __ASSEMBLER__

#include <stdbool.h>

#include <jailhouse/types.h>

struct cpu;

/* General registers of the guest, on top of the stack while the hypervisor runs. */
struct regs {
	u64 x[31];
	u64 unused;
};

/*
 * EL2 as Linux left it. The first six are saved by the entry, the others by arch_cpu_prepare().
 */
struct linux_state {
	u64 return_address;
	u64 sctlr, tcr, mair, ttbr0, vbar;
	u64 hcr, vttbr, vtcr, cptr, mdcr, cnthctl, cntvoff, hstr, vpidr, vmpidr, tpidr;
	u64 icc_sre, ich_hcr, ich_vmcr;
	u64 icc_pmr, icc_ctlr, icc_bpr1, icc_igrpen1; /* GICv2: of its CPU interface */
	u64 spsr; /* to go on with: PSTATE of Linux, exceptions masked */
	u64 hcrx, hfgrtr, hfgwtr, hfgitr, hdfgrtr, hdfgwtr; /* of CPUs that have them */
	u64 unused;
};

/* Registers for the way out, read with the MMU off. Layout known to entry.S. */
struct leave_frame {
	u64 x[31];
	u64 elr, spsr;
	u64 sctlr, tcr, mair, ttbr0, vbar, tpidr;
};

/* Cache maintenance by set and way, see setway.c. */
struct setway_run {
	bool begun;	 /* there was an operation since the CPU started */
	bool busy;	 /* not all memory is flushed yet */
	bool caching;	 /* data cache of the guest */
	u64 first, last; /* operands */
	u64 time;	 /* of the operation before */
	u32 region;	 /* where the flush stands */
	u64 offset;
};

struct arch_cpu {
	u64 mpidr;	  /* affinity fields only */
	bool has_aarch32; /* 32-bit code in EL1 */
	struct linux_state linux;
	struct leave_frame leave;

	/* Interrupts, see gic.c */
	char *gic_private;  /* registers of the private interrupts, at offsets of the distributor */
	char *gicr;	    /* GICv3 redistributor: RD_base, then SGI_base */
	u64 kick;	    /* ICC_SGI1R or GICD_SGIR value that interrupts this CPU */
	u32 sgi_sources[4]; /* GICv2: who has sent the SGIs, see <asm/gicv2.h> */
	u8 gic_id;	    /* GICv2: number of the CPU interface */
	u32 vsgi_pending;   /* SGIs of the cell for this CPU, set by its other CPUs */
	u32 vsgi_enabled;
	u32 reserved_enabled; /* what the root believes of interrupts that the hypervisor uses */
	bool waker_sleep;     /* ProcessorSleep as the guest has set it */
	bool draining;	      /* no new interrupts, disable is on its way */
	u8 lr_count;
	u8 priority[32]; /* of SGIs and PPIs, as the guest has set them */

	struct setway_run setway;

	u64 fixup; /* where to go on after an exception in the hypervisor, or 0 */
	u64 linux_hcr;
};

static inline struct cpu *this_cpu(void)
{
	struct cpu *cpu;

	asm("mrs %0, tpidr_el2" : "=r"(cpu));
	return cpu;
}

static inline void arch_set_this_cpu(struct cpu *cpu)
{
	asm volatile("msr tpidr_el2, %0" : : "r"(cpu) : "memory");
}

/* Registers of the guest that this CPU runs. */
struct regs *guest_regs(struct cpu *cpu);

#endif /* __ASSEMBLER__ */
#endif /* ASM_CPU_H */
