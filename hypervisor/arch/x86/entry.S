/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The way in from Linux and the way out.
 *
 * In: 64-bit mode, interrupts off, on the entry tables: the kernel half is Linux's, the hypervisor
 * is mapped at its own addresses. All other registers of the system are Linux's. rdi = logical CPU
 * number, rsi = Linux's CR3, rdx = address in Linux to return to, rcx = address of an instruction
 * for the trial, rsp = Linux's stack.
 *
 * The first thing is to close the door to NMIs. With AMD-V the global interrupt flag does that, and
 * it stays clear whenever the hypervisor runs. So there is no moment in which one could meet half
 * of the tables of each side. VT-x has nothing like that: as long as descriptor tables, GS and TR
 * are of both sides, the interrupt table has one entry, for NMIs, which needs none of them and puts
 * down that one came (nmi_door). Linux gets it later. The table lies in struct linux_state.
 *
 * Linux may have indirect branch tracking on (CR4.CET), and its CR4 is in use until switch_space(): the
 * targets of its jump and of interrupts start with ENDBR64.
 */
#include <asm/cpu.h>
#include <asm/x86.h>

#define CPUID_ECX_AMD	0x444d4163	/* "cAMD" */
#define CPUID_ECX_HYGON	0x656e6975	/* "uine" */
#define CPUID_ECX_INTEL	0x6c65746e	/* "ntel" */

	/* The interrupt table of the door, in the state at \state; the entry for NMIs is its third. */
	.macro	close_door state
	lea	nmi_door(%rip), %rax
	mov	%ax, LINUX_DOOR+32(\state)
	movw	$SELECTOR_CODE, LINUX_DOOR+34(\state)
	movw	$0x8e00, LINUX_DOOR+36(\state)
	shr	$16, %rax
	mov	%ax, LINUX_DOOR+38(\state)
	movq	$0, LINUX_DOOR+40(\state)
	lea	LINUX_DOOR(\state), %rax
	sub	$16, %rsp
	movw	$47, 6(%rsp)
	mov	%rax, 8(%rsp)
	lidt	6(%rsp)
	add	$16, %rsp
	.endm

	/* The global interrupt flag, where there is one. */
	.macro	gif instruction
	cmpb	$0, vmx_in_use
	jne	9f
	\instruction
9:
	.endm

	.section .entry, "ax"

	.global image_entry
image_entry:
	endbr64
	cli
	cld
	mov	%rdi, %r12
	mov	%rsi, %r13
	mov	%rdx, %r14
	mov	%rcx, %r15
	mov	%rsp, %rbp

	/* Stack of the entry: the CPU's own, through the shared map. */
	lea	1(%rdi), %rax
	imul	$CPU_AREA_SIZE, %rax
	lea	image_end(%rax), %rsp
	sub	$LINUX_STATE_SIZE, %rsp

	mov	%r14, LINUX_RESUME(%rsp)
	mov	%r15, LINUX_TRIAL(%rsp)
	mov	%r13, LINUX_CR3(%rsp)
	mov	%rbp, LINUX_RSP(%rsp)
	movq	$0, LINUX_VMCB(%rsp)
	movq	$0, LINUX_DOOR_NMI(%rsp)

	xor	%eax, %eax
	cpuid
	mov	%ecx, %ebx
	mov	$MSR_EFER, %ecx
	rdmsr
	mov	%eax, LINUX_EFER(%rsp)
	mov	%edx, LINUX_EFER+4(%rsp)
	sidt	LINUX_IDTR(%rsp)
	cmp	$CPUID_ECX_INTEL, %ebx
	je	3f
	cmp	$CPUID_ECX_AMD, %ebx
	je	1f
	cmp	$CPUID_ECX_HYGON, %ebx
	jne	unsupported_vendor
1:	or	$EFER_SVME, %eax
	wrmsr
	clgi
	jmp	4f
3:	movb	$1, vmx_in_use
	close_door %rsp

4:	mov	$MSR_GS_BASE, %ecx
	rdmsr
	mov	%eax, LINUX_GS_BASE(%rsp)
	mov	%edx, LINUX_GS_BASE+4(%rsp)
	mov	%cr0, %rax
	mov	%rax, LINUX_CR0(%rsp)
	mov	%cr4, %rax
	mov	%rax, LINUX_CR4(%rsp)
	mov	%db7, %rax
	mov	%rax, LINUX_DR7(%rsp)
	mov	$DR7_RESET, %eax
	mov	%rax, %db7
	sgdt	LINUX_GDTR(%rsp)
	mov	%ds, LINUX_DS(%rsp)
	mov	%es, LINUX_ES(%rsp)
	mov	%ss, LINUX_SS(%rsp)
	mov	%cs, LINUX_CS(%rsp)
	str	LINUX_TR(%rsp)
	sldt	LINUX_LDTR(%rsp)

	lgdt	entry_gdtr
	pushq	$SELECTOR_CODE
	pushq	$2f
	lretq
2:	mov	$SELECTOR_DATA, %eax
	mov	%eax, %ds
	mov	%eax, %es
	mov	%eax, %ss

	mov	%r12, %rdi
	mov	%rsp, %rsi
	call	system_enter

	/* Aborted: rax is the result. */
	mov	%rax, LINUX_RESULT(%rsp)
	mov	%rsp, %rdi
	mov	image_header+HEADER_ENTRY_TABLE, %rsi
	jmp	leave_hypervisor

	/* Nothing was changed yet. */
unsupported_vendor:
	mov	$-19, %rax		/* -ENODEV */
	mov	%r13, %rsi
	mov	%rbp, %rsp
	jmp	*%r14

/*
 * void leave_hypervisor(const struct linux_state *state, u64 table)
 *
 * @state: in memory that the entry tables map, too; @table: physical address of the entry tables.
 * Gives the CPU back to Linux. Does not return.
 */
	.global leave_hypervisor
leave_hypervisor:
	mov	%rsi, %cr3
	mov	LINUX_RSP(%rdi), %rsp
	cmpb	$0, vmx_in_use
	jne	leave_vmx
	mov	LINUX_CR4(%rdi), %rax
	mov	%rax, %cr4
	mov	LINUX_CR0(%rdi), %rax
	mov	%rax, %cr0
	lgdt	LINUX_GDTR(%rdi)
	lidt	LINUX_IDTR(%rdi)
	movzwl	LINUX_CS(%rdi), %eax
	push	%rax
	pushq	$1f
	lretq
1:	mov	LINUX_DS(%rdi), %ds
	mov	LINUX_ES(%rdi), %es
	mov	LINUX_SS(%rdi), %ss

	/* FS, GS, TR and LDTR with their hidden parts, the same way as the processor keeps them. */
	mov	LINUX_VMCB(%rdi), %rax
	test	%rax, %rax
	jz	2f
	vmload	%rax
	jmp	3f
2:	mov	$MSR_GS_BASE, %ecx
	mov	LINUX_GS_BASE(%rdi), %eax
	mov	LINUX_GS_BASE+4(%rdi), %edx
	wrmsr
3:	mov	LINUX_DR7(%rdi), %rax
	mov	%rax, %db7

	/* From here on an NMI finds Linux complete. */
	stgi
leave_common:
	mov	$MSR_EFER, %ecx
	mov	LINUX_EFER(%rdi), %eax
	mov	LINUX_EFER+4(%rdi), %edx
	wrmsr
	mov	LINUX_RESULT(%rdi), %rax
	mov	LINUX_CR3(%rdi), %rsi
	mov	LINUX_RESUME(%rdi), %rdx
	jmp	*%rdx

	/*
	 * The stack is Linux's, and so is the code that NMIs would meet: the door is closed until all
	 * of Linux is there. Linux's descriptors are read-only to itself: its task register, which they
	 * call busy, is loaded before CR0 is Linux's.
	 */
leave_vmx:
	close_door %rdi
	lgdt	LINUX_GDTR(%rdi)
	movzwl	LINUX_CS(%rdi), %eax
	push	%rax
	pushq	$1f
	lretq
1:	mov	LINUX_DS(%rdi), %ds
	mov	LINUX_ES(%rdi), %es
	mov	LINUX_SS(%rdi), %ss
	cmpq	$0, LINUX_VMCB(%rdi)
	je	2f
	mov	LINUX_FS(%rdi), %fs
	mov	LINUX_GS(%rdi), %gs
	mov	$MSR_FS_BASE, %ecx
	mov	LINUX_FS_BASE(%rdi), %eax
	mov	LINUX_FS_BASE+4(%rdi), %edx
	wrmsr
	lldt	LINUX_LDTR(%rdi)
	mov	%cr0, %rax
	and	$~CR0_WP_BIT, %rax
	mov	%rax, %cr0
	movzwl	LINUX_TR(%rdi), %eax
	mov	LINUX_GDTR+2(%rdi), %rdx
	andb	$~2, 5(%rdx, %rax)	/* not busy */
	ltr	LINUX_TR(%rdi)
2:	mov	LINUX_CR0(%rdi), %rax
	mov	%rax, %cr0
	mov	LINUX_CR4(%rdi), %rax
	mov	%rax, %cr4
	mov	$MSR_GS_BASE, %ecx
	mov	LINUX_GS_BASE(%rdi), %eax
	mov	LINUX_GS_BASE+4(%rdi), %edx
	wrmsr
	mov	LINUX_DR7(%rdi), %rax
	mov	%rax, %db7
	lidt	LINUX_IDTR(%rdi)

	/* One that came meanwhile. */
	cmpb	$0, LINUX_DOOR_NMI(%rdi)
	je	leave_common
	int	$2
	jmp	leave_common

	/* The interrupt table tells where the state is. */
nmi_door:
	endbr64
	push	%rax
	sub	$16, %rsp
	sidt	6(%rsp)
	mov	8(%rsp), %rax
	movb	$1, LINUX_DOOR_NMI-LINUX_DOOR(%rax)
	add	$16, %rsp
	pop	%rax
	iretq

	.text

/*
 * void switch_space(u64 table, u64 cr4, u64 stack, void (*function)(void *), void *argument)
 *
 * Go to this CPU's own tables and stack and call a function that does not return. The control
 * register goes first, since Linux's may demand things of CR3.
 */
	.global switch_space
switch_space:
	mov	%rsi, %cr4
	mov	%rdi, %cr3
	mov	%rdx, %rsp
	xor	%ebp, %ebp
	mov	%r8, %rdi
	push	%rbp
	jmp	*%rcx

/* void load_tables(const struct table_register *gdt, const struct table_register *idt) */
	.global load_tables
load_tables:
	lgdt	(%rdi)
	lidt	(%rsi)
	pushq	$SELECTOR_CODE
	pushq	$1f
	lretq
1:	ret

/* bool msr_read_safe(u32 msr, u64 *value), bool msr_write_safe(u32 msr, u64 value) */
	.global msr_read_safe
msr_read_safe:
	mov	%edi, %ecx
	.global msr_read_instruction
msr_read_instruction:
	rdmsr
	mov	%eax, (%rsi)
	mov	%edx, 4(%rsi)
	mov	$1, %eax
	ret

	.global msr_write_safe
msr_write_safe:
	mov	%edi, %ecx
	mov	%esi, %eax
	mov	%rsi, %rdx
	shr	$32, %rdx
	.global msr_write_instruction
msr_write_instruction:
	wrmsr
	mov	$1, %eax
	ret

/* bool xcr0_write_safe(u64 value) */
	.global xcr0_write_safe
xcr0_write_safe:
	xor	%ecx, %ecx
	mov	%edi, %eax
	mov	%rdi, %rdx
	shr	$32, %rdx
	.global xcr0_write_instruction
xcr0_write_instruction:
	xsetbv
	mov	$1, %eax
	ret

	/* Where exceptions of the three go on. */
	.global msr_failed
msr_failed:
	xor	%eax, %eax
	ret

/*
 * void wait_for_nmi(void)
 *
 * Sleep until an NMI comes. One that comes before the HLT must not be slept over: the handler
 * moves on whoever is between the two labels.
 */
	.global wait_for_nmi, wait_begin, wait_end
wait_for_nmi:
	cmpb	$0, vmx_in_use
	jne	open_wait_begin
	stgi
wait_begin:
	hlt
wait_end:
	clgi
	ret

	/* NMIs come at any time: one that has come is noted. */
open_wait_begin:
	cmpl	$0, %gs:ARCH_NMI_SEEN
	jne	open_wait_end
	hlt
open_wait_end:
	ret

/* void let_nmi(void): take an NMI that is pending */
	.global let_nmi
let_nmi:
	gif	stgi
	nop
	gif	clgi
	ret

/* void let_interrupts(void): take all that is pending; the handlers acknowledge and ignore */
	.global let_interrupts
let_interrupts:
	gif	stgi
	sti
	nop
	nop
	cli
	gif	clgi
	ret

/*
 * Exceptions of the hypervisor itself. Vectors 0 to 31; those without an error code push 0. The
 * handler gets the frame: 15 registers, vector, error code, RIP, CS, RFLAGS, RSP, SS.
 */
	.balign	16
	.global exception_entries
exception_entries:
	vector = 0
	.rept	32
	.balign	16
	endbr64
	.ifeq	(0x60227d00 >> vector) & 1
	pushq	$0
	.endif
	pushq	$vector
	jmp	exception_common
	vector = vector + 1
	.endr

exception_common:
	push	%rax
	push	%rcx
	push	%rdx
	push	%rbx
	push	%rbp
	push	%rsi
	push	%rdi
	push	%r8
	push	%r9
	push	%r10
	push	%r11
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	mov	%rsp, %rdi
	cld
	call	hypervisor_exception
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%r11
	pop	%r10
	pop	%r9
	pop	%r8
	pop	%rdi
	pop	%rsi
	pop	%rbp
	pop	%rbx
	pop	%rdx
	pop	%rcx
	pop	%rax
	add	$16, %rsp
	iretq

/*
 * An NMI that the hypervisor has let, or with VT-x any. Where it would be missed it leads behind the
 * HLT, or back to the last look before the entry.
 */
	.global nmi_entry
nmi_entry:
	endbr64
	push	%rax
	movl	$1, %gs:ARCH_NMI_SEEN
	mov	8(%rsp), %rax
	cmp	$wait_begin, %rax
	jne	1f
	movq	$wait_end, 8(%rsp)
1:	cmp	$open_wait_begin, %rax
	jb	2f
	cmp	$open_wait_end, %rax
	jae	2f
	movq	$open_wait_end, 8(%rsp)
2:	cmp	$vmx_enter_begin, %rax
	jb	3f
	cmp	$vmx_enter_end, %rax
	jae	3f
	movq	$vmx_again, 8(%rsp)
3:	pop	%rax
	iretq

/* An interrupt of whoever had this CPU before. */
	.global discard_entry
discard_entry:
	endbr64
	push	%rax
	push	%rcx
	push	%rdx
	push	%rsi
	push	%rdi
	push	%r8
	push	%r9
	push	%r10
	push	%r11
	cld
	call	apic_acknowledge
	pop	%r11
	pop	%r10
	pop	%r9
	pop	%r8
	pop	%rdi
	pop	%rsi
	pop	%rdx
	pop	%rcx
	pop	%rax
	iretq

	.section .rodata, "a"
	.balign	8
entry_gdt:
	.quad	0, 0
	.quad	0x00af9b000000ffff	/* SELECTOR_CODE: 64 bits */
	.quad	0x00cf93000000ffff	/* SELECTOR_DATA */
entry_gdt_end:
entry_gdtr:
	.word	entry_gdt_end - entry_gdt - 1
	.quad	entry_gdt
