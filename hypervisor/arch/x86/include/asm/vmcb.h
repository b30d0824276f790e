/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The virtual machine control block of AMD-V (AMD APM volume 2, appendix B), and the one way to
 * change it.
 *
 * The processor may keep parts of the block cached over an exit. Which parts it may take from the
 * cache is said by the clean bits (APM 15.15): a bit that is set promises that its group was not
 * changed. So every field that belongs to a group is written by VMCB_SET_x, which takes the
 * promise back; fields outside of the groups are always read from memory and are simply assigned.
 */
#ifndef ASM_VMCB_H
#define ASM_VMCB_H

#include <stdbool.h>
#include <stddef.h>

#include <asm/x86.h>
#include <jailhouse/types.h>

struct vmcb_segment {
	u16 selector;
	u16 attributes; /* type 0-3, S 4, DPL 5-6, P 7, AVL 8, L 9, D/B 10, G 11 */
	u32 limit;
	u64 base;
};

struct vmcb {
	u16 intercept_cr_read, intercept_cr_write;
	u16 intercept_dr_read, intercept_dr_write;
	u32 intercept_exceptions;
	u32 intercept_misc1, intercept_misc2, intercept_misc3;
	u8 reserved1[0x3c - 0x18];
	u16 pause_threshold, pause_count;
	u64 iopm, msrpm;
	u64 tsc_offset;
	u32 asid;
	u8 tlb_control, reserved2[3];
	u64 vintr;
	u64 interrupt_shadow;
	u64 exit_code, exit_info1, exit_info2, exit_int_info;
	u64 nested;
	u8 reserved3[0xa8 - 0x98];
	u64 event;
	u64 nested_cr3;
	u64 virt_ext;
	u32 clean, reserved4;
	u64 next_rip;
	u8 fetched, bytes[15];
	u8 reserved5[0x400 - 0xe0];

	struct vmcb_segment es, cs, ss, ds, fs, gs, gdtr, ldtr, idtr, tr;
	u8 reserved6[0x4cb - 0x4a0];
	u8 cpl;
	u32 reserved7;
	u64 efer;
	u8 reserved8[0x548 - 0x4d8];
	u64 cr4, cr3, cr0, dr7, dr6;
	u64 rflags, rip;
	u8 reserved9[0x5d8 - 0x580];
	u64 rsp;
	u64 s_cet, ssp, isst_addr;
	u64 rax;
	u64 star, lstar, cstar, sfmask, kernel_gs_base;
	u64 sysenter_cs, sysenter_esp, sysenter_eip;
	u64 cr2;
	u8 reserved10[0x668 - 0x648];
	u64 pat, debugctl;
	u64 last_branch[4];
	u8 reserved11[0x1000 - 0x698];
};

_Static_assert(offsetof(struct vmcb, iopm) == 0x40, "APM table B-1");
_Static_assert(offsetof(struct vmcb, vintr) == 0x60, "APM table B-1");
_Static_assert(offsetof(struct vmcb, exit_code) == 0x70, "APM table B-1");
_Static_assert(offsetof(struct vmcb, event) == 0xa8, "APM table B-1");
_Static_assert(offsetof(struct vmcb, clean) == 0xc0, "APM table B-1");
_Static_assert(offsetof(struct vmcb, bytes) == 0xd1, "APM table B-1");
_Static_assert(offsetof(struct vmcb, cpl) == 0x4cb, "APM table B-2");
_Static_assert(offsetof(struct vmcb, efer) == 0x4d0, "APM table B-2");
_Static_assert(offsetof(struct vmcb, cr4) == 0x548, "APM table B-2");
_Static_assert(offsetof(struct vmcb, rflags) == 0x570, "APM table B-2");
_Static_assert(offsetof(struct vmcb, rsp) == 0x5d8, "APM table B-2");
_Static_assert(offsetof(struct vmcb, rax) == 0x5f8, "APM table B-2");
_Static_assert(offsetof(struct vmcb, cr2) == 0x640, "APM table B-2");
_Static_assert(offsetof(struct vmcb, pat) == 0x668, "APM table B-2");
_Static_assert(sizeof(struct vmcb) == 0x1000, "a page");

/* Intercepts, first word */
#define MISC1_NMI      (1U << 1)
#define MISC1_INIT     (1U << 3)
#define MISC1_RDPMC    (1U << 15)
#define MISC1_CPUID    (1U << 18)
#define MISC1_RSM      (1U << 19)
#define MISC1_IRET     (1U << 20)
#define MISC1_INVD     (1U << 22)
#define MISC1_INVLPGA  (1U << 26)
#define MISC1_IOIO     (1U << 27)
#define MISC1_MSR      (1U << 28)
#define MISC1_SHUTDOWN (1U << 31)
/* second word */
#define MISC2_VMRUN   (1U << 0)
#define MISC2_VMMCALL (1U << 1)
#define MISC2_VMLOAD  (1U << 2)
#define MISC2_VMSAVE  (1U << 3)
#define MISC2_STGI    (1U << 4)
#define MISC2_CLGI    (1U << 5)
#define MISC2_SKINIT  (1U << 6)
#define MISC2_WBINVD  (1U << 9)
/* third word */
#define MISC3_INVLPGB (3U << 0)
#define MISC3_TLBSYNC (1U << 4)

/* Exit codes (APM appendix C) */
#define EXIT_EXCEPTION(n)    (0x40ULL + (n))
#define EXIT_NMI	     0x61ULL
#define EXIT_INIT	     0x63ULL
#define EXIT_RDPMC	     0x6fULL
#define EXIT_CPUID	     0x72ULL
#define EXIT_RSM	     0x73ULL
#define EXIT_IRET	     0x74ULL
#define EXIT_INVD	     0x76ULL
#define EXIT_INVLPGA	     0x7aULL
#define EXIT_IOIO	     0x7bULL
#define EXIT_MSR	     0x7cULL
#define EXIT_SHUTDOWN	     0x7fULL
#define EXIT_VMRUN	     0x80ULL
#define EXIT_VMMCALL	     0x81ULL
#define EXIT_VMLOAD	     0x82ULL
#define EXIT_VMSAVE	     0x83ULL
#define EXIT_STGI	     0x84ULL
#define EXIT_CLGI	     0x85ULL
#define EXIT_SKINIT	     0x86ULL
#define EXIT_WBINVD	     0x89ULL
#define EXIT_INVLPGB	     0xa0ULL
#define EXIT_INVLPGB_ILLEGAL 0xa1ULL
#define EXIT_TLBSYNC	     0xa4ULL
#define EXIT_NPF	     0x400ULL
#define EXIT_INVALID	     (~0ULL)

/* Events: injected, or on their way when the exit came (APM 15.20, 15.7.2) */
#define EVENT_VECTOR(event)  ((event)&0xff)
#define EVENT_TYPE(event)    ((event) >> 8 & 7)
#define EVENT_TYPE_NMI	     2ULL
#define EVENT_TYPE_EXCEPTION 3ULL
#define EVENT_TYPE_SOFT	     4ULL
#define EVENT_HAS_ERROR	     (1ULL << 11)
#define EVENT_VALID	     (1ULL << 31)

/*
 * What has to be delivered again of EXITINTINFO: 0 if there was no event, or one that comes from an instruction,
 * which is repeated. Exceptions that an instruction asks for (INT3, INTO) count as such here. QEMU calls
 * interrupts and NMIs exceptions, and then refuses them.
 */
static inline u64 svm_event_again(u64 event)
{
	u64 vector = EVENT_VECTOR(event), type = EVENT_TYPE(event);

	if (__builtin_expect(!(event & EVENT_VALID), 1) || type == EVENT_TYPE_SOFT)
		return 0;
	if (type != EVENT_TYPE_EXCEPTION)
		return event;
	if (vector == VECTOR_BP || vector == VECTOR_OF)
		return 0;
	if (vector == VECTOR_NMI)
		return vector | EVENT_TYPE_NMI << 8 | EVENT_VALID;
	return vector > 31 ? vector | EVENT_VALID : event;
}

/* Nested page fault, EXITINFO1 (APM 15.25.6) */
#define NPF_WRITE (1ULL << 1)
#define NPF_FETCH (1ULL << 4)
#define NPF_TABLE (1ULL << 33) /* while the guest's own tables were walked */

#define NESTED_ENABLE  (1ULL << 0)
#define NESTED_INVLPGB (1ULL << 7)

#define TLB_KEEP       0
#define TLB_FLUSH_ALL  1 /* of all ASIDs */
#define TLB_FLUSH_ASID 3

/* Groups of the clean bits (APM 15.15.3) */
#define CLEAN_INTERCEPTS (1U << 0)
#define CLEAN_MAPS	 (1U << 1)
#define CLEAN_ASID	 (1U << 2)
#define CLEAN_VINTR	 (1U << 3)
#define CLEAN_NESTED	 (1U << 4)
#define CLEAN_CR	 (1U << 5)
#define CLEAN_DR	 (1U << 6)
#define CLEAN_DT	 (1U << 7)
#define CLEAN_SEGMENTS	 (1U << 8)
#define CLEAN_CR2	 (1U << 9)
#define CLEAN_DEBUG	 (1U << 10)
#define CLEAN_CET	 (1U << 12)
#define CLEAN_ALL	 0x17ffU

/* After an exit nothing has been changed yet. */
static inline void vmcb_exited(struct vmcb *vmcb)
{
	vmcb->clean = CLEAN_ALL;
	vmcb->tlb_control = TLB_KEEP;
}

/* The processor may know nothing: the first run, or the block of another guest. */
static inline void vmcb_renew(struct vmcb *vmcb)
{
	vmcb->clean = 0;
}

#define VMCB_SET(vmcb, field, value, group)     \
	do {                                    \
		(vmcb)->field = (value);        \
		(vmcb)->clean &= ~(u32)(group); \
	} while (0)

#define VMCB_SET_INTERCEPT(vmcb, field, value) \
	VMCB_SET(vmcb, intercept_##field, value, CLEAN_INTERCEPTS)
#define VMCB_SET_MAP(vmcb, field, value)     VMCB_SET(vmcb, field, value, CLEAN_MAPS)
#define VMCB_SET_ASID(vmcb, value)	     VMCB_SET(vmcb, asid, value, CLEAN_ASID)
#define VMCB_SET_NESTED(vmcb, field, value)  VMCB_SET(vmcb, field, value, CLEAN_NESTED)
#define VMCB_SET_CR(vmcb, field, value)	     VMCB_SET(vmcb, field, value, CLEAN_CR)
#define VMCB_SET_DR(vmcb, field, value)	     VMCB_SET(vmcb, field, value, CLEAN_DR)
#define VMCB_SET_SEGMENT(vmcb, field, value) VMCB_SET(vmcb, field, value, CLEAN_SEGMENTS)

#endif /* ASM_VMCB_H */
