/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Cache maintenance by set and way (DC ISW, CSW, CISW), as boot loaders do it around switching their
 * caches on or off. The operations reach lines of everybody in caches that CPUs share, miss those in
 * caches that are not this CPU's, and say nothing about addresses. So they trap, and instead all RAM of
 * the cell is cleaned and invalidated by address, at the first operation of a run through the cache.
 *
 * That takes long, so it is done in steps: until the last one the operation is executed again, and the
 * guest's interrupts and requests to this CPU are taken in between. The following operations of the
 * same run have nothing left to do. What is written during a run is not part of it, as in hardware;
 * that is why such code keeps to registers.
 *
 * A new run begins
 *	with a lower level of the cache than the operation before,
 *	with an operand that began or ended the run so far,
 *	when the data cache has been switched on or off since,
 *	or when the operation before was a millisecond ago.
 */
#include <asm/sysregs.h>
#include <asm/traps.h>
#include <core/config.h>
#include <core/memory.h>
#include <core/space.h>
#include <core/system.h>

#define STEP_PAGES  16
#define RUN_GAP_HZ  1000
#define OP_LEVEL(x) ((x) >> 1 & 7)

static bool run_is_new(const struct setway_run *run, u64 operand, bool caching, u64 now)
{
	return !run->begun || caching != run->caching || operand == run->first ||
	       operand == run->last || OP_LEVEL(operand) < OP_LEVEL(run->last) ||
	       now - run->time > arch_counter_hz() / RUN_GAP_HZ;
}

/*
 * Clean and invalidate a page, if the cell has memory there: what the root cell has given away is in its
 * regions still, which is why this is not memory_clean_step().
 */
static void flush_page(const struct cell *cell, u64 address)
{
	u64 phys;

	if (!memory_lookup(cell, address, &phys, NULL))
		return;
	arch_clean_memory(window_map(phys, false), PAGE_SIZE);
	window_unmap();
}

/* One step. Return: whether it was the last one. */
static bool flush_some(const struct cell *cell, struct setway_run *run)
{
	const struct jailhouse_memory *region = config_mem_regions(cell->config);
	u32 pages = STEP_PAGES;

	for (; run->region < cell->config->num_memory_regions; run->region++, run->offset = 0) {
		const struct jailhouse_memory *r = &region[run->region];

		if (r->size == 0 || !memory_is_ram(cell, r->virt_start))
			continue;
		for (; run->offset < r->size; run->offset += PAGE_SIZE) {
			if (pages-- == 0)
				return false;
			flush_page(cell, r->virt_start + run->offset);
		}
	}
	return true;
}

bool setway_operation(struct cpu *cpu, u64 operand)
{
	struct setway_run *run = &cpu->arch.setway;
	bool caching = read_sysreg(sctlr_el1) & SCTLR_C;
	u64 now = arch_counter();

	if (!run->busy) {
		if (run_is_new(run, operand, caching, now)) {
			run->busy = true;
			run->first = operand;
			run->caching = caching;
			run->region = 0;
			run->offset = 0;
		}
		run->begun = true;
		run->last = operand;
	}
	if (run->busy)
		run->busy = !flush_some(cpu->cell, run);
	run->time = arch_counter();
	return !run->busy;
}
