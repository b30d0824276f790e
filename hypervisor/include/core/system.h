/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The system as a whole: the way in (enable) and out (disable).
 */
#ifndef CORE_SYSTEM_H
#define CORE_SYSTEM_H

#include <core/cpu.h>
#include <jailhouse/cell-config.h>
#include <jailhouse/hypervisor.h>

extern struct jailhouse_image_header image_header;
extern struct jailhouse_status status;

/* In the page of the status, which the root cell reads: only for what the root cell knows anyway. */
#define STATUS_PAGE __attribute__((section(".bss.status")))

extern struct jailhouse_system *system_config;

/* Boundaries in the image, from the linker script. */
extern char image_start[], image_rodata[], image_text[], image_data[], image_end[];

struct config_machine;

/* What configurations are checked against. */
void system_machine(struct config_machine *machine);

/* Set once a CPU has died of an error of the hypervisor itself: no more changes. */
extern u32 hypervisor_broken;

/* The answer to who wants a change then. Return: -EIO, with a message. */
long refuse_broken(void);

/**
 * system_enter - C part of the entry, on every CPU
 * @id: logical CPU number, as the driver says
 * @linux: state of Linux, for the way back
 *
 * Runs on the tables and the stack of the entry. Does not return if the takeover succeeds.
 *
 * Return: negative error number: this CPU goes back as it came
 */
long system_enter(u32 id, const struct linux_state *linux);

/**
 * system_disable - hypercall "disable"
 * @cpu: calling CPU, of the root cell
 *
 * Every running CPU of the root cell calls it. Return: -EBUSY while there are other cells, -EAGAIN
 * when interrupts have to be delivered or other CPUs have to come first. Does not return when it
 * succeeds: the CPU is Linux's.
 */
long system_disable(struct cpu *cpu);

/**
 * hypercall - dispatch a hypercall
 * @cpu: calling CPU
 * @code, @arg1, @arg2: as in the guest's registers
 *
 * Return: result for the guest, or HYPERCALL_AGAIN
 */
long hypercall(struct cpu *cpu, u64 code, u64 arg1, u64 arg2);

/* Management lock: taken by hypercalls of the root cell that change something. */
bool management_trylock(void);
void management_unlock(void);

/* Subsystems. Each registers a record in its own file. */
struct cell;

struct unit {
	const char *name;
	int (*init)(void); /* phase 1; may fail */
	u32 (*mmio_count)(const struct cell *cell);
	int (*cell_init)(struct cell *cell); /* may fail, changes nothing outside of the cell */
	void (*cell_exit)(struct cell *cell);
};

extern const struct unit units_start[], units_end[];

#define UNIT(unit_name)                           \
	static const struct unit unit_##unit_name \
		__attribute__((used, section(".units"), aligned(8)))

#define for_each_unit(unit) for ((unit) = units_start; (unit) < units_end; (unit)++)

/*
 * Architecture.
 */

/* Reserve memory for a CPU that has come. Phase 1, on the CPU that prepares the system. */
int arch_cpu_reserve(struct cpu *cpu);

/* Check the machine and the configuration's part of it; map interrupt controllers. Once. */
int arch_system_prepare(void);

/* First physical or guest-physical address that this machine does not have. */
u64 arch_phys_limit(void);

/* Remember the state of Linux that the entry has saved. */
void arch_cpu_save(struct cpu *cpu, const struct linux_state *linux);

/* Continue on the CPU's own tables and stack. */
void arch_cpu_switch_space(struct cpu *cpu, void (*function)(struct cpu *cpu))
	__attribute__((noreturn));

/* Check this CPU; no state of Linux changes that the way back does not restore. */
int arch_cpu_prepare(struct cpu *cpu);

/* Go back to Linux, which gets @code, as if nothing had happened. */
void arch_cpu_abort(struct cpu *cpu, long code) __attribute__((noreturn));

/* Take the CPU over: Linux goes on as guest. Cannot fail. */
void arch_cpu_commit(struct cpu *cpu) __attribute__((noreturn));

/* Whether Linux could go on after a disable. Return: 0, or an error with a message. */
int arch_check_disable(void);

/*
 * Whether no interrupt is queued for the guest that only the hypervisor knows of; then none is
 * accepted any more until arch_cpu_undrain().
 */
bool arch_cpu_drained(struct cpu *cpu);

/* Stop draining: the disable was given up. */
void arch_cpu_undrain(struct cpu *cpu);

/* Give this CPU back to Linux. */
void arch_cpu_handback(struct cpu *cpu) __attribute__((noreturn));

#endif /* CORE_SYSTEM_H */
