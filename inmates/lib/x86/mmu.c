/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Page tables: identity mapping of 39 bits, three levels below one entry of the top. Nothing is
 * mapped but the library's own memory, the communication region, and what inmate_map() adds. All
 * CPUs of the cell use the same tables.
 */
#include "asm.h"
#include "../internal.h"

#define ENTRIES	    512
#define POOL_TABLES 12
#define PAGE	    0x1000ULL
#define LARGE	    0x200000ULL
#define SPACE	    (1ULL << 39)
#define COMM_BASE   0x100000ULL
#define LIBRARY_END (COMM_BASE + PAGE) /* inmate_map() leaves what is below alone */

#define PTE_PRESENT  (1ULL << 0)
#define PTE_WRITE    (1ULL << 1)
#define PTE_WT	     (1ULL << 3)
#define PTE_UC	     (1ULL << 4)
#define PTE_ACCESSED (1ULL << 5)
#define PTE_DIRTY    (1ULL << 6)
#define PTE_LARGE    (1ULL << 7)
#define PTE_NX	     (1ULL << 63)
#define PTE_ADDRESS  0x000ffffffffff000ULL
#define PTE_TABLE    (PTE_PRESENT | PTE_WRITE | PTE_ACCESSED)

#define MAP_NONE   0ULL
#define MAP_CODE   (PTE_PRESENT | PTE_ACCESSED)
#define MAP_CONST  (MAP_CODE | PTE_NX)
#define MAP_ALL	   (MAP_CODE | PTE_WRITE | PTE_DIRTY)
#define MAP_DATA   (MAP_ALL | PTE_NX)
#define MAP_DEVICE (MAP_DATA | PTE_WT | PTE_UC) /* entry 3 of the PAT: uncached */

#define PAT_RESET     0x0007040600070406ULL
#define MTRR_ENABLE   (1ULL << 11)
#define GUARD_OFFSETS 4

/* Secondary CPUs are switched to it in 32-bit mode. */
u64 level4[ENTRIES] __attribute__((aligned(4096)));
static u64 level3[ENTRIES] __attribute__((aligned(4096)));
static u64 pool[POOL_TABLES][ENTRIES] __attribute__((aligned(4096)));
static unsigned int pool_used;

extern char text_start[], text_end[], data_start[];

static void tlb_flush(void)
{
	u64 cr3;

	asm volatile("mov %%cr3, %0; mov %0, %%cr3" : "=r"(cr3) : : "memory");
}

/*
 * The table behind @entry, which maps @size bytes. A large page is first split into a full table
 * with the same attributes; both translate alike, so the exchange is safe while in use.
 */
static u64 *table_of(u64 *entry, u64 size)
{
	u64 old = *entry, *table;

	if (old & PTE_PRESENT && !(old & PTE_LARGE))
		return (u64 *)(uintptr_t)(old & PTE_ADDRESS);
	if (pool_used == POOL_TABLES)
		return NULL;
	table = pool[pool_used++];
	for (u64 n = 0; n < ENTRIES && old & PTE_PRESENT; n++)
		table[n] = (old & ~PTE_LARGE) + n * (size / ENTRIES);
	*entry = (uintptr_t)table | PTE_TABLE;
	return table;
}

static bool maps_table(u64 entry)
{
	return entry & PTE_PRESENT && !(entry & PTE_LARGE);
}

static int map(u64 address, u64 size, u64 attributes)
{
	u64 end = address + size, step;

	for (; address < end; address += step) {
		u64 *level2 = table_of(&level3[address >> 30], 1ULL << 30), *entry, *level1;

		if (!level2)
			return -JAILHOUSE_ENOMEM;
		entry = &level2[address >> 21 & 511];
		step = LARGE;
		if (!(address % step) && end - address >= step && !maps_table(*entry)) {
			*entry = attributes ? address | attributes | PTE_LARGE : 0;
			continue;
		}
		level1 = table_of(entry, step);
		if (!level1)
			return -JAILHOUSE_ENOMEM;
		step = PAGE;
		level1[address >> 12 & 511] = attributes ? address | attributes : 0;
	}
	return 0;
}

int inmate_map(u64 address, u64 size, enum inmate_memory type)
{
	static const u64 attributes[] = {
		[INMATE_DEVICE] = MAP_DEVICE,
		[INMATE_NORMAL] = MAP_DATA,
		[INMATE_EXECUTABLE] = MAP_ALL,
	};
	int error;

	if (address % PAGE || size % PAGE || address < LIBRARY_END || address >= SPACE ||
	    size > SPACE - address || type >= ARRAY_SIZE(attributes))
		return -JAILHOUSE_EINVAL;
	error = map(address, size, attributes[type]);
	tlb_flush();
	return error;
}

/* Memory is write-back by the PAT; ranges that the MTRRs do not name are the hypervisor's matter. */
static void memory_types_init(void)
{
	u64 mtrr = msr_read(MSR_MTRR_DEFAULT);

	if (!(mtrr & MTRR_ENABLE))
		msr_write(MSR_MTRR_DEFAULT, mtrr | MTRR_ENABLE);
	if (msr_read(MSR_PAT) != PAT_RESET)
		msr_write(MSR_PAT, PAT_RESET);
}

void mmu_init(void)
{
	static const u32 guards[GUARD_OFFSETS] = { 0, STACK_MAIN_TOP, STACK_IRQ_TOP,
						   STACK_EXC_TOP };
	u64 text = (uintptr_t)text_start, consts = (uintptr_t)text_end;
	u64 data = (uintptr_t)data_start;

	memory_types_init();
	level4[0] = (uintptr_t)level3 | PTE_TABLE;
	map(0, COMM_BASE, MAP_DATA);
	map(0, PAGE, MAP_NONE);
	map(PAGE, PAGE, MAP_CONST);
	map(text, consts - text, MAP_CODE);
	map(consts, data - consts, MAP_CONST);
	for (unsigned int n = 0; n < STACKS_CPUS * GUARD_OFFSETS; n++)
		map((uintptr_t)stacks + n / GUARD_OFFSETS * STACKS_SIZE + guards[n % GUARD_OFFSETS],
		    STACK_GUARD, MAP_NONE);
	map(COMM_BASE, PAGE, MAP_DATA);
	asm volatile("mov %0, %%cr3" : : "r"(level4) : "memory");
}

struct jailhouse_comm_region *arch_comm_region(void)
{
	mmu_init();
	cpu_detect();
	return (struct jailhouse_comm_region *)(uintptr_t)COMM_BASE;
}
