/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * From 64-bit mode down to real mode, where an instruction is refused, and back. What the exception has
 * left on the stack goes to real_seen.
 */
#include "../lib/x86/asm.h"
#include "hostile-x86.h"

#define CR0_PE	     (1 << 0)
#define CR0_PG	     (1 << 31)
#define STACK	     64
#define RDPMC_LENGTH 2
#define VECTOR_GP    13

	/* void real_mode(void) */
	.text
	.globl	real_mode
real_mode:
	pushfq
	pushq	%rbx
	pushq	%rbp
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	cli
	movq	%rsp, stack_before
	sidt	idt_before
	lidt	real_idt
	pushq	$GDT_CODE32
	pushq	$1f
	lretq
	.code32
1:	movl	%cr0, %eax
	andl	$~CR0_PG, %eax
	movl	%eax, %cr0
	ljmpl	$GDT_CODE16, $2f
	.code16
2:	andl	$~CR0_PE, %eax
	movl	%eax, %cr0
	ljmpw	$REAL_SEGMENT, $(real_code - REAL_BASE)

	/* The data segment still is the flat one. */
real_code:
	movl	$real_stack, %eax
	shrl	$4, %eax
	movw	%ax, %ss
	movl	$STACK, %esp
	movl	$real_seen, %ebx
	xorl	%ecx, %ecx
	.globl	real_refused
real_refused:
	rdpmc
	incw	REAL_RETURNS(%ebx)
real_end:
	movl	%cr0, %eax
	orl	$CR0_PE, %eax
	movl	%eax, %cr0
	ljmpl	$GDT_CODE32, $3f

	/* Only with a frame of three words IRET knows the way. */
real_handler:
	movw	$STACK, %ax
	subw	%sp, %ax
	movw	%ax, REAL_BYTES(%ebx)
	popw	REAL_IP(%ebx)
	popw	REAL_CS(%ebx)
	popw	REAL_FLAGS(%ebx)
	cmpw	$6, %ax
	jne	real_end
	pushw	REAL_FLAGS(%ebx)
	pushw	REAL_CS(%ebx)
	movw	REAL_IP(%ebx), %ax
	addw	$RDPMC_LENGTH, %ax
	pushw	%ax
	iretw

real_other:
	hlt
	jmp	real_other

	.code32
3:	movw	$GDT_DATA, %ax
	movw	%ax, %ss
	movl	stack_before, %esp
	movl	%cr0, %eax
	orl	$CR0_PG, %eax
	movl	%eax, %cr0
	ljmpl	$GDT_CODE64, $4f
	.code64
4:	movl	stack_before, %esp
	lidt	idt_before
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbp
	popq	%rbx
	popfq
	ret

	/* As far as #GP, each an offset and a segment. */
	.section .rodata
	.balign	4
real_vectors:
	.rept	VECTOR_GP
	.word	real_other - REAL_BASE, REAL_SEGMENT
	.endr
	.word	real_handler - REAL_BASE, REAL_SEGMENT
real_idt:
	.word	. - real_vectors - 1
	.quad	real_vectors

	.bss
	.balign	16
real_stack:
	.space	STACK
stack_before:
	.space	8
idt_before:
	.space	16
	.globl	real_seen
real_seen:
	.space	REAL_SIZE
	.section .note.GNU-stack, "", @progbits
