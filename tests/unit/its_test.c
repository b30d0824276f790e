/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Interrupt translation services: which commands, queues and tables of the root cell get to the
 * hardware, and what the root cell sees of it. The hardware is a few arrays of this program, and a
 * service executes when a test says so. The first one calls redistributors by number and has pages of
 * 64 KiB only, the second one calls them by address.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include <asm/gicv3.h>
#include <asm/its.h>
#include <asm/pte.h>
#include <core/errno.h>
#include <core/memory.h>
#include <core/printk.h>
#include <core/space.h>
#include <core/system.h>

#include "mock.h"

#define SERVICES   2
#define SERVICE(n) (0x8080000ULL + (n)*0x20000)
#define FRAME_V2M  0x8020000ULL
#define RAM	   0x40000000ULL
#define RAM_PAGES  64
#define QUEUE	   (RAM + 0x10000) /* of the first service, 8 KiB; of the second one behind it */
#define OTHER	   (RAM + 0x20000) /* free memory */
#define READ_ONLY  (RAM + 0x30000) /* one page */
#define LENT	   (RAM + 0x31000) /* one page: a cell is being loaded there */
#define V	   GITS_VALID
#define REDIST	   0x80a0000ULL
#define SYNC_HERE  0x5ULL

struct jailhouse_image_header image_header;
u64 gicr_base = REDIST;

static u8 ram[RAM_PAGES * PAGE_SIZE] __attribute__((aligned(4096)));
static u64 regs[SERVICES][ITS_FRAME / 8];
static u64 redistributors[3][GICR_STRIDE / 8];
static struct cpu cpus[3];
static struct jailhouse_cell_desc desc = { .name = "a cell" };
static struct cell root = { .config = &desc };
static struct cell other = { .id = 1, .config = &desc };
static char said[512];
static u32 refused, windows;
static u64 mapped, mapped_attr, kept_away, now;

struct cell *root_cell = &root;

struct cpu *cpu_by_id(u32 id)
{
	return id < 3 ? &cpus[id] : NULL;
}

void printk(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(said, sizeof(said), fmt, ap);
	va_end(ap);
}

bool printk_allowed(struct cpu *cpu)
{
	(void)cpu;
	return true;
}

bool gic_refuse(struct cpu *cpu, const char *what, u64 offset, u64 value)
{
	(void)cpu;
	(void)offset;
	(void)value;
	assert_non_null(what);
	refused++;
	return false;
}

int gic_hide(struct cell *cell, u64 start, u64 size)
{
	assert_ptr_equal(cell, &root);
	assert_true(start == SERVICE(0) || start == SERVICE(1));
	assert_int_equal(size, ITS_FRAME);
	return 0;
}

int gicv3_check_id(const char *name, u64 base)
{
	(void)name;
	(void)base;
	return 0;
}

char *gicr_frame_base(void)
{
	return (char *)redistributors;
}

void *space_map_device(u64 phys, u64 size)
{
	assert_int_equal(size, ITS_FRAME);
	return regs[(phys - SERVICE(0)) / 0x20000];
}

void *window_map(u64 phys, bool device)
{
	assert_false(device);
	assert_int_equal(windows++, 0);
	assert_true(phys - RAM < sizeof(ram));
	return ram + (phys - RAM);
}

void window_unmap(void)
{
	windows--;
}

void arch_clean_memory(void *start, u64 size)
{
	(void)start;
	(void)size;
}

void lock_get(u32 *lock)
{
	assert_int_equal(*lock, 0);
	*lock = 1;
}

u64 arch_counter(void)
{
	return now++;
}

u64 arch_counter_hz(void)
{
	return 1000;
}

bool memory_is_ram(const struct cell *cell, u64 address)
{
	assert_ptr_equal(cell, &root);
	return address - RAM < sizeof(ram);
}

bool memory_lookup(const struct cell *cell, u64 address, u64 *phys, u64 *attr)
{
	assert_ptr_equal(cell, &root);
	if (address - RAM >= sizeof(ram))
		return false;
	if (phys)
		*phys = address;
	if (attr)
		*attr = PTE_S2_READ | (address - READ_ONLY < PAGE_SIZE ? 0 : PTE_S2_WRITE) |
			(address - LENT < PAGE_SIZE ? PTE_APART : 0);
	return true;
}

int memory_check_registers(const struct cell *cell, u64 start, u64 size, const char *what)
{
	assert_ptr_equal(cell, &other);
	assert_true(size > 0);
	snprintf(said, sizeof(said), "%s", what);
	return start == kept_away ? -EINVAL : 0;
}

int paging_map(struct paging *paging, u64 virt, u64 phys, u64 size, u64 attr, u32 max_level)
{
	assert_ptr_equal(paging, &root.memory);
	assert_int_equal(virt, phys);
	assert_int_equal(size, 2 * PAGE_SIZE);
	assert_int_equal(max_level, 0);
	mapped = virt;
	mapped_attr = attr;
	return 0;
}

/* A register of a service, as the hardware has it. */
static u64 *hardware(u32 n, u64 offset)
{
	return &regs[n][offset / 8];
}

static int group_setup(void **state)
{
	u32 n;

	(void)state;
	image_header.max_cpus = 3;
	image_header.frames[0] =
		(struct jailhouse_message_frame){ SERVICE(0), 0x20000, JAILHOUSE_FRAME_ITS };
	image_header.frames[1] =
		(struct jailhouse_message_frame){ FRAME_V2M, 0x1000, JAILHOUSE_FRAME_GICV2M };
	image_header.frames[2] =
		(struct jailhouse_message_frame){ SERVICE(1), 0x20000, JAILHOUSE_FRAME_ITS };
	/* 16 and 4 bits of events, 8 bytes an entry */
	*hardware(0, GITS_TYPER) = 15 << 8 | 7 << 4;
	*hardware(1, GITS_TYPER) = 3 << 8 | 7 << 4 | GITS_TYPER_PTA;
	for (n = 0; n < SERVICES; n++)
		*hardware(n, GITS_CBASER) = V | (QUEUE + n * 2 * PAGE_SIZE) | 1;
	for (n = 0; n < 3; n++) {
		cpus[n].id = n;
		cpus[n].arch.gicr = (char *)redistributors[n];
		redistributors[n][GICR_TYPER / 8] = (u64)n << 8;
	}
	return its_prepare();
}

static int setup(void **state)
{
	u32 n;

	(void)state;
	mock_reset();
	memset(ram, 0, sizeof(ram));
	for (n = 0; n < SERVICES; n++) {
		*hardware(n, GITS_CTLR) = GITS_CTLR_ENABLED;
		*hardware(n, GITS_CWRITER) = *hardware(n, GITS_CREADR) = 0;
		memset(hardware(n, GITS_BASER), 0, 64);
	}
	cpus[0].cell = cpus[1].cell = &root;
	cpus[2].cell = &other;
	said[0] = '\0';
	refused = 0;
	kept_away = 0;
	assert_int_equal(its_mmio_count(), 4);
	assert_int_equal(mmio_init(&root.mmio, 2 + its_mmio_count()), 0);
	return its_cell_init(&root);
}

static int teardown(void **state)
{
	(void)state;
	assert_int_equal(windows, 0);
	mmio_exit(&root.mmio);
	return 0;
}

static u64 get(u64 address, u8 size)
{
	struct mmio_access access = { .address = address, .size = size };

	assert_int_equal(mmio_dispatch(&cpus[0], &root.mmio, &access), MMIO_DONE);
	return access.value;
}

static enum mmio_result put(u64 address, u8 size, u64 value)
{
	struct mmio_access access = {
		.address = address, .size = size, .write = true, .value = value
	};

	return mmio_dispatch(&cpus[0], &root.mmio, &access);
}

static void set(u32 n, u64 offset, u64 value)
{
	assert_int_equal(put(SERVICE(n) + offset, 8, value), MMIO_DONE);
}

/* The root cell writes a command to its queue. */
static void write_command(u64 slot, const u64 *words)
{
	u32 n;

	for (n = 0; n < 4; n++)
		assert_int_equal(put(slot + n * 8, 8, words[n]), MMIO_DONE);
}

/* The service executes what it has been told. */
static void execute(u32 n)
{
	*hardware(n, GITS_CREADR) = *hardware(n, GITS_CWRITER);
}

struct sample {
	u64 words[4];
	const char *fault; /* NULL: gets through */
	u32 service;
};

static const struct sample samples[] = {
	{ { 0x01, 1, 2, 3 }, NULL, 0 },
	{ { 0x03, 1, 2, 3 }, NULL, 0 },
	{ { 0x04, 1, 2, 3 }, NULL, 0 },
	{ { 0x0a, 1, 2, 3 }, NULL, 0 },
	{ { 0x0b, 1, 2, 3 }, NULL, 0 },
	{ { 0x0c, 1, 2, 3 }, NULL, 0 },
	{ { 0x0d, 1, 2, 3 }, NULL, 0 },
	{ { 0x0f, 1, 2, 3 }, NULL, 0 },
	{ { 0x00 }, "no command", 0 },
	{ { 0x02 }, "no command", 0 },
	{ { 0x05, 0, 0x20000 }, NULL, 0 },
	{ { 0x05, 0, 0x30000 }, "no such CPU", 0 },
	{ { 0x05, 0, REDIST + GICR_STRIDE }, NULL, 1 },
	{ { 0x05, 0, REDIST + 0x10000 }, "no such CPU", 1 },
	/* tables for 2 to 131,072 events */
	{ { 0x08, 0, V | OTHER }, NULL, 0 },
	{ { 0x08, 0, V | (RAM + sizeof(ram) - 0x100) }, NULL, 0 },
	{ { 0x08, 6, V | (RAM + sizeof(ram) - 0x400) }, NULL, 0 },
	{ { 0x08, 6, V | (RAM + sizeof(ram) - 0x300) }, "not memory", 0 },
	{ { 0x08, 3, V | OTHER }, NULL, 1 },
	{ { 0x08, 4, V | OTHER }, "not memory", 1 },
	{ { 0x08, 15, V | (RAM + sizeof(ram) - 0x80000) }, "not memory", 0 },
	{ { 0x08, 16, V | OTHER }, "not memory", 0 },
	{ { 0x08, 0, V | 0x9000000 }, "not memory", 0 },
	{ { 0x08, 0, V | READ_ONLY }, "not memory", 0 },
	{ { 0x08, 0, V | LENT }, "not memory", 0 },
	{ { 0x08, 0, V | 0x10000000000 }, "not memory", 0 },
	{ { 0x08, 0, 0x9000000 }, NULL, 0 },
	{ { 0x09, 0, V | 0x10000 }, NULL, 0 },
	{ { 0x09, 0, V | 0x20000 }, "no CPU of the root", 0 },
	{ { 0x09, 0, V | 0x30000 }, "no CPU of the root", 0 },
	{ { 0x09, 0, 0x30000 }, NULL, 0 },
	{ { 0x09, 0, V | (REDIST + GICR_STRIDE) | 1 }, NULL, 1 },
	{ { 0x09, 0, V | (REDIST + 2 * GICR_STRIDE) }, "no CPU of the root", 1 },
	{ { 0x0e, 0, 0x20000, 0x10000 }, NULL, 0 },
	{ { 0x0e, 0, 0x10000, 0x20000 }, "no CPU of the root", 0 },
	{ { 0x0e, 0, 0x30000, 0x10000 }, "no CPU of the root", 0 },
	{ { 0x21 }, "no command", 0 },
	{ { 0x29, 0, V | OTHER }, "no command", 0 },
	{ { 0x2a }, "no command", 0 },
	{ { 0xff }, "no command", 0 },
};

static void commands_are_checked(void **state)
{
	u64 queue, nothing[4] = { SYNC_HERE, 0, 0, 0 };
	const struct sample *sample;
	u32 n;

	(void)state;
	for (n = 0; n < sizeof(samples) / sizeof(samples[0]); n++) {
		sample = &samples[n];
		nothing[1] = sample->words[1];
		nothing[2] = sample->service ? REDIST : 0;
		nothing[3] = sample->words[3];
		queue = QUEUE + sample->service * 2 * PAGE_SIZE;
		said[0] = '\0';
		write_command(queue, sample->words);
		assert_int_equal(*hardware(sample->service, GITS_CWRITER), 0);
		set(sample->service, GITS_CWRITER, 32);
		assert_int_equal(*hardware(sample->service, GITS_CWRITER), 32);
		if (sample->fault)
			assert_non_null(strstr(said, sample->fault));
		else
			assert_string_equal(said, "");
		assert_memory_equal(ram + (queue - RAM), sample->fault ? nothing : sample->words,
				    32);
		/* From the beginning again */
		execute(sample->service);
		*hardware(sample->service, GITS_CTLR) = GITS_CTLR_QUIESCENT;
		set(sample->service, GITS_CBASER, V | queue | 1);
		*hardware(sample->service, GITS_CREADR) = 0;
	}
	assert_int_equal(refused, 0);
}

/* What the hardware may be reading does not change; the rest of the queue is the root's. */
static void a_running_command_stays(void **state)
{
	static const u64 sync[4] = { SYNC_HERE };

	(void)state;
	write_command(QUEUE, sync);
	write_command(QUEUE + 32, sync);
	set(0, GITS_CWRITER, 64);
	*hardware(0, GITS_CREADR) = 32;
	assert_int_equal(put(QUEUE + 32, 8, 1), MMIO_DONE);
	assert_int_equal(put(QUEUE + 56, 4, 1), MMIO_DONE);
	assert_int_equal(refused, 2);
	assert_int_equal(get(QUEUE + 32, 8), SYNC_HERE);
	assert_int_equal(get(QUEUE + 56, 8), 0);
	assert_int_equal(put(QUEUE, 8, 7), MMIO_DONE);
	assert_int_equal(put(QUEUE + 64, 1, 9), MMIO_DONE);
	assert_int_equal(get(QUEUE, 8), 7);
	assert_int_equal(get(QUEUE + 64, 2), 9);
	assert_int_equal(refused, 2);
	assert_int_equal(put(QUEUE + 3, 8, 7), MMIO_REFUSED);
	execute(0);
	assert_int_equal(put(QUEUE + 32, 8, 1), MMIO_DONE);
	assert_int_equal(get(QUEUE + 32, 8), 1);
	assert_int_equal(refused, 2);
}

/* Many commands take several exits, and the root sees where the hardware stands. */
static void many_commands(void **state)
{
	static const u64 sync[4] = { SYNC_HERE };
	u32 n;

	(void)state;
	for (n = 0; n < 200; n++)
		write_command(QUEUE + n * 32, sync);
	set(0, GITS_CWRITER, 200 * 32);
	assert_int_equal(*hardware(0, GITS_CWRITER), 64 * 32);
	assert_int_equal(get(SERVICE(0) + GITS_CWRITER, 8), 200 * 32);
	assert_false(its_drained(&cpus[0]));
	assert_int_equal(*hardware(0, GITS_CWRITER), 128 * 32);
	assert_int_equal(get(SERVICE(0) + GITS_CREADR, 4), 0);
	assert_int_equal(*hardware(0, GITS_CWRITER), 192 * 32);
	*hardware(0, GITS_CREADR) = 100 * 32 | 1;
	assert_int_equal(get(SERVICE(0) + GITS_CREADR, 8), 100 * 32 | 1);
	assert_true(its_drained(&cpus[0]));
	assert_int_equal(*hardware(0, GITS_CWRITER), 200 * 32);
	/* "Retry" after an error */
	set(0, GITS_CWRITER, 200 * 32 | 1);
	assert_int_equal(*hardware(0, GITS_CWRITER), 200 * 32 | 1);
	*hardware(0, GITS_CREADR) = 200 * 32;
	/* Around the end: it is never full */
	set(0, GITS_CWRITER, 199 * 32);
	for (n = 0; n < 10; n++)
		its_drained(&cpus[0]);
	assert_int_equal(*hardware(0, GITS_CWRITER), 199 * 32);
	execute(0);
	set(0, GITS_CWRITER, 198 * 32);
	for (n = 0; n < 10; n++)
		its_drained(&cpus[0]);
	assert_int_equal(*hardware(0, GITS_CWRITER), 198 * 32);
	set(0, GITS_CWRITER, 197 * 32);
	assert_int_equal(*hardware(0, GITS_CWRITER), 198 * 32);
	assert_false(its_drained(&cpus[0]));
	execute(0);
	set(0, GITS_CWRITER, 2 * PAGE_SIZE);
	assert_int_equal(refused, 1);
}

/* A crash kernel, with a queue of one page in ordinary memory. */
static void another_queue(void **state)
{
	static const u64 good[4] = { 0x0d, 0, 7, 0 }, bad[4] = { 0x29 };
	u64 was = V | QUEUE | 1;
	u32 n;

	(void)state;
	set(0, GITS_CBASER, V | OTHER);
	assert_int_equal(refused, 1); /* it is on */
	*hardware(0, GITS_CTLR) = 0;
	set(0, GITS_CBASER, V | OTHER);
	assert_int_equal(refused, 2); /* and still busy */
	*hardware(0, GITS_CTLR) = GITS_CTLR_QUIESCENT;
	set(0, GITS_CBASER, V | READ_ONLY);
	set(0, GITS_CBASER, V | 0x9000000);
	set(0, GITS_CBASER, OTHER);
	assert_int_equal(refused, 5);
	assert_int_equal(its_check_disable(), 0);
	set(0, GITS_CBASER, V | OTHER);
	assert_int_equal(refused, 5);
	assert_int_equal(get(SERVICE(0) + GITS_CBASER, 8), V | OTHER);
	assert_int_equal(get(SERVICE(0) + GITS_CBASER + 4, 4), V >> 32);
	assert_int_equal(*hardware(0, GITS_CBASER), was);
	assert_int_equal(its_check_disable(), -EBUSY);

	/* 400 commands of 128 places at most, in 256 places of the hardware */
	for (n = 0; n < 400; n++) {
		memcpy(ram + (OTHER - RAM) + n % 128 * 32, n & 1 ? bad : good, 32);
		set(0, GITS_CWRITER, (n + 1) % 128 * 32);
		assert_int_equal(*hardware(0, GITS_CWRITER), (n + 1) % 256 * 32);
		assert_int_equal(*(u64 *)(ram + (QUEUE - RAM) + n % 256 * 32), n & 1 ? 5 : 0xd);
		assert_int_equal(get(SERVICE(0) + GITS_CREADR, 8), n % 128 * 32);
		execute(0);
		assert_int_equal(get(SERVICE(0) + GITS_CREADR, 8), (n + 1) % 128 * 32);
	}
	*hardware(0, GITS_CTLR) = GITS_CTLR_QUIESCENT;
	set(0, GITS_CBASER, was);
	assert_int_equal(its_check_disable(), 0);
}

static void tables_are_checked(void **state)
{
	(void)state;
	set(0, GITS_BASER, V | OTHER);
	assert_int_equal(refused, 1); /* it is on */
	assert_int_equal(*hardware(0, GITS_BASER), 0);
	*hardware(0, GITS_CTLR) = GITS_CTLR_QUIESCENT;
	set(0, GITS_BASER + 56, V | OTHER | 1);
	assert_int_equal(*hardware(0, GITS_BASER + 56), V | OTHER | 1);
	/* pages of 16 and 64 KiB: more than there are */
	set(0, GITS_BASER, V | (RAM + 0x20000) | 0x100 | 3);
	assert_int_equal(*hardware(0, GITS_BASER), V | (RAM + 0x20000) | 0x100 | 3);
	assert_int_equal(refused, 1);
	set(0, GITS_BASER + 8, V | (RAM + 0x20000) | 0x100 | 4);
	set(0, GITS_BASER + 8, V | RAM | 0x200 | 4);
	set(0, GITS_BASER + 8, V | RAM | 0x300 | 4);
	/* the upper bits of the address are below */
	set(0, GITS_BASER + 8, V | RAM | 0x1000 | 0x200);
	set(0, GITS_BASER + 8, V | 0x9000000);
	assert_int_equal(refused, 6);
	assert_int_equal(*hardware(0, GITS_BASER + 8), 0);
	set(0, GITS_BASER + 8, 0x9000000);
	assert_int_equal(refused, 6);
	/* not in halves, and nothing else */
	assert_int_equal(put(SERVICE(0) + GITS_BASER, 4, 0), MMIO_DONE);
	assert_int_equal(put(SERVICE(0) + GITS_IDS, 4, 0), MMIO_DONE);
	assert_int_equal(refused, 8);
	assert_int_equal(put(SERVICE(0) + GITS_BASER, 1, 0), MMIO_REFUSED);
	assert_int_equal(put(SERVICE(0) + GITS_BASER + 4, 8, 0), MMIO_REFUSED);
	/* on again */
	assert_int_equal(put(SERVICE(0) + GITS_CTLR, 4, 1), MMIO_DONE);
	assert_int_equal((u32)*hardware(0, GITS_CTLR), GITS_CTLR_QUIESCENT | 1);
}

static void enable_looks_first(void **state)
{
	(void)state;
	assert_int_equal(mapped, QUEUE + 2 * PAGE_SIZE);
	assert_int_equal(mapped_attr, PTE_S2_READ);

	root.mmio.count = 0;
	*hardware(0, GITS_CWRITER) = 32;
	assert_int_equal(its_cell_init(&root), -EIO);
	assert_non_null(strstr(mock_error_text, "GITS_CWRITER is 0x20, GITS_CREADR 0x0"));
	execute(0);
	*hardware(0, GITS_BASER + 8) = V | 0x9000000;
	mock_reset();
	root.mmio.count = 0;
	assert_int_equal(its_cell_init(&root), -EINVAL);
	assert_non_null(strstr(mock_error_text, "register 0x108 is 0x8000000009000000"));
	*hardware(0, GITS_BASER + 8) = 0;
	root.mmio.count = 0;
	assert_int_equal(its_cell_init(&root), 0);
}

static void cells_have_none_of_it(void **state)
{
	static const struct {
		u64 address;
		const char *name;
	} things[] = {
		{ SERVICE(0), "the registers of an ITS" },
		{ SERVICE(1), "the registers of an ITS" },
		{ FRAME_V2M, "a GICv2m frame" },
		{ QUEUE, "memory of an ITS" },
		{ OTHER, "memory of an ITS" },
	};
	u32 n;

	(void)state;
	*hardware(0, GITS_BASER) = V | OTHER;
	assert_int_equal(its_cell_init(&other), 0);
	for (n = 0; n < sizeof(things) / sizeof(things[0]); n++) {
		kept_away = things[n].address;
		assert_int_equal(its_cell_init(&other), -EINVAL);
		assert_string_equal(said, things[n].name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(commands_are_checked, setup, teardown),
		cmocka_unit_test_setup_teardown(a_running_command_stays, setup, teardown),
		cmocka_unit_test_setup_teardown(many_commands, setup, teardown),
		cmocka_unit_test_setup_teardown(another_queue, setup, teardown),
		cmocka_unit_test_setup_teardown(tables_are_checked, setup, teardown),
		cmocka_unit_test_setup_teardown(enable_looks_first, setup, teardown),
		cmocka_unit_test_setup_teardown(cells_have_none_of_it, setup, teardown),
	};

	return cmocka_run_group_tests(tests, group_setup, NULL);
}
