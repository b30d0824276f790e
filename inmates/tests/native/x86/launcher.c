/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Runs an inmate on QEMU's "q35" machine without a hypervisor, to test the library and to measure
 * what things cost natively.
 *
 * A second CPU becomes the cell: it starts in real mode at address 0 with its APIC in x2APIC mode;
 * further ones wait for it to start them. The memory that a PC has below 640 KiB and the page at
 * 1 MiB are the cell's. The first CPU plays the other side of the communication region: after
 * some seconds, or when the inmate ended, it asks for a shutdown if that makes sense, prints the
 * outcome and switches the machine off.
 */
#include <stddef.h>
#include <jailhouse/comm-region.h>
#include <jailhouse/hypercall.h>

#define SHIM_PAGE     0x9f000u /* the cell's memory ends here */
#define COMM	      0x100000u
#define IMAGE	      0x02000000u /* loaded here from the outside */
#define SERIAL	      0x3f8
#define PM_TIMER      0x608 /* where the firmware puts it */
#define PM_CONTROL    0x604
#define PM_SLEEP_S5   0x2000
#define PM_HZ	      3579545u
#define APIC	      0xfee00000u
#define APIC_SVR      0x0f0
#define APIC_ICR      0x300
#define APIC_ICR_HIGH 0x310
#define APIC_TIMER    0x320
#define APIC_COUNT    0x380
#define APIC_CURRENT  0x390
#define APIC_DIVIDE   0x3e0
#define APIC_KHZ      1000000u
#define ICR_INIT      0x4500
#define ICR_STARTUP   0x4600
#define DIVIDE_BY_128 0xa
#define SLEEP_KHZ     (APIC_KHZ / 128)
#define MAX_CPUS      4
#define VECTOR	      32
#define MSEC_PER_SEC  1000
#define CALIBRATION   (PM_HZ / 50)

/* Set from the outside. */
struct parameters {
	u64 seconds;
	u64 tsc_khz; /* 0: measure */
	u64 image_size;
	u64 cpus;
};

#define PARAMETERS ((const volatile struct parameters *)0x01fff000)

struct gate {
	u16 offset0, selector, type, offset1;
};

static struct gate idt[VECTOR + 1];

extern const char shim_start[], shim_end[], shim_count[], timer_entry[];
void launcher_main(void);

static u32 apic_read(u32 reg)
{
	return *(volatile u32 *)(APIC + reg);
}

static void apic_write(u32 reg, u32 value)
{
	*(volatile u32 *)(APIC + reg) = value;
}

static u8 in8(u16 port)
{
	u8 value;

	asm volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

static u32 in32(u16 port)
{
	u32 value;

	asm volatile("inl %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

static void out8(u16 port, u8 value)
{
	asm volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static void print(const char *text)
{
	for (; *text; text++) {
		while (!(in8(SERIAL + 5) & 0x20))
			;
		out8(SERIAL, *text);
	}
}

static void print_number(const char *name, u32 value)
{
	char digit[2] = { 0 };

	print(name);
	print("0x");
	for (int shift = 28; shift >= 0; shift -= 4)
		if (value >> shift || !shift) {
			digit[0] = "0123456789abcdef"[value >> shift & 15];
			print(digit);
		}
}

static void copy(u32 to, const void *from, u32 size)
{
	asm volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(size) : : "memory");
}

static void fill(u32 to, u8 value, u32 size)
{
	asm volatile("rep stosb" : "+D"(to), "+c"(size) : "a"(value) : "memory");
}

/* ---- time ---- */

static void idt_init(void)
{
	struct __attribute__((packed)) {
		u16 limit;
		u32 base;
	} pointer = { sizeof(idt) - 1, (u32)idt };

	idt[VECTOR] = (struct gate){ (u32)timer_entry, 8, 0x8e00, (u32)timer_entry >> 16 };
	asm volatile("lidt %0" : : "m"(pointer), "m"(idt));
	out8(0x21, 0xff);
	out8(0xa1, 0xff);
	apic_write(APIC_SVR, 0x1ff);
	apic_write(APIC_DIVIDE, DIVIDE_BY_128);
	apic_write(APIC_TIMER, VECTOR);
}

static void sleep_ms(u32 ms)
{
	apic_write(APIC_COUNT, ms * SLEEP_KHZ);
	while (apic_read(APIC_CURRENT))
		asm volatile("sti; hlt; cli" : : : "memory");
}

static u64 tsc(void)
{
	u64 value;

	asm volatile("rdtsc" : "=A"(value));
	return value;
}

static u32 measure_tsc_khz(void)
{
	u32 start = in32(PM_TIMER), passed, high, low;
	u64 before = tsc(), ticks;

	do {
		passed = (in32(PM_TIMER) - start) & 0xffffff;
	} while (passed < CALIBRATION);
	ticks = tsc() - before;
	/* ticks * PM_HZ / passed / 1000; the passed time is some 20 ms */
	ticks *= PM_HZ / 1000;
	high = ticks >> 32;
	asm("divl %3" : "=a"(low), "+d"(high) : "0"((u32)ticks), "r"(passed));
	return low;
}

/* ---- the cell ---- */

static void comm_init(void)
{
	static const char signature[] = COMM_REGION_MAGIC;
	struct jailhouse_comm_region *region = (void *)COMM;

	fill(COMM, 0, 4096);
	copy(COMM, signature, sizeof(region->signature));
	region->revision = COMM_REGION_ABI_REVISION;
	region->console.address = SERIAL;
	region->console.type = JAILHOUSE_CON_TYPE_8250;
	region->console.divider = 1;
	region->pm_timer_address = PM_TIMER;
	region->num_cpus = PARAMETERS->cpus - 1;
	region->tsc_khz = PARAMETERS->tsc_khz ? PARAMETERS->tsc_khz : measure_tsc_khz();
	region->apic_khz = APIC_KHZ;
}

static void icr_write(u32 cpu, u32 value)
{
	apic_write(APIC_ICR_HIGH, cpu << 24);
	apic_write(APIC_ICR, value);
}

/* The cell's first CPU comes last. */
static void start_cell(void)
{
	volatile u32 *count = (u32 *)(SHIM_PAGE + ((u32)shim_count - (u32)shim_start));
	u32 started = 0;

	for (u32 cpu = PARAMETERS->cpus - 1; cpu; cpu--) {
		icr_write(cpu, ICR_INIT);
		sleep_ms(10);
		icr_write(cpu, ICR_STARTUP | SHIM_PAGE >> 12);
		for (u32 n = 0; n < MSEC_PER_SEC && *count == started; n++)
			sleep_ms(1);
		if (*count != ++started)
			print_number("native: did not start: CPU ", cpu);
	}
}

void launcher_main(void)
{
	volatile struct jailhouse_comm_region *region = (void *)COMM;

	idt_init();
	fill(0, 0xa5, SHIM_PAGE);
	copy(0, (const void *)IMAGE, PARAMETERS->image_size);
	copy(SHIM_PAGE, shim_start, (u32)shim_end - (u32)shim_start);
	comm_init();
	start_cell();
	for (u32 n = 0; n < PARAMETERS->seconds; n++)
		sleep_ms(MSEC_PER_SEC);
	if (region->cell_state <= JAILHOUSE_CELL_RUNNING_LOCKED) {
		region->reply_from_cell = 0;
		asm volatile("" : : : "memory");
		region->msg_to_cell = JAILHOUSE_MSG_SHUTDOWN_REQUEST;
		for (u32 n = 0; n < MSEC_PER_SEC && !region->reply_from_cell; n++)
			sleep_ms(1);
	}
	sleep_ms(10);
	print_number("native: state=", region->cell_state);
	print_number(" reply=", region->reply_from_cell);
	print_number(" message=", region->msg_to_cell);
	print("\n");
	asm volatile("outw %w0, %w1" : : "a"(PM_SLEEP_S5), "d"(PM_CONTROL));
}
