/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The boot sector of the lanes of Bochs: reads the loader behind it, asks the BIOS for the map of memory, and
 * enters the loader in 32-bit mode (BIOS Enhanced Disk Drive Specification, function 42h; ACPI specification,
 * 15.1 "INT 15H, E820H").
 */
#include "layout.h"

#define SMAP 0x534d4150

	.text
	.code16
	.global	_start
_start:
	cli
	xor	%eax, %eax
	mov	%ax, %ds
	mov	%ax, %es
	mov	%ax, %ss
	mov	$0x7c00, %sp
	cld
	sti
	mov	%eax, MAP_COUNT
	mov	$packet, %si		/* DL is the disk */
	mov	$0x42, %ah
	int	$0x13
1:	jc	1b			/* the run ends at its time limit, with nothing said */

	xor	%ebx, %ebx
	mov	$MAP_AT, %di
1:	mov	$0xe820, %eax
	mov	$MAP_ENTRY, %ecx
	mov	$SMAP, %edx
	int	$0x15
	jc	2f
	cmp	$SMAP, %eax
	jne	2f
	add	$MAP_ENTRY, %di
	incw	MAP_COUNT
	cmpw	$MAP_MAX, MAP_COUNT
	je	2f
	test	%ebx, %ebx
	jnz	1b

2:	cli
	in	$0x92, %al		/* address line 20 */
	or	$2, %al
	out	%al, $0x92
	lgdt	gdtr
	mov	%cr0, %eax
	or	$1, %al
	mov	%eax, %cr0
	ljmp	$8, $3f

	.code32
3:	mov	$0x10, %eax
	mov	%eax, %ds
	mov	%eax, %es
	mov	%eax, %ss
	mov	$LOADER_AT, %eax
	jmp	*%eax

	.balign	8
gdt:	.quad	0, 0x00cf9a000000ffff, 0x00cf92000000ffff
gdtr:	.word	23
	.long	gdt
	.balign	4
packet:	.word	16, LOADER_SECTORS, 0, LOADER_AT >> 4
	.quad	1

	.org	510
	.word	0xaa55
	.section .note.GNU-stack, "", @progbits
