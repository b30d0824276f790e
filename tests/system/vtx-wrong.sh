# SPDX-License-Identifier: GPL-2.0-only
# VT-x: somebody else who has it, and the wrong configurations of a machine with VT-x.

system=$lab_system
rtos=/root/rtos.cell
cpus=0-1
vmxe=/sys/module/msr_module/parameters/vmxe
cd /tmp

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

wrong_systems() {
	wrong_system "apic_mode is 3" apic=3
	wrong_system "but Linux uses the local APICs in" apic=2
	wrong_system "0xfec01000" ioapic=0xfec01000
	wrong_system "pin 24" irq.0.pins0=0x1ffffff
	wrong_system "pm_timer_address" pmtimer=0xfffe
	wrong_system "0xfee00000" add.mem=0xfee00000,0xfee00000,0x1000,0x13
	wrong_system "IOMMU unit 0 has type 7" iommu=7
	wrong_system "CPU 0 is online but not in the CPU set 1" cpus=2
	wrong_system "trial entry of Linux" mem.3.flags=3
}

wrong_cells() {
	wrong_cell "CPU 0" $rtos cpus=1
	wrong_cell "0xfec00000" $rtos add.mem=0xfec00000,0x20000000,0x1000,0x13
	wrong_cell "port 0xcf8" $rtos add.pio=0xcf8,8
	wrong_cell "0xfec01000" $rtos add.irq=0,8,0xfec01000,0xff00
	wrong_cell "pin 24" $rtos add.irq=0,0x1000000,0xfec00000,0xff00
	wrong_cell "0x10000000000" $rtos mem.0.phys=0x10000000000
	wrong_cell "cpu_reset_address 0x100000000 lies in no memory region" $rtos reset=0x100000000
}

say "Debian $(uname -r) on $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1)"
check "the cell is moved" config_edit /etc/jailhouse/rtos.cell $rtos cpus=2 pio.0.base=0xb008
check "the driver loads" modprobe jailhouse

say "somebody else"
check "a way to CR4" insmod "/usr/bin/msr-$(uname -r).ko"
taskset 1 sh -c "echo 1 >$vmxe"
check_fails "enable is refused" "somebody else has VMX on 1 CPUs" jailhouse enable $system
taskset 1 sh -c "echo 0 >$vmxe"
check "the module unloads" rmmod msr_module

say "wrong configurations"
wrong_systems
check "a right one works" jailhouse enable $system
wrong_cells
check "disable" jailhouse disable
check_equal "Linux has its CPUs" $cpus "$(online_cpus)"
check "the driver unloads" rmmod jailhouse
