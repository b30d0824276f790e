# SPDX-License-Identifier: GPL-2.0-only
# KVM on each CPU: works before, is refused in an orderly way while the hypervisor is enabled, works
# afterwards, after an enable that failed, and on a CPU that was in a cell. On x86 its module is taken
# out meanwhile, which a running virtual machine prevents.

case $lab_arch in
arm64)
	# gicd_base of the system configuration
	wrong="gicd=0x3000000"
	wrong_text="gicd_base 0x3000000: no "
	;;
x86)
	wrong="ioapic=0xfec01000"
	wrong_text="0xfec01000"
	;;
esac

last=${lab_cpus#0-}

# Or because a CPU comes late: loading a module keeps all of them busy for moments.
enable_beside_loader() {
	local n

	for n in 1 2 3 4; do
		if jailhouse enable $lab_system >/tmp/enable 2>&1; then
			! kvm_is_there && ! kvm_run all && jailhouse disable || return 1
		else
			cat /tmp/enable
			grep -qE "kvm_amd|did not arrive within" /tmp/enable || return 1
		fi
	done
}

check "it can be loaded" load_kvm
check "it works before" kvm_run all
check "the driver loads" modprobe jailhouse

say "while enabled"
check "enable" jailhouse enable $lab_system
check "it is refused on all CPUs" kvm_refused $((last + 1))
check "disable" jailhouse disable
check "it works afterwards" kvm_works all

say "after an enable that failed in the hypervisor"
config_edit $lab_system /tmp/wrong.cell $wrong
check_fails "the wrong value is named" "$wrong_text" jailhouse enable /tmp/wrong.cell
check "it works" kvm_works all

if [ "$lab_arch" = x86 ]; then
	say "beside a virtual machine that runs"
	kvm_run hold >/run/hold 2>&1 &
	holder=$!
	check "it runs" wait_for 10 grep -q "kvm: holds" /run/hold
	check_fails "enable is refused" "kvm_amd" jailhouse enable $lab_system
	check_equal "nothing is enabled" 0 "$(cat /sys/devices/jailhouse/enabled)"
	check "the virtual machine runs on" kill $holder
	wait $holder
	check "without it, enable" wait_for 10 jailhouse enable $lab_system
	check_fails "the module cannot be loaded" "" modprobe kvm_amd
	check_equal "there is no KVM" no "$(kvm_is_there && echo yes || echo no)"
	check "disable" jailhouse disable
	check "it works again" kvm_works all

	say "while somebody loads it again and again"
	while [ ! -e /run/enough ]; do
		modprobe -q kvm_amd
	done 2>/dev/null &
	check "an enable has no KVM beside it, or is refused because of it" enable_beside_loader
	touch /run/enough
	wait $!
	check "it works again" kvm_works all
fi

say "after a CPU was in a cell"
check "enable" jailhouse enable $lab_system
check "create" jailhouse cell create /etc/jailhouse/rtos.cell
check "load" jailhouse cell load rtos /usr/share/jailhouse/inmates/motor.bin
check "start" jailhouse cell start rtos
check "it is refused on the CPUs that Linux has" kvm_refused $last
check "destroy" jailhouse cell destroy rtos
check "it is refused on all CPUs again" kvm_refused $((last + 1))
check "disable" jailhouse disable
check "it works on all CPUs" kvm_works all
check "the driver unloads" rmmod jailhouse
check "it works without the driver" kvm_works all

if [ "$lab_arch" = x86 ]; then
	say "where it was not loaded it stays so"
	check "it is unloaded" modprobe -r kvm_amd
	check "the driver loads" modprobe jailhouse
	check "enable" jailhouse enable $lab_system
	check "disable" jailhouse disable
	sleep 1
	check_equal "there is no KVM" no "$(kvm_is_there && echo yes || echo no)"
	check "it can be loaded" load_kvm
	check "it works" kvm_works all
fi
