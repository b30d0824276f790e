# SPDX-License-Identifier: GPL-2.0-only
# The same as in "kdump", but the driver is told to take the cells down, also beside one that runs locked,
# and Linux to start its crash kernel after that: the crash kernel can read the memory of the cell, which is
# clear, and the machine is switched off (kdump-stop.conf).

fixed_cell /run/rtos.cell
next_kernel "echo \"crash kernel: \$(head -c 16777216 /proc/vmcore | wc -c) bytes,\" \
	\"cell \$(physmem read $lab_cell_ram)\""
check "the crash kernel is loaded" \
	kexec crash /root/vmlinuz /run/next.cpio "console=$lab_console nr_cpus=1 reset_devices $lab_early"
check "the driver loads" modprobe jailhouse
check_fails "a policy that does not exist" "" \
	sh -c "echo hope >/sys/module/jailhouse/parameters/panic"
check "cells are to be stopped" sh -c "echo stop >/sys/module/jailhouse/parameters/panic"
check "enable" jailhouse enable $lab_system
check "create" jailhouse cell create /run/rtos.cell
check "load" jailhouse cell load rtos /usr/share/jailhouse/inmates/motor.bin
check "start" jailhouse cell start rtos
check "create a second one" jailhouse cell create /etc/jailhouse/timer.cell
check "load" jailhouse cell load timer /usr/share/jailhouse/inmates/stubborn.bin -s "locked" -a 0x1000
check "start" jailhouse cell start timer
check "that runs locked" wait_for 30 sh -c "jailhouse cell list | grep -q running/locked"
check "it runs" wait_for 30 sh -c "jailhouse console | grep -q 'motor: t=1 s'"
echo 1 >/proc/sys/kernel/sysrq
say "panic"
echo c >/proc/sysrq-trigger
