# SPDX-License-Identifier: GPL-2.0-only
# VT-x: Linux is taken over on two CPUs, one of them runs a motor controller and then hostile code, and
# Linux gets its machine back; all of it once more.

. /lab/attack.lib
statistics=/sys/devices/jailhouse/cells/1/statistics
cycles=0 missed=0

state_is() {
	[ "$(cat /sys/devices/jailhouse/cells/1/state)" = "$1" ]
}

# The value of "name=value" in the last line that has the text.
value() {
	grep "$2" $console | tail -n 1 | sed "s/.*$1=\([^ ]*\).*/\1/"
}

# start PROGRAM ARGUMENTS
start() {
	mark=$(wc -l <$console)
	jailhouse cell load "$cell" $inmates/$1.bin -s "$2" -a 0x1000 && jailhouse cell start "$cell"
}

# Linux asks both CPUs by NMI what they do.
both_have_answered() {
	[ "$(dmesg | sed -n 's/.*NMI backtrace for cpu \([0-9]*\).*/\1/p' | sort -u | wc -l)" -eq 2 ]
}

backtraces() {
	local n

	for n in 1 2 3 4 5; do
		dmesg -c >/dev/null
		echo l >/proc/sysrq-trigger
		wait_for 10 both_have_answered || return 1
	done
}

# The cells of the other PC, on the CPU that there is here.
move_cell() {
	config_edit "/etc/jailhouse/$1.cell" "/run/$1.cell" cpus=2 pio.0.base=0xb008
}

create() {
	cell=$1
	check "create" jailhouse cell create "/run/$1.cell"
	check_equal "Linux has one CPU left" 0 "$(online_cpus)"
}

destroy() {
	check "destroy" jailhouse cell destroy "$cell"
	check_equal "Linux has its CPUs" 0-1 "$(online_cpus)"
}

control() {
	create rtos
	check "a motor controller starts" start motor "setpoint=1500"
	check "it controls" wait_for 30 has_said "motor: t=.*set=1500"
	check "and ends when it is asked to" jailhouse cell shutdown rtos
	wait_for 5 has_said "motor: end"
	say "$(grep "motor: end" $console | tail -n 1)"
	cycles=$((cycles + $(value cycles "motor: end")))
	missed=$((missed + $(value lost "motor: end")))
	jailhouse cell stats rtos
	destroy
}

hostile_code() {
	open_memory
	(
		cell=hostile cell_file=/run/hostile.cell cpu=1
		export cell cell_file cpu
		try_attacks
	)
	check "physical memory is closed" rmmod physmem_module
	check_equal "Linux has its CPUs" 0-1 "$(online_cpus)"
}

say "Debian $(uname -r) on $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1)"
echo 1 >/proc/sys/kernel/sysrq
dmesg -n 1
check "the driver loads" modprobe jailhouse
for name in rtos hostile; do
	check "the cell $name is moved" move_cell $name
done
for round in 1 2; do
	check "enable" jailhouse enable $lab_system
	find_hypervisor
	follow_console
	check "NMIs of Linux arrive" backtraces
	control
	[ $round -eq 2 ] || hostile_code
	kill $follower
	check "disable" jailhouse disable
done
check_equal "no control cycle was missed" 0 "$missed"
if [ ! -s /run/lab/failed ]; then
	echo "demo vtx: passed, $cycles control cycles, $missed missed"
fi
