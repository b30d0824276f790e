# SPDX-License-Identifier: GPL-2.0-only
# The stock kernel boots in the lab's machine and has what the other scenarios build on.

check_equal "all CPUs are online" $lab_cpus "$(online_cpus)"
check "KVM can be loaded" load_kvm
check "KVM is there" test -c /dev/kvm
expect_text "KVM runs a guest on CPU 3" "kvm cpu 3: works" kvm_run 3
check "KVM runs a guest on every CPU" kvm_run all
check_equal "KVM was tried on all CPUs" $((${lab_cpus#0-} + 1)) "$(grep -c ': works$' "$lab_out")"
check_fails "a CPU that is not there is refused" "kvm cpu 77: cannot be used" kvm_run 77

# How the disk interrupts; boards have none.
case $lab_lane in
zcu102-* | imx8mp-*) interrupts="" ;;
virt-noits-*) interrupts=GIC ;;
virt-gicv2-*) interrupts=MSI ;;
virt-*) interrupts='ITS-.*MSI' ;;
q35-*-x2apic-*) interrupts='IR-PCI-MSI' ;;
q35-*) interrupts=' PCI-MSI' ;;
esac

disk_interrupts() {
	local before after

	check "the virtio devices interrupt by '$interrupts'" grep -q "$interrupts.*virtio" /proc/interrupts
	before=$(interrupts_of virtio)
	check "the virtio disk can be read" disk_load 16
	after=$(interrupts_of virtio)
	say "virtio interrupts: $before before the load, $after after it"
	check "the load was delivered by interrupts" test "$after" -gt "$((before + 10))"
}
[ -z "$interrupts" ] || disk_interrupts

x2apic=$(grep -c "Enabled IRQ remapping in x2apic mode" /run/lab/boot)
case $lab_lane in
q35-*-x2apic-*) check_equal "the local APICs are in x2APIC mode" 1 "$x2apic" ;;
q35-*) check_equal "the local APICs are in xAPIC mode" 0 "$x2apic" ;;
esac
