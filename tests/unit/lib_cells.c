/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Cells and statistics out of a tree like the one of the driver.
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <cmocka.h>

#include "internal.h"

static char root[] = "/tmp/lib_cells.XXXXXX";

static void make_directory(const char *path)
{
	char full[256];

	snprintf(full, sizeof(full), "%s/%s", root, path);
	assert_int_equal(mkdir(full, 0700), 0);
}

static void make_file(const char *path, const char *text)
{
	char full[256];
	FILE *file;

	snprintf(full, sizeof(full), "%s/%s", root, path);
	file = fopen(full, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static int make_tree(void **state)
{
	(void)state;
	if (!mkdtemp(root))
		return -1;
	make_directory("cells");
	make_directory("cells/10");
	make_file("cells/10/name", "timer\n");
	make_file("cells/10/state", "shut down\n");
	make_file("cells/10/cpus_assigned_list", "2\n");
	make_file("cells/10/cpus_failed_list", "\n");
	make_directory("cells/0");
	make_file("cells/0/name", "qemu-virt\n");
	make_file("cells/0/state", "running\n");
	make_file("cells/0/cpus_assigned_list", "0-1,3\n");
	make_file("cells/0/cpus_failed_list", "3\n");
	make_directory("cells/7"); /* is about to vanish */
	make_file("cells/7/name", "gone\n");
	make_directory("cells/nonsense");
	make_directory("cells/0/statistics");
	make_file("cells/0/statistics/vmexits_psci", "5\n");
	make_file("cells/0/statistics/vmexits_total", "4294967301\n");
	make_file("cells/0/statistics/vmexits_mmio", "2\n");
	make_directory("cells/0/statistics/cpu10");
	make_file("cells/0/statistics/cpu10/vmexits_total", "30\n");
	make_directory("cells/0/statistics/cpu3");
	make_file("cells/0/statistics/cpu3/vmexits_total", "20\n");
	make_file("cells/0/statistics/cpu3/vmexits_psci", "4\n");
	return 0;
}

static int remove_tree(void **state)
{
	char command[64];

	(void)state;
	snprintf(command, sizeof(command), "rm -r %s", root);
	return system(command);
}

static void list_is_ordered(void **state)
{
	struct jh_cell *cells;
	struct jh_error error;

	(void)state;
	assert_int_equal(jh_sysfs_list(root, &cells, &error), 2);
	assert_int_equal(cells[0].id, 0);
	assert_string_equal(cells[0].name, "qemu-virt");
	assert_string_equal(cells[0].state, "running");
	assert_string_equal(cells[0].cpus_assigned, "0-1,3");
	assert_string_equal(cells[0].cpus_failed, "3");
	assert_int_equal(cells[1].id, 10);
	assert_string_equal(cells[1].name, "timer");
	assert_string_equal(cells[1].state, "shut down");
	assert_string_equal(cells[1].cpus_failed, "");
	free(cells);
}

static void missing_driver_is_named(void **state)
{
	struct jh_cell *cells;
	struct jh_error error;

	(void)state;
	assert_int_equal(jh_sysfs_list("/nowhere", &cells, &error), -1);
	assert_int_equal(error.code, 2);
	assert_string_equal(error.text, "the driver is not loaded: there is no /nowhere/cells; try "
					"'modprobe jailhouse'");
}

static void statistics_are_a_table(void **state)
{
	struct jh_cell_ref ref = { .id = -1, .name = "qemu-virt" };
	struct jh_stats stats;
	struct jh_error error;

	(void)state;
	assert_int_equal(jh_sysfs_stats(root, &ref, &stats, &error), 0);
	assert_int_equal(stats.num_counters, 3);
	assert_string_equal(stats.names[0], "vmexits_total");
	assert_string_equal(stats.names[1], "vmexits_mmio");
	assert_string_equal(stats.names[2], "vmexits_psci");
	assert_int_equal(stats.total[0], 4294967301);
	assert_int_equal(stats.total[2], 5);
	assert_int_equal(stats.num_cpus, 2);
	assert_int_equal(stats.cpus[0], 3);
	assert_int_equal(stats.cpus[1], 10);
	assert_int_equal(stats.of_cpu[0], 20);
	assert_int_equal(stats.of_cpu[1], 0);
	assert_int_equal(stats.of_cpu[2], 4);
	assert_int_equal(stats.of_cpu[JH_MAX_COUNTERS], 30);
	jh_stats_free(&stats);
}

static void unknown_cells_are_named(void **state)
{
	struct jh_cell_ref by_id = { .id = 5 }, by_name = { .id = -1, .name = "rtos" };
	struct jh_stats stats;
	struct jh_error error;

	(void)state;
	assert_int_equal(jh_sysfs_stats(root, &by_id, &stats, &error), -1);
	assert_string_equal(error.text, "there is no cell with id 5");
	assert_int_equal(jh_sysfs_stats(root, &by_name, &stats, &error), -1);
	assert_string_equal(error.text, "there is no cell \"rtos\"");
	assert_int_equal(error.code, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(list_is_ordered),
		cmocka_unit_test(missing_driver_is_named),
		cmocka_unit_test(statistics_are_a_table),
		cmocka_unit_test(unknown_cells_are_named),
	};

	return cmocka_run_group_tests(tests, make_tree, remove_tree);
}
