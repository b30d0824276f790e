# SPDX-License-Identifier: GPL-2.0-only
# A hostile cell on CPU 3 tries everything it can, while a second cell on CPU 2 watches its own
# registers and memory. Each attack is refused, or the hostile cell fails with a reason; nobody else
# notices, and the next cell starts at once.

# This one is for arm64; attack-x86.sh for x86.

cell=rtos watcher=timer registers='pc [0-9a-f]{16}'
hypervisor=0x78000000
root_ram=0x48000000
canary_ram=0x60800000
. /lab/attack.lib

# What differs by interrupt controller.
case $lab_lane in
virt-gicv2-*) gicv2=yes route=0x820 beyond=0x8001000 end=0x8000ff8 refusal=GICD_ITARGETSR ;;
*) gicv2="" route=0x6108 beyond=0x8010000 end=0x800fff8 refusal=GICD_IROUTER ;;
esac

# The hypervisor at a known address (struct jailhouse_system, hypervisor_memory.phys_start).
cp $lab_system /run/system.cell
printf '\0\0\0\170\0\0\0\0' | dd of=/run/system.cell bs=1 seek=12 conv=notrunc 2>/dev/null

# The hostile cell has an interrupt of its own, which no device uses.
config_edit /etc/jailhouse/$cell.cell /run/$cell.cell add.irq=224,0x100
cell_file=/run/$cell.cell spi=232

distributor() {
	for offset in 0x80 0x104 0x204 0x304 0x420 0xc08 $route; do
		physmem read $((0x08000000 + offset))
	done
}

begin /run/system.cell
distributor >/run/distributor

say "an interrupt that Linux is handling"
check "the hostile cell is destroyed" jailhouse cell destroy $cell
expect_text "it becomes active" written taskset 1 physmem write 0x0800031c 4 0x100
check_fails "it is not taken away" "interrupt $spi of cell \"$cell\" is active" \
	jailhouse cell create $cell_file
expect_text "it is over" written taskset 1 physmem write 0x0800039c 4 0x100
check "it is" jailhouse cell create $cell_file

section "memory"
for where in $root_ram "$witness" $canary_ram $hypervisor $((hypervisor + 0x3ff000)) 0x09000000; do
	where=$(printf '0x%x' "$where")
	fails "foreign-ram addr=$where" "forbidden 4-byte read of $where"
	fails "write-ram addr=$where" "forbidden 4-byte write to $where"
	fails "exec-foreign addr=$where" "instruction fetch from $where, which is not executable"
done
fails "hypervisor-ram addr=$hypervisor" "forbidden 4-byte read of $hypervisor"
fails "foreign-ram addr=0x7ffffff000" "forbidden 4-byte read of 0x7ffffff000"
check_equal "a page of the root is as it was" 0x1122334455667788 "$(physmem read "$witness" 8)"

section "hypercalls"
refused hypercall-root 'hypercall 4 of cell 1 = -1' 'hypercall 0 of cell 0 = -1'
check_equal "18 hypercalls were tried" 18 "$(grep -c 'attack: hypercall [0-9]* of cell' $console)"
check_equal "all of them were refused" 18 "$(grep -c 'attack: hypercall [0-9]* of cell [0-9]* = -1$' $console)"
refused hypercall-pointer 'create\(0xffffffffffffffff\) = -1' 'cpu info\(0x0, 0\) = -1' \
	'cpu info\(0xffffffffffffffff, 0\) = -22'
check_equal "no create succeeded" 0 "$(grep 'attack: create' $console | grep -vc '= -1$')"
refused hypercall-unknown 'hypercall 0x9 = -38' 'hypercall 0xffffffff = -38'

section "interrupts"
refused "spi-own spi=$spi" 'before = 0x1 ' "CPU 3: $refusal.0x[0-9a-f]*: value 0x[0-9a-f]* refused" \
	'after = 0x2 ' 'disabled = 0x2 ' 'enabled = 0x3 '
refused sgi-foreign '80 SGI requests sent' 'cell "rtos", CPU 3: SGI [0-9]+ to CPUs that are not its own'
refused spi-foreign 'before: enabled 0x0 pending 0x0 active 0x0 priority 0x0 route 0x0' \
	'after: enabled 0x0 pending 0x0 active 0x0 priority 0x0 route 0x0'
distributor >/run/distributor.after
check "the root's interrupt is configured as before" cmp /run/distributor /run/distributor.after
for left in pending active; do
	refused "spi-own spi=$spi leave=$left" "left $left = 0x100 "
	check "the cell is destroyed" jailhouse cell destroy $cell
	check_equal "nothing is left pending" 0x0 "$(physmem read 0x0800021c)"
	check_equal "nor active" 0x0 "$(physmem read 0x0800031c)"
	check "it is created again" jailhouse cell create $cell_file
done
if [ -n "$gicv2" ]; then
	for register in 0x08030000 0x08030008 0x08030100 0x08040000 0x0804000c; do
		fails "foreign-ram addr=$register" "forbidden 4-byte read of 0x${register#0x0}"
		fails "write-ram addr=$register" "forbidden 4-byte write to 0x${register#0x0}"
	done
else
	fails "gicr-foreign case=3" 'forbidden 1-byte read of 0x80e0008'
	fails "gicr-foreign case=0" 'forbidden 4-byte read of 0x80e0014'
	fails "gicr-foreign case=1" 'forbidden 4-byte write to 0x80e0014'
	fails "gicr-foreign case=2" 'forbidden 4-byte write to 0x80f0200'
fi
refused gicc 'the timer still works'
distributor >/run/distributor.after
check "the root's interrupt is configured as before" cmp /run/distributor /run/distributor.after
fails "gic-regs case=0" 'forbidden 1-byte read of 0x8000000'
fails "gic-regs case=1" 'forbidden 8-byte read of 0x8000000'
refused "gic-regs case=2" 'word = 0x0'
refused "gic-regs case=3" 'word = 0xb1'
fails "gic-regs case=4" 'forbidden 8-byte read of '$end
refused "gic-regs case=5" 'unaligned: exception, syndrome 0x96000021'
fails "gic-regs case=6" 'forbidden 4-byte read of '$beyond
refused timer-storm 'interrupts = 0x'

section "accesses that the hardware does not describe"
refused mmio-postindex 'post-indexed load = 0x' 'pointer advanced by = 0x4 '
refused mmio-pair 'first of a pair = 0x' 'second of a pair = 0x'
fails mmio-simd 'read of 0x8000000 by an instruction that cannot be emulated: 3dc00... at 0x'

section "firmware"
refused smc-unknown 'smc 0xbadf00d\(.*\) = -1' 'smc 0xffffffff\(.*\) = -1' 'smc #0x1234 = 0xffffffff'
refused smc-fid 'smc 0xc4000020\(.*\) = -1' 'smc 0x84000073\(.*\) = -1'
refused psci-foreign 'smc 0xc4000003\(0x0, 0x48000000\) = -2' 'smc 0xc4000003\(0x2, 0x48000000\) = -2' \
	'smc 0xc4000004\(0x1, 0x0\) = -2' 'smc 0xc4000005\(0x0, 0x0\) = -1'
attack psci-reset "shut down" asked 'cell "rtos" stops: SYSTEM_RESET on CPU 3'
refused reset-vector 'smc 0xc4000003\(0x3, 0x48000000\) = -9' 'smc 0xc4000001\(.*\) = 0'
fails hvc-imm 'HVC with the unknown immediate 0x1, expected 0x4a48 or 0'

section "the CPU"
refused cache-setway '768 operations done'
# Without GICv3 its registers do not exist.
gicv3_register="7:s3_0_c12_c12_5 8:s3_0_c4_c6_0"
[ -z "$gicv2" ] || gicv3_register=""
for register in 0:mdscr_el1 1:dbgbvr0_el1 2:dbgbcr0_el1 3:dbgwcr0_el1 4:osdlr_el1 5:pmcr_el0 \
	6:cntkctl_el1 $gicv3_register; do
	refused "sysreg-debug case=${register%%:*}" "${register#*:} is = "
done
refused "sysreg-debug case=9" 'hcr_el2: exception, syndrome 0x2000000'
fails "sysreg-debug case=10" 'forbidden read of system register s3_0_c1_c0_1'
attack wfi-masked running force 'wfi-masked: survived'
attack mute running force 'mute: survived'
attack "endless-fault vbar=bad" running force 'vector base 0x0'
fails "endless-fault vbar=foreign" 'instruction fetch from 0x48000000, which is not executable'

section "the communication region, and itself"
attack comm-garbage invalid force 'comm-garbage: survived'
attack "crash kind=null" failed asked 'inmate: CRASH: synchronous exception: data abort'
attack "crash kind=stack" failed asked 'inmate: CRASH: synchronous exception: data abort'
attack "crash kind=handler" failed asked 'inmate: CRASH: .* in a handler'

finish hvc-imm rtc-pl031
