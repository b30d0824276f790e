/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Makes a wrong configuration out of a right one.
 *
 *	config_edit IN OUT KEY=VALUE...
 *
 * Keys of a system configuration: flags hyp.phys hyp.size gicd gicr gic maintenance console.
 * Of both kinds, for the cell: name cpus reset timeout cell.flags regions (only the count)
 *	mem.N.FIELD	of memory region N: phys virt size flags, at (phys and virt)
 *	irq.N.FIELD	of irqchip N: base pins0 .. pins3
 *	add.mem=PHYS,VIRT,SIZE,FLAGS	one more memory region
 *	add.irq=BASE,PINS		one more irqchip
 * Whatever else is there: byte.N (one byte at that offset), bytes (cut off there).
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jailhouse/types.h>
#include <jailhouse/cell-config.h>

#define ROOM 65536

static char data[ROOM];
static size_t size;

struct field {
	const char *key;
	size_t offset, size;
};

#define FIELD(key, type, member)                                                         \
	{                                                                                \
		(key), offsetof(struct type, member), sizeof(((struct type *)0)->member) \
	}
#define SYSTEM(key, member) FIELD(key, jailhouse_system, member)
#define CELL(key, member)   FIELD(key, jailhouse_cell_desc, member)

static const struct field system_fields[] = {
	SYSTEM("flags", flags),
	SYSTEM("hyp.phys", hypervisor_memory.phys_start),
	SYSTEM("hyp.size", hypervisor_memory.size),
	SYSTEM("console", debug_console.type),
	SYSTEM("gic", platform_info.arm.gic_version),
	SYSTEM("gicd", platform_info.arm.gicd_base),
	SYSTEM("gicr", platform_info.arm.gicr_base),
	SYSTEM("maintenance", platform_info.arm.maintenance_irq),
	{ 0 },
};

static const struct field cell_fields[] = {
	CELL("cell.flags", flags),
	CELL("regions", num_memory_regions),
	CELL("reset", cpu_reset_address),
	CELL("timeout", msg_reply_timeout),
	{ "cpus", sizeof(struct jailhouse_cell_desc), 8 },
	{ 0 },
};

static const struct field region_fields[] = {
	FIELD("phys", jailhouse_memory, phys_start),
	FIELD("virt", jailhouse_memory, virt_start),
	FIELD("size", jailhouse_memory, size),
	FIELD("flags", jailhouse_memory, flags),
	{ 0 },
};

static const struct field chip_fields[] = {
	FIELD("base", jailhouse_irqchip, pin_base),
	FIELD("pins0", jailhouse_irqchip, pin_bitmap[0]),
	FIELD("pins1", jailhouse_irqchip, pin_bitmap[1]),
	FIELD("pins2", jailhouse_irqchip, pin_bitmap[2]),
	FIELD("pins3", jailhouse_irqchip, pin_bitmap[3]),
	{ 0 },
};

static void die(const char *what, const char *value)
{
	fprintf(stderr, "config_edit: %s '%s'\n", what, value);
	exit(2);
}

static u64 number(const char *text)
{
	char *end;
	u64 value = strtoull(text, &end, 0);

	if (end == text || (*end && *end != ','))
		die("no number:", text);
	return value;
}

static int is_system(void)
{
	return !memcmp(data, JAILHOUSE_SYSTEM_SIGNATURE, JAILHOUSE_SIGNATURE_LENGTH);
}

static struct jailhouse_cell_desc *cell(void)
{
	return (void *)(data + (is_system() ? offsetof(struct jailhouse_system, root_cell) : 0));
}

static size_t regions_at(void)
{
	return (char *)jailhouse_cell_mem_regions(cell()) - data;
}

static size_t chips_at(void)
{
	return (char *)jailhouse_cell_irqchips(cell()) - data;
}

/* Little-endian, as everything. */
static void store(size_t offset, u64 value, size_t bytes)
{
	if (offset + bytes > size)
		die("outside of the file:", "offset");
	while (bytes--) {
		data[offset++] = value;
		value >>= 8;
	}
}

static int set_field(const struct field *field, size_t base, const char *key, const char *value)
{
	for (; field->key; field++)
		if (!strcmp(key, field->key)) {
			store(base + field->offset, number(value), field->size);
			return 1;
		}
	return 0;
}

/* "N.FIELD" of an array */
static int set_entry(const struct field *fields, size_t base, size_t entry, const char *key,
		     const char *value)
{
	char *dot;
	unsigned long n = strtoul(key, &dot, 10);

	base += n * entry;
	if (*dot++ != '.')
		return 0;
	if (strcmp(dot, "at"))
		return set_field(fields, base, dot, value);
	return set_field(fields, base, "phys", value) && set_field(fields, base, "virt", value);
}

static void make_room(size_t offset, size_t bytes)
{
	if (size + bytes > ROOM)
		die("too large:", "file");
	memmove(data + offset + bytes, data + offset, size - offset);
	memset(data + offset, 0, bytes);
	size += bytes;
}

/* The comma-separated numbers of @value, at most @count. */
static void numbers(const char *value, u64 *list, unsigned int count)
{
	while (value && count--) {
		*list++ = number(value);
		value = strchr(value, ',');
		if (value)
			value++;
	}
}

static int add(const char *key, const char *value)
{
	struct jailhouse_memory region = { 0 };
	struct jailhouse_irqchip chip = { 0 };
	u64 list[4] = { 0 };
	size_t offset;

	numbers(value, list, 4);
	if (!strcmp(key, "mem")) {
		region.phys_start = list[0];
		region.virt_start = list[1];
		region.size = list[2];
		region.flags = list[3];
		offset = regions_at() + cell()->num_memory_regions * sizeof(region);
		make_room(offset, sizeof(region));
		memcpy(data + offset, &region, sizeof(region));
		cell()->num_memory_regions++;
		return 1;
	}
	if (!strcmp(key, "irq")) {
		chip.pin_base = list[0];
		chip.pin_bitmap[0] = list[1];
		offset = chips_at() + cell()->num_irqchips * sizeof(chip);
		make_room(offset, sizeof(chip));
		memcpy(data + offset, &chip, sizeof(chip));
		cell()->num_irqchips++;
		return 1;
	}
	return 0;
}

static int edit(const char *key, const char *value)
{
	if (!strcmp(key, "name")) {
		memset(cell()->name, 0, sizeof(cell()->name));
		memcpy(cell()->name, value, strnlen(value, sizeof(cell()->name)));
		return 1;
	}
	if (!strcmp(key, "bytes")) {
		size = number(value) < size ? number(value) : size;
		return 1;
	}
	if (!strncmp(key, "byte.", 5)) {
		store(number(key + 5), number(value), 1);
		return 1;
	}
	if (!strncmp(key, "add.", 4))
		return add(key + 4, value);
	if (!strncmp(key, "mem.", 4))
		return set_entry(region_fields, regions_at(), sizeof(struct jailhouse_memory),
				 key + 4, value);
	if (!strncmp(key, "irq.", 4))
		return set_entry(chip_fields, chips_at(), sizeof(struct jailhouse_irqchip), key + 4,
				 value);
	if (is_system() && set_field(system_fields, 0, key, value))
		return 1;
	return set_field(cell_fields, (char *)cell() - data, key, value);
}

int main(int argc, char **argv)
{
	FILE *file;
	char *value;
	int n;

	if (argc < 3)
		die("usage:", "config_edit IN OUT KEY=VALUE...");
	file = fopen(argv[1], "r");
	if (!file)
		die("cannot read", argv[1]);
	size = fread(data, 1, sizeof(data), file);
	fclose(file);
	for (n = 3; n < argc; n++) {
		value = strchr(argv[n], '=');
		if (!value)
			die("no value:", argv[n]);
		*value++ = 0;
		if (!edit(argv[n], value))
			die("no key", argv[n]);
	}
	file = fopen(argv[2], "w");
	if (!file || fwrite(data, 1, size, file) != size || fclose(file))
		die("cannot write", argv[2]);
	return 0;
}
