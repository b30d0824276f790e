# SPDX-License-Identifier: GPL-2.0-only
# The driver by itself: what it refuses and with which words, and that a refused enable leaves
# nothing behind. The hypervisor of this scenario sends all CPUs back.

firmware=/lib/firmware/jailhouse.bin
last=${lab_cpus#0-}
sent_back="all CPUs came to the fake hypervisor and were sent back"

case $lab_arch in
x86) this="x86 (0)" other=2 end_of_ram=0x7fe00000 limit=0x10000000000 ;;
*) this="arm64 (2)" other=0 end_of_ram=0x3fe00000 limit=0x1000000000000 ;;
esac
[ $lab_machine != zynqmp-zcu102 ] || end_of_ram=0x7fe00000

check "KVM works before" load_kvm
mv $firmware /run/jailhouse.bin
cp /usr/bin/fake-hypervisor.bin $firmware
check "the driver loads" modprobe jailhouse

refuses() {
	local text=$1

	shift
	check_fails "refused: $*" "$text" driver_probe "$@"
}

# On x86 each enable unloads KVM's module and loads it again, if it is there: that takes a second or two.
without_kvm() {
	[ "$lab_arch" != x86 ] || check "KVM can be unloaded" modprobe -r kvm_amd
}

without_kvm
say "wrong uses"
refuses "the hypervisor is not enabled" disable
refuses "the hypervisor is not enabled" create
refuses "the hypervisor is not enabled" load
refuses "the hypervisor is not enabled" start
refuses "the hypervisor is not enabled" destroy
refuses "cannot be read" pointer
refuses "there is no ioctl" number
refuses 'it starts with "WRONG" instead of "JHSYS"' enable signature=WRONG
refuses "has revision 13, expected 14" enable revision=13
refuses "is for architecture $other, this machine is $this" enable architecture=$other
refuses "must have 1 to 31 characters" enable name=
refuses "must have 1 to 31 characters" enable name=0123456789012345678901234567890123
refuses "at most 1048576 are accepted" enable regions=4294967295
refuses "at most 1048576 are accepted" enable bytes=4294967295
refuses 'cell "probe" has no CPU' enable cpus=0
refuses "CPU 3 is online but not in the CPU set 0-2 of the root cell: add it" enable cpus=7
refuses "CPU $((last + 1)) of cell \"probe\" does not exist: this machine has CPUs $lab_cpus" \
	enable cpus=$(hex "(4 << last) - 1")
refuses "hypervisor memory of 0x1001 bytes: expected a multiple" enable size=0x1001
refuses "hypervisor memory of 0x2000 bytes is too small" enable size=0x2000
refuses "hypervisor memory of 0x0 bytes" enable size=0
refuses "is not a range of whole pages" enable phys=0x60000800
refuses "($limit+0x400000) is above $limit" enable phys=$limit
kernel=$(awk '/Kernel code/ { sub(/-.*/, "", $1); print "0x" $1; exit }' /proc/iomem)
refuses "is ordinary RAM that cannot be freed: the page at" enable phys="$kernel"
refuses "is partly System RAM and partly not" enable phys=$end_of_ram
refuses "System RAM at 0x50000000 (of 0x" enable ram=0x50000000
refuses "hypervisor memory of 0xffffffffff000000 bytes: expected a multiple" \
	enable ram=0x5b000000 phys=0x5b000000 size=0xffffffffff000000
refuses "irqchip 0 of the root cell is at 0x50000000, which is System RAM" enable irqchip=0x50000000

say "wrong firmware"
rm $firmware
refuses "the firmware jailhouse.bin cannot be loaded (error -2)" enable
echo "something else" >$firmware
refuses "is not a hypervisor image" enable
printf 'JHVIMAGE\002' | cat - /dev/zero | head -c 4096 >$firmware
refuses "has version 2, this driver needs 1" enable
{ head -c 12 /usr/bin/fake-hypervisor.bin; printf "\\00$other"; head -c 4083 /dev/zero; } >$firmware
refuses "is for architecture $other, this machine is $this" enable
{ head -c 24 /usr/bin/fake-hypervisor.bin; head -c 4072 /dev/zero; } >$firmware
refuses "the header of the firmware jailhouse.bin is damaged" enable
cp /usr/bin/fake-hypervisor.bin $firmware

say "CPUs that go there and come back"
check "KVM can be loaded" load_kvm
refuses "$sent_back (-38, fake-hypervisor.S:1)" enable
refuses "$sent_back" enable phys=0x60000000
for cpu in 0 1 2 3; do
	expect_text "CPU $cpu was there" "CPU $cpu" cat /sys/devices/jailhouse/console
done
expect_text "the console ends" "at the end: 0" driver_probe nonblock
check_equal "a read of the console waits" "CPU 0" "$(timeout 2 cat /dev/jailhouse | sort | head -n 1)"
check_equal "nobody else reads it, who could see registers of Linux" 400 \
	"$(stat -c %a /sys/devices/jailhouse/console)"
driver_probe beside >/run/beside 2>&1 &
check "an operation does not wait for a reader" wait_for 10 grep -q "hypervisor is not enabled" /run/beside
check_equal "the root cell is not listed" "" "$(ls /sys/devices/jailhouse/cells)"
check_equal "sysfs says so" 0 "$(cat /sys/devices/jailhouse/enabled)"
check "KVM works on every CPU" kvm_works all

without_kvm
sleep 1
before=$(free_pages)
check_fails "50 times" "$sent_back" driver_probe enable repeat=50
check_equal "each time" 50 "$(grep -c "$sent_back" "$lab_out")"
check "no memory is lost" wait_for 10 memory_is_back "$before" 256

say "a CPU that does not arrive"
echo -1 >/proc/sys/kernel/sched_rt_runtime_us
driver_probe busy cpus=4 repeat=20 &
busy=$!
sleep 1
refuses "CPU 2 did not arrive within 1000 ms" enable
refuses "CPU 2 did not arrive within 1000 ms" enable
[ "$lab_arch" = x86 ] || check "KVM works on another CPU meanwhile" kvm_works 1
kill $busy
wait
sleep 1
echo 950000 >/proc/sys/kernel/sched_rt_runtime_us
refuses "$sent_back" enable
check "no memory is lost" wait_for 10 memory_is_back "$before" 256

check "KVM is there" load_kvm
check "KVM works on every CPU" kvm_works all
if [ "$lab_arch" = x86 ]; then
	kvm_run hold >/dev/null &
	sleep 2
	refuses "KVM is in use: the module kvm_amd has" enable
	kill $!
	wait
	mv /sbin/modprobe /sbin/modprobe.away
	refuses "'/sbin/modprobe -r kvm_amd' does not work (error -2): unload it yourself" enable
	mv /sbin/modprobe.away /sbin/modprobe
	refuses "$sent_back" enable
	check "KVM works on every CPU" kvm_works all
	# Unloading takes longer than the driver waits; the next one waits for that, too.
	printf '#!/bin/sh\n[ "$1" != -r ] || sleep 4\nexec /sbin/modprobe "$@"\n' >/run/slow
	chmod 755 /run/slow
	echo /run/slow >/proc/sys/kernel/modprobe
	patience=/sys/module/jailhouse/parameters/kvm_patience
	echo 1 >$patience
	refuses "'/run/slow -r kvm_amd' is still at work after 1 s" enable
	refuses "which was begun before, is still at work after another 1 s" enable
	echo 60 >$patience
	refuses "$sent_back" enable
	check "KVM works on every CPU" kvm_works all
	echo /sbin/modprobe >/proc/sys/kernel/modprobe
fi

echo 0 >/sys/devices/system/cpu/cpu2/online
refuses "CPU 2 of the root cell is offline: bring it online" enable
echo 1 >/sys/devices/system/cpu/cpu2/online
refuses "$sent_back" enable
check "the driver unloads" rmmod jailhouse
mv /run/jailhouse.bin $firmware
