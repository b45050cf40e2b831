/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Paths: what they lead to and how they are made. */
#include "base/fs.h"

#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LINKS_MAX = 40 /* as the kernel's own limit */ };

const char *
fs_words(int error)
{
	static const struct {
		int error;
		const char *words;
	} known[] = {
		{ ENOENT, "no such file or folder" },
		{ ENOTDIR, "a part of the path is no folder" },
		{ EACCES, "permission denied" },
		{ EPERM, "permission denied" },
		{ EISDIR, "it is a folder" },
		{ ENOSPC, "no space is left on the device" },
		{ EDQUOT, "the disk quota is used up" },
		{ EFBIG, "the file would be larger than is allowed" },
		{ EROFS, "the file system is read-only" },
		{ ELOOP, "too many symbolic links" },
		{ ENAMETOOLONG, "the name is too long" },
		{ EMFILE, "too many open files" },
		{ EPIPE, "nobody reads it any more" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(known); i++)
		if (known[i].error == error)
			return known[i].words;
	return strerror(error);
}

static enum fs_kind
kind_of(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFREG:
		return FS_REGULAR;
	case S_IFDIR:
		return FS_FOLDER;
	case S_IFCHR:
	case S_IFBLK:
		return FS_DEVICE;
	case S_IFIFO:
		return FS_FIFO;
	case S_IFLNK:
		return FS_LINK;
	default:
		return FS_OTHER;
	}
}

enum fs_kind
fs_kind(const char *path, bool no_follow)
{
	struct stat st;

	if ((no_follow ? lstat(path, &st) : stat(path, &st)) != 0)
		return FS_NONE;
	return kind_of(st.st_mode);
}

bool
fs_same(const char *a, const char *b)
{
	struct stat sa;
	struct stat sb;

	return stat(a, &sa) == 0 && stat(b, &sb) == 0 && sa.st_dev == sb.st_dev &&
	       sa.st_ino == sb.st_ino;
}

bool
fs_id_same_file(const struct fs_id *a, const struct fs_id *b)
{
	return a->device == b->device && a->inode == b->inode;
}

bool
fs_id_unchanged(const struct fs_id *a, const struct fs_id *b)
{
	return fs_id_same_file(a, b) && a->size == b->size && a->changed_s == b->changed_s &&
	       a->changed_ns == b->changed_ns;
}

enum rc
fs_owner_of(struct fs_owner *owner, const char *path)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return errno == ENOENT || errno == ENOTDIR ? RC_NO_FILE : RC_IO;
	owner->uid = st.st_uid;
	owner->gid = st.st_gid;
	owner->mode = st.st_mode & 07777;
	return RC_OK;
}

const char *
fs_base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

char *
fs_with_suffix(const char *path, const char *suffix)
{
	const char *name = fs_base_name(path);
	const char *dot = strrchr(name, '.');
	size_t stem = dot && dot != name ? (size_t)(dot - path) : strlen(path);
	struct buf made = BUF_INIT;

	buf_put(&made, SPAN_OF(path, stem));
	buf_put_text(&made, suffix);
	return buf_steal(&made);
}

/* The folder of path, "." where it names none. NULL when out of memory. */
static char *
folder_of(const char *path)
{
	const char *name = fs_base_name(path);

	if (name == path)
		return strdup(".");
	if (name == path + 1)
		return strdup("/");
	return strndup(path, (size_t)(name - path) - 1);
}

/* Not every file system can sync a folder: EINVAL says so. */
bool
fs_sync_folder(const char *path)
{
	char *folder = folder_of(path);
	int fd = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	bool done = fd >= 0 && (fsync(fd) == 0 || errno == EINVAL);
	int error = errno;

	/* Nothing was written through it. */
	if (fd >= 0)
		(void)close(fd);
	free(folder);
	errno = error;
	return done;
}

/* Replaces *path by what the link at *path holds, seen from its folder. */
static enum rc
follow_link(char **path)
{
	char held[PATH_MAX];
	struct buf next = BUF_INIT;
	ssize_t size = readlink(*path, held, sizeof(held));

	if (size < 0 || (size_t)size == sizeof(held))
		return RC_IO;
	if (held[0] != '/')
		buf_put(&next, SPAN_OF(*path, (size_t)(fs_base_name(*path) - *path)));
	buf_put(&next, SPAN_OF(held, (size_t)size));
	free(*path);
	*path = buf_steal(&next);
	return *path ? RC_OK : RC_NO_MEMORY;
}

/* The real path of the folder, and the name behind it. */
static enum rc
resolve_missing(char **real, const char *path)
{
	struct buf made = BUF_INIT;
	char *folder = folder_of(path);
	char *real_folder = folder ? realpath(folder, NULL) : NULL;
	enum rc rc = errno == ENOENT || errno == ENOTDIR ? RC_NO_FILE : RC_IO;

	if (!folder)
		return RC_NO_MEMORY;
	free(folder);
	if (!real_folder)
		return rc;
	if (!*fs_base_name(path)) {
		free(real_folder);
		return RC_NO_FILE;
	}
	buf_put_text(&made, real_folder);
	if (strcmp(real_folder, "/") != 0)
		buf_put_byte(&made, '/');
	buf_put_text(&made, fs_base_name(path));
	free(real_folder);
	*real = buf_steal(&made);
	return *real ? RC_OK : RC_NO_MEMORY;
}

/* As fs_resolve, without words. */
static enum rc
resolve(char **real, const char *path)
{
	char *at = strdup(path);
	int links;
	enum rc rc = at ? RC_OK : RC_NO_MEMORY;

	for (links = 0; !rc && fs_kind(at, true) == FS_LINK; links++)
		rc = links < LINKS_MAX ? follow_link(&at) : RC_IO;
	if (!rc)
		rc = resolve_missing(real, at);
	free(at);
	return rc;
}

static enum rc
not_resolved(enum rc rc, const char *path, struct err *err)
{
	if (rc == RC_NO_FILE)
		return err_set(err, rc, "the folder of '%s' does not exist", ESC(path));
	if (rc == RC_IO)
		return err_set(err, rc, "cannot find '%s': %s", ESC(path), fs_words(errno));
	return rc ? err_default(err, rc) : RC_OK;
}

enum rc
fs_resolve(char **real, const char *path, struct err *err)
{
	enum fs_kind kind = fs_kind(path, false);

	*real = realpath(path, NULL);
	if (*real)
		return RC_OK;
	/* A pipe by way of /dev/fd leads to something, yet has no name of its own. */
	if (kind != FS_NONE) {
		*real = strdup(path);
		return *real ? RC_OK : err_default(err, RC_NO_MEMORY);
	}
	return not_resolved(resolve(real, path), path, err);
}

bool
fs_leads_to(const char *path, const char *real)
{
	char *resolved = NULL;
	bool same = !fs_resolve(&resolved, path, NULL) && strcmp(resolved, real) == 0;

	free(resolved);
	return same;
}

enum rc
fs_place(char **place, const char *path, struct err *err)
{
	*place = NULL;
	return not_resolved(resolve_missing(place, path), path, err);
}

void
fs_want_open(size_t count)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur == RLIM_INFINITY)
		return;
	limit.rlim_cur += count;
	if (limit.rlim_cur > limit.rlim_max)
		limit.rlim_cur = limit.rlim_max;
	/* Where it is too few, opening says so. */
	(void)setrlimit(RLIMIT_NOFILE, &limit);
}

static int
lock_now(int fd)
{
	int error;

	do {
		error = flock(fd, LOCK_EX | LOCK_NB) == 0 ? 0 : errno;
	} while (error == EINTR);
	return error;
}

/* NFS makes of flock(2) a lock of bytes, and for that the file must be open for writing. */
static int
lock_writable(int fd)
{
	char self[sizeof("/proc/self/fd/") + 3 * sizeof(int)];
	int writable;
	int error;

	(void)snprintf(self, sizeof(self), "/proc/self/fd/%d", fd);
	writable = open(self, O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (writable < 0)
		return errno;
	error = dup3(writable, fd, O_CLOEXEC) < 0 ? errno : lock_now(fd);
	/* Nothing was written through it. */
	(void)close(writable);
	return error;
}

int
fs_lock(int fd)
{
	int error = lock_now(fd);

	return error == EBADF ? lock_writable(fd) : error;
}

bool
fs_has_no_locks(int error)
{
	return error == EOPNOTSUPP || error == ENOSYS || error == EINVAL || error == ENOLCK;
}

int
fs_create_private(const char *path)
{
	return open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
}
