# SPDX-License-Identifier: GPL-2.0-only
# Linux starts another Linux (kexec) while the hypervisor is enabled and a cell runs: the machine is
# given back first, and the next kernel has all of it (kexec.conf).

# The next user land: one process that says what it has.
mkdir -p /run/next/bin /run/next/proc /run/next/sys
cp /bin/busybox /run/next/bin
cat >/run/next/init <<'END'
#!/bin/busybox sh
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sysfs /sys
echo "next kernel: CPUs $(/bin/busybox cat /sys/devices/system/cpu/online)"
/bin/busybox poweroff -f
END
chmod 755 /run/next/init
(cd /run/next && find . | cpio -o -H newc >/run/next.cpio 2>/dev/null)
check "the next kernel is loaded" kexec_file load /root/vmlinuz /run/next.cpio "console=ttyS0"
check "the driver loads" modprobe jailhouse
check "enable" jailhouse enable $lab_system
check "create" jailhouse cell create /etc/jailhouse/rtos.cell
check "load" jailhouse cell load rtos /usr/share/jailhouse/inmates/motor.bin
check "start" jailhouse cell start rtos
check "it runs" wait_for 30 sh -c "jailhouse console | grep -q 'motor: t=1 s'"
echo "kexec_file start" >/run/lab/last
