# SPDX-License-Identifier: GPL-2.0-only
# The hypervisor with faults.c beside its own objects, for the scenarios "ourselves" and "broken".

faults-out := $(O)/tests/faults
LAB-y += $(faults-out)/jailhouse-faults.bin

$(faults-out)/faults.o: tests/system/faults.c tests/system/faults.mk
	$(call say,CC,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(HV_CPPFLAGS) $(HV_CFLAGS) -Wno-missing-prototypes -Os -c -o $@ $<

$(faults-out)/jailhouse-faults.elf: $(HV_OBJECTS) $(faults-out)/faults.o $(HV_OUT)/image.lds
	$(call say,LD,$@)
	$(Q)$(CC) -nostdlib -static -no-pie -Wl,--build-id=none -Wl,--no-warn-rwx-segments \
		-Wl,-z,max-page-size=4096 -Wl,-z,noexecstack -Wl,-T,$(HV_OUT)/image.lds \
		-Wl,--wrap=hypercall \
		-Wl,--wrap=arch_paging_flush -Wl,--wrap=cpu_handle_events -o $@ $(filter %.o,$^)

$(faults-out)/jailhouse-faults.bin: $(faults-out)/jailhouse-faults.elf
	$(Q)$(OBJCOPY) -O binary $< $@

-include $(faults-out)/faults.d
