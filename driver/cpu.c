/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * CPUs: into the hypervisor and back, off and on.
 *
 * A crossing is carried out by one thread on each CPU. They are threads, not inter-processor
 * interrupts, so that no interrupt is active then. The hypervisor waits a bounded time for all
 * and decides for all. Who started the crossing waits a bounded time, too. If then a thread has
 * not even had its CPU, the crossing is abandoned: that thread will not go any more. But all stays,
 * with the module and the memory, until the last thread has come and gone (machine.stale), and no
 * further crossing can start before that.
 * The last thread then gives back the memory, if the crossing was one into the hypervisor.
 */
#include <linux/completion.h>
#include <linux/cpu.h>
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/timekeeping.h>
#include <linux/workqueue.h>

#include "arch.h"

/* Until all have come, or have come back; this leaves time for the way. */
#define CROSSING_TIMEOUT_MS (3 * BARRIER_TIMEOUT_MS)
/* How long a CPU tries to take the interrupts that are still queued for it before it leaves */
#define DRAIN_TIMEOUT_MS 2000

/* A CPU that something below holds up is still on its way offline when it is to come back. */
#define CPU_BACK_S (2 * JAILHOUSE_LEAVE_PATIENCE_S)

enum traveller_state {
	TRAVELLER_AWAITED,
	TRAVELLER_CROSSING,
	TRAVELLER_BACK,
};

struct traveller {
	struct crossing *crossing;
	struct task_struct *thread;
	unsigned int cpu;
	enum traveller_state state;
	int result;
};

struct crossing {
	bool enter;
	spinlock_t lock; /* pending, abandoned */
	unsigned int pending;
	bool abandoned;
	struct completion done;
	unsigned int count;
	struct traveller traveller[];
};

/* Who comes after the crossing was abandoned does not go. */
static bool traveller_may_go(struct traveller *traveller)
{
	struct crossing *crossing = traveller->crossing;
	bool go;

	spin_lock(&crossing->lock);
	go = !crossing->abandoned;
	if (go)
		WRITE_ONCE(traveller->state, TRAVELLER_CROSSING);
	spin_unlock(&crossing->lock);
	return go;
}

/* One step with interrupts off; the thread may have been moved because its CPU went away. */
static int traveller_step(struct traveller *traveller)
{
	unsigned long flags;
	int result = -ENXIO;

	local_irq_save(flags);
	if (smp_processor_id() == traveller->cpu) {
		if (!traveller_may_go(traveller))
			result = -ECANCELED;
		else if (traveller->crossing->enter)
			result = arch_enter(&machine.image, traveller->cpu);
		else
			result = arch_leave();
	}
	local_irq_restore(flags);
	return result;
}

static int traveller_cross(struct traveller *traveller)
{
	/* Not by jiffies: they stand still if the CPU that counts them is the one that is late. */
	u64 deadline = ktime_get_mono_fast_ns() + (u64)DRAIN_TIMEOUT_MS * NSEC_PER_MSEC;
	int result;

	for (;;) {
		result = traveller_step(traveller);
		if (traveller->crossing->enter || result != -EAGAIN ||
		    ktime_get_mono_fast_ns() > deadline)
			return result;
		cond_resched();
	}
}

/* The last thread of an abandoned crossing has gone. */
static void crossing_bury(struct crossing *crossing)
{
	mutex_lock(&jailhouse_lock);
	if (crossing->enter && machine.state == MACHINE_NATIVE)
		image_release(&machine.image);
	machine.stale = NULL;
	mutex_unlock(&jailhouse_lock);
	pr_notice("the last CPU has come back\n");
	kfree(crossing);
}

static int traveller_thread(void *arg)
{
	struct traveller *traveller = arg;
	struct crossing *crossing = traveller->crossing;
	bool bury;

	traveller->result = traveller_cross(traveller);
	smp_store_release(&traveller->state, TRAVELLER_BACK);

	spin_lock(&crossing->lock);
	crossing->pending--;
	bury = !crossing->pending && crossing->abandoned;
	if (!crossing->pending && !bury)
		complete(&crossing->done);
	spin_unlock(&crossing->lock);

	if (bury)
		crossing_bury(crossing);
	module_put_and_kthread_exit(0);
}

static void crossing_free(struct crossing *crossing)
{
	unsigned int n;

	for (n = 0; n < crossing->count; n++)
		kthread_stop(crossing->traveller[n].thread);
	kfree(crossing);
}

/* Makes the threads, none of which runs yet. */
static struct crossing *crossing_alloc(const struct cpumask *cpus, bool enter)
{
	struct crossing *crossing;
	struct traveller *traveller;
	unsigned int cpu;

	crossing = kzalloc(struct_size(crossing, traveller, cpumask_weight(cpus)), GFP_KERNEL);
	if (!crossing)
		return NULL;
	crossing->enter = enter;
	spin_lock_init(&crossing->lock);
	init_completion(&crossing->done);
	for_each_cpu(cpu, cpus) {
		traveller = &crossing->traveller[crossing->count];
		traveller->crossing = crossing;
		traveller->cpu = cpu;
		traveller->thread =
			kthread_create(traveller_thread, traveller, "jailhouse/%u", cpu);
		if (IS_ERR(traveller->thread)) {
			crossing_free(crossing);
			return NULL;
		}
		crossing->count++;
		kthread_bind(traveller->thread, cpu);
		sched_set_fifo(traveller->thread);
	}
	crossing->pending = crossing->count;
	return crossing;
}

/*
 * Wakes all threads. This one must not be preempted before it is through: a CPU that has crossed
 * waits for the others.
 */
static void crossing_start(struct crossing *crossing)
{
	unsigned int n;

	preempt_disable();
	for (n = 0; n < crossing->count; n++) {
		__module_get(THIS_MODULE);
		wake_up_process(crossing->traveller[n].thread);
	}
	preempt_enable();
}

/*
 * How long a CPU is in the hypervisor at most before it comes back. Its own waits on the way in; on the
 * way out less, but those for each CPU that is switched off.
 */
static unsigned int stay_ms(void)
{
	return JAILHOUSE_ENTER_PERIODS * BARRIER_TIMEOUT_MS +
	       num_possible_cpus() * JAILHOUSE_LEAVE_PATIENCE_S * MSEC_PER_SEC;
}

static bool crossing_has(const struct crossing *crossing, enum traveller_state state)
{
	unsigned int n;

	for (n = 0; n < crossing->count; n++)
		if (smp_load_acquire(&crossing->traveller[n].state) == state)
			return true;
	return false;
}

/*
 * Returns whether all threads are back. Otherwise the crossing is abandoned, and those that had
 * gone before are waited for: they come back when the hypervisor's own time is over.
 */
static bool crossing_wait(struct crossing *crossing)
{
	unsigned int timeout = CROSSING_TIMEOUT_MS + (crossing->enter ? 0 : DRAIN_TIMEOUT_MS);
	unsigned long deadline;
	bool complete;

	wait_for_completion_timeout(&crossing->done, msecs_to_jiffies(timeout));
	spin_lock(&crossing->lock);
	complete = !crossing->pending;
	if (!complete) {
		crossing->abandoned = true;
		machine.stale = crossing;
	}
	spin_unlock(&crossing->lock);
	if (complete)
		return true;

	deadline = jiffies + msecs_to_jiffies(stay_ms());
	while (crossing_has(crossing, TRAVELLER_CROSSING) && time_before(jiffies, deadline))
		msleep(10);
	return false;
}

static int crossing_result(const struct crossing *crossing, u32 sequence,
			   struct jailhouse_error *why)
{
	const char *what = crossing->enter ? "enabling the hypervisor" : "disabling the hypervisor";
	const struct traveller *traveller, *failed = NULL;
	bool crossed = false;
	unsigned int n;

	for (n = 0; n < crossing->count; n++) {
		traveller = &crossing->traveller[n];
		if (!traveller->result)
			crossed = true;
		else if (!failed || failed->result == -ETIMEDOUT)
			failed = traveller; /* rather the cause than those who waited for it */
	}
	if (failed && crossed) {
		machine.state = MACHINE_BROKEN;
		return refuse(why, -EIO,
			      "%s failed on CPU %u (error %d), but not on all; the machine "
			      "has to be rebooted",
			      what, failed->cpu, failed->result);
	}
	if (!failed && !crossing->enter && READ_ONCE(machine.image.status->sequence) != sequence) {
		/* All are back, but one that is offline has stayed in the hypervisor's memory. */
		machine.state = MACHINE_BROKEN;
		return image_explain(&machine.image, sequence, -EIO, what, why);
	}
	if (!failed) {
		machine.state = crossing->enter ? MACHINE_ENABLED : MACHINE_NATIVE;
		return 0;
	}
	if (failed->result == -ENXIO)
		return refuse(why, -ENXIO, "CPU %u went offline meanwhile", failed->cpu);
	if (failed->result == -ECANCELED)
		return refuse(why, -ETIMEDOUT, "CPU %u did not arrive within %u ms", failed->cpu,
			      BARRIER_TIMEOUT_MS);
	if (failed->result == -EAGAIN)
		return refuse(why, -EBUSY, "CPU %u still had interrupts queued after %u ms",
			      failed->cpu, DRAIN_TIMEOUT_MS);
	return image_explain(&machine.image, sequence, failed->result, what, why);
}

/* Returns the result of a crossing that was abandoned. */
static int crossing_missing(const struct crossing *crossing, u32 sequence,
			    struct jailhouse_error *why)
{
	const struct traveller *traveller, *missing = NULL;
	enum traveller_state state;
	bool crossed = false;
	unsigned int n;

	for (n = 0; n < crossing->count; n++) {
		traveller = &crossing->traveller[n];
		state = smp_load_acquire(&traveller->state);
		if (state == TRAVELLER_BACK)
			crossed |= !traveller->result;
		else if (!missing || state == TRAVELLER_CROSSING)
			missing = traveller;
	}
	if (!missing) /* the last one came just now */
		return crossing_result(crossing, sequence, why);
	if (crossed || READ_ONCE(missing->state) == TRAVELLER_CROSSING) {
		machine.state = MACHINE_BROKEN;
		return refuse(why, -EIO,
			      "CPU %u did not come back from the hypervisor within %u ms; "
			      "the machine has to be rebooted",
			      missing->cpu, stay_ms());
	}
	machine.stale_cpu = missing->cpu;
	return refuse(why, -ETIMEDOUT,
		      "CPU %u did not arrive within %u ms: something keeps it busy; "
		      "it is waited for in the background",
		      missing->cpu, BARRIER_TIMEOUT_MS);
}

static int cpus_cross(const struct cpumask *cpus, bool enter, struct jailhouse_error *why)
{
	u32 sequence = READ_ONCE(machine.image.status->sequence);
	struct crossing *crossing = crossing_alloc(cpus, enter);
	int err;

	if (!crossing)
		return refuse(why, -ENOMEM, "no threads could be started for CPUs %*pbl",
			      cpumask_pr_args(cpus));
	crossing_start(crossing);
	if (!crossing_wait(crossing))
		return crossing_missing(crossing, sequence, why);
	err = crossing_result(crossing, sequence, why);
	kfree(crossing);
	return err;
}

int cpus_enter(const struct cpumask *cpus, struct jailhouse_error *why)
{
	return cpus_cross(cpus, true, why);
}

int cpus_leave(const struct cpumask *cpus, struct jailhouse_error *why)
{
	return cpus_cross(cpus, false, why);
}

/*
 * Two signs of life of a CPU: it takes interrupts, and it runs threads. Only the second counts, but
 * a CPU that does not take interrupts may hold up threads of others, and is the one to be named.
 */
struct presence {
	struct work_struct work;
	struct completion seen;
};

/*
 * Not on the stack or heap: a request may stay there until the CPU comes back. The removal of the
 * module waits for such a CPU, too (RCU).
 */
struct heartbeat {
	call_single_data_t call;
	bool seen;
};

static DEFINE_PER_CPU(struct heartbeat, heartbeat);

static void heartbeat_show(void *arg)
{
	WRITE_ONCE(this_cpu_ptr(&heartbeat)->seen, true);
}

static void heartbeat_ask(unsigned int cpu)
{
	struct heartbeat *beat = per_cpu_ptr(&heartbeat, cpu);

	/* The loader of modules does not relocate initialisers of such variables. */
	if (!beat->call.func)
		INIT_CSD(&beat->call, heartbeat_show, NULL);
	WRITE_ONCE(beat->seen, false);
	smp_call_function_single_async(cpu, &beat->call); /* or it is still asked from before */
}

static void presence_show(struct work_struct *work)
{
	complete(&container_of(work, struct presence, work)->seen);
}

static void presence_ask(struct presence *presence, unsigned int cpu)
{
	INIT_WORK(&presence->work, presence_show);
	init_completion(&presence->seen);
	queue_work_on(cpu, system_highpri_wq, &presence->work);
	heartbeat_ask(cpu);
}

/* Returns the CPU that is missing, nr_cpu_ids if all are there. */
static unsigned int presence_wait(struct presence *presence)
{
	unsigned long end = jiffies + msecs_to_jiffies(BARRIER_TIMEOUT_MS), left;
	unsigned int cpu, missing = nr_cpu_ids;

	for_each_online_cpu(cpu) {
		left = time_before(jiffies, end) ? end - jiffies : 0;
		if (!wait_for_completion_timeout(&presence[cpu].seen, left) &&
		    missing == nr_cpu_ids)
			missing = cpu;
	}
	if (missing < nr_cpu_ids)
		for_each_online_cpu(cpu)
			if (!READ_ONCE(per_cpu_ptr(&heartbeat, cpu)->seen))
				return cpu;
	return missing;
}

int cpus_muster(struct jailhouse_error *why)
{
	struct presence *presence = kcalloc(nr_cpu_ids, sizeof(*presence), GFP_KERNEL);
	unsigned int cpu, missing;

	if (!presence)
		return refuse(why, -ENOMEM, "out of memory");
	cpus_read_lock();
	for_each_online_cpu(cpu)
		presence_ask(&presence[cpu], cpu);
	missing = presence_wait(presence);
	/* What did not start yet never will. */
	for_each_online_cpu(cpu)
		cancel_work_sync(&presence[cpu].work);
	cpus_read_unlock();
	kfree(presence);
	if (missing == nr_cpu_ids)
		return 0;
	return refuse(why, -ETIMEDOUT,
		      "CPU %u did not arrive within %u ms: something keeps it busy", missing,
		      BARRIER_TIMEOUT_MS);
}

int cpus_take(const struct cpumask *cpus, struct cpumask *taken, struct jailhouse_error *why)
{
	struct jailhouse_error ignored;
	unsigned int cpu;
	int err;

	cpumask_clear(taken);
	for_each_cpu(cpu, cpus)
		if (!cpu_is_hotpluggable(cpu))
			return refuse(why, -EINVAL,
				      "CPU %u cannot be given to a cell: Linux cannot do without "
				      "it, it can only take others offline",
				      cpu);
	for_each_cpu(cpu, cpus) {
		if (!cpu_online(cpu))
			continue;
		err = remove_cpu(cpu);
		if (err > 0) /* somebody else has just done it, and has it to bring back */
			continue;
		if (err) {
			cpus_return(taken, &ignored);
			return refuse(why, err, "CPU %u cannot be taken offline (error %d)", cpu,
				      err);
		}
		cpumask_set_cpu(cpu, taken);
	}
	return 0;
}

int cpu_bring_back(unsigned int cpu)
{
	unsigned long deadline = jiffies + CPU_BACK_S * HZ;
	int err;

	for (;;) {
		err = add_cpu(cpu);
		if (!err || cpu_online(cpu))
			return 0;
		if (err == -EPERM || time_after(jiffies, deadline))
			return err < 0 ? err : -EBUSY;
		msleep(100);
	}
}

int cpus_return(struct cpumask *taken, struct jailhouse_error *why)
{
	unsigned int cpu;
	int err, result = 0;

	for_each_cpu(cpu, taken) {
		err = cpu_bring_back(cpu);
		if (err) {
			pr_err("CPU %u did not come back online (error %d)\n", cpu, err);
			result = refuse(why, err, "CPU %u did not come back online (error %d)", cpu,
					err);
		}
	}
	cpumask_clear(taken);
	return result;
}
