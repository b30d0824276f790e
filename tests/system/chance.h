/* SPDX-License-Identifier: GPL-2.0-only */
/* What programs that fuzz the driver share: numbers by chance, the same seed gives the same ones again; and
 * the file of what they change. */
#ifndef CHANCE_H
#define CHANCE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

static uint64_t chance_state;

static inline void chance_seed(uint64_t seed)
{
	chance_state = seed * 0xd6e8feb86659fd93ULL;
}

static inline uint64_t number(void)
{
	uint64_t n = chance_state += 0x9e3779b97f4a7c15ULL;

	n = (n ^ n >> 30) * 0xbf58476d1ce4e5b9ULL;
	n = (n ^ n >> 27) * 0x94d049bb133111ebULL;
	return n ^ n >> 31;
}

static inline uint64_t below(uint64_t limit)
{
	return number() % limit;
}

/* One that finds more than others: nothing, all, one bit, few, any. */
static inline uint64_t value(void)
{
	switch (below(5)) {
	case 0:
		return 0;
	case 1:
		return ~0ULL;
	case 2:
		return 1ULL << below(64);
	case 3:
		return below(16);
	default:
		return number();
	}
}

/* Reads a file, or what fits. Returns its bytes, 0 after an error, which is told. */
static inline size_t sample_read(const char *path, void *buffer, size_t size)
{
	FILE *file = fopen(path, "rb");
	size_t got;

	if (!file) {
		perror(path);
		return 0;
	}
	got = fread(buffer, 1, size, file);
	fclose(file);
	return got;
}

#endif /* CHANCE_H */
