/* SPDX-License-Identifier: GPL-2.0-only */
/* Small things of x86 that the core asks for: time, waiting, kicks, flushes, exceptions. */
#include <asm/apic.h>
#include <asm/virt.h>
#include <asm/vcpu.h>
#include <core/bitmap.h>
#include <core/error.h>
#include <core/printk.h>
#include <core/space.h>
#include <core/string.h>
#include <core/system.h>
#include <core/uart.h>

#define SETTLE_S 1 /* for who may not be on his way at all */

extern char msr_read_instruction[], msr_write_instruction[], xcr0_write_instruction[], msr_failed[];

void wait_for_nmi(void);
void let_nmi(void);

/* What exception_common has pushed. */
struct exception_frame {
	u64 gpr[15];
	u64 vector, error;
	u64 rip, cs, rflags, rsp, ss;
};

void hypervisor_exception(struct exception_frame *frame);

u64 arch_counter(void)
{
	return rdtsc();
}

u64 arch_counter_hz(void)
{
	u64 khz = system_config->platform_info.x86.tsc_khz;

	/* Not checked yet when the first CPUs wait for each other. */
	return khz ? khz * 1000 : 1;
}

void arch_cpu_relax(void)
{
	asm volatile("pause" : : : "memory");
}

void arch_cpu_die(void)
{
	/* The firmware may still need all CPUs, for system management. */
	asm volatile("cli" : : : "memory");
	if (!vmx_in_use)
		asm volatile("stgi" : : : "memory");
	while (true)
		asm volatile("hlt" : : : "memory");
}

/* As many as Linux uses: that cannot be changed without leaving 64-bit mode. */
u32 arch_space_levels(void)
{
	return read_cr(4) & CR4_LA57 ? 5 : 4;
}

void arch_flush_local(u64 virt)
{
	asm volatile("invlpg (%0)" : : "r"(virt) : "memory");
}

/* Whether a CPU may still have translations of the cell cached. */
static bool runs_cell(struct cpu *cpu, const struct cell *cell)
{
	return cpu->cell == cell && read_once(cpu->arch.in_guest) && read_once(cpu->arch.flush);
}

/*
 * A CPU that an NMI does not stop may go on to use memory that is no longer its cell's. Whoever asked for
 * the change finds the hypervisor broken, and makes nothing of that memory.
 */
static void wait_left(struct cpu *cpu, const struct cell *cell)
{
	u64 deadline = arch_counter() + arch_counter_hz() * LEAVE_PATIENCE_S;

	while (arch_counter() < deadline && runs_cell(cpu, cell)) {
		if (read_once(hypervisor_broken))
			return;
		arch_cpu_relax();
	}
	if (!runs_cell(cpu, cell))
		return;
	write_once(hypervisor_broken, 1);
	printk("FATAL: CPU %u did not leave its guest within %u s", cpu->id, LEAVE_PATIENCE_S);
}

/*
 * Each CPU of the cell flushes before it enters the guest again; who is in the guest is made to
 * leave it. The flag is set before in_guest is looked at, and the other side does it the other way
 * round, so nobody enters without seeing the flag.
 */
static void flush_cell(const struct cell *cell)
{
	struct cpu *cpu;
	u32 n;

	for_each_cpu(cpu, n) {
		if (cpu->cell != cell)
			continue;
		atomic_swap(&cpu->arch.flush, 1);
		if (read_once(cpu->arch.in_guest))
			arch_cpu_kick(cpu);
	}
	for_each_cpu(cpu, n)
		wait_left(cpu, cell);
}

/* Tables that no CPU uses yet need no flush: whoever starts to use them flushes first. */
void arch_paging_flush(const struct paging *paging, u64 virt, u64 size)
{
	const struct cell *cell = paging->ctx;

	(void)virt;
	(void)size;
	if (cell) {
		if (cell->live)
			flush_cell(cell);
		return;
	}
	write_cr(3, read_cr(3));
}

/* Page walks are coherent with stores. */
void arch_paging_sync(void *addr, u64 size)
{
	(void)addr;
	(void)size;
	asm volatile("" : : : "memory");
}

void arch_clean_memory(void *start, u64 size)
{
	(void)start;
	(void)size;
}

void arch_clear_memory(void *start, u64 size)
{
	u64 words = size / 8;

	asm volatile("rep stosq" : "+D"(start), "+c"(words) : "a"(0ULL) : "memory");
}

/* Nothing raises an exception when no device answers: all bits are ones then. */
bool arch_probe_read(const volatile void *address, u32 size, u64 *value)
{
	*value = mmio_read(address, size);
	return true;
}

bool arch_probe_write(volatile void *address, u32 size, u64 value)
{
	mmio_write(address, size, value);
	return true;
}

void arch_dump_guest(struct cpu *cpu)
{
	const struct vmcb *vmcb = cpu->arch.vmcb;
	const u64 *gpr = guest_regs(cpu)->gpr;

	printk("  rip %04x:%016llx rsp %016llx rflags %08llx cr0 %08llx cr3 %016llx",
	       vmcb->cs.selector, vmcb->rip, vmcb->rsp, vmcb->rflags, vmcb->cr0, vmcb->cr3);
	printk("  rax %016llx rbx %016llx rcx %016llx rdx %016llx", gpr[REG_RAX], gpr[REG_RBX],
	       gpr[REG_RCX], gpr[REG_RDX]);
}

/* Performance counters that have overflowed tell of an NMI that may have come with a kick. */
static bool counter_overflowed(void)
{
	u64 control, counter;
	u32 n;

	if (vmx_in_use)
		return cpuid(0, 0).eax >= 10 && (cpuid(10, 0).eax & 0xff) > 1 &&
		       msr_read_safe(MSR_PERF_GLOBAL_STATUS, &control) && control;
	if (!(cpuid(0x80000001, 0).ecx >> 23 & 1))
		return false;
	for (n = MSR_PERF_CORE; n < MSR_PERF_CORE_LAST; n += 2)
		if (msr_read_safe(n, &control) && (control >> 20 & 1) && (control >> 22 & 1) &&
		    msr_read_safe(n + 1, &counter) && !(counter >> 47 & 1))
			return true;
	return false;
}

void cpu_take_nmi(struct cpu *cpu)
{
	bool kicked;

	/* With VT-x they come on their own. */
	if (!vmx_in_use) {
		write_once(cpu->arch.nmi_seen, 0);
		let_nmi();
	}
	if (!atomic_swap(&cpu->arch.nmi_seen, 0))
		return;
	kicked = atomic_swap(&cpu->arch.kick_pending, 0);
	/* NMIs of the machine are the root cell's; other cells have none. */
	if ((!kicked || counter_overflowed()) && (!cpu->cell || cell_is_root(cpu->cell)))
		cpu->arch.nmi_pending = true;
}

void cpu_absorb_kick(struct cpu *cpu)
{
	let_nmi();
	/* One that is announced, and not here yet, comes. */
	if (atomic_swap(&cpu->arch.nmi_seen, 0))
		atomic_swap(&cpu->arch.kick_pending, 0);
	cpu_handle_events(cpu);
}

void handle_nmi(struct cpu *cpu)
{
	cpu_count(cpu, STAT_MANAGEMENT);
	cpu_take_nmi(cpu);
	cpu_handle_events(cpu);
}

/* Requests that other CPUs of the cell, or the management, have left. */
void arch_cpu_interrupts(struct cpu *cpu)
{
	u32 requests = atomic_swap(&cpu->arch.requests, 0);

	if (requests & REQUEST_NMI)
		cpu->arch.nmi_pending = true;
	if ((requests & REQUEST_PARK) || ((requests & REQUEST_OFFLINE) && vcpu_is_out_of_use(cpu)))
		cpu_park(CPU_PARKED);
}

/*
 * Linux lets a CPU that it has taken offline sleep with interrupts off; nobody is told. It is asked
 * to have a look at itself.
 */
void arch_cpu_settle(struct cpu *cpu, bool offline)
{
	u64 millisecond = arch_counter_hz() / 1000, now = arch_counter();
	u64 deadline = now + arch_counter_hz() * (offline ? LEAVE_PATIENCE_S : SETTLE_S),
	    next = now;
	u32 request = offline ? REQUEST_PARK : REQUEST_OFFLINE;

	if (cpu == this_cpu())
		return;
	/* It may still be on its way there: Linux does not wait for that either. */
	for (; load_acquire(&cpu->state) == CPU_RUNNING && now < deadline; now = arch_counter()) {
		if (now >= next) {
			atomic_or(&cpu->arch.requests, request);
			cpu_send_event(cpu, EVENT_INTERRUPT);
			next = now + millisecond;
		}
		arch_cpu_relax();
	}
	/* Not for later, when Linux may use the CPU again. */
	atomic_and(&cpu->arch.requests, ~request);
}

void arch_cpu_quiesce(struct cpu *cpu)
{
	store_release(&cpu->arch.in_guest, 0);
	apic_quiesce(cpu);
}

void arch_cpu_wait(struct cpu *cpu)
{
	/* A kick that came while nobody waited is pending, and ends the wait at once. */
	wait_for_nmi();
	atomic_swap(&cpu->arch.nmi_seen, 0);
	atomic_swap(&cpu->arch.kick_pending, 0);
}

void arch_cpu_off(struct cpu *cpu)
{
	store_release(&cpu->state, CPU_ABSENT);
	apic_quiesce(cpu);
	virt_stop(cpu);
	apic_init_self(cpu);
	/* INIT is held back until the global interrupt flag is set (APM 15.17). */
	wait_for_nmi();
	arch_cpu_die();
}

int arch_cpu_wait_off(struct cpu *cpu)
{
	u64 deadline = arch_counter() + arch_counter_hz() * LEAVE_PATIENCE_S;

	while (read_once(cpu->state) != CPU_ABSENT) {
		if (arch_counter() > deadline)
			return fail(MSG_CPU_STUCK, cpu->id, LEAVE_PATIENCE_S);
		arch_cpu_relax();
	}
	/* From there to the INIT it is a few instructions. */
	deadline = arch_counter() + arch_counter_hz() / 1000;
	while (arch_counter() < deadline)
		arch_cpu_relax();
	return 0;
}

void hypervisor_exception(struct exception_frame *frame)
{
	static const char names[15][4] = { "r15", "r14", "r13", "r12", "r11", "r10", "r9 ", "r8 ",
					   "rdi", "rsi", "rbp", "rbx", "rdx", "rcx", "rax" };
	struct cpu *cpu;
	u32 n;

	if (frame->rip == (u64)msr_read_instruction || frame->rip == (u64)msr_write_instruction ||
	    frame->rip == (u64)xcr0_write_instruction) {
		frame->rip = (u64)msr_failed;
		return;
	}
	if (frame->vector == VECTOR_SX) /* INIT, see prepare_host() */
		return;
	cpu = this_cpu();
	cpu_condemn(cpu);
	printk("FATAL: exception %llu in the hypervisor on CPU %u%s", frame->vector, cpu->id,
	       frame->vector == VECTOR_PF || frame->vector == VECTOR_DF ?
		       cpu_explain_fault(cpu, read_cr(2)) :
		       "");
	printk("  rip %016llx rsp %016llx rflags %08llx error %llx cr2 %016llx", frame->rip,
	       frame->rsp, frame->rflags, frame->error, read_cr(2));
	for (n = 0; n < 15; n += 3)
		printk("  %s %016llx %s %016llx %s %016llx", names[n], frame->gpr[n], names[n + 1],
		       frame->gpr[n + 1], names[n + 2], frame->gpr[n + 2]);
	arch_cpu_die();
}

bool arch_has_ports(void)
{
	return true;
}

u8 arch_port_read(u16 port)
{
	return port_read8(port);
}

void arch_port_write(u16 port, u8 value)
{
	port_write8(port, value);
}
