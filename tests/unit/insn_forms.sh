#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Assembles the instructions in insn_forms.def with GNU as and writes their bytes into the last
# column, or checks that they are the ones that are there.
#
#	tests/unit/insn_forms.sh [--check]
set -euo pipefail
cd "$(dirname "$0")"

forms=insn_forms.def
prefix=${CROSS-x86_64-linux-gnu-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# NAME(mode, "text", ... "bytes"): the length in a byte of its own before each instruction.
awk -F '"' '/^[A-Z_]+\((16|32|64), "/ {
	printf ".code%d\n.byte 2f - 1f\n1: %s\n2:\n", substr($1, index($1, "(") + 1), $2
}' $forms >"$work/forms.s"
"${prefix}as" -o "$work/forms.o" "$work/forms.s"
"${prefix}objcopy" -O binary -j .text "$work/forms.o" "$work/forms.bin"

od -An -v -tx1 -w1 "$work/forms.bin" | awk '
	function value(hex) {
		return 16 * index(digits, substr(hex, 1, 1)) + index(digits, substr(hex, 2, 1)) - 17
	}
	BEGIN { digits = "0123456789abcdef" }
	NR == FNR { byte[++count] = $1; next }
	!/^[A-Z_]+\((16|32|64), "/ { print; next }
	{
		text = ""
		for (left = value(byte[++at]); left > 0; left--)
			text = text "\\x" byte[++at]
		sub(/, "[^"]*"\)$/, "")
		print $0 ", \"" text "\")"
	}' - $forms >"$work/$forms"

if [ "${1:-}" = --check ]; then
	diff -u $forms "$work/$forms"
else
	cp "$work/$forms" $forms
fi
