/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Loads the next kernel, which "reboot(LINUX_REBOOT_CMD_KEXEC)" or a panic then starts.
 *
 *	kexec load KERNEL RAMDISK COMMANDLINE
 *	kexec crash KERNEL RAMDISK COMMANDLINE		for a panic, into the memory of crashkernel=
 *	kexec start					through an orderly end of the running kernel
 */
#include <fcntl.h>
#include <linux/reboot.h>
#include <stdio.h>
#include <string.h>
#include <sys/reboot.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifdef __x86_64__
#include <linux/kexec.h>

static int open_file(const char *name)
{
	int fd = open(name, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		perror(name);
	return fd;
}

static int load(const char *kernel, const char *ramdisk, const char *line, int crash)
{
	int kernel_fd = open_file(kernel), ramdisk_fd = open_file(ramdisk);

	if (kernel_fd < 0 || ramdisk_fd < 0)
		return 1;
	if (syscall(SYS_kexec_file_load, kernel_fd, ramdisk_fd, strlen(line) + 1, line,
		    crash ? KEXEC_FILE_ON_CRASH : 0UL) < 0) {
		perror("kexec_file_load");
		return 1;
	}
	return 0;
}
#else
#include "kexec_arm64.h"
#endif

int main(int argc, char **argv)
{
	if (argc == 5 && (!strcmp(argv[1], "load") || !strcmp(argv[1], "crash")))
		return load(argv[2], argv[3], argv[4], argv[1][0] == 'c');
	if (argc == 2 && !strcmp(argv[1], "start")) {
		reboot(LINUX_REBOOT_CMD_KEXEC);
		perror("reboot");
		return 1;
	}
	fprintf(stderr, "usage: kexec load|crash KERNEL RAMDISK COMMANDLINE | kexec start\n");
	return 2;
}
