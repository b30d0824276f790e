/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Decoder of memory accesses. An instruction is: prefixes, opcode, ModRM byte, SIB byte,
 * displacement, immediate; all that are there are fetched in this order, and the bytes fetched are
 * the length. A fetch beyond the end yields 0 and is remembered, and checked once when all is done.
 */
#include <stddef.h>

#include <asm/insn.h>

#define REX_B 0x01
#define REX_X 0x02
#define REX_R 0x04
#define REX_W 0x08

#define MODRM_MOD(modrm) ((modrm) >> 6)
#define MODRM_REG(modrm) ((modrm) >> 3 & 7)
#define MODRM_RM(modrm)	 ((modrm)&7)

struct decoder {
	const u8 *bytes;
	u32 limit; /* number of bytes that may be fetched */
	u32 at;	   /* number of those that were */
	enum insn_mode mode;
	bool exhausted; /* more were wanted */
	bool prefix_66;
	bool prefix_67;
	bool lock;
	bool repeat;
	bool segment; /* FS or GS, which have a base in 64-bit code */
	u8 rex;	      /* 0 if there is none */
};

/* What is special about an opcode. */
#define F_LOAD	 0x01
#define F_STORE	 0x02
#define F_IMM	 0x04 /* an immediate instead of the register, ModRM.reg is part of the opcode */
#define F_OFFSET 0x08 /* the accumulator, and an address in place of the ModRM byte */
#define F_EXTEND 0x10 /* the register has the operand size, whatever the memory has */
#define F_SIGNED 0x20
#define F_LOCK	 0x40 /* LOCK is permitted */

static const struct form {
	u16 opcode;
	u8 size; /* of the memory operand, 0: the operand size */
	u8 flags;
} forms[] = {
	{ 0x0063, 4, F_LOAD | F_EXTEND | F_SIGNED }, /* MOVSXD */
	{ 0x0086, 1, F_LOAD | F_STORE | F_LOCK },    /* XCHG */
	{ 0x0087, 0, F_LOAD | F_STORE | F_LOCK },
	{ 0x0088, 1, F_STORE }, /* MOV */
	{ 0x0089, 0, F_STORE },
	{ 0x008a, 1, F_LOAD },
	{ 0x008b, 0, F_LOAD },
	{ 0x00a0, 1, F_LOAD | F_OFFSET },
	{ 0x00a1, 0, F_LOAD | F_OFFSET },
	{ 0x00a2, 1, F_STORE | F_OFFSET },
	{ 0x00a3, 0, F_STORE | F_OFFSET },
	{ 0x00c6, 1, F_STORE | F_IMM },
	{ 0x00c7, 0, F_STORE | F_IMM },
	{ 0x0fb6, 1, F_LOAD | F_EXTEND }, /* MOVZX */
	{ 0x0fb7, 2, F_LOAD | F_EXTEND },
	{ 0x0fbe, 1, F_LOAD | F_EXTEND | F_SIGNED }, /* MOVSX */
	{ 0x0fbf, 2, F_LOAD | F_EXTEND | F_SIGNED },
	{ 0x0fc3, 0, F_STORE }, /* MOVNTI */
};

#define OPCODE_MOVSXD 0x0063
#define OPCODE_MOVNTI 0x0fc3

static const struct form *find_form(u16 opcode)
{
	u32 n;

	for (n = 0; n < sizeof(forms) / sizeof(forms[0]); n++)
		if (forms[n].opcode == opcode)
			return &forms[n];
	return NULL;
}

static u8 fetch(struct decoder *d)
{
	if (d->at < d->limit)
		return d->bytes[d->at++];
	d->exhausted = true;
	return 0;
}

static u64 fetch_value(struct decoder *d, u32 size)
{
	u64 value = 0;
	u32 n;

	for (n = 0; n < size; n++)
		value |= (u64)fetch(d) << (8 * n);
	return value;
}

static bool is_segment_prefix(u8 byte)
{
	return (byte & 0xe7) == 0x26;
}

/* Fetches all prefixes and the byte behind them. A REX that is not the last one has no effect. */
static u8 fetch_prefixes(struct decoder *d)
{
	u8 byte;

	for (;;) {
		byte = fetch(d);
		if (d->mode == INSN_64 && (byte & 0xf0) == 0x40) {
			d->rex = byte;
			continue;
		}
		if (byte == 0x66)
			d->prefix_66 = true;
		else if (byte == 0x67)
			d->prefix_67 = true;
		else if (byte == 0xf0)
			d->lock = true;
		else if (byte == 0xf2 || byte == 0xf3)
			d->repeat = true;
		else if (byte == 0x64 || byte == 0x65)
			d->segment = true;
		else if (!is_segment_prefix(byte))
			return byte;
		d->rex = 0;
	}
}

static u16 fetch_opcode(struct decoder *d)
{
	u8 byte = fetch_prefixes(d);

	return byte == 0x0f ? (u16)(0x0f00 | fetch(d)) : byte;
}

static u8 operand_size(const struct decoder *d)
{
	if (d->rex & REX_W)
		return 8;
	return (d->mode == INSN_16) == d->prefix_66 ? 4 : 2;
}

static u8 address_size(const struct decoder *d)
{
	if (d->mode == INSN_64)
		return d->prefix_67 ? 4 : 8;
	return (d->mode == INSN_16) == d->prefix_67 ? 4 : 2;
}

static u32 displacement_16(u8 modrm)
{
	switch (MODRM_MOD(modrm)) {
	case 0:
		return MODRM_RM(modrm) == 6 ? 2 : 0;
	case 1:
		return 1;
	default:
		return 2;
	}
}

/* @base is the base of the SIB byte, or ModRM.rm if there is none. */
static u32 displacement_32(u8 modrm, u8 base)
{
	switch (MODRM_MOD(modrm)) {
	case 0:
		return base == 5 ? 4 : 0;
	case 1:
		return 1;
	default:
		return 4;
	}
}

static u8 extended(const struct decoder *d, u8 reg, u8 rex)
{
	return d->rex & rex ? reg + 8 : reg;
}

/* What has no base register (relative to the instruction, or absolute) is not plain. */
static void fetch_address(struct decoder *d, u8 modrm, struct insn *insn)
{
	u8 base = MODRM_RM(modrm), sib = 0x20; /* no index */
	u32 size;

	if (address_size(d) == 2) {
		fetch_value(d, displacement_16(modrm));
		return;
	}
	if (base == 4) {
		sib = fetch(d);
		base = sib & 7;
	}
	size = displacement_32(modrm, base);
	insn->displacement = (s32)fetch_value(d, size);
	if (size == 1)
		insn->displacement = (s8)insn->displacement;
	insn->plain = address_size(d) == 8 && !d->segment && (base != 5 || MODRM_MOD(modrm));
	insn->base = extended(d, base, REX_B);
	insn->index = extended(d, sib >> 3 & 7, REX_X);
	if (insn->index == 4)
		insn->index = INSN_NO_REGISTER;
	insn->scale = sib >> 6;
}

/* Number of the register in the ModRM byte, of byte registers without REX 4 to 7 are AH to BH. */
static void set_register(const struct decoder *d, struct insn *insn, u8 reg)
{
	insn->high_byte = insn->reg_size == 1 && d->rex == 0 && reg >= 4;
	if (insn->high_byte)
		reg -= 4;
	else if (d->rex & REX_R)
		reg += 8;
	insn->reg = reg;
}

/* Stores of 8 bytes have an immediate of 4 that is sign-extended. */
static void fetch_immediate(struct decoder *d, struct insn *insn)
{
	insn->value = fetch_value(d, insn->size < 4 ? insn->size : 4);
	if (insn->size == 8)
		insn->value = (u64)(s64)(s32)insn->value;
}

static bool fetch_operands(struct decoder *d, const struct form *form, struct insn *insn)
{
	u8 modrm;

	if (form->flags & F_OFFSET) {
		fetch_value(d, address_size(d));
		return true;
	}
	modrm = fetch(d);
	if (MODRM_MOD(modrm) == 3)
		return false;
	fetch_address(d, modrm, insn);
	if (!(form->flags & F_IMM)) {
		set_register(d, insn, MODRM_REG(modrm));
		return true;
	}
	fetch_immediate(d, insn);
	return MODRM_REG(modrm) == 0;
}

/*
 * MOVNTI knows no operand of 2 bytes. MOVSXD is one in 64-bit code only, and with a register of 2
 * bytes the vendors do not agree on what is read.
 */
static bool prefixes_permitted(const struct decoder *d, const struct form *form)
{
	if (d->repeat || (d->lock && !(form->flags & F_LOCK)))
		return false;
	if (form->opcode == OPCODE_MOVNTI)
		return !d->prefix_66;
	return form->opcode != OPCODE_MOVSXD ||
	       (d->mode == INSN_64 && (!d->prefix_66 || (d->rex & REX_W)));
}

static void set_sizes(const struct decoder *d, const struct form *form, struct insn *insn)
{
	u8 operand = operand_size(d);

	if (form->opcode == OPCODE_MOVNTI && operand == 2)
		operand = 4;
	insn->size = form->size != 0 ? form->size : operand;
	insn->reg_size = form->flags & F_EXTEND ? operand : insn->size;
	insn->sign_extend = form->flags & F_SIGNED;
}

static struct decoder decoder_init(const u8 *bytes, u32 available, enum insn_mode mode)
{
	return (struct decoder){
		.bytes = bytes,
		.limit = available < INSN_MAX_LENGTH ? available : INSN_MAX_LENGTH,
		.mode = mode,
	};
}

bool insn_decode(const u8 *bytes, u32 available, enum insn_mode mode, struct insn *insn)
{
	struct decoder d = decoder_init(bytes, available, mode);
	const struct form *form = find_form(fetch_opcode(&d));

	*insn = (struct insn){ 0 };
	if (!form || !prefixes_permitted(&d, form))
		return false;
	insn->read = form->flags & F_LOAD;
	insn->write = form->flags & F_STORE;
	insn->immediate = form->flags & F_IMM;
	set_sizes(&d, form, insn);
	if (!fetch_operands(&d, form, insn))
		return false;
	insn->length = (u8)d.at;
	return !d.exhausted;
}

static u64 low_bytes(u64 value, u32 size)
{
	return size < 8 ? value & ((1ULL << 8 * size) - 1) : value;
}

u64 insn_address(const struct insn *insn, const u64 gpr[16])
{
	u64 index = insn->index == INSN_NO_REGISTER ? 0 : gpr[insn->index] << insn->scale;

	return gpr[insn->base] + index + (u64)(s64)insn->displacement;
}

u64 insn_store_value(const struct insn *insn, const u64 gpr[16])
{
	u64 value;

	if (insn->immediate)
		return insn->value;
	value = gpr[insn->reg];
	return low_bytes(insn->high_byte ? value >> 8 : value, insn->size);
}

/* The register @old after its low @size bytes were written, by the rules of 64-bit mode. */
static u64 merge_register(u64 old, u64 value, u32 size)
{
	value = low_bytes(value, size);
	return size < 4 ? (old & ~low_bytes(~0ULL, size)) | value : value;
}

void insn_load(const struct insn *insn, u64 gpr[16], u64 value)
{
	u64 *reg = &gpr[insn->reg];

	if (!insn->read)
		return;
	value = low_bytes(value, insn->size);
	if (insn->sign_extend && value >> (8 * insn->size - 1))
		value |= ~low_bytes(~0ULL, insn->size);
	if (insn->high_byte)
		*reg = (*reg & ~0xff00ULL) | value << 8;
	else
		*reg = merge_register(*reg, value, insn->reg_size);
}

u32 insn_length_0f(const u8 *bytes, u32 available, enum insn_mode mode, u8 opcode2, int modrm)
{
	struct decoder d = decoder_init(bytes, available, mode);

	if (fetch_opcode(&d) != (0x0f00 | opcode2) || d.lock)
		return 0;
	if (modrm >= 0 && fetch(&d) != modrm)
		return 0;
	return d.exhausted ? 0 : d.at;
}
