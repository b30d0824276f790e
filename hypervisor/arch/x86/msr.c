/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Model specific registers. The root cell has all but those through which it could reach what is
 * not its own; a cell has those of the list here and no others. Reads and writes are told apart.
 * A refused access is named; the root gets #GP for it.
 */
#include <asm/apic.h>
#include <asm/msr.h>
#include <asm/vcpu.h>
#include <asm/virt.h>
#include <asm/vmcs.h>
#include <core/bitmap.h>
#include <core/error.h>
#include <core/printk.h>
#include <core/string.h>
#include <core/system.h>

/*
 * The map has two bits for each register of three ranges, side by side (AMD APM volume 2, 15.11). With
 * VT-x it has two ranges and takes one page, the bits for writing in its second half (Intel SDM
 * volume 3, 24.6.9); what is in no range exits.
 */
#define MAP_PAGES   2
#define VMX_WRITES  (0x800 * 8)
#define VMX_HIGH    (0x400 * 8)
#define RANGE_SIZE  0x2000
#define NOT_IN_MAP  (~0U)
#define READ_EXITS  1
#define WRITE_EXITS 2

#define EFER_FIXED    (EFER_LME | EFER_LMA)
#define MTRR_ENABLE   (1ULL << 11)
#define MTRR_DEF_BITS 0xcffULL
#define ICR_MSR	      0x830
#define LVT_CMCI      0x82f
#define LVT_THERMAL   0x833
#define LVT_ERROR     0x837

/* CPUID leaf 7, EDX; of AMD: leaf 0x80000008, EBX */
#define FEATURE_SPEC_CTRL	  (1U << 26)
#define FEATURE_L1D_FLUSH	  (1U << 28)
#define FEATURE_ARCH_CAPABILITIES (1U << 29)
#define FEATURE_IBPB		  (1U << 12)

struct msr_range {
	u32 first, last;
	u32 access;
};

/* What exits for the root cell. */
static const struct msr_range root_exits[] = {
	{ MSR_APIC_BASE, MSR_APIC_BASE, WRITE_EXITS },
	{ MSR_FEATURE_CONTROL, MSR_FEATURE_CONTROL, READ_EXITS | WRITE_EXITS },
	{ MSR_INTEL_LOADER, MSR_INTEL_LOADER, WRITE_EXITS },
	{ MSR_SMM_MONITOR, MSR_SMM_MONITOR, WRITE_EXITS },
	{ MSR_PEBS_ENABLE, MSR_PEBS_ENABLE, WRITE_EXITS },
	{ MSR_TRACE_CTL, MSR_TRACE_CTL, WRITE_EXITS },
	{ MSR_VMX_BASIC, MSR_VMX_LAST, READ_EXITS | WRITE_EXITS },
	{ MSR_MTRR_FIRST, MSR_MTRR_LAST, WRITE_EXITS },
	{ MSR_PAT, MSR_PAT, READ_EXITS | WRITE_EXITS },
	{ MSR_MTRR_DEF_TYPE, MSR_MTRR_DEF_TYPE, WRITE_EXITS },
	{ 0x802, 0x802, WRITE_EXITS },
	{ ICR_MSR, ICR_MSR, WRITE_EXITS },
	{ MSR_EFER, MSR_EFER, READ_EXITS | WRITE_EXITS },
	{ MSR_SYSCFG, MSR_SYSCFG, WRITE_EXITS },
	{ 0xc0010016, 0xc001001a, WRITE_EXITS }, /* IORR, TOP_MEM */
	{ 0xc001001d, 0xc001001d, WRITE_EXITS }, /* TOP_MEM2 */
	{ MSR_PATCH_LOADER, MSR_PATCH_LOADER, WRITE_EXITS },
	{ MSR_MMIO_CFG_BASE, MSR_MMIO_CFG_BASE, WRITE_EXITS },
	{ 0xc0010111, 0xc001011b, READ_EXITS | WRITE_EXITS }, /* SMM, VM_CR, VM_HSAVE_PA, AVIC */
};

static const struct msr_range apic_registers = { MSR_X2APIC_FIRST, MSR_X2APIC_LAST,
						 READ_EXITS | WRITE_EXITS };

/* What does not exit for other cells: their own state, and their local APIC but for its commands. */
static const struct msr_range cell_direct[] = {
	{ MSR_TSC, MSR_TSC, READ_EXITS },
	{ MSR_SMI_COUNT, MSR_SMI_COUNT, READ_EXITS },
	{ MSR_SPEC_CTRL, MSR_SPEC_CTRL, READ_EXITS | WRITE_EXITS },
	{ MSR_PRED_CMD, MSR_PRED_CMD, WRITE_EXITS },
	{ MSR_ARCH_CAPABILITIES, MSR_ARCH_CAPABILITIES, READ_EXITS },
	{ MSR_SYSENTER_CS, MSR_SYSENTER_EIP, READ_EXITS | WRITE_EXITS },
	{ MSR_TSC_DEADLINE, MSR_TSC_DEADLINE, READ_EXITS | WRITE_EXITS },
	{ 0x802, 0x803, READ_EXITS },		    /* id, version */
	{ 0x808, 0x808, READ_EXITS | WRITE_EXITS }, /* task priority */
	{ 0x80a, 0x80a, READ_EXITS },		    /* processor priority */
	{ 0x80b, 0x80b, WRITE_EXITS },		    /* end of interrupt */
	{ 0x80d, 0x80d, READ_EXITS },		    /* logical destination */
	{ 0x80f, 0x80f, READ_EXITS | WRITE_EXITS }, /* spurious interrupt */
	{ 0x810, 0x827, READ_EXITS },		    /* in service, trigger mode, requested */
	{ 0x828, 0x828, READ_EXITS | WRITE_EXITS }, /* error status */
	{ LVT_CMCI, ICR_MSR, READ_EXITS },
	{ 0x832, 0x832, READ_EXITS | WRITE_EXITS }, /* timer */
	{ LVT_THERMAL, LVT_ERROR, READ_EXITS },
	{ 0x838, 0x838, READ_EXITS | WRITE_EXITS }, /* initial count */
	{ 0x839, 0x839, READ_EXITS },		    /* current count */
	{ 0x83e, 0x83e, READ_EXITS | WRITE_EXITS }, /* divider */
	{ 0x83f, 0x83f, WRITE_EXITS },		    /* interrupt to self */
	{ MSR_STAR, MSR_SFMASK, READ_EXITS | WRITE_EXITS },
	{ MSR_FS_BASE, MSR_TSC_AUX, READ_EXITS | WRITE_EXITS },
};

static u64 *root_map, *cell_map;

/* Registers of x2APIC mode that a cell has directly, or has emulated. */
static bool cell_has_apic(u32 msr, u32 access)
{
	u32 n;

	if (msr < MSR_X2APIC_FIRST || msr > MSR_X2APIC_LAST)
		return false;
	for (n = 0; n < sizeof(cell_direct) / sizeof(cell_direct[0]); n++)
		if (msr >= cell_direct[n].first && msr <= cell_direct[n].last)
			return cell_direct[n].access & access;
	return false;
}

/* The bit for reading. */
static u32 map_bit(u32 msr)
{
	if (vmx_in_use) {
		if (msr < RANGE_SIZE)
			return msr;
		return msr - 0xc0000000 < RANGE_SIZE ? VMX_HIGH + msr - 0xc0000000 : NOT_IN_MAP;
	}
	if (msr < RANGE_SIZE)
		return msr * 2;
	if (msr - 0xc0000000 < RANGE_SIZE)
		return 0x800 * 8 + (msr - 0xc0000000) * 2;
	if (msr - 0xc0010000 < RANGE_SIZE)
		return 0x1000 * 8 + (msr - 0xc0010000) * 2;
	return NOT_IN_MAP;
}

static void map_change(u64 *map, const struct msr_range *range, u32 ranges, bool exits)
{
	void (*change)(u64 * map, u32 bit) = exits ? bit_set : bit_clear;
	u32 n, msr, bit, writes = vmx_in_use ? VMX_WRITES : 1;

	for (n = 0; n < ranges; n++) {
		for (msr = range[n].first; msr <= range[n].last; msr++) {
			bit = map_bit(msr);
			if (bit != NOT_IN_MAP && (range[n].access & READ_EXITS))
				change(map, bit);
			if (bit != NOT_IN_MAP && (range[n].access & WRITE_EXITS))
				change(map, bit + writes);
		}
	}
}

int msr_prepare(void)
{
	root_map = pool_alloc(MAP_PAGES, 1);
	cell_map = pool_alloc(MAP_PAGES, 1);
	if (!root_map || !cell_map)
		return fail(MSG_OUT_OF_PAGES, 2 * MAP_PAGES, pool_used(), pool_total());
	map_change(root_map, root_exits, sizeof(root_exits) / sizeof(root_exits[0]), true);
	memset(cell_map, 0xff, MAP_PAGES * PAGE_SIZE);
	map_change(cell_map, cell_direct, sizeof(cell_direct) / sizeof(cell_direct[0]), false);
	if (!apic_has_x2apic())
		map_change(cell_map, &apic_registers, 1, true);
	return 0;
}

u64 msr_map(const struct cell *cell)
{
	return pool_phys(cell_is_root(cell) ? root_map : cell_map);
}

/* Bits that this processor does not have raise #GP: it is asked, with the hypervisor's own bits. */
static bool efer_supported(u64 value)
{
	u64 own = msr_read(MSR_EFER);
	bool good = msr_write_safe(MSR_EFER, value | EFER_FIXED | own);

	msr_write(MSR_EFER, own);
	return good;
}

static bool write_efer(struct cpu *cpu, u64 value)
{
	struct vmcb *vmcb = cpu->arch.vmcb;

	if ((value & EFER_SVME) || ((vmcb->cr0 & CR0_PG) && ((value ^ vmcb->efer) & EFER_LME)) ||
	    !efer_supported(value))
		return false;
	VMCB_SET_CR(vmcb, efer, (value & ~EFER_LMA) | (vmcb->efer & EFER_LMA) | efer_own());
	return true;
}

/* Memory types 0, 1, 4, 5, 6, 7 exist (APM volume 2, 7.8.1). */
static bool write_pat(struct cpu *cpu, u64 value)
{
	u32 n, type;

	for (n = 0; n < 64; n += 8) {
		type = value >> n & 0xff;
		if (type > 7 || type == 2 || type == 3)
			return false;
	}
	VMCB_SET_NESTED(cpu->arch.vmcb, pat, value);
	return true;
}

/*
 * The memory types of the machine stay as they are. Linux writes the same values again when a CPU
 * comes online, and turns them off for as long as that takes.
 */
static bool write_mtrr(u32 msr, u64 value)
{
	if (msr == MSR_MTRR_DEF_TYPE && !(value & MTRR_ENABLE))
		return true;
	return msr_read(msr) == value;
}

static bool root_write(struct cpu *cpu, u32 msr, u64 value)
{
	switch (msr) {
	case MSR_EFER:
		return write_efer(cpu, value);
	case MSR_VM_HSAVE_PA:
		return value == 0; /* Linux makes sure that nobody uses AMD-V before it dies */
	case MSR_PAT:
		return write_pat(cpu, value);
	case MSR_APIC_BASE:
	case MSR_SYSCFG:
	case MSR_MMIO_CFG_BASE:
		return msr_read(msr) == value;
	case MSR_PEBS_ENABLE:
	case MSR_TRACE_CTL:
		if (value && vmx_in_use)
			printk("%s on CPU %u is ignored while the hypervisor is enabled",
			       msr == MSR_PEBS_ENABLE ? "precise sampling" : "a trace of branches",
			       cpu->id);
		return vmx_in_use;
	case MSR_INTEL_LOADER:
	case MSR_PATCH_LOADER:
		if (vmx_in_use != (msr == MSR_INTEL_LOADER))
			return false; /* the other vendor's */
		/* Linux sees by the version that nothing happened. */
		printk("a microcode update on CPU %u is ignored while the hypervisor is enabled",
		       cpu->id);
		return true;
	case ICR_MSR:
		apic_command(cpu, (u32)(value >> 32), (u32)value);
		return true;
	}
	if ((msr >= MSR_MTRR_FIRST && msr <= MSR_MTRR_LAST) || msr == MSR_MTRR_DEF_TYPE)
		return write_mtrr(msr, value);
	return map_bit(msr) == NOT_IN_MAP && msr_write_safe(msr, value);
}

/* What the cell believes. */
static u64 apic_base(const struct cpu *cpu)
{
	return msr_read(MSR_APIC_BASE) | (apic_is_emulated(cpu) ? APIC_BASE_EXTD : 0);
}

static bool cell_write(struct cpu *cpu, u32 msr, u64 value)
{
	switch (msr) {
	case MSR_EFER:
		return write_efer(cpu, value);
	case MSR_PAT:
		return write_pat(cpu, value);
	case MSR_APIC_BASE:
		return apic_base(cpu) == value;
	case MSR_BIOS_SIGN:
		return value == 0; /* to have the version filled in */
	case MSR_MTRR_DEF_TYPE:
		if (value & ~MTRR_DEF_BITS)
			return false;
		cpu->arch.mtrr_def_type = value;
		return true;
	case ICR_MSR:
		apic_command(cpu, (u32)(value >> 32), (u32)value);
		return true;
	}
	if (apic_is_emulated(cpu) && cell_has_apic(msr, WRITE_EXITS))
		return apic_write_msr(cpu, msr, value);
	return (msr == LVT_CMCI || (msr >= LVT_THERMAL && msr <= LVT_ERROR)) &&
	       apic_write_lvt(cpu, msr, value);
}

static bool root_read(const struct cpu *cpu, u32 msr, u64 *value)
{
	switch (msr) {
	case MSR_EFER:
		*value = cpu->arch.vmcb->efer & ~EFER_SVME;
		return true;
	case MSR_PAT:
		*value = cpu->arch.vmcb->pat;
		return true;
	case MSR_VM_CR: /* as a firmware that keeps AMD-V off: nobody else should try */
		*value = VM_CR_LOCK | VM_CR_SVMDIS;
		return true;
	case MSR_VM_HSAVE_PA:
		*value = 0;
		return true;
	case MSR_FEATURE_CONTROL: /* in the same way */
		*value = FEATURE_LOCKED;
		return vmx_in_use;
	}
	if (msr >= MSR_VMX_BASIC && msr <= MSR_VMX_LAST)
		return false;
	/* What the map lets exit for reading and is not above is firmware's. */
	return (map_bit(msr) == NOT_IN_MAP || (msr & ~0xffU) != 0xc0010100) &&
	       msr_read_safe(msr, value);
}

static bool cell_read(const struct cpu *cpu, u32 msr, u64 *value)
{
	switch (msr) {
	case MSR_EFER:
	case MSR_PAT:
	case MSR_VM_CR:
		return root_read(cpu, msr, value);
	case MSR_APIC_BASE:
		*value = apic_base(cpu);
		return true;
	case MSR_BIOS_SIGN:
		return msr_read_safe(msr, value);
	case MSR_MTRR_CAP:
	case MSR_MCG_CAP:
		*value = 0;
		return true;
	case MSR_MTRR_DEF_TYPE:
		*value = cpu->arch.mtrr_def_type;
		return true;
	}
	if (apic_is_emulated(cpu) && cell_has_apic(msr, READ_EXITS)) {
		*value = apic_read_msr(cpu, msr);
		return true;
	}
	return false;
}

void handle_rdmsr(struct cpu *cpu, struct regs *regs)
{
	u32 msr = (u32)regs->gpr[REG_RCX];
	u64 value = 0;
	bool done;

	cpu_count(cpu, STAT_MSR);
	done = cell_is_root(cpu->cell) ? root_read(cpu, msr, &value) : cell_read(cpu, msr, &value);
	if (!done) {
		/* What this processor does not have is no offence of the root cell. */
		if (!cell_is_root(cpu->cell) || map_bit(msr) != NOT_IN_MAP)
			cell_violation(cpu, "forbidden read of MSR 0x%x", msr);
		vcpu_inject_gp(cpu);
		return;
	}
	regs->gpr[REG_RAX] = (u32)value;
	regs->gpr[REG_RDX] = value >> 32;
	vcpu_advance(cpu, KNOWN_RDMSR);
}

void handle_wrmsr(struct cpu *cpu, struct regs *regs)
{
	u32 msr = (u32)regs->gpr[REG_RCX];
	u64 value = (u32)regs->gpr[REG_RAX] | regs->gpr[REG_RDX] << 32;
	bool done;

	cpu_count(cpu, msr == ICR_MSR ? STAT_X2APIC_ICR : STAT_MSR);
	done = cell_is_root(cpu->cell) ? root_write(cpu, msr, value) : cell_write(cpu, msr, value);
	if (!done) {
		if (!cell_is_root(cpu->cell) || map_bit(msr) != NOT_IN_MAP)
			cell_violation(cpu, "forbidden write to MSR 0x%x (value 0x%llx)", msr,
				       value);
		vcpu_inject_gp(cpu);
		return;
	}
	vcpu_advance(cpu, KNOWN_WRMSR);
}

/* Sampling, address masks of breakpoints, shadow stacks, and so on: where the processor has them. */
static const u32 reset_to_0[] = {
	0xc0011030,
	0xc0011033,
	0xc0011027,
	0xc0011019,
	0xc001101a,
	0xc001101b,
	MSR_XSS,
	MSR_U_CET,
	MSR_S_CET,
	0x6a4,
	0x6a5,
	0x6a6,
	MSR_PL3_SSP,
	MSR_TSC_AUX,
	MSR_SPEC_CTRL,
	MSR_ISST_ADDR,
	MSR_USER_WAIT,
	MSR_XFD,
	MSR_XFD_ERR,
	MSR_PKRS,
	MSR_BRANCH_CTL,
	MSR_USER_INTERRUPTS,
	MSR_BOUNDS_CONFIG,
	MSR_PASID,
};

static void clear_counters(void)
{
	u32 n;

	if (vmx_in_use) {
		msr_write_safe(MSR_PERF_GLOBAL_CTRL, 0);
		msr_write_safe(MSR_PERF_FIXED_CTRL, 0);
		for (n = 0; n < 8; n++)
			msr_write_safe(MSR_INTEL_EVTSEL0 + n, 0);
		return;
	}
	for (n = 0; n < 4; n++) {
		msr_write_safe(MSR_PERF_EVTSEL0 + n, 0);
		msr_write_safe(MSR_PERF_CTR0 + n, 0);
	}
	if (!(cpuid(0x80000001, 0).ecx >> 23 & 1)) /* extended counters */
		return;
	for (n = MSR_PERF_CORE; n <= MSR_PERF_CORE_LAST; n++)
		msr_write_safe(n, 0);
}

/*
 * Nothing of whoever was here before is left in what predicts branches, and, where a guest could read
 * it by its own page tables (L1TF), in the first-level cache (Intel SDM volume 4, table 2-2).
 */
static void forget_others(void)
{
	u32 features = cpuid(0, 0).eax >= 7 ? cpuid(7, 0).edx : 0;
	u64 capabilities = 0;

	if (vmx_in_use ? features & FEATURE_SPEC_CTRL : cpuid(0x80000008, 0).ebx & FEATURE_IBPB)
		msr_write_safe(MSR_PRED_CMD, 1);
	if (features & FEATURE_ARCH_CAPABILITIES)
		msr_read_safe(MSR_ARCH_CAPABILITIES, &capabilities);
	if (vmx_in_use && (features & FEATURE_L1D_FLUSH) && !(capabilities & ARCH_CAP_RDCL_NO))
		msr_write_safe(MSR_FLUSH_CMD, 1);
}

void msr_reset(void)
{
	u32 n;

	clear_counters();
	for (n = 0; n < sizeof(reset_to_0) / sizeof(reset_to_0[0]); n++)
		msr_write_safe(reset_to_0[n], 0);
	if (!vmx_in_use)
		msr_write_safe(MSR_TSC_RATIO, 1ULL << 32);
	forget_others();
}
