/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * CPUs. Every CPU of the machine has one per-CPU area in the hypervisor memory:
 *
 *	console ring	written by this CPU, read by the root cell
 *	struct cpu	what other CPUs may read, and a few words they may write
 *	stack		private: mapped in the page tables of this CPU alone
 *
 * A CPU is always in one of these states, and only it changes its state itself:
 *
 *	RUNNING		executes code of its cell
 *	PARKED		waits in the hypervisor: taken offline, or its cell is not started
 *	FAILED		as PARKED, after its cell did something forbidden
 *	DEAD		stopped after an error of the hypervisor itself; never comes back
 *
 * Others ask for a change by an event bit and a kick.
 */
#ifndef CORE_CPU_H
#define CORE_CPU_H

#include <stdbool.h>
#include <stddef.h>

#include <asm/cpu.h>
#include <core/atomic.h>
#include <core/pool.h>
#include <jailhouse/hypervisor.h>

#define CPU_MAX	       256
#define CPU_STACK_SIZE PAGE_SIZE

enum cpu_state {
	CPU_ABSENT, /* never entered the hypervisor */
	CPU_RUNNING,
	CPU_PARKED,
	CPU_FAILED,
	CPU_DEAD,
};

/* Events, bits of cpu.events. */
#define EVENT_STOP	0x1 /* leave the cell and park */
#define EVENT_RESET	0x2 /* start at cpu.entry with cpu.entry_arg; only while parked */
#define EVENT_INTERRUPT 0x4 /* look for interrupts that other CPUs of the cell sent */
#define EVENT_OFF	0x8 /* leave the hypervisor for the firmware; only while parked */

/* Reasons of exits; the numbers are those of the hypercall "cpu get info". */
enum cpu_stat {
	STAT_TOTAL, /* not counted: the sum of the others */
	STAT_MMIO,
	STAT_MANAGEMENT,
	STAT_HYPERCALL,
	STAT_ARCH_FIRST,
	STAT_OTHER = 15, /* counted in the total only */
	STATS
};

struct cell;

struct cpu {
	u32 id; /* logical number, Linux's */
	u32 state;
	u32 events;
	u32 held;	   /* 1: must not start: its cell is being stopped or changed */
	u32 start_pending; /* 1 from the request to start until the CPU runs */
	struct cell *cell;
	u64 entry; /* guest address for EVENT_RESET */
	u64 entry_arg;
	u32 stats[STATS];

	struct jailhouse_console_ring *ring;
	u32 line_sequence; /* of the line that is being written, 0 = none yet */
	bool line_open;	   /* the last line of the ring is not complete */
	u64 log_window;	   /* start of the current second of rate-limited messages */
	u32 log_count;	   /* messages in it */
	u32 log_dropped;

	u64 stack_top;	   /* in the private mapping */
	u64 *tables;	   /* page tables of the hypervisor on this CPU: level 3 */
	u64 *window_entry; /* page table entry of the page window */
	u64 *block_entry;  /* and of the 2 MiB window */

	struct arch_cpu arch;
};

/**
 * cpu_area - start of a per-CPU area
 * @id: logical CPU number below header.max_cpus
 */
void *cpu_area(u32 id);

/* struct cpu of a logical CPU number; NULL if there is no such CPU. Any context. */
struct cpu *cpu_by_id(u32 id);

#define for_each_cpu(cpu, n)                    \
	for ((n) = 0; (n) < cpu_limit(); (n)++) \
		if (((cpu) = cpu_by_id(n)))

/* CPUs have logical numbers below it. */
static inline u32 cpu_limit(void)
{
	extern struct jailhouse_image_header image_header;

	return image_header.max_cpus < CPU_MAX ? image_header.max_cpus : CPU_MAX;
}

/**
 * cpu_init - fill in struct cpu of a CPU that has just entered
 * @id: logical number, below max_cpus
 *
 * Return: its struct cpu
 */
struct cpu *cpu_init(u32 id);

/**
 * cpu_stop - make CPUs leave their cell and park
 * @cpus: bitmap of logical CPU numbers
 *
 * They cannot be started until cpu_release(). Waits at most one second each. Called on a CPU of the root cell with the management lock held.
 *
 * Return: 0, or -EIO with a message naming the CPU that did not stop
 */
int cpu_stop(const u64 *cpus);

/* CPUs may be started again: after cpu_stop(), successful or not, when their cell is settled. */
void cpu_release(const u64 *cpus);

/**
 * cpu_start - let a parked CPU run
 * @cpu: a CPU in state PARKED
 * @entry: guest address of the first instruction
 * @arg: first argument, as the architecture passes it
 *
 * Return: whether it was parked and nobody else is starting it
 */
bool cpu_start(struct cpu *cpu, u64 entry, u64 arg);

/**
 * cpu_park - wait in the hypervisor until started
 * @state: CPU_PARKED or CPU_FAILED
 *
 * Called on the CPU itself, from any depth: does not return.
 */
void cpu_park(enum cpu_state state) __attribute__((noreturn));

/**
 * cpu_condemn - this CPU has met an error of the hypervisor itself
 * @cpu: the CPU that calls
 *
 * From now on nothing is changed any more, and what the CPU says goes to the debug console, too. If it is a
 * cell's, that has failed. The
 * caller tells what has happened and then stops for good, arch_cpu_die(). A second error, while the
 * first is told, stops it at once.
 */
void cpu_condemn(struct cpu *cpu);

/**
 * cpu_explain_fault - what an address that the hypervisor must not touch tells
 * @cpu: the CPU that has touched it
 * @address: in the hypervisor's own space
 *
 * Return: words to follow the message, "" if the address has no meaning
 */
const char *cpu_explain_fault(const struct cpu *cpu, u64 address);

/* Handle the events of this CPU that came by a kick while it ran its cell. May not return. */
void cpu_handle_events(struct cpu *cpu);

/* How long another CPU is waited for that is to leave its guest, to park, or to leave the hypervisor. */
#define LEAVE_PATIENCE_S JAILHOUSE_LEAVE_PATIENCE_S
/* Who holds a lock may be waiting for a CPU that is late. */
#define LOCK_PATIENCE_S (2 * LEAVE_PATIENCE_S)

/**
 * lock_get - take a lock that others hold for moments only
 * @lock: 0 when nobody has it
 *
 * The lock of a CPU that has died is free: what it protects is as that CPU left it. Waits at most
 * LOCK_PATIENCE_S; after that it is an error of the hypervisor, on this CPU.
 */
void lock_get(u32 *lock);

/* As lock_get(), but does not wait. Return: whether this CPU has the lock now. */
bool lock_try(u32 *lock);

static inline void lock_put(u32 *lock)
{
	store_release(lock, 0);
}

/* Add to events of another CPU and interrupt it. */
void cpu_send_event(struct cpu *cpu, u32 events);

static inline void cpu_count(struct cpu *cpu, u32 stat)
{
	cpu->stats[stat]++;
}

/*
 * Architecture.
 */

/* Interrupt another CPU so that it comes to the hypervisor and looks at its events. */
void arch_cpu_kick(struct cpu *cpu);

/* Interrupts from other CPUs of the cell may be pending for this CPU. */
void arch_cpu_interrupts(struct cpu *cpu);

/*
 * Park a CPU of the root cell that Linux has put out of use without a word to the hypervisor, if
 * that is how the architecture does it. @offline: Linux says so; otherwise it has to look like it.
 * Waits a bounded time for an answer of that CPU.
 */
void arch_cpu_settle(struct cpu *cpu, bool offline);

/* Prepare this CPU for parking: no interrupt but a kick gets through. */
void arch_cpu_quiesce(struct cpu *cpu);

/* Sleep until something may have happened; absorb kicks. Called while parked. */
void arch_cpu_wait(struct cpu *cpu);

/* Clean state of all guest registers, then run the cell of this CPU at cpu->entry. */
void arch_cpu_reset(struct cpu *cpu) __attribute__((noreturn));

/* Hand this parked CPU to the firmware, powered off. Returns only if the firmware refuses. */
void arch_cpu_off(struct cpu *cpu);

/*
 * Wait, at most a second, until another CPU that leaves by arch_cpu_off() executes nothing. Return: 0,
 * or -EIO with a message: then it may execute in the hypervisor's memory for ever.
 */
int arch_cpu_wait_off(struct cpu *cpu);

/* Free-running counter and its frequency. Any context. */
u64 arch_counter(void);
u64 arch_counter_hz(void);

/* A short pause in a loop that waits for another CPU. */
void arch_cpu_relax(void);

/* Stop this CPU for good. */
void arch_cpu_die(void) __attribute__((noreturn));

#endif /* CORE_CPU_H */
