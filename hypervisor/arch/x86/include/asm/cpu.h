/* SPDX-License-Identifier: GPL-2.0-only */
/* What the architecture keeps of a CPU, and offsets for assembly. */
#ifndef ASM_CPU_H
#define ASM_CPU_H

/* Ring, struct cpu, stack. */
#define CPU_AREA_SIZE 0x4000

/* struct regs */
#define REGS_VMCB 0x80
#define REGS_HOST 0x88
#define REGS_SIZE 0x90

/* struct linux_state */
#define LINUX_RESUME	 0x00
#define LINUX_TRIAL	 0x08
#define LINUX_CR0	 0x10
#define LINUX_CR3	 0x18
#define LINUX_CR4	 0x20
#define LINUX_RSP	 0x28
#define LINUX_EFER	 0x30
#define LINUX_GS_BASE	 0x38
#define LINUX_DR7	 0x40
#define LINUX_VMCB	 0x48
#define LINUX_RESULT	 0x50
#define LINUX_GDTR	 0x58
#define LINUX_IDTR	 0x68
#define LINUX_DS	 0x78
#define LINUX_ES	 0x7a
#define LINUX_SS	 0x7c
#define LINUX_CS	 0x7e
#define LINUX_TR	 0x80
#define LINUX_LDTR	 0x82
#define LINUX_FS	 0x84
#define LINUX_GS	 0x86
#define LINUX_FS_BASE	 0x88
#define LINUX_DOOR	 0x90
#define LINUX_DOOR_NMI	 0xc0
#define LINUX_STATE_SIZE 0xd0

/* struct arch_cpu */
#define ARCH_SELF     0
#define ARCH_NMI_SEEN 8

/* The GDT: the same places as Linux has, since an NMI may still use its IDT with our GDT. */
#define SELECTOR_CODE 0x10
#define SELECTOR_DATA 0x18
#define SELECTOR_TSS  0x20

#ifndef __ASSEMBLER__

#include <stdbool.h>

#include <asm/vmx_caps.h>
#include <jailhouse/types.h>

struct cpu;
struct vmcb;

/* General registers in the order of their encoding, and what the way in and out needs. */
struct regs {
	u64 gpr[16];
	u64 vmcb; /* physical address of the guest's control block */
	u64 host; /* and of the one with the hypervisor's own FS, GS, TR */
};

#define REG_RAX 0
#define REG_RCX 1
#define REG_RDX 2
#define REG_RBX 3
#define REG_RSP 4
#define REG_RBP 5
#define REG_RSI 6
#define REG_RDI 7

struct table_register {
	u16 limit;
	u64 base;
	u8 unused[6];
} __attribute__((packed));

/* Linux as it came, or as it goes back. */
struct linux_state {
	u64 resume; /* where it goes on */
	u64 trial;  /* an instruction that exits */
	u64 cr0, cr3, cr4, rsp, efer, gs_base, dr7;
	u64 vmcb; /* physical address of the block with FS, GS, TR, LDTR; 0: none was changed but GS */
	u64 result; /* for RAX */
	struct table_register gdtr, idtr;
	u16 ds, es, ss, cs, tr, ldtr, fs, gs;
	u64 fs_base;
	u64 door[3][2]; /* VT-x: interrupt table on the way in and out, see entry.S */
	u64 door_nmi;	/* an NMI came then */
	u64 unused;
} __attribute__((packed));

/* Instructions that exit often: where each goes on is remembered for the last place it was met. */
enum known_insn {
	KNOWN_CPUID,
	KNOWN_HYPERCALL,
	KNOWN_RDMSR,
	KNOWN_WRMSR,
	KNOWN_INVD,
	KNOWN_WBINVD,
	KNOWN_INSNS
};

struct known_next {
	u64 rip, cr3; /* of the instruction */
	u64 next;
};

/* Where the guest's code was found the last time, see vcpu_fetch(); no longer after a flush. */
struct known_page {
	u64 linear, cr3;
	u64 phys;
	u64 expires; /* by the counter; 0: nothing is known */
};

/* Requests of other CPUs, bits of arch_cpu.requests. */
#define REQUEST_NMI	0x1 /* the cell wants an NMI there */
#define REQUEST_OFFLINE 0x2 /* park if it looks as if the guest has put this CPU out of use */
#define REQUEST_PARK	0x4 /* park: the guest says that it has */

struct arch_cpu {
	struct cpu *self; /* GS points here */
	u32 nmi_seen;	  /* NMIs that came while the hypervisor let them */
	u32 kick_pending; /* an NMI of another CPU is on its way */
	u32 requests;
	u32 in_guest; /* 0: whatever was cached of the guest is looked at before it runs again */
	u32 flush;    /* its translations have changed */

	u32 apic_id;
	u32 apic_logical; /* logical destination register */
	u32 apic_cluster; /* xAPIC: destination format register */
	u32 apic_icr2;	  /* xAPIC: destination that the guest has set */
	bool x2apic;

	bool nmi_pending;  /* for the guest */
	bool nmi_masked;   /* from its delivery to the IRET */
	bool nmi_step;	   /* that IRET is being executed */
	u64 mtrr_def_type; /* as a cell has set it */

	/* Both vendors. */
	struct vmcb *vmcb; /* state of the guest, for VT-x a copy of it */
	/* AMD-V */
	u64 vmcb_host; /* physical address of the block with the hypervisor's own FS, GS, TR */
	u64 save_area; /* and of what VMRUN saves of the host */
	/* VT-x */
	u64 vmcs, vmxon; /* physical addresses of the control structure, and of what VMXON wants */
	bool vmx_on;
	struct vmx_controls controls;
	struct known_next known[KNOWN_INSNS];
	struct known_page code;
	struct linux_state linux;

	u64 gdt[8];
	struct {
		u32 reserved0;
		u64 rsp[3];
		u64 reserved1;
		u64 ist[7];
		u64 reserved2;
		u16 reserved3, iomap;
	} __attribute__((packed)) tss;
	u8 fault_stack[2048] __attribute__((aligned(16))); /* of a double fault */
};

static inline struct cpu *this_cpu(void)
{
	struct cpu *cpu;

	asm volatile("mov %%gs:0, %0" : "=r"(cpu));
	return cpu;
}

void arch_set_this_cpu(struct cpu *cpu);

/* Registers of the guest that this CPU runs; RAX and RSP are in the control block as well. */
struct regs *guest_regs(struct cpu *cpu);

#endif /* __ASSEMBLER__ */
#endif /* ASM_CPU_H */
