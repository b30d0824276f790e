/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Does a program keep what newer processors give it (arm64)? On each CPU a process fills the state of
 * SVE, signs pointers and tags memory, looks at it again a moment later, and so on until it is told to
 * end; it makes no system call in between, so that the state is that of the registers.
 *
 *	cpu_state FILE		until FILE exists; features and counts on one line
 *
 * Exit status: 0 all was as it should be, 1 something was not.
 */
#define _GNU_SOURCE
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define CAP_PACA (1UL << 30)
#define CAP_SVE	 (1UL << 22)
#define CAP2_MTE (1UL << 18)

#define MTE_ON	 (1 | 1UL << 1 | 0xfffeUL << 3) /* tagged addresses, synchronous, all tags */
#define PROT_TAG 0x20

#define SPIN_MS 20
#define VL_MAX	256 /* bytes */
#define HIGH	(1UL << 50)

static uint64_t deadline(void)
{
	uint64_t hz, now;

	asm volatile("mrs %0, cntfrq_el0; mrs %1, cntvct_el0" : "=r"(hz), "=r"(now));
	return now + hz / 1000 * SPIN_MS;
}

static void spin(void)
{
	uint64_t now = 0, end = deadline();

	do
		asm volatile("isb; mrs %0, cntvct_el0" : "=r"(now));
	while (now < end);
}

/* All vector and predicate registers, in the order they are asked for. */
struct vectors {
	uint8_t z[32][VL_MAX];
	uint8_t p[16][VL_MAX / 8];
};

/* Fill the registers, wait without a system call, read them back. */
static void vectors_hold(const struct vectors *in, struct vectors *out)
{
	asm volatile(
		".arch armv8-a+sve\n"
		".irp n,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,"
		"27,28,29,30,31\n"
		"ldr z\\n, [%0]\n"
		"add %0, %0, %3\n"
		".endr\n"
		".irp n,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15\n"
		"ldr p\\n, [%0]\n"
		"add %0, %0, %4\n"
		".endr\n"
		"1: isb\n"
		"mrs x9, cntvct_el0\n"
		"cmp x9, %2\n"
		"b.lo 1b\n"
		".irp n,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,"
		"27,28,29,30,31\n"
		"str z\\n, [%1]\n"
		"add %1, %1, %3\n"
		".endr\n"
		".irp n,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15\n"
		"str p\\n, [%1]\n"
		"add %1, %1, %4\n"
		".endr\n"
		: "+r"(in), "+r"(out)
		: "r"(deadline()), "r"((uint64_t)VL_MAX), "r"((uint64_t)(VL_MAX / 8))
		: "x9", "memory", "cc", "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8", "v9",
		  "v10", "v11", "v12", "v13", "v14", "v15", "v16", "v17", "v18", "v19", "v20",
		  "v21", "v22", "v23", "v24", "v25", "v26", "v27", "v28", "v29", "v30", "v31");
}

static bool vectors_stay(unsigned int seed, unsigned int length)
{
	static struct vectors in, out;
	unsigned int n, m;

	memset(&out, 0, sizeof(out));
	for (n = 0; n < 32; n++)
		for (m = 0; m < length; m++)
			in.z[n][m] = (uint8_t)(seed + n * 31 + m * 7);
	for (n = 0; n < 16; n++)
		for (m = 0; m < length / 8; m++)
			in.p[n][m] = (uint8_t)(seed * 3 + n * 17 + m);
	vectors_hold(&in, &out);
	for (n = 0; n < 32; n++)
		if (memcmp(in.z[n], out.z[n], length))
			return false;
	for (n = 0; n < 16; n++)
		if (memcmp(in.p[n], out.p[n], length / 8))
			return false;
	return true;
}

/*
 * Signed with two keys, and found genuine. A signature may have few bits, and change nothing now and
 * then.
 */
static bool signatures_hold(uint64_t context, unsigned int *visible)
{
	uint64_t plain = (uint64_t)(uintptr_t)&signatures_hold, ia = plain, db = plain;

	asm volatile(".arch armv8.3-a\npacia %0, %2\npacdb %1, %2"
		     : "+r"(ia), "+r"(db)
		     : "r"(context));
	*visible += ia != plain;
	spin();
	asm volatile(".arch armv8.3-a\nautia %0, %2\nautdb %1, %2"
		     : "+r"(ia), "+r"(db)
		     : "r"(context));
	return ia == plain && db == plain;
}

/* A tag is on the memory, and an access with it works. */
static bool tags_stay(volatile uint64_t *page)
{
	uint64_t tagged, tag;

	asm volatile(".arch armv8.5-a+memtag\nirg %0, %1\nstg %0, [%0]"
		     : "=&r"(tagged)
		     : "r"(page)
		     : "memory");
	*(volatile uint64_t *)tagged = tagged;
	spin();
	tag = (uint64_t)page;
	asm volatile(".arch armv8.5-a+memtag\nldg %0, [%0]" : "+r"(tag) : : "memory");
	return tag == tagged && *(volatile uint64_t *)tagged == tagged;
}

struct features {
	unsigned int vector_length; /* bytes, 0: no SVE */
	bool signatures;
	bool tags;
	bool high; /* addresses of 52 bits */
};

static volatile uint64_t *tagged_page(void)
{
	void *page;

	if (prctl(PR_SET_TAGGED_ADDR_CTRL, MTE_ON, 0, 0, 0))
		return NULL;
	page = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_TAG, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		    0);
	return page == MAP_FAILED ? NULL : page;
}

static void find_features(struct features *f)
{
	unsigned long cap = getauxval(AT_HWCAP), cap2 = getauxval(AT_HWCAP2);
	void *high = mmap((void *)HIGH, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	f->vector_length = cap & CAP_SVE ? (unsigned int)prctl(PR_SVE_GET_VL) & 0xffff : 0;
	f->signatures = cap & CAP_PACA;
	f->tags = cap2 & CAP2_MTE;
	f->high = (uintptr_t)high == HIGH;
}

static int watch(const struct features *f, const char *file, int cpu)
{
	volatile uint64_t *page = f->tags ? tagged_page() : NULL;
	unsigned int n, wrong = 0, signatures = 0;

	if (f->tags && !page)
		wrong++;
	for (n = 0; access(file, F_OK); n++) {
		wrong += f->vector_length && !vectors_stay(n, f->vector_length);
		wrong += f->signatures && !signatures_hold(n, &signatures);
		wrong += page && !tags_stay(page);
	}
	wrong += f->signatures && signatures < n / 2;
	printf("cpu_state: process %d: %u rounds, %u wrong\n", cpu, n, wrong);
	return wrong || !n;
}

int main(int argc, char **argv)
{
	int cpu, cpus = (int)sysconf(_SC_NPROCESSORS_ONLN), status, result = 0;
	struct features f;

	if (argc != 2)
		return 2;
	find_features(&f);
	printf("cpu_state: SVE %u bits, signatures %s, tags %s, 52-bit addresses %s\n",
	       f.vector_length * 8, f.signatures ? "yes" : "no", f.tags ? "yes" : "no",
	       f.high ? "yes" : "no");
	fflush(stdout);
	for (cpu = 0; cpu < cpus; cpu++)
		if (!fork()) {
			status = watch(&f, argv[1], cpu);
			fflush(stdout);
			_exit(status);
		}
	for (cpu = 0; cpu < cpus; cpu++)
		if (wait(&status) < 0 || !WIFEXITED(status) || WEXITSTATUS(status))
			result = 1;
	printf("cpu_state: %s\n", result ? "failed" : "passed");
	return result;
}
