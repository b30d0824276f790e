# SPDX-License-Identifier: GPL-2.0-only
# libjailhouse, for the tools of the target.

LIB_SOURCES := file.c config.c device.c cells.c
LIB_OBJECTS := $(LIB_SOURCES:%.c=$(O)/lib/%.o)
LIBJAILHOUSE := $(O)/lib/libjailhouse.a

# Also used by the tools, and by the tests that build for this machine.
USER_CFLAGS := -std=gnu11 -O2 -g -Wall -Wextra -Werror -Wmissing-prototypes -Iinclude -Ilib

$(LIB_OBJECTS): $(O)/lib/%.o: lib/%.c
	$(call say,CC,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(USER_CFLAGS) -MMD -MP -c -o $@ $<

$(LIBJAILHOUSE): $(LIB_OBJECTS)
	$(call say,AR,$@)
	$(Q)rm -f $@
	$(Q)$(AR) rcs $@ $^

ALL-y += $(LIBJAILHOUSE)

-include $(LIB_OBJECTS:.o=.d)
-include lib/tests.mk
