# SPDX-License-Identifier: GPL-2.0-only
# Errors of the hypervisor itself, which an image for tests makes on request (faults.c): on the CPU of a
# cell, on that of another one, and on one of Linux that holds the management lock. That CPU stops and
# tells what it knows; the others go on; nothing is changed any more, and everybody who asks is told so.
# A machine after that cannot be given back, but it can be reset. On the machine with two CPUs it ends with
# Linux's only one, whose report the serial line has (ourselves.conf).

console=/run/console
broken="the hypervisor has failed on a CPU and accepts no changes"

case $lab_arch in
arm64)
	first=rtos second=timer uart="console=3 console.address=0x09040000 console.size=0x1000 console.flags=1"
	registers='  x04( [0-9a-f]{16}){4}' place='  pc [0-9a-f]{16} sp' third=mem.0.phys=0x62000000
	;;
x86)
	first=hostile second=canary uart="console=2 console.address=0x2f8"
	registers='  rdx [0-9a-f]{16} rcx' place='  rip [0-9a-f]{16} rsp' third=""
	;;
esac
# A fault on the CPU of the first cell (faults.c), and what is said of it.
cell_cpu=3 fault=3 fault_text=", its stack is full" linux_cpus=0-1 moved=""
case $lab_lane in
bochs-*)
	second=$first cell_cpu=1 linux_cpus=0
	# Nobody has set its second serial line up. Its PM timer is elsewhere, too.
	uart="$uart console.divider=1"
	moved="cpus=2 pio.0.base=0xb008"
	;;
esac
# With two CPUs there are two faults; the other lane has others.
case $lab_lane in
bochs-6.1) last_fault=0x102 ;;
bochs-*) fault=1 fault_text=", by a NULL pointer" last_fault=0x105 ;;
esac

cell_start() {
	# shellcheck disable=SC2086
	config_edit /etc/jailhouse/$1.cell $1.cell $moved && jailhouse cell create $1.cell &&
		jailhouse cell load $1 /usr/share/jailhouse/inmates/canary.bin -s "report=100" -a 0x1000 &&
		jailhouse cell start $1
}

# The last count that a cell has said.
ticks() {
	sed -n "s/^\[$1\] canary: ticks=\([0-9]*\) bad=0/\1/p" $console | tail -n 1
}

goes_on() {
	local before

	before=$(ticks $1)
	wait_for 10 eval "[ \$(ticks $1) -gt $((before + 500)) ]"
}

# ask CPU FAULT
ask() {
	echo "$1 $2" >/sys/module/fault_module/parameters/fault
}

# told CPU TEXT: the report of the CPU is on the console, from the first line to the registers.
told() {
	check "CPU $1 has failed$2" wait_for 10 grep -q "FATAL: .* in the hypervisor on CPU $1$2" $console
	check "it says where" wait_for 5 grep -qE "$place" $console
	check "and shows its registers" wait_for 5 grep -qE "$registers" $console
	: >$console
}

# refused STATE TEXT: every change is, leaving the hypervisor with that text; the cells are listed, one
# of them in that state.
refused() {
	check_fails "$second is not destroyed" "$broken" jailhouse cell destroy --force $second
	check_fails "$first is not loaded" "$broken" jailhouse cell shutdown --force $first
	check_fails "nor is the hypervisor left" "$2" jailhouse disable
	expect_text "cells are listed" "$1" jailhouse cell list
}

# Linux lives on CPUs 0 and 1; this is on the first.
load_faults
config_edit $lab_system debug.cell $uart
[ $lab_arch = x86 ] || { insmod "/usr/bin/physmem-$(uname -r).ko"; physmem write 0x09040030 4 0x301; }
check "enable" jailhouse enable debug.cell
: >$console
jailhouse console -f >>$console 2>&1 &
cells=$first
[ $second = $first ] || cells="$first $second"
for cell in $cells; do
	check "$cell starts" cell_start $cell
	check "$cell counts" wait_for 20 grep -q "^\[$cell\] canary: ticks=[0-9]* bad=0" $console
done
if [ $second != $first ]; then
	config_edit /etc/jailhouse/smp.cell third.cell cpus=2 $third
	config_edit third.cell wrong.cell reset=0x70000000
	check_fails "a refusal before all that" "cpu_reset_address 0x70000000" \
		jailhouse cell create wrong.cell
fi

say "on the CPU of a cell"
ask $cell_cpu $fault
told $cell_cpu "$fault_text"
expect_text "its cell is listed as failed, with the CPU" \
	"failed            $cell_cpu                       $cell_cpu" jailhouse cell list
check_equal "Linux has its CPUs" $linux_cpus "$(online_cpus)"
if [ $second = $first ]; then
	refused failed "$broken"
	say "on the CPU of Linux, in the middle of a change"
	# Nothing comes after that: what is said has to be out.
	sleep 3
	echo "0 $last_fault" >/sys/module/fault_module/parameters/fault
	fail "CPU 0 goes on"
	exit
fi
check "the other cell goes on" goes_on $second
check_fails "no cell is made" "$broken" jailhouse cell create third.cell
refused running "$broken"

say "on that of the other cell"
ask 2 1
told 2 ", by a NULL pointer"
expect_text "its cell is listed, too" "failed            2                       2" jailhouse cell list
refused failed "$broken"

say "on a CPU of Linux, in the middle of a change"
taskset 2 sh -c "echo 1 0x102 >/sys/module/fault_module/parameters/fault" &
check "CPU 1: a rule that does not hold" wait_for 10 grep -q \
	"FATAL: BUG in the hypervisor on CPU 1: a deliberate one" $console
check "it is in sysfs" grep -q "FATAL: BUG in the hypervisor" /sys/devices/jailhouse/console
# Linux cannot even ask that CPU.
refused failed "CPU 1 did not arrive"
check "the first CPU of Linux goes on" sleep 3

# That CPU had the lock over changes, which a reset has to look at: no cell may be running.
echo "ourselves: over"
sleep 1
echo b >/proc/sysrq-trigger
sleep 100
