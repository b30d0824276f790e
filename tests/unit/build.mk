# SPDX-License-Identifier: GPL-2.0-only
#
# Unit tests of the pure parts of the hypervisor: built for this machine with sanitizers, run by
# "make unit". unit-NAME consists of NAME_test.c, of what unit-NAME-y names besides it, and of the
# sources of the hypervisor in unit-NAME-hyp-y. Page tables are those of arm64.

UNIT-NAMES := string format pool paging config

unit-string-hyp-y := string-hv
unit-format-hyp-y := format
unit-pool-y := mock
unit-pool-hyp-y := pool format
unit-paging-y := mock walker
unit-paging-hyp-y := paging pool format
unit-paging-ldflags := -Wl,--wrap=pool_free
unit-config-y := mock config_sample
unit-config-hyp-y := config config_check format

UNIT-CFLAGS := -std=gnu11 -O1 -g -fno-omit-frame-pointer -Wall -Wextra -Werror \
	-fsanitize=address,undefined -fno-sanitize-recover=all \
	-Iinclude -Ihypervisor/include -Ihypervisor/arch/arm64/include

UNIT-OBJ := $(HO)/unit-obj

$(UNIT-OBJ)/%.o: tests/unit/%.c
	@mkdir -p $(@D)
	$(call say,HOSTCC,$@)
	$(Q)$(HOSTCC) $(UNIT-CFLAGS) -MMD -MP -c $< -o $@

$(UNIT-OBJ)/hyp/%.o: hypervisor/%.c
	@mkdir -p $(@D)
	$(call say,HOSTCC,$@)
	$(Q)$(HOSTCC) $(UNIT-CFLAGS) -ffreestanding -MMD -MP -c $< -o $@

# The C library has functions of these names, too, and the test compares the two.
$(UNIT-OBJ)/hyp/string-hv.o: hypervisor/string.c
	@mkdir -p $(@D)
	$(call say,HOSTCC,$@)
	$(Q)$(HOSTCC) $(UNIT-CFLAGS) -ffreestanding -MMD -MP -c $< -o $@ \
		$(foreach f,memcpy memmove memset memcmp strlen strnlen strcmp,-D$(f)=hv_$(f))

define UNIT-RULE
UNIT-y += $$(HO)/unit-$(1)
$$(HO)/unit-$(1): $$(UNIT-OBJ)/$(1)_test.o $$(unit-$(1)-y:%=$$(UNIT-OBJ)/%.o) \
		$$(unit-$(1)-hyp-y:%=$$(UNIT-OBJ)/hyp/%.o)
	$$(call say,HOSTLD,$$@)
	$$(Q)$$(HOSTCC) -fsanitize=address,undefined $$(unit-$(1)-ldflags) $$^ -lcmocka -o $$@
endef
$(foreach n,$(UNIT-NAMES),$(eval $(call UNIT-RULE,$(n))))

-include $(wildcard $(UNIT-OBJ)/*.d $(UNIT-OBJ)/hyp/*.d)
