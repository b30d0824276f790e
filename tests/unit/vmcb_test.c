/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The control block of AMD-V: where the fields are (AMD APM volume 2, tables B-1 and B-2), that a change
 * takes back the promise of its group, and of no other (15.15.3), and which events are delivered again.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <asm/vmcb.h>

static struct vmcb block;

#define FIELD(f, o, s)                                                  \
	{                                                               \
#f, offsetof(struct vmcb, f), sizeof(block.f), (o), (s) \
	}

static const struct {
	const char *name;
	size_t offset, size;
	size_t manual_offset, manual_size;
} fields[] = {
	FIELD(intercept_cr_read, 0x000, 2),
	FIELD(intercept_cr_write, 0x002, 2),
	FIELD(intercept_dr_read, 0x004, 2),
	FIELD(intercept_dr_write, 0x006, 2),
	FIELD(intercept_exceptions, 0x008, 4),
	FIELD(intercept_misc1, 0x00c, 4),
	FIELD(intercept_misc2, 0x010, 4),
	FIELD(intercept_misc3, 0x014, 4),
	FIELD(pause_threshold, 0x03c, 2),
	FIELD(pause_count, 0x03e, 2),
	FIELD(iopm, 0x040, 8),
	FIELD(msrpm, 0x048, 8),
	FIELD(tsc_offset, 0x050, 8),
	FIELD(asid, 0x058, 4),
	FIELD(tlb_control, 0x05c, 1),
	FIELD(vintr, 0x060, 8),
	FIELD(interrupt_shadow, 0x068, 8),
	FIELD(exit_code, 0x070, 8),
	FIELD(exit_info1, 0x078, 8),
	FIELD(exit_info2, 0x080, 8),
	FIELD(exit_int_info, 0x088, 8),
	FIELD(nested, 0x090, 8),
	FIELD(event, 0x0a8, 8),
	FIELD(nested_cr3, 0x0b0, 8),
	FIELD(virt_ext, 0x0b8, 8),
	FIELD(clean, 0x0c0, 4),
	FIELD(next_rip, 0x0c8, 8),
	FIELD(fetched, 0x0d0, 1),
	FIELD(bytes, 0x0d1, 15),
	FIELD(es, 0x400, 16),
	FIELD(cs, 0x410, 16),
	FIELD(ss, 0x420, 16),
	FIELD(ds, 0x430, 16),
	FIELD(fs, 0x440, 16),
	FIELD(gs, 0x450, 16),
	FIELD(gdtr, 0x460, 16),
	FIELD(ldtr, 0x470, 16),
	FIELD(idtr, 0x480, 16),
	FIELD(tr, 0x490, 16),
	FIELD(cpl, 0x4cb, 1),
	FIELD(efer, 0x4d0, 8),
	FIELD(cr4, 0x548, 8),
	FIELD(cr3, 0x550, 8),
	FIELD(cr0, 0x558, 8),
	FIELD(dr7, 0x560, 8),
	FIELD(dr6, 0x568, 8),
	FIELD(rflags, 0x570, 8),
	FIELD(rip, 0x578, 8),
	FIELD(rsp, 0x5d8, 8),
	FIELD(rax, 0x5f8, 8),
	FIELD(star, 0x600, 8),
	FIELD(lstar, 0x608, 8),
	FIELD(cstar, 0x610, 8),
	FIELD(sfmask, 0x618, 8),
	FIELD(kernel_gs_base, 0x620, 8),
	FIELD(sysenter_cs, 0x628, 8),
	FIELD(sysenter_esp, 0x630, 8),
	FIELD(sysenter_eip, 0x638, 8),
	FIELD(cr2, 0x640, 8),
	FIELD(pat, 0x668, 8),
	FIELD(debugctl, 0x670, 8),
};

static void fields_are_where_the_manual_says(void **state)
{
	size_t n;

	(void)state;
	for (n = 0; n < sizeof(fields) / sizeof(fields[0]); n++)
		if (fields[n].offset != fields[n].manual_offset ||
		    fields[n].size != fields[n].manual_size)
			fail_msg("%s: 0x%zx+%zu, not 0x%zx+%zu", fields[n].name, fields[n].offset,
				 fields[n].size, fields[n].manual_offset, fields[n].manual_size);
	assert_int_equal(sizeof(struct vmcb), 4096);
	assert_int_equal(offsetof(struct vmcb_segment, attributes), 2);
	assert_int_equal(offsetof(struct vmcb_segment, limit), 4);
	assert_int_equal(offsetof(struct vmcb_segment, base), 8);
}

/* After the statement only the promise of bit @bit is missing, and nothing but the field is set. */
#define assert_takes_back(bit, field_offset, field_size, statement)     \
	do {                                                            \
		struct vmcb *v = &block;                                \
		memset(v, 0, sizeof(*v));                               \
		vmcb_exited(v);                                         \
		statement;                                              \
		assert_int_equal(v->clean, CLEAN_ALL & ~(1U << (bit))); \
		assert_only_changed(field_offset, field_size);          \
		statement;                                              \
		assert_int_equal(v->clean, CLEAN_ALL & ~(1U << (bit))); \
	} while (0)

static void assert_only_changed(size_t offset, size_t size)
{
	const u8 *bytes = (const u8 *)&block;
	size_t n;
	u8 any = 0;

	for (n = 0; n < sizeof(block); n++) {
		if (n >= offset && n < offset + size)
			any |= bytes[n];
		else if (n < 0xc0 || n >= 0xc4)
			assert_int_equal(bytes[n], 0);
	}
	assert_int_not_equal(any, 0);
}

static void changes_take_back_promises(void **state)
{
	(void)state;
	assert_takes_back(0, 0x000, 2, VMCB_SET_INTERCEPT(v, cr_read, 1));
	assert_takes_back(0, 0x008, 4, VMCB_SET_INTERCEPT(v, exceptions, 1U << 18));
	assert_takes_back(0, 0x00c, 4, VMCB_SET_INTERCEPT(v, misc1, MISC1_NMI));
	assert_takes_back(0, 0x010, 4, VMCB_SET_INTERCEPT(v, misc2, MISC2_VMRUN));
	assert_takes_back(1, 0x040, 8, VMCB_SET_MAP(v, iopm, 0x1000));
	assert_takes_back(1, 0x048, 8, VMCB_SET_MAP(v, msrpm, 0x1000));
	assert_takes_back(2, 0x058, 4, VMCB_SET_ASID(v, 1));
	assert_takes_back(4, 0x090, 8, VMCB_SET_NESTED(v, nested, NESTED_ENABLE));
	assert_takes_back(4, 0x0b0, 8, VMCB_SET_NESTED(v, nested_cr3, 0x1000));
	assert_takes_back(4, 0x668, 8, VMCB_SET_NESTED(v, pat, 6));
	assert_takes_back(5, 0x4d0, 8, VMCB_SET_CR(v, efer, 0x1000));
	assert_takes_back(5, 0x548, 8, VMCB_SET_CR(v, cr4, 0x20));
	assert_takes_back(5, 0x550, 8, VMCB_SET_CR(v, cr3, 0x1000));
	assert_takes_back(5, 0x558, 8, VMCB_SET_CR(v, cr0, 1));
	assert_takes_back(6, 0x560, 8, VMCB_SET_DR(v, dr7, 0x400));
	assert_takes_back(6, 0x568, 8, VMCB_SET_DR(v, dr6, 0xffff0ff0));
	assert_takes_back(8, 0x4cb, 1, VMCB_SET_SEGMENT(v, cpl, 3));
	assert_takes_back(8, 0x410, 16,
			  VMCB_SET_SEGMENT(v, cs, ((struct vmcb_segment){ .selector = 8 })));
	assert_takes_back(3, 0x060, 8, VMCB_SET(v, vintr, 1ULL << 24, CLEAN_VINTR));
	assert_takes_back(7, 0x480, 16,
			  VMCB_SET(v, idtr, ((struct vmcb_segment){ .limit = 1 }), CLEAN_DT));
	assert_takes_back(9, 0x640, 8, VMCB_SET(v, cr2, 1, CLEAN_CR2));
	assert_takes_back(10, 0x670, 8, VMCB_SET(v, debugctl, 1, CLEAN_DEBUG));
}

static void changes_of_several_groups_add_up(void **state)
{
	(void)state;
	vmcb_exited(&block);
	VMCB_SET_CR(&block, cr0, 1);
	VMCB_SET_ASID(&block, 2);
	assert_int_equal(block.clean, CLEAN_ALL & ~(CLEAN_CR | CLEAN_ASID));
	vmcb_renew(&block);
	assert_int_equal(block.clean, 0);
	VMCB_SET_DR(&block, dr7, 0);
	assert_int_equal(block.clean, 0);
}

static void after_an_exit_all_is_clean(void **state)
{
	(void)state;
	memset(&block, 0, sizeof(block));
	block.tlb_control = TLB_FLUSH_ASID;
	vmcb_exited(&block);
	assert_int_equal(block.clean, CLEAN_ALL);
	assert_int_equal(block.tlb_control, 0);
	/* Bits of groups that are not known here are reserved, or of AVIC, which is not in use. */
	assert_int_equal(CLEAN_ALL & ~0x17ffU, 0);
}

static void what_is_delivered_again(void **state)
{
	const u64 exception = EVENT_VALID | EVENT_TYPE_EXCEPTION << 8;
	const u64 fault = exception | EVENT_HAS_ERROR | 14 | 2ULL << 32;

	(void)state;
	assert_int_equal(svm_event_again(EVENT_VALID | 0xec), EVENT_VALID | 0xec);
	assert_int_equal(svm_event_again(EVENT_VALID | EVENT_TYPE_NMI << 8 | 2),
			 EVENT_VALID | EVENT_TYPE_NMI << 8 | 2);
	assert_int_equal(svm_event_again(fault), fault);
	assert_int_equal(svm_event_again(exception | 6), exception | 6);
	assert_int_equal(svm_event_again(0xec), 0);
	/* The guest's instruction comes again. */
	assert_int_equal(svm_event_again(EVENT_VALID | EVENT_TYPE_SOFT << 8 | 0x80), 0);
	assert_int_equal(svm_event_again(exception | 3), 0);
	assert_int_equal(svm_event_again(exception | 4), 0);
	/* As QEMU says it */
	assert_int_equal(svm_event_again(exception | 0xec), EVENT_VALID | 0xec);
	assert_int_equal(svm_event_again(exception | 32), EVENT_VALID | 32);
	assert_int_equal(svm_event_again(exception | 2), EVENT_VALID | EVENT_TYPE_NMI << 8 | 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_are_where_the_manual_says),
		cmocka_unit_test(changes_take_back_promises),
		cmocka_unit_test(changes_of_several_groups_add_up),
		cmocka_unit_test(after_an_exit_all_is_clean),
		cmocka_unit_test(what_is_delivered_again),
	};

	return cmocka_run_group_tests_name("vmcb", tests, NULL, NULL);
}
