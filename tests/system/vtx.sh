# SPDX-License-Identifier: GPL-2.0-only
# VT-x: Linux is taken over on two CPUs, one of them runs a motor controller and then hostile code, and
# Linux gets its machine back; all of it once more.

inmates=/usr/share/jailhouse/inmates
statistics=/sys/devices/jailhouse/cells/1/statistics
console=/run/console
cycles=0 missed=0

state_is() {
	[ "$(cat /sys/devices/jailhouse/cells/1/state)" = "$1" ]
}

# What was said since the cell was started.
has_said() {
	tail -n "+$((mark + 1))" $console | grep -qE -- "$1"
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

# attack "ARGUMENTS" STATE TEXT: it ends in that state, with the text on the console.
attack() {
	check "$1: it starts" start hostile "attack=$1" || return
	check "$1: $3" wait_for 10 has_said "$3"
	check "$1: the cell is $2" wait_for 5 state_is "$2"
	jailhouse cell shutdown "$cell" >/dev/null 2>&1 || jailhouse cell shutdown --force "$cell"
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
	config_edit "/etc/jailhouse/$1.cell" "/root/$1.cell" cpus=2 pio.0.base=0xb008
}

create() {
	cell=$1
	check "create" jailhouse cell create "/root/$1.cell"
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

attacks() {
	create hostile
	attack "foreign-ram addr=0x10000000" failed 'forbidden 4-byte read of 0x10000000'
	attack "write-ram addr=0x10000000" failed 'forbidden 4-byte write to 0x10000000'
	attack "exec-foreign addr=0x10000000" failed 'instruction fetch from 0x10000000'
	attack "tables case=4" failed 'page table outside of memory'
	attack "tables case=13" failed 'triple fault'
	attack "msr case=0" failed 'forbidden write to MSR 0xc0000080'
	attack "msr case=4" failed 'forbidden write to MSR 0x1b'
	attack "msr case=25" failed 'forbidden write to MSR 0x3a'
	attack "apic case=4" failed 'forbidden read of MSR 0x82e'
	attack "ipi case=0" failed 'forbidden interrupt command 0x4031'
	attack "ipi case=10" failed 'forbidden interrupt command 0x4602'
	attack "port case=0" failed 'forbidden 1-byte write to port 0xcf9'
	attack "port case=3" failed 'forbidden 1-byte read of port 0x3f8'
	attack "user case=1" running 'hypercall at user level = -1'
	attack "privileged case=8" running 'GETSEC: exception, syndrome 0x600000000'
	attack "privileged case=9" running 'VMXOFF: exception, syndrome 0x600000000'
	attack "cpuid" running 'signature 6c69614a 73756f68 65, feature bit 31 is 1'
	attack "stuck case=0" running 'stuck: survived'
	destroy
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
	jailhouse console -f >$console 2>&1 &
	follower=$!
	check "NMIs of Linux arrive" backtraces
	control
	[ $round -eq 2 ] || attacks
	kill $follower
	check "disable" jailhouse disable
done
check_equal "no control cycle was missed" 0 "$missed"
if [ ! -s /run/lab/failed ]; then
	echo "demo vtx: passed, $cycles control cycles, $missed missed"
fi
