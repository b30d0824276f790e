/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * I/O APICs. Each pin belongs to one cell; a cell sees the registers of its own pins and may send
 * their interrupts to its own CPUs only. Foreign pins read as masked and ignore writes.
 *
 * The hardware has one index register for all, so an access is two steps under a lock: a few
 * instructions long, with a bound for whoever waits.
 */
#include <asm/apic.h>
#include <asm/vcpu.h>
#include <core/config.h>
#include <core/error.h>
#include <core/printk.h>
#include <core/space.h>
#include <core/system.h>

#define REG_SELECT 0x00
#define REG_WINDOW 0x10
#define REG_EOI	   0x40

#define INDEX_ID      0
#define INDEX_VERSION 1
#define INDEX_PIN(n)  (0x10 + 2 * (n))
#define MAX_PINS      120

/* Redirection entry, low half; the destination is in bits 24-31 of the high one */
#define RTE_MODE(low) ((low) >> 8 & 7)
#define RTE_LOGICAL   (1U << 11)
#define RTE_MASKED    (1U << 16)
#define RTE_REMAPPED  (1U << 16) /* high half: an index of the interrupt remapping table */

struct ioapic {
	char *registers;
	u64 address;
	u32 pins;		/* that the hardware has */
	u32 saved[MAX_PINS][2]; /* of pins that left the root cell, as it had set them */
};

static struct ioapic *ioapics; /* in one page of the pool */
static u32 count;
static u32 lock;

_Static_assert(sizeof(struct ioapic) <= PAGE_SIZE / IOAPIC_MAX, "all fit a page");

static u32 read_register(const struct ioapic *ioapic, u32 index)
{
	mmio_write32(ioapic->registers + REG_SELECT, index);
	return mmio_read32(ioapic->registers + REG_WINDOW);
}

static void write_register(const struct ioapic *ioapic, u32 index, u32 value)
{
	mmio_write32(ioapic->registers + REG_SELECT, index);
	mmio_write32(ioapic->registers + REG_WINDOW, value);
}

u32 ioapic_count(void)
{
	return count;
}

u64 ioapic_address(u32 n)
{
	return ioapics[n].address;
}

static u32 ioapic_mmio_count(const struct cell *cell)
{
	(void)cell;
	return count;
}

static int probe(const struct jailhouse_irqchip *chip, u32 n)
{
	struct ioapic *ioapic = &ioapics[count];
	u64 limit = arch_phys_limit();
	u32 version;

	/* An entry of a page table with an address that the processor does not have is a fault. */
	if ((chip->address & PAGE_MASK) || !chip->address || chip->address >= limit)
		return fail(MSG_IOAPIC_ADDRESS, n, chip->address, limit);
	ioapic->registers = space_map_device(chip->address, PAGE_SIZE);
	if (!ioapic->registers)
		return -ENOMEM;
	ioapic->address = chip->address;
	version = read_register(ioapic, INDEX_VERSION);
	ioapic->pins = (version >> 16 & 0xff) + 1;
	if (version == ~0U || !(u8)version || ioapic->pins > MAX_PINS)
		return fail(MSG_IOAPIC_SILENT, n, chip->address, version);
	count++;
	return 0;
}

static struct ioapic *ioapic_at(u64 address, u32 *index)
{
	u32 n;

	for (n = 0; n < count; n++) {
		if (ioapics[n].address == address) {
			*index = n;
			return &ioapics[n];
		}
	}
	return NULL;
}

static int ioapic_init(void)
{
	const struct jailhouse_cell_desc *root = &system_config->root_cell;
	const struct jailhouse_irqchip *chip = config_irqchips(root);
	u32 n, index;
	int err;

	count = 0;
	ioapics = pool_alloc(1, 1);
	if (!ioapics)
		return fail(MSG_OUT_OF_PAGES, 1, pool_used(), pool_total());
	for (n = 0; n < root->num_irqchips; n++, chip++) {
		if (ioapic_at(chip->address, &index))
			continue;
		if (count == IOAPIC_MAX)
			return fail(MSG_IOAPIC_COUNT, n + 1, IOAPIC_MAX);
		err = probe(chip, n);
		if (err)
			return err;
	}
	return 0;
}

static bool owns_pin(const struct cell *cell, u32 index, u32 pin)
{
	return read_once(cell->arch.pins[index][pin / 32]) >> (pin % 32) & 1;
}

/* Whether the entry, as it would then be, sends to CPUs of the cell only, if at all. */
static bool entry_permitted(const struct cell *cell, u32 low, u32 high)
{
	u32 mode = RTE_MODE(low);

	if (low & RTE_MASKED)
		return true;
	if (mode == DELIVER_SMI || mode == DELIVER_INIT || mode == DELIVER_STARTUP ||
	    mode == DELIVER_RESERVED)
		return false;
	if (!cell_is_root(cell))
		return mode <= DELIVER_LOWEST && !(high & RTE_REMAPPED) &&
		       apic_reaches_only(cell, high >> 24, low & RTE_LOGICAL);
	/* Which CPU a remapped one goes to is in a table of Linux. */
	if (high & RTE_REMAPPED)
		return true;
	return apic_reaches_only(cell, high >> 24, low & RTE_LOGICAL);
}

static enum mmio_result write_pin(struct cell *cell, struct ioapic *ioapic, u32 index, u32 value)
{
	u32 low = index & 1 ? read_register(ioapic, index - 1) : value;
	u32 high = index & 1 ? value : read_register(ioapic, index + 1);

	if (!entry_permitted(cell, low, high))
		return MMIO_REFUSED;
	write_register(ioapic, index, value);
	return MMIO_DONE;
}

static enum mmio_result access_window(struct cell *cell, struct ioapic *ioapic, u32 n,
				      struct mmio_access *access)
{
	u32 index = cell->arch.ioapic_index[n], pin = (index - INDEX_PIN(0)) / 2;

	if (index < INDEX_PIN(0)) {
		if (access->write && index == INDEX_ID && cell_is_root(cell))
			write_register(ioapic, index, (u32)access->value);
		else if (!access->write)
			access->value = read_register(ioapic, index);
		return MMIO_DONE;
	}
	if (pin >= ioapic->pins || !owns_pin(cell, n, pin)) {
		if (access->write)
			return cell_is_root(cell) && (access->value & RTE_MASKED) ? MMIO_DONE :
										    MMIO_REFUSED;
		access->value = index & 1 ? 0 : RTE_MASKED;
		return MMIO_DONE;
	}
	if (access->write)
		return write_pin(cell, ioapic, index, (u32)access->value);
	access->value = read_register(ioapic, index);
	return MMIO_DONE;
}

/* The EOI register ends all pins with that vector, foreign ones too: only the root may. */
static enum mmio_result access_eoi(struct cpu *cpu, struct ioapic *ioapic,
				   struct mmio_access *access)
{
	if (!access->write || !cell_is_root(cpu->cell))
		return MMIO_REFUSED;
	mmio_write32(ioapic->registers + REG_EOI, (u32)access->value);
	return MMIO_DONE;
}

static enum mmio_result ioapic_access(struct cpu *cpu, struct mmio_access *access, void *arg)
{
	struct ioapic *ioapic = arg;
	u32 n = (u32)(ioapic - ioapics);
	enum mmio_result result;

	if (access->offset == REG_SELECT) {
		if (access->write)
			cpu->cell->arch.ioapic_index[n] = (u8)access->value;
		else
			access->value = cpu->cell->arch.ioapic_index[n];
		return MMIO_DONE;
	}
	if (access->size != 4)
		return MMIO_REFUSED;
	if (access->offset == REG_EOI)
		return access_eoi(cpu, ioapic, access);
	if (access->offset != REG_WINDOW)
		return MMIO_REFUSED;
	lock_get(&lock);
	result = access_window(cpu->cell, ioapic, n, access);
	lock_put(&lock);
	return result;
}

static int add_pins(struct cell *cell, const struct jailhouse_irqchip *chip, u32 n)
{
	u32 index, word;
	const struct ioapic *ioapic = ioapic_at(chip->address, &index);

	if (!ioapic)
		return fail(MSG_IOAPIC_UNKNOWN, n, chip->address);
	for (word = 0; word < IOAPIC_PIN_WORDS; word++) {
		u32 pins = chip->pin_bitmap[word];

		if (pins && word * 32 + 31 - (u32)__builtin_clz(pins) >= ioapic->pins)
			return fail(MSG_IOAPIC_PIN, n, word * 32 + 31 - (u32)__builtin_clz(pins),
				    ioapic->pins);
		if (!cell_is_root(cell) && (pins & ~root_cell->arch.pins[index][word]))
			return fail(MSG_IOAPIC_NOT_ROOT, n, chip->address,
				    word * 32 + (u32)__builtin_ctz(
							pins & ~root_cell->arch.pins[index][word]));
		cell->arch.pins[index][word] |= pins;
	}
	return 0;
}

static int ioapic_cell_init(struct cell *cell)
{
	const struct jailhouse_irqchip *chip = config_irqchips(cell->config);
	u32 n;
	int err;

	for (n = 0; n < cell->config->num_irqchips; n++) {
		err = add_pins(cell, &chip[n], n);
		if (err)
			return err;
	}
	for (n = 0; n < count; n++) {
		if (!cell_is_root(cell) && !cell->arch.pins[n][0] && !cell->arch.pins[n][1] &&
		    !cell->arch.pins[n][2] && !cell->arch.pins[n][3])
			continue;
		err = mmio_add(&cell->mmio, ioapics[n].address, PAGE_SIZE, ioapic_access,
			       &ioapics[n]);
		if (err)
			return err;
	}
	return 0;
}

/* Call something for each pin that the cell owns. The root cell's CPU does this; it may wait. */
static void for_pins(struct cell *cell, void (*function)(struct ioapic *ioapic, u32 pin))
{
	u32 n, pin;

	lock_get(&lock);
	for (n = 0; n < count; n++)
		for (pin = 0; pin < ioapics[n].pins; pin++)
			if (owns_pin(cell, n, pin))
				function(&ioapics[n], pin);
	lock_put(&lock);
}

static void pin_mask(struct ioapic *ioapic, u32 pin)
{
	write_register(ioapic, INDEX_PIN(pin), RTE_MASKED);
	write_register(ioapic, INDEX_PIN(pin) + 1, 0);
}

static void pin_save(struct ioapic *ioapic, u32 pin)
{
	ioapic->saved[pin][0] = read_register(ioapic, INDEX_PIN(pin));
	ioapic->saved[pin][1] = read_register(ioapic, INDEX_PIN(pin) + 1);
	pin_mask(ioapic, pin);
}

static void pin_restore(struct ioapic *ioapic, u32 pin)
{
	write_register(ioapic, INDEX_PIN(pin), RTE_MASKED);
	write_register(ioapic, INDEX_PIN(pin) + 1, ioapic->saved[pin][1]);
	write_register(ioapic, INDEX_PIN(pin), ioapic->saved[pin][0]);
}

static void change_owner(const struct cell *cell, bool take)
{
	u32 n, word, pins;

	for (n = 0; n < count; n++) {
		for (word = 0; word < IOAPIC_PIN_WORDS; word++) {
			pins = root_cell->arch.pins[n][word];
			pins = take ? pins & ~cell->arch.pins[n][word] :
				      pins | cell->arch.pins[n][word];
			write_once(root_cell->arch.pins[n][word], pins);
		}
	}
}

/* The root cell's own pins may still name a CPU that it has lost. */
static void pin_check(struct ioapic *ioapic, u32 pin)
{
	u32 low = read_register(ioapic, INDEX_PIN(pin));
	u32 high = read_register(ioapic, INDEX_PIN(pin) + 1);

	if (entry_permitted(root_cell, low, high))
		return;
	write_register(ioapic, INDEX_PIN(pin), low | RTE_MASKED);
	printk("I/O APIC 0x%llx: pin %u of the root cell is masked, it goes to a CPU of another cell",
	       ioapic->address, pin);
}

void ioapic_take(struct cell *cell)
{
	change_owner(cell, true);
	for_pins(cell, pin_save);
	for_pins(root_cell, pin_check);
}

void ioapic_mask(struct cell *cell)
{
	for_pins(cell, pin_mask);
}

void ioapic_return(struct cell *cell)
{
	for_pins(cell, pin_restore);
	change_owner(cell, false);
}

UNIT(ioapic) = {
	.name = "I/O APICs",
	.init = ioapic_init,
	.mmio_count = ioapic_mmio_count,
	.cell_init = ioapic_cell_init,
};
