# SPDX-License-Identifier: GPL-2.0-only
# Measures what bench/run prints: a line "bench: NAME VALUE" each. In exact time, see README.md.

inmates=/usr/share/jailhouse/inmates
tracing=/sys/kernel/tracing
jailhouse=/sys/devices/jailhouse

figure() {
	case $2 in
	"" | *[!0-9]*) fail "$1 is a number" "it is '$2'" ;;
	*) echo "bench: $1 $2" ;;
	esac
}

# The value of "NAME=value" in the last line of the console that contains the text.
value() {
	jailhouse console | grep -F -- "$2" | tail -n 1 | sed "s/.* $1=\([0-9-]*\).*/\1/"
}

counter() {
	cat "$jailhouse/cells/1/statistics/vmexits_$1"
}

console_says() {
	jailhouse console | grep -q "$1"
}

# trace NAME FUNCTION: calls of a function of the driver become events.
trace() {
	echo "p:$1_in jailhouse:$2" >>$tracing/kprobe_events
	echo "r:$1_out jailhouse:$2" >>$tracing/kprobe_events
}

# Microseconds, which are thousands of instructions, from the first call to the last return.
traced() {
	awk -v in_event="$1_in:" -v out_event="$1_out:" '
		function stamp(event, n) {
			for (n = 1; n < NF; n++)
				if ($(n + 1) == event)
					return substr($n, 1, length($n) - 1) * 1000000
		}
		index($0, in_event) && !first { first = stamp(in_event) }
		index($0, out_event) { last = stamp(out_event) }
		END { printf "%d", last - first }' $tracing/trace
}

# measure_enable CPUS CONFIGURATION
measure_enable() {
	echo >$tracing/trace
	check "enable with $1 CPUs" jailhouse enable "$2"
	figure "enable-$1" "$(traced cross)"
	figure "enable-call-$1" $(($(traced call) - $(traced claim)))
}

start_cell() {
	check "$1 is loaded" jailhouse cell load rtos "$inmates/$1.bin" -s "$2" -a 0x1000
	check "$1 is started" jailhouse cell start rtos
}

# root_costs NAME HYPERCALL: single instructions and everyday work of Linux.
root_costs() {
	local what cost

	if [ "$lab_arch" = x86 ]; then
		check "instructions of the kernel, $1" \
			insmod "/usr/bin/rootcost-$(uname -r).ko" hypercall="$2"
		for what in nothing cpuid icr ioapic msr hypercall; do
			[ "$what$2" = hypercall0 ] || figure "root-$what-$1" "$(dmesg |
				sed -n "s/.*rootcost: $what min=\([0-9]*\) .*/\1/p" | tail -n 1)"
		done
		rmmod rootcost_module
	fi
	load 3 >/run/load
	while read -r _ what cost; do
		figure "load-$what-$1" "$cost"
	done </run/load
}

# longest NAME COMMAND...: the longest time that the command keeps the CPU from taking interrupts.
longest() {
	local name=$1

	shift
	echo 0 >/sys/module/stop_module/parameters/worst
	check "$*" taskset -c 0 "$@"
	figure "$name" "$(cat /sys/module/stop_module/parameters/worst)"
}

# Linux does not have to let go of the CPU, or take it back: that is not the hypervisor's time.
root_stops() {
	check "a timer that watches the CPU" taskset -c 0 insmod "/usr/bin/stop-$(uname -r).ko"
	echo 0 >/sys/devices/system/cpu/cpu3/online
	config_edit /etc/jailhouse/rtos.cell /run/large.cell mem.0.size=0x1000000
	longest stop-list jailhouse cell list
	longest stop-create jailhouse cell create /run/large.cell
	longest stop-destroy jailhouse cell destroy rtos
	echo 1 >/sys/devices/system/cpu/cpu3/online
	rmmod stop_module
}

check "the driver loads" modprobe jailhouse
root_costs before 0
check "functions can be traced" mount -t tracefs tracefs $tracing
trace cross arch_enter
trace call machine_enable
trace claim memory_claim_any
echo 1 >$tracing/events/kprobes/enable

config_edit $lab_system /run/two.cell cpus=3
for cpu in 3 2; do
	echo 0 >/sys/devices/system/cpu/cpu$cpu/online
done
measure_enable 2 /run/two.cell
check "disable" jailhouse disable
for cpu in 2 3; do
	echo 1 >/sys/devices/system/cpu/cpu$cpu/online
done
measure_enable 4 $lab_system
echo 0 >$tracing/events/kprobes/enable
# Removed: a probe that is left would slow down what comes.
echo >$tracing/kprobe_events
root_costs enabled 1
[ "$lab_arch" = x86 ] || root_stops

# All of the 1024 pages that the configurations give, but those that are free
used=$(cat $jailhouse/mem_pool_used)
figure memory $(((1024 - $(cat $jailhouse/mem_pool_size) + used) * 4))
check "a cell" jailhouse cell create /etc/jailhouse/rtos.cell
figure memory-cell $((($(cat $jailhouse/mem_pool_used) - used) * 4))

start_cell probe "count=1000"
check "it has measured" wait_for 20 console_says "probe: end"
for name in timer hypercall device ipi; do
	figure "$name-min" "$(value min "probe: $name")"
	figure "$name-mean" "$(value mean "probe: $name")"
done
# Made anew, its counters start at 0.
check "it is destroyed" jailhouse cell destroy rtos
check "a cell" jailhouse cell create /etc/jailhouse/rtos.cell
start_cell motor "seconds=3"
# What is counted until the program is in its loop is not for its interrupts: on arm64 one exit, to see
# what the CPU can do.
started=1
if [ "$lab_arch" = x86 ]; then
	sleep 1
	started=$(($(counter total) - $(counter hypercall) - $(counter mmio)))
fi
check "it has ended" wait_for 20 console_says "motor: end"
figure timer-interrupts "$(value irqs "motor: end")"
figure timer-exits $(($(counter total) - $(counter hypercall) - $(counter mmio) - started))
check "destroy" jailhouse cell destroy rtos
if [ "$lab_arch" = arm64 ]; then
	check "a cell with two CPUs" jailhouse cell create /etc/jailhouse/smp.cell
	check "it is loaded" jailhouse cell load smp $inmates/smp.bin -s "count=1000" -a 0x1000
	check "it is started" jailhouse cell start smp
	check "it has ended" wait_for 20 console_says "smp: passed"
	figure sgi-back-min "$(value min "smp: there and back")"
	check "destroy" jailhouse cell destroy smp
fi
check "disable" jailhouse disable
