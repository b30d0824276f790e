# SPDX-License-Identifier: GPL-2.0-only
# What the scenario "refusals" needs: the program that runs its table, and the table.

LAB-y += $(O)/tests/refusals $(O)/tests/refusals.table

refusals-sources := $(addprefix tests/system/,refusals.c refusals_raw.c refusals_state.c \
	refusals_together.c refusals_sweep.c edit.c)

$(O)/tests/refusals: $(refusals-sources) tests/system/refusals.h tests/system/edit.h $(LIBJAILHOUSE) \
		tests/system/refusals.mk
	$(call say,CC,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(USER_CFLAGS) -static -o $@ $(refusals-sources) $(LIBJAILHOUSE)

$(O)/tests/refusals.table: tests/system/refusals.table
	@mkdir -p $(@D)
	$(Q)cp $< $@

# The driver that runs out of things, for each kernel: /usr/bin/starved-KERNELRELEASE.ko.
starve-sources := $(wildcard driver/*.c driver/*.h driver/*.S tests/system/starve/*)

# $(1): build tree, $(2): its release
define starve-rules
$(O)/tests/starved-$(2).ko: $(starve-sources) driver/Kbuild $(wildcard include/jailhouse/*.h) \
		tests/system/refusals.mk
	$$(call say,MODULE,$$@)
	$$(Q)mkdir -p $(lab-modules-out)/$(2)/starved
	$$(Q)ln -sf $$(abspath $(starve-sources)) $(lab-modules-out)/$(2)/starved/
	$$(Q)ln -sf $$(abspath driver/Kbuild) $(lab-modules-out)/$(2)/starved/driver.Kbuild
	$$(Q)$$(MAKE) -C $(1) M=$$(abspath $(lab-modules-out)/$(2)/starved) ARCH=$(lab-karch) \
		CROSS_COMPILE=$(CROSS) JAILHOUSE_INCLUDE=$$(abspath include) \
		CONFIG_DEBUG_INFO_BTF_MODULES= $$(if $(filter 1,$(V)),V=1,-s) modules
	$$(Q)$$(OBJCOPY) --strip-debug $(lab-modules-out)/$(2)/starved/jailhouse.ko $$@

LAB-y += $(O)/tests/starved-$(2).ko
endef

$(foreach kdir,$(KDIRS),$(eval $(call starve-rules,$(kdir),$(call lab-release,$(kdir)))))
