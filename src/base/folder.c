/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/folder.h"

#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LOG_MAX = 1 << 30, MODE_PRIVATE = 0600, MODE_PUBLIC = 0666, TRIES_MAX = 100 };

/* A name with "~new" behind. */
struct new_name {
	char text[NAME_MAX + 1];
};

static const char *
with_new(struct new_name *n, const char *name)
{
	(void)snprintf(n->text, sizeof(n->text), "%s~new", name); /* callers' names are shorter */
	return n->text;
}

/* name is empty for the folder itself. */
static enum rc
failed(const struct folder *f, const char *name, struct err *err)
{
	return err_set(err, RC_IO, "cannot write '%s%s%s': %s", ESC(f->path), *name ? "/" : "",
		       ESC(name), fs_words(errno));
}

enum rc
folder_open(struct folder *f, const char *path, struct err *err)
{
	*f = (struct folder)FOLDER_INIT;
	f->path = path;
	f->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (f->fd >= 0)
		return RC_OK;
	if (errno == ENOENT) {
		(void)err_set(err, RC_NO_FILE, "there is no folder '%s'", ESC(path));
		return err_hint(err, "make it first: mkdir");
	}
	return err_set(err, RC_IO, "cannot open the folder '%s': %s", ESC(path), fs_words(errno));
}

void
folder_close(struct folder *f)
{
	struct stat st;

	if (f->log >= 0) {
		if (fstat(f->log, &st) == 0 && st.st_size == 0)
			(void)unlinkat(f->fd, f->log_name, 0);
		(void)close(f->log);
	}
	if (f->fd >= 0)
		(void)close(f->fd);
	*f = (struct folder)FOLDER_INIT;
}

enum fs_kind
folder_kind(const struct folder *f, const char *name)
{
	struct stat st;

	if (fstatat(f->fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return FS_NONE;
	if (S_ISLNK(st.st_mode))
		return FS_LINK;
	return S_ISREG(st.st_mode) ? FS_REGULAR : S_ISDIR(st.st_mode) ? FS_FOLDER : FS_OTHER;
}

static enum rc
write_all(int fd, struct span bytes)
{
	ssize_t put;

	while (bytes.size) {
		put = write(fd, bytes.data, bytes.size);
		if (put < 0 && errno != EINTR)
			return RC_IO;
		if (put > 0)
			bytes = span_part(bytes, (size_t)put, SIZE_MAX);
	}
	return RC_OK;
}

/* Where the last whole line ends. */
static size_t
whole_lines(const struct buf *text)
{
	size_t size = text->size;

	while (size && text->data[size - 1] != '\n')
		size--;
	return size;
}

static enum rc
no_read(const struct folder *f, struct err *err)
{
	return err_set(err, RC_IO, "cannot read '%s/%s': %s", ESC(f->path), f->log_name,
		       fs_words(errno));
}

static enum rc
read_log(const struct folder *f, struct buf *text, struct err *err)
{
	struct stat st;
	unsigned char *to;
	ssize_t got;

	if (fstat(f->log, &st) != 0)
		return no_read(f, err);
	if (!S_ISREG(st.st_mode) || st.st_size > LOG_MAX)
		return err_set(err, RC_LIMIT, "'%s/%s' is no list of results, or one too long",
			       ESC(f->path), f->log_name);
	while (text->size < (size_t)st.st_size) {
		size_t at = text->size;

		to = buf_extend(text, (size_t)st.st_size - at);
		if (!to)
			return err_default(err, RC_NO_MEMORY);
		got = pread(f->log, to, (size_t)st.st_size - at, (off_t)at);
		if (got <= 0)
			return no_read(f, err);
		buf_cut(text, at + (size_t)got);
	}
	return RC_OK;
}

/* It is not ours, and stays as it is. */
static void
leave_log(struct folder *f)
{
	(void)close(f->log);
	f->log = -1;
}

static enum rc
log_exists(const struct folder *f, struct err *err)
{
	return err_set(err, RC_EXISTS, "'%s/%s' exists already", ESC(f->path), f->log_name);
}

/* One try. RC_NOT_FOUND where another process took the log away before it was ours. */
static enum rc
lock_log(struct folder *f, int flags, struct err *err)
{
	struct stat held;
	struct stat named;

	f->log = openat(f->fd, f->log_name, flags, MODE_PUBLIC);
	if (f->log < 0)
		return errno == EEXIST ? log_exists(f, err) : failed(f, f->log_name, err);
	if (fs_lock(f->log) == EWOULDBLOCK) {
		leave_log(f);
		return err_set(err, RC_LOCKED, "another process is writing to '%s'", ESC(f->path));
	}
	if (fstat(f->log, &held) == 0 &&
	    fstatat(f->fd, f->log_name, &named, AT_SYMLINK_NOFOLLOW) == 0 &&
	    held.st_dev == named.st_dev && held.st_ino == named.st_ino)
		return RC_OK;
	leave_log(f);
	return RC_NOT_FOUND;
}

enum rc
folder_open_log(struct folder *f, const char *name, bool may_exist, struct buf *text,
		struct err *err)
{
	int flags = O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
	enum rc rc = RC_NOT_FOUND;
	size_t size;

	f->log_name = name;
	for (int i = 0; rc == RC_NOT_FOUND && i < TRIES_MAX; i++)
		rc = lock_log(f, flags | (may_exist ? 0 : O_EXCL), err);
	if (rc == RC_NOT_FOUND)
		return err_set(err, RC_LOCKED, "another process is writing to '%s'", ESC(f->path));
	if (!rc)
		rc = read_log(f, text, err);
	if (rc)
		return rc;
	/* What a kill left of a line that was being written. */
	size = whole_lines(text);
	if (size < text->size && ftruncate(f->log, (off_t)size) != 0)
		return failed(f, name, err);
	buf_cut(text, size);
	return RC_OK;
}

enum rc
folder_look_log(struct folder *f, const char *name, bool may_exist, struct buf *text,
		struct err *err)
{
	enum rc rc;

	f->log_name = name;
	f->log = openat(f->fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (f->log < 0)
		return errno == ENOENT ? RC_OK : no_read(f, err);
	rc = may_exist ? read_log(f, text, err) : log_exists(f, err);
	leave_log(f);
	buf_cut(text, whole_lines(text));
	return rc;
}

enum rc
folder_log(const struct folder *f, struct span lines, struct err *err)
{
	struct stat before;
	enum rc rc;

	if (fstat(f->log, &before) != 0)
		return failed(f, f->log_name, err);
	if (!write_all(f->log, lines) && fdatasync(f->log) == 0)
		return RC_OK;
	rc = failed(f, f->log_name, err);
	if (ftruncate(f->log, before.st_size) != 0)
		rc = err_set(err, RC_OUTPUT, "'%s/%s' was written in part only: %s", ESC(f->path),
			     f->log_name, fs_words(errno));
	return rc;
}

enum rc
folder_write(const struct folder *f, const char *name, struct span bytes, struct err *err)
{
	struct new_name new;
	int fd = openat(f->fd, with_new(&new, name),
			O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, MODE_PRIVATE);
	enum rc rc;

	if (fd < 0)
		return failed(f, name, err);
	rc = write_all(fd, bytes);
	if (rc)
		rc = failed(f, name, err);
	if (close(fd) != 0 && !rc)
		rc = failed(f, name, err);
	if (rc)
		(void)unlinkat(f->fd, new.text, 0); /* else the next run does */
	return rc;
}

/* One call for all files: a sync of each of them would take longer than to make them. */
enum rc
folder_sync(const struct folder *f, struct err *err)
{
	return syncfs(f->fd) == 0 ? RC_OK : failed(f, "", err);
}

enum rc
folder_name(const struct folder *f, const char *name, struct err *err)
{
	struct new_name new;

	(void)with_new(&new, name);
	if (linkat(f->fd, new.text, f->fd, name, 0) == 0)
		return RC_OK;
	/* Not every file system has hard links. */
	if ((errno == EPERM || errno == EOPNOTSUPP || errno == ENOSYS) &&
	    renameat2(f->fd, new.text, f->fd, name, RENAME_NOREPLACE) == 0)
		return RC_OK;
	if (errno == EEXIST)
		return err_set(err, RC_EXISTS, "'%s/%s' exists already", ESC(f->path), ESC(name));
	return failed(f, name, err);
}

/* Some file systems cannot sync a folder. */
enum rc
folder_sync_names(const struct folder *f, struct err *err)
{
	if (fsync(f->fd) == 0 || errno == EINVAL)
		return RC_OK;
	return failed(f, "", err);
}

void
folder_settle(const struct folder *f, const char *name)
{
	struct new_name new;

	(void)unlinkat(f->fd, with_new(&new, name), 0); /* it may be gone; the next run looks */
}

/* Whether both names are those of one file. */
static bool
is_same(const struct folder *f, const char *a, const char *b)
{
	struct stat sa;
	struct stat sb;

	return fstatat(f->fd, a, &sa, AT_SYMLINK_NOFOLLOW) == 0 &&
	       fstatat(f->fd, b, &sb, AT_SYMLINK_NOFOLLOW) == 0 && sa.st_dev == sb.st_dev &&
	       sa.st_ino == sb.st_ino;
}

bool
folder_is_taken(const struct folder *f, const char *name)
{
	struct new_name new;

	return folder_kind(f, name) != FS_NONE && !is_same(f, name, with_new(&new, name));
}

enum rc
folder_undo(const struct folder *f, const char *name, struct err *err)
{
	struct new_name new;

	if (folder_kind(f, with_new(&new, name)) == FS_NONE)
		return RC_OK;
	if (is_same(f, name, new.text) && unlinkat(f->fd, name, 0) != 0)
		return failed(f, name, err);
	return unlinkat(f->fd, new.text, 0) == 0 ? RC_OK : failed(f, new.text, err);
}
