/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * x86-64: the hypervisor takes AMD-V or VT-x, which nobody may have then, and makes the Linux that
 * runs on this CPU its guest. On the way both share one set of page tables: Linux' kernel half, and
 * the hypervisor in the lower half.
 */
#include <linux/acpi.h>
#include <linux/mm.h>
#include <linux/sizes.h>
#include <asm/cpufeature.h>
#include <asm/e820/api.h>
#include <asm/hypervisor.h>
#include <asm/msr.h>
#include <asm/processor.h>

#include "x86.h"

#define CPUID_1_ECX_VMX		   BIT(5)
#define CPUID_80000001_ECX_SVM	   BIT(2)
#define CPUID_8000000A_EDX_NPT	   BIT(0)
#define CPUID_8000001F_EAX_SME	   BIT(0)
#define CPUID_8000001F_EAX_SEV	   BIT(1)
#define MSR_SVM_CONTROL		   0xc0010114
#define SVM_CONTROL_DISABLED	   BIT_ULL(4)
#define MSR_SYSTEM_CONFIGURATION   0xc0010010
#define SYSTEM_CONFIGURATION_SME   BIT_ULL(23)
#define MSR_ENCRYPTED_GUEST_STATUS 0xc0010131

const u8 arch_id = JAILHOUSE_X86;
const char arch_name[] = "x86";
const bool arch_offline_cpus_stay = true;

const char *const arch_stat_names[] = {
	"vmexits_pio",	     "vmexits_xapic",	       "vmexits_cr",
	"vmexits_cpuid",     "vmexits_xsetbv",	       "vmexits_exception",
	"vmexits_msr_other", "vmexits_msr_x2apic_icr", NULL
};

long jailhouse_enter(u64 entry_table, u64 cpu, u64 entry);
long jailhouse_leave(u32 code, bool intel);

bool is_intel(void)
{
	return boot_cpu_data.x86_vendor == X86_VENDOR_INTEL;
}

u64 arch_memory_limit(void)
{
	return 1ULL << min_t(unsigned int, boot_cpu_data.x86_phys_bits, 48);
}

/* What was reserved by "memmap=", or left out by "mem=", is RAM in the firmware's own table. */
u64 arch_memory_until(u64 start, u64 end)
{
	u64 pos;

	for (pos = start; pos < end; pos += PAGE_SIZE) {
		if (!e820__mapped_raw_any(pos, pos + PAGE_SIZE, E820_TYPE_RAM))
			break;
		cond_resched();
	}
	return pos;
}

static bool leaf_is_there(u32 leaf)
{
	return boot_cpu_data.extended_cpuid_level >= leaf;
}

static u64 read_msr(u32 msr)
{
	u64 value;

	return rdmsrl_safe(msr, &value) ? 0 : value;
}

static bool svm_is_disabled(void)
{
	return read_msr(MSR_SVM_CONTROL) & SVM_CONTROL_DISABLED;
}

static int check_svm(struct jailhouse_error *why)
{
	/* Linux hides the feature where the firmware has turned it off. */
	if (!leaf_is_there(0x80000001) || !(cpuid_ecx(0x80000001) & CPUID_80000001_ECX_SVM)) {
		return refuse(why, -ENODEV,
			      "this CPU (%s) has no AMD-V: it cannot do it, or a hypervisor below "
			      "this Linux hides it",
			      boot_cpu_data.x86_model_id);
	}
	if (svm_is_disabled())
		return refuse(
			why, -ENODEV,
			"AMD-V is turned off by the firmware (VM_CR is 0x%llx): enable SVM in "
			"the firmware setup",
			read_msr(MSR_SVM_CONTROL));
	if (!leaf_is_there(0x8000000a) || !(cpuid_edx(0x8000000a) & CPUID_8000000A_EDX_NPT))
		return refuse(why, -ENODEV, "this CPU (%s) has AMD-V without nested paging",
			      boot_cpu_data.x86_model_id);
	return 0;
}

static bool vmx_is_disabled(void)
{
	u64 control = read_msr(MSR_IA32_FEAT_CTL);

	return !(control & FEAT_CTL_LOCKED) || !(control & FEAT_CTL_VMX_ENABLED_OUTSIDE_SMX);
}

/* What VT-x has to be able to do is checked by the hypervisor. */
static int check_vmx(struct jailhouse_error *why)
{
	if (!(cpuid_ecx(1) & CPUID_1_ECX_VMX))
		return refuse(why, -ENODEV,
			      "this CPU (%s) has no VT-x: it cannot do it, or a hypervisor below "
			      "this Linux hides it",
			      boot_cpu_data.x86_model_id);
	if (vmx_is_disabled())
		return refuse(
			why, -ENODEV,
			"VT-x is turned off by the firmware (IA32_FEATURE_CONTROL is 0x%llx): "
			"enable Intel Virtualization Technology in the firmware setup",
			read_msr(MSR_IA32_FEAT_CTL));
	return 0;
}

static int check_encryption(struct jailhouse_error *why)
{
	u32 features = leaf_is_there(0x8000001f) ? cpuid_eax(0x8000001f) : 0;

	if (features & CPUID_8000001F_EAX_SEV && read_msr(MSR_ENCRYPTED_GUEST_STATUS))
		return refuse(why, -ENODEV,
			      "this Linux is a guest with encrypted memory (SEV status 0x%llx)",
			      read_msr(MSR_ENCRYPTED_GUEST_STATUS));
	if (features & CPUID_8000001F_EAX_SME &&
	    read_msr(MSR_SYSTEM_CONFIGURATION) & SYSTEM_CONFIGURATION_SME)
		return refuse(why, -ENODEV,
			      "memory encryption is active (SYSCFG is 0x%llx), which is not "
			      "supported: turn SME off in the firmware setup",
			      read_msr(MSR_SYSTEM_CONFIGURATION));
	return 0;
}

/* Linux would go on with the calls of that hypervisor, and ours would answer them. */
static int check_native(struct jailhouse_error *why)
{
	if (hypervisor_is_type(X86_HYPER_NATIVE))
		return 0;
	return refuse(
		why, -ENODEV,
		"this Linux is the guest of a hypervisor and uses its calls (type %d): they have "
		"to be hidden from it (with QEMU and KVM: -cpu host,kvm=off)",
		x86_hyper_type);
}

int arch_check_machine(struct jailhouse_error *why)
{
	int err;

	err = is_intel() ? check_vmx(why) : check_svm(why);
	if (!err)
		err = check_native(why);
	if (!err && !is_intel())
		err = check_encryption(why);
	return err ?: clock_check(why);
}

int arch_check_config(const struct jailhouse_system *config, struct jailhouse_error *why)
{
	return clock_check_config(config, why);
}

/* The port of an ACPI register, 0 if it is somewhere else. */
static u16 acpi_port(const struct acpi_generic_address *address)
{
	if (address->space_id != ACPI_ADR_SPACE_SYSTEM_IO || address->address > U16_MAX)
		return 0;
	return address->address;
}

static void describe_reset(struct jailhouse_image_header *header)
{
	if (!(acpi_gbl_FADT.flags & ACPI_FADT_RESET_REGISTER))
		return;
	header->reset_port = acpi_port(&acpi_gbl_FADT.reset_register);
	header->reset_value = acpi_gbl_FADT.reset_value;
	if (!header->reset_port)
		pr_warn("the reset register of ACPI is no port (space %u, 0x%llx) and is not "
			"watched: a reset of Linux by it ends cells, too\n",
			acpi_gbl_FADT.reset_register.space_id,
			acpi_gbl_FADT.reset_register.address);
}

int arch_describe(struct jailhouse_image_header *header, struct jailhouse_system *config,
		  struct jailhouse_error *why)
{
	header->pm1_control = acpi_port(&acpi_gbl_FADT.xpm1a_control_block);
	if (!header->pm1_control)
		header->pm1_control = acpi_gbl_FADT.pm1a_control_block;
	header->pm1b_control = acpi_port(&acpi_gbl_FADT.xpm1b_control_block);
	if (!header->pm1b_control)
		header->pm1b_control = acpi_gbl_FADT.pm1b_control_block;
	describe_reset(header);
	clock_describe(config);
	return 0;
}

/* Entries of 8 bytes, 512 a table; level 1 has the pages. */
#define PTE_TABLE_DESC	   (_PAGE_PRESENT | _PAGE_RW | _PAGE_ACCESSED)
#define PTE_PAGE_DESC	   (PTE_TABLE_DESC | _PAGE_DIRTY)
#define PTE_BLOCK_DESC	   (PTE_PAGE_DESC | _PAGE_PSE)
#define PTE_ADDRESS	   GENMASK_ULL(51, 12)
#define LEVEL_SHIFT(level) (3 + 9 * (level))
#define TABLE_ENTRIES	   512
#define LOWER_HALF_END	   (1ULL << 47) /* that of four levels will do */

struct table_builder {
	struct image *image;
	u64 offset; /* of the next free page */
	unsigned int levels;
};

/* Returns the offset of a fresh table, 0 when the memory is full. */
static u64 table_new(struct table_builder *builder)
{
	u64 offset = builder->offset;

	if (offset + PAGE_SIZE > builder->image->size)
		return 0;
	memset(builder->image->virt + offset, 0, PAGE_SIZE);
	builder->offset += PAGE_SIZE;
	return offset;
}

/* Returns the table that *@entry points to; makes it when there is none. */
static u64 *table_below(struct table_builder *builder, u64 *entry)
{
	u64 offset;

	if (*entry) {
		offset = (*entry & PTE_ADDRESS) - builder->image->phys;
	} else {
		offset = table_new(builder);
		if (!offset)
			return NULL;
		*entry = (builder->image->phys + offset) | PTE_TABLE_DESC;
	}
	return builder->image->virt + offset;
}

/* Maps all of the hypervisor memory at @virt, which is aligned to 2M. */
static int table_map(struct table_builder *builder, u64 *root, u64 virt)
{
	u64 phys = builder->image->phys;
	const u64 end = phys + builder->image->size;
	unsigned int level;
	u64 *table;

	while (phys < end) {
		bool block = IS_ALIGNED(virt | phys, SZ_2M) && end - phys >= SZ_2M;
		unsigned int leaf = block ? 2 : 1;

		table = root;
		for (level = builder->levels; level > leaf; level--) {
			table = table_below(builder, &table[virt >> LEVEL_SHIFT(level) & 511]);
			if (!table)
				return -ENOMEM;
		}
		table[virt >> LEVEL_SHIFT(leaf) & 511] =
			phys | (block ? PTE_BLOCK_DESC : PTE_PAGE_DESC);
		virt += block ? SZ_2M : SZ_4K;
		phys += block ? SZ_2M : SZ_4K;
	}
	return 0;
}

/*
 * Returns the offset of the root, with the kernel half of the page tables in use; 0 when the memory
 * is full. Bit 12 of its address is clear: in Linux with page table isolation the root for user
 * space has it set, and an NMI that comes now must not take this one for that.
 */
static u64 table_root(struct table_builder *builder)
{
	const u64 *linux_root = __va(read_cr3_pa());
	u64 root, *table;

	if ((builder->image->phys + builder->offset) & PAGE_SIZE)
		builder->offset += PAGE_SIZE;
	root = table_new(builder);
	if (root) {
		table = builder->image->virt + root;
		memcpy(table + TABLE_ENTRIES / 2, linux_root + TABLE_ENTRIES / 2, PAGE_SIZE / 2);
	}
	return root;
}

s64 arch_build_entry_tables(struct image *image, u64 offset, struct jailhouse_error *why)
{
	struct table_builder builder = {
		.image = image,
		.offset = offset,
		.levels = __read_cr4() & X86_CR4_LA57 ? 5 : 4,
	};
	u64 root, base = image->header->virt_base;

	/* In table_below() an entry is a table or nothing: blocks of 2M must not be shared. */
	if (!IS_ALIGNED(base, SZ_2M) || base >= LOWER_HALF_END ||
	    image->size > LOWER_HALF_END - base)
		return refuse(why, -EINVAL, "the hypervisor cannot be mapped at 0x%llx+0x%llx",
			      base, image->size);
	root = table_root(&builder);
	if (!root || table_map(&builder, image->virt + root, base))
		return refuse(why, -ENOMEM,
			      "hypervisor memory of 0x%llx bytes is too small for the "
			      "entry page tables",
			      image->size);
	image->header->entry_table = image->phys + root;
	return builder.offset;
}

/* The caches are coherent, and who runs what was written comes there by a serializing
 * instruction. */
void arch_clean_memory(void *start, size_t size) {}

int arch_enter(const struct image *image, unsigned int cpu)
{
	const struct jailhouse_image_header *header = image->header;

	if (is_intel() ? vmx_is_disabled() : svm_is_disabled())
		return -ENODEV;
	if (kvm_has_cpu())
		return -EBUSY;
	return jailhouse_enter(header->entry_table, cpu,
			       header->virt_base + (image->entry_phys - image->phys));
}

int arch_leave(void)
{
	return jailhouse_leave(JAILHOUSE_HC_DISABLE, is_intel());
}

long arch_hypercall(u32 code, u64 arg1, u64 arg2)
{
	long result = code;

	if (is_intel())
		asm volatile("vmcall" : "+a"(result) : "D"(arg1), "S"(arg2) : "memory");
	else
		asm volatile("vmmcall" : "+a"(result) : "D"(arg1), "S"(arg2) : "memory");
	return (int)result;
}
