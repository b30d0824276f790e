# SPDX-License-Identifier: GPL-2.0-only
# A cell from create to destroy, with the motor controller in it.

inmates=/usr/share/jailhouse/inmates

check "the driver loads" modprobe jailhouse
check "enable" jailhouse enable /etc/jailhouse/qemu-virt.cell
check "create" jailhouse cell create /etc/jailhouse/rtos.cell
check "load" jailhouse cell load rtos $inmates/motor.bin -s "setpoint=1500" -a 0x1000
check "start" jailhouse cell start rtos
sleep 3
jailhouse cell list
jailhouse cell stats rtos
jailhouse console
check "shutdown" jailhouse cell shutdown rtos
jailhouse cell list
jailhouse console | tail -5
check "destroy" jailhouse cell destroy rtos
check_equal "4 CPUs are online" 0-3 "$(online_cpus)"
check "disable" jailhouse disable
check "KVM works after" kvm_run all
