# SPDX-License-Identifier: GPL-2.0-only
# A reboot while a CPU of Linux is stuck and a cell runs that agrees to nothing. The hypervisor cannot be left
# without that CPU, but the cell ends, so that the machine does reboot, and not only Linux.

check "the driver loads" modprobe jailhouse
check "a way to keep a CPU busy" insmod "/usr/bin/stall-$(uname -r).ko" cpu=2
check "enable" jailhouse enable $lab_system
check "create" jailhouse cell create /etc/jailhouse/rtos.cell
check "load" jailhouse cell load rtos /usr/share/jailhouse/inmates/stubborn.bin -s "deny=1000" -a 0x1000
check "start" jailhouse cell start rtos
check "it runs" wait_for 30 sh -c "jailhouse console | grep -q 'stubborn: running'"
dmesg -n 7
# Nobody who is needed for that may be on that CPU.
echo "taskset 1 sh -c 'echo 12000 >/sys/module/stall_module/parameters/now; reboot -f'" >/run/lab/last
