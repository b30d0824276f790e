/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A hypervisor image for arm64 that sends every CPU back. It proves what the driver prepares: it
 * looks at the header, switches to the entry page tables, runs at its virtual address, looks at
 * the configuration, writes a line to its console ring, and goes back to Linux with -ENOSYS. The
 * CPU that comes last writes the status.
 *
 * Entry at EL2, MMU off: x0 = CPU, x1 = where Linux goes on, x2 = physical address of the image.
 */
#define VIRT_BASE	0x400000000000
#define PERCPU_SIZE	0x4000
#define RING_OFFSET	0x1000

/* Offsets in struct jailhouse_image_header and struct jailhouse_console_line */
#define HEADER_PHYS_BASE	48
#define HEADER_CONFIG_OFFSET	64
#define HEADER_ENTRY_TABLE	88
#define HEADER_ONLINE_CPUS	100
#define LINE_SIZE		128
#define LINE_SEQUENCE		8
#define LINE_LENGTH_FLAGS	12
#define LINE_TEXT		16

#define MAIR			0x04ff
#define TCR			(1 << 31 | 1 << 23 | 5 << 16 | 3 << 12 | 1 << 10 | 1 << 8 | 16)
#define SCTLR			0x30c51835	/* MMU and caches on */

	.text
image:
	.ascii	"JHVIMAGE"
	.word	1, 2
	.quad	VIRT_BASE
	.word	image_end - image, entry - image, PERCPU_SIZE, RING_OFFSET, status - image, 0
	.fill	18 + 32, 4, 0

entry:
	mrs	x9, sctlr_el2
	mov	x10, #-22
	ldr	x3, [x2, #HEADER_PHYS_BASE]
	cmp	x3, x2
	b.ne	back

	mov	x3, #MAIR
	msr	mair_el2, x3
	ldr	x3, =TCR
	msr	tcr_el2, x3
	ldr	x3, [x2, #HEADER_ENTRY_TABLE]
	msr	ttbr0_el2, x3
	isb
	tlbi	alle2
	dsb	sy
	isb
	ldr	x3, =SCTLR
	msr	sctlr_el2, x3
	isb
	ldr	x3, virtual_address
	br	x3

virtual:
	mov	x10, #-2
	ldr	x4, =VIRT_BASE
	ldr	x5, [x4, #HEADER_CONFIG_OFFSET]
	ldr	w5, [x4, x5]
	ldr	w6, =0x5953484a			/* "JHSY" */
	cmp	w5, w6
	b.ne	physical

	mov	x10, #-38
	bl	say
	adr	x5, count
1:	ldaxr	w6, [x5]
	add	w6, w6, #1
	stlxr	w7, w6, [x5]
	cbnz	w7, 1b
	ldr	w7, [x4, #HEADER_ONLINE_CPUS]
	cmp	w6, w7
	b.ne	physical
	adr	x5, status
	mov	w6, #1
	str	w6, [x5]

physical:
	ldr	x3, =VIRT_BASE
	adr	x4, back
	sub	x4, x4, x3
	add	x4, x4, x2
	br	x4
back:
	dsb	sy
	msr	sctlr_el2, x9
	isb
	tlbi	alle2
	dsb	sy
	mrs	x3, spsr_el2
	orr	x3, x3, #0x3c0			/* interrupts off */
	msr	spsr_el2, x3
	msr	elr_el2, x1
	isb
	mov	x0, x10
	eret

/* Line 1 of the ring of CPU x0, said by the hypervisor. x4 = VIRT_BASE */
say:
	mov	x5, #PERCPU_SIZE
	mul	x5, x5, x0
	add	x5, x5, x4
	ldr	x6, first_line
	add	x5, x5, x6
	mrs	x6, cntpct_el0
	str	x6, [x5]
	ldr	w6, =0x20555043			/* "CPU " */
	str	w6, [x5, #LINE_TEXT]
	add	w6, w0, #'0'
	strb	w6, [x5, #LINE_TEXT + 4]
	mov	w6, #5 << 8 | 5			/* complete, from the hypervisor; 5 bytes */
	strh	w6, [x5, #LINE_LENGTH_FLAGS]
	add	x5, x5, #LINE_SEQUENCE
	mov	w6, #1
	stlr	w6, [x5]
	ret

	.ltorg
	.balign	8
virtual_address:
	.quad	VIRT_BASE + (virtual - image)
first_line:
	.quad	image_end - image + RING_OFFSET + LINE_SIZE
count:
	.word	0
status:
	.word	0, -38, 1
	.asciz	"fake-hypervisor.S"
	.fill	52 - 18, 1, 0
	.asciz	"all CPUs came to the fake hypervisor and were sent back"
	.fill	320 - 56, 1, 0

	.balign	4096
image_end:
