/* SPDX-License-Identifier: GPL-2.0-only */
/* Cells on x86: nested tables, ports, interrupts, communication region, and the start of a CPU. */
#include <asm/apic.h>
#include <asm/msr.h>
#include <asm/paging.h>
#include <asm/virt.h>
#include <asm/vmcs.h>
#include <asm/vmx.h>
#include <asm/vmx_caps.h>
#include <asm/vcpu.h>
#include <core/config.h>
#include <core/error.h>
#include <core/memory.h>
#include <core/space.h>
#include <core/string.h>
#include <core/system.h>

#define TEST_DEVICE_OFFSET 0xff8
#define CPUID_1G_PAGES	   (1U << 26)
#define CPUID_XSAVE	   (1U << 26)

int arch_cell_paging_create(struct cell *cell)
{
	/* AMD-V: as many levels as the hypervisor itself has (APM volume 2, 15.25.3); VT-x: 4. */
	u8 level = (u8)(vmx_in_use ? 3 : arch_space_levels() - 1);
	bool has_1g;
	int err;

	cell->memory.ctx = cell;
	err = paging_create(&cell->memory, level, 1, vmx_in_use ? EPT_TABLE_BITS : NPT_TABLE_BITS);
	has_1g = vmx_in_use ? vmx_has_1g_pages() : cpuid(0x80000001, 0).edx & CPUID_1G_PAGES;
	if (!err && !has_1g)
		cell->memory.max_leaf_level = 1;
	return err;
}

/*
 * Write-back for all of the root cell: the memory type registers and its own tables decide, as
 * before. Reading cannot be forbidden where writing is not.
 */
u64 arch_memory_attr(const struct cell *cell, u64 flags)
{
	u64 attr = PTE_USER | PTE_ACCESSED | PTE_DIRTY;

	if (vmx_in_use)
		return vmx_attr(flags);
	if ((flags & JAILHOUSE_MEM_IO) && !cell_is_root(cell))
		attr |= PTE_PCD | PTE_PWT;
	if (flags & JAILHOUSE_MEM_WRITE)
		attr |= PTE_WRITE;
	if (!(flags & JAILHOUSE_MEM_EXECUTE))
		attr |= PTE_NX;
	return attr;
}

u32 arch_mmio_count(void)
{
	return 2;
}

/* The last bytes of the page behind the communication region answer accesses of every width. */
static enum mmio_result test_device_access(struct cpu *cpu, struct mmio_access *access, void *arg)
{
	u8 *bytes = arg;

	(void)cpu;
	if (access->offset < TEST_DEVICE_OFFSET)
		return MMIO_REFUSED;
	bytes += access->offset - TEST_DEVICE_OFFSET;
	if (access->write) {
		memcpy(bytes, &access->value, access->size);
	} else {
		access->value = 0;
		memcpy(&access->value, bytes, access->size);
	}
	return MMIO_DONE;
}

static int add_test_device(struct cell *cell)
{
	const struct jailhouse_memory *region = config_mem_regions(cell->config);
	u32 n;

	for (n = 0; n < cell->config->num_memory_regions; n++, region++)
		if (region->flags & JAILHOUSE_MEM_COMM_REGION)
			return mmio_add(&cell->mmio, region->virt_start + PAGE_SIZE, PAGE_SIZE,
					test_device_access, cell->arch.test_device);
	return 0;
}

static int check_regions(const struct cell *cell)
{
	int err;
	u32 n;

	err = memory_check_registers(cell, APIC_ADDRESS, APIC_WINDOW,
				     "the registers of the local APIC");
	for (n = 0; !err && n < ioapic_count(); n++)
		err = memory_check_registers(cell, ioapic_address(n), PAGE_SIZE,
					     "the registers of an I/O APIC");
	if (!err && !cell_is_root(cell))
		err = memory_check_platform(cell);
	return err;
}

int arch_cell_prepare(struct cell *cell)
{
	int err;

	if (cell->config->flags & JAILHOUSE_CELL_AARCH32)
		return fail(MSG_CELL_AARCH32, cell->config->name, cell->first_cpu);
	cell->arch.msr_map = msr_map(cell);
	err = check_regions(cell);
	if (!err)
		err = cell_is_root(cell) ? apic_map_root(cell) : apic_check_cell(cell);
	if (!err && (cell->config->flags & JAILHOUSE_CELL_TEST_DEVICE))
		err = add_test_device(cell);
	return err;
}

void arch_cell_commit(struct cell *cell)
{
	ioapic_take(cell);
	ports_take(cell);
}

void arch_cell_reset(struct cell *cell)
{
	ioapic_mask(cell);
	cell->arch.pci_address = 0;
	memset(cell->arch.ioapic_index, 0, sizeof(cell->arch.ioapic_index));
	memset(cell->arch.test_device, 0, sizeof(cell->arch.test_device));
}

void arch_cell_release(struct cell *cell)
{
	ioapic_return(cell);
	ports_return(cell);
}

void arch_comm_init(struct cell *cell, struct jailhouse_comm_region *comm)
{
	comm->pm_timer_address = system_config->platform_info.x86.pm_timer_address;
	comm->num_cpus = (u16)config_cpu_count(cell->config);
	comm->tsc_khz = system_config->platform_info.x86.tsc_khz;
	comm->apic_khz = system_config->platform_info.x86.apic_khz;
}

/* All of it that the processor has, as after reset (APM volume 2, 11.5.9, and 14.1.3). */
static void reset_fp(void)
{
	static const u8 initial[576] __attribute__((aligned(64))) = {
		[0] = 0x7f,
		[1] = 0x03,
		[24] = 0x80,
		[25] = 0x1f,
	};
	struct cpuid id;

	asm volatile("fninit");
	if (!(cpuid(1, 0).ecx & CPUID_XSAVE)) {
		asm volatile("fxrstor %0" : : "m"(initial));
		return;
	}
	write_cr(4, read_cr(4) | CR4_OSXSAVE);
	id = cpuid(0xd, 0);
	write_xcr0(id.eax | (u64)id.edx << 32);
	asm volatile("xrstor %0" : : "m"(initial), "a"(0xffffffff), "d"(0xffffffff));
	write_xcr0(XCR0_X87);
}

static void reset_debug(void)
{
	write_dr(0, 0);
	write_dr(1, 0);
	write_dr(2, 0);
	write_dr(3, 0);
}

void arch_cpu_reset(struct cpu *cpu)
{
	apic_reset(cpu);
	msr_reset();
	reset_fp();
	reset_debug();
	cpu->arch.mtrr_def_type = 0;
	cpu->arch.requests = 0;
	memset(cpu->arch.known, 0, sizeof(cpu->arch.known));
	memset(&cpu->arch.code, 0, sizeof(cpu->arch.code));
	vcpu_reset(cpu, cpu->entry, cpu->entry_arg != 0);
	cpu_absorb_kick(cpu);
	virt_enter(cpu);
}
