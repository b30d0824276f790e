# SPDX-License-Identifier: GPL-2.0-only
# A Linux that runs at EL2 cannot be moved: the refusal names the cure, and nothing happens to it.

check "the driver loads" modprobe jailhouse
check_fails "Linux at EL2 is refused with the cure" "kvm-arm.mode=nvhe" \
	jailhouse enable $lab_system
check_equal "nothing is enabled" 0 "$(cat /sys/devices/jailhouse/enabled)"
check "KVM works" kvm_run all
check "the driver unloads" rmmod jailhouse
