# SPDX-License-Identifier: GPL-2.0-only
# What cells on x86 can do: two CPUs that send each other interrupts, 32-bit code, floating point that
# comes up clean, a serial port with its pin of the IOAPIC, and a timer that needs no hypervisor.

inmates=/usr/share/jailhouse/inmates

run() {
	mark=$(jailhouse console | wc -l)
	jailhouse cell load "$1" "$inmates/$2.bin" -s "$3" -a 0x1000 && jailhouse cell start "$1"
}

says() {
	jailhouse console | tail -n "+$((mark + 1))" | grep -q -- "$1"
}

show() {
	say "$(jailhouse console | tail -n "+$((mark + 1))" | grep -- "$1" | tail -n 1)"
}

cell_is() {
	grep -qx "$2" "$(dirname "$(grep -lx "$1" /sys/devices/jailhouse/cells/*/name)")/state"
}

# program CELL NAME "COMMAND LINE" TEXT: it runs, says the text, and ends by itself.
program() {
	check "$2 starts" run "$1" "$2" "$3"
	check "it says: $4" wait_for 30 says "$4"
	check "it ends" wait_for 5 cell_is "$1" "shut down"
}

check "the driver loads" modprobe jailhouse
check "enable" jailhouse enable $lab_system

say "two CPUs"
check "create" jailhouse cell create /etc/jailhouse/smp.cell
check_equal "Linux has two left" 0-1 "$(online_cpus)"
program smp smp "count=5000" "smp: passed"
show "smp: sent"
program smp smp "count=5000 id=3" "smp: passed"
show "smp: sent"
check "destroy" jailhouse cell destroy smp

say "one CPU"
check "create" jailhouse cell create /etc/jailhouse/rtos.cell
program rtos demo32 "" "demo32: passed"
show "demo32: timer"
program rtos fpu "count=500" "fpu: passed"
show "fpu: start"
program rtos fpu "count=500" "fpu: passed"
show "fpu: start"
program rtos timer "period_us=500 count=10100 exits=10000" "timer: end"
show "timer: exits"
check "not one exit" says "timer: exits during 10[0-9]* interrupts: 0$"
check "destroy" jailhouse cell destroy rtos

say "a device"
check "create" jailhouse cell create /etc/jailhouse/uart.cell
program uart uart "count=20" "uart: passed"
show "uart: interrupts"
check "each character was sent" says "characters=291 lines=20"
check "destroy" jailhouse cell destroy uart
check_equal "all CPUs are back" 0-3 "$(online_cpus)"
check "disable" jailhouse disable
