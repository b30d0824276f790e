/* SPDX-License-Identifier: GPL-2.0-only */
/* Interrupt translation services and GICv2m frames, see its.c; registers and commands of IHI 0069. */
#ifndef ASM_ITS_H
#define ASM_ITS_H

#include <core/cell.h>

/* The control frame; the one that devices write to follows. */
#define ITS_FRAME	    0x10000
#define GITS_CTLR	    0x0000
#define GITS_CTLR_ENABLED   (1U << 0)
#define GITS_CTLR_QUIESCENT (1U << 31)
#define GITS_TYPER	    0x0008
#define GITS_TYPER_PTA	    (1ULL << 19) /* redistributors by address, or by number */
#define GITS_STATUSR	    0x0040
#define GITS_CBASER	    0x0080
#define GITS_CWRITER	    0x0088
#define GITS_CREADR	    0x0090
#define GITS_BASER	    0x0100
#define GITS_BASERS	    8
#define GITS_IDS	    0xffd0
#define GITS_VALID	    (1ULL << 63) /* of GITS_CBASER, GITS_BASER and of commands */
#define GITS_RETRY	    1ULL	 /* of GITS_CWRITER; "stalled" in GITS_CREADR */

#define ITS_COMMAND_SIZE 32
#define ITS_MOVI	 0x01
#define ITS_INT		 0x03
#define ITS_CLEAR	 0x04
#define ITS_SYNC	 0x05
#define ITS_MAPD	 0x08
#define ITS_MAPC	 0x09
#define ITS_MAPTI	 0x0a
#define ITS_MAPI	 0x0b
#define ITS_INV		 0x0c
#define ITS_INVALL	 0x0d
#define ITS_MOVALL	 0x0e
#define ITS_DISCARD	 0x0f

/* Find the services. Once, phase 1, where the controller is a GICv3. */
int its_prepare(void);

/**
 * its_cell_init - keep a cell away from what makes messages interrupts
 *
 * The root cell: from now on its accesses trap. What it has set up must be its own memory, and
 * all commands must have been executed. Others: refused if they have any of it.
 */
int its_cell_init(struct cell *cell);

/* Whether all commands of the root cell are with the hardware. @cpu: calling CPU. */
bool its_drained(struct cpu *cpu);

/* Ranges of emulated registers that its_cell_init() may add to a cell. */
u32 its_mmio_count(void);

/* Before disable: whether Linux can go on with what it has. Return: 0, or -EBUSY with a message. */
int its_check_disable(void);

/* Memory that the root cell may write, and that will not be another cell's in a moment. */
bool its_memory_ok(u64 address, u64 size);

#endif /* ASM_ITS_H */
