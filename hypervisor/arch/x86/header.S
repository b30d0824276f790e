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
	.long	0			/* JAILHOUSE_X86 */
	.quad	image_start
	.long	header_image_size
	.long	header_entry_offset
	.long	CPU_AREA_SIZE
	.long	0			/* the ring is the first thing in the area */
	.long	header_status_offset
	.long	0
	.fill	9 + 16, 8, 0
