/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * PSCI (Arm DEN 0022) for all cells. A cell's CPUs are switched on and off by parking them in the
 * hypervisor; the firmware only hears of the end of the machine, and of CPUs that are still off
 * when the hypervisor leaves.
 */
#include <asm/gic.h>
#include <asm/pte.h>
#include <asm/sysregs.h>
#include <asm/traps.h>
#include <core/bitmap.h>
#include <core/error.h>
#include <core/memory.h>
#include <core/printk.h>
#include <core/string.h>
#include <core/system.h>

#define PSCI_64		       0x40000000
#define PSCI_VERSION	       0x84000000
#define PSCI_CPU_SUSPEND       0x84000001
#define PSCI_CPU_OFF	       0x84000002
#define PSCI_CPU_ON	       0x84000003
#define PSCI_AFFINITY_INFO     0x84000004
#define PSCI_MIGRATE_INFO_TYPE 0x84000006
#define PSCI_SYSTEM_OFF	       0x84000008
#define PSCI_SYSTEM_RESET      0x84000009
#define PSCI_FEATURES	       0x8400000a
#define PSCI_SYSTEM_RESET2     0x84000012
#define PSCI_LAST	       0x8400001f

#define PSCI_1_1	   0x10001
#define PSCI_SUCCESS	   0ULL
#define PSCI_NOT_SUPPORTED (-1ULL)
#define PSCI_INVALID	   (-2ULL)
#define PSCI_ALREADY_ON	   (-4ULL)
#define PSCI_ON_PENDING	   (-5ULL)
#define PSCI_BAD_ADDRESS   (-9ULL)

#define AFFINITY_ON	    0
#define AFFINITY_OFF	    1
#define AFFINITY_ON_PENDING 2
#define MIGRATE_NOT_NEEDED  2

bool psci_is_function(u32 function)
{
	u32 base = function & ~(u32)PSCI_64;

	return base >= PSCI_VERSION && base <= PSCI_LAST;
}

int psci_prepare(void)
{
	u64 x[18] = { PSCI_VERSION };
	u32 version;

	if (!smc_probe(x))
		return fail(MSG_NO_PSCI);
	version = (u32)x[0];
	if (version >> 16 == 0 && version < 2)
		return fail(MSG_PSCI_VERSION, version >> 16, version & 0xffff);
	return 0;
}

/* A CPU of the calling cell by its affinity; NULL for foreign ones, as for those that are not. */
static struct cpu *psci_cpu(const struct cell *cell, u64 mpidr)
{
	struct cpu *cpu;
	u32 n;

	for_each_cpu(cpu, n)
		if (cpu->arch.mpidr == mpidr && bit_test(cell->cpus, n))
			return cpu;
	return NULL;
}

/*
 * The tables of a cell do not change while its CPUs run. Those of the root cell may, and a wrong
 * address there ends in an abort of its own.
 */
static bool psci_entry_valid(const struct cell *cell, u64 entry)
{
	u64 attr;

	return cell_is_root(cell) ||
	       (memory_lookup(cell, entry, NULL, &attr) && !(attr & PTE_S2_XN));
}

static u64 psci_cpu_on(struct cpu *caller, u64 mpidr, u64 entry, u64 context)
{
	struct cpu *cpu = psci_cpu(caller->cell, mpidr);

	if (!cpu)
		return PSCI_INVALID;
	if (!psci_entry_valid(caller->cell, entry))
		return PSCI_BAD_ADDRESS;
	if (cpu_start(cpu, entry, context))
		return PSCI_SUCCESS;
	return read_once(cpu->start_pending) ? PSCI_ON_PENDING : PSCI_ALREADY_ON;
}

static void psci_cpu_off(struct cpu *cpu) __attribute__((noreturn));

/*
 * CPUs that go off at the same time have to see each other go. One that is to start again at once stops
 * nothing, so the cell's state is not touched: without a CPU that runs it is down, see cell_get_state(). Linux
 * keeps a CPU, and may have message interrupts in its list registers: it is parked when these are put away.
 */
static void psci_cpu_off(struct cpu *cpu)
{
	if (!cell_is_root(cpu->cell))
		atomic_swap(&cpu->state, CPU_PARKED);
	if (read_once(cpu->cell->state) == JAILHOUSE_CELL_RUNNING && !cell_runs(cpu->cell))
		printk("cell \"%s\" stops: CPU_OFF of CPU %u, its last one",
		       cpu->cell->config->name, cpu->id);
	cpu_park(CPU_PARKED);
}

static u64 psci_affinity_info(struct cpu *caller, u64 mpidr, u64 level)
{
	struct cpu *cpu = psci_cpu(caller->cell, mpidr);

	if (!cpu || level != 0)
		return PSCI_INVALID;
	if (read_once(cpu->start_pending))
		return AFFINITY_ON_PENDING;
	return read_once(cpu->state) == CPU_RUNNING ? AFFINITY_ON : AFFINITY_OFF;
}

static u64 psci_features(u32 function)
{
	switch (function & ~(u32)PSCI_64) {
	case PSCI_VERSION:
	case PSCI_CPU_SUSPEND:
	case PSCI_CPU_OFF:
	case PSCI_CPU_ON:
	case PSCI_AFFINITY_INFO:
	case PSCI_MIGRATE_INFO_TYPE:
	case PSCI_SYSTEM_OFF:
	case PSCI_SYSTEM_RESET:
	case PSCI_FEATURES:
		return PSCI_SUCCESS;
	default:
		return function == 0x80000000 ? PSCI_SUCCESS : PSCI_NOT_SUPPORTED;
	}
}

/*
 * End of the machine, asked for by the root cell. While other cells exist they go on: only the
 * root cell stops.
 */
static u64 psci_system_end(struct cpu *cpu, struct regs *regs, const char *how)
{
	if (!cell_is_root(cpu->cell))
		cell_power_off(cpu, how);
	if (cell_others_run())
		cell_root_stop(cpu, how);
	/* Comes back only with the firmware's reason not to do it. */
	smc_forward(regs->x);
	return regs->x[0];
}

/* Standby is enough: a power-down request may be answered by coming back at once. */
static u64 psci_suspend(struct cpu *cpu)
{
	dsb(sy);
	if (gic_cpu_is_idle(cpu))
		asm volatile("wfi" : : : "memory");
	return PSCI_SUCCESS;
}

u64 psci_call(struct cpu *cpu, struct regs *regs)
{
	u32 function = (u32)regs->x[0] & ~0x10000U; /* without the SVE hint */
	u64 mask = function & PSCI_64 ? ~0ULL : 0xffffffff;
	u64 arg1 = regs->x[1] & mask, arg2 = regs->x[2] & mask, arg3 = regs->x[3] & mask;

	if ((function & PSCI_64) && aarch32_guest())
		return PSCI_NOT_SUPPORTED;
	switch (function & ~(u32)PSCI_64) {
	case PSCI_VERSION:
		return PSCI_1_1;
	case PSCI_CPU_SUSPEND:
		return psci_suspend(cpu);
	case PSCI_CPU_OFF:
		psci_cpu_off(cpu);
	case PSCI_CPU_ON:
		return psci_cpu_on(cpu, arg1, arg2, arg3);
	case PSCI_AFFINITY_INFO:
		return psci_affinity_info(cpu, arg1, arg2);
	case PSCI_MIGRATE_INFO_TYPE:
		return MIGRATE_NOT_NEEDED;
	case PSCI_SYSTEM_OFF:
		return psci_system_end(cpu, regs, "SYSTEM_OFF");
	case PSCI_SYSTEM_RESET:
	case PSCI_SYSTEM_RESET2:
		return psci_system_end(cpu, regs, "SYSTEM_RESET");
	case PSCI_FEATURES:
		return psci_features((u32)arg1);
	default:
		return PSCI_NOT_SUPPORTED;
	}
}

void arch_cpu_off(struct cpu *cpu)
{
	u64 x[18] = { PSCI_CPU_OFF };

	gic_cpu_handback(cpu);
	store_release(&cpu->state, CPU_ABSENT);
	smc_forward(x);
	/* Refused: stay here, with the memory that this needs. */
	write_once(cpu->arch.off_answer, (u32)x[0]);
	arch_cpu_die();
}

int arch_cpu_wait_off(struct cpu *cpu)
{
	u64 deadline = arch_counter() + arch_counter_hz() * LEAVE_PATIENCE_S;
	u32 info = AFFINITY_ON;

	while (arch_counter() < deadline && !read_once(cpu->arch.off_answer)) {
		u64 x[18] = { PSCI_AFFINITY_INFO | PSCI_64, cpu->arch.mpidr };

		if (read_once(cpu->state) == CPU_ABSENT) {
			smc_forward(x);
			info = (u32)x[0];
			if (info == AFFINITY_OFF)
				return 0;
		}
		arch_cpu_relax();
	}
	return fail(MSG_CPU_NOT_OFF, cpu->id, LEAVE_PATIENCE_S,
		    (int)read_once(cpu->arch.off_answer), (int)info);
}
