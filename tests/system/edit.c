/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A configuration in memory that is changed field by field; edit.h says how the fields are called.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jailhouse/types.h>
#include <jailhouse/cell-config.h>

#include "edit.h"

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
	SYSTEM("console.address", debug_console.address),
	SYSTEM("console.size", debug_console.size),
	SYSTEM("console.flags", debug_console.flags),
	SYSTEM("console.divider", debug_console.divider),
	SYSTEM("console.gate", debug_console.gate_nr),
	SYSTEM("console.clock", debug_console.clock_reg),
	SYSTEM("gic", platform_info.arm.gic_version),
	SYSTEM("gicd", platform_info.arm.gicd_base),
	SYSTEM("gicc", platform_info.arm.gicc_base),
	SYSTEM("gich", platform_info.arm.gich_base),
	SYSTEM("gicv", platform_info.arm.gicv_base),
	SYSTEM("gicr", platform_info.arm.gicr_base),
	SYSTEM("maintenance", platform_info.arm.maintenance_irq),
	SYSTEM("pmtimer", platform_info.x86.pm_timer_address),
	SYSTEM("apic", platform_info.x86.apic_mode),
	SYSTEM("tsc", platform_info.x86.tsc_khz),
	SYSTEM("apictimer", platform_info.x86.apic_khz),
	SYSTEM("mmconfig", platform_info.pci_mmconfig_base),
	SYSTEM("endbus", platform_info.pci_mmconfig_end_bus),
	SYSTEM("iommu", platform_info.iommu_units[0].type),
	SYSTEM("iommu.base", platform_info.iommu_units[0].base),
	SYSTEM("iommu.size", platform_info.iommu_units[0].size),
	{ 0 },
};

static const struct field cell_fields[] = {
	CELL("cell.flags", flags),
	CELL("id", id),
	CELL("setsize", cpu_set_size),
	CELL("regions", num_memory_regions),
	CELL("caches", num_cache_regions),
	CELL("irqs", num_irqchips),
	CELL("pios", num_pio_regions),
	CELL("pcis", num_pci_devices),
	CELL("caps", num_pci_caps),
	CELL("streams", num_stream_ids),
	CELL("vpci", vpci_irq_base),
	CELL("reset", cpu_reset_address),
	CELL("timeout", msg_reply_timeout),
	CELL("con.type", console.type),
	CELL("con.address", console.address),
	CELL("con.flags", console.flags),
	CELL("con.divider", console.divider),
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
	FIELD("address", jailhouse_irqchip, address),
	FIELD("id", jailhouse_irqchip, id),
	FIELD("base", jailhouse_irqchip, pin_base),
	FIELD("pins0", jailhouse_irqchip, pin_bitmap[0]),
	FIELD("pins1", jailhouse_irqchip, pin_bitmap[1]),
	FIELD("pins2", jailhouse_irqchip, pin_bitmap[2]),
	FIELD("pins3", jailhouse_irqchip, pin_bitmap[3]),
	{ 0 },
};

static const struct field pio_fields[] = {
	FIELD("base", jailhouse_pio, base),
	FIELD("length", jailhouse_pio, length),
	{ 0 },
};

static const struct field pci_fields[] = {
	FIELD("type", jailhouse_pci_device, type),
	FIELD("iommu", jailhouse_pci_device, iommu),
	FIELD("domain", jailhouse_pci_device, domain),
	FIELD("bdf", jailhouse_pci_device, bdf),
	FIELD("caps", jailhouse_pci_device, caps_start),
	FIELD("ncaps", jailhouse_pci_device, num_caps),
	FIELD("msi", jailhouse_pci_device, num_msi_vectors),
	FIELD("msix", jailhouse_pci_device, num_msix_vectors),
	FIELD("shmem", jailhouse_pci_device, shmem_regions_start),
	FIELD("peer", jailhouse_pci_device, shmem_dev_id),
	FIELD("peers", jailhouse_pci_device, shmem_peers),
	{ 0 },
};

static const struct field cap_fields[] = {
	FIELD("id", jailhouse_pci_capability, id),
	FIELD("start", jailhouse_pci_capability, start),
	FIELD("len", jailhouse_pci_capability, len),
	FIELD("flags", jailhouse_pci_capability, flags),
	{ 0 },
};

static void die(const char *what, const char *value)
{
	fprintf(stderr, "edit: %s '%s'\n", what, value);
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

/* Where the array is, behind what the counts say. */
static size_t offset_of(const void *array)
{
	return (const char *)array - data;
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

/* One more entry of @bytes behind the @count that are at @array. Returns how many there are now. */
static u32 append(size_t array, u32 count, const void *entry, size_t bytes)
{
	size_t offset = array + count * bytes;

	make_room(offset, bytes);
	memcpy(data + offset, entry, bytes);
	return count + 1;
}

static int add_place(const char *key, const char *value)
{
	struct jailhouse_cell_desc *desc = cell();
	struct jailhouse_memory region;
	struct jailhouse_irqchip chip = { 0 };
	struct jailhouse_pio ports;
	u64 list[4] = { 0 };

	numbers(value, list, 4);
	region = (struct jailhouse_memory){ list[0], list[1], list[2], list[3] };
	ports = (struct jailhouse_pio){ list[0], list[1] };
	chip.pin_base = list[0];
	chip.pin_bitmap[0] = list[1];
	chip.address = list[2];
	chip.id = list[3];
	if (!strcmp(key, "mem"))
		desc->num_memory_regions =
			append(offset_of(jailhouse_cell_mem_regions(desc)),
			       desc->num_memory_regions, &region, sizeof(region));
	else if (!strcmp(key, "irq"))
		desc->num_irqchips = append(offset_of(jailhouse_cell_irqchips(desc)),
					    desc->num_irqchips, &chip, sizeof(chip));
	else if (!strcmp(key, "pio"))
		desc->num_pio_regions = append(offset_of(jailhouse_cell_pio(desc)),
					       desc->num_pio_regions, &ports, sizeof(ports));
	else
		return 0;
	return 1;
}

static int add_device(const char *key, const char *value)
{
	struct jailhouse_cell_desc *desc = cell();
	struct jailhouse_pci_device device = { 0 };
	struct jailhouse_pci_capability cap;
	union jailhouse_stream_id stream;
	u64 list[4] = { 0 };

	numbers(value, list, 4);
	device.type = list[0];
	device.bdf = list[1];
	device.shmem_peers = list[2];
	device.shmem_regions_start = list[3];
	cap = (struct jailhouse_pci_capability){ list[0], list[1], list[2], list[3] };
	stream.id = list[0];
	if (!strcmp(key, "pci"))
		desc->num_pci_devices = append(offset_of(jailhouse_cell_pci_devices(desc)),
					       desc->num_pci_devices, &device, sizeof(device));
	else if (!strcmp(key, "cap"))
		desc->num_pci_caps = append(offset_of(jailhouse_cell_pci_caps(desc)),
					    desc->num_pci_caps, &cap, sizeof(cap));
	else if (!strcmp(key, "stream"))
		desc->num_stream_ids = append(offset_of(jailhouse_cell_stream_ids(desc)),
					      desc->num_stream_ids, &stream, sizeof(stream));
	else
		return 0;
	return 1;
}

static int add(const char *key, const char *value)
{
	return add_place(key, value) || add_device(key, value);
}

struct array {
	const char *name;
	const struct field *fields; /* NULL: its entries cannot be changed */
	size_t offset, entry;
	u32 count;
};

/* Finds the array that @key begins with. */
static int find_array(const char *key, struct array *array)
{
	const struct jailhouse_cell_desc *d = cell();
	const struct array arrays[] = {
		{ "cpus", NULL, offset_of(jailhouse_cell_cpu_set(d)), 1, d->cpu_set_size },
		{ "mem", region_fields, offset_of(jailhouse_cell_mem_regions(d)),
		  sizeof(struct jailhouse_memory), d->num_memory_regions },
		{ "irq", chip_fields, offset_of(jailhouse_cell_irqchips(d)),
		  sizeof(struct jailhouse_irqchip), d->num_irqchips },
		{ "pio", pio_fields, offset_of(jailhouse_cell_pio(d)), sizeof(struct jailhouse_pio),
		  d->num_pio_regions },
		{ "pci", pci_fields, offset_of(jailhouse_cell_pci_devices(d)),
		  sizeof(struct jailhouse_pci_device), d->num_pci_devices },
		{ "cap", cap_fields, offset_of(jailhouse_cell_pci_caps(d)),
		  sizeof(struct jailhouse_pci_capability), d->num_pci_caps },
	};

	for (size_t n = 0; n < sizeof(arrays) / sizeof(arrays[0]); n++)
		if (!strncmp(key, arrays[n].name, strlen(arrays[n].name))) {
			*array = arrays[n];
			return 1;
		}
	return 0;
}

/* "ARRAY.N.FIELD" */
static int edit_array(const char *key, const char *value)
{
	struct array array;

	if (!find_array(key, &array) || !array.fields || key[strlen(array.name)] != '.')
		return 0;
	return set_entry(array.fields, array.offset, array.entry, key + strlen(array.name) + 1,
			 value);
}

/* The file ends one byte before the array does; or before the descriptor or the header does. */
static int cut(const char *value)
{
	struct array array;

	if (find_array(value, &array))
		size = array.offset + array.count * array.entry - 1;
	else if (!strcmp(value, "cell"))
		size = offset_of(cell() + 1) - 1;
	else if (!strcmp(value, "header"))
		size = offset_of(cell()) - 1;
	else
		return 0;
	return 1;
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
	if (!strcmp(key, "cut"))
		return cut(value);
	if (!strncmp(key, "byte.", 5)) {
		store(number(key + 5), number(value), 1);
		return 1;
	}
	if (!strncmp(key, "add.", 4))
		return add(key + 4, value);
	if (edit_array(key, value))
		return 1;
	if (!strcmp(key, "ioapic"))
		return edit_array("irq.0.address", value);
	if (is_system() && set_field(system_fields, 0, key, value))
		return 1;
	return set_field(cell_fields, offset_of(cell()), key, value);
}

void edit_argument(char *argument)
{
	char *value = strchr(argument, '=');

	if (!value)
		die("no value:", argument);
	*value++ = 0;
	if (!edit(argument, value))
		die("no key", argument);
}

void edit_load(const char *path)
{
	FILE *file = fopen(path, "r");

	if (!file)
		die("cannot read", path);
	size = fread(data, 1, sizeof(data), file);
	fclose(file);
}

void edit_save(const char *path)
{
	FILE *file = fopen(path, "w");

	if (!file || fwrite(data, 1, size, file) != size || fclose(file))
		die("cannot write", path);
}

const void *edit_data(size_t *bytes)
{
	*bytes = size;
	return data;
}
