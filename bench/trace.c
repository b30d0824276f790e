/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which code of the hypervisor runs, where the emulator does not tell: the compiler calls this at the
 * beginning of each block of instructions (-fsanitize-coverage=trace-pc, bench/build.mk). When a CPU of
 * the root cell asks for the end, it is said on COM1, in lines "trace: ADDRESS BITS", 64 bytes of code a
 * line. The product has nothing of it.
 */
#include <core/cell.h>
#include <core/system.h>
#include <core/uart.h>

#define COM1	    0x3f8
#define LINE_STATUS (COM1 + 5)
#define EMPTY	    0x20
#define TRACED	    (160 * 1024)
#define MAX_POLLS   100000

void __sanitizer_cov_trace_pc(void);
long __real_hypercall(struct cpu *cpu, u64 code, u64 arg1, u64 arg2);
long __wrap_hypercall(struct cpu *cpu, u64 code, u64 arg1, u64 arg2);

static u64 met[TRACED / 64];
static u32 said;

void __sanitizer_cov_trace_pc(void)
{
	u64 offset = (u64)__builtin_return_address(0) - (u64)image_text;

	if (offset < TRACED)
		__atomic_fetch_or(&met[offset / 64], 1ULL << offset % 64, __ATOMIC_RELAXED);
}

static void say(char c)
{
	u32 polls;

	for (polls = 0; polls < MAX_POLLS && !(arch_port_read(LINE_STATUS) & EMPTY); polls++)
		;
	arch_port_write(COM1, (u8)c);
}

static void say_number(u64 number)
{
	int digit;

	say(' ');
	for (digit = 15; digit >= 0; digit--)
		say("0123456789abcdef"[number >> 4 * digit & 15]);
}

static void say_all(void)
{
	static const char start[] = "\ntrace:";
	u32 n, i;

	for (n = 0; n < TRACED / 64; n++) {
		if (!met[n])
			continue;
		for (i = 0; i < sizeof(start) - 1; i++)
			say(start[i]);
		say_number((u64)image_text + 64 * n);
		say_number(met[n]);
	}
	say('\n');
}

long __wrap_hypercall(struct cpu *cpu, u64 code, u64 arg1, u64 arg2)
{
	if (code == JAILHOUSE_HC_DISABLE && cell_is_root(cpu->cell) &&
	    !__atomic_fetch_or(&said, 1, __ATOMIC_RELAXED))
		say_all();
	return __real_hypercall(cpu, code, arg1, arg2);
}
