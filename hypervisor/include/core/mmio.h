/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Emulated memory-mapped I/O. Each cell has a sorted table of address ranges with a handler each;
 * a trapped access is described by one struct and goes to the handler of its range.
 */
#ifndef CORE_MMIO_H
#define CORE_MMIO_H

#include <stdbool.h>
#include <stddef.h>

#include <jailhouse/types.h>

struct cell;
struct cpu;

struct mmio_access {
	u64 address; /* guest-physical */
	u64 offset;  /* in the range of the handler */
	u64 value;   /* written, or filled in by a read */
	u8 size;     /* 1, 2, 4 or 8 bytes */
	bool write;
};

enum mmio_result {
	MMIO_DONE,
	MMIO_UNKNOWN, /* no range covers the access */
	MMIO_REFUSED, /* a range covers it, but this access is not permitted */
	MMIO_FAULT,   /* it is permitted, but the device did not answer it */
};

typedef enum mmio_result (*mmio_handler)(struct cpu *cpu, struct mmio_access *access, void *arg);

struct mmio_region {
	u64 start;
	u64 size;
	mmio_handler handler;
	void *arg;
};

#define MMIO_BUILTIN 16 /* ranges that need no page of their own */

struct mmio_space {
	struct mmio_region builtin[MMIO_BUILTIN];
	struct mmio_region *regions; /* sorted by start, not overlapping */
	mmio_handler otherwise;	     /* for addresses that no range covers; NULL: none */
	u32 count;
	u32 capacity;
	u32 pages;
};

/**
 * mmio_init - make an empty table
 * @capacity: number of ranges that will be added at most
 *
 * Return: 0 or -ENOMEM
 */
int mmio_init(struct mmio_space *space, u32 capacity);
void mmio_exit(struct mmio_space *space);

/**
 * mmio_add - add a range
 *
 * Only while no CPU runs the cell. Return: 0, or -EINVAL if it overlaps another range.
 */
int mmio_add(struct mmio_space *space, u64 start, u64 size, mmio_handler handler, void *arg);

/* Find the handler of an access and call it. Runs without locks on CPUs of the cell. */
enum mmio_result mmio_dispatch(struct cpu *cpu, struct mmio_space *space,
			       struct mmio_access *access);

/* Access a device register; @size 1, 2, 4 or 8, @address naturally aligned. */
u64 mmio_read(const volatile void *address, u32 size);
void mmio_write(volatile void *address, u32 size, u64 value);

static inline u32 mmio_read32(const volatile void *address)
{
	return *(const volatile u32 *)address;
}

static inline void mmio_write32(volatile void *address, u32 value)
{
	*(volatile u32 *)address = value;
}

static inline u64 mmio_read64(const volatile void *address)
{
	return *(const volatile u64 *)address;
}

static inline void mmio_write64(volatile void *address, u64 value)
{
	*(volatile u64 *)address = value;
}

/*
 * Architecture: the same for a register that may not be there, or not with that size or alignment.
 * Return: false if the access ended in an exception. Does not nest.
 */
bool arch_probe_read(const volatile void *address, u32 size, u64 *value);
bool arch_probe_write(volatile void *address, u32 size, u64 value);

#endif /* CORE_MMIO_H */
