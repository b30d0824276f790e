// SPDX-License-Identifier: GPL-2.0-only
/*
 * A small firmware at EL3 of QEMU's "virt" machine (secure=on), for one purpose: to see which calls of
 * whom arrive. PSCI (Arm DEN 0022) works; services of the vendors and of a trusted OS (SMC Calling
 * Convention, Arm DEN 0028) answer with values that can be recognized, and are counted.
 */
#include "firmware.h"

#define GICD	     0x08000000ULL
#define GICR	     0x080a0000ULL
#define GICR_STRIDE  0x20000ULL
#define GICR_WAKER   0x14
#define GICR_SGI     0x10000ULL
#define GIC_IGROUPR  0x80
#define WAKER_SLEEP  0x2
#define WAKER_ASLEEP 0x4

/* The secure GPIO block: pin 0 switches the machine off, pin 1 resets it. */
#define GPIO	      0x090b0000ULL
#define GPIO_DIR      0x400
#define GPIO_POWEROFF 0x1
#define GPIO_RESET    0x2

#define TREE 0x47e00000ULL

#define NOT_SUPPORTED (-1ULL)
#define INVALID	      (-2ULL)
#define DENIED	      (-3ULL)
#define ALREADY_ON    (-4ULL)

#define SMC_64 0x40000000U

/* Function that tells the counts: x0 vendors, x1 trusted OS, x2 workarounds, x3 CPU_ON and unknown. */
#define GET_COUNTS 0xc200ff00U

/* Function that makes CPU_OFF fail: x1 has a bit for each CPU. */
#define DENY_OFF 0xc200ff01U

/* Function that tells how often CPUs were suspended: x0 standby, x1 with their state lost. */
#define GET_SUSPENDS 0xc200ff02U

enum { OFF, ON };

static struct {
	volatile u64 entry, context;
	volatile u32 state, started;
} cpus[CPUS];

static volatile u64 denied; /* see DENY_OFF */

static struct {
	u64 vendor, trusted, workaround, cpu_on, others;
	volatile u64 standby[CPUS], powerdown[CPUS];
} counts;

/* All interrupts are for the non-secure world; a redistributor is woken by the secure one only. */
static void gic_init(void)
{
	u64 frame;
	u32 n;

	write32(GICD, 0x30); /* affinity routing in both worlds */
	for (n = 1; n < 10; n++)
		write32(GICD + GIC_IGROUPR + n * 4, ~0U);
	for (n = 0; n < CPUS; n++) {
		frame = GICR + n * GICR_STRIDE;
		write32(frame + GICR_WAKER, read32(frame + GICR_WAKER) & ~(u32)WAKER_SLEEP);
		while (read32(frame + GICR_WAKER) & WAKER_ASLEEP)
			;
		write32(frame + GICR_SGI + GIC_IGROUPR, ~0U);
	}
}

/* A CPU that is off: waits for somebody who wants it. */
static void wait_for_start(u64 cpu) __attribute__((noreturn));

static void wait_for_start(u64 cpu)
{
	cpus[cpu].state = OFF;
	while (!cpus[cpu].started)
		asm volatile("wfe");
	cpus[cpu].started = 0;
	enter_el2(cpus[cpu].entry, cpus[cpu].context);
}

void firmware_main(u64 cpu)
{
	u64 kernel;

	if (cpu != 0)
		wait_for_start(cpu);
	gic_init();
	kernel = load_kernel(TREE);
	cpus[0].state = ON;
	enter_el2(kernel, TREE);
}

static u64 this_cpu(void)
{
	u64 mpidr;

	asm volatile("mrs %0, mpidr_el1" : "=r"(mpidr));
	return mpidr & 0xff;
}

static u64 cpu_on(u64 cpu, u64 entry, u64 context)
{
	counts.cpu_on++;
	if (cpu >= CPUS)
		return INVALID;
	if (cpus[cpu].state != OFF)
		return ALREADY_ON;
	cpus[cpu].entry = entry;
	cpus[cpu].context = context;
	cpus[cpu].state = ON;
	cpus[cpu].started = 1;
	asm volatile("dsb sy\n\tsev" : : : "memory");
	return 0;
}

/* Until an interrupt comes; one that has lost its state starts where it asked to. */
static u64 cpu_suspend(const u64 *x)
{
	u64 cpu = this_cpu();

	if ((u32)x[1] != STATE_STANDBY && (u32)x[1] != STATE_POWERDOWN)
		return INVALID;
	asm volatile("dsb sy\n\twfi" : : : "memory");
	if ((u32)x[1] == STATE_STANDBY) {
		counts.standby[cpu]++;
		return 0;
	}
	counts.powerdown[cpu]++;
	enter_el2(x[2], x[3]);
}

static void get_suspends(u64 *x)
{
	u32 n;

	for (x[0] = x[1] = 0, n = 0; n < CPUS; n++) {
		x[0] += counts.standby[n];
		x[1] += counts.powerdown[n];
	}
}

static u64 affinity_info(u64 cpu)
{
	if (cpu >= CPUS)
		return INVALID;
	return cpus[cpu].state == ON ? 0 : 1;
}

static void machine_end(u32 pin) __attribute__((noreturn));

static void machine_end(u32 pin)
{
	write32(GPIO + GPIO_DIR, GPIO_POWEROFF | GPIO_RESET);
	write32(GPIO + (pin << 2), pin);
	while (1)
		asm volatile("wfi");
}

static u64 features(u32 function)
{
	switch (function & ~SMC_64) {
	case 0x84000000: /* PSCI_VERSION */
	case 0x84000001: /* CPU_SUSPEND */
	case 0x84000002: /* CPU_OFF */
	case 0x84000003: /* CPU_ON */
	case 0x84000004: /* AFFINITY_INFO */
	case 0x84000006: /* MIGRATE_INFO_TYPE */
	case 0x84000008: /* SYSTEM_OFF */
	case 0x84000009: /* SYSTEM_RESET */
	case 0x8400000a: /* PSCI_FEATURES */
	case 0x80000000: /* SMCCC_VERSION */
	case 0x80000001: /* SMCCC_ARCH_FEATURES */
	case 0x80008000: /* the three workarounds */
	case 0x80007fff:
	case 0x80003fff:
		return 0;
	default:
		return NOT_SUPPORTED;
	}
}

static u64 standard_call(u64 *x)
{
	switch ((u32)x[0] & ~SMC_64) {
	case 0x84000000:
	case 0x80000000: /* both are at version 1.1 */
		return 0x10001;
	case 0x84000001:
		return cpu_suspend(x);
	case 0x84000002:
		if (denied >> this_cpu() & 1)
			return DENIED;
		wait_for_start(this_cpu());
	case 0x84000003:
		return cpu_on(x[1], x[2], x[3]);
	case 0x84000004:
		return affinity_info(x[1]);
	case 0x84000006:
		return 2; /* no trusted OS that would have to be migrated */
	case 0x84000008:
		machine_end(GPIO_POWEROFF);
	case 0x84000009:
		machine_end(GPIO_RESET);
	case 0x8400000a:
	case 0x80000001:
		return features((u32)x[1]);
	case 0x80008000:
	case 0x80007fff:
	case 0x80003fff:
		counts.workaround++;
		return 0;
	default:
		counts.others++;
		return NOT_SUPPORTED;
	}
}

/* Recognizable: the owner, the function, what was passed, and all registers that may be used. */
static void service_call(u64 *x, u64 *count)
{
	u32 n;

	(*count)++;
	x[0] = 0x5e000000 | (x[0] >> 24 & 0x3f) << 16 | (x[0] & 0xffff);
	for (n = 1; n < 18; n++)
		x[n] = x[n] + n;
}

void firmware_call(u64 *x)
{
	u32 owner = (u32)x[0] >> 24 & 0x3f;

	if ((u32)x[0] == GET_COUNTS) {
		x[0] = counts.vendor;
		x[1] = counts.trusted;
		x[2] = counts.workaround;
		x[3] = counts.cpu_on << 16 | counts.others;
	} else if ((u32)x[0] == GET_SUSPENDS) {
		get_suspends(x);
	} else if ((u32)x[0] == DENY_OFF) {
		denied = x[1];
		x[0] = 0;
	} else if (owner == 2 || owner == 3) {
		service_call(x, &counts.vendor);
	} else if (owner >= 48) {
		service_call(x, &counts.trusted);
	} else {
		x[0] = standard_call(x);
	}
}
