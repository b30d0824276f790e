/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Errors of the hypervisor itself, on request. This is linked with the objects of the hypervisor to an
 * image for tests: the linker leads calls of hypercall() here (--wrap). The product has nothing of it.
 *
 * The root cell asks by a hypercall of its own for a fault on some CPU. It happens there at once, or
 * with the next hypercall that the CPU makes.
 */
#include <core/cell.h>
#include <core/error.h>
#include <core/system.h>

#define HYPERCALL_FAULT 0x46415541 /* arg1: logical CPU number, arg2: enum fault */

enum fault {
	FAULT_NONE,
	FAULT_NULL,	/* a read by a NULL pointer */
	FAULT_BUG,	/* a rule that does not hold */
	FAULT_STACK,	/* a recursion without end */
	FAULT_CODE,	/* a write to the own code */
	FAULT_UNDEFINED /* an instruction that does not exist */
};

#define FAULT_LOCKED 0x100 /* with the management lock held */

long __real_hypercall(struct cpu *cpu, u64 code, u64 arg1, u64 arg2);
long __wrap_hypercall(struct cpu *cpu, u64 code, u64 arg1, u64 arg2);

static u32 wanted_cpu, wanted;
static volatile u64 null_pointer, deepest = ~0ULL;

static u64 overflow(u64 depth) __attribute__((noinline));

static u64 overflow(u64 depth)
{
	volatile u64 frame[16];

	frame[0] = depth;
	if (depth < deepest)
		frame[1] = overflow(depth + 1);
	return frame[0] + frame[1];
}

static void commit(u32 fault)
{
	if (fault & FAULT_LOCKED)
		management_trylock();
	switch (fault & ~(u32)FAULT_LOCKED) {
	case FAULT_NULL:
		(void)*(volatile u32 *)null_pointer;
		break;
	case FAULT_BUG:
		hypervisor_bug("a deliberate one");
		break;
	case FAULT_STACK:
		overflow(0);
		break;
	case FAULT_CODE:
		*(volatile u32 *)image_text = 0;
		break;
	case FAULT_UNDEFINED:
		__builtin_trap();
	}
}

long __wrap_hypercall(struct cpu *cpu, u64 code, u64 arg1, u64 arg2)
{
	u32 fault;

	if (code == HYPERCALL_FAULT && cell_is_root(cpu->cell)) {
		wanted_cpu = (u32)arg1;
		store_release(&wanted, (u32)arg2);
	}
	fault = load_acquire(&wanted);
	if (fault && wanted_cpu == cpu->id) {
		write_once(wanted, FAULT_NONE);
		commit(fault);
	}
	return code == HYPERCALL_FAULT ? 0 : __real_hypercall(cpu, code, arg1, arg2);
}
