/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The guest of kvm_run on x86: in real mode it writes a value to a port, which must come back as an
 * exit for I/O.
 */
#define GUEST_RAM	0x1000ull
#define GUEST_PORT	0x510
#define GUEST_VALUE	0x4a48
#define GUEST_EXIT	KVM_EXIT_IO
#define GUEST_EXIT_NAME "IO"

static const uint8_t guest_code[] = {
	0xba, 0x10, 0x05, /* mov $0x510, %dx */
	0xb8, 0x48, 0x4a, /* mov $0x4a48, %ax */
	0xef,		  /* out %ax, (%dx) */
	0xf4,		  /* hlt */
};

static int guest_prepare(int vm, int vcpu)
{
	struct kvm_regs regs = { .rip = GUEST_RAM, .rflags = 2 };
	struct kvm_sregs sregs;

	(void)vm;
	if (ioctl(vcpu, KVM_GET_SREGS, &sregs) < 0)
		return -1;
	sregs.cs.base = 0;
	sregs.cs.selector = 0;
	if (ioctl(vcpu, KVM_SET_SREGS, &sregs) < 0)
		return -1;
	return ioctl(vcpu, KVM_SET_REGS, &regs);
}

/* Returns whether the exit is the one that the guest asked for; says what it is if not. */
static bool guest_has_said(int cpu, const struct kvm_run *run)
{
	uint16_t value = 0;

	if (run->io.size == sizeof(value))
		memcpy(&value, (const char *)run + run->io.data_offset, sizeof(value));
	if (run->io.port == GUEST_PORT && run->io.direction == KVM_EXIT_IO_OUT &&
	    run->io.count == 1 && value == GUEST_VALUE)
		return true;
	printf("kvm cpu %d: I/O exit at port 0x%x direction %u size %u value 0x%x, expected an "
	       "output of 0x%x to port 0x%x\n",
	       cpu, run->io.port, run->io.direction, run->io.size, value, GUEST_VALUE, GUEST_PORT);
	return false;
}
