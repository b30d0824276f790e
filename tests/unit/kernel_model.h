/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * As much of Linux as driver/ram.c asks for, so that it can be tested on the host: a few thousand pages,
 * some of which cannot be taken at the moment. The rules are checked: what is taken or freed twice, or freed
 * though it was never taken, fails the test.
 */
#ifndef KERNEL_MODEL_H
#define KERNEL_MODEL_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <jailhouse/types.h>

typedef int cpumask_var_t;
struct cpumask;

#define __user
#define __printf(a, b)		 __attribute__((format(printf, a, b)))
#define ARRAY_SIZE(a)		 (sizeof(a) / sizeof((a)[0]))
#define ALIGN(value, to)	 (((value) + (to)-1) & ~((to)-1))
#define IS_ALIGNED(value, to)	 (((value) & ((to)-1)) == 0)
#define min(a, b)		 ((a) < (b) ? (a) : (b))
#define container_of(p, type, m) ((type *)((char *)(p)-offsetof(type, m)))

struct list_head {
	struct list_head *next, *prev;
};

struct mutex {
	int unused;
};

#define LIST_HEAD(name) struct list_head name = { &(name), &(name) }
#define list_for_each_entry_safe(p, n, head, m)                     \
	for ((p) = container_of((head)->next, __typeof__(*(p)), m), \
	    (n) = container_of((p)->m.next, __typeof__(*(p)), m);   \
	     &(p)->m != (head); (p) = (n), (n) = container_of((n)->m.next, __typeof__(*(n)), m))

static inline void list_add(struct list_head *entry, struct list_head *head)
{
	entry->next = head->next;
	entry->prev = head;
	head->next->prev = entry;
	head->next = entry;
}

/* --- pages ---------------------------------------------------------------------------------- */

#define MODEL_PAGES 8192UL

struct page {
	bool taken, offline, pinned;
	unsigned int zone;
	struct list_head lru;
};

extern struct page model_pages[MODEL_PAGES];

#define pageblock_nr_pages   512UL
#define MIGRATE_MOVABLE	     1
#define GFP_KERNEL	     0
#define GFP_HIGHUSER_MOVABLE 0
#define __GFP_NOWARN	     0
#define __GFP_NORETRY	     0

static inline struct page *pfn_to_page(unsigned long pfn)
{
	assert_true(pfn < MODEL_PAGES);
	return &model_pages[pfn];
}

#define page_to_pfn(page)	 ((unsigned long)((page)-model_pages))
#define page_zone_id(page)	 ((page)->zone)
#define pfn_to_online_page(pfn)	 pfn_to_page(pfn)
#define PageReserved(page)	 false
#define PageOffline(page)	 ((page)->offline)
#define __SetPageOffline(page)	 ((page)->offline = true)
#define __ClearPageOffline(page) ((page)->offline = false)
#define page_ref_freeze(page, n) true
#define page_ref_unfreeze(page, n)

int alloc_contig_range(unsigned long start, unsigned long end, unsigned int type, int flags);
void free_contig_range(unsigned long pfn, unsigned long count);
struct page *alloc_pages(int flags, unsigned int order);
void __free_pages(struct page *page, unsigned int order);

#define kcalloc(n, size, flags) calloc(n, size)
#define kfree(p)		free(p)

/* --- time and processes --------------------------------------------------------------------- */

#define current			   NULL
#define fatal_signal_pending(task) ((void)(task), model_killed)
#define cond_resched()
#define jiffies		    model_ms
#define msecs_to_jiffies(n) (n)
#define time_before(a, b)   ((long)((a) - (b)) < 0)

extern bool model_killed;
extern unsigned long model_ms;

void msleep(unsigned int ms);

#endif /* KERNEL_MODEL_H */
