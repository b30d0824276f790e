# SPDX-License-Identifier: GPL-2.0-only
# Linux takes its CPUs offline and online while the hypervisor is enabled, beside a running cell; what
# was offline before a cell or a disable is offline afterwards.

cpu=/sys/devices/system/cpu
inmates=/usr/share/jailhouse/inmates

set_online() {
	echo "$2" >$cpu/cpu$1/online
}

# The CPU runs processes, sleeps, and gets interrupts of others.
works() {
	timeout 20 taskset -c "$1" sh -c 'usleep 10000; cat /proc/self/stat >/dev/null'
}

cycle() {
	local n

	for n in $*; do
		set_online "$n" 0 && ! works "$n" && set_online "$n" 1 && works "$n" || return 1
	done 2>/dev/null
}

# All CPUs but the first, and that of the cell.
all_but_one() {
	local n=1

	while [ $n -le ${lab_cpus#0-} ]; do
		[ $n -eq 3 ] || set_online $n "$1" || return 1
		n=$((n + 1))
	done
}

motor_seconds() {
	jailhouse console | sed -n 's/.*motor: t=\([0-9]*\) s.*/\1/p' | tail -n 1
}

motor_goes_on() {
	[ "$(motor_seconds)" -gt "$1" ]
}

first=$(lab_first_hotplug)
check "CPUs come and go before" cycle 1 2 3
check "the driver loads" modprobe jailhouse
check "enable" jailhouse enable $lab_system
pool=$(cat /sys/devices/jailhouse/mem_pool_used)
for round in 1 2 3; do
	check "CPUs come and go, round $round" cycle 1 2 3
done
[ $first -ne 0 ] || check "the first CPU as well" cycle 0

say "beside a cell"
check "create" jailhouse cell create /etc/jailhouse/rtos.cell
check "load" jailhouse cell load rtos $inmates/motor.bin
check "start" jailhouse cell start rtos
check "it runs" wait_for 30 motor_goes_on 0
before=$(motor_seconds)
check "CPUs come and go" cycle $first 2 1 2
check_fails "the cell's CPU does not" "" set_online 3 1
check "the cell goes on" wait_for 30 motor_goes_on "$((before + 1))"
check "all but one go" all_but_one 0
check_equal "one CPU is left" 0 "$(online_cpus)"
check_fails "which cannot be given away" "" \
	sh -c 'config_edit /etc/jailhouse/timer.cell /tmp/last.cell cpus=7 &&
		jailhouse cell create /tmp/last.cell'
check "they come back" all_but_one 1
check "the cell goes on" wait_for 30 motor_goes_on "$((before + 2))"

# Clearing so much memory takes a while, in which Linux tries to have the CPU again.
if [ "$lab_arch" = x86 ]; then
	say "a CPU that is on its way to a cell"
	config_edit /etc/jailhouse/timer.cell /tmp/big.cell name=big mem.2.size=0x18000000
	(jailhouse cell create /tmp/big.cell; echo $? >/tmp/created) >/tmp/create.log 2>&1 &
	while [ ! -e /tmp/created ]; do
		set_online 2 1 2>/dev/null
	done
	check_equal "the cell is made: $(cat /tmp/create.log)" 0 "$(cat /tmp/created)"
	check_equal "Linux does not have its CPU" 0-1 "$(online_cpus)"
	check "destroy" jailhouse cell destroy big
	check "the CPU works" works 2
fi

say "a cell on a CPU that was offline"
set_online 2 0
check "create" jailhouse cell create /etc/jailhouse/timer.cell
check "destroy" jailhouse cell destroy timer
check_equal "it is offline again" "$(cpus_but 2 3)" "$(online_cpus)"
check "it can come back" set_online 2 1
check "destroy" jailhouse cell destroy rtos
check_equal "no page of the hypervisor is lost" "$pool" \
	"$(cat /sys/devices/jailhouse/mem_pool_used)"

say "disable with a CPU offline"
set_online 1 0
check "disable" jailhouse disable
check_equal "it is offline again" "$(cpus_but 1)" "$(online_cpus)"
check "it comes back" set_online 1 1
check "CPUs come and go afterwards" cycle 1 2 3
check "enable" jailhouse enable $lab_system
check "disable" jailhouse disable
for n in 0 1 2 3; do
	check "CPU $n works" works $n
done
