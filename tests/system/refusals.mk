# SPDX-License-Identifier: GPL-2.0-only
# What the scenario "refusals" needs: the program that runs its table, and the table.

LAB-y += $(O)/tests/refusals $(O)/tests/refusals.table

refusals-sources := $(addprefix tests/system/,refusals.c refusals_raw.c refusals_state.c \
	refusals_together.c edit.c)

$(O)/tests/refusals: $(refusals-sources) tests/system/refusals.h tests/system/edit.h $(LIBJAILHOUSE) \
		tests/system/refusals.mk
	$(call say,CC,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(USER_CFLAGS) -static -o $@ $(refusals-sources) $(LIBJAILHOUSE)

$(O)/tests/refusals.table: tests/system/refusals.table
	@mkdir -p $(@D)
	$(Q)cp $< $@
