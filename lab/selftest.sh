#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Does the lab find what goes wrong? Runs the scenarios of lab/selftest, most of which fail on
# purpose, and compares the judgement with the one in their first line. The last line is
# "N passed, N failed".
set -uo pipefail
cd "$(dirname "$0")/.."

export LAB_SCENARIOS=lab/selftest
lane=virt-gicv3-6.1
passed=0
failed=0
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

judge() {
	local name=$1 wanted sum text

	wanted=$(sed -n '1s/^# wanted: //p' "$LAB_SCENARIOS/$name.sh")
	sum=${wanted%%, saying: *}
	text=${wanted#"$sum"}
	if grep -q ": $sum\$" "$out/$name" && grep -qF -- "${text#, saying: }" "$out/$name"; then
		echo "ok - the lab judges '$name' rightly"
		passed=$((passed + 1))
	else
		echo "not ok - the lab judges '$name': wanted $wanted"
		sed 's/^/    | /' "$out/$name"
		failed=$((failed + 1))
	fi
}

make -s ramdisk || exit 1
export LAB_NO_BUILD=yes
names=$(cd $LAB_SCENARIOS && ls | sed -n 's/\.sh$//p')
printf '%s\n' $names | xargs -P 2 -I NAME sh -c "lab/run NAME $lane >$out/NAME 2>&1 </dev/null"
for name in $names; do
	judge "$name"
done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
