/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the driver offers to user space: the ioctls of /dev/jailhouse and the names of its sysfs
 * tree. All structures are those of 64-bit user space.
 *
 * An ioctl returns 0, or -1 with errno set. JAILHOUSE_ERROR then gives the sentence behind errno.
 * read() on the device gives the console; when there is nothing new it waits, or returns 0 bytes if
 * the file was opened with O_NONBLOCK.
 */
#ifndef JAILHOUSE_DRIVER_H
#define JAILHOUSE_DRIVER_H

#include <linux/ioctl.h>

#include <jailhouse/types.h>
#include <jailhouse/hypercall.h>

#define JAILHOUSE_DEVICE "/dev/jailhouse"
#define JAILHOUSE_SYSFS	 "/sys/devices/jailhouse"

#define JAILHOUSE_CELL_ID_NAMELEN 31
#define JAILHOUSE_CELL_ID_UNUSED  (-1)

/* Limits of the driver on what it copies from user space */
#define JAILHOUSE_MAX_CONFIG_SIZE    0x100000 /* bytes of a configuration */
#define JAILHOUSE_MAX_PRELOAD_IMAGES 64	      /* images in one JAILHOUSE_CELL_LOAD */

/* Names a cell: by id, or by name when id is JAILHOUSE_CELL_ID_UNUSED. */
struct jailhouse_cell_id {
	s32 id;
	u32 force; /* load, destroy: JAILHOUSE_FORCE = do not ask the cell first */
	char name[JAILHOUSE_CELL_ID_NAMELEN + 1]; /* NUL-terminated */
} __attribute__((packed));

struct jailhouse_cell_create {
	u64 config_address; /* of a cell configuration in user space */
	u32 config_size;    /* bytes */
	u32 padding;
} __attribute__((packed));

struct jailhouse_preload_image {
	u64 source_address; /* in user space */
	u64 size;	    /* bytes */
	u64 target_address; /* guest-physical address in the cell */
	u64 padding;
} __attribute__((packed));

/* With no image the call just shuts the cell down. */
struct jailhouse_cell_load {
	struct jailhouse_cell_id cell_id;
	u32 num_preload_images;
	u32 padding;
	struct jailhouse_preload_image image[];
} __attribute__((packed));

/* Last error of this open file; text is empty and code 0 when there was none. */
struct jailhouse_error {
	s32 code;	/* negative errno value */
	u32 line;	/* place in the source of driver or hypervisor, 0 = unknown */
	char file[56];	/* NUL-terminated */
	char text[448]; /* one sentence with the offending values, NUL-terminated */
} __attribute__((packed));

#define JAILHOUSE_ENABLE       _IOW(0, 0, void *) /* struct jailhouse_system */
#define JAILHOUSE_DISABLE      _IO(0, 1)	  /* destroys all cells first */
#define JAILHOUSE_CELL_CREATE  _IOW(0, 2, struct jailhouse_cell_create)
#define JAILHOUSE_CELL_LOAD    _IOW(0, 3, struct jailhouse_cell_load)
#define JAILHOUSE_CELL_START   _IOW(0, 4, struct jailhouse_cell_id)
#define JAILHOUSE_CELL_DESTROY _IOW(0, 5, struct jailhouse_cell_id)
#define JAILHOUSE_ERROR	       _IOR(0, 16, struct jailhouse_error)

_Static_assert(sizeof(struct jailhouse_cell_id) == 40, "layout of struct jailhouse_cell_id");
_Static_assert(sizeof(struct jailhouse_cell_load) == 48, "layout of struct jailhouse_cell_load");
_Static_assert(sizeof(struct jailhouse_error) == 512, "layout of struct jailhouse_error");

/* What sysfs says for the states of a cell, indexed by JAILHOUSE_CELL_*; anything else: */
#define JAILHOUSE_CELL_STATE_NAMES                                                      \
	{                                                                               \
		"running", "running/locked", "shut down", "failed", "Comm ABI mismatch" \
	}
#define JAILHOUSE_CELL_STATE_INVALID "invalid"

#endif /* JAILHOUSE_DRIVER_H */
