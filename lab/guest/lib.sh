# SPDX-License-Identifier: GPL-2.0-only
# What scenarios are written with. Each check prints one line, "ok - ..." or "not ok - ...", and the
# output of what failed; a scenario goes on after a failed check.

lab_out=/run/lab/output
# The lane, as the host calls it.
lab_lane=$(sed -n 's/.*lab\.lane=\([^ ]*\).*/\1/p' /proc/cmdline)
# What the lane's machine has: its architecture, configuration of the root cell, and where RAM of the
# cell "rtos" is, or may be put (fixed_cell).
case $lab_lane in
bochs-*) lab_arch=x86 lab_machine=bochs lab_cell_ram=0x20000000 ;;
q35-*) lab_arch=x86 lab_machine=q35 lab_cell_ram=0x60000000 ;;
virt-gicv2-*) lab_arch=arm64 lab_machine=qemu-virt-gicv2 lab_cell_ram=0x60000000 ;;
virt-8-*) lab_arch=arm64 lab_machine=qemu-virt-8 lab_cell_ram=0x60000000 ;;
zcu102-*) lab_arch=arm64 lab_machine=zynqmp-zcu102 lab_cell_ram=0x60000000 ;;
imx8mp-*) lab_arch=arm64 lab_machine=imx8mp-evk lab_cell_ram=0x60000000 ;;
*) lab_arch=arm64 lab_machine=qemu-virt lab_cell_ram=0x60000000 ;;
esac
lab_system=/etc/jailhouse/$lab_machine.cell
# Its CPUs, and arm64's interrupt controller: version, distributor, redistributors or where an
# interrupt is deactivated, an interrupt that no device has.
lab_cpus=0-3
case $lab_lane in
virt-8-* | virt-gicv2-8-*) lab_cpus=0-7 ;;
bochs-*) lab_cpus=0-1 ;;
esac
lab_gic=3 lab_gicd=0x8000000 lab_spi=232
case $lab_lane in
virt-gicv2-*) lab_gic=2 lab_dir=0x8011000 ;;
zcu102-*) lab_gic=2 lab_gicd=0xf9010000 lab_dir=0xf9030000 lab_spi=189 ;;
imx8mp-*) lab_gicd=0x38800000 lab_gicr=0x38880000 lab_spi=189 ;;
*) lab_gicr=0x80a0000 ;;
esac
lab_console=$(sed -n 's/.*console=\(tty[A-Z]*[0-9]\).*/\1/p' /proc/cmdline)
# The same line for a kernel that has nothing else yet
case $lab_lane in
q35-* | bochs-*) lab_early="earlycon=uart8250,io,0x3f8" ;;
zcu102-*) lab_early="earlycon=cdns,mmio,0xff000000,115200n8 keep_bootcon" ;;
imx8mp-*) lab_early="earlycon=ec_imx6q,0x30890000" ;;
*) lab_early="earlycon=pl011,0x9000000" ;;
esac

# The result of one check.
pass() {
	echo "ok - $1"
	echo "$1" >>/run/lab/ok
}

fail() {
	echo "not ok - $1"
	shift
	for line in "$@"; do
		echo "    $line"
	done
	echo "failed" >>/run/lab/failed
}

# Shows what the last command said, indented.
show_output() {
	sed 's/^/    | /' "$lab_out"
}

# A line for the reader.
say() {
	echo "# $*"
}

# check "description" command...: the command succeeds. Its output stays in $lab_out.
check() {
	local what=$1 status

	shift
	"$@" >"$lab_out" 2>&1
	status=$?
	if [ $status -eq 0 ]; then
		pass "$what"
		return 0
	fi
	fail "$what" "'$*' ended with status $status"
	show_output
	return 1
}

# check_fails "description" "expected text" command...: the command fails, and says the text.
# A command that is killed by a signal has not failed in an orderly way.
check_fails() {
	local what=$1 text=$2 status

	shift 2
	"$@" >"$lab_out" 2>&1
	status=$?
	if [ $status -ne 0 ] && [ $status -lt 126 ] && grep -qF -- "$text" "$lab_out"; then
		pass "$what"
		return 0
	fi
	fail "$what" "'$*' ended with status $status, expected a failure that says: $text"
	show_output
	return 1
}

# expect_text "description" "text" command...: the command succeeds, and says the text.
expect_text() {
	local what=$1 text=$2 status

	shift 2
	"$@" >"$lab_out" 2>&1
	status=$?
	if [ $status -eq 0 ] && grep -qF -- "$text" "$lab_out"; then
		pass "$what"
		return 0
	fi
	fail "$what" "'$*' ended with status $status, expected success and: $text"
	show_output
	return 1
}

# check_equal "description" expected actual
check_equal() {
	if [ "$2" = "$3" ]; then
		pass "$1"
		return 0
	fi
	fail "$1" "expected '$2', got '$3'"
	return 1
}

# wait_for SECONDS command...: repeats the command until it succeeds, at most so long.
wait_for() {
	local n=$(($1 * 10))

	shift
	while [ $n -gt 0 ]; do
		"$@" >"$lab_out" 2>&1 && return 0
		n=$((n - 1))
		usleep 100000
	done
	echo "still not after the time limit: $*" >>"$lab_out"
	return 1
}

# The module of KVM on this machine.
kvm_module() {
	grep -q GenuineIntel /proc/cpuinfo && echo kvm_intel || echo kvm_amd
}

# Loads KVM where it is a module.
load_kvm() {
	[ -c /dev/kvm ] || modprobe "$(kvm_module)"
}

# fixed_cell FILE: the configuration of the cell "rtos", with all of its RAM at known addresses from
# $lab_cell_ram on. On x86 the kernel might be there, if it were not started with "nokaslr".
fixed_cell() {
	case $lab_arch in
	arm64) cp /etc/jailhouse/rtos.cell "$1" ;;
	x86)
		config_edit /etc/jailhouse/rtos.cell "$1" mem.0.phys=$lab_cell_ram \
			mem.2.phys=$((lab_cell_ram + 0x200000))
		;;
	esac
}

# How many of these lines the console of the hypervisor has.
console_count() {
	jailhouse console | grep -c -- "$1"
}

console_has() {
	jailhouse console | grep -q -- "$1"
}

# Can Linux run virtual machines at all?
kvm_is_there() {
	[ -c /dev/kvm ]
}

# kvm_refused COUNT: while the hypervisor is enabled KVM is refused in an orderly way on so many
# CPUs, the online ones. On x86 there is no KVM meanwhile: its module cannot be loaded.
kvm_refused() {
	if [ "$lab_arch" = x86 ]; then
		! kvm_is_there || return 1
		! modprobe "$(kvm_module)" || return 1
		! kvm_is_there
		return
	fi
	kvm_run all
	[ $? -eq 1 ] || return 1
	[ "$(kvm_run all | grep -c refused)" -eq "$1" ]
}

# KVM works on these CPUs, or on all; its module may be on its way back.
kvm_works() {
	wait_for 10 kvm_is_there || return 1
	kvm_run "$@"
}

# The CPUs that Linux can take offline: on x86 not the first one.
lab_first_hotplug() {
	[ "$lab_arch" = x86 ] && echo 1 || echo 0
}

# hex VALUE: as the console shows it.
hex() {
	printf '0x%x' "$(($1))"
}

# The CPUs of the machine but those, as Linux lists them.
cpus_but() {
	awk -v last="${lab_cpus#0-}" -v but=" $* " 'BEGIN {
		for (n = 0; n <= last + 1; n++) {
			here = n <= last && !index(but, " " n " ")
			if (here && !inside)
				first = n
			if (!here && inside) {
				printf "%s%s", comma, first == n - 1 ? first : first "-" n - 1
				comma = ","
			}
			inside = here
		}
	}'
}

# Online CPUs as Linux lists them.
online_cpus() {
	cat /sys/devices/system/cpu/online
}

# Number of interrupts of a kind so far, on all CPUs: the lines of /proc/interrupts that contain
# the text.
interrupts_of() {
	grep -F -- "$1" /proc/interrupts |
		awk '{ for (i = 2; i <= NF && $i ~ /^[0-9]+$/; i++) n += $i } END { print n + 0 }'
}

# The hypervisor that makes errors on request (tests/system/faults.c), for a scenario that loses CPUs: it stays on
# the first one, and devices, the console's serial line among them, interrupt that one alone.
load_faults() {
	local affinity

	taskset -p 1 $$ >/dev/null
	for affinity in /proc/irq/*/smp_affinity; do
		echo 1 >$affinity 2>/dev/null
	done
	mv /lib/firmware/jailhouse.bin /run/jailhouse.bin
	cp /usr/bin/jailhouse-faults.bin /lib/firmware/jailhouse.bin
	check "the driver loads" modprobe jailhouse
	check "faults can be asked for" insmod "/usr/bin/fault-$(uname -r).ko"
}

# disk_load MEGABYTES: reads so much from the virtio disk, past the page cache.
disk_load() {
	local n=$1

	while [ $n -gt 0 ]; do
		echo 1 >/proc/sys/vm/drop_caches
		dd if=/dev/vda of=/dev/null bs=64k count=$((n < 64 ? n * 16 : 1024)) 2>&1 || return 1
		n=$((n - 64))
	done
}

# Free pages, those in per-CPU lists included, after caches were emptied.
free_pages() {
	echo 3 >/proc/sys/vm/drop_caches
	awk '$1 == "pages" && $2 == "free" { n += $3 } $1 == "count:" { n += $2 } END { print n }' \
		/proc/zoneinfo
}

# memory_is_back BEFORE PAGES: not so many pages fewer are free than before. For wait_for: memory
# comes back with a delay.
memory_is_back() {
	local now

	now=$(free_pages)
	echo "$1 pages were free, now $now"
	[ "$now" -gt $(($1 - $2)) ]
}

# next_kernel COMMANDS: the user land of a kernel that comes after this one is /run/next.cpio. It runs
# the commands and switches the machine off.
next_kernel() {
	mkdir -p /run/next/bin /run/next/proc /run/next/sys /run/next/dev
	cp /bin/busybox /usr/bin/physmem "/usr/bin/physmem-$(uname -r).ko" /run/next/bin
	cat >/run/next/init <<-END
		#!/bin/busybox sh
		export PATH=/bin
		/bin/busybox --install -s /bin
		mount -t proc proc /proc
		mount -t sysfs sysfs /sys
		mount -t devtmpfs dev /dev
		insmod /bin/physmem-*.ko
		(: >/dev/console) 2>/dev/null || exec >/dev/kmsg
		$1
		poweroff -f
	END
	chmod 755 /run/next/init
	(cd /run/next && find . | cpio -o -H newc >/run/next.cpio 2>/dev/null)
}

# Exits of the first cell of other kinds than hypercalls, by which it prints; read while it does not.
other_exits() {
	local n=0 before total=0 after=0 statistics=/sys/devices/jailhouse/cells/1/statistics

	while [ $n -lt 50 ]; do
		n=$((n + 1))
		before=$(cat $statistics/vmexits_hypercall)
		total=$(cat $statistics/vmexits_total)
		after=$(cat $statistics/vmexits_hypercall)
		[ "$before" = "$after" ] && break
	done
	echo $((total - after))
}

# Periods that the timer demo has reported, and whether it has come so far.
timer_periods() {
	jailhouse console | sed -n 's/.*timer: periods=\([0-9]*\) .*/\1/p' | tail -n 1
}

timer_has_run() {
	[ "$(timer_periods)" -ge "$1" ]
}
