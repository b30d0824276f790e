/* SPDX-License-Identifier: GPL-2.0-only */
/* From 32-bit mode by the loader to the 64-bit entry of the kernel: see loader.c. It comes first. */

	.section .text.start, "ax"
	.code32
	.global	_start
_start:
	mov	$stack_end, %esp
	cld
	call	load
	mov	%eax, %edi

	lgdt	gdtr
	mov	%cr4, %eax
	or	$0x20, %eax		/* PAE */
	mov	%eax, %cr4
	mov	$tables, %eax
	mov	%eax, %cr3
	mov	$0xc0000080, %ecx
	rdmsr
	or	$0x100, %eax		/* LME */
	wrmsr
	mov	%cr0, %eax
	or	$0x80000000, %eax
	mov	%eax, %cr0
	ljmp	$0x10, $1f

	.code64
1:	mov	$0x18, %eax
	mov	%eax, %ds
	mov	%eax, %es
	mov	%eax, %ss
	mov	$boot_params, %esi
	mov	%edi, %eax
	jmp	*%rax

	.section .rodata, "a"
	.balign	8
gdt:	.quad	0, 0, 0x00af9a000000ffff, 0x00cf92000000ffff
gdtr:	.word	31
	.long	gdt

	.bss
	.balign	16
	.skip	4096
stack_end:
	.section .note.GNU-stack, "", @progbits
