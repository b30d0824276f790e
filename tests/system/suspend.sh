# SPDX-License-Identifier: GPL-2.0-only
# Linux cannot sleep while the hypervisor is enabled, in whatever way: the attempt fails at once with a
# sentence, before anything is frozen. Before and afterwards it can (as far as processes: all of it needs
# something that wakes the machine up). Idle CPUs do go where the firmware takes them (PSCI). Nor can
# memory go offline, where this kernel lets it go at all.

power=/sys/power
idle=/sys/devices/system/cpu/cpu1/cpuidle/state1

refused_sleep() {
	dmesg -c >/dev/null
	! echo "$1" >$power/state || return 1
	dmesg | grep -q "the machine cannot be suspended while the hypervisor is enabled"
}

# Freezes all processes, and thaws them after a second.
sleeps() {
	echo freezer >$power/pm_test && echo freeze >$power/state && echo none >$power/pm_test
}

idles() {
	local before

	before=$(cat $idle/usage)
	sleep 2
	[ "$(cat $idle/usage)" -gt "$before" ]
}

# One block of memory goes offline and comes back.
memory_goes() {
	local block

	for block in /sys/devices/system/memory/memory*; do
		echo offline >"$block/state" && echo online >"$block/state" && return 0
	done 2>/dev/null
	return 1
}

memory_stays() {
	dmesg -c >/dev/null
	! memory_goes || return 1
	dmesg | grep -q "cannot go offline while the hypervisor is enabled"
}

echo 1 >/sys/module/suspend/parameters/pm_test_delay
dmesg -n 3
check "Linux can sleep" sleeps
[ ! -d $idle ] || check "idle CPUs are in state $(cat $idle/name)" idles
[ "$lab_arch" != x86 ] || check "memory can go" memory_goes
check "the driver loads" modprobe jailhouse
check "it can with the driver" sleeps
check "enable" jailhouse enable $lab_system
for how in $(cat $power/state); do
	check "it cannot while enabled: $how" refused_sleep "$how"
done
[ ! -d $idle ] || check "idle CPUs are in state $(cat $idle/name)" idles
[ "$lab_arch" != x86 ] || check "memory cannot go" memory_stays
check "create" jailhouse cell create /etc/jailhouse/rtos.cell
check "nor beside a cell" refused_sleep freeze
check "destroy" jailhouse cell destroy rtos
check "disable" jailhouse disable
check "afterwards it can" sleeps
[ ! -d $idle ] || check "idle CPUs are in state $(cat $idle/name)" idles
[ "$lab_arch" != x86 ] || check "memory can go" memory_goes
