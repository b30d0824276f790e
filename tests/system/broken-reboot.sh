# SPDX-License-Identifier: GPL-2.0-only
# A reboot after an error of the hypervisor, by an image for tests (faults.c), on the CPU of a cell. Nothing can be
# changed any more, but the other cell ends, so that the machine does reboot, and not only Linux.

inmates=/usr/share/jailhouse/inmates

run() {
	jailhouse cell create /etc/jailhouse/$1.cell && jailhouse cell load $1 $inmates/$2 -a 0x1000 &&
		jailhouse cell start $1
}

case $lab_arch in
arm64) first=rtos second=timer ;;
x86) first=hostile second=canary ;;
esac
load_faults
check "enable" jailhouse enable $lab_system
check "a cell runs" run $first "canary.bin -s report=100"
check "another one, which agrees to nothing" run $second "stubborn.bin -s deny=1000"
check "it says so" wait_for 20 console_has "stubborn: running"
echo "3 1" >/sys/module/fault_module/parameters/fault
check "the hypervisor fails on a CPU" wait_for 10 console_has "FATAL: .* on CPU 3"
check_fails "nothing can be changed" "the hypervisor has failed" jailhouse disable
check "the other cell goes on" sh -c "jailhouse cell list | grep -q '$second *running'"
dmesg -n 7
echo "reboot -f" >/run/lab/last
