/* SPDX-License-Identifier: GPL-2.0-only */
/* Valid configurations that have something of everything, to be made wrong in one place. */
#ifndef TESTS_UNIT_CONFIG_SAMPLE_H
#define TESTS_UNIT_CONFIG_SAMPLE_H

#include <core/config.h>

/* The arrays that follow a cell descriptor. */
struct sample_arrays {
	u8 cpus[3]; /* odd, so that the rest is not aligned */
	struct jailhouse_memory mem[10];
	struct jailhouse_cache caches[1];
	struct jailhouse_irqchip chips[2];
	struct jailhouse_pio pios[1];
	struct jailhouse_pci_device pci[2];
	struct jailhouse_pci_capability caps[2];
	union jailhouse_stream_id ids[2];
} __attribute__((packed));

struct cell_sample {
	struct jailhouse_cell_desc cell;
	struct sample_arrays a;
} __attribute__((packed));

struct system_sample {
	struct jailhouse_system sys;
	struct sample_arrays a;
} __attribute__((packed));

/* Indices of sample_arrays.mem */
enum {
	MEM_RAM,
	MEM_UART,
	MEM_COMM,
	MEM_SUBPAGE,
	MEM_SUBPAGE_BESIDE, /* in the same page */
	MEM_NET,	    /* four regions */
	MEM_LAST = MEM_NET + 4,
};

/* An arm64 machine with 4 CPUs and 40-bit addresses; the hypervisor has 0x7c000000+0x400000. */
extern const struct config_machine sample_machine;

/* Cell 1 with CPU 3, and a second one with CPU 2 that is a peer on the same network. */
void sample_cell(struct cell_sample *sample);
void sample_other_cell(struct cell_sample *sample);

/* The system with a root cell of CPUs 0 to 3; of the arrays it has the same as the first cell. */
void sample_system(struct system_sample *sample);

#endif /* TESTS_UNIT_CONFIG_SAMPLE_H */
