/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Configuration files: is this one, for this machine, and all of it?
 *
 * Every check has a sentence of its own, because what a user gets wrong is mostly which file he
 * names.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include <jailhouse/driver.h>

#include "internal.h"

static const char *const signatures[] = {
	[JH_CONFIG_SYSTEM] = JAILHOUSE_SYSTEM_SIGNATURE,
	[JH_CONFIG_CELL] = JAILHOUSE_CELL_DESC_SIGNATURE,
};

static const char *const kinds[] = {
	[JH_CONFIG_SYSTEM] = "system",
	[JH_CONFIG_CELL] = "cell",
};

static const char *const architectures[] = {
	[JAILHOUSE_X86] = "x86",
	[JAILHOUSE_ARM] = "arm",
	[JAILHOUSE_ARM64] = "arm64",
	[JAILHOUSE_RISCV64] = "riscv64",
};

static const char *architecture_name(unsigned int architecture)
{
	return architecture < ARRAY_SIZE(architectures) ? architectures[architecture] : "unknown";
}

int jh_architecture_of(const char *machine)
{
	if (!strcmp(machine, "x86_64"))
		return JAILHOUSE_X86;
	if (!strcmp(machine, "aarch64"))
		return JAILHOUSE_ARM64;
	if (!strcmp(machine, "riscv64"))
		return JAILHOUSE_RISCV64;
	return -1;
}

static bool signature_is(const void *data, enum jh_config_kind kind)
{
	return !memcmp(data, signatures[kind], JAILHOUSE_SIGNATURE_LENGTH);
}

static int check_signature(const char *origin, const char *data, enum jh_config_kind kind,
			   struct jh_error *error)
{
	char shown[JAILHOUSE_SIGNATURE_LENGTH + 1] = "";
	size_t i;

	if (signature_is(data, kind))
		return 0;
	if (kind == JH_CONFIG_SYSTEM && signature_is(data, JH_CONFIG_CELL))
		return jh_fail(error, EINVAL, "%s: this is a cell configuration; use 'cell create'",
			       origin);
	if (kind == JH_CONFIG_CELL && signature_is(data, JH_CONFIG_SYSTEM))
		return jh_fail(error, EINVAL, "%s: this is a system configuration; use 'enable'",
			       origin);

	for (i = 0; i < JAILHOUSE_SIGNATURE_LENGTH; i++)
		shown[i] = isprint((unsigned char)data[i]) ? data[i] : '.';
	return jh_fail(error, EINVAL,
		       "%s: not a %s configuration: signature \"%s\" instead of \"%s\"", origin,
		       kinds[kind], shown, signatures[kind]);
}

static int check_header(const char *origin, unsigned int architecture, unsigned int revision,
			unsigned int wanted, struct jh_error *error)
{
	if (revision != JAILHOUSE_CONFIG_REVISION)
		return jh_fail(error, EINVAL, "%s: configuration revision %u instead of %u", origin,
			       revision, JAILHOUSE_CONFIG_REVISION);
	if (architecture != wanted)
		return jh_fail(error, EINVAL,
			       "%s: made for architecture %u (%s), this machine is %u (%s)", origin,
			       architecture, architecture_name(architecture), wanted,
			       architecture_name(wanted));
	return 0;
}

static int check_cell(const char *origin, const struct jailhouse_cell_desc *cell,
		      struct jh_error *error)
{
	if (!memchr(cell->name, 0, sizeof(cell->name)))
		return jh_fail(error, EINVAL,
			       "%s: cell name \"%.*s...\" does not end within %d characters",
			       origin, (int)sizeof(cell->name), cell->name,
			       JAILHOUSE_CELL_NAME_MAXLEN);
	if (!cell->name[0])
		return jh_fail(error, EINVAL, "%s: the cell has no name", origin);
	return 0;
}

int jh_config_check(const char *origin, const void *data, size_t size, enum jh_config_kind kind,
		    unsigned int architecture, struct jh_error *error)
{
	size_t header = kind == JH_CONFIG_SYSTEM ? sizeof(struct jailhouse_system) :
						   sizeof(struct jailhouse_cell_desc);
	/* Signature, architecture and revision are at the same place in both. */
	const struct jailhouse_cell_desc *cell = data;
	u64 whole;

	if (size < JAILHOUSE_SIGNATURE_LENGTH)
		return jh_fail(error, EINVAL,
			       "%s: not a %s configuration: only %zu bytes, its header has %zu",
			       origin, kinds[kind], size, header);
	if (check_signature(origin, data, kind, error) < 0)
		return -1;
	if (size < header)
		return jh_fail(error, EINVAL, "%s: cut off: %zu bytes, the header alone has %zu",
			       origin, size, header);
	if (check_header(origin, cell->architecture, cell->revision, architecture, error) < 0)
		return -1;

	if (kind == JH_CONFIG_SYSTEM) {
		whole = jailhouse_system_config_size(data);
		cell = &((const struct jailhouse_system *)data)->root_cell;
	} else {
		whole = jailhouse_cell_config_size(cell);
	}
	if (size < whole)
		return jh_fail(error, EINVAL,
			       "%s: cut off: %zu bytes, its counts of regions need %llu", origin,
			       size, whole);
	return check_cell(origin, cell, error);
}

int jh_config_load(const char *path, enum jh_config_kind kind, struct jh_config *config,
		   struct jh_error *error)
{
	struct utsname machine;
	int architecture;

	if (uname(&machine) < 0)
		return jh_fail(error, errno, "cannot find out the architecture of this machine: %s",
			       strerror(errno));
	architecture = jh_architecture_of(machine.machine);
	if (architecture < 0)
		return jh_fail(error, ENODEV,
			       "architecture \"%s\" of this machine is not supported",
			       machine.machine);

	if (jh_read_file(path, JAILHOUSE_MAX_CONFIG_SIZE, &config->data, &config->size, error) < 0)
		return -1;
	if (jh_config_check(path, config->data, config->size, kind, architecture, error) < 0) {
		jh_config_free(config);
		return -1;
	}
	config->size = kind == JH_CONFIG_SYSTEM ? jailhouse_system_config_size(config->data) :
						  jailhouse_cell_config_size(config->data);
	return 0;
}

void jh_config_free(struct jh_config *config)
{
	free(config->data);
	config->data = NULL;
	config->size = 0;
}
