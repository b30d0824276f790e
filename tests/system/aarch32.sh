# SPDX-License-Identifier: GPL-2.0-only
# A cell in 32-bit code. Processors that cannot run it refuse the cell, and so does the root cell.

says() {
	jailhouse console | tail -n "+$((mark + 1))" | grep -q -- "$1"
}

run() {
	mark=$(jailhouse console | wc -l)
	check "$1" jailhouse cell start ${2-rtos}
	check "it has come to its end" wait_for 10 says "aarch32: [pf]a\|failed on CPU"
	check "and all was well" says "aarch32: passed"
	check "it has switched itself off" wait_for 5 grep -qx "shut down" /sys/devices/jailhouse/cells/1/state
	jailhouse console | tail -n "+$((mark + 1))" | while read -r line; do say "$line"; done
}

config_edit /etc/jailhouse/rtos.cell /run/aarch32.cell cell.flags=0xc0000004
config_edit $lab_system /run/system.cell cell.flags=4
check "the driver loads" modprobe jailhouse
check_fails "not for the root cell" "has the flag AARCH32" jailhouse enable /run/system.cell
check "enable" jailhouse enable $lab_system
case $lab_lane in
virt-a76-*)
	check_fails "not on this processor" "cannot run in its kernel mode on CPU 3" \
		jailhouse cell create /run/aarch32.cell
	;;
*)
	check "create" jailhouse cell create /run/aarch32.cell
	check "load" jailhouse cell load rtos /usr/share/jailhouse/inmates/aarch32.bin
	run "a cell starts in 32-bit code"
	run "and once more, with nothing loaded anew"
	say "$(cd /sys/devices/jailhouse/cells/1/statistics && grep . vmexits_* | tr "\n" " ")"
	check "a 64-bit one is created instead" eval 'jailhouse cell destroy rtos &&
		jailhouse cell create /etc/jailhouse/rtos.cell'
	check "it is loaded" jailhouse cell load rtos /usr/share/jailhouse/inmates/clean.bin
	check "and starts" jailhouse cell start rtos
	check "on a clean CPU" wait_for 20 says "clean: passed"
	check "destroy" jailhouse cell destroy rtos
	config_edit /etc/jailhouse/smp.cell /run/aarch32.cell cell.flags=0xc0000004
	check "create one with two CPUs" jailhouse cell create /run/aarch32.cell
	check "load" jailhouse cell load smp /usr/share/jailhouse/inmates/aarch32.bin
	run "it starts" smp
	check "with both" says "second CPU started and stopped"
	check "destroy" jailhouse cell destroy smp
	;;
esac
check_equal "nothing is said against the root cell" 0 "$(console_count "root cell, CPU")"
check "disable" jailhouse disable
