# SPDX-License-Identifier: GPL-2.0-only
# Machines that the hypervisor cannot take over: the reason is told, and nothing has happened.

case $lab_lane in
*nosvm*) text="has no AMD-V" ;;
*nonpt*) text="nested paging" ;;
esac

before=$(free_pages)
check "the driver loads" modprobe jailhouse
check_fails "enable is refused: $text" "$text" jailhouse enable $lab_system
say "$(tail -n 1 $lab_out)"
check_equal "nothing is enabled" 0 "$(cat /sys/devices/jailhouse/enabled)"
check_fails "there is nothing to disable" "not enabled" jailhouse disable
check_equal "four CPUs" 0-3 "$(online_cpus)"
check "the driver unloads" rmmod jailhouse
check "the memory is there" wait_for 10 memory_is_back "$before" 512
