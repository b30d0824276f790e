/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Attacks by the tables that the CPU itself reads, by user level, and by a CPU that never yields. */
#include "hostile-x86.h"
#include "../lib/x86/asm.h"

#define PAGE		  0x1000ULL
#define PTE_ADDRESS	  0x000ffffffffff000ULL
#define PTE_PRESENT	  (1ULL << 0)
#define PTE_USER	  (1ULL << 2)
#define PTE_LARGE	  (1ULL << 7)
#define VECTOR_DEBUG	  1
#define VECTOR_NMI	  2
#define VECTOR_UNDEFINED  6
#define VECTOR_PAGE_FAULT 14
#define USER_CODE	  0x83 /* selectors behind the library's */
#define USER_DATA	  0x8b
#define DESC_USER64	  0x00affb000000ffffULL
#define DESC_USERDATA	  0x00cff3000000ffffULL
#define ICR_NMI		  0x4400ULL
#define ICR_INIT	  0x4500ULL
#define ICR_STARTUP	  0x4600ULL
#define TIMER_PERIODIC	  (1 << 17)
#define FLOOD_COUNT	  20000	     /* 20 us at 1 GHz */
#define WATCH_8_BYTES	  0xb0402ULL /* DR7: breakpoint 0 on reads and writes */

/* hostile-x86-code.S */
extern const char user_vmmcall[], user_vmcall[], user_load[], user_rdmsr[], user_in[];
extern const char interrupt_return[], timer_return[], nmi_spin[];
void enter_user(u64 entry, u64 stack, u32 code, u32 data);

u32 user_result;

/* ---- page tables, descriptor tables ---- */

static void load_cr3(void *arg)
{
	asm volatile("mov %0, %%cr3" : : "r"(arg) : "memory");
	printf("attack: CR3 0x%lx\n", (uintptr_t)arg);
}

/* A page whose table is somewhere else. */
static void table_at(void *arg)
{
	u64 cr3, level3, *level2;

	scratch_page(0);
	asm volatile("mov %%cr3, %0" : "=r"(cr3));
	level3 = *(u64 *)(uintptr_t)(cr3 & PTE_ADDRESS) & PTE_ADDRESS;
	level2 = (u64 *)(uintptr_t)(*(u64 *)(uintptr_t)level3 & PTE_ADDRESS);
	level2[1] = (uintptr_t)arg | 7;
	asm volatile("mov %0, %%cr3" : : "r"(cr3) : "memory");
	result("word", *(volatile u32 *)(uintptr_t)0x200000);
}

/* Reads a page at an address that is set in the page table behind inmate_map(). */
static void read_physical(void *arg)
{
	u8 *page = scratch_page(0);
	volatile u64 *entry = page_entry((uintptr_t)page);

	*entry = (*entry & ~PTE_ADDRESS) | (uintptr_t)arg;
	asm volatile("invlpg (%0)" : : "r"(page) : "memory");
	result("word", *(volatile u32 *)page);
}

static void load_idt(u64 base, u16 limit)
{
	const struct descriptor_pointer pointer = { limit, base };

	asm volatile("lidt %0" : : "m"(pointer) : "memory");
}

static void idt_at(void *arg)
{
	load_idt((uintptr_t)arg, 0xfff);
	asm volatile("int3");
}

/*
 * The entry of the timer's vector is in the part of the device that may be read, and the instruction
 * that it interrupts looks like a load.
 */
static void idt_under_load(void *arg)
{
	load_idt((uintptr_t)arg - 16 * VECTOR_TIMER, 0xffff);
	timer_arm(timer_ticks() + timer_frequency() / 100);
	for (;;)
		asm volatile("mov (%0), %%rax" : : "r"(stacks + STACK_MAIN_TOP - 64) : "rax");
}

static void gdt_at(void *arg)
{
	const struct descriptor_pointer pointer = { 0xfff, (uintptr_t)arg };

	asm volatile("lgdt %0; mov %1, %%es" : : "m"(pointer), "r"(GDT_DATA) : "memory");
	printf("attack: segment loaded\n");
}

static void interrupt_stack_at(void *arg)
{
	struct descriptor_pointer gdt;
	u64 *ist, low, high;

	asm volatile("sgdt %0" : "=m"(gdt));
	low = ((u64 *)(uintptr_t)gdt.base)[GDT_TSS / 8];
	high = ((u64 *)(uintptr_t)gdt.base)[GDT_TSS / 8 + 1];
	ist = (u64 *)(uintptr_t)((low >> 16 & 0xffffff) | (low >> 56) << 24 | high << 32);
	/* Unaligned by 4: the first of the stack pointers is at 4, the entries follow at 36. */
	memcpy((u8 *)ist + 36 + 8 * (IST_EXCEPTION - 1), &arg, sizeof(arg));
	asm volatile("int3");
}

static void no_idt(void *arg)
{
	(void)arg;
	load_idt(0, 0);
	asm volatile("ud2");
}

void attack_tables(u64 address)
{
	const struct step steps[] = {
		{ "CR3 at foreign memory", load_cr3, address }, /* 0 */
		{ "CR3 at a device", load_cr3, HPET },
		{ "CR3 at the local APIC", load_cr3, 0xfee00000 },
		{ "CR3 with reserved bits", load_cr3, 0xfff0000000000000 },
		{ "table in foreign memory", table_at, address },
		{ "table in a device", table_at, HPET }, /* 5 */
		{ "last page of the address space", read_physical, 0xfffffff000 },
		{ "page above it", read_physical, 0x000ffffffffff000 },
		{ "interrupt table in a device", idt_at, HPET },
		{ "interrupt table in foreign memory", idt_at, address },
		{ "segments in a device", gdt_at, HPET }, /* 10 */
		{ "stack in a device", interrupt_stack_at, HPET + 0x100 },
		{ "stack in foreign memory", interrupt_stack_at, address + PAGE },
		{ "no interrupt table", no_idt, 0 },
		{ "interrupt table under a load", idt_under_load, HPET },
	};

	inmate_map(HPET, PAGE, INMATE_DEVICE);
	inmate_map(address & ~(PAGE - 1), 2 * PAGE, INMATE_NORMAL);
	run_steps(steps, ARRAY_SIZE(steps), 0);
}

/* ---- user level ---- */

/* Everything that is mapped is open to user level. */
static void open_tables(u64 *table, int level)
{
	for (unsigned int n = 0; n < PAGE / sizeof(u64); n++) {
		if (!(table[n] & PTE_PRESENT))
			continue;
		table[n] |= PTE_USER;
		if (level > 1 && !(table[n] & PTE_LARGE))
			open_tables((u64 *)(uintptr_t)(table[n] & PTE_ADDRESS), level - 1);
	}
}

static void add_user_segments(void)
{
	static u64 descriptors[32];
	struct descriptor_pointer gdt;

	asm volatile("sgdt %0" : "=m"(gdt));
	memcpy(descriptors, (void *)(uintptr_t)gdt.base, gdt.limit + 1);
	descriptors[USER_CODE / 8] = DESC_USER64;
	descriptors[USER_DATA / 8] = DESC_USERDATA;
	gdt.limit = sizeof(descriptors) - 1;
	gdt.base = (uintptr_t)descriptors;
	asm volatile("lgdt %0" : : "m"(gdt) : "memory");
}

static void run_user(void *arg)
{
	static u8 stack[256] __attribute__((aligned(16)));

	enter_user((uintptr_t)arg, (uintptr_t)stack + sizeof(stack), USER_CODE, USER_DATA);
}

void attack_user(u64 address)
{
	const struct step steps[] = {
		{ "VMMCALL at user level", run_user, (uintptr_t)user_vmmcall },
		{ "VMCALL at user level", run_user, (uintptr_t)user_vmcall },
		{ "MSR at user level", run_user, (uintptr_t)user_rdmsr },
		{ "port at user level", run_user, (uintptr_t)user_in },
		{ "device at user level", run_user, (uintptr_t)user_load },
	};
	u64 cr3;

	(void)address;
	inmate_map(HPET, PAGE, INMATE_DEVICE);
	add_user_segments();
	asm volatile("mov %%cr3, %0" : "=r"(cr3));
	open_tables((u64 *)(uintptr_t)(cr3 & PTE_ADDRESS), 4);
	asm volatile("mov %0, %%cr3" : : "r"(cr3) : "memory");
	run_steps(steps, ARRAY_SIZE(steps), 0);
	printf("attack: hypercall at user level = %d\n", (s32)user_result);
}

/* ---- a CPU that does not yield ---- */

static void hlt_masked(void *arg)
{
	(void)arg;
	for (;;)
		asm volatile("cli; hlt" : : : "memory");
}

static void spin_masked(void *arg)
{
	(void)arg;
	asm volatile("cli" : : : "memory");
	for (;;)
		asm volatile("" : : : "memory");
}

/* Each of these is an exception whose handler raises it again at once. */
static void undefined_loop(void *arg)
{
	static const u8 ud2[] = { 0x0f, 0x0b };
	u8 *page = scratch_page(0);

	(void)arg;
	memcpy(page, ud2, sizeof(ud2));
	idt_set(VECTOR_UNDEFINED, page, IST_EXCEPTION);
	asm volatile("ud2");
}

static void page_fault_loop(void *arg)
{
	idt_set(VECTOR_PAGE_FAULT, (const void *)0x7000000000, IST_EXCEPTION);
	*(volatile u32 *)arg = 0;
}

/* A data breakpoint on the stack that its own exception is delivered to. */
static void debug_loop(void *arg)
{
	u64 watched = (uintptr_t)stacks + STACK_EXC_TOP - 8;

	(void)arg;
	idt_set(VECTOR_DEBUG, interrupt_return, IST_EXCEPTION);
	asm volatile("mov %0, %%dr0; mov %1, %%dr7" : : "r"(watched), "r"(WATCH_8_BYTES));
	for (;;)
		*(volatile u64 *)(uintptr_t)watched = 0;
}

/* An NMI whose handler never ends: no other NMI is let in. */
static void nmi_blocked(void *arg)
{
	(void)arg;
	idt_set(VECTOR_NMI, nmi_spin, IST_CRITICAL);
	msr_write(MSR_APIC_ICR, (u64)apic_id() << 32 | ICR_NMI);
	asm volatile("sti" : : : "memory");
	for (;;)
		asm volatile("pause" : : : "memory");
}

/* As fast as an emulator bears it, with a handler that does nothing. */
static void timer_flood(void *arg)
{
	(void)arg;
	idt_set(VECTOR_TIMER, timer_return, IST_IRQ);
	msr_write(MSR_APIC_TIMER, TIMER_PERIODIC | VECTOR_TIMER);
	msr_write(MSR_APIC_DIVIDE, 0xb);
	msr_write(MSR_APIC_COUNT, FLOOD_COUNT);
	for (;;)
		asm volatile("sti; hlt" : : : "memory");
}

/* Interrupts that come with the wrong levels: everything below 15 is held back for ever. */
static void priority_blocked(void *arg)
{
	(void)arg;
	msr_write(MSR_APIC_TPR, 0xff);
	for (;;)
		asm volatile("sti; hlt" : : : "memory");
}

static void apic_off(void *arg)
{
	(void)arg;
	msr_write(MSR_APIC_SVR, VECTOR_SPURIOUS);
	for (;;)
		asm volatile("sti; hlt" : : : "memory");
}

/* ---- floods: each of these instructions is an exit ---- */

static void ipi_storm(void *arg)
{
	(void)arg;
	asm volatile("cli" : : : "memory");
	for (u64 vector = 32;; vector = vector == 255 ? 32 : vector + 1)
		msr_write(MSR_APIC_ICR, (u64)apic_id() << 32 | vector);
}

static void cpuid_storm(void *arg)
{
	for (u32 leaf = 0;; leaf++)
		cpuid(leaf, (uintptr_t)arg);
}

static void port_storm(void *arg)
{
	for (;;)
		port_write8((uintptr_t)arg, 0);
}

static void mmio_storm(void *arg)
{
	for (;;)
		mmio_read32((uintptr_t)arg);
}

static void cache_storm(void *arg)
{
	(void)arg;
	for (;;)
		asm volatile("wbinvd" : : : "memory");
}

static void xcr0_storm(void *arg)
{
	for (;;)
		asm volatile("xsetbv" : : "c"(0), "a"((u32)(uintptr_t)arg), "d"(0));
}

/* All translations, and the levels that the hypervisor has to follow. */
static void paging_storm(void *arg)
{
	u64 cr0, cr4;

	(void)arg;
	asm volatile("cli; mov %%cr0, %0; mov %%cr4, %1" : "=r"(cr0), "=r"(cr4));
	for (u64 n = 0;; n++) {
		asm volatile("mov %0, %%cr4" : : "r"(cr4 ^ (n & 1) << 7) : "memory");
		asm volatile("mov %0, %%cr0" : : "r"(cr0 ^ (n & 1) << 16) : "memory");
	}
}

static void undefined(void *arg)
{
	(void)arg;
	asm volatile("ud2");
}

static void exception_storm(void *arg)
{
	struct inmate_fault fault;

	for (;;)
		inmate_try(undefined, arg, &fault);
}

void attack_stuck(u64 address)
{
	static const struct step steps[] = {
		{ "sleep with interrupts masked", hlt_masked, 0 }, /* 0 */
		{ "spin with interrupts masked", spin_masked, 0 },
		{ "undefined instruction in its own handler", undefined_loop, 0 },
		{ "page fault in its own handler", page_fault_loop, 0x7000000000 },
		{ "breakpoint on its own stack", debug_loop, 0 },
		{ "NMI without end", nmi_blocked, 0 }, /* 5 */
		{ "timer without pause", timer_flood, 0 },
		{ "highest priority", priority_blocked, 0 },
		{ "APIC off", apic_off, 0 },
		{ "interrupts to itself", ipi_storm, 0 },
		{ "CPUID", cpuid_storm, 0 }, /* 10 */
		{ "ports", port_storm, 0x80 },
		{ "device accesses", mmio_storm, HPET },
		{ "caches", cache_storm, 0 },
		{ "XCR0", xcr0_storm, 1 },
		{ "paging", paging_storm, 0 }, /* 15 */
		{ "handled exceptions", exception_storm, 0 },
	};

	(void)address;
	inmate_map(HPET, PAGE, INMATE_DEVICE);
	timer_cancel();
	printf("attack stuck: survived, from now on it goes its own way\n");
	run_steps(steps, ARRAY_SIZE(steps), 0);
}

/* ---- real mode ---- */

/* hostile-x86-real.S: what the handler of #GP found, and how often it came back to the instruction. */
extern struct {
	u16 ip, cs, flags, bytes, returns;
} real_seen;
extern const char real_refused[];
void real_mode(void);

_Static_assert(sizeof(real_seen) == REAL_SIZE, "real_seen");

/* RDPMC, for which the hypervisor makes an exception. In real mode there are no error codes. */
void attack_real_mode(u64 address)
{
	(void)address;
	memset(&real_seen, 0, sizeof(real_seen));
	real_mode();
	result("bytes of the frame", real_seen.bytes);
	result("distance from the instruction",
	       real_seen.ip + real_seen.cs * 16 - (uintptr_t)real_refused);
	result("segment", real_seen.cs);
	result("flags", real_seen.flags);
	result("returns", real_seen.returns);
}

/* ---- another CPU of the same cell ---- */

/*
 * It is reset and started without end, somewhere in the first MiB, where there is code for it at one
 * place only.
 */
void attack_cpu_storm(u64 address)
{
	static u8 page[PAGE] __attribute__((aligned(4096)));
	static const u8 sleep[] = { 0xfa, 0xf4, 0xeb, 0xfd }; /* cli; hlt; jmp */
	u64 other = (u64)(apic_id() + 1) << 32;

	(void)address;
	memcpy(page, sleep, sizeof(sleep));
	printf("attack cpu-storm: survived, from now on the next CPU starts again and again\n");
	for (;;) {
		msr_write(MSR_APIC_ICR, other | ICR_INIT);
		msr_write(MSR_APIC_ICR, other | ICR_STARTUP | (uintptr_t)page >> 12);
		msr_write(MSR_APIC_ICR, other | ICR_NMI);
		inmate_poll();
	}
}
