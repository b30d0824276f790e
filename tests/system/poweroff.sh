# SPDX-License-Identifier: GPL-2.0-only
# The machine is switched off while the hypervisor is enabled, a cell runs and another one does not
# answer: both are taken down, the machine is given back, and it does go off. What the console has to
# show of that is in poweroff.conf.

inmates=/usr/share/jailhouse/inmates

check "the driver loads" modprobe jailhouse
check "enable" jailhouse enable $lab_system
check "create" jailhouse cell create /etc/jailhouse/rtos.cell
check "load" jailhouse cell load rtos $inmates/motor.bin
check "start" jailhouse cell start rtos
check "create" jailhouse cell create /etc/jailhouse/timer.cell
check "load" jailhouse cell load timer $inmates/hostile.bin -s "attack=mute" -a 0x1000
check "start" jailhouse cell start timer
check "one runs" wait_for 30 sh -c "jailhouse console | grep -q 'motor: t=1 s'"
check "the other one is mute" wait_for 30 sh -c "jailhouse console | grep -q 'mute: survived'"
dmesg -n 7
