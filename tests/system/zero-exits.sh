# SPDX-License-Identifier: GPL-2.0-only
# A cell that keeps to its own timer causes no exit at all, whatever happens beside it: 10,000 and
# more timer interrupts, also while another cell is made, runs and ends, and while Linux works hard.

inmates=/usr/share/jailhouse/inmates

other_cell() {
	jailhouse cell create /etc/jailhouse/timer.cell &&
		jailhouse cell load timer $inmates/motor.bin && jailhouse cell start timer &&
		sleep 2 && jailhouse cell shutdown timer && jailhouse cell destroy timer
}

check "the driver loads" modprobe jailhouse
check "enable" jailhouse enable $lab_system
check "create" jailhouse cell create /etc/jailhouse/rtos.cell
check "load" jailhouse cell load rtos $inmates/timer.bin -s "period_us=200" -a 0x1000
check "start" jailhouse cell start rtos
check "it runs" wait_for 30 timer_has_run 1
first=$(timer_periods)
before=$(other_exits)
check "10,000 interrupts" wait_for 60 timer_has_run $((first + 10000))
check_equal "not one exit" "$before" "$(other_exits)"

say "beside another cell"
first=$(timer_periods)
check "the other cell is created, started and destroyed" other_cell
check_equal "not one exit" "$before" "$(other_exits)"

say "beside a busy Linux"
for cpu in 0 1 2; do
	taskset -c $cpu timeout 5 sh -c 'while :; do md5sum /bin/busybox; done' >/dev/null 2>&1 &
done
check "10,000 interrupts" wait_for 60 timer_has_run $(($(timer_periods) + 10000))
check_equal "not one exit" "$before" "$(other_exits)"
wait
say "$(jailhouse console | grep 'timer: periods=' | tail -n 1)"
check "the cell agrees to end" jailhouse cell shutdown rtos
check "disable" jailhouse disable
