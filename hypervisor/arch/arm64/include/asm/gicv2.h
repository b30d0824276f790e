/* SPDX-License-Identifier: GPL-2.0-only */
/* GICv2: registers, and what its two files share. */
#ifndef ASM_GICV2_H
#define ASM_GICV2_H

#include <asm/gic_device.h>

#define GICV2_CPUS 8

#define GICV2_GICD_SIZE 0x1000
#define GICD_SGIR	0x0f00
#define GICD_CPENDSGIR	0x0f10
#define GICD_SPENDSGIR	0x0f20
#define GICD_ID		0x0fd0
#define GICV2_PIDR2	0x0fe8

/* CPU interface, physical (GICC) or virtual (GICV) */
#define GICC_SIZE	   0x2000
#define GICC_CTLR	   0x0000
#define GICC_CTLR_ENABLE   (1U << 0)
#define GICC_CTLR_BYPASS   0x1e0U
#define GICC_CTLR_EOIMODE  (1U << 9)
#define GICC_PMR	   0x0004
#define GICC_BPR	   0x0008
#define GICC_IAR	   0x000c
#define GICC_IAR_ID(iar)   ((iar)&0x3ff)
#define GICC_EOIR	   0x0010
#define GICC_APR	   0x00d0
#define GICC_IIDR	   0x00fc
#define GICC_IIDR_ARCH(id) ((id) >> 16 & 0xf)
#define GICC_DIR	   0x1000
#define GICC_DIR_PAGE	   0x1000

/* Hypervisor's side of the virtual interface */
#define GICH_SIZE	     0x1000
#define GICH_HCR	     0x0000
#define GICH_HCR_EN	     (1U << 0)
#define GICH_HCR_UIE	     (1U << 1)
#define GICH_VTR	     0x0004
#define GICH_VTR_LAYOUT	     0x90000000U /* 5 bits of priority, as every GICv2 has */
#define GICH_VMCR	     0x0008
#define GICH_VMCR_ENABLE     (1U << 0)
#define GICH_VMCR_EOIMODE    (1U << 9)
#define GICH_VMCR_BPR_SHIFT  21
#define GICH_VMCR_PMR_SHIFT  27
#define GICH_EISR	     0x0020
#define GICH_ELRSR	     0x0030
#define GICH_APR	     0x00f0
#define GICH_LR		     0x0100
#define GICH_LR_ID	     0x3ffU
#define GICH_LR_PINTID_SHIFT 10 /* with HW: the physical interrupt */
#define GICH_LR_SOURCE_SHIFT 10 /* without: which CPU has sent an SGI */
#define GICH_LR_SOURCE(lr)   ((lr) >> 10 & 7)
#define GICH_LR_EOI	     (1U << 19) /* without HW: maintenance interrupt at its end */
#define GICH_LR_PRIORITY(p)  ((u32)((p) >> 3) << 23)
#define GICH_LR_PENDING	     (1U << 28)
#define GICH_LR_ACTIVE	     (1U << 29)
#define GICH_LR_HW	     (1U << 31)

/*
 * SGIs of a CPU by sender: a byte an SGI, a bit a sender. The bit in vsgi_pending says that there
 * may be one; it is set after the sender's.
 */
u32 gicv2_sgi_sources(const struct cpu *cpu, u32 intid);
void gicv2_sgi_add(struct cpu *cpu, u32 intid, u32 sources);
/* Returns those that were there. */
u32 gicv2_sgi_remove(struct cpu *cpu, u32 intid, u32 sources);

int gicv2_mmio_init(struct cell *cell);
void gicv2_route(u32 intid, const struct cpu *cpu);
bool gicv2_is_routed(u32 intid, const struct cpu *cpu);

#endif /* ASM_GICV2_H */
