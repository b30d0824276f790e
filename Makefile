# SPDX-License-Identifier: GPL-2.0-only
#
# One make for all rooms: each room's build.mk appends what it builds to ALL-y, the name of its
# install target to INSTALL-y and its host test programs to UNIT-y.
#
#	make			hypervisor, inmates, tools, configurations, and the driver for every kernel
#				tree that lab/setup has prepared, or for KDIR=... alone
#	make unit		build and run the tests that run on this machine
#	make check		source format and static analysis
#	make format		put all sources into the format that "make check" wants
#	make docs		docs/messages.md anew from the messages of the hypervisor
#	make test, demo, soak	the system tests, the demonstration, the long test (lab/)
#	make install DESTDIR=
#	make clean
#
#	ARCH=arm64		what to build for: arm64, x86
#	CROSS=prefix-		tool chain, empty for a native build
#	V=1			show the commands

MAKEFLAGS += -rR
.DELETE_ON_ERROR:
.SUFFIXES:
.DEFAULT_GOAL := all

ARCH ?= arm64
HOSTCC ?= gcc
V ?= 0
O := build/$(ARCH)
HO := build/host

machine-arm64 := aarch64
machine-x86 := x86_64
CROSS ?= $(if $(filter $(machine-$(ARCH)),$(shell uname -m)),,$(machine-$(ARCH))-linux-gnu-)
CC := $(CROSS)gcc
LD := $(CROSS)ld
AR := $(CROSS)ar
OBJCOPY := $(CROSS)objcopy

# Kernel build trees to build the driver for.
ifdef KDIR
KDIRS := $(KDIR)
else
KDIRS := $(wildcard .cache/kernels/$(ARCH)-*/build)
endif

# "$(call say,CC,$@)" at the start of a recipe line, "$(Q)" before a silent command.
ifeq ($(V),1)
Q :=
say =
else
Q := @
say = @printf '  %-8s %s\n' '$(1)' '$(2)'
MAKEFLAGS += --no-print-directory
endif

ALL-y :=
INSTALL-y :=
UNIT-y :=
LAB-y :=

# The rooms with parts for one architecture are left out where it has none.
ROOMS := include $(if $(wildcard hypervisor/arch/$(ARCH)/arch.mk),hypervisor) \
	$(if $(wildcard driver/*-$(ARCH).c),driver) lib tools \
	$(if $(wildcard inmates/lib/$(ARCH)/inmate.lds),inmates) configs tests/unit tests/fuzz \
	tests/system bench lab packaging
-include $(ROOMS:%=%/build.mk)

.PHONY: all unit check format docs test demo soak install clean $(INSTALL-y)

all: $(ALL-y)

unit: $(UNIT-y)
	$(Q)lab/unit $(UNIT-y)

check:
	$(Q)lab/check

format:
	$(Q)lab/check --format

docs:
	$(Q)docs/messages.sh

test:
	$(Q)./test

demo:
	$(Q)./demo

soak:
	$(Q)lab/soak

install: $(INSTALL-y)

clean:
	$(call say,CLEAN,build)
	$(Q)rm -rf build
