# SPDX-License-Identifier: GPL-2.0-only
# Machines that the hypervisor cannot take over: the reason is told, and nothing has happened.

system=$lab_system
case $lab_lane in
*nosvm*) text="has no AMD-V" ;;
*nonpt*) text="nested paging" ;;
*novmx*) text="has no VT-x" ;;
*lockedvmx*) text="enable Intel Virtualization Technology in the firmware setup" ;;
*noept*)
	text="VT-x of CPU 0 lacks: "
	system=/tmp/one.cell
	config_edit $lab_system $system cpus=1
	;;
esac

cpus=$(online_cpus)
before=$(free_pages)
check "the driver loads" modprobe jailhouse
check_fails "enable is refused: $text" "$text" jailhouse enable $system
say "$(tail -n 1 $lab_out)"
check_equal "nothing is enabled" 0 "$(cat /sys/devices/jailhouse/enabled)"
check_fails "there is nothing to disable" "not enabled" jailhouse disable
check_equal "all CPUs are there" "$cpus" "$(online_cpus)"
check "the driver unloads" rmmod jailhouse
check "the memory is there" wait_for 10 memory_is_back "$before" 512
