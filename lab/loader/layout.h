/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What lies where: on the disk, a sector each, in this order (bochs_line() in lab/run)
 *
 *	the boot sector
 *	the loader, LOADER_SECTORS of them
 *	the list: sectors of the files, size of the ramdisk in bytes; Linux's arguments, LIST_SECTORS of them
 *	the ramdisk
 *	the kernel, an ELF file
 *
 * and in memory, where the segments of the kernel do not go to.
 */
#ifndef LAB_LOADER_LAYOUT_H
#define LAB_LOADER_LAYOUT_H

#define SECTOR	       512
#define LOADER_SECTORS 8
#define LIST_SECTORS   8

#define MAP_COUNT 0x7ff0 /* entries of the map of memory, which is behind it */
#define MAP_AT	  0x8000
#define MAP_ENTRY 20
#define MAP_MAX	  128

#define LOADER_AT  0x10000
#define LIST_AT	   0x0ff00000
#define RAMDISK_AT 0x10000000
#define KERNEL_AT  0x20000000

#endif /* LAB_LOADER_LAYOUT_H */
