# SPDX-License-Identifier: GPL-2.0-only
# Wrong configurations and wrong uses, one line each: a sentence that names the value, Linux goes on,
# and a right configuration works right after.

system=$lab_system
rtos=/run/rtos.cell
timer=/etc/jailhouse/timer.cell
inmates=/usr/share/jailhouse/inmates
cd /tmp
fixed_cell $rtos

# One wrong system configuration: "text" KEY=VALUE... (config_edit)
wrong_system() {
	local text=$1

	shift
	config_edit $system wrong.cell "$@"
	check_fails "system with $*: $text" "$text" jailhouse enable wrong.cell
	check_equal "nothing is enabled" 0 "$(cat /sys/devices/jailhouse/enabled)" ||
		jailhouse disable
}

# One wrong cell configuration while enabled: "text" FILE KEY=VALUE...
wrong_cell() {
	local text=$1 file=$2

	shift 2
	config_edit "$file" wrong.cell "$@"
	check_fails "cell with $*: $text" "$text" jailhouse cell create wrong.cell ||
		jailhouse cell destroy --force "$(cat /sys/devices/jailhouse/cells/*/name | tail -n 1)"
	check_equal "Linux has its CPUs" "$cpus" "$(online_cpus)"
}

wrong_systems_of_gicv2() {
	wrong_system "gicr_base is 0x0" gic=3
	wrong_system "has no GICv3 system registers" gic=3 gicr=0x80a0000
	wrong_system "gicd_base 0x8010000: no GICv2 there" gicd=0x8010000
	wrong_system "gicd_base 0x3000000: no GICv2 there" gicd=0x3000000
	wrong_system "gicd_base 0x9050000: no device answers" gicd=0x9050000
	wrong_system "gicc_base is 0x0" gicc=0
	wrong_system "gicc_base 0x8000000: no GICv2 there" gicc=0x8000000
	wrong_system "gicc_base 0x9050000: no device answers" gicc=0x9050000
	wrong_system "or gicc_base 0x8040000 does" gicc=0x8040000
	wrong_system "gicv_base 0x8030000: no GICv2 there" gicv=0x8030000
	wrong_system "gicv_base 0x8010000 does not show what gich_base sets" gicv=0x8010000
	for gich in 0x8000000 0x8010000 0x8020000 0x8040000 0x9000000; do
		wrong_system "gich_base $gich: no GICv2 there" gich=$gich
	done
	wrong_system "gich_base 0x9050000: no device answers" gich=0x9050000
}

wrong_systems_of_gicv3() {
	wrong_system "with GIC version 2" gic=2
	wrong_system "gicd_base 0x8000000: no GICv2 there" gic=2 gicc=0x8010000 gich=0x8030000 \
		gicv=0x8040000
	wrong_system "gicd_base 0x3000000: no GICv3 there" gicd=0x3000000
	wrong_system "gicd_base 0x9050000: no device answers" gicd=0x9050000
	wrong_system "gicr_base 0x9000000: no device answers" gicr=0x9000000
	wrong_system "gicr_base 0x80c0000" gicr=0x80c0000 gic=4
}

wrong_systems_of_arm64() {
	wrong_system "gic_version is 7" gic=7
	wrong_system "gicd_base is 0x8000001" gicd=0x8000001
	wrong_system "maintenance_irq is 3" maintenance=3
	for irq in 16 24 26 27 30; do
		wrong_system "interrupt $irq, maintenance_irq, is not the maintenance" maintenance=$irq
	done
	case $lab_lane in
	virt-gicv2-*) wrong_systems_of_gicv2 ;;
	*) wrong_systems_of_gicv3 ;;
	esac
}

wrong_systems_of_x86() {
	case $lab_lane in
	*-x2apic-*) other=1 ;;
	*) other=2 ;;
	esac
	wrong_system "apic_mode is 3" apic=3
	wrong_system "but Linux uses the local APICs in" apic=$other
	wrong_system "0xfec01000" ioapic=0xfec01000
	wrong_system "pin_base" irq.0.base=1
	wrong_system "pin 32" irq.0.pins1=1
	wrong_system "is System RAM" ioapic=0x20000000
	wrong_system "tsc_khz is 500000, but Linux measured" tsc=500000
	wrong_system "pin 24" irq.0.pins0=0x1ffffff
	wrong_system "irqchip" add.irq=0,1,0xfec00000,0xff00
	wrong_system "pm_timer_address" pmtimer=0xfffe
	wrong_system "0xffff" add.pio=0xffff,2
	wrong_system "0xfee00000" add.mem=0xfee00000,0xfee00000,0x1000,0x13
	wrong_system "0xfec00000" add.mem=0xfec00000,0xfec00000,0x1000,0x13
	wrong_system "has type 9" pci.1.type=9
	wrong_system "are both 0000:00:00.0" pci.1.bdf=0
	wrong_system "capabilities 7+6" pci.1.caps=7
	wrong_system "pci_mmconfig_base is 0xb0000001" mmconfig=0xb0000001
	wrong_system "IOMMU unit 0 has type 7" iommu=7
	wrong_system "debug console" console=3
	wrong_system "CPU 0 is online but not in the CPU set 1-3" cpus=0xe
	wrong_system "overlaps region" add.mem=0x1000,0x1000,0x1000,3
}

wrong_cells_of_arm64() {
	wrong_cell "registers of the interrupt controller (0x8000000)" $rtos \
		add.mem=0x8000000,0x20000000,0x1000,0x13
	case $lab_lane in
	virt-gicv2-*) registers=0x8030000 part=0x8031000 ;;
	*) registers=0x80a0000 part=0x80d0000 ;;
	esac
	wrong_cell "registers of the interrupt controller ($registers)" $rtos \
		add.mem=$part,0x20000000,0x8000,0x13
	wrong_cell "registers of the interrupt controller (0x8000000)" $rtos \
		add.mem=0x8000100,0x20000100,0x4,0x40013
	wrong_cell "registers of the interrupt controller (0x8000000)" $rtos \
		add.mem=0x60400000,0x7e00000,0x400000,0x7
	case $lab_lane in
	virt-gicv2-*)
		wrong_cell "contains a GICv2m frame (0x8020000)" $rtos \
			add.mem=0x8020000,0x20000000,0x1000,0x13
		wrong_cell "contains a GICv2m frame (0x8020000)" $rtos \
			add.mem=0x8020040,0x20000040,0x4,0x40013
		;;
	*)
		wrong_cell "contains the registers of an ITS (0x8080000)" $rtos \
			add.mem=0x8090000,0x20000000,0x1000,0x13
		wrong_cell "contains the registers of an ITS (0x8080000)" $rtos \
			add.mem=0x8090040,0x20000040,0x4,0x40013
		wrong_cell "contains the registers of an ITS (0x8080000)" $rtos \
			add.mem=0x60400000,0x8080000,0x1000,0x7
		;;
	esac
}

wrong_cells_of_x86() {
	wrong_cell "CPU 0" $rtos cpus=1
	wrong_cell "0xfee00000" $rtos add.mem=0xfee00000,0xfee00000,0x1000,0x13
	wrong_cell "0xfec00000" $rtos add.mem=0xfec00000,0xfec00000,0x1000,0x13
	wrong_cell "0xfee00000" $rtos add.mem=0xfee80000,0x20000000,0x1000,0x13
	wrong_cell "0xfec00000" $rtos add.mem=0xfec00000,0x20000000,0x1000,0x13
	wrong_cell "0xb0000000" $rtos add.mem=0xb0008000,0x20000000,0x1000,0x13
	wrong_cell "port 0xcf8" $rtos add.pio=0xcf8,8
	wrong_cell "port 0x64" $rtos add.pio=0x60,8
	wrong_cell "port 0xb2" $rtos add.pio=0xb2,1
	wrong_cell "0xfec01000" $rtos add.irq=0,8,0xfec01000,0xff00
	wrong_cell "pin_base" $rtos add.irq=32,8,0xfec00000,0xff00
	wrong_cell "pin 24" $rtos add.irq=0,0x1000000,0xfec00000,0xff00
	wrong_cell "0xfff0" $rtos add.pio=0xfff0,0x20
	wrong_cell "0x10000000000" $rtos mem.0.phys=0x10000000000
	wrong_cell "cpu_reset_address 0x100000000 lies in no memory region" $rtos reset=0x100000000
}

# Beside the cell "rtos", which has COM2 and pin 3.
conflicts_of_x86() {
	wrong_cell "interrupt 3" $timer add.irq=0,8,0xfec00000,0xff00
	wrong_cell "port" $timer add.pio=0x2fc,8
}

# Where the code of Linux is, which region is its RAM, the last page of the first region of the cell,
# devices that only one cell can have, and what is said to a root cell without RAM.
kernel=$(awk '/Kernel code/ { sub(/-.*/, "", $1); print "0x" $1; exit }' /proc/iomem)
case $lab_arch in
arm64)
	ram=11 last_page=0x1ff000 devices=""
	no_return="could not return to Linux"
	;;
x86)
	ram=3 last_page=0xff000 devices="add.irq=0,8,0xfec00000,0xff00 add.pio=0x2f8,8"
	no_return="trial entry of Linux"
	;;
esac

check_fails "without the driver" "modprobe jailhouse" jailhouse enable $system
check "the driver loads" modprobe jailhouse

say "system configurations that the driver or the hypervisor refuses"
wrong_system 'instead of "JHSYS"' byte.0=0x57
wrong_system "revision" byte.6=13
wrong_system "architecture" byte.5=1
wrong_system "unknown bits 0x10" flags=0x10
wrong_system "hypervisor memory of 0x1000 bytes" hyp.size=0x1000
wrong_system "debug console has type 11" console=11
wrong_system "CPU 3 is online but not in the CPU set 0-2" cpus=7
wrong_system "CPU 4 of cell" cpus=0x1f
wrong_system "name" name=
wrong_system "unknown bits" cell.flags=0x100
wrong_system "expected the same" mem.1.phys=0x50000000
wrong_system "is a communication region" mem.0.flags=0x27
wrong_system "counts of regions need 13743895" regions=0xffffffff
wrong_systems_of_$lab_arch
head -c 400 $system >wrong.cell
check_fails "a truncated file" "bytes" jailhouse enable wrong.cell
check_fails "a cell instead of a system" "cell create" jailhouse enable $rtos
check_fails "no such file" "/nowhere" jailhouse enable /nowhere
check_fails "disable before enable" "not enabled" jailhouse disable
check_fails "create before enable" "not enabled" jailhouse cell create $rtos

say "a root cell that Linux could not live in: without the memory it is in, without its code"
wrong_system "System RAM at 0x" mem.$ram.size=0 mem.$ram.flags=0
wrong_system "$no_return" mem.$ram.flags=3

check "a right configuration works" jailhouse enable $system
cpus=0-3
check_fails "enable twice" "enabled" jailhouse enable $system
check_fails "the module is in use" "" rmmod jailhouse

say "cell configurations"
wrong_cell 'instead of "JHCLL"' $rtos byte.0=0x57
wrong_cell "revision" $rtos byte.6=13
wrong_cell "architecture" $rtos byte.5=1
wrong_cell "unknown bits 0x100" $rtos cell.flags=0xc0000100
wrong_cell "CPU" $rtos cpus=0
wrong_cell "CPU 6" $rtos cpus=0x40
wrong_cell "CPU" $rtos cpus=0xf
wrong_cell "cpu_reset_address 0x70000000 lies in no memory region" $rtos reset=0x70000000
wrong_cell "unknown bits" $rtos mem.0.flags=0x200047
wrong_cell "WRITE (2) or EXECUTE (4) without READ" $rtos mem.0.flags=0x46
wrong_cell "not aligned to 4096 bytes" $rtos mem.0.phys=$((lab_cell_ram + 1))
wrong_cell "overlaps region 0" $rtos mem.1.virt=0
wrong_cell "is not exactly one aligned page" $rtos mem.1.size=0x2000
wrong_cell "which the hypervisor has and does not share" $rtos mem.0.phys=\
"$(dmesg | sed -n 's/.*hypervisor memory \(0x[0-9a-f]*\)+.*/\1/p' | tail -n 1)"
wrong_cell "memory" $rtos mem.0.phys="$kernel"
wrong_cell "memory" $rtos mem.0.phys=0x1000000000000
wrong_cells_of_$lab_arch
check_fails "a system instead of a cell" "enable" jailhouse cell create $system
head -c 150 $rtos >wrong.cell
check_fails "a truncated cell" "bytes" jailhouse cell create wrong.cell

# shellcheck disable=SC2086
config_edit $rtos right.cell timeout=0 $devices
check "a right cell works" jailhouse cell create right.cell
cpus=0-2
wrong_cell "rtos" $rtos timeout=0
wrong_cell "CPU" $rtos name=other
wrong_cell "memory" $timer mem.0.phys=$lab_cell_ram
wrong_cell "memory" $timer mem.0.phys=$((lab_cell_ram + 0x100000))
[ "$lab_arch" != x86 ] || conflicts_of_x86

say "wrong uses"
check_fails "no such cell" "nobody" jailhouse cell start nobody
check_fails "no such id" "77" jailhouse cell destroy 77
check_fails "the root cell stays" "" jailhouse cell destroy 0
check_fails "the root cell is not started" "" jailhouse cell start 0
check_fails "an image beyond the region" "$last_page" \
	jailhouse cell load rtos $inmates/motor.bin -a $last_page
check_fails "an image outside of all regions" "0x40000000" \
	jailhouse cell load rtos $inmates/motor.bin -a 0x40000000
check_fails "no such image" "/nowhere" jailhouse cell load rtos /nowhere
check_fails "disable with an argument" "" jailhouse disable now
check_fails "an unknown verb" "" jailhouse cell explode
check_fails "the CPU of a cell cannot be taken back" "" \
	sh -c 'echo 1 >/sys/devices/system/cpu/cpu3/online'

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
check_equal "4 CPUs are online" 0-3 "$(online_cpus)"
check "a right cell works" jailhouse cell create $rtos
check "motor" jailhouse cell load rtos $inmates/motor.bin
check "start" jailhouse cell start rtos
check "it runs" wait_for 20 sh -c "jailhouse console | grep -q 'motor: t=1 s'"
check "disable ends all" jailhouse disable
check_equal "4 CPUs are online" 0-3 "$(online_cpus)"
expect_text "the console can still be read" "motor: t=1 s" jailhouse console
