/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The next kernel on arm64, where Debian's kernels have no kexec_file_load(): this program puts it
 * together itself. The kernel, the device tree of this machine with another /chosen, the RAM disk and a
 * few instructions that start the kernel go one behind the other: to the start of RAM, or into what was
 * reserved for a crash kernel, which then also learns where the memory of this kernel is (ELF headers).
 */
#include <elf.h>
#include <linux/kexec.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>

#define ALIGNMENT   0x200000UL
#define FDT_MAGIC   0xd00dfeed
#define FDT_BEGIN   1
#define FDT_ENDNODE 2
#define FDT_PROP    3
#define FDT_NOP	    4
#define FDT_END	    9
#define MAX_TREE    0x200000
#define MAX_HEADERS 32

struct blob {
	char *data;
	size_t size;
};

/* Positions in the header of a device tree, in words */
enum {
	MAGIC,
	TOTAL,
	STRUCT,
	STRINGS,
	RESERVED,
	VERSION,
	COMPATIBLE,
	CPU,
	STRINGS_SIZE,
	STRUCT_SIZE
};

/* What the next kernel finds in /chosen */
struct chosen {
	const char *line;
	uint64_t ramdisk, ramdisk_end;
	uint64_t headers[2], usable[2]; /* address and size; of a crash kernel only */
};

/* A device tree that is being written: its structure, its names */
struct tree {
	char *at, *names;
	size_t names_size;
};

/* What is entered first */
struct start {
	uint32_t code[6];
	uint64_t tree, kernel;
};

static const struct start start = {
	.code = {
		0x580000c0, /* ldr x0, tree */
		0x580000f1, /* ldr x17, kernel */
		0xaa1f03e1, /* mov x1, xzr */
		0xaa1f03e2, /* mov x2, xzr */
		0xaa1f03e3, /* mov x3, xzr */
		0xd61f0220, /* br x17 */
	},
};

static int read_file(const char *name, struct blob *blob)
{
	FILE *file = fopen(name, "r");
	size_t room = 1 << 20, got;

	blob->data = malloc(room);
	blob->size = 0;
	while (file && blob->data &&
	       (got = fread(blob->data + blob->size, 1, room - blob->size, file))) {
		blob->size += got;
		if (blob->size == room)
			blob->data = realloc(blob->data, room *= 2);
	}
	if (!file || !blob->data || !blob->size) {
		perror(name);
		return -1;
	}
	fclose(file);
	return 0;
}

static uint32_t word(const char *at)
{
	return __builtin_bswap32(*(const uint32_t *)at);
}

static void put_word(struct tree *tree, uint32_t value)
{
	*(uint32_t *)tree->at = __builtin_bswap32(value);
	tree->at += 4;
}

static void put_bytes(struct tree *tree, const void *data, size_t size)
{
	memcpy(tree->at, data, size);
	memset(tree->at + size, 0, -size & 3);
	tree->at += (size + 3) & ~3UL;
}

static void put_property(struct tree *tree, const char *name, const void *data, size_t size)
{
	put_word(tree, FDT_PROP);
	put_word(tree, size);
	put_word(tree, tree->names_size);
	put_bytes(tree, data, size);
	strcpy(tree->names + tree->names_size, name);
	tree->names_size += strlen(name) + 1;
}

static void put_addresses(struct tree *tree, const char *name, uint64_t first,
			  const uint64_t *second)
{
	uint64_t data[2] = { __builtin_bswap64(first), second ? __builtin_bswap64(*second) : 0 };

	put_property(tree, name, data, second ? 16 : 8);
}

static void put_chosen(struct tree *tree, const struct chosen *chosen)
{
	put_property(tree, "bootargs", chosen->line, strlen(chosen->line) + 1);
	put_addresses(tree, "linux,initrd-start", chosen->ramdisk, NULL);
	put_addresses(tree, "linux,initrd-end", chosen->ramdisk_end, NULL);
	if (!chosen->usable[1])
		return;
	put_addresses(tree, "linux,elfcorehdr", chosen->headers[0], &chosen->headers[1]);
	put_addresses(tree, "linux,usable-memory-range", chosen->usable[0], &chosen->usable[1]);
}

static int is_replaced(const char *name)
{
	return !strcmp(name, "bootargs") || !strncmp(name, "linux,initrd-", 13) ||
	       !strcmp(name, "linux,elfcorehdr") || !strcmp(name, "linux,usable-memory-range");
}

/* Copies the structure; the node "chosen" below the root gets other properties. */
static void copy_structure(struct tree *tree, const char *from, const struct chosen *chosen)
{
	unsigned int depth = 0, in_chosen = 0;
	uint32_t token;
	size_t size;

	for (;;) {
		token = word(from);
		size = 4;
		if (token == FDT_BEGIN)
			size += (strlen(from + 4) + 4) & ~3UL;
		else if (token == FDT_PROP)
			size += 8 + ((word(from + 4) + 3) & ~3UL);
		if (token != FDT_PROP || !in_chosen || depth != 2 ||
		    !is_replaced(tree->names + word(from + 8)))
			put_bytes(tree, from, size);
		if (token == FDT_BEGIN && ++depth == 2) {
			in_chosen = !strcmp(from + 4, "chosen");
			if (in_chosen)
				put_chosen(tree, chosen);
		} else if (token == FDT_ENDNODE) {
			depth--;
		} else if (token == FDT_END) {
			return;
		}
		from += size;
	}
}

/* The tree of this machine, from its boot loader: in order, header, reservations, structure, names. */
static int make_tree(const struct chosen *chosen, struct blob *blob)
{
	struct blob old;
	struct tree tree;
	uint32_t *header;
	char *start;

	if (read_file("/sys/firmware/fdt", &old))
		return -1;
	if (word(old.data) != FDT_MAGIC) {
		fprintf(stderr, "kexec: /sys/firmware/fdt is no device tree\n");
		return -1;
	}
	header = (uint32_t *)old.data;
	blob->data = calloc(1, MAX_TREE);
	tree.names = calloc(1, MAX_TREE);
	tree.names_size = __builtin_bswap32(header[STRINGS_SIZE]);
	memcpy(tree.names, old.data + __builtin_bswap32(header[STRINGS]), tree.names_size);
	memcpy(blob->data, old.data, 40);
	/* No reservations: an empty list */
	start = blob->data + 56;
	tree.at = start;
	copy_structure(&tree, old.data + __builtin_bswap32(header[STRUCT]), chosen);
	header = (uint32_t *)blob->data;
	header[RESERVED] = __builtin_bswap32(40);
	header[STRUCT] = __builtin_bswap32(56);
	header[STRUCT_SIZE] = __builtin_bswap32(tree.at - start);
	header[STRINGS] = __builtin_bswap32(tree.at - blob->data);
	header[STRINGS_SIZE] = __builtin_bswap32(tree.names_size);
	put_bytes(&tree, tree.names, tree.names_size);
	blob->size = tree.at - blob->data;
	header[TOTAL] = __builtin_bswap32(blob->size);
	return 0;
}

/* The first range of that name in /proc/iomem; returns its size. */
static uint64_t find_memory(const char *name, uint64_t *start)
{
	char text[200];
	FILE *file = fopen("/proc/iomem", "r");
	uint64_t end, size = 0;

	while (!size && file && fgets(text, sizeof(text), file))
		if (strstr(text, name) && sscanf(text, "%lx-%lx", start, &end) == 2)
			size = end + 1 - *start;
	if (file)
		fclose(file);
	return size;
}

static void add_header(Elf64_Ehdr *elf, uint32_t type, uint64_t address, uint64_t size)
{
	Elf64_Phdr *header = (Elf64_Phdr *)(elf + 1) + elf->e_phnum;

	if (!size || elf->e_phnum == MAX_HEADERS)
		return;
	elf->e_phnum++;
	header->p_type = type;
	header->p_offset = address;
	header->p_paddr = address;
	header->p_filesz = size;
	header->p_memsz = size;
}

/* Registers of each CPU, facts about this kernel, all RAM but that of the crash kernel. */
static void make_headers(Elf64_Ehdr *elf, const struct chosen *chosen)
{
	uint64_t ram, size, address;
	char name[64];
	FILE *file;
	int cpu;

	memcpy(elf->e_ident, ELFMAG "\2\1\1", SELFMAG + 3);
	elf->e_type = ET_CORE;
	elf->e_machine = EM_AARCH64;
	elf->e_version = EV_CURRENT;
	elf->e_phoff = sizeof(*elf);
	elf->e_ehsize = sizeof(*elf);
	elf->e_phentsize = sizeof(Elf64_Phdr);
	for (cpu = 0; cpu < 8; cpu++) {
		snprintf(name, sizeof(name), "/sys/devices/system/cpu/cpu%d/crash_notes", cpu);
		file = fopen(name, "r");
		if (file && fscanf(file, "%lx", &address) == 1)
			add_header(elf, PT_NOTE, address, 400);
		if (file)
			fclose(file);
	}
	file = fopen("/sys/kernel/vmcoreinfo", "r");
	if (file && fscanf(file, "%lx %lx", &address, &size) == 2)
		add_header(elf, PT_NOTE, address, size);
	if (file)
		fclose(file);
	size = find_memory("System RAM", &ram);
	add_header(elf, PT_LOAD, ram, chosen->usable[0] - ram);
	address = chosen->usable[0] + chosen->usable[1];
	if (address < ram + size)
		add_header(elf, PT_LOAD, address, ram + size - address);
}

static void place(struct kexec_segment *segment, const struct blob *blob, uint64_t *at,
		  size_t memory)
{
	segment->buf = blob->data;
	segment->bufsz = blob->size;
	segment->mem = (void *)*at;
	segment->memsz = (memory + 0xfff) & ~0xfffUL;
	*at = (*at + memory + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
}

static int load(const char *kernel_name, const char *ramdisk_name, const char *line, int crash)
{
	struct blob kernel, ramdisk, tree, elf = { calloc(1, 4096), 4096 };
	struct start code = start;
	struct blob entry = { (char *)&code, sizeof(code) };
	struct kexec_segment segments[5];
	struct chosen chosen = { .line = line };
	uint64_t at;

	if (read_file(kernel_name, &kernel) || read_file(ramdisk_name, &ramdisk))
		return 1;
	if (!find_memory(crash ? "Crash kernel" : "System RAM", &at)) {
		fprintf(stderr, "kexec: no memory for it in /proc/iomem\n");
		return 1;
	}
	if (crash)
		chosen.usable[1] = find_memory("Crash kernel", &chosen.usable[0]);
	place(&segments[0], &kernel, &at, *(uint64_t *)(kernel.data + 16));
	chosen.ramdisk = at;
	chosen.ramdisk_end = at + ramdisk.size;
	place(&segments[1], &ramdisk, &at, ramdisk.size);
	make_headers((Elf64_Ehdr *)elf.data, &chosen);
	chosen.headers[0] = at;
	chosen.headers[1] = elf.size;
	place(&segments[2], &elf, &at, elf.size);
	if (make_tree(&chosen, &tree))
		return 1;
	code.tree = at;
	code.kernel = (uint64_t)segments[0].mem;
	place(&segments[3], &tree, &at, tree.size);
	place(&segments[4], &entry, &at, entry.size);
	if (syscall(SYS_kexec_load, segments[4].mem, 5, segments,
		    KEXEC_ARCH_AARCH64 | (crash ? KEXEC_ON_CRASH : 0)) < 0) {
		perror("kexec_load");
		return 1;
	}
	return 0;
}
