# SPDX-License-Identifier: GPL-2.0-only
# Message interrupts (MSI-X; LPIs of the ITS on arm64) of Linux under load: before, while enabled, beside a running
# cell, with changing affinity and CPUs that go and come, and afterwards.

disk_interrupts() {
	interrupts_of virtio1-req
}

# Reads from the disk; each request is answered by a message interrupt.
load_disk() {
	local before

	before=$(disk_interrupts)
	check "$1: 128 MiB come from the disk" disk_load 128
	check "$1: by message interrupts" [ "$(disk_interrupts)" -gt $((before + 100)) ]
}

# The queue of CPU 0 moves to another CPU when that one goes offline, and so on.
hotplug() {
	local cpu

	for cpu in 1 2; do
		echo 0 >/sys/devices/system/cpu/cpu$cpu/online || return 1
		disk_load 16 || return 1
		echo 1 >/sys/devices/system/cpu/cpu$cpu/online || return 1
	done
}

# Interrupts of the random number generator so far, on one CPU.
random_interrupts() {
	awk -v column=$(($1 + 2)) '$NF == "virtio2-input" { print $column }' /proc/interrupts
}

# The message interrupt of the random number generator goes where it is sent, on each of the CPUs.
move_interrupt() {
	local cpu before irq

	irq=$(awk '$NF == "virtio2-input" { print $1 + 0 }' /proc/interrupts)
	for cpu in "$@"; do
		echo "$cpu" >"/proc/irq/$irq/smp_affinity_list" || return 1
		dd if=/dev/hwrng of=/dev/null bs=64 count=2 2>&1 || return 1
		before=$(random_interrupts "$cpu")
		dd if=/dev/hwrng of=/dev/null bs=512 count=16 2>&1 || return 1
		[ "$(random_interrupts "$cpu")" -gt "$before" ] || return 1
	done
}

# A message that comes to a CPU in the last moment before it goes offline is taken by another one, once
# (stray_module.c). With a GICv2 messages are shared interrupts, which are made pending again.
stray=/sys/module/stray_module/parameters

taken_elsewhere() {
	[ "$(cat $stray/count)" = "$2" ] && [ "$(cat $stray/taken_by)" != "$1" ]
}

stray_message() {
	local cpu count=$(cat $stray/count)

	for cpu in "$@"; do
		count=$((count + 1))
		echo "$cpu" >$stray/cpu && echo 0 >/sys/devices/system/cpu/cpu$cpu/online || return 1
		wait_for 10 taken_elsewhere "$cpu" "$count" || return 1
		echo 1 >/sys/devices/system/cpu/cpu$cpu/online || return 1
	done
}

case $lab_lane in
virt-gicv2-* | q35-*) has_strays="" ;;
*) has_strays=yes ;;
esac

strays() {
	[ -z "$has_strays" ] ||
		check "$1: a message that comes while its CPU goes offline is not lost" stray_message 1 2 1 2
}

case $lab_arch in
x86) clock=rtc0 ;;
*) clock=rtc-pl031 ;;
esac

clock_alarm() {
	local before

	before=$(interrupts_of $clock)
	echo 0 >/sys/class/rtc/rtc0/wakealarm
	echo +1 >/sys/class/rtc/rtc0/wakealarm
	wait_for 10 clock_interrupts_above "$before"
}

clock_interrupts_above() {
	[ "$(interrupts_of $clock)" -gt "$1" ]
}

load_disk "before"
check "before: a wired interrupt (alarm of the clock)" clock_alarm
[ -z "$has_strays" ] ||
	check "a device that interrupts when it is told to" insmod "/usr/bin/stray-$(uname -r).ko"
strays "before"
check "before: a message interrupt goes to the CPU it is sent to" move_interrupt 0 1 2 3
check "the driver loads" modprobe jailhouse
check "enable" jailhouse enable $lab_system
load_disk "enabled"
check "enabled: alarm of the clock" clock_alarm
check "enabled: CPUs go and come under load" hotplug
check "enabled: a message interrupt goes to the CPU it is sent to" move_interrupt 3 2 1 0
strays "enabled"
check "a cell" jailhouse cell create /etc/jailhouse/rtos.cell
check "load" jailhouse cell load rtos /usr/share/jailhouse/inmates/canary.bin
check "start" jailhouse cell start rtos
load_disk "beside a cell"
check "beside a cell: CPUs go and come under load" hotplug
strays "beside a cell"
check "beside a cell: alarm of the clock" clock_alarm
check "beside a cell: a message interrupt goes to the CPU it is sent to" move_interrupt 0 1 2
check "the cell agrees to end" jailhouse cell shutdown rtos
expect_text "nothing of it was touched" "bad=0" sh -c "jailhouse console | grep 'canary: end'"
check "disable under load" sh -c '. /lab/lib.sh; disk_load 64 >/dev/null & jailhouse disable; s=$?; wait; exit $s'
load_disk "afterwards"
check "afterwards: alarm of the clock" clock_alarm
check "afterwards: CPUs go and come under load" hotplug
strays "afterwards"
[ -z "$has_strays" ] || check "that device's driver unloads" rmmod stray_module
check_equal "all CPUs are online" $lab_cpus "$(online_cpus)"
check "afterwards: a message interrupt goes to the CPU it is sent to" move_interrupt 0 1 2 3
check_equal "no interrupt came that nobody wanted" 0 "$(dmesg | grep -c 'nobody cared')"
