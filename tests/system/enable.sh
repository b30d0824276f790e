# SPDX-License-Identifier: GPL-2.0-only
# Linux is taken over, goes on as the root cell, and gets its machine back.

check "the driver loads" modprobe jailhouse
check "KVM can be loaded" load_kvm
check "KVM works before" kvm_run all
case $lab_lane in
zcu102-*)
	# The address of the device tree, where each page is shown sixteen times.
	config_edit $lab_system /run/wrong.cell gicc=0xf9020000
	check_fails "a CPU interface without its second page" \
		"gicc_base 0xf9020000: the second page there shows the first one again" \
		jailhouse enable /run/wrong.cell
	;;
esac
check "enable" jailhouse enable $lab_system
say "console:"
jailhouse console
check_equal "all CPUs are online" $lab_cpus "$(online_cpus)"
check "disable" jailhouse disable
check "KVM works after" kvm_works all
