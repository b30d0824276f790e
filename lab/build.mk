# SPDX-License-Identifier: GPL-2.0-only
#
# The ramdisk of the lab: busybox, the kernels' modules, everything that "make install" installs and
# the programs of the tests. One for all kernels of an architecture.

lab-busybox := .cache/busybox-$(ARCH)
lab-modules := $(wildcard .cache/kernels/$(ARCH)-*/modules)
lab-root := $(O)/lab/root

.PHONY: ramdisk
ramdisk: $(O)/lab/ramdisk.cpio

# The firmware of the lane virt-el3-6.1: at EL3, without the MMU.
ifeq ($(ARCH),arm64)
ramdisk: $(O)/lab/firmware.bin
ALL-y += $(O)/lab/firmware.bin
endif

lab-firmware := $(addprefix lab/firmware/,start.S main.c load.c tree.c)
$(O)/lab/firmware.bin: $(lab-firmware) lab/firmware/firmware.h lab/firmware/firmware.lds lab/build.mk
	$(call say,FIRMWARE,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) -std=gnu11 -O2 -Wall -Wextra -Werror -ffreestanding -fno-builtin -fno-pic -fno-pie \
		-fno-stack-protector -fno-asynchronous-unwind-tables -fno-tree-loop-distribute-patterns \
		-mgeneral-regs-only -mstrict-align -nostdlib -static -Wl,--build-id=none \
		-Wl,-z,noexecstack -Wl,-T,lab/firmware/firmware.lds -o $@.elf $(lab-firmware)
	$(Q)$(OBJCOPY) -O binary $@.elf $@

$(O)/lab/ramdisk.cpio: $(ALL-y) $(LAB-y) $(lab-busybox) $(lab-modules:%/modules=%/recipe) \
		lab/guest/init lab/guest/lib.sh lab/ramdisk
	$(call say,RAMDISK,$@)
	$(Q)lab/ramdisk root $(lab-root) $(lab-busybox) $(lab-modules)
	$(Q)$(MAKE) -s install ARCH=$(ARCH) DESTDIR=$(abspath $(lab-root))
	$(Q)for f in $(LAB-y); do install -D -t $(lab-root)/usr/bin $$f || exit 1; done
	$(Q)lab/ramdisk pack $(lab-root) $@

$(lab-busybox):
	@echo "$@ is missing: run lab/setup first" >&2; false

# Takes CPUs away from an emulator; see there.
$(HO)/lab/preempt: lab/host/preempt.c
	@mkdir -p $(@D)
	$(call say,HOSTCC,$@)
	$(Q)$(HOSTCC) -std=gnu11 -O2 -Wall -Wextra -Werror -o $@ $<

$(O)/lab/ramdisk.cpio: $(HO)/lab/preempt

# Boot sector and loader of the lanes of Bochs, the beginning of their disk; see lab/loader/.
lab-loader := $(O)/lab/loader.img
lab-loader-flags := -m32 -march=i686 -Os -Wall -Wextra -Werror -Wno-int-to-pointer-cast -Wno-array-bounds \
	-ffreestanding -fno-pic -fno-stack-protector -fcf-protection=none -mno-sse -nostdlib -static -no-pie \
	-Wl,--build-id=none -Wl,-z,noexecstack -Wl,-e,_start

ifeq ($(ARCH),x86)
$(O)/lab/ramdisk.cpio: $(lab-loader)
endif

$(lab-loader): $(wildcard lab/loader/*)
	@mkdir -p $(@D)
	$(call say,CC,$@)
	$(Q)$(CC) $(lab-loader-flags) -Wl,-Ttext=0x7c00 -Wl,--oformat=binary -o $@.boot lab/loader/boot.S
	$(Q)$(CC) $(lab-loader-flags) -Wl,-T,lab/loader/loader.lds -o $@.elf lab/loader/start.S lab/loader/loader.c
	$(Q)$(OBJCOPY) -O binary $@.elf $@.bin
	$(Q)truncate -s $$((8 * 512)) $@.bin
	$(Q)cat $@.boot $@.bin >$@
