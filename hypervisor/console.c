/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The console: lines in the ring of the CPU that writes them, and the record of the last error.
 *
 * A ring has one writer, its CPU, and readers that it does not know: the root cell reads the
 * memory. The order of stores (see <jailhouse/hypervisor.h>) lets a reader notice that a line was
 * replaced while it read.
 */
#include <core/cell.h>
#include <core/error.h>
#include <core/format.h>
#include <core/printk.h>
#include <core/string.h>
#include <core/system.h>
#include <core/uart.h>

#define MESSAGES_PER_SECOND 20

struct jailhouse_status status STATUS_PAGE;

/* The first error of an operation is the one to report. */
static u32 error_taken;

static struct jailhouse_console_line *line_current(struct cpu *cpu)
{
	return &cpu->ring->lines[cpu->line_sequence % JAILHOUSE_RING_LINES];
}

static void line_start(struct cpu *cpu, u8 flags)
{
	struct jailhouse_console_line *line;
	u32 sequence = ++cpu->line_sequence;

	line = line_current(cpu);
	write_once(line->sequence, 0);
	__atomic_thread_fence(__ATOMIC_RELEASE);
	line->time = arch_counter();
	line->length = 0;
	line->flags = flags;
	line->cell = cpu->cell ? (u16)cpu->cell->id : 0;
	__atomic_thread_fence(__ATOMIC_RELEASE);
	write_once(line->sequence, sequence);
	cpu->line_open = true;
}

static void line_end(struct cpu *cpu, u8 flags)
{
	struct jailhouse_console_line *line = line_current(cpu);

	__atomic_thread_fence(__ATOMIC_RELEASE);
	write_once(line->flags, line->flags | flags);
	cpu->line_open = false;
}

static void line_putc(struct cpu *cpu, char c, u8 flags)
{
	struct jailhouse_console_line *line;

	if (!cpu->line_open)
		line_start(cpu, flags);
	if (c == '\n') {
		line_end(cpu, JAILHOUSE_LINE_COMPLETE);
		return;
	}
	line = line_current(cpu);
	if (line->length == JAILHOUSE_LINE_TEXT) {
		line_end(cpu, JAILHOUSE_LINE_CONTINUED);
		line_start(cpu, flags);
		line = line_current(cpu);
	}
	line->text[line->length] = c;
	__atomic_thread_fence(__ATOMIC_RELEASE);
	write_once(line->length, line->length + 1);
}

void console_putc(struct cpu *cpu, char c)
{
	if (c != '\r')
		line_putc(cpu, c, 0);
}

static void line_write(struct cpu *cpu, const char *text)
{
	/* A cell may have been in the middle of a line. */
	if (cpu->line_open)
		line_end(cpu, JAILHOUSE_LINE_COMPLETE);
	for (; *text; text++)
		line_putc(cpu, *text, JAILHOUSE_LINE_HYPERVISOR);
	line_putc(cpu, '\n', JAILHOUSE_LINE_HYPERVISOR);
}

void printk(const char *fmt, ...)
{
	struct cpu *cpu = this_cpu();
	char text[2 * JAILHOUSE_LINE_TEXT];
	va_list ap;

	va_start(ap, fmt);
	format(text, sizeof(text), fmt, ap);
	va_end(ap);
	line_write(cpu, text);
	/* Only CPUs of the root cell may be held up by a UART, and those that do nothing else any more. */
	if (!cpu->cell || cell_is_root(cpu->cell) || cpu->state == CPU_DEAD)
		uart_write_line(text);
}

bool printk_allowed(struct cpu *cpu)
{
	u64 now = arch_counter();

	if (now - cpu->log_window >= arch_counter_hz()) {
		u32 dropped = cpu->log_dropped;

		cpu->log_window = now;
		cpu->log_count = 0;
		cpu->log_dropped = 0;
		if (dropped)
			printk("CPU %u: %u more messages were not shown", cpu->id, dropped);
	}
	if (cpu->log_count >= MESSAGES_PER_SECOND) {
		cpu->log_dropped++;
		return false;
	}
	cpu->log_count++;
	return true;
}

void error_begin(void)
{
	store_release(&error_taken, 0);
}

int error_set(const char *file, unsigned int line, int code, const char *fmt, ...)
{
	va_list ap;
	size_t length;

	if (!atomic_change(&error_taken, 0, 1))
		return -code;

	va_start(ap, fmt);
	format(status.text, sizeof(status.text), fmt, ap);
	va_end(ap);
	length = strnlen(file, 512);
	if (length > sizeof(status.file) - 1)
		file += length - (sizeof(status.file) - 1);
	memset(status.file, 0, sizeof(status.file));
	memcpy(status.file, file, strnlen(file, sizeof(status.file) - 1));
	status.line = line;
	status.code = -code;
	__atomic_thread_fence(__ATOMIC_RELEASE);
	write_once(status.sequence, status.sequence + 1);
	printk("error: %s", status.text);
	return -code;
}
