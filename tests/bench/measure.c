/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs a program and tells what it took: wall time and CPU time in nanoseconds, peak memory in
 * bytes, exit status. A process of its own, since the kernel counts what the parent had before exec
 * as the child's peak; this one has nearly nothing.
 *
 *     measure DESCRIPTOR PROGRAM [ARGUMENT...] */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int64_t
now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int64_t
nanoseconds(struct timeval t)
{
	return ((int64_t)t.tv_sec * 1000000 + t.tv_usec) * 1000;
}

int
main(int argc, char **argv)
{
	struct rusage used;
	int64_t start;
	int64_t wall;
	int status;
	pid_t child;

	if (argc < 3)
		return 2;
	start = now();
	child = fork();
	if (child == 0) {
		(void)close((int)strtol(argv[1], NULL, 10));
		(void)execvp(argv[2], argv + 2);
		_exit(127);
	}
	if (child < 0 || wait4(child, &status, 0, &used) != child)
		return 1;
	wall = now() - start;
	dprintf((int)strtol(argv[1], NULL, 10), "%lld %lld %lld %d\n", (long long)wall,
		(long long)(nanoseconds(used.ru_utime) + nanoseconds(used.ru_stime)),
		(long long)used.ru_maxrss * 1024,
		WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
	return 0;
}
