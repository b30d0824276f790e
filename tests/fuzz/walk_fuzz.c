/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fuzzer of the walk through a guest's page tables (libFuzzer): the input is the paging mode, the
 * address, CR3 and then the entries in the order in which they are read.
 */
#include <asm/walk.h>

#include "fuzz.h"

static u32 reads;

static bool read_entry(void *ctx, u64 address, u32 size, u64 *value)
{
	struct input *input = ctx;

	promise(size == 4 || size == 8);
	promise(address % size == 0 && address >> 52 == 0);
	promise(++reads <= 5);
	*value = 0;
	return take(input, value, size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = { data, size };
	struct walk walk = { 0 };
	u64 linear, address;
	u8 mode;

	reads = 0;
	if (!take(&input, &mode, sizeof(mode)) || !take(&input, &linear, sizeof(linear)) ||
	    !take(&input, &walk.cr3, sizeof(walk.cr3)))
		return 0;
	walk.paging = mode & 1;
	walk.pse = mode & 2;
	walk.pae = mode & 4;
	walk.la57 = mode & 8;
	walk.long_mode = mode & 16;
	if (!walk_translate(&walk, linear, read_entry, &input, &address))
		return 0;
	promise(address % 4096 == linear % 4096);
	promise(address >> 52 == 0);
	promise(walk.paging || (reads == 0 && address == (u32)linear));
	return 0;
}
