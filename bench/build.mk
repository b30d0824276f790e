# SPDX-License-Identifier: GPL-2.0-only
# Programs of the measurements, for the lab's machine.

LAB-y += $(O)/bench/load

$(O)/bench/load: bench/load.c bench/build.mk
	$(call say,CC,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) -std=gnu11 -O2 -Wall -Wextra -Werror -static -o $@ $<
