/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Before each source of the driver in a module of its own, jailhouse-starved: everything that can run
 * out, memory above all, does so once, at the call that the module parameter starve_at counts from 1;
 * 0 is never. starve_count is how many such calls there were, and can be set back. The pages that
 * ram_give() puts on top of others are left out: it takes as many as there are.
 */
#ifndef STARVE_H
#define STARVE_H

#include <linux/cpu.h>
#include <linux/cpumask.h>
#include <linux/err.h>
#include <linux/firmware.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/kobject.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

/* Is it this call's turn? @what is said in the log. */
bool starve(const char *what);

/* TYPE NAME(PARAMETERS), which is called with ARGUMENTS and fails with FAILURE */
#define STARVED(type, name, parameters, arguments, failure)        \
	static inline type starved_##name parameters               \
	{                                                          \
		return starve(#name) ? (failure) : name arguments; \
	}

STARVED(void *, kmalloc, (size_t size, gfp_t flags), (size, flags), NULL)
STARVED(void *, kzalloc, (size_t size, gfp_t flags), (size, flags), NULL)
STARVED(void *, kcalloc, (size_t n, size_t size, gfp_t flags), (n, size, flags), NULL)
STARVED(void *, kvzalloc, (size_t size, gfp_t flags), (size, flags), NULL)
STARVED(void *, kvcalloc, (size_t n, size_t size, gfp_t flags), (n, size, flags), NULL)
STARVED(void *, vzalloc, (unsigned long size), (size), NULL)
STARVED(void *, alloc_pages_exact, (size_t size, gfp_t flags), (size, flags), NULL)
STARVED(void *, memremap, (resource_size_t at, size_t size, unsigned long flags), (at, size, flags),
	NULL)
STARVED(void *, memdup_user, (const void __user *from, size_t size), (from, size), ERR_PTR(-ENOMEM))
STARVED(int, alloc_contig_range, (unsigned long a, unsigned long b, unsigned int type, gfp_t flags),
	(a, b, type, flags), -ENOMEM)
STARVED(int, add_cpu, (unsigned int cpu), (cpu), -EBUSY)
STARVED(int, remove_cpu, (unsigned int cpu), (cpu), -EBUSY)
STARVED(int, request_firmware_direct,
	(const struct firmware **firmware, const char *name, struct device *device),
	(firmware, name, device), -ENOMEM)

static inline bool starved_zalloc_cpumask_var(cpumask_var_t *mask, gfp_t flags)
{
	bool now = starve("zalloc_cpumask_var");

#ifdef CONFIG_CPUMASK_OFFSTACK
	if (now)
		*mask = NULL;
#endif
	return !now && zalloc_cpumask_var(mask, flags);
}

#undef kmalloc
#undef kzalloc
#undef kcalloc
#undef kvzalloc
#undef kvcalloc
#undef vzalloc
#undef alloc_pages_exact
#undef memdup_user
#undef alloc_contig_range
#undef kthread_create
#define kmalloc			starved_kmalloc
#define kzalloc			starved_kzalloc
#define kcalloc			starved_kcalloc
#define kvzalloc		starved_kvzalloc
#define kvcalloc		starved_kvcalloc
#define vzalloc			starved_vzalloc
#define alloc_pages_exact	starved_alloc_pages_exact
#define memremap		starved_memremap
#define memdup_user		starved_memdup_user
#define alloc_contig_range	starved_alloc_contig_range
#define add_cpu			starved_add_cpu
#define remove_cpu		starved_remove_cpu
#define request_firmware_direct starved_request_firmware_direct
#define zalloc_cpumask_var	starved_zalloc_cpumask_var

#define kthread_create(function, data, format, ...) \
	(starve("kthread_create") ?                 \
		 ERR_PTR(-ENOMEM) :                 \
		 kthread_create_on_node(function, data, NUMA_NO_NODE, format, ##__VA_ARGS__))
#define kobject_init_and_add(kobj, type, parent, format, ...) \
	(starve("kobject_init_and_add") ?                     \
		 (kobject_init(kobj, type), -ENOMEM) :        \
		 kobject_init_and_add(kobj, type, parent, format, ##__VA_ARGS__))

#endif /* STARVE_H */
