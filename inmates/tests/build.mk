# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Host tests of the portable parts, and the launcher that runs inmates without a hypervisor.

INMATE-UNIT := test_rtos test_text test_uart
INMATE-UNIT-BINS := $(INMATE-UNIT:%=$(HO)/inmates/%)
INMATE-UNIT-CFLAGS := -std=gnu11 -O1 -g -Wall -Wextra -Werror -Iinclude -Iinmates/lib/include \
		-Iinmates/lib -Iinmates/rtos -fsanitize=address,undefined \
		-fno-sanitize-recover=all
UNIT-y += $(INMATE-UNIT-BINS)

$(HO)/inmates/test_rtos: inmates/tests/test_rtos.c \
		$(addprefix inmates/rtos/,pi.c dcmotor.c cycle.c pi.h dcmotor.h cycle.h)
$(HO)/inmates/test_text: inmates/tests/test_text.c inmates/lib/printf.c inmates/lib/cmdline.c \
		inmates/lib/include/inmate.h inmates/lib/internal.h
$(HO)/inmates/test_uart: inmates/tests/test_uart.c inmates/lib/arm64/uart.c \
		inmates/lib/include/inmate-arm64.h inmates/lib/internal.h
# The C library has functions of these names.
$(HO)/inmates/test_text $(HO)/inmates/test_uart: inmate-rename := -Dsnprintf=inmate_snprintf -Dvsnprintf=inmate_vsnprintf \
		-Dprintf=inmate_printf -fno-builtin

$(INMATE-UNIT-BINS): inmates/tests/build.mk
	$(call say,HOSTCC,$@)
	@mkdir -p $(@D)
	$(Q)$(HOSTCC) $(INMATE-UNIT-CFLAGS) $(inmate-rename) -o $@ $(filter %.c,$^) -lcmocka -lm

INMATE-LAUNCHER := $(O)/inmates/tests/native/launcher.elf
INMATE-LAUNCHER-DIR := inmates/tests/native/$(ARCH)
INMATE-LAUNCHER-arm64 := -mgeneral-regs-only -mstrict-align
INMATE-LAUNCHER-x86 := -m32 -mgeneral-regs-only -Wl,-m,elf_i386

$(INMATE-LAUNCHER): $(addprefix $(INMATE-LAUNCHER-DIR)/,start.S launcher.c launcher.lds) \
		inmates/tests/build.mk
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(INMATE-CFLAGS) $(INMATE-CFLAGS-$(ARCH)) $(INMATE-LAUNCHER-$(ARCH)) \
		-nostdlib -static -Wl,--build-id=none,--no-warn-rwx-segments \
		-Wl,-T,$(INMATE-LAUNCHER-DIR)/launcher.lds -o $@ $(filter %.S %.c,$^)

ALL-y += $(INMATE-LAUNCHER)
