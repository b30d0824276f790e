// SPDX-License-Identifier: GPL-2.0-only
/*
 * The device tree: copied token by token, with what is added put in on the way (Devicetree
 * Specification, chapter 5). Names of properties that are added stand behind the others.
 */
#include "firmware.h"

#define BEGIN_NODE 1
#define END_NODE   2
#define PROP	   3
#define END	   9

enum {
	TOTAL_SIZE = 1,
	OFF_STRUCT,
	OFF_STRINGS,
	OFF_RESERVED,
	SIZE_STRINGS = 8,
	SIZE_STRUCT,
	HEADER_WORDS,
};

static const char added_names[] =
	"enable-method\0method\0compatible\0bootargs\0linux,initrd-start\0"
	"linux,initrd-end\0cpu-idle-states\0entry-method\0arm,psci-suspend-param\0"
	"entry-latency-us\0exit-latency-us\0min-residency-us\0phandle";
enum {
	NAME_ENABLE_METHOD = 0,
	NAME_METHOD = 14,
	NAME_COMPATIBLE = 21,
	NAME_BOOTARGS = 32,
	NAME_INITRD_START = 41,
	NAME_INITRD_END = 60,
	NAME_IDLE_STATES = 77,
	NAME_ENTRY_METHOD = 93,
	NAME_SUSPEND_PARAM = 106,
	NAME_ENTRY_LATENCY = 129,
	NAME_EXIT_LATENCY = 146,
	NAME_MIN_RESIDENCY = 162,
	NAME_PHANDLE = 179,
};

/* Of the idle states; the emulator's own begin at 0x8000. */
#define PHANDLE_STANDBY	  0x7001
#define PHANDLE_POWERDOWN 0x7002

static struct {
	const u32 *in;
	const char *strings;
	u32 *out;
	u32 names; /* offset of the first added name */
	u32 depth;
	int chosen; /* in that node */
	int cpus;   /* in that node, or below it */
} tree;

static u32 be32(u32 value)
{
	return __builtin_bswap32(value);
}

static u32 length_of(const char *text)
{
	u32 n = 0;

	while (text[n])
		n++;
	return n;
}

static int starts_with(const char *text, const char *start)
{
	for (; *start; text++, start++)
		if (*text != *start)
			return 0;
	return 1;
}

static void put(u32 value)
{
	*tree.out++ = be32(value);
}

/* Bytes, filled up to a whole word. */
static void put_bytes(const void *data, u32 size)
{
	const u8 *from = data;
	u8 *to = (u8 *)tree.out;
	u32 n;

	for (n = 0; n < ((size + 3) & ~3U); n++)
		to[n] = n < size ? from[n] : 0;
	tree.out += (size + 3) / 4;
}

static void put_prop(u32 name, const void *data, u32 size)
{
	put(PROP);
	put(size);
	put(tree.names + name);
	put_bytes(data, size);
}

static void put_text(u32 name, const char *text)
{
	put_prop(name, text, length_of(text) + 1);
}

static void put_address(u32 name, u64 value)
{
	u32 words[2] = { be32((u32)(value >> 32)), be32((u32)value) };

	put_prop(name, words, sizeof(words));
}

static void put_word(u32 name, u32 value)
{
	value = be32(value);
	put_prop(name, &value, sizeof(value));
}

/* Times are those of a fast board. */
static void put_idle_state(const char *name, u32 parameter, u32 residency, u32 phandle)
{
	put(BEGIN_NODE);
	put_bytes(name, length_of(name) + 1);
	put_text(NAME_COMPATIBLE, "arm,idle-state");
	put_word(NAME_SUSPEND_PARAM, parameter);
	put_word(NAME_ENTRY_LATENCY, 10);
	put_word(NAME_EXIT_LATENCY, 20);
	put_word(NAME_MIN_RESIDENCY, residency);
	put_word(NAME_PHANDLE, phandle);
	put(END_NODE);
}

static void put_idle_states(void)
{
	put(BEGIN_NODE);
	put_bytes("idle-states", 12);
	put_text(NAME_ENTRY_METHOD, "psci");
	put_idle_state("standby", STATE_STANDBY, 100, PHANDLE_STANDBY);
	put_idle_state("powerdown", STATE_POWERDOWN, 1000, PHANDLE_POWERDOWN);
	put(END_NODE);
}

static void put_cpu(void)
{
	u32 states[2] = { be32(PHANDLE_STANDBY), be32(PHANDLE_POWERDOWN) };

	put_text(NAME_ENABLE_METHOD, "psci");
	put_prop(NAME_IDLE_STATES, states, sizeof(states));
}

static void put_psci(void)
{
	put(BEGIN_NODE);
	put_bytes("psci", 5);
	put_text(NAME_COMPATIBLE, "arm,psci-1.0");
	put_text(NAME_METHOD, "smc");
	put(END_NODE);
}

/* What the emulator says of a kernel is not what is true of the one that was loaded. */
static void copy_prop(void)
{
	u32 words = (be32(tree.in[0]) + 3) / 4 + 2;
	const char *name = tree.strings + be32(tree.in[1]);

	if (!tree.chosen ||
	    (!starts_with(name, "bootargs") && !starts_with(name, "linux,initrd"))) {
		put(PROP);
		put_bytes(tree.in, words * 4);
	}
	tree.in += words;
}

static void copy_node(const char *command_line, u64 initrd, u64 initrd_size)
{
	const char *name = (const char *)tree.in;
	u32 size = length_of(name) + 1;

	put(BEGIN_NODE);
	put_bytes(name, size);
	tree.in += (size + 3) / 4;
	tree.chosen = ++tree.depth == 2 && starts_with(name, "chosen");
	tree.cpus |= tree.depth == 2 && starts_with(name, "cpus");
	if (tree.chosen) {
		put_text(NAME_BOOTARGS, command_line);
		put_address(NAME_INITRD_START, initrd);
		put_address(NAME_INITRD_END, initrd + initrd_size);
	} else if (tree.depth == 3 && starts_with(name, "cpu@")) {
		put_cpu();
	}
}

static void copy_end_of_node(void)
{
	if (--tree.depth == 0)
		put_psci();
	if (tree.depth == 1 && tree.cpus) {
		put_idle_states();
		tree.cpus = 0;
	}
	put(END_NODE);
	tree.chosen = 0;
}

static u32 put_names(void)
{
	char *to = (char *)tree.out;
	u32 n;

	for (n = 0; n < tree.names; n++)
		*to++ = tree.strings[n];
	for (n = 0; n < sizeof(added_names); n++)
		*to++ = added_names[n];
	return tree.names + sizeof(added_names);
}

void tree_build(const void *from, void *to, const char *command_line, u64 initrd, u64 initrd_size)
{
	const u32 *head = from;
	u32 *new = to, token, n;
	const u32 *end;

	tree.in = (const u32 *)((const u8 *)from + be32(head[OFF_STRUCT]));
	end = tree.in + be32(head[SIZE_STRUCT]) / 4;
	tree.strings = (const char *)from + be32(head[OFF_STRINGS]);
	tree.names = be32(head[SIZE_STRINGS]);
	tree.out = new + HEADER_WORDS;
	for (n = 0; n < HEADER_WORDS; n++)
		new[n] = head[n];
	for (n = 0; n < 4; n++) /* no reserved memory */
		put(0);
	do {
		token = be32(*tree.in++);
		if (token == BEGIN_NODE)
			copy_node(command_line, initrd, initrd_size);
		else if (token == PROP)
			copy_prop();
		else if (token == END_NODE)
			copy_end_of_node();
		else
			put(token);
	} while (token != END && tree.in < end);

	n = (u32)((u8 *)tree.out - (u8 *)to);
	new[OFF_RESERVED] = be32(HEADER_WORDS * 4);
	new[OFF_STRUCT] = be32(HEADER_WORDS * 4 + 16);
	new[SIZE_STRUCT] = be32(n - HEADER_WORDS * 4 - 16);
	new[OFF_STRINGS] = be32(n);
	new[SIZE_STRINGS] = be32(put_names());
	new[TOTAL_SIZE] = be32(n + be32(new[SIZE_STRINGS]));
}
