/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Start code of the launcher, see launcher.c: multiboot, 32-bit protected mode, first CPU. */

#define MULTIBOOT_MAGIC 0x1badb002
#define MSR_APIC_BASE	0x1b
#define MSR_APIC_ID	0x802
#define APIC_BASE_ON	0xc00 /* enabled, x2APIC */

	.section .text.start, "ax"
	.balign	4
	.long	MULTIBOOT_MAGIC, 0, -MULTIBOOT_MAGIC

	.globl	_start
_start:
	cli
	cld
	movl	$launcher_stack, %esp
	lgdtl	gdt_pointer
	ljmpl	$8, $1f
1:	movw	$16, %ax
	movw	%ax, %ds
	movw	%ax, %es
	movw	%ax, %ss
	call	launcher_main
2:	hlt
	jmp	2b

	.globl	timer_entry
timer_entry:
	pushl	%eax
	movl	$0xfee000b0, %eax	/* end of interrupt */
	movl	$0, (%eax)
	popl	%eax
	iretl

	/*
	 * Where the other CPUs start, copied to a page below 1 MiB: each switches its local APIC
	 * to x2APIC mode, as the hypervisor would; CPU 1 becomes the first CPU of the cell, the
	 * others wait to be started by it.
	 */
	.globl	shim_start, shim_end, shim_count
	.code16
shim_start:
	cli
	movl	$MSR_APIC_BASE, %ecx
	rdmsr
	orl	$APIC_BASE_ON, %eax
	wrmsr
	movl	$MSR_APIC_ID, %ecx
	rdmsr
	lock incl %cs:shim_count - shim_start
	cmpl	$1, %eax
	jne	1f
	xorl	%eax, %eax
	xorl	%ecx, %ecx
	ljmpw	$0, $0
1:	hlt
	jmp	1b
	.balign	4
shim_count:
	.long	0
shim_end:
	.code32

	.section .rodata
	.balign	8
gdt:	.quad	0
	.quad	0x00cf9b000000ffff
	.quad	0x00cf93000000ffff
gdt_pointer:
	.word	gdt_pointer - gdt - 1
	.long	gdt

	.bss
	.balign	16
	.space	8192
launcher_stack:
	.section .note.GNU-stack, "", @progbits
