# SPDX-License-Identifier: GPL-2.0-only
# A reboot while the hypervisor is enabled and a cell runs: the cell is taken down and the machine
# given back first (reboot.conf); then it does reboot, which ends the emulator.

check "the driver loads" modprobe jailhouse
check "enable" jailhouse enable $lab_system
check "create" jailhouse cell create /etc/jailhouse/rtos.cell
check "load" jailhouse cell load rtos /usr/share/jailhouse/inmates/motor.bin
check "start" jailhouse cell start rtos
check "it runs" wait_for 30 sh -c "jailhouse console | grep -q 'motor: t=1 s'"
dmesg -n 7
echo "reboot -f" >/run/lab/last
