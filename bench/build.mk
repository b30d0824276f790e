# SPDX-License-Identifier: GPL-2.0-only
# Programs of the measurements, for the lab's machine.

LAB-y += $(O)/bench/load

$(O)/bench/load: bench/load.c bench/build.mk
	$(call say,CC,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) -std=gnu11 -O2 -Wall -Wextra -Werror -static -o $@ $<

# The hypervisor that says which of its code runs, for bench/coverage.
trace-out := $(O)/coverage/trace
trace-objects := $(patsubst $(HV_OUT)/%,$(trace-out)/%,$(HV_OBJECTS))

$(trace-out)/%.c.o: hypervisor/%.c
	$(call say,CC,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(HV_CPPFLAGS) $(HV_CFLAGS) -Os -fsanitize-coverage=trace-pc -c -o $@ $<

$(trace-out)/%.S.o: hypervisor/%.S
	$(call say,AS,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(HV_CPPFLAGS) -c -o $@ $<

$(trace-out)/trace.o: bench/trace.c bench/build.mk
	$(call say,CC,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(HV_CPPFLAGS) $(HV_CFLAGS) -Wno-missing-prototypes -Os -c -o $@ $<

$(trace-out)/jailhouse.elf: $(trace-objects) $(trace-out)/trace.o $(HV_OUT)/image.lds
	$(call say,LD,$@)
	$(Q)$(CC) -nostdlib -static -no-pie -Wl,--build-id=none -Wl,--no-warn-rwx-segments \
		-Wl,-z,max-page-size=4096 -Wl,-z,noexecstack -Wl,-T,$(HV_OUT)/image.lds \
		-Wl,--wrap=hypercall -o $@ $(filter %.o,$^)

$(trace-out)/jailhouse.bin: $(trace-out)/jailhouse.elf
	$(Q)$(OBJCOPY) -O binary $< $@

-include $(trace-objects:.o=.d)
