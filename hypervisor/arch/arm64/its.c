/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What makes messages of devices interrupts. The driver has told where: a GICv2m frame stays as it
 * is, an interrupt translation service (ITS) gets only what has been checked. No cell has either.
 *
 * An ITS reads and writes memory by itself: its tables, and commands with addresses in them. It keeps
 * the queue of commands that Linux has given it, since it drops messages while it is stopped to
 * change that. But the root cell cannot write to those pages any more: its stores are carried out
 * here, where the ITS is not reading. When the root says that there are new commands, each is
 * checked, and only then the ITS is told.
 *
 *	hardware:   GITS_CREADR  ..being executed..  tail
 *	root cell:                                   reader  ..not looked at yet..  writer
 *
 * Normally both are offsets in the same queue, and tail and reader are the same. A crash kernel brings
 * a queue of its own, which is ordinary memory: from there commands are copied behind the tail.
 */
#include <asm/gicv3.h>
#include <asm/its.h>
#include <asm/pte.h>
#include <core/error.h>
#include <core/memory.h>
#include <core/printk.h>
#include <core/space.h>
#include <core/string.h>
#include <core/system.h>

#define IDLE_US	     100000    /* longest wait for what Linux has begun, at enable */
#define TABLE_MAX    0x1000000 /* no GITS_BASER can say more */
#define BATCH	     64	       /* commands in one exit */
#define OFFSET_MASK  0xfffe0ULL
#define TARGET_MASK  0x000fffffffff0000ULL
#define ITT_MASK     0x000fffffffffff00ULL
#define ADDRESS_MASK 0x000ffffffffff000ULL

struct its {
	u64 address;
	char *regs;
	u64 typer;
	u64 hardware; /* GITS_CBASER as it is: the queue that the root cell cannot write to */
	u64 cbaser;   /* as the root cell sees it */
	u64 tail, reader, writer;
	u32 lock;
};

static struct its services[JAILHOUSE_MAX_FRAMES];
static u32 service_count;

#define for_each_service(its) for ((its) = services; (its) < services + service_count; (its)++)
#define for_each_frame(frame)                                                            \
	for ((frame) = image_header.frames;                                              \
	     (frame) < image_header.frames + JAILHOUSE_MAX_FRAMES && (frame)->size != 0; \
	     (frame)++)

/*
 * Memory.
 */

bool its_memory_ok(u64 address, u64 size)
{
	u64 page = address & ~PAGE_MASK, attr;

	if (size > TABLE_MAX)
		return false;
	for (; page < address + size; page += PAGE_SIZE)
		if (!memory_is_ram(root_cell, page) ||
		    !memory_lookup(root_cell, page, NULL, &attr) || !(attr & PTE_S2_WRITE) ||
		    (attr & PTE_APART))
			return false;
	return true;
}

static u64 queue_address(u64 cbaser)
{
	return cbaser & ADDRESS_MASK;
}

static u64 queue_size(u64 cbaser)
{
	return ((cbaser & 0xff) + 1) * PAGE_SIZE;
}

/* Whether that is where the hardware's queue is. */
static bool is_own_queue(const struct its *its, u64 cbaser)
{
	return !((cbaser ^ its->hardware) & (ADDRESS_MASK | 0xff));
}

/* Of a GITS_BASER: pages of 4, 16 or 64 KiB. The last have the upper bits of their address below. */
static u64 table_address(u64 baser, u64 *size)
{
	u32 shift = 12 + 2 * (baser >> 8 & 3);

	*size = ((baser & 0xff) + 1) << (shift > 16 ? 16 : shift);
	return shift < 16 ? baser & 0x0000fffffffff000ULL :
			    (baser & 0x0000ffffffff0000ULL) | (baser & 0xf000) << 36;
}

static bool table_ok(u64 baser)
{
	u64 size, address = table_address(baser, &size);

	return !(baser & GITS_VALID) || its_memory_ok(address, size);
}

/* A command of a queue: read, or written behind the tail. */
static void command_copy(u64 address, u64 *command, bool write)
{
	char *slot = (char *)window_map(address & ~PAGE_MASK, false) + (address & PAGE_MASK);

	if (write) {
		memcpy(slot, command, ITS_COMMAND_SIZE);
		arch_clean_memory(slot, ITS_COMMAND_SIZE);
	} else {
		memcpy(command, slot, ITS_COMMAND_SIZE);
	}
	window_unmap();
}

/*
 * Commands.
 */

/* How commands name the redistributor of a CPU. */
static u64 target_of(const struct its *its, const struct cpu *cpu)
{
	if (its->typer & GITS_TYPER_PTA)
		return gicr_base + (u64)(cpu->arch.gicr - gicr_frame_base());
	return (mmio_read32(cpu->arch.gicr + GICR_TYPER) & 0xffff00ULL) << 8;
}

static bool target_ok(const struct its *its, u64 target, bool root_only)
{
	struct cpu *cpu;
	u32 n;

	for_each_cpu(cpu, n)
		if ((target & TARGET_MASK) == target_of(its, cpu))
			return !root_only || cell_is_root(cpu->cell);
	return false;
}

static bool itt_ok(const struct its *its, const u64 *command)
{
	u64 bits = command[1] & 0x1f, entry = (its->typer >> 4 & 0xf) + 1;

	return bits <= (its->typer >> 8 & 0x1f) &&
	       its_memory_ok(command[2] & ITT_MASK, entry << (bits + 1));
}

/* What is wrong with a command, or NULL. */
static const char *command_fault(const struct its *its, const u64 *command)
{
	bool valid = command[2] & GITS_VALID;

	switch (command[0] & 0xff) {
	case ITS_MOVI:
	case ITS_INT:
	case ITS_CLEAR:
	case ITS_MAPTI:
	case ITS_MAPI:
	case ITS_INV:
	case ITS_INVALL:
	case ITS_DISCARD:
		return NULL;
	case ITS_SYNC:
		return target_ok(its, command[2], false) ? NULL : "no such CPU";
	case ITS_MAPD:
		return !valid || itt_ok(its, command) ? NULL : "not memory of the root cell";
	case ITS_MAPC:
		return !valid || target_ok(its, command[2], true) ? NULL :
								    "no CPU of the root cell";
	case ITS_MOVALL:
		return target_ok(its, command[2], false) && target_ok(its, command[3], true) ?
			       NULL :
			       "no CPU of the root cell";
	default:
		return "no command for messages of devices";
	}
}

/* In its place comes one that does nothing. */
static void command_refuse(struct cpu *cpu, const struct its *its, u64 *command, const char *why)
{
	if (printk_allowed(cpu))
		printk("root cell, CPU %u: ITS 0x%llx: command %llx %llx %llx %llx refused: %s",
		       cpu->id, its->address, command[0], command[1], command[2], command[3], why);
	command[0] = ITS_SYNC;
	command[2] = target_of(its, cpu);
}

/*
 * The queue.
 */

static u64 creadr(const struct its *its)
{
	return mmio_read64(its->regs + GITS_CREADR) & OFFSET_MASK;
}

/* Bytes from one offset on to another one. */
static u64 distance(u64 cbaser, u64 from, u64 to)
{
	u64 size = queue_size(cbaser);

	return (to + size - from % size) % size;
}

static u64 in_flight(const struct its *its)
{
	return distance(its->hardware, creadr(its), its->tail);
}

static void next_command(u64 cbaser, u64 *offset)
{
	*offset = (*offset + ITS_COMMAND_SIZE) % queue_size(cbaser);
}

static void pass_command(struct cpu *cpu, struct its *its)
{
	u64 command[ITS_COMMAND_SIZE / 8] = { 0 }, phys;
	const char *fault;

	if (memory_lookup(root_cell, queue_address(its->cbaser) + its->reader, &phys, NULL))
		command_copy(phys, command, false);
	fault = command_fault(its, command);
	if (fault)
		command_refuse(cpu, its, command, fault);
	command_copy(queue_address(its->hardware) + its->tail, command, true);
	next_command(its->hardware, &its->tail);
	next_command(its->cbaser, &its->reader);
}

/* Give the hardware what it has room for, not too many at a time. @retry: GITS_RETRY or 0 */
static void pass_commands(struct cpu *cpu, struct its *its, u64 retry)
{
	u64 room = queue_size(its->hardware) - ITS_COMMAND_SIZE - in_flight(its);
	u32 n;

	for (n = 0; n < BATCH && its->reader != its->writer && room; n++) {
		pass_command(cpu, its);
		room -= ITS_COMMAND_SIZE;
	}
	if (n || retry)
		mmio_write64(its->regs + GITS_CWRITER, its->tail | retry);
}

/* The root cell touches the pages of its queue: what is not being executed may change. */
static enum mmio_result queue_access(struct cpu *cpu, struct mmio_access *access, void *arg)
{
	struct its *its = arg;
	u64 from;
	char *page;

	if (access->offset & (access->size - 1))
		return MMIO_REFUSED;
	lock_get(&its->lock);
	from = creadr(its);
	if (access->write && distance(its->hardware, from, access->offset & OFFSET_MASK) <
				     distance(its->hardware, from, its->tail)) {
		gic_refuse(cpu, "command that is being executed", access->offset, access->value);
	} else {
		page = window_map(access->address & ~PAGE_MASK, false);
		page += access->address & PAGE_MASK;
		if (access->write)
			mmio_write(page, access->size, access->value);
		else
			access->value = mmio_read(page, access->size);
		window_unmap();
	}
	lock_put(&its->lock);
	return MMIO_DONE;
}

/*
 * Registers.
 */

static bool is_table(u64 offset)
{
	return offset >= GITS_BASER && offset < GITS_BASER + 8 * GITS_BASERS;
}

static bool is_off(const struct its *its)
{
	return (mmio_read32(its->regs + GITS_CTLR) & (GITS_CTLR_ENABLED | GITS_CTLR_QUIESCENT)) ==
	       GITS_CTLR_QUIESCENT;
}

static bool set_control(const struct its *its, u64 value)
{
	u32 control = mmio_read32(its->regs + GITS_CTLR) & ~GITS_CTLR_ENABLED;

	if ((value & GITS_CTLR_ENABLED) && !(its->hardware & GITS_VALID))
		return false;
	mmio_write32(its->regs + GITS_CTLR, control | (value & GITS_CTLR_ENABLED));
	return true;
}

/* Also where it is the same as before, all starts at the beginning. */
static bool set_queue(struct its *its, u64 value)
{
	if (!is_off(its) || !(value & its->hardware & GITS_VALID) ||
	    (!is_own_queue(its, value) && !its_memory_ok(queue_address(value), queue_size(value))))
		return false;
	its->cbaser = value;
	its->tail = its->reader = its->writer = 0;
	mmio_write64(its->regs + GITS_CBASER, its->hardware);
	mmio_write64(its->regs + GITS_CWRITER, 0);
	return true;
}

static bool set_writer(struct cpu *cpu, struct its *its, u64 value)
{
	u64 offset = value & OFFSET_MASK;

	if (!(its->hardware & GITS_VALID) || offset >= queue_size(its->cbaser))
		return false;
	its->writer = offset;
	pass_commands(cpu, its, value & GITS_RETRY);
	return true;
}

/* The hardware may have pages of one size only: what counts is what it says then. */
static bool set_table(const struct its *its, u64 offset, u64 value)
{
	if (!is_off(its) || !table_ok(value))
		return false;
	mmio_write64(its->regs + offset, value);
	if (table_ok(mmio_read64(its->regs + offset)))
		return true;
	mmio_write64(its->regs + offset, 0);
	return false;
}

static bool its_write(struct cpu *cpu, struct its *its, const struct mmio_access *access)
{
	u64 offset = access->offset;

	if (offset == GITS_CTLR && access->size == 4)
		return set_control(its, access->value);
	if (offset == GITS_CWRITER)
		return set_writer(cpu, its, access->value);
	if (offset == GITS_CBASER && access->size == 8)
		return set_queue(its, access->value);
	if (is_table(offset) && access->size == 8)
		return set_table(its, offset, access->value);
	return false;
}

/* As if the hardware read the root's queue; where it stands is told by what it has still to do. */
static u64 root_creadr(struct cpu *cpu, struct its *its)
{
	u64 flight;

	pass_commands(cpu, its, 0);
	flight = in_flight(its) % queue_size(its->cbaser);
	return distance(its->cbaser, flight, its->reader) |
	       (mmio_read64(its->regs + GITS_CREADR) & GITS_RETRY);
}

static u64 its_read(struct cpu *cpu, struct its *its, const struct mmio_access *access)
{
	u64 offset = access->offset & ~7ULL, shift = (access->offset & 4) * 8;

	if (offset == GITS_CBASER)
		return its->cbaser >> shift;
	if (offset == GITS_CWRITER)
		return its->writer >> shift;
	if (offset == GITS_CREADR)
		return root_creadr(cpu, its) >> shift;
	if (offset < GITS_STATUSR || offset >= GITS_IDS || is_table(offset))
		return mmio_read(its->regs + access->offset, access->size);
	return 0;
}

static enum mmio_result its_access(struct cpu *cpu, struct mmio_access *access, void *arg)
{
	struct its *its = arg;

	if (access->size < 4 || (access->offset & (access->size - 1)))
		return MMIO_REFUSED;
	lock_get(&its->lock);
	if (!access->write)
		access->value = its_read(cpu, its, access);
	else if (!its_write(cpu, its, access))
		gic_refuse(cpu, "ITS", access->offset, access->value);
	lock_put(&its->lock);
	return MMIO_DONE;
}

/*
 * Cells.
 */

int its_prepare(void)
{
	const struct jailhouse_message_frame *frame;
	struct its *its;
	int err;

	for_each_frame(frame) {
		if (frame->kind != JAILHOUSE_FRAME_ITS)
			continue;
		err = gicv3_check_id("ITS", frame->address);
		if (err)
			return err;
		its = &services[service_count];
		its->address = frame->address;
		its->regs = space_map_device(frame->address, ITS_FRAME);
		if (!its->regs)
			return -ENOMEM;
		service_count++;
		its->typer = mmio_read64(its->regs + GITS_TYPER);
		its->hardware = its->cbaser = mmio_read64(its->regs + GITS_CBASER);
	}
	return 0;
}

u32 its_mmio_count(void)
{
	return 2 * service_count;
}

/*
 * What the ITS uses must be the root cell's, and no other cell's. The queue is described as tables with
 * pages of 4 KiB are.
 */
static int check_tables(const struct cell *cell, const struct its *its)
{
	u64 value, address, size;
	u32 n, offset;
	int err = 0;

	for (n = 0; n <= GITS_BASERS && !err; n++) {
		offset = n < GITS_BASERS ? GITS_BASER + n * 8 : GITS_CBASER;
		value = mmio_read64(its->regs + offset);
		address = table_address(value, &size);
		if (!(value & GITS_VALID))
			continue;
		if (!cell_is_root(cell))
			err = memory_check_registers(cell, address, size, "memory of an ITS");
		else if (!its_memory_ok(address, size))
			err = fail(MSG_ITS_TABLE, its->address, offset, value);
	}
	return err;
}

/* No CPU of Linux runs: it is not going to add commands. */
static int await_idle(struct its *its)
{
	u64 deadline = arch_counter() + arch_counter_hz() * IDLE_US / 1000000;

	its->tail = mmio_read64(its->regs + GITS_CWRITER) & OFFSET_MASK;
	its->reader = its->writer = its->tail;
	while (arch_counter() < deadline && creadr(its) != its->tail)
		;
	if (creadr(its) != its->tail)
		return fail(MSG_ITS_BUSY, its->address, its->tail, creadr(its));
	return 0;
}

/* Nothing of the ITS changes here. */
static int root_init(struct cell *root, struct its *its)
{
	u64 queue = queue_address(its->hardware), size = queue_size(its->hardware), attr;
	int err;

	err = gic_hide(root, its->address, ITS_FRAME);
	if (!err)
		err = mmio_add(&root->mmio, its->address, ITS_FRAME, its_access, its);
	if (err || !(its->hardware & GITS_VALID))
		return err;
	err = check_tables(root, its);
	if (!err)
		err = await_idle(its);
	if (err)
		return err;
	memory_lookup(root, queue, NULL, &attr);
	err = paging_map(&root->memory, queue, queue, size, attr & ~PTE_S2_WRITE, 0);
	return err ? err : mmio_add(&root->mmio, queue, size, queue_access, its);
}

int its_cell_init(struct cell *cell)
{
	const struct jailhouse_message_frame *frame;
	struct its *its;
	int err = 0;

	for_each_frame(frame)
		if (!err && !cell_is_root(cell))
			err = memory_check_registers(cell, frame->address, frame->size,
						     frame->kind == JAILHOUSE_FRAME_ITS ?
							     "the registers of an ITS" :
							     "a GICv2m frame");
	for_each_service(its)
		if (!err)
			err = cell_is_root(cell) ? root_init(cell, its) : check_tables(cell, its);
	return err;
}

bool its_drained(struct cpu *cpu)
{
	struct its *its;
	bool drained = true;

	for_each_service(its) {
		lock_get(&its->lock);
		pass_commands(cpu, its, 0);
		drained = drained && its->reader == its->writer;
		lock_put(&its->lock);
	}
	return drained;
}

int its_check_disable(void)
{
	const struct its *its;

	for_each_service(its)
		if (!is_own_queue(its, its->cbaser))
			return fail(MSG_ITS_MOVED, its->address, its->cbaser, its->hardware);
	return 0;
}
