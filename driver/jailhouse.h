/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of the module share.
 *
 * One mutex, jailhouse_lock, is held over everything that looks at or changes the state of the
 * machine, and over every hypercall: a hypercall that is made while the hypervisor is not there
 * would be answered by someone else. The console has its own lock, so that reading it never waits
 * for an operation.
 *
 * Every operation first checks and reserves, then changes. A refusal is a sentence: refuse()
 * formats it into the struct jailhouse_error of the open file and returns the error code.
 */
#ifndef JAILHOUSE_DRIVER_INTERNAL_H
#define JAILHOUSE_DRIVER_INTERNAL_H

#include <linux/cpumask.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/types.h>

#include <jailhouse/cell-config.h>
#include <jailhouse/driver.h>
#include <jailhouse/hypercall.h>
#include <jailhouse/hypervisor.h>

/* Used where pr_notice() and the like are */
#undef pr_fmt
#define pr_fmt(fmt) "jailhouse: " fmt

/* How long one CPU waits for the others on the way into and out of the hypervisor */
#define BARRIER_TIMEOUT_MS 1000

struct device;
struct resource;
struct crossing;

enum machine_state {
	MACHINE_NATIVE,	 /* Linux owns the machine */
	MACHINE_ENABLED, /* the hypervisor does, Linux is the root cell */
	MACHINE_BROKEN,	 /* a CPU is where it should not be; only a reboot helps */
};

/* The hypervisor in memory. */
struct image {
	struct list_head holds; /* claims on its memory */
	u64 phys;
	u64 size;
	void *virt; /* mapping of all of it; status and rings only when enabled */
	struct jailhouse_image_header *header; /* unreadable while enabled */
	const struct jailhouse_status *status;
	u64 entry_phys; /* first instruction */
};

struct cell {
	struct list_head node;
	u32 id;
	char name[JAILHOUSE_CELL_NAME_MAXLEN + 1];
	cpumask_var_t cpus;	/* that belong to it now */
	cpumask_var_t taken;	/* that we took offline for it */
	struct list_head holds; /* claims on its memory */
	struct list_head dirs;	/* in sysfs, struct sysfs_dir, the youngest first */
	struct jailhouse_cell_desc *config;
	size_t config_size;
};

struct machine {
	enum machine_state state;
	bool suspending;	/* between the notifications of the PM core */
	bool ending;		/* Linux reboots, switches off, or starts another kernel */
	bool ram_fixed;		/* from before an enable until after a disable */
	struct crossing *stale; /* a crossing that a CPU has yet to finish */
	unsigned int stale_cpu;
	struct image image;
	struct cell *root;	/* cell 0, NULL when native */
	struct list_head cells; /* all, the root cell first */
	cpumask_var_t cpus;	/* CPUs of the root cell at enable */
};

extern struct mutex jailhouse_lock;
extern struct machine machine;

/* main.c */

/* Sets @why to @code (negative errno) and a sentence; returns @code. */
__printf(5, 6) int report_set(struct jailhouse_error *why, int code, const char *file,
			      unsigned int line, const char *fmt, ...);
#define refuse(why, code, ...) report_set(why, code, __FILE__, __LINE__, __VA_ARGS__)

/* Does Linux have the device of KVM? Process context. */
bool kvm_is_there(void);

/* config.c: user memory is read once, and what is read is checked before it is used. */

/* Copies a system configuration; *@config is freed with kvfree(). */
int config_read_system(const void __user *source, struct jailhouse_system **config, size_t *size,
		       struct jailhouse_error *why);
/* Copies a cell configuration into physically contiguous memory, to be freed with
 * free_pages_exact(*@config, *@size). */
int config_read_cell(const struct jailhouse_cell_create *create,
		     struct jailhouse_cell_desc **config, size_t *size,
		     struct jailhouse_error *why);
/* Converts the CPU set of @cell; refuses CPUs that cannot exist and the empty set. */
int config_cpus(const struct jailhouse_cell_desc *cell, struct cpumask *cpus,
		struct jailhouse_error *why);

/* memory.c: every piece of physical memory that the module took from Linux. jailhouse_lock held. */

/* Claims @size bytes at @start and puts what it took on @holds. @shared: may be claimed again by
 * a claimer that says so, too. @owner and @what ("memory region 3") are for sentences. On failure
 * @holds is as before. */
int memory_claim(struct list_head *holds, u64 start, u64 size, bool shared, const char *owner,
		 const char *what, struct jailhouse_error *why);
/* Claims @size bytes of ordinary RAM where they can be had; returns the place in *@start. */
int memory_claim_any(struct list_head *holds, u64 size, const char *owner, u64 *start,
		     struct jailhouse_error *why);
/* Gives back everything on @holds. */
void memory_release(struct list_head *holds);
/* Calls @note for each piece of System RAM in [@start, @end] until it returns something else than 0;
 * returns that, -EINVAL when there is none. May sleep. */
int memory_walk_ram(u64 start, u64 end, void *arg, int (*note)(struct resource *, void *));
/* Returns how many bytes of [@start, @start + @size) are System RAM. */
u64 memory_ram_bytes(u64 start, u64 size);
/* Returns the first address behind the highest System RAM. */
u64 memory_end(void);

/* ram.c: pages [@start, @end) of ordinary RAM, given as page frame numbers */

/* Returns NULL, or why a page can never be freed, and that page in *@bad. */
const char *ram_obstacle(unsigned long start, unsigned long end, unsigned long *bad);
/* Takes the pages; stays with it for some seconds. On failure nothing is taken: -EBUSY, -ENOMEM or
 * -EINTR (this process is killed), and *@bad is a page that could not be freed. */
int ram_take(unsigned long start, unsigned long end, unsigned long *bad);
/* The same, but gives up at once, also when the range spans several zones. */
int ram_try(unsigned long start, unsigned long end);
/* Gives back what was taken. */
void ram_give(unsigned long start, unsigned long end);

/* loader.c */

/* Claims the memory that @config names, loads and checks the firmware, and lays all out as
 * <jailhouse/hypervisor.h> says. On success image_release() undoes it. */
int image_load(struct image *image, struct jailhouse_system *config, size_t config_size,
	       const struct cpumask *cpus, struct jailhouse_error *why);
void image_release(struct image *image);
/* Puts what the hypervisor said about a failure into @why if it said something since
 * @sequence, otherwise "@what failed: error @code". Returns @code. */
int image_explain(const struct image *image, u32 sequence, int code, const char *what,
		  struct jailhouse_error *why);

/* cpu.c */

/* Carries all @cpus into the hypervisor (image != NULL) or back out of it. Returns 0 when all
 * have crossed, a negative errno when none has; machine.state and machine.stale are updated. */
int cpus_enter(const struct cpumask *cpus, struct jailhouse_error *why);
int cpus_leave(const struct cpumask *cpus, struct jailhouse_error *why);
/* Refuses unless all online CPUs show that they run what they are given. Claiming memory waits for
 * each of them, without a bound. */
int cpus_muster(struct jailhouse_error *why);
/* Takes @cpus offline and notes in @taken which ones were online; undone when one fails. */
int cpus_take(const struct cpumask *cpus, struct cpumask *taken, struct jailhouse_error *why);
/* Brings @taken back online and clears it; goes on after a failure, which it returns. */
int cpus_return(struct cpumask *taken, struct jailhouse_error *why);

/* Brings one CPU online, trying again for 20 s: it may not have gone yet, though Linux believes it to be offline.
 * Returns 0 when it is online, -EPERM at once if Linux must not. */
int cpu_bring_back(unsigned int cpu);

/* fit.c */

/* Refuses a system configuration that this machine does not fit: RAM that Linux has and the root cell
 * would not have, interrupt controllers in RAM, wrong frequencies. Process context. */
int machine_check_fit(const struct jailhouse_system *config, struct jailhouse_error *why);

/* enable.c; jailhouse_lock held */
int machine_enable(const void __user *config, struct jailhouse_error *why);
/* @force: 0, or JAILHOUSE_FORCE_ALL = do not ask the cells */
int machine_disable(u32 force, struct jailhouse_error *why);
/* All cells end by force, the hypervisor stays and so do CPUs offline: of a Linux that ends. */
int machine_end_cells(struct jailhouse_error *why);
/* -EINVAL with a sentence unless enabled. */
int machine_check_enabled(struct jailhouse_error *why);

/* cell.c; jailhouse_lock held and machine enabled */
struct cell *cell_alloc(u32 id, const char *name);
void cell_free(struct cell *cell);
int cell_create(const struct jailhouse_cell_create *create, struct jailhouse_error *why);
int cell_load(const struct jailhouse_cell_load *load,
	      const struct jailhouse_preload_image __user *images, struct jailhouse_error *why);
int cell_start(const struct jailhouse_cell_id *id, struct jailhouse_error *why);
int cell_destroy(const struct jailhouse_cell_id *id, struct jailhouse_error *why);
/* @force: as for machine_disable(). @later: where their CPUs are noted instead of coming back online at once;
 * may be NULL. */
int cell_destroy_all(u32 force, struct cpumask *later, struct jailhouse_error *why);

/* load.c */
int images_load(const struct cell *cell, const struct jailhouse_preload_image *images, u32 count,
		struct jailhouse_error *why);
/* Checks all images before anything is changed. */
int images_check(const struct cell *cell, const struct jailhouse_preload_image *images, u32 count,
		 struct jailhouse_error *why);

/* console.c */
struct console_cursor;
struct console_cursor *console_open(void);
void console_close(struct console_cursor *cursor);
/* Fills @buffer with new text; returns the number of bytes. @all: lines that are not complete yet,
 * too; otherwise only those that have not grown for a while. */
size_t console_read(struct console_cursor *cursor, char *buffer, size_t size, bool all);
/* Prepares for @image, so that console_detach() cannot fail: from attach to detach its rings are
 * the console, afterwards a copy of them is. */
int console_attach(const struct image *image, u32 cpus, struct jailhouse_error *why);
void console_detach(void);
void console_name_cell(u32 id, const char *name);
void console_exit(void);

/* panic.c */
void panic_init(void);
void panic_exit(void);

/* sysfs.c */
int sysfs_init(void);
void sysfs_exit(void);
struct device *sysfs_device(void);
/* Makes the directories of @cell; sysfs_remove_cell() is needed after a failure, too. */
int sysfs_add_cell(struct cell *cell);
void sysfs_remove_cell(struct cell *cell);
/* The directories of @cpus below the statistics of @cell */
int sysfs_add_cpus(struct cell *cell, const struct cpumask *cpus);
void sysfs_remove_cpus(struct cell *cell, const struct cpumask *cpus);

#endif /* JAILHOUSE_DRIVER_INTERNAL_H */
