/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Start of a cell: real mode as after reset, at address 0, interrupts masked.
 *
 * The first CPU goes to protected mode, sets up the initial data, zeros and the boot tables (one
 * page of 2 MiB), and goes on to 64-bit mode; C code then builds the final tables. Other CPUs start
 * at SECONDARY_START, with the final tables. Nothing that is read on the way there is ever
 * changed, so that a cell can be started again without loading its image again.
 */
#include "asm.h"

	/* From real mode at address 0 or SECONDARY_START to 32 bits with flat segments */
	.macro	enter_protected_mode target
	.code16
	cli
	cld
	xorw	%ax, %ax
	movw	%ax, %ds
	lgdtl	boot_gdt_pointer
	movl	$(CR0_RUN & 0xffff), %eax	/* caches on, too */
	movl	%eax, %cr0
	ljmpl	$GDT_CODE32, $\target
	.code32
\target:
	movw	$GDT_DATA, %ax
	movw	%ax, %ds
	movw	%ax, %es
	movw	%ax, %ss
	.endm

	/* From there to 64 bits with the page tables at \tables. Changes eax, ecx, edx. */
	.macro	enter_long_mode tables, target
	movl	$\tables, %eax
	movl	%eax, %cr3
	movl	$CR4_RUN, %eax
	movl	%eax, %cr4
	movl	$MSR_EFER, %ecx
	rdmsr
	orl	$(EFER_LME | EFER_NXE), %eax
	wrmsr
	movl	$CR0_RUN, %eax
	movl	%eax, %cr0
	ljmpl	$GDT_CODE64, $\target
	.code64
	.endm

	.section .text.start, "ax"
	.globl	_start
_start:
	enter_protected_mode start32
	/* Initial data, then zeros. All bounds are multiples of 16. */
	movl	$data_load, %esi
	movl	$data_start, %edi
	movl	$data_words, %ecx
	rep movsl
	xorl	%eax, %eax
	movl	$bss_start, %edi
	movl	$bss_words, %ecx
	rep stosl
	/* Present, writable, accessed, dirty; large page */
	movl	$(boot_tables + 0x1000 + 0x23), boot_tables
	movl	$(boot_tables + 0x2000 + 0x23), boot_tables + 0x1000
	movl	$0xe3, boot_tables + 0x2000
	enter_long_mode boot_tables, start64

	/* Page 0 is about to be unmapped, so this is elsewhere. */
	.section .text.boot, "ax"
start64:
	movl	$(stacks + STACK_MAIN_TOP), %esp
	xorl	%ebp, %ebp
	call	inmate_start
	ud2

	.section .text.secondary, "ax"
	enter_protected_mode secondary32
	/* Each takes a number, and sleeps if there is no stack for it. */
	movl	$1, %edi
	lock xaddl %edi, secondary_next
	incl	%edi
	cmpl	$STACKS_CPUS, %edi
	jae	1f
	enter_long_mode level4, secondary64
1:	hlt
	jmp	1b
	.code64
secondary64:
	movl	%edi, %eax
	imulq	$STACKS_SIZE, %rax, %rax
	leaq	stacks + STACK_MAIN_TOP(%rax), %rsp
	xorl	%ebp, %ebp
	call	secondary_start
	ud2

	/* All descriptors are marked as accessed, so nobody writes to them. */
	.balign	8
boot_gdt:
	.quad	0
	.quad	0x00af9b000000ffff	/* GDT_CODE64 */
	.quad	0x00cf93000000ffff	/* GDT_DATA */
	.quad	0x00cf9b000000ffff	/* GDT_CODE32 */
boot_gdt_pointer:
	.word	boot_gdt_pointer - boot_gdt - 1
	.long	boot_gdt

	.section .bss.boot, "aw", @nobits
	.balign	4096
boot_tables:
	.space	3 * 4096

	.section .stacks, "aw", @nobits
	.balign	4096
	.globl	stacks
stacks:
	.space	STACKS_CPUS * STACKS_SIZE
	.section .note.GNU-stack, "", @progbits
