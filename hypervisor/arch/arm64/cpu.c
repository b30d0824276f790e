/* SPDX-License-Identifier: GPL-2.0-only */
/* Small things of arm64 that the core asks for. */
#include <asm/gic.h>
#include <asm/its.h>
#include <asm/sysregs.h>
#include <asm/traps.h>
#include <core/error.h>
#include <core/memory.h>
#include <core/printk.h>
#include <core/space.h>
#include <core/string.h>
#include <core/system.h>
#include <core/uart.h>

u64 arch_counter(void)
{
	isb();
	return read_sysreg(cntpct_el0);
}

u64 arch_counter_hz(void)
{
	return read_sysreg(cntfrq_el0);
}

void arch_cpu_relax(void)
{
	asm volatile("yield" : : : "memory");
}

void arch_cpu_die(void)
{
	while (true)
		asm volatile("wfi" : : : "memory");
}

u32 arch_space_levels(void)
{
	return 4;
}

void arch_flush_local(u64 virt)
{
	asm volatile("tlbi vae2, %0" : : "r"(virt >> 12) : "memory");
	dsb(nsh);
	isb();
}

/* Address of a stage 2: switch to its VMID for the invalidation. */
static void flush_cell(const struct cell *cell)
{
	u64 vttbr = read_sysreg(vttbr_el2);

	dsb(ishst);
	write_sysreg(vttbr_el2, cell->arch.vttbr);
	isb();
	asm volatile("tlbi vmalls12e1is" : : : "memory");
	dsb(ish);
	write_sysreg(vttbr_el2, vttbr);
	isb();
}

/*
 * Tables that no CPU uses yet need no flush: whoever starts to use them flushes first. It would cost
 * all CPUs time, while they wait for each other at enable.
 */
void arch_paging_flush(const struct paging *paging, u64 virt, u64 size)
{
	const struct cell *cell = paging->ctx;

	(void)virt;
	(void)size;
	if (cell) {
		if (cell->live)
			flush_cell(cell);
		return;
	}
	if (read_sysreg(ttbr0_el2) == image_header.entry_table)
		return;
	dsb(ishst);
	asm volatile("tlbi alle2is" : : : "memory");
	dsb(ish);
	isb();
}

void arch_paging_sync(void *addr, u64 size)
{
	(void)addr;
	(void)size;
	dsb(ishst);
	isb();
}

static u64 cache_line(void)
{
	return 4ULL << field(read_sysreg(ctr_el0), 16, 4);
}

void arch_clean_memory(void *start, u64 size)
{
	u64 line = cache_line(), address = (u64)start & ~(line - 1);

	for (; address < (u64)start + size; address += line)
		asm volatile("dc civac, %0" : : "r"(address) : "memory");
	dsb(sy);
}

void arch_clear_memory(void *start, u64 size)
{
	u64 dczid = read_sysreg(dczid_el0), block = 4ULL << (dczid & 0xf), address;

	if (dczid & 0x10) {
		memset(start, 0, size);
	} else {
		for (address = (u64)start; address < (u64)start + size; address += block)
			asm volatile("dc zva, %0" : : "r"(address) : "memory");
	}
	arch_clean_memory(start, size);
}

void arch_dump_guest(struct cpu *cpu)
{
	const u64 *x = guest_regs(cpu)->x;

	printk("  pc %016llx lr %016llx spsr %08llx esr %08llx far %016llx", read_sysreg(elr_el2),
	       x[30], read_sysreg(spsr_el2), read_sysreg(esr_el2), read_sysreg(far_el2));
	printk("  x0 %016llx x1 %016llx x2 %016llx x3 %016llx", x[0], x[1], x[2], x[3]);
}

void fixup_begin(struct fixup *fixup, const char *target)
{
	fixup->tpidrro = read_sysreg(tpidrro_el0);
	fixup->elr = read_sysreg(elr_el2);
	fixup->spsr = read_sysreg(spsr_el2);
	fixup->esr = read_sysreg(esr_el2);
	fixup->far = read_sysreg(far_el2);
	this_cpu()->arch.fixup = (u64)target;
}

void fixup_end(const struct fixup *fixup)
{
	this_cpu()->arch.fixup = 0;
	write_sysreg(tpidrro_el0, fixup->tpidrro);
	write_sysreg(elr_el2, fixup->elr);
	write_sysreg(spsr_el2, fixup->spsr);
	write_sysreg(esr_el2, fixup->esr);
	write_sysreg(far_el2, fixup->far);
}

bool arch_probe_read(const volatile void *address, u32 size, u64 *value)
{
	struct fixup fixup;
	bool there;

	fixup_begin(&fixup, probe_failed);
	there = probe_read(address, size, value);
	fixup_end(&fixup);
	return there;
}

bool arch_probe_write(volatile void *address, u32 size, u64 value)
{
	struct fixup fixup;
	bool there;

	fixup_begin(&fixup, probe_failed);
	there = probe_write(address, size, value);
	fixup_end(&fixup);
	return there;
}

void hypervisor_exception(const struct regs *regs, u64 vector)
{
	static const char *const names[] = { "synchronous exception", "IRQ", "FIQ", "SError" };
	struct cpu *cpu = this_cpu();
	u32 n;

	if (cpu->arch.fixup) {
		write_sysreg(elr_el2, cpu->arch.fixup);
		write_sysreg(spsr_el2, read_sysreg(spsr_el2) | SPSR_DAIF);
		cpu->arch.fixup = 0;
		return;
	}
	cpu_condemn(cpu);
	printk("FATAL: %s in the hypervisor on CPU %u%s", names[vector % 4], cpu->id,
	       ESR_EC(read_sysreg(esr_el2)) == EC_DABT_SAME ?
		       cpu_explain_fault(cpu, read_sysreg(far_el2)) :
		       "");
	printk("  pc %016llx sp %016llx spsr %08llx esr %08llx far %016llx", read_sysreg(elr_el2),
	       regs->unused, read_sysreg(spsr_el2), read_sysreg(esr_el2), read_sysreg(far_el2));
	for (n = 0; n < 28; n += 4)
		printk("  x%02u %016llx %016llx %016llx %016llx", n, regs->x[n], regs->x[n + 1],
		       regs->x[n + 2], regs->x[n + 3]);
	printk("  x28 %016llx %016llx %016llx", regs->x[28], regs->x[29], regs->x[30]);
	arch_cpu_die();
}

void arch_cpu_interrupts(struct cpu *cpu)
{
	gic_inject_sgis(cpu);
}

/* A CPU calls the firmware to go offline, so it parks by itself; Linux says that it has gone before that. */
void arch_cpu_settle(struct cpu *cpu, bool offline)
{
	u64 deadline = arch_counter() + arch_counter_hz() * LEAVE_PATIENCE_S;

	if (cpu == this_cpu())
		return;
	while (offline && load_acquire(&cpu->state) == CPU_RUNNING && arch_counter() < deadline)
		arch_cpu_relax();
}

int arch_cpu_reserve(struct cpu *cpu)
{
	(void)cpu;
	return 0;
}

u32 arch_mmio_count(void)
{
	return 2 + its_mmio_count();
}

int arch_cell_prepare(struct cell *cell)
{
	int err;

	err = cell->config->flags & JAILHOUSE_CELL_AARCH32 ? aarch32_check(cell) : 0;
	if (!err && !cell_is_root(cell))
		err = memory_check_platform(cell);
	return err ? err : gic_mmio_init(cell);
}

void arch_cell_commit(struct cell *cell)
{
	u32 n;

	gic_spis_save(cell);
	for (n = 1; n < SPI_WORDS; n++)
		write_once(root_cell->arch.spis[n], root_cell->arch.spis[n] & ~cell->arch.spis[n]);
	gic_spis_reset(cell, cell);
}

void arch_cell_reset(struct cell *cell)
{
	gic_spis_reset(cell, cell);
}

void arch_comm_init(struct cell *cell, struct jailhouse_comm_region *comm)
{
	comm->gic_version = system_config->platform_info.arm.gic_version;
	comm->gicd_base = system_config->platform_info.arm.gicd_base;
	comm->gicc_base = system_config->platform_info.arm.gicc_base;
	comm->gicr_base = system_config->platform_info.arm.gicr_base;
	comm->vpci_irq_base = cell->config->vpci_irq_base;
}

bool arch_has_ports(void)
{
	return false;
}

u8 arch_port_read(u16 port)
{
	(void)port;
	return 0xff;
}

void arch_port_write(u16 port, u8 value)
{
	(void)port;
	(void)value;
}
