/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Cells. The root cell is first in the list and is never removed. A cell owns CPUs, memory and
 * interrupts; everything about it lives in pages of the pool that destroy gives back.
 */
#ifndef CORE_CELL_H
#define CORE_CELL_H

#include <asm/cell.h>
#include <core/cpu.h>
#include <core/mmio.h>
#include <core/paging.h>
#include <jailhouse/cell-config.h>
#include <jailhouse/comm-region.h>
#include <jailhouse/hypercall.h>

/* Cell ids are also numbers of address spaces, and those have 8 bits everywhere. */
#define CELL_ID_MAX 255

struct cell {
	struct cell *next;
	u32 id;	       /* 0 is the root cell */
	u32 state;     /* JAILHOUSE_CELL_RUNNING and so on, as far as the hypervisor decides */
	bool live;     /* CPUs may use the tables: changes have to be flushed */
	bool loadable; /* the root cell may write its LOADABLE regions */
	struct jailhouse_cell_desc *config;
	u32 config_pages;	/* 0: the root cell's lies in the system configuration */
	u64 cpus[CPU_MAX / 64]; /* owned now */
	u32 first_cpu;
	struct paging memory; /* guest-physical to physical */
	struct mmio_space mmio;
	union {
		struct jailhouse_comm_region *comm;
		void *comm_page;
	};
	struct arch_cell arch;
};

extern struct cell *root_cell;

static inline bool cell_is_root(const struct cell *cell)
{
	return cell->id == 0;
}

/* Table of emulated registers and the units of a cell; may fail, undone by cell_exit_units(). */
int cell_init_units(struct cell *cell);
void cell_exit_units(struct cell *cell);

/* A cell by its id; NULL if there is none. Management lock held. */
struct cell *cell_by_id(u32 id);

/* Number of cells, the root cell included. Other cells may ask for it at any time. */
extern u32 cell_count;

/**
 * cell_init_root - build the root cell from the checked system configuration
 *
 * Phase 1 of the enable, on one CPU. Return: 0 or a negative error number.
 */
int cell_init_root(void);

/*
 * Management operations: hypercalls of the root cell. They run with the management lock held on a
 * CPU of the root cell, check everything, and only then change something. HYPERCALL_AGAIN means:
 * execute the same hypercall again, there is more to do. No result of
 * a hypercall has this value.
 */
#define HYPERCALL_AGAIN (1L << 62)

long cell_create(u64 config_address, bool offline);

/**
 * cell_create_cancel - the cell that is being made is not made
 *
 * After an error of the hypervisor between two steps of cell_create(), with the management lock held: the
 * root cell has its memory and its CPUs as before.
 */
void cell_create_cancel(void);
long cell_start(u32 id);
long cell_set_loadable(u32 id, bool force);
long cell_destroy(u32 id, bool force, bool all);
long cell_get_state(u32 id);

/**
 * cell_stopped - a cell ended itself (PSCI SYSTEM_OFF, triple fault, …)
 * @cpu: calling CPU; its cell is not the root cell
 * @how: what it did, for the message
 *
 * All its CPUs park. Does not return.
 */
void cell_power_off(struct cpu *cpu, const char *how) __attribute__((noreturn));

/**
 * cell_runs - whether a cell is running
 *
 * One that has switched off all of its CPUs is not, though nobody has told: it cannot come back by
 * itself. Any context; a cell whose CPUs switch each other on and off may be seen as not running.
 */
bool cell_runs(const struct cell *cell);

/*
 * Whether a cell other than the root cell is running. Takes the management lock, and waits at most
 * LOCK_PATIENCE_S for it: if it is not to be had, a cell may be running.
 */
bool cell_others_run(void);

/**
 * cell_root_stop - the root cell asked for the end of the machine while other cells exist
 * @cpu: calling CPU, of the root cell
 * @how: what it did, for the message
 *
 * Its CPUs park, the other cells go on. Does not return.
 */
void cell_root_stop(struct cpu *cpu, const char *how) __attribute__((noreturn));

/**
 * cell_fail - a CPU of a cell that is not the root cell will not go on
 * @cpu: calling CPU
 *
 * The cell is failed, and its other CPUs are asked to park, which nobody waits for: half a cell is none.
 */
void cell_fail(struct cpu *cpu);

/**
 * cell_end - stop a cell where nothing else can be changed any more
 * @cell: not the root cell
 *
 * If it runs its CPUs are asked to park, which nobody waits for. It keeps what it has.
 */
void cell_end(struct cell *cell);

/**
 * cell_violation - the cell of this CPU did something forbidden
 * @cpu: calling CPU
 * @fmt: sentence
 *
 * The root cell: logged, counted and rate-limited, and the function returns: the caller ignores the
 * access. Any other cell: the message goes to the console, the cell is marked failed, this CPU and the
 * cell's others stop: does not return.
 */
void cell_violation(struct cpu *cpu, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/*
 * Architecture.
 */

/* Geometry of the cell's tables: calls paging_create(). */
int arch_cell_paging_create(struct cell *cell);

/* Attributes of a mapping in a cell's tables. @flags: JAILHOUSE_MEM_*. */
u64 arch_memory_attr(const struct cell *cell, u64 flags);

/* More ranges of emulated registers than the configuration asks for. */
u32 arch_mmio_count(void);

/* Reserve and check what the architecture needs; may fail. @cell->config is checked. */
int arch_cell_prepare(struct cell *cell);

/* Take interrupts from the root cell; CPUs are parked. Cannot fail. */
void arch_cell_commit(struct cell *cell);

/* The cell is about to start: its interrupts as after reset. CPUs are parked. */
void arch_cell_reset(struct cell *cell);

/* Give back what arch_cell_commit() took. CPUs are parked. */
void arch_cell_release(struct cell *cell);

/* Fill in the architecture's part of the communication region. */
void arch_comm_init(struct cell *cell, struct jailhouse_comm_region *comm);

/* Fill memory with zeros and make that visible to CPUs with caches off. */
void arch_clear_memory(void *start, u64 size);

/* Make stores to memory visible to CPUs with caches off, too. */
void arch_clean_memory(void *start, u64 size);

/* Print the state of the guest of this CPU, a few lines. */
void arch_dump_guest(struct cpu *cpu);

#endif /* CORE_CELL_H */
