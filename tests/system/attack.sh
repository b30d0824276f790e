# SPDX-License-Identifier: GPL-2.0-only
# A hostile cell on CPU 3 tries everything it can (attacks.table), while a second cell on CPU 2 watches
# its own registers and memory. Each attack is refused, or the hostile cell fails with a reason; nobody
# else notices, and the next cell starts at once.

. /lab/attack.lib
export cell cell_file=/run/hostile.cell cpu=3 canary=yes

# Where the machines differ.
case $lab_lane in
q35-*)
	cell=hostile watcher=canary clock=rtc0
	cp /etc/jailhouse/hostile.cell $cell_file
	;;
*)
	cell=rtos watcher=timer clock=rtc-pl031
	# The hostile cell has an interrupt of its own, which no device uses.
	config_edit /etc/jailhouse/rtos.cell $cell_file add.irq=$((spi / 32 * 32)),$spi_bit,$gicd
	;;
esac

# What the root has set up for an interrupt, and for all.
distributor() {
	for offset in 0x80 0x104 0x204 0x304 0x420 0xc08 $route; do
		physmem read $((gicd + offset))
	done
}

active_interrupt() {
	say "an interrupt that Linux is handling"
	expect_text "it becomes active" written taskset 1 physmem write $spi_active 4 $spi_bit
	check_fails "it is not taken away" "interrupt $spi of cell \"$cell\" is active" \
		jailhouse cell create $cell_file
	expect_text "it is over" written taskset 1 physmem write $((spi_active + 0x80)) 4 $spi_bit
}

check "the driver loads" modprobe jailhouse
open_memory
check "enable" jailhouse enable $lab_system
find_hypervisor
follow_console
check "the watching cell is created" jailhouse cell create /etc/jailhouse/$watcher.cell
check "and loaded" jailhouse cell load $watcher $inmates/canary.bin -s "report=100" -a 0x1000
check "and started" jailhouse cell start $watcher
check "it watches" wait_for 20 grep -q 'canary: ticks=1000 bad=0' $console

# A kernel that finds only then that some devices of the board will never work says so after a while.
board_has_settled() {
	dmesg | cat - /run/lab/boot | grep -q "deferred probe pending"
}
case $lab_lane in
zcu102-* | imx8mp-*) check "the board has settled" wait_for 60 board_has_settled ;;
esac

if [ $lab_arch = arm64 ]; then
	active_interrupt
	distributor >/run/distributor
fi
try_attacks
if [ $lab_arch = arm64 ]; then
	distributor >/run/distributor.after
	check "the root's interrupt is configured as before" cmp /run/distributor /run/distributor.after
fi

say "afterwards"
mark=$(wc -l <$console)
check "the hostile cell is created" jailhouse cell create $cell_file
check "loaded" jailhouse cell load $cell $inmates/hostile.bin -s "attack=foreign-ram addr=$root_ram" \
	-a 0x1000
check "started" jailhouse cell start $cell
check "and fails" wait_for 5 has_said "failed on CPU 3"
expect_text "it is listed as failed, with its CPU" "failed            3                       3" \
	jailhouse cell list
check "it is loaded again" jailhouse cell load $cell $inmates/motor.bin -s "seconds=1" -a 0x1000
check "and started" jailhouse cell start $cell
check "it works" wait_for 20 has_said 'motor: end cycles=1000 '
check "destroyed" jailhouse cell destroy $cell
check_equal "all CPUs but the one of the other cell are online" "$(cpus_but 2)" "$(online_cpus)"

# Boards have neither of these devices.
root_devices() {
	local before

	before=$(interrupts_of $clock)
	echo +1 >/sys/class/rtc/rtc0/wakealarm
	check "the root's clock interrupts" wait_for 10 more_interrupts $clock "$before"
	before=$(interrupts_of virtio)
	check "the root's disk works" disk_load 16
	check "by interrupts" test "$(interrupts_of virtio)" -gt "$before"
}
case $lab_lane in
zcu102-* | imx8mp-*) ;;
*) root_devices ;;
esac

check "the watching cell ends" jailhouse cell shutdown $watcher
check "it was not touched" wait_for 5 grep -q 'canary: end ticks=[0-9]* bad=0' $console
check_equal "never" 0 "$(grep -c 'canary: .*bad=[1-9]' $console)"
check "it is destroyed" jailhouse cell destroy $watcher

# Two CPUs of one cell. The configuration is that of the generic machines.
case $lab_lane in
virt-* | q35-*)
	cell=smp cell_file=/etc/jailhouse/smp.cell cpu=2 where=smp,smp_$lab_arch
	unset canary
	try_attacks
	;;
esac
kill $follower
check "disable" jailhouse disable
check_equal "all CPUs are online" $lab_cpus "$(online_cpus)"
check "physical memory is closed" rmmod physmem_module
check "the driver unloads" rmmod jailhouse
