/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Starts a Linux kernel that is unpacked already, in an emulator that would need minutes for that.
 *
 * A boot loader that knows Multiboot loads this program with two modules, the kernel as an ELF file
 * (vmlinux) and the ramdisk. The modules go out of the way, the kernel's segments to their places, and
 * the kernel is entered at its 64-bit entry (Documentation/arch/x86/boot.rst of Linux, "64-bit boot
 * protocol"; Multiboot specification 0.6.96). All of memory up to 4 GiB is mapped as it is.
 */
#include <stdint.h>

#define KERNEL_AT  0x20000000U /* the modules, where neither kernel nor this program is */
#define RAMDISK_AT 0x30000000U
#define PAGE	   4096
#define E820_MAX   128
#define PT_LOAD	   1

struct multiboot {
	uint32_t flags, mem_lower, mem_upper, boot_device, cmdline;
	uint32_t mods_count, mods_addr, syms[4];
	uint32_t mmap_length, mmap_addr;
};

struct module {
	uint32_t start, end, string, reserved;
};

struct range {
	uint64_t base, length;
	uint32_t type;
} __attribute__((packed));

struct mmap_entry {
	uint32_t size;
	struct range range;
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

uint32_t load(const struct multiboot *info);

/* Of regions that may overlap. */
static void move(uint32_t to, uint32_t from, uint32_t size)
{
	if (to <= from) {
		asm volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(size) : : "memory");
		return;
	}
	to += size - 1;
	from += size - 1;
	asm volatile("std; rep movsb; cld" : "+D"(to), "+S"(from), "+c"(size) : : "memory");
}

static void clear(uint32_t to, uint32_t size)
{
	asm volatile("rep stosb" : "+D"(to), "+c"(size) : "a"(0) : "memory");
}

static void set(uint32_t offset, uint32_t value)
{
	*(uint32_t *)(boot_params + offset) = value;
}

/* Fields of struct boot_params that a loader fills in (boot.rst, zero-page.rst). */
static void describe(const struct multiboot *info, uint32_t ramdisk_size)
{
	const struct mmap_entry *entry = (const void *)info->mmap_addr;
	const struct mmap_entry *end = (const void *)(info->mmap_addr + info->mmap_length);
	struct range *e820 = (struct range *)(boot_params + 0x2d0);
	uint32_t n;

	for (n = 0; entry < end && n < E820_MAX; n++) {
		e820[n] = entry->range;
		entry = (const void *)((const char *)entry + entry->size + sizeof(entry->size));
	}
	boot_params[0x1e8] = (uint8_t)n;
	set(0x1fc, 0xaa550000);
	set(0x202, 0x53726448); /* "HdrS" */
	set(0x206, 0x020f);
	boot_params[0x210] = 0xff; /* a loader without a number */
	boot_params[0x211] = 1;
	set(0x218, RAMDISK_AT);
	set(0x21c, ramdisk_size);
	set(0x228, info->cmdline);
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
uint32_t load(const struct multiboot *info)
{
	const struct module *module = (const void *)info->mods_addr;
	const struct segment *segment;
	const struct elf *elf;
	uint32_t n, ramdisk_size = module[1].end - module[1].start;

	move(RAMDISK_AT, module[1].start, ramdisk_size);
	move(KERNEL_AT, module[0].start, module[0].end - module[0].start);
	describe(info, ramdisk_size);
	map_all();
	elf = (const void *)KERNEL_AT;
	segment = (const void *)(KERNEL_AT + (uint32_t)elf->phoff);
	for (n = 0; n < elf->phnum; n++, segment++) {
		if (segment->type != PT_LOAD)
			continue;
		move((uint32_t)segment->paddr, KERNEL_AT + (uint32_t)segment->offset,
		     (uint32_t)segment->filesz);
		clear((uint32_t)(segment->paddr + segment->filesz),
		      (uint32_t)(segment->memsz - segment->filesz));
	}
	return (uint32_t)elf->entry;
}
