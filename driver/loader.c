/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The hypervisor image: from the firmware directory into its memory, laid out as
 * <jailhouse/hypervisor.h> says. The result is a machine that only has to be switched over.
 */
#include <linux/firmware.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/sizes.h>

#include "arch.h"

#define IMAGE_NAME "jailhouse.bin"
#define PERCPU_MAX SZ_1M

MODULE_FIRMWARE(IMAGE_NAME);

#define IMAGE_OWNER "the hypervisor"

static int check_image(const struct firmware *fw, struct jailhouse_error *why)
{
	const struct jailhouse_image_header *header = (const void *)fw->data;

	if (fw->size < sizeof(*header) ||
	    memcmp(header->signature, JAILHOUSE_IMAGE_SIGNATURE, sizeof(header->signature)))
		return refuse(why, -ENOEXEC,
			      "the firmware " IMAGE_NAME " (%zu bytes) is not a "
			      "hypervisor image",
			      fw->size);
	if (header->version != JAILHOUSE_IMAGE_VERSION)
		return refuse(why, -ENOEXEC,
			      "the firmware " IMAGE_NAME " has version %u, this driver "
			      "needs %u",
			      header->version, JAILHOUSE_IMAGE_VERSION);
	if (header->architecture != arch_id)
		return refuse(why, -ENOEXEC,
			      "the firmware " IMAGE_NAME " is for architecture %u, this "
			      "machine is %s (%u)",
			      header->architecture, arch_name, arch_id);
	if (!PAGE_ALIGNED(header->image_size) || header->image_size < fw->size ||
	    header->entry_offset < sizeof(*header) || header->entry_offset >= fw->size ||
	    header->status_offset < sizeof(*header) ||
	    header->status_offset > header->image_size - sizeof(struct jailhouse_status) ||
	    !PAGE_ALIGNED(header->percpu_size) || header->percpu_size > PERCPU_MAX ||
	    header->percpu_size < sizeof(struct jailhouse_console_ring) ||
	    header->ring_offset > header->percpu_size - sizeof(struct jailhouse_console_ring))
		return refuse(
			why, -ENOEXEC,
			"the header of the firmware " IMAGE_NAME " is damaged: "
			"%zu bytes, image 0x%x, entry 0x%x, status 0x%x, per CPU 0x%x, ring 0x%x",
			fw->size, header->image_size, header->entry_offset, header->status_offset,
			header->percpu_size, header->ring_offset);
	return 0;
}

static int claim_memory(struct image *image, struct jailhouse_system *config,
			struct jailhouse_error *why)
{
	struct jailhouse_memory *memory = &config->hypervisor_memory;
	int err;

	if (!memory->size || !PAGE_ALIGNED(memory->size) || memory->size > SZ_1G)
		return refuse(why, -EINVAL,
			      "hypervisor memory of 0x%llx bytes: expected a multiple of "
			      "0x%lx up to 0x%x",
			      memory->size, PAGE_SIZE, SZ_1G);
	if (memory->phys_start != JAILHOUSE_PHYS_ANY &&
	    (memory->phys_start >= arch_memory_limit() ||
	     memory->size > arch_memory_limit() - memory->phys_start))
		return refuse(why, -EINVAL, "hypervisor memory (0x%llx+0x%llx) is above 0x%llx",
			      memory->phys_start, memory->size, arch_memory_limit());
	if (memory->phys_start == JAILHOUSE_PHYS_ANY)
		err = memory_claim_any(&image->holds, memory->size, IMAGE_OWNER,
				       &memory->phys_start, why);
	else
		err = memory_claim(&image->holds, memory->phys_start, memory->size, false,
				   IMAGE_OWNER, "hypervisor memory", why);
	if (err)
		return err;
	image->phys = memory->phys_start;
	image->size = memory->size;
	image->virt = memremap(image->phys, image->size, MEMREMAP_WB);
	if (!image->virt)
		return refuse(why, -ENOMEM, "hypervisor memory (0x%llx+0x%llx) cannot be mapped",
			      image->phys, image->size);
	return 0;
}

static int lay_out(struct image *image, const struct firmware *fw,
		   const struct jailhouse_system *config, size_t config_size,
		   const struct cpumask *cpus, struct jailhouse_error *why)
{
	const struct jailhouse_image_header *source = (const void *)fw->data;
	struct jailhouse_image_header *header = image->virt;
	u32 max_cpus = cpumask_last(cpus) + 1;
	u64 config_offset = source->image_size + (u64)max_cpus * source->percpu_size;
	u64 tables_offset = PAGE_ALIGN(config_offset + config_size);
	s64 end;
	int err;

	if (tables_offset > image->size)
		return refuse(why, -ENOMEM,
			      "hypervisor memory of 0x%llx bytes is too small: image, "
			      "%u CPUs and configuration alone need 0x%llx",
			      image->size, max_cpus, tables_offset);
	memset(image->virt, 0, tables_offset);
	memcpy(image->virt, fw->data, fw->size);
	memcpy(image->virt + config_offset, config, config_size);

	image->header = header;
	image->status = image->virt + source->status_offset;
	image->entry_phys = image->phys + source->entry_offset;
	header->phys_base = image->phys;
	header->memory_size = image->size;
	header->config_offset = config_offset;
	header->config_size = config_size;
	header->max_cpus = max_cpus;
	header->online_cpus = cpumask_weight(cpus);
	header->barrier_timeout = arch_counter_ticks(BARRIER_TIMEOUT_MS);
	err = arch_describe(header, image->virt + config_offset, why);
	if (err)
		return err;

	end = arch_build_entry_tables(image, tables_offset, why);
	if (end < 0)
		return end;
	if (end >= image->size)
		return refuse(why, -ENOMEM,
			      "hypervisor memory of 0x%llx bytes is too small: nothing "
			      "is left for the page pool",
			      image->size);
	header->pool_offset = end;
	arch_clean_memory(image->virt, end);
	return 0;
}

int image_load(struct image *image, struct jailhouse_system *config, size_t config_size,
	       const struct cpumask *cpus, struct jailhouse_error *why)
{
	const struct firmware *fw;
	int err;

	memset(image, 0, sizeof(*image));
	INIT_LIST_HEAD(&image->holds);
	err = request_firmware_direct(&fw, IMAGE_NAME, sysfs_device());
	if (err)
		return refuse(why, err,
			      "the firmware " IMAGE_NAME " cannot be loaded (error %d): it "
			      "belongs into /lib/firmware",
			      err);
	err = check_image(fw, why);
	if (!err)
		err = claim_memory(image, config, why);
	if (!err)
		err = lay_out(image, fw, config, config_size, cpus, why);
	release_firmware(fw);
	if (err)
		image_release(image);
	return err;
}

void image_release(struct image *image)
{
	if (image->virt)
		memunmap(image->virt);
	memory_release(&image->holds);
	image->virt = NULL;
	image->status = NULL;
	image->header = NULL;
}

int image_explain(const struct image *image, u32 sequence, int code, const char *what,
		  struct jailhouse_error *why)
{
	const struct jailhouse_status *status = image->status;

	if (READ_ONCE(status->sequence) == sequence)
		return refuse(why, code, "%s failed: error %d", what, code);
	rmb(); /* text and code belong to the sequence */
	/* Of several CPUs that found something wrong all but one return what is not in the text. */
	if (status->code < 0)
		code = status->code;
	report_set(why, code, "hypervisor", 0, "%.*s", (int)sizeof(status->text), status->text);
	strscpy(why->file, status->file, min(sizeof(why->file), sizeof(status->file)));
	why->line = status->line;
	return code;
}
