/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Unexpected exceptions: a report that a human can read, then the end of the cell. */
#include "asm.h"
#include "../internal.h"

#define VECTOR_NMI	     2
#define VECTOR_UNDEFINED     6
#define VECTOR_DOUBLE_FAULT  8
#define VECTOR_PROTECTION    13
#define VECTOR_PAGE_FAULT    14
#define VECTOR_MACHINE_CHECK 18
#define FAULT_PRESENT	     (1 << 0)
#define FAULT_WRITE	     (1 << 1)
#define FAULT_RESERVED	     (1 << 3)
#define FAULT_FETCH	     (1 << 4)
#define HYPERCALL_LENGTH     3
#define NULL_PAGE	     0x1000

static struct inmate_fault *try_fault;
static unsigned int reports;
u64 inmate_try_sp;

extern const char hypercall_amd[], hypercall_intel[];
extern const char probe_hypercall_amd[], probe_hypercall_intel[];
bool inmate_try_raw(void (*function)(void *arg), void *arg, u64 *saved_sp);
void inmate_try_failed(void);

static const char *vector_name(u64 vector)
{
	static const char *const names[VECTOR_FIRST] = {
		[0] = "division",
		[1] = "debug",
		[2] = "non-maskable interrupt",
		[3] = "breakpoint",
		[4] = "overflow",
		[5] = "bound",
		[6] = "undefined instruction",
		[7] = "floating point is off",
		[8] = "double fault",
		[10] = "invalid task state",
		[11] = "segment not present",
		[12] = "stack segment",
		[13] = "general protection",
		[14] = "page fault",
		[16] = "x87 floating point",
		[17] = "alignment",
		[18] = "machine check",
		[19] = "SSE floating point",
		[20] = "virtualization",
		[21] = "control protection",
		[28] = "hypervisor injection",
		[29] = "VMM communication",
		[30] = "security",
	};

	return vector < VECTOR_FIRST && names[vector] ? names[vector] : "unknown exception";
}

static u64 fault_address(void)
{
	u64 cr2;

	asm volatile("mov %%cr2, %0" : "=r"(cr2));
	return cr2;
}

static void print_page_fault(u64 error)
{
	u64 address = fault_address();

	printf("  %s at 0x%llx: %s%s\n",
	       error & FAULT_FETCH ? "fetch" :
	       error & FAULT_WRITE ? "write" :
				     "read",
	       address,
	       error & FAULT_RESERVED ? "reserved bit in a page table" :
	       error & FAULT_PRESENT  ? "no permission" :
					"not mapped",
	       address < NULL_PAGE ? ", a NULL pointer" : "");
}

/* Handlers run on a stack of their own. */
static bool in_handler(u64 rsp)
{
	u64 offset = rsp - (uintptr_t)stacks;

	return offset < STACKS_CPUS * STACKS_SIZE && offset % STACKS_SIZE > STACK_MAIN_TOP &&
	       offset % STACKS_SIZE <= STACK_IRQ_TOP;
}

static void print_report(const struct exception_frame *f)
{
	printf("\ninmate: CRASH: exception %llu: %s%s\n", f->vector, vector_name(f->vector),
	       in_handler(f->rsp) ? ", in a handler" : "");
	if (f->vector == VECTOR_PAGE_FAULT)
		print_page_fault(f->error);
	printf("  rip 0x%llx rsp 0x%llx rflags 0x%llx cs 0x%llx error 0x%llx cr2 0x%llx\n", f->rip,
	       f->rsp, f->rflags, f->cs, f->error, fault_address());
	printf("  rax %016llx  rbx %016llx  rcx %016llx  rdx %016llx\n", f->rax, f->rbx, f->rcx,
	       f->rdx);
	printf("  rsi %016llx  rdi %016llx  rbp %016llx  r8  %016llx\n", f->rsi, f->rdi, f->rbp,
	       f->r8);
	printf("  r9  %016llx  r10 %016llx  r11 %016llx  r12 %016llx\n", f->r9, f->r10, f->r11,
	       f->r12);
	printf("  r13 %016llx  r14 %016llx  r15 %016llx\n", f->r13, f->r14, f->r15);
}

/* A hypercall with nobody there to answer: as if it were unknown. */
static bool unanswered_hypercall(struct exception_frame *frame)
{
	static const char *const places[] = { hypercall_amd, hypercall_intel, probe_hypercall_amd,
					      probe_hypercall_intel };

	for (unsigned int n = 0; n < ARRAY_SIZE(places); n++)
		if (frame->vector == VECTOR_UNDEFINED && frame->rip == (uintptr_t)places[n]) {
			frame->rip += HYPERCALL_LENGTH;
			frame->rax = (u32)-JAILHOUSE_ENOSYS;
			return true;
		}
	return false;
}

static bool may_be_tried(u64 vector)
{
	return vector != VECTOR_NMI && vector != VECTOR_DOUBLE_FAULT &&
	       vector != VECTOR_MACHINE_CHECK;
}

void exception_handle(struct exception_frame *frame)
{
	if (unanswered_hypercall(frame))
		return;
	if (try_fault && may_be_tried(frame->vector)) {
		try_fault->syndrome = frame->vector << 32 | frame->error;
		try_fault->address = frame->vector == VECTOR_PAGE_FAULT ? fault_address() : 0;
		try_fault->pc = frame->rip;
		try_fault = NULL;
		frame->rip = (uintptr_t)inmate_try_failed;
		frame->rsp = inmate_try_sp;
		frame->cs = GDT_CODE64;
		frame->ss = GDT_DATA;
		return;
	}
	/* A fault while reporting: the console or the stack is broken, so say no more. */
	if (reports++ == 0) {
		console_emergency();
		print_report(frame);
	}
	if (reports <= 2)
		inmate_comm()->cell_state = JAILHOUSE_CELL_FAILED;
	arch_timer_off();
	for (;;)
		asm volatile("cli; hlt" : : : "memory");
}

bool inmate_try(void (*function)(void *arg), void *arg, struct inmate_fault *fault)
{
	bool came_back;

	try_fault = fault;
	came_back = inmate_try_raw(function, arg, &inmate_try_sp);
	try_fault = NULL;
	return came_back;
}
