# SPDX-License-Identifier: GPL-2.0-only
#
# Fuzzers (clang, libclang-rt-14-dev). They are not part of the tests of every day.
#
#	make fuzz FUZZ_SECONDS=60	each fuzzer that long
#
# The corpus grows in build/host/fuzz/corpus-NAME; an input that fails is left in build/host/fuzz.

FUZZ_SECONDS ?= 60
FUZZ_CC ?= clang
FUZZ_CFLAGS := -std=gnu11 -O1 -g -Wall -Wextra -Werror \
	-fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all \
	-Iinclude -Ihypervisor/include -Itests/unit
FUZZ_NAMES := config insn insn_arm64 walk
FUZZ_HEADERS := $(wildcard include/jailhouse/*.h hypervisor/include/core/*.h tests/unit/*.h \
	hypervisor/arch/*/include/asm/*.h)

# What NAME_fuzz.c is built with, the longest input, and the architecture if it is not x86.
fuzz-config-y := tests/unit/config_sample.c tests/unit/mock.c \
	hypervisor/config.c hypervisor/config_check.c hypervisor/format.c
fuzz-config-length := 8192
fuzz-insn-y := hypervisor/arch/x86/insn.c
fuzz-insn-length := 20
fuzz-insn_arm64-y := hypervisor/arch/arm64/insn.c
fuzz-insn_arm64-length := 28
fuzz-insn_arm64-arch := arm64
fuzz-walk-y := hypervisor/arch/x86/walk.c
fuzz-walk-length := 64

define FUZZ-RULE
$$(HO)/fuzz/$(1)_fuzz: tests/fuzz/$(1)_fuzz.c $$(fuzz-$(1)-y) $$(FUZZ_HEADERS)
	@mkdir -p $$(@D)
	$$(call say,FUZZCC,$$@)
	$$(Q)$$(FUZZ_CC) $$(FUZZ_CFLAGS) -Ihypervisor/arch/$(or $(fuzz-$(1)-arch),x86)/include $$(filter %.c,$$^) -o $$@

.PHONY: fuzz-$(1)
fuzz-$(1): $$(HO)/fuzz/$(1)_fuzz
	@mkdir -p $$(HO)/fuzz/corpus-$(1)
	$$(Q)$$< -max_len=$$(fuzz-$(1)-length) -timeout=10 -max_total_time=$$(FUZZ_SECONDS) \
		-artifact_prefix=$$(HO)/fuzz/ -print_final_stats=1 $$(HO)/fuzz/corpus-$(1)
endef
$(foreach n,$(FUZZ_NAMES),$(eval $(call FUZZ-RULE,$(n))))

# Valid configurations to start from.
$(HO)/fuzz/config_seeds: tests/fuzz/config_seeds.c tests/unit/config_sample.c $(FUZZ_HEADERS)
	@mkdir -p $(@D)
	$(call say,HOSTCC,$@)
	$(Q)$(HOSTCC) -std=gnu11 -Wall -Wextra -Werror -Iinclude -Ihypervisor/include \
		-Itests/unit $(filter %.c,$^) -o $@

.PHONY: fuzz-seeds
fuzz-seeds: $(HO)/fuzz/config_seeds
	@mkdir -p $(HO)/fuzz/corpus-config
	$(Q)$< $(HO)/fuzz/corpus-config
fuzz-config: fuzz-seeds

.PHONY: fuzz
fuzz: $(FUZZ_NAMES:%=fuzz-%)
