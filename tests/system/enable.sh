# SPDX-License-Identifier: GPL-2.0-only
# Linux is taken over, goes on as the root cell, and gets its machine back.

check "the driver loads" modprobe jailhouse
check "KVM can be loaded" load_kvm
check "KVM works before" kvm_run all
check "enable" jailhouse enable $lab_system
say "console:"
jailhouse console
check "four CPUs" check_equal "4 CPUs are online" 0-3 "$(online_cpus)"
check "disable" jailhouse disable
check "KVM works after" kvm_works all
