/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * struct jailhouse_image_header at the start of the image, see <jailhouse/hypervisor.h>. The
 * driver fills in the second half.
 */
#include <asm/cpu.h>

	.section .header, "a"
	.global image_header
image_header:
	.ascii	"JHVIMAGE"
	.long	1			/* JAILHOUSE_IMAGE_VERSION */
	.long	2			/* JAILHOUSE_ARM64 */
	.quad	image_start
	.long	header_image_size
	.long	header_entry_offset
	.long	CPU_AREA_SIZE
	.long	0			/* the ring is the first thing in the area */
	.long	header_status_offset
	.long	0
	.fill	5, 8, 0
	.ifne	. - image_header - HEADER_ENTRY_TABLE
	.error	"HEADER_ENTRY_TABLE is wrong"
	.endif
	.fill	4 + 16, 8, 0		/* with the frames of message interrupts */
