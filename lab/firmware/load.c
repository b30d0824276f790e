// SPDX-License-Identifier: GPL-2.0-only
/*
 * Kernel, ramdisk and command line as the emulator was given them: from its firmware configuration
 * device, by DMA (QEMU, docs/specs/fw_cfg). That device reaches ordinary memory only.
 */
#include "firmware.h"

#define FW_CFG_DMA 0x09020010
#define DMA_READ   0x2
#define DMA_SELECT 0x8
#define DMA_ERROR  0x1

#define KERNEL_SIZE  0x08
#define KERNEL_DATA  0x11
#define INITRD_SIZE  0x0b
#define INITRD_DATA  0x12
#define CMDLINE_SIZE 0x14
#define CMDLINE_DATA 0x15

/* Places in RAM. The emulator has put its device tree at the start, and left it a MiB. */
#define RAM	0x40000000ULL
#define SCRATCH 0x40100000ULL
#define CMDLINE 0x40110000ULL
#define KERNEL	0x40200000ULL
#define INITRD	0x48000000ULL

static void read_item(u32 item, u64 address, u32 size)
{
	volatile u32 *command = (volatile u32 *)SCRATCH;

	command[0] = __builtin_bswap32(item << 16 | DMA_SELECT | DMA_READ);
	command[1] = __builtin_bswap32(size);
	command[2] = __builtin_bswap32((u32)(address >> 32));
	command[3] = __builtin_bswap32((u32)address);
	asm volatile("dsb sy" : : : "memory");
	write32(FW_CFG_DMA, __builtin_bswap32((u32)(SCRATCH >> 32)));
	write32(FW_CFG_DMA + 4, __builtin_bswap32((u32)SCRATCH));
	asm volatile("dsb sy" : : : "memory");
	while (command[0] & ~__builtin_bswap32(DMA_ERROR))
		;
}

static u32 read_size(u32 item)
{
	read_item(item, SCRATCH + 64, 4);
	return read32(SCRATCH + 64);
}

u64 load_kernel(u64 new_tree)
{
	u32 initrd_size = read_size(INITRD_SIZE);

	read_item(KERNEL_DATA, KERNEL, read_size(KERNEL_SIZE));
	read_item(INITRD_DATA, INITRD, initrd_size);
	read_item(CMDLINE_DATA, CMDLINE, read_size(CMDLINE_SIZE));
	tree_build((const void *)RAM, (void *)new_tree, (const char *)CMDLINE, INITRD, initrd_size);
	return KERNEL;
}
