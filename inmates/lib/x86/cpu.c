/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The CPU: features, descriptor tables, floating point, interrupt mask, sleep, stop, hypercalls. */
#include "asm.h"
#include "../internal.h"

#define CPUID_1_ECX_TSC_DEADLINE (1U << 24)
#define CPUID_1_ECX_XSAVE	 (1U << 26)
#define CPUID_1_ECX_AVX		 (1U << 28)
#define VENDOR_INTEL_EBX	 0x756e6547 /* "Genu" */
#define GATE_INTERRUPT		 0x8e00
#define DESC_CODE64		 0x00af9b000000ffffULL
#define DESC_DATA		 0x00cf93000000ffffULL
#define DESC_CODE32		 0x00cf9b000000ffffULL
#define DESC_CODE16		 0x008f9b000000ffffULL
#define DESC_TSS		 0x0000890000000000ULL
#define VECTOR_NMI		 2
#define VECTOR_DOUBLE_FAULT	 8
#define VECTOR_MACHINE_CHECK	 18

struct tss {
	u32 reserved0;
	u64 rsp[3];
	u64 reserved1;
	u64 ist[7]; /* entry 1 is the first */
	u64 reserved2;
	u16 reserved3, io_map;
} __attribute__((packed));

_Static_assert(sizeof(struct tss) == 104, "struct tss");

struct gate {
	u16 offset0, selector, type, offset1;
	u32 offset2, reserved;
};

bool cpu_intel, cpu_xsave, cpu_avx; /* read by assembly */
static bool cpu_tsc_deadline;

static u64 gdt[GDT_TSS / 8 + 2 * STACKS_CPUS];
static struct tss tss[STACKS_CPUS];
static struct gate idt[256] __attribute__((aligned(16)));

extern char vector_entries[];
int hypercall_raw(u32 code, unsigned long arg1, unsigned long arg2);

struct cpuid cpuid(u32 leaf, u32 subleaf)
{
	struct cpuid r;

	__atomic_fetch_add(&inmate_stats.firmware, 1, __ATOMIC_RELAXED);
	asm volatile("cpuid"
		     : "=a"(r.eax), "=b"(r.ebx), "=c"(r.ecx), "=d"(r.edx)
		     : "a"(leaf), "c"(subleaf));
	return r;
}

void cpu_detect(void)
{
	u32 features = cpuid(1, 0).ecx;

	cpu_intel = cpuid(0, 0).ebx == VENDOR_INTEL_EBX;
	cpu_xsave = features & CPUID_1_ECX_XSAVE;
	cpu_avx = cpu_xsave && features & CPUID_1_ECX_AVX;
	cpu_tsc_deadline = features & CPUID_1_ECX_TSC_DEADLINE;
}

bool cpu_has_tsc_deadline(void)
{
	return cpu_tsc_deadline;
}

void idt_set(u32 vector, const void *entry, u32 ist)
{
	u64 offset = (uintptr_t)entry;

	idt[vector] = (struct gate){
		.offset0 = offset,
		.selector = GDT_CODE64,
		.type = GATE_INTERRUPT | ist,
		.offset1 = offset >> 16,
		.offset2 = offset >> 32,
	};
}

const void *vector_entry(u32 vector)
{
	return vector_entries + 16 * vector;
}

static u32 vector_stack(u32 vector)
{
	if (vector == VECTOR_NMI || vector == VECTOR_DOUBLE_FAULT || vector == VECTOR_MACHINE_CHECK)
		return IST_CRITICAL;
	return vector < VECTOR_FIRST ? IST_EXCEPTION : IST_IRQ;
}

void cpu_tables_init(void)
{
	gdt[GDT_CODE64 / 8] = DESC_CODE64;
	gdt[GDT_DATA / 8] = DESC_DATA;
	gdt[GDT_CODE32 / 8] = DESC_CODE32;
	gdt[GDT_CODE16 / 8] = DESC_CODE16;
	for (u32 vector = 0; vector < ARRAY_SIZE(idt); vector++)
		idt_set(vector, vector_entry(vector), vector_stack(vector));
}

#define FX_FIRST_OPCODE 6 /* of the image: where control words end, and MXCSR and its mask */
#define FX_MXCSR	24
#define FX_REGISTERS	32
#define FX_RESERVED	416
#define XSAVE_BITS	512
#define XSAVE_AVX	576

static struct fpu_start found;

const struct fpu_start *fpu_start(void)
{
	return &found;
}

static u32 count_nonzero(const u8 *image, u32 from, u32 to)
{
	u32 count = 0;

	for (; from < to; from += 2)
		count += *(const u16 *)(image + from) != 0;
	return count;
}

/* Before anything changes the registers: the library itself does not use them. */
static void fpu_look(void)
{
	static u8 image[XSAVE_SIZE] __attribute__((aligned(64)));

	if (cpu_xsave)
		asm volatile("xsave %0" : "+m"(image) : "a"(XCR0_AVX), "d"(0));
	asm volatile("fxsave %0" : "+m"(image));
	found.fcw = *(u16 *)image;
	found.fsw = *(u16 *)(image + 2);
	found.ftw = image[4];
	found.mxcsr = *(u32 *)(image + FX_MXCSR);
	found.dirty = count_nonzero(image, FX_FIRST_OPCODE, FX_MXCSR) +
		      count_nonzero(image, FX_REGISTERS, FX_RESERVED);
	if (cpu_avx && *(u64 *)(image + XSAVE_BITS) & 1 << 2)
		found.dirty += count_nonzero(image, XSAVE_AVX, XSAVE_SIZE);
}

static u64 xcr0_read(void)
{
	u32 low, high;

	asm volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
	return low | (u64)high << 32;
}

/* CR4_RUN is set; what XSAVE manages is switched on one by one. */
static void fpu_init(u32 cpu)
{
	static const u32 mxcsr = 0x1f80;
	u64 cr4;

	if (cpu_xsave) {
		asm volatile("mov %%cr4, %0" : "=r"(cr4));
		asm volatile("mov %0, %%cr4" : : "r"(cr4 | CR4_XSAVE));
		if (!cpu)
			found.xcr0 = xcr0_read();
		asm volatile("xsetbv" : : "c"(0), "a"(cpu_avx ? XCR0_AVX : XCR0_SSE), "d"(0));
	}
	if (!cpu)
		fpu_look();
	asm volatile("fninit; ldmxcsr %0" : : "m"(mxcsr));
}

void cpu_init(u32 cpu)
{
	const u64 base = (uintptr_t)&tss[cpu], stack = (uintptr_t)stacks + cpu * STACKS_SIZE;
	const struct descriptor_pointer gdt_pointer = { sizeof(gdt) - 1, (uintptr_t)gdt };
	const struct descriptor_pointer idt_pointer = { sizeof(idt) - 1, (uintptr_t)idt };
	u32 selector = GDT_TSS + 16 * cpu;

	tss[cpu].ist[IST_IRQ - 1] = stack + STACK_IRQ_TOP;
	tss[cpu].ist[IST_EXCEPTION - 1] = stack + STACK_EXC_TOP;
	tss[cpu].ist[IST_CRITICAL - 1] = stack + STACKS_SIZE;
	tss[cpu].io_map = sizeof(struct tss);
	gdt[selector / 8] = DESC_TSS | (sizeof(struct tss) - 1) | (base & 0xffffff) << 16 |
			    (base >> 24 & 0xff) << 56;
	gdt[selector / 8 + 1] = base >> 32;

	asm volatile("lgdt %0" : : "m"(gdt_pointer));
	asm volatile("mov %0, %%ds; mov %0, %%es; mov %0, %%ss; mov %1, %%fs; mov %1, %%gs"
		     :
		     : "r"(GDT_DATA), "r"(0)
		     : "memory");
	asm volatile("lidt %0; ltr %w1" : : "m"(idt_pointer), "r"(selector) : "memory");
	fpu_init(cpu);
}

void arch_init(void)
{
	cpu_tables_init();
	cpu_init(0);
	apic_init();
	timer_init();
	irq_restore(RFLAGS_IF);
}

unsigned long irq_save(void)
{
	unsigned long flags;

	asm volatile("pushfq; popq %0; cli" : "=r"(flags) : : "memory");
	return flags;
}

void irq_restore(unsigned long flags)
{
	if (flags & RFLAGS_IF)
		asm volatile("sti" : : : "memory");
	else
		asm volatile("cli" : : : "memory");
}

/* Interrupts are let in with the instruction behind STI: no wake-up is lost in between. */
void arch_wait_for_interrupt(void)
{
	asm volatile("sti; hlt; cli" : : : "memory");
}

void arch_memory_barrier(void)
{
	asm volatile("mfence" : : : "memory");
}

/* The timer is off before interrupts are let in once more: one on its way is taken and counted. */
void arch_stop(void)
{
	arch_timer_off();
	asm volatile("sti; nop; cli" : : : "memory");
	for (;;)
		asm volatile("cli; hlt" : : : "memory");
}

long hypercall(u32 code, unsigned long arg1, unsigned long arg2)
{
	__atomic_fetch_add(&inmate_stats.hypercalls, 1, __ATOMIC_RELAXED);
	return hypercall_raw(code, arg1, arg2);
}

long cpu_off(void)
{
	asm volatile("cli" : : : "memory");
	for (;;)
		asm volatile("hlt" : : : "memory");
}
