/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Names of PCI capabilities for configuration files, numbered by the PCI and PCI Express
 * specifications. Linux has its own list, so kernel code does not get this one.
 */
#ifndef JAILHOUSE_PCI_IDS_H
#define JAILHOUSE_PCI_IDS_H

/* Capabilities in the first 256 bytes */
#define PCI_CAP_ID_PM	  0x01 /* power management */
#define PCI_CAP_ID_VPD	  0x03 /* vital product data */
#define PCI_CAP_ID_MSI	  0x05 /* message signalled interrupts */
#define PCI_CAP_ID_HT	  0x08 /* HyperTransport */
#define PCI_CAP_ID_VNDR	  0x09 /* vendor specific */
#define PCI_CAP_ID_DBG	  0x0a /* debug port */
#define PCI_CAP_ID_SSVID  0x0d /* subsystem ids of a bridge */
#define PCI_CAP_ID_SECDEV 0x0f /* secure device (AMD IOMMU) */
#define PCI_CAP_ID_EXP	  0x10 /* PCI Express */
#define PCI_CAP_ID_MSIX	  0x11 /* MSI-X */
#define PCI_CAP_ID_SATA	  0x12 /* SATA data and index */
#define PCI_CAP_ID_AF	  0x13 /* advanced features */

/* Extended capabilities, from offset 256 on */
#define PCI_EXT_CAP_ID_ERR     0x01 /* advanced error reporting */
#define PCI_EXT_CAP_ID_VC      0x02 /* virtual channel */
#define PCI_EXT_CAP_ID_DSN     0x03 /* device serial number */
#define PCI_EXT_CAP_ID_PWR     0x04 /* power budgeting */
#define PCI_EXT_CAP_ID_RCLD    0x05 /* root complex link declaration */
#define PCI_EXT_CAP_ID_RCILC   0x06 /* root complex internal link control */
#define PCI_EXT_CAP_ID_RCEC    0x07 /* root complex event collector */
#define PCI_EXT_CAP_ID_MFVC    0x08 /* multi-function virtual channel */
#define PCI_EXT_CAP_ID_VC9     0x09 /* virtual channel beside MFVC */
#define PCI_EXT_CAP_ID_RCRB    0x0a /* root complex register block */
#define PCI_EXT_CAP_ID_VNDR    0x0b /* vendor specific */
#define PCI_EXT_CAP_ID_CAC     0x0c /* configuration access correlation */
#define PCI_EXT_CAP_ID_ACS     0x0d /* access control services */
#define PCI_EXT_CAP_ID_ARI     0x0e /* alternative routing id */
#define PCI_EXT_CAP_ID_ATS     0x0f /* address translation services */
#define PCI_EXT_CAP_ID_SRIOV   0x10 /* single root virtualization */
#define PCI_EXT_CAP_ID_MRIOV   0x11 /* multi root virtualization */
#define PCI_EXT_CAP_ID_MCAST   0x12 /* multicast */
#define PCI_EXT_CAP_ID_PRI     0x13 /* page request interface */
#define PCI_EXT_CAP_ID_AMD_XXX 0x14 /* reserved for AMD */
#define PCI_EXT_CAP_ID_REBAR   0x15 /* resizable BARs */
#define PCI_EXT_CAP_ID_DPA     0x16 /* dynamic power allocation */
#define PCI_EXT_CAP_ID_TPH     0x17 /* transaction processing hints */
#define PCI_EXT_CAP_ID_LTR     0x18 /* latency tolerance reporting */
#define PCI_EXT_CAP_ID_SECPCI  0x19 /* secondary PCI Express */
#define PCI_EXT_CAP_ID_PMUX    0x1a /* protocol multiplexing */
#define PCI_EXT_CAP_ID_PASID   0x1b /* process address space id */
#define PCI_EXT_CAP_ID_DPC     0x1d /* downstream port containment */
#define PCI_EXT_CAP_ID_L1SS    0x1e /* L1 power management substates */
#define PCI_EXT_CAP_ID_PTM     0x1f /* precision time measurement */

#endif /* JAILHOUSE_PCI_IDS_H */
