/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The virtual machine control structure of VT-x: numbers of its fields (Intel SDM volume 3,
 * appendix B), bits of its controls (24.6 to 24.8), reasons of exits (appendix C).
 */
#ifndef ASM_VMCS_H
#define ASM_VMCS_H

/* Fields of 16 bits */
#define VMCS_VPID     0x0000
#define VMCS_GUEST_ES 0x0800 /* CS, SS, DS, FS, GS, LDTR, TR follow, 2 apart */
#define VMCS_HOST_ES  0x0c00
#define VMCS_HOST_CS  0x0c02
#define VMCS_HOST_SS  0x0c04
#define VMCS_HOST_DS  0x0c06
#define VMCS_HOST_FS  0x0c08
#define VMCS_HOST_GS  0x0c0a
#define VMCS_HOST_TR  0x0c0c

/* Fields of 64 bits */
#define VMCS_IO_BITMAP_A     0x2000
#define VMCS_IO_BITMAP_B     0x2002
#define VMCS_MSR_BITMAP	     0x2004
#define VMCS_EPT_POINTER     0x201a
#define VMCS_XSS_EXITING     0x202c
#define VMCS_PCONFIG_EXITING 0x203e
#define VMCS_GUEST_PHYSICAL  0x2400
#define VMCS_LINK_POINTER    0x2800
#define VMCS_GUEST_DEBUGCTL  0x2802
#define VMCS_GUEST_PAT	     0x2804
#define VMCS_GUEST_EFER	     0x2806
#define VMCS_HOST_PAT	     0x2c00
#define VMCS_HOST_EFER	     0x2c02

/* Fields of 32 bits */
#define VMCS_PIN_CONTROLS	0x4000
#define VMCS_CPU_CONTROLS	0x4002
#define VMCS_EXCEPTIONS		0x4004
#define VMCS_PF_MASK		0x4006
#define VMCS_PF_MATCH		0x4008
#define VMCS_CR3_TARGETS	0x400a
#define VMCS_EXIT_CONTROLS	0x400c
#define VMCS_EXIT_STORES	0x400e
#define VMCS_EXIT_LOADS		0x4010
#define VMCS_ENTRY_CONTROLS	0x4012
#define VMCS_ENTRY_LOADS	0x4014
#define VMCS_ENTRY_EVENT	0x4016
#define VMCS_ENTRY_ERROR	0x4018
#define VMCS_ENTRY_LENGTH	0x401a
#define VMCS_CPU2_CONTROLS	0x401e
#define VMCS_INSTRUCTION_ERROR	0x4400
#define VMCS_EXIT_REASON	0x4402
#define VMCS_EXIT_EVENT		0x4404
#define VMCS_EXIT_ERROR		0x4406
#define VMCS_VECTORING_EVENT	0x4408
#define VMCS_VECTORING_ERROR	0x440a
#define VMCS_INSTRUCTION_LENGTH 0x440c
#define VMCS_GUEST_ES_LIMIT	0x4800 /* the others follow, then: */
#define VMCS_GUEST_GDTR_LIMIT	0x4810
#define VMCS_GUEST_IDTR_LIMIT	0x4812
#define VMCS_GUEST_ES_RIGHTS	0x4814
#define VMCS_GUEST_CS_RIGHTS	0x4816
#define VMCS_GUEST_SS_RIGHTS	0x4818
#define VMCS_GUEST_TR_RIGHTS	0x4822
#define VMCS_INTERRUPTIBILITY	0x4824
#define VMCS_ACTIVITY		0x4826
#define VMCS_GUEST_SYSENTER_CS	0x482a
#define VMCS_HOST_SYSENTER_CS	0x4c00

/* Fields of the natural width */
#define VMCS_CR0_MASK		0x6000
#define VMCS_CR4_MASK		0x6002
#define VMCS_CR0_SHADOW		0x6004
#define VMCS_CR4_SHADOW		0x6006
#define VMCS_QUALIFICATION	0x6400
#define VMCS_GUEST_CR0		0x6800
#define VMCS_GUEST_CR3		0x6802
#define VMCS_GUEST_CR4		0x6804
#define VMCS_GUEST_ES_BASE	0x6806 /* the others follow, then: */
#define VMCS_GUEST_CS_BASE	0x6808
#define VMCS_GUEST_GDTR_BASE	0x6816
#define VMCS_GUEST_IDTR_BASE	0x6818
#define VMCS_GUEST_DR7		0x681a
#define VMCS_GUEST_RSP		0x681c
#define VMCS_GUEST_RIP		0x681e
#define VMCS_GUEST_RFLAGS	0x6820
#define VMCS_PENDING_DEBUG	0x6822
#define VMCS_GUEST_SYSENTER_ESP 0x6824
#define VMCS_GUEST_SYSENTER_EIP 0x6826
#define VMCS_HOST_CR0		0x6c00
#define VMCS_HOST_CR3		0x6c02
#define VMCS_HOST_CR4		0x6c04
#define VMCS_HOST_FS_BASE	0x6c06
#define VMCS_HOST_GS_BASE	0x6c08
#define VMCS_HOST_TR_BASE	0x6c0a
#define VMCS_HOST_GDTR_BASE	0x6c0c
#define VMCS_HOST_IDTR_BASE	0x6c0e
#define VMCS_HOST_SYSENTER_ESP	0x6c10
#define VMCS_HOST_SYSENTER_EIP	0x6c12
#define VMCS_HOST_RSP		0x6c14
#define VMCS_HOST_RIP		0x6c16

/* Controls by pins (24.6.1) */
#define PIN_INTERRUPT	(1U << 0)
#define PIN_NMI		(1U << 3)
#define PIN_VIRTUAL_NMI (1U << 5)
#define PIN_PREEMPTION	(1U << 6)
#define PIN_POSTED	(1U << 7)

/* Primary controls of the processor (24.6.2) */
#define CPU_INTERRUPT_WINDOW (1U << 2)
#define CPU_TSC_OFFSET	     (1U << 3)
#define CPU_HLT		     (1U << 7)
#define CPU_INVLPG	     (1U << 9)
#define CPU_MWAIT	     (1U << 10)
#define CPU_RDPMC	     (1U << 11)
#define CPU_RDTSC	     (1U << 12)
#define CPU_CR3_LOAD	     (1U << 15)
#define CPU_CR3_STORE	     (1U << 16)
#define CPU_CR8_LOAD	     (1U << 19)
#define CPU_CR8_STORE	     (1U << 20)
#define CPU_TPR_SHADOW	     (1U << 21)
#define CPU_NMI_WINDOW	     (1U << 22)
#define CPU_DR		     (1U << 23)
#define CPU_ALL_IO	     (1U << 24)
#define CPU_IO_BITMAPS	     (1U << 25)
#define CPU_TRAP_FLAG	     (1U << 27)
#define CPU_MSR_BITMAPS	     (1U << 28)
#define CPU_MONITOR	     (1U << 29)
#define CPU_PAUSE	     (1U << 30)
#define CPU_SECONDARY	     (1U << 31)

/* Secondary ones */
#define CPU2_APIC_ACCESSES (1U << 0)
#define CPU2_EPT	   (1U << 1)
#define CPU2_TABLES	   (1U << 2)
#define CPU2_RDTSCP	   (1U << 3)
#define CPU2_X2APIC	   (1U << 4)
#define CPU2_VPID	   (1U << 5)
#define CPU2_WBINVD	   (1U << 6)
#define CPU2_UNRESTRICTED  (1U << 7)
#define CPU2_PAUSE_LOOP	   (1U << 10)
#define CPU2_RDRAND	   (1U << 11)
#define CPU2_INVPCID	   (1U << 12)
#define CPU2_RDSEED	   (1U << 16)
#define CPU2_XSAVES	   (1U << 20)
#define CPU2_PASID	   (1U << 21)
#define CPU2_USER_WAIT	   (1U << 26)
#define CPU2_PCONFIG	   (1U << 27)

/* Exits (24.7.1) */
#define EXIT_SAVE_DEBUG	  (1U << 2)
#define EXIT_HOST_64	  (1U << 9)
#define EXIT_LOAD_PERF	  (1U << 12)
#define EXIT_ACKNOWLEDGE  (1U << 15)
#define EXIT_SAVE_PAT	  (1U << 18)
#define EXIT_LOAD_PAT	  (1U << 19)
#define EXIT_SAVE_EFER	  (1U << 20)
#define EXIT_LOAD_EFER	  (1U << 21)
#define EXIT_SAVE_PREEMPT (1U << 22)

/* Entries (24.8.1) */
#define ENTRY_LOAD_DEBUG (1U << 2)
#define ENTRY_GUEST_64	 (1U << 9)
#define ENTRY_SMM	 (1U << 10)
#define ENTRY_LOAD_PERF	 (1U << 13)
#define ENTRY_LOAD_PAT	 (1U << 14)
#define ENTRY_LOAD_EFER	 (1U << 15)

/* Events, on their way in or out: as in vmcb.h, but for exceptions that instructions ask for (24.8.3) */
#define EVENT_TYPE_HARD_MAX    3ULL
#define EVENT_UNBLOCKED_NMI    (1ULL << 12) /* in the event of an exit: an IRET failed half way */
#define EVENT_BITS	       0x80000fffULL
#define QUALIFICATION_NMI_IRET (1ULL << 12) /* the same of an EPT violation */

/* Interruptibility (24.4.2) */
#define BLOCKED_BY_STI	  (1U << 0)
#define BLOCKED_BY_MOV_SS (1U << 1)
#define BLOCKED_BY_NMI	  (1U << 3)

#define ACTIVITY_ACTIVE 0
#define ACTIVITY_HLT	1

#define RIGHTS_UNUSABLE (1U << 16)

/* Reasons of exits */
#define REASON_EXCEPTION	0
#define REASON_INTERRUPT	1
#define REASON_TRIPLE_FAULT	2
#define REASON_INIT		3
#define REASON_INTERRUPT_WINDOW 7
#define REASON_NMI_WINDOW	8
#define REASON_TASK_SWITCH	9
#define REASON_CPUID		10
#define REASON_GETSEC		11
#define REASON_INVD		13
#define REASON_RDPMC		15
#define REASON_VMCALL		18
#define REASON_VMX_FIRST	19 /* VMCLEAR to VMXON */
#define REASON_VMX_LAST		27
#define REASON_CR		28
#define REASON_IO		30
#define REASON_RDMSR		31
#define REASON_WRMSR		32
#define REASON_GUEST_STATE	33
#define REASON_MSR_LOAD		34
#define REASON_MACHINE_CHECK	41
#define REASON_EPT_VIOLATION	48
#define REASON_EPT_MISCONFIG	49
#define REASON_INVEPT		50
#define REASON_INVVPID		53
#define REASON_WBINVD		54
#define REASON_XSETBV		55
#define REASON_ENTRY_FAILED	(1U << 31)

/* Qualification of an EPT violation (27.2.1) */
#define VIOLATION_WRITE	 (1U << 1)
#define VIOLATION_FETCH	 (1U << 2)
#define VIOLATION_LINEAR (1U << 7)
#define VIOLATION_DATA	 (1U << 8) /* not one of the guest's page tables */

/* Entries of EPT (28.3.2): the bits that differ from those in pte.h; reading is "present". */
#define EPT_WRITE	  (1ULL << 1)
#define EPT_EXECUTE	  (1ULL << 2)
#define EPT_WRITE_BACK	  (6ULL << 3)
#define EPT_TABLE_BITS	  (EPT_WRITE | EPT_EXECUTE)
#define EPTP_WRITE_BACK	  6ULL
#define EPTP_LEVELS(n)	  ((u64)((n)-1) << 3)
#define EPT_CAP_4_LEVELS  (1ULL << 6)
#define EPT_CAP_WB	  (1ULL << 14)
#define EPT_CAP_2M	  (1ULL << 16)
#define EPT_CAP_1G	  (1ULL << 17)
#define EPT_CAP_INVEPT	  (1ULL << 20)
#define EPT_CAP_FLUSH_ALL (1ULL << 26)

/* Capabilities (appendix A) */
#define MSR_FEATURE_CONTROL   0x0000003a
#define FEATURE_LOCKED	      (1ULL << 0)
#define FEATURE_VMX	      (1ULL << 2) /* outside of SMX */
#define MSR_VMX_BASIC	      0x00000480
#define MSR_VMX_CR0_FIXED0    0x00000486
#define MSR_VMX_CR0_FIXED1    0x00000487
#define MSR_VMX_CR4_FIXED0    0x00000488
#define MSR_VMX_CR4_FIXED1    0x00000489
#define MSR_VMX_CPU2	      0x0000048b
#define MSR_VMX_EPT_VPID      0x0000048c
#define MSR_VMX_TRUE_PIN      0x0000048d
#define MSR_VMX_TRUE_CPU      0x0000048e
#define MSR_VMX_TRUE_EXIT     0x0000048f
#define MSR_VMX_TRUE_ENTRY    0x00000490
#define MSR_VMX_LAST	      0x00000493
#define VMX_BASIC_REVISION    0x7fffffffULL
#define VMX_BASIC_TRUE	      (1ULL << 55)
#define VMX_BASIC_TYPE(basic) ((basic) >> 50 & 15)
#define VMX_TYPE_WRITE_BACK   6

#endif /* ASM_VMCS_H */
