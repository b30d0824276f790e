/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the files of the attacks on x86 share. */
#ifndef DEMOS_HOSTILE_X86_H
#define DEMOS_HOSTILE_X86_H

#define HPET 0xfed00000 /* the cell may read its first 16 bytes, 4 or 8 at a time */

/* Code segment in real mode, and its first address: the inmate's code is within 64 KiB from there. */
#define REAL_SEGMENT 0x100
#define REAL_BASE    0x1000

/* struct real_seen */
#define REAL_IP	     0
#define REAL_CS	     2
#define REAL_FLAGS   4
#define REAL_BYTES   6
#define REAL_RETURNS 8
#define REAL_SIZE    10

#ifndef __ASSEMBLER__

#include <inmate-x86.h>
#include "hostile.h"

/* hostile-x86.c: maps a page where the cell has RAM for it, executable. Returns its address. */
u8 *scratch_page(unsigned int n);

/* The page table entry of @address, which has to be mapped by a small page. */
volatile u64 *page_entry(u64 address);

/* hostile-x86-regs.c */
void attack_msr(u64 address);
void attack_apic(u64 address);
void attack_ipi(u64 address);
void attack_port(u64 address);
void attack_control(u64 address);
void attack_privileged(u64 address);

/* hostile-x86-mmio.c */
void attack_mmio(u64 address);
void attack_moving_code(u64 address);

/* hostile-x86-cpu.c */
void attack_tables(u64 address);
void attack_user(u64 address);
void attack_stuck(u64 address);
void attack_cpu_storm(u64 address);
void attack_real_mode(u64 address);

/*
 * hostile-x86-code.S: calls @code in code segment @selector (64, 32 or 16 bits) with @address in
 * (R,E)DI and @buffer in (R,E)SI; it may change all registers but the stack pointer.
 */
void call_code(u32 selector, const void *code, u64 address, void *buffer);

#endif /* !__ASSEMBLER__ */

#endif /* DEMOS_HOSTILE_X86_H */
