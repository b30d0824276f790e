/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Start of a cell that stays in 32-bit protected mode without paging: flat segments, a stack, zeros,
 * then demo_main(). Nothing of the image is ever changed, so the cell can be started again. Vectors
 * enter at entries32 + 16 * n.
 */

#define CODE 8
#define DATA 16

	.section .text.start, "ax"
	.code16
	.globl	_start
_start:
	cli
	cld
	xorw	%ax, %ax
	movw	%ax, %ds
	lgdtl	gdt_pointer
	movl	$0x13, %eax	/* protected mode, caches on, no emulation of floating point */
	movl	%eax, %cr0
	ljmpl	$CODE, $1f
	.code32
1:	movw	$DATA, %ax
	movw	%ax, %ds
	movw	%ax, %es
	movw	%ax, %ss
	movl	$stack_end, %esp
	xorl	%eax, %eax
	movl	$bss_start, %edi
	movl	$bss_words, %ecx
	rep stosl
	call	demo_main
2:	cli
	hlt
	jmp	2b

	.balign	8
gdt:	.quad	0
	.quad	0x00cf9b000000ffff
	.quad	0x00cf93000000ffff
gdt_pointer:
	.word	gdt_pointer - gdt - 1
	.long	gdt

	.text
	.balign	16
	.globl	entries32
entries32:
	vector = 0
	.rept	256
	.balign	16
	.if	vector > 31 || (vector != 8 && (vector < 10 || vector > 14) && vector != 17)
	pushl	$0
	.endif
	pushl	$vector
	jmp	common
	vector = vector + 1
	.endr

	/* void demo_vector(u32 edx, u32 ecx, u32 eax, u32 vector, u32 error, u32 eip) */
	.balign	16
common:
	pushl	%eax
	pushl	%ecx
	pushl	%edx
	cld
	call	demo_vector
	popl	%edx
	popl	%ecx
	popl	%eax
	addl	$8, %esp
	iretl

	.bss
	.balign	16
	.space	8192
stack_end:
	.section .note.GNU-stack, "", @progbits
