# SPDX-License-Identifier: GPL-2.0-only
# VT-x and x2APIC mode: a cell that keeps to its own timer causes no exit at all. The machine is not
# switched off, which would give the cell's CPU back to Linux: Bochs cannot bring a local APIC back.

say "indirect branch tracking: $(grep -qw ibt /proc/cpuinfo && echo on || echo off)"
check "the driver loads" modprobe jailhouse
check "the cell is moved" config_edit /etc/jailhouse/timer.cell timer.cell cpus=2 pio.0.base=0xb008
check "enable" jailhouse enable $lab_system
check "create" jailhouse cell create timer.cell
check "load" jailhouse cell load timer /usr/share/jailhouse/inmates/timer.bin -s "period_us=500" -a 0x1000
check "start" jailhouse cell start timer
check "it runs" wait_for 30 timer_has_run 1
first=$(timer_periods)
before=$(other_exits)
check "2,000 interrupts of its timer" wait_for 60 timer_has_run $((first + 2000))
check_equal "not one exit" "$before" "$(other_exits)"
jailhouse cell stats timer
check "the cell agrees to end" jailhouse cell shutdown timer
say "$(jailhouse console | grep "timer: " | tail -n 1)"
say "that is all"
sleep 1000
