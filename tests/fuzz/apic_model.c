/* SPDX-License-Identifier: GPL-2.0-only */
/* The hardware below the fuzzer of the controllers of x86, see apic_model.h. */
#include <asm/apic.h>
#include <asm/vcpu.h>
#include <asm/virt.h>
#include <asm/vmcs.h>
#include <core/bitmap.h>
#include <core/space.h>
#include <core/system.h>

#include "apic_model.h"
#include "fuzz.h"

#define REG_ICR2     0x310
#define IOAPIC_INDEX 0x00
#define IOAPIC_DATA  0x10
#define IOAPIC_EOI   0x40

bool apic_judged;
struct cpu *apic_actor;
struct cpu apic_cpus[APIC_CPUS];

static bool processor_x2apic;
static u32 selected, entries[IOAPIC_PINS][2];
static u32 icr2[APIC_CPUS], ldr[APIC_CPUS], dfr[APIC_CPUS];
static u64 efer, efer_at_first;
static u64 apic_base[APIC_CPUS];

/* Addresses only: accesses never get to memory. */
static char local[PAGE_SIZE], ioapic[PAGE_SIZE];

/*
 * Local APICs.
 */

static const struct cpu *cpu_with_id(u32 id)
{
	u32 n;

	for (n = 0; n < APIC_CPUS; n++)
		if (apic_cpus[n].arch.apic_id == id)
			return &apic_cpus[n];
	return NULL;
}

/* One interrupt, to one CPU of the same cell, or a kick. */
static void judge_command(u32 destination, u32 low)
{
	const struct cpu *to = cpu_with_id(destination);

	promise(ICR_SHORTHAND(low) == 0 && !(low & ICR_LOGICAL));
	promise(to && to->cell == apic_actor->cell);
	promise(ICR_MODE(low) == DELIVER_FIXED || ICR_MODE(low) == DELIVER_NMI);
	promise(ICR_MODE(low) == DELIVER_FIXED || to->arch.kick_pending);
}

/* What the local vector table may hold of a cell. */
static void judge_register(u32 reg, u64 value)
{
	u32 mode = value >> 8 & 7;
	bool table = reg == 0x2f0 || (reg >= 0x320 && reg <= 0x370);

	if (!apic_judged)
		return;
	promise(reg != 0x20); /* the id */
	if (cell_is_root(apic_actor->cell))
		return;
	promise(reg != 0xd0 && reg != 0xe0);
	promise(!table || reg == 0x320 || mode == DELIVER_FIXED || mode == DELIVER_NMI);
}

static bool is_x2apic(u32 cpu)
{
	return apic_base[cpu] & APIC_BASE_EXTD;
}

static void local_write(u32 reg, u32 value)
{
	promise(!is_x2apic(apic_actor->id) && !(reg & 15));
	if (reg == REG_ICR2)
		icr2[apic_actor->id] = value;
	else if (reg == 0x300)
		judge_command(icr2[apic_actor->id] >> 24, value);
	else
		judge_register(reg, value);
	if (reg == 0xd0)
		ldr[apic_actor->id] = value;
	else if (reg == 0xe0)
		dfr[apic_actor->id] = value;
}

static u32 x2apic_logical(u32 id)
{
	return id >> 4 << 16 | 1U << (id & 15);
}

static u32 local_read(u32 reg)
{
	promise(!(reg & 15));
	if (reg == 0x20)
		return apic_actor->arch.apic_id << (is_x2apic(apic_actor->id) ? 0 : 24);
	if (reg == 0xd0)
		return is_x2apic(apic_actor->id) ? x2apic_logical(apic_actor->arch.apic_id) :
						   ldr[apic_actor->id];
	if (reg == 0xe0)
		return dfr[apic_actor->id];
	return reg == 0x30 ? 0x50014 : 0;
}

/*
 * I/O APIC.
 */

const struct cell *apic_pin_owner(u32 pin)
{
	u32 n;

	for (n = 0; n < APIC_CPUS; n += 2)
		if (apic_cpus[n].cell->arch.pins[0][0] >> pin & 1)
			return apic_cpus[n].cell;
	return NULL;
}

/* Whether a message of a device with that logical destination reaches a CPU. */
static bool logical_reaches(u32 cpu, u32 destination)
{
	u32 own = ldr[cpu] >> 24;

	if (is_x2apic(cpu))
		return x2apic_logical(apic_cpus[cpu].arch.apic_id) & 0xffff & destination &&
		       apic_cpus[cpu].arch.apic_id < 16;
	if (dfr[cpu] >> 28 == 0xf)
		return own & destination;
	return destination == 0xff || (own >> 4 == destination >> 4 && own & destination & 15);
}

/* Who an unmasked entry reaches by the rules of the CPUs' own registers, remapped ones apart. */
static void promise_entry(u32 pin, u32 low, u32 high)
{
	const struct cell *owner = apic_pin_owner(pin);
	u32 mode = low >> 8 & 7, n;

	if (low & 1U << 16)
		return;
	promise(owner);
	promise(mode != DELIVER_SMI && mode != DELIVER_INIT && mode != DELIVER_STARTUP);
	if (high & 1U << 16) {
		promise(cell_is_root(owner));
		return;
	}
	promise(cell_is_root(owner) || mode <= DELIVER_LOWEST);
	if (!(low & ICR_LOGICAL)) {
		const struct cpu *to = cpu_with_id(high >> 24);

		promise(high >> 24 != 0xff);
		promise(!to || to->cell == owner);
		return;
	}
	/* The root cell may move its own CPUs to where it likes. */
	for (n = 0; n < APIC_CPUS; n++)
		promise(apic_cpus[n].cell == owner || cell_is_root(apic_cpus[n].cell) ||
			!logical_reaches(n, high >> 24));
}

void apic_model_promise(void)
{
	u32 pin;

	promise(efer == efer_at_first);
	for (pin = 0; pin < IOAPIC_PINS; pin++)
		promise_entry(pin, entries[pin][0], entries[pin][1]);
}

static void ioapic_write(u32 offset, u32 value)
{
	u32 pin = (selected - 0x10) / 2;

	if (offset == IOAPIC_INDEX) {
		selected = value;
		return;
	}
	if (offset == IOAPIC_EOI) {
		promise(cell_is_root(apic_actor->cell));
		return;
	}
	promise(offset == IOAPIC_DATA);
	if (selected < 0x10) {
		promise(selected == 0 && cell_is_root(apic_actor->cell));
		return;
	}
	promise(pin < IOAPIC_PINS);
	promise(!apic_judged || apic_pin_owner(pin) == apic_actor->cell);
	entries[pin][selected & 1] = value;
}

static u32 ioapic_read(u32 offset)
{
	u32 pin = (selected - 0x10) / 2;

	promise(offset == IOAPIC_DATA);
	if (selected < 0x10)
		return selected == 1 ? (IOAPIC_PINS - 1) << 16 | 0x20 : 0;
	promise(pin < IOAPIC_PINS);
	return entries[pin][selected & 1];
}

/*
 * Model specific registers. Those that a cell cannot have, and those of which the root cell's change
 * would be the machine's.
 */

static bool is_machines(u32 msr)
{
	return msr == MSR_APIC_BASE || msr == MSR_FEATURE_CONTROL || msr == MSR_SMM_MONITOR ||
	       (msr >= MSR_VMX_BASIC && msr <= MSR_VMX_LAST) ||
	       (msr >= MSR_MTRR_FIRST && msr <= MSR_MTRR_LAST) || msr == MSR_MTRR_DEF_TYPE ||
	       msr == MSR_SYSCFG || (msr >= 0xc0010016 && msr <= 0xc001001a) || msr == 0xc001001d ||
	       msr == MSR_MMIO_CFG_BASE || msr == MSR_PATCH_LOADER || msr == MSR_INTEL_LOADER ||
	       (msr >= 0xc0010111 && msr <= 0xc001011b);
}

static void judge_msr(u32 msr, u64 value)
{
	u32 reg = (msr - MSR_X2APIC_FIRST) * 16;

	if (msr >= MSR_X2APIC_FIRST && msr <= MSR_X2APIC_LAST) {
		promise(is_x2apic(apic_actor->id));
		if (msr == 0x830)
			judge_command((u32)(value >> 32), (u32)value);
		else
			judge_register(reg, value);
		return;
	}
	promise(!apic_judged || !is_machines(msr));
	promise(!apic_judged || msr == MSR_EFER || cell_is_root(apic_actor->cell));
}

u64 hw_msr_read(u32 msr)
{
	if (msr == MSR_APIC_BASE)
		return apic_base[apic_actor->id];
	if (msr >= MSR_X2APIC_FIRST && msr <= MSR_X2APIC_LAST)
		return local_read((msr - MSR_X2APIC_FIRST) * 16);
	return msr == MSR_EFER ? efer : msr * 3;
}

void hw_msr_write(u32 msr, u64 value)
{
	judge_msr(msr, value);
	if (msr == MSR_EFER)
		efer = value;
	else if (msr == MSR_APIC_BASE)
		apic_base[apic_actor->id] = value;
}

bool msr_read_safe(u32 msr, u64 *value)
{
	*value = hw_msr_read(msr);
	return msr % 7 != 3;
}

/* Reserved bits raise #GP. */
bool msr_write_safe(u32 msr, u64 value)
{
	if (msr == MSR_EFER && value & ~0xfd01ULL)
		return false;
	hw_msr_write(msr, value);
	return msr % 7 != 3;
}

struct cpuid hw_cpuid(u32 leaf)
{
	struct cpuid id = { leaf == 0 ? 7 : 0, 0, 0, 0 };

	if (leaf == 1 && processor_x2apic)
		id.ecx = 1U << 21;
	return id;
}

/*
 * Ports and memory.
 */

bool apic_port_owned(const struct cell *cell, u32 port)
{
	const struct jailhouse_pio *pio = jailhouse_cell_pio(cell->config);
	u32 n;

	for (n = 0; n < cell->config->num_pio_regions; n++)
		if (port - pio[n].base < pio[n].length)
			return true;
	return false;
}

/* Of another cell, with the exception of the timer that all may read. */
static void judge_port(u16 port, u32 size)
{
	u32 n, m;

	promise(cell_is_root(apic_actor->cell));
	for (n = 0; n < size; n++) {
		promise(apic_port_owned(apic_actor->cell, port + n));
		for (m = 2; m < APIC_CPUS; m += 2)
			promise(cell_is_root(apic_cpus[m].cell) ||
				!apic_port_owned(apic_cpus[m].cell, port + n));
	}
}

u32 hw_port_read(u16 port, u32 size)
{
	judge_port(port, size);
	return 0x5a5a5a5a;
}

void hw_port_write(u16 port, u32 size, u32 value)
{
	(void)value;
	judge_port(port, size);
}

u64 hw_read(const volatile void *address, u32 size)
{
	const char *at = (const char *)(uintptr_t)address;

	promise(size == 4);
	if (at >= local && at < local + sizeof(local)) {
		promise(!is_x2apic(apic_actor->id));
		return local_read((u32)(at - local));
	}
	promise(at >= ioapic && at < ioapic + sizeof(ioapic));
	return ioapic_read((u32)(at - ioapic));
}

void hw_write(volatile void *address, u32 size, u64 value)
{
	char *at = (char *)(uintptr_t)address;

	promise(size == 4);
	if (at >= local && at < local + sizeof(local)) {
		local_write((u32)(at - local), (u32)value);
		return;
	}
	promise(at >= ioapic && at < ioapic + sizeof(ioapic));
	ioapic_write((u32)(at - ioapic), (u32)value);
}

void *space_map_device(u64 phys, u64 size)
{
	promise(size == PAGE_SIZE);
	if (phys == APIC_ADDRESS)
		return local;
	promise(phys == IOAPIC_ADDRESS);
	return ioapic;
}

void apic_model_reset(bool x2apic, bool has_x2apic)
{
	u32 n;

	processor_x2apic = has_x2apic;
	apic_judged = false;
	selected = 0;
	efer = EFER_LME | EFER_LMA | (vmx_in_use ? 0 : EFER_SVME);
	efer_at_first = efer;
	for (n = 0; n < IOAPIC_PINS; n++) {
		entries[n][0] = 1U << 16;
		entries[n][1] = 0;
	}
	for (n = 0; n < APIC_CPUS; n++) {
		apic_base[n] = APIC_ADDRESS | APIC_BASE_ENABLE | (x2apic ? APIC_BASE_EXTD : 0);
		icr2[n] = 0;
		dfr[n] = ~0U;
		ldr[n] = n < 2 ? 1U << 24 << n : 0; /* of CPUs that Linux does not use */
	}
}
