/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fuzzer of the configuration checks (libFuzzer). The first byte of the input chooses what the
 * rest is taken for: even a cell configuration, odd a system configuration. libFuzzer's copy of the
 * input ends with it, so the sanitizers see what is read beyond.
 *
 * What is accepted has to keep the promises that the hypervisor relies on; they are stated here
 * once more, independently of the checks.
 */
#include <core/config.h>
#include <core/pool.h>

#include "config_sample.h"
#include "fuzz.h"
#include "mock.h"

static void promise_regions(const struct jailhouse_cell_desc *desc, bool root)
{
	const struct jailhouse_memory *r = config_mem_regions(desc);
	const struct config_machine *machine = &sample_machine;
	u32 n, m;

	for (n = 0; n < desc->num_memory_regions; n++) {
		u64 end = r[n].virt_start + r[n].size;

		if (r[n].size == 0)
			continue;
		promise(end > r[n].virt_start && end <= machine->phys_limit);
		for (m = 0; m < n; m++)
			promise(r[m].size == 0 || r[m].virt_start >= end ||
				r[m].virt_start + r[m].size <= r[n].virt_start);
		if (r[n].flags & JAILHOUSE_MEM_COMM_REGION) {
			promise(!root && r[n].size == PAGE_SIZE &&
				r[n].virt_start % PAGE_SIZE == 0);
			continue;
		}
		end = r[n].phys_start + r[n].size;
		promise(end > r[n].phys_start && end <= machine->phys_limit);
		promise(root || end <= machine->hyp_start ||
			r[n].phys_start >= machine->hyp_start + machine->hyp_size);
		if (config_region_subpage(&r[n]))
			promise(r[n].phys_start / PAGE_SIZE == (end - 1) / PAGE_SIZE);
	}
}

static void promise_cpus(const struct jailhouse_cell_desc *desc)
{
	u32 cpu, count = 0;

	for (cpu = 0; cpu < sample_machine.max_cpus; cpu++)
		count += config_has_cpu(desc, cpu);
	promise(count > 0 && count == config_cpu_count(desc));
}

static void promise_irqs(const struct jailhouse_cell_desc *desc)
{
	const struct jailhouse_irqchip *chips = config_irqchips(desc);
	u8 seen[1020] = { 0 };
	u32 n, bit;

	for (n = 0; n < desc->num_irqchips; n++)
		for (bit = 0; bit < 128; bit++)
			if (chips[n].pin_bitmap[bit / 32] & (1U << (bit % 32))) {
				promise(chips[n].pin_base >= 32 && chips[n].pin_base + bit < 1020);
				promise(seen[chips[n].pin_base + bit]++ == 0);
			}
}

static void promise_pci(const struct jailhouse_cell_desc *desc)
{
	const struct jailhouse_pci_device *dev = config_pci_devices(desc);
	u32 n;

	for (n = 0; n < desc->num_pci_devices; n++) {
		promise((u64)dev[n].caps_start + dev[n].num_caps <= desc->num_pci_caps);
		if (dev[n].type == JAILHOUSE_PCI_TYPE_IVSHMEM)
			promise(dev[n].shmem_dev_id < dev[n].shmem_peers &&
				(u64)dev[n].shmem_regions_start + 2 + dev[n].shmem_peers <=
					desc->num_memory_regions);
	}
}

/* An accepted cell, its arrays end at @end. */
static void promise_all(const struct jailhouse_cell_desc *desc, const uint8_t *end, bool root)
{
	promise((const uint8_t *)(config_stream_ids(desc) + desc->num_stream_ids) <= end);
	promise(strnlen(desc->name, sizeof(desc->name)) < sizeof(desc->name));
	promise_cpus(desc);
	promise_regions(desc, root);
	promise_irqs(desc);
	promise_pci(desc);
}

static void check_cell(const uint8_t *data, size_t size)
{
	const struct jailhouse_cell_desc *desc = (const void *)data;
	struct cell_sample other;

	if (config_check_cell(desc, size, &sample_machine) != 0) {
		promise(mock_error_text[0] != '\0');
		return;
	}
	promise_all(desc, data + size, false);
	sample_other_cell(&other);
	config_check_conflict(desc, &other.cell);
	config_check_conflict(&other.cell, desc);
	promise(config_check_conflict(desc, desc) < 0);
}

static void check_system(const uint8_t *data, size_t size)
{
	const struct jailhouse_system *system = (const void *)data;

	if (config_check_system(system, size, &sample_machine) != 0)
		promise(mock_error_text[0] != '\0');
	else
		promise_all(&system->root_cell, data + size, true);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	mock_reset();
	if (size == 0)
		return 0;
	if (data[0] % 2 == 0)
		check_cell(data + 1, size - 1);
	else
		check_system(data + 1, size - 1);
	promise(mock_bugs == 0);
	return 0;
}
