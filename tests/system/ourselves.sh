# SPDX-License-Identifier: GPL-2.0-only
# Errors of the hypervisor itself, which an image for tests makes on request (faults.c): on the CPU of a
# cell, on that of another one, and on one of Linux that holds the management lock. That CPU stops and
# tells what it knows; the others go on; nothing is changed any more, and everybody who asks is told so.
# A machine after that cannot be given back: the run ends with it.

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

cell_start() {
	jailhouse cell create /etc/jailhouse/$1.cell &&
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
taskset -p 1 $$ >/dev/null
mv /lib/firmware/jailhouse.bin /run/jailhouse.bin
cp /usr/bin/jailhouse-faults.bin /lib/firmware/jailhouse.bin
check "the driver loads" modprobe jailhouse
check "faults can be asked for" insmod "/usr/bin/fault-$(uname -r).ko"
config_edit $lab_system debug.cell $uart
[ $lab_arch = x86 ] || { insmod "/usr/bin/physmem-$(uname -r).ko"; physmem write 0x09040030 4 0x301; }
check "enable" jailhouse enable debug.cell
: >$console
jailhouse console -f >>$console 2>&1 &
for cell in $first $second; do
	check "$cell starts" cell_start $cell
	check "$cell counts" wait_for 20 grep -q "^\[$cell\] canary: ticks=[0-9]* bad=0" $console
done
config_edit /etc/jailhouse/smp.cell third.cell cpus=2 $third
config_edit third.cell wrong.cell reset=0x70000000
check_fails "a refusal before all that" "cpu_reset_address 0x70000000" jailhouse cell create wrong.cell

say "on the CPU of a cell"
ask 3 3
told 3 ", its stack is full"
expect_text "its cell is listed as failed, with the CPU" "failed            3                       3" \
	jailhouse cell list
check "the other cell goes on" goes_on $second
check_fails "no cell is made" "$broken" jailhouse cell create third.cell
check_equal "Linux has its CPUs" 0-1 "$(online_cpus)"
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
echo "ourselves: over"
sleep 100
