/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Configurations from user space. The hypervisor checks what they mean; here only what the module
 * itself relies on is checked: that they are what they say and that all arrays are inside.
 */
#include <linux/ctype.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "arch.h"

static int check_header(const char *signature, const char *expected, u8 architecture, u16 revision,
			const char *kind, struct jailhouse_error *why)
{
	if (memcmp(signature, expected, JAILHOUSE_SIGNATURE_LENGTH))
		return refuse(why, -EINVAL,
			      "this is not a %s configuration: it starts with \"%*pE\" "
			      "instead of \"%s\"",
			      kind, JAILHOUSE_SIGNATURE_LENGTH, signature, expected);
	if (revision != JAILHOUSE_CONFIG_REVISION)
		return refuse(why, -EINVAL, "the %s configuration has revision %u, expected %u",
			      kind, revision, JAILHOUSE_CONFIG_REVISION);
	if (architecture != arch_id)
		return refuse(why, -EINVAL,
			      "the %s configuration is for architecture %u, this "
			      "machine is %s (%u)",
			      kind, architecture, arch_name, arch_id);
	return 0;
}

static int check_name(const struct jailhouse_cell_desc *cell, struct jailhouse_error *why)
{
	size_t n, length = strnlen(cell->name, sizeof(cell->name));

	if (!length || length == sizeof(cell->name))
		return refuse(why, -EINVAL, "the name of the cell must have 1 to %u characters",
			      JAILHOUSE_CELL_NAME_MAXLEN);
	for (n = 0; n < length; n++)
		if (!isprint(cell->name[n]))
			return refuse(why, -EINVAL,
				      "the name of the cell contains a character 0x%02x "
				      "that cannot be printed",
				      (u8)cell->name[n]);
	return 0;
}

static void warn_ivshmem(const struct jailhouse_cell_desc *cell)
{
	const struct jailhouse_pci_device *device = jailhouse_cell_pci_devices(cell);
	unsigned int n, count = 0;

	for (n = 0; n < cell->num_pci_devices; n++)
		count += device[n].type == JAILHOUSE_PCI_TYPE_IVSHMEM;
	if (count)
		pr_warn("%u ivshmem devices are configured for cell \"%s\"; they stay inert in this "
			"version\n",
			count, cell->name);
}

/*
 * Fills *@config with @size bytes from @source, the first @head of which were read before and are
 * not read again.
 */
static int copy_rest(void *config, const void *header, size_t head, const void __user *source,
		     size_t size, struct jailhouse_error *why)
{
	memcpy(config, header, head);
	if (copy_from_user(config + head, source + head, size - head))
		return refuse(why, -EFAULT,
			      "the configuration ends before its %zu bytes: it cannot be "
			      "read",
			      size);
	return 0;
}

int config_read_system(const void __user *source, struct jailhouse_system **config, size_t *size,
		       struct jailhouse_error *why)
{
	struct jailhouse_system header;
	u64 total;
	int err;

	if (copy_from_user(&header, source, sizeof(header)))
		return refuse(why, -EFAULT,
			      "the configuration cannot be read: it is shorter than the "
			      "%zu bytes of a system configuration",
			      sizeof(header));
	err = check_header(header.signature, JAILHOUSE_SYSTEM_SIGNATURE, header.architecture,
			   header.revision, "system", why);
	if (!err)
		err = check_name(&header.root_cell, why);
	if (err)
		return err;
	total = jailhouse_system_config_size(&header);
	if (total > JAILHOUSE_MAX_CONFIG_SIZE)
		return refuse(why, -E2BIG,
			      "the system configuration says that it has %llu bytes, at "
			      "most %u are accepted",
			      total, JAILHOUSE_MAX_CONFIG_SIZE);
	*size = total;
	*config = kvzalloc(total, GFP_KERNEL);
	if (!*config)
		return refuse(why, -ENOMEM, "out of memory for a configuration of %llu bytes",
			      total);
	err = copy_rest(*config, &header, sizeof(header), source, total, why);
	if (err)
		kvfree(*config);
	else
		warn_ivshmem(&(*config)->root_cell);
	return err;
}

int config_read_cell(const struct jailhouse_cell_create *create,
		     struct jailhouse_cell_desc **config, size_t *size, struct jailhouse_error *why)
{
	const void __user *source = u64_to_user_ptr(create->config_address);
	struct jailhouse_cell_desc header;
	u64 total;
	int err;

	if (create->config_size < sizeof(header))
		return refuse(why, -EINVAL,
			      "a cell configuration has at least %zu bytes, this one has "
			      "%u",
			      sizeof(header), create->config_size);
	if (copy_from_user(&header, source, sizeof(header)))
		return refuse(why, -EFAULT, "the configuration cannot be read");
	err = check_header(header.signature, JAILHOUSE_CELL_DESC_SIGNATURE, header.architecture,
			   header.revision, "cell", why);
	if (!err)
		err = check_name(&header, why);
	if (err)
		return err;
	total = jailhouse_cell_config_size(&header);
	if (total > create->config_size || total > JAILHOUSE_MAX_CONFIG_SIZE)
		return refuse(why, -E2BIG,
			      "the arrays of cell \"%s\" end at byte %llu, but its "
			      "configuration has %u bytes (at most %u)",
			      header.name, total, create->config_size, JAILHOUSE_MAX_CONFIG_SIZE);
	*size = total;
	*config = alloc_pages_exact(total, GFP_KERNEL | __GFP_ZERO | __GFP_NOWARN);
	if (!*config)
		return refuse(why, -ENOMEM, "out of memory for a configuration of %llu bytes",
			      total);
	err = copy_rest(*config, &header, sizeof(header), source, total, why);
	if (err)
		free_pages_exact(*config, total);
	else
		warn_ivshmem(*config);
	return err;
}

int config_cpus(const struct jailhouse_cell_desc *cell, struct cpumask *cpus,
		struct jailhouse_error *why)
{
	u64 cpu, bits = (u64)cell->cpu_set_size * 8;

	cpumask_clear(cpus);
	for (cpu = 0; cpu < bits; cpu++) {
		if (!jailhouse_cell_has_cpu(cell, cpu))
			continue;
		if (cpu >= nr_cpu_ids || !cpu_possible(cpu))
			return refuse(why, -EINVAL,
				      "CPU %llu of cell \"%s\" does not exist: this "
				      "machine has CPUs %*pbl",
				      cpu, cell->name, cpumask_pr_args(cpu_possible_mask));
		cpumask_set_cpu(cpu, cpus);
	}
	if (cpumask_empty(cpus))
		return refuse(why, -EINVAL, "cell \"%s\" has no CPU", cell->name);
	return 0;
}
