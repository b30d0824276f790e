/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The console: one stream of text out of the rings of all CPUs.
 *
 * Lines of all CPUs come in the order in which they were started. Each open file has a cursor: how
 * far it has read on each CPU. A line of which only a part is there yet waits until it has not grown
 * for a while, so that lines of different CPUs do not mix, unless the reader wants what there is.
 *
 * The rings are those of the hypervisor while it has the machine, and a copy afterwards; a cursor
 * that was used with an earlier hypervisor starts again.
 */
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "arch.h"

/* A line that has not grown for so long is shown before its end. */
#define LINE_SETTLES_MS 50
#define LINE_MAX_OUT	(JAILHOUSE_LINE_TEXT + JAILHOUSE_CELL_NAME_MAXLEN + 64)

struct cpu_cursor {
	u32 next;	       /* number of the line to read, from 1 */
	u8 shown;	       /* bytes of it that were read already */
	bool continued;	       /* it continues the line before */
	u8 seen;	       /* bytes of it that were there when it was looked at */
	u32 seen_line;	       /* the line that this says of */
	unsigned long seen_at; /* jiffies */
};

struct console_cursor {
	u32 generation;
	int open_cpu; /* whose text has no newline yet, -1 = nobody's */
	struct cpu_cursor cpu[];
};

struct cell_name {
	char name[JAILHOUSE_CELL_NAME_MAXLEN + 1];
};

static DEFINE_MUTEX(console_lock);
static struct {
	u32 generation; /* counts hypervisors */
	u32 cpus;
	const void *base; /* ring of CPU 0 */
	size_t stride;
	struct jailhouse_console_ring *copy;
	struct cell_name *names; /* by id; there cannot be more cells than CPUs */
} console;

struct console_cursor *console_open(void)
{
	struct console_cursor *cursor;

	cursor = kzalloc(struct_size(cursor, cpu, nr_cpu_ids), GFP_KERNEL);
	if (cursor)
		cursor->open_cpu = -1;
	return cursor;
}

void console_close(struct console_cursor *cursor)
{
	kfree(cursor);
}

static const struct jailhouse_console_line *ring_slot(u32 cpu, u32 number)
{
	const struct jailhouse_console_ring *ring = console.base + cpu * console.stride;

	return &ring->lines[number % JAILHOUSE_RING_LINES];
}

/*
 * Copies line @number of @cpu. Returns its sequence in the ring: @number, something lower when it
 * was not written yet, something higher when it was overwritten.
 */
static u32 line_read(u32 cpu, u32 number, struct jailhouse_console_line *line)
{
	const struct jailhouse_console_line *slot = ring_slot(cpu, number);
	u32 sequence = READ_ONCE(slot->sequence);

	if (sequence != number)
		return sequence;
	line->flags = READ_ONCE(slot->flags);
	line->length = min_t(u8, READ_ONCE(slot->length), JAILHOUSE_LINE_TEXT);
	smp_rmb(); /* flags, then length, then the text that they speak of */
	line->time = slot->time;
	line->cell = slot->cell;
	memcpy(line->text, slot->text, line->length);
	smp_rmb(); /* text, then the proof that it was not overwritten */
	return READ_ONCE(slot->sequence);
}

/* The oldest line of a ring that has wrapped around. */
static u32 line_oldest(u32 cpu)
{
	u32 n, sequence, newest = 0;

	for (n = 0; n < JAILHOUSE_RING_LINES; n++) {
		sequence = READ_ONCE(ring_slot(cpu, n)->sequence);
		newest = max(newest, sequence);
	}
	return newest < JAILHOUSE_RING_LINES ? 1 : newest - JAILHOUSE_RING_LINES + 1;
}

/* Finds the next line of @cpu, and how many were lost before it. */
static bool line_next(struct cpu_cursor *at, u32 cpu, struct jailhouse_console_line *line,
		      u32 *lost)
{
	unsigned int attempt;
	u32 sequence, number = at->next;

	for (attempt = 0; attempt < JAILHOUSE_RING_LINES; attempt++) {
		sequence = line_read(cpu, number, line);
		if (sequence == number) {
			*lost = number - at->next;
			line->sequence = number;
			/* A line that another one follows will not grow any more. */
			if (READ_ONCE(ring_slot(cpu, number + 1)->sequence) == number + 1 &&
			    !(line->flags & JAILHOUSE_LINE_CONTINUED))
				line->flags |= JAILHOUSE_LINE_COMPLETE;
			return true;
		}
		if (sequence < number)
			return false;
		/* Overtaken; the writer may be at the oldest line just now. */
		number = max(line_oldest(cpu), number + 1);
	}
	return false;
}

static bool line_is_whole(const struct jailhouse_console_line *line)
{
	return line->flags & (JAILHOUSE_LINE_COMPLETE | JAILHOUSE_LINE_CONTINUED);
}

/* Has the beginning of a line been there for a while, as it is? */
static bool line_settled(struct cpu_cursor *at, const struct jailhouse_console_line *line)
{
	if (at->seen_line != line->sequence || at->seen != line->length) {
		at->seen_line = line->sequence;
		at->seen = line->length;
		at->seen_at = jiffies;
		return false;
	}
	return time_after_eq(jiffies, at->seen_at + msecs_to_jiffies(LINE_SETTLES_MS));
}

/* Is there something of @line to show? */
static bool line_is_due(struct cpu_cursor *at, const struct jailhouse_console_line *line, u32 lost,
			bool all)
{
	if (line_is_whole(line))
		return true;
	if (!lost && line->length <= at->shown)
		return false;
	return all || line_settled(at, line);
}

/* Chooses the CPU whose line comes next; -1 when there is nothing to show. */
static int choose(struct console_cursor *cursor, struct jailhouse_console_line *best, u32 *lost,
		  bool all)
{
	struct jailhouse_console_line line;
	u32 cpu, line_lost;
	int chosen = -1;

	for (cpu = 0; cpu < console.cpus; cpu++) {
		if (!line_next(&cursor->cpu[cpu], cpu, &line, &line_lost))
			continue;
		if (!line_is_due(&cursor->cpu[cpu], &line, line_lost, all))
			continue;
		/* What was begun is finished first, if that is possible. */
		if (chosen >= 0 && cursor->open_cpu != cpu && line.time >= best->time)
			continue;
		chosen = cpu;
		*best = line;
		*lost = line_lost;
		if (cursor->open_cpu == cpu)
			break;
	}
	return chosen;
}

static const char *cell_name(u32 id)
{
	return id < console.cpus + 1 && console.names[id].name[0] ? console.names[id].name : "?";
}

/* Formats what is new of @line; @buffer has room for LINE_MAX_OUT bytes. */
static size_t line_format(struct console_cursor *cursor, u32 cpu,
			  const struct jailhouse_console_line *line, u32 lost, char *buffer)
{
	struct cpu_cursor *at = &cursor->cpu[cpu];
	bool fresh;
	size_t n = 0;

	if (lost) {
		at->shown = 0;
		at->continued = false;
	}
	at->shown = min(at->shown, line->length);
	fresh = !at->shown && !at->continued;
	if (cursor->open_cpu >= 0 && (cursor->open_cpu != cpu || fresh))
		buffer[n++] = '\n';
	if (lost)
		n += scnprintf(buffer + n, LINE_MAX_OUT - n, "[%u lines of CPU %u lost]\n", lost,
			       cpu);
	if (fresh && !(line->flags & JAILHOUSE_LINE_HYPERVISOR))
		n += scnprintf(buffer + n, LINE_MAX_OUT - n, "[%s] ", cell_name(line->cell));
	memcpy(buffer + n, line->text + at->shown, line->length - at->shown);
	n += line->length - at->shown;

	cursor->open_cpu = cpu;
	at->next = line->sequence;
	at->shown = line->length;
	if (!line_is_whole(line))
		return n;
	at->next++;
	at->shown = 0;
	at->continued = line->flags & JAILHOUSE_LINE_CONTINUED;
	if (line->flags & JAILHOUSE_LINE_COMPLETE) {
		at->continued = false;
		cursor->open_cpu = -1;
		buffer[n++] = '\n';
	}
	return n;
}

static void cursor_restart(struct console_cursor *cursor)
{
	u32 cpu;

	if (cursor->generation == console.generation)
		return;
	cursor->generation = console.generation;
	cursor->open_cpu = -1;
	memset(cursor->cpu, 0, nr_cpu_ids * sizeof(cursor->cpu[0]));
	for (cpu = 0; cpu < nr_cpu_ids; cpu++)
		cursor->cpu[cpu].next = 1;
}

size_t console_read(struct console_cursor *cursor, char *buffer, size_t size, bool all)
{
	struct jailhouse_console_line line;
	size_t n = 0;
	u32 lost;
	int cpu;

	mutex_lock(&console_lock);
	cursor_restart(cursor);
	while (console.base && size - n >= LINE_MAX_OUT) {
		cpu = choose(cursor, &line, &lost, all);
		if (cpu < 0)
			break;
		n += line_format(cursor, cpu, &line, lost, buffer + n);
	}
	mutex_unlock(&console_lock);
	return n;
}

/* console_lock held, or nobody else there any more */
static void console_drop(void)
{
	vfree(console.copy);
	kvfree(console.names);
	console.copy = NULL;
	console.names = NULL;
	console.base = NULL;
}

int console_attach(const struct image *image, u32 cpus, struct jailhouse_error *why)
{
	struct jailhouse_console_ring *copy = vzalloc(cpus * sizeof(*copy));
	struct cell_name *names = kvcalloc(cpus + 1, sizeof(*names), GFP_KERNEL);

	if (!copy || !names) {
		vfree(copy);
		kvfree(names);
		return refuse(why, -ENOMEM, "out of memory for the console of %u CPUs", cpus);
	}
	mutex_lock(&console_lock);
	console_drop();
	console.generation++;
	console.cpus = cpus;
	console.copy = copy;
	console.names = names;
	console.base = image->virt + image->header->image_size + image->header->ring_offset;
	console.stride = image->header->percpu_size;
	mutex_unlock(&console_lock);
	return 0;
}

void console_detach(void)
{
	u32 cpu;

	mutex_lock(&console_lock);
	for (cpu = 0; cpu < console.cpus; cpu++)
		memcpy(&console.copy[cpu], console.base + cpu * console.stride,
		       sizeof(console.copy[cpu]));
	console.base = console.copy;
	console.stride = sizeof(*console.copy);
	mutex_unlock(&console_lock);
}

void console_name_cell(u32 id, const char *name)
{
	mutex_lock(&console_lock);
	if (console.names && id < console.cpus + 1)
		strscpy(console.names[id].name, name, sizeof(console.names[id].name));
	mutex_unlock(&console_lock);
}

void console_exit(void)
{
	mutex_lock(&console_lock);
	console_drop();
	mutex_unlock(&console_lock);
}
