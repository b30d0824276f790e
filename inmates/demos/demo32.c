/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A cell in 32-bit protected mode without paging, which uses nothing of the library: console and
 * other hypercalls with their arguments in EDI and ESI, and the timer of the local APIC by MSRs.
 * Without a hypervisor it prints on the serial port of its communication region.
 */
#include <stdbool.h>
#include <jailhouse/comm-region.h>
#include <jailhouse/hypercall.h>

#define COMM		 ((struct jailhouse_comm_region *)0x100000)
#define CODE		 8
#define VECTORS		 256
#define VECTOR_TIMER	 0xe0
#define VECTOR_SPURIOUS	 0xff
#define GATE		 0x8e00
#define INTERRUPTS	 200 /* one a millisecond */
#define TSC_DEADLINE	 (1U << 24)
#define HYPERVISOR	 (1U << 31)
#define VENDOR_INTEL_EBX 0x756e6547
#define MSR_DEADLINE	 0x6e0
#define MSR_EOI		 0x80b
#define MSR_SPURIOUS	 0x80f
#define MSR_TIMER	 0x832
#define MSR_COUNT	 0x838
#define MSR_DIVIDE	 0x83e
#define TIMER_DEADLINE	 (2U << 17)
#define DIVIDE_BY_1	 0xb
#define LSR_THR_FREE	 0x20
#define WAIT_LIMIT	 100000

struct gate {
	u16 offset0, selector, type, offset1;
};

static struct gate idt[VECTORS];
static bool deadline_mode, intel, hypervisor;
static volatile u32 interrupts, failures;

extern const char entries32[];
void demo_main(void);
void demo_vector(u32 edx, u32 ecx, u32 eax, u32 vector, u32 error, u32 eip);

/* ---- the CPU ---- */

static void msr_write(u32 msr, u64 value)
{
	asm volatile("wrmsr" : : "c"(msr), "A"(value) : "memory");
}

static u64 tsc(void)
{
	u64 value;

	asm volatile("rdtsc" : "=A"(value));
	return value;
}

static void cpu_detect(void)
{
	u32 eax = 0, ebx, ecx, edx;

	asm volatile("cpuid" : "+a"(eax), "=b"(ebx), "=c"(ecx), "=d"(edx));
	intel = ebx == VENDOR_INTEL_EBX;
	eax = 1;
	asm volatile("cpuid" : "+a"(eax), "=b"(ebx), "=c"(ecx), "=d"(edx));
	deadline_mode = ecx & TSC_DEADLINE;
	hypervisor = ecx & HYPERVISOR;
	eax = JAILHOUSE_CPUID_SIGNATURE;
	if (hypervisor)
		asm volatile("cpuid" : "+a"(eax), "=b"(ebx), "=c"(ecx), "=d"(edx));
	hypervisor = hypervisor && ebx == JAILHOUSE_CPUID_SIGNATURE_EBX;
}

static s32 hypercall(u32 code, u32 arg1, u32 arg2)
{
	if (intel)
		asm volatile("vmcall" : "+a"(code) : "D"(arg1), "S"(arg2) : "memory");
	else
		asm volatile("vmmcall" : "+a"(code) : "D"(arg1), "S"(arg2) : "memory");
	return code;
}

/* ---- console ---- */

static void serial_put(char c)
{
	u16 port = COMM->console.address;
	u8 status = 0;

	for (u32 n = 0; n < WAIT_LIMIT && !(status & LSR_THR_FREE); n++)
		asm volatile("inb %1, %0" : "=a"(status) : "d"((u16)(port + 5)));
	asm volatile("outb %0, %1" : : "a"(c), "d"(port));
}

static void put(char c)
{
	if (hypervisor)
		hypercall(JAILHOUSE_HC_DEBUG_CONSOLE_PUTC, (u8)c, 0);
	else if (COMM->console.type == JAILHOUSE_CON_TYPE_8250)
		serial_put(c);
}

static void print(const char *text)
{
	while (*text)
		put(*text++);
}

static void print_number(const char *text, s32 number)
{
	u32 rest = number < 0 ? -(u32)number : (u32)number;
	char digits[11];
	u32 length = 0;

	print(text);
	do {
		digits[length++] = '0' + rest % 10;
		rest /= 10;
	} while (rest);
	if (number < 0)
		put('-');
	while (length)
		put(digits[--length]);
}

static void expect(const char *what, bool good)
{
	if (good)
		return;
	failures++;
	print("demo32: wrong: ");
	print(what);
	print("\n");
}

static void stop(u32 state) __attribute__((noreturn));
static void stop(u32 state)
{
	msr_write(deadline_mode ? MSR_DEADLINE : MSR_COUNT, 0);
	COMM->cell_state = state;
	for (;;)
		asm volatile("cli; hlt" : : : "memory");
}

/* ---- interrupts ---- */

static void idt_init(void)
{
	struct {
		u16 limit;
		u32 base;
	} __attribute__((packed)) pointer = { sizeof(idt) - 1, (u32)idt };

	for (u32 n = 0; n < VECTORS; n++) {
		u32 entry = (u32)entries32 + 16 * n;

		idt[n] = (struct gate){ entry, CODE, GATE, entry >> 16 };
	}
	asm volatile("lidt %0" : : "m"(pointer), "m"(idt));
}

static void timer_next(void)
{
	if (deadline_mode)
		msr_write(MSR_DEADLINE, tsc() + COMM->tsc_khz);
	else
		msr_write(MSR_COUNT, COMM->apic_khz);
}

void demo_vector(u32 edx, u32 ecx, u32 eax, u32 vector, u32 error, u32 eip)
{
	(void)edx;
	(void)ecx;
	(void)eax;
	if (vector == VECTOR_SPURIOUS)
		return;
	if (vector != VECTOR_TIMER) {
		print_number("demo32: exception ", vector);
		print_number(", error ", error);
		print_number(", at ", eip);
		print("\n");
		stop(JAILHOUSE_CELL_FAILED);
	}
	if (++interrupts < INTERRUPTS)
		timer_next();
	msr_write(MSR_EOI, 0);
}

static void timer_run(void)
{
	u64 start, passed;

	msr_write(MSR_SPURIOUS, 0x100 | VECTOR_SPURIOUS);
	msr_write(MSR_DIVIDE, DIVIDE_BY_1);
	msr_write(MSR_TIMER, VECTOR_TIMER | (deadline_mode ? TIMER_DEADLINE : 0));
	start = tsc();
	timer_next();
	while (interrupts < INTERRUPTS)
		asm volatile("sti; hlt; cli" : : : "memory");
	passed = tsc() - start;
	print_number("demo32: timer interrupts: ", interrupts);
	print(deadline_mode ? ", by the TSC" : ", by the APIC's counter");
	print("\n");
	/* Both run at their own pace where they are not one clock: allow for a fifth. */
	expect("the timer is early", passed >= (u64)COMM->tsc_khz * (INTERRUPTS * 4 / 5));
}

/* ---- hypercalls ---- */

static void hypercalls_run(void)
{
	s32 cells = hypercall(JAILHOUSE_HC_HYPERVISOR_GET_INFO, JAILHOUSE_INFO_NUM_CELLS, 0);

	print_number("demo32: cells: ", cells);
	print("\n");
	expect("the number of cells", cells >= 2);
	expect("an unknown hypercall", hypercall(9999, 1, 2) == -JAILHOUSE_ENOSYS);
	expect("a hypercall of the root cell",
	       hypercall(JAILHOUSE_HC_CELL_DESTROY, 0, 0) == -JAILHOUSE_EPERM);
	expect("an unknown second argument",
	       hypercall(JAILHOUSE_HC_CPU_GET_INFO, ~0U, ~0U) == -JAILHOUSE_EINVAL);
}

void demo_main(void)
{
	cpu_detect();
	idt_init();
	print("demo32: protected mode without paging\n");
	if (hypervisor)
		hypercalls_run();
	timer_run();
	print(failures ? "demo32: failed\n" : "demo32: passed\n");
	stop(failures ? JAILHOUSE_CELL_FAILED : JAILHOUSE_CELL_SHUT_DOWN);
}
