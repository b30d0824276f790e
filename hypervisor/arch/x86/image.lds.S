/* SPDX-License-Identifier: GPL-2.0-only */
/* Layout of the image. It starts with the header; read-only data, code and data have own pages. */
OUTPUT_FORMAT("elf64-x86-64")
ENTRY(image_entry)

SECTIONS
{
	. = IMAGE_VIRT_BASE;
	image_start = .;
	.header : { KEEP(*(.header)) }
	.rodata : {
		*(.rodata*)
		. = ALIGN(8);
		units_start = .;
		KEEP(*(.units))
		units_end = .;
	}
	. = ALIGN(4096);
	image_text = .;
	.text : { *(.entry) *(.text*) }
	. = ALIGN(4096);
	image_data = .;
	.data : { *(.data*) }
	. = ALIGN(4096);
	.bss : {
		*(.bss.status)
		. = ALIGN(4096);
		*(.bss*) *(COMMON)
		. = ALIGN(4096);
	}
	image_end = .;
	header_image_size = ABSOLUTE(image_end - image_start);
	header_entry_offset = ABSOLUTE(image_entry - image_start);
	header_status_offset = ABSOLUTE(status - image_start);
	/DISCARD/ : { *(.comment) *(.note*) *(.eh_frame*) }
}
