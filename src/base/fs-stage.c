/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A stage holds flock(2) on its temporary file for as long as it writes. So a left-over (nobody
 * holds it) can be told from the file of another process that is at work: that one is waited for.
 * Only who holds the lock of the file at the temporary's name unlinks or renames it. */
#include "base/fs.h"

#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
	WAIT_MS = 20,
	WAITS_MAX = 500, /* ten seconds for another process to finish its file */
};

enum turn { TURN_DONE, TURN_AGAIN, TURN_BUSY, TURN_FAILED };

static enum rc
no_write(const char *path, struct err *err)
{
	return err_set(err, RC_IO, "cannot write '%s': %s", ESC(path), fs_words(errno));
}

/* False only where another process holds it: a file system without locks has no other. */
static bool
lock_fd(int fd)
{
	return fs_lock(fd) != EWOULDBLOCK;
}

/* True where the name still leads to the open file. */
static bool
is_at(int fd, const char *path)
{
	struct stat a;
	struct stat b;

	return fstat(fd, &a) == 0 && lstat(path, &b) == 0 && a.st_dev == b.st_dev &&
	       a.st_ino == b.st_ino;
}

/* Removes a left-over, if it is one. */
static enum turn
remove_old(const char *path)
{
	enum fs_kind kind = fs_kind(path, true);
	enum turn turn = TURN_AGAIN;
	int fd;

	if (kind == FS_NONE)
		return TURN_AGAIN;
	if (kind != FS_REGULAR && kind != FS_LINK) {
		errno = EEXIST;
		return TURN_FAILED;
	}
	/* Whose mode keeps us from opening it was not made by a stage of ours: it is not locked. */
	fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd >= 0 && !lock_fd(fd))
		turn = TURN_BUSY;
	else if ((fd < 0 || is_at(fd, path)) && unlink(path) != 0 && errno != ENOENT)
		turn = TURN_FAILED;
	if (fd >= 0)
		(void)close(fd);
	return turn;
}

/* One try to make the temporary and to get its lock. */
static enum turn
make_new(struct stage *st)
{
	int fd = open(st->temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd < 0)
		return errno == EEXIST ? remove_old(st->temporary) : TURN_FAILED;
	/* Between open and flock another process may have taken it for a left-over. */
	if (lock_fd(fd) && is_at(fd, st->temporary)) {
		st->fd = fd;
		return TURN_DONE;
	}
	(void)close(fd);
	return TURN_AGAIN;
}

static enum rc
open_temporary(struct stage *st, struct err *err)
{
	const struct timespec pause = { .tv_nsec = WAIT_MS * 1000000L };
	enum turn turn = TURN_AGAIN;
	int waits = 0;

	while (turn != TURN_DONE && waits < WAITS_MAX) {
		turn = make_new(st);
		if (turn == TURN_FAILED)
			break;
		if (turn == TURN_BUSY)
			(void)nanosleep(&pause, NULL);
		waits++;
	}
	if (turn == TURN_DONE)
		return RC_OK;
	if (turn != TURN_FAILED)
		return err_set(err, RC_LOCKED, "another process is writing '%s'", ESC(st->target));
	if (errno == EEXIST)
		return err_set(err, RC_IO, "cannot write '%s': '%s' is in the way", ESC(st->target),
			       ESC(st->temporary));
	return no_write(st->target, err);
}

/* A FIFO without a reader is an error, not a wait; but writing waits for a slow reader. */
static enum rc
open_device(struct stage *st, struct err *err)
{
	int flags;

	st->fd = open(st->target, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (st->fd < 0 && errno == ENXIO)
		return err_set(err, RC_IO, "cannot write '%s': nobody reads from it",
			       ESC(st->target));
	if (st->fd < 0)
		return no_write(st->target, err);
	flags = fcntl(st->fd, F_GETFL);
	if (flags < 0 || fcntl(st->fd, F_SETFL, flags & ~O_NONBLOCK) != 0)
		return no_write(st->target, err);
	return RC_OK;
}

static enum rc
open_target(struct stage *st, struct err *err)
{
	enum fs_kind kind = fs_kind(st->target, false);
	struct buf name = BUF_INIT;

	if (kind == FS_DEVICE || kind == FS_FIFO)
		return open_device(st, err);
	if (kind == FS_FOLDER || kind == FS_OTHER)
		return err_set(err, RC_IO, "cannot write '%s': it is a %s", ESC(st->target),
			       kind == FS_FOLDER ? "folder" : "socket");
	buf_put_text(&name, st->target);
	buf_put_text(&name, "~new");
	st->temporary = buf_steal(&name);
	if (!st->temporary)
		return err_default(err, RC_NO_MEMORY);
	return open_temporary(st, err);
}

enum rc
stage_open(struct stage *st, const char *target, struct err *err)
{
	enum rc rc;

	*st = (struct stage)STAGE_INIT;
	st->target = strdup(target);
	if (!st->target)
		return err_default(err, RC_NO_MEMORY);
	if (strcmp(target, "-") == 0) {
		st->fd = STDOUT_FILENO;
		return RC_OK;
	}
	rc = open_target(st, err);
	if (rc)
		stage_drop(st);
	return rc;
}

enum rc
stage_write(struct stage *st, struct span bytes, struct err *err)
{
	struct pollfd ready = { .fd = st->fd, .events = POLLOUT };
	ssize_t put;

	while (bytes.size > 0) {
		put = write(st->fd, bytes.data, bytes.size);
		if (put >= 0) {
			bytes = span_part(bytes, (size_t)put, SIZE_MAX);
			continue;
		}
		/* Standard output may have been made non-blocking by who gave it to us. */
		if (errno == EAGAIN)
			(void)poll(&ready, 1, -1);
		else if (errno != EINTR)
			return no_write(st->target, err);
	}
	return RC_OK;
}

static mode_t
mode_by_umask(void)
{
	mode_t mask = umask(077);

	(void)umask(mask);
	return 0666 & ~mask;
}

/* The owner first, while nobody else may read it. */
static enum rc
give_owner(const struct stage *st, const struct fs_owner *owner, struct err *err)
{
	struct stat now;

	if (fstat(st->fd, &now) != 0)
		return no_write(st->target, err);
	if (now.st_uid == owner->uid && now.st_gid == owner->gid)
		return RC_OK;
	if (fchown(st->fd, owner->uid, owner->gid) == 0)
		return RC_OK;
	return err_set(err, RC_IO, "cannot keep owner %lu and group %lu of '%s': %s",
		       (unsigned long)owner->uid, (unsigned long)owner->gid, ESC(st->target),
		       fs_words(errno));
}

enum rc
stage_sync(struct stage *st, const struct fs_owner *owner, struct err *err)
{
	enum rc rc;

	if (!st->temporary)
		return RC_OK;
	rc = owner ? give_owner(st, owner, err) : RC_OK;
	if (rc)
		return rc;
	if (fchmod(st->fd, owner ? owner->mode & 0777 : mode_by_umask()) != 0 || fsync(st->fd) != 0)
		return no_write(st->target, err);
	return RC_OK;
}

enum rc
stage_sync_name(const struct stage *st, struct err *err)
{
	return !st->temporary || fs_sync_folder(st->temporary) ? RC_OK : no_write(st->target, err);
}

/* The new file is in its place. */
static enum rc
settle(struct stage *st, struct err *err)
{
	st->renamed = true;
	if (fs_sync_folder(st->target))
		return RC_OK;
	return err_set(err, RC_OUTPUT, "'%s' was written, but its folder could not be synced: %s",
		       ESC(st->target), fs_words(errno));
}

/* Who cannot open our file cannot see its lock either, and may have taken it for a left-over. */
static enum rc
check_ours(const struct stage *st, struct err *err)
{
	if (is_at(st->fd, st->temporary))
		return RC_OK;
	return err_set(err, RC_IO, "cannot write '%s': another process took '%s' away",
		       ESC(st->target), ESC(st->temporary));
}

enum rc
stage_commit(struct stage *st, struct err *err)
{
	enum rc rc;

	if (!st->temporary)
		return RC_OK;
	rc = check_ours(st, err);
	if (rc)
		return rc;
	if (rename(st->temporary, st->target) != 0)
		return no_write(st->target, err);
	return settle(st, err);
}

enum rc
stage_commit_new(struct stage *st, struct err *err)
{
	bool linked = false;
	bool moved;
	enum rc rc;

	if (!st->temporary)
		return RC_OK;
	rc = check_ours(st, err);
	if (rc)
		return rc;
	moved = renameat2(AT_FDCWD, st->temporary, AT_FDCWD, st->target, RENAME_NOREPLACE) == 0;
	/* Not every file system can do that; and those that have links have a moment of two names.
	 */
	if (!moved && errno != EEXIST)
		linked = link(st->temporary, st->target) == 0;
	if (!linked && !moved && errno == EEXIST)
		return err_set(err, RC_EXISTS, "'%s' exists already", ESC(st->target));
	if (!linked && !moved)
		return no_write(st->target, err);
	/* Where it stays it is a left-over, which the next stage removes. */
	if (linked)
		(void)unlink(st->temporary);
	return settle(st, err);
}

void
stage_drop(struct stage *st)
{
	/* Still under its lock, so it is ours. Where it stays, the next stage removes it. */
	if (st->temporary && st->fd >= 0 && !st->renamed && is_at(st->fd, st->temporary))
		(void)unlink(st->temporary);
	/* What was written is synced already, or thrown away. */
	if (st->fd >= 0 && st->fd != STDOUT_FILENO)
		(void)close(st->fd);
	free(st->temporary);
	free(st->target);
	*st = (struct stage)STAGE_INIT;
}
