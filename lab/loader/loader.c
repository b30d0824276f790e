/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Starts a Linux kernel that is unpacked already, in an emulator that would need minutes for that.
 *
 * It is on the first disk as an ELF file (vmlinux), with a ramdisk and arguments (layout.h). They are read word
 * by word (ATA-6, 9.5 "PIO data in"). The segments go to their places, and the kernel is entered at its 64-bit
 * entry (Documentation/arch/x86/boot.rst of Linux, "64-bit boot protocol"). All of memory up to 4 GiB is
 * mapped as it is.
 */
#include <stdint.h>

#include "layout.h"

#define PAGE	4096
#define PT_LOAD 1

#define ATA_DATA	0x1f0
#define ATA_COUNT	0x1f2
#define ATA_LBA		0x1f3 /* three of them */
#define ATA_DRIVE	0x1f6
#define ATA_DRIVE_LBA	0xe0
#define ATA_COMMAND	0x1f7
#define ATA_READ	0x20
#define ATA_STATUS_BUSY 0x80
#define ATA_STATUS_DATA 0x08
#define ATA_AT_ONCE	256

/* The list. */
struct list {
	uint32_t ramdisk_sectors, kernel_sectors, ramdisk_size;
	char arguments[];
};

struct range {
	uint64_t base, length;
	uint32_t type;
} __attribute__((packed));

struct elf {
	uint8_t ident[16];
	uint16_t type, machine;
	uint32_t version;
	uint64_t entry, phoff, shoff;
	uint32_t flags;
	uint16_t ehsize, phentsize, phnum;
};

struct segment {
	uint32_t type, flags;
	uint64_t offset, vaddr, paddr, filesz, memsz, align;
};

uint8_t boot_params[PAGE] __attribute__((aligned(PAGE)));
uint64_t tables[6][PAGE / 8] __attribute__((aligned(PAGE)));

uint32_t load(void);

static void out(uint16_t port, uint32_t value)
{
	asm volatile("outb %0, %1" : : "a"((uint8_t)value), "Nd"(port));
}

static uint8_t in(uint16_t port)
{
	uint8_t value;

	asm volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

/* At most ATA_AT_ONCE; the disk asks for each to be fetched. */
static void read_some(uint32_t to, uint32_t first, uint32_t sectors)
{
	uint32_t words;

	out(ATA_DRIVE, ATA_DRIVE_LBA | first >> 24);
	out(ATA_COUNT, sectors);
	out(ATA_LBA, first);
	out(ATA_LBA + 1, first >> 8);
	out(ATA_LBA + 2, first >> 16);
	out(ATA_COMMAND, ATA_READ);
	for (; sectors; sectors--) {
		while ((in(ATA_COMMAND) & (ATA_STATUS_BUSY | ATA_STATUS_DATA)) != ATA_STATUS_DATA)
			;
		words = SECTOR / 4;
		asm volatile("rep insl" : "+D"(to), "+c"(words) : "d"(ATA_DATA) : "memory");
	}
}

/* Returns the sector behind. */
static uint32_t read(uint32_t to, uint32_t first, uint32_t sectors)
{
	uint32_t some;

	for (; sectors; sectors -= some) {
		some = sectors < ATA_AT_ONCE ? sectors : ATA_AT_ONCE;
		read_some(to, first, some);
		to += some * SECTOR;
		first += some;
	}
	return first;
}

/* In words: the emulator takes as long for a byte. */
static void copy(uint32_t to, uint32_t from, uint32_t size)
{
	uint32_t words = size / 4, rest = size % 4;

	asm volatile("rep movsl; mov %3, %2; rep movsb"
		     : "+D"(to), "+S"(from), "+c"(words)
		     : "r"(rest)
		     : "memory");
}

static void clear(uint32_t to, uint32_t size)
{
	uint32_t words = size / 4, rest = size % 4;

	asm volatile("rep stosl; mov %2, %1; rep stosb"
		     : "+D"(to), "+c"(words)
		     : "r"(rest), "a"(0)
		     : "memory");
}

static void set(uint32_t offset, uint32_t value)
{
	*(uint32_t *)(boot_params + offset) = value;
}

/* Fields of struct boot_params that a loader fills in (boot.rst, zero-page.rst). */
static void describe(void)
{
	const struct range *map = (const struct range *)MAP_AT;
	struct range *e820 = (struct range *)(boot_params + 0x2d0);
	const struct list *list = (const struct list *)LIST_AT;
	uint32_t n, count = *(const uint32_t *)MAP_COUNT;

	for (n = 0; n < count; n++)
		e820[n] = map[n];
	boot_params[0x1e8] = (uint8_t)n;
	set(0x1fc, 0xaa550000);
	set(0x202, 0x53726448); /* "HdrS" */
	set(0x206, 0x020f);
	boot_params[0x210] = 0xff; /* a loader without a number */
	boot_params[0x211] = 1;
	set(0x218, RAMDISK_AT);
	set(0x21c, list->ramdisk_size);
	set(0x228, (uint32_t)list->arguments);
	set(0x230, 0x1000000);
}

static void map_all(void)
{
	uint32_t n, m;

	tables[0][0] = (uint32_t)tables[1] | 3;
	for (n = 0; n < 4; n++) {
		tables[1][n] = (uint32_t)tables[2 + n] | 3;
		for (m = 0; m < PAGE / 8; m++)
			tables[2 + n][m] = ((uint64_t)n << 30 | (uint64_t)m << 21) | 0x83;
	}
}

/* Returns where the kernel begins. */
uint32_t load(void)
{
	const struct list *list = (const struct list *)LIST_AT;
	const struct elf *elf = (const void *)KERNEL_AT;
	const struct segment *segment;
	uint32_t n, at;

	at = read(LIST_AT, 1 + LOADER_SECTORS, LIST_SECTORS);
	at = read(RAMDISK_AT, at, list->ramdisk_sectors);
	read(KERNEL_AT, at, list->kernel_sectors);
	describe();
	map_all();
	segment = (const void *)(KERNEL_AT + (uint32_t)elf->phoff);
	for (n = 0; n < elf->phnum; n++, segment++) {
		if (segment->type != PT_LOAD)
			continue;
		copy((uint32_t)segment->paddr, KERNEL_AT + (uint32_t)segment->offset,
		     (uint32_t)segment->filesz);
		clear((uint32_t)(segment->paddr + segment->filesz),
		      (uint32_t)(segment->memsz - segment->filesz));
	}
	return (uint32_t)elf->entry;
}
