# SPDX-License-Identifier: GPL-2.0-only
#
# Unit tests of the pure parts of the hypervisor: built for this machine with sanitizers, run by
# "make unit". unit-NAME consists of NAME_test.c (or unit-NAME-test), of what unit-NAME-y names
# besides it, and of the sources of the hypervisor in unit-NAME-hyp-y. What depends on the
# architecture is built for arm64 if unit-NAME-arch does not say otherwise.

UNIT-NAMES := string format pool paging paging-x86 config insn insn-arm64 walk fault lock vmcb vmx uart subpage its

unit-string-hyp-y := string-hv
unit-format-hyp-y := format
unit-pool-y := mock
unit-pool-hyp-y := pool format
unit-paging-y := mock walker
unit-paging-hyp-y := paging pool format
unit-paging-ldflags := -Wl,--wrap=pool_free
unit-paging-x86-arch := x86
unit-paging-x86-test := paging_test
unit-paging-x86-y := $(unit-paging-y)
unit-paging-x86-hyp-y := $(unit-paging-hyp-y)
unit-paging-x86-ldflags := $(unit-paging-ldflags)
unit-config-y := mock config_sample
unit-config-hyp-y := config config_check format
unit-insn-arch := x86
unit-insn-hyp-y := arch/x86/insn
unit-insn-arm64-test := insn_arm64_test
unit-insn-arm64-hyp-y := arch/arm64/insn
unit-walk-arch := x86
unit-walk-hyp-y := arch/x86/walk
unit-fault-arch := x86
unit-fault-hyp-y := arch/x86/fault arch/x86/insn format
unit-lock-arch := x86
unit-vmcb-arch := x86
unit-vmx-arch := x86
unit-vmx-hyp-y := arch/x86/vmx_caps arch/x86/vmx_check
unit-subpage-y := mock
unit-subpage-hyp-y := subpage mmio config config_check pool format
unit-subpage-ldflags := -Wl,-T,tests/unit/units.lds
unit-its-y := mock
unit-its-hyp-y := arch/arm64/its mmio pool format
unit-uart-y := mock
unit-uart-hyp-y := uart/uart uart/simple uart/8250 mmio pool format

UNIT-CFLAGS := -std=gnu11 -Ulinux -O1 -g -fno-omit-frame-pointer -Wall -Wextra -Werror \
	-fsanitize=address,undefined -fno-sanitize-recover=all \
	-Iinclude -Ihypervisor/include

UNIT-OBJ := $(HO)/unit-obj

# The C library has functions of these names, too, and the test compares the two.
UNIT-PREFIXED := $(foreach f,memcpy memmove memset memcmp strlen strnlen strcmp,-D$(f)=hv_$(f))

# Objects of one architecture: $(UNIT-OBJ)/ARCH/ and $(UNIT-OBJ)/ARCH/hyp/.
define UNIT-ARCH-RULES
$$(UNIT-OBJ)/$(1)/%.o: tests/unit/%.c
	@mkdir -p $$(@D)
	$$(call say,HOSTCC,$$@)
	$$(Q)$$(HOSTCC) $$(UNIT-CFLAGS) -Itests/unit/$(1) -Ihypervisor/arch/$(1)/include -MMD -MP \
		-c $$< -o $$@

$$(UNIT-OBJ)/$(1)/hyp/%.o: hypervisor/%.c
	@mkdir -p $$(@D)
	$$(call say,HOSTCC,$$@)
	$$(Q)$$(HOSTCC) $$(UNIT-CFLAGS) -Ihypervisor/arch/$(1)/include -ffreestanding -MMD -MP \
		-c $$< -o $$@

$$(UNIT-OBJ)/$(1)/hyp/string-hv.o: hypervisor/string.c
	@mkdir -p $$(@D)
	$$(call say,HOSTCC,$$@)
	$$(Q)$$(HOSTCC) $$(UNIT-CFLAGS) $$(UNIT-PREFIXED) -ffreestanding -MMD -MP -c $$< -o $$@
endef
$(foreach a,arm64 x86,$(eval $(call UNIT-ARCH-RULES,$(a))))

# The words of the instructions in insn_arm64_forms.def.
UNIT-CROSS-arm64 := $(if $(filter aarch64,$(shell uname -m)),,aarch64-linux-gnu-)

$(UNIT-OBJ)/arm64/insn_arm64_words.h: tests/unit/insn_arm64_forms.def
	@mkdir -p $(@D)
	$(call say,AS,$@)
	$(Q)sed -n 's/^[A-Z]*("\([^"]*\)".*/\1/p' $< >$@.s
	$(Q)$(UNIT-CROSS-arm64)as -march=armv8.7-a+sve+memtag+ls64+mops -W -o $@.o $@.s
	$(Q)$(UNIT-CROSS-arm64)objcopy -O binary $@.o $@.bin
	$(Q)od -An -v -tx4 -w4 $@.bin | sed 's/ *\(.*\)/0x\1,/' >$@

$(UNIT-OBJ)/arm64/insn_arm64_test.o: $(UNIT-OBJ)/arm64/insn_arm64_words.h
$(UNIT-OBJ)/arm64/insn_arm64_test.o: UNIT-CFLAGS += -I$(UNIT-OBJ)/arm64

unit-dir = $(UNIT-OBJ)/$(or $(unit-$(1)-arch),arm64)

define UNIT-RULE
UNIT-y += $$(HO)/unit-$(1)
$$(HO)/unit-$(1): $(unit-dir)/$(or $(unit-$(1)-test),$(1)_test).o $$(unit-$(1)-y:%=$(unit-dir)/%.o) \
		$$(unit-$(1)-hyp-y:%=$(unit-dir)/hyp/%.o)
	$$(call say,HOSTLD,$$@)
	$$(Q)$$(HOSTCC) -fsanitize=address,undefined $$(unit-$(1)-ldflags) $$^ -lcmocka -o $$@
endef
$(foreach n,$(UNIT-NAMES),$(eval $(call UNIT-RULE,$(n))))

# What of the driver can be tested without a kernel: its headers of Linux all lead to the model.
UNIT-KERNEL := $(UNIT-OBJ)/kernel
UNIT-LINUX := $(shell sed -n 's/^\#include <\(linux\/.*\)>/\1/p' driver/ram.c driver/jailhouse.h)
UNIT-LINUX := $(addprefix $(UNIT-KERNEL)/,$(sort $(filter-out linux/types.h,$(UNIT-LINUX))))

$(UNIT-LINUX):
	@mkdir -p $(@D)
	$(Q)echo '#include <kernel_model.h>' >$@

$(UNIT-KERNEL)/%.o: tests/unit/%.c $(UNIT-LINUX)
	$(call say,HOSTCC,$@)
	$(Q)$(HOSTCC) $(UNIT-CFLAGS) -I$(UNIT-KERNEL) -Itests/unit -MMD -MP -c $< -o $@

$(UNIT-KERNEL)/driver/%.o: driver/%.c $(UNIT-LINUX)
	@mkdir -p $(@D)
	$(call say,HOSTCC,$@)
	$(Q)$(HOSTCC) $(UNIT-CFLAGS) -I$(UNIT-KERNEL) -Itests/unit -MMD -MP -c $< -o $@

UNIT-y += $(HO)/unit-ram
$(HO)/unit-ram: $(UNIT-KERNEL)/ram_test.o $(UNIT-KERNEL)/driver/ram.o
	$(call say,HOSTLD,$@)
	$(Q)$(HOSTCC) -fsanitize=address,undefined $^ -lcmocka -o $@

-include $(wildcard $(UNIT-OBJ)/kernel/driver/*.d $(UNIT-OBJ)/*/*.d $(UNIT-OBJ)/*/hyp/*.d $(UNIT-OBJ)/*/hyp/arch/*/*.d)
