/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The hypervisor's own address space, see <core/space.h> for the map. The tables of the first GiB
 * are shared by all CPUs; each CPU adds a root, a level 2 table, and two tables of its own for the
 * private GiB.
 */
#include <asm/paging.h>
#include <asm/pte.h>
#include <core/error.h>
#include <core/mmio.h>
#include <core/paging.h>
#include <core/space.h>
#include <core/string.h>
#include <core/system.h>

#define VIRT_BASE ((u64)image_start)

/* The first GiB: its root is a table of 2 MiB entries, its addresses are offsets from VIRT_BASE. */
static struct paging space;
static u64 device_next; /* offset */

u64 space_phys(const void *virt)
{
	return (u64)virt - VIRT_BASE + image_header.phys_base;
}

static int space_map(const void *start, const void *end, u64 attr)
{
	if (start == end)
		return 0;
	return paging_map(&space, (u64)start - VIRT_BASE, space_phys(start), (u64)end - (u64)start,
			  attr, 1);
}

/* Ring and struct cpu of each area; the stacks stay out. */
static int space_map_areas(void)
{
	char *area;
	u32 n;
	int err = 0;

	for (n = 0; n < image_header.max_cpus && !err; n++) {
		area = cpu_area(n);
		err = space_map(area, area + CPU_AREA_SIZE - CPU_STACK_SIZE, HYP_DATA);
	}
	return err;
}

int space_init(void)
{
	char *config = image_start + image_header.config_offset;
	char *pool = image_start + image_header.pool_offset;
	int err;

	err = paging_create(&space, 1, 1, HYP_TABLE_BITS);
	if (!err)
		err = space_map(image_start, image_text, HYP_RODATA);
	if (!err)
		err = space_map(image_text, image_data, HYP_TEXT);
	if (!err)
		err = space_map(image_data, image_end, HYP_DATA);
	if (!err)
		err = space_map_areas();
	if (!err)
		err = space_map(config, pool, HYP_RODATA);
	if (!err)
		err = space_map(pool, image_start + image_header.memory_size, HYP_DATA);
	device_next = SPACE_DEVICES;
	return err;
}

void *space_map_device(u64 phys, u64 size)
{
	u64 offset = device_next;

	if (size > SPACE_LOCAL - offset) {
		fail(MSG_DEVICE_SPACE, phys, size);
		return NULL;
	}
	if (paging_map(&space, offset, phys, size, HYP_DEVICE, 0))
		return NULL;
	device_next += size;
	return image_start + offset;
}

int space_init_cpu(struct cpu *cpu)
{
	u32 tables = arch_space_levels();
	u64 *pages = pool_alloc(tables, 1), *root = pages, *level2, *level1, *level0;
	u64 index = VIRT_BASE >> 39 & 511, gib = VIRT_BASE >> 30 & 511;
	char *stack = (char *)cpu_area(cpu->id) + CPU_AREA_SIZE - CPU_STACK_SIZE;
	u32 n;

	if (!pages)
		return fail(MSG_OUT_OF_PAGES, tables, pool_used(), pool_total());
	level2 = pages + 512;
	level1 = pages + 1024;
	level0 = pages + 1536;
	root[index] = pte_table(pool_phys(level2), HYP_TABLE_BITS);
	level2[gib] = pte_table(pool_phys(space.root), HYP_TABLE_BITS);
	level2[gib + 1] = pte_table(pool_phys(level1), HYP_TABLE_BITS);
	level1[0] = pte_table(pool_phys(level0), HYP_TABLE_BITS);
	for (n = 0; n < CPU_STACK_SIZE / PAGE_SIZE; n++)
		level0[LOCAL_STACK / PAGE_SIZE + n] =
			pte_leaf(space_phys(stack + n * PAGE_SIZE), HYP_DATA, 0);

	cpu->tables = root;
	if (tables == 5) {
		cpu->tables = pages + 2048;
		cpu->tables[VIRT_BASE >> 48 & 511] = pte_table(pool_phys(root), HYP_TABLE_BITS);
	}
	cpu->stack_top = VIRT_BASE + SPACE_LOCAL + LOCAL_STACK + CPU_STACK_SIZE;
	cpu->window_entry = &level0[LOCAL_WINDOW / PAGE_SIZE];
	cpu->block_entry = &level1[LOCAL_BLOCK / BLOCK_SIZE];
	return 0;
}

static void window_set(u64 *entry, u64 pte, u64 virt)
{
	write_once(*entry, pte);
	arch_paging_sync(entry, sizeof(*entry));
	if (!pte)
		arch_flush_local(virt);
}

void *window_map(u64 phys, bool device)
{
	u64 virt = VIRT_BASE + SPACE_LOCAL + LOCAL_WINDOW;

	window_set(this_cpu()->window_entry, pte_leaf(phys, device ? HYP_DEVICE : HYP_DATA, 0),
		   virt);
	return (void *)virt;
}

void window_unmap(void)
{
	window_set(this_cpu()->window_entry, 0, VIRT_BASE + SPACE_LOCAL + LOCAL_WINDOW);
}

bool window_probe(u64 phys, u32 *value)
{
	char *page = window_map(phys & ~PAGE_MASK, true);
	u64 word = 0;
	bool there = arch_probe_read(page + (phys & PAGE_MASK), sizeof(*value), &word);

	window_unmap();
	*value = (u32)word;
	return there;
}

void *window_map_block(u64 phys)
{
	u64 virt = VIRT_BASE + SPACE_LOCAL + LOCAL_BLOCK;

	window_set(this_cpu()->block_entry, pte_leaf(phys, HYP_DATA, 1), virt);
	return (void *)virt;
}

void window_unmap_block(void)
{
	window_set(this_cpu()->block_entry, 0, VIRT_BASE + SPACE_LOCAL + LOCAL_BLOCK);
}
