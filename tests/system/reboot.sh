# SPDX-License-Identifier: GPL-2.0-only
# A reboot while the hypervisor is enabled, a cell runs and another one runs locked and agrees to nothing:
# both are taken down and the machine is given back first (reboot.conf); then it does reboot, which ends the
# emulator.

inmates=/usr/share/jailhouse/inmates

check "the driver loads" modprobe jailhouse
check "enable" jailhouse enable $lab_system
check "create" jailhouse cell create /etc/jailhouse/rtos.cell
check "load" jailhouse cell load rtos $inmates/motor.bin
check "start" jailhouse cell start rtos
check "create" jailhouse cell create /etc/jailhouse/timer.cell
check "load" jailhouse cell load timer $inmates/stubborn.bin -s "locked deny=1000" -a 0x1000
check "start" jailhouse cell start timer
check "one runs" wait_for 30 sh -c "jailhouse console | grep -q 'motor: t=1 s'"
check "the other one is locked" wait_for 30 sh -c "jailhouse cell list | grep -q running/locked"
dmesg -n 7
echo "reboot -f" >/run/lab/last
