/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The guest of kvm_run on arm64: it writes a value to an address without memory, which must come
 * back as an MMIO exit.
 */
#define GUEST_RAM	0x40000000ull
#define GUEST_MMIO	0x10000000ull
#define GUEST_VALUE	0x4a48u
#define GUEST_EXIT	KVM_EXIT_MMIO
#define GUEST_EXIT_NAME "MMIO"

static const uint32_t guest_code[] = {
	0xd2a20001, /* movz x1, #0x1000, lsl #16 */
	0x52894900, /* movz w0, #0x4a48 */
	0xb9000020, /* str w0, [x1] */
	0x14000000, /* b . */
};

static int guest_prepare(int vm, int vcpu)
{
	struct kvm_vcpu_init init;
	uint64_t pc = GUEST_RAM;
	struct kvm_one_reg reg = {
		.id = KVM_REG_ARM64 | KVM_REG_SIZE_U64 | KVM_REG_ARM_CORE |
		      KVM_REG_ARM_CORE_REG(regs.pc),
		.addr = (uintptr_t)&pc,
	};

	memset(&init, 0, sizeof(init));
	if (ioctl(vm, KVM_ARM_PREFERRED_TARGET, &init) < 0 ||
	    ioctl(vcpu, KVM_ARM_VCPU_INIT, &init) < 0)
		return -1;
	return ioctl(vcpu, KVM_SET_ONE_REG, &reg);
}

/* Returns whether the exit is the one that the guest asked for; says what it is if not. */
static bool guest_has_said(int cpu, const struct kvm_run *run)
{
	uint32_t value;

	memcpy(&value, run->mmio.data, sizeof(value));
	if (run->mmio.phys_addr == GUEST_MMIO && run->mmio.is_write && run->mmio.len == 4 &&
	    value == GUEST_VALUE)
		return true;
	printf("kvm cpu %d: MMIO exit at 0x%llx length %u write %u, expected a write of "
	       "0x%x at 0x%llx length 4\n",
	       cpu, (unsigned long long)run->mmio.phys_addr, run->mmio.len, run->mmio.is_write,
	       GUEST_VALUE, GUEST_MMIO);
	return false;
}
