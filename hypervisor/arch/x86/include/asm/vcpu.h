/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The guest side of a CPU, as the code sees it that answers exits: instruction pointer, mode,
 * memory, events. While an exit is handled, RAX and RSP of the guest are in struct regs.
 */
#ifndef ASM_VCPU_H
#define ASM_VCPU_H

#include <asm/insn.h>
#include <asm/vmcb.h>
#include <asm/x86.h>
#include <core/cell.h>
#include <core/cpu.h>

/* Reasons of exits of x86, see enum cpu_stat. */
enum x86_stat {
	STAT_PIO = STAT_ARCH_FIRST,
	STAT_XAPIC,
	STAT_CR,
	STAT_CPUID,
	STAT_XSETBV,
	STAT_EXCEPTION,
	STAT_MSR,
	STAT_X2APIC_ICR,
};

static inline u32 vcpu_cpl(const struct cpu *cpu)
{
	return cpu->arch.vmcb->cpl;
}

/* Whether the guest is in kernel mode: CPL 0 and not virtual-8086. */
static inline bool vcpu_is_kernel(const struct cpu *cpu)
{
	return !cpu->arch.vmcb->cpl && !(cpu->arch.vmcb->rflags & RFLAGS_VM);
}

/* Go on @length bytes behind the current instruction; a shadow of STI or MOV SS ends. */
void vcpu_skip(struct cpu *cpu, u32 length);

/* vcpu_advance() for the first time at this place: the instruction has to be read. */
void vcpu_advance_unknown(struct cpu *cpu, enum known_insn insn);

/**
 * vcpu_advance - go on behind the two-byte instruction that exited
 * @insn: which one
 *
 * Its length depends on prefixes, and not every processor tells it. Where the guest has unmapped it
 * meanwhile, it counts as without prefixes. Code that is changed to the same instruction with
 * another length, at the same place of the same tables, is not noticed.
 */
static inline void vcpu_advance(struct cpu *cpu, enum known_insn insn)
{
	const struct known_next *known = &cpu->arch.known[insn];
	struct vmcb *vmcb = cpu->arch.vmcb;

	if (known->rip != vmcb->rip || known->cr3 != vmcb->cr3 || !known->next) {
		vcpu_advance_unknown(cpu, insn);
		return;
	}
	vmcb->rip = known->next;
	vmcb->interrupt_shadow = 0;
}

#define VECTOR_NONE 32 /* exceptions have those below */

/*
 * What a processor takes that meets the exception @vector while it delivers @event (EVENT_*): that one, a double
 * fault, or nothing any more, VECTOR_NONE (APM volume 2, 8.2.9; SDM volume 3, 6.15).
 */
static inline u32 vcpu_second_exception(u64 event, u32 vector)
{
	const u32 contributory = 1U << VECTOR_DE | 1U << VECTOR_TS | 1U << VECTOR_NP |
				 1U << VECTOR_SS | 1U << VECTOR_GP;
	u32 first = EVENT_VECTOR(event);

	if (!(event & EVENT_VALID) || EVENT_TYPE(event) != EVENT_TYPE_EXCEPTION || first > 31 ||
	    !(1U << vector & contributory))
		return vector;
	if (first == VECTOR_DF)
		return VECTOR_NONE;
	return 1U << first & (contributory | 1U << VECTOR_PF) ? VECTOR_DF : vector;
}

/*
 * Let the guest take an exception. It takes the place of the event whose delivery this exit has ended, if there
 * is one; the two may be too much for the guest, and end it.
 */
void vcpu_inject(struct cpu *cpu, u32 vector, bool has_error, u32 error);

static inline void vcpu_inject_gp(struct cpu *cpu)
{
	vcpu_inject(cpu, VECTOR_GP, true, 0);
}

static inline void vcpu_inject_ud(struct cpu *cpu)
{
	vcpu_inject(cpu, VECTOR_UD, false, 0);
}

/* Size of operands and addresses in the guest's code segment. */
enum insn_mode vcpu_mode(const struct cpu *cpu);

static inline bool vcpu_is_64bit(const struct cpu *cpu)
{
	return (cpu->arch.vmcb->efer & EFER_LMA) && (cpu->arch.vmcb->cs.attributes & 1 << 9);
}

#define INSN_BUFFER 16

/**
 * vcpu_fetch - read the instruction at the guest's instruction pointer
 * @bytes: buffer of INSN_BUFFER bytes, of which 15 count
 *
 * Return: bytes read; 0 if the guest has no memory there
 */
u32 vcpu_fetch(struct cpu *cpu, u8 *bytes);

/* Read guest memory at a linear address. Return: bytes read, up to the first page that is not there. */
u32 vcpu_read(struct cpu *cpu, u64 linear, u8 *bytes, u32 size);

/* Whether the guest waits in HLT or MWAIT with its interrupts off, as Linux parks a CPU. */
bool vcpu_is_out_of_use(struct cpu *cpu);

/* Look at NMIs that are due, before the guest goes on. */
void vcpu_deliver_nmi(struct cpu *cpu);

/* What the guest's state is after INIT and a start at @address; @sipi: by a start-up IPI. */
/* Whether next_rip of the block tells where the next instruction is. */
extern bool vcpu_has_next;

void vcpu_reset(struct cpu *cpu, u64 address, bool sipi);

/* exit.c: answers to exits that are the same for all vendors. */

void handle_cpuid(struct cpu *cpu, struct regs *regs);
void handle_hypercall(struct cpu *cpu, struct regs *regs);
void handle_rdmsr(struct cpu *cpu, struct regs *regs);
void handle_wrmsr(struct cpu *cpu, struct regs *regs);
void handle_machine_check(struct cpu *cpu);

/* A port access; @next: address of the next instruction. */
struct port_access {
	u16 port;
	u8 size;
	bool in;
	bool string;
	u64 next;
};

void handle_port(struct cpu *cpu, struct regs *regs, const struct port_access *access);

/* ports.c: the ports of a cell leave the root cell, or come back. */
void ports_take(struct cell *cell);
void ports_return(struct cell *cell);

struct guest_fault {
	u64 address; /* guest-physical */
	bool write, fetch;
	bool table; /* the address is one of the guest's own page tables */
	u64 event; /* that was being delivered, if it is valid (EVENT_*); otherwise an instruction was at work */
};

void handle_fault(struct cpu *cpu, struct regs *regs, const struct guest_fault *fault);

/*
 * The guest asked for a reset or power-off of the machine, or has shut its processor down. Returns only if the
 * root cell is alone and asked.
 */
void handle_machine_end(struct cpu *cpu, const char *how);

#endif /* ASM_VCPU_H */
