# SPDX-License-Identifier: GPL-2.0-only
# Programs that the scenarios use inside the lab's machine; LAB-y goes to /usr/bin of the ramdisk.

LAB-y += $(O)/tests/kvm_run $(O)/tests/physmem $(O)/tests/config_edit $(O)/tests/kexec \
	$(O)/tests/attacks $(O)/tests/driver_fuzz $(O)/tests/enable_fuzz
ifeq ($(ARCH),arm64)
LAB-y += $(O)/tests/cpu_state
endif
ifeq ($(ARCH),x86)
LAB-y += $(O)/tests/ports
endif

include tests/system/modules.mk
include tests/system/faults.mk
include tests/system/refusals.mk

$(O)/tests/config_edit: tests/system/config_edit.c tests/system/edit.c tests/system/edit.h
	$(call say,CC,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) -std=gnu11 -O2 -Wall -Wextra -Werror -Iinclude -static -o $@ $(filter %.c,$^)

# One of them controls cells.
$(O)/tests/attacks: $(LIBJAILHOUSE)

$(O)/tests/%: tests/system/%.c tests/system/build.mk
	$(call say,CC,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) -std=gnu11 -O2 -Wall -Wextra -Werror -Iinclude -Ilib -static -MMD -MP -o $@ $< \
		$(filter %.a,$^)

-include $(wildcard $(O)/tests/*.d)
