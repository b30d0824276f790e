# SPDX-License-Identifier: GPL-2.0-only
# A CPU with its interrupts off is late, at each moment of enable and disable where it matters: after
# about the time of the barrier all other CPUs go on as before, the sentence names the CPU, and as
# soon as the CPU is back everything works.

stall=/sys/module/stall_module/parameters
late="CPU 3 did not arrive within 1000 ms"

milliseconds() {
	awk '{ printf "%d\n", $1 * 1000 }' /proc/uptime
}

# refused "what" "text" command...: while the CPU is still away.
refused() {
	local what=$1 text=$2 before after

	shift 2
	before=$(milliseconds)
	check_fails "$what" "$text" "$@"
	after=$(milliseconds)
	say "that took $((after - before)) ms"
	check_equal "the CPU was still away" Y "$(cat $stall/stalled)"
}

# At most so many milliseconds; as a rule it comes back when it is told to, after what was to be tried.
hold=20000

comes_back() {
	echo 0 >$stall/stalled
	check "the CPU comes back" wait_for 40 cpu_is_back
}

cpu_is_back() {
	[ "$(cat $stall/stalled)" = N ] && taskset -c 3 true
}

# After a late CPU; driver and hypervisor have forgotten all of it.
works_again() {
	comes_back
	check "enable" wait_for 60 jailhouse enable $lab_system
	check "disable" jailhouse disable
}

# The last CPU: its thread is the last one that is made, so that nothing is left to wait for.
taskset -p 1 $$ >/dev/null
check "the driver loads" modprobe jailhouse
check "a way to keep a CPU busy" insmod "/usr/bin/stall-$(uname -r).ko" cpu=3

say "before enable"
echo $hold >$stall/now
refused "enable is refused" "$late" jailhouse enable $lab_system
works_again

say "when the others are on their way already"
echo $hold >$stall/at_thread
refused "enable is refused" "$late" jailhouse enable $lab_system
check "the other CPUs go on" taskset -c 2 true
refused "so is the next one, as long as the CPU is away" "is still awaited" \
	jailhouse enable $lab_system
check_fails "the module stays" "" rmmod jailhouse
works_again

# tried_again PARAMETER: the CPU is late for the first attempt, and there for one of the next. On a
# computer that is too busy it may be late for the driver's patience, too; then once more.
tried_again() {
	local n=0

	while [ $n -lt 5 ]; do
		n=$((n + 1))
		wait_for 40 cpu_is_back
		dmesg -c >/dev/null
		echo 1400 >$stall/$1
		jailhouse enable $lab_system && dmesg | grep -q "a CPU was late, next attempt" && return 0
		jailhouse disable
		sleep 1
	done
	return 1
}

late_once() {
	check "enable succeeds, not at once" tried_again "$1"
	check "the CPU is back" wait_for 40 cpu_is_back
	check "disable" jailhouse disable
}

say "for less than the driver's own patience"
late_once at_thread

say "one step before the hypervisor"
late_once at_entry

say "there for longer than the driver is patient with those that have not gone"
echo 8000 >$stall/at_entry
check_fails "enable is refused" "$late" jailhouse enable $lab_system
works_again

say "on the way back"
check "enable" jailhouse enable $lab_system
echo $hold >$stall/now
refused "disable is refused" "$late" jailhouse disable
comes_back
echo $hold >$stall/at_thread
refused "disable is refused" "$late" jailhouse disable
check_equal "still enabled" 1 "$(cat /sys/devices/jailhouse/enabled)"
comes_back
echo 2000 >$stall/at_leave
check "a short absence is waited for" wait_for 60 jailhouse disable
works_again
check "KVM is there" load_kvm
check "KVM works on every CPU" kvm_works all
rmmod stall_module
check "the driver unloads" wait_for 5 rmmod jailhouse
