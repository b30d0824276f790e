# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Programs for cells: $(O)/inmates/NAME.bin, flat images for address 0, each linked from the library
# and the sources in INMATE-NAME. Sources are compiled without floating point, so that interrupt
# handlers leave those registers alone, unless they are in INMATE-FP.

INMATE-LIB := $(addprefix inmates/lib/,string.c printf.c cmdline.c console.c comm.c timer.c)
INMATE-LIB-arm64 := $(addprefix inmates/lib/arm64/,start.S vectors.S probe.S mmu.c exception.c \
		gic.c timer.c cpu.c uart.c)
INMATE-LIB-x86 := $(addprefix inmates/lib/x86/,start.S vectors.S probe.S mmu.c cpu.c exception.c \
		apic.c measure.c uart8250.c)

INMATES-arm64 := insn setway clean power
INMATES-x86 := fpu
INMATES := motor timer probe canary stubborn hostile fuzz smp uart registers $(INMATES-$(ARCH))
INMATE-motor := $(addprefix inmates/rtos/,motor.c cycle.c pi.c dcmotor.c)
INMATE-timer := inmates/demos/timer.c
INMATE-probe := inmates/demos/probe.c
INMATE-canary := inmates/demos/canary.c inmates/demos/canary-$(ARCH).c
INMATE-stubborn := inmates/demos/stubborn.c
INMATE-hostile-arm64 := $(addprefix inmates/demos/hostile-arm64,.c -gic.c -cpu.c)
INMATE-hostile-x86 := $(addprefix inmates/demos/hostile-x86,.c -regs.c -mmio.c -code.S -cpu.c -real.S)
INMATE-hostile := inmates/demos/hostile.c $(INMATE-hostile-$(ARCH))
INMATE-fuzz := $(addprefix inmates/demos/fuzz,.c -$(ARCH).c)
INMATE-smp := inmates/demos/smp.c
INMATE-insn := inmates/demos/insn.c
INMATE-setway := inmates/demos/setway.c
INMATE-clean := inmates/demos/clean.c
INMATE-power := inmates/demos/power.c
INMATE-fpu := inmates/demos/fpu.c
INMATE-uart := inmates/demos/uart.c inmates/demos/uart-$(ARCH).c
INMATE-registers := inmates/demos/registers.c
INMATE-FP := $(addprefix inmates/rtos/,motor.c pi.c dcmotor.c)

INMATE-CFLAGS := -std=gnu11 -O2 -g -Wall -Wextra -Werror -Iinclude -Iinmates/lib/include \
		-ffreestanding -fno-builtin -fno-pic -fno-pie -fno-common -fno-stack-protector \
		-fno-asynchronous-unwind-tables -fno-delete-null-pointer-checks \
		-fno-tree-loop-distribute-patterns
INMATE-CFLAGS-arm64 := -mcpu=cortex-a53 -mno-outline-atomics
INMATE-CFLAGS-x86 := -m64 -march=x86-64 -mno-red-zone -fcf-protection=none
INMATE-NOFP-arm64 := -mgeneral-regs-only
INMATE-NOFP-x86 := -mgeneral-regs-only

inmate-objs = $(patsubst %,$(O)/%.o,$(basename $(1)))
INMATE-LIB-OBJS := $(call inmate-objs,$(INMATE-LIB) $(INMATE-LIB-$(ARCH)))
INMATE-OBJS := $(INMATE-LIB-OBJS) $(foreach n,$(INMATES),$(call inmate-objs,$(INMATE-$(n))))
INMATE-BINS := $(INMATES:%=$(O)/inmates/%.bin)

$(call inmate-objs,$(filter-out $(INMATE-FP),$(INMATE-LIB) $(INMATE-LIB-$(ARCH)) \
	$(foreach n,$(INMATES),$(INMATE-$(n))))): inmate-fp := $(INMATE-NOFP-$(ARCH))

INMATE-ASM-OBJS := $(call inmate-objs,$(filter %.S,$(INMATE-LIB-$(ARCH)) \
	$(foreach n,$(INMATES),$(INMATE-$(n)))))
$(filter-out $(INMATE-ASM-OBJS),$(INMATE-OBJS)): $(O)/inmates/%.o: inmates/%.c inmates/build.mk
	$(call say,CC,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(INMATE-CFLAGS) $(INMATE-CFLAGS-$(ARCH)) $(inmate-fp) -MMD -MP -c -o $@ $<

$(INMATE-ASM-OBJS): $(O)/inmates/%.o: inmates/%.S inmates/build.mk
	$(call say,AS,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(INMATE-CFLAGS) $(INMATE-CFLAGS-$(ARCH)) -MMD -MP -c -o $@ $<

define inmate-program
$(O)/inmates/$(1).elf: $(call inmate-objs,$(INMATE-$(1))) $(INMATE-LIB-OBJS) \
		inmates/lib/$(ARCH)/inmate.lds
endef
$(foreach n,$(INMATES),$(eval $(call inmate-program,$(n))))

$(INMATES:%=$(O)/inmates/%.elf):
	$(call say,LD,$@)
	$(Q)$(LD) -nostdlib -static --build-id=none -z noexecstack --no-warn-rwx-segments \
		-T inmates/lib/$(ARCH)/inmate.lds -o $@ $(filter %.o,$^)

# A program of its own, in 32-bit code.
ifeq ($(ARCH),x86)
INMATE-BINS += $(O)/inmates/demo32.bin

$(O)/inmates/demo32.elf: inmates/lib/x86/inmate32.lds inmates/lib/x86/start32.S inmates/demos/demo32.c \
		inmates/build.mk
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(INMATE-CFLAGS) -m32 -march=i686 -mgeneral-regs-only -fcf-protection=none -nostdlib \
		-static -Wl,-m,elf_i386,--build-id=none,--no-warn-rwx-segments -Wl,-T,$< -o $@ \
		$(filter %.S %.c,$^)
endif

ifeq ($(ARCH),arm64)
CROSS32 ?= arm-linux-gnueabihf-
INMATE-BINS += $(O)/inmates/aarch32.bin

$(O)/inmates/aarch32.elf: inmates/demos/aarch32.S inmates/build.mk
	$(call say,AS,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) -E -P -x assembler-with-cpp -o $(@:.elf=.s) $<
	$(Q)$(CROSS32)as -o $(@:.elf=.o) $(@:.elf=.s)
	$(Q)$(CROSS32)ld -Ttext=0 -o $@ $(@:.elf=.o)
endif

$(INMATE-BINS): %.bin: %.elf
	$(call say,BIN,$@)
	$(Q)$(OBJCOPY) -O binary $< $@

ALL-y += $(INMATE-BINS)
INSTALL-y += install-inmates

install-inmates: $(INMATE-BINS)
	$(Q)install -d $(DESTDIR)/usr/share/jailhouse/inmates
	$(Q)install -m 0644 $(INMATE-BINS) $(DESTDIR)/usr/share/jailhouse/inmates

-include $(INMATE-OBJS:.o=.d)
-include inmates/tests/build.mk
