# SPDX-License-Identifier: GPL-2.0-only
# Instructions of a cell that the hypervisor carries out in its place: accesses to emulated registers,
# beyond plain loads and stores, and cache maintenance by set and way.

inmates=/usr/share/jailhouse/inmates

says() {
	jailhouse console | grep -qE -- "$1"
}

run() {
	jailhouse cell load insn $inmates/$1.bin -s "$2" -a 0x1000 && jailhouse cell start insn
}

check "the driver loads" modprobe jailhouse
check "enable" jailhouse enable $lab_system
check "create" jailhouse cell create /etc/jailhouse/insn.cell
check "a cell accesses registers in unusual ways" run insn ""
check "it ends" wait_for 20 says "insn: (passed|failed)"
check "all accesses did what they should" says "insn: passed 90"
jailhouse console | grep "insn: " | while read -r line; do say "$line"; done

check "a cell reads a register exclusively" run hostile attack=mmio-exclusive
check "it fails, and the console shows the instruction" wait_for 5 \
	says "read of 0x8000000 by an instruction that cannot be emulated: 885f7c.. at 0x[0-9a-f]+"

check "a cell writes to registers that it may only read" run hostile \
	"attack=write-ram addr=0x20000010"
check "it fails, and the console shows where" wait_for 5 \
	says "forbidden 4-byte write to 0x20000010"

# 2 MiB of RAM and a page take 33 steps; the emulator may make new runs of one by stopping for long.
check "a cell switches its data cache, by set and way" run setway ""
check "it ends" wait_for 20 says "setway: (passed|failed)"
check "memory was the same" says "setway: passed"
jailhouse console | sed -n 's/.*setway: \([0-9]*\) operations, \([0-9]*\) exits/\1 \2/p' >/run/runs
check_equal "three times" 3 "$(wc -l </run/runs)"
while read -r operations exits; do
	check "$operations operations, $exits exits: one each, and 32 more for each run" \
		[ "$exits" -ge $((operations + 32)) -a $(((exits - operations) % 32)) -eq 0 ]
done </run/runs

check "destroy" jailhouse cell destroy insn
check_equal "nothing is said against the root cell" 0 "$(console_count "root cell, CPU")"
check "disable" jailhouse disable
