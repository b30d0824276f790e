# SPDX-License-Identifier: GPL-2.0-only
# The main job: Linux becomes the root cell, a motor controller gets CPU 3, and everything is given
# back. Each step says what it does; the last line sums up.

inmates=/usr/share/jailhouse/inmates
cycles=0 missed=0 late=0
cd /root

# The value of "name=value" in the last line of the console that has it.
console_value() {
	jailhouse console | grep "$2" | tail -1 | sed "s/.*$1=\([^ ]*\).*/\1/"
}

# Control cycles that the running controller has reported.
cycles_now() {
	console_value cycles "motor: t="
}

mem_free() {
	awk '/MemAvailable/ { print int($2 / 1024) }' /proc/meminfo
}

counter() {
	cat /sys/devices/jailhouse/cells/1/statistics/vmexits_$1
}

motor_reports() {
	jailhouse console | grep "motor: t=" | tail -"$1"
}

runs_at_least() {
	[ "$(cycles_now)" -ge "$1" ]
}

reports_set_point() {
	jailhouse console | grep "motor: t=" | tail -1 | grep -q "set=$1 "
}

# Exits of one kind since the controller was started: the counters go on over a restart.
exits_since_start() {
	echo $(($(counter "$1") - $2))
}

# Timer interrupts of arm64 come through the hypervisor, those of x86 do not.
exits_are_right() {
	if [ "$lab_arch" = x86 ]; then
		check_equal "no exit for its timer interrupts" "$others_before" "$others_after"
	else
		check_equal "one exit for each timer interrupt" "$(console_value irqs "$end")" \
			"$(exits_since_start virt_irq "$irqs_before")"
	fi
}

# Start the controller with a set point and wait until it has reported for two seconds.
start_motor() {
	check "load the controller, set point $1 rpm" \
		jailhouse cell load rtos $inmates/motor.bin -s "setpoint=$1" -a 0x1000
	[ "$lab_arch" = x86 ] || irqs_before=$(counter virt_irq)
	hypercalls_before=$(counter hypercall)
	check "start it" jailhouse cell start rtos
	check "it reports" wait_for 20 reports_set_point "$1"
	others_before=$(other_exits)
	check "it has run for 2 s" wait_for 20 runs_at_least 2000
	others_after=$(other_exits)
}

# Stop the controller, and compare what it counted with what the hypervisor counted.
stop_motor() {
	check "the controller agrees to shut down" jailhouse cell shutdown rtos
	end="motor: end"
	say "$(jailhouse console | grep "$end" | tail -1)"
	check_equal "it held its speed" ok "$(console_value control "$end")"
	exits_are_right
	check_equal "one exit for each character it printed" \
		"$(console_value hypercalls "$end")" \
		"$(exits_since_start hypercall "$hypercalls_before")"
	cycles=$((cycles + $(console_value cycles "$end")))
	missed=$((missed + $(console_value lost "$end")))
	late=$((late + $(console_value late "$end")))
}

linux_has_all() {
	check_equal "Linux has all its CPUs" "$all" "$(online_cpus)"
	check "and all its memory" [ "$(mem_free)" -ge $((free - 16)) ]
	check "KVM works again" kvm_works "$kvm_cpus"
}

say "1. Debian $(uname -r) has booted on CPUs $(online_cpus); kernel arguments: $(cat /proc/cmdline)"
cp $lab_system cell0.cfg
cp /etc/jailhouse/rtos.cell rtos-cell.cfg
load_kvm
check "load the driver" modprobe jailhouse
free=$(mem_free)
all=$(online_cpus)
case $all in
0-3) left=0-2 ;;
*) left=0-2,4-${all#0-} ;;
esac

# Cortex-A57 and A72: stock Linux breaks KVM on a CPU that was offline, see docs/troubleshooting.md.
kvm_cpus=all
grep -qE "CPU part.*0xd0[78]" /proc/cpuinfo && kvm_cpus=0
# All of it once more, which every machine does in other scenarios
case $lab_lane in
virt-gicv3-6.1 | q35-amd-6.12) rounds="1 2" ;;
*) rounds=1 ;;
esac
check "KVM works" kvm_run all

for round in $rounds; do
	say "2. The hypervisor takes over the hardware; Linux goes on as the root cell (round $round)"
	check "enable" jailhouse enable cell0.cfg
	jailhouse cell list

	say "3. CPU 3 and 2 MiB of memory leave Linux for a motor controller with a 1 kHz loop"
	check "create the cell" jailhouse cell create rtos-cell.cfg
	check_equal "Linux has CPUs $left left" "$left" "$(online_cpus)"
	start_motor 1500
	motor_reports 1

	say "4. Linux works hard on its own CPUs; the controller does not notice"
	for cpu in 0 1 2; do
		taskset -c $cpu timeout 4 sh -c 'while :; do md5sum /bin/busybox; done' \
			>/dev/null 2>&1 &
	done
	before=$(cycles_now)
	check "the controller goes on meanwhile" wait_for 30 runs_at_least $((before + 3000))
	wait
	motor_reports 2

	say "5. What there is to see: list, statistics; then a shutdown that the controller agrees to"
	jailhouse cell list
	jailhouse cell stats rtos
	stop_motor

	say "   The same cell once more, with another set point"
	start_motor 900
	motor_reports 1
	stop_motor

	say "   Everything goes back to Linux"
	check "destroy the cell" jailhouse cell destroy rtos
	check "disable" jailhouse disable
	linux_has_all
done

say "$late cycles started late: the emulator shares the CPUs of this computer (tests/system/exact.sh" \
	"measures it exactly)"
check_equal "no control cycle was missed" 0 "$missed"
if [ ! -s /run/lab/failed ]; then
	echo "demo $lab_arch: passed, $cycles control cycles, $missed missed"
fi
