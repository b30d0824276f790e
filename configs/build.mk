# SPDX-License-Identifier: GPL-2.0-only
# Configurations: configs/ARCH/NAME.c becomes $(O)/configs/NAME.cell, the bytes of its data section.
# They are compiled for the target: their layout is that of the packed, little-endian contract
# headers, and nothing else is in them.

CONFIG_CELLS := $(patsubst configs/$(ARCH)/%.c,$(O)/configs/%.cell,\
		$(sort $(wildcard configs/$(ARCH)/*.c)))

ALL-y += $(CONFIG_CELLS)
INSTALL-y += install-configs

# Makes $@ out of $<, for every rule that makes a .cell file.
define build-cell
	$(call say,CELL,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) -std=gnu11 -Wall -Werror -Iinclude -ffreestanding -fno-pic -MMD -MP -MT $@ \
		-MF $@.d -c -o $@.o $<
	$(Q)$(OBJCOPY) -O binary --remove-section='.note*' --remove-section='.eh_frame*' $@.o $@
	@test -s $@ || { echo "$<: no initialized data in it" >&2; exit 1; }
endef

$(CONFIG_CELLS): $(O)/configs/%.cell: configs/$(ARCH)/%.c
	$(build-cell)

install-configs: $(CONFIG_CELLS)
	$(Q)install -d $(DESTDIR)/etc/jailhouse
	$(Q)install -m 0644 $(CONFIG_CELLS) $(DESTDIR)/etc/jailhouse

-include $(CONFIG_CELLS:=.d)
