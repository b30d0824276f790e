# SPDX-License-Identifier: GPL-2.0-only
# Linux cannot sleep while the hypervisor is enabled, in whatever way: the attempt fails at once with a
# sentence, before anything is frozen. Before and afterwards it can (as far as processes: all of it needs
# something that wakes the machine up). Nor can memory go offline, where this kernel lets it go at all.
# Idle CPUs only wait, whatever they ask the firmware for (PSCI).

power=/sys/power

refused_sleep() {
	dmesg -c >/dev/null
	! echo "$1" >$power/state || return 1
	dmesg | grep -q "the machine cannot be suspended while the hypervisor is enabled"
}

# Freezes all processes, and thaws them after a second.
sleeps() {
	echo freezer >$power/pm_test && echo freeze >$power/state && echo none >$power/pm_test
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

# The answer of the firmware's stead to a call of PSCI.
psci() {
	echo "$*" >/sys/module/smc_module/parameters/call
	cut -d' ' -f1 /sys/module/smc_module/parameters/call
}

# What a driver for idle CPUs would call, or one for a sleeping machine.
psci_sleeps() {
	check "calls can be made" insmod "/usr/bin/smc-$(uname -r).ko"
	check_equal "a CPU on standby goes on with the next interrupt" 0 "$(psci c4000001 0)"
	check_equal "so does one that would be switched off" 0 "$(psci c4000001 10000 40000000 1)"
	check_equal "there is no SYSTEM_SUSPEND" ffffffffffffffff "$(psci 8400000a c400000e)"
	check_equal "and it cannot be called" ffffffffffffffff "$(psci c400000e 40000000 1)"
}

echo 1 >/sys/module/suspend/parameters/pm_test_delay
dmesg -n 3
check "Linux can sleep" sleeps
[ "$lab_arch" != x86 ] || check "memory can go" memory_goes
check "the driver loads" modprobe jailhouse
check "it can with the driver" sleeps
check "enable" jailhouse enable $lab_system
for how in $(cat $power/state); do
	check "it cannot while enabled: $how" refused_sleep "$how"
done
[ "$lab_arch" != x86 ] || check "memory cannot go" memory_stays
[ "$lab_arch" != arm64 ] || psci_sleeps
check "create" jailhouse cell create /etc/jailhouse/rtos.cell
check "nor beside a cell" refused_sleep freeze
check "destroy" jailhouse cell destroy rtos
check "disable" jailhouse disable
check "afterwards it can" sleeps
[ "$lab_arch" != x86 ] || check "memory can go" memory_goes
