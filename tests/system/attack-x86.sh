# SPDX-License-Identifier: GPL-2.0-only
# A hostile cell on CPU 3 tries everything it can, while a second cell on CPU 2 watches its own
# registers and memory. Each attack is refused, or the hostile cell fails with a reason; nobody else
# notices, and the next cell starts at once. This one is for x86; attack.sh for arm64.

cell=hostile watcher=canary registers='rip [0-9a-f]{4}:[0-9a-f]{16}'
hpet=0xfed00000
. /lab/attack.lib

# fails_all ATTACK TEXT CASE...: parts of an attack that end the cell, all with the same text.
fails_all() {
	local name=$1 text=$2 part

	shift 2
	for part in "$@"; do
		fails "$name case=$part" "$text"
	done
}

# either ATTACK: it is refused, or it ends the cell.
either() {
	mark=$(wc -l <$console)
	check "$1: the cell starts" start_cell hostile "attack=$1"
	check "$1: it ends one way or the other" \
		wait_for 10 has_said "attack ${1%% *}: survived|failed on CPU 3"
	check "$1: it is stopped" jailhouse cell shutdown --force $cell
}

# table ATTACK fails|refused: lines "CASE TEXT" on standard input; each part of the attack ends like that.
table() {
	local part text

	while read -r part text; do
		[ -z "$part" ] || "$2" "$1 case=$part" "$text"
	done
}

# The cell's own local APIC is in x2APIC mode whatever Linux has. So what has nothing to do with interrupts
# is tried on one lane only.
once() {
	case $lab_lane in
	*x2apic*) "$@" ;;
	esac
}

undecodable='by an instruction that cannot be emulated:'

begin $lab_system
hypervisor=$(dmesg | sed -n 's/.*hypervisor memory \(0x[0-9a-f]*\)+.*/\1/p' | tail -n 1)
check "the hypervisor's address is known" test -n "$hypervisor"

# What is below 3 MiB the cell has, too, at these addresses.
section "memory"
for where in "$witness" 0x40000000 $((hypervisor + 0x200000)) $((hypervisor + 0x3ff000)) 0xfee00000 0xb0000000 \
	0xfffff000 0xfed90000; do
	where=$(printf '0x%x' "$where")
	fails "foreign-ram addr=$where" "forbidden 4-byte read of $where"
	fails "write-ram addr=$where" "forbidden 4-byte write to $where"
	fails "exec-foreign addr=$where" "instruction fetch from $where, which is not executable"
done
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
refused "user case=0" 'VMMCALL at user level: exception, syndrome 0xd00000000' \
	'hypercall at user level = -1'
refused "user case=1" 'VMCALL at user level: exception, syndrome 0x600000000'
refused "user case=2" 'MSR at user level: exception, syndrome 0xd00000000'
refused "user case=3" 'port at user level: exception, syndrome 0xd00000000'
fails "user case=4" "forbidden 1-byte read of $hpet"

try_msrs() {
	section "model specific registers"
	table msr fails <<'EOF'
0 forbidden write to MSR 0xc0000080
2 forbidden write to MSR 0xc0010114
3 forbidden write to MSR 0xc0010117
4 forbidden write to MSR 0x1b
5 forbidden write to MSR 0x1b
6 forbidden write to MSR 0x1b
7 forbidden write to MSR 0x200
8 forbidden write to MSR 0x201
9 forbidden write to MSR 0x250
10 forbidden write to MSR 0x10
11 forbidden write to MSR 0x3b
12 forbidden write to MSR 0xc0000104
13 forbidden write to MSR 0xc0010020
14 forbidden write to MSR 0xc0010111
15 forbidden write to MSR 0xc0010112
16 forbidden write to MSR 0xc0010113
17 forbidden write to MSR 0xc0010015
18 forbidden write to MSR 0xc0010010
19 forbidden write to MSR 0xc001001a
20 forbidden write to MSR 0xc0010016
21 forbidden write to MSR 0xc0010000
22 forbidden write to MSR 0xc0010200
23 forbidden write to MSR 0x1d9
24 forbidden write to MSR 0x79
25 forbidden write to MSR 0x3a
26 forbidden write to MSR 0x17a
27 forbidden write to MSR 0x400
28 forbidden write to MSR 0xc0010058
29 forbidden write to MSR 0xc0010062
30 forbidden read of MSR 0xc0010117
31 forbidden read of MSR 0xc0010111
32 forbidden read of MSR 0x12345
33 forbidden write to MSR 0x12345
34 forbidden read of MSR 0xffffffff
35 forbidden write to MSR 0xffffffff
36 forbidden read of MSR 0xc0012000
37 forbidden read of MSR 0x40000000
38 forbidden write to MSR 0x40000000
39 forbidden read of MSR 0x2000
EOF
}
once try_msrs

section "the local APIC"
table apic fails <<'EOF'
0 forbidden read of MSR 0x800
1 forbidden read of MSR 0x801
2 forbidden read of MSR 0x804
3 forbidden read of MSR 0x80c
4 forbidden read of MSR 0x82e
5 forbidden read of MSR 0x840
6 forbidden read of MSR 0x8ff
7 forbidden write to MSR 0x804
8 forbidden write to MSR 0x8ff
9 forbidden write to MSR 0x802
10 forbidden write to MSR 0x803
11 forbidden write to MSR 0x80d
12 forbidden write to MSR 0x810
13 forbidden read of MSR 0x80b
15 forbidden write to MSR 0x82f
16 forbidden write to MSR 0x833 \(value 0x200\)
17 forbidden write to MSR 0x833 \(value 0x500\)
18 forbidden write to MSR 0x834 \(value 0x200\)
19 forbidden write to MSR 0x835 \(value 0x500\)
20 forbidden write to MSR 0x835 \(value 0x700\)
21 forbidden write to MSR 0x836 \(value 0x200\)
22 forbidden write to MSR 0x837 \(value 0x500\)
EOF
for part in 14 25 26; do
	refused "apic case=$part"
done
for part in 23 24; do # its timer is gone
	attack "apic case=$part" running force 'apic: survived'
done

section "interrupts to others"
nobody='no such CPU in the cell'
fails "ipi case=0" "forbidden interrupt command 0x4031: $nobody"
fails "ipi case=1" "forbidden interrupt command 0x200004031: $nobody"
fails "ipi case=2" "forbidden interrupt command 0x1234500004031: $nobody"
fails "ipi case=3" "forbidden interrupt command 0x700004831: $nobody"
fails "ipi case=4" "forbidden interrupt command 0x1000100004831: $nobody"
fails "ipi case=5" "forbidden interrupt command 0x4131: $nobody"
fails "ipi case=6" "forbidden interrupt command 0x4200: ($nobody|delivery mode 2)"
fails "ipi case=7" "forbidden interrupt command 0x4331: ($nobody|delivery mode 3)"
fails "ipi case=8" "forbidden interrupt command 0x4400: $nobody"
fails "ipi case=9" "forbidden interrupt command 0x4500: $nobody"
fails "ipi case=10" "forbidden interrupt command 0x4602: $nobody"
fails "ipi case=11" "forbidden interrupt command 0x4731: ($nobody|delivery mode 7)"
fails "ipi case=12" 'forbidden interrupt command 0x300004200: delivery mode 2'
fails "ipi case=13" 'forbidden interrupt command 0x300004731: delivery mode 7'
fails "ipi case=14" 'forbidden interrupt command 0x84200: delivery mode 2'
fails "ipi case=15" "forbidden interrupt command 0x8500: $nobody"
attack "ipi case=17" failed asked 'inmate: CRASH: exception 2: non-maskable interrupt'
for part in 16 18 19 20 21 22 23 24 25 26 27; do
	refused "ipi case=$part"
done

section "pins of the IOAPIC"
fails "ioapic case=0" 'forbidden 4-byte write to 0xfec00010'
fails "ioapic case=2" 'forbidden 1-byte read of 0xfec00010'
fails "ioapic case=3" 'forbidden 4-byte read of 0xfec00012'
fails "ioapic case=4" 'forbidden 4-byte read of 0xfec00800'
fails "ioapic case=5" 'forbidden 4-byte write to 0xfec00040'
fails_all ioapic 'forbidden 4-byte write to 0xfec00010' 1 6 7 8 9

try_ports() {
	section "ports"
	table port fails <<'EOF'
0 forbidden 1-byte write to port 0xcf9
1 forbidden 1-byte write to port 0x64
2 forbidden 1-byte write to port 0x70
3 forbidden 1-byte read of port 0x3f8
4 forbidden 1-byte write to port 0x3f8
5 forbidden 2-byte write to port 0x604
6 forbidden 2-byte read of port 0x600
7 forbidden 1-byte write to port 0x21
8 forbidden 1-byte write to port 0x43
9 forbidden 1-byte write to port 0xb2
10 forbidden 1-byte write to port 0x92
11 forbidden 4-byte read of port 0x606
12 forbidden 4-byte read of port 0x60a
13 forbidden 2-byte read of port 0x60b
14 forbidden 4-byte read of port 0xffff
15 forbidden 1-byte read of port 0x3f8
16 forbidden 4-byte write to port 0x510
17 write to 0xfed00000 by an instruction that cannot be emulated: f36d
20 forbidden 4-byte read of port 0xcfb
EOF
	refused "port case=18" 'configuration space = 0xffffffff'
	refused "port case=19" 'long = 0xffffffff'
	refused "port case=21" 'port 0x80 written'
	refused "port case=22" 'long = 0x'
}
once try_ports

section "the CPU"
for part in 0 3 7 8 9 10 11 12 13 14; do
	refused "control case=$part"
done
# A real CPU refuses these itself, the emulator does when the cell is entered again.
either "control case=1"
either "control case=2"
for name in 0:VMRUN 1:VMLOAD 2:VMSAVE 3:STGI 4:CLGI 5:SKINIT 6:INVLPGA 7:RSM 8:GETSEC 9:VMXOFF; do
	refused "privileged case=${name%%:*}" "${name#*:}: exception, syndrome 0x600000000"
done
for part in 10 11 12 13; do
	refused "privileged case=$part"
done
refused cpuid 'signature 6c69614a 73756f68 65, feature bit 31 is 1'

try_accesses() {
	section "accesses that are hard to decode"
	for part in 0 1 5 36 37 39 48; do
		refused "mmio case=$part" ': done'
	done
	refused "mmio case=35" 'undefined: exception, syndrome 0x600000000'
	fails_all mmio "forbidden 1-byte read of $hpet" 2
	fails_all mmio "forbidden 2-byte read of $hpet" 3 38 49
	fails_all mmio "forbidden 4-byte write to $hpet" 4 15 28 40 50
	fails_all mmio "write to $hpet $undecodable [0-9a-f]+" 6 8 12 13 14 16 17 21 25 27 30 31 33 41 42 \
		51 52
	fails_all mmio "write to 0xfed000[0-9a-f]+ $undecodable [0-9a-f]+" 34 46
	fails_all mmio "read of $hpet $undecodable [0-9a-f]+" 7 9 10 11 18 19 20 22 23 24 26 29 32 43 44 47 53
	fails "mmio case=45" "(read of|write to) $hpet $undecodable 6307"
}
once try_accesses

try_moving_code() {
	section "code that moves"
	fails_all moving-code 'read of 0xfed00100 by an instruction that cannot be read' 0 1 2
	fails "moving-code case=3" 'of 0xfed00100'
	refused "moving-code case=4" 'ends at a hole: exception, syndrome 0xe00000010'
	fails "moving-code case=5" 'instruction fetch from 0x40000000, which is not executable'
	fails "moving-code case=6" "instruction fetch from $hpet, which is not executable"
}
once try_moving_code

try_tables() {
	section "tables of the CPU"
	fails "tables case=0" 'page table outside of memory at 0x40000'
	fails "tables case=1" 'page table outside of memory at 0xfed00'
	fails "tables case=2" 'page table outside of memory at 0xfee00'
	fails "tables case=4" 'page table outside of memory at 0x40000000'
	fails "tables case=5" 'page table outside of memory at 0xfed00000'
	fails "tables case=6" 'forbidden 4-byte read of 0xfffffff000'
	refused "tables case=7" 'page above it: exception, syndrome 0xe0000000[89]'
	fails "tables case=8" "read of 0xfed0003[0-9a-f] $undecodable cc"
	fails "tables case=9" "read of 0x4000003[0-9a-f] $undecodable cc"
	fails "tables case=10" "read of 0xfed0001[0-9a-f] $undecodable 8ec"
	fails "tables case=11" "write to 0xfed000[0-9a-f]+ $undecodable cc"
	fails "tables case=12" "write to 0x40000[0-9a-f]+ $undecodable cc"
	fails "tables case=13" 'triple fault'
}
once try_tables

section "a CPU that does not yield"
for part in 0 1 2 3 4 5 6 7 8; do
	attack "stuck case=$part" running force 'stuck: survived'
done
attack mute running force 'mute: survived'
refused timer-storm 'interrupts = 0x'

section "the communication region, and itself"
attack comm-garbage invalid force 'comm-garbage: survived'
attack "crash kind=null" failed asked 'inmate: CRASH: exception 14'
attack "crash kind=stack" failed asked 'inmate: CRASH: exception 14'
attack "crash kind=handler" failed asked 'inmate: CRASH: .* in a handler'

finish "msr case=0" rtc0
