/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a nested page fault of x86 comes to: emulated registers, a moment in which the root's tables are
 * changed, something forbidden. The guest's code, its tables and the device are the test's.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <asm/pte.h>
#include <asm/vcpu.h>
#include <asm/virt.h>
#include <asm/vmcs.h>
#include <core/format.h>
#include <core/memory.h>

#define DEVICE 0xfed00000ULL

bool vmx_in_use;

static struct cpu cpu;
static struct cell cell;
static struct vmcb vmcb;
static struct regs regs;

/* What the hypervisor around it answers, and what it was told. */
static struct {
	u8 code[INSN_BUFFER];
	u32 readable; /* bytes of it */
	bool mapped;
	u64 attr; /* of the page, if it is mapped */
	bool was_ram;
	bool page_in_front;
	u64 looked_at;
	bool device;
	u64 value; /* of the device's register */
	u32 reads, writes;
	u32 violations, faults, skipped;
	char text[160];
} world;

bool memory_lookup(const struct cell *of, u64 address, u64 *phys, u64 *attr)
{
	assert_ptr_equal(of, &cell);
	(void)address;
	(void)phys;
	*attr = world.attr;
	return world.mapped;
}

bool memory_was_root_ram(u64 address)
{
	(void)address;
	return world.was_ram;
}

u32 vcpu_fetch(struct cpu *of, u8 *bytes)
{
	assert_ptr_equal(of, &cpu);
	memcpy(bytes, world.code, world.readable);
	return world.readable;
}

u32 vcpu_read(struct cpu *of, u64 linear, u8 *bytes, u32 size)
{
	(void)of;
	world.looked_at = linear;
	memcpy(bytes, "\x11\x22\x33", size);
	return world.page_in_front ? size : 0;
}

enum insn_mode vcpu_mode(const struct cpu *of)
{
	(void)of;
	return INSN_64;
}

void vcpu_skip(struct cpu *of, u32 length)
{
	(void)of;
	world.skipped += length;
}

void vcpu_inject(struct cpu *of, u32 vector, bool has_error, u32 error)
{
	(void)of;
	assert_int_equal(vector, VECTOR_GP);
	assert_true(has_error);
	assert_int_equal(error, 0);
	world.faults++;
}

void cell_violation(struct cpu *of, const char *fmt, ...)
{
	va_list ap;

	(void)of;
	world.violations++;
	va_start(ap, fmt);
	format(world.text, sizeof(world.text), fmt, ap);
	va_end(ap);
}

enum mmio_result mmio_dispatch(struct cpu *of, struct mmio_space *space, struct mmio_access *access)
{
	(void)of;
	assert_ptr_equal(space, &cell.mmio);
	if (!world.device)
		return MMIO_UNKNOWN;
	assert_int_equal(access->address, DEVICE);
	if (access->write) {
		world.writes++;
		world.value = access->value;
	} else {
		world.reads++;
		access->value = world.value;
	}
	return MMIO_DONE;
}

static void code(const void *bytes, u32 length)
{
	memcpy(world.code, bytes, length);
	world.readable = length;
}

#define MOV_EAX_RBX  "\x8b\x03" /* mov (%rbx),%eax */
#define MOV_RBX_EAX  "\x89\x03"
#define MOV_RBX_ESP  "\x89\x23"
#define XCHG_RBX_ESP "\x87\x23"

static int set_up(void **state)
{
	(void)state;
	memset(&world, 0, sizeof(world));
	memset(&cpu, 0, sizeof(cpu));
	memset(&cell, 0, sizeof(cell));
	memset(&vmcb, 0, sizeof(vmcb));
	memset(&regs, 0, sizeof(regs));
	cell.id = 0;
	cpu.cell = &cell;
	cpu.arch.vmcb = &vmcb;
	vmcb.rsp = 0x1234567800000010;
	vmx_in_use = false;
	return 0;
}

static void fault(bool write, bool fetch, bool table)
{
	const struct guest_fault what = {
		.address = DEVICE, .write = write, .fetch = fetch, .table = table
	};

	handle_fault(&cpu, &regs, &what);
}

/* Nothing has happened: the guest repeats the access. */
static void assert_again(void)
{
	assert_int_equal(world.violations, 0);
	assert_int_equal(world.faults, 0);
	assert_int_equal(world.skipped, 0);
}

static void registers_are_read(void **state)
{
	(void)state;
	world.device = true;
	world.value = 0x89abcdef;
	regs.gpr[0] = ~0ULL;
	code(MOV_EAX_RBX, 2);
	fault(false, false, false);
	assert_int_equal(world.reads, 1);
	assert_int_equal(world.writes, 0);
	assert_int_equal(regs.gpr[0], 0x89abcdef);
	assert_int_equal(world.skipped, 2);
	assert_int_equal(world.violations, 0);
}

/* The guest's stack pointer is not in the registers that were saved. */
static void the_stack_pointer_is_the_guests(void **state)
{
	(void)state;
	world.device = true;
	code(MOV_RBX_ESP, 2);
	fault(true, false, false);
	assert_int_equal(world.writes, 1);
	assert_int_equal(world.value, 0x10);
	assert_int_equal(vmcb.rsp, 0x1234567800000010);

	world.value = 0x5000;
	code(XCHG_RBX_ESP, 2);
	fault(true, false, false);
	assert_int_equal(world.reads, 1);
	assert_int_equal(world.writes, 2);
	assert_int_equal(world.value, 0x10);
	assert_int_equal(vmcb.rsp, 0x5000);
}

static void what_nothing_permits(void **state)
{
	(void)state;
	code(MOV_EAX_RBX, 2);
	fault(false, false, false);
	assert_int_equal(world.violations, 1);
	assert_string_equal(world.text, "forbidden 4-byte read of 0xfed00000");
	assert_int_equal(regs.gpr[0], 0xffffffff);
	assert_int_equal(world.skipped, 2);
	assert_int_equal(world.faults, 0);
}

/* What was the root's memory must not read as something else: code that runs there would go on with it. */
static void memory_that_has_gone(void **state)
{
	(void)state;
	world.was_ram = true;
	code(MOV_EAX_RBX, 2);
	fault(false, false, false);
	assert_int_equal(world.violations, 1);
	assert_int_equal(world.faults, 1);
	assert_int_equal(world.skipped, 0);
}

/* Linux expects zeros behind the end of its memory, where it reads text by words. */
static void loads_over_the_end(void **state)
{
	(void)state;
	world.was_ram = world.page_in_front = true;
	regs.gpr[3] = 0xffff888000000ffdULL;
	code(MOV_EAX_RBX, 2);
	fault(false, false, false);
	assert_int_equal(world.violations, 0);
	assert_int_equal(world.looked_at, 0xffff888000000ffdULL);
	assert_int_equal(regs.gpr[0], 0x332211);
	assert_int_equal(world.skipped, 2);

	/* Begins in the other page, or ends in this one; a store; nothing is there; it never had memory there */
	regs.gpr[3] = 0xffff888000001000ULL;
	fault(false, false, false);
	regs.gpr[3] = 0xffff888000000ffcULL;
	fault(false, false, false);
	regs.gpr[3] = 0xffff888000000ffdULL;
	code(MOV_RBX_EAX, 2);
	fault(true, false, false);
	code(MOV_EAX_RBX, 2);
	world.page_in_front = false;
	fault(false, false, false);
	assert_int_equal(world.faults, 4);
	assert_int_equal(world.skipped, 2);
	world.page_in_front = true;
	world.was_ram = false;
	fault(false, false, false);
	assert_int_equal(world.violations, 5);
	assert_int_equal(regs.gpr[0], 0xffffffff);
}

/* A cell has never had it. */
static void cells_have_no_end(void **state)
{
	(void)state;
	world.was_ram = world.page_in_front = true;
	cell.id = 1;
	regs.gpr[3] = 0xffff888000000ffdULL;
	code(MOV_EAX_RBX, 2);
	fault(false, false, false);
	assert_int_equal(world.violations, 1);
}

static void instructions_that_cannot_be_emulated(void **state)
{
	(void)state;
	code("\x01\x03", 2); /* add %eax,(%rbx) */
	fault(true, false, false);
	assert_string_equal(world.text,
			    "write to 0xfed00000 by an instruction that cannot be emulated: 0103");
	assert_int_equal(world.faults, 1);

	/* A load where the hardware says that it was a store: the code is another one by now. */
	world.device = true;
	code(MOV_EAX_RBX, 2);
	fault(true, false, false);
	assert_int_equal(world.violations, 2);
	assert_int_equal(world.faults, 2);
	assert_int_equal(world.reads, 0);

	world.readable = 0;
	fault(false, false, false);
	assert_string_equal(world.text, "read of 0xfed00000 by an instruction that cannot be read");
	assert_int_equal(world.faults, 3);
}

/* Another CPU takes memory from the root or gives it back, and this one was between the two steps. */
static void moments_of_the_root(void **state)
{
	(void)state;
	/* It is over by the time the tables can be looked at, and there is memory now. */
	world.mapped = true;
	world.attr = PTE_PRESENT | PTE_WRITE;
	code(MOV_EAX_RBX, 2);
	fault(false, false, false);
	fault(true, false, false);
	fault(false, true, false);
	assert_again();
	vmx_in_use = true;
	world.attr = EPT_EXECUTE;
	fault(false, true, false);
	assert_again();
}

static void no_moments(void **state)
{
	(void)state;
	/* Mapped, but not for this */
	world.mapped = true;
	world.attr = PTE_PRESENT | PTE_NX;
	fault(false, true, false);
	assert_string_equal(world.text,
			    "instruction fetch from 0xfed00000, which is not executable "
			    "memory");
	vmx_in_use = true;
	world.attr = 0;
	fault(false, true, false);
	assert_int_equal(world.violations, 2);
	vmx_in_use = false;
	code(MOV_RBX_EAX, 2);
	fault(true, false, false);
	assert_int_equal(world.violations, 3);
	assert_string_equal(world.text, "forbidden 4-byte write to 0xfed00000");

	/* A cell's tables do not change while it runs. */
	world.mapped = true;
	world.attr = PTE_PRESENT | PTE_WRITE;
	cell.id = 1;
	fault(true, false, false);
	assert_int_equal(world.violations, 4);
	world.readable = 0;
	fault(true, false, false);
	assert_int_equal(world.violations, 5);
	fault(false, false, true);
	assert_int_equal(world.violations, 6);
	assert_string_equal(world.text, "page table outside of memory at 0xfed00000");
}

/* The processor reads a table, or writes to a stack: the instruction that it interrupts has no part in it. */
static void events_that_cannot_be_delivered(void **state)
{
	struct guest_fault what = { .address = DEVICE, .event = EVENT_VALID | 0xec };

	(void)state;
	world.device = true;
	code(MOV_EAX_RBX, 2);
	handle_fault(&cpu, &regs, &what);
	assert_int_equal(world.reads, 0);
	assert_int_equal(world.skipped, 0);
	assert_int_equal(world.faults, 1);
	assert_string_equal(world.text,
			    "forbidden read of 0xfed00000 by the delivery of vector 236");
	what.write = true;
	handle_fault(&cpu, &regs, &what);
	assert_int_equal(world.faults, 2);
	assert_string_equal(world.text,
			    "forbidden write to 0xfed00000 by the delivery of vector 236");

	/* A moment is one for it, too. */
	world.mapped = true;
	world.attr = PTE_PRESENT | PTE_WRITE;
	handle_fault(&cpu, &regs, &what);
	assert_int_equal(world.faults, 2);
	assert_int_equal(world.violations, 2);
}

static void two_exceptions_at_a_time(void **state)
{
	const u64 exception = EVENT_VALID | EVENT_TYPE_EXCEPTION << 8;
	static const u32 contributory[] = { 0, 10, 11, 12, 13 };
	u32 n, first;

	(void)state;
	for (n = 0; n < sizeof(contributory) / sizeof(contributory[0]); n++)
		assert_int_equal(vcpu_second_exception(exception | EVENT_HAS_ERROR |
							       contributory[n],
						       VECTOR_GP),
				 VECTOR_DF);
	assert_int_equal(vcpu_second_exception(exception | VECTOR_PF, VECTOR_GP), VECTOR_DF);
	assert_int_equal(vcpu_second_exception(exception | VECTOR_DF, VECTOR_GP), VECTOR_NONE);
	/* Benign ones, the first or the second */
	for (first = 1; first < 8; first++)
		assert_int_equal(vcpu_second_exception(exception | first, VECTOR_GP), VECTOR_GP);
	assert_int_equal(vcpu_second_exception(exception | VECTOR_GP, VECTOR_UD), VECTOR_UD);
	assert_int_equal(vcpu_second_exception(exception | VECTOR_DF, VECTOR_MC), VECTOR_MC);
	/* Interrupts, as processors and as the emulator report them, and none at all */
	assert_int_equal(vcpu_second_exception(EVENT_VALID | 0x2d, VECTOR_GP), VECTOR_GP);
	assert_int_equal(vcpu_second_exception(exception | 0x2d, VECTOR_GP), VECTOR_GP);
	assert_int_equal(vcpu_second_exception(EVENT_VALID | EVENT_TYPE_NMI << 8 | 2, VECTOR_GP),
			 VECTOR_GP);
	assert_int_equal(vcpu_second_exception(0xd | EVENT_TYPE_EXCEPTION << 8, VECTOR_GP),
			 VECTOR_GP);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(registers_are_read, set_up),
		cmocka_unit_test_setup(the_stack_pointer_is_the_guests, set_up),
		cmocka_unit_test_setup(what_nothing_permits, set_up),
		cmocka_unit_test_setup(memory_that_has_gone, set_up),
		cmocka_unit_test_setup(loads_over_the_end, set_up),
		cmocka_unit_test_setup(cells_have_no_end, set_up),
		cmocka_unit_test_setup(instructions_that_cannot_be_emulated, set_up),
		cmocka_unit_test_setup(moments_of_the_root, set_up),
		cmocka_unit_test_setup(no_moments, set_up),
		cmocka_unit_test_setup(events_that_cannot_be_delivered, set_up),
		cmocka_unit_test_setup(two_exceptions_at_a_time, set_up),
	};

	return cmocka_run_group_tests_name("fault", tests, NULL, NULL);
}
