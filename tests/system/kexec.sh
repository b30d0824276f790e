# SPDX-License-Identifier: GPL-2.0-only
# Linux starts another Linux (kexec) while the hypervisor is enabled and a cell runs: the machine is
# given back first, and the next kernel has all of it (kexec.conf).

next_kernel 'echo "next kernel: CPUs $(cat /sys/devices/system/cpu/online)"'
check "the next kernel is loaded" kexec load /root/vmlinuz /run/next.cpio "console=$lab_console $lab_early"
check "the driver loads" modprobe jailhouse
check "enable" jailhouse enable $lab_system
check "create" jailhouse cell create /etc/jailhouse/rtos.cell
check "load" jailhouse cell load rtos /usr/share/jailhouse/inmates/motor.bin
check "start" jailhouse cell start rtos
check "it runs" wait_for 30 sh -c "jailhouse console | grep -q 'motor: t=1 s'"
echo "kexec start" >/run/lab/last
