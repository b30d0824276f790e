/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Runs an inmate on QEMU's "virt" machine without a hypervisor, to test the library and to measure
 * what things cost natively.
 *
 * The inmate wants memory at 0 and a communication region at 0x80000000, where that machine has
 * none. So the first CPU builds a stage 2 that puts them there, traps nothing else, and drops to
 * EL1: interrupts, timers and the GIC are the inmate's own. The second CPU plays the other side of
 * the communication region: after RUN_SECONDS, or when the inmate ended, it asks for a shutdown if
 * that makes sense, prints the outcome and switches the machine off.
 */
#include <jailhouse/comm-region.h>
#include <jailhouse/hypercall.h>

#define CELL_RAM    0x48000000ULL		  /* the image is loaded here */
#define RUN_SECONDS (*(volatile u64 *)0x47fff000) /* set from the outside */
#define UART	    0x09000000ULL
#define GICD	    0x08000000ULL
#define GICR	    0x080a0000ULL
#define GICR_CPU1   (GICR + 0x20000)
#define TIMER_PPI   30 /* the manager's: EL1 physical timer */

#define PSCI_CPU_ON	0xc4000003
#define PSCI_SYSTEM_OFF 0x84000008

#define BLOCK_NORMAL (1ULL | 0xf << 2 | 3 << 6 | 3 << 8 | 1 << 10)
#define BLOCK_DEVICE (1ULL | 0x1 << 2 | 3 << 6 | 1 << 10)
#define TABLE	     3ULL

#define WRITE(reg, value) asm volatile("msr " #reg ", %0; isb" : : "r"((u64)(value)) : "memory")
#define READ(reg)                                         \
	({                                                \
		u64 v_;                                   \
		asm volatile("mrs %0, " #reg : "=r"(v_)); \
		v_;                                       \
	})

static u64 level1[512] __attribute__((aligned(4096)));
static u64 level2_low[512] __attribute__((aligned(4096)));
static u64 level2_comm[512] __attribute__((aligned(4096)));
static u64 level3_comm[512] __attribute__((aligned(4096)));
static union {
	struct jailhouse_comm_region region;
	char page[4096];
} comm __attribute__((aligned(4096)));

void launcher_main(void);
void manager_main(void);
void launcher_trap(u64 esr, u64 far, u64 elr);
void manager_start(void);
void enter_cell(void) __attribute__((noreturn));

static u32 read32(u64 address)
{
	return *(volatile u32 *)address;
}

static void write32(u64 address, u32 value)
{
	*(volatile u32 *)address = value;
}

static void print(const char *text)
{
	for (; *text; text++) {
		while (read32(UART + 0x18) & 1 << 5)
			;
		write32(UART, *text);
	}
}

static void print_number(const char *name, u64 value)
{
	char digit[2] = { 0 };

	print(name);
	print("0x");
	for (int shift = 60; shift >= 0; shift -= 4)
		if (value >> shift || !shift) {
			digit[0] = "0123456789abcdef"[value >> shift & 15];
			print(digit);
		}
}

static u64 psci(u64 function, u64 arg1, u64 arg2, u64 arg3)
{
	register u64 x0 asm("x0") = function;
	register u64 x1 asm("x1") = arg1;
	register u64 x2 asm("x2") = arg2;
	register u64 x3 asm("x3") = arg3;

	asm volatile("smc #0" : "+r"(x0) : "r"(x1), "r"(x2), "r"(x3) : "memory");
	return x0;
}

static void power_off(void)
{
	psci(PSCI_SYSTEM_OFF, 0, 0, 0);
	for (;;)
		asm volatile("wfi");
}

void launcher_trap(u64 esr, u64 far, u64 elr)
{
	print_number("\nnative: trap esr=", esr);
	print_number(" far=", far);
	print_number(" hpfar=", READ(hpfar_el2));
	print_number(" elr=", elr);
	print("\n");
	power_off();
}

/* ---- the second CPU ---- */

static void manager_timer_init(void)
{
	write32(GICR_CPU1 + 0x14, 0);
	while (read32(GICR_CPU1 + 0x14) & 4)
		;
	write32(GICR_CPU1 + 0x10080, ~0U);
	write32(GICR_CPU1 + 0x10100, 1U << TIMER_PPI);
	WRITE(S3_4_C12_C9_5, 0xf); /* ICC_SRE_EL2 */
	WRITE(S3_0_C4_C6_0, 0xff); /* ICC_PMR_EL1 */
	WRITE(S3_0_C12_C12_7, 1);  /* ICC_IGRPEN1_EL1 */
}

static void sleep_until(u64 time)
{
	WRITE(cntp_cval_el0, time);
	WRITE(cntp_ctl_el0, 1);
	while (READ(cntpct_el0) < time)
		asm volatile("wfi" : : : "memory");
	WRITE(cntp_ctl_el0, 0);
}

void manager_main(void)
{
	struct jailhouse_comm_region *region = &comm.region;
	u64 second = READ(cntfrq_el0), end;

	manager_timer_init();
	sleep_until(READ(cntpct_el0) + RUN_SECONDS * second);
	if (region->cell_state <= JAILHOUSE_CELL_RUNNING_LOCKED) {
		region->reply_from_cell = 0;
		asm volatile("dmb sy" : : : "memory");
		region->msg_to_cell = JAILHOUSE_MSG_SHUTDOWN_REQUEST;
		end = READ(cntpct_el0) + second;
		while (!region->reply_from_cell && READ(cntpct_el0) < end)
			sleep_until(READ(cntpct_el0) + second / 1000);
	}
	sleep_until(READ(cntpct_el0) + second / 100);
	print_number("native: state=", region->cell_state);
	print_number(" reply=", region->reply_from_cell);
	print_number(" message=", region->msg_to_cell);
	print("\n");
	power_off();
}

/* ---- the first CPU ---- */

static void comm_init(void)
{
	static const char signature[] = COMM_REGION_MAGIC;
	struct jailhouse_comm_region *region = &comm.region;

	for (unsigned int n = 0; n < sizeof(region->signature); n++)
		region->signature[n] = signature[n];
	region->revision = COMM_REGION_ABI_REVISION;
	region->console.address = UART;
	region->console.size = 0x1000;
	region->console.type = JAILHOUSE_CON_TYPE_PL011;
	region->console.flags = JAILHOUSE_CON_ACCESS_MMIO;
	region->gic_version = 3;
	region->gicd_base = GICD;
	region->gicr_base = GICR;
}

static void stage2_init(void)
{
	level1[0] = (u64)level2_low | TABLE;
	level2_low[0] = CELL_RAM | BLOCK_NORMAL;
	level2_low[GICD >> 21] = GICD | BLOCK_DEVICE;
	level2_low[UART >> 21] = UART | BLOCK_DEVICE;
	level1[2] = (u64)level2_comm | TABLE;
	level2_comm[0] = (u64)level3_comm | TABLE;
	level3_comm[0] = (u64)&comm | BLOCK_NORMAL | 3;
	asm volatile("dsb sy" : : : "memory");

	WRITE(vttbr_el2, (u64)level1);
	/* 39 bits from level 1, 4K, write-back inner shareable, 40 bits physical */
	WRITE(vtcr_el2, 25 | 1 << 6 | 1 << 8 | 1 << 10 | 3 << 12 | 2 << 16 | 1U << 31);
	asm volatile("tlbi vmalls12e1; dsb sy; isb" : : : "memory");
}

void launcher_main(void)
{
	comm_init();
	stage2_init();
	WRITE(vpidr_el2, READ(midr_el1));
	WRITE(vmpidr_el2, READ(mpidr_el1));
	WRITE(cntvoff_el2, 0);
	WRITE(cnthctl_el2, 3);
	WRITE(cptr_el2, 0x33ff);
	WRITE(S3_4_C12_C9_5, 0xf);
	WRITE(sctlr_el1, 0x30d00800);
	WRITE(hcr_el2, 1ULL << 31 | 1); /* EL1 is 64-bit, stage 2 on */
	psci(PSCI_CPU_ON, 1, (u64)manager_start, 0);
	enter_cell();
}
