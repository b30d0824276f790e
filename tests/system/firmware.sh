# SPDX-License-Identifier: GPL-2.0-only
# Above a firmware at EL3 (lab/firmware), which counts what arrives: the root cell reaches its services as
# without the hypervisor, but for what could go round it; other cells reach nothing but the few
# functions that all may call. PSCI is the hypervisor's, and the firmware hears of it when that ends.

inmates=/usr/share/jailhouse/inmates
call=/sys/module/smc_module/parameters/call
cpu=/sys/devices/system/cpu

# smc FUNCTION [ARGUMENT...]: x0 to x3 of the answer.
smc() {
	echo "$*" >$call
	cat $call
}

# What has arrived: vendors, trusted OS, workarounds; starts of CPUs with, in the low half, the unknown.
counts() {
	smc c200ff00
}

# services WHEN: those of vendors and of a trusted OS, in both calling conventions, and a yielding one.
services() {
	check_equal "SiP service, $1" "5e021234 2 4 6" "$(smc c2001234 1 2 3)"
	check_equal "SiP service, 32 bits, $1" "5e020001 80000001 2 3" "$(smc 82000001 80000000)"
	check_equal "OEM service, $1" "5e030005 ffffffff00000001 2 3" "$(smc c3000005 ffffffff00000000)"
	check_equal "trusted OS, $1" "5e3f0010 1 2 3" "$(smc bf000010)"
	check_equal "trusted application, $1" "5e300000 1 2 3" "$(smc b0000000)"
	check_equal "a yielding call, $1" "5e320007 8 2 3" "$(smc 32000007 7)"
	check_equal "workaround 1, $1" 0 "$(smc 80008000 | cut -d' ' -f1)"
}

says() {
	jailhouse console | grep -q -- "$1"
}

# attack NAME: in the cell.
attack() {
	check "the cell calls ($1)" jailhouse cell load rtos $inmates/hostile.bin -s "attack=$1" -a 0x1000
	check "it starts" jailhouse cell start rtos
	check "it goes on" wait_for 20 says "$1: survived"
}

bring() {
	echo "$2" >$cpu/cpu$1/online
}

check "calls can be made" insmod "/usr/bin/smc-$(uname -r).ko"
check_equal "four CPUs are online" 0-3 "$(online_cpus)"
services "without the hypervisor"
check "the driver loads" modprobe jailhouse
check "enable" jailhouse enable $lab_system
services "with it"

say "what the root cell does not reach"
before=$(counts)
for function in c4000020 84000064 c4000064 84000073; do
	check_equal "SDEI or FF-A: $function" ffffffffffffffff "$(smc $function | cut -d' ' -f1)"
done
check "CPUs go offline" eval 'bring 1 0 && bring 2 0'
check "and come back" eval 'bring 2 1 && bring 1 1'
check_equal "the firmware has not heard of it" "$before" "$(counts)"

say "a cell"
check "create" jailhouse cell create /etc/jailhouse/rtos.cell
check_equal "its CPU is none that could be started" fffffffffffffffe \
	"$(smc c4000003 3 40200000 | cut -d' ' -f1)"
attack smc-fid
for function in 82000001 c2000001 c3000001 b2000000 c4000020 84000071; do
	check "nothing answers it: $function" says "smc 0x$function(.*) = -1"
done
attack smc-unknown
check_equal "the firmware has not heard of it" "$before" "$(counts)"
exits=$(cat /sys/devices/jailhouse/cells/1/statistics/vmexits_smccc)
attack smc-arch
check_equal "one exit a call" $((exits + 5)) \
	"$(cat /sys/devices/jailhouse/cells/1/statistics/vmexits_smccc)"
check "the version" says "smc 0x80000000(.*) = 65537"
check "a feature" says "smc 0x80000001(0x80008000, .*) = 0"
for function in 80008000 80007fff 80003fff; do
	check "a workaround: $function" says "smc 0x$function(.*) = 0"
done
set -- $before
check_equal "three workarounds have arrived, and nothing else" \
	"$1 $2 $(printf %x $((0x$3 + 3))) $4" "$(counts)"
check "destroy" jailhouse cell destroy --force rtos

say "the firmware has its CPUs back"
check "CPU 2 goes offline" bring 2 0
check "disable" jailhouse disable
check_equal "it is off for the firmware" "1 2 0 0" "$(smc c4000004 2)"
check "it comes back" bring 2 1
check_equal "four CPUs are online" 0-3 "$(online_cpus)"
services "afterwards"

say "a firmware that does not take a CPU back"
check "enable" jailhouse enable $lab_system
check "CPU 2 goes offline" bring 2 0
check_equal "its end will be denied" 0 "$(smc c200ff01 4 | cut -d' ' -f1)"
check_fails "disable says so" \
	"CPU 2 was not switched off within 10 s: the firmware answered -3 to CPU_OFF" jailhouse disable
check "the module stays" [ "$(cat /sys/module/jailhouse/refcnt)" -gt 0 ]
check_fails "it is not enabled again" "rebooted" jailhouse enable $lab_system
check_equal "Linux goes on" 0-1,3 "$(online_cpus)"
services "with that CPU away"
