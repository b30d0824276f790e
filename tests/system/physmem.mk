# SPDX-License-Identifier: GPL-2.0-only
# The module behind the program physmem, for each kernel: /usr/bin/physmem-KERNELRELEASE.ko.

physmem-out := $(O)/tests/physmem-module

# $(1): build tree, $(2): its release
define physmem-rules
$(O)/tests/physmem-$(2).ko: tests/system/physmem_module.c tests/system/physmem.mk
	$$(call say,MODULE,$$@)
	$$(Q)mkdir -p $(physmem-out)/$(2)
	$$(Q)ln -sf $$(abspath $$<) $(physmem-out)/$(2)/
	$$(Q)echo 'obj-m := physmem_module.o' >$(physmem-out)/$(2)/Kbuild
	$$(Q)$$(MAKE) -C $(1) M=$$(abspath $(physmem-out)/$(2)) ARCH=$(driver-karch) \
		CROSS_COMPILE=$(CROSS) CONFIG_DEBUG_INFO_BTF_MODULES= \
		$$(if $(filter 1,$(V)),V=1,-s) modules
	$$(Q)$$(OBJCOPY) --strip-debug $(physmem-out)/$(2)/physmem_module.ko $$@

LAB-y += $(O)/tests/physmem-$(2).ko
endef

$(foreach kdir,$(KDIRS),$(eval $(call physmem-rules,$(kdir),$(call driver-release,$(kdir)))))
