# SPDX-License-Identifier: GPL-2.0-only
# Several cells at once, and one of them with two CPUs: what PSCI answers inside it, the ways in which
# it ends by itself, and that nothing that happens to one cell costs another an exit. With eight CPUs.

inmates=/usr/share/jailhouse/inmates
jailhouse=/sys/devices/jailhouse

# load CELL PROGRAM "COMMAND LINE", and start.
run() {
	mark=$(jailhouse console | wc -l)
	jailhouse cell load "$1" "$inmates/$2.bin" -s "$3" -a 0x1000 && jailhouse cell start "$1"
}

says() {
	jailhouse console | tail -n "+$((mark + 1))" | grep -q -- "$1"
}

directory() {
	dirname "$(grep -lx "$1" $jailhouse/cells/*/name)"
}

cell_is() {
	grep -qx "$2" "$(directory "$1")/state"
}

exits() {
	cat "$(directory "$1")/statistics/vmexits_total"
}

pool_used() {
	cat $jailhouse/mem_pool_used
}

vmalloc_used() {
	awk '$1 == "VmallocUsed:" { print $2 }' /proc/meminfo
}

# ends HOW TEXT: the program does all its checks, ends in this way, and the reason can be read.
ends() {
	check "a run that ends by '$1'" run smp power "rounds=50 end=$1"
	check "every answer was right" wait_for 30 says "power: passed"
	check "why it has ended can be read" wait_for 5 says "$2"
	check "it is shut down" wait_for 5 cell_is smp "shut down"
	says "power: not" && jailhouse console | grep "power: not"
}

# Both CPUs of the cell, 0 or 1.
pair_online() {
	local n

	for n in 6 7; do
		echo "$1" >/sys/devices/system/cpu/cpu$n/online || return 1
	done
}

life() {
	jailhouse cell create /run/passive.cell && run smp power "rounds=0 end=storm" &&
		jailhouse cell destroy smp
}

lives() {
	local n=0

	while [ $n -lt "$1" ]; do
		n=$((n + 1))
		life || { echo "round $n of $1"; jailhouse console | tail -n 20; return 1; }
	done
}

# Stops and starts the cell in whatever its CPUs are doing.
restarts() {
	local n=0

	while [ $n -lt "$1" ]; do
		n=$((n + 1))
		jailhouse cell start smp || { echo "round $n of $1"; return 1; }
	done
}

check "the driver loads" modprobe jailhouse
config_edit $lab_system /run/system.cell cpus=0xff
check "enable" jailhouse enable /run/system.cell
empty=$(pool_used)
check "create" jailhouse cell create /etc/jailhouse/smp-8.cell

say "power states in a cell with two CPUs"
ends exit "power: rounds="
say "$(jailhouse console | grep "power: rounds" | tail -n 1)"
check "starts were seen on their way" says "pending=[1-9]"
ends off 'cell "smp" stops: SYSTEM_OFF on CPU'
ends reset 'cell "smp" stops: SYSTEM_RESET on CPU'
ends cpus 'cell "smp" stops: CPU_OFF of CPU [0-9]*, its last one'
check "after that it can be started" run smp power "rounds=1"
check "and runs" wait_for 30 says "power: passed"

# The emulated GICv2 forgets a level interrupt that came back before the guest has ended it, until
# something else happens there: Linux needs more than one CPU beside these cells.
say "another cell beside it"
config_edit /etc/jailhouse/timer.cell /run/single.cell cpus=0x20
check "a cell with one CPU" jailhouse cell create /run/single.cell
check_equal "Linux has the others left" 0-4 "$(online_cpus)"
check "both CPUs of the first one run" run smp power "rounds=1 end=spin"
check "and cause no exit from now on" wait_for 30 says "power: spinning"
usleep 200000
before=$(exits smp)
check "the other one runs" run timer timer "period_us=10000 count=100"
check "and ends" wait_for 30 says "timer: end"
check "it is destroyed" jailhouse cell destroy timer
check "it is made again" jailhouse cell create /run/single.cell
check "started" run timer timer "period_us=10000"
check "destroyed while it runs" jailhouse cell destroy timer
check_equal "not one exit of the first one" "$before" "$(exits smp)"
check "it does not answer, and is destroyed" jailhouse cell destroy --force smp

say "made and destroyed beside a busy Linux"
config_edit /etc/jailhouse/smp-8.cell /run/passive.cell cell.flags=0xc0000001
taskset -c 0 sh -c 'while :; do md5sum /bin/busybox; done' >/dev/null 2>&1 &
check "some to settle" lives 3
# Linux lets go of a CPU faster when it does not use it.
check "the CPUs are offline from now on" pair_online 0
check "some more" lives 2
check_equal "no page of the hypervisor is lost" "$empty" "$(pool_used)"
vmalloc=$(vmalloc_used)
before=$(free_pages)
check "50 times while one CPU switches the other on and off" lives 50
check_equal "no page of the hypervisor is lost" "$empty" "$(pool_used)"
kill $(jobs -p)
check "a cell that switches its second CPU on and off" jailhouse cell create /run/passive.cell
check "is started" run smp power "rounds=0 end=storm"
check "and stopped and started 150 times meanwhile" restarts 150
check "both CPUs are as good as new" run smp power "rounds=51"
# By its number: so much was said that the first lines of the console are gone.
check "every answer is right" wait_for 30 console_has "power: rounds=51 .*failed=0"
check "destroy" jailhouse cell destroy smp
check_equal "no page of the hypervisor is lost" "$empty" "$(pool_used)"
check "Linux has its memory back" wait_for 10 memory_is_back "$before" 512
now=$(vmalloc_used)
check "and its mappings: $vmalloc KiB before, now $now" [ "$now" -le $((vmalloc + 1024)) ]
check "the CPUs come back" pair_online 1
check_equal "all CPUs are back" 0-7 "$(online_cpus)"
check_equal "nothing is said against the root cell" 0 "$(console_count "root cell, CPU")"
check "disable" jailhouse disable
