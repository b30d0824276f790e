/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the x86 files of the module share.
 */
#ifndef JAILHOUSE_DRIVER_X86_H
#define JAILHOUSE_DRIVER_X86_H

#include "arch.h"

/* arch-x86.c */

/* Is this a CPU with VT-x, and not with AMD-V? */
bool is_intel(void);

/* clock-x86.c */

/* Is there a counter of known and constant frequency? */
int clock_check(struct jailhouse_error *why);
/* Refuses a frequency of the time stamp counter that Linux measured otherwise. */
int clock_check_config(const struct jailhouse_system *config, struct jailhouse_error *why);
/* Fills in the frequencies that @config leaves open. */
void clock_describe(struct jailhouse_system *config);

/* kvm-x86.c */

/* Does this CPU have SVM or VMX turned on for KVM? */
bool kvm_has_cpu(void);

#endif /* JAILHOUSE_DRIVER_X86_H */
