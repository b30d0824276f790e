// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commands and registers of an interrupt translation service that Linux would not write, and all as it
 * was behind that. Nobody else may give it commands meanwhile. Parameters, all numbers hexadecimal:
 *
 *	address		of the service (0x8080000)
 *	command		written "W0 W1 W2 W3" it becomes a command; fails if the service stays there
 *	table		written, it is GITS_BASER0 for a moment, with the service off; read, what was there
 *	moved		1: the queue is a page of this module; 0: it is Linux's again
 */
#include <linux/delay.h>
#include <linux/io.h>
#include <linux/iopoll.h>
#include <linux/module.h>
#include <linux/sizes.h>

#define GITS_CTLR    0x00
#define GITS_CBASER  0x80
#define GITS_CWRITER 0x88
#define GITS_CREADR  0x90
#define GITS_BASER   0x100
#define QUEUE_PAGE   GENMASK_ULL(51, 12)
#define COMMAND_SYNC 5ULL

static unsigned long address = 0x8080000;
module_param(address, ulong, 0400);

static void __iomem *its;
static u64 linux_queue, linux_writer, seen;
static void *page;

static u64 *slot(u64 offset)
{
	return phys_to_virt((readq(its + GITS_CBASER) & QUEUE_PAGE) + offset);
}

static u64 queue_size(void)
{
	return ((readq(its + GITS_CBASER) & 0xff) + 1) * SZ_4K;
}

static void put(u64 offset, u64 w0, u64 w1, u64 w2, u64 w3)
{
	u64 *words = slot(offset);

	WRITE_ONCE(words[0], w0);
	WRITE_ONCE(words[1], w1);
	WRITE_ONCE(words[2], w2);
	WRITE_ONCE(words[3], w3);
}

static int run(u64 end)
{
	int n;

	wmb();
	writeq(end, its + GITS_CWRITER);
	for (n = 0; n < 1000000; n++) {
		if (readq(its + GITS_CREADR) == end)
			return 0;
		udelay(1);
	}
	return -ETIMEDOUT;
}

/* Commands that do nothing, from one offset to another one. */
static int fill(u64 from, u64 end)
{
	for (; from != end; from = (from + 32) % queue_size())
		put(from, COMMAND_SYNC, 0, 0, 0);
	return run(end);
}

/* Once around, so that Linux finds the queue where it has left it. */
static int command_set(const char *text, const struct kernel_param *param)
{
	u64 w[4], start = readq(its + GITS_CWRITER), next = (start + 32) % queue_size();
	int err;

	if (sscanf(text, "%llx %llx %llx %llx", &w[0], &w[1], &w[2], &w[3]) != 4)
		return -EINVAL;
	put(start, w[0], w[1], w[2], w[3]);
	err = run(next);
	return err ? err : fill(next, start);
}

static int switch_off(void)
{
	u32 control;

	writel(0, its + GITS_CTLR);
	return readl_poll_timeout_atomic(its + GITS_CTLR, control, control & BIT(31), 1, 100000);
}

static int table_set(const char *text, const struct kernel_param *param)
{
	u64 value, before = readq(its + GITS_BASER);
	int err = kstrtou64(text, 16, &value);

	if (err)
		return err;
	err = switch_off();
	if (err)
		return err;
	writeq(value, its + GITS_BASER);
	seen = readq(its + GITS_BASER);
	writeq(before, its + GITS_BASER);
	writel(1, its + GITS_CTLR);
	return 0;
}

static int moved_set(const char *text, const struct kernel_param *param)
{
	bool move;
	int err = kstrtobool(text, &move);

	if (err || move == !!linux_queue)
		return err ? err : -EINVAL;
	if (move) {
		linux_queue = readq(its + GITS_CBASER);
		linux_writer = readq(its + GITS_CWRITER);
	}
	err = switch_off();
	if (err)
		return err;
	writeq(move ? (linux_queue & ~(QUEUE_PAGE | 0xff)) | virt_to_phys(page) : linux_queue,
	       its + GITS_CBASER);
	writeq(0, its + GITS_CWRITER);
	writel(1, its + GITS_CTLR);
	if (move)
		return 0;
	linux_queue = 0;
	return fill(0, linux_writer);
}

static int seen_get(char *text, const struct kernel_param *param)
{
	return sysfs_emit(text, "%llx\n", seen);
}

static const struct kernel_param_ops command_ops = { .set = command_set };
static const struct kernel_param_ops table_ops = { .set = table_set, .get = seen_get };
static const struct kernel_param_ops moved_ops = { .set = moved_set };
module_param_cb(command, &command_ops, NULL, 0200);
module_param_cb(table, &table_ops, NULL, 0600);
module_param_cb(moved, &moved_ops, NULL, 0200);

/* For parameters on the command line of insmod it is too early. */
static int __init its_init(void)
{
	page = (void *)get_zeroed_page(GFP_KERNEL);
	its = page ? ioremap(address, SZ_64K) : NULL;
	if (!its)
		free_page((unsigned long)page);
	return its ? 0 : -ENOMEM;
}

static void __exit its_exit(void)
{
	iounmap(its);
	free_page((unsigned long)page);
}

module_init(its_init);
module_exit(its_exit);
MODULE_DESCRIPTION("Commands that an interrupt translation service should not get");
MODULE_LICENSE("GPL");
