/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A library that is interrupted while it signs has the key's numbers in its own memory, and nobody
 * can tell where. So all memory goes: the kernel takes the pages back and gives zeros. */
#include "base/sweep.h"

#include "base/attr.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
	BUFFER = 8192, /* longer than a line can be */
	FIRST_STACK = 1 << 20,
	/* On both sides of a thread's own variables: without the C library's not even raise works.
	 */
	KEPT = 64 * 1024,
};

struct sweep {
	uintptr_t own;      /* in the variables of this thread */
	uintptr_t frame;    /* in the stack at hand */
	uintptr_t file_end; /* of the last mapping of a file */
};

/* One line of /proc/self/maps. */
struct map {
	uintptr_t from;
	uintptr_t to;
	bool is_ours; /* may be written, and is shared with nobody */
	bool is_file;
	bool is_heap;
};

static uintptr_t
take_hex(const char **at)
{
	uintptr_t number = 0;

	for (;; (*at)++) {
		if (**at >= '0' && **at <= '9')
			number = number << 4 | (uintptr_t)(**at - '0');
		else if (**at >= 'a' && **at <= 'f')
			number = number << 4 | (uintptr_t)(**at - 'a' + 10);
		else
			return number;
	}
}

/* "FROM-TO rw-p OFFSET DEVICE INODE      NAME", and a NUL. */
static bool
read_map(struct map *map, const char *line)
{
	const char *inode;

	map->from = take_hex(&line);
	if (*line++ != '-')
		return false;
	map->to = take_hex(&line);
	if (strlen(line) < sizeof(" rw-p "))
		return false;
	map->is_ours = line[1] == 'r' && line[2] == 'w' && line[4] == 'p';
	inode = line + sizeof(" rw-p ") - 1;
	for (int field = 0; inode && field < 2; field++) {
		inode = strchr(inode, ' ');
		inode += inode != NULL;
	}
	map->is_file = !inode || *inode != '0';
	map->is_heap = strstr(line, "[heap]") != NULL;
	return true;
}

static void
drop(uintptr_t from, uintptr_t to)
{
	union {
		uintptr_t number;
		void *pointer;
	} at;

	at.number = from;
	/* Locked pages stay: they are those of secrets, and wiped. */
	if (from < to)
		(void)madvise(at.pointer, to - from, MADV_DONTNEED);
}

/* Where the stack of this thread may begin. That of the first is read from /proc, which is slow;
 * but the kernel keeps more than this free below it. */
static uintptr_t
stack_begin(uintptr_t frame)
{
	pthread_attr_t attr;
	void *begin = NULL;
	size_t size;

	if (gettid() == getpid())
		return frame - FIRST_STACK;
	if (pthread_getattr_np(pthread_self(), &attr))
		return frame;
	if (pthread_attr_getstack(&attr, &begin, &size))
		begin = NULL;
	(void)pthread_attr_destroy(&attr);
	return begin ? (uintptr_t)begin : frame;
}

/* Parts that were never touched are not mapped; the kernel passes over them. */
void
sweep_stack(void)
{
	uintptr_t frame = (uintptr_t)__builtin_frame_address(0);
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	uintptr_t to = (frame & ~(page - 1)) - page;

	drop(stack_begin(frame) & ~(page - 1), to);
}

static bool
holds(const struct map *map, uintptr_t place)
{
	return place >= map->from && place < map->to;
}

static void
sweep_map(struct sweep *s, const char *line)
{
	struct map map;
	uintptr_t low = (s->own & ~(uintptr_t)(KEPT - 1)) - KEPT;
	uintptr_t high = low + (uintptr_t)3 * KEPT;
	bool is_bss;

	if (!read_map(&map, line))
		return;
	/* What follows a file's mapping are the variables that begin as zero. */
	is_bss = map.from == s->file_end && !map.is_heap;
	if (map.is_file)
		s->file_end = map.to;
	if (map.is_file || !map.is_ours || is_bss || holds(&map, s->frame))
		return;
	if (!holds(&map, s->own)) {
		drop(map.from, map.to);
		return;
	}
	drop(map.from, low);
	drop(high, map.to);
}

/* Takes the whole lines off the buffer; how much is left. */
static size_t
sweep_lines(struct sweep *s, char buffer[BUFFER], size_t size)
{
	char *line = buffer;
	char *end;

	while ((end = memchr(line, '\n', size))) {
		*end = '\0';
		sweep_map(s, line);
		size -= (size_t)(end + 1 - line);
		line = end + 1;
	}
	memmove(buffer, line, size);
	return size;
}

/* Not by pause: the C library looks at the thread's own variables there, and they are gone. */
static void
park(int number)
{
	(void)number;
	for (;;)
		(void)syscall(SYS_ppoll, NULL, 0, NULL, NULL, (size_t)0);
}

/* Where another thread falls over what is gone, the process would end by that signal. */
static void
park_others(void)
{
	static const int numbers[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGSYS, SIGTRAP };
	struct sigaction action = { .sa_handler = park };

	(void)sigfillset(&action.sa_mask);
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		(void)sigaction(numbers[i], &action, NULL);
}

void
sweep_memory(void)
{
	char buffer[BUFFER];
	struct sweep s = { .own = (uintptr_t)&errno, .frame = (uintptr_t)buffer };
	int fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
	size_t size = 0;
	ssize_t got;

	if (fd < 0)
		return;
	park_others();
	while ((got = read(fd, buffer + size, sizeof(buffer) - size)) > 0)
		size = sweep_lines(&s, buffer, size + (size_t)got);
	(void)close(fd);
}
