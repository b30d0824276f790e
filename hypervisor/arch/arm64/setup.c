/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Taking a CPU over from Linux and giving it back.
 *
 * Linux runs at EL1 and has left EL2 to its stub vectors (or to KVM, which the driver has made let
 * go before). Its settings of EL2 are remembered, kept as far as Linux relies on them, and
 * restored on the way back.
 */
#include <asm/gic.h>
#include <asm/its.h>
#include <asm/pte.h>
#include <asm/sysregs.h>
#include <asm/traps.h>
#include <core/config.h>
#include <core/error.h>
#include <core/printk.h>
#include <core/space.h>
#include <core/string.h>
#include <core/system.h>

extern char vectors[], leave_physical[];

void leave_hypervisor(u64 frame, u64 code, u64 table) __attribute__((noreturn));
void switch_space(u64 table, u64 stack, void (*function)(struct cpu *), struct cpu *cpu)
	__attribute__((noreturn));
void enter_guest(struct regs *regs) __attribute__((noreturn));

#define HCR_EVERY_CELL	(HCR_RW | HCR_VM | HCR_SWIO | HCR_IMO | HCR_FMO | HCR_TSC | HCR_TSW)
#define HCR_OTHER_CELL	(HCR_AMO | HCR_TIDCP | HCR_TACR | HCR_TID3 | HCR_TLOR | HCR_TERR)
#define MDCR_OTHER_CELL (MDCR_TDOSA | MDCR_TDRA | MDCR_TPMS | MDCR_HPMD | MDCR_TTRF | MDCR_HCCD)

_Static_assert(sizeof(struct regs) == REGS_SIZE, "vectors.S");
_Static_assert(sizeof(struct linux_state) == LINUX_STATE_SIZE, "entry.S");
_Static_assert(__builtin_offsetof(struct linux_state, tpidr) == 0x80, "entry.S");
_Static_assert(__builtin_offsetof(struct leave_frame, elr) == LEAVE_ELR, "entry.S");
_Static_assert(sizeof(struct cpu) <= PAGE_SIZE - REGS_SIZE - 1536,
	       "the emergency stack is behind struct cpu");

struct regs *guest_regs(struct cpu *cpu)
{
	return (struct regs *)(cpu->stack_top - REGS_SIZE);
}

/* Width of physical addresses, as far as the page table format reaches. */
static u32 phys_bits(void)
{
	static const u8 bits[] = { 32, 36, 40, 42, 44, 48 };
	u64 range = read_sysreg(id_aa64mmfr0_el1) & 0xf;

	return range < sizeof(bits) ? bits[range] : 48;
}

u64 arch_phys_limit(void)
{
	return 1ULL << phys_bits();
}

int arch_system_prepare(void)
{
	int err;

	err = psci_prepare();
	if (!err)
		err = gic_prepare();
	return err;
}

static bool has_hcrx(void)
{
	return field(read_sysreg(id_aa64mmfr1_el1), 40, 4);
}

static bool has_fine_traps(void)
{
	return field(read_sysreg(id_aa64mmfr0_el1), 56, 4);
}

static bool has_memory_copy(void)
{
	return field(read_sysreg(ID_AA64ISAR2_EL1), 16, 4);
}

static void save_fine_traps(struct linux_state *linux)
{
	if (has_hcrx())
		linux->hcrx = read_sysreg(HCRX_EL2);
	if (!has_fine_traps())
		return;
	linux->hfgrtr = read_sysreg(HFGRTR_EL2);
	linux->hfgwtr = read_sysreg(HFGWTR_EL2);
	linux->hfgitr = read_sysreg(HFGITR_EL2);
	linux->hdfgrtr = read_sysreg(HDFGRTR_EL2);
	linux->hdfgwtr = read_sysreg(HDFGWTR_EL2);
}

static void load_fine_traps(const struct linux_state *linux)
{
	if (has_hcrx())
		write_sysreg(HCRX_EL2, linux->hcrx);
	if (!has_fine_traps())
		return;
	write_sysreg(HFGRTR_EL2, linux->hfgrtr);
	write_sysreg(HFGWTR_EL2, linux->hfgwtr);
	write_sysreg(HFGITR_EL2, linux->hfgitr);
	write_sysreg(HDFGRTR_EL2, linux->hdfgrtr);
	write_sysreg(HDFGWTR_EL2, linux->hdfgwtr);
}

/*
 * A cell gets nothing that these registers have to permit, but memory copy instructions. In the fine
 * traps zeros do that: bits that trap when they are 1 stand for what older CPUs have, too, and the
 * others for what is new.
 */
static void load_cell_traps(void)
{
	static const struct linux_state nothing;

	load_fine_traps(&nothing);
	if (has_hcrx())
		write_sysreg(HCRX_EL2, has_memory_copy() ? HCRX_MSCEN : 0);
}

static void save_linux(struct linux_state *linux)
{
	u64 spsr = read_sysreg(spsr_el2);

	/* KVM's way in leaves its own state there; then a plain one has to do. */
	linux->spsr = (spsr & (SPSR_AARCH32 | SPSR_M_MASK)) == SPSR_EL1H ? spsr | SPSR_DAIF :
									   SPSR_EL1H | SPSR_DAIF;
	linux->hcr = read_sysreg(hcr_el2);
	linux->vttbr = read_sysreg(vttbr_el2);
	linux->vtcr = read_sysreg(vtcr_el2);
	linux->cptr = read_sysreg(cptr_el2);
	linux->mdcr = read_sysreg(mdcr_el2);
	linux->cnthctl = read_sysreg(cnthctl_el2);
	linux->cntvoff = read_sysreg(cntvoff_el2);
	linux->hstr = read_sysreg(hstr_el2);
	linux->vpidr = read_sysreg(vpidr_el2);
	linux->vmpidr = read_sysreg(vmpidr_el2);
	save_fine_traps(linux);
}

/* Geometry of stage 2: the largest input address, and how many root tables it takes. */
static void stage2_geometry(u32 *level, u32 *root_pages)
{
	u32 bits = phys_bits();

	/* Start a level lower with concatenated tables as long as 16 of them suffice. */
	if (bits < 44) {
		*level = 2;
		*root_pages = bits > 39 ? 1U << (bits - 39) : 1;
	} else {
		*level = 3;
		*root_pages = 1;
	}
}

static u64 stage2_vtcr(void)
{
	u32 level, root_pages;
	u64 range = read_sysreg(id_aa64mmfr0_el1) & 0xf;

	stage2_geometry(&level, &root_pages);
	return VTCR_BASE | (range > 5 ? 5 : range) << 16 | (u64)(level - 1) << 6 |
	       (64 - phys_bits());
}

int arch_cell_paging_create(struct cell *cell)
{
	u32 level, root_pages;
	int err;

	stage2_geometry(&level, &root_pages);
	cell->memory.ctx = cell;
	err = paging_create(&cell->memory, (u8)level, (u8)root_pages, 0);
	if (!err)
		cell->arch.vttbr = pool_phys(cell->memory.root) | (u64)(cell->id & 0xff) << 48;
	return err;
}

/*
 * The root cell's MMIO is not forced to be device memory: as before, Linux's own tables decide,
 * which knows about write-combined frame buffers and the like.
 */
u64 arch_memory_attr(const struct cell *cell, u64 flags)
{
	u64 attr = PTE_ACCESSED | PTE_INNER_SHAREABLE;

	if ((flags & JAILHOUSE_MEM_IO) && !cell_is_root(cell))
		attr |= PTE_S2_DEVICE_NGNRE;
	else
		attr |= PTE_S2_NORMAL_WB;
	if (flags & JAILHOUSE_MEM_READ)
		attr |= PTE_S2_READ;
	if (flags & JAILHOUSE_MEM_WRITE)
		attr |= PTE_S2_WRITE;
	if (!(flags & JAILHOUSE_MEM_EXECUTE))
		attr |= PTE_S2_XN;
	return attr;
}

/* Beyond what Linux has set. A table of this and its reasons is in docs/security.md. */
static void activate_root(const struct linux_state *linux)
{
	u64 hcr = linux->hcr & ~(HCR_TGE | HCR_E2H | HCR_AMO | HCR_VSE);

	write_sysreg(hcr_el2, hcr | HCR_EVERY_CELL);
	write_sysreg(cptr_el2, linux->cptr);
	write_sysreg(mdcr_el2, linux->mdcr);
	write_sysreg(cnthctl_el2, linux->cnthctl | CNTHCTL_EL1PCEN | CNTHCTL_EL1PCTEN);
	load_fine_traps(linux);
}

/* 32-bit code reads the hardware's ID registers: what is hidden from the others does not exist there. */
static void activate_cell(const struct linux_state *linux, bool aarch32)
{
	u64 hcr = (linux->hcr & (HCR_APK | HCR_API)) | HCR_EVERY_CELL | HCR_OTHER_CELL;
	u64 mdcr = (linux->mdcr & MDCR_HPMN_MASK) | MDCR_OTHER_CELL;

	if (aarch32) {
		hcr &= ~(HCR_RW | HCR_TID3);
		mdcr &= ~(u64)(MDCR_TDOSA | MDCR_TDRA);
	}
	write_sysreg(hcr_el2, hcr);
	write_sysreg(cptr_el2, CPTR_EL2_RES1 | CPTR_EL2_TTA | CPTR_EL2_TAM);
	write_sysreg(mdcr_el2, mdcr);
	write_sysreg(cnthctl_el2, CNTHCTL_EL1PCEN | CNTHCTL_EL1PCTEN);
	load_cell_traps();
}

/* What is the cell's and not Linux's: traps and tables. Takes effect with the next guest entry. */
void cell_activate(struct cpu *cpu)
{
	if (cell_is_root(cpu->cell))
		activate_root(&cpu->arch.linux);
	else
		activate_cell(&cpu->arch.linux, cpu->cell->config->flags & JAILHOUSE_CELL_AARCH32);
	write_sysreg(vtcr_el2, stage2_vtcr());
	write_sysreg(vttbr_el2, cpu->cell->arch.vttbr);
	write_sysreg(cntvoff_el2, 0);
	write_sysreg(hstr_el2, 0);
	write_sysreg(vpidr_el2, read_sysreg(midr_el1));
	write_sysreg(vmpidr_el2, read_sysreg(mpidr_el1));
	isb();
}

static void restore_linux(const struct linux_state *linux)
{
	write_sysreg(hcr_el2, linux->hcr);
	write_sysreg(vtcr_el2, linux->vtcr);
	write_sysreg(vttbr_el2, linux->vttbr);
	write_sysreg(cptr_el2, linux->cptr);
	write_sysreg(mdcr_el2, linux->mdcr);
	write_sysreg(cnthctl_el2, linux->cnthctl);
	write_sysreg(cntvoff_el2, linux->cntvoff);
	write_sysreg(hstr_el2, linux->hstr);
	write_sysreg(vpidr_el2, linux->vpidr);
	write_sysreg(vmpidr_el2, linux->vmpidr);
	load_fine_traps(linux);
	isb();
	dsb(ish);
	asm volatile("tlbi alle1" : : : "memory");
	dsb(ish);
	isb();
}

/* The translation does not tell. */
static bool root_may_execute(u64 address)
{
	const struct jailhouse_memory *region = config_mem_regions(root_cell->config);
	u32 n;

	for (n = 0; n < root_cell->config->num_memory_regions; n++, region++)
		if (address >= region->phys_start && address - region->phys_start < region->size)
			return region->flags & JAILHOUSE_MEM_EXECUTE;
	return false;
}

/* The trial: the instruction Linux goes on with must be reachable through the root's tables. */
static int try_return_address(struct cpu *cpu, u64 address)
{
	u64 par_linux = read_sysreg(par_el1), par;

	cell_activate(cpu);
	asm volatile("tlbi vmalls12e1" : : : "memory");
	dsb(nsh);
	isb();
	asm volatile("at s12e1r, %0" : : "r"(address) : "memory");
	isb();
	par = read_sysreg(par_el1);
	write_sysreg(par_el1, par_linux);
	restore_linux(&cpu->arch.linux);
	if ((par & 1) || !root_may_execute(par & 0x000ffffffffff000ULL))
		return fail(MSG_RETURN_UNMAPPED, cpu->id, address, par);
	return 0;
}

void arch_cpu_save(struct cpu *cpu, const struct linux_state *linux)
{
	cpu->arch.linux = *linux;
	save_linux(&cpu->arch.linux);
	cpu->arch.has_aarch32 = field(read_sysreg(id_aa64pfr0_el1), 4, 4) == 2;
	cpu->arch.mpidr = read_sysreg(mpidr_el1) & 0xff00ffffffULL;
	write_sysreg(vbar_el2, (u64)vectors);
	isb();
}

void arch_cpu_switch_space(struct cpu *cpu, void (*function)(struct cpu *cpu))
{
	switch_space(pool_phys(cpu->tables), cpu->stack_top - REGS_SIZE, function, cpu);
}

int arch_cpu_prepare(struct cpu *cpu)
{
	int err;

	if (cpu->arch.linux.hcr & HCR_E2H)
		return fail(MSG_VHE, cpu->id);
	err = gic_cpu_prepare(cpu);
	if (!err)
		err = try_return_address(cpu, cpu->arch.linux.return_address);
	return err;
}

/* Load the registers of Linux and turn the MMU of EL2 off. leave.x, elr and spsr are filled in. */
static void leave(struct cpu *cpu) __attribute__((noreturn));

static void leave(struct cpu *cpu)
{
	struct leave_frame *frame = &cpu->arch.leave;
	const struct linux_state *linux = &cpu->arch.linux;

	frame->sctlr = linux->sctlr;
	frame->tcr = linux->tcr;
	frame->mair = linux->mair;
	frame->ttbr0 = linux->ttbr0;
	frame->vbar = linux->vbar;
	frame->tpidr = linux->tpidr;
	arch_clean_memory(frame, sizeof(*frame));
	leave_hypervisor(space_phys(frame), space_phys(leave_physical), image_header.entry_table);
}

void arch_cpu_abort(struct cpu *cpu, long code)
{
	struct leave_frame *frame = &cpu->arch.leave;

	memset(frame->x, 0, sizeof(frame->x));
	frame->x[0] = (u64)code;
	frame->elr = cpu->arch.linux.return_address;
	frame->spsr = cpu->arch.linux.spsr;
	leave(cpu);
}

void arch_cpu_commit(struct cpu *cpu)
{
	struct regs *regs = guest_regs(cpu);

	root_cell->live = true;
	gic_cpu_commit(cpu);
	cell_activate(cpu);
	asm volatile("tlbi vmalls12e1" : : : "memory");
	dsb(nsh);
	memset(regs, 0, sizeof(*regs));
	write_sysreg(elr_el2, cpu->arch.linux.return_address);
	write_sysreg(spsr_el2, cpu->arch.linux.spsr);
	isb();
	enter_guest(regs);
}

int arch_check_disable(void)
{
	return its_check_disable();
}

bool arch_cpu_drained(struct cpu *cpu)
{
	return gic_cpu_drain(cpu);
}

void arch_cpu_undrain(struct cpu *cpu)
{
	gic_cpu_undrain(cpu);
}

void arch_cpu_handback(struct cpu *cpu)
{
	struct leave_frame *frame = &cpu->arch.leave;

	memcpy(frame->x, guest_regs(cpu)->x, sizeof(frame->x));
	frame->x[0] = 0;
	frame->elr = read_sysreg(elr_el2);
	frame->spsr = read_sysreg(spsr_el2);
	gic_cpu_handback(cpu);
	restore_linux(&cpu->arch.linux);
	leave(cpu);
}
