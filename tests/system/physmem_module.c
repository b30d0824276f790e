// SPDX-License-Identifier: GPL-2.0-only
/*
 * /dev/physmem: maps any physical address into a program, which /dev/mem does not do for RAM. The
 * program survives an abort as a signal; kernel code would not (arm64 has no fixup for external
 * aborts). Parameter "witness": physical address of a page of this module that nobody else uses.
 */
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>

static unsigned long witness;
module_param(witness, ulong, 0444);
MODULE_PARM_DESC(witness, "physical address of a zeroed page");

static unsigned long page;

static int physmem_mmap(struct file *file, struct vm_area_struct *vma)
{
	if (!pfn_valid(vma->vm_pgoff))
		vma->vm_page_prot = pgprot_noncached(vma->vm_page_prot);
	return remap_pfn_range(vma, vma->vm_start, vma->vm_pgoff, vma->vm_end - vma->vm_start,
			       vma->vm_page_prot);
}

static const struct file_operations physmem_ops = {
	.owner = THIS_MODULE,
	.mmap = physmem_mmap,
};

static struct miscdevice physmem = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "physmem",
	.fops = &physmem_ops,
};

static int __init physmem_init(void)
{
	int err;

	page = get_zeroed_page(GFP_KERNEL);
	if (!page)
		return -ENOMEM;
	witness = virt_to_phys((void *)page);
	err = misc_register(&physmem);
	if (err)
		free_page(page);
	return err;
}

static void __exit physmem_exit(void)
{
	misc_deregister(&physmem);
	free_page(page);
}

module_init(physmem_init);
module_exit(physmem_exit);
MODULE_DESCRIPTION("Access to physical memory for tests");
MODULE_LICENSE("GPL");
