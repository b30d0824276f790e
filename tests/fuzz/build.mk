# SPDX-License-Identifier: GPL-2.0-only
#
# Fuzzers (clang, libclang-rt-14-dev). What they have found interesting is in corpus-NAME, reduced to
# the inputs that reach something of their own, and is replayed by "make unit".
#
#	make fuzz FUZZ_SECONDS=60	each fuzzer that long
#	make fuzz-NAME			one of them
#	make fuzz-keep			what they found since, reduced, into the corpus of the tree
#
# The corpus grows in build/host/fuzz/corpus-NAME; an input that fails is left in build/host/fuzz. It
# goes to the corpus as found-WHAT with the correction, and stays there.

FUZZ_SECONDS ?= 60
FUZZ_CC ?= clang
FUZZ_NAMES := config insn insn_arm64 walk gic apic cells calls its
FUZZ_WARN := -std=gnu11 -Ulinux -O1 -g -Wall -Wextra -Werror -Iinclude -Ihypervisor/include -Itests/unit \
	-Itests/fuzz
FUZZ_CFLAGS := $(FUZZ_WARN) -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all
REPLAY_CFLAGS := $(FUZZ_WARN) -Wno-format-truncation -fno-omit-frame-pointer \
	-fsanitize=address,undefined -fno-sanitize-recover=all
FUZZ_HEADERS := $(wildcard include/jailhouse/*.h hypervisor/include/core/*.h tests/unit/*.h \
	tests/fuzz/*.h hypervisor/arch/*/include/asm/*.h)

# What NAME_fuzz.c is built with, the longest input, the architecture if it is not x86, and more
# options.
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
fuzz-gic-y := tests/fuzz/gic_model.c tests/unit/mock.c hypervisor/format.c \
	$(addprefix hypervisor/arch/arm64/,gic.c gicd.c gicv2.c gicv2_mmio.c gicv3.c \
	gicv3_prepare.c gicv3_mmio.c)
fuzz-gic-length := 1003
fuzz-gic-arch := arm64
fuzz-gic-cflags := -include tests/fuzz/hw_arm64.h

fuzz-apic-y := tests/fuzz/apic_model.c tests/unit/mock.c hypervisor/format.c hypervisor/pool.c \
	$(addprefix hypervisor/arch/x86/,apic.c ioapic.c msr.c ports.c)
fuzz-apic-length := 601
fuzz-apic-cflags := -include tests/fuzz/hw_x86.h

fuzz-cells-y := $(addprefix hypervisor/,hypercall.c cell.c cell_create.c cell_manage.c memory.c \
	paging.c pool.c config.c config_check.c mmio.c subpage.c format.c)
fuzz-cells-length := 700
fuzz-cells-arch := arm64
fuzz-cells-cflags := -include tests/fuzz/units.h -Wl,-T,tests/unit/units.lds

fuzz-calls-y := tests/unit/mock.c hypervisor/format.c \
	$(addprefix hypervisor/arch/arm64/,psci.c smccc.c setway.c)
fuzz-calls-length := 800
fuzz-calls-arch := arm64
fuzz-calls-cflags := -include tests/fuzz/hw_arm64.h

fuzz-its-y := tests/unit/mock.c hypervisor/format.c hypervisor/arch/arm64/its.c
fuzz-its-length := 1601
fuzz-its-arch := arm64
fuzz-its-cflags := -include tests/fuzz/hw_arm64.h

fuzz-flags = -Ihypervisor/arch/$(or $(fuzz-$(1)-arch),x86)/include $(fuzz-$(1)-cflags)

define FUZZ-RULE
$$(HO)/fuzz/$(1)_fuzz: tests/fuzz/$(1)_fuzz.c $$(fuzz-$(1)-y) $$(FUZZ_HEADERS)
	@mkdir -p $$(@D)
	$$(call say,FUZZCC,$$@)
	$$(Q)$$(FUZZ_CC) $$(FUZZ_CFLAGS) $$(call fuzz-flags,$(1)) $$(filter %.c,$$^) -o $$@

.PHONY: fuzz-$(1)
fuzz-$(1): $$(HO)/fuzz/$(1)_fuzz
	@mkdir -p $$(HO)/fuzz/corpus-$(1) tests/fuzz/corpus-$(1)
	$$(Q)$$< -max_len=$$(fuzz-$(1)-length) -timeout=10 -len_control=0 -max_total_time=$$(FUZZ_SECONDS) \
		-artifact_prefix=$$(HO)/fuzz/ -print_final_stats=1 $$(HO)/fuzz/corpus-$(1) \
		tests/fuzz/corpus-$(1)

.PHONY: fuzz-keep-$(1)
fuzz-keep-$(1): $$(HO)/fuzz/$(1)_fuzz
	@rm -rf $$(HO)/fuzz/kept-$(1) && mkdir -p $$(HO)/fuzz/kept-$(1) $$(HO)/fuzz/corpus-$(1)
	$$(Q)$$< -set_cover_merge=1 -use_counters=0 -max_len=$$(fuzz-$(1)-length) \
		$$(HO)/fuzz/kept-$(1) tests/fuzz/corpus-$(1) $$(HO)/fuzz/corpus-$(1)
	$$(Q)find tests/fuzz/corpus-$(1) -type f ! -name 'found-*' -delete
	$$(Q)cp $$(HO)/fuzz/kept-$(1)/* tests/fuzz/corpus-$(1)/

UNIT-y += $$(HO)/replay-$(1)
$$(HO)/replay-$(1): tests/fuzz/replay.c tests/fuzz/$(1)_fuzz.c $$(fuzz-$(1)-y) $$(FUZZ_HEADERS)
	@mkdir -p $$(@D)
	$$(call say,HOSTCC,$$@)
	$$(Q)$$(HOSTCC) $$(REPLAY_CFLAGS) $$(call fuzz-flags,$(1)) \
		-DCORPUS='"tests/fuzz/corpus-$(1)"' $$(filter %.c,$$^) -o $$@
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

.PHONY: fuzz fuzz-keep
fuzz: $(FUZZ_NAMES:%=fuzz-%)
fuzz-keep: $(FUZZ_NAMES:%=fuzz-keep-%)
