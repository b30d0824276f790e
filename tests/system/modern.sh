# SPDX-License-Identifier: GPL-2.0-only
# A processor with what newer ones have, and a Linux that uses it: five-level page tables, separate
# ones for user space, protection keys, SMEP, SMAP, UMIP. All of it is as it was after the way there
# and back, and works for the root cell meanwhile.

flags() {
	sed -n 's/^flags.*: //p' /proc/cpuinfo | sort -u
}

has() {
	flags | grep -qw "$1"
}

for feature in la57 smep smap umip pku fsgsbase xsave avx2; do
	check "Linux uses $feature" has $feature
done
check "and separate page tables" grep -q "page tables isolation: enabled" /run/lab/boot
before=$(flags)
check "the driver loads" modprobe jailhouse
check "enable" jailhouse enable $lab_system
for cpu in 1 2 3; do
	check "CPU $cpu goes" eval "echo 0 >/sys/devices/system/cpu/cpu$cpu/online"
	check "CPU $cpu comes back" eval "echo 1 >/sys/devices/system/cpu/cpu$cpu/online"
done
check "create" jailhouse cell create /etc/jailhouse/rtos.cell
check "load" jailhouse cell load rtos /usr/share/jailhouse/inmates/motor.bin -s "seconds=2" -a 0x1000
check "start" jailhouse cell start rtos
check "it runs" wait_for 30 eval 'jailhouse console | grep -q "motor: end"'
check "destroy" jailhouse cell destroy rtos
check "disable" jailhouse disable
check_equal "the features are as before" "$before" "$(flags)"
