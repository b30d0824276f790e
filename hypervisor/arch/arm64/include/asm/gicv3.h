/* SPDX-License-Identifier: GPL-2.0-only */
/* GICv3: registers, and what its files share. */
#ifndef ASM_GICV3_H
#define ASM_GICV3_H

#include <asm/gic_device.h>

#define GICV3_GICD_SIZE	   0x10000
#define GICV3_ID_REGISTERS 0xffd0
#define GICV3_PIDR2	   0xffe8

/* Redistributor: RD_base and, 64 KiB further, SGI_base */
#define GICR_SGI	      0x10000
#define GICR_STRIDE	      0x20000
#define GICR_STRIDE_V4	      0x40000
#define GICR_CTLR	      0x0000
#define GICR_CTLR_ENABLE_LPIS (1U << 0)
#define GICR_CTLR_RWP	      (1U << 3)
#define GICR_IIDR	      0x0004
#define GICR_TYPER	      0x0008
#define GICR_TYPER_LAST	      (1ULL << 4)
#define GICR_WAKER	      0x0014
#define GICR_WAKER_SLEEP      (1U << 1)
#define GICR_WAKER_ASLEEP     (1U << 2)
#define GICR_PROPBASER	      0x0070
#define GICR_PENDBASER	      0x0078
#define GICR_INVLPIR	      0x00a0
#define GICR_INVALLR	      0x00b0
#define GICR_SYNCR	      0x00c0

extern u64 gicr_base; /* physical */
extern u64 gicr_stride;
extern u32 gicr_frames;

/* Priority mask that lets the hypervisor's own interrupts through and no others. */
extern u64 gicv3_pmr_kick_only;

/* Of struct gic_ops, see <asm/gic_device.h>. */
int gicv3_prepare(void);
int gicv3_cpu_prepare(struct cpu *cpu);

/* Whether there is a block of a GICv3 at @base. Return: 0, or -ENODEV with a message. */
int gicv3_check_id(const char *name, u64 base);

/* The mapped redistributors of all CPUs. */
char *gicr_frame_base(void);

/* Which register of a redistributor names a table that is no memory of the root cell, 0: none. */
u32 gicv3_lpi_fault(const char *rd);

static inline const char *gicv3_lpi_table(u32 reg)
{
	return reg == GICR_PROPBASER ? "GICR_PROPBASER" : "GICR_PENDBASER";
}

int gicv3_mmio_init(struct cell *cell);
void gicv3_route(u32 intid, const struct cpu *cpu);
bool gicv3_is_routed(u32 intid, const struct cpu *cpu);

#endif /* ASM_GICV3_H */
