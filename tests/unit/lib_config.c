/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Checks of configuration files: each wrong one gets a sentence that names what is wrong.
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <cmocka.h>

#include "internal.h"

struct cell_file {
	struct jailhouse_cell_desc cell;
	uint8_t cpus[8];
	struct jailhouse_memory regions[2];
} __attribute__((packed));

struct system_file {
	struct jailhouse_system system;
	uint8_t cpus[8];
	struct jailhouse_memory regions[1];
} __attribute__((packed));

static struct cell_file good_cell(unsigned int architecture)
{
	return (struct cell_file) {
		.cell = {
			.signature = "JHCLL",
			.architecture = architecture,
			.revision = 14,
			.name = "good",
			.cpu_set_size = 8,
			.num_memory_regions = 2,
		},
	};
}

static struct system_file good_system(void)
{
	return (struct system_file) {
		.system = {
			.signature = "JHSYS",
			.architecture = JAILHOUSE_ARM64,
			.revision = 14,
			.root_cell = {
				.name = "root",
				.cpu_set_size = 8,
				.num_memory_regions = 1,
			},
		},
	};
}

/* Copies to the heap, so that a sanitizer sees any access beyond @size. */
static int check(const void *data, size_t size, enum jh_config_kind kind, struct jh_error *error)
{
	void *copy = malloc(size ? size : 1);
	int result;

	memcpy(copy, data, size);
	result = jh_config_check("x.cell", copy, size, kind, JAILHOUSE_ARM64, error);
	free(copy);
	return result;
}

static void expect(const void *data, size_t size, enum jh_config_kind kind, const char *text)
{
	struct jh_error error = { 0 };

	assert_int_equal(check(data, size, kind, &error), -1);
	assert_string_equal(error.text, text);
	assert_int_equal(error.code, 22);
}

static void good_ones_pass(void **state)
{
	struct cell_file cell = good_cell(JAILHOUSE_ARM64);
	struct system_file system = good_system();
	struct jh_error error;

	(void)state;
	assert_int_equal(check(&cell, sizeof(cell), JH_CONFIG_CELL, &error), 0);
	assert_int_equal(check(&system, sizeof(system), JH_CONFIG_SYSTEM, &error), 0);
}

static void signatures_are_told_apart(void **state)
{
	struct cell_file cell = good_cell(JAILHOUSE_ARM64);
	struct system_file system = good_system();

	(void)state;
	expect(&cell, sizeof(cell), JH_CONFIG_SYSTEM,
	       "x.cell: this is a cell configuration; use 'cell create'");
	expect(&system, sizeof(system), JH_CONFIG_CELL,
	       "x.cell: this is a system configuration; use 'enable'");
	memcpy(system.system.signature, "\177ELF\2", 5);
	expect(&system, sizeof(system), JH_CONFIG_SYSTEM,
	       "x.cell: not a system configuration: signature \".ELF.\" instead of \"JHSYS\"");
	expect(&system, sizeof(system), JH_CONFIG_CELL,
	       "x.cell: not a cell configuration: signature \".ELF.\" instead of \"JHCLL\"");
}

static void header_has_to_fit_this_machine(void **state)
{
	struct cell_file cell = good_cell(JAILHOUSE_X86);

	(void)state;
	expect(&cell, sizeof(cell), JH_CONFIG_CELL,
	       "x.cell: made for architecture 0 "
	       "(x86), this machine is 2 (arm64)");
	cell.cell.architecture = 200;
	expect(&cell, sizeof(cell), JH_CONFIG_CELL,
	       "x.cell: made for architecture 200 "
	       "(unknown), this machine is 2 (arm64)");
	cell.cell.revision = 13;
	expect(&cell, sizeof(cell), JH_CONFIG_CELL,
	       "x.cell: configuration revision 13 instead of 14");
}

static void any_cut_is_noticed(void **state)
{
	struct cell_file cell = good_cell(JAILHOUSE_ARM64);
	struct system_file system = good_system();
	struct jh_error error;
	size_t size;

	(void)state;
	for (size = 0; size < sizeof(cell); size++)
		assert_int_equal(check(&cell, size, JH_CONFIG_CELL, &error), -1);
	for (size = 0; size < sizeof(system); size++)
		assert_int_equal(check(&system, size, JH_CONFIG_SYSTEM, &error), -1);

	expect(&cell, 3, JH_CONFIG_CELL,
	       "x.cell: not a cell configuration: only 3 bytes, its header has 132");
	expect(&cell, 131, JH_CONFIG_CELL, "x.cell: cut off: 131 bytes, the header alone has 132");
	expect(&cell, 203, JH_CONFIG_CELL,
	       "x.cell: cut off: 203 bytes, its counts of regions need 204");
}

static void huge_counts_do_not_wrap(void **state)
{
	struct cell_file cell = good_cell(JAILHOUSE_ARM64);

	(void)state;
	cell.cell.num_memory_regions = 0x8000000; /* x 32 = 2^32 */
	expect(&cell, sizeof(cell), JH_CONFIG_CELL,
	       "x.cell: cut off: 204 bytes, its counts of regions need 4294967436");
	cell.cell.cpu_set_size = cell.cell.num_memory_regions = cell.cell.num_cache_regions =
		cell.cell.num_irqchips = cell.cell.num_pio_regions = cell.cell.num_pci_devices =
			cell.cell.num_pci_caps = cell.cell.num_stream_ids = 0xffffffff;
	expect(&cell, sizeof(cell), JH_CONFIG_CELL,
	       "x.cell: cut off: 204 bytes, its counts of regions need 639950127087");
}

static void names_are_checked(void **state)
{
	struct cell_file cell = good_cell(JAILHOUSE_ARM64);

	(void)state;
	memset(cell.cell.name, 'n', sizeof(cell.cell.name));
	expect(&cell, sizeof(cell), JH_CONFIG_CELL,
	       "x.cell: cell name "
	       "\"nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn...\" does not end within 31 characters");
	cell.cell.name[0] = 0;
	expect(&cell, sizeof(cell), JH_CONFIG_CELL, "x.cell: the cell has no name");
}

static void files_are_read_for_this_machine(void **state)
{
	char path[] = "/tmp/lib_config.XXXXXX";
	struct cell_file cell;
	struct jh_config config;
	struct jh_error error;
	struct utsname machine;
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(uname(&machine), 0);
	cell = good_cell(jh_architecture_of(machine.machine));
	assert_int_equal(write(fd, &cell, sizeof(cell)), sizeof(cell));
	assert_int_equal(write(fd, "trailer", 7), 7);

	assert_int_equal(jh_config_load(path, JH_CONFIG_CELL, &config, &error), 0);
	assert_int_equal(config.size, sizeof(cell));
	assert_memory_equal(config.data, &cell, sizeof(cell));
	jh_config_free(&config);

	assert_int_equal(jh_config_load(path, JH_CONFIG_SYSTEM, &config, &error), -1);
	assert_non_null(strstr(error.text, "use 'cell create'"));
	close(fd);
	unlink(path);

	assert_int_equal(jh_config_load(path, JH_CONFIG_CELL, &config, &error), -1);
	assert_int_equal(error.code, 2);
	assert_non_null(strstr(error.text, path));
	assert_int_equal(jh_config_load("/dev/zero", JH_CONFIG_CELL, &config, &error), -1);
	assert_string_equal(error.text, "/dev/zero: larger than 1048576 bytes");
	assert_int_equal(jh_config_load("/", JH_CONFIG_CELL, &config, &error), -1);
	assert_string_equal(error.text, "/: cannot read: Is a directory");
}

static void machines_are_known(void **state)
{
	(void)state;
	assert_int_equal(jh_architecture_of("aarch64"), 2);
	assert_int_equal(jh_architecture_of("x86_64"), 0);
	assert_int_equal(jh_architecture_of("riscv64"), 3);
	assert_int_equal(jh_architecture_of("armv7l"), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_ones_pass),
		cmocka_unit_test(signatures_are_told_apart),
		cmocka_unit_test(header_has_to_fit_this_machine),
		cmocka_unit_test(any_cut_is_noticed),
		cmocka_unit_test(huge_counts_do_not_wrap),
		cmocka_unit_test(names_are_checked),
		cmocka_unit_test(files_are_read_for_this_machine),
		cmocka_unit_test(machines_are_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
