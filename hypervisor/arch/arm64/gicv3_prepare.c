/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * GICv3: what the machine has is compared with the configuration, and found out, before anything
 * changes.
 */
#include <asm/gicv3.h>
#include <asm/its.h>
#include <asm/sysregs.h>
#include <core/error.h>
#include <core/space.h>
#include <core/system.h>

#define WAKE_US	   10000 /* longest wait for a redistributor */
#define EPPI_FIRST 1056
#define ESPI_FIRST 4096

u64 gicr_base, gicr_stride, gicv3_pmr_kick_only;
u32 gicr_frames;

static char *gicr;

int gicv3_check_id(const char *name, u64 base)
{
	u32 id;
	int err = gic_probe(name, base, GICV3_PIDR2, &id);

	if (!err && GIC_PIDR2_ARCH(id) != 3 && GIC_PIDR2_ARCH(id) != 4)
		err = fail(MSG_GIC_ID, name, base, 3, id);
	return err;
}

/* Count the frames before they are mapped for good. */
static int map_redistributors(void)
{
	u64 frame_base = gicr_base;
	u32 typer = 0;
	int err;

	for (gicr_frames = 0; !(typer & GICR_TYPER_LAST); gicr_frames++) {
		if (gicr_frames == CPU_MAX)
			return fail(MSG_GICR_COUNT, gicr_base, CPU_MAX);
		err = gicv3_check_id("gicr_base", frame_base);
		if (!err)
			err = gic_probe("GICR_TYPER", frame_base, GICR_TYPER, &typer);
		if (err)
			return err;
		frame_base += gicr_stride;
	}
	gicr = space_map_device(gicr_base, gicr_frames * gicr_stride);
	return gicr ? 0 : -ENOMEM;
}

/* Extended interrupts, if there are any, must not be in use. @first: of the 32 of each register. */
static int check_extended(const char *enabled, u32 words, u32 first)
{
	u32 n, bits;

	for (n = 0; n < words; n++) {
		bits = mmio_read32(enabled + n * 4);
		if (bits)
			return fail(MSG_GIC_EXTENDED, first + n * 32 + (u32)__builtin_ctz(bits));
	}
	return 0;
}

int gicv3_prepare(void)
{
	u8 version = system_config->platform_info.arm.gic_version;
	u64 gicd_base = system_config->platform_info.arm.gicd_base;
	u32 typer;
	int err;

	gicr_base = system_config->platform_info.arm.gicr_base;
	gicr_stride = version == 4 ? GICR_STRIDE_V4 : GICR_STRIDE;
	if (!field(read_sysreg(id_aa64pfr0_el1), 24, 4))
		return fail(MSG_NO_GIC_SYSREGS, this_cpu()->id);

	err = gicv3_check_id("gicd_base", gicd_base);
	if (!err)
		err = gic_map_distributor(gicd_base, GICV3_GICD_SIZE);
	if (err)
		return err;
	if (!(mmio_read32(gicd + GICD_CTLR) & GICD_CTLR_ARE_NS))
		return fail(MSG_GICD_ARE, mmio_read32(gicd + GICD_CTLR));
	typer = mmio_read32(gicd + GICD_TYPER);
	if (typer & GICD_TYPER_ESPI)
		err = check_extended(gicd + GICD_ISENABLER_E, (typer >> 27) + 1, ESPI_FIRST);
	if (!err)
		err = map_redistributors();
	return err ? err : its_prepare();
}

char *gicr_frame_base(void)
{
	return gicr;
}

/* Affinity as GICR_TYPER has it: aff3.aff2.aff1.aff0 in 32 bits. */
static u32 packed_affinity(u64 mpidr)
{
	return (u32)(mpidr >> 32 & 0xff) << 24 | (u32)(mpidr & 0xffffff);
}

static bool redistributor_wake(char *rd)
{
	if (mmio_read32(gicd + GICD_CTLR) & GICD_CTLR_DS)
		mmio_write32(rd + GICR_WAKER, mmio_read32(rd + GICR_WAKER) & ~GICR_WAKER_SLEEP);
	return gic_wait_clear(rd + GICR_WAKER, GICR_WAKER_ASLEEP, WAKE_US);
}

/*
 * With two security states the registers of interrupts have the upper half of all priorities for this
 * side, and so has the mask, unless the firmware leaves it group 0 (SCR_EL3.FIQ is 0): then the mask
 * counts all priorities (IHI 0069, 4.8). The smallest step can be set only there.
 */
static void find_kick_mask(void)
{
	u64 before = read_sysreg(icc_pmr_el1);

	write_sysreg(icc_pmr_el1, 1ULL << (7 - field(read_sysreg(icc_ctlr_el1), 8, 3)));
	isb();
	gicv3_pmr_kick_only = GIC_PMR_KICK_ONLY;
	if (!(mmio_read32(gicd + GICD_CTLR) & GICD_CTLR_DS) && read_sysreg(icc_pmr_el1))
		gicv3_pmr_kick_only = 0x80 | GIC_PMR_KICK_ONLY >> 1;
	write_sysreg(icc_pmr_el1, before);
	isb();
}

/* Message interrupts that are on already. */
static int check_lpis(u32 cpu, const char *rd)
{
	u32 fault = 0;

	if (mmio_read32(rd + GICR_CTLR) & GICR_CTLR_ENABLE_LPIS)
		fault = gicv3_lpi_fault(rd);
	return fault ? fail(MSG_GICR_TABLE, cpu, gicv3_lpi_table(fault), mmio_read64(rd + fault)) :
		       0;
}

int gicv3_cpu_prepare(struct cpu *cpu)
{
	u64 mpidr = cpu->arch.mpidr;
	char *rd = NULL;
	u32 n;
	int err;

	if (!field(read_sysreg(id_aa64pfr0_el1), 24, 4))
		return fail(MSG_NO_GIC_SYSREGS, cpu->id);

	for (n = 0; n < gicr_frames && !rd; n++) {
		rd = gicr + n * gicr_stride;
		if (mmio_read64(rd + GICR_TYPER) >> 32 != packed_affinity(mpidr))
			rd = NULL;
	}
	if (!rd)
		return fail(MSG_GICR_MISSING, cpu->id, mpidr, gicr_base);
	if (!redistributor_wake(rd))
		return fail(MSG_GICR_ASLEEP, cpu->id);
	cpu->arch.gicr = rd;
	cpu->arch.gic_private = rd + GICR_SGI;
	cpu->arch.lr_count = (u8)(field(read_sysreg(ich_vtr_el2), 0, 5) + 1);
	find_kick_mask();
	/* 32, 64 or 96 private interrupts */
	err = check_extended(rd + GICR_SGI + GICD_ISENABLER + 4,
			     mmio_read32(rd + GICR_TYPER) >> 27 & 3, EPPI_FIRST);
	if (!err)
		err = gic_check_maintenance(cpu);
	if (!err)
		err = check_lpis(cpu->id, rd);
	cpu->arch.kick = (mpidr & 0xff00000000ULL) << 16 | (mpidr & 0xff0000) << 16 |
			 (mpidr & 0xff00) << 8 | (mpidr >> 4 & 0xf) << 44 | 1ULL << (mpidr & 0xf) |
			 (u64)GIC_KICK << 24;
	return err;
}
