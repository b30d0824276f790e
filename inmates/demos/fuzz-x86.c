/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Operations of x86: MSRs, interrupt commands, ports, CPUID, instructions that exit. */
#include <inmate-x86.h>

#include "fuzz.h"

#define ICR	      0x830
#define HPET	      0xfed00000ULL /* the cell "hostile" may read its first 16 bytes */
#define IOAPIC	      0xfec00000ULL
#define OWN_PIN_INDEX (0x10 + 2 * 3)
#define MTRR_DEF_TYPE 0x2ff
#define MTRR_DEF_BITS 0xcff
#define FIRST_OWN     32 /* vectors below are exceptions */

/* ---- registers ---- */

/* What a cell has: whatever is written there is its own affair, or is refused with #GP. */
static void known_msr(void)
{
	static const u32 readable[] = { 0x10,	    0x1b,	0xfe,	    0x174,     0x175, 0x176,
					0x277,	    0x2ff,	0x6e0,	    0x802,     0x803, 0x808,
					0x80a,	    0x80d,	0x80f,	    0x810,     0x820, 0x828,
					0x832,	    0x835,	0x837,	    0x838,     0x839, 0x83e,
					0xc0000080, 0xc0000081, 0xc0000084, 0xc0000102 };
	static const u32 writable[] = { 0x175, 0x176,	   0x2ff,      0x808,	   0x828,     0x838,
					0x83e, 0xc0000081, 0xc0000082, 0xc0000083, 0xc0000102 };

	u32 msr;

	if (fuzz_below(2)) {
		msr_read(readable[fuzz_below(ARRAY_SIZE(readable))]);
		return;
	}
	msr = writable[fuzz_below(ARRAY_SIZE(writable))];
	msr_write(msr, fuzz_value() & (msr == MTRR_DEF_TYPE ? MTRR_DEF_BITS : 0x7ff));
}

static void any_msr(void)
{
	static const u32 base[] = { 0, 0x800, 0xc0000000, 0xc0010000, 0x40000000 };
	u32 msr = base[fuzz_below(ARRAY_SIZE(base))] + (u32)fuzz_below(0x2000);

	if (!fuzz_dares())
		return;
	if (fuzz_below(2))
		msr_read(msr);
	else
		msr_write(msr, fuzz_value());
}

/* To itself, in all the ways there are for that; seldom anything else. */
static void any_command(void)
{
	u64 vector = FIRST_OWN + fuzz_below(256 - FIRST_OWN), self = (u64)apic_id() << 32;

	if (fuzz_dares())
		msr_write(ICR, fuzz_value());
	else if (fuzz_below(2))
		msr_write(ICR, self | fuzz_below(2) << 8 | vector);
	else
		msr_write(ICR, fuzz_value() << 32 | 1ULL << 18 | vector);
}

static void any_table_entry(void)
{
	static const u32 entries[] = { 0x832, 0x833, 0x834, 0x835, 0x836, 0x837 };
	u64 vector = FIRST_OWN + fuzz_below(256 - FIRST_OWN);

	msr_write(entries[fuzz_below(ARRAY_SIZE(entries))], 1U << 16 | vector);
}

static void any_control(void)
{
	u32 low = (u32)fuzz_value(), high = 0;

	switch (fuzz_below(4)) {
	case 0:
		asm volatile("xsetbv" : : "c"((u32)fuzz_below(2)), "a"(low), "d"(high));
		break;
	case 1:
		asm volatile("wbinvd" : : : "memory");
		break;
	case 2:
		asm volatile("invlpg (%0)" : : "r"(fuzz_value()) : "memory");
		break;
	default:
		asm volatile("mov %0, %%cr8" : : "r"(fuzz_below(20)));
		asm volatile("mov %0, %%cr8" : : "r"(0ULL));
		break;
	}
}

static void any_cpuid(void)
{
	static const u32 base[] = { 0, 0x40000000, 0x80000000, 0xffffff00 };

	cpuid(base[fuzz_below(ARRAY_SIZE(base))] + (u32)fuzz_below(64), (u32)fuzz_below(16));
}

/* Of the other vendor, or of the hypervisor. */
static void any_virtualization(void)
{
	u64 address = fuzz_value();

	if (!fuzz_dares())
		return;
	switch (fuzz_below(5)) {
	case 0:
		asm volatile("vmload %0" : : "a"(address) : "memory");
		break;
	case 1:
		asm volatile("vmrun %0" : : "a"(address) : "memory");
		break;
	case 2:
		asm volatile("clgi" : : : "memory");
		break;
	case 3:
		asm volatile("vmxon %0" : : "m"(address) : "memory");
		break;
	default:
		asm volatile("rsm" : : : "memory");
		break;
	}
}

/* ---- ports and memory ---- */

static void access_port(u16 port, unsigned int size, bool write, u32 value)
{
	if (size == 1 && write)
		port_write8(port, (u8)value);
	else if (size == 1)
		port_read8(port);
	else if (size == 2 && write)
		port_write16(port, (u16)value);
	else if (size == 2)
		port_read16(port);
	else if (write)
		port_write32(port, value);
	else
		port_read32(port);
}

/* PCI configuration, in which there is nothing, and the delay port. */
static void known_port(void)
{
	unsigned int size = 1U << fuzz_below(3);

	switch (fuzz_below(3)) {
	case 0:
		access_port(0xcf8, 4, fuzz_below(2), (u32)fuzz_value());
		break;
	case 1:
		access_port((u16)(0xcfc + fuzz_below(4 / size) * size), size, fuzz_below(2),
			    (u32)fuzz_value());
		break;
	default:
		access_port(0x80, 1, true, (u32)fuzz_value());
		break;
	}
}

static void any_port(void)
{
	if (fuzz_dares())
		access_port((u16)fuzz_value(), 1U << fuzz_below(3), fuzz_below(2),
			    (u32)fuzz_value());
}

static void any_device(void)
{
	unsigned int size = 4U << fuzz_below(2);

	if (fuzz_dares())
		fuzz_access(HPET + fuzz_below(0x1000), 1U << fuzz_below(4), fuzz_below(2),
			    fuzz_value());
	else
		fuzz_access(HPET + fuzz_below(16 / size) * size, size, false, 0);
}

/* All may be looked at. Pin 3 is the cell's own, and stays masked. */
static void any_pin(void)
{
	bool write = fuzz_below(2), dares = fuzz_dares();

	mmio_write32(IOAPIC, write && !dares ? OWN_PIN_INDEX : (u32)fuzz_below(0x40));
	if (write)
		mmio_write32(IOAPIC + 0x10, (u32)fuzz_value() | (dares ? 0 : 1U << 16));
	else
		fuzz_access(IOAPIC + 0x10, 4, false, 0);
	if (dares)
		fuzz_access(IOAPIC + fuzz_below(0x100), 1U << fuzz_below(4), fuzz_below(2),
			    fuzz_value());
}

const struct fuzz_kind arch_kinds[] = {
	{ known_msr, 40 },   { any_msr, 30 },	 { any_command, 40 }, { any_table_entry, 20 },
	{ any_control, 10 }, { any_cpuid, 40 },	 { known_port, 20 },  { any_virtualization, 20 },
	{ any_port, 20 },    { any_device, 20 }, { any_pin, 30 },
};
const unsigned int arch_kind_count = ARRAY_SIZE(arch_kinds);

void arch_fuzz_init(void)
{
	inmate_map(HPET, 0x1000, INMATE_DEVICE);
	inmate_map(IOAPIC, 0x1000, INMATE_DEVICE);
}
