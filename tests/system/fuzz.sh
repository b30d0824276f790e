# SPDX-License-Identifier: GPL-2.0-only
# By chance: root enables with configurations that have something wrong in them; a cell does what a cell
# can do, and root calls the driver with nonsense, while a second cell watches its own registers and
# memory. A cell that was stopped goes on with the next seed.
#
# The kernel argument lab.cycles multiplies the numbers (make soak); lab.seed is the first seed.

case $lab_arch in
arm64) cell=rtos watcher=timer ;;
x86) cell=hostile watcher=canary ;;
esac
inmates=/usr/share/jailhouse/inmates
console=/run/console

argument() {
	sed -n "s/.*lab\.$1=\([0-9]*\).*/\1/p" /proc/cmdline
}

factor=$(argument cycles)
lives=$((12 * ${factor:-1}))
calls=$((400 * ${factor:-1}))
enables=$((64 * ${factor:-1}))
seed=$(argument seed)
seed=${seed:-1}
ended=0 failed=0 left=0 stuck=0 restarts=0

cell_state() {
	cat "$(dirname "$(grep -lx $cell /sys/devices/jailhouse/cells/*/name)")/state"
}

has_ended() {
	case $(cell_state) in failed | "shut down") ;; *) return 1 ;; esac
}

start_cell() {
	jailhouse cell load $cell $inmates/fuzz.bin -s "$1" -a 0x1000 && jailhouse cell start $cell
}

# What was said since line $mark of the console.
said() {
	tail -n "+$((mark + 1))" $console
}

has_said() {
	said | grep -q -- "$1"
}

# The watching cell goes on: it says so by exits, for each line that it prints at least.
canary_exits() {
	cat /sys/devices/jailhouse/cells/1/statistics/vmexits_total
}

canary_after() {
	test "$(canary_exits)" -gt "$1"
}

# One life of the cell. It may hang by its own doing, and then has to be stopped.
life() {
	mark=$(wc -l <$console)
	if ! start_cell "seed=$1 count=2000" >$lab_out 2>&1; then
		restarts=$((restarts + 1))
		show_output
	elif ! wait_for 15 has_ended; then
		stuck=$((stuck + 1))
		echo "# seed $1: $(said | tail -n 1)"
	elif [ "$(cell_state)" = failed ]; then
		failed=$((failed + 1))
		echo "# seed $1: $(said | grep -m 1 "cell \"$cell\" failed\|inmate: CRASH")"
	elif wait_for 5 has_said "fuzz: seed=$1 end"; then
		ended=$((ended + 1))
	else
		left=$((left + 1))
	fi
	jailhouse cell shutdown --force $cell >/dev/null 2>&1
}

check "the driver loads" modprobe jailhouse
say "$enables system configurations, from seed $seed"
before=$(free_pages)
# Not through check: what is tried has to be on the console before it is.
if enable_fuzz "$seed" "$enables" $lab_system; then
	pass "each is refused with a sentence, or works"
else
	fail "each is refused with a sentence, or works"
fi
check_equal "all CPUs are online" 0-3 "$(online_cpus)"
check "no memory is lost" wait_for 10 memory_is_back "$before" 512
check "enable" jailhouse enable $lab_system
: >$console
jailhouse console -f >$console 2>&1 &
follower=$!
check "the watching cell is created" jailhouse cell create /etc/jailhouse/$watcher.cell
check "and loaded" jailhouse cell load $watcher $inmates/canary.bin -s "report=100" -a 0x1000
check "and started" jailhouse cell start $watcher
check "it watches" wait_for 20 grep -q 'canary: ticks=1000 bad=0' $console
pool=$(cat /sys/devices/jailhouse/mem_pool_used)
check "the cell is created" jailhouse cell create /etc/jailhouse/$cell.cell

say "$lives lives of a cell, from seed $seed on"
n=0
while [ $n -lt $lives ]; do
	life $((seed + n))
	n=$((n + 1))
done
say "$ended came to their end, $failed were stopped for a reason, $left left by themselves, $stuck hung"
grep 'fuzz: seed' $console | tail -n 4 | sed 's/^/# /'
check_equal "each time the cell could be started" 0 $restarts
check "some do nothing that stops them" test $ended -gt 0
check_equal "each that was stopped has a reason" $failed \
	"$(grep -c "cell \"$cell\" failed on CPU\|inmate: CRASH" $console)"
check_equal "no CPU of the hypervisor died" 0 "$(grep -c 'FATAL: ' $console)"
check "the cell is destroyed" jailhouse cell destroy $cell
check_equal "no page of the hypervisor is lost" "$pool" "$(cat /sys/devices/jailhouse/mem_pool_used)"
canary=$(canary_exits)
check "the watching cell goes on" wait_for 5 canary_after "$canary"

say "$calls calls of the driver"
check "all are answered" driver_fuzz "$seed" "$calls" 1 $watcher /etc/jailhouse/$cell.cell
show_output
check_equal "no page of the hypervisor is lost" "$pool" "$(cat /sys/devices/jailhouse/mem_pool_used)"
check "a right configuration is right" jailhouse cell create /etc/jailhouse/$cell.cell
check "and goes again" jailhouse cell destroy $cell

check "the watching cell ends" jailhouse cell shutdown $watcher
check "it says so" wait_for 5 grep -q 'canary: end' $console
check "it was not touched" grep -q 'canary: end ticks=[0-9]* bad=0' $console
kill $follower
check "disable" jailhouse disable
check_equal "all CPUs are online" 0-3 "$(online_cpus)"
check "the driver unloads" rmmod jailhouse
