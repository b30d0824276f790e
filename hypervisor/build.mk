# SPDX-License-Identifier: GPL-2.0-only
# The hypervisor image of one architecture.

HV_OUT		:= $(O)/hypervisor
HV_ARCH		:= hypervisor/arch/$(ARCH)
HV_SOURCES	:= $(wildcard hypervisor/*.c hypervisor/uart/*.c $(HV_ARCH)/*.c $(HV_ARCH)/*.S)
HV_SOURCES	:= $(filter-out %.lds.S,$(HV_SOURCES))
HV_OBJECTS	:= $(patsubst hypervisor/%,$(HV_OUT)/%.o,$(HV_SOURCES))

include $(HV_ARCH)/arch.mk

HV_CPPFLAGS	:= -Iinclude -Ihypervisor/include -I$(HV_ARCH)/include -MMD -MP $(HV_ARCH_CPPFLAGS)
HV_CFLAGS	:= -std=gnu11 -Ulinux -g -Wall -Wextra -Werror -Wmissing-prototypes -Wstrict-prototypes \
		   -ffreestanding -fno-builtin -fno-pic -fno-pie -fno-common -fno-strict-aliasing \
		   -ffunction-sections -fno-align-functions -fno-stack-protector \
		   -fno-asynchronous-unwind-tables -fwrapv $(HV_ARCH_CFLAGS)

# Code on the way of an exit is optimized for speed, the rest for size. What nobody calls is left out.
HV_FAST		:= hypervisor/hypercall.c hypervisor/mmio.c $(HV_ARCH_FAST)

$(HV_OUT)/%.c.o: hypervisor/%.c hypervisor/build.mk $(HV_ARCH)/arch.mk
	@mkdir -p $(@D)
	$(call say,CC,$@)
	$(Q)$(CC) $(HV_CPPFLAGS) $(HV_CFLAGS) $(if $(filter $<,$(HV_FAST)),-O2,-Os) -c -o $@ $<

$(HV_OUT)/%.S.o: hypervisor/%.S
	@mkdir -p $(@D)
	$(call say,AS,$@)
	$(Q)$(CC) $(HV_CPPFLAGS) -c -o $@ $<

$(HV_OUT)/image.lds: $(HV_ARCH)/image.lds.S
	@mkdir -p $(@D)
	$(Q)$(CC) $(HV_CPPFLAGS) -E -P -x assembler-with-cpp -o $@ $<

$(HV_OUT)/jailhouse.elf: $(HV_OBJECTS) $(HV_OUT)/image.lds hypervisor/build.mk
	$(call say,LD,$@)
	$(Q)$(CC) -nostdlib -static -no-pie -Wl,--gc-sections -Wl,--build-id=none -Wl,--no-warn-rwx-segments \
		-Wl,-z,max-page-size=4096 -Wl,-z,noexecstack -Wl,-T,$(HV_OUT)/image.lds -o $@ $(HV_OBJECTS)

$(HV_OUT)/jailhouse.bin: $(HV_OUT)/jailhouse.elf
	$(call say,OBJCOPY,$@)
	$(Q)$(OBJCOPY) -O binary $< $@

ALL-y += $(HV_OUT)/jailhouse.bin

install-hypervisor: $(HV_OUT)/jailhouse.bin
	$(Q)install -D -m 644 $< $(DESTDIR)/lib/firmware/jailhouse.bin

INSTALL-y += install-hypervisor

-include $(HV_OBJECTS:.o=.d)
