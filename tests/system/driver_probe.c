/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Talks to the driver without the checks that the tool makes first, to see that the driver makes
 * its own.
 *
 *	driver_probe enable [KEY=VALUE]...	a system configuration with one memory region:
 *		signature revision architecture name	of its header
 *		phys size		hypervisor memory (the driver chooses, 4 MiB)
 *		cpus			bits (0xf)
 *		bytes			of the CPU bitmap (8)
 *		regions			says that there are so many memory regions (1)
 *		ram			size of the region, which starts at 0 (all)
 *		irqchip			address of an interrupt controller (none)
 *		repeat			times (1)
 *	driver_probe disable
 *	driver_probe create|load|start|destroy [name=...]	of a cell
 *	driver_probe pointer		a configuration at address 8
 *	driver_probe number		an ioctl that does not exist
 *	driver_probe beside		an ioctl while somebody waits for text of the same open file
 *	driver_probe nonblock		shows what a read that does not block gives
 *	driver_probe busy [cpus=BIT] [repeat=SECONDS]	keeps a CPU from everybody else
 *
 * Prints what the driver says about a failure. Exit status: 0 success, 1 failure.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include <jailhouse/cell-config.h>
#include <jailhouse/driver.h>

#ifdef __x86_64__
#define ARCHITECTURE JAILHOUSE_X86
#else
#define ARCHITECTURE JAILHOUSE_ARM64
#endif

struct options {
	const char *signature, *name;
	u64 revision, architecture, phys, size, cpus, bytes, regions, ram, irqchip, repeat;
};

static struct options options = {
	.signature = JAILHOUSE_SYSTEM_SIGNATURE,
	.name = "probe",
	.revision = JAILHOUSE_CONFIG_REVISION,
	.architecture = ARCHITECTURE,
	.phys = JAILHOUSE_PHYS_ANY,
	.size = 4 << 20,
	.bytes = 8,
	.regions = 1,
	.ram = 1ULL << 52,
	.repeat = 1,
};

static const struct {
	const char *key;
	u64 *value;
} numbers[] = {
	{ "revision", &options.revision }, { "architecture", &options.architecture },
	{ "phys", &options.phys },	   { "size", &options.size },
	{ "cpus", &options.cpus },	   { "bytes", &options.bytes },
	{ "regions", &options.regions },   { "repeat", &options.repeat },
	{ "ram", &options.ram },	   { "irqchip", &options.irqchip },
};

static int set_option(char *argument)
{
	char *value = strchr(argument, '=');
	size_t n;

	if (!value)
		return -1;
	*value++ = 0;
	if (!strcmp(argument, "signature")) {
		options.signature = value;
		return 0;
	}
	if (!strcmp(argument, "name")) {
		options.name = value;
		return 0;
	}
	for (n = 0; n < ARRAY_SIZE(numbers); n++)
		if (!strcmp(argument, numbers[n].key)) {
			*numbers[n].value = strtoull(value, NULL, 0);
			return 0;
		}
	return -1;
}

static int report(int device, int result)
{
	struct jailhouse_error error;

	if (!result)
		return 0;
	if (ioctl(device, JAILHOUSE_ERROR, &error)) {
		perror("no error text");
		return 1;
	}
	printf("%s (%d, %s:%u)\n", error.text, error.code, error.file, error.line);
	return 1;
}

static int enable(int device)
{
	struct {
		struct jailhouse_system system;
		u64 cpus;
		struct jailhouse_memory region;
		struct jailhouse_irqchip irqchip;
	} __attribute__((packed)) config = {
		.system = {
			.architecture = options.architecture,
			.revision = options.revision,
			.hypervisor_memory = { .phys_start = options.phys, .size = options.size },
			.root_cell = {
				.cpu_set_size = options.bytes,
				.num_memory_regions = options.regions,
				.num_irqchips = !!options.irqchip,
			},
		},
		.cpus = options.cpus,
		.region = {
			.size = options.ram,
			.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE |
				 JAILHOUSE_MEM_EXECUTE,
		},
		.irqchip = { .address = options.irqchip },
	};
	int failed = 0;

	memcpy(config.system.signature, options.signature,
	       strnlen(options.signature, sizeof(config.system.signature)));
	memcpy(config.system.root_cell.name, options.name,
	       strnlen(options.name, sizeof(config.system.root_cell.name)));
	while (options.repeat--)
		failed = report(device, ioctl(device, JAILHOUSE_ENABLE, &config));
	return failed;
}

static int create(int device)
{
	struct jailhouse_cell_desc cell = {
		.signature = JAILHOUSE_CELL_DESC_SIGNATURE,
		.architecture = options.architecture,
		.revision = options.revision,
		.name = "probe",
	};
	struct jailhouse_cell_create argument = {
		.config_address = (uintptr_t)&cell,
		.config_size = sizeof(cell),
	};

	return report(device, ioctl(device, JAILHOUSE_CELL_CREATE, &argument));
}

static int load(int device)
{
	struct jailhouse_cell_load argument = { .cell_id = { .id = JAILHOUSE_CELL_ID_UNUSED } };

	memcpy(argument.cell_id.name, options.name,
	       strnlen(options.name, sizeof(argument.cell_id.name)));
	return report(device, ioctl(device, JAILHOUSE_CELL_LOAD, &argument));
}

static int cell(int device, unsigned long number)
{
	struct jailhouse_cell_id id = { .id = JAILHOUSE_CELL_ID_UNUSED };

	memcpy(id.name, options.name, strnlen(options.name, sizeof(id.name)));
	return report(device, ioctl(device, number, &id));
}

static int beside(int device)
{
	char text[4096];
	pid_t reader;
	int result;

	fcntl(device, F_SETFL, 0);
	reader = fork();
	if (reader < 0)
		return 1;
	while (!reader)
		if (read(device, text, sizeof(text)) < 0)
			_exit(1);
	sleep(1);
	result = report(device, ioctl(device, JAILHOUSE_DISABLE));
	kill(reader, SIGKILL);
	return result;
}

static int nonblock(int device)
{
	char text[100];
	ssize_t size;

	while ((size = read(device, text, sizeof(text))) > 0)
		fwrite(text, 1, size, stdout);
	printf("at the end: %zd\n", size);
	return size != 0;
}

static int busy(void)
{
	struct sched_param priority = { .sched_priority = 99 };
	time_t end = time(NULL) + options.repeat;
	cpu_set_t cpus;
	int n;

	CPU_ZERO(&cpus);
	for (n = 0; n < 64; n++)
		if (options.cpus >> n & 1)
			CPU_SET(n, &cpus);
	if (sched_setaffinity(0, sizeof(cpus), &cpus) ||
	    sched_setscheduler(0, SCHED_FIFO, &priority)) {
		perror("driver_probe: busy");
		return 1;
	}
	while (time(NULL) < end)
		;
	return 0;
}

static int run(int device, const char *verb)
{
	if (!strcmp(verb, "enable"))
		return enable(device);
	if (!strcmp(verb, "disable"))
		return report(device, ioctl(device, JAILHOUSE_DISABLE));
	if (!strcmp(verb, "create"))
		return create(device);
	if (!strcmp(verb, "load"))
		return load(device);
	if (!strcmp(verb, "start"))
		return cell(device, JAILHOUSE_CELL_START);
	if (!strcmp(verb, "destroy"))
		return cell(device, JAILHOUSE_CELL_DESTROY);
	if (!strcmp(verb, "pointer"))
		return report(device, ioctl(device, JAILHOUSE_ENABLE, (void *)8));
	if (!strcmp(verb, "number"))
		return report(device, ioctl(device, _IO(0, 99)));
	if (!strcmp(verb, "beside"))
		return beside(device);
	if (!strcmp(verb, "nonblock"))
		return nonblock(device);
	fprintf(stderr, "driver_probe: no verb '%s'\n", verb);
	return 2;
}

int main(int argc, char **argv)
{
	int n, device;

	options.cpus = (2ULL << (sysconf(_SC_NPROCESSORS_CONF) - 1)) - 1;
	for (n = 2; n < argc; n++)
		if (set_option(argv[n])) {
			fprintf(stderr, "driver_probe: no option '%s'\n", argv[n]);
			return 2;
		}
	if (argc > 1 && !strcmp(argv[1], "busy"))
		return busy();
	device = open(JAILHOUSE_DEVICE, O_RDWR | O_NONBLOCK);
	if (device < 0) {
		perror(JAILHOUSE_DEVICE);
		return 2;
	}
	return run(device, argc > 1 ? argv[1] : "");
}
