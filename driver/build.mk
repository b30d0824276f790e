# SPDX-License-Identifier: GPL-2.0-only
#
# The kernel module, once for each prepared kernel build tree in KDIRS:
# $(O)/driver/KERNELRELEASE/jailhouse.ko. The kernel's build system puts its output beside the
# sources, so each kernel gets a directory of links to them.

driver-sources := $(wildcard driver/*.c driver/*.h driver/*.S) driver/Kbuild
driver-headers := $(wildcard include/jailhouse/*.h)
driver-karch := $(if $(filter x86,$(ARCH)),x86_64,$(ARCH))

driver-release = $(shell sed -n 's/.*UTS_RELEASE "\(.*\)"/\1/p' $(1)/include/generated/utsrelease.h)

-include tests/system/driver.mk

# $(1): build tree, $(2): its release
define driver-rules
$(O)/driver/$(2)/jailhouse.ko: $(driver-sources) $(driver-headers) driver/build.mk
	$$(call say,MODULE,$$@)
	$$(Q)mkdir -p $$(@D)
	$$(Q)ln -sf $$(abspath $(driver-sources)) $$(@D)/
	$$(Q)$$(MAKE) -C $(1) M=$$(abspath $$(@D)) ARCH=$(driver-karch) CROSS_COMPILE=$(CROSS) \
		JAILHOUSE_INCLUDE=$$(abspath include) CONFIG_DEBUG_INFO_BTF_MODULES= \
		$$(if $(filter 1,$(V)),V=1,-s) modules
	$$(Q)touch $$@

install-driver-$(2): $(O)/driver/$(2)/jailhouse.ko
	$$(Q)install -d $$(DESTDIR)/lib/modules/$(2)/extra
	$$(Q)$$(OBJCOPY) --strip-debug $$< $$(DESTDIR)/lib/modules/$(2)/extra/jailhouse.ko

ALL-y += $(O)/driver/$(2)/jailhouse.ko
install-driver: install-driver-$(2)
.PHONY: install-driver-$(2)
endef

$(foreach kdir,$(KDIRS),$(eval $(call driver-rules,$(kdir),$(call driver-release,$(kdir)))))

.PHONY: install-driver
install-driver:
INSTALL-y += install-driver
