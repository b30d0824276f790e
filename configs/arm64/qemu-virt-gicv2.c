/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Root cell of QEMU's arm64 "virt" machine with a GICv2:
 *
 *	qemu-system-aarch64 -M virt,virtualization=on,gic-version=2 -smp 4 -m 2G
 *
 * The CPU interface is not among the regions either: the hypervisor puts the virtual one there.
 */
#define MACHINE_NAME "qemu-virt-gicv2"
#define MACHINE_CPUS 0xf
#define MACHINE_GIC                                                         \
	.gic_version = 2, .gicd_base = 0x08000000, .gicc_base = 0x08010000, \
	.gich_base = 0x08030000, .gicv_base = 0x08040000

#include "qemu-virt.c"
