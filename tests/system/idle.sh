# SPDX-License-Identifier: GPL-2.0-only
# Idle states by PSCI's CPU_SUSPEND, which the device tree of this machine names (lab/firmware): Linux
# uses them before, while and after the hypervisor is enabled, on all its CPUs, also on those that
# have been offline; and while it is, the firmware does not hear of it. Sleep of the whole machine stays
# refused.

cpu=/sys/devices/system/cpu
all="0 1 2 3"

# entered STATE COUNTER: on each CPU that is online.
entered() {
	local n

	for n in $all; do
		[ "$(cat $cpu/cpu$n/online)" = 1 ] && cat "$cpu/cpu$n/cpuidle/$1/$2"
	done
}

grown() {
	local state=$1 counter=$2 before

	shift 2
	before=$*
	set -- $(entered "$state" "$counter")
	for n in $before; do
		[ "$1" -gt "$n" ] || return 1
		shift
	done
}

# grows STATE COUNTER: on each CPU, within a while. Something wakes each of them up.
grows() {
	wait_for 20 grown "$1" "$2" $(entered "$1" "$2")
}

# disabled STATE 0|1
set_disabled() {
	local n

	for n in $all; do
		[ "$(cat $cpu/cpu$n/online)" != 1 ] || echo "$2" >"$cpu/cpu$n/cpuidle/$1/disable"
	done
}

# How often the firmware has suspended a CPU, in either state.
suspended() {
	echo c200ff02 >/sys/module/smc_module/parameters/call
	cut -d' ' -f1-2 /sys/module/smc_module/parameters/call
}

set_online() {
	echo "$2" >$cpu/cpu$1/online
}

come_and_go() {
	set_online 1 0 && set_online 2 0 && set_online 1 1 && set_online 2 1
}

# Standby alone, or with the state in which a CPU would lose its own. The hypervisor answers that one
# too early for Linux, which counts it as rejected and goes on.
uses_states() {
	set_disabled state2 1
	check "$1: all CPUs use standby" grows state1 usage
	set_disabled state2 0
	check "$1: and ask for more" grows state2 "$2"
}

check "calls can be made" insmod "/usr/bin/smc-$(uname -r).ko"
check_equal "the driver of idle states" psci_idle "$(cat $cpu/cpuidle/current_driver)"
check_equal "the states" "standby powerdown" \
	"$(cat $cpu/cpu0/cpuidle/state1/name $cpu/cpu0/cpuidle/state2/name | xargs)"
uses_states "before" usage
check "the firmware has suspended CPUs in both states" [ "$(suspended | grep -c '^[1-9a-f][0-9a-f]* [1-9a-f]')" = 1 ]
check "the driver loads" modprobe jailhouse
check "enable" jailhouse enable $lab_system
before=$(suspended)
uses_states "enabled" rejected
check "CPUs go and come" come_and_go
uses_states "after that" rejected

say "beside a cell"
check "create" jailhouse cell create /etc/jailhouse/rtos.cell
check "load" jailhouse cell load rtos /usr/share/jailhouse/inmates/motor.bin
check "start" jailhouse cell start rtos
uses_states "beside a cell" rejected
check "CPUs go and come" come_and_go
uses_states "after that" rejected
check_fails "the machine cannot sleep" "" sh -c "echo freeze >/sys/power/state"
check "the cell is there" wait_for 20 console_has "motor: t=2 s"
check "it ends" jailhouse cell shutdown rtos
check "no cycle was lost" console_has "motor: end .* lost=0"
check "destroy" jailhouse cell destroy rtos
uses_states "with all CPUs again" rejected
check_equal "the firmware has not heard of any of it" "$before" "$(suspended)"
check_equal "nothing is said against the root cell" 0 "$(console_count "root cell, CPU")"
check "disable" jailhouse disable
uses_states "afterwards" usage
check "CPUs go and come" come_and_go
uses_states "after that" usage
check "the firmware hears of it" [ "$(suspended)" != "$before" ]
check "the driver unloads" rmmod jailhouse
check "the way to make calls unloads" rmmod smc_module
