# SPDX-License-Identifier: GPL-2.0-only
# Wrong configurations and wrong uses: a sentence that names the value, Linux goes on, and a right
# configuration works right after. Most of them are lines of refusals.table, which the program
# "refusals" runs; here is what they need, and what takes a running cell or the command itself.

system=$lab_system
rtos=/run/rtos.cell
second=/run/second.cell
inmates=/usr/share/jailhouse/inmates
table=/usr/bin/refusals.table
cd /tmp
fixed_cell $rtos

# What differs between machines: words for the second column of the table and values for its braces.
case $lab_arch in
arm64)
	machines="arm64" io=0 arch="2 (arm64)" ram=11 ram_end=0x3fe00000 cell_end=0x3ff00000
	cell_size=0x200000 last_page=0x1ff000 comm=0x80000000 device=0x9000000 hole=0x3f000000
	devices="add.irq=128,0x10" pin=132 no_return="could not return to Linux"
	;;
x86)
	machines=x86 io=1 arch="0 (x86)" ram=3 ram_end=0x7fe00000 cell_end=0x7ff00000
	cell_size=0x100000 last_page=0xff000 comm=0x100000 device=0xfed00000 hole=0xfed40000
	devices="add.irq=0,8,0xfec00000,0xff00 add.pio=0x2f8,8" pin=3
	no_return="trial entry of Linux"
	;;
esac
# "moved": what cells have elsewhere on this machine.
gic=3 cpus=4 moved=""
[ $lab_machine = bochs ] || machines="$machines qemu"
case $lab_lane in
virt-gicv2-*)
	machines="$machines gicv2" gic=2
	other=qemu-virt other_why="has no GICv3 system registers"
	;;
virt-*)
	machines="$machines gicv3"
	[ "${lab_lane#virt-noits}" != "$lab_lane" ] || machines="$machines its"
	other=qemu-virt-gicv2 other_why="gicd_base 0x8000000: no GICv2 there"
	;;
q35-*)
	machines="$machines q35"
	other=bochs other_why="CPU 2 is online but not in the CPU set 0-1"
	;;
bochs-*)
	machines="$machines bochs" cpus=2 ram_end=0x3fe00000 cell_end=0x3ff00000
	moved=pio.0.base=0xb008
	other=q35 other_why="this machine has CPUs 0-1"
	;;
esac
case $lab_lane in
*-x2apic-*)
	machines="$machines x2apic"
	# This emulator has an IOMMU, which the configuration does not name.
	system=/run/system.cell
	config_edit $lab_system $system iommu=2 iommu.base=0xfed90000 iommu.size=0x1000
	;;
q35-* | bochs-*) machines="$machines xapic" ;;
esac
[ $cpus -lt 4 ] || machines="$machines smp4"
# The last CPU is the cell's.
# shellcheck disable=SC2086
config_edit $rtos $rtos cpus=$((1 << (cpus - 1))) $moved
# shellcheck disable=SC2086
config_edit /etc/jailhouse/timer.cell $second $moved

# Numbers in the notation of messages
hex() {
	printf '0x%x' $(($1))
}

kernel=$(hex "$(awk '/Kernel code/ { sub(/-.*/, "", $1); print "0x" $1; exit }' /proc/iomem)")

# All cases of a section; lines of the program count like those of checks.
section() {
	local hyp

	hyp=$(dmesg | sed -n 's/.*hypervisor memory \(0x[0-9a-f]*\)+.*/\1/p' | tail -n 1)
	refusals $table "$1" "machines=$machines" system=$system cell=$rtos \
		second=$second "arch=$arch" ram=$ram "ramend=$ram_end" \
		"ramend1=$cell_end" "cellram=$lab_cell_ram" "cellram1=$(hex $lab_cell_ram+1)" \
		"cellram2=$(hex $lab_cell_ram+0x400000)" "cellsize=$cell_size" \
		"cellmiddle=$(hex $lab_cell_ram+$cell_size/2)" lastpage=$last_page comm=$comm \
		device=$device "device1=$(hex $device+1)" hole=$hole "noreturn=$no_return" \
		gic=$gic lastcpu=$((cpus - 1)) "allcpus=$(hex "(1<<$cpus)-1")" \
		"leftcpus=$(hex "(1<<($cpus-1))-1")" "notfirst=$(hex "(1<<$cpus)-2")" \
		"cpudigit=$(printf %x $(((1 << cpus) - 1)))" other=/etc/jailhouse/$other.cell \
		"otherwhy=$other_why" "otherirq=${devices%% *}" otherpin=$pin \
		io=$io rootname=$lab_machine kernel=$kernel hyp="${hyp:-none}"
}

check_fails "without the driver" "modprobe jailhouse" jailhouse enable $system
check "the driver loads" modprobe jailhouse
before=$(free_pages)
case $lab_lane in
bochs-*)
	say "somebody else has VT-x"
	vmxe=/sys/module/msr_module/parameters/vmxe
	check "a way to CR4" insmod "/usr/bin/msr-$(uname -r).ko"
	taskset 1 sh -c "echo 1 >$vmxe"
	check_fails "enable is refused" "somebody else has VMX on 1 CPUs" jailhouse enable $system
	taskset 1 sh -c "echo 0 >$vmxe"
	check "the module unloads" rmmod msr_module
	;;
esac
section native
check "no memory is lost" wait_for 10 memory_is_back "$before" 512

check "a right configuration works" jailhouse enable $system
section enabled
# A communication region has no physical address, whatever is written there.
# shellcheck disable=SC2086
config_edit $rtos right.cell mem.1.phys=0xffffffffffffffff $devices
check "a right cell works" jailhouse cell create right.cell
section beside

say "wrong uses of the command"
check_fails "no such image" "/nowhere" jailhouse cell load rtos /nowhere
check_fails "disable with an argument" "" jailhouse disable now
check_fails "an unknown verb" "" jailhouse cell explode
check_fails "the CPU of a cell cannot be taken back" "" \
	sh -c "echo 1 >/sys/devices/system/cpu/cpu$((cpus - 1))/online"

say "a cell that does not answer"
check "load" jailhouse cell load rtos $inmates/hostile.bin -s "attack=mute" -a 0x1000
check "start" jailhouse cell start rtos
check "it is mute" wait_for 10 sh -c "jailhouse console | grep -q 'attack mute: survived'"
check_fails "shutdown is refused after a second" "did not answer the shutdown request" \
	jailhouse cell shutdown rtos
expect_text "it runs on" "running" cat /sys/devices/jailhouse/cells/1/state
check_fails "destroy is refused, too" "did not answer the shutdown request" \
	jailhouse cell destroy rtos
check "by force it ends" jailhouse cell shutdown --force rtos
expect_text "it is down" "shut down" cat /sys/devices/jailhouse/cells/1/state
check "destroy" jailhouse cell destroy rtos

say "the same with a limit of polls: the cell is failed; and a passive cell is not asked"
config_edit $rtos wrong.cell timeout=10000
check "create" jailhouse cell create wrong.cell
check "load" jailhouse cell load rtos $inmates/hostile.bin -s "attack=mute" -a 0x1000
check "start" jailhouse cell start rtos
check "shutdown" jailhouse cell shutdown rtos
expect_text "it has failed" "failed" cat /sys/devices/jailhouse/cells/1/state
check "destroy" jailhouse cell destroy rtos
config_edit $rtos wrong.cell byte.44=1
check "create" jailhouse cell create wrong.cell
check "load" jailhouse cell load rtos $inmates/hostile.bin -s "attack=mute" -a 0x1000
check "start" jailhouse cell start rtos
check "a passive cell is not asked" jailhouse cell destroy rtos

say "afterwards"
check_equal "all CPUs are online" 0-$((cpus - 1)) "$(online_cpus)"
check "a right cell works" jailhouse cell create $rtos
check "motor" jailhouse cell load rtos $inmates/motor.bin
check "start" jailhouse cell start rtos
check "it runs" wait_for 20 sh -c "jailhouse console | grep -q 'motor: t=1 s'"
check "disable ends all" jailhouse disable
check_equal "all CPUs are online" 0-$((cpus - 1)) "$(online_cpus)"
expect_text "the console can still be read" "motor: t=1 s" jailhouse console
check "the driver unloads" rmmod jailhouse

# Each call of the driver that can fail does so once.
starve() {
	local starved n=1 loaded

	starved=/usr/bin/starved-$(uname -r).ko
	loaded=$(free_pages)
	while [ $n -lt 30 ] && ! insmod "$starved" starve_at=$n 2>"$lab_out"; do
		n=$((n + 1))
	done
	echo 0 >/sys/module/jailhouse/parameters/starve_at
	check "the driver loads when $((n - 1)) calls have failed" test -d /sys/module/jailhouse
	section starved
	check "a right configuration works" jailhouse enable $system
	section starved-enabled
	check "a right cell works" jailhouse cell create $rtos
	section starved-beside
	check "disable" jailhouse disable
	check "the driver unloads" rmmod jailhouse
	check "no memory is lost" wait_for 10 memory_is_back "$loaded" 512
}

case $lab_lane in
virt-gicv3-6.1 | q35-amd-6.12)
	say "out of memory"
	starve
	;;
esac
