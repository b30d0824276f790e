/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fuzzer of hypercalls and of the life of cells (libFuzzer): the code of the core above a mocked
 * architecture, with RAM that is an array. The input is operations of 12 bytes, some followed by
 * changes to a configuration that would be a right one.
 *
 * After each hypercall: a page of RAM belongs to one cell, shared ones apart, and never is the
 * hypervisor's; a CPU belongs to one cell, and one is left to the root; memory has changed hands
 * clean; a refused operation has changed nothing. At the end all cells are destroyed, and the pool
 * and the root's tables are as they were.
 */
#include <stdarg.h>

#include <asm/pte.h>
#include <core/bitmap.h>
#include <core/cell.h>
#include <core/config.h>
#include <core/error.h>
#include <core/format.h>
#include <core/manage.h>
#include <core/printk.h>
#include <core/space.h>
#include <core/subpage.h>
#include <core/system.h>

#include "fuzz.h"

#define CPUS	   4
#define RAM	   0x40000000ULL
#define RAM_SIZE   0x400000ULL
#define RAM_PAGES  (RAM_SIZE / PAGE_SIZE)
#define HYP	   (RAM + RAM_SIZE)
#define HYP_PAGES  96
#define UART	   0x9000000ULL
#define GICD	   0x8000000ULL
#define CONFIG	   (RAM + 0x1800) /* where the root writes a configuration, over a page's end */
#define REGIONS	   6
#define OPERATIONS 40
#define STEPS	   2000
#define RW	   (JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE)

enum { CREATE, START, LOADABLE, DESTROY, STATE, ANY, COMM, PARK, ACCESS, KINDS };

struct operation {
	u8 what, how;
	u16 at;
	u64 value;
};

struct change {
	u16 at;
	u8 width;
	u32 value;
} __attribute__((packed));

static struct config {
	struct jailhouse_cell_desc desc;
	u8 cpus[1];
	struct jailhouse_memory mem[REGIONS];
} __attribute__((packed)) sample;

static struct {
	struct jailhouse_system system;
	u8 cpus[1];
	struct jailhouse_memory mem[3];
} __attribute__((packed)) root_config;

static u8 ram[RAM_SIZE] __attribute__((aligned(4096)));
static u8 pool[HYP_PAGES * PAGE_SIZE] __attribute__((aligned(4096)));
static u8 page_window[PAGE_SIZE];
static struct cpu cpus[CPUS];
static bool windowed;
static u64 window;		    /* what it shows */
static const struct cpu *accessing; /* whose access of a part of a page is carried out */
static u64 now;
static u32 bugs;
static bool changed; /* by the last operation */

struct jailhouse_system *system_config = &root_config.system;
struct jailhouse_image_header image_header;
struct jailhouse_status status;

/*
 * What the code under test calls.
 */

struct cpu *cpu_by_id(u32 id)
{
	return id < CPUS ? &cpus[id] : NULL;
}

int error_set(const char *file, unsigned int line, int code, const char *fmt, ...)
{
	va_list ap;

	(void)file;
	(void)line;
	va_start(ap, fmt);
	if (!status.code)
		format(status.text, sizeof(status.text), fmt, ap);
	va_end(ap);
	if (!status.code)
		status.code = -code;
	return -code;
}

void error_begin(void)
{
	memset(&status, 0, sizeof(status));
}

void hypervisor_bug(const char *what)
{
	fprintf(stderr, "hypervisor bug: %s\n", what);
	bugs++;
}

void printk(const char *fmt, ...)
{
	char line[160];
	va_list ap;

	va_start(ap, fmt);
	format(line, sizeof(line), fmt, ap);
	va_end(ap);
}

bool printk_allowed(struct cpu *cpu)
{
	(void)cpu;
	return true;
}

void console_putc(struct cpu *cpu, char c)
{
	(void)c;
	promise(cpu->cell->config->flags & JAILHOUSE_CELL_VIRTUAL_CONSOLE_PERMITTED);
}

u64 arch_phys_limit(void)
{
	return 1ULL << 40;
}

void system_machine(struct config_machine *machine)
{
	machine->phys_limit = arch_phys_limit();
	machine->max_cpus = CPUS;
	machine->hyp_start = HYP;
	machine->hyp_size = HYP_PAGES * PAGE_SIZE;
	machine->architecture = JAILHOUSE_ARM64;
}

long system_disable(struct cpu *cpu)
{
	promise(cell_is_root(cpu->cell));
	return -EBUSY;
}

int cpu_stop(const u64 *set)
{
	u32 n;

	for (n = 0; n < CPUS; n++) {
		if (!bit_test(set, n))
			continue;
		promise(!cell_is_root(cpus[n].cell));
		cpus[n].held = 1;
		cpus[n].state = CPU_PARKED;
	}
	return 0;
}

void cpu_release(const u64 *set)
{
	u32 n;

	for (n = 0; n < CPUS; n++)
		if (bit_test(set, n))
			cpus[n].held = 0;
}

bool cpu_start(struct cpu *cpu, u64 entry, u64 arg)
{
	(void)entry;
	(void)arg;
	promise(!cpu->held && cpu->state == CPU_PARKED);
	cpu->state = CPU_RUNNING;
	return true;
}

void cpu_send_event(struct cpu *cpu, u32 events)
{
	(void)cpu;
	(void)events;
	promise(false); /* nothing here asks for that */
}

void cpu_park(enum cpu_state state)
{
	(void)state;
	abort();
}

void *cpu_area(u32 id)
{
	return pool + id * PAGE_SIZE;
}

u64 arch_counter(void)
{
	return now += 1000;
}

u64 arch_counter_hz(void)
{
	return 1000000;
}

void arch_cpu_relax(void) {}

bool lock_try(u32 *lock)
{
	if (*lock)
		return false;
	*lock = 1;
	return true;
}

void lock_get(u32 *lock)
{
	promise(!*lock);
	*lock = 1;
}

/* Linux has taken it offline, if it says so. */
void arch_cpu_settle(struct cpu *cpu, bool offline)
{
	if (offline && cpu->id)
		cpu->state = CPU_PARKED;
}

void arch_dump_guest(struct cpu *cpu)
{
	(void)cpu;
}

int arch_cell_paging_create(struct cell *cell)
{
	cell->memory.ctx = cell;
	return paging_create(&cell->memory, 2, 2, 0);
}

u64 arch_memory_attr(const struct cell *cell, u64 flags)
{
	u64 attr = PTE_ACCESSED | PTE_INNER_SHAREABLE;

	attr |= (flags & JAILHOUSE_MEM_IO) && !cell_is_root(cell) ? PTE_S2_DEVICE_NGNRE :
								    PTE_S2_NORMAL_WB;
	attr |= flags & JAILHOUSE_MEM_READ ? PTE_S2_READ : 0;
	attr |= flags & JAILHOUSE_MEM_WRITE ? PTE_S2_WRITE : 0;
	return attr | (flags & JAILHOUSE_MEM_EXECUTE ? 0 : PTE_S2_XN);
}

u32 arch_mmio_count(void)
{
	return 2;
}

static enum mmio_result no_access(struct cpu *cpu, struct mmio_access *access, void *arg)
{
	(void)cpu;
	(void)access;
	(void)arg;
	return MMIO_REFUSED;
}

int arch_cell_prepare(struct cell *cell)
{
	int err = cell_is_root(cell) ? 0 : memory_check_platform(cell);

	if (!err && !cell_is_root(cell))
		err = memory_check_registers(cell, GICD, 0x10000, "the interrupt controller");
	return err ? err : mmio_add(&cell->mmio, GICD, 0x10000, no_access, NULL);
}

void arch_cell_commit(struct cell *cell)
{
	(void)cell;
}

void arch_cell_reset(struct cell *cell)
{
	u32 n;

	for (n = 0; n < CPUS; n++)
		promise(!bit_test(cell->cpus, n) || cpus[n].state != CPU_RUNNING);
}

void arch_cell_release(struct cell *cell)
{
	(void)cell;
}

void arch_comm_init(struct cell *cell, struct jailhouse_comm_region *comm)
{
	promise(comm == cell->comm);
}

void arch_clear_memory(void *start, u64 size)
{
	promise(windowed);
	memset(start, 0, size);
}

void arch_clean_memory(void *start, u64 size)
{
	(void)start;
	(void)size;
}

void arch_paging_flush(const struct paging *paging, u64 virt, u64 size)
{
	(void)paging;
	(void)virt;
	(void)size;
}

void arch_paging_sync(void *addr, u64 size)
{
	(void)addr;
	(void)size;
}

u64 space_phys(const void *virt)
{
	return virt == &status ? HYP - PAGE_SIZE : pool_phys(virt);
}

/* Memory that is not there reads as nothing and forgets what is written: never the hypervisor's. */
void *window_map(u64 phys, bool device)
{
	promise(!windowed && !(phys & PAGE_MASK));
	promise(phys + PAGE_SIZE <= HYP || phys >= HYP + sizeof(pool));
	windowed = true;
	window = phys;
	return phys - RAM < RAM_SIZE && !device ? ram + (phys - RAM) : page_window;
}

void window_unmap(void)
{
	promise(windowed);
	windowed = false;
}

void *window_map_block(u64 phys)
{
	static u8 block[BLOCK_SIZE];

	promise(!windowed && !(phys & (BLOCK_SIZE - 1)));
	promise(phys + BLOCK_SIZE <= HYP || phys >= HYP + sizeof(pool));
	windowed = true;
	return phys - RAM < RAM_SIZE ? ram + (phys - RAM) : block;
}

void window_unmap_block(void)
{
	window_unmap();
}

/* The cell has the bytes, with that right, and nobody else has them as a part of a page. */
static void judge_access(const volatile void *address, u32 size, u64 right)
{
	u64 phys = window + (u64)((const u8 *)(uintptr_t)address - page_window);
	const struct jailhouse_memory *region;
	const struct cell *cell;
	bool owns = false, has;
	u32 n;

	promise(windowed && accessing);
	for (cell = root_cell; cell; cell = cell->next) {
		region = config_mem_regions(cell->config);
		for (n = 0; n < cell->config->num_memory_regions; n++, region++) {
			has = !config_region_absent(region) &&
			      !(region->flags & JAILHOUSE_MEM_COMM_REGION) &&
			      config_ranges_overlap(phys, size, region->phys_start, region->size);
			if (cell == accessing->cell)
				owns |= has && (region->flags & right) &&
					phys - region->phys_start + size <= region->size;
			else if (!cell_is_root(cell) && has && config_region_subpage(region))
				promise(region->flags & JAILHOUSE_MEM_ROOTSHARED);
		}
	}
	promise(owns);
}

bool arch_probe_read(const volatile void *address, u32 size, u64 *value)
{
	judge_access(address, size, JAILHOUSE_MEM_READ);
	*value = 0;
	return true;
}

bool arch_probe_write(volatile void *address, u32 size, u64 value)
{
	(void)value;
	judge_access(address, size, JAILHOUSE_MEM_WRITE);
	return true;
}

/*
 * The machine, and a cell that it would take.
 */

/* A page is known by its first byte and its last one. */
static void mark(u64 at, u8 byte)
{
	ram[at] = ram[at + PAGE_SIZE - 1] = byte;
}

static void setup(void)
{
	u32 n;

	bugs = 0;
	windowed = false;
	memset(&manage, 0, sizeof(manage));
	for (n = 0; n < RAM_SIZE; n += PAGE_SIZE)
		mark(n, 0x5a);
	memset(&root_config, 0, sizeof(root_config));
	root_config.system.hypervisor_memory.phys_start = HYP;
	root_config.system.root_cell.cpu_set_size = 1;
	root_config.system.root_cell.num_memory_regions = 3;
	strcpy(root_config.system.root_cell.name, "root");
	root_config.cpus[0] = (1 << CPUS) - 1;
	root_config.mem[0] =
		(struct jailhouse_memory){ RAM, RAM, RAM_SIZE, RW | JAILHOUSE_MEM_EXECUTE };
	root_config.mem[1] = (struct jailhouse_memory){ UART, UART, 0x2000, RW | JAILHOUSE_MEM_IO };
	root_config.mem[2] =
		(struct jailhouse_memory){ 0xa000100, 0xa000100, 0x100,
					   RW | JAILHOUSE_MEM_IO | JAILHOUSE_MEM_IO_32 };
	image_header = (struct jailhouse_image_header){ .max_cpus = CPUS, .online_cpus = CPUS };
	image_header.phys_base = HYP;
	image_header.memory_size = sizeof(pool);
	pool_init(pool, HYP, HYP_PAGES);
	promise(cell_init_root() == 0);
	root_cell->next = NULL;
	for (n = 0; n < CPUS; n++) {
		memset(&cpus[n], 0, sizeof(cpus[n]));
		cpus[n].id = n;
		cpus[n].cell = root_cell;
		cpus[n].state = n == 3 ? CPU_PARKED : CPU_RUNNING;
	}
}

/* Cell 1, 2 or 3 with the CPU of that number. */
static void make_sample(u32 id)
{
	u64 base = RAM + id * 0x100000;

	memset(&sample, 0, sizeof(sample));
	memcpy(sample.desc.signature, JAILHOUSE_CELL_DESC_SIGNATURE, 5);
	sample.desc.architecture = JAILHOUSE_ARM64;
	sample.desc.revision = JAILHOUSE_CONFIG_REVISION;
	snprintf(sample.desc.name, sizeof(sample.desc.name), "cell %u", id);
	sample.desc.id = id;
	sample.desc.cpu_set_size = 1;
	sample.desc.num_memory_regions = REGIONS;
	sample.desc.msg_reply_timeout = id == 2 ? 100 : 0;
	sample.desc.flags = id == 3 ? JAILHOUSE_CELL_PASSIVE_COMMREG : 0;
	sample.cpus[0] = (u8)(1 << id);
	sample.mem[0] =
		(struct jailhouse_memory){ base, 0, id == 1 ? 0x200000 : 0x5000,
					   RW | JAILHOUSE_MEM_EXECUTE | JAILHOUSE_MEM_LOADABLE };
	sample.mem[1] =
		(struct jailhouse_memory){ 0, 0x80000000, 0x1000, RW | JAILHOUSE_MEM_COMM_REGION };
	sample.mem[2] =
		(struct jailhouse_memory){ UART, UART, 0x1000,
					   RW | JAILHOUSE_MEM_IO | JAILHOUSE_MEM_ROOTSHARED };
	sample.mem[3] =
		(struct jailhouse_memory){ UART + 0x1000 + id * 0x40, UART + 0x1000 + id * 0x40,
					   0x40, RW | JAILHOUSE_MEM_IO | JAILHOUSE_MEM_IO_32 };
	sample.mem[4] = (struct jailhouse_memory){ RAM + 0x3000, 0x90000000, 0x1000,
						   RW | JAILHOUSE_MEM_ROOTSHARED };
	sample.mem[5] = (struct jailhouse_memory){ base + 0x8000, 0x10000000, 0x3000, RW };
}

/*
 * Promises.
 */

static bool root_has(u64 phys)
{
	u64 found;

	if (!paging_lookup(&root_cell->memory, phys, &found, NULL, NULL))
		return false;
	promise(found == phys);
	return true;
}

/* What a cell has of a page of RAM. 0: nothing, 1: shared, 2: all of it. */
static u32 cell_has(const struct cell *cell, u64 phys)
{
	const struct jailhouse_memory *region = config_mem_regions(cell->config);
	u64 found;
	u32 n, has = 0;

	for (n = 0; n < cell->config->num_memory_regions; n++, region++) {
		if (config_region_absent(region) || config_region_subpage(region) ||
		    (region->flags & JAILHOUSE_MEM_COMM_REGION) ||
		    phys - region->phys_start >= region->size)
			continue;
		if (region->flags & (RW | JAILHOUSE_MEM_EXECUTE))
			promise(paging_lookup(&cell->memory,
					      region->virt_start + (phys - region->phys_start),
					      &found, NULL, NULL) &&
				found == phys);
		if (!(region->flags & JAILHOUSE_MEM_ROOTSHARED))
			has = 2;
		else if (!has)
			has = 1;
	}
	return has;
}

static void promise_memory(void)
{
	const struct cell *cell;
	u64 page, phys;
	u32 owners, has;

	for (page = 0; page < RAM_PAGES; page++) {
		if (page % 256 >= 16 && page % 32 != 31)
			continue; /* like its neighbours: regions begin and end at others */
		phys = RAM + page * PAGE_SIZE;
		owners = 0;
		for (cell = root_cell->next; cell; cell = cell->next) {
			has = cell_has(cell, phys);
			promise(has != 2 || cell->loadable || !root_has(phys));
			owners += has == 2;
		}
		promise(owners <= 1);
		promise(owners || root_has(phys));
	}
	/* What the root reads of the hypervisor are the console rings, in the first pages. */
	for (page = CPUS + 8; page < HYP_PAGES; page++)
		promise(!paging_lookup(&root_cell->memory, HYP + page * PAGE_SIZE, NULL, NULL,
				       NULL));
}

static void promise_cpus(void)
{
	const struct cell *cell;
	u32 n, owners, count = 0;

	for (n = 0; n < CPUS; n++) {
		owners = 0;
		for (cell = root_cell; cell; cell = cell->next)
			if (bit_test(cell->cpus, n)) {
				owners++;
				promise(cpus[n].cell == cell);
			}
		promise(owners == 1);
	}
	for (cell = root_cell; cell; cell = cell->next) {
		count++;
		promise(bit_test(cell->cpus, cell->first_cpu));
	}
	promise(count == cell_count);
}

/* Private memory of a cell, all of which has this byte in it; or it gets it. */
static void memory_of(const struct cell *cell, u8 byte, bool set)
{
	const struct jailhouse_memory *region = config_mem_regions(cell->config);
	u64 at, n;
	u32 m;

	for (m = 0; m < cell->config->num_memory_regions; m++, region++) {
		if (!region_is_private_ram(region))
			continue;
		for (n = 0; n < region->size; n += PAGE_SIZE) {
			at = region->phys_start + n - RAM;
			if (at >= RAM_SIZE)
				continue;
			if (set)
				mark(at, byte);
			else
				promise(ram[at] == byte && ram[at + PAGE_SIZE - 1] == byte);
		}
	}
}

/*
 * Operations.
 */

/* Behind this step of a hypercall the hypervisor is broken, by whatever happens on another CPU; or 0. */
static u32 break_after;

/* As driver and Linux do it: again, until it is done, in steps or not. The cell's answer comes on the way. */
static long call(u64 code, u64 arg1, u64 arg2, u32 reply)
{
	struct cell *cell;
	long result;
	u32 steps = 0;

	do {
		result = hypercall(&cpus[0], steps & 1 ? code | JAILHOUSE_HC_IN_STEPS : code, arg1,
				   arg2);
		promise(result != -EAGAIN || steps & 1);
		if (result == -EAGAIN)
			result = HYPERCALL_AGAIN;
		promise(++steps < STEPS);
		hypervisor_broken = steps == break_after && result == HYPERCALL_AGAIN;
		for (cell = root_cell->next; cell; cell = cell->next)
			if (steps == 2 && cell->comm->msg_to_cell)
				cell->comm->reply_from_cell = reply;
	} while (result == HYPERCALL_AGAIN);
	hypervisor_broken = 0;
	promise(!windowed && !manage.busy);
	return result;
}

/* A refused operation has changed nothing, but who runs. */
static long manage_call(u64 code, u64 arg1, u64 arg2, u32 reply)
{
	u32 used = pool_used(), count = cell_count;
	long result = call(code, arg1, arg2, reply);

	promise(result <= 0);
	changed = true;
	if (result < 0) {
		promise(pool_used() == used && cell_count == count);
		promise(result == -EBUSY || status.text[0]);
	}
	return result;
}

static void create(struct input *input, const struct operation *op)
{
	u32 changes = op->how >> 2 & 7, id = 1 + op->how % 3;
	u64 address = op->how & 0x80 ? op->value : CONFIG;
	struct change change;
	struct cell *cell;
	long result;

	make_sample(id);
	while (changes-- && take(input, &change, sizeof(change)))
		memcpy((u8 *)&sample + change.at % (sizeof(sample) - 4), &change.value,
		       change.width % 5);
	if (root_has(CONFIG & ~PAGE_MASK) && root_has((CONFIG + sizeof(sample)) & ~PAGE_MASK))
		memcpy(ram + (CONFIG - RAM), &sample, sizeof(sample));
	break_after = (op->how & 0x60) == 0x60 ? 1 + (op->at >> 1) % 4 : 0;
	result = manage_call(JAILHOUSE_HC_CELL_CREATE, address, op->at & 1, 0);
	break_after = 0;
	if (result < 0)
		return;
	for (cell = root_cell; cell->next;)
		cell = cell->next;
	memory_of(cell, 0, false);
	memory_of(cell, 0xa5, true);
}

static void destroy(u32 id, bool force, u32 reply)
{
	struct cell *cell = cell_by_id(id), copy;
	void *config;

	if (!cell || cell_is_root(cell)) {
		promise(call(JAILHOUSE_HC_CELL_DESTROY, id, force, reply) < 0);
		return;
	}
	config = malloc(config_size(cell->config));
	memcpy(config, cell->config, config_size(cell->config));
	copy.config = config;
	if (manage_call(JAILHOUSE_HC_CELL_DESTROY, id, force ? JAILHOUSE_FORCE : 0, reply) == 0)
		memory_of(&copy, 0, false);
	free(config);
}

/* Its words in the communication region are the cell's; and it may switch itself off. */
static void behave(const struct operation *op)
{
	struct cell *cell = cell_by_id(op->how % 8);
	u32 *words;

	if (!cell || cell_is_root(cell))
		return;
	if (op->what % KINDS == PARK) {
		cpus[cell->first_cpu].state = op->at & 1 ? CPU_FAILED : CPU_PARKED;
		return;
	}
	words = cell->comm_page;
	words[op->at % 1024] = (u32)op->value;
}

static void any_call(const struct operation *op)
{
	struct cpu *cpu = &cpus[op->how % CPUS];
	bool root = cell_is_root(cpu->cell);
	u64 code = op->at % 16;

	if (root && code >= JAILHOUSE_HC_CELL_CREATE && code <= JAILHOUSE_HC_CELL_DESTROY)
		return;
	promise(hypercall(cpu, code, op->value, op->value >> 32) >= 0 ? code >= 5 : true);
}

/* Registers that share pages, and what is around them. */
static void access(const struct operation *op)
{
	struct cpu *cpu = &cpus[op->how % CPUS];
	struct mmio_access access = { .address = UART + 0xe00 + op->at % 0x1400,
				      .value = op->value,
				      .size = (u8)(1 << (op->how >> 2 & 3)),
				      .write = op->how & 0x10 };

	if (op->how & 0x20)
		access.address = op->value >> 8;
	accessing = cpu;
	mmio_dispatch(cpu, &cpu->cell->mmio, &access);
	accessing = NULL;
	promise(!windowed);
}

static void operate(struct input *input, const struct operation *op)
{
	u32 id = op->how % 8 < 5 ? op->how % 8 : (u32)op->value, reply = op->how >> 4;

	switch (op->what % KINDS) {
	case CREATE:
		create(input, op);
		break;
	case START:
		manage_call(JAILHOUSE_HC_CELL_START, id, op->at, reply);
		break;
	case LOADABLE:
		manage_call(JAILHOUSE_HC_CELL_SET_LOADABLE, id, op->at & 1 ? JAILHOUSE_FORCE : 0,
			    reply);
		break;
	case DESTROY:
		destroy(id, op->at & 1, reply);
		break;
	case ACCESS:
		access(op);
		break;
	case STATE:
		hypercall(&cpus[0], JAILHOUSE_HC_CELL_GET_STATE, id, 0);
		break;
	case ANY:
		any_call(op);
		break;
	default:
		behave(op);
		break;
	}
}

/* By force, and after its locks are open. */
static void end_all(void)
{
	struct cell *cell;

	for (cell = root_cell->next; cell; cell = cell->next)
		cell->comm->cell_state = JAILHOUSE_CELL_RUNNING;
	while (root_cell->next)
		promise(call(JAILHOUSE_HC_CELL_DESTROY, root_cell->next->id, JAILHOUSE_FORCE, 0) ==
			0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = { data, size };
	struct operation op;
	u32 used, tables, count = 0;

	setup();
	used = pool_used();
	tables = paging_pages(&root_cell->memory);
	while (take(&input, &op, sizeof(op)) && count++ < OPERATIONS) {
		changed = false;
		operate(&input, &op);
		if (changed)
			promise_memory();
		promise_cpus();
	}
	end_all();
	promise_memory();
	promise(pool_used() == used && paging_pages(&root_cell->memory) == tables);
	promise(bugs == 0);
	paging_destroy(&root_cell->memory);
	return 0;
}
