/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The interrupt controller from inside: registers of GICv2 (IHI 0048) and GICv3 (IHI 0069), what
 * differs between the two, and what their files share.
 */
#ifndef ASM_GIC_DEVICE_H
#define ASM_GIC_DEVICE_H

#include <asm/gic.h>

#define GIC_KICK	   0  /* physical SGI */
#define GIC_VIRTUAL_TIMER  27 /* PPIs that every cell has */
#define GIC_PHYSICAL_TIMER 30
#define GIC_SPECIAL_FIRST  1020
#define GIC_LPI_FIRST	   8192

/* Distributor. GICv3 has the registers of the first 32 interrupts in the redistributors. */
#define GICD_CTLR	      0x0000
#define GICD_CTLR_ARE_NS      (1U << 4)
#define GICD_CTLR_DS	      (1U << 6)
#define GICD_CTLR_RWP	      (1U << 31)
#define GICD_TYPER	      0x0004
#define GICD_TYPER_ESPI	      (1U << 8)
#define GICD_SETSPI_NSR	      0x0040
#define GICD_CLRSPI_NSR	      0x0048
#define GICD_IGROUPR	      0x0080
#define GICD_ISENABLER	      0x0100
#define GICD_ICENABLER	      0x0180
#define GICD_ISPENDR	      0x0200
#define GICD_ICPENDR	      0x0280
#define GICD_ISACTIVER	      0x0300
#define GICD_ICACTIVER	      0x0380
#define GICD_IPRIORITYR	      0x0400
#define GICD_ITARGETSR	      0x0800
#define GICD_ICFGR	      0x0c00
#define GICD_IGRPMODR	      0x0d00
#define GICD_ISENABLER_E      0x1200
#define GICD_IROUTER	      0x6000
#define GICD_IROUTER_END      (GICD_IROUTER + SPI_LIMIT * 8)
#define GICD_IROUTER_ANY      (1ULL << 31)
#define GIC_PIDR2_ARCH(pidr2) ((pidr2) >> 4 & 0xf)

#define GIC_PRIORITY_KICK    0x00 /* hypervisor's own: above all others */
#define GIC_PRIORITY_MIN     0x10 /* numerically lowest that a cell's interrupt gets */
#define GIC_PRIORITY_DEFAULT 0xa0
#define GIC_PMR_ALL	     0xff
#define GIC_PMR_KICK_ONLY    0x10

/* Virtual interface, on causes of maintenance one of which always holds: group 0 on, group 0 off. */
#define GIC_HCR_MAINTENANCE 0x31U

/* State of a list register. */
#define LR_PENDING 1U
#define LR_ACTIVE  2U
#define LR_TIED	   4U /* to its physical interrupt */

/* What differs. Functions without a comment are those of <asm/gic.h>. */
struct gic_ops {
	int (*prepare)(void);
	int (*cpu_prepare)(struct cpu *cpu);
	void (*cpu_commit)(struct cpu *cpu);
	void (*cpu_reset)(struct cpu *cpu);
	void (*cpu_handback)(struct cpu *cpu);
	bool (*cpu_drain)(struct cpu *cpu);
	void (*cpu_undrain)(struct cpu *cpu);
	void (*handle_irq)(struct cpu *cpu);
	void (*inject_sgis)(struct cpu *cpu);
	bool (*cpu_is_idle)(struct cpu *cpu);
	/*
	 * A CPU that parks: no private interrupt of its guest is enabled, pending or active any more.
	 * Shared ones that are routed to it stay pending: nothing but kicks gets through.
	 */
	void (*cpu_quiesce)(struct cpu *cpu);
	/* Write GICH_HCR or ICH_HCR_EL2. Returns what was there. */
	u64 (*hcr_swap)(u64 value);
	/* Send GIC_KICK to a CPU. */
	void (*kick)(struct cpu *cpu);
	/* Take one interrupt of a parked CPU from the interface. */
	void (*absorb)(struct cpu *cpu);
	/* Add the ranges of registers to a cell's tables. */
	int (*mmio_init)(struct cell *cell);
	/* Send a shared interrupt to a CPU. */
	void (*route)(u32 intid, const struct cpu *cpu);
	/* Whether a shared interrupt goes to this CPU, among others perhaps. */
	bool (*is_routed)(u32 intid, const struct cpu *cpu);
	/* Wait until disabled interrupts cannot come any more: shared ones, or those of @cpu. */
	void (*settle)(const struct cpu *cpu);
	/* List register @n of this CPU: its interrupt and state, 0 if it is empty. */
	u32 (*lr_state)(u32 n, u32 *intid);
	/* Write it: an interrupt that is tied to its physical one, or 0 to make it empty. */
	void (*lr_set)(struct cpu *cpu, u32 n, u32 intid, u32 state);
	/* Bits of the empty ones. */
	u64 (*lrs_free)(const struct cpu *cpu);
	/* Deactivate a physical interrupt, no SGI. */
	void (*deactivate)(u32 intid);
	/* SGIs that guests can enable and make pending by the registers for that. */
	u32 sgi_bits;
};

extern const struct gic_ops gicv2_ops, gicv3_ops;
extern const struct gic_ops *gic_ops;

extern char *gicd;	    /* mapped distributor */
extern u32 gic_maintenance; /* PPI */
extern u8 gic_spi_priority[SPI_LIMIT];
extern u32 gic_spi_config[SPI_LIMIT / 16 + 1]; /* GICD_ICFGR as it is or will be in a moment */

/* Wait until bits of a register are clear, not for ever. Returns whether they are. */
bool gic_wait_clear(const char *address, u32 bits, u32 microseconds);

/* A register block must identify itself; at a wrong address nothing may answer at all. */
int gic_probe(const char *name, u64 base, u64 offset, u32 *value);

/* How many interrupts the distributor has, those that are private to a CPU included. */
u32 gic_lines(void);

/* Map the distributor. */
int gic_map_distributor(u64 base, u64 size);

/* Phase 1, on each CPU: the maintenance interrupt must come and go with its cause. */
int gic_check_maintenance(struct cpu *cpu);

/*
 * Private interrupts of a CPU. Their registers are at cpu.arch.gic_private, with the offsets of
 * the distributor.
 */

/* Take over priorities and enabled SGIs from Linux, and everything back to it. */
void gic_private_take(struct cpu *cpu);
void gic_private_handback(struct cpu *cpu);

/* The interrupts that the hypervisor itself uses. */
void gic_private_own(struct cpu *cpu);

/* Nothing enabled, pending or active; then priorities as after reset. */
void gic_private_quiesce(struct cpu *cpu);
void gic_private_reset(struct cpu *cpu);

/* Interrupts of the highest priorities must not pass when the list registers are full. */
void gic_clamp_priorities(void);

/* Whether this is an edge-triggered interrupt, of @cpu if it is a private one. */
bool gic_is_edge(const struct cpu *cpu, u32 intid);

/* An interrupt that the guest has not taken becomes pending in the hardware again. */
void gic_return(struct cpu *cpu, u32 intid);

/*
 * An interrupt in a list register is active in the hardware, whether the guest has taken it or not.
 * For the interrupts of one register of 32, in the list registers of this CPU:
 */

/* Which ones the guest has not taken. */
u32 gic_lrs_waiting(struct cpu *cpu, u32 word);

/* Make them active or inactive for the guest. Returns for which the hardware has to change. */
u32 gic_lrs_set_active(struct cpu *cpu, u32 word, u32 bits, bool active);

/* Back to the hardware, where they are pending again, with those that the guest has not taken. */
void gic_lrs_withdraw(struct cpu *cpu, u32 word, u32 bits);

/* Phase 2: interrupts that are active in Linux's hands. Its deactivation must find them. */
void gic_lrs_carry(struct cpu *cpu);

/* A CPU parks: shared interrupts in its list registers are nobody's then. */
void gic_lrs_park(struct cpu *cpu);

/* The list register that an interrupt is in already, or @otherwise. */
u32 gic_lr_again(const struct cpu *cpu, u32 intid, u32 otherwise);

/* All list registers of a CPU, a bit each. */
static inline u64 gic_lrs_all(const struct cpu *cpu)
{
	return (1ULL << cpu->arch.lr_count) - 1;
}

/* An interrupt that is not the cell's: routed here by a mistake, so it is silenced. */
void gic_silence(struct cpu *cpu, u32 intid);

/* An SGI for another CPU of the cell, or for the caller itself. */
void gic_post_sgi(struct cpu *target, u32 intid);

/* Refuse what a guest has written to a register; a message. Always false. */
bool gic_refuse(struct cpu *cpu, const char *what, u64 offset, u64 value);

/* Emulation of registers that both versions have. @access->offset is that in the distributor. */
void gicd_bits(struct cpu *cpu, struct mmio_access *access);
void gicd_priority(struct cpu *cpu, struct mmio_access *access);
void gicd_config(struct cpu *cpu, struct mmio_access *access);

/*
 * The same for the private interrupts of CPU @target, which is of the same cell as @cpu. @reg is
 * the offset.
 */
void gic_private_access(struct cpu *cpu, struct cpu *target, u32 reg, struct mmio_access *access);
bool gic_private_size_ok(u32 reg, const struct mmio_access *access);

/* Registers must not be in a cell's memory, whatever regions its configuration has. */
int gic_hide(struct cell *cell, u64 start, u64 size);

#endif /* ASM_GIC_DEVICE_H */
