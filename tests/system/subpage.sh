# SPDX-License-Identifier: GPL-2.0-only
# One page of registers for two: a GPIO block whose pins have registers of their own, by address. The
# cell has pin 7, Linux the others; each is refused what is the other's. Widths and alignment are
# checked, and a register that does not answer harms nobody.

inmates=/usr/share/jailhouse/inmates
gpio=0x09030000
# R, W, I/O with 32 bits; and unaligned; and read-only with 8 bits, too
words=0x40013 any=0x48013 bytes=0x50011

pin() {
	echo $((gpio + (4 << $1)))
}

# run "COMMAND LINE": the cell makes these accesses.
run() {
	mark=$(jailhouse console | wc -l)
	jailhouse cell load rtos $inmates/registers.bin -s "$1" -a 0x1000 && jailhouse cell start rtos
}

says() {
	jailhouse console | tail -n "+$((mark + 1))" | grep -qF -- "$1"
}

state_is() {
	grep -qx "$1" "$(dirname "$(grep -lx rtos /sys/devices/jailhouse/cells/*/name)")/state"
}

# may "WHAT" "COMMAND LINE" TEXT...: it says so, and comes to its end.
may() {
	local what=$1 text

	check "$what" run "$2"
	wait_for 10 says "registers: end" || fail "$what: it ends" "$(jailhouse console | tail -n 5)"
	shift 2
	for text in "$@"; do
		check "$what: $text" says "registers: $text"
	done
}

# may_not "WHAT" "COMMAND LINE" TEXT: the cell fails, with that text.
may_not() {
	check "$1" run "$2"
	check "it fails" wait_for 10 state_is failed
	check "and it is said why: $3" says "$3"
	jailhouse cell shutdown rtos
}

used() {
	cat /sys/devices/jailhouse/mem_pool_used
}

# read_is WHAT ADDRESS VALUE [BYTES]: in the root cell
read_is() {
	check_equal "$1" "$3" "$(physmem read "$2" ${4:-4})"
}

# refused WHAT ADDRESS: the root cell has it not, and it is said.
refused() {
	local before

	before=$(console_count "forbidden 4-byte read of $(printf 0x%x "$2")")
	read_is "$1: reads as all ones" "$2" 0xffffffff
	check_equal "$1: it is said" $((before + 1)) \
		"$(console_count "forbidden 4-byte read of $(printf 0x%x "$2")")"
}

check "the driver loads" modprobe jailhouse
check "physical memory can be looked at" insmod "/usr/bin/physmem-$(uname -r).ko"
physmem write $((gpio + 0x400)) 1 0xc0 >/dev/null
physmem write "$(pin 6)" 4 0x40 >/dev/null
read_is "Linux sets a pin" "$(pin 6)" 0x40

say "the root cell's page becomes two parts"
config_edit /etc/jailhouse/rtos.cell part.cell add.mem="$(pin 7),$(pin 7),0x200,$words" \
	add.mem=$((gpio + 0xfe0)),$((gpio + 0xfe0)),0x20,$bytes \
	add.mem=0x0b000800,0x0b000800,0x100,$words add.mem=0x09010008,0x09010008,8,$any
check "enable" jailhouse enable $lab_system
before=$(used)
check "create" jailhouse cell create part.cell
read_is "Linux has its pin" "$(pin 6)" 0x40
physmem write "$(pin 6)" 4 0 >/dev/null
read_is "and changes it" "$(pin 6)" 0x0
physmem write "$(pin 6)" 1 0x40 >/dev/null
read_is "by bytes, too" "$(pin 6)" 0x40 1
read_is "it has the control registers" $((gpio + 0x400)) 0xc0
refused "the cell's pin" "$(pin 7)"
refused "its last register" $((gpio + 0x3fc))
refused "its identification" $((gpio + 0xfe0))
physmem write "$(pin 7)" 4 0x80 >/dev/null
may "the cell has its pin" "do=r4@9030200,w4@9030200@80,r4@9030200" "r4 0x9030200 = 0x0" \
	"w4 0x9030200 = 0x80" "r4 0x9030200 = 0x80"
may "and reads by permitted widths" "do=r1@9030fe0,r4@9030fe0,r1@9030fe4" "r1 0x9030fe0 = 0x61" \
	"r4 0x9030fe0 = 0x61" "r1 0x9030fe4 = 0x10"
may_not "the register before" "do=r4@9030100" "forbidden 4-byte read of 0x9030100"
may_not "the register behind" "do=w4@9030400@ff" "forbidden 4-byte write to 0x9030400"
may_not "another width" "do=r1@9030200" "forbidden 1-byte read of 0x9030200"
may_not "a write where only reads are permitted" "do=w4@9030fe0@0" "forbidden 4-byte write to 0x9030fe0"
may_not "an unaligned access" "normal do=r4@9030202" "forbidden 4-byte read of 0x9030202"
may_not "an access over the end" "normal do=r4@90303fe" "forbidden 4-byte read of 0x90303fe"

say "registers that do not answer"
may "the cell gets the abort" "do=r4@b000800,w4@b000800@1" \
	"r4 0xb000800 exception, syndrome 0x96000010 address 0xb000800" \
	"w4 0xb000800 exception, syndrome 0x96000010 address 0xb000800"
may "also for what the device cannot do" "normal do=r4@901000a,r4@9010008" \
	"r4 0x901000a exception, syndrome 0x96000010 address 0x901000a" "r4 0x9010008 = 0x"
check "Linux's own driver works on the rest of that page" [ "$(cat /sys/class/rtc/rtc0/since_epoch)" -gt 1700000000 ]
read_is "the root cell goes on" "$(pin 6)" 0x40

say "a second cell in the same page"
config_edit /etc/jailhouse/rtos.cell other.cell name=other cpus=4 mem.0.phys=0x60800000 \
	add.mem="$(pin 5),$(pin 5),0x80,$words"
config_edit other.cell overlap.cell mem.2.at="$(pin 7)"
config_edit other.cell ram.cell mem.2.at=0x48000100
check_fails "it cannot have what the first has" "of cell \"rtos\"" jailhouse cell create overlap.cell
check_fails "nor a part of a page of RAM" "of the root cell, which is RAM" jailhouse cell create ram.cell
check "create" jailhouse cell create other.cell
refused "pin 5" "$(pin 5)"
refused "pin 7" "$(pin 7)"
check "the first goes" jailhouse cell destroy rtos
read_is "its pin is the root cell's, and as the cell left it" "$(pin 7)" 0x80
refused "pin 5 is not yet" "$(pin 5)"
check "the second goes" jailhouse cell destroy other
read_is "pin 5 is back" "$(pin 5)" 0x0
read_is "pin 6 was never away" "$(pin 6)" 0x40
check_equal "no page was lost" "$before" "$(used)"
check "disable" jailhouse disable

say "the root cell has only a part from the beginning"
config_edit $lab_system halves.cell mem.5.size=0x180 mem.5.flags=0x70013
check "enable" jailhouse enable halves.cell
read_is "it has its part" "$(pin 6)" 0x40
read_is "by bytes, too" "$(pin 6)" 0x40 1
refused "but not the rest" "$(pin 7)"
config_edit /etc/jailhouse/rtos.cell whole.cell add.mem="$(pin 6),$(pin 6),0x80,$words"
check "a cell takes some of it" jailhouse cell create whole.cell
refused "it is gone" "$(pin 6)"
may "the cell has it" "do=r4@9030100" "r4 0x9030100 = 0x40"
check "destroy" jailhouse cell destroy rtos
read_is "it is back" "$(pin 6)" 0x40
check "disable" jailhouse disable
