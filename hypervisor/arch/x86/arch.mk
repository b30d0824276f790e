# SPDX-License-Identifier: GPL-2.0-only
# x86-64: where the image runs (below 2 GiB, so that all its addresses have 32 bits), and code that
# neither uses FP registers, which are the guest's, nor indirect branches, which a guest could train.

HV_ARCH_CPPFLAGS	:= -DIMAGE_VIRT_BASE=0x40000000 -DHEADER_ENTRY_TABLE=88
HV_ARCH_CFLAGS		:= -m64 -march=x86-64 -mno-red-zone -mgeneral-regs-only -mcmodel=small \
			   -fcf-protection=none -mindirect-branch=thunk-inline -fno-jump-tables
HV_ARCH_FAST		:= $(patsubst %,hypervisor/arch/x86/%.c,svm vmx vmx_exit vmx_state guest exit msr apic fault vcpu insn walk)
