/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Parts of pages. A page of registers of the root cell is not mapped any more as soon as another cell
 * has a part of it: the rest is the root's by emulation.
 */
#ifndef CORE_SUBPAGE_H
#define CORE_SUBPAGE_H

#include <core/cell.h>

/* Take the cell's parts from the root cell, and give them back. Management lock held. */
void subpage_take(const struct cell *cell);
void subpage_return(const struct cell *cell);

/* Whether a cell other than the root cell has something of @size bytes at @phys. Any context. */
bool subpage_is_taken(u64 phys, u64 size);

#endif /* CORE_SUBPAGE_H */
