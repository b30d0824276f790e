# SPDX-License-Identifier: GPL-2.0-only
#
# The ramdisk of the lab: busybox, the kernels' modules, everything that "make install" installs and
# the programs of the tests. One for all kernels of an architecture.

lab-busybox := .cache/busybox-$(ARCH)
lab-modules := $(wildcard .cache/kernels/$(ARCH)-*/modules)
lab-root := $(O)/lab/root

.PHONY: ramdisk
ramdisk: $(O)/lab/ramdisk.cpio

$(O)/lab/ramdisk.cpio: $(ALL-y) $(LAB-y) $(lab-busybox) $(lab-modules:%/modules=%/recipe) \
		lab/guest/init lab/guest/lib.sh lab/ramdisk
	$(call say,RAMDISK,$@)
	$(Q)lab/ramdisk root $(lab-root) $(lab-busybox) $(lab-modules)
	$(Q)$(MAKE) -s install ARCH=$(ARCH) DESTDIR=$(abspath $(lab-root))
	$(Q)for f in $(LAB-y); do install -D -t $(lab-root)/usr/bin $$f || exit 1; done
	$(Q)lab/ramdisk pack $(lab-root) $@

$(lab-busybox):
	@echo "$@ is missing: run lab/setup first" >&2; false
