/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The writers' lock: flock(2) on the database itself. A save replaces the file, so whoever was
 * granted the lock looks whether the name still leads to what they hold. Nothing is left behind. */
#include "base/text.h"
#include "store/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { PAUSE_MS = 20, HEAD_SIZE = 64 };

void
store_unlock(struct store *st)
{
	/* Nothing was written through it. */
	if (st->lock >= 0)
		(void)close(st->lock);
	st->lock = -1;
}

static bool
leads_to(const char *path, int fd)
{
	struct stat a;
	struct stat b;

	return fstat(fd, &a) == 0 && stat(path, &b) == 0 && a.st_dev == b.st_dev &&
	       a.st_ino == b.st_ino;
}

/* One try. RC_LOCKED when another process has it, or had it a moment ago. */
static enum rc
try_lock(struct store *st, struct err *err)
{
	int fd = open(st->real, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	int error = errno;

	if (fd < 0 && error == ENOENT)
		return err_set(err, RC_NO_FILE, "cannot open '%s': no such file", ESC(st->path));
	if (fd < 0)
		return err_set(err, RC_IO, "cannot open '%s': %s", ESC(st->path), fs_words(error));
	error = fs_lock(fd);
	/* A file system without locks has no other writer that would keep to them. */
	if ((!error || fs_has_no_locks(error)) && leads_to(st->real, fd)) {
		st->lock = fd;
		return RC_OK;
	}
	(void)close(fd);
	if (!error || error == EWOULDBLOCK || fs_has_no_locks(error))
		return RC_LOCKED;
	return err_set(err, RC_IO, "cannot lock '%s': %s", ESC(st->path), fs_words(error));
}

static int64_t
milliseconds(void)
{
	struct timespec now = { 0 };

	/* It does not fail for this clock. */
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* True for what nobody is writing. A second name of the database, of a db create that was killed
 * between giving it the first and taking this one away, is under the lock that is ours. */
static bool
is_left_over(const struct store *st, const char *name, int fd)
{
	return leads_to(name, st->lock) || (fs_lock(fd) == 0 && leads_to(name, fd));
}

int
store_open_left_over(const struct store *st, const char *name)
{
	int fd = open(name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0 || is_left_over(st, name, fd))
		return fd;
	(void)close(fd);
	return -1;
}

/* What a save that was killed left behind; one that is being written is locked by its writer. */
static void
remove_left_over(const struct store *st, const char *path)
{
	char *name = store_new_name(path);
	int fd = name ? store_open_left_over(st, name) : -1;

	/* Where it cannot be removed it does no harm, and the next save will say so. */
	if (fd >= 0) {
		(void)unlink(name);
		(void)close(fd);
	}
	free(name);
}

/* What is left of both parts of a save that was not committed: the second first, since alone it
 * would be that of one that was. */
static void
remove_left_overs(const struct store *st)
{
	unsigned char head[HEAD_SIZE];
	ssize_t size = fs_read_head(st->lock, head, sizeof(head));
	struct parts p;

	if (!parts_find(&p, st->real, codec_probe(SPAN_OF(head, size > 0 ? (size_t)size : 0)),
			NULL)) {
		if (p.second && !parts_committed(&p) && fs_kind(p.second_new, true) != FS_NONE) {
			remove_left_over(st, p.second);
			(void)fs_sync_folder(p.second);
		}
		remove_left_over(st, st->real);
	}
	parts_release(&p);
}

static enum rc
wait_for_lock(struct store *st, unsigned wait, struct err *err)
{
	const struct timespec pause = { .tv_nsec = PAUSE_MS * 1000000L };
	int64_t end = milliseconds() + (int64_t)wait * 1000;
	enum rc rc = try_lock(st, err);

	while (rc == RC_LOCKED && milliseconds() < end) {
		(void)nanosleep(&pause, NULL);
		rc = try_lock(st, err);
	}
	if (rc != RC_LOCKED)
		return rc;
	(void)err_set(err, rc, "'%s' is being changed by another process (waited %u s)",
		      ESC(st->path), wait);
	return err_hint(err, "--wait SECONDS waits longer");
}

enum rc
store_lock(struct store *st, const char *path, unsigned wait, struct err *err)
{
	enum rc rc = store_check_file(path, err);

	if (!rc)
		rc = store_set_path(st, path, err);
	if (rc || st->lock >= 0)
		return rc;
	rc = wait_for_lock(st, wait, err);
	if (rc)
		return rc;
	remove_left_overs(st);
	store_stash_settle(st, false);
	return RC_OK;
}
