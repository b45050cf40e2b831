/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Locks as NFS has them: only for who may write to the file. Preloaded into kyman as it is. */
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <unistd.h>

int
flock(int fd, int operation)
{
	if (operation & LOCK_EX && (fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDONLY) {
		errno = EBADF;
		return -1;
	}
	return (int)syscall(SYS_flock, fd, operation);
}
