/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Attacks that take instructions or devices of x86: their names, and what they need of memory. */
#include "hostile-x86.h"

#define PAGE	       0x1000ULL
#define SECOND_RAM     0x200000ULL /* the cell's RAM behind its communication region */
#define IOAPIC	       0xfec00000ULL
#define IOAPIC_WINDOW  0x10
#define OWN_PIN	       3
#define IOAPIC_PINS    24
#define REDIRECTION(n) (0x10 + 2 * (n))
#define PTE_ADDRESS    0x000ffffffffff000ULL

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

/* ---- pins of the IOAPIC, one of which is this cell's ---- */

static u32 ioapic_read(u32 reg)
{
	mmio_write32(IOAPIC, reg);
	return mmio_read32(IOAPIC + IOAPIC_WINDOW);
}

static void ioapic_write(u32 reg, u32 value)
{
	mmio_write32(IOAPIC, reg);
	mmio_write32(IOAPIC + IOAPIC_WINDOW, value);
}

/* Every interrupt of the machine to this CPU, also as NMI and SMI. */
static void steal_pins(void *arg)
{
	u32 changed = 0;

	(void)arg;
	for (u32 pin = 0; pin < IOAPIC_PINS; pin++)
		for (u32 mode = 0; mode < 8; mode++) {
			u32 before = ioapic_read(REDIRECTION(pin));

			ioapic_write(REDIRECTION(pin) + 1, apic_id() << 24);
			ioapic_write(REDIRECTION(pin), 0x40 + pin + (mode << 8));
			changed += ioapic_read(REDIRECTION(pin)) != before;
		}
	printf("attack: %u entries changed\n", changed);
}

/* The cell's own pin: the delivery mode in bits 8 and up, the destination from bit 32. */
static void misuse_pin(void *arg)
{
	ioapic_write(REDIRECTION(OWN_PIN), 1 << 16);
	ioapic_write(REDIRECTION(OWN_PIN) + 1, ((uintptr_t)arg >> 32 ?: apic_id()) << 24);
	ioapic_write(REDIRECTION(OWN_PIN), (u32)(uintptr_t)arg | 0x40);
	printf("attack: entry 0x%x\n", ioapic_read(REDIRECTION(OWN_PIN)));
}

static void write_identity(void *arg)
{
	(void)arg;
	ioapic_write(0, 0x0f000000);
	ioapic_write(1, 0);
	ioapic_write(0xff, ~0U);
	printf("attack: id 0x%x version 0x%x register 0xff 0x%x\n", ioapic_read(0), ioapic_read(1),
	       ioapic_read(0xff));
}

static void ioapic_byte(void *arg)
{
	result("byte", *(volatile u8 *)arg);
}

static void ioapic_word(void *arg)
{
	result("word", *(volatile u32 *)arg);
}

static void ioapic_eoi(void *arg)
{
	for (u32 vector = 0; vector < 256; vector++)
		*(volatile u32 *)arg = vector;
	printf("attack: 256 ends of interrupts\n");
}

static void attack_ioapic(u64 address)
{
	static const struct step steps[] = {
		{ "pins", steal_pins, 0 },
		{ "identity", write_identity, 0 },
		{ "byte", ioapic_byte, 0x10 },
		{ "unaligned", ioapic_word, 0x12 },
		{ "unknown register", ioapic_word, 0x800 },
		{ "end of interrupt", ioapic_eoi, 0x40 },
	};
	static const struct step own[] = {
		{ "own pin to a neighbour", misuse_pin, 2ULL << 32 },
		{ "own pin as SMI", misuse_pin, 2 << 8 },
		{ "own pin as NMI", misuse_pin, 4 << 8 },
		{ "own pin as INIT", misuse_pin, 5 << 8 },
	};

	(void)address;
	inmate_map(IOAPIC, PAGE, INMATE_DEVICE);
	for (unsigned int n = 0; n < ARRAY_SIZE(steps); n++)
		if (chosen(n))
			attempt(steps[n].what, steps[n].run, (void *)(IOAPIC + steps[n].offset));
	for (unsigned int n = 0; n < ARRAY_SIZE(own); n++)
		if (chosen(ARRAY_SIZE(steps) + n))
			attempt(own[n].what, own[n].run, (void *)own[n].offset);
}

static void attack_cpuid(u64 address)
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
	{ "msr", attack_msr },
	{ "apic", attack_apic },
	{ "ipi", attack_ipi },
	{ "ioapic", attack_ioapic },
	{ "port", attack_port },
	{ "control", attack_control },
	{ "privileged", attack_privileged },
	{ "mmio", attack_mmio },
	{ "moving-code", attack_moving_code },
	{ "tables", attack_tables },
	{ "user", attack_user },
	{ "stuck", attack_stuck },
	{ "cpu-storm", attack_cpu_storm },
	{ "cpuid", attack_cpuid },
	{ "real-mode", attack_real_mode },
};

const unsigned int arch_attack_count = ARRAY_SIZE(arch_attacks);
