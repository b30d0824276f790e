# SPDX-License-Identifier: GPL-2.0-only
# A processor with what newer ones have, and a Linux that uses it: scalable vectors, signed pointers,
# tagged memory, addresses of 52 bits. Programs keep all of it on the way there and back and while a
# CPU changes its cell. A cell finds a clean CPU, without what it may not use.

inmates=/usr/share/jailhouse/inmates

flags() {
	sed -n 's/^Features.*: //p' /proc/cpuinfo | sort -u
}

says() {
	jailhouse console | tail -n "+$((mark + 1))" | grep -qE -- "$1"
}

# The cell leaves values in the registers, which the next one must not find.
cell_is_clean() {
	mark=$(jailhouse console | wc -l)
	check "$1" jailhouse cell start rtos
	check "it ends" wait_for 20 says "clean: (passed|failed)"
	check "its CPU was clean" says "clean: passed"
	jailhouse console | tail -n "+$((mark + 1))" | grep "clean:" | while read -r line; do say "$line"; done
}

before=$(flags)
if [ "${lab_lane#virt-nvhe}" != "$lab_lane" ]; then
	for feature in sve paca mte bti mops; do
		check "Linux uses $feature" eval 'flags | grep -qw $feature'
	done
fi
cpu_state /run/stop >/run/state 2>&1 &
watcher=$!
sleep 1
say "$(head -n 1 /run/state)"
if [ "${lab_lane#virt-nvhe}" != "$lab_lane" ]; then
	check "programs use all of it" grep -q "SVE [1-9][0-9]* bits, signatures yes, tags yes, 52-bit addresses yes" /run/state
fi
check "the driver loads" modprobe jailhouse
for round in 1 2 3; do
	check "enable" jailhouse enable $lab_system
	check "disable" jailhouse disable
done
check "enable" jailhouse enable $lab_system
check "create" jailhouse cell create /etc/jailhouse/rtos.cell
check "load" jailhouse cell load rtos $inmates/clean.bin
cell_is_clean "a cell has a CPU that Linux had"
cell_is_clean "and once more, after itself"
check "destroy" jailhouse cell destroy rtos
check_equal "nothing is said against the root cell" 0 "$(console_count "root cell, CPU")"
check "disable" jailhouse disable
touch /run/stop
check "the programs end, and found nothing wrong" wait $watcher
while read -r line; do say "$line"; done </run/state
check_equal "the features are as before" "$before" "$(flags)"
