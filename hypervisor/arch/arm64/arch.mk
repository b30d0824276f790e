# SPDX-License-Identifier: GPL-2.0-only
# arm64: where the image runs, and an offset that assembly needs (checked in header.c). The image has less than a
# MiB: addresses are within reach of ADR.

HV_ARCH_CPPFLAGS	:= -DIMAGE_VIRT_BASE=0x400000000000 -DHEADER_ENTRY_TABLE=88
HV_ARCH_CFLAGS		:= -march=armv8-a -mgeneral-regs-only -mno-outline-atomics -mcmodel=tiny
HV_ARCH_FAST		:= $(patsubst %,hypervisor/arch/arm64/%.c,traps abort gicv3)
