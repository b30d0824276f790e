# SPDX-License-Identifier: GPL-2.0-only
# What the scenario "driver" needs.

LAB-y += $(O)/tests/driver_probe $(O)/tests/fake-hypervisor.bin

$(O)/tests/driver_probe: tests/system/driver_probe.c $(wildcard include/jailhouse/*.h)
	$(call say,CC,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) -std=gnu11 -O2 -Wall -Wextra -Werror -Iinclude -static -o $@ $<

$(O)/tests/fake-hypervisor.bin: tests/system/fake-hypervisor-$(ARCH).S
	$(call say,AS,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) -c -o $(@:.bin=.o) $<
	$(Q)$(OBJCOPY) -O binary -j .text $(@:.bin=.o) $@
