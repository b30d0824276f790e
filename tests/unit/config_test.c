/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Checks of configurations: valid samples are accepted, and each line of the tables below, which
 * makes a sample wrong in one place, is refused with just that text. Configurations lie unaligned
 * on the heap and end with it, so that the sanitizers see every access beyond.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <core/config.h>
#include <core/errno.h>

#include "config_sample.h"
#include "mock.h"

#define R  JAILHOUSE_MEM_READ
#define W  JAILHOUSE_MEM_WRITE
#define X  JAILHOUSE_MEM_EXECUTE
#define IO JAILHOUSE_MEM_IO

typedef int check(const void *config, u64 size, const struct config_machine *machine);

static int check_cell(const void *config, u64 size, const struct config_machine *machine)
{
	return config_check_cell(config, size, machine);
}

static int check_system(const void *config, u64 size, const struct config_machine *machine)
{
	return config_check_system(config, size, machine);
}

/* Checks a copy of the first @size bytes, behind which there is nothing. */
static int check_copy(check *f, const void *config, u64 size, const struct config_machine *machine)
{
	u8 *memory = malloc(size + 1);
	int err;

	memcpy(memory + 1, config, size);
	mock_reset();
	err = f(memory + 1, size, machine);
	free(memory);
	assert_int_equal(err, -mock_error_code);
	assert_int_equal(mock_bugs, 0);
	return err;
}

/* One wrong configuration: name, what makes it wrong, error, text. */
struct wrong_cell {
	const char *name;
	void (*change)(struct cell_sample *s);
	int err;
	const char *text;
};

struct wrong_system {
	const char *name;
	void (*change)(struct system_sample *s);
	int err;
	const char *text;
};

static void set_region(struct jailhouse_memory *region, u64 phys, u64 virt, u64 size, u64 flags)
{
	region->phys_start = phys;
	region->virt_start = virt;
	region->size = size;
	region->flags = flags;
}

static void set_pins(struct jailhouse_irqchip *chip, u32 pin_base, u32 n, u32 pins)
{
	chip->pin_base = pin_base;
	memset(chip->pin_bitmap, 0, sizeof(chip->pin_bitmap));
	chip->pin_bitmap[n] = pins;
}

#define RAM  s->a.mem[MEM_RAM]
#define UART s->a.mem[MEM_UART]
#define COMM s->a.mem[MEM_COMM]
#define SUB  s->a.mem[MEM_SUBPAGE]
#define LAST s->a.mem[MEM_LAST]
#define TRUNCATED(array, count, end)                                                  \
	"configuration has 671 bytes, but its " count " byte(s) or entries of " array \
	" end at byte " end
#define PCI0 "PCI device 0 (0000:00:02.0)"
#define PCI1 "PCI device 1 (0001:00:02.0)"

#define PLATFORM s->sys.platform_info
#define IOMMU	 PLATFORM.iommu_units[0]
#define HYP	 s->sys.hypervisor_memory
#define NO_CONSOLE(range) \
	"debug console registers at " range ", expected a range with a size below 0x10000000000"
#define NO_GIC(base, version) \
	base ", expected a page address from 0x1000 to below 0x10000000000 with GIC version " version
#define GIC2                                \
	PLATFORM.arm.gic_version = 2;       \
	PLATFORM.arm.gicc_base = 0x8010000; \
	PLATFORM.arm.gich_base = 0x8030000; \
	PLATFORM.arm.gicv_base = 0x8040000

#define TAKEN "belongs to cell \"other\""

/* Each table is read twice: its changes become functions, its lines become entries. */
#define F(name, change, err, text)                     \
	static void cell_##name(struct cell_sample *s) \
	{                                              \
		change;                                \
	}
#include "config_cells.def"
#undef F
#define F(name, change, err, text)                         \
	static void system_##name(struct system_sample *s) \
	{                                                  \
		change;                                    \
	}
#include "config_systems.def"
#undef F
#define F(name, change, err, text)                         \
	static void conflict_##name(struct cell_sample *s) \
	{                                                  \
		change;                                    \
	}
#include "config_conflicts.def"
#undef F

#define F(name, change, err, text) { #name, cell_##name, err, text },
static const struct wrong_cell wrong_cells[] = {
#include "config_cells.def"
};
#undef F
#define F(name, change, err, text) { #name, system_##name, err, text },
static const struct wrong_system wrong_systems[] = {
#include "config_systems.def"
};
#undef F
#define F(name, change, err, text) { #name, conflict_##name, err, text },
static const struct wrong_cell conflicts[] = {
#include "config_conflicts.def"
};
#undef F

/* Names the line of the table and goes on, so that one run shows all that is wrong. */
static unsigned int assert_refused(const char *name, int err, int expected, const char *text)
{
	if (err == -expected && strcmp(mock_error_text, text) == 0)
		return 0;
	print_error("%s: error %d, expected %d\n  said:     %s\n  expected: %s\n", name, err,
		    -expected, mock_error_text, text);
	return 1;
}

static void refuses_wrong_cells(void **state)
{
	unsigned int failed = 0;
	struct cell_sample s;
	size_t n;

	(void)state;
	for (n = 0; n < ARRAY_SIZE(wrong_cells); n++) {
		const struct wrong_cell *w = &wrong_cells[n];

		sample_cell(&s);
		w->change(&s);
		failed += assert_refused(w->name,
					 check_copy(check_cell, &s, sizeof(s), &sample_machine),
					 w->err, w->text);
	}
	assert_int_equal(failed, 0);
}

static void refuses_wrong_systems(void **state)
{
	unsigned int failed = 0;
	struct system_sample s;
	size_t n;

	(void)state;
	for (n = 0; n < ARRAY_SIZE(wrong_systems); n++) {
		const struct wrong_system *w = &wrong_systems[n];

		sample_system(&s);
		w->change(&s);
		failed += assert_refused(w->name,
					 check_copy(check_system, &s, sizeof(s), &sample_machine),
					 w->err, w->text);
	}
	assert_int_equal(failed, 0);
}

static void refuses_conflicts(void **state)
{
	unsigned int failed = 0;
	struct cell_sample s, other;
	size_t n;
	int err;

	(void)state;
	sample_other_cell(&other);
	for (n = 0; n < ARRAY_SIZE(conflicts); n++) {
		sample_cell(&s);
		conflicts[n].change(&s);
		mock_reset();
		err = config_check_conflict(&s.cell, &other.cell);
		failed +=
			assert_refused(conflicts[n].name, err, conflicts[n].err, conflicts[n].text);
	}
	assert_int_equal(failed, 0);
}

/* Whoever shares it with the cell is the one who fills it. */
static void refuses_what_nobody_could_load(void **state)
{
	struct cell_sample sample, root, *s = &sample;

	(void)state;
	sample_cell(s);
	sample_other_cell(&root);
	assert_int_equal(config_check_loadable(&s->cell, &root.cell), 0);
	RAM.flags |= JAILHOUSE_MEM_LOADABLE | JAILHOUSE_MEM_ROOTSHARED;
	RAM.phys_start = root.a.mem[MEM_RAM].phys_start;
	assert_int_equal(config_check_loadable(&s->cell, &root.cell), 0);
	RAM.phys_start -= 0x1000;
	mock_reset();
	assert_false(assert_refused("in front", config_check_loadable(&s->cell, &root.cell), EINVAL,
				    "memory region 0 (0x7000f000+0x10000) is loadable and "
				    "shared with the root cell, which cannot write there"));
	RAM.phys_start += 0x2000;
	mock_reset();
	assert_int_equal(config_check_loadable(&s->cell, &root.cell), -EINVAL);
	RAM.size -= 0x1000;
	assert_int_equal(config_check_loadable(&s->cell, &root.cell), 0);
	root.a.mem[MEM_RAM].flags &= ~(u64)JAILHOUSE_MEM_WRITE;
	mock_reset();
	assert_int_equal(config_check_loadable(&s->cell, &root.cell), -EINVAL);
}

static void accepts_valid_cells(void **state)
{
	struct cell_sample s;

	(void)state;
	sample_cell(&s);
	assert_int_equal(config_size(&s.cell), sizeof(s));
	assert_int_equal(check_copy(check_cell, &s, sizeof(s), &sample_machine), 0);
	/* Nothing counts of a region without a size. */
	set_region(&s.a.mem[MEM_NET + 1], -5ULL, 0x5000, 0, ~0ULL);
	assert_int_equal(check_copy(check_cell, &s, sizeof(s), &sample_machine), 0);
	s.a.mem[MEM_NET + 1].virt_start = s.a.mem[MEM_NET + 2].virt_start + 0x1000;
	assert_int_equal(check_copy(check_cell, &s, sizeof(s), &sample_machine), 0);
	sample_other_cell(&s);
	assert_int_equal(check_copy(check_cell, &s, sizeof(s), &sample_machine), 0);
}

static void accepts_valid_systems(void **state)
{
	struct system_sample sample, *s = &sample;

	(void)state;
	sample_system(s);
	assert_int_equal(check_copy(check_system, s, sizeof(*s), &sample_machine), 0);
	GIC2;
	PLATFORM.arm.gicr_base = 0;
	assert_int_equal(check_copy(check_system, s, sizeof(*s), &sample_machine), 0);
	/* Memory for the hypervisor that is fixed; no PCI; no console, then its range means nothing. */
	HYP.phys_start = 0x7c000000;
	PLATFORM.pci_mmconfig_base = 0;
	memset(&s->sys.debug_console, 0, sizeof(s->sys.debug_console));
	assert_int_equal(check_copy(check_system, s, sizeof(*s), &sample_machine), 0);
}

static void accepts_cells_side_by_side(void **state)
{
	struct cell_sample s, other;

	(void)state;
	sample_cell(&s);
	sample_other_cell(&other);
	assert_int_equal(config_check_conflict(&s.cell, &other.cell), 0);
	assert_int_equal(config_check_conflict(&other.cell, &s.cell), 0);
}

static void other_architectures(void **state)
{
	struct config_machine machine = sample_machine;
	struct cell_sample s, other;

	(void)state;
	/* There a controller has pins from 0 on, and the address tells two of them apart. */
	machine.architecture = JAILHOUSE_X86;
	sample_cell(&s);
	s.cell.architecture = JAILHOUSE_X86;
	s.cell.vpci_irq_base = 0xffffffff;
	set_pins(&s.a.chips[0], 0, 0, 0x10);
	set_pins(&s.a.chips[1], 0, 0, 0x20);
	assert_int_equal(check_copy(check_cell, &s, sizeof(s), &machine), 0);
	s.a.chips[1].address = s.a.chips[0].address;
	assert_int_equal(check_copy(check_cell, &s, sizeof(s), &machine), 0);
	set_pins(&s.a.chips[1], 0, 0, 0x30);
	assert_int_equal(check_copy(check_cell, &s, sizeof(s), &machine), -EINVAL);
	set_pins(&s.a.chips[1], 32, 0, 0x20);
	assert_int_equal(check_copy(check_cell, &s, sizeof(s), &machine), -EINVAL);
	set_pins(&s.a.chips[1], 0, 0, 0x20);
	s.a.pios[0].base = 0xfff9;
	assert_int_equal(check_copy(check_cell, &s, sizeof(s), &machine), -EINVAL);
	s.a.pios[0].base = 0xfff8;
	assert_int_equal(check_copy(check_cell, &s, sizeof(s), &machine), 0);
	s.a.pios[0].length = 0;
	assert_int_equal(check_copy(check_cell, &s, sizeof(s), &machine), -EINVAL);
	s.a.pios[0].length = 8;
	sample_other_cell(&other);
	other.cell.architecture = JAILHOUSE_X86;
	set_pins(&other.a.chips[0], 0, 0, 0x10);
	assert_int_equal(config_check_conflict(&s.cell, &other.cell), -EBUSY);
	other.a.chips[0].address += 0x1000;
	assert_int_equal(config_check_conflict(&s.cell, &other.cell), 0);
}

/* At every length: refused, and nothing read behind the end. */
static void refuses_truncated_configurations(void **state)
{
	struct system_sample system;
	struct cell_sample cell;
	u64 size;

	(void)state;
	sample_cell(&cell);
	for (size = 0; size < sizeof(cell); size++)
		assert_int_equal(check_copy(check_cell, &cell, size, &sample_machine), -EINVAL);
	sample_system(&system);
	for (size = 0; size < sizeof(system); size++)
		assert_int_equal(check_copy(check_system, &system, size, &sample_machine), -EINVAL);
}

static void short_header_is_named(void **state)
{
	struct cell_sample s;

	(void)state;
	sample_cell(&s);
	check_copy(check_cell, &s, 131, &sample_machine);
	assert_string_equal(mock_error_text,
			    "configuration has 131 bytes, its header alone needs 132");
	check_copy(check_cell, &s, 132, &sample_machine);
	assert_string_equal(mock_error_text, "configuration has 132 bytes, but its 3 byte(s) or "
					     "entries of CPU set end at byte 135");
}

/* Bytes behind the arrays are none of our business. */
static void accepts_trailing_bytes(void **state)
{
	struct {
		struct cell_sample s;
		u8 trailer[100];
	} padded;

	(void)state;
	memset(&padded, 0xff, sizeof(padded));
	sample_cell(&padded.s);
	assert_int_equal(check_copy(check_cell, &padded, sizeof(padded), &sample_machine), 0);
}

/* A configuration that is as long as it says, but whose checks would take for ever. */
static void refuses_absurdly_long_arrays(void **state)
{
	const u64 counts[] = { CONFIG_MAX_ENTRIES, CONFIG_MAX_ENTRIES + 1 };
	u64 n, size;

	(void)state;
	for (n = 0; n < 2; n++) {
		struct cell_sample *s;

		size = sizeof(*s) + counts[n] * sizeof(union jailhouse_stream_id);
		s = calloc(1, size);
		sample_cell(s);
		s->cell.num_pio_regions = (u32)counts[n];
		s->cell.num_pci_devices = 0;
		s->cell.num_pci_caps = 0;
		s->cell.num_stream_ids = 0;
		assert_int_equal(check_copy(check_cell, s, size, &sample_machine),
				 n == 0 ? 0 : -E2BIG);
		free(s);
	}
	assert_string_equal(mock_error_text,
			    "2049 byte(s) or entries of PIO regions, expected at most 2048");
}

static void counts_cpus(void **state)
{
	struct cell_sample s;

	(void)state;
	sample_cell(&s);
	s.a.cpus[0] = 0x81;
	s.a.cpus[2] = 0xc0;
	assert_int_equal(config_cpu_count(&s.cell), 4);
	assert_true(config_has_cpu(&s.cell, 0));
	assert_false(config_has_cpu(&s.cell, 1));
	assert_true(config_has_cpu(&s.cell, 23));
	/* The bytes behind the bitmap are none of it. */
	s.a.mem[0].phys_start = ~0ULL;
	assert_false(config_has_cpu(&s.cell, 24));
	assert_false(config_has_cpu(&s.cell, 0xffffffff));
}

static void finds_arrays(void **state)
{
	struct cell_sample s;

	(void)state;
	sample_cell(&s);
	assert_ptr_equal(config_cpu_set(&s.cell), &s.a.cpus);
	assert_ptr_equal(config_mem_regions(&s.cell), &s.a.mem);
	assert_ptr_equal(config_cache_regions(&s.cell), &s.a.caches);
	assert_ptr_equal(config_irqchips(&s.cell), &s.a.chips);
	assert_ptr_equal(config_pio_regions(&s.cell), &s.a.pios);
	assert_ptr_equal(config_pci_devices(&s.cell), &s.a.pci);
	assert_ptr_equal(config_pci_caps(&s.cell), &s.a.caps);
	assert_ptr_equal(config_stream_ids(&s.cell), &s.a.ids);
}

/* All counts as large as they get do not wrap around. */
static void size_is_64_bit(void **state)
{
	struct jailhouse_cell_desc d;

	(void)state;
	memset(&d, 0xff, sizeof(d));
	assert_int_equal(config_size(&d),
			 132 + 0xffffffffULL * (1 + 32 + 12 + 32 + 4 + 56 + 8 + 4));
}

/* The hypervisor gives the page: what phys_start says is nobody's. Unmapping "it" from the root cell once
 * went on for ever. */
static void comm_region_is_no_part_of_a_page(void **state)
{
	struct jailhouse_memory region = { .phys_start = JAILHOUSE_PHYS_ANY,
					   .virt_start = 0x100000,
					   .size = 0x1000,
					   .flags =
						   JAILHOUSE_MEM_READ | JAILHOUSE_MEM_COMM_REGION };

	(void)state;
	assert_false(config_region_subpage(&region));
	region.flags = JAILHOUSE_MEM_READ;
	assert_true(config_region_subpage(&region));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comm_region_is_no_part_of_a_page),
		cmocka_unit_test(accepts_valid_cells),
		cmocka_unit_test(accepts_valid_systems),
		cmocka_unit_test(accepts_cells_side_by_side),
		cmocka_unit_test(other_architectures),
		cmocka_unit_test(refuses_wrong_cells),
		cmocka_unit_test(refuses_wrong_systems),
		cmocka_unit_test(refuses_conflicts),
		cmocka_unit_test(refuses_what_nobody_could_load),
		cmocka_unit_test(refuses_truncated_configurations),
		cmocka_unit_test(short_header_is_named),
		cmocka_unit_test(accepts_trailing_bytes),
		cmocka_unit_test(refuses_absurdly_long_arrays),
		cmocka_unit_test(counts_cpus),
		cmocka_unit_test(finds_arrays),
		cmocka_unit_test(size_is_64_bit),
	};

	return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
