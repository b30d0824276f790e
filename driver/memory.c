/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Claims: the physical memory that the module took from Linux.
 *
 * A claim is one range with one way to give it back. Claims never overlap and are sorted by
 * address. Who needs a range gets holds on the claims that cover it: new ones for what nobody has
 * claimed yet, and existing ones where both sides say that they share, or are the same owner. The
 * last hold that goes gives the memory back.
 *
 * Ordinary RAM is taken out of the running system (ram.c). What is not System RAM was reserved by
 * the user; it is entered into the resource tree if nobody else is there yet.
 */
#include <linux/ioport.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include "arch.h"

#define ANY_ATTEMPTS   256 /* places that look free */
#define MAX_RAM_RANGES 64

struct claim {
	struct list_head node;
	u64 start, end;
	bool ram;
	bool shared;
	unsigned int holds;
	struct resource *resource; /* of memory that is not RAM, NULL = Linux knew it already */
	char owner[JAILHOUSE_CELL_NAME_MAXLEN + 16]; /* cell "NAME" */
};

struct hold {
	struct list_head node;
	struct claim *claim;
};

struct request {
	u64 start, end; /* whole region */
	bool shared;
	bool ram;
	bool any; /* another place would do as well */
	const char *owner;
	const char *what;
};

static LIST_HEAD(claims);

static int claim_take(struct claim *claim, const struct request *request,
		      struct jailhouse_error *why)
{
	const u64 size = request->end - request->start;
	unsigned long bad;
	const char *obstacle;
	int err;

	if (!claim->ram) {
		claim->resource =
			request_mem_region(claim->start, claim->end - claim->start, "jailhouse");
		return 0;
	}
	obstacle = ram_obstacle(PFN_DOWN(claim->start), PFN_DOWN(claim->end), &bad);
	if (obstacle)
		return refuse(
			why, -EBUSY,
			"%s (0x%llx+0x%llx) is ordinary RAM that cannot be freed: "
			"the page at 0x%llx is %s; choose another place or reserve it at boot",
			request->what, request->start, size, (u64)PFN_PHYS(bad), obstacle);
	if (request->any)
		return ram_try(PFN_DOWN(claim->start), PFN_DOWN(claim->end));
	err = ram_take(PFN_DOWN(claim->start), PFN_DOWN(claim->end), &bad);
	if (err == -EINTR)
		return refuse(why, err, "interrupted while claiming %s (0x%llx+0x%llx)",
			      request->what, request->start, size);
	if (err == -ENOMEM)
		return refuse(why, err, "out of memory while claiming %s (0x%llx+0x%llx)",
			      request->what, request->start, size);
	if (err)
		return refuse(why, err,
			      "%s (0x%llx+0x%llx) is ordinary RAM that cannot be freed (error %d): "
			      "the kernel uses pages at 0x%llx; choose another place or reserve it "
			      "at boot",
			      request->what, request->start, size, err, (u64)PFN_PHYS(bad));
	return 0;
}

static void claim_drop(struct claim *claim)
{
	if (--claim->holds)
		return;
	list_del(&claim->node);
	if (claim->ram)
		ram_give(PFN_DOWN(claim->start), PFN_DOWN(claim->end));
	else if (claim->resource)
		release_mem_region(claim->start, claim->end - claim->start);
	kfree(claim);
}

/* Adds a hold on an existing claim. */
static int claim_hold(struct claim *claim, struct list_head *holds, struct jailhouse_error *why)
{
	struct hold *hold = kzalloc(sizeof(*hold), GFP_KERNEL);

	if (!hold)
		return refuse(why, -ENOMEM, "out of memory for bookkeeping");
	hold->claim = claim;
	claim->holds++;
	list_add(&hold->node, holds);
	return 0;
}

/* Makes a claim of [@start, @end), in front of @next in the list. */
static int claim_new(u64 start, u64 end, struct list_head *next, const struct request *request,
		     struct list_head *holds, struct jailhouse_error *why)
{
	struct claim *claim = kzalloc(sizeof(*claim), GFP_KERNEL);
	struct hold *hold = kzalloc(sizeof(*hold), GFP_KERNEL);
	int err = -ENOMEM;

	if (!claim || !hold) {
		refuse(why, -ENOMEM, "out of memory for bookkeeping");
		goto fail;
	}
	claim->start = start;
	claim->end = end;
	claim->ram = request->ram;
	claim->shared = request->shared;
	claim->holds = 1;
	strscpy(claim->owner, request->owner, sizeof(claim->owner));
	err = claim_take(claim, request, why);
	if (err)
		goto fail;
	list_add_tail(&claim->node, next);
	hold->claim = claim;
	list_add(&hold->node, holds);
	return 0;

fail:
	kfree(hold);
	kfree(claim);
	return err;
}

static bool claim_may_share(const struct claim *claim, const struct request *request)
{
	if (request->any)
		return false;
	return (claim->shared && request->shared) || !strcmp(claim->owner, request->owner);
}

/*
 * Covers the request from its start to its end: existing claims, and new ones in the gaps. What was
 * held before a failure stays on @holds, except that of a request for one place of many: that is
 * free altogether or not at all.
 */
static int request_cover(const struct request *request, struct list_head *holds,
			 struct jailhouse_error *why)
{
	u64 pos = request->start;
	struct claim *claim;
	int err;

	list_for_each_entry(claim, &claims, node) {
		if (claim->end <= pos)
			continue;
		if (claim->start >= request->end)
			break;
		if (!claim_may_share(claim, request))
			return refuse(why, -EBUSY,
				      "%s (0x%llx+0x%llx) overlaps 0x%llx+0x%llx, which "
				      "%s has and does not share",
				      request->what, request->start, request->end - request->start,
				      claim->start, claim->end - claim->start, claim->owner);
		if (claim->start > pos) {
			err = claim_new(pos, claim->start, &claim->node, request, holds, why);
			if (err)
				return err;
		}
		err = claim_hold(claim, holds, why);
		if (err)
			return err;
		pos = min(claim->end, request->end);
	}
	/* claim is the first one behind the request, or the head of the list */
	return pos < request->end ?
		       claim_new(pos, request->end, &claim->node, request, holds, why) :
		       0;
}

int memory_walk_ram(u64 start, u64 end, void *arg, int (*note)(struct resource *, void *))
{
	return walk_iomem_res_desc(IORES_DESC_NONE, IORESOURCE_SYSTEM_RAM | IORESOURCE_BUSY, start,
				   end, arg, note);
}

static int ram_bytes_note(struct resource *resource, void *arg)
{
	u64 *bytes = arg;

	*bytes += resource_size(resource);
	return 0;
}

u64 memory_ram_bytes(u64 start, u64 size)
{
	u64 bytes = 0;

	memory_walk_ram(start, start + size - 1, &bytes, ram_bytes_note);
	return bytes;
}

/* What Linux does not have was reserved at boot. If it is no memory but a device, or nothing, writing
 * there is fatal. Who shares it says that it is meant. */
static int check_reserved(const struct request *request, struct jailhouse_error *why)
{
	u64 end = arch_memory_until(request->start, request->end);

	if (end >= request->end || request->shared)
		return 0;
	return refuse(why, -EINVAL,
		      "%s (0x%llx+0x%llx) is no memory at 0x%llx, says the firmware: give it RAM, "
		      "or the flag JAILHOUSE_MEM_IO if it is a device",
		      request->what, request->start, request->end - request->start, end);
}

int memory_claim(struct list_head *holds, u64 start, u64 size, bool shared, const char *owner,
		 const char *what, struct jailhouse_error *why)
{
	struct request request = {
		.start = start,
		.end = start + size,
		.shared = shared,
		.owner = owner,
		.what = what,
	};
	LIST_HEAD(mine);
	u64 ram;
	int err;

	if (!size || !PAGE_ALIGNED(start | size) || request.end < start)
		return refuse(why, -EINVAL, "%s (0x%llx+0x%llx) is not a range of whole pages",
			      what, start, size);
	ram = memory_ram_bytes(start, size);
	if (ram && ram != size)
		return refuse(why, -EINVAL,
			      "%s (0x%llx+0x%llx) is partly System RAM and partly not "
			      "(see /proc/iomem)",
			      what, start, size);
	request.ram = ram;
	err = ram ? 0 : check_reserved(&request, why);
	if (!err)
		err = request_cover(&request, &mine, why);
	if (err)
		memory_release(&mine);
	else
		list_splice(&mine, holds);
	return err;
}

void memory_release(struct list_head *holds)
{
	struct hold *hold, *next;

	list_for_each_entry_safe(hold, next, holds, node) {
		claim_drop(hold->claim);
		list_del(&hold->node);
		kfree(hold);
	}
}

struct ram_ranges {
	unsigned int count;
	struct {
		u64 start, end;
	} range[MAX_RAM_RANGES];
};

static int ram_range_note(struct resource *resource, void *arg)
{
	struct ram_ranges *ranges = arg;

	if (ranges->count == MAX_RAM_RANGES)
		return 1;
	ranges->range[ranges->count].start = resource->start;
	ranges->range[ranges->count].end = resource->end + 1;
	ranges->count++;
	return 0;
}

/* Tries the places in one range of RAM; returns 0 when one was claimed, 1 when none could be. */
static int claim_any_in(struct list_head *holds, u64 start, u64 end, u64 size, const char *owner,
			unsigned int *attempts, u64 *place)
{
	struct request request = { .ram = true, .any = true, .owner = owner, .what = "" };
	struct jailhouse_error ignored;
	unsigned long bad;
	u64 pos = ALIGN(start, SZ_2M);

	while (pos < end && end - pos >= size && *attempts < ANY_ATTEMPTS) {
		if (fatal_signal_pending(current))
			return 1;
		cond_resched();
		if (ram_obstacle(PFN_DOWN(pos), PFN_DOWN(pos + size), &bad)) {
			pos = ALIGN(PFN_PHYS(bad + 1), SZ_2M);
			continue;
		}
		++*attempts;
		request.start = pos;
		request.end = pos + size;
		if (!request_cover(&request, holds, &ignored)) {
			*place = pos;
			return 0;
		}
		pos += SZ_2M;
	}
	return 1;
}

int memory_claim_any(struct list_head *holds, u64 size, const char *owner, u64 *start,
		     struct jailhouse_error *why)
{
	struct ram_ranges *ranges = kzalloc(sizeof(*ranges), GFP_KERNEL);
	unsigned int n, attempts = 0;
	int result = 1;

	if (!ranges)
		return refuse(why, -ENOMEM, "out of memory for bookkeeping");
	memory_walk_ram(0, -1, ranges, ram_range_note);
	for (n = 0; n < ranges->count && result; n++)
		result = claim_any_in(holds, ranges->range[n].start, ranges->range[n].end, size,
				      owner, &attempts, start);
	kfree(ranges);
	if (result)
		return refuse(why, -ENOMEM,
			      "no 0x%llx bytes of contiguous RAM could be freed for "
			      "%s, %u places were tried",
			      size, owner, attempts);
	return 0;
}

static int ram_end_note(struct resource *resource, void *arg)
{
	u64 *end = arg;

	*end = max_t(u64, *end, resource->end + 1);
	return 0;
}

u64 memory_end(void)
{
	u64 end = 0;

	memory_walk_ram(0, -1, &end, ram_end_note);
	return end;
}
