/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fuzzer of the walk through a guest's page tables (libFuzzer): the input is the paging mode, the
 * address, CR3 and then the entries in the order in which they are read.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <asm/walk.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define promise(condition)                                                   \
	do {                                                                 \
		if (!(condition)) {                                          \
			fprintf(stderr, "broken promise: %s\n", #condition); \
			abort();                                             \
		}                                                            \
	} while (0)

struct input {
	const uint8_t *data;
	size_t size;
	u32 reads;
};

static bool take(struct input *input, void *value, size_t size)
{
	if (input->size < size)
		return false;
	memcpy(value, input->data, size);
	input->data += size;
	input->size -= size;
	return true;
}

static bool read_entry(void *ctx, u64 address, u32 size, u64 *value)
{
	struct input *input = ctx;

	promise(size == 4 || size == 8);
	promise(address % size == 0 && address >> 52 == 0);
	promise(++input->reads <= 5);
	*value = 0;
	return take(input, value, size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = { data, size, 0 };
	struct walk walk = { 0 };
	u64 linear, address;
	u8 mode;

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
	promise(walk.paging || (input.reads == 0 && address == (u32)linear));
	return 0;
}
