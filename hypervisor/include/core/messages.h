/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * All texts of refusals and failures, in one place. Each is an error number and a format, used as
 *
 *	return fail(MSG_REGION_SIZE, n, start, size);
 *
 * A text is one sentence without a newline that names the offending values and what was expected.
 * The comment above each gives the cause and, after "Cure:", what to do; the reference of messages
 * is generated from it, so every message has one.
 */
#ifndef CORE_MESSAGES_H
#define CORE_MESSAGES_H

#include <core/errno.h>

/* memory of the hypervisor */

/* The page pool is exhausted. Cure: give hypervisor_memory of the system configuration more. */
#define MSG_OUT_OF_PAGES ENOMEM, "out of hypervisor memory: %u page(s) needed, %u of %u in use"

/* A range to be mapped does not consist of whole pages. Cure: align the memory region. */
#define MSG_PAGING_ALIGNMENT \
	EINVAL, "address range 0x%llx+0x%llx is not a positive number of whole 4 KiB pages"

/* A range to be mapped is not addressable. Cure: correct the address of the memory region. */
#define MSG_PAGING_RANGE                                                                         \
	ERANGE, "address range 0x%llx+0x%llx does not lie below 0x%llx, the end of the address " \
		"space"

/* configuration: format */

/* The file is cut off or not a configuration. Cure: compile or copy the configuration again. */
#define MSG_CONFIG_SHORT EINVAL, "configuration has %llu bytes, its header alone needs %u"

/* The file is not a configuration of this kind. Cure: give a system configuration to "enable" and
 * a cell configuration to "cell create". */
#define MSG_CONFIG_SIGNATURE \
	EINVAL, "configuration starts with the bytes %02x %02x %02x %02x %02x, expected \"%s\""

/* The configuration was written for another machine. Cure: use one for this architecture. */
#define MSG_CONFIG_ARCHITECTURE                                                                \
	EINVAL, "configuration is for architecture %u, expected %u (0 x86, 1 arm, 2 arm64, 3 " \
		"riscv64)"

/* The layout of the configuration is that of another release. Cure: compile it with the headers
 * of this release. */
#define MSG_CONFIG_REVISION EINVAL, "configuration has revision %u, expected %u"

/* The arrays reach beyond the end of the file. Cure: correct the counts of the cell descriptor. */
#define MSG_CONFIG_TRUNCATED \
	EINVAL, "configuration has %llu bytes, but its %u byte(s) or entries of %s end at byte %llu"

/* An array is longer than any machine needs. Cure: correct the count of the cell descriptor. */
#define MSG_CONFIG_TOO_MANY E2BIG, "%u byte(s) or entries of %s, expected at most %u"

/* configuration: cell */

/* The cell has no name. Cure: fill in the name of the cell descriptor. */
#define MSG_CELL_NAME_EMPTY EINVAL, "cell name is empty, expected 1 to %u characters"

/* The name fills its whole field. Cure: choose a shorter name. */
#define MSG_CELL_NAME_LONG \
	EINVAL, "cell name has no NUL within %u bytes, expected at most %u characters"

/* The name would garble a terminal. Cure: use letters, digits and punctuation of ASCII only. */
#define MSG_CELL_NAME_CHARACTER \
	EINVAL, "character %u of the cell name is 0x%02x, expected printable ASCII (0x20 to 0x7e)"

/* The cell asks for something that this release does not know. Cure: correct the cell's flags. */
#define MSG_CELL_FLAGS EINVAL, "cell flags 0x%x contain unknown bits 0x%x"

/* The cell would have no CPU to run on. Cure: set a bit of the CPU bitmap for each of its CPUs. */
#define MSG_CELL_NO_CPU EINVAL, "CPU set of %u byte(s) contains no CPU, expected at least one"

/* The machine does not have that CPU. Cure: correct the CPU bitmap; CPUs are counted as Linux
 * does. */
#define MSG_CELL_CPU_RANGE EINVAL, "CPU set contains CPU %u, expected CPUs below %u"

/* The first CPU would start where the cell cannot execute. Cure: correct cpu_reset_address, or
 * give the region it lies in READ and EXECUTE permission. */
#define MSG_CELL_RESET_ADDRESS \
	EINVAL, "cpu_reset_address 0x%llx lies in no memory region with EXECUTE permission"

/* The interrupts of virtual PCI devices would not exist. Cure: set vpci_irq_base to the number of
 * four free shared interrupts, minus 32. */
#define MSG_CELL_VPCI_IRQ_BASE                                                             \
	EINVAL, "vpci_irq_base is %u, expected at most %u so that 4 interrupts fit below " \
		"interrupt 1020"

/* The console is of an unknown kind. Cure: use one of JAILHOUSE_CON_TYPE_*. */
#define MSG_CONSOLE_TYPE EINVAL, "%s has type %u, expected 0 (none) to %u"

/* The console has flags that this release does not know. Cure: use JAILHOUSE_CON_*. */
#define MSG_CONSOLE_FLAGS EINVAL, "%s has flags 0x%x with unknown bits 0x%x"

/* The registers of the debug console cannot be there. Cure: correct its address and size. */
#define MSG_CONSOLE_ADDRESS \
	EINVAL, "debug console registers at 0x%llx+0x%x, expected a range with a size below 0x%llx"

/* Registers of the debug console would be in RAM. Cure: correct address or clock_reg; the region of
 * registers in the root cell has the flag JAILHOUSE_MEM_IO. */
#define MSG_CONSOLE_RAM                                                                           \
	EINVAL, "debug console has its %s at 0x%llx+0x%llx, which is in memory region %u of the " \
		"root cell (0x%llx+0x%llx), expected a region with JAILHOUSE_MEM_IO"

/* The clock gate of the debug console cannot be there. Cure: correct clock_reg and gate_nr; 0 as
 * clock_reg means that there is none to open. */
#define MSG_CONSOLE_CLOCK                                                                           \
	EINVAL, "debug console has gate_nr %u of clock_reg 0x%llx, expected a gate below 32 of an " \
		"aligned register below 0x%llx"

/* configuration: memory regions */

/* The region has flags that this release does not know. Cure: use JAILHOUSE_MEM_* only. */
#define MSG_REGION_FLAGS \
	EINVAL, "memory region %u (0x%llx+0x%llx) has flags 0x%llx with unknown bits 0x%llx"

/* The region reaches beyond what the machine can address. Cure: correct address or size. */
#define MSG_REGION_RANGE \
	ERANGE, "memory region %u has %s range 0x%llx+0x%llx, expected an end of at most 0x%llx"

/* A part of a page can only be given to a cell where accesses trap, that is for registers. Cure:
 * align the region to 4096 bytes, or give it the IO flag and access widths. */
#define MSG_REGION_UNALIGNED                                                                  \
	EINVAL, "memory region %u (phys 0x%llx, virt 0x%llx, size 0x%llx) is not aligned to " \
		"4096 bytes, "                                                                \
		"but is no I/O region"

/* Regions which are smaller than a page may not reach into the next one. Cure: split the region
 * at the page border. */
#define MSG_REGION_SUBPAGE_BORDER                                                              \
	EINVAL, "sub-page memory region %u (phys 0x%llx, virt 0x%llx, size 0x%llx) crosses a " \
		"page border"

/* Accesses to a part of a page are carried out at the same offset. Cure: give phys_start and
 * virt_start the same low 12 bits. */
#define MSG_REGION_SUBPAGE_OFFSET                                                                \
	EINVAL, "sub-page memory region %u (phys 0x%llx, virt 0x%llx) has different offsets in " \
		"the page"

/* A part of a page cannot be mapped, so it can neither be executed nor loaded. Cure: remove the
 * flags EXECUTE and LOADABLE or align the region to 4096 bytes. */
#define MSG_REGION_SUBPAGE_FLAGS                                                                \
	EINVAL, "sub-page memory region %u (0x%llx+0x%llx) has flags 0x%llx, expected neither " \
		"EXECUTE (4) "                                                                  \
		"nor LOADABLE (0x40)"

/* What can be written or executed can be read as well. Cure: add the flag READ. */
#define MSG_REGION_NOT_READABLE                                                                \
	EINVAL, "memory region %u (0x%llx+0x%llx) has flags 0x%llx: WRITE (2) or EXECUTE (4) " \
		"without READ (1)"

/* An image for it would go nowhere: what the root cell shares it fills with its own accesses. Cure: give the root
 * cell a region there with READ and WRITE, or remove ROOTSHARED or LOADABLE. */
#define MSG_REGION_NOT_LOADABLE                                                                      \
	EINVAL, "memory region %u (0x%llx+0x%llx) is loadable and shared with the root cell, which " \
		"cannot write there"

/* Two regions of a cell lie at the same guest-physical address. Cure: move or shrink one. */
#define MSG_REGION_OVERLAP \
	EINVAL, "memory region %u (0x%llx+0x%llx) overlaps region %u (0x%llx+0x%llx)"

/* The region would give the cell memory of the hypervisor. Cure: choose other physical memory. */
#define MSG_REGION_HYPERVISOR \
	EINVAL, "memory region %u (0x%llx+0x%llx) overlaps the hypervisor memory (0x%llx+0x%llx)"

/* The communication region is one page. Cure: align it to 4096 bytes, with size 0x1000. */
#define MSG_COMM_REGION_SIZE                                                                     \
	EINVAL, "communication region %u (virt 0x%llx, size 0x%llx) is not exactly one aligned " \
		"page of 0x1000"

/* A cell has one communication region. Cure: remove one of the two. */
#define MSG_COMM_REGION_TWICE \
	EINVAL, "memory regions %u and %u are both communication regions, expected at most one"

/* The root cell has no communication region. Cure: remove the flag COMM_REGION. */
#define MSG_COMM_REGION_ROOT \
	EINVAL, "memory region %u (0x%llx+0x%llx) of the root cell is a communication region"

/* configuration: interrupts, PCI, stream ids */

/* Entries of arm interrupt controllers cover shared peripheral interrupts in groups of 32. Cure:
 * correct pin_base, it is an interrupt id and not an SPI number. */
#define MSG_IRQCHIP_PIN_BASE \
	EINVAL, "irqchip %u has pin_base %u, expected a multiple of 32 from 32 to 992"

/* The interrupt does not exist. Cure: clear the bit in pin_bitmap. */
#define MSG_IRQCHIP_PIN_RANGE \
	EINVAL, "irqchip %u contains interrupt %u, expected interrupts below 1020"

/* The interrupt controller has fewer interrupts. Cure: clear the bit in pin_bitmap, or correct pin_base:
 * it is an interrupt id and not an SPI number. */
#define MSG_CELL_INTERRUPT_ABSENT                                                                 \
	EINVAL, "interrupt %u of cell \"%s\" does not exist: the interrupt controller has those " \
		"below %u"

/* The interrupt is listed twice. Cure: correct pin_base or pin_bitmap of one of the entries. */
#define MSG_IRQCHIP_DUPLICATE EINVAL, "irqchips %u and %u both contain interrupt %u"

/* The PCI device is of an unknown kind. Cure: use one of JAILHOUSE_PCI_TYPE_*. */
#define MSG_PCI_TYPE                                                                              \
	EINVAL, "PCI device %u (%04x:%02x:%02x.%x) has type %u, expected 1 (device), 2 (bridge) " \
		"or 3 (ivshmem)"

/* The device is behind an IOMMU that cannot be described. Cure: correct the index. */
#define MSG_PCI_IOMMU \
	EINVAL, "PCI device %u (%04x:%02x:%02x.%x) has IOMMU unit %u, expected 0 to %u"

/* The capabilities of the device are not there. Cure: correct caps_start, num_caps or
 * num_pci_caps. */
#define MSG_PCI_CAPS                                                                            \
	EINVAL, "PCI device %u (%04x:%02x:%02x.%x) has capabilities %u+%u, expected an end of " \
		"at most %u"

/* A network of more cells than supported. Cure: correct shmem_peers. */
#define MSG_PCI_SHMEM_PEERS \
	EINVAL, "PCI device %u (%04x:%02x:%02x.%x) has shmem_peers %u, expected 1 to %u"

/* The device would be none of the peers. Cure: count shmem_dev_id from 0. */
#define MSG_PCI_SHMEM_ID                                                                     \
	EINVAL, "PCI device %u (%04x:%02x:%02x.%x) has shmem_dev_id %u, expected less than " \
		"shmem_peers, %u"

/* The shared memory of the device is not there. Cure: let shmem_regions_start be the index of its
 * state table, followed by the read/write section and one output section for each peer. */
#define MSG_PCI_SHMEM_REGIONS                                                                   \
	EINVAL, "PCI device %u (%04x:%02x:%02x.%x) uses memory regions %u+%u, expected an end " \
		"of at most %u"

/* Two devices at one address. Cure: correct bdf or domain of one. */
#define MSG_PCI_DUPLICATE EINVAL, "PCI devices %u and %u are both %04x:%02x:%02x.%x"

/* The capability reaches beyond the configuration space. Cure: correct start or len. */
#define MSG_PCI_CAP_RANGE \
	EINVAL, "PCI capability %u lies at 0x%x+0x%x, expected an end of at most 0x1000"

/* The capability has flags that this release does not know. Cure: use JAILHOUSE_PCICAPS_*. */
#define MSG_PCI_CAP_FLAGS EINVAL, "PCI capability %u has flags 0x%x with unknown bits 0x%x"

/* A stream id is listed twice. Cure: remove one. */
#define MSG_STREAM_ID_DUPLICATE EINVAL, "stream ids %u and %u are both 0x%x"

/* configuration: system */

/* The system configuration has flags that this release does not know. Cure: correct them. */
#define MSG_SYSTEM_FLAGS EINVAL, "system flags 0x%x contain unknown bits 0x%x"

/* The hypervisor cannot live there. Cure: give hypervisor_memory whole pages of RAM, or all ones
 * as phys_start to leave the choice to the driver. */
#define MSG_SYSTEM_MEMORY \
	EINVAL, "hypervisor_memory is 0x%llx+0x%llx, expected whole pages below 0x%llx"

/* The configuration space of PCI cannot be there. Cure: correct pci_mmconfig_base; 0 means none. */
#define MSG_SYSTEM_MMCONFIG                                                                     \
	EINVAL, "pci_mmconfig_base is 0x%llx with end bus %u, expected an aligned range below " \
		"0x%llx"

/* The unit is of an unknown kind. Cure: use one of JAILHOUSE_IOMMU_*. */
#define MSG_SYSTEM_IOMMU_TYPE EINVAL, "IOMMU unit %u has type %u, expected 0 (none) to %u"

/* The registers of the unit cannot be there. Cure: correct base and size. */
#define MSG_SYSTEM_IOMMU_RANGE                                                                    \
	EINVAL, "IOMMU unit %u lies at 0x%llx+0x%x, expected an aligned range with a size below " \
		"0x%llx"

/* The interrupt controller is of an unknown kind. Cure: 2 is GICv2, 3 is GICv3, 4 is GICv4. */
#define MSG_SYSTEM_GIC_VERSION EINVAL, "gic_version is %u, expected 2, 3 or 4"

/* A register block of the interrupt controller cannot be there. Cure: take the address from the
 * device tree of the machine. */
#define MSG_SYSTEM_GIC_BASE                                                                   \
	EINVAL, "%s is 0x%llx, expected a page address from 0x1000 to below 0x%llx with GIC " \
		"version %u"

/* The maintenance interrupt is private to the CPU. Cure: take it from the device tree of the
 * machine and add 16 to a PPI number. */
#define MSG_SYSTEM_MAINTENANCE_IRQ \
	EINVAL, "maintenance_irq is %u, expected an interrupt id from 16 to 31"

/* configuration: conflicts of two cells */

/* A CPU of Linux is handling the interrupt that the cell is to have. Cure: let go of the device that
 * the interrupt belongs to (unbind its driver). */
#define MSG_CELL_INTERRUPT_ACTIVE \
	EBUSY, "interrupt %u of cell \"%s\" is active: the root cell is handling it"

/* Cells are told apart by name. Cure: rename one, or destroy the cell that has the name. */
#define MSG_CONFLICT_NAME EEXIST, "cell name \"%s\" is in use by cell %u"

/* Cells are told apart by number. Cure: this comes from the driver, try again. */
#define MSG_CONFLICT_ID EEXIST, "cell id %u is in use by cell \"%s\""

/* A CPU belongs to one cell. Cure: change the CPU bitmap, or destroy the other cell. */
#define MSG_CONFLICT_CPU EBUSY, "CPU %u belongs to cell \"%s\""

/* Memory belongs to one cell, unless both have the flag ROOTSHARED on it. Cure: change the memory
 * region, or destroy the other cell. */
#define MSG_CONFLICT_MEMORY                                                                     \
	EBUSY, "memory region %u (phys 0x%llx+0x%llx) overlaps region %u (phys 0x%llx+0x%llx) " \
	       "of cell \"%s\""

/* An interrupt belongs to one cell. Cure: change pin_bitmap, or destroy the other cell. */
#define MSG_CONFLICT_IRQ EBUSY, "interrupt %u belongs to cell \"%s\""

/* A physical PCI device belongs to one cell. Cure: remove it, or destroy the other cell. */
#define MSG_CONFLICT_PCI EBUSY, "PCI device %u (%04x:%02x:%02x.%x) belongs to cell \"%s\""

/* What an IOMMU calls a device belongs to one cell. Cure: remove it, or destroy the other cell. */
#define MSG_CONFLICT_STREAM_ID EBUSY, "stream id 0x%x belongs to cell \"%s\""

/* core and architectures */

/* The debug console is of a kind that this build cannot drive. Cure: use a type of the message with
 * MMIO access, 8250 also by ports on x86; messages can be read with "jailhouse console" in any case. */
#define MSG_UART_UNSUPPORTED                                                                         \
	EINVAL, "debug console has type %u and flags 0x%x, expected 0 (none), 2 (8250, by ports on " \
		"x86 only), or 3 (PL011), 4 (XUARTPS), 8 (i.MX) or 9 (i.MX LPUART) with MMIO access"

/* Nothing answers where the registers of the debug console should be. Cure: take the address from
 * the device tree of the machine; a UART without clock or power may not answer either. */
#define MSG_UART_SILENT ENODEV, "debug console at 0x%llx: no device answers there"

/* Nothing answers where the clock gate of the debug console should be. Cure: correct clock_reg, or
 * set it to 0 if the clock is on. */
#define MSG_UART_CLOCK ENODEV, "clock_reg 0x%llx of the debug console: no device answers there"

/* A CPU did not enter the hypervisor in time, because it does not take interrupts or runs a thread
 * of higher priority. Cure: find out what the CPU does, then try again. */
#define MSG_CPU_MISSING ETIMEDOUT, "CPU %u did not arrive within %llu ms; %u of %u CPUs are here"

/* The system configuration does not describe this machine's CPUs. Cure: correct its CPU set, or
 * bring all CPUs online. */
#define MSG_CPU_COUNT EINVAL, "root cell has %u CPU(s), but %u CPU(s) are online"

/* The system configuration does not describe the CPUs that Linux runs on. Cure: correct the CPU set of
 * the root cell, or bring that CPU online or offline. */
#define MSG_CPU_SET \
	EINVAL, "CPU %u: the root cell's CPU set %s contain it, but whether it is online says otherwise"

/* The CPU that prepares the system did not finish. Cure: none known, report it. */
#define MSG_PREPARE_TIMEOUT ETIMEDOUT, "the first CPU did not finish its preparation in time"

/* A CPU stopped during its preparation. Cure: none known, report it. */
#define MSG_READY_TIMEOUT \
	ETIMEDOUT, "CPU %u is ready, but another CPU did not finish its preparation in time"

/* Linux could not go on behind the takeover. Cure: give the root cell the memory that the Linux
 * kernel and its modules are in, readable and executable. */
#define MSG_RETURN_UNMAPPED \
	EINVAL, "CPU %u could not return to Linux at 0x%llx: no code of the root cell (PAR 0x%llx)"

/* A CPU did not stop when asked: system management, or an emulator below, kept it. It stops as soon as it
 * can. Cure: try again; reboot if it never does. */
#define MSG_CPU_STUCK EIO, "CPU %u did not stop within %u s"

/* A CPU that is offline in Linux still executes in the hypervisor's memory after "disable": the
 * firmware did not switch it off. That memory is kept, and the driver does nothing more. Cure: reboot;
 * bring all CPUs online before "disable". */
#define MSG_CPU_NOT_OFF                                                                      \
	EIO, "CPU %u was not switched off within %u s: the firmware answered %d to CPU_OFF " \
	     "(0: nothing) and %d to AFFINITY_INFO; the machine has to be rebooted"

/* The hypervisor itself has failed on a CPU; see the console. Cure: report it; reboot. */
#define MSG_BROKEN EIO, "the hypervisor has failed on a CPU and accepts no changes; see the console"

/* Too many emulated ranges. Cure: none known, report it. */
#define MSG_MMIO_TABLE_FULL ENOMEM, "table of emulated registers is full with %u entries"

/* A sub-page region lies in registers that the hypervisor emulates, or two parts of the interrupt
 * controller are said to be in the same place. Cure: remove the region, or take the addresses of the
 * interrupt controller from the device tree of the machine. */
#define MSG_MMIO_OVERLAP \
	EINVAL, "registers at 0x%llx+0x%llx overlap others of the same cell that are emulated"

/* A part of a page of RAM cannot be given away: the root cell could not use the rest. Cure: give the
 * cell whole pages, or correct the address. */
#define MSG_SUBPAGE_RAM \
	EINVAL, "sub-page memory region %u (0x%llx+0x%llx) lies in region %u of the root cell, which is RAM"

/* Cells have too many parts of pages. Cure: join regions that lie side by side, or give the cell
 * whole pages. */
#define MSG_SUBPAGE_MANY ENOMEM, "all cells together have more than %u parts of pages"

/* Registers of the hypervisor's own devices need too many addresses. Cure: correct the GIC addresses
 * of the system configuration. */
#define MSG_DEVICE_SPACE \
	ENOMEM, "device registers at 0x%llx+0x%llx do not fit the hypervisor's address space"

/* A hypercall of the root cell points to memory it does not have. Cure: none, a driver's mistake. */
#define MSG_ROOT_POINTER EINVAL, "address range 0x%llx+0x%llx: 0x%llx is no memory of the root cell"

/* The root cell sees physical memory where it is. Cure: make virt_start equal to phys_start. */
#define MSG_ROOT_NOT_IDENTITY \
	EINVAL, "memory region %u of the root cell has phys_start 0x%llx and virt_start 0x%llx, expected the same"

/* The configuration is too large. Cure: reduce the number of entries. */
#define MSG_CONFIG_TOO_LARGE E2BIG, "configuration has %llu bytes, expected at most %u"

/* The cell wants a CPU that the machine or the root cell does not have. Cure: change its CPU set, or
 * destroy the cell that has the CPU. */
#define MSG_CPU_NOT_ROOT EBUSY, "CPU %u does not belong to the root cell"

/* The hypervisor has failed on that CPU. Cure: reboot. */
#define MSG_CPU_DEAD EIO, "CPU %u was stopped after an error of the hypervisor"

/* The root cell still uses the CPU. Cure: take it offline first; the driver does. */
#define MSG_CPU_ONLINE EBUSY, "CPU %u is still online in the root cell"

/* Linux needs a CPU. Cure: leave at least one CPU of the root cell out of the cell's CPU set. */
#define MSG_CPU_LAST EINVAL, "cell \"%s\" would take the last CPU of the root cell"

/* Ids are chosen by the driver; one cell after another gets a free one. Cure: destroy cells. */
#define MSG_CELL_ID EINVAL, "cell id is %u, expected 1 to %u"

/* Devices behind PCI cannot be given to cells, their DMA could not be confined. Cure: remove the PCI
 * device from the configuration; ivshmem devices are accepted. */
#define MSG_PCI_PHYSICAL \
	EINVAL, "PCI device %u (%04x:%02x:%02x.%x) is a physical one, which no cell but the root cell can have"

/* The flag is for cells of arm64 that run 32-bit code; not every CPU can, and the root cell is none.
 * Cure: remove it, or choose another CPU. */
#define MSG_CELL_AARCH32 \
	EINVAL, "cell \"%s\" has the flag AARCH32, but 32-bit code cannot run in its kernel mode on CPU %u"

/* There is no such cell. Cure: see "jailhouse cell list". */
#define MSG_CELL_UNKNOWN ENOENT, "there is no cell with id %u"

/* The root cell cannot be started, loaded or destroyed. Cure: "jailhouse disable" ends it. */
#define MSG_CELL_IS_ROOT EPERM, "the root cell cannot be changed"

/* A cell has declared that nothing may change while it runs. Cure: shut that cell down first. */
#define MSG_CELL_LOCKED \
	EPERM, "cell \"%s\" runs locked and permits no creation or destruction of cells"

/* The cell wants to go on. Cure: ask again later, or use --force. */
#define MSG_CELL_DENIED EPERM, "cell \"%s\" denied the shutdown request (reply %u)"

/* The cell does not read its communication region. Cure: use --force; mark the cell as passive if it
 * never answers. */
#define MSG_CELL_MUTE \
	ETIMEDOUT, "cell \"%s\" did not answer the shutdown request within 1 s and keeps running"

/* Linux runs at EL2 and cannot be moved. Cure: boot with kvm-arm.mode=nvhe. */
#define MSG_VHE ENODEV, "Linux runs at EL2 (VHE) on CPU %u; boot it with kvm-arm.mode=nvhe"

/* The CPU has no system register interface to the interrupt controller. Cure: none, another machine. */
#define MSG_NO_GIC_SYSREGS ENODEV, "CPU %u has no GICv3 system registers"

/* The firmware does not offer PSCI by SMC. Cure: update the firmware. */
#define MSG_NO_PSCI ENODEV, "the firmware does not answer PSCI calls by SMC"

/* The firmware's PSCI is too old. Cure: update the firmware. */
#define MSG_PSCI_VERSION ENODEV, "the firmware has PSCI %u.%u, expected at least 0.2"

/* Nothing answers at that address. Cure: take the address from the device tree of the machine. */
#define MSG_GIC_SILENT ENODEV, "%s 0x%llx: no device answers there"

/* Something else is at that address. Cure: take addresses and version from the device tree of the
 * machine. */
#define MSG_GIC_ID ENODEV, "%s 0x%llx: no GICv%u there (it identifies itself by 0x%x)"

/* The CPU has no interface to the interrupt controller, or it is none of the 8 that a GICv2 has.
 * Cure: correct gicd_base; otherwise none, report it. */
#define MSG_GIC_INTERFACE \
	ENODEV, "CPU %u has no interface of the interrupt controller behind gicd_base 0x%llx"

/* The machine shows each page of the interrupt controller several times, and the two pages there are
 * the same one. Cure: the last page of the first block, where the next one begins right behind it:
 * 0xf000 more where blocks are 64 KiB. */
#define MSG_GIC_ALIAS ENODEV, "%s 0x%llx: the second page there shows the first one again"

/* The three addresses do not belong together. Cure: take them from the device tree of the machine. */
#define MSG_GIC_VIRTUAL \
	ENODEV, "gicv_base 0x%llx does not show what gich_base sets, or gicc_base 0x%llx does"

/* The interrupt does not follow its cause: it is another one, or nothing is connected to it. Cure:
 * take it from the device tree of the machine and add 16 to a PPI number. */
#define MSG_GIC_MAINTENANCE \
	ENODEV, "CPU %u: interrupt %u, maintenance_irq, is not the maintenance interrupt"

/* Linux uses an interrupt of the extended ranges, which are not supported. Cure: keep the device
 * that has it out of use. */
#define MSG_GIC_EXTENDED \
	ENODEV, "interrupt %u is enabled, but extended interrupts are not supported"

/* The chain of redistributors does not end. Cure: correct gicr_base or gic_version. */
#define MSG_GICR_COUNT ENODEV, "gicr_base 0x%llx: no last redistributor among %u"

/* Linux does not use the interrupt controller as GICv3. Cure: none, report it. */
#define MSG_GICD_ARE \
	ENODEV, "interrupt distributor does not use affinity routing (GICD_CTLR is 0x%x)"

/* No redistributor is for this CPU. Cure: correct gicr_base or gic_version (4 for a doubled stride). */
#define MSG_GICR_MISSING \
	ENODEV, "CPU %u (MPIDR 0x%llx) has no redistributor behind gicr_base 0x%llx"

/* The redistributor does not wake up. Cure: none known, report it. */
#define MSG_GICR_ASLEEP EIO, "redistributor of CPU %u does not wake up"

/* A redistributor uses memory that is not the root cell's. Cure: give the root cell all memory that
 * Linux has. */
#define MSG_GICR_TABLE EINVAL, "CPU %u: %s is 0x%llx, which is not memory of the root cell"

/* The interrupt translation service uses memory that is not the root cell's. Cure: give the root cell
 * all memory that Linux has. */
#define MSG_ITS_TABLE \
	EINVAL, "ITS 0x%llx: register 0x%x is 0x%llx, which is not memory of the root cell"

/* The interrupt translation service does not execute its commands. Cure: none known, report it. */
#define MSG_ITS_BUSY \
	EIO, "ITS 0x%llx does not execute its commands: GITS_CWRITER is 0x%llx, GITS_CREADR 0x%llx"

/* Linux was replaced by another one, a crash kernel for instance, which has given the interrupt
 * translation service another queue. Cure: reboot. */
#define MSG_ITS_MOVED                                                                             \
	EBUSY, "ITS 0x%llx: the root cell has changed GITS_CBASER to 0x%llx since it was 0x%llx " \
	       "at enable"

/* x86 */

/* The counter's frequency is missing. Cure: set tsc_khz, or use a driver that fills it in. */
#define MSG_TSC_KHZ EINVAL, "tsc_khz is %u, expected %u to %u"

/* The processor has no AMD-V, or whoever runs beneath Linux hides it. Cure: none, another machine. */
#define MSG_NO_SVM ENODEV, "CPU %u has no AMD-V (SVM)"

/* AMD-V is off. Cure: switch it on in the setup of the firmware ("SVM mode"). */
#define MSG_SVM_DISABLED ENODEV, "AMD-V is switched off by the firmware on CPU %u (VM_CR is 0x%llx)"

/* Another hypervisor, mostly KVM, holds AMD-V. Cure: end its guests and unload kvm_amd. */
#define MSG_SVM_IN_USE EBUSY, "AMD-V is in use on CPU %u"

/* The processor is too old. Cure: none, another machine. */
#define MSG_NO_NPT ENODEV, "CPU %u has no nested paging (SVM features are 0x%x)"

/* The processor has no VT-x, or the firmware hides it. Cure: another machine, or its setup. */
#define MSG_NO_VMX ENODEV, "CPU %u has no VT-x"

/* VT-x is off. Cure: switch it on in the setup of the firmware ("Intel Virtualization Technology"). */
#define MSG_VMX_DISABLED \
	ENODEV, "VT-x is switched off by the firmware on CPU %u (IA32_FEATURE_CONTROL is 0x%llx)"

/* Another hypervisor, mostly KVM, holds VT-x. Cure: end its guests and unload kvm_intel. */
#define MSG_VMX_IN_USE EBUSY, "VT-x is in use on CPU %u (CR4 is 0x%llx)"

/* The processor is too old, or a hypervisor below Linux keeps these features to itself. Cure: none,
 * another machine. */
#define MSG_VMX_MISSING ENODEV, "VT-x of CPU %u lacks: %s"

/* Linux runs with bits that VT-x forbids. Cure: none known, please report it. */
#define MSG_VMX_CR0                                                                         \
	ENODEV, "CR0 of CPU %u is 0x%llx, VT-x needs the bits 0x%llx and permits the bits " \
		"0x%llx"

/* Linux samples with records that the processor writes to Linux's own addresses, whoever runs. Cure: end
 * "perf record" with precise events. */
#define MSG_PEBS EBUSY, "CPU %u samples precise events (PEBS_ENABLE is 0x%llx)"

/* Linux lets the processor write a trace of all branches to memory, past the tables of the cells. Cure:
 * end "perf record" with intel_pt. */
#define MSG_TRACE EBUSY, "CPU %u writes a trace to memory (RTIT_CTL is 0x%llx)"

/* The hypervisor's own control block is wrong. Cure: none, please report it. */
#define MSG_VMX_ENTRY EIO, "trial entry of Linux on CPU %u is refused with VT-x error %llu: %s"

/* Linux could not go on as a guest. Cure: compare the memory regions with /proc/iomem: that of the
 * kernel, where the entry was tried, must be among them. */
#define MSG_TRIAL_ENTRY                                                                             \
	EINVAL, "trial entry of Linux on CPU %u ends with exit 0x%llx (0x%llx, address 0x%llx) at " \
		"0x%llx"

/* A typing error. Cure: use 0 (as Linux has it), 1 (xAPIC) or 2 (x2APIC). */
#define MSG_APIC_MODE_UNKNOWN EINVAL, "apic_mode is %u, expected 0 to 2"

/* The configuration is for a machine in the other mode. Cure: set apic_mode to 0, or boot Linux so
 * that it uses the other mode. */
#define MSG_APIC_MODE EINVAL, "apic_mode is %s, but Linux uses the local APICs in %s mode"

/* Interrupts of devices would reach two CPUs. Cure: let Linux use x2APIC mode, or give the cell
 * another CPU. */
#define MSG_APIC_LOGICAL \
	EBUSY, "CPU %u (APIC id %u) would get interrupts that Linux sends to CPU %u in xAPIC mode"

/* Linux has moved or disabled a local APIC. Cure: none known, report it. */
#define MSG_APIC_BASE \
	ENODEV, "APIC_BASE of CPU %u is 0x%llx, expected 0xfee00000, enabled, in %s mode"

/* That cannot be memory of a cell. Cure: leave them out of the region. */
#define MSG_REGION_REGISTERS \
	EINVAL, "memory region %u (0x%llx+0x%llx at 0x%llx) contains %s (0x%llx)"

/* Pins of an I/O APIC are counted from 0. Cure: set pin_base to 0. */
#define MSG_IRQCHIP_PIN_BASE_X86 EINVAL, "irqchip %u has pin_base %u, expected 0"

/* There are 65536 ports. Cure: correct the range. */
#define MSG_PIO_RANGE EINVAL, "PIO region %u (0x%x+0x%x) does not lie in 0 to 0xffff"

/* The timer has four ports. Cure: take its address from the FADT or /proc/ioports (ACPI PM_TMR). */
#define MSG_PM_TIMER EINVAL, "pm_timer_address is 0x%x, expected at most 0x%x"

/* Ports that reset the machine or configure PCI devices are not for cells. Cure: leave them out. */
#define MSG_PIO_MACHINE \
	EINVAL, "PIO region %u (0x%x+0x%x) contains port 0x%x, which no cell but the root can have"

/* Two cells want the same port. Cure: change the configuration of one of them. */
#define MSG_CONFLICT_PIO EBUSY, "PIO region %u (0x%x+0x%x): port 0x%x belongs to cell \"%s\""

/* Not an address of an I/O APIC. Cure: take it from /proc/iomem. */
#define MSG_IOAPIC_ADDRESS \
	EINVAL, "irqchip %u has the address 0x%llx, expected a page of an I/O APIC below 0x%llx"

/* Nothing answers at that address. Cure: take it from /proc/iomem. */
#define MSG_IOAPIC_SILENT \
	ENODEV, "irqchip %u (0x%llx): no I/O APIC there (its version register is 0x%x)"

/* More I/O APICs than are supported. Cure: none, report it. */
#define MSG_IOAPIC_COUNT E2BIG, "irqchip %u: more than %u I/O APICs"

/* The root cell does not have that I/O APIC. Cure: correct the address. */
#define MSG_IOAPIC_UNKNOWN EINVAL, "irqchip %u (0x%llx) is no I/O APIC of the system configuration"

/* The I/O APIC has fewer pins. Cure: correct pin_bitmap. */
#define MSG_IOAPIC_PIN EINVAL, "irqchip %u has pin %u, but the I/O APIC has %u pins"

/* The pin is not the root cell's to give. Cure: add it to the system configuration, or end the cell
 * that has it. */
#define MSG_IOAPIC_NOT_ROOT EBUSY, "irqchip %u (0x%llx): pin %u does not belong to the root cell"

#endif /* CORE_MESSAGES_H */
