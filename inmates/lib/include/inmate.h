/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What code in a cell may call. The library starts the CPU, then calls inmate_main() with caches
 * and floating point on and interrupts enabled. It runs on one CPU.
 *
 * Contexts: "main" is inmate_main() and what it calls, "handler" is an interrupt handler (they do
 * not nest). Unless stated otherwise a function may be called from both.
 *
 * Floating point: the interrupt entry saves integer registers only, and the library is compiled
 * without floating point, so an interrupt costs nothing for it. A handler must be compiled the
 * same way (the default of build.mk), or be registered with IRQ_FP, which saves and restores the
 * floating-point registers around it.
 *
 * Memory: everything is linked below 2 MiB (x86: 1 MiB) and mapped by section (code and constants
 * read-only, stacks with a guard page, nothing at address 0); the communication region is mapped as
 * memory. All other addresses are device memory (x86: not mapped) until inmate_map() says
 * otherwise.
 */
#ifndef INMATE_H
#define INMATE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <jailhouse/types.h>
#include <jailhouse/comm-region.h>
#include <jailhouse/hypercall.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define NSEC_PER_SEC  1000000000ULL
#define NSEC_PER_USEC 1000ULL

/* The application. Returning from it is inmate_exit(JAILHOUSE_CELL_SHUT_DOWN). Context: main. */
void inmate_main(void);

/*
 * What this cell caused, counted by the library at the very instruction, so that a test can
 * compare it with the exits that the hypervisor counted. Only the library's own functions count;
 * raw accesses of an application do not.
 */
struct inmate_stats {
	u64 irqs;     /* interrupts taken, with a valid number */
	u64 spurious; /* interrupt entries that found nothing pending */
	u64 hypercalls;
	u64 power;    /* calls that start or stop CPUs (PSCI; x86: INIT and SIPI) */
	u64 firmware; /* other calls to the firmware; x86: CPUID instructions */
	u64 mmio;     /* accesses to registers that a hypervisor has to emulate */
	u64 ipis;     /* inter-processor interrupts sent, to itself included */
};

extern struct inmate_stats inmate_stats;

/* ---- communication region, end of life ---- */

/* The communication region of this cell, checked for signature and revision at start. */
struct jailhouse_comm_region *inmate_comm(void);

/*
 * Answers a message of the hypervisor, if there is one: a shutdown request is approved (see
 * inmate_on_shutdown; then this does not return), others are acknowledged, unknown ones answered
 * as unknown. inmate_idle() calls it; loops that never idle must call it themselves at least a
 * few times a second, the request fails after about one second. Context: main.
 */
void inmate_poll(void);

/*
 * Sets what is asked before a shutdown request is approved. The hook may save work and print; it
 * returns true to approve, false to deny. It has half a second. NULL: always approve. Context:
 * main; the hook runs in main context inside inmate_poll().
 */
void inmate_on_shutdown(bool (*hook)(void));

/*
 * Ends the cell: prints what is still buffered, publishes @state (JAILHOUSE_CELL_SHUT_DOWN or
 * JAILHOUSE_CELL_FAILED) and stops the CPU with its timer off and interrupts masked.
 */
void inmate_exit(u32 state) __attribute__((noreturn));

/*
 * Sleeps until an interrupt came, unless *@event differs from @seen: then it returns at once. The
 * test is made with interrupts masked, so an interrupt that changes *@event between the caller's
 * own test and the sleep is not lost. @event may be NULL: sleep for one interrupt. Answers
 * messages first, and never sleeps longer than 50 ms, so that they do get answered. It may return
 * early: test again in a loop. Context: main, interrupts enabled.
 */
void inmate_idle(const volatile u64 *event, u64 seen);

/* ---- command line: words separated by blanks, "name=value" or "name" ---- */

/* The whole command line, NUL-terminated, at most 4095 characters. "" if there is none. */
const char *cmdline(void);

/*
 * The number after "@name=", decimal or with 0x hexadecimal, with an optional sign; @otherwise if
 * it is missing, malformed or does not fit.
 */
s64 cmdline_get_int(const char *name, s64 otherwise);

/* True for "@name", "@name=1|true|yes|on", false for "=0|false|no|off", otherwise @otherwise. */
bool cmdline_get_bool(const char *name, bool otherwise);

/*
 * Copies the text after "@name=" to @buffer, cut to @size - 1 characters, always terminated
 * (@size >= 1); @otherwise is copied if it is missing. Returns @buffer.
 */
char *cmdline_get_string(const char *name, char *buffer, size_t size, const char *otherwise);

/* ---- console ---- */

/*
 * Formats as the C library does: %d %i %u %x %X %o %c %s %p %%, flags "-+ 0#", width and precision
 * (also *), lengths hh h l ll z t. No floating point: see format_fixed(). Returns the length of
 * the whole text, which may be more than fits. @size 0 writes nothing.
 */
int vsnprintf(char *buffer, size_t size, const char *format, va_list args);
int snprintf(char *buffer, size_t size, const char *format, ...)
	__attribute__((format(__printf__, 3, 4)));

/*
 * Prints on the console: the UART of the communication region, or the hypervisor's virtual
 * console, one hypercall a character; at most 511 characters a call. Returns the characters
 * printed. From a handler only while the console is buffered.
 */
int printf(const char *format, ...) __attribute__((format(__printf__, 1, 2)));

/* Writes @value / 10^@decimals (@decimals <= 9) as "-12.345"; 24 bytes are enough. */
const char *format_fixed(char *buffer, size_t size, s64 value, unsigned int decimals);

/*
 * true: what is printed goes to a ring in memory (8 KiB; what does not fit is dropped and counted)
 * until console_drain() sends it. false: sends what is left and prints directly from now on.
 * Context: main.
 */
void console_buffered(bool on);

/*
 * Sends buffered characters, one at a time, while the counter is below @until (in ticks, ~0 =
 * without limit). Returns how many are left. Context: main.
 */
size_t console_drain(u64 until);

/* Characters that wait in the ring; hypercalls that sending them costs; characters dropped. */
size_t console_pending(void);
size_t console_cost(void);
u64 console_dropped(void);

/* Hypercalls that printing @length characters costs: @length or 0. */
size_t console_cost_of(size_t length);

/* ---- time ---- */

/* The counter, and its frequency in Hz. All deadlines are absolute values of it. */
u64 timer_ticks(void);
u64 timer_frequency(void);

/* Conversions; exact within one unit, no overflow for spans below 2^64 ns. */
u64 timer_to_ns(u64 ticks);
u64 timer_from_ns(u64 ns);

/* Raises one timer event at counter value @deadline, at once if it has passed. Replaces the
 * deadline set before. */
void timer_arm(u64 deadline);
void timer_cancel(void);

/* Counts timer events; changes only in handler context. For inmate_idle(). */
extern volatile u64 timer_events;

/* Sets a function called in handler context at each event, NULL = none. */
void timer_on_event(void (*handler)(void));

/* Sleeps until the counter has reached @deadline. Context: main. */
void timer_wait(u64 deadline);

/* ---- interrupts ---- */

#define IRQ_FP 0x1 /* the handler uses floating point */

typedef void (*irq_handler)(void *arg);

/*
 * Calls @handler with @arg whenever interrupt @irq is taken, and enables it at medium priority.
 * Returns 0, -EINVAL for a number that does not exist, -EBUSY if it has a handler. arm64: INTIDs
 * 0..15 SGIs, 16..31 PPIs, from 32 SPIs, which are routed to this CPU. x86: see inmate-x86.h.
 */
int irq_register(u32 irq, irq_handler handler, void *arg, u32 flags);

/* Lets an interrupt with a handler through, or keeps it back. */
void irq_enable(u32 irq);
void irq_disable(u32 irq);

/*
 * 0 = most urgent .. 255. What the hardware does not implement is dropped from the low end. x86:
 * without effect, the number is the priority.
 */
void irq_set_priority(u32 irq, u8 priority);

/* Masks interrupts on this CPU; returns what irq_restore() wants back. They nest. */
unsigned long irq_save(void);
void irq_restore(unsigned long flags);

/* Raises inter-processor interrupt @irq (0..15) on this CPU. */
void ipi_send_self(u32 irq);

/* ---- hypervisor and firmware ---- */

/* Makes hypercall @code (JAILHOUSE_HC_*). Returns its result, negative = -JAILHOUSE_E*. */
long hypercall(u32 code, unsigned long arg1, unsigned long arg2);

/*
 * Power on another CPU of this cell by its hardware id (arm64: MPIDR; x86: APIC id, or
 * CPU_ALL_OTHERS); switch off this one (returns only if the firmware refuses). 0 or the firmware's
 * negative code.
 *
 * The CPU calls @entry as a C function with @context, on a stack, page tables and interrupt vectors
 * of the library, interrupts masked; it sleeps for ever when that returns. -EINVAL (x86) or -EBUSY
 * (arm64) for more CPUs than INMATE_CPUS, -ETIMEDOUT if one did not arrive within a second.
 * x86: cpu_off() sleeps for ever.
 */
long cpu_on(u64 hardware_id, u64 entry, u64 context);
long cpu_off(void);

/* ---- memory ---- */

enum inmate_memory {
	INMATE_DEVICE,	   /* uncached, in order, not executable */
	INMATE_NORMAL,	   /* cached, read and write */
	INMATE_EXECUTABLE, /* cached, read, write and execute */
};

/*
 * Changes what an identity-mapped range is: page aligned @address below 2^39 and @size. Returns 0,
 * -EINVAL, or -ENOMEM when the pool of page tables is used up. Context: main.
 */
int inmate_map(u64 address, u64 size, enum inmate_memory type);

void *memcpy(void *to, const void *from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *to, int value, size_t size);
int memcmp(const void *a, const void *b, size_t size);
size_t strlen(const char *s);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t size);

/* Device registers. Plain loads and stores that a hypervisor can decode; not counted. */
static inline u32 mmio_read32(u64 address)
{
	return *(volatile u32 *)(uintptr_t)address;
}

static inline void mmio_write32(u64 address, u32 value)
{
	*(volatile u32 *)(uintptr_t)address = value;
}

/* ---- faults ---- */

struct inmate_fault {
	u64 syndrome; /* arm64: ESR_EL1; x86: exception number << 32 | error code */
	u64 address;  /* of the access (FAR_EL1; x86: of a page fault) */
	u64 pc;	      /* of the instruction */
};

/*
 * Calls @function with @arg and returns true if it came back. If it raises an exception instead,
 * describes it in @fault and returns false. Anywhere else an exception prints a report and ends
 * the cell as failed. Does not nest. Context: main.
 */
bool inmate_try(void (*function)(void *arg), void *arg, struct inmate_fault *fault);

/* ---- for probes and tests ---- */

/*
 * Fills all registers that survive calls or belong to floating point with patterns, sleeps (as
 * inmate_idle, but without answering messages) until *@event differs from @seen, and returns how
 * many registers do not hold their pattern any more. Context: main.
 */
unsigned int inmate_check_registers(const volatile u64 *event, u64 seen);

/*
 * Costs in ticks, measured with an interrupt entry of its own that does nothing but read the
 * counter in its first instruction. probe_timer: from the deadline, @ahead ticks from now, to the
 * handler, CPU spinning. probe_ipi: from sending interrupt 0 (which must have been registered) to
 * this CPU itself to the handler. These two wait for the interrupt without limit, because a loop
 * of one instruction is what makes them exact.
 *
 * probe_device: a read of a register of the interrupt controller (x86: the local APIC's id). probe_hypercall:
 * an unknown hypercall. The last two include reading the counter: see probe_nothing.
 * Context: main. Counted in inmate_stats.
 */
u64 probe_timer(u64 ahead);
u64 probe_ipi(void);
u64 probe_device(void);
u64 probe_hypercall(void);
u64 probe_nothing(void);

#endif /* INMATE_H */
