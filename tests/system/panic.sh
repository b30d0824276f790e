# SPDX-License-Identifier: GPL-2.0-only
# Linux panics beside a running cell, and wants to reset the machine three seconds later: only Linux
# stops, the cell goes on. It says so on a serial line of its own, which the console shows.

case $lab_arch in
x86) line="con.type=2 con.address=0x2f8 con.divider=1 add.pio=0x2f8,8" ;;
*)
	line="con.type=3 con.address=0x9040000 con.flags=1 add.mem=0x9040000,0x9040000,0x1000,0x93"
	echo 9040000.pl011 >/sys/bus/amba/drivers/uart-pl011/unbind
	;;
esac
# shellcheck disable=SC2086
config_edit /etc/jailhouse/rtos.cell /run/rtos.cell cell.flags=0 $line
echo 3 >/proc/sys/kernel/panic
echo 1 >/proc/sys/kernel/sysrq
check "the driver loads" modprobe jailhouse
check "enable" jailhouse enable $lab_system
check "create" jailhouse cell create /run/rtos.cell
check "load" jailhouse cell load rtos /usr/share/jailhouse/inmates/motor.bin
check "start" jailhouse cell start rtos
sleep 3
check_equal "the cell runs" running "$(cat /sys/devices/jailhouse/cells/1/state)"
say "panic"
echo c >/proc/sysrq-trigger
