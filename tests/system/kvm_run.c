/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Does KVM work on this CPU? Runs a virtual machine of four instructions on each CPU asked for: what
 * the guest writes must come back as an exit (kvm_guest_ARCH.h).
 *
 *	kvm_run all	on each online CPU in turn
 *	kvm_run N...	on these CPUs
 *	kvm_run hold	on one CPU, then keeps the virtual machine for a minute or until it is killed
 *
 * One line a CPU. Exit status: 0 works on all, 1 refused by KVM in an orderly way (FAIL_ENTRY) on at
 * least one, 2 anything else, also a run that does not end within its time.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define RUN_SECONDS  5
#define KILL_SECONDS 10
#define HOLD_SECONDS 60

#define PAGE 4096

enum result { WORKS, REFUSED, BROKEN };

#if defined(__x86_64__)
#include "kvm_guest_x86.h"
#elif defined(__aarch64__)
#include "kvm_guest_arm64.h"
#else
#error "kvm_run has no guest for this architecture"
#endif

struct vm {
	int kvm;
	int vm;
	int vcpu;
	struct kvm_run *run;
};

static void on_alarm(int signal)
{
	(void)signal;
}

static enum result broken(int cpu, const char *what)
{
	printf("kvm cpu %d: %s: %s\n", cpu, what, strerror(errno));
	return BROKEN;
}

/* Pins this process, with the alarm that ends a KVM_RUN which does not come back. */
static int prepare_process(int cpu)
{
	struct sigaction action = { .sa_handler = on_alarm };
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set) < 0)
		return -1;
	return sigaction(SIGALRM, &action, NULL);
}

static int add_memory(struct vm *vm)
{
	void *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct kvm_userspace_memory_region region = {
		.guest_phys_addr = GUEST_RAM,
		.memory_size = PAGE,
		.userspace_addr = (uintptr_t)page,
	};

	if (page == MAP_FAILED)
		return -1;
	memcpy(page, guest_code, sizeof(guest_code));
	return ioctl(vm->vm, KVM_SET_USER_MEMORY_REGION, &region);
}

static int add_vcpu(struct vm *vm)
{
	int size = ioctl(vm->kvm, KVM_GET_VCPU_MMAP_SIZE, 0);

	vm->vcpu = ioctl(vm->vm, KVM_CREATE_VCPU, 0);
	if (size < 0 || vm->vcpu < 0)
		return -1;
	if (guest_prepare(vm->vm, vm->vcpu) < 0)
		return -1;
	vm->run = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, vm->vcpu, 0);
	return vm->run == MAP_FAILED ? -1 : 0;
}

static enum result judge(int cpu, const struct kvm_run *run)
{
	if (run->exit_reason == KVM_EXIT_FAIL_ENTRY) {
		printf("kvm cpu %d: refused (FAIL_ENTRY)\n", cpu);
		return REFUSED;
	}
	if (run->exit_reason != GUEST_EXIT) {
		printf("kvm cpu %d: exit reason %u, expected " GUEST_EXIT_NAME " (%u)\n", cpu,
		       run->exit_reason, GUEST_EXIT);
		return BROKEN;
	}
	if (!guest_has_said(cpu, run))
		return BROKEN;
	printf("kvm cpu %d: works\n", cpu);
	return WORKS;
}

static enum result run_guest(int cpu)
{
	struct vm vm;

	if (prepare_process(cpu) < 0)
		return broken(cpu, "cannot be used");
	vm.kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	if (vm.kvm < 0)
		return broken(cpu, "/dev/kvm");
	vm.vm = ioctl(vm.kvm, KVM_CREATE_VM, 0);
	if (vm.vm < 0)
		return broken(cpu, "KVM_CREATE_VM");
	if (add_memory(&vm) < 0)
		return broken(cpu, "guest memory");
	if (add_vcpu(&vm) < 0)
		return broken(cpu, "vCPU");
	alarm(RUN_SECONDS);
	if (ioctl(vm.vcpu, KVM_RUN, 0) < 0)
		return broken(cpu, "KVM_RUN");
	alarm(0);
	return judge(cpu, vm.run);
}

/*
 * Each CPU is tried by a child: should KVM_RUN be deaf for signals too, this process still ends.
 */
static enum result try_cpu(int cpu)
{
	const struct timespec pause = { .tv_nsec = 10 * 1000 * 1000 };
	int status, ticks;
	pid_t child;

	fflush(stdout);
	child = fork();
	if (child < 0)
		return broken(cpu, "fork");
	if (!child) {
		enum result result = run_guest(cpu);

		fflush(stdout);
		_exit(result);
	}
	for (ticks = 0; ticks < KILL_SECONDS * 100; ticks++) {
		if (waitpid(child, &status, WNOHANG) == child) {
			if (WIFEXITED(status))
				return WEXITSTATUS(status);
			printf("kvm cpu %d: killed by signal %d\n", cpu, WTERMSIG(status));
			return BROKEN;
		}
		nanosleep(&pause, NULL);
	}
	printf("kvm cpu %d: KVM_RUN does not return\n", cpu);
	kill(child, SIGKILL);
	return BROKEN;
}

static enum result hold(void)
{
	enum result result = run_guest(0);

	if (result == WORKS) {
		printf("kvm: holds its virtual machine\n");
		fflush(stdout);
		sleep(HOLD_SECONDS);
	}
	return result;
}

static int parse_cpu(const char *text)
{
	char *end;
	long cpu;

	errno = 0;
	cpu = strtol(text, &end, 10);
	if (errno || end == text || *end || cpu < 0 || cpu >= CPU_SETSIZE) {
		fprintf(stderr, "kvm_run: CPU '%s': expected a number from 0 to %d, or all\n", text,
			CPU_SETSIZE - 1);
		exit(BROKEN);
	}
	return cpu;
}

static enum result try_all(void)
{
	enum result worst = WORKS, result;
	cpu_set_t set;
	int cpu;

	if (sched_getaffinity(0, sizeof(set), &set) < 0)
		return broken(-1, "sched_getaffinity");
	for (cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET(cpu, &set))
			continue;
		result = try_cpu(cpu);
		if (result > worst)
			worst = result;
	}
	return worst;
}

int main(int argc, char **argv)
{
	enum result worst = WORKS, result;
	int i;

	if (argc < 2) {
		fprintf(stderr, "usage: kvm_run all | hold | CPU...\n");
		return BROKEN;
	}
	if (!strcmp(argv[1], "all"))
		return try_all();
	if (!strcmp(argv[1], "hold"))
		return hold();
	for (i = 1; i < argc; i++) {
		result = try_cpu(parse_cpu(argv[i]));
		if (result > worst)
			worst = result;
	}
	return worst;
}
