# SPDX-License-Identifier: GPL-2.0-only
# The same again and again: nothing is lost, neither pages of the hypervisor nor memory of Linux. Now and
# then a CPU goes and comes, and KVM is used, in between.
# With the kernel argument lab.cycles=N there are 20 times N enables and 200 times N cells (make soak).

inmates=/usr/share/jailhouse/inmates
factor=$(sed -n 's/.*lab\.cycles=\([0-9]*\).*/\1/p' /proc/cmdline)
enables=$((factor > 1 ? 20 * factor : 10))
cells=$((factor > 1 ? 200 * factor : 50))
settle_enables=5 settle_cells=10 with_kvm=yes
# A second each in the slow emulator, and 15 more with KVM, which vtx-kvm.sh is about
if [ $lab_machine = bochs ] && [ -z "$factor" ]; then
	enables=10 cells=10 settle_enables=2 settle_cells=3 with_kvm=""
fi
cell=/etc/jailhouse/rtos.cell
# The cell of the other PC, on the CPU that there is here.
if [ $lab_machine = bochs ]; then
	config_edit $cell /run/rtos.cell cpus=2 pio.0.base=0xb008
	cell=/run/rtos.cell
fi
# Most of a cell's life is Linux waiting for a grace period while a CPU comes or goes; a third less so.
[ -z "$factor" ] || echo 1 >/sys/kernel/rcu_expedited

pool_used() {
	cat /sys/devices/jailhouse/mem_pool_used
}

# repeat COUNT OTHER COMMAND...: so many times, with something else behind every 25th time, or the last one of
# fewer. Stops at the first failure.
repeat() {
	local count=$1 other=$2 period=$(($1 < 25 ? $1 : 25)) n=0

	shift 2
	while [ $n -lt "$count" ]; do
		n=$((n + 1))
		"$@" || { echo "round $n of $count failed"; return 1; }
		[ $((n % period)) -ne 0 ] || $other || { echo "round $n of $count: $other failed"; return 1; }
	done
}

# One CPU leaves Linux and comes back: the last one that is not the cell's.
cpu_goes() {
	local cpu=$((cpus - 2)) online=/sys/devices/system/cpu

	[ $cpu -gt 0 ] || cpu=1
	echo 0 >$online/cpu$cpu/online && echo 1 >$online/cpu$cpu/online && taskset -c $cpu true
}

# On x86 each enable unloads KVM's module and loads it again, if it is there: that takes seconds.
kvm_and_cpu() {
	if [ -z "$with_kvm" ]; then
		cpu_goes
		return
	fi
	load_kvm && enable_disable && kvm_works all && cpu_goes && without_kvm
}

without_kvm() {
	[ "$lab_arch" != x86 ] || modprobe -r "$(kvm_module)"
}

enable_disable() {
	unless_late jailhouse enable $lab_system && unless_late jailhouse disable
}

# A CPU that the emulator's host does not let run for a second is a refusal, with nothing changed, and
# no failure: up to five times in all.
late=0
unless_late() {
	"$@" 2>/run/why && return 0
	cat /run/why
	grep -q "did not arrive within" /run/why && [ $late -lt 5 ] || return 1
	late=$((late + 1))
	"$@"
}

cell_life() {
	unless_late jailhouse cell create $cell &&
		jailhouse cell load rtos $inmates/timer.bin -s "period_us=500" -a 0x1000 &&
		jailhouse cell start rtos && unless_late jailhouse cell destroy rtos
}

# Which interrupts Linux has, and how often it got one that nobody wanted.
interrupts() {
	awk '$1 ~ /^(ERR|Err|MIS):$/ { print $1, $2 }
		$1 ~ /^[0-9]+:$/ { print $1, $NF }' /proc/interrupts
}

[ -z "$with_kvm" ] || check "KVM can be loaded" load_kvm
interrupts_before=$(interrupts)
cpus=$(nproc)
check "the driver loads" modprobe jailhouse
check "some rounds to settle" repeat $settle_enables true enable_disable
[ -z "$with_kvm" ] || check "from now on KVM is there when it is used only" without_kvm
before=$(free_pages)
check "$enables times enable and disable" repeat $enables kvm_and_cpu enable_disable
check "Linux has its memory back" wait_for 10 memory_is_back "$before" 512

check "enable" jailhouse enable $lab_system
check "some cells to settle" repeat $settle_cells true cell_life
pool=$(pool_used)
before=$(free_pages)
check "$cells times create, load, start and destroy" repeat $cells cpu_goes cell_life
[ $late -eq 0 ] || say "$late times a CPU was late"
check_equal "no page of the hypervisor is lost" "$pool" "$(pool_used)"
check "Linux has its memory back" wait_for 10 memory_is_back "$before" 512
check_equal "all CPUs are online" $lab_cpus "$(online_cpus)"
check "disable" jailhouse disable
check_equal "Linux has its interrupts, and no others" "$interrupts_before" "$(interrupts)"
if [ -n "$with_kvm" ]; then
	check "KVM can be loaded" load_kvm
	check "KVM works on every CPU" kvm_works all
fi
check "the driver unloads" rmmod jailhouse
