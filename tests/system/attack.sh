# SPDX-License-Identifier: GPL-2.0-only
# A hostile cell on CPU 3 tries one attack after another; a canary on CPU 2 checks its own memory and
# registers a thousand times a second, and Linux goes on. For each attack: what becomes of the cell,
# and what the console says of it.

inmates=/usr/share/jailhouse/inmates
hostile=/etc/jailhouse/rtos.cell

# What the console says since the hostile cell was started last.
since_start() {
	jailhouse console | awk '/^started cell "rtos"/ { text = "" } { text = text $0 "\n" }
		END { printf "%s", text }'
}

says() {
	since_start | grep -qF -- "$1"
}

state() {
	jailhouse cell list | awk '$2 == "rtos" { print $3 }'
}

canary_ticks() {
	jailhouse console | sed -n 's/.*canary: ticks=\([0-9]*\) .*/\1/p' | tail -n 1
}

canary_goes_on() {
	[ "$(canary_ticks)" -gt "$1" ]
}

# attack "arguments" STATE "text on the console": the state is running or failed.
attack() {
	local arguments=$1 expected=$2 text=$3 ticks

	ticks=$(canary_ticks)
	jailhouse cell load rtos $inmates/hostile.bin -s "attack=$arguments" -a 0x1000 &&
		jailhouse cell start rtos || fail "attack $arguments: the cell is started"
	if wait_for 15 says "$text"; then
		pass "attack $arguments: \"$text\""
	else
		fail "attack $arguments: the console says \"$text\"" "$(since_start)"
	fi
	check_equal "attack $arguments: the cell is $expected" "$expected" "$(state)"
	check "attack $arguments: the other cell goes on" wait_for 15 canary_goes_on "$ticks"
	jailhouse cell shutdown --force rtos || fail "attack $arguments: the cell can be stopped"
}

check "the driver loads" modprobe jailhouse
check "enable" jailhouse enable /etc/jailhouse/qemu-virt.cell
check "a cell for the canary" jailhouse cell create /etc/jailhouse/timer.cell
check "the canary is loaded" jailhouse cell load timer $inmates/canary.bin
check "the canary starts" jailhouse cell start timer
check "the canary ticks" wait_for 20 canary_goes_on 0
check "a cell for the attacker" jailhouse cell create $hostile
pool=$(cat /sys/devices/jailhouse/mem_pool_used)
hypervisor=$(dmesg | sed -n 's/.*hypervisor memory \(0x[0-9a-f]*\)+.*/\1/p' | tail -n 1)

say "memory"
attack "foreign-ram" failed "forbidden 4-byte read of 0x"
attack "write-ram" failed "forbidden 4-byte write to 0x"
attack "hypervisor-ram addr=$hypervisor" failed "forbidden 4-byte read of $hypervisor"
attack "exec-foreign" failed "which is not executable memory"
attack "endless-fault" running "attack endless-fault: starting"
attack "endless-fault vbar=foreign" failed "which is not executable memory"
attack "reset-vector" running "attack reset-vector: survived"

say "interrupts"
attack "sgi-foreign" running "to CPUs that are not its own"
attack "spi-foreign" running "attack spi-foreign: survived"
attack "gicr-foreign case=0" failed "forbidden 4-byte read of 0x"
attack "gicr-foreign case=1" failed "forbidden 4-byte write to 0x"
attack "gicr-foreign case=2" failed "forbidden 4-byte write to 0x"
attack "gic-regs case=0" failed "forbidden 1-byte read of 0x8000000"
attack "gic-regs case=1" failed "forbidden 8-byte read of 0x8000000"
attack "gic-regs case=2" running "attack gic-regs: survived"
attack "gic-regs case=4" failed "forbidden 8-byte read of 0x800fff8"
attack "gic-regs case=6" failed "forbidden 4-byte read of 0x8010000"
attack "timer-storm" running "attack timer-storm: survived"
attack "wfi-masked" running "attack wfi-masked"

say "instructions that cannot be emulated are shown"
attack "mmio-postindex" failed "by an instruction that cannot be emulated: "
attack "mmio-pair" failed "by an instruction that cannot be emulated: "
attack "mmio-simd" failed "by an instruction that cannot be emulated: "

say "firmware and hypercalls"
attack "smc-unknown" running "attack smc-unknown: survived"
attack "smc-fid" running "attack smc-fid: survived"
attack "psci-foreign" running "attack psci-foreign: survived"
attack "psci-reset" shut "SYSTEM_RESET"
attack "hypercall-root" running "attack hypercall-root: survived"
attack "hypercall-pointer" running "attack hypercall-pointer: survived"
attack "hypercall-unknown" running "attack hypercall-unknown: survived"
attack "hvc-imm" failed "HVC with the unknown immediate"

say "registers, caches and the communication region"
attack "cache-setway" running "attack cache-setway: survived"
attack "sysreg-debug case=0" running "attack sysreg-debug: survived"
attack "sysreg-debug case=10" failed "forbidden read of system register"
attack "comm-garbage" invalid "attack comm-garbage: survived"
attack "mute" running "attack mute: survived"

say "afterwards"
check_equal "no page of the hypervisor is lost" "$pool" \
	"$(cat /sys/devices/jailhouse/mem_pool_used)"
check "the attacker is destroyed" jailhouse cell destroy --force rtos
check "the canary agrees to end" jailhouse cell shutdown timer
expect_text "it has found nothing changed" "bad=0" sh -c "jailhouse console | grep 'canary: end'"
check "a good cell runs in the same place" jailhouse cell create $hostile
check "it is loaded" jailhouse cell load rtos $inmates/motor.bin
check "it starts" jailhouse cell start rtos
check "it works" wait_for 20 says "motor: t=1 s"
check "disable" jailhouse disable
check_equal "4 CPUs are online" 0-3 "$(online_cpus)"
