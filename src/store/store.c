/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opening, reading again, closing. */
#include "store/store.h"

#include "base/text.h"
#include "codec/pem.h"
#include "store/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	READS_MAX = 100, /* of files that change between one and the other */
};

enum rc
store_check_file(const char *path, struct err *err)
{
	switch (fs_kind(path, false)) {
	case FS_REGULAR:
		return RC_OK;
	case FS_FOLDER:
		return err_set(err, RC_IO, "cannot open '%s': it is a folder", ESC(path));
	case FS_NONE:
		if (fs_kind(path, true) == FS_LINK)
			return err_set(err, RC_NO_FILE, "cannot open '%s': the link leads nowhere",
				       ESC(path));
		(void)err_set(err, RC_NO_FILE, "cannot open '%s': no such file", ESC(path));
		return err_hint(err, "'kyman db create' makes a new database");
	default:
		return err_set(err, RC_IO, "cannot open '%s': it is no regular file", ESC(path));
	}
}

static enum rc
not_a_database(const char *name, struct span bytes, struct err *err)
{
	const char *what = "";

	if (!bytes.size)
		what = ": it is empty";
	else if (pem_is_text(span_part(bytes, 0, FS_HEAD_SIZE)))
		what = ": it is text";
	(void)err_set(err, RC_UNKNOWN_FORMAT, "'%s' is no key database%s", ESC(name), what);
	return err_hint(err,
			"'kyman show' says what a file is, 'kyman cert add' takes certificates "
			"into a database");
}

enum rc
store_check(const char *path, struct err *err)
{
	unsigned char head[FS_HEAD_SIZE];
	enum rc rc = store_check_file(path, err);
	ssize_t size;
	int fd;

	if (rc)
		return rc;
	fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	size = fd < 0 ? -1 : fs_read_head(fd, head, sizeof(head));
	if (size < 0)
		rc = err_set(err, RC_IO, "cannot open '%s': %s", ESC(path), fs_words(errno));
	else if (!codec_probe(SPAN_OF(head, (size_t)size)))
		rc = not_a_database(path, SPAN_OF(head, (size_t)size), err);
	/* It was only read. */
	if (fd >= 0)
		(void)close(fd);
	return rc;
}

/* The bytes of a database's files. */
struct files {
	struct buf part[CODEC_PARTS];
	struct fs_id id;
	const struct codec *codec;
	bool second;  /* there is one */
	bool forward; /* the second is one of a save that was committed and not finished */
};

static void
files_release(struct files *f)
{
	for (size_t i = 0; i < CODEC_PARTS; i++)
		buf_release(&f->part[i]);
}

static void
no_open(const struct store_source *from, struct err *err)
{
	(void)err_prefix(err, "cannot open '%s'", ESC(from->name));
}

/* A part of a database that is about to be read. */
struct looker {
	const struct store_source *from;
	const struct codec *codec; /* NULL: by its first bytes */
	size_t part;
};

/* struct fs_source's look. */
static enum rc
look(void *self, struct span bytes, uint64_t size, struct err *err)
{
	struct looker *l = self;
	const struct codec_head head = { .bytes = bytes, .size = size, .part = l->part };
	enum rc rc;

	if (!l->codec)
		l->codec = codec_probe(bytes);
	if (!l->codec)
		return not_a_database(l->from->name, bytes, err);
	rc = l->codec->look(&head, l->from->pw, err);
	if (rc)
		no_open(l->from, err);
	return rc;
}

/* Reads both once. RC_NOT_FOUND when they were changed in between. */
static enum rc
read_once(struct files *f, const struct store_source *from, struct err *err)
{
	size_t max = from->file_max ? from->file_max : STORE_FILE_MAX;
	struct looker looker = { .from = from };
	struct fs_source first = { from->real, max, look, &looker };
	struct parts parts = PARTS_INIT;
	bool forward = f->forward;
	struct fs_id now;
	enum rc rc = fs_read_from(&f->part[0], &first, &f->id, err);

	f->forward = false; /* until there is one */
	if (rc == RC_LIMIT && max < STORE_FILE_MAX)
		return err_hint(err, "--max-file-size MIB raises it");
	if (rc)
		return rc;
	f->codec = codec_probe(span_part(buf_span(&f->part[0]), 0, FS_HEAD_SIZE));
	if (!f->codec)
		return not_a_database(from->name, buf_span(&f->part[0]), err);
	if (!f->codec->parts[1])
		return RC_OK;
	rc = parts_find(&parts, from->real, f->codec, err);
	looker = (struct looker){ from, f->codec, 1 };
	parts.look = look;
	parts.self = &looker;
	f->forward = forward;
	if (!rc)
		rc = parts_read(&f->part[1], &f->second, &parts, &f->forward, err);
	if (!rc && (fs_id_of(&now, from->real) || !fs_id_unchanged(&now, &f->id)))
		rc = RC_NOT_FOUND;
	parts_release(&parts);
	return rc;
}

/* Reads files that belong together. forward: those of a save that waits for its end. */
static enum rc
read_files(struct files *f, const struct store_source *from, bool forward, struct err *err)
{
	enum rc rc = RC_NOT_FOUND;

	for (int i = 0; rc == RC_NOT_FOUND && i < READS_MAX; i++) {
		*f = (struct files){ .forward = forward };
		err_clear(err);
		rc = read_once(f, from, err);
		if (rc)
			files_release(f);
	}
	if (rc == RC_NOT_FOUND)
		return err_set(err, RC_LOCKED, "'%s' is being changed all the time",
			       ESC(from->name));
	return rc;
}

/* Bytes to model; the bytes are taken over. */
static enum rc
load(struct kdb *db, struct files *f, const struct store_source *from, struct err *err)
{
	struct blob *in[CODEC_PARTS] = { NULL };
	enum rc rc = RC_OK;

	for (size_t i = 0; i < CODEC_PARTS && !rc; i++) {
		if (!i || f->second)
			rc = blob_new(&in[i], &f->part[i]);
	}
	if (!rc)
		rc = f->codec->load(db, in, from->pw, from->notes, err);
	for (size_t i = 0; i < CODEC_PARTS; i++)
		blob_unref(&in[i]);
	files_release(f);
	if (!rc)
		return RC_OK;
	(void)err_default(err, rc);
	no_open(from, err);
	return rc; /* also where there is no err */
}

static enum rc
read_whole(struct kdb *db, struct files *f, const struct store_source *from, bool forward,
	   struct err *err)
{
	enum rc rc = read_files(f, from, forward, err);

	return rc ? rc : load(db, f, from, err);
}

enum rc
store_read(struct kdb *db, const struct codec **codec, const struct store_source *from,
	   struct fs_id *id, struct err *err)
{
	struct files f;
	enum rc rc = store_check_file(from->real, err);

	if (rc)
		return rc;
	rc = read_whole(db, &f, from, true, err);
	/* What is no part of this database was not made by its save. */
	if (f.forward && (rc == RC_CONFLICT || rc == RC_DAMAGED || rc == RC_UNSUPPORTED)) {
		err_clear(err);
		rc = read_whole(db, &f, from, false, err);
	}
	if (f.codec)
		*codec = f.codec;
	if (id)
		*id = f.id;
	if (from->forward)
		*from->forward = !rc && f.forward;
	return rc;
}

enum rc
store_set_path(struct store *st, const char *path, struct err *err)
{
	enum rc rc;

	if (st->real)
		return RC_OK;
	rc = fs_resolve(&st->real, path, err);
	if (rc)
		return rc;
	st->path = strdup(path);
	if (st->path)
		return RC_OK;
	free(st->real);
	st->real = NULL;
	return err_default(err, RC_NO_MEMORY);
}

/* The passphrase is the store's from here on, whatever happens. */
static void
take_pw(struct store *st, struct pw **pw)
{
	pw_free(&st->pw);
	if (!pw)
		return;
	st->pw = *pw;
	*pw = NULL;
}

enum rc
store_open(struct store *st, const char *path, struct pw **pw, const struct notes *notes,
	   struct err *err)
{
	struct store_source from = {
		.name = path,
		.notes = notes,
		.forward = &st->forward,
		.file_max = st->file_max,
	};
	enum rc rc = store_check_file(path, err);

	take_pw(st, pw);
	if (!rc)
		rc = store_set_path(st, path, err);
	if (rc)
		return rc;
	from.real = st->real;
	from.pw = st->pw;
	rc = store_read(&st->db, &st->codec, &from, &st->id, err);
	if (rc)
		return rc;
	rc = fs_owner_of(&st->owner, st->real);
	if (rc)
		return err_set(err, rc, "cannot open '%s' again", ESC(path));
	return st->lock >= 0 ? parts_finish(st, err) : RC_OK;
}

enum rc
store_refresh(struct store *st, const struct notes *notes, struct err *err)
{
	struct store_source from = {
		.real = st->real,
		.name = st->path,
		.pw = st->pw,
		.notes = notes,
		.forward = &st->forward,
		.file_max = st->file_max,
	};
	struct kdb fresh = KDB_INIT;
	struct fs_id id;
	enum rc rc = store_check_file(st->path, err);

	if (rc)
		return rc;
	if (!fs_id_of(&id, st->real) && fs_id_unchanged(&id, &st->id))
		return RC_OK;
	rc = store_read(&fresh, &st->codec, &from, &id, err);
	if (rc)
		return rc;
	kdb_swap(&st->db, &fresh);
	kdb_release(&fresh);
	st->id = id;
	rc = fs_owner_of(&st->owner, st->real);
	if (rc)
		return err_set(err, rc, "cannot open '%s' again", ESC(st->path));
	return st->lock >= 0 ? parts_finish(st, err) : RC_OK;
}

void
store_close(struct store *st)
{
	store_unlock(st);
	kdb_release(&st->db);
	pw_free(&st->pw);
	free(st->path);
	free(st->real);
	*st = (struct store)STORE_INIT;
}
