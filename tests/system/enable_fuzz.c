/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * System configurations with something changed in them, by chance: each is refused with a sentence, or
 * works and can be disabled. The same seed does the same again.
 *
 *	enable_fuzz SEED COUNT CONFIGURATION
 *
 * What is changed is what driver or hypervisor have to notice when it is wrong, and what may be any
 * value. Some lies nobody can notice, and Linux or a device would pay for them; these are left out:
 *
 *  - the debug console, whose registers would be written wherever it is said to be;
 *  - memory regions that are not RAM, port ranges, fewer regions, pins or ports: Linux without one of
 *    its devices waits for it, maybe for ever (a UART that reads as ones is always busy).
 *
 * Each change is told before it is tried, so the last line on the console names what does not come
 * back. Exit status: 0, or 1 if an answer was none of the two.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <jailhouse/cell-config.h>
#include <jailhouse/driver.h>

#include "chance.h"

#define MAP_SIZE   65536
#define MOST_AREAS 64
#define RIGHT_EACH 16 /* so often the right configuration is tried */
#define ATTEMPTS   20 /* where the computer below the emulator is busy, a CPU may come too late */
#define PAUSE_US   200000

struct area {
	const char *what;
	size_t start, size;
	bool grows; /* words of 32 bits, in which bits may come but not go */
};

static struct area areas[MOST_AREAS];
static unsigned int area_count;
static uint8_t sample[MAP_SIZE];
static size_t sample_size;
static uint8_t *config; /* ends where there is no memory any more */
static int device;

static void area_add(const char *what, const void *start, size_t size, bool grows)
{
	if (size && area_count < MOST_AREAS)
		areas[area_count++] =
			(struct area){ what, (const uint8_t *)start - sample, size, grows };
}

/* From one member of a structure until just before another. */
#define AREA_BETWEEN(what, from, to) \
	area_add(what, from, (const uint8_t *)(to) - (const uint8_t *)(from), false)

static void areas_find(void)
{
	const struct jailhouse_system *system = (void *)sample;
	const struct jailhouse_cell_desc *root = &system->root_cell;
	const struct jailhouse_memory *mem = jailhouse_cell_mem_regions(root);
	const struct jailhouse_irqchip *chip = jailhouse_cell_irqchips(root);
	unsigned int n;

	AREA_BETWEEN("the header", sample, &system->hypervisor_memory);
	area_add("the hypervisor memory", &system->hypervisor_memory,
		 sizeof(system->hypervisor_memory), false);
	area_add("the platform", &system->platform_info, sizeof(system->platform_info), false);
	AREA_BETWEEN("the root cell", root, &root->cpu_set_size);
	area_add("the counts", &root->cpu_set_size,
		 offsetof(struct jailhouse_cell_desc, vpci_irq_base) -
			 offsetof(struct jailhouse_cell_desc, cpu_set_size),
		 true);
	AREA_BETWEEN("the root cell", &root->vpci_irq_base, root + 1);
	area_add("the CPU set", jailhouse_cell_cpu_set(root), root->cpu_set_size, false);
	for (n = 0; n < root->num_memory_regions; n++)
		if (mem[n].flags & JAILHOUSE_MEM_EXECUTE)
			area_add("a region of RAM", mem + n, sizeof(*mem), false);
	for (n = 0; n < root->num_irqchips; n++) {
		area_add("an irqchip", chip + n, offsetof(struct jailhouse_irqchip, pin_bitmap),
			 false);
		area_add("pins of an irqchip", chip[n].pin_bitmap, sizeof(chip[n].pin_bitmap),
			 true);
	}
	AREA_BETWEEN("the PCI devices", jailhouse_cell_pci_devices(root),
		     jailhouse_cell_stream_ids(root));
}

static void change(void)
{
	const struct area *area = &areas[below(area_count)];
	size_t width = area->grows ? 4 : 1ULL << below(4), at;
	uint64_t old = 0, new = value();

	if (width > area->size)
		width = 1;
	at = area->start +
	     (area->grows ? 4 * below(area->size / 4) : below(area->size - width + 1));
	memcpy(&old, config + at, width);
	switch (area->grows ? 0 : below(4)) {
	case 0:
		new |= old;
		break;
	case 1:
		new = old ^ 1ULL << below(8 * width);
		break;
	case 2:
		new = old + below(16) - 8;
		break;
	}
	if (width < 8)
		new &= (1ULL << 8 * width) - 1;
	if (new == old && !area->grows)
		new = old ^ 1;
	memcpy(config + at, &new, width);
	printf(" %s, byte %zu: 0x%llx instead of 0x%llx;", area->what, at, (unsigned long long)new,
	       (unsigned long long)old);
}

/* The configuration, or what is left of it, in front of the end of memory. */
static void prepare(size_t size, uint8_t *end)
{
	config = end - size;
	memcpy(config, sample, size);
}

static int bad(const char *what, const char *why)
{
	printf("\nenable_fuzz: %s: %s\n", what, why);
	return -1;
}

/* Reads what the driver said of the call that failed with @code. */
static int read_why(int code, struct jailhouse_error *why)
{
	if (ioctl(device, JAILHOUSE_ERROR, why) || why->code != -code || !why->text[0])
		return bad("a refusal without its sentence", strerror(code));
	return 0;
}

static int disable(void)
{
	struct jailhouse_error why = { 0 };
	unsigned int n;
	int code;

	for (n = 0; ioctl(device, JAILHOUSE_DISABLE); n++) {
		code = errno;
		if (read_why(code, &why))
			return -1;
		if ((code != EBUSY && code != ETIMEDOUT) || n == ATTEMPTS)
			return bad("disable fails", why.text);
		printf("  disable: %s\n", why.text);
		usleep(PAUSE_US);
	}
	return 0;
}

/* Returns 1 if it was accepted, 0 if it was refused, and -1 after anything else. */
static int enable(void)
{
	struct jailhouse_error why = { 0 };

	if (!ioctl(device, JAILHOUSE_ENABLE, config)) {
		printf(" accepted\n");
		return disable() ? -1 : 1;
	}
	if (read_why(errno, &why))
		return -1;
	printf(" %s\n", why.text);
	return 0;
}

static int one(unsigned long n, uint8_t *end)
{
	size_t size = below(16) ? sample_size : below(sample_size);
	uint64_t changes = 1 + !below(4);

	prepare(size, end);
	printf("  %lu:", n);
	if (size < sample_size)
		printf(" cut off after %zu bytes;", size);
	else
		while (changes--)
			change();
	/* On the console before anything can happen. */
	fflush(stdout);
	return enable();
}

static int right(uint8_t *end)
{
	unsigned int n;
	int result = 0;

	prepare(sample_size, end);
	for (n = 0; n < ATTEMPTS && !result; n++) {
		printf("  the right one:");
		result = enable();
		if (!result)
			usleep(PAUSE_US);
	}
	return result > 0 ? 0 : -1;
}

static int all(unsigned long count, uint8_t *end)
{
	unsigned long n, accepted = 0;
	int result = 0;

	for (n = 0; n < count && result >= 0; n++) {
		result = one(n, end);
		accepted += result > 0;
		if (result >= 0 && n % RIGHT_EACH == RIGHT_EACH - 1)
			result = right(end);
	}
	if (result >= 0)
		result = right(end);
	printf("# enable_fuzz: %lu configurations, %lu accepted\n", n, accepted);
	return result < 0;
}

static int read_sample(const char *path)
{
	const struct jailhouse_system *system = (void *)sample;

	sample_size = sample_read(path, sample, sizeof(sample));
	return sample_size >= sizeof(*system) &&
			       jailhouse_system_config_size(system) == sample_size ?
		       0 :
		       -1;
}

int main(int argc, char **argv)
{
	uint8_t *map;

	if (argc != 4 || read_sample(argv[3])) {
		fprintf(stderr, "usage: enable_fuzz SEED COUNT CONFIGURATION\n");
		return 2;
	}
	chance_seed(strtoull(argv[1], NULL, 0));
	areas_find();
	map = mmap(NULL, MAP_SIZE + 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		   0);
	device = open(JAILHOUSE_DEVICE, O_RDWR);
	if (device < 0 || map == MAP_FAILED || munmap(map + MAP_SIZE, 4096)) {
		perror("enable_fuzz");
		return 2;
	}
	return all(strtoul(argv[2], NULL, 0), map + MAP_SIZE);
}
