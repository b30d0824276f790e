# SPDX-License-Identifier: GPL-2.0-only
# What "make install" installs is there, and the driver fits the kernel.

for f in /lib/firmware/jailhouse.bin /usr/sbin/jailhouse; do
	check "$f is installed" test -s "$f"
done
check "the driver loads" modprobe jailhouse
check "the driver's device is there" test -c /dev/jailhouse
check "the driver unloads" rmmod jailhouse
