#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Makes docs/messages.md, the reference of the hypervisor's messages, out of the header that has
# them all. Fails when a message there has no cause, no cure or no text.
#
#	docs/messages.sh		writes docs/messages.md
#	docs/messages.sh --check	says whether it is up to date
set -euo pipefail
cd "$(dirname "$0")/.."

header=hypervisor/include/core/messages.h
page=docs/messages.md

page() {
	cat <<-'END'
	# Messages of the hypervisor

	<!-- Made by docs/messages.sh from hypervisor/include/core/messages.h: do not edit. -->

	Each message stands here with its error number, its cause and its cure. A value that the message
	fills in is written as `…`. To find a message, search for a few of its words. The most frequent
	messages of the driver are in [troubleshooting.md](troubleshooting.md).
	END
	awk -v header="$header" '
	function bad(what) {
		print header ":" NR ": " what >"/dev/stderr"
		failed = 1
	}

	# The contents of all string literals in s, one behind the other.
	function literals(s,  n, c, inside, out) {
		for (n = 1; n <= length(s); n++) {
			c = substr(s, n, 1)
			if (c == "\"")
				inside = !inside
			else if (inside && c == "\\")
				out = out substr(s, ++n, 1)
			else if (inside)
				out = out c
		}
		return out
	}

	function comment_end(  at) {
		gsub(/[ \t]+/, " ", comment)
		sub(/^ /, "", comment)
		sub(/ $/, "", comment)
	}

	function message_end(  name, code, text, at) {
		split(message, word, /[ \t]+/)
		name = word[2]
		at = index(message, name) + length(name)
		code = substr(message, at)
		sub(/^[ \t]+/, "", code)
		sub(/,.*/, "", code)
		text = literals(message)
		gsub(/%[0-9]*(ll|l)?[a-z]/, "…", text)
		at = index(comment, "Cure: ")
		if (!at || at == 1)
			bad(name " has no comment with a cause and \"Cure:\" above it")
		else if (text == "" || code !~ /^E[A-Z0-9]+$/)
			bad(name " is not an error number and a text")
		else
			printf "\n**`%s`** (%s)\\\n%s\\\n*Cure:* %s\n", text, code,
				substr(comment, 1, at - 2), substr(comment, at + 6)
		count++
		comment = ""
	}

	function message_line() {
		message = message $0 " "
		if (sub(/\\ $/, "", message))
			return
		in_message = 0
		message_end()
	}

	in_message { message_line(); next }
	/^#define MSG_/ { in_message = 1; message = ""; message_line(); next }
	in_comment || /^\/\*/ {
		if (!in_comment)
			comment = ""
		in_comment = !/\*\/$/
		line = $0
		gsub(/^\/\*|\*\/$/, "", line)
		sub(/^ \* ?/, "", line)
		comment = comment " " line
		if (!in_comment)
			comment_end()
		next
	}
	# A comment with nothing but an empty line behind it is the title of a section.
	/^$/ && comment != "" && comment !~ /^SPDX|Cure:/ {
		title = comment
		comment = ""
		printf "\n## %s\n", toupper(substr(title, 1, 1)) substr(title, 2)
	}
	# Beginning of the file: its own comments are no title.
	/^#define CORE_MESSAGES_H/ || /^#include/ || /^#ifndef/ { comment = "" }
	END {
		if (!count)
			bad("no messages found")
		exit failed
	}' "$header"
}

new=$(mktemp)
trap 'rm -f "$new"' EXIT
page >"$new"
case ${1:-} in
"") cp "$new" $page; chmod 644 $page ;;
--check)
	cmp -s "$new" $page || {
		echo "$page is not up to date with $header: run \"make docs\"" >&2
		exit 1
	}
	;;
*) echo "docs/messages.sh: '$1': expected nothing, or --check" >&2; exit 2 ;;
esac
