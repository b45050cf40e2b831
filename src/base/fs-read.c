/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/fs.h"

#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/magic.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#ifndef PIPEFS_MAGIC
#define PIPEFS_MAGIC 0x50495045
#endif

enum {
	STREAM_CHUNK = 64 * 1024,
	HUGE_FROM = 4 * 1024 * 1024, /* below it huge pages gain nothing */
};

struct input {
	int fd;
	const char *path;
	bool named; /* opened here, and closed here; not standard input */
	struct stat st;
};

static enum rc
no_open(const char *path, int error, struct err *err)
{
	if (error == ENOENT || error == ENOTDIR)
		return err_set(err, RC_NO_FILE, "cannot open '%s': no such file", ESC(path));
	if (error == ENXIO)
		return err_set(err, RC_IO, "cannot read '%s': it is a socket", ESC(path));
	return err_set(err, RC_IO, "cannot open '%s': %s", ESC(path), fs_words(error));
}

static void
input_close(struct input *in)
{
	/* Nothing was written: there is nothing to lose. */
	if (in->named && in->fd >= 0)
		(void)close(in->fd);
	in->fd = -1;
}

/* O_NONBLOCK: a FIFO is opened at once, whoever writes to it or not. */
static enum rc
input_open(struct input *in, const char *path, struct err *err)
{
	in->path = path;
	in->named = strcmp(path, "-") != 0;
	in->fd = STDIN_FILENO;
	if (in->named)
		in->fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	if (in->fd < 0)
		return no_open(path, errno, err);
	if (fstat(in->fd, &in->st) != 0) {
		input_close(in);
		return err_set(err, RC_IO, "cannot look at '%s'", ESC(path));
	}
	if (!S_ISDIR(in->st.st_mode))
		return RC_OK;
	input_close(in);
	return err_set(err, RC_IO, "cannot read '%s': it is a folder", ESC(path));
}

/* A FIFO with a name, and not a pipe that is reached by way of /dev/fd. */
static bool
is_named_fifo(int fd)
{
	struct stat st;
	struct statfs fs;

	return fstat(fd, &st) == 0 && S_ISFIFO(st.st_mode) && fstatfs(fd, &fs) == 0 &&
	       (uint64_t)fs.f_type != PIPEFS_MAGIC;
}

/* read(2) that waits where there is a writer that has not written yet. */
static ssize_t
read_some(int fd, unsigned char *to, size_t size)
{
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	ssize_t got;

	for (;;) {
		got = read(fd, to, size);
		if (got >= 0 || (errno != EINTR && errno != EAGAIN))
			return got;
		if (errno == EAGAIN && poll(&ready, 1, -1) < 0 && errno != EINTR)
			return -1;
	}
}

ssize_t
fs_read_head(int fd, unsigned char *to, size_t size)
{
	size_t at = 0;
	ssize_t got;

	while (at < size) {
		got = pread(fd, to + at, size - at, (off_t)at);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -1;
		if (got == 0)
			break;
		at += (size_t)got;
	}
	return (ssize_t)at;
}

static enum rc
no_read(const char *path, struct err *err)
{
	return err_set(err, RC_IO, "cannot read '%s': %s", ESC(path), fs_words(errno));
}

static enum rc
nobody_writes(const char *path, struct err *err)
{
	return err_set(err, RC_IO, "cannot read '%s': nobody writes to it", ESC(path));
}

static enum rc
too_long(const char *path, size_t limit, struct err *err)
{
	return err_set(err, RC_LIMIT, "'%s' is longer than the limit of %zu bytes", ESC(path),
		       limit);
}

/* One block for the whole file: neither doubled nor copied while it is read. */
static void
prepare(struct buf *out, size_t size)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t skip;

	buf_reserve(out, size);
	if (out->bad || size < HUGE_FROM)
		return;
	skip = page - (uintptr_t)out->data % page;
	/* Advice: without it reading is slower, and no more. */
	(void)madvise(out->data + skip, size - skip, MADV_HUGEPAGE);
}

/* Shows the beginning of a file that is longer, and keeps it: it is not read twice. */
static enum rc
show_head(struct buf *out, const struct input *in, const struct fs_source *from, struct err *err)
{
	ssize_t got;

	if (!from->look || !S_ISREG(in->st.st_mode) || in->st.st_size <= FS_HEAD_SIZE)
		return RC_OK;
	buf_reserve(out, FS_HEAD_SIZE);
	while (!out->bad && out->size < FS_HEAD_SIZE) {
		got = read_some(in->fd, out->data + out->size, FS_HEAD_SIZE - out->size);
		if (got < 0)
			return no_read(in->path, err);
		if (got == 0)
			return RC_OK; /* it is shorter by now */
		out->size += (size_t)got;
	}
	if (out->bad)
		return err_default(err, RC_NO_MEMORY);
	return from->look(from->self, buf_span(out), (uint64_t)in->st.st_size, err);
}

/* Reads to the end. One byte over what a file's size promised tells that it has grown. */
static enum rc
read_all(struct buf *out, const struct input *in, size_t limit, struct err *err)
{
	size_t room;
	ssize_t got;

	for (;;) {
		/* buf keeps one byte over what was reserved. */
		if (out->size >= out->room)
			buf_reserve(out, STREAM_CHUNK);
		if (out->bad)
			return err_default(err, RC_NO_MEMORY);
		room = out->room - out->size;
		got = read_some(in->fd, out->data + out->size, room);
		if (got < 0)
			return no_read(in->path, err);
		if (got == 0)
			return RC_OK;
		out->size += (size_t)got;
		if (out->size > limit)
			return too_long(in->path, limit, err);
	}
}

static void
id_of(struct fs_id *id, const struct stat *st)
{
	*id = (struct fs_id){
		.device = (uint64_t)st->st_dev,
		.inode = (uint64_t)st->st_ino,
		.size = (uint64_t)st->st_size,
		.changed_s = st->st_ctim.tv_sec,
		.changed_ns = st->st_ctim.tv_nsec,
	};
}

enum rc
fs_id_of(struct fs_id *id, const char *path)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return errno == ENOENT || errno == ENOTDIR ? RC_NO_FILE : RC_IO;
	id_of(id, &st);
	return RC_OK;
}

enum rc
fs_id_of_open(struct fs_id *id, int fd)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return RC_IO;
	id_of(id, &st);
	return RC_OK;
}

enum rc
fs_read_from(struct buf *out, const struct fs_source *from, struct fs_id *id, struct err *err)
{
	struct input in = { .fd = -1 };
	const char *path = from->path;
	uint64_t size;
	enum rc rc = input_open(&in, path, err);

	if (rc)
		return rc;
	size = S_ISREG(in.st.st_mode) ? (uint64_t)in.st.st_size : 0;
	if (size > from->limit) {
		rc =
		    err_set(err, RC_LIMIT, "'%s' is %" PRIu64 " bytes long, the limit is %zu bytes",
			    ESC(path), size, from->limit);
		goto out;
	}
	rc = show_head(out, &in, from, err);
	if (rc)
		goto out;
	prepare(out, size > out->size ? (size_t)size - out->size : 0);
	rc = read_all(out, &in, from->limit, err);
	if (!rc && out->size == 0 && in.named && is_named_fifo(in.fd))
		rc = nobody_writes(path, err);
	if (id)
		id_of(id, &in.st);
out:
	input_close(&in);
	if (rc)
		buf_release(out);
	return rc;
}

enum rc
fs_read(struct buf *out, const char *path, size_t limit, struct fs_id *id, struct err *err)
{
	const struct fs_source from = { .path = path, .limit = limit };

	return fs_read_from(out, &from, id, err);
}

/* Reads up to a line feed or the end into line, which has room for limit and a CR; *size counts
 * without the line end. RC_CANCELLED at the end before any byte. */
static enum rc
line_into(struct secret *line, int fd, size_t *size)
{
	unsigned char *data = secret_data(line);
	ssize_t got = 1;
	size_t at = 0;

	while (at < secret_size(line)) {
		got = read_some(fd, data + at, 1);
		if (got <= 0 || data[at] == '\n')
			break;
		at++;
	}
	*size = at;
	if (got < 0)
		return RC_IO;
	if (got == 0)
		return at ? RC_OK : RC_CANCELLED;
	if (at == secret_size(line))
		return RC_LIMIT;
	if (at > 0 && data[at - 1] == '\r')
		*size = at - 1;
	return RC_OK;
}

enum rc
fs_read_line_fd(struct secret **line, int fd, const char *name, size_t limit, struct err *err)
{
	struct secret *whole = NULL;
	size_t size = 0;
	enum rc rc;

	*line = NULL;
	rc = limit <= SECRET_MAX - 2 ? secret_new(&whole, limit + 2) : RC_LIMIT;
	if (rc)
		return err_default(err, rc);
	rc = line_into(whole, fd, &size);
	if (rc == RC_IO)
		(void)no_read(name, err);
	if (!rc && size > limit)
		rc = RC_LIMIT;
	if (rc == RC_LIMIT)
		(void)err_set(err, rc, "the line in '%s' is longer than %zu bytes", ESC(name),
			      limit);
	if (rc == RC_CANCELLED)
		(void)err_set(err, rc, "'%s' has ended", ESC(name));
	if (!rc)
		rc = secret_from(line, span_part(secret_span(whole), 0, size));
	secret_free(&whole);
	return rc ? err_default(err, rc) : RC_OK;
}

enum rc
fs_read_line(struct secret **line, const char *path, size_t limit, struct err *err)
{
	struct input in = { .fd = -1 };
	enum rc rc;

	*line = NULL;
	rc = input_open(&in, path, err);
	if (rc)
		return rc;
	rc = fs_read_line_fd(line, in.fd, path, limit, err);
	/* A file without a byte has an empty first line; the end of standard input is the end. */
	if (rc == RC_CANCELLED && in.named) {
		err_clear(err);
		rc = is_named_fifo(in.fd) ? nobody_writes(path, err) : secret_new(line, 0);
	}
	input_close(&in);
	return rc;
}
