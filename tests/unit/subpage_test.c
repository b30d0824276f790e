/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Parts of pages: who may reach which byte of a page that the root cell and other cells share, which
 * accesses are carried out, and when a cell is refused. The devices are a few pages of this program.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <core/cell.h>
#include <core/config.h>
#include <core/errno.h>
#include <core/mmio.h>
#include <core/pool.h>
#include <core/space.h>
#include <core/subpage.h>
#include <core/system.h>

#include "mock.h"

#define PHYS	0x9000000ULL
#define PAGES	3
#define REGIONS 130
#define RW	(JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_IO)
#define WORDS	(RW | JAILHOUSE_MEM_IO_32)

struct config {
	struct jailhouse_cell_desc desc;
	struct jailhouse_memory regions[REGIONS];
} __attribute__((packed));

extern const struct unit units_start[];

static u8 device[PAGES * PAGE_SIZE];
static bool silent;
static u32 windows;
static struct config root_config, a_config, b_config;
static struct cell root = { .config = &root_config.desc };
static struct cell a = { .id = 1, .config = &a_config.desc };
static struct cell b = { .id = 2, .config = &b_config.desc };
static struct cpu cpu;

struct cell *root_cell = &root;

void *window_map(u64 phys, bool is_device)
{
	assert_true(is_device);
	assert_true(phys - PHYS < sizeof(device));
	windows++;
	return device + (phys - PHYS);
}

void window_unmap(void)
{
	windows--;
}

bool arch_probe_read(const volatile void *address, u32 size, u64 *value)
{
	u64 all = 0;

	memcpy(&all, (const void *)(uintptr_t)address, size);
	*value = all;
	return !silent;
}

bool arch_probe_write(volatile void *address, u32 size, u64 value)
{
	memcpy((void *)(uintptr_t)address, &value, size);
	return !silent;
}

static void add(struct config *config, u64 phys, u64 virt, u64 size, u64 flags)
{
	config->regions[config->desc.num_memory_regions++] =
		(struct jailhouse_memory){ phys, virt, size, flags };
}

/* What the core does with a cell on its way: table, units, and the memory changes hands. */
static int make(struct cell *cell)
{
	int err;

	assert_int_equal(mmio_init(&cell->mmio, units_start->mmio_count(cell)), 0);
	err = units_start->cell_init(cell);
	if (err)
		mmio_exit(&cell->mmio);
	else if (cell != &root)
		subpage_take(cell);
	return err;
}

static void end(struct cell *cell)
{
	if (cell != &root)
		subpage_return(cell);
	mmio_exit(&cell->mmio);
}

static int setup(void **state)
{
	static u8 pages[8 * PAGE_SIZE] __attribute__((aligned(PAGE_SIZE)));

	(void)state;
	pool_init(pages, PHYS, 8);
	memset(device, 0, sizeof(device));
	memset(&root_config, 0, sizeof(root_config));
	memset(&a_config, 0, sizeof(a_config));
	memset(&b_config, 0, sizeof(b_config));
	silent = false;
	mock_reset();
	return 0;
}

static enum mmio_result access_of(struct cell *cell, bool write, u64 address, u8 size, u64 *value)
{
	struct mmio_access access = {
		.address = address, .size = size, .write = write, .value = *value
	};
	enum mmio_result result;

	cpu.cell = cell;
	result = mmio_dispatch(&cpu, &cell->mmio, &access);
	assert_int_equal(windows, 0);
	*value = access.value;
	return result;
}

static enum mmio_result read_of(struct cell *cell, u64 address, u8 size)
{
	u64 value = 0;

	return access_of(cell, false, address, size, &value);
}

static void the_page_is_divided(void **state)
{
	u64 value = 0x12345678;

	(void)state;
	add(&root_config, PHYS, PHYS, PAGE_SIZE, RW);
	add(&a_config, PHYS + 0x100, 0x5000100, 0x100, WORDS);
	assert_int_equal(make(&root), 0);
	assert_int_equal(read_of(&root, PHYS + 0x100, 4), MMIO_UNKNOWN);
	assert_int_equal(make(&a), 0);

	assert_int_equal(access_of(&a, true, 0x5000104, 4, &value), MMIO_DONE);
	value = 0;
	assert_int_equal(access_of(&a, false, 0x5000104, 4, &value), MMIO_DONE);
	assert_int_equal(value, 0x12345678);
	assert_int_equal(device[0x104], 0x78);
	assert_int_equal(read_of(&a, 0x50000fc, 4), MMIO_UNKNOWN);
	assert_int_equal(read_of(&a, 0x5000200, 4), MMIO_UNKNOWN);
	assert_int_equal(read_of(&a, PHYS + 0x100, 4), MMIO_UNKNOWN);

	assert_int_equal(read_of(&root, PHYS + 0xfc, 4), MMIO_DONE);
	assert_int_equal(read_of(&root, PHYS + 0xf8, 8), MMIO_DONE);
	assert_int_equal(read_of(&root, PHYS + 0x200, 1), MMIO_DONE);
	assert_int_equal(read_of(&root, PHYS + 0x100, 1), MMIO_REFUSED);
	assert_int_equal(read_of(&root, PHYS + 0x1ff, 1), MMIO_REFUSED);
	assert_int_equal(read_of(&root, PHYS + 0xfe, 4), MMIO_REFUSED);
	assert_int_equal(read_of(&root, PHYS + PAGE_SIZE, 4), MMIO_UNKNOWN);
	end(&a);
	assert_int_equal(read_of(&root, PHYS + 0x100, 4), MMIO_UNKNOWN);
	end(&root);
}

static void flags_are_checked(void **state)
{
	u64 value = 1;

	(void)state;
	add(&root_config, PHYS, PHYS, PAGE_SIZE, JAILHOUSE_MEM_READ | JAILHOUSE_MEM_IO);
	add(&a_config, PHYS, PHYS, 0x10, WORDS & ~JAILHOUSE_MEM_WRITE);
	add(&a_config, PHYS + 0x10, PHYS + 0x10, 0x10, WORDS | JAILHOUSE_MEM_IO_UNALIGNED);
	assert_int_equal(make(&root), 0);
	assert_int_equal(make(&a), 0);
	assert_int_equal(access_of(&a, true, PHYS, 4, &value), MMIO_REFUSED);
	assert_int_equal(read_of(&a, PHYS, 2), MMIO_REFUSED);
	assert_int_equal(read_of(&a, PHYS + 2, 4), MMIO_REFUSED);
	assert_int_equal(read_of(&a, PHYS + 0x12, 4), MMIO_DONE);
	assert_int_equal(read_of(&a, PHYS + 0x1e, 4), MMIO_REFUSED);
	assert_int_equal(access_of(&root, true, PHYS + 0x20, 4, &value), MMIO_REFUSED);
	assert_int_equal(read_of(&root, PHYS + 0x20, 4), MMIO_DONE);
	silent = true;
	assert_int_equal(read_of(&a, PHYS, 4), MMIO_FAULT);
	assert_int_equal(access_of(&a, true, PHYS + 0x10, 4, &value), MMIO_FAULT);
	assert_int_equal(read_of(&root, PHYS + 0x20, 4), MMIO_FAULT);
	end(&a);
	end(&root);
}

/* The root cell has no whole page: what cells take of its parts is gone, pages as well. */
static void parts_of_the_root_are_taken(void **state)
{
	(void)state;
	add(&root_config, PHYS, PHYS, 0x800, WORDS);
	add(&root_config, PHYS + PAGE_SIZE, PHYS + PAGE_SIZE, 0x800, WORDS);
	add(&a_config, PHYS + 0x400, PHYS + 0x400, 0x100, WORDS);
	add(&b_config, PHYS + PAGE_SIZE, PHYS, PAGE_SIZE, RW);
	assert_int_equal(make(&root), 0);
	assert_int_equal(make(&a), 0);
	assert_int_equal(make(&b), 0);
	assert_int_equal(read_of(&root, PHYS + 0x3fc, 4), MMIO_DONE);
	assert_int_equal(read_of(&root, PHYS + 0x400, 4), MMIO_REFUSED);
	assert_int_equal(read_of(&root, PHYS + PAGE_SIZE, 4), MMIO_REFUSED);
	end(&b);
	assert_int_equal(read_of(&root, PHYS + PAGE_SIZE, 4), MMIO_DONE);
	assert_int_equal(read_of(&root, PHYS + 0x400, 4), MMIO_REFUSED);
	end(&a);
	assert_int_equal(read_of(&root, PHYS + 0x400, 4), MMIO_DONE);
	end(&root);
}

static void shared_parts_stay(void **state)
{
	(void)state;
	add(&root_config, PHYS, PHYS, 0x800, WORDS);
	add(&a_config, PHYS, PHYS, 0x100, WORDS | JAILHOUSE_MEM_ROOTSHARED);
	assert_int_equal(make(&root), 0);
	assert_int_equal(make(&a), 0);
	assert_int_equal(read_of(&root, PHYS, 4), MMIO_DONE);
	assert_int_equal(read_of(&a, PHYS, 4), MMIO_DONE);
	assert_false(subpage_is_taken(PHYS, PAGE_SIZE));
	end(&a);
	end(&root);
}

static void ram_is_refused(void **state)
{
	(void)state;
	add(&root_config, PHYS, PHYS, PAGE_SIZE, RW & ~JAILHOUSE_MEM_IO);
	add(&a_config, PHYS + 0x100, PHYS + 0x100, 0x10, WORDS);
	assert_int_equal(make(&root), 0);
	assert_int_equal(make(&a), -EINVAL);
	assert_string_equal(mock_error_text, "sub-page memory region 0 (0x9000100+0x10) lies in "
					     "region 0 of the root cell, which is RAM");
	assert_false(subpage_is_taken(PHYS, PAGE_SIZE));
	end(&root);
}

static void there_may_be_so_many(void **state)
{
	u32 n;

	(void)state;
	add(&root_config, PHYS, PHYS, PAGE_SIZE, RW);
	for (n = 0; n < 127; n++)
		add(&a_config, PHYS + n * 0x10, PHYS + n * 0x10, 0x10, WORDS);
	for (n = 127; n < 129; n++)
		add(&b_config, PHYS + n * 0x10, PHYS + n * 0x10, 0x10, WORDS);
	assert_int_equal(make(&root), 0);
	assert_int_equal(make(&a), 0);
	assert_int_equal(make(&b), -ENOMEM);
	b_config.desc.num_memory_regions = 1;
	assert_int_equal(make(&b), 0);
	assert_int_equal(read_of(&root, PHYS + 0x7f0, 4), MMIO_REFUSED);
	assert_int_equal(read_of(&root, PHYS + 0x800, 4), MMIO_DONE);
	end(&a);
	end(&b);
	assert_false(subpage_is_taken(PHYS, PAGE_SIZE));
	end(&root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(the_page_is_divided, setup),
		cmocka_unit_test_setup(flags_are_checked, setup),
		cmocka_unit_test_setup(parts_of_the_root_are_taken, setup),
		cmocka_unit_test_setup(shared_parts_stay, setup),
		cmocka_unit_test_setup(ram_is_refused, setup),
		cmocka_unit_test_setup(there_may_be_so_many, setup),
	};

	return cmocka_run_group_tests_name("subpage", tests, NULL, NULL);
}
