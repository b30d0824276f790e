# SPDX-License-Identifier: GPL-2.0-only
# SMT is turned off while the hypervisor is enabled: Linux does not let the CPUs that are offline then
# come back, without which the hypervisor cannot go. That is said, with the cure; and a reboot works
# all the same (smt.conf). A cell on one of the two threads of a core is created, with a word about it.

smt=/sys/devices/system/cpu/smt/control

check_equal "SMT is on" on "$(cat $smt)"
check "the driver loads" modprobe jailhouse
check "enable" jailhouse enable $lab_system
check "SMT is turned off" sh -c "echo off >$smt"
check_equal "two CPUs are left" 0,2 "$(online_cpus)"
check_fails "disable names the cure" "SMT was turned off, turn it on first" jailhouse disable
check_equal "still enabled" 1 "$(cat /sys/devices/jailhouse/enabled)"
check "SMT is turned on" sh -c "echo on >$smt"
check "disable" jailhouse disable
check_equal "all CPUs are there" 0-3 "$(online_cpus)"
check "enable" jailhouse enable $lab_system
check "create" jailhouse cell create /etc/jailhouse/rtos.cell
check "it is said that two cells share a core" sh -c \
	"dmesg | grep -q 'CPU 3 of cell \"rtos\" shares its core with others (CPUs 2-3)'"
check "SMT is turned off" sh -c "echo off >$smt"
dmesg -n 7
echo "reboot -f" >/run/lab/last
