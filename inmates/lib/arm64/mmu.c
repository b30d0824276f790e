/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Page tables: identity mapping of 39 bits, 4K granule, three levels. Level 1 starts as device
 * memory in 1 GiB blocks; mapping something finer splits a block into a table of the pool.
 */
#include "asm.h"
#include "../internal.h"

#define ENTRIES	     512
#define POOL_TABLES  12
#define PAGE	     0x1000ULL
#define SPACE	     (1ULL << 39)
#define COMM_BASE    0x80000000ULL
#define LIBRARY_SIZE 0x200000ULL /* mapped as memory from address 0 */

#define DESC_TABLE     0x3ULL
#define DESC_BLOCK     0x1ULL
#define DESC_PAGE      0x3ULL
#define DESC_ADDRESS   0x0000fffffffff000ULL
#define ATTR_AF	       (1ULL << 10)
#define ATTR_SHARED    (3ULL << 8)
#define ATTR_READ_ONLY (1ULL << 7)
#define ATTR_DEVICE    (1ULL << 2)
#define ATTR_XN	       (3ULL << 53) /* at EL1 and EL0 */
#define ATTR_UXN       (1ULL << 54)

#define MAP_NONE   0ULL
#define MAP_DEVICE (ATTR_AF | ATTR_DEVICE | ATTR_XN)
#define MAP_DATA   (ATTR_AF | ATTR_SHARED | ATTR_XN)
#define MAP_CONST  (MAP_DATA | ATTR_READ_ONLY)
#define MAP_CODE   (ATTR_AF | ATTR_SHARED | ATTR_UXN | ATTR_READ_ONLY)
#define MAP_ALL	   (ATTR_AF | ATTR_SHARED | ATTR_UXN)

u64 mmu_tables[ENTRIES] __attribute__((aligned(4096))); /* level 1 */
static u64 pool[POOL_TABLES][ENTRIES] __attribute__((aligned(4096)));
static unsigned int pool_used;

extern char text_start[], text_end[], data_start[];
extern char stack_guard[], irq_stack_guard[], emergency_stack_guard[];
extern char second_stack_guard[], second_irq_stack_guard[];

/* Makes the writes to the tables visible to the walker, and forgets what it remembers. */
static void tlb_flush(void)
{
	asm volatile("dsb ish; tlbi vmalle1; dsb ish; isb" : : : "memory");
}

/*
 * The table behind @entry, which maps @size bytes. A block is first split into a full table with
 * the same attributes. While it is exchanged nothing is mapped there (break before make), so the
 * range must not be what runs or is used now: the first 2 MiB are split before they are in use.
 */
static u64 *table_of(u64 *entry, u64 size)
{
	u64 old = *entry, *table;

	if ((old & DESC_TABLE) == DESC_TABLE)
		return (u64 *)(uintptr_t)(old & DESC_ADDRESS);
	if (pool_used == POOL_TABLES)
		return NULL;
	table = pool[pool_used++];
	for (u64 n = 0; n < ENTRIES && old; n++)
		table[n] = old + n * (size / ENTRIES) + (size == 0x200000 ? 2 : 0);
	*entry = 0;
	tlb_flush();
	*entry = (uintptr_t)table | DESC_TABLE;
	return table;
}

/* Exchanges one entry; entries of the same output address change in permissions only. */
static void entry_set(u64 *entry, u64 value)
{
	if (*entry && (*entry ^ value) & (ATTR_DEVICE | ATTR_SHARED)) {
		*entry = 0;
		tlb_flush();
	}
	*entry = value;
}

static int map(u64 address, u64 size, u64 attributes)
{
	u64 end = address + size, step;

	for (; address < end; address += step) {
		u64 *level2 = table_of(&mmu_tables[address >> 30], 1ULL << 30), *level3;

		if (!level2)
			return -JAILHOUSE_ENOMEM;
		step = 0x200000;
		if (!(address % step) && end - address >= step &&
		    (level2[address >> 21 & 511] & DESC_TABLE) != DESC_TABLE) {
			entry_set(&level2[address >> 21 & 511],
				  attributes ? address | attributes | DESC_BLOCK : 0);
			continue;
		}
		level3 = table_of(&level2[address >> 21 & 511], step);
		if (!level3)
			return -JAILHOUSE_ENOMEM;
		step = PAGE;
		entry_set(&level3[address >> 12 & 511],
			  attributes ? address | attributes | DESC_PAGE : 0);
	}
	tlb_flush();
	return 0;
}

int inmate_map(u64 address, u64 size, enum inmate_memory type)
{
	static const u64 attributes[] = {
		[INMATE_DEVICE] = MAP_DEVICE,
		[INMATE_NORMAL] = MAP_DATA,
		[INMATE_EXECUTABLE] = MAP_ALL,
	};

	unsigned long flags;
	int error;

	if (address % PAGE || size % PAGE || address < LIBRARY_SIZE || address >= SPACE ||
	    size > SPACE - address || type >= ARRAY_SIZE(attributes))
		return -JAILHOUSE_EINVAL;
	/* While a block is split its range is not mapped: no handler may want a device in it. */
	flags = irq_save();
	error = map(address, size, attributes[type]);
	irq_restore(flags);
	return error;
}

void mmu_init(void)
{
	u64 text = (uintptr_t)text_start, consts = (uintptr_t)text_end;
	u64 data = (uintptr_t)data_start;

	for (u64 n = 0; n < ENTRIES; n++)
		mmu_tables[n] = n << 30 | MAP_DEVICE | DESC_BLOCK;

	map(0, LIBRARY_SIZE, MAP_DATA);
	map(0, PAGE, MAP_NONE);
	map(PAGE, PAGE, MAP_CONST);
	map(text, consts - text, MAP_CODE);
	map(consts, data - consts, MAP_CONST);
	map((uintptr_t)stack_guard, GUARD_SIZE, MAP_NONE);
	map((uintptr_t)irq_stack_guard, GUARD_SIZE, MAP_NONE);
	map((uintptr_t)emergency_stack_guard, GUARD_SIZE, MAP_NONE);
	map((uintptr_t)second_stack_guard, GUARD_SIZE, MAP_NONE);
	map((uintptr_t)second_irq_stack_guard, GUARD_SIZE, MAP_NONE);
	map(COMM_BASE, PAGE, MAP_DATA);

	/* ASID 1: the entries of the boot tables are not ours any more. */
	sysreg_write(ttbr0_el1, (uintptr_t)mmu_tables | 1ULL << 48);
	isb();
	tlb_flush();
}

struct jailhouse_comm_region *arch_comm_region(void)
{
	/* Before this the boot tables are in use, which do not reach so far. */
	mmu_init();
	return (struct jailhouse_comm_region *)(uintptr_t)COMM_BASE;
}
