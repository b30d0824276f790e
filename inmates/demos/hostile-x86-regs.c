/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Attacks by registers: MSRs, the local APIC, ports, control registers, privileged instructions. */
#include "hostile-x86.h"

#define APIC_ICR     0x830
#define FOREIGN_ID   0 /* APIC id of a CPU of the root cell */
#define OWN	     (~0ULL)
#define VECTOR	     0x31ULL
#define FIXED	     (0ULL << 8)
#define LOWEST	     (1ULL << 8)
#define SMI	     (2ULL << 8)
#define RESERVED     (3ULL << 8)
#define NMI	     (4ULL << 8)
#define INIT	     (5ULL << 8)
#define STARTUP	     (6ULL << 8)
#define EXTINT	     (7ULL << 8)
#define LOGICAL	     (1ULL << 11)
#define ASSERT	     (1ULL << 14)
#define TO_SELF	     (1ULL << 18)
#define TO_ALL	     (2ULL << 18)
#define TO_OTHERS    (3ULL << 18)
#define ICR_RESERVED (1ULL << 20)

/* ---- model specific registers ---- */

struct msr_access {
	u32 msr;
	bool write;
	u64 value; /* bits to change where relative */
	bool relative;
};

static void access_msr(void *arg)
{
	const struct msr_access *access = arg;
	u64 value = access->value;

	if (!access->write) {
		result("read", msr_read(access->msr));
		return;
	}
	if (access->relative)
		value ^= msr_read(access->msr);
	msr_write(access->msr, value);
	printf("attack: MSR 0x%x written, value 0x%llx\n", access->msr, value);
}

static void access_msrs(const struct msr_access *accesses, unsigned int count)
{
	char what[32];

	for (unsigned int n = 0; n < count; n++) {
		if (!chosen(n))
			continue;
		snprintf(what, sizeof(what), "%s 0x%x", accesses[n].write ? "write" : "read",
			 accesses[n].msr);
		attempt(what, access_msr, (void *)&accesses[n]);
	}
}

#define READ(msr)                      \
	{                              \
		(msr), false, 0, false \
	}
#define WRITE(msr, value)                   \
	{                                   \
		(msr), true, (value), false \
	}
#define CHANGE(msr, value)                 \
	{                                  \
		(msr), true, (value), true \
	}

void attack_msr(u64 address)
{
	const struct msr_access accesses[] = {
		CHANGE(0xc0000080, 1 << 12),	   /* 0 EFER: SVM enable */
		CHANGE(0xc0000080, 1ULL << 40),	   /* EFER: a reserved bit */
		WRITE(0xc0010114, 0),		   /* VM_CR */
		WRITE(0xc0010117, address),	   /* VM_HSAVE_PA */
		CHANGE(0x1b, 0x1000),		   /* APIC_BASE: moved */
		CHANGE(0x1b, 1 << 11),		   /* 5 APIC_BASE: off */
		CHANGE(0x1b, 1 << 10),		   /* APIC_BASE: no x2APIC */
		WRITE(0x200, address | 6),	   /* MTRRphysBase0 */
		WRITE(0x201, 1 << 11),		   /* MTRRphysMask0 */
		WRITE(0x250, 0),		   /* MTRRfix64K_00000 */
		WRITE(0x10, 0),			   /* 10 TSC */
		WRITE(0x3b, 1000),		   /* TSC_ADJUST */
		WRITE(0xc0000104, 1ULL << 33),	   /* TSC_RATIO */
		WRITE(0xc0010020, address),	   /* microcode */
		WRITE(0xc0010111, address),	   /* SMM_BASE */
		WRITE(0xc0010112, address),	   /* 15 SMM_ADDR */
		WRITE(0xc0010113, 3),		   /* SMM_MASK */
		WRITE(0xc0010015, 0),		   /* HWCR */
		WRITE(0xc0010010, 1 << 18),	   /* SYSCFG */
		WRITE(0xc001001a, address),	   /* TOP_MEM */
		WRITE(0xc0010016, address),	   /* 20 IORRBase0 */
		WRITE(0xc0010000, 1 << 22),	   /* PERF_CTL0 */
		WRITE(0xc0010200, 1 << 22),	   /* PERF_CTL0, extended */
		WRITE(0x1d9, 1),		   /* DEBUGCTL */
		WRITE(0x79, address),		   /* microcode of Intel */
		WRITE(0x3a, 5),			   /* 25 FEATURE_CONTROL */
		WRITE(0x17a, 0),		   /* MCG_STATUS */
		WRITE(0x400, 0),		   /* MC0_CTL */
		WRITE(0xc0010058, 0xe0000000 | 1), /* MMIO_CFG_BASE */
		WRITE(0xc0010062, 2),		   /* P state */
		READ(0xc0010117),		   /* 30 VM_HSAVE_PA */
		READ(0xc0010111),		   /* SMM_BASE */
		READ(0x12345),			   /* unknown ones */
		WRITE(0x12345, 1),
		READ(0xffffffff),
		WRITE(0xffffffff, ~0ULL), /* 35 */
		READ(0xc0012000),
		READ(0x40000000), /* beyond the bitmap; of another hypervisor */
		WRITE(0x40000000, address),
		READ(0x2000),
	};

	access_msrs(accesses, ARRAY_SIZE(accesses));
}

/* Registers of the local APIC that a cell does not have, or values that it must not write. */
void attack_apic(u64 address)
{
	static const struct msr_access accesses[] = {
		READ(0x800), /* 0 reserved ones */
		READ(0x801),
		READ(0x804),
		READ(0x80c),
		READ(0x82e),
		READ(0x840), /* 5 */
		READ(0x8ff),
		WRITE(0x804, 1),
		WRITE(0x8ff, 1),
		WRITE(0x802, 0),     /* id */
		WRITE(0x803, 0),     /* 10 version */
		WRITE(0x80d, ~0ULL), /* logical id */
		WRITE(0x810, ~0ULL), /* in service */
		READ(0x80b),	     /* end of interrupt */
		WRITE(0x80b, 1),
		WRITE(0x82f, 0x200),	      /* 15 LVT of corrected machine checks, SMI */
		WRITE(0x833, 0x200),	      /* LVT thermal, SMI */
		WRITE(0x833, 0x500),	      /* LVT thermal, INIT */
		WRITE(0x834, 0x200),	      /* LVT performance counters, SMI */
		WRITE(0x835, 0x500),	      /* LVT LINT0, INIT */
		WRITE(0x835, 0x700),	      /* 20 LVT LINT0, ExtINT */
		WRITE(0x836, 0x200),	      /* LVT LINT1, SMI */
		WRITE(0x837, 0x500),	      /* LVT error, INIT */
		WRITE(0x832, 0x60000),	      /* LVT timer, reserved mode */
		WRITE(0x832, 1ULL << 32),     /* LVT timer, upper half */
		WRITE(0x80f, ~0ULL),	      /* 25 spurious interrupt vector */
		WRITE(0x83f, VECTOR | 0x100), /* self IPI, reserved bits */
	};

	(void)address;
	access_msrs(accesses, ARRAY_SIZE(accesses));
}

/* ---- interrupts to other CPUs ---- */

struct ipi {
	const char *what;
	u64 destination, command;
};

static void send_ipi(void *arg)
{
	const struct ipi *ipi = arg;
	u64 id = ipi->destination == OWN ? apic_id() : ipi->destination;

	msr_write(APIC_ICR, id << 32 | ipi->command);
	printf("attack: %s: sent 0x%llx\n", ipi->what, id << 32 | ipi->command);
}

void attack_ipi(u64 address)
{
	static const struct ipi ipis[] = {
		{ "fixed", FOREIGN_ID, FIXED | ASSERT | VECTOR }, /* 0 */
		{ "fixed to a neighbour", 2, FIXED | ASSERT | VECTOR },
		{ "fixed to nobody", 0x12345, FIXED | ASSERT | VECTOR },
		{ "logical", 7, LOGICAL | ASSERT | VECTOR },
		{ "logical to another cluster", 0x10001, LOGICAL | ASSERT | VECTOR },
		{ "lowest priority", FOREIGN_ID, LOWEST | ASSERT | VECTOR }, /* 5 */
		{ "SMI", FOREIGN_ID, SMI | ASSERT },
		{ "reserved", FOREIGN_ID, RESERVED | ASSERT | VECTOR },
		{ "NMI", FOREIGN_ID, NMI | ASSERT },
		{ "INIT", FOREIGN_ID, INIT | ASSERT },
		{ "SIPI", FOREIGN_ID, STARTUP | ASSERT | 0x02 }, /* 10 */
		{ "ExtINT", FOREIGN_ID, EXTINT | ASSERT | VECTOR },
		{ "SMI to itself", OWN, SMI | ASSERT },
		{ "ExtINT to itself", OWN, EXTINT | ASSERT | VECTOR },
		{ "SMI to all", 0, SMI | ASSERT | TO_ALL },
		{ "INIT deassert", FOREIGN_ID, INIT | 1 << 15 }, /* 15 */
		{ "broadcast id", 0xffffffff, FIXED | ASSERT | VECTOR },
		{ "broadcast id, NMI", 0xffffffff, NMI | ASSERT },
		{ "broadcast id, INIT", 0xffffffff, INIT | ASSERT },
		{ "broadcast, logical", 0xffffffff, LOGICAL | ASSERT | VECTOR },
		{ "all", 0, FIXED | ASSERT | TO_ALL | VECTOR }, /* 20 */
		{ "all others", 0, FIXED | ASSERT | TO_OTHERS | VECTOR },
		{ "all others, NMI", 0, NMI | ASSERT | TO_OTHERS },
		{ "all others, INIT", 0, INIT | ASSERT | TO_OTHERS },
		{ "all others, SIPI", 0, STARTUP | ASSERT | TO_OTHERS | 0x02 },
		{ "a reserved bit", OWN, ICR_RESERVED | ASSERT | VECTOR }, /* 25 */
		{ "self with vector 5", OWN, FIXED | ASSERT | TO_SELF | 5 },
		{ "vector 5", OWN, FIXED | ASSERT | 5 },
	};

	(void)address;
	for (unsigned int n = 0; n < ARRAY_SIZE(ipis); n++)
		if (chosen(n))
			attempt(ipis[n].what, send_ipi, (void *)&ipis[n]);
}

/* ---- ports ---- */

static void port_in(void *arg)
{
	u16 port = (uintptr_t)arg;

	switch ((uintptr_t)arg >> 16) {
	case 1:
		result("byte", port_read8(port));
		break;
	case 2:
		result("word", port_read16(port));
		break;
	case 4:
		result("long", port_read32(port));
	}
}

static void port_out(void *arg)
{
	u16 port = (uintptr_t)arg;

	switch ((uintptr_t)arg >> 16) {
	case 1:
		port_write8(port, 0xfe);
		break;
	case 2:
		port_write16(port, 0x3c00);
		break;
	case 4:
		port_write32(port, 0x80000000);
	}
	printf("attack: port 0x%x written\n", port);
}

static u8 string[16];

static void port_string_in(void *arg)
{
	void *to = string;
	u64 count = 4;

	asm volatile("rep insb" : "+D"(to), "+c"(count) : "d"((u16)(uintptr_t)arg) : "memory");
	result("string", string[0]);
}

static void port_string_out(void *arg)
{
	const void *from = string;
	u64 count = 4;

	asm volatile("rep outsl" : "+S"(from), "+c"(count) : "d"((u16)(uintptr_t)arg) : "memory");
	printf("attack: string written\n");
}

/* The memory side of a string instruction, where the port is allowed. */
static void port_string_memory(void *arg)
{
	void *to = (void *)(uintptr_t)HPET;
	u64 count = 1;

	asm volatile("rep insl" : "+D"(to), "+c"(count) : "d"((u16)(uintptr_t)arg) : "memory");
	printf("attack: string to a device\n");
}

static void configuration_space(void *arg)
{
	port_write32(0xcf8, (uintptr_t)arg);
	result("configuration space", port_read32(0xcfc));
	port_write32(0xcfc, 0);
}

#define PORT(port, width) ((width) << 16 | (port))

void attack_port(u64 address)
{
	static const struct step steps[] = {
		{ "reset control", port_out, PORT(0xcf9, 1) }, /* 0 */
		{ "keyboard controller", port_out, PORT(0x64, 1) },
		{ "clock", port_out, PORT(0x70, 1) },
		{ "serial port", port_in, PORT(0x3f8, 1) },
		{ "serial port", port_out, PORT(0x3f8, 1) },
		{ "PM1 control", port_out, PORT(0x604, 2) }, /* 5 */
		{ "PM1 status", port_in, PORT(0x600, 2) },
		{ "interrupt controller", port_out, PORT(0x21, 1) },
		{ "interval timer", port_out, PORT(0x43, 1) },
		{ "SMI command", port_out, PORT(0xb2, 1) },
		{ "system control A", port_out, PORT(0x92, 1) }, /* 10 */
		{ "across the start of the PM timer", port_in, PORT(0x606, 4) },
		{ "across its end", port_in, PORT(0x60a, 4) },
		{ "two bytes across its end", port_in, PORT(0x60b, 2) },
		{ "across the last port", port_in, PORT(0xffff, 4) },
		{ "string in", port_string_in, PORT(0x3f8, 0) }, /* 15 */
		{ "string out", port_string_out, PORT(0x510, 0) },
		{ "string to a device", port_string_memory, PORT(0x608, 0) },
		{ "configuration space", configuration_space, 0x80000000 },
		{ "its data", port_in, PORT(0xcfc, 4) },
		{ "unaligned in it", port_in, PORT(0xcfb, 4) }, /* 20 */
		{ "diagnosis", port_out, PORT(0x80, 1) },
		{ "PM timer", port_in, PORT(0x608, 4) },
	};

	(void)address;
	inmate_map(HPET, 0x1000, INMATE_DEVICE);
	run_steps(steps, ARRAY_SIZE(steps), 0);
}

/* ---- control registers ---- */

#define CR_ATTACK(label, cr, change)                                          \
	static void label(void *arg)                                          \
	{                                                                     \
		u64 old, value;                                               \
                                                                              \
		(void)arg;                                                    \
		asm volatile("mov %%" cr ", %0" : "=r"(old));                 \
		asm volatile("mov %1, %%" cr "; mov %%" cr ", %0"             \
			     : "=r"(value)                                    \
			     : "r"(old ^ (change))                            \
			     : "memory");                                     \
		printf("attack: " cr " was 0x%llx, is 0x%llx\n", old, value); \
		asm volatile("mov %0, %%" cr : : "r"(old) : "memory");        \
	}

CR_ATTACK(cr0_upper, "cr0", 1ULL << 32)
CR_ATTACK(cr0_no_protection, "cr0", 1ULL << 0)
CR_ATTACK(cr0_write_through, "cr0", 1ULL << 29)
CR_ATTACK(cr0_cache, "cr0", 3ULL << 29)
CR_ATTACK(cr4_reserved, "cr4", 1ULL << 63)
CR_ATTACK(cr4_vmx, "cr4", 1ULL << 13)
CR_ATTACK(cr4_no_pae, "cr4", 1ULL << 5)
CR_ATTACK(cr4_counters, "cr4", 1ULL << 8)
CR_ATTACK(cr8_priority, "cr8", 0xfULL)
CR_ATTACK(dr7_upper, "dr7", 1ULL << 40)
CR_ATTACK(dr0_address, "dr0", 0x40000000ULL)

static void write_xcr0(void *arg)
{
	asm volatile("xsetbv" : : "c"(0), "a"((u32)(uintptr_t)arg), "d"(0));
	printf("attack: XCR0 0x%lx\n", (uintptr_t)arg);
}

static void write_xcr(void *arg)
{
	asm volatile("xsetbv" : : "c"((u32)(uintptr_t)arg), "a"(1), "d"(0));
	printf("attack: XCR%lu written\n", (uintptr_t)arg);
}

void attack_control(u64 address)
{
	static const struct step steps[] = {
		{ "upper half of CR0", cr0_upper, 0 },
		{ "CR0 without protection", cr0_no_protection, 0 },
		{ "CR0 write-through without cache off", cr0_write_through, 0 },
		{ "CR0 caches off", cr0_cache, 0 },
		{ "reserved bit of CR4", cr4_reserved, 0 },
		{ "CR4 VMXE", cr4_vmx, 0 },
		{ "CR4 without PAE", cr4_no_pae, 0 },
		{ "CR4 counters", cr4_counters, 0 },
		{ "CR8", cr8_priority, 0 },
		{ "upper half of DR7", dr7_upper, 0 },
		{ "DR0", dr0_address, 0 },
		{ "XCR0 without x87", write_xcr0, 0 },
		{ "XCR0 with AVX without SSE", write_xcr0, 5 },
		{ "XCR0 with everything", write_xcr0, 0xffffffff },
		{ "XCR7", write_xcr, 7 },
	};

	(void)address;
	run_steps(steps, ARRAY_SIZE(steps), 0);
}

/* ---- instructions that belong to others ---- */

#define INSTRUCTION(label, ...)                                \
	static void label(void *arg)                           \
	{                                                      \
		asm volatile(__VA_ARGS__                       \
			     :                                 \
			     : "a"(arg), "c"(0), "d"(0)        \
			     : "rbx", "rsi", "rdi", "memory"); \
		printf("attack: no exception\n");              \
	}

INSTRUCTION(run_vmrun, ".byte 0x0f, 0x01, 0xd8")
INSTRUCTION(run_vmload, ".byte 0x0f, 0x01, 0xda")
INSTRUCTION(run_vmsave, ".byte 0x0f, 0x01, 0xdb")
INSTRUCTION(run_stgi, ".byte 0x0f, 0x01, 0xdc")
INSTRUCTION(run_clgi, ".byte 0x0f, 0x01, 0xdd")
INSTRUCTION(run_skinit, ".byte 0x0f, 0x01, 0xde")
INSTRUCTION(run_invlpga, ".byte 0x0f, 0x01, 0xdf")
INSTRUCTION(run_rsm, "rsm")
INSTRUCTION(run_getsec, ".byte 0x0f, 0x37")
INSTRUCTION(run_vmxoff, ".byte 0x0f, 0x01, 0xc4")
INSTRUCTION(run_invd, "invd")
INSTRUCTION(run_wbinvd, "wbinvd")
INSTRUCTION(run_rdpmc, "rdpmc")
INSTRUCTION(run_monitor, "monitor")

void attack_privileged(u64 address)
{
	static const struct step steps[] = {
		{ "VMRUN", run_vmrun, 0 },     { "VMLOAD", run_vmload, 0 },
		{ "VMSAVE", run_vmsave, 0 },   { "STGI", run_stgi, 0 },
		{ "CLGI", run_clgi, 0 },       { "SKINIT", run_skinit, 0 },
		{ "INVLPGA", run_invlpga, 0 }, { "RSM", run_rsm, 0 },
		{ "GETSEC", run_getsec, 0 },   { "VMXOFF", run_vmxoff, 0 },
		{ "INVD", run_invd, 0 },       { "WBINVD", run_wbinvd, 0 },
		{ "RDPMC", run_rdpmc, 0 },     { "MONITOR", run_monitor, 0 },
	};

	run_steps(steps, ARRAY_SIZE(steps), address);
}
