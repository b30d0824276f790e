/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What users type.
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "arguments.h"

#define LINE(...)                             \
	char *argv[] = { __VA_ARGS__, NULL }; \
	int argc = sizeof(argv) / sizeof(argv[0]) - 1

static struct jh_cell_ref cell;
static struct jh_image images[JAILHOUSE_MAX_PRELOAD_IMAGES];
static struct jh_error error;

static void numbers_are_ids(void **state)
{
	LINE("12", "rest");

	(void)state;
	assert_int_equal(take_cell(argc, argv, &cell, &error), 1);
	assert_int_equal(cell.id, 12);
	assert_string_equal(cell.name, "");
}

static void everything_else_is_a_name(void **state)
{
	LINE("12a");

	(void)state;
	assert_int_equal(take_cell(argc, argv, &cell, &error), 1);
	assert_int_equal(cell.id, -1);
	assert_string_equal(cell.name, "12a");
}

static void names_can_be_numbers(void **state)
{
	LINE("--name", "12", "image");

	(void)state;
	assert_int_equal(take_cell(argc, argv, &cell, &error), 2);
	assert_int_equal(cell.id, -1);
	assert_string_equal(cell.name, "12");
}

static void refused(char *first, char *second, const char *text)
{
	char *argv[] = { first, second, NULL };

	assert_int_equal(take_cell_only(!!first + !!second, argv, &cell, NULL, &error), -1);
	assert_string_equal(error.text, text);
}

static void wrong_cells_are_explained(void **state)
{
	(void)state;
	refused(NULL, NULL, "id or name of the cell is missing");
	refused("--name", NULL, "--name lacks the name of a cell");
	refused("--frob", NULL, "unknown option '--frob' in the place of a cell");
	refused("--force", "1", "unknown option '--force' in the place of a cell");
	refused("", NULL, "the name of the cell is empty");
	refused("2147483648", NULL, "cell id 2147483648 is larger than 2147483647");
	refused("99999999999999999999", NULL,
		"cell id 99999999999999999999 is larger than 2147483647");
	refused("abcdefghijklmnopqrstuvwxyz123456", NULL,
		"cell name "
		"\"abcdefghijklmnopqrstuvwxyz12345...\" has 32 characters, more than 31");
	refused("1", "2", "unexpected argument '2'");
}

static void longest_name_fits(void **state)
{
	LINE("abcdefghijklmnopqrstuvwxyz12345");

	(void)state;
	assert_int_equal(take_cell(argc, argv, &cell, &error), 1);
	assert_string_equal(cell.name, argv[0]);
}

static void force_is_taken_on_both_sides(void **state)
{
	char *before[] = { "--force", "a", NULL }, *after[] = { "--name", "a", "-f", NULL };
	bool force = false;

	(void)state;
	assert_int_equal(take_cell_only(2, before, &cell, &force, &error), 0);
	assert_true(force);
	force = false;
	assert_int_equal(take_cell_only(3, after, &cell, &force, &error), 0);
	assert_true(force);
	assert_string_equal(cell.name, "a");
	force = false;
	assert_int_equal(take_cell_only(1, before, &cell, &force, &error), -1);
}

static void images_have_their_addresses(void **state)
{
	LINE("a.bin", "-s", "-a", "--address", "0x1000", "b.bin", "-a", "4096", "--string", "x");

	(void)state;
	assert_int_equal(take_images(argc, argv, images, &error), 4);
	assert_string_equal(images[0].path, "a.bin");
	assert_int_equal(images[0].address, 0);
	assert_null(images[1].path);
	assert_string_equal(images[1].string, "-a");
	assert_int_equal(images[1].address, 0x1000);
	assert_string_equal(images[2].path, "b.bin");
	assert_int_equal(images[2].address, 4096);
	assert_string_equal(images[3].string, "x");
	assert_int_equal(images[3].address, 0);
}

static void not_images(char *first, char *second, char *third, const char *text)
{
	char *argv[] = { first, second, third, NULL };

	assert_int_equal(take_images(!!first + !!second + !!third, argv, images, &error), -1);
	assert_string_equal(error.text, text);
	assert_int_equal(error.code, 22);
}

static void wrong_images_are_explained(void **state)
{
	(void)state;
	not_images(NULL, NULL, NULL, "an image is missing");
	not_images("-a", "1", NULL, "'-a 1' does not follow an image or a string");
	not_images("a", "-a", NULL, "-a lacks its value");
	not_images("-s", NULL, NULL, "-s lacks its value");
	not_images("a", "-x", NULL, "unknown option '-x'");
	not_images("a", "-a", "0x", "address '0x' is not a number; write 4096 or 0x1000");
	not_images("a", "-a", "-1", "address '-1' is not a number; write 4096 or 0x1000");
	not_images("a", "-a", "1k", "address '1k' is not a number; write 4096 or 0x1000");
	not_images("a", "-a", " 1", "address ' 1' is not a number; write 4096 or 0x1000");
	not_images("a", "-a", "", "address '' is not a number; write 4096 or 0x1000");
	not_images("a", "-a", "0x10000000000000000",
		   "address '0x10000000000000000' does not fit in 64 bits");
}

static void one_address_an_image(void **state)
{
	LINE("a", "-a", "1", "-a", "2");

	(void)state;
	assert_int_equal(take_images(argc, argv, images, &error), -1);
	assert_string_equal(error.text, "'-a 2' does not follow an image or a string");
}

static void images_have_a_limit(void **state)
{
	char *argv[JAILHOUSE_MAX_PRELOAD_IMAGES + 2] = { NULL };
	int i;

	(void)state;
	for (i = 0; i <= JAILHOUSE_MAX_PRELOAD_IMAGES; i++)
		argv[i] = "image";
	assert_int_equal(take_images(JAILHOUSE_MAX_PRELOAD_IMAGES, argv, images, &error),
			 JAILHOUSE_MAX_PRELOAD_IMAGES);
	assert_int_equal(take_images(JAILHOUSE_MAX_PRELOAD_IMAGES + 1, argv, images, &error), -1);
	assert_string_equal(error.text, "too many images, from 'image' on");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_ids),
		cmocka_unit_test(everything_else_is_a_name),
		cmocka_unit_test(names_can_be_numbers),
		cmocka_unit_test(wrong_cells_are_explained),
		cmocka_unit_test(longest_name_fits),
		cmocka_unit_test(force_is_taken_on_both_sides),
		cmocka_unit_test(images_have_their_addresses),
		cmocka_unit_test(wrong_images_are_explained),
		cmocka_unit_test(one_address_an_image),
		cmocka_unit_test(images_have_a_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
