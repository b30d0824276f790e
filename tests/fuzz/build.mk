# SPDX-License-Identifier: GPL-2.0-only
#
# Fuzzers (clang, libclang-rt-14-dev). They are not part of the tests of every day.
#
#	make fuzz FUZZ_SECONDS=60
#
# The corpus grows in build/host/fuzz/corpus; an input that fails is left in build/host/fuzz.

FUZZ_SECONDS ?= 60
FUZZ_CC ?= clang
FUZZ_CFLAGS := -std=gnu11 -O1 -g -Wall -Wextra -Werror \
	-fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all \
	-Iinclude -Ihypervisor/include -Itests/unit
FUZZ_SOURCES := tests/fuzz/config_fuzz.c tests/unit/config_sample.c tests/unit/mock.c \
	hypervisor/config.c hypervisor/config_check.c hypervisor/format.c
FUZZ_HEADERS := $(wildcard include/jailhouse/*.h hypervisor/include/core/*.h tests/unit/*.h)

$(HO)/fuzz/config_fuzz: $(FUZZ_SOURCES) $(FUZZ_HEADERS)
	@mkdir -p $(@D)
	$(call say,FUZZCC,$@)
	$(Q)$(FUZZ_CC) $(FUZZ_CFLAGS) $(FUZZ_SOURCES) -o $@

$(HO)/fuzz/config_seeds: tests/fuzz/config_seeds.c tests/unit/config_sample.c $(FUZZ_HEADERS)
	@mkdir -p $(@D)
	$(call say,HOSTCC,$@)
	$(Q)$(HOSTCC) -std=gnu11 -Wall -Wextra -Werror -Iinclude -Ihypervisor/include \
		-Itests/unit $(filter %.c,$^) -o $@

.PHONY: fuzz
fuzz: $(HO)/fuzz/config_fuzz $(HO)/fuzz/config_seeds
	@mkdir -p $(HO)/fuzz/corpus
	$(Q)$(HO)/fuzz/config_seeds $(HO)/fuzz/corpus
	$(Q)$(HO)/fuzz/config_fuzz -max_len=8192 -timeout=10 -max_total_time=$(FUZZ_SECONDS) \
		-artifact_prefix=$(HO)/fuzz/ -print_final_stats=1 $(HO)/fuzz/corpus
