/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Hypercalls: what a cell may ask the hypervisor for. Numbers only; how a call is made depends on
 * the architecture:
 *
 *	arm64	hvc #JAILHOUSE_HVC_IMM	code x0, arguments x1 and x2, result x0
 *	x86	vmcall or vmmcall	code EAX, arguments RDI and RSI, result EAX
 *	riscv64	ecall from VS mode	a7 = JAILHOUSE_HVC_IMM, code and result a0, arguments a1, a2
 *
 * All other registers are preserved. Calls are taken from kernel mode only, else -EPERM. A result
 * is a value >= 0 or one of the negative numbers of JAILHOUSE_E*, which are Linux' errno values.
 * They may only be made while the hypervisor is enabled: otherwise something else answers.
 */
#ifndef JAILHOUSE_HYPERCALL_H
#define JAILHOUSE_HYPERCALL_H

#include <jailhouse/types.h>

#define JAILHOUSE_HVC_IMM 0x4a48

/*
 * Codes, and what their results mean beyond 0 for success. "Root" calls fail with -EPERM in any
 * other cell; an unknown code gives -ENOSYS.
 */

/* Root: leave; every CPU of the root cell has to make it. -EBUSY while other cells exist, -EAGAIN
 * when interrupts are still queued for this CPU: take them, then call again. */
#define JAILHOUSE_HC_DISABLE 0

/* Root: create a cell. Argument: guest-physical address of its configuration. Its CPUs must be
 * offline. -EEXIST (name or id taken), -EBUSY (resource in use), -EPERM (some cell is locked),
 * -E2BIG, -ENOMEM, -EINVAL, -ENODEV, -ERANGE. */
#define JAILHOUSE_HC_CELL_CREATE 1

/* Root: start a cell. Argument: cell id. -ENOENT, -EPERM (denied, or the root cell). */
#define JAILHOUSE_HC_CELL_START 2

/* Root: stop a cell and map its loadable regions into the root cell. Arguments: cell id;
 * JAILHOUSE_FORCE = do not ask the cell, any other value = ask. -ENOENT, -EPERM (denied by the
 * cell), -ETIMEDOUT (the cell did not answer and keeps running). */
#define JAILHOUSE_HC_CELL_SET_LOADABLE 3

/* Root: stop a cell and take its resources back. Arguments and errors as before; -EPERM also while another
 * cell runs locked. JAILHOUSE_FORCE_ALL = do not ask the cell, and no cell's lock counts. */
#define JAILHOUSE_HC_CELL_DESTROY 4

/* Added to the number of one of these four: comes back with -EAGAIN before it is over, and wants to be made again,
 * with the same arguments, so that the caller can let others run in between. Without it the hypervisor goes on by
 * itself; the CPU takes its interrupts, but nothing else. */
#define JAILHOUSE_HC_IN_STEPS 0x100

/* Any cell. Argument: JAILHOUSE_INFO_*. -EINVAL for an unknown one. */
#define JAILHOUSE_HC_HYPERVISOR_GET_INFO 5

/* Root. Argument: cell id. Result: JAILHOUSE_CELL_* state. -ENOENT; -EINVAL when the cell wrote
 * nonsense into its communication region. */
#define JAILHOUSE_HC_CELL_GET_STATE 6

/* Root, or a cell for its own CPUs. Arguments: logical CPU number, JAILHOUSE_CPU_INFO_*.
 * -EINVAL (no such CPU or type), -EPERM (not your CPU). */
#define JAILHOUSE_HC_CPU_GET_INFO 7

/* Cells with JAILHOUSE_CELL_VIRTUAL_CONSOLE_PERMITTED, else -EPERM. Argument: a character. */
#define JAILHOUSE_HC_DEBUG_CONSOLE_PUTC 8

/* The caller knows that the CPUs of the cell execute nothing: on some machines nobody can see it. */
#define JAILHOUSE_CPUS_OFFLINE 0x4f46464c

/* Not 1: older callers leave what they please in the place of this argument. */
#define JAILHOUSE_FORCE 0x46524345

/* Of destroy: as JAILHOUSE_FORCE, where all cells are to end: one that runs locked has no say in that. After an error
 * of the hypervisor the call is refused as others are, but the cell does end. */
#define JAILHOUSE_FORCE_ALL 0x46414c4c

/* Argument of JAILHOUSE_HC_HYPERVISOR_GET_INFO */
#define JAILHOUSE_INFO_MEM_POOL_SIZE   0 /* pages */
#define JAILHOUSE_INFO_MEM_POOL_USED   1 /* pages */
#define JAILHOUSE_INFO_REMAP_POOL_SIZE 2 /* pages */
#define JAILHOUSE_INFO_REMAP_POOL_USED 3 /* pages */
#define JAILHOUSE_INFO_NUM_CELLS       4 /* root cell included */

/* Second argument of JAILHOUSE_HC_CPU_GET_INFO; statistics are 31 bits wide */
#define JAILHOUSE_CPU_INFO_STATE     0
#define JAILHOUSE_CPU_INFO_STAT_BASE 1000 /* + JAILHOUSE_CPU_STAT_* */

/* Results of JAILHOUSE_CPU_INFO_STATE */
#define JAILHOUSE_CPU_RUNNING 0
#define JAILHOUSE_CPU_FAILED  2

/* Statistics on every architecture */
#define JAILHOUSE_CPU_STAT_VMEXITS_TOTAL      0
#define JAILHOUSE_CPU_STAT_VMEXITS_MMIO	      1
#define JAILHOUSE_CPU_STAT_VMEXITS_MANAGEMENT 2
#define JAILHOUSE_CPU_STAT_VMEXITS_HYPERCALL  3
#define JAILHOUSE_GENERIC_CPU_STATS	      4

/* Statistics on x86 */
#define JAILHOUSE_CPU_STAT_VMEXITS_PIO		  4
#define JAILHOUSE_CPU_STAT_VMEXITS_XAPIC	  5
#define JAILHOUSE_CPU_STAT_VMEXITS_CR		  6
#define JAILHOUSE_CPU_STAT_VMEXITS_CPUID	  7
#define JAILHOUSE_CPU_STAT_VMEXITS_XSETBV	  8
#define JAILHOUSE_CPU_STAT_VMEXITS_EXCEPTION	  9
#define JAILHOUSE_CPU_STAT_VMEXITS_MSR_OTHER	  10
#define JAILHOUSE_CPU_STAT_VMEXITS_MSR_X2APIC_ICR 11
#define JAILHOUSE_X86_CPU_STATS			  12

/* Statistics on arm and arm64 */
#define JAILHOUSE_CPU_STAT_VMEXITS_MAINTENANCE 4
#define JAILHOUSE_CPU_STAT_VMEXITS_VIRQ	       5
#define JAILHOUSE_CPU_STAT_VMEXITS_VSGI	       6
#define JAILHOUSE_CPU_STAT_VMEXITS_PSCI	       7
#define JAILHOUSE_CPU_STAT_VMEXITS_SMCCC       8
#define JAILHOUSE_ARM_CPU_STATS		       9

/* Cell states: results of JAILHOUSE_HC_CELL_GET_STATE and jailhouse_comm_region.cell_state */
#define JAILHOUSE_CELL_RUNNING	       0
#define JAILHOUSE_CELL_RUNNING_LOCKED  1 /* no reconfiguration meanwhile */
#define JAILHOUSE_CELL_SHUT_DOWN       2 /* terminal state, or not yet started */
#define JAILHOUSE_CELL_FAILED	       3 /* terminal state: stopped for a fault */
#define JAILHOUSE_CELL_FAILED_COMM_REV 4 /* terminal state: unknown comm region */

/* Errors, with the meaning the names have in Linux; results are the negative values */
#define JAILHOUSE_EPERM	    1
#define JAILHOUSE_ENOENT    2
#define JAILHOUSE_EIO	    5
#define JAILHOUSE_E2BIG	    7
#define JAILHOUSE_EAGAIN    11
#define JAILHOUSE_ENOMEM    12
#define JAILHOUSE_EBUSY	    16
#define JAILHOUSE_EEXIST    17
#define JAILHOUSE_ENODEV    19
#define JAILHOUSE_EINVAL    22
#define JAILHOUSE_ERANGE    34
#define JAILHOUSE_ENOSYS    38
#define JAILHOUSE_ETIMEDOUT 110

/* x86: how a cell that is not the root cell finds out where it runs */
#define JAILHOUSE_CPUID_SIGNATURE     0x40000000 /* EBX, ECX, EDX = "Jailhouse" */
#define JAILHOUSE_CPUID_FEATURES      0x40000001
#define JAILHOUSE_CPUID_SIGNATURE_EBX 0x6c69614a
#define JAILHOUSE_CPUID_SIGNATURE_ECX 0x73756f68
#define JAILHOUSE_CPUID_SIGNATURE_EDX 0x00000065

#endif /* JAILHOUSE_HYPERCALL_H */
