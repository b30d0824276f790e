# SPDX-License-Identifier: GPL-2.0-only
# Linux panics beside a running cell and has a crash kernel: that one comes up in its place, with what
# was reserved for it, and sees the memory of Linux, but not the cell's. The cell does not notice. At the
# end the crash kernel switches the machine off, which ends only itself (kdump.conf).

case $lab_arch in
x86) line="con.type=2 con.address=0x2f8 con.divider=1 add.pio=0x2f8,8" ;;
*) line="con.type=3 con.address=0x9000000 con.flags=1 add.mem=0x9000000,0x9000000,0x1000,0x93" ;;
esac
fixed_cell /run/fixed.cell
# shellcheck disable=SC2086
config_edit /run/fixed.cell /run/rtos.cell cell.flags=0 $line

next_kernel "echo \"crash kernel: CPU \$(cat /sys/devices/system/cpu/online),\" \
	\"\$(head -c 4 /proc/vmcore | tail -c 3), \$(head -c 16777216 /proc/vmcore | wc -c) bytes,\" \
	\"cell \$(physmem read $lab_cell_ram)\""
check "the crash kernel is loaded" \
	kexec crash /root/vmlinuz /run/next.cpio "console=$lab_console nr_cpus=1 reset_devices $lab_early"
check "the driver loads" modprobe jailhouse
check_equal "cells are to go on" keep "$(cat /sys/module/jailhouse/parameters/panic)"
check "enable" jailhouse enable $lab_system
check "create" jailhouse cell create /run/rtos.cell
check "load" jailhouse cell load rtos /usr/share/jailhouse/inmates/motor.bin
check "start" jailhouse cell start rtos
sleep 2
check_equal "the cell runs" running "$(cat /sys/devices/jailhouse/cells/1/state)"
echo 1 >/proc/sys/kernel/sysrq
say "panic"
echo c >/proc/sysrq-trigger
