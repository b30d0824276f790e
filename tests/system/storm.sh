# SPDX-License-Identifier: GPL-2.0-only
# All CPUs of Linux go offline and come back, each in a loop of its own, as fast as Linux lets them,
# beside a cell that looks at all its registers and at its memory a thousand times a second. Nothing
# happens to the cell, every CPU comes back and works, and the kernel says nothing.

cpu=/sys/devices/system/cpu
seconds=15

# storm CPU: until the time is over; prints how often. One CPU has to stay, so a turn may be refused.
storm() {
	local end=$(($(date +%s) + seconds)) turns=0

	while [ "$(date +%s)" -lt $end ]; do
		echo 0 >$cpu/cpu$1/online && turns=$((turns + 1))
		echo 1 >$cpu/cpu$1/online
	done 2>/dev/null
	echo $turns
}

all_storm() {
	local n pids=""

	rm -f /tmp/turns.*
	for n in "$@"; do
		storm "$n" >/tmp/turns.$n &
		pids="$pids $!"
	done
	wait $pids
}

turned() {
	local n

	for n in "$@"; do
		echo "CPU $n: $(cat /tmp/turns.$n) times"
		[ "$(cat /tmp/turns.$n)" -ge 5 ] || return 1
	done
}

ticks() {
	jailhouse console | sed -n 's/.*canary: ticks=\([0-9]*\) bad=0.*/\1/p' | tail -n 1
}

ticks_above() {
	[ "$(ticks)" -gt "$1" ]
}

complaints() {
	dmesg | grep -E "WARNING|BUG:|Oops|stall|lockup|hung|nobody cared|spurious|failed to" |
		grep -v "Speculative Return Stack Overflow"
}

first=$(lab_first_hotplug)
check "the driver loads" modprobe jailhouse
check "enable" jailhouse enable $lab_system
check "create" jailhouse cell create /etc/jailhouse/rtos.cell
check "load" jailhouse cell load rtos /usr/share/jailhouse/inmates/canary.bin
check "start" jailhouse cell start rtos
check "it runs" wait_for 30 ticks_above 0
pool=$(cat /sys/devices/jailhouse/mem_pool_used)
before=$(ticks)
dmesg -c >/dev/null
# shellcheck disable=SC2046
all_storm $(seq $first 2)
# shellcheck disable=SC2046
check "each CPU has gone and come" turned $(seq $first 2)
say "$(tr '\n' ' ' <"$lab_out")"
check_equal "all are there" 0-2 "$(online_cpus)"
for n in 0 1 2; do
	check "CPU $n works" timeout 20 taskset -c $n true
done
check "the cell goes on" wait_for 30 ticks_above "$before"
check_equal "nothing has happened to it" 0 "$(console_count 'canary: .* bad=[1-9]')"
check_equal "no page of the hypervisor is lost" "$pool" "$(cat /sys/devices/jailhouse/mem_pool_used)"
check_equal "the kernel says nothing" "" "$(complaints)"
check "destroy" jailhouse cell destroy rtos
check "disable" jailhouse disable
check_equal "all are there" 0-3 "$(online_cpus)"
