# SPDX-License-Identifier: GPL-2.0-only
# The same again and again: nothing is lost, neither pages of the hypervisor nor memory of Linux.
# The kernel argument lab.cycles multiplies the numbers (make soak).

inmates=/usr/share/jailhouse/inmates
factor=$(sed -n 's/.*lab\.cycles=\([0-9]*\).*/\1/p' /proc/cmdline)
factor=${factor:-1}

pool_used() {
	cat /sys/devices/jailhouse/mem_pool_used
}

# Runs a function so many times, stops at the first failure.
repeat() {
	local count=$1 n=0

	shift
	while [ $n -lt "$count" ]; do
		n=$((n + 1))
		"$@" || { echo "round $n of $count failed"; return 1; }
	done
}

enable_disable() {
	jailhouse enable $lab_system && jailhouse disable
}

cell_life() {
	jailhouse cell create /etc/jailhouse/rtos.cell &&
		jailhouse cell load rtos $inmates/timer.bin -s "period_us=500" -a 0x1000 &&
		jailhouse cell start rtos && jailhouse cell destroy rtos
}

# Which interrupts Linux has, and how often it got one that nobody wanted.
interrupts() {
	awk '$1 ~ /^(ERR|Err|MIS):$/ { print $1, $2 }
		$1 ~ /^[0-9]+:$/ { print $1, $NF }' /proc/interrupts
}

check "KVM can be loaded" load_kvm
interrupts_before=$(interrupts)
check "the driver loads" modprobe jailhouse
check "some rounds to settle" repeat 5 enable_disable
before=$(free_pages)
check "$((20 * factor)) times enable and disable" repeat $((20 * factor)) enable_disable
check "Linux has its memory back" wait_for 10 memory_is_back "$before" 512

check "enable" jailhouse enable $lab_system
check "some cells to settle" repeat 10 cell_life
pool=$(pool_used)
before=$(free_pages)
check "$((50 * factor)) times create, load, start and destroy" repeat $((50 * factor)) cell_life
check_equal "no page of the hypervisor is lost" "$pool" "$(pool_used)"
check "Linux has its memory back" wait_for 10 memory_is_back "$before" 512
check_equal "all CPUs are online" $lab_cpus "$(online_cpus)"
check "disable" jailhouse disable
check_equal "Linux has its interrupts, and no others" "$interrupts_before" "$(interrupts)"
check "KVM works on every CPU" kvm_works all
check "the driver unloads" rmmod jailhouse
