# SPDX-License-Identifier: GPL-2.0-only
# What the root cell itself may not touch: it is refused, logged, and goes on. And memory that changes
# hands is clear.

inmates=/usr/share/jailhouse/inmates

# An address where the machine has nothing, and one in RAM of the cell apart from its start
case $lab_arch in
arm64) nothing=0xb000000 word=0x100000 ;;
x86) nothing=0xfed40000 word=0x200000 ;;
esac
case $lab_lane in
zcu102-*) nothing=0xfa000000 ;;
imx8mp-*) nothing=0x38820000 ;;
esac

messages() {
	jailhouse console | grep -c "root cell, CPU .*: forbidden"
}

# The host bridge, as PCI configuration by ports shows it
bridge() {
	ports write 0xcf8 4 0x80000000 >/dev/null
	ports read 0xcfc 4
}

# An interrupt that no device has, as the distributor shows it; and made active
word_of_spi=$((lab_gicd + lab_spi / 32 * 4))
spi_bit=$(hex "1 << lab_spi % 32")

active() {
	physmem read $((word_of_spi + 0x300))
}

activate() {
	physmem write $((word_of_spi + 0x300)) 4 $spi_bit >/dev/null
	active
}

# On its CPU, the first one, an interrupt is deactivated: GICC_DIR, where the controller is a GICv2.
deactivate() {
	case $lab_gic in
	2) taskset 1 physmem write $lab_dir 4 $lab_spi ;;
	*) physmem write $((word_of_spi + 0x380)) 4 $spi_bit ;;
	esac
}

fixed_cell /run/rtos.cell
config_edit /run/rtos.cell /run/rtos.cell add.mem=$(hex $lab_cell_ram-0x200000),0x20000000,0x200000,0x83
[ "$lab_arch" != x86 ] || before=$(bridge)
check "a way to physical memory" insmod /usr/bin/physmem-$(uname -r).ko
check "KVM can be loaded" load_kvm
check "the driver loads" modprobe jailhouse
if [ "$lab_arch" = arm64 ]; then
	check_equal "an interrupt is active before" $spi_bit "$(activate)"
fi
check "enable" jailhouse enable $lab_system
hypervisor=$(dmesg | sed -n 's/.*hypervisor memory \(0x[0-9a-f]*\)+.*/\1/p' | tail -n 1)

if [ "$lab_arch" = arm64 ]; then
	say "an interrupt that was active"
	check_equal "it is active" $spi_bit "$(active)"
	expect_text "it is deactivated" written deactivate
	check_equal "it is" 0x0 "$(active)"
	check_equal "it can be active again" $spi_bit \
		"$(taskset 1 physmem write $((word_of_spi + 0x300)) 4 $spi_bit >/dev/null && active)"
fi

# The redistributor of CPU 3, which is not in use: control, and the table of pending messages
message_tables() {
	local control=0x08100000 table=0x08100078 before

	say "tables of message interrupts"
	check "CPU 3 goes" sh -c 'echo 0 >/sys/devices/system/cpu/cpu3/online'
	before=$(physmem read $table 8)
	physmem write $table 8 "$hypervisor" >/dev/null
	check_equal "no table changes while they are on" "$before" "$(physmem read $table 8)"
	physmem write $control 4 0 >/dev/null
	check_equal "they are off" 0 $(($(physmem read $control) & 1))
	physmem write $table 8 "$hypervisor" >/dev/null
	physmem write $control 4 1 >/dev/null
	expect_text "not on with a table in foreign memory" "GICR_PENDBASER+0x78: value $hypervisor" \
		jailhouse console
	check_equal "they are off" 0 $(($(physmem read $control) & 1))
	physmem write $table 8 "$before" >/dev/null
	physmem write $control 4 1 >/dev/null
	check_equal "with their own they are on" 1 $(($(physmem read $control) & 1))
	check "CPU 3 comes back" sh -c 'echo 1 >/sys/devices/system/cpu/cpu3/online'
}
case $lab_lane in
virt-gicv3-* | virt-nvhe-*) message_tables ;;
esac

# Commands to the interrupt translation service, and what it says about one that is refused
its_command() {
	echo "$1" >$its/command
}

wrong_command() {
	check "$1: Linux goes on" its_command "$2"
	expect_text "$1: refused" "refused: $3" sh -c "jailhouse console | grep -i 'command ${2%% *} ' | tail -n 1"
}

messages_go_on() {
	check "$1: messages of devices go on" dd if=/dev/hwrng of=/dev/null bs=64 count=8
}

message_service() {
	local valid=0x8000000000000000 queue

	say "the interrupt translation service"
	queue=$(physmem read 0x08080080 8)
	check "there is a way to it" insmod "/usr/bin/its-$(uname -r).ko"
	check "a right command" its_command "5 0 0 0"
	wrong_command "a table in foreign memory" \
		"$(printf 'ff0000000008 0 %x 0' $((valid | hypervisor)))" "not memory of the root cell"
	wrong_command "a table that is its own queue" \
		"$(printf 'fe0000000008 0 %x 0' $((valid | (queue & 0xffffffff000))))" "not memory of the root cell"
	wrong_command "a CPU that is none" "9 0 8000000000070005 0" "no CPU of the root cell"
	wrong_command "a command for virtual machines" "29 0 0 0" "no command for messages of devices"
	wrong_command "no command" "ff 0 0 0" "no command for messages of devices"
	check_equal "no address changes while it is on" "$queue" \
		"$(physmem write 0x08080080 8 $((valid | hypervisor)) >/dev/null && physmem read 0x08080080 8)"
	check "off, there is a wrong table" sh -c "printf %x $((valid | hypervisor)) >$its/table"
	check_equal "it is not there" "$(physmem read 0x08080100 8)" "0x$(cat $its/table)"
	expect_text "it is refused" "ITS+0x100: value $(printf '0x%x' $((valid | hypervisor))) refused" \
		jailhouse console
	messages_go_on "with its own"
	check "off, there is another queue" sh -c "echo 1 >$its/moved"
	check "it is used" its_command "5 0 0 0"
	wrong_command "from there a table in foreign memory" \
		"$(printf 'fd0000000008 0 %x 0' $((valid | hypervisor)))" "not memory of the root cell"
	check_fails "disable is refused: Linux has another queue" "has changed GITS_CBASER" jailhouse disable
	check "the old queue" sh -c "echo 0 >$its/moved"
	messages_go_on "with its own queue"
}

# Memory that Linux has for a moment, to load a cell, and the CPU of that cell
service_and_cell() {
	wrong_command "a table where a cell is loaded" \
		"$(printf 'fc0000000008 0 %x 0' $((0x8000000000000000 | lab_cell_ram)))" "not memory of the root cell"
	wrong_command "a CPU of a cell" "9 0 8000000000030006 0" "no CPU of the root cell"
	check "the way to the service goes" rmmod its_module
}
its=/sys/module/its_module/parameters
case $lab_lane in
virt-gicv3-*) message_service ;;
esac

say "memory of the hypervisor"
expect_text "a read aborts" "abort" physmem read $hypervisor
expect_text "the console names address" "forbidden 4-byte read of $hypervisor" jailhouse console
expect_text "a write aborts" "abort" physmem write $hypervisor 8 1
expect_text "the console says so" "forbidden 8-byte write to $hypervisor" jailhouse console

say "registers that do not exist"
expect_text "a read gives all ones" "0xffffffff" physmem read $nothing 4
expect_text "a byte as well" "0xff" physmem read $((nothing + 1)) 1
expect_text "a write is dropped" "written" physmem write $nothing 4 5
expect_text "the console says so" "forbidden 4-byte write to $nothing" jailhouse console

# over_end BYTES: a load of 8 of which the last ones are the cell's, and these read as zeros
over_end() {
	check_equal "$1 bytes over the end" "$2" "$(physmem read $((lab_cell_ram - 8 + $1)) 8)"
}

# What Linux may do without knowing: read the last text in front of memory that it no longer has by words.
# The page there is one that it shares with the cell.
ends_of_memory() {
	local before

	expect_text "the last word in front of it" "written" \
		physmem write $((lab_cell_ram - 8)) 8 0x7766554433221100
	before=$(messages)
	over_end 1 0x77665544332211
	over_end 3 0x7766554433
	over_end 7 0x77
	check_equal "which is no offence" $before "$(messages)"
	expect_text "a store over the end is one" "abort" physmem write $((lab_cell_ram - 4)) 8 0
	expect_text "and so is all of a load" "abort" physmem read $lab_cell_ram 8
}

say "memory of a cell"
check "create" jailhouse cell create /run/rtos.cell
expect_text "it is not Linux's any more" "abort" physmem read $lab_cell_ram
check "load" jailhouse cell load rtos $inmates/canary.bin
expect_text "while it is loaded it can be read" "0x" physmem read $lab_cell_ram
check "there is code in it" [ "$(physmem read $lab_cell_ram 4)" != "$(physmem read $((lab_cell_ram + 0xff000)) 4)" ]
case $lab_lane in
virt-gicv3-*) service_and_cell ;;
esac
check "start" jailhouse cell start rtos
expect_text "not any more" "abort" physmem read $lab_cell_ram
ends_of_memory
expect_text "nor written" "abort" physmem write $lab_cell_ram 4 0
check "destroy" jailhouse cell destroy rtos
check "create it again" jailhouse cell create /run/rtos.cell
check "load nothing but a word" jailhouse cell load rtos -s "x" -a $word
check_equal "the memory was cleared" 0x0 "$(physmem read $lab_cell_ram 8)"
check "destroy" jailhouse cell destroy rtos

# MSRs of x86, which the kernel itself reads and writes.
msr=/sys/module/msr_module/parameters

read_msr() {
	echo "$1" >$msr/read && cat $msr/read
}

write_msr() {
	echo "$1 $2" >$msr/write && cat $msr/write
}

registers_of_x86() {
	local register

	say "model-specific registers"
	# One CPU: what a register holds may differ.
	taskset -p 2 $$ >/dev/null
	check "a way to them" insmod "/usr/bin/msr-$(uname -r).ko"
	# A range register, both ends of RAM, SVM, where the CPU keeps its state
	for register in 0x200 0xc001001a 0xc001001d 0xc0010112 0xc0010114 0xc0010117; do
		expect_text "a write of $register is a #GP" "#GP" write_msr $register 0x1234000
		expect_text "the console says so" \
			"forbidden write to MSR $register (value 0x1234000)" jailhouse console
	done
	expect_text "where the hypervisor keeps state is not told" "0x0" read_msr 0xc0010117
	check "EFER can be read" [ "$(read_msr 0xc0000080)" != "#GP" ]
	check_equal "and shows no SVM" 0 $(($(read_msr 0xc0000080) & 0x1000))
	expect_text "SVM cannot be enabled" "#GP" \
		write_msr 0xc0000080 $(($(read_msr 0xc0000080) | 0x1000))
	check_equal "it is disabled by the firmware, for Linux" 16 $(($(read_msr 0xc0010114) & 16))
	expect_text "the local APIC cannot be moved" "#GP" \
		write_msr 0x1b $(($(read_msr 0x1b) + 0x100000))
	expect_text "it can be left as it is" "written" write_msr 0x1b "$(read_msr 0x1b)"
	check "the module unloads" rmmod msr_module

	say "ports"
	for bytes in 1 2 4; do
		expect_text "a read of $bytes gives all ones" "$(printf '0x%x' $(((1 << bytes * 8) - 1)))" \
			ports read 0x2e8 $bytes
		expect_text "the console says so" "forbidden $bytes-byte read of port 0x2e8" \
			jailhouse console
		expect_text "a write of $bytes is dropped" "written" ports write 0x2e8 $bytes 0
		expect_text "the console says so" "forbidden $bytes-byte write to port 0x2e8" \
			jailhouse console
	done
	check "PCI devices are there" [ "$before" != 0xffffffff ]
	check_equal "they are configured as before" "$before" "$(bridge)"
	expect_text "half of an access is not enough" "0xffffffff" ports read 0x3fe 4
	expect_text "its own ports work" "0x" ports read 0x3fd
	check_equal "the serial line is there" 96 $(($(ports read 0x3fd) & 0x60))
}
[ "$lab_arch" != x86 ] || registers_of_x86

say "messages are limited"
sleep 1
before=$(messages)
check "200 forbidden reads" physmem read $nothing 4 200
check "some are logged" [ "$(messages)" -gt "$before" ]
check "but not all" [ "$(messages)" -lt $((before + 60)) ]
check "disable" jailhouse disable
if [ "$lab_arch" = arm64 ]; then
	check_equal "the interrupt is active" $spi_bit "$(active)"
	expect_text "it is deactivated" written deactivate
	check_equal "it is" 0x0 "$(active)"
fi
check "memory of the hypervisor is ordinary memory again" physmem read $hypervisor
check "KVM works" kvm_works 0
