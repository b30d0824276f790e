# SPDX-License-Identifier: GPL-2.0-only
# Linux works hard as the root cell: processes, system calls, memory that is shared and unmapped on
# all CPUs, timers, modules and CPUs that come and go. Nothing of it goes wrong or shows in the
# kernel's log, and a cell beside it goes on.

cpu=/sys/devices/system/cpu
inmates=/usr/share/jailhouse/inmates
mkdir -p /dev/shm /tmp
mount -t tmpfs tmpfs /dev/shm

# stress SECONDS ARGUMENTS...
stress() {
	local seconds=$1

	shift
	stress-ng --temp-path /tmp --timeout "$seconds" --oomable "$@"
}

# Modules are loaded and unloaded for so many seconds: code is patched on all CPUs, and a PCI device
# is set up anew with its message interrupts.
load_modules() {
	local end=$(($(date +%s) + $1))

	while [ "$(date +%s)" -lt $end ]; do
		insmod "/usr/bin/msr-$(uname -r).ko" && rmmod msr_module &&
			rmmod virtio_net && modprobe virtio_net || return 1
	done
}

# CPUs go and come for so many seconds.
cycle_cpus() {
	local end=$(($(date +%s) + $1)) n

	shift
	while [ "$(date +%s)" -lt $end ]; do
		for n in "$@"; do
			echo 0 >$cpu/cpu$n/online && echo 1 >$cpu/cpu$n/online || return 1
		done
	done
}

# All at once for so many seconds; the CPUs named go and come.
everything() {
	local seconds=$1 failed=0 modules cpus

	shift
	load_modules "$seconds" &
	modules=$!
	cycle_cpus "$seconds" "$@" &
	cpus=$!
	stress "$seconds" --fork 1 --switch 1 --tlb-shootdown 1 --membarrier 1 --hrtimers 1 || failed=1
	wait $modules || { echo "modules"; failed=1; }
	wait $cpus || { echo "CPUs"; failed=1; }
	return $failed
}

motor_seconds() {
	jailhouse console | sed -n 's/.*motor: t=\([0-9]*\) s.*/\1/p' | tail -n 1
}

motor_goes_on() {
	[ "$(motor_seconds)" -gt "$1" ]
}

no_complaints() {
	# But for what Linux says of the emulated processor when it boots
	! dmesg | grep -v "Speculative Return Stack Overflow" | grep -E "WARNING|BUG:|Oops|stall|lockup|hung|nobody cared|spurious"
}

check "stress-ng runs" stress 1 --fork 1
check "the driver loads" modprobe jailhouse
check "enable" jailhouse enable $lab_system
say "all CPUs"
for kind in "fork 4" "switch 4" "tlb-shootdown 3" "membarrier 3" "hrtimers 2" "mmap 3 --mmap-bytes 32m" \
	"sigsegv 2" "fp 2" "vm 2 --vm-bytes 32m" "clock 2" "futex 4"; do
	# shellcheck disable=SC2086
	check "$kind" stress 1 --$kind
done
check "everything, and CPUs come and go" everything 6 1 2 3
check_equal "4 CPUs are online" 0-3 "$(online_cpus)"

say "beside a cell"
check "create" jailhouse cell create /etc/jailhouse/rtos.cell
check "load" jailhouse cell load rtos $inmates/motor.bin
check "start" jailhouse cell start rtos
check "it runs" wait_for 30 motor_goes_on 0
before=$(motor_seconds)
check "everything, and CPUs come and go" everything 6 1 2
check "the cell has gone on" motor_goes_on "$((before + 2))"
say "$(jailhouse console | grep 'motor: t=' | tail -n 1)"
check "cells are made and destroyed under load" sh -c "
	stress-ng --temp-path /tmp --timeout 5 --fork 2 --tlb-shootdown 1 >/dev/null 2>&1 &
	for n in 1 2 3 4 5; do
		jailhouse cell create /etc/jailhouse/timer.cell &&
		jailhouse cell load timer $inmates/timer.bin && jailhouse cell start timer &&
		jailhouse cell destroy timer || exit 1
	done
	wait"
check "destroy" jailhouse cell destroy rtos
check "disable and enable under load" sh -c "
	stress-ng --temp-path /tmp --timeout 4 --fork 2 --tlb-shootdown 1 >/dev/null 2>&1 &
	for n in 1 2 3; do
		jailhouse disable && jailhouse enable $lab_system || exit 1
	done
	wait"
check "disable" jailhouse disable
check_equal "4 CPUs are online" 0-3 "$(online_cpus)"
check "the kernel has nothing to complain about" no_complaints
