# SPDX-License-Identifier: GPL-2.0-only
# What the root cell itself may not touch: it is refused, logged, and goes on. And memory that changes
# hands is clear.

inmates=/usr/share/jailhouse/inmates

messages() {
	jailhouse console | grep -c "root cell, CPU .*: forbidden"
}

check "a way to physical memory" insmod /usr/bin/physmem-$(uname -r).ko
check "the driver loads" modprobe jailhouse
check "enable" jailhouse enable /etc/jailhouse/qemu-virt.cell
hypervisor=$(dmesg | sed -n 's/.*hypervisor memory \(0x[0-9a-f]*\)+.*/\1/p' | tail -n 1)

say "memory of the hypervisor"
expect_text "a read aborts" "abort" physmem read $hypervisor
expect_text "the console names address" "forbidden 4-byte read of $hypervisor" jailhouse console
expect_text "a write aborts" "abort" physmem write $hypervisor 8 1
expect_text "the console says so" "forbidden 8-byte write to $hypervisor" jailhouse console

say "registers that do not exist"
expect_text "a read gives all ones" "0xffffffff" physmem read 0xb000000 4
expect_text "a byte as well" "0xff" physmem read 0xb000001 1
expect_text "a write is dropped" "written" physmem write 0xb000000 4 5
expect_text "the console says so" "forbidden 4-byte write to 0xb000000" jailhouse console

say "memory of a cell"
check "create" jailhouse cell create /etc/jailhouse/rtos.cell
expect_text "it is not Linux's any more" "abort" physmem read 0x7c000000
check "load" jailhouse cell load rtos $inmates/canary.bin
expect_text "while it is loaded it can be read" "0x" physmem read 0x7c000000
check "there is code in it" [ "$(physmem read 0x7c000000 4)" != "$(physmem read 0x7c1ff000 4)" ]
check "start" jailhouse cell start rtos
expect_text "not any more" "abort" physmem read 0x7c000000
expect_text "nor written" "abort" physmem write 0x7c000000 4 0
check "destroy" jailhouse cell destroy rtos
check "create it again" jailhouse cell create /etc/jailhouse/rtos.cell
check "load nothing but a word" jailhouse cell load rtos -s "x" -a 0x100000
check_equal "the memory was cleared" 0x0 "$(physmem read 0x7c000000 8)"
check "destroy" jailhouse cell destroy rtos

say "messages are limited"
sleep 1
before=$(messages)
check "200 forbidden reads" physmem read 0xb000000 4 200
check "some are logged" [ "$(messages)" -gt "$before" ]
check "but not all" [ "$(messages)" -lt $((before + 60)) ]
check "disable" jailhouse disable
check "memory of the hypervisor is ordinary memory again" physmem read $hypervisor
check "KVM works" kvm_run 0
