/* SPDX-License-Identifier: GPL-2.0-only */
/* VT-x: access to the control structure of this CPU, and what only VT-x has. */
#ifndef ASM_VMX_H
#define ASM_VMX_H

#include <core/cell.h>

/* A field of the control structure; one of less than 64 bits has zeros above. */
static inline u64 vmcs_read(u64 field)
{
	u64 value;

	asm volatile("vmread %1, %0" : "=r"(value) : "r"(field) : "cc");
	return value;
}

static inline void vmcs_write(u64 field, u64 value)
{
	asm volatile("vmwrite %0, %1" : : "r"(value), "r"(field) : "cc", "memory");
}

/* Whether tables of cells may have blocks of 1 GiB. */
bool vmx_has_1g_pages(void);

#endif /* ASM_VMX_H */
