# SPDX-License-Identifier: GPL-2.0-only
# The jailhouse command: one static binary, so that it runs in any ramdisk.

TOOL_SOURCES := main.c arguments.c cmd-enable.c cmd-console.c cmd-cell.c cmd-cell-stats.c
TOOL_OBJECTS := $(TOOL_SOURCES:%.c=$(O)/tools/%.o)
TOOL := $(O)/tools/jailhouse

# What --version says; a release sets it from outside.
JAILHOUSE_VERSION ?= 0.1

ALL-y += $(TOOL)
INSTALL-y += install-tools

$(TOOL_OBJECTS): $(O)/tools/%.o: tools/%.c tools/build.mk
	$(call say,CC,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(USER_CFLAGS) -DJAILHOUSE_VERSION='"$(JAILHOUSE_VERSION)"' -MMD -MP -c -o $@ $<

$(TOOL): $(TOOL_OBJECTS) $(LIBJAILHOUSE)
	$(call say,LD,$@)
	$(Q)$(CC) -static -o $@ $^

install-tools: $(TOOL)
	$(Q)install -d $(DESTDIR)/usr/sbin $(DESTDIR)/usr/share/man/man8
	$(Q)install -m 0755 $(TOOL) $(DESTDIR)/usr/sbin
	$(Q)install -m 0644 docs/man/jailhouse.8 $(DESTDIR)/usr/share/man/man8

-include $(TOOL_OBJECTS:.o=.d)
