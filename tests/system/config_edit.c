/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Makes a wrong configuration out of a right one.
 *
 *	config_edit IN OUT KEY=VALUE...
 *
 * Keys of a system configuration: flags hyp.phys hyp.size console (type of the debug console)
 * console.address console.size console.flags; of arm64: gic gicd gicc gich gicv gicr maintenance; of
 * x86: pmtimer apic tsc ioapic (address of irqchip 0) mmconfig endbus iommu (type of unit 0).
 * Of both kinds, for the cell: name cpus reset timeout cell.flags regions (only the count)
 *	con.FIELD	of its console: type address flags divider
 *	mem.N.FIELD	of memory region N: phys virt size flags, at (phys and virt)
 *	irq.N.FIELD	of irqchip N: address id base pins0 .. pins3
 *	pio.N.FIELD	of PIO region N: base length
 *	pci.N.FIELD	of PCI device N: type iommu domain bdf caps ncaps msi msix
 *	add.mem=PHYS,VIRT,SIZE,FLAGS	one more memory region
 *	add.irq=BASE,PINS[,ADDRESS[,ID]]	one more irqchip
 *	add.pio=BASE,LENGTH		one more PIO region
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
	SYSTEM("console.address", debug_console.address),
	SYSTEM("console.size", debug_console.size),
	SYSTEM("console.flags", debug_console.flags),
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
	SYSTEM("mmconfig", platform_info.pci_mmconfig_base),
	SYSTEM("endbus", platform_info.pci_mmconfig_end_bus),
	SYSTEM("iommu", platform_info.iommu_units[0].type),
	{ 0 },
};

static const struct field cell_fields[] = {
	CELL("cell.flags", flags),
	CELL("regions", num_memory_regions),
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

static size_t pio_at(void)
{
	return (char *)jailhouse_cell_pio(cell()) - data;
}

static size_t pci_at(void)
{
	return (char *)jailhouse_cell_pci_devices(cell()) - data;
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

static int add(const char *key, const char *value)
{
	struct jailhouse_cell_desc *desc = cell();
	u64 list[4] = { 0 };

	numbers(value, list, 4);
	if (!strcmp(key, "mem")) {
		struct jailhouse_memory region = { list[0], list[1], list[2], list[3] };

		desc->num_memory_regions =
			append(regions_at(), desc->num_memory_regions, &region, sizeof(region));
	} else if (!strcmp(key, "irq")) {
		struct jailhouse_irqchip chip = { .pin_base = list[0], .address = list[2] };

		chip.pin_bitmap[0] = list[1];
		chip.id = list[3];
		desc->num_irqchips = append(chips_at(), desc->num_irqchips, &chip, sizeof(chip));
	} else if (!strcmp(key, "pio")) {
		struct jailhouse_pio ports = { list[0], list[1] };

		desc->num_pio_regions =
			append(pio_at(), desc->num_pio_regions, &ports, sizeof(ports));
	} else {
		return 0;
	}
	return 1;
}

/* "ARRAY.N.FIELD" */
static int edit_array(const char *key, const char *value)
{
	const struct {
		const char *name;
		const struct field *fields;
		size_t offset, entry;
	} arrays[] = {
		{ "mem.", region_fields, regions_at(), sizeof(struct jailhouse_memory) },
		{ "irq.", chip_fields, chips_at(), sizeof(struct jailhouse_irqchip) },
		{ "pio.", pio_fields, pio_at(), sizeof(struct jailhouse_pio) },
		{ "pci.", pci_fields, pci_at(), sizeof(struct jailhouse_pci_device) },
	};

	for (size_t n = 0; n < sizeof(arrays) / sizeof(arrays[0]); n++)
		if (!strncmp(key, arrays[n].name, 4))
			return set_entry(arrays[n].fields, arrays[n].offset, arrays[n].entry,
					 key + 4, value);
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
	if (edit_array(key, value))
		return 1;
	if (!strcmp(key, "ioapic"))
		return edit_array("irq.0.address", value);
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
