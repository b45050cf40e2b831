/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scan DUMP PROGRAM [ARG...]: runs the program and writes what its writable memory holds when it
 * ends, by itself or by a signal, to DUMP, and to DUMP.map where each part was. Exit status as the
 * shell would have it; 99 where it could not be traced. Signals that are sent to scan are handed
 * on.
 *
 * The kernel stops a traced process at its end while all its memory is still there: after the last
 * exit handler, and also where a signal ends it. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STATUS_BROKEN = 99, BLOCK = 1 << 16, LINE_MAX_SIZE = 4096 };

static volatile sig_atomic_t child;

struct traced {
	pid_t pid;
	FILE *maps; /* opened while the process still lets itself be read */
	int memory;
	FILE *dump;
	FILE *places;
	bool scanned;
};

static void
fail(const char *what)
{
	perror(what);
	if (child > 0)
		(void)kill((pid_t)child, SIGKILL);
	exit(STATUS_BROKEN);
}

/* What the terminal sends reaches the program, too. */
static void
hand_on(int number, siginfo_t *info, void *context)
{
	(void)context;
	if (info->si_code == SI_USER && child > 0)
		(void)kill((pid_t)child, number);
}

static void
hand_on_signals(void)
{
	static const int numbers[] = { SIGINT,  SIGTERM, SIGHUP,  SIGQUIT, SIGUSR1, SIGUSR2,
				       SIGALRM, SIGABRT, SIGXCPU, SIGXFSZ, SIGSEGV };
	struct sigaction action = { .sa_sigaction = hand_on, .sa_flags = SA_SIGINFO | SA_RESTART };

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		(void)sigaction(numbers[i], &action, NULL);
}

static void
open_process(struct traced *t)
{
	char path[64];

	(void)snprintf(path, sizeof(path), "/proc/%ld/maps", (long)t->pid);
	t->maps = fopen(path, "re");
	(void)snprintf(path, sizeof(path), "/proc/%ld/mem", (long)t->pid);
	t->memory = open(path, O_RDONLY | O_CLOEXEC);
	if (!t->maps || t->memory < 0)
		fail(path);
}

/* A page that cannot be read (a guard, a device) holds nothing of ours. */
static void
dump_range(struct traced *t, uintmax_t from, uintmax_t to)
{
	static char block[BLOCK];
	size_t size;
	ssize_t got;

	for (; from < to; from += size) {
		size = to - from < BLOCK ? (size_t)(to - from) : BLOCK;
		got = pread(t->memory, block, size, (off_t)from);
		if (got <= 0)
			continue;
		if (fwrite(block, 1, (size_t)got, t->dump) != (size_t)got)
			fail("dump");
	}
}

static void
dump_all(struct traced *t)
{
	char line[LINE_MAX_SIZE];
	uintmax_t from;
	uintmax_t to;
	char mode[8];

	rewind(t->maps);
	while (fgets(line, sizeof(line), t->maps)) {
		if (sscanf(line, "%" SCNxMAX "-%" SCNxMAX " %7s", &from, &to, mode) != 3)
			fail("maps");
		if (mode[1] != 'w')
			continue;
		(void)fprintf(t->places, "%08lx %s", (unsigned long)ftell(t->dump), line);
		dump_range(t, from, to);
	}
	if (fflush(t->dump) || fflush(t->places))
		fail("dump");
	t->scanned = true;
}

/* What a stop is about, and how it goes on: a signal to deliver, or -1 for a group that stopped. */
static int
take_stop(struct traced *t, pid_t pid, int status)
{
	int event = status >> 16;

	if (event == PTRACE_EVENT_EXEC)
		open_process(t);
	else if (event == PTRACE_EVENT_EXIT && pid == t->pid)
		dump_all(t);
	else if (event == PTRACE_EVENT_STOP && WSTOPSIG(status) != SIGTRAP)
		return -1;
	return event ? 0 : WSTOPSIG(status);
}

static int
follow(struct traced *t)
{
	int status;
	int number;
	pid_t pid;

	for (;;) {
		pid = waitpid(-1, &status, __WALL);
		if (pid < 0 && errno == EINTR)
			continue;
		if (pid < 0)
			fail("wait");
		if (pid == t->pid && WIFEXITED(status))
			return WEXITSTATUS(status);
		if (pid == t->pid && WIFSIGNALED(status))
			return 128 + WTERMSIG(status);
		if (!WIFSTOPPED(status))
			continue;
		number = take_stop(t, pid, status);
		/* A thread that is gone by now has been killed by the end of the others. */
		if (number < 0)
			(void)ptrace(PTRACE_LISTEN, pid, NULL, NULL);
		else
			(void)ptrace(PTRACE_CONT, pid, NULL, (void *)(intptr_t)number);
	}
}

static FILE *
make(const char *path, const char *suffix)
{
	char name[LINE_MAX_SIZE];
	FILE *file;

	(void)snprintf(name, sizeof(name), "%s%s", path, suffix);
	file = fopen(name, "we");
	if (!file)
		fail(name);
	return file;
}

int
main(int argc, char **argv)
{
	struct traced t = { .memory = -1 };
	int go[2];
	int status;
	char byte = 0;

	if (argc < 3 || pipe(go))
		return STATUS_BROKEN;
	t.pid = fork();
	if (!t.pid) {
		(void)close(go[1]);
		if (read(go[0], &byte, 1) != 1)
			_exit(STATUS_BROKEN);
		(void)close(go[0]);
		(void)execvp(argv[2], argv + 2);
		_exit(127);
	}
	child = t.pid;
	t.dump = make(argv[1], "");
	t.places = make(argv[1], ".map");
	hand_on_signals();
	if (ptrace(PTRACE_SEIZE, t.pid, NULL,
		   (void *)(PTRACE_O_EXITKILL | PTRACE_O_TRACEEXEC | PTRACE_O_TRACEEXIT |
			    PTRACE_O_TRACECLONE)))
		fail("ptrace");
	if (write(go[1], &byte, 1) != 1)
		fail("pipe");
	(void)close(go[0]);
	(void)close(go[1]);
	status = follow(&t);
	return t.scanned ? status : STATUS_BROKEN;
}
