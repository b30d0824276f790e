# SPDX-License-Identifier: GPL-2.0-only
# A CPU that goes missing while the tables of Linux's memory are changed, by an image for tests (faults.c).
# On x86 another CPU has to leave its guest for that: one that takes some seconds is waited for; one that
# takes longer than ever ends all changes, but nobody's life. And one that dies in the middle of the change,
# with the lock that each access to an emulated register needs: the other CPUs go on.
# A machine after that cannot be given back: the run ends with it.

broken="the hypervisor has failed on a CPU and accepts no changes"
fault=/sys/module/fault_module/parameters/fault

# away SECONDS: CPU 1 is not to be had for so long, from the next change on.
away() {
	echo "1 $(printf '0x%x' $(($1 << 16 | 0x206)))" >$fault
}

seconds() {
	cut -d. -f1 /proc/uptime
}

# Interrupts between the CPUs that are left, and work on each.
lives() {
	local cpu

	for cpu in $*; do
		check "CPU $cpu goes on" taskset -c $cpu sh -c 'n=0; while [ $n -lt 5000 ]; do n=$((n + 1)); done'
	done
}

# said TEXT: the hypervisor has said so within ten seconds. Nothing sleeps here: Linux lets timers of idle
# CPUs run on another one, which may be the one that has died.
said() {
	local before

	before=$(seconds)
	until grep -q "$1" /sys/devices/jailhouse/console; do
		[ $(($(seconds) - before)) -lt 10 ] || return 1
	done
}

load_faults
fixed_cell /run/rtos.cell
check "enable" jailhouse enable $lab_system

if [ $lab_arch = x86 ]; then
	say "a CPU that takes four seconds"
	away 4
	before=$(seconds)
	check "the cell is made" jailhouse cell create /run/rtos.cell
	check "that took a while" test $(($(seconds) - before)) -ge 2
	lives 0 1 2
	check "and it ends" jailhouse cell destroy rtos
fi

case $lab_lane in
*-x2apic-*)
	say "a CPU that takes longer than ever"
	away 15
	check_fails "no cell is made" "$broken" jailhouse cell create /run/rtos.cell
	check "why is on the console" said "FATAL: CPU 1 did not leave its guest within 10 s"
	check_fails "nothing is changed any more" "$broken" jailhouse cell create /run/rtos.cell
	check_fails "nor is the hypervisor left" "$broken" jailhouse disable
	lives 0 1 2
	;;
*)
	say "a CPU that dies in the middle of a change"
	echo "1 0x202" >$fault
	taskset 2 jailhouse cell create /run/rtos.cell &
	check "it tells" said "FATAL: BUG in the hypervisor on CPU 1: a deliberate one"
	lives 0 2
	;;
esac
echo "broken: over"
sleep 100
