# SPDX-License-Identifier: GPL-2.0-only
# In exact time: one instruction is one nanosecond, and nothing else runs on this computer. Linux
# idles. The controller is never late, its exits are counted to the last one, and the costs of exits
# are instruction counts; they may not exceed those of comparable hypervisors.

inmates=/usr/share/jailhouse/inmates

# The value of "name=value" in the last line of the console that contains the text.
value() {
	jailhouse console | grep -F -- "$2" | tail -n 1 | sed "s/.* $1=\([0-9-]*\).*/\1/"
}

counter() {
	cat /sys/devices/jailhouse/cells/1/statistics/vmexits_$1
}

motor_ended() {
	jailhouse console | grep -q "motor: end"
}

probe_ended() {
	jailhouse console | grep -q "probe: end"
}

# Exits of other kinds than hypercalls
others() {
	echo $(($(counter total) - $(counter hypercall)))
}

# All exits of arm64, each of which has its cause.
exits_of_arm64() {
	check_equal "one exit an interrupt, and no more" "$(value irqs "$end")" "$(counter virt_irq)"
	check_equal "registers of the interrupt controller only at the start" \
		"$(value mmio "motor: counts")" "$(counter mmio)"
	check_equal "one to see what the CPU can do, and nothing else" \
		$(($(counter virt_irq) + $(counter hypercall) + $(counter mmio) + 1)) \
		"$(counter total)"
}

# The timer of x86 needs none: what was counted in the first second is all.
exits_of_x86() {
	check_equal "no exit for interrupts" "$started" "$(others)"
}

costs_of_arm64() {
	at_most "timer interrupt to handler" 203 "$(value min "probe: timer")"
	at_most "null hypercall" 120 "$(value min "probe: hypercall")"
	at_most "trapped GICD read" 228 "$(value min "probe: device")"
	at_most "SGI to self" 778 "$(value min "probe: ipi")"
}

costs_of_x86() {
	at_most "timer interrupt to handler" 10 "$(value min "probe: timer")"
	at_most "null hypercall" 154 "$(value min "probe: hypercall")"
	at_most "read of the local APIC's id" 10 "$(value min "probe: device")"
}

# at_most "what" LIMIT VALUE
at_most() {
	check "$1: $3 instructions, at most $2" [ "$3" -ge 0 -a "$3" -le "$2" ]
}

check "the driver loads" modprobe jailhouse
check "enable" jailhouse enable $lab_system
empty=$(cat /sys/devices/jailhouse/mem_pool_used)
check "create" jailhouse cell create /etc/jailhouse/rtos.cell
one=$(cat /sys/devices/jailhouse/mem_pool_used)
say "hypervisor pages: $empty without a cell, $((one - empty)) more for a cell"

say "the motor controller for 3 s"
check "load" jailhouse cell load rtos $inmates/motor.bin -s "setpoint=1500 seconds=3" -a 0x1000
check "start" jailhouse cell start rtos
sleep 1
started=$(others)
sleep 3
check "it has ended" wait_for 20 motor_ended
say "$(jailhouse console | grep "motor: end")"
end="motor: end"
check_equal "3000 cycles" 3000 "$(value cycles "$end")"
check_equal "none late" 0 "$(value late "$end")"
check_equal "none lost" 0 "$(value lost "$end")"
check_equal "one exit a character" "$(value hypercalls "$end")" "$(counter hypercall)"
exits_of_$lab_arch

say "costs in instructions"
check "stop" jailhouse cell shutdown rtos
check "load" jailhouse cell load rtos $inmates/probe.bin
check "start" jailhouse cell start rtos
sleep 3
jailhouse console | grep "probe:"
costs_of_$lab_arch
check "destroy" jailhouse cell destroy --force rtos
check "disable" jailhouse disable
