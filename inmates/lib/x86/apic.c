/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The local APIC, by its x2APIC registers, which a cell finds switched on: interrupts, sending
 * them to other CPUs, its timer, and starting the other CPUs.
 */
#include "asm.h"
#include "../internal.h"

#define SVR_ENABLE	 (1 << 8)
#define TIMER_MASKED	 (1 << 16)
#define TIMER_DEADLINE	 (2 << 17)
#define DIVIDE_BY_1	 0xb
#define ICR_INIT	 0x4500ULL
#define ICR_STARTUP	 0x4600ULL
#define ICR_FIXED	 0x4000ULL
#define ICR_ALL_OTHERS	 0xc0000ULL
#define ICR_DESTINATION	 32
#define IN_SERVICE_LIMIT 256
#define LONGEST_COUNT	 4 /* s; longer waits are made of several */
#define INIT_DELAY	 (10 * 1000 * NSEC_PER_USEC)
#define START_LIMIT	 NSEC_PER_SEC

static u64 counts_per_second; /* of the APIC timer, 0 = it compares with the TSC */

static struct {
	irq_handler handler;
	void *arg;
	u32 flags;
	bool disabled, held; /* taken while disabled, delivered when enabled */
} handlers[IRQS + 1];

u32 secondary_next; /* secondary CPUs that took a number */
static struct {
	void (*entry)(u64 context);
	u64 context;
	u32 arrived;
} secondary;

void irq_call_fp(irq_handler handler, void *arg);
void secondary_start(u32 cpu) __attribute__((noreturn));

u32 apic_id(void)
{
	return msr_read(MSR_APIC_ID);
}

static bool in_service(void)
{
	for (u32 n = 0; n < 8; n++)
		if (msr_read(MSR_APIC_ISR + n))
			return true;
	return false;
}

void apic_init(void)
{
	msr_write(MSR_APIC_TIMER, TIMER_MASKED | VECTOR_TIMER);
	msr_write(MSR_APIC_SVR, SVR_ENABLE | VECTOR_SPURIOUS);
	msr_write(MSR_APIC_TPR, 0);
	/* What an earlier life of this cell has not ended would hold back everything below it. */
	for (u32 n = 0; n < IN_SERVICE_LIMIT && in_service(); n++)
		msr_write(MSR_APIC_EOI, 0);
}

/* ---- interrupts ---- */

int irq_register(u32 irq, irq_handler handler, void *arg, u32 flags)
{
	if (irq > IRQS || !handler)
		return -JAILHOUSE_EINVAL;
	if (handlers[irq].handler)
		return -JAILHOUSE_EBUSY;
	handlers[irq].arg = arg;
	handlers[irq].flags = flags;
	arch_memory_barrier();
	handlers[irq].handler = handler;
	return 0;
}

void irq_enable(u32 irq)
{
	unsigned long flags;

	if (irq > IRQS)
		return;
	flags = irq_save();
	handlers[irq].disabled = false;
	if (handlers[irq].held) {
		handlers[irq].held = false;
		ipi_send_self(irq);
	}
	irq_restore(flags);
}

void irq_disable(u32 irq)
{
	if (irq <= IRQS)
		handlers[irq].disabled = true;
}

/* The number is the priority. */
void irq_set_priority(u32 irq, u8 priority)
{
	(void)irq;
	(void)priority;
}

void interrupt_handle(u64 vector)
{
	u32 irq = vector - VECTOR_FIRST;

	if (irq > IRQS) {
		__atomic_fetch_add(&inmate_stats.spurious, 1, __ATOMIC_RELAXED);
		return; /* there is nothing in service */
	}
	__atomic_fetch_add(&inmate_stats.irqs, 1, __ATOMIC_RELAXED);
	if (handlers[irq].disabled)
		handlers[irq].held = true;
	else if (handlers[irq].flags & IRQ_FP)
		irq_call_fp(handlers[irq].handler, handlers[irq].arg);
	else if (handlers[irq].handler)
		handlers[irq].handler(handlers[irq].arg);
	msr_write(MSR_APIC_EOI, 0);
}

void ipi_send_self(u32 irq)
{
	if (irq >= IRQS)
		return;
	__atomic_fetch_add(&inmate_stats.ipis, 1, __ATOMIC_RELAXED);
	msr_write(MSR_APIC_SELF, VECTOR_FIRST + irq);
}

/* Memory that was written before is visible to the other CPU: WRMSR to these is no barrier. */
static void icr_write(u64 value)
{
	asm volatile("mfence; lfence" : : : "memory");
	msr_write(MSR_APIC_ICR, value);
}

void ipi_send(u32 id, u32 irq)
{
	if (irq >= IRQS)
		return;
	__atomic_fetch_add(&inmate_stats.ipis, 1, __ATOMIC_RELAXED);
	icr_write((u64)id << ICR_DESTINATION | ICR_FIXED | (VECTOR_FIRST + irq));
}

/* ---- timer ---- */

u64 timer_ticks(void)
{
	u32 low, high;

	asm volatile("lfence; rdtsc" : "=a"(low), "=d"(high) : : "memory");
	return low | (u64)high << 32;
}

/* Never early, and never 0, which is off. */
u32 apic_timer_count(u64 ticks)
{
	u64 limit = LONGEST_COUNT * timer_frequency(), count;

	if (ticks > limit)
		ticks = limit;
	count = ticks * (counts_per_second / 1000) / (timer_frequency() / 1000) + 1;
	return count < ~0U ? count : ~0U;
}

void arch_timer_program(u64 at)
{
	u64 now;

	if (!counts_per_second) {
		msr_write(MSR_TSC_DEADLINE, at ? at : 1); /* 0 is off */
		return;
	}
	now = timer_ticks();
	msr_write(MSR_APIC_COUNT, apic_timer_count(at > now ? at - now : 0));
}

void arch_timer_off(void)
{
	msr_write(cpu_has_tsc_deadline() ? MSR_TSC_DEADLINE : MSR_APIC_COUNT, 0);
}

u32 arch_timer_irq(void)
{
	return VECTOR_TIMER - VECTOR_FIRST;
}

/* Of the calling CPU, switched off. */
static void timer_vector(u32 vector)
{
	if (cpu_has_tsc_deadline()) {
		msr_write(MSR_APIC_TIMER, TIMER_DEADLINE | vector);
	} else {
		msr_write(MSR_APIC_DIVIDE, DIVIDE_BY_1);
		msr_write(MSR_APIC_TIMER, vector);
	}
	arch_timer_off();
}

void apic_timer_use(u32 irq)
{
	if (irq < IRQS)
		timer_vector(VECTOR_FIRST + irq);
}

void apic_timer_arm(u64 deadline)
{
	if (deadline)
		arch_timer_program(deadline);
	else
		arch_timer_off();
}

u64 arch_timer_init(void)
{
	const struct jailhouse_comm_region *comm = inmate_comm();

	if (!cpu_has_tsc_deadline()) {
		counts_per_second = comm->apic_khz * 1000ULL;
		if (!counts_per_second) {
			printf("inmate: no TSC deadline timer, and no frequency of the APIC timer\n");
			inmate_exit(JAILHOUSE_CELL_FAILED);
		}
	}
	timer_vector(VECTOR_TIMER);
	return comm->tsc_khz * 1000ULL;
}

/* ---- other CPUs ---- */

void secondary_start(u32 cpu)
{
	cpu_init(cpu);
	apic_init();
	__atomic_fetch_add(&secondary.arrived, 1, __ATOMIC_SEQ_CST);
	secondary.entry(secondary.context);
	cpu_off();
	__builtin_unreachable();
}

static void power_write(u64 destination, u64 value)
{
	inmate_stats.power++;
	icr_write(destination | value);
}

/* True when @wanted CPUs have arrived by @until. */
static bool wait_arrival(u32 wanted, u64 until)
{
	while (__atomic_load_n(&secondary.arrived, __ATOMIC_ACQUIRE) != wanted) {
		if (timer_ticks() >= until)
			return false;
		asm volatile("pause");
	}
	return true;
}

long cpu_on(u64 hardware_id, u64 entry, u64 context)
{
	bool all = hardware_id == CPU_ALL_OTHERS;
	u64 destination = all ? ICR_ALL_OTHERS : hardware_id << ICR_DESTINATION;
	u32 count = all ? inmate_comm()->num_cpus - 1 : 1, wanted = secondary.arrived + count;
	u64 start;

	if ((!all && hardware_id > ~0U) || count >= STACKS_CPUS || wanted >= STACKS_CPUS)
		return -JAILHOUSE_EINVAL;
	secondary.entry = (void (*)(u64))(uintptr_t)entry;
	secondary.context = context;
	power_write(destination, ICR_INIT);
	timer_wait(timer_ticks() + timer_from_ns(INIT_DELAY));
	start = timer_ticks();
	power_write(destination, ICR_STARTUP | SECONDARY_START >> 12);
	/* The second one is for CPUs that missed the first; one that runs ignores it. */
	if (wait_arrival(wanted, start + timer_from_ns(INIT_DELAY)))
		return 0;
	power_write(destination, ICR_STARTUP | SECONDARY_START >> 12);
	return wait_arrival(wanted, start + timer_from_ns(START_LIMIT)) ? 0 : -JAILHOUSE_ETIMEDOUT;
}
