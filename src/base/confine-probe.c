/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For tests alone: what must be refused, tried in the program itself. */
#include "base/confine-parts.h"

#ifdef KYMAN_TEST_HOOKS

#include "base/attr.h"
#include "base/env.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static long
try_write(void)
{
	return open("old", O_WRONLY | O_CLOEXEC);
}

static long
try_create(void)
{
	return open("new", O_RDONLY | O_CREAT | O_CLOEXEC, 0600);
}

static long
try_truncate(void)
{
	return truncate("old", 0);
}

static long
try_rename(void)
{
	return rename("old", "moved");
}

static long
try_unlink(void)
{
	return unlink("old");
}

static long
try_mkdir(void)
{
	return mkdir("folder", 0700);
}

static long
try_chmod(void)
{
	int fd = open("old", O_RDONLY | O_CLOEXEC);
	long done = fchmod(fd, 0644);

	(void)close(fd);
	return done;
}

/* Without a terminal: that is found out later. */
static long
try_typing(void)
{
	return ioctl(-1, TIOCSTI, "x");
}

static long
try_signal(void)
{
	return syscall(SYS_tgkill, getppid(), getppid(), 0);
}

static long
try_execve(void)
{
	char name[] = "true";
	char *const words[] = { name, NULL };

	return execv("/bin/true", words);
}

/* A child that there is must not go on as another program of this name. */
static long
try_fork(void)
{
	pid_t pid = fork();

	if (!pid)
		_exit(0);
	return pid;
}

static long
try_socket(void)
{
	return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

static long
try_ptrace(void)
{
	return ptrace(PTRACE_TRACEME, 0, NULL, NULL);
}

void
confine_probe(void)
{
	static const struct {
		const char *name;
		long (*attempt)(void);
	} all[] = {
		{ "write", try_write },   { "create", try_create }, { "truncate", try_truncate },
		{ "rename", try_rename }, { "unlink", try_unlink }, { "mkdir", try_mkdir },
		{ "chmod", try_chmod },   { "fork", try_fork },     { "socket", try_socket },
		{ "ptrace", try_ptrace }, { "typing", try_typing }, { "signal", try_signal },
		{ "execve", try_execve },
	};
	const char *folder = env_get("KYMAN_TEST_PROBE");
	int here = folder ? open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	bool refused;

	if (here < 0 || chdir(folder))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		refused = all[i].attempt() < 0 && (errno == EPERM || errno == EACCES);
		/* Nobody is told where standard error is gone. */
		(void)dprintf(STDERR_FILENO, "probe: %s %s\n", all[i].name,
			      refused ? "refused" : "done");
	}
	if (fchdir(here) || close(here))
		_exit(1);
}

#endif
