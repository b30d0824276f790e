/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Local APICs, see <asm/apic.h>.
 *
 * An interrupt command is taken apart into single ones for CPUs of the same cell: no broadcast and
 * no logical destination ever leaves. NMI, INIT and start-up are not sent at all: the hypervisor
 * does to the other CPU what they would do.
 */
#include <asm/apic.h>
#include <asm/vcpu.h>
#include <core/bitmap.h>
#include <core/error.h>
#include <core/printk.h>
#include <core/space.h>
#include <core/system.h>

/* Registers, as offsets in the page; the MSR of x2APIC mode is 0x800 + offset / 16 */
#define REG_ID	     0x20
#define REG_TPR	     0x80
#define REG_EOI	     0xb0
#define REG_LDR	     0xd0
#define REG_DFR	     0xe0
#define REG_SPURIOUS 0xf0
#define REG_ISR	     0x100
#define REG_IRR	     0x200
#define REG_ESR	     0x280
#define REG_CMCI     0x2f0
#define REG_ICR	     0x300
#define REG_ICR2     0x310
#define REG_TIMER    0x320
#define REG_ERROR    0x370
#define REG_COUNT    0x380
#define REG_VERSION  0x30
#define REG_DIVIDER  0x3e0
#define REG_SELF     0x3f0

#define MSR_OF(reg) (MSR_X2APIC_FIRST + (reg) / 16)

#define LVT_MASKED     (1U << 16)
#define LVT_MODE(lvt)  ((lvt) >> 8 & 7)
#define SPURIOUS_ON    0x100
#define SPURIOUS_RESET 0xff
#define BUSY_SPINS     100000
#define DRAIN_ROUNDS   256
#define ID_BROADCAST8  0xff
#define ID_BROADCAST   0xffffffff
#define DFR_FLAT       0xf0000000

void let_interrupts(void);

static bool root_x2apic, has_x2apic;
static char *registers; /* of whichever CPU looks at them; in xAPIC mode */

bool apic_root_is_x2apic(void)
{
	return root_x2apic;
}

bool apic_is_emulated(const struct cpu *cpu)
{
	return !has_x2apic && !cell_is_root(cpu->cell);
}

bool apic_has_x2apic(void)
{
	return has_x2apic;
}

/* Whether the guest has identifiers of 32 bits. */
static bool is_wide(const struct cpu *cpu)
{
	return cpu->arch.x2apic || apic_is_emulated(cpu);
}

static u32 apic_read(const struct cpu *cpu, u32 reg)
{
	if (cpu->arch.x2apic)
		return (u32)msr_read(MSR_OF(reg));
	return mmio_read32(registers + reg);
}

static void apic_write(const struct cpu *cpu, u32 reg, u32 value)
{
	if (cpu->arch.x2apic)
		msr_write(MSR_OF(reg), value);
	else
		mmio_write32(registers + reg, value);
}

/* Send to one CPU by its physical id. */
static void apic_send(const struct cpu *from, u32 id, u32 low)
{
	u32 spins = 0;

	if (from->arch.x2apic) {
		/* Everything that was stored before is seen by the receiver (APM 16.11.2). */
		asm volatile("mfence\n\tlfence" : : : "memory");
		msr_write(MSR_OF(REG_ICR), (u64)id << 32 | low);
		return;
	}
	while ((mmio_read32(registers + REG_ICR) & ICR_BUSY) && ++spins < BUSY_SPINS)
		arch_cpu_relax();
	mmio_write32(registers + REG_ICR2, id << 24);
	mmio_write32(registers + REG_ICR, low);
}

void arch_cpu_kick(struct cpu *cpu)
{
	/* At most one NMI is on its way, so that each can be told from the guest's own. */
	if (!atomic_swap(&cpu->arch.kick_pending, 1))
		apic_send(this_cpu(), cpu->arch.apic_id,
			  DELIVER_NMI << ICR_MODE_SHIFT | ICR_ASSERT);
}

static int check_mode(u64 base)
{
	static const char *const names[] = { "automatic", "xAPIC", "x2APIC" };
	u32 wanted = system_config->platform_info.x86.apic_mode;

	if (wanted >= sizeof(names) / sizeof(names[0]))
		return fail(MSG_APIC_MODE_UNKNOWN, wanted);
	if (wanted && (wanted == 2) != !!(base & APIC_BASE_EXTD))
		return fail(MSG_APIC_MODE, names[wanted],
			    base & APIC_BASE_EXTD ? names[2] : names[1]);
	return 0;
}

int apic_prepare(void)
{
	u64 base = msr_read(MSR_APIC_BASE);
	int err;

	err = check_mode(base);
	if (err)
		return err;
	has_x2apic = cpuid(1, 0).ecx >> 21 & 1;
	root_x2apic = base & APIC_BASE_EXTD;
	if (root_x2apic)
		return 0;
	registers = space_map_device(APIC_ADDRESS, PAGE_SIZE);
	return registers ? 0 : -ENOMEM;
}

int apic_cpu_prepare(struct cpu *cpu)
{
	u64 base = msr_read(MSR_APIC_BASE);

	if (!(base & APIC_BASE_ENABLE) || (base & APIC_BASE_ADDRESS) != APIC_ADDRESS ||
	    !!(base & APIC_BASE_EXTD) != root_x2apic)
		return fail(MSG_APIC_BASE, cpu->id, base, root_x2apic ? "x2APIC" : "xAPIC");
	cpu->arch.x2apic = root_x2apic;
	cpu->arch.apic_id = apic_read(cpu, REG_ID);
	cpu->arch.apic_logical = apic_read(cpu, REG_LDR);
	if (!root_x2apic) {
		cpu->arch.apic_id >>= 24;
		cpu->arch.apic_cluster = apic_read(cpu, REG_DFR);
		cpu->arch.apic_icr2 = apic_read(cpu, REG_ICR2);
	}
	return 0;
}

/* Whether a CPU would accept a message with that logical destination (APM 16.6.1, 16.14). */
static bool logical_match(const struct cpu *cpu, u32 destination)
{
	u32 logical = cpu->arch.apic_logical;

	if (is_wide(cpu))
		return destination == ID_BROADCAST ||
		       (logical >> 16 == destination >> 16 && (logical & destination & 0xffff));
	logical >>= 24;
	if ((cpu->arch.apic_cluster & DFR_FLAT) == DFR_FLAT)
		return logical & destination;
	return destination == ID_BROADCAST8 ||
	       (logical >> 4 == destination >> 4 && (logical & destination & 0xf));
}

static bool physical_match(const struct cpu *cpu, u32 destination, bool wide)
{
	return cpu->arch.apic_id == destination ||
	       destination == (wide ? ID_BROADCAST : ID_BROADCAST8);
}

bool apic_reaches_only(const struct cell *cell, u32 destination, bool logical)
{
	struct cpu *cpu;
	u32 n;

	for_each_cpu(cpu, n) {
		if (bit_test(cell->cpus, n))
			continue;
		if (logical ? logical_match(cpu, destination) :
			      physical_match(cpu, destination, false))
			return false;
	}
	return true;
}

static bool command_matches(const struct cpu *from, const struct cpu *to, u32 destination, u32 low)
{
	switch (ICR_SHORTHAND(low)) {
	case 1:
		return from == to;
	case 2:
		return true;
	case 3:
		return from != to;
	}
	return low & ICR_LOGICAL ? logical_match(to, destination) :
				   physical_match(to, destination, is_wide(from));
}

static void request_nmi(struct cpu *from, struct cpu *to)
{
	if (from == to) {
		to->arch.nmi_pending = true;
		return;
	}
	atomic_or(&to->arch.requests, REQUEST_NMI);
	cpu_send_event(to, EVENT_INTERRUPT);
}

/* Asked to stop, and has not seen it yet: what it is asked for next would be lost with that. */
static bool is_stopping(struct cpu *cpu)
{
	u32 state = load_acquire(&cpu->state);

	return state == CPU_RUNNING ||
	       (state == CPU_PARKED && (read_once(cpu->events) & EVENT_STOP));
}

/*
 * INIT: the other CPU leaves the guest and waits. Who sends it may send the start-up right
 * after, so it is waited for here; both belong to the same cell, which may be about to end.
 */
static void init_cpu(struct cpu *from, struct cpu *to)
{
	u64 deadline = arch_counter() + arch_counter_hz() * LEAVE_PATIENCE_S;

	if (from == to || load_acquire(&to->state) != CPU_RUNNING)
		return;
	cpu_send_event(to, EVENT_STOP);
	while (is_stopping(to) && !(read_once(from->events) & EVENT_STOP) &&
	       arch_counter() < deadline)
		arch_cpu_relax();
}

/* Do to one CPU what the command says. Returns false for what no guest may send. */
static bool command_deliver(struct cpu *from, struct cpu *to, u32 low)
{
	u32 fixed = ICR_VECTOR(low) | ICR_ASSERT;

	switch (ICR_MODE(low)) {
	case DELIVER_FIXED:
	case DELIVER_LOWEST:
		if (load_acquire(&to->state) == CPU_RUNNING)
			apic_send(from, to->arch.apic_id, fixed);
		return true;
	case DELIVER_NMI:
		request_nmi(from, to);
		return true;
	case DELIVER_INIT:
		if ((low & ICR_LEVEL) && !(low & ICR_ASSERT))
			return true; /* of old: synchronizes arbitration ids */
		init_cpu(from, to);
		return true;
	case DELIVER_STARTUP:
		if (from != to)
			cpu_start(to, (u64)ICR_VECTOR(low) << 12, 1);
		return true;
	default:
		return false;
	}
}

void apic_command(struct cpu *cpu, u32 destination, u32 low)
{
	u64 command = (u64)destination << 32 | low;
	bool found = false;
	struct cpu *to;
	u32 n;

	for_each_cpu(to, n) {
		if (!bit_test(cpu->cell->cpus, n) || !command_matches(cpu, to, destination, low))
			continue;
		found = true;
		if (!command_deliver(cpu, to, low)) {
			cell_violation(cpu, "forbidden interrupt command 0x%llx: delivery mode %u",
				       command, ICR_MODE(low));
			return;
		}
		if (ICR_MODE(low) == DELIVER_LOWEST)
			return;
	}
	if (!found && ICR_SHORTHAND(low) == 0)
		cell_violation(cpu, "forbidden interrupt command 0x%llx: no such CPU in the cell",
			       command);
}

/* SMI and INIT would leave the cell through the back door, ExtINT asks the root cell's controller. */
bool apic_write_lvt(struct cpu *cpu, u32 msr, u64 value)
{
	u32 mode = LVT_MODE(value);

	return (mode == DELIVER_FIXED || mode == DELIVER_NMI) && apic_write_msr(cpu, msr, value);
}

/* As the processor makes it of the id (APM volume 2, 16.14). */
static u32 x2apic_logical(const struct cpu *cpu)
{
	return (cpu->arch.apic_id >> 4) << 16 | 1U << (cpu->arch.apic_id & 15);
}

u32 apic_read_msr(const struct cpu *cpu, u32 msr)
{
	u32 reg = (msr - MSR_X2APIC_FIRST) * 16;

	if (reg == REG_ID)
		return cpu->arch.apic_id;
	return reg == REG_LDR ? x2apic_logical(cpu) : apic_read(cpu, reg);
}

bool apic_write_msr(struct cpu *cpu, u32 msr, u64 value)
{
	u32 reg = (msr - MSR_X2APIC_FIRST) * 16;

	if (cpu->arch.x2apic)
		return msr_write_safe(msr, value);
	if (value >> 32)
		return false;
	if (reg == REG_SELF)
		apic_send(cpu, cpu->arch.apic_id, ICR_VECTOR((u32)value) | ICR_ASSERT);
	else
		apic_write(cpu, reg, (u32)value);
	return true;
}

/*
 * The page of an xAPIC root cell. Reads do not come here: the page is mapped read-only.
 */
static enum mmio_result xapic_access(struct cpu *cpu, struct mmio_access *access, void *arg)
{
	u32 reg = (u32)access->offset, value = (u32)access->value;

	(void)arg;
	cpu_count(cpu, STAT_XAPIC);
	if (access->size != 4 || (reg & 15))
		return MMIO_REFUSED;
	if (!access->write) {
		access->value = apic_read(cpu, reg);
		return MMIO_DONE;
	}
	switch (reg) {
	case REG_ID:
		return MMIO_REFUSED; /* others know this CPU by it */
	case REG_ICR2:
		cpu->arch.apic_icr2 = value;
		return MMIO_DONE;
	case REG_ICR:
		apic_command(cpu, cpu->arch.apic_icr2 >> 24, value);
		return MMIO_DONE;
	case REG_LDR:
		cpu->arch.apic_logical = value;
		break;
	case REG_DFR:
		cpu->arch.apic_cluster = value;
		break;
	}
	apic_write(cpu, reg, value);
	return MMIO_DONE;
}

/*
 * Beside a root cell in xAPIC mode: the logical id that a CPU has in x2APIC mode must not be that
 * of a CPU which stays, or messages of devices to the latter would reach both.
 */
int apic_check_cell(const struct cell *cell)
{
	struct cpu *cpu, *other;
	u32 n, m;

	if (root_x2apic || !has_x2apic)
		return 0;
	for_each_cpu(cpu, n) {
		if (!bit_test(cell->cpus, n) || cpu->arch.apic_id >= 8)
			continue;
		for_each_cpu(other, m)
			if (bit_test(root_cell->cpus, m) && !bit_test(cell->cpus, m) &&
			    (other->arch.apic_cluster & DFR_FLAT) == DFR_FLAT &&
			    other->arch.apic_logical >> 24 & 1U << cpu->arch.apic_id)
				return fail(MSG_APIC_LOGICAL, n, cpu->arch.apic_id, m);
	}
	return 0;
}

int apic_map_root(struct cell *cell)
{
	int err;

	if (root_x2apic)
		return 0;
	err = mmio_add(&cell->mmio, APIC_ADDRESS, PAGE_SIZE, xapic_access, NULL);
	if (!err)
		err = paging_map(&cell->memory, APIC_ADDRESS, APIC_ADDRESS, PAGE_SIZE,
				 arch_memory_attr(cell, JAILHOUSE_MEM_READ | JAILHOUSE_MEM_IO), 0);
	return err;
}

/* Interrupts that are in service or pending are taken, acknowledged and forgotten. */
static void drain(struct cpu *cpu)
{
	u32 round, n, pending;

	for (round = 0; round < DRAIN_ROUNDS; round++) {
		pending = 0;
		for (n = 0; n < 8; n++) {
			if (apic_read(cpu, REG_ISR + n * 16)) {
				apic_write(cpu, REG_EOI, 0);
				pending = 1;
			}
			pending |= apic_read(cpu, REG_IRR + n * 16);
		}
		if (!pending)
			return;
		let_interrupts();
	}
}

static void mask_sources(struct cpu *cpu)
{
	u32 reg, last = REG_TIMER + 16 * ((apic_read(cpu, REG_VERSION) >> 16 & 0xff));

	for (reg = REG_TIMER; reg <= REG_ERROR && reg <= last; reg += 16)
		apic_write(cpu, reg, LVT_MASKED);
	apic_write(cpu, REG_COUNT, 0);
	apic_write(cpu, REG_DIVIDER, 0);
	msr_write_safe(MSR_TSC_DEADLINE, 0);
}

void apic_quiesce(struct cpu *cpu)
{
	mask_sources(cpu);
}

/* x2APIC cannot be left but through "disabled". */
static void set_mode(struct cpu *cpu, bool x2apic)
{
	u64 base = msr_read(MSR_APIC_BASE) & ~(APIC_BASE_EXTD | APIC_BASE_ENABLE);

	if (cpu->arch.x2apic == x2apic)
		return;
	if (x2apic) {
		msr_write(MSR_APIC_BASE, base | APIC_BASE_ENABLE | APIC_BASE_EXTD);
	} else {
		msr_write(MSR_APIC_BASE, base);
		msr_write(MSR_APIC_BASE, base | APIC_BASE_ENABLE);
	}
	cpu->arch.x2apic = x2apic;
	/* A kick that came meanwhile is lost. */
	atomic_swap(&cpu->arch.kick_pending, 0);
}

void apic_reset(struct cpu *cpu)
{
	bool x2apic = root_x2apic || (has_x2apic && !cell_is_root(cpu->cell));

	mask_sources(cpu);
	/* Accept everything, so that it can be forgotten. */
	apic_write(cpu, REG_TPR, 0);
	apic_write(cpu, REG_SPURIOUS, SPURIOUS_ON | SPURIOUS_RESET);
	drain(cpu);
	set_mode(cpu, x2apic);
	mask_sources(cpu);
	apic_write(cpu, REG_SPURIOUS, SPURIOUS_RESET);
	apic_write(cpu, REG_ESR, 0);
	if (x2apic) {
		cpu->arch.apic_logical = apic_read(cpu, REG_LDR);
	} else {
		cpu->arch.apic_cluster = ID_BROADCAST;
		cpu->arch.apic_logical = apic_is_emulated(cpu) ? x2apic_logical(cpu) : 0;
		apic_write(cpu, REG_DFR, ID_BROADCAST);
		apic_write(cpu, REG_LDR, 0);
	}
	cpu->arch.apic_icr2 = 0;
}

void apic_acknowledge(void)
{
	apic_write(this_cpu(), REG_EOI, 0);
}

void apic_init_self(struct cpu *cpu)
{
	apic_send(cpu, cpu->arch.apic_id, DELIVER_INIT << ICR_MODE_SHIFT | ICR_ASSERT);
}

void apic_nmi_self(struct cpu *cpu)
{
	apic_send(cpu, cpu->arch.apic_id, DELIVER_NMI << ICR_MODE_SHIFT | ICR_ASSERT);
}
