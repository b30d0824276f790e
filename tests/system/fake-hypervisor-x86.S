/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A hypervisor image for x86 that sends every CPU back. It proves what the driver prepares: it
 * looks at the header, the page tables it is on, its virtual address, the configuration and the
 * instruction to try, writes a line to its console ring, and goes back to Linux with -ENOSYS. The
 * CPU that comes last writes the status.
 *
 * Entry: rdi = CPU, rsi = CR3 of Linux, rdx = where Linux goes on, rcx = instruction to try.
 */
#define VIRT_BASE	0x40000000
#define PERCPU_SIZE	0x4000
#define RING_OFFSET	0x1000

/* Offsets in struct jailhouse_image_header, jailhouse_system and jailhouse_console_line */
#define HEADER_CONFIG_OFFSET	64
#define HEADER_ENTRY_TABLE	88
#define HEADER_ONLINE_CPUS	100
#define HEADER_PM1_CONTROL	112
#define SYSTEM_TSC_KHZ		320
#define LINE_SIZE		128
#define LINE_SEQUENCE		8
#define LINE_LENGTH_FLAGS	12
#define LINE_TEXT		16

#define CPUID_INSTRUCTION	0xa20f

	.text
image:
	.ascii	"JHVIMAGE"
	.long	1, 0
	.quad	VIRT_BASE
	.long	image_end - image, entry - image, PERCPU_SIZE, RING_OFFSET, status - image, 0
	.fill	18 + 32, 4, 0

entry:
	push	%rsi
	mov	$-22, %r10
	mov	%cr3, %rax
	cmp	image + HEADER_ENTRY_TABLE(%rip), %rax
	jne	back
	test	$0x1fff, %eax
	jnz	back
	lea	image(%rip), %rax
	cmp	$VIRT_BASE, %rax
	jne	back
	cmpw	$CPUID_INSTRUCTION, (%rcx)
	jne	back
	cmpw	$0, image + HEADER_PM1_CONTROL(%rip)
	je	back

	mov	$-2, %r10
	mov	image + HEADER_CONFIG_OFFSET(%rip), %r8
	add	%rax, %r8
	cmpl	$0x5953484a, (%r8)		/* "JHSY" */
	jne	back
	cmpl	$0, SYSTEM_TSC_KHZ(%r8)
	je	back

	mov	$-38, %r10
	call	say
	mov	$1, %eax
	lock xadd %eax, count(%rip)
	inc	%eax
	cmp	image + HEADER_ONLINE_CPUS(%rip), %eax
	jne	back
	movl	$1, status(%rip)

back:
	/* Nothing of this may matter to Linux. */
	mov	$-1, %rbx
	mov	%rbx, %rbp
	mov	%rbx, %r12
	mov	%rbx, %r13
	mov	%rbx, %r14
	mov	%rbx, %r15
	mov	%r10, %rax
	mov	%rdx, %rcx
	pop	%rsi
	jmp	*%rcx

/* Line 1 of the ring of CPU rdi, said by the hypervisor. rax = VIRT_BASE */
say:
	mov	%rdx, %r9
	imul	$PERCPU_SIZE, %rdi, %r8
	lea	first_line - image(%rax, %r8), %r8
	rdtsc
	mov	%eax, (%r8)
	mov	%edx, 4(%r8)
	mov	%r9, %rdx
	movl	$0x20555043, LINE_TEXT(%r8)	/* "CPU " */
	lea	'0'(%rdi), %eax
	mov	%al, LINE_TEXT + 4(%r8)
	movw	$(5 << 8 | 5), LINE_LENGTH_FLAGS(%r8)	/* complete, from the hypervisor; 5 bytes */
	movl	$1, LINE_SEQUENCE(%r8)
	ret

	.balign	8
count:
	.long	0
status:
	.long	0, -38, 1
	.asciz	"fake-hypervisor.S"
	.fill	52 - 18, 1, 0
	.asciz	"all CPUs came to the fake hypervisor and were sent back"
	.fill	320 - 56, 1, 0

	.balign	4096
image_end:
	.set	first_line, image_end + RING_OFFSET + LINE_SIZE
