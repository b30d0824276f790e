/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Images for a cell. The cell is stopped and its loadable regions are mapped in the root cell when
 * they are copied; the cell starts with its caches off, so they go to memory.
 */
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/sizes.h>
#include <linux/uaccess.h>

#include "arch.h"

#define COPY_CHUNK SZ_64K

/* Returns the region that holds the first byte of @image, NULL if none is loadable there. */
static const struct jailhouse_memory *image_region(const struct jailhouse_cell_desc *config,
						   const struct jailhouse_preload_image *image,
						   unsigned int *number)
{
	const struct jailhouse_memory *region = jailhouse_cell_mem_regions(config);

	for (*number = 0; *number < config->num_memory_regions; ++*number, region++)
		if (region->flags & JAILHOUSE_MEM_LOADABLE &&
		    !(region->flags & (JAILHOUSE_MEM_IO | JAILHOUSE_MEM_COMM_REGION)) &&
		    PAGE_ALIGNED(region->phys_start | region->size) &&
		    image->target_address >= region->virt_start &&
		    image->target_address - region->virt_start < region->size)
			return region;
	return NULL;
}

int images_check(const struct cell *cell, const struct jailhouse_preload_image *images, u32 count,
		 struct jailhouse_error *why)
{
	const struct jailhouse_preload_image *image = images;
	const struct jailhouse_memory *region;
	unsigned int n, number;

	for (n = 0; n < count; n++, image++) {
		if (!image->size)
			return refuse(why, -EINVAL, "image %u is empty", n);
		region = image_region(cell->config, image, &number);
		if (!region)
			return refuse(why, -EINVAL,
				      "image of %llu bytes at 0x%llx is not in a loadable "
				      "region of cell \"%s\"",
				      image->size, image->target_address, cell->name);
		if (image->size > region->size - (image->target_address - region->virt_start))
			return refuse(why, -EINVAL,
				      "image of %llu bytes at 0x%llx does not fit "
				      "loadable region %u (0x%llx+0x%llx)",
				      image->size, image->target_address, number,
				      region->virt_start, region->size);
	}
	return 0;
}

static int image_copy(void *target, const struct jailhouse_preload_image *image,
		      struct jailhouse_error *why)
{
	const void __user *source = u64_to_user_ptr(image->source_address);
	u64 done, chunk;

	for (done = 0; done < image->size; done += chunk) {
		chunk = min_t(u64, image->size - done, COPY_CHUNK);
		if (fatal_signal_pending(current))
			return refuse(why, -EINTR, "interrupted while loading");
		if (copy_from_user(target + done, source + done, chunk))
			return refuse(why, -EFAULT,
				      "image of %llu bytes cannot be read from 0x%llx", image->size,
				      image->source_address + done);
		cond_resched();
	}
	arch_clean_memory(target, image->size);
	return 0;
}

int images_load(const struct cell *cell, const struct jailhouse_preload_image *images, u32 count,
		struct jailhouse_error *why)
{
	const struct jailhouse_preload_image *image = images;
	const struct jailhouse_memory *region;
	unsigned int n, number;
	void *target;
	u64 phys;
	int err = 0;

	for (n = 0; n < count && !err; n++, image++) {
		region = image_region(cell->config, image, &number);
		phys = region->phys_start + (image->target_address - region->virt_start);
		target = memremap(ALIGN_DOWN(phys, PAGE_SIZE),
				  PAGE_ALIGN(offset_in_page(phys) + image->size), MEMREMAP_WB);
		if (!target)
			return refuse(why, -ENOMEM,
				      "loadable region %u (0x%llx+0x%llx) cannot be "
				      "mapped",
				      number, region->phys_start, region->size);
		err = image_copy(target + offset_in_page(phys), image, why);
		memunmap(target);
	}
	return err;
}
