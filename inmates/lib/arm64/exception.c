/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Unexpected exceptions: a report that a human can read, then the end of the cell. */
#include "asm.h"
#include "../internal.h"

#define ESR_CLASS(esr)		((esr) >> 26 & 0x3f)
#define ESR_WNR			(1 << 6)
#define ESR_FNV			(1 << 10)
#define PSTATE_IL		(1ULL << 20)
#define CLASS_INSTRUCTION_ABORT 0x21
#define CLASS_DATA_ABORT	0x25

static struct inmate_fault *try_fault;
static unsigned int reports;
u64 inmate_try_sp;

bool inmate_try_raw(void (*function)(void *arg), void *arg, u64 *saved_sp);
void inmate_try_failed(void);
void exception_handle(struct exception_frame *frame, unsigned long kind);

static const char *kind_name(unsigned long kind)
{
	static const char *const names[] = {
		"synchronous exception",
		"interrupt",
		"fast interrupt",
		"system error",
	};

	return kind < 8 ? names[kind % 4] : "exception from a lower level";
}

static const char *class_name(unsigned int class)
{
	switch (class) {
	case 0x00:
		return "undefined instruction";
	case 0x07:
		return "floating point is off";
	case 0x0e:
		return "illegal execution state";
	case 0x15:
		return "SVC instruction";
	case 0x16:
		return "HVC instruction";
	case 0x17:
		return "SMC instruction";
	case 0x18:
		return "trapped system register";
	case 0x20:
	case CLASS_INSTRUCTION_ABORT:
		return "instruction abort";
	case 0x22:
		return "program counter not aligned";
	case 0x24:
	case CLASS_DATA_ABORT:
		return "data abort";
	case 0x26:
		return "stack pointer not aligned";
	case 0x2c:
		return "floating-point exception";
	case 0x2f:
		return "system error";
	case 0x3c:
		return "BRK instruction";
	default:
		return "unknown class";
	}
}

static const char *fault_name(unsigned int status)
{
	switch (status & 0x3f) {
	case 0x00 ... 0x03:
		return "address too large";
	case 0x04 ... 0x07:
		return "not mapped";
	case 0x08 ... 0x0b:
		return "access flag";
	case 0x0c ... 0x0f:
		return "no permission";
	case 0x10:
		return "external abort";
	case 0x14 ... 0x17:
		return "external abort of the table walk";
	case 0x21:
		return "alignment";
	case 0x30:
		return "TLB conflict";
	default:
		return "unknown fault";
	}
}

static void print_abort(u64 esr)
{
	bool data = ESR_CLASS(esr) == CLASS_DATA_ABORT;

	printf("  %s", !data ? "fetch" : esr & ESR_WNR ? "write" : "read");
	if (esr & ESR_FNV)
		printf(" at an unknown address");
	else
		printf(" at 0x%llx", sysreg_read(far_el1));
	printf(": %s", fault_name(esr));
	if ((esr & 0x3f) < 0x10)
		printf(" (level %llu)", esr & 3);
	if (!(esr & ESR_FNV) && sysreg_read(far_el1) < 0x1000)
		printf(", a NULL pointer");
	printf("\n");
}

static void print_report(const struct exception_frame *frame, unsigned long kind, u64 esr)
{
	printf("\ninmate: CRASH: %s", kind_name(kind));
	if (kind % 4 == 0)
		printf(": %s", class_name(ESR_CLASS(esr)));
	printf("%s\n", kind >= 4 && kind < 8 ? ", in a handler" : "");
	if (kind % 4 == 0 &&
	    (ESR_CLASS(esr) == CLASS_DATA_ABORT || ESR_CLASS(esr) == CLASS_INSTRUCTION_ABORT))
		print_abort(esr);
	printf("  pc 0x%llx sp 0x%llx pstate 0x%llx esr 0x%llx far 0x%llx\n", frame->pc, frame->sp,
	       frame->pstate, esr, sysreg_read(far_el1));
	for (int n = 0; n < 31; n++)
		printf("  x%-2d %016llx%s", n, frame->x[n], n % 4 == 3 || n == 30 ? "\n" : "");
}

void exception_handle(struct exception_frame *frame, unsigned long kind)
{
	u64 esr = sysreg_read(esr_el1);

	if (try_fault && kind == 0) {
		try_fault->syndrome = esr;
		try_fault->address = sysreg_read(far_el1);
		try_fault->pc = frame->pc;
		try_fault = NULL;
		frame->pc = (uintptr_t)inmate_try_failed;
		frame->pstate &= ~PSTATE_IL; /* the function may have made an illegal return */
		return;
	}
	/* A fault while reporting: the console or the stack is broken, so say no more. */
	if (reports++ == 0) {
		console_emergency();
		print_report(frame, kind, esr);
	}
	if (reports <= 2)
		inmate_comm()->cell_state = JAILHOUSE_CELL_FAILED;
	asm volatile("msr daifset, #0xf" : : : "memory");
	sysreg_write(cntv_ctl_el0, 0);
	for (;;)
		arch_wait_for_interrupt();
}

bool inmate_try(void (*function)(void *arg), void *arg, struct inmate_fault *fault)
{
	bool came_back;

	try_fault = fault;
	came_back = inmate_try_raw(function, arg, &inmate_try_sp);
	try_fault = NULL;
	return came_back;
}
