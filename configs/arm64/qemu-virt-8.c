/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Root cell of QEMU's arm64 "virt" machine with eight CPUs:
 *
 *	qemu-system-aarch64 -M virt,virtualization=on,gic-version=3,its=on -smp 8 -m 2G
 */
#define MACHINE_NAME "qemu-virt-8"
#define MACHINE_CPUS 0xff
#define MACHINE_GIC  .gic_version = 3, .gicd_base = 0x08000000, .gicr_base = 0x080a0000

#include "qemu-virt.c"
