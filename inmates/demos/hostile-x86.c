/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Attacks that take instructions or devices of x86: their names, and what they need of memory. */
#include "hostile-x86.h"

#define PAGE	    0x1000ULL
#define SECOND_RAM  0x200000ULL /* the cell's RAM behind its communication region */
#define PTE_ADDRESS 0x000ffffffffff000ULL

const u64 arch_foreign_address = 0x40000000;

u8 *scratch_page(unsigned int n)
{
	u64 address = SECOND_RAM + n * PAGE;

	inmate_map(address, PAGE, INMATE_EXECUTABLE);
	return (u8 *)(uintptr_t)address;
}

volatile u64 *page_entry(u64 address)
{
	u64 entry;

	asm volatile("mov %%cr3, %0" : "=r"(entry));
	for (int shift = 39; shift > 12; shift -= 9)
		entry = ((u64 *)(uintptr_t)(entry & PTE_ADDRESS))[address >> shift & 511];
	return (u64 *)(uintptr_t)(entry & PTE_ADDRESS) + (address >> 12 & 511);
}

static void cpuid_sweep(u64 address)
{
	struct cpuid id = cpuid(JAILHOUSE_CPUID_SIGNATURE, 0);

	(void)address;
	for (u32 leaf = 0; leaf < 0x40; leaf++)
		for (u32 base = 0; base < 4; base++)
			cpuid(base * 0x40000000 + leaf, leaf);
	printf("attack: signature %x %x %x, feature bit 31 is %u\n", id.ebx, id.ecx, id.edx,
	       cpuid(1, 0).ecx >> 31);
}

const struct attack arch_attacks[] = {
	{ "msr", attack_msr },	       { "apic", attack_apic },
	{ "ipi", attack_ipi },	       { "port", attack_port },
	{ "control", attack_control }, { "privileged", attack_privileged },
	{ "mmio", attack_mmio },       { "moving-code", attack_moving_code },
	{ "tables", attack_tables },   { "user", attack_user },
	{ "stuck", attack_stuck },     { "cpuid", cpuid_sweep },
};

const unsigned int arch_attack_count = ARRAY_SIZE(arch_attacks);
