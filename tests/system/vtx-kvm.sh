# SPDX-License-Identifier: GPL-2.0-only
# VT-x and KVM of a newer kernel, which turns VT-x on as soon as KVM's module is there: KVM steps aside,
# unless a virtual machine runs, and comes back.

vmxe=/sys/module/msr_module/parameters/vmxe

# Whether CPU 0 has it on, and CPU 1.
vmx_is_on() {
	echo "$(taskset 1 cat $vmxe) $(taskset 2 cat $vmxe)"
}

check "KVM is loaded" load_kvm
check "a way to CR4" insmod "/usr/bin/msr-$(uname -r).ko"
check_equal "it has VMX on both CPUs" "1 1" "$(vmx_is_on)"
check "the driver loads" modprobe jailhouse

say "beside a virtual machine that runs"
kvm_run hold >/run/hold 2>&1 &
check "it runs" wait_for 10 grep -q "kvm: holds" /run/hold
check_fails "enable is refused" "KVM is in use: the module kvm_intel has" jailhouse enable $lab_system
check_equal "nothing is enabled" 0 "$(cat /sys/devices/jailhouse/enabled)"
check "it ends" kill $!
wait $!

say "without it"
# The kernel lets go of the machine a while after its last process.
check "enable" wait_for 40 jailhouse enable $lab_system
check_equal "there is no KVM" no "$(kvm_is_there && echo yes || echo no)"
check "disable" jailhouse disable
check_equal "KVM has VMX on both CPUs again" "1 1" "$(vmx_is_on)"
check "it works" kvm_works all
check "the module unloads" rmmod msr_module
