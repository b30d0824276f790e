/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Numbers that assembly and C of the x86 library share. */
#ifndef INMATE_X86_ASM_H
#define INMATE_X86_ASM_H

/*
 * Stacks of one CPU, each with a page below it that mmu_init() leaves unmapped: of the program, of
 * interrupt handlers, of exceptions, of those that may come at any time (NMI, double fault, machine
 * check). The last three are the IST entries 1, 2, 3 of the task state segment.
 */
#define STACK_GUARD	0x1000
#define STACK_MAIN	0x8000
#define STACK_IRQ	0x4000
#define STACK_EXCEPTION 0x2000
#define STACK_CRITICAL	0x2000
#define STACK_MAIN_TOP	(STACK_GUARD + STACK_MAIN)
#define STACK_IRQ_TOP	(STACK_MAIN_TOP + STACK_GUARD + STACK_IRQ)
#define STACK_EXC_TOP	(STACK_IRQ_TOP + STACK_GUARD + STACK_EXCEPTION)
#define STACKS_SIZE	(STACK_EXC_TOP + STACK_GUARD + STACK_CRITICAL)
#define STACKS_CPUS	4

#define IST_IRQ	      1
#define IST_EXCEPTION 2
#define IST_CRITICAL  3

/* Selectors; the task state segment of CPU n is GDT_TSS + 16 * n */
#define GDT_CODE64 0x08
#define GDT_DATA   0x10
#define GDT_CODE32 0x18
#define GDT_CODE16 0x20
#define GDT_TSS	   0x30

/* Real-mode start of secondary CPUs: page 2, which is the vector of their SIPI */
#define SECONDARY_START 0x2000

#define CR0_RUN	   0x80010033 /* paging, write protection, NE, ET, MP, protected mode */
#define CR4_RUN	   0x00000620 /* PAE, SSE, SSE exceptions */
#define CR4_XSAVE  (1 << 18)
#define MSR_EFER   0xc0000080
#define EFER_LME   (1 << 8)
#define EFER_NXE   (1 << 11)
#define XCR0_SSE   3 /* x87, SSE */
#define XCR0_AVX   7
#define XSAVE_SIZE 832 /* of both */
#define RFLAGS_IF  (1 << 9)

#define MSR_PAT		 0x277
#define MSR_MTRR_DEFAULT 0x2ff
#define MSR_TSC_DEADLINE 0x6e0
#define MSR_APIC_ID	 0x802
#define MSR_APIC_TPR	 0x808
#define MSR_APIC_EOI	 0x80b
#define MSR_APIC_SVR	 0x80f
#define MSR_APIC_ISR	 0x810
#define MSR_APIC_ICR	 0x830
#define MSR_APIC_TIMER	 0x832
#define MSR_APIC_COUNT	 0x838
#define MSR_APIC_DIVIDE	 0x83e
#define MSR_APIC_SELF	 0x83f

#define VECTOR_FIRST	32
#define VECTOR_TIMER	239
#define VECTOR_SPURIOUS 255
#define IRQS		(VECTOR_TIMER - VECTOR_FIRST)

#ifndef __ASSEMBLER__

#include <inmate-x86.h>

/* What the exception entry leaves on the stack. */
struct exception_frame {
	u64 r15, r14, r13, r12, r11, r10, r9, r8, rbp, rdi, rsi, rdx, rcx, rbx, rax;
	u64 vector, error;
	u64 rip, cs, rflags, rsp, ss;
};

struct descriptor_pointer {
	u16 limit;
	u64 base;
} __attribute__((packed));

/* Parts of the x86 library */
void mmu_init(void);
void cpu_detect(void); /* vendor and features; before any hypercall */
bool cpu_has_tsc_deadline(void);
void cpu_tables_init(void); /* what all CPUs share */
void cpu_init(u32 cpu);	    /* tables and floating point of the calling CPU, number @cpu */
void apic_init(void);	    /* of the calling CPU, without its timer */

/* What the APIC timer, where it does not compare with the TSC, has to count in @ticks of it. */
u32 apic_timer_count(u64 ticks);

/* Entry of an interrupt vector: the usual one, or one for a while. */
const void *vector_entry(u32 vector);
void idt_set(u32 vector, const void *entry, u32 ist);

void interrupt_handle(u64 vector);
void exception_handle(struct exception_frame *frame);

extern char stacks[];

#endif /* !__ASSEMBLER__ */

#endif /* INMATE_X86_ASM_H */
