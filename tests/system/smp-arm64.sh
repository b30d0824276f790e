# SPDX-License-Identifier: GPL-2.0-only
# A cell with two CPUs: the first starts the second by PSCI, they send each other interrupts and have
# a timer each. Again and again, beside a Linux that is busy.

inmates=/usr/share/jailhouse/inmates
case $lab_lane in
virt-8-*) config=smp-8 left=0-5 all=0-7 ;;
*) config=smp left=0-1 all=0-3 ;;
esac

run() {
	mark=$(jailhouse console | wc -l)
	jailhouse cell load smp "$1" -s "$2" -a 0x1000 && jailhouse cell start smp
}

says() {
	jailhouse console | tail -n "+$((mark + 1))" | grep -q -- "$1"
}

life() {
	jailhouse cell create /etc/jailhouse/$config.cell && run $inmates/smp.bin "count=200" &&
		wait_for 20 says "smp: passed" && jailhouse cell destroy smp
}

lives() {
	n=0
	while [ $n -lt "$1" ]; do
		n=$((n + 1))
		life || { echo "round $n of $1"; jailhouse console | tail -n 20; return 1; }
	done
}

# Of the last three lines the last one tells that nobody is left: once in each life, or a life before
# would be seen.
together() {
	local n=0

	run "$inmates/power.bin" "rounds=0 end=together" || return 1
	while wait_for 20 sh -c 'jailhouse console | tail -n 3 | grep "its last one"'; do
		n=$((n + 1))
		[ $n -lt "$1" ] || return 0
		jailhouse cell start smp || return 1
	done
	echo "round $n of $1"
	jailhouse console | tail -n 8
	return 1
}

check "the driver loads" modprobe jailhouse
check "enable" jailhouse enable $lab_system
check "create" jailhouse cell create /etc/jailhouse/$config.cell
check_equal "Linux has the others left" $left "$(online_cpus)"
check "the cell starts" run $inmates/smp.bin "count=5000"
check "both CPUs did their part" wait_for 60 says "smp: passed"
say "$(jailhouse console | grep "smp: sent" | tail -n 1)"
check "it ends" wait_for 5 grep -qx "shut down" /sys/devices/jailhouse/cells/1/state
check "once more, with nothing loaded anew" jailhouse cell start smp
check "the one of two CPUs that goes off last says so, 20 times at one moment" together 20
check "once more" run $inmates/smp.bin "count=1000000"
check "destroyed while both run" jailhouse cell destroy smp
for cpu in 0 1; do
	taskset -c $cpu sh -c 'while :; do md5sum /bin/busybox; done' >/dev/null 2>&1 &
done
check "10 lives of it, while Linux works" lives 10
kill $(jobs -p)
check_equal "all CPUs are back" $all "$(online_cpus)"
check_equal "nothing is said against the root cell" 0 "$(console_count "root cell, CPU")"
check "disable" jailhouse disable
