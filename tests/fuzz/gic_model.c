/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The hardware below the fuzzer of the GIC, see gic_model.h. References: IHI 0048, IHI 0069. What
 * real hardware leaves unpredictable, or answers with an error on the bus, is a broken promise here.
 */
#include <asm/gicv2.h>
#include <asm/gicv3.h>
#include <core/bitmap.h>
#include <core/space.h>

#include "fuzz.h"
#include "gic_model.h"

#define RD_SIZE 0x20000

enum gic_judge gic_judge;
struct cpu *gic_actor;
struct cpu gic_cpus[GIC_CPUS];

static u32 version;

static struct hardware {
	struct gic_irq shared[GIC_SPIS], private[GIC_CPUS][32];
	struct interface {
		u64 lr[GIC_LRS];
		u64 hcr, vmcr, pmr, ctlr, others;
		u32 next; /* to be acknowledged */
	} interfaces[GIC_CPUS];
	struct redistributor {
		u32 ctlr;
		u64 tables[2]; /* GICR_PROPBASER, GICR_PENDBASER */
	} redistributors[GIC_CPUS];
} hardware, saved[2];

/* Addresses only: accesses never get to memory. */
static char blocks[6][GIC_CPUS * RD_SIZE];
enum { DISTRIBUTOR, INTERFACE, CONTROL, REDISTRIBUTORS, BLOCKS };

static struct interface *interface(void)
{
	return &hardware.interfaces[gic_actor->id];
}

bool gic_cell_owns(const struct cell *cell, u32 intid)
{
	return intid < 32 ? intid >= 16 && cell->arch.private_mask >> intid & 1 :
			    gic_owns_spi(cell, intid);
}

static bool cell_has_mask(const struct cell *cell, u32 targets)
{
	struct cpu *cpu;
	u32 n;

	for (n = 0, cpu = gic_cpus; n < GIC_CPUS; n++, cpu++)
		if (targets >> n & 1 && !bit_test(cell->cpus, n))
			return false;
	return targets >> GIC_CPUS == 0;
}

struct gic_irq *gic_model_irq(u32 cpu, u32 intid)
{
	promise(intid < GIC_SPIS);
	return intid < 32 ? &hardware.private[cpu][intid] : &hardware.shared[intid];
}

/* Whether the hypervisor may change something of an interrupt; @off: it only becomes less. */
static void judge(u32 cpu, u32 intid, bool off)
{
	if (gic_judge == JUDGE_SETUP)
		return;
	if (intid < 32 && gic_judge == JUDGE_PARK) {
		promise(cpu == gic_actor->id);
		return;
	}
	if (gic_judge == JUDGE_INTERRUPT && off)
		return;
	promise(gic_cell_owns(gic_actor->cell, intid));
	promise(intid >= 32 || bit_test(gic_actor->cell->cpus, cpu));
}

/*
 * Registers with a bit an interrupt.
 */

static bool *bit_of(struct gic_irq *irq, u32 offset)
{
	switch (offset & ~0x7fU) {
	case GICD_ISENABLER:
	case GICD_ICENABLER:
		return &irq->enabled;
	case GICD_ISPENDR:
	case GICD_ICPENDR:
		return &irq->pending;
	default:
		return &irq->active;
	}
}

/* The maintenance interrupt follows its causes. */
static bool maintenance_pending(u32 cpu)
{
	return hardware.interfaces[cpu].hcr & 1 && hardware.interfaces[cpu].hcr & 0x30;
}

static u32 bits_read(u32 cpu, u32 offset)
{
	u32 first = (offset & 0x7f) / 4 * 32, bits = 0, n;

	if (offset < GICD_ISENABLER)
		return ~0U;
	for (n = 0; n < 32 && first + n < GIC_SPIS; n++)
		bits |= (u32)*bit_of(gic_model_irq(cpu, first + n), offset) << n;
	if (first == 0 && (offset & ~0x7fU) == GICD_ISPENDR)
		bits |= (u32)maintenance_pending(cpu) << GIC_MAINTENANCE;
	return bits;
}

static void bits_write(u32 cpu, u32 offset, u32 bits)
{
	u32 first = (offset & 0x7f) / 4 * 32, n;
	bool set = !(offset & 0x80);

	promise(offset >= GICD_ISENABLER); /* groups stay as the firmware has set them */
	for (n = 0; n < 32; n++) {
		if (!(bits >> n & 1))
			continue;
		judge(cpu, first + n, !set);
		*bit_of(gic_model_irq(cpu, first + n), offset) = set;
	}
}

/*
 * Registers with a byte an interrupt, and those with two bits.
 */

static u64 bytes_read(u32 cpu, u32 offset, u32 size)
{
	bool targets = offset >= GICD_ITARGETSR;
	u32 first = offset - (targets ? GICD_ITARGETSR : GICD_IPRIORITYR), n;
	u64 value = 0;

	for (n = 0; n < size && first + n < GIC_SPIS; n++) {
		const struct gic_irq *irq = gic_model_irq(cpu, first + n);
		u32 byte = targets && first + n < 32 ? 1U << cpu :
			   targets		     ? irq->targets :
						       irq->priority;

		value |= (u64)byte << n * 8;
	}
	return value;
}

static void bytes_write(u32 cpu, u32 offset, u32 size, u64 value)
{
	bool targets = offset >= GICD_ITARGETSR;
	u32 intid = offset - (targets ? GICD_ITARGETSR : GICD_IPRIORITYR);
	struct gic_irq *irq = gic_model_irq(cpu, intid);

	promise(size == 1);
	judge(cpu, intid, false);
	if (!targets) {
		promise(gic_judge == JUDGE_SETUP || (value & 0xff) >= GIC_PRIORITY_MIN ||
			(gic_judge == JUDGE_PARK && (intid == 0 || intid == GIC_MAINTENANCE)));
		irq->priority = (u8)value;
		return;
	}
	promise(version == 2 && intid >= 32);
	promise(gic_judge == JUDGE_SETUP || cell_has_mask(gic_actor->cell, (u32)value));
	irq->targets = (u8)value;
}

static u32 config_read(u32 cpu, u32 offset)
{
	u32 first = (offset - GICD_ICFGR) / 4 * 16, value = 0, n;

	for (n = 0; n < 16 && first + n < GIC_SPIS; n++)
		value |= (gic_model_irq(cpu, first + n)->edge ? 2U : 0) << n * 2;
	return value;
}

static void config_write(u32 cpu, u32 offset, u32 value)
{
	u32 first = (offset - GICD_ICFGR) / 4 * 16, n;

	for (n = 0; n < 16 && first + n < GIC_SPIS; n++) {
		struct gic_irq *irq = gic_model_irq(cpu, first + n);
		bool edge = value >> n * 2 & 2;

		if (edge == irq->edge)
			continue;
		judge(cpu, first + n, false);
		irq->edge = edge;
	}
}

/* What a distributor, and the second frame of a redistributor for its 32 interrupts, have alike. */
static bool common_access(u32 cpu, u32 offset, u32 size, u64 *value, bool write)
{
	bool bits = offset >= GICD_IGROUPR && offset < GICD_IPRIORITYR;
	bool bytes =
		offset >= GICD_IPRIORITYR && offset < (version == 2 ? GICD_ICFGR : GICD_ITARGETSR);
	bool config = offset >= GICD_ICFGR && offset < GICD_IGRPMODR;

	promise(!(offset & (size - 1)));
	promise(!(bits || config) || size == 4);
	promise(!bytes || size == 1 || size == 4);
	if (bits && write)
		bits_write(cpu, offset, (u32)*value);
	else if (bits)
		*value = bits_read(cpu, offset);
	else if (bytes && write)
		bytes_write(cpu, offset, size, *value);
	else if (bytes)
		*value = bytes_read(cpu, offset, size);
	else if (config && write)
		config_write(cpu, offset, (u32)*value);
	else if (config)
		*value = config_read(cpu, offset);
	return bits || bytes || config;
}

/*
 * Distributor.
 */

/* SGIs that leave are kicks, to CPUs of the cell on whose behalf the hypervisor works. */
static void judge_kick(u64 value)
{
	u32 n;

	for (n = 0; n < GIC_CPUS; n++)
		if (value == gic_cpus[n].arch.kick)
			break;
	promise(n < GIC_CPUS && gic_cpus[n].cell == gic_actor->cell);
}

static void router_access(u32 offset, u32 size, u64 *value, bool write)
{
	struct gic_irq *irq = gic_model_irq(0, (offset - GICD_IROUTER) / 8);
	u32 n;

	promise(size == 8 || (size == 4 && !write));
	if (!write) {
		*value = size == 8  ? irq->router :
			 offset & 4 ? irq->router >> 32 :
				      (u32)irq->router;
		return;
	}
	judge(0, (offset - GICD_IROUTER) / 8, false);
	for (n = 0; n < GIC_CPUS; n++)
		if (*value == gic_cpus[n].arch.mpidr)
			break;
	promise(n < GIC_CPUS && bit_test(gic_actor->cell->cpus, n));
	irq->router = *value;
}

static u64 identification(u32 offset)
{
	if (offset == GICD_CTLR)
		return version == 2 ? 1 : GICD_CTLR_ARE_NS | GICD_CTLR_DS | 2;
	if (offset == GICD_TYPER)
		return 0x0078001f; /* 1,020 interrupts, identifiers of 16 bits */
	return offset == GICV2_PIDR2 || offset == GICV3_PIDR2 ? version << 4 : 0x1234567;
}

static void sgi_pending_access(u32 size, u64 *value, bool write)
{
	promise(gic_judge != JUDGE_ACCESS && size == 1);
	if (!write)
		*value = 0;
}

static void distributor_access(u32 offset, u32 size, u64 *value, bool write)
{
	promise(offset < (version == 2 ? 0x1000U : 0x10000U));
	if (common_access(gic_actor->id, offset, size, value, write))
		return;
	if (offset < GICD_IGROUPR && write) {
		promise(version == 3 && (offset == GICD_SETSPI_NSR || offset == GICD_CLRSPI_NSR));
		judge(0, (u32)*value, false);
	} else if (version == 3 && offset >= GICD_IROUTER && offset < GICD_IROUTER_END) {
		router_access(offset, size, value, write);
	} else if (version == 2 && offset == GICD_SGIR && write) {
		judge_kick(*value);
	} else if (version == 2 && offset >= GICD_CPENDSGIR && offset < GICD_SPENDSGIR + 16) {
		sgi_pending_access(size, value, write);
	} else {
		promise(!write && size == 4);
		*value = identification(offset);
	}
}

/*
 * Redistributors.
 */

static void judge_lpi_tables(const struct redistributor *rd)
{
	u64 config = rd->tables[0] & 0xffffffffff000ULL,
	    pending = rd->tables[1] & 0xfffffffff0000ULL;
	u64 bits = (rd->tables[0] & 0x1f) + 1, count = 1ULL << (bits < 16 ? bits : 16);

	promise(config + count <= 0x40000000 && pending + count / 8 <= 0x40000000);
}

static void control_write(struct redistributor *rd, u32 offset, u32 size, u64 value)
{
	u64 *table = &rd->tables[offset >= GICR_PENDBASER];

	promise(gic_judge == JUDGE_SETUP || cell_is_root(gic_actor->cell));
	if (offset == GICR_CTLR) {
		rd->ctlr = (u32)value & ~GICR_CTLR_RWP;
		if (rd->ctlr & GICR_CTLR_ENABLE_LPIS)
			judge_lpi_tables(rd);
	} else if (offset == GICR_WAKER) {
		promise(gic_judge == JUDGE_SETUP);
	} else if (offset >= GICR_PROPBASER && offset < GICR_PENDBASER + 8) {
		promise(!(rd->ctlr & GICR_CTLR_ENABLE_LPIS));
		if (size == 8)
			*table = value;
		else if (offset & 4)
			*table = (u32)*table | value << 32;
		else
			*table = (*table & ~0xffffffffULL) | (u32)value;
	} else {
		promise(offset == GICR_INVLPIR || offset == GICR_INVALLR);
	}
}

static u64 control_read(u32 frame, const struct redistributor *rd, u32 offset, u32 size)
{
	u64 value = 0;
	u64 mpidr = gic_cpus[frame].arch.mpidr;

	if (offset == GICR_CTLR)
		return rd->ctlr;
	if (offset == GICV3_PIDR2)
		return 0x30;
	if ((offset & ~7U) == GICR_TYPER)
		value = (mpidr >> 32 << 24 | (mpidr & 0xffffff)) << 32 |
			(frame == GIC_CPUS - 1 ? GICR_TYPER_LAST : 0);
	else if (offset >= GICR_PROPBASER && offset < GICR_PENDBASER + 8)
		value = rd->tables[offset >= GICR_PENDBASER];
	return size == 8 ? value : offset & 4 ? value >> 32 : (u32)value;
}

static void redistributor_access(u32 offset, u32 size, u64 *value, bool write)
{
	u32 frame = offset / RD_SIZE, reg = offset % RD_SIZE;
	struct redistributor *rd = &hardware.redistributors[frame];

	promise(frame < GIC_CPUS && !(reg & (size - 1)));
	promise(gic_judge == JUDGE_SETUP || !write || gic_cpus[frame].cell == gic_actor->cell);
	if (reg >= GICR_SGI) {
		promise(reg - GICR_SGI >= GICD_IPRIORITYR || !(reg & 0x7c));
		promise(common_access(frame, reg - GICR_SGI, size, value, write));
		return;
	}
	promise(size == 4 || (size == 8 && reg >= GICR_TYPER && reg < GICR_SYNCR));
	if (write)
		control_write(rd, reg, size, *value);
	else
		*value = control_read(frame, rd, reg, size);
}

/*
 * CPU interface and list registers.
 */

static struct gic_lr lr_decode(u64 raw)
{
	struct gic_lr lr = { .raw = raw };

	if (version == 2) {
		lr.intid = raw & GICH_LR_ID;
		lr.pending = raw & GICH_LR_PENDING;
		lr.active = raw & GICH_LR_ACTIVE;
		lr.tied = raw & GICH_LR_HW;
		lr.physical = raw >> GICH_LR_PINTID_SHIFT & GICH_LR_ID;
		lr.asks = !lr.tied && raw & GICH_LR_EOI;
	} else {
		lr.intid = (u32)raw;
		lr.pending = raw & ICH_LR_PENDING;
		lr.active = raw & ICH_LR_ACTIVE;
		lr.tied = raw & ICH_LR_HW;
		lr.physical = raw >> ICH_LR_PINTID_SHIFT & 0x3ff;
	}
	return lr;
}

struct gic_lr gic_model_lr(u32 cpu, u32 n)
{
	return lr_decode(hardware.interfaces[cpu].lr[n]);
}

/* An interrupt that is tied to another one than its own would end that for somebody else. */
static void lr_write(u32 n, u64 raw)
{
	struct gic_lr lr = lr_decode(raw);
	const struct cell *cell = gic_actor->cell;

	promise(n < GIC_LRS);
	interface()->lr[n] = raw;
	if (!lr.pending && !lr.active)
		return;
	if (lr.tied)
		promise(lr.physical == lr.intid && gic_cell_owns(cell, lr.intid));
	else
		promise(lr.intid < 16 || (lr.intid >= GIC_LPI && cell_is_root(cell)));
}

static u32 lrs_free(void)
{
	u32 n, bits = 0;

	for (n = 0; n < GIC_LRS; n++) {
		struct gic_lr lr = gic_model_lr(gic_actor->id, n);

		bits |= (u32)(!lr.pending && !lr.active && !lr.asks) << n;
	}
	return bits;
}

static u32 lrs_ended(void)
{
	u32 n, bits = 0;

	for (n = 0; n < GIC_LRS; n++) {
		struct gic_lr lr = gic_model_lr(gic_actor->id, n);

		bits |= (u32)(!lr.pending && !lr.active && lr.asks) << n;
	}
	return bits;
}

static u32 acknowledge(void)
{
	u32 intid = interface()->next;

	interface()->next = 1023;
	if (intid < GIC_SPIS) {
		gic_model_irq(gic_actor->id, intid)->active = true;
		gic_model_irq(gic_actor->id, intid)->pending = false;
	}
	return intid;
}

static void deactivate(u32 intid)
{
	if (intid >= GIC_SPIS)
		return;
	if (gic_judge == JUDGE_ACCESS)
		judge(gic_actor->id, intid, true);
	gic_model_irq(gic_actor->id, intid)->active = false;
}

static u64 *interface_register(u32 offset)
{
	return offset == GICC_PMR  ? &interface()->pmr :
	       offset == GICC_CTLR ? &interface()->ctlr :
				     &interface()->others;
}

static void interface_access(u32 offset, u64 *value, bool write)
{
	if (write && offset == GICC_DIR)
		deactivate((u32)*value & 0x3ff);
	else if (write && offset != GICC_EOIR)
		*interface_register(offset) = *value;
	else if (!write)
		*value = offset == GICC_IAR ? acknowledge() : *interface_register(offset);
}

static void control_access(u32 offset, u64 *value, bool write)
{
	u64 *lr = offset >= GICH_LR ? &interface()->lr[(offset - GICH_LR) / 4 % GIC_LRS] : NULL;
	u64 *reg = offset == GICH_HCR  ? &interface()->hcr :
		   offset == GICH_VMCR ? &interface()->vmcr :
					 &interface()->others;

	if (lr && write)
		lr_write((offset - GICH_LR) / 4, *value);
	else if (write)
		*reg = *value;
	else if (lr)
		*value = *lr;
	else if (offset == GICH_VTR)
		*value = GICH_VTR_LAYOUT | (GIC_LRS - 1);
	else if (offset == GICH_ELRSR)
		*value = lrs_free();
	else
		*value = offset == GICH_EISR ? lrs_ended() : *reg;
}

/*
 * What the hypervisor calls.
 */

static void access_block(const volatile void *address, u32 size, u64 *value, bool write)
{
	const char *at = (const char *)(uintptr_t)address;
	u32 block, offset;

	for (block = 0; block < BLOCKS; block++)
		if (at >= blocks[block] && at < blocks[block] + sizeof(blocks[block]))
			break;
	promise(block < BLOCKS);
	offset = (u32)(at - blocks[block]);
	if (write && size < 8)
		*value &= (1ULL << size * 8) - 1;
	if (block == DISTRIBUTOR)
		distributor_access(offset, size, value, write);
	else if (block == REDISTRIBUTORS)
		redistributor_access(offset, size, value, write);
	else if (block == INTERFACE)
		interface_access(offset, value, write);
	else
		control_access(offset, value, write);
}

u64 hw_read(const volatile void *address, u32 size)
{
	u64 value = 0;

	access_block(address, size, &value, false);
	return value;
}

void hw_write(volatile void *address, u32 size, u64 value)
{
	access_block(address, size, &value, true);
}

u64 hw_sysreg_read(enum hw_sysreg reg)
{
	switch (reg) {
	case HW_ich_elrsr_el2:
		return lrs_free() | 0xfff0;
	case HW_ich_vtr_el2:
		return 4ULL << 29 | 4ULL << 26 | (GIC_LRS - 1);
	case HW_icc_iar1_el1:
		return acknowledge();
	case HW_ich_hcr_el2:
		return interface()->hcr;
	case HW_ich_vmcr_el2:
		return interface()->vmcr;
	case HW_icc_pmr_el1:
		return interface()->pmr;
	case HW_icc_ctlr_el1:
		return 4ULL << 8;
	case HW_id_aa64pfr0_el1:
		return 1ULL << 24;
	default:
		promise(reg < GIC_LRS);
		return interface()->lr[reg];
	}
}

void hw_sysreg_write(enum hw_sysreg reg, u64 value)
{
	if (reg <= HW_ich_lr15_el2)
		lr_write(reg, value);
	else if (reg == HW_icc_sgi1r_el1)
		judge_kick(value);
	else if (reg == HW_icc_dir_el1)
		deactivate((u32)value);
	else if (reg == HW_ich_hcr_el2)
		interface()->hcr = value;
	else if (reg == HW_ich_vmcr_el2)
		interface()->vmcr = value;
	else if (reg == HW_icc_pmr_el1)
		interface()->pmr = value & 0xf8;
}

void *space_map_device(u64 phys, u64 size)
{
	switch (phys) {
	case GICD_BASE:
		return blocks[DISTRIBUTOR];
	case GICC_BASE:
		return blocks[INTERFACE];
	case GICH_BASE:
		return blocks[CONTROL];
	default:
		promise(phys == GICR_BASE && size == GIC_CPUS * RD_SIZE);
		return blocks[REDISTRIBUTORS];
	}
}

bool window_probe(u64 phys, u32 *value)
{
	u64 all = 0;

	if (phys == GICV_BASE + GICC_IIDR || phys == GICC_BASE + GICC_IIDR)
		all = 2U << 16;
	else if (phys == GICV_BASE + GICC_PMR)
		all = interface()->vmcr >> GICH_VMCR_PMR_SHIFT << 3;
	else if (phys >= GICR_BASE)
		redistributor_access((u32)(phys - GICR_BASE), 4, &all, false);
	else if (phys >= GICH_BASE && phys < GICV_BASE)
		control_access((u32)(phys - GICH_BASE), &all, false);
	else if (phys < GICC_BASE)
		distributor_access((u32)(phys - GICD_BASE), 4, &all, false);
	*value = (u32)all;
	return true;
}

/*
 * What the fuzzer calls.
 */

void gic_model_reset(u32 gic_version)
{
	unsigned long long seed = gic_version;
	u32 n, cpu;

	version = gic_version;
	memset(&hardware, 0, sizeof(hardware));
	for (n = 32; n < GIC_SPIS; n++) {
		u64 bits = noise(&seed);

		hardware.shared[n].edge = bits & 1;
		hardware.shared[n].priority = (u8)(bits >> 8 | GIC_PRIORITY_MIN);
		hardware.shared[n].targets = (u8)(1 << bits % GIC_CPUS);
		hardware.shared[n].router = gic_cpus[bits % GIC_CPUS].arch.mpidr;
	}
	for (cpu = 0; cpu < GIC_CPUS; cpu++)
		hardware.interfaces[cpu].next = 1023;
}

void gic_model_save(void)
{
	saved[version - 2] = hardware;
}

void gic_model_restore(u32 gic_version, unsigned long long seed)
{
	u32 n;

	version = gic_version;
	hardware = saved[version - 2];
	for (n = 32; n < GIC_SPIS; n++) {
		u64 bits = noise(&seed);

		hardware.shared[n].enabled = bits & 1;
		hardware.shared[n].pending = bits & 2;
		hardware.shared[n].active = (bits & 0x1c) == 0x1c;
	}
}

void gic_model_take(u32 cpu, u32 n)
{
	struct gic_lr lr = gic_model_lr(cpu, n);
	u64 pending = version == 2 ? GICH_LR_PENDING : ICH_LR_PENDING;
	u64 active = version == 2 ? GICH_LR_ACTIVE : ICH_LR_ACTIVE;

	if (lr.pending && !lr.active)
		hardware.interfaces[cpu].lr[n] = (lr.raw & ~pending) | active;
}

void gic_model_end(u32 cpu, u32 n)
{
	struct gic_lr lr = gic_model_lr(cpu, n);

	if (!lr.active)
		return;
	hardware.interfaces[cpu].lr[n] &= ~(u64)(version == 2 ? GICH_LR_ACTIVE : ICH_LR_ACTIVE);
	if (lr.tied) {
		promise(gic_cell_owns(gic_cpus[cpu].cell, lr.physical));
		gic_model_irq(cpu, lr.physical)->active = false;
	}
}

/* Kicks and the maintenance interrupt have the highest priority, all others less. */
bool gic_model_raise(u32 cpu, u32 intid)
{
	bool own = intid == 0 || intid == GIC_MAINTENANCE;

	if (!own && hardware.interfaces[cpu].pmr <= GIC_PMR_KICK_ONLY)
		return false;
	if (intid < GIC_SPIS && gic_model_irq(cpu, intid)->active)
		return false;
	hardware.interfaces[cpu].next = intid;
	return true;
}
