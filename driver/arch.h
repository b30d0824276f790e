/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the common files of the module need from an architecture. One file arch-ARCH.c defines it.
 */
#ifndef JAILHOUSE_DRIVER_ARCH_H
#define JAILHOUSE_DRIVER_ARCH_H

#include "jailhouse.h"

/* JAILHOUSE_ARM64, ...; and the name that goes with it */
extern const u8 arch_id;
extern const char arch_name[];

/* CPUs that are offline in Linux still run in the root cell, asleep, and have to leave it like others;
 * or the hypervisor has them and can switch them off when it goes. */
extern const bool arch_offline_cpus_stay;

/* Returns the first physical address that the hypervisor cannot use. */
u64 arch_memory_limit(void);

/* For memory that Linux does not have: returns the first address in [@start, @end) that is no memory
 * as the firmware says, @end if all of it is, or if the firmware says nothing. */
u64 arch_memory_until(u64 start, u64 end);

/* Statistics beyond JAILHOUSE_GENERIC_CPU_STATS, in the order of their codes: names in sysfs,
 * NULL at the end. */
extern const char *const arch_stat_names[];

/* With the module; arch_exit() undoes it. */
int arch_init(void);
void arch_exit(void);

/* Can this machine be taken over? Process context. */
int arch_check_machine(struct jailhouse_error *why);

/* Refuses a system configuration that says what this machine is not. */
int arch_check_config(const struct jailhouse_system *config, struct jailhouse_error *why);

/*
 * Makes those parts of Linux step aside that have what the hypervisor needs. On failure all is as
 * before; otherwise arch_restore() undoes it, after disable or after an enable that failed.
 */
int arch_prepare(struct jailhouse_error *why);
void arch_restore(void);

/* Fills in what Linux knows about the machine and the hypervisor wants to know. */
int arch_describe(struct jailhouse_image_header *header, struct jailhouse_system *config,
		  struct jailhouse_error *why);

/* Returns @ms milliseconds in ticks of the counter that the hypervisor reads. */
u64 arch_counter_ticks(unsigned int ms);

/*
 * Builds the page tables of the entry at image->virt + @offset and fills in header->entry_table:
 * all of the hypervisor memory at header->virt_base, and what else the entry runs on. Returns the
 * first offset behind them or a negative errno.
 */
s64 arch_build_entry_tables(struct image *image, u64 offset, struct jailhouse_error *why);

/* Makes what was written to [@start, @start + @size) visible to code that runs uncached, data and
 * instructions. */
void arch_clean_memory(void *start, size_t size);

/*
 * Carries this CPU into the hypervisor; called with interrupts off on CPU @cpu. Returns 0 as a
 * guest of the root cell, or a negative errno with this CPU as it was before.
 */
int arch_enter(const struct image *image, unsigned int cpu);

/* The way back, also with interrupts off: JAILHOUSE_HC_DISABLE and what belongs to it. */
int arch_leave(void);

/* A hypercall; jailhouse_lock held and machine enabled. */
long arch_hypercall(u32 code, u64 arg1, u64 arg2);

#endif /* JAILHOUSE_DRIVER_ARCH_H */
