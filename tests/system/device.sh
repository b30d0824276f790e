# SPDX-License-Identifier: GPL-2.0-only
# A UART is the debug console of the hypervisor, then the device of a cell, with its interrupt, and in
# the end Linux's again. What the second serial line has to say is in device.conf.

inmates=/usr/share/jailhouse/inmates
driver="" tty="" echo=yes

case $lab_lane in
virt-*)
	# Its driver lets go whenever nobody has it open.
	cell=uart type=3 address=0x09040000 irq=40 tty=ttyAMA1
	;;
zcu102-*)
	# Without the board's firmware Linux has no driver for it.
	cell=uart-zcu102 type=4 address=0xff010000 irq=54
	;;
imx8mp-*)
	cell=uart-imx8mp type=8 address=0x30880000 irq=60 tty=ttymxc2
	driver=/sys/bus/platform/drivers/imx-uart device=30880000.serial
	# The emulator's UART cannot hear itself.
	echo=""
	;;
esac

register() {
	physmem write $((address + $1)) 4 "$2"
}

# As the firmware or Linux would leave it.
switch_on() {
	case $type in
	3) register 0x30 0x301 ;;
	4) register 0x04 0x20 && register 0x00 0x17 ;;
	8) register 0x80 1 && register 0x84 0x4027 ;;
	esac
}

run() {
	mark=$(jailhouse console | wc -l)
	jailhouse cell load uart $inmates/uart.bin -s "irq=$irq $1" -a 0x1000 &&
		jailhouse cell start uart
}

says() {
	jailhouse console | tail -n "+$((mark + 1))" | grep -q -- "$1"
}

# The number behind "NAME=" in what the cell has said since it was started.
value() {
	jailhouse console | tail -n "+$((mark + 1))" | sed -n "s/.*$1=\([0-9]*\).*/\1/p" | tail -n 1
}

state_is() {
	grep -qx "$1" /sys/devices/jailhouse/cells/1/state
}

virt_irqs() {
	cat /sys/devices/jailhouse/cells/1/statistics/vmexits_virt_irq
}

# What the root cell's kernel says of interrupts that nobody wants.
unwanted() {
	dmesg | grep -ciE "unexpected interrupt|nobody cared|spurious"
}

errors() {
	awk '$1 == "Err:" { print $2 }' /proc/interrupts
}

of_the_device() {
	interrupts_of " $irq Level"
}

# The emulated PL011 takes everything at once, so that Linux needs no interrupt: it has to hear itself.
hear_itself() {
	stty -F "/dev/$tty" raw -echo
	register 0x30 $(($(physmem read $((address + 0x30))) | 0x80))
}

# A UART that is closed may have no interrupt. What it had before it was open does not count.
linux_uses_it() {
	local before after

	exec 7>"/dev/$tty"
	before=$(of_the_device)
	[ $type != 3 ] || hear_itself
	echo "Linux has its UART again" >&7
	sleep 1
	after=$(of_the_device)
	exec 7>&-
	echo "$before interrupts before, $after after"
	[ "$after" -gt "$before" ]
}

check "the driver loads" modprobe jailhouse
check "physical memory can be written" insmod "/usr/bin/physmem-$(uname -r).ko"
errors_before=$(errors)

say "the debug console"
config_edit $lab_system debug.cell console=$type console.address=$address console.size=0x1000 \
	console.flags=1
switch_on
check "enable" jailhouse enable debug.cell
check "create" jailhouse cell create /etc/jailhouse/rtos.cell
check "destroy" jailhouse cell destroy rtos
check "disable" jailhouse disable
case $lab_lane in
virt-*)
	config_edit debug.cell nowhere.cell console.address=0x0b000000
	check_fails "a debug console that is not there" "debug console at 0xb000000: no device" \
		jailhouse enable nowhere.cell
	;;
esac

say "a device for a cell"
[ -z "$driver" ] || check "Linux lets go of it" sh -c "echo $device >$driver/unbind"
check "enable" jailhouse enable $lab_system
check "create" jailhouse cell create /etc/jailhouse/$cell.cell
before=$(virt_irqs)
check "it starts" run "count=20 zeros=100000"
check "all is sent" wait_for 100 says "uart: passed"
say "$(jailhouse console | grep "uart: zeros")"
check "100000 characters and interrupts" says "zeros=100000 interrupts=100000 "
check "as many as characters before, too" [ "$(value interrupts)" = "$(value characters)" ]
check_equal "the hypervisor counted the same" "$(value all)" "$(($(virt_irqs) - before))"
if [ -n "$echo" ]; then
	check "once more, with an echo" run "count=20 echo"
	check "it gets what it sends" wait_for 30 says "uart: passed"
	check "by interrupt" says "received=291 wrong=0"
fi

say "another cell cannot have it"
config_edit /etc/jailhouse/$cell.cell other.cell name=other cpus=4 mem.0.phys=0x60800000
config_edit other.cell registers.cell irq.0.pins0=0
config_edit other.cell interrupt.cell mem.2.size=0
check_fails "not its registers" "overlaps region 2" jailhouse cell create registers.cell
check_fails "not its interrupt" "interrupt $irq belongs to cell \"uart\"" \
	jailhouse cell create interrupt.cell
check "destroy" jailhouse cell destroy uart

say "it is the cell's console, too"
config_edit /etc/jailhouse/$cell.cell console.cell cell.flags=0x40000000
check "create" jailhouse cell create console.cell
check "it starts" run "count=1"
check "it ends well" wait_for 10 state_is "shut down"
check_equal "it said nothing by hypercall" "" "$(value characters)"
check "destroy" jailhouse cell destroy uart

say "the root cell"
check_equal "nothing was said against it" 0 "$(console_count "root cell, CPU")"
check_equal "no interrupt was not of its cell" 0 "$(console_count "is not of cell")"
check_equal "none came to Linux" 0 "$(unwanted)"
check_equal "none was an error" "$errors_before" "$(errors)"
[ -z "$driver" ] || check "Linux takes the device again" sh -c "echo $device >$driver/bind"
if [ -n "$tty" ]; then
	check "Linux uses it, with its interrupt" linux_uses_it
else
	check "it can be used again" switch_on
	for c in 76 105 110 117 120 32 104 97 115 32 105 116 115 32 85 65 82 84 32 97 103 97 105 110 10; do
		register 0x30 $c
	done >/dev/null
fi
check "disable" jailhouse disable
