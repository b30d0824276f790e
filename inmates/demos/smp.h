/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What smp.c needs of the architecture: ids, interrupts between CPUs, the second CPU's own timer. */
#ifndef SMP_H
#define SMP_H

#define FIRST  0
#define SECOND 1

#ifdef __x86_64__
#include <inmate-x86.h>

#define IRQ_TIMER	      2 /* of the second CPU: any number that is free */
#define SECOND_DEFAULT(first) CPU_ALL_OTHERS

static inline u64 smp_hardware_id(void)
{
	return apic_id();
}

static inline u32 smp_cpus(void)
{
	return inmate_comm()->num_cpus;
}

static inline void smp_send(unsigned int cpu, u64 hardware_id, u32 irq)
{
	(void)cpu;
	ipi_send(hardware_id, irq);
}

static inline void second_timer_init(void)
{
	apic_timer_use(IRQ_TIMER);
}

static inline void second_timer_arm(u64 at)
{
	apic_timer_arm(at);
}

static inline void sleep_with_interrupts(void)
{
	asm volatile("sti; hlt" : : : "memory");
}

static inline void smp_relax(void)
{
	asm volatile("pause");
}

#else
#include <inmate-arm64.h>

#define IRQ_TIMER	      30 /* the physical timer; the virtual one is the library's */
#define SECOND_DEFAULT(first) ((first) + 1)

static inline u64 smp_hardware_id(void)
{
	return cpu_hardware_id();
}

/* Nobody says it: cpu_on() will. */
static inline u32 smp_cpus(void)
{
	return 2;
}

static inline void smp_send(unsigned int cpu, u64 hardware_id, u32 irq)
{
	(void)hardware_id;
	ipi_send(cpu, irq);
}

static inline void second_timer_init(void) {}

/* At a value of the counter, 0 for never. */
static inline void second_timer_arm(u64 at)
{
	u64 control = at ? 1 : 0;

	asm volatile("msr cntp_cval_el0, %0\n\tmsr cntp_ctl_el0, %1\n\tisb"
		     :
		     : "r"(at), "r"(control)
		     : "memory");
}

static inline void sleep_with_interrupts(void)
{
	asm volatile("dsb sy\n\twfi\n\tmsr daifclr, #2\n\tisb\n\tmsr daifset, #2" : : : "memory");
}

static inline void smp_relax(void)
{
	asm volatile("yield");
}
#endif

#endif /* SMP_H */
