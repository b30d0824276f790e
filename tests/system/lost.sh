# SPDX-License-Identifier: GPL-2.0-only
# A CPU of Linux has its interrupt table in memory that is not Linux's. It cannot take the exception which
# that is, nor the double fault: the processor itself would give up then, and so does the hypervisor, instead
# of giving it the same exception for ever. With a cell, only Linux stops, and the cell goes on; without one
# the machine is reset, as it would be without a hypervisor.

# This shell stays on the first CPU.
taskset -p 1 $$ >/dev/null
insmod "/usr/bin/lost-$(uname -r).ko"
check "the driver loads" modprobe jailhouse
# The hypervisor's serial line, and whether there is a cell
case $lab_lane in
q35-amd-6.12) line=0x3e8 cell=yes ;;
*) line=0x2f8 cell="" ;;
esac
config_edit $lab_system /run/debug.cell console=2 console.address=$line console.divider=1
check "enable" jailhouse enable /run/debug.cell
if [ -n "$cell" ]; then
	config_edit /etc/jailhouse/rtos.cell /run/rtos.cell cell.flags=0 con.type=2 con.address=0x2f8 \
		con.divider=1 add.pio=0x2f8,8
	check "a cell is created" jailhouse cell create /run/rtos.cell
	check "and loaded" jailhouse cell load rtos /usr/share/jailhouse/inmates/motor.bin
	check "and started" jailhouse cell start rtos
	sleep 3
	check_equal "it runs" running "$(cat /sys/devices/jailhouse/cells/1/state)"
fi
hypervisor=$(dmesg | sed -n 's/.*hypervisor memory 0x\([0-9a-f]*\)+.*/\1/p' | tail -n 1)
check "the hypervisor's address is known" test -n "$hypervisor"
say "CPU 1"
sleep 1
echo "1 $hypervisor" >/sys/module/lost_module/parameters/lost
sleep 60
