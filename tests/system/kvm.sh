# SPDX-License-Identifier: GPL-2.0-only
# KVM on each CPU: works before, is refused in an orderly way while the hypervisor is enabled, works
# afterwards, after an enable that failed, and on a CPU that was in a cell.

refused() {
	kvm_run all
	[ $? -eq 1 ]
}

check "it works before" kvm_run all
check "the driver loads" modprobe jailhouse

say "while enabled"
check "enable" jailhouse enable /etc/jailhouse/qemu-virt.cell
check "it is refused on all CPUs" refused
check_equal "on each of them" 4 "$(grep -c refused "$lab_out")"
check "disable" jailhouse disable
check "it works afterwards" kvm_run all

say "after an enable that failed in the hypervisor"
cp /etc/jailhouse/qemu-virt.cell /tmp/wrong.cell
# gicd_base of the system configuration
printf '\000\000\000\003' | dd of=/tmp/wrong.cell bs=1 seek=316 conv=notrunc 2>/dev/null
check_fails "a wrong distributor address is named" "gicd_base 0x3000000: no GICv3 there" \
	jailhouse enable /tmp/wrong.cell
check "it works" kvm_run all

say "after a CPU was in a cell"
check "enable" jailhouse enable /etc/jailhouse/qemu-virt.cell
check "create" jailhouse cell create /etc/jailhouse/rtos.cell
check "load" jailhouse cell load rtos /usr/share/jailhouse/inmates/motor.bin
check "start" jailhouse cell start rtos
check "it is refused on the CPUs that Linux has" refused
check_equal "on each of them" 3 "$(grep -c refused "$lab_out")"
check "destroy" jailhouse cell destroy rtos
check "it is refused on the CPU that was in the cell" refused
check "disable" jailhouse disable
check "it works on all CPUs" kvm_run all
check "the driver unloads" rmmod jailhouse
check "it works without the driver" kvm_run all
