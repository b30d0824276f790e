# SPDX-License-Identifier: GPL-2.0-only
# Linux panics beside a running cell, and wants to reset the machine three seconds later: only Linux
# stops, the cell goes on. It says so on a serial line of its own, which the console shows.

# line_in_memory TYPE ADDRESS
line_in_memory() {
	echo "con.type=$1 con.address=$2 con.flags=1 add.mem=$2,$2,0x1000,0x93"
}

case $lab_lane in
q35-*) line="con.type=2 con.address=0x2f8 con.divider=1 add.pio=0x2f8,8" ;;
zcu102-*)
	line=$(line_in_memory 4 0xff010000)
	insmod "/usr/bin/physmem-$(uname -r).ko"
	physmem write 0xff010004 4 0x20 && physmem write 0xff010000 4 0x17
	;;
imx8mp-*)
	line=$(line_in_memory 8 0x30880000)
	echo 30880000.serial >/sys/bus/platform/drivers/imx-uart/unbind
	insmod "/usr/bin/physmem-$(uname -r).ko"
	physmem write 0x30880080 4 1 && physmem write 0x30880084 4 0x4027
	;;
*)
	line=$(line_in_memory 3 0x9040000)
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
