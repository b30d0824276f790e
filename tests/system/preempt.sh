# SPDX-License-Identifier: GPL-2.0-only
# Something below takes CPUs away, one at a time, at any instruction: for moments, and now and then for as long
# as five seconds (lab/host/preempt.c), while the hypervisor comes and goes and cells do. What is late may be
# refused, by a sentence that says so, and nothing else happens; a cell that counts finds its memory and its
# registers as they were. Then all works at once.
# The kernel argument lab.cycles multiplies the time (make soak).

inmates=/usr/share/jailhouse/inmates
factor=$(sed -n 's/.*lab\.cycles=\([0-9]*\).*/\1/p' /proc/cmdline)
stop=$((20 * ${factor:-1}))
rtos=/run/rtos.cell
late="did not arrive within|is still awaited|still had interrupts queued|did not stop within|is still online in"
late="$late|did not come back from the hypervisor|did not answer the shutdown request"
operations=0
refusals=0

seconds() {
	cut -d. -f1 /proc/uptime
}

# tried COMMAND...: it works, or is refused because somebody was late. Everything else is shown, and counted.
tried() {
	operations=$((operations + 1))
	"$@" >/run/said 2>&1 && return 0
	refusals=$((refusals + 1))
	grep -qE "$late" /run/said || { echo "$*: $(cat /run/said)" >>/run/wrong; }
	return 1
}

is_enabled() {
	[ "$(cat /sys/devices/jailhouse/enabled)" = 1 ]
}

has_cell() {
	[ -d /sys/devices/jailhouse/cells/1 ]
}

# A cell may still be there, since it could not be destroyed.
cell_life() {
	has_cell || tried jailhouse cell create $rtos || return 0
	tried jailhouse cell load canary $inmates/canary.bin -s "report=100" -a 0x1000 &&
		tried jailhouse cell start canary && sleep 0.5
	tried jailhouse cell destroy --force canary
}

# All of it is right until the end, whatever was refused on the way.
hypervisor_life() {
	local n=0

	is_enabled || tried jailhouse enable $lab_system || return 0
	while [ $n -lt 3 ]; do
		n=$((n + 1))
		cell_life
	done
	jailhouse console >>/run/console
	has_cell || tried jailhouse disable
}

config_edit /etc/jailhouse/rtos.cell $rtos name=canary
check "the driver loads" modprobe jailhouse
check "enable" jailhouse enable $lab_system
check "disable" jailhouse disable
before=$(free_pages)
: >/run/wrong
: >/run/console
echo "lab: preempt begin"
stop=$((stop + $(seconds)))
while [ "$(seconds)" -lt $stop ]; do
	hypervisor_life
done
echo "lab: preempt end"
say "$operations operations, of which $refusals were refused"
check "some were tried" test $operations -gt 10
check "cells have counted meanwhile" grep -q 'canary: ticks=[0-9]* bad=0' /run/console
check_equal "each refusal was for a CPU that was late" "" "$(cat /run/wrong)"

# What was late is given time to come.
ends() {
	is_enabled || return 0
	! has_cell || jailhouse cell destroy --force canary
	jailhouse disable
}

check "all ends" wait_for 60 ends
check_equal "all CPUs are online" $lab_cpus "$(online_cpus)"
check "enable" wait_for 60 jailhouse enable $lab_system
check "create" jailhouse cell create $rtos
check "load" jailhouse cell load canary $inmates/canary.bin -s "report=100" -a 0x1000
check "start" jailhouse cell start canary
check "it counts" wait_for 20 sh -c "jailhouse console | grep -q 'canary: ticks=[0-9]* bad=0'"
jailhouse console >>/run/console
check "disable" jailhouse disable
check_equal "none has found anything wrong" "" "$(grep -E 'canary: .* bad=[1-9]|FATAL|failed' /run/console)"
check "Linux has its memory back" wait_for 20 memory_is_back "$before" 512
check "the driver unloads" wait_for 20 rmmod jailhouse
