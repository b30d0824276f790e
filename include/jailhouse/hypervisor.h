/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the loader (the driver) and the hypervisor image tell each other.
 *
 * Layout of the hypervisor memory, all parts page aligned, in this order:
 *
 *	image		file, then zeroed memory up to header.image_size
 *	per-CPU areas	header.max_cpus x header.percpu_size, zeroed
 *	configuration	the system configuration, header.config_size bytes
 *	entry tables	page tables of the entry, built by the driver
 *	page pool	the rest, owned by the hypervisor; the driver does not touch it
 *
 * The image starts with struct jailhouse_image_header. Offsets are in bytes from the start of the
 * image, which is also the start of the hypervisor memory.
 */
#ifndef JAILHOUSE_HYPERVISOR_H
#define JAILHOUSE_HYPERVISOR_H

#include <jailhouse/types.h>

#define JAILHOUSE_IMAGE_SIGNATURE "JHVIMAGE"
#define JAILHOUSE_IMAGE_VERSION	  1

/*
 * How long, in seconds, a CPU is waited for that something below holds up: system management, another
 * hypervisor, an emulator's host. They do that for moments, rarely for seconds.
 */
#define JAILHOUSE_LEAVE_PATIENCE_S 10

/*
 * How long a CPU waits on its way in, in times of header.barrier_timeout: for all to arrive once, for
 * a step of another CPU three times (tables, devices, being ready). A failed entry takes no longer. Who gives
 * up before the other one does lets Linux run while devices are probed: that one may be held up, too.
 */
#define JAILHOUSE_ARRIVE_PERIODS  1
#define JAILHOUSE_PREPARE_PERIODS 11
#define JAILHOUSE_ENTER_PERIODS	  (JAILHOUSE_ARRIVE_PERIODS + 3 * JAILHOUSE_PREPARE_PERIODS)

/*
 * arm64: a register block that makes messages of devices interrupts, as the device tree has it. The
 * configuration format has no place for these.
 */
#define JAILHOUSE_FRAME_ITS    1 /* interrupt translation service of a GICv3 */
#define JAILHOUSE_FRAME_GICV2M 2
#define JAILHOUSE_MAX_FRAMES   8

struct jailhouse_message_frame {
	u64 address;
	u32 size; /* 0: no frame, and the last entry */
	u32 kind; /* JAILHOUSE_FRAME_* */
} __attribute__((packed));

struct jailhouse_image_header {
	/* Set at link time. */
	char signature[8]; /* JAILHOUSE_IMAGE_SIGNATURE, no NUL */
	u32 version;	   /* JAILHOUSE_IMAGE_VERSION */
	u32 architecture;  /* JAILHOUSE_X86, JAILHOUSE_ARM64, ... */
	u64 virt_base;	   /* virtual address the image runs at */
	u32 image_size;	   /* with zeroed memory, a multiple of the page size */
	u32 entry_offset;  /* first instruction of the entry */
	u32 percpu_size;   /* of one per-CPU area */
	u32 ring_offset;   /* of the console ring in a per-CPU area */
	u32 status_offset; /* of struct jailhouse_status in the image */
	u32 reserved;

	/* Set by the driver before the entry. */
	u64 phys_base;	   /* physical address of the hypervisor memory */
	u64 memory_size;   /* of the hypervisor memory */
	u64 config_offset; /* of the system configuration */
	u64 config_size;
	u64 pool_offset;     /* of the page pool, after the entry tables */
	u64 entry_table;     /* physical address of the root of the entry tables */
	u32 max_cpus;	     /* highest logical CPU number of the root cell + 1 */
	u32 online_cpus;     /* CPUs that are going to enter */
	u64 barrier_timeout; /* longest wait for another CPU, in ticks of the counter */
	u16 pm1_control;     /* x86: I/O port of the ACPI PM1a control register, 0 = none */
	u16 reset_port;	     /* x86: I/O port of the ACPI reset register, 0 = none */
	u16 pm1b_control;    /* x86: I/O port of the ACPI PM1b control register, 0 = none */
	u8 reset_value;	     /* x86: what resets the machine when it is written there */
	u8 reserved2;
	struct jailhouse_message_frame frames[JAILHOUSE_MAX_FRAMES]; /* arm64 */
} __attribute__((packed));

/*
 * The outcome of the last operation that failed. The hypervisor writes it, the root cell can read
 * it: the page of struct jailhouse_status stays mapped read-only in the root cell while the
 * hypervisor is enabled, and so do the console rings.
 */
struct jailhouse_status {
	u32 sequence;	/* counts errors; 0 = none yet */
	s32 code;	/* negative errno value */
	u32 line;	/* place in the source */
	char file[52];	/* NUL-terminated */
	char text[320]; /* one sentence with the offending values, NUL-terminated */
} __attribute__((packed));

/*
 * Console rings: one a CPU, written by that CPU alone, so nobody ever waits. Line number n (from
 * 1) is in slot n % JAILHOUSE_RING_LINES. The writer first sets the slot's sequence to 0, fills
 * it, and then sets the sequence; text is only ever appended after that, length last, until
 * JAILHOUSE_LINE_COMPLETE is set. A reader that finds a higher sequence than the one it wants was
 * overtaken.
 */
#define JAILHOUSE_RING_LINES	  64
#define JAILHOUSE_LINE_TEXT	  112
#define JAILHOUSE_LINE_COMPLETE	  0x01 /* a newline follows the text */
#define JAILHOUSE_LINE_CONTINUED  0x02 /* full: the text goes on in the next line */
#define JAILHOUSE_LINE_HYPERVISOR 0x04 /* said by the hypervisor, not by the cell */

struct jailhouse_console_line {
	u64 time; /* counter when the line was started, orders lines of all CPUs */
	u32 sequence;
	u8 length;
	u8 flags;
	u16 cell; /* id of the cell the CPU belonged to */
	char text[JAILHOUSE_LINE_TEXT];
} __attribute__((packed));

struct jailhouse_console_ring {
	struct jailhouse_console_line lines[JAILHOUSE_RING_LINES];
};

#endif /* JAILHOUSE_HYPERVISOR_H */
