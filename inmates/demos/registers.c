/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Single accesses to device registers, as told, to see which a cell may make.
 *
 *	do=LIST		accesses, separated by commas: rSIZE@ADDRESS or wSIZE@ADDRESS@VALUE, SIZE 1, 2,
 *			4 or 8, numbers hexadecimal
 *	normal		through a mapping as normal memory, where accesses need not be aligned
 *
 * Prints one line an access: "registers: r4 0x9030000 = 0x80", or "... exception, syndrome 0x...".
 */
#include <inmate.h>

#define PAGE 0x1000ULL

struct access {
	bool write;
	u32 size;
	u64 address, value;
};

/* A hexadecimal number; moves @text behind it. */
static u64 number(const char **text)
{
	u64 value = 0;

	for (;; ++*text) {
		char c = **text;

		if (c >= '0' && c <= '9')
			value = value << 4 | (u64)(c - '0');
		else if (c >= 'a' && c <= 'f')
			value = value << 4 | (u64)(c - 'a' + 10);
		else
			return value;
	}
}

static bool parse(const char **text, struct access *access)
{
	access->write = **text == 'w';
	if (**text != 'r' && **text != 'w')
		return false;
	++*text;
	access->size = (u32)number(text);
	if (**text != '@')
		return false;
	++*text;
	access->address = number(text);
	if (access->write && *(*text)++ != '@')
		return false;
	access->value = access->write ? number(text) : 0;
	return **text == ',' || !**text;
}

/* Volatile accesses of exactly that size. */
static void make(void *arg)
{
	struct access *access = arg;
	void *p = (void *)(uintptr_t)access->address;

	switch (access->size | (access->write ? 0x10 : 0)) {
	case 0x01:
		access->value = *(volatile u8 *)p;
		break;
	case 0x02:
		access->value = *(volatile u16 *)p;
		break;
	case 0x04:
		access->value = *(volatile u32 *)p;
		break;
	case 0x08:
		access->value = *(volatile u64 *)p;
		break;
	case 0x11:
		*(volatile u8 *)p = (u8)access->value;
		break;
	case 0x12:
		*(volatile u16 *)p = (u16)access->value;
		break;
	case 0x14:
		*(volatile u32 *)p = (u32)access->value;
		break;
	case 0x18:
		*(volatile u64 *)p = access->value;
		break;
	}
}

static void report(const struct access *access, bool good, const struct inmate_fault *fault)
{
	printf("registers: %c%u 0x%llx ", access->write ? 'w' : 'r', access->size, access->address);
	if (good)
		printf("= 0x%llx\n", access->value);
	else
		printf("exception, syndrome 0x%llx address 0x%llx\n", fault->syndrome,
		       fault->address);
}

void inmate_main(void)
{
	enum inmate_memory type = cmdline_get_bool("normal", false) ? INMATE_NORMAL : INMATE_DEVICE;
	struct inmate_fault fault = { 0 };
	struct access access;
	const char *text;
	char list[256];
	bool good;

	text = cmdline_get_string("do", list, sizeof(list), "");
	while (*text) {
		if (!parse(&text, &access) ||
		    inmate_map(access.address & ~(PAGE - 1), PAGE, type)) {
			printf("registers: cannot understand or map: %s\n", text);
			inmate_exit(JAILHOUSE_CELL_FAILED);
		}
		good = inmate_try(make, &access, &fault);
		report(&access, good, &fault);
		text += *text == ',';
	}
	printf("registers: end\n");
}
