# SPDX-License-Identifier: GPL-2.0-only
# Kernel modules of scenarios, for each kernel: NAME_module.c, here or in bench/, becomes
# /usr/bin/NAME-KERNELRELEASE.ko.

LAB-MODULES := physmem stall fault
ifeq ($(ARCH),x86)
LAB-MODULES += msr rootcost lost
else
LAB-MODULES += stop smc its stray
endif
lab-modules-out := $(O)/tests/modules
lab-karch := $(if $(filter x86,$(ARCH)),x86_64,$(ARCH))
lab-release = $(shell sed -n 's/.*UTS_RELEASE "\(.*\)"/\1/p' $(1)/include/generated/utsrelease.h)

# $(1): build tree, $(2): its release, $(3): module
define lab-module-rules
$(O)/tests/$(3)-$(2).ko: $(wildcard tests/system/$(3)_module.c bench/$(3)_module.c) \
		tests/system/modules.mk
	$$(call say,MODULE,$$@)
	$$(Q)mkdir -p $(lab-modules-out)/$(2)/$(3)
	$$(Q)ln -sf $$(abspath $$<) $(lab-modules-out)/$(2)/$(3)/
	$$(Q)echo 'obj-m := $(3)_module.o' >$(lab-modules-out)/$(2)/$(3)/Kbuild
	$$(Q)$$(MAKE) -C $(1) M=$$(abspath $(lab-modules-out)/$(2)/$(3)) ARCH=$(lab-karch) \
		CROSS_COMPILE=$(CROSS) CONFIG_DEBUG_INFO_BTF_MODULES= \
		$$(if $(filter 1,$(V)),V=1,-s) modules
	$$(Q)$$(OBJCOPY) --strip-debug $(lab-modules-out)/$(2)/$(3)/$(3)_module.ko $$@

LAB-y += $(O)/tests/$(3)-$(2).ko
endef

$(foreach kdir,$(KDIRS),$(foreach module,$(LAB-MODULES),\
	$(eval $(call lab-module-rules,$(kdir),$(call lab-release,$(kdir)),$(module)))))
