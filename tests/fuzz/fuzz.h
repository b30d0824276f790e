/* SPDX-License-Identifier: GPL-2.0-only */
/* What the fuzzers share: the entry that libFuzzer and replay.c call, and how an input is read. */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define promise(condition)                                                   \
	do {                                                                 \
		if (!(condition)) {                                          \
			fprintf(stderr, "broken promise: %s\n", #condition); \
			abort();                                             \
		}                                                            \
	} while (0)

/* Of an array of CPUs, those of other cells than the actor's are as they were @before. */
#define promise_others(cpus, before, actor)                                   \
	do {                                                                  \
		size_t n_;                                                    \
                                                                              \
		for (n_ = 0; n_ < sizeof(before) / sizeof((before)[0]); n_++) \
			if ((cpus)[n_].cell != (actor)->cell)                 \
				promise(!memcmp(&(before)[n_], &(cpus)[n_],   \
						sizeof((before)[n_])));       \
	} while (0)

/* The part of an input that was not read yet. */
struct input {
	const uint8_t *data;
	size_t size;
};

/* The next @size bytes; false if there are fewer. */
static inline bool take(struct input *input, void *value, size_t size)
{
	if (input->size < size)
		return false;
	memcpy(value, input->data, size);
	input->data += size;
	input->size -= size;
	return true;
}

/* State that looks like nothing in particular, the same for the same input. */
static inline unsigned long long noise(unsigned long long *state)
{
	*state = *state * 6364136223846793005ULL + 1442695040888963407ULL;
	return *state >> 33;
}

#endif /* TESTS_FUZZ_FUZZ_H */
