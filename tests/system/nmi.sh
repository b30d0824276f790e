# SPDX-License-Identifier: GPL-2.0-only
# Non-maskable interrupts of Linux reach Linux, and only its own CPUs: those it sends itself to see
# what each CPU does, and one from outside, which the emulator makes.

inmates=/usr/share/jailhouse/inmates
echo 1 >/proc/sys/kernel/sysrq
dmesg -n 1

# CPUs that say what they do.
backtraces() {
	dmesg -c >/dev/null
	echo l >/proc/sysrq-trigger
	wait_for 10 all_have_answered "$1"
}

all_have_answered() {
	[ "$(dmesg | sed -n 's/.*NMI backtrace for cpu \([0-9]*\).*/\1/p' | sort -u | wc -l)" -eq "$1" ]
}

many_backtraces() {
	local n

	for n in 1 2 3 4 5 6 7 8 9 10; do
		backtraces "$1" || return 1
	done
}

nmis() {
	awk '$1 == "NMI:" { for (n = 2; n <= NF && $n ~ /^[0-9]+$/; n++) sum += $n } END { print sum + 0 }' \
		/proc/interrupts
}

more_nmis() {
	[ "$(nmis)" -gt "$1" ]
}

from_outside() {
	local before

	before=$(nmis)
	echo "lab: monitor nmi"
	check "$1: one from outside arrives" wait_for 10 more_nmis "$before"
}

motor_seconds() {
	jailhouse console | sed -n 's/.*motor: t=\([0-9]*\) s.*/\1/p' | tail -n 1
}

motor_goes_on() {
	[ "$(motor_seconds)" -gt "$1" ]
}

check "before: all CPUs answer" backtraces 4
from_outside "before"
check "the driver loads" modprobe jailhouse
check "enable" jailhouse enable $lab_system
check "enabled: all CPUs answer, 10 times" many_backtraces 4
from_outside "enabled"
check "create" jailhouse cell create /etc/jailhouse/rtos.cell
check "load" jailhouse cell load rtos $inmates/motor.bin
check "start" jailhouse cell start rtos
check "it runs" wait_for 30 motor_goes_on 0
check "beside a cell: the CPUs of Linux answer, 10 times" many_backtraces 3
from_outside "beside a cell"
before=$(motor_seconds)
check "the cell goes on" wait_for 30 motor_goes_on "$((before + 1))"
check "destroy" jailhouse cell destroy rtos
check "with CPU 3 back: all CPUs answer" backtraces 4
check "disable" jailhouse disable
check "afterwards: all CPUs answer" backtraces 4
from_outside "afterwards"
