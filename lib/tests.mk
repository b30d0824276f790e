# SPDX-License-Identifier: GPL-2.0-only
# Tests of the contract headers, the library and the command on this machine, with sanitizers.

TEST_CFLAGS := -std=gnu11 -O1 -g -Wall -Wextra -Werror -Iinclude -Ilib -Itools \
	-fsanitize=address,undefined -fno-sanitize-recover=all

# Each program: its own source, and what it tests.
LIB_TESTS := abi_bytes lib_config lib_device lib_cells tool_arguments
LIB_TEST_PROGRAMS := $(LIB_TESTS:%=$(HO)/tests/%)

lib-test-abi_bytes :=
lib-test-lib_config := lib/config.c lib/file.c
lib-test-lib_device := lib/device.c lib/config.c lib/file.c
lib-test-lib_cells := lib/cells.c lib/file.c
lib-test-tool_arguments := tools/arguments.c lib/cells.c lib/file.c
lib-flags-lib_device := -Wl,--wrap=open,--wrap=close,--wrap=fcntl,--wrap=ioctl,--wrap=read,--wrap=uname

# Configurations that abi_bytes looks at, made by the same commands as the real ones.
TEST_CELLS := $(patsubst tests/unit/configs/%.c,$(O)/tests/configs/%.cell,\
	$(sort $(wildcard tests/unit/configs/*.c)))

$(TEST_CELLS): $(O)/tests/configs/%.cell: tests/unit/configs/%.c
	$(build-cell)

# The layout is checked by compiling, for this machine and for the target.
ABI_LAYOUT := $(HO)/tests/abi_layout.o $(O)/tests/abi_layout.o

$(HO)/tests/abi_layout.o: TEST_CC = $(HOSTCC)
$(O)/tests/abi_layout.o: TEST_CC = $(CC)
$(ABI_LAYOUT): tests/unit/abi_layout.c
	$(call say,CC,$@)
	@mkdir -p $(@D)
	$(Q)$(TEST_CC) -std=gnu11 -Wall -Wextra -Werror -Iinclude -MMD -MP -c -o $@ $<

define lib-test-rule
$(HO)/tests/$(1): tests/unit/$(1).c $(lib-test-$(1)) lib/tests.mk
	$$(call say,HOSTCC,$$@)
	@mkdir -p $$(@D)
	$$(Q)$$(HOSTCC) $$(TEST_CFLAGS) -DCELL_DIR='"$(O)/tests/configs"' -MMD -MP -MF $$@.d \
		-MT $$@ -o $$@ tests/unit/$(1).c $(lib-test-$(1)) $(lib-flags-$(1)) -lcmocka
endef
$(foreach test,$(LIB_TESTS),$(eval $(call lib-test-rule,$(test))))

$(HO)/tests/abi_bytes: | $(TEST_CELLS) $(ABI_LAYOUT)

UNIT-y += $(LIB_TEST_PROGRAMS)

-include $(LIB_TEST_PROGRAMS:=.d) $(TEST_CELLS:=.d) $(ABI_LAYOUT:.o=.d)
