/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "hostile-arm64.h"

#define GICD_CTLR	0x0000
#define GICD_ISENABLER	0x0100
#define GICD_ICENABLER	0x0180
#define GICD_ISPENDR	0x0200
#define GICD_ICPENDR	0x0280
#define GICD_ISACTIVER	0x0300
#define GICD_ICACTIVER	0x0380
#define GICD_IPRIORITYR 0x0400
#define GICD_ITARGETSR	0x0800
#define GICD_ICFGR	0x0c00
#define GICD_SGIR	0x0f00
#define GICD_CPENDSGIR	0x0f10
#define GICD_SPENDSGIR	0x0f20
#define GICD_IROUTER	0x6000
#define GICR_TYPER	0x0008
#define GICR_WAKER	0x0014
#define GICR_SGI_FRAME	0x10000
#define GICC_BPR	0x0008
#define GICC_EOIR	0x0010
#define GICC_AEOIR	0x0024
#define GICC_APR	0x00d0
#define GICC_NSAPR	0x00e0
#define GICC_DIR	0x1000
#define FOREIGN_SPI	33
#define MAX_FRAMES	16

static u64 gicd(void)
{
	return inmate_comm()->gicd_base;
}

static bool is_gicv2(void)
{
	return inmate_comm()->gic_version == 2;
}

u64 own_mpidr(void)
{
	u64 mpidr;

	asm volatile("mrs %0, mpidr_el1" : "=r"(mpidr));
	return mpidr & 0xff00ffffffULL;
}

/* GICv2: a CPU reads its own bit in the target registers of its private interrupts. */
static u32 own_target(void)
{
	return mmio_read32(gicd() + GICD_ITARGETSR) & 0xff;
}

/* ---- SGIs ---- */

static void send_sgi(u64 value)
{
	asm volatile("dsb sy; msr s3_0_c12_c11_5, %0; isb" : : "r"(value) : "memory");
}

static void sgi_foreign_v3(void)
{
	for (u64 sgi = 0; sgi < 16; sgi++) {
		send_sgi(sgi << 24 | 1ULL << 40); /* all but this one */
		for (u64 cluster = 0; cluster < 4; cluster++)
			send_sgi(sgi << 24 | cluster << 16 |
				 (0xffff & ~(1ULL << (own_mpidr() & 15))));
	}
	printf("attack: 80 SGI requests sent\n");
}

/* By each filter: listed CPUs, all others, itself, reserved; and by the senders' bits. */
static void sgi_foreign_v2(void)
{
	u32 foreign = 0xff & ~own_target();

	for (u32 sgi = 0; sgi < 16; sgi++) {
		for (u32 filter = 0; filter < 4; filter++)
			mmio_write32(gicd() + GICD_SGIR, filter << 24 | foreign << 16 | sgi);
		mmio_write32(gicd() + GICD_SGIR, foreign << 16 | 1 << 15 | sgi);
	}
	printf("attack: 80 SGI requests sent\n");
	for (u32 sgi = 0; sgi < 16; sgi += 4) {
		mmio_write32(gicd() + GICD_SPENDSGIR + sgi, foreign * 0x01010101);
		mmio_write32(gicd() + GICD_CPENDSGIR + sgi, ~0U);
	}
	result("senders left", mmio_read32(gicd() + GICD_SPENDSGIR));
}

void sgi_foreign(u64 address)
{
	(void)address;
	if (is_gicv2())
		sgi_foreign_v2();
	else
		sgi_foreign_v3();
}

/* ---- shared interrupts ---- */

static u64 route_of(u32 spi)
{
	return gicd() + (is_gicv2() ? GICD_ITARGETSR + spi / 4 * 4 : GICD_IROUTER + spi * 8);
}

static void show_spi(const char *when)
{
	u64 base = gicd() + FOREIGN_SPI / 32 * 4;

	printf("attack: %s: enabled 0x%x pending 0x%x active 0x%x priority 0x%x route 0x%x\n", when,
	       mmio_read32(base + GICD_ISENABLER), mmio_read32(base + GICD_ISPENDR),
	       mmio_read32(base + GICD_ISACTIVER),
	       mmio_read32(gicd() + GICD_IPRIORITYR + FOREIGN_SPI / 4 * 4),
	       mmio_read32(route_of(FOREIGN_SPI)));
}

void spi_foreign(u64 address)
{
	static const u32 bits[] = { GICD_ISENABLER, GICD_ISPENDR, GICD_ISACTIVER,
				    GICD_ICENABLER, GICD_ICPENDR, GICD_ICACTIVER };
	u64 base = gicd() + FOREIGN_SPI / 32 * 4;
	u32 control = mmio_read32(gicd() + GICD_CTLR);

	(void)address;
	show_spi("before");
	mmio_write32(gicd() + GICD_IPRIORITYR + FOREIGN_SPI / 4 * 4, 0);
	mmio_write32(gicd() + GICD_ICFGR + FOREIGN_SPI / 16 * 4, ~0U);
	mmio_write32(route_of(FOREIGN_SPI), is_gicv2() ? 0xffffffff : own_mpidr());
	for (unsigned int n = 0; n < ARRAY_SIZE(bits); n++)
		mmio_write32(base + bits[n], ~0U);
	mmio_write32(gicd() + GICD_CTLR, 0);
	show_spi("after");
	mmio_write32(gicd() + GICD_CTLR, control);
}

static volatile unsigned int spi_count;

static void spi_came(void *arg)
{
	(void)arg;
	spi_count++;
}

/* To each CPU that is not its own; it must come here all the same. */
static void route_away(u32 spi)
{
	if (is_gicv2()) {
		for (u32 bit = 1; bit < 0x100; bit *= 2)
			if (bit != own_target())
				*(volatile u8 *)(uintptr_t)(gicd() + GICD_ITARGETSR + spi) = bit;
	} else {
		for (u64 mpidr = 0; mpidr < 8; mpidr++)
			if (mpidr != own_mpidr())
				mmio_write32(route_of(spi), mpidr);
	}
}

static void wait_for_spi(unsigned int before)
{
	u64 end = timer_ticks() + timer_frequency() / 100;

	while (spi_count == before && timer_ticks() < end)
		inmate_poll();
}

static void trigger(u32 spi)
{
	unsigned int before = spi_count;

	mmio_write32(gicd() + GICD_ISPENDR + spi / 32 * 4, 1U << spi % 32);
	wait_for_spi(before);
}

void spi_own(u64 address)
{
	u32 spi = cmdline_get_int("spi", 0), bit = 1U << spi % 32;
	u64 base = gicd() + spi / 32 * 4;
	char leave[16];

	(void)address;
	cmdline_get_string("leave", leave, sizeof(leave), "");
	if (!strcmp(leave, "pending")) {
		irq_register(spi, spi_came, NULL, 0);
		irq_disable(spi);
		mmio_write32(base + GICD_ISPENDR, bit);
		result("left pending", mmio_read32(base + GICD_ISPENDR));
		return;
	}
	if (!strcmp(leave, "active")) {
		mmio_write32(base + GICD_ISACTIVER, bit);
		result("left active", mmio_read32(base + GICD_ISACTIVER));
		return;
	}
	result("registered", irq_register(spi, spi_came, NULL, 0));
	trigger(spi);
	result("before", spi_count);
	route_away(spi);
	trigger(spi);
	result("after", spi_count);
	asm volatile("msr daifset, #2" : : : "memory");
	mmio_write32(base + GICD_ISPENDR, bit);
	irq_disable(spi);
	asm volatile("msr daifclr, #2; isb" : : : "memory");
	result("disabled", spi_count);
	irq_enable(spi);
	wait_for_spi(2);
	result("enabled", spi_count);
}

/* ---- floods ---- */

void sgi_storm(void *arg)
{
	(void)arg;
	asm volatile("msr daifset, #2" : : : "memory");
	for (u32 sgi = 0;; sgi = (sgi + 1) & 15) {
		if (is_gicv2())
			mmio_write32(gicd() + GICD_SGIR, 0xff << 16 | sgi);
		else
			send_sgi(sgi << 24 | 0xffff);
	}
}

void route_storm(void *arg)
{
	(void)arg;
	for (;;)
		route_away(cmdline_get_int("spi", 0));
}

/* ---- registers ---- */

static void write_waker(void *arg)
{
	*(volatile u32 *)arg = 1 << 1;
	result("foreign waker", *(volatile u32 *)arg);
}

static void write_pending(void *arg)
{
	*(volatile u32 *)arg = ~0U;
	result("foreign pending", *(volatile u32 *)arg);
}

static void read_waker(void *arg)
{
	result("foreign waker", *(volatile u32 *)arg);
}

static void read_byte(void *arg)
{
	result("byte", *(volatile u8 *)arg);
}

static u64 own_affinity(void)
{
	return (own_mpidr() & 0xffffff) | (own_mpidr() >> 32 & 0xff) << 24;
}

void gicr_foreign(u64 address)
{
	static const struct step steps[] = {
		{ "read", read_waker, GICR_WAKER },
		{ "put to sleep", write_waker, GICR_WAKER },
		{ "make pending", write_pending, GICR_SGI_FRAME + GICD_ISPENDR },
		{ "byte of a word register", read_byte, GICR_TYPER },
	};
	u64 frame = inmate_comm()->gicr_base, foreign = 0;

	(void)address;
	for (int n = 0; n < MAX_FRAMES; n++, frame += 0x20000) {
		u32 low = mmio_read32(frame + GICR_TYPER);
		u32 high = mmio_read32(frame + GICR_TYPER + 4);

		printf("attack: frame 0x%llx type 0x%x affinity 0x%x\n", frame, low, high);
		if (high != own_affinity())
			foreign = frame;
		if (low & (1 << 4))
			break;
	}
	if (!foreign) {
		printf("attack: no foreign redistributor found\n");
		return;
	}
	run_steps(steps, ARRAY_SIZE(steps), foreign);
}

static void read_word(void *arg)
{
	result("word", *(volatile u32 *)arg);
}

static void read_double(void *arg)
{
	u64 value;

	asm volatile("ldr %0, [%1]" : "=r"(value) : "r"(arg));
	result("double word", value);
}

void gic_regs(u64 address)
{
	const u64 size = is_gicv2() ? 0x1000 : 0x10000;
	const struct step steps[] = {
		{ "byte of a word register", read_byte, 0 },
		{ "double word of a word register", read_double, 0 },
		{ "reserved register", read_word, size - 0xa0 },
		{ "last register", read_word, size - 4 },
		{ "across the end", read_double, size - 8 },
		{ "unaligned", read_word, 2 },
		{ "beyond the distributor", read_word, size },
	};

	(void)address;
	run_steps(steps, ARRAY_SIZE(steps), gicd());
}

/*
 * Ends and deactivates what it has never got; then more of the interface, which is put right again,
 * or the cell sleeps for ever.
 */
static void gicc_memory(u64 base)
{
	for (u32 irq = 0; irq < 1024; irq++) {
		mmio_write32(base + GICC_EOIR, irq);
		mmio_write32(base + GICC_AEOIR, irq);
		mmio_write32(base + GICC_DIR, irq);
	}
	for (u32 n = 0; n < 16; n += 4) {
		mmio_write32(base + GICC_APR + n, ~0U);
		mmio_write32(base + GICC_NSAPR + n, ~0U);
		mmio_write32(base + GICC_APR + n, 0);
		mmio_write32(base + GICC_NSAPR + n, 0);
	}
	mmio_write32(base, ~0U);
	mmio_write32(base + GICC_BPR, 7);
	mmio_write32(base + GICC_BPR, 0);
	mmio_write32(base, 1);
}

static void gicc_registers(void)
{
	for (u64 irq = 0; irq < 9000; irq++)
		asm volatile("msr s3_0_c12_c12_1, %0; msr s3_0_c12_c11_1, %0" : : "r"(irq));
	asm volatile("isb" : : : "memory");
}

void gicc(u64 address)
{
	(void)address;
	asm volatile("msr daifset, #2" : : : "memory");
	if (is_gicv2())
		gicc_memory(inmate_comm()->gicc_base);
	else
		gicc_registers();
	asm volatile("msr daifclr, #2" : : : "memory");
	timer_wait(timer_ticks() + timer_frequency() / 100);
	printf("attack: the timer still works\n");
}
