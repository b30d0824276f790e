# SPDX-License-Identifier: GPL-2.0-only
# Wrong configurations and wrong uses, one line each: a sentence that names the value, Linux goes on,
# and a right configuration works right after.

system=/etc/jailhouse/qemu-virt.cell
rtos=/etc/jailhouse/rtos.cell
timer=/etc/jailhouse/timer.cell
inmates=/usr/share/jailhouse/inmates
cd /tmp

# patched FILE OFFSET BYTES...: a copy with other bytes (octal, as for printf) in wrong.cell
patched() {
	cp "$1" wrong.cell
	shift
	while [ $# -gt 0 ]; do
		printf "$2" | dd of=wrong.cell bs=1 seek="$1" conv=notrunc 2>/dev/null
		shift 2
	done
}

# One wrong system configuration: OFFSET BYTES... "text"
wrong_system() {
	local text=$1

	shift
	patched $system "$@"
	check_fails "system at $*: $text" "$text" jailhouse enable wrong.cell
	check_equal "nothing is enabled" 0 "$(cat /sys/devices/jailhouse/enabled)"
}

# One wrong cell configuration while enabled.
wrong_cell() {
	local text=$1 file=$2

	shift 2
	patched "$file" "$@"
	check_fails "cell at $*: $text" "$text" jailhouse cell create wrong.cell
	check_equal "Linux has its CPUs" "$cpus" "$(online_cpus)"
}

# Offsets in the system configuration (the root cell starts at 356, its regions at 496) and in a
# cell's (the CPU bitmap is at 132, region 0 at 140, region 1 at 172).
check_fails "without the driver" "modprobe jailhouse" jailhouse enable $system
check "the driver loads" modprobe jailhouse

say "system configurations that the driver or the hypervisor refuses"
wrong_system 'instead of "JHSYS"' 0 WRONG
wrong_system "revision" 6 '\015'
wrong_system "architecture" 5 '\000'
wrong_system "unknown bits 0x10" 8 '\020'
wrong_system "hypervisor memory of 0x1000 bytes" 28 '\000\020\000\000'
wrong_system "gic_version is 7" 313 '\007'
wrong_system "with GIC version 2" 313 '\002'
wrong_system "maintenance_irq is 3" 312 '\003'
wrong_system "gicd_base 0x3000000: no GICv3 there" 316 '\000\000\000\003'
wrong_system "gicd_base 0x9050000: no device answers" 316 '\000\000\005\011'
wrong_system "gicd_base is 0x8000001" 316 '\001'
wrong_system "gicr_base 0x9000000: no device answers" 348 '\000\000\000\011'
wrong_system "gicr_base 0x80c0000" 348 '\000\000\014\010' 313 '\004'
wrong_system "debug console has type 11" 56 '\013'
wrong_system "CPU 3 is online but not in the CPU set 0-2" 488 '\007'
wrong_system "CPU 4 of cell" 488 '\037'
wrong_system "name" 364 '\000'
wrong_system "unknown bits" 400 '\000\001'
wrong_system "expected the same" 496 '\000\000\000\120'
wrong_system "is a communication region" 520 '\047'
wrong_system "counts of regions need 137438954000" 408 '\377\377\377\377'
head -c 400 $system >wrong.cell
check_fails "a truncated file" "bytes" jailhouse enable wrong.cell
check_fails "a cell instead of a system" "cell create" jailhouse enable $rtos
check_fails "no such file" "/nowhere" jailhouse enable /nowhere
check_fails "disable before enable" "not enabled" jailhouse disable
check_fails "create before enable" "not enabled" jailhouse cell create $rtos

# RAM without the kernel's first gigabyte: Linux could not go on.
say "a root cell that Linux could not live in"
cp $system wrong.cell
n=0
while [ $n -lt 40 ]; do
	start=$(dd if=wrong.cell bs=1 skip=$((496 + n * 32)) count=8 2>/dev/null | od -An -tx8 | tr -d ' ')
	[ "$start" = 0000000040000000 ] && break
	n=$((n + 1))
done
printf '\000\000\000\000\000' | dd of=wrong.cell bs=1 seek=$((496 + n * 32 + 16)) conv=notrunc 2>/dev/null
printf '\000' | dd of=wrong.cell bs=1 seek=$((496 + n * 32 + 24)) conv=notrunc 2>/dev/null
check_fails "the return address is checked" "could not return to Linux" jailhouse enable wrong.cell

check "a right configuration works" jailhouse enable $system
cpus=0-3
check_fails "enable twice" "enabled" jailhouse enable $system
check_fails "the module is in use" "" rmmod jailhouse

say "cell configurations"
wrong_cell 'instead of "JHCLL"' $rtos 0 WRONG
wrong_cell "revision" $rtos 6 '\015'
wrong_cell "architecture" $rtos 5 '\000'
wrong_cell "unknown bits 0x100" $rtos 45 '\001'
wrong_cell "AARCH32" $rtos 44 '\004'
wrong_cell "CPU" $rtos 132 '\000'
wrong_cell "CPU 6" $rtos 132 '\100'
wrong_cell "CPU" $rtos 132 '\017'
wrong_cell "cpu_reset_address 0x70000000 lies in no memory region" $rtos 84 '\000\000\000\160'
wrong_cell "unknown bits" $rtos 166 '\040'
wrong_cell "WRITE (2) or EXECUTE (4) without READ" $rtos 164 '\106'
wrong_cell "not aligned to 4096 bytes" $rtos 140 '\001'
wrong_cell "overlaps region 0" $rtos 180 '\000\000\000\000'
wrong_cell "is not exactly one aligned page" $rtos 188 '\000\040'
wrong_cell "which the hypervisor has and does not share" $rtos 140 \
	"$(dmesg | sed -n 's/.*hypervisor memory 0x\([0-9a-f]*\)+.*/\1/p' | tail -n 1 |
		sed 's/\(..\)\(..\)\(..\)\(..\)/\\x\4\\x\3\\x\2\\x\1/')"
wrong_cell "memory" $rtos 140 '\000\000\020\100'
wrong_cell "memory" $rtos 140 '\000\000\000\000\000\000\001'
check_fails "a system instead of a cell" "enable" jailhouse cell create $system
head -c 150 $rtos >wrong.cell
check_fails "a truncated cell" "bytes" jailhouse cell create wrong.cell

check "a right cell works" jailhouse cell create $rtos
cpus=0-2
wrong_cell "rtos" $rtos 0 JHCLL
wrong_cell "CPU" $rtos 8 'other\000'
wrong_cell "memory" $timer 140 '\000\000\000\174'
wrong_cell "memory" $timer 142 '\020\174'

say "wrong uses"
check_fails "no such cell" "nobody" jailhouse cell start nobody
check_fails "no such id" "77" jailhouse cell destroy 77
check_fails "the root cell stays" "" jailhouse cell destroy 0
check_fails "the root cell is not started" "" jailhouse cell start 0
check_fails "an image beyond the region" "0x1ff000" \
	jailhouse cell load rtos $inmates/motor.bin -a 0x1ff000
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
patched $rtos 92 '\020\047'
check "create" jailhouse cell create wrong.cell
check "load" jailhouse cell load rtos $inmates/hostile.bin -s "attack=mute" -a 0x1000
check "start" jailhouse cell start rtos
check "shutdown" jailhouse cell shutdown rtos
expect_text "it has failed" "failed" cat /sys/devices/jailhouse/cells/1/state
check "destroy" jailhouse cell destroy rtos
patched $rtos 44 '\001'
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
