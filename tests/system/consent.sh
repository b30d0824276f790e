# SPDX-License-Identifier: GPL-2.0-only
# What a cell may say when it is asked: it denies a shutdown and goes on, and as long as it runs
# locked nothing is created or destroyed beside it. Two that do do not keep each other for ever.

inmates=/usr/share/jailhouse/inmates

run() {
	jailhouse cell load "$1" $inmates/stubborn.bin -s "$2" -a 0x1000 && jailhouse cell start "$1"
}

state() {
	jailhouse cell list | grep " $1 " | sed 's/.*  \(running[^ ]*\|shut down\|failed\) .*/\1/'
}

says() {
	[ "$(jailhouse console | grep -cF "[$1] $2")" -ge "$3" ]
}

check "the driver loads" modprobe jailhouse
check "enable" jailhouse enable $lab_system
check "create" jailhouse cell create /etc/jailhouse/rtos.cell

say "a cell that denies"
check "it runs" run rtos "deny=4"
check "it says so" wait_for 20 says rtos "stubborn: running" 1
denied='cell "rtos" denied the shutdown request'
check_fails "shutdown is denied" "$denied" jailhouse cell shutdown rtos
check_fails "destroy is denied" "$denied" jailhouse cell destroy rtos
check_fails "start is denied" "$denied" jailhouse cell start rtos
check_fails "disable is denied" "$denied" jailhouse disable
check_equal "each was heard" 4 "$(jailhouse console | grep -c 'stubborn: denied')"
check_equal "it runs on" running "$(state rtos)"
check_equal "still enabled" 1 "$(cat /sys/devices/jailhouse/enabled)"
check "then it approves" jailhouse cell shutdown rtos
check_equal "it is down" "shut down" "$(state rtos)"
check "it runs again" run rtos "deny=4"
check "it says so" wait_for 20 says rtos "stubborn: running" 2
check "by force it ends without being asked" jailhouse cell shutdown --force rtos
check_equal "it denied no more" 4 "$(jailhouse console | grep -c 'stubborn: denied')"

say "a cell that runs locked"
check "it runs" run rtos "locked"
check "it says so" wait_for 20 says rtos "stubborn: running" 3
check_equal "it is locked" "running/locked" "$(state rtos)"
locked='cell "rtos" runs locked'
check_fails "no cell is created" "$locked" jailhouse cell create /etc/jailhouse/timer.cell
check_equal "Linux keeps the CPU" 0-2 "$(online_cpus)"
check "it agrees to end" jailhouse cell shutdown rtos
check "now a cell is created" jailhouse cell create /etc/jailhouse/timer.cell
check "the other one is locked again" run rtos "locked"
check "it says so" wait_for 20 says rtos "stubborn: running" 4
check_fails "no cell is destroyed" "$locked" jailhouse cell destroy timer
check "one that is there is started" run timer "deny=0"
check "it says so" wait_for 20 says timer "stubborn: running" 1
check_fails "not even by force is one destroyed" "$locked" jailhouse cell destroy --force timer
check "both are locked" run timer "locked"
check "it says so" wait_for 20 says timer "stubborn: running" 2
check_fails "one is not destroyed" "$locked" jailhouse cell destroy timer
check_fails "nor the other one" 'cell "timer" runs locked' jailhouse cell destroy rtos
check_fails "nor are all of them at once" 'cell "timer" runs locked' jailhouse disable
check "but it agrees to end" jailhouse cell shutdown timer
check "then the other one is destroyed" jailhouse cell destroy rtos
check "then the other one" jailhouse cell destroy timer
check "disable" jailhouse disable
check_equal "4 CPUs are online" 0-3 "$(online_cpus)"
