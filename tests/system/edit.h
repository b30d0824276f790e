/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Makes a wrong configuration out of a right one. There is one at a time.
 *
 * Keys of a system configuration: flags hyp.phys hyp.size console (type of the debug console)
 * console.address console.size console.flags console.divider console.gate console.clock; of arm64:
 * gic gicd gicc gich gicv gicr maintenance; of x86: pmtimer apic tsc apictimer (both in kHz)
 * ioapic (address of irqchip 0) mmconfig endbus
 * iommu (type of unit 0) iommu.base iommu.size.
 * Of both kinds, for the cell: name id cpus reset timeout vpci cell.flags; only the counts: setsize
 * (bytes of the CPU set) regions caches irqs pios pcis caps streams
 *	con.FIELD	of its console: type address flags divider
 *	mem.N.FIELD	of memory region N: phys virt size flags, at (phys and virt)
 *	irq.N.FIELD	of irqchip N: address id base pins0 .. pins3
 *	pio.N.FIELD	of PIO region N: base length
 *	pci.N.FIELD	of PCI device N: type iommu domain bdf caps ncaps msi msix shmem peer peers
 *	cap.N.FIELD	of PCI capability N: id start len flags
 *	add.mem=PHYS,VIRT,SIZE,FLAGS	one more memory region
 *	add.irq=BASE,PINS[,ADDRESS[,ID]]	one more irqchip
 *	add.pio=BASE,LENGTH		one more PIO region
 *	add.pci=TYPE,BDF[,PEERS,REGION]	one more PCI device
 *	add.cap=ID,START,LEN[,FLAGS]	one more PCI capability
 *	add.stream=ID			one more stream id
 * Whatever else is there: byte.N (one byte at that offset), bytes (cut off there), cut (one byte is
 * missing at the end of: header cell cpus mem irq pio pci cap).
 */
#ifndef EDIT_H
#define EDIT_H

#include <stddef.h>

/* Reads the configuration at @path. This and the following end the program if that is not possible. */
void edit_load(const char *path);

/* Changes it: @argument is KEY=VALUE, and is torn apart. */
void edit_argument(char *argument);

/* Writes it to @path. */
void edit_save(const char *path);

/* Returns where it is, and how many bytes it has now. */
const void *edit_data(size_t *bytes);

#endif /* EDIT_H */
