/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * libjailhouse: what a tool needs to control the hypervisor of this machine.
 *
 * No function prints or exits. A function that can fail returns -1, or NULL where it returns a
 * pointer, and fills in the struct jh_error it is given; on success that is left alone. The
 * library keeps no state of its own: functions may be called from several threads, each with its
 * own struct jh_device. Names and paths are NUL-terminated strings.
 */
#ifndef LIB_JAILHOUSE_H
#define LIB_JAILHOUSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <jailhouse/cell-config.h>

/* Why a function failed. */
struct jh_error {
	int code;	/* errno value, > 0 */
	char text[640]; /* one sentence without full stop, naming the offending values */
};

/* --- Configurations ------------------------------------------------------------------------ */

enum jh_config_kind {
	JH_CONFIG_SYSTEM, /* struct jailhouse_system, for jh_enable() */
	JH_CONFIG_CELL,	  /* struct jailhouse_cell_desc, for jh_cell_create() */
};

struct jh_config {
	void *data;
	size_t size; /* bytes, as the counts in the configuration say */
};

/*
 * Checks that the @size bytes of @data are a whole configuration of @kind for @architecture
 * (JAILHOUSE_X86, ...). @origin is what messages call it, a path for instance. Returns 0, or -1
 * with code EINVAL. What the configuration asks for is not judged here, that is the driver's and
 * the hypervisor's part.
 */
int jh_config_check(const char *origin, const void *data, size_t size, enum jh_config_kind kind,
		    unsigned int architecture, struct jh_error *error);

/*
 * Reads the file @path into @config and checks it for this machine. Returns 0, or -1 with the
 * errno value of the failed system call, EFBIG for more than JAILHOUSE_MAX_CONFIG_SIZE bytes, or
 * EINVAL. After success @config has to be given back with jh_config_free().
 */
int jh_config_load(const char *path, enum jh_config_kind kind, struct jh_config *config,
		   struct jh_error *error);

/* Frees what jh_config_load() allocated. */
void jh_config_free(struct jh_config *config);

/* --- Device -------------------------------------------------------------------------------- */

struct jh_device;

/*
 * Opens the device of the driver. Returns it, to be closed with jh_close(), or NULL: code ENOENT
 * when the driver is not loaded, EACCES without the privilege.
 */
struct jh_device *jh_open(struct jh_error *error);

/* Closes @device; NULL is allowed. */
void jh_close(struct jh_device *device);

/*
 * Enables the hypervisor with the system configuration in the file @path. Returns 0 when Linux has
 * become the root cell, or -1 when everything is as before: code of jh_config_load(), EBUSY when
 * enabled already, otherwise what driver or hypervisor found.
 */
int jh_enable(struct jh_device *device, const char *path, struct jh_error *error);

/*
 * Destroys all cells and disables the hypervisor. Returns 0, or -1: code EINVAL when it is not
 * enabled, EPERM when a cell refuses to shut down.
 */
int jh_disable(struct jh_device *device, struct jh_error *error);

/*
 * Reads console output of hypervisor and cells into @buffer, at most @size bytes. When there is
 * nothing new, it waits for something if @wait is set, until a signal comes. Returns how many bytes
 * were read, 0 when there was nothing, or -1 with the errno value of the failed system call.
 */
ssize_t jh_console_read(struct jh_device *device, char *buffer, size_t size, bool wait,
			struct jh_error *error);

/* --- Cells --------------------------------------------------------------------------------- */

/* How a cell is called: by its id, or, when id is -1, by its name. */
struct jh_cell_ref {
	int id;
	char name[JAILHOUSE_CELL_NAME_MAXLEN + 1];
};

/*
 * Makes a reference of what a user typed: a number is an id, anything else a name; with @is_name
 * set a number is a name, too. Returns 0, or -1 with code EINVAL: an empty or too long name, a
 * number beyond the range of ids.
 */
int jh_cell_ref_parse(const char *text, bool is_name, struct jh_cell_ref *ref,
		      struct jh_error *error);

/*
 * Creates a cell from the configuration in the file @path; it is not started. Returns 0, or -1:
 * code of jh_config_load(), EINVAL when not enabled, otherwise what driver or hypervisor found.
 */
int jh_cell_create(struct jh_device *device, const char *path, struct jh_error *error);

/* Something to load into a cell. */
struct jh_image {
	const char *path;   /* file, or NULL: */
	const char *string; /* this string with its NUL */
	uint64_t address;   /* guest-physical address in the cell */
};

/*
 * Shuts the cell down and loads @count images into it (at least one, at most
 * JAILHOUSE_MAX_PRELOAD_IMAGES). All files are read before the cell is touched. Returns 0, or -1:
 * errno value of a failed system call, ENOENT for an unknown cell, EPERM when the cell refuses,
 * EINVAL for an image outside of its loadable regions.
 */
int jh_cell_load(struct jh_device *device, const struct jh_cell_ref *cell,
		 const struct jh_image *images, size_t count, struct jh_error *error);

/* Starts the cell. Returns 0, or -1: code ENOENT for an unknown cell, EPERM when it refuses. */
int jh_cell_start(struct jh_device *device, const struct jh_cell_ref *cell, struct jh_error *error);

/*
 * Shuts the cell down; with @force without asking it. Returns 0, or -1: code ENOENT for an unknown
 * cell, EPERM when it refuses, ETIMEDOUT when it does not answer (it keeps running then).
 */
int jh_cell_shutdown(struct jh_device *device, const struct jh_cell_ref *cell, bool force,
		     struct jh_error *error);

/* Destroys the cell; Linux has its CPUs and memory back. Otherwise like jh_cell_shutdown(). */
int jh_cell_destroy(struct jh_device *device, const struct jh_cell_ref *cell, bool force,
		    struct jh_error *error);

/* A cell as the driver shows it. CPU lists look like "0-2,5" and may be empty. */
struct jh_cell {
	int id;
	char name[JAILHOUSE_CELL_NAME_MAXLEN + 1];
	char state[32];
	char cpus_assigned[256];
	char cpus_failed[256];
};

/*
 * Lists the cells, ordered by id; there is none while the hypervisor is not enabled. Returns their
 * number and sets @cells, to be given back with free(), or -1: code ENOENT when the driver is not
 * loaded.
 */
ssize_t jh_cell_list(struct jh_cell **cells, struct jh_error *error);

#define JH_MAX_COUNTERS 32

/*
 * Statistics of a cell: how often its CPUs entered the hypervisor, and why. A counter that a CPU
 * does not have is 0.
 */
struct jh_stats {
	size_t num_counters;
	char names[JH_MAX_COUNTERS][32]; /* "vmexits_total" first, then by name */
	size_t num_cpus;
	int *cpus; /* logical CPU numbers, ascending */
	uint64_t total[JH_MAX_COUNTERS];
	uint64_t *of_cpu; /* [cpu index * JH_MAX_COUNTERS + counter] */
};

/*
 * Reads the statistics of @cell. Returns 0 and fills in @stats, to be given back with
 * jh_stats_free(), or -1: code ENOENT for an unknown cell or when the driver is not loaded.
 */
int jh_cell_stats(const struct jh_cell_ref *cell, struct jh_stats *stats, struct jh_error *error);

/* Frees what jh_cell_stats() allocated. */
void jh_stats_free(struct jh_stats *stats);

#endif /* LIB_JAILHOUSE_H */
