/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Saving, making, removing. A database appears whole or not at all; it is private from the moment
 * it exists. */
#include "base/text.h"
#include "store/file.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MODE_OTHERS = 07, MODE_KEPT = 0770, MODE_NEW = 0600, NUMBER_MAX = 0x7fffffff };

/* A save on its way: what is to be written, and where. */
struct writing {
	struct stage stage[CODEC_PARTS];
	struct pieces out[CODEC_PARTS];
	struct parts parts;
	struct pw *pw;
	const struct notes *notes;
	struct err *err;
};

#define WRITING_INIT(pw_, notes_, err_)                                                            \
	{                                                                                          \
		.stage = { STAGE_INIT, STAGE_INIT }, .pw = (pw_), .notes = (notes_), .err = (err_) \
	}

/* The second part first, and after a crash, too: alone it would be that of a save that was
 * committed. */
static void
writing_release(struct writing *w)
{
	bool drops_second = w->stage[1].temporary && !w->stage[1].renamed;

	for (size_t i = CODEC_PARTS; i-- > 0;) {
		stage_drop(&w->stage[i]);
		if (i && drops_second)
			(void)fs_sync_folder(w->parts.second);
		pieces_release(&w->out[i]);
	}
	parts_release(&w->parts);
}

/* One part in the hands of pieces_each. */
struct putting {
	struct stage *stage;
	struct err *err;
};

static enum rc
put(void *self, struct span bytes)
{
	struct putting *p = self;

	return stage_write(p->stage, bytes, p->err);
}

/* Writes a part to a new file beside target. */
static enum rc
write_part(struct writing *w, size_t part, const char *target)
{
	struct putting to = { &w->stage[part], w->err };
	enum rc rc = stage_open(&w->stage[part], target, w->err);

	return rc ? rc : pieces_each(&w->out[part], put, &to);
}

/* Encodes db and writes its first part to a new file. */
static enum rc
write_first(struct writing *w, const struct store *st, const struct kdb *db)
{
	struct err *err = w->err;
	enum rc rc = parts_find(&w->parts, st->real, st->codec, err);

	if (rc)
		return rc;
	rc = st->codec->save(db, w->out, w->pw, w->notes, err);
	rc = store_encoded(st, rc, w->out, err);
	return rc ? rc : write_part(w, 0, st->real);
}

/* The second part, when there is one: only now that the first is on the disk, by name too, since
 * PART~new of the second alone means that the first was renamed. It keeps its owner. */
static enum rc
write_second(struct writing *w, const struct fs_owner *owner)
{
	struct fs_owner own;
	enum rc rc;

	if (!w->out[1].size)
		return RC_OK;
	if (fs_owner_of(&own, w->parts.second))
		own = *owner;
	own.mode &= MODE_KEPT;
	rc = stage_sync_name(&w->stage[0], w->err);
	if (!rc)
		rc = write_part(w, 1, w->parts.second);
	if (!rc)
		rc = stage_sync(&w->stage[1], &own, w->err);
	return rc ? rc : stage_sync_name(&w->stage[1], w->err);
}

/* After the first part, which committed the save with rc. Where this one cannot be renamed it is
 * good where it is, and the next save ends this one. */
static enum rc
commit_second(struct writing *w, struct store *st, enum rc rc)
{
	enum rc second;

	if (!w->out[1].size)
		return rc;
	second = stage_commit(&w->stage[1], w->err);
	if (second && second != RC_OUTPUT) {
		w->stage[1].renamed = true; /* it is to stay */
		st->forward = true;
		second = err_set(w->err, RC_OUTPUT,
				 "'%s' was saved, but its requests lie in '%s' until the next save",
				 ESC(st->path), ESC(w->parts.second_new));
	}
	return rc ? rc : second;
}

/* The file that is at st->real now is the one that was written. The lock on the old file, which
 * nobody can find any more, goes over to it without a gap: what belongs to the save, as the stash,
 * is not written yet. */
static void
take_new(struct store *st, struct stage *stage)
{
	store_unlock(st);
	st->lock = stage->fd;
	stage->fd = -1;
	if (fs_id_of_open(&st->id, st->lock))
		st->id = (struct fs_id){ .inode = 0 }; /* read again before the next save */
}

static enum rc
check_unchanged(const struct store *st, struct err *err)
{
	struct fs_id now;

	if (!fs_id_of(&now, st->real) && fs_id_unchanged(&now, &st->id))
		return RC_OK;
	(void)err_set(err, RC_CONFLICT,
		      "'%s' was changed in the meantime, by a program that does "
		      "not keep to the lock",
		      ESC(st->path));
	return err_hint(err, "run the command again");
}

/* Writes db in place of what is there. */
static enum rc
replace(struct store *st, struct kdb *db, struct pw *pw, const struct notes *notes, struct err *err)
{
	struct writing w = WRITING_INIT(pw, notes, err);
	struct fs_owner owner = st->owner;
	enum rc rc = check_unchanged(st, err);

	owner.mode &= MODE_KEPT;
	if (!rc)
		rc = parts_finish(st, err);
	if (!rc)
		rc = write_first(&w, st, db);
	if (!rc)
		rc = stage_sync(&w.stage[0], &owner, err);
	if (!rc)
		rc = write_second(&w, &owner);
	if (!rc)
		rc = check_unchanged(st, err);
	if (!rc)
		rc = stage_commit(&w.stage[0], err);
	if (w.stage[0].renamed) {
		rc = commit_second(&w, st, rc);
		take_new(st, &w.stage[0]);
		st->narrowed = (st->owner.mode & MODE_OTHERS) != 0;
		st->owner = owner;
		kdb_swap(&st->db, db);
	}
	writing_release(&w);
	return rc;
}

enum rc
store_save(struct store *st, struct kdb *db, const struct notes *notes, struct err *err)
{
	return replace(st, db, st->pw, notes, err);
}

static enum rc
no_open(struct span label, struct err *err)
{
	(void)err_set(err, RC_DAMAGED, "the key of '%s' does not open with the old passphrase: %s",
		      ESC_SPAN(label), err->message[0] ? err->message : rc_text(err->rc));
	return err_hint(err, "remove it first, or keep the passphrase");
}

/* A wrong pair of key and certificate is as wrong under another passphrase. */
static enum rc
tell_mismatch(enum rc rc, const struct err *words, const struct notes *notes)
{
	if (rc != RC_MISMATCH)
		return rc;
	notes_add(notes, rc_code(rc), "%s", words->message);
	return RC_OK;
}

/* An entry or request with its key in the clear, to be shrouded anew. */
static enum rc
open_entry(struct kdb *db, const struct entry *e, struct pw *pw, const struct notes *notes,
	   struct err *err)
{
	struct err words = ERR_INIT;
	struct entry *open;
	enum rc rc;

	if (e->open_key || !e->key.span.size)
		return RC_OK;
	open = entry_dup(e);
	if (!open)
		return err_default(err, RC_NO_MEMORY);
	rc = codec_open_any_key(&open->open_key, e, pw, err);
	piece_release(&open->key);
	if (rc == RC_NO_MEMORY)
		(void)err_default(err, rc);
	else if (rc)
		rc = no_open(entry_label(e), err);
	else
		rc = tell_mismatch(codec_check_key(e, open->open_key, &words), &words, notes);
	if (!rc)
		rc = kdb_replace(db, e, open, NULL);
	entry_unref(&open);
	return rc;
}

static enum rc
open_request(struct kdb *db, const struct request *r, struct pw *pw, const struct notes *notes,
	     struct err *err)
{
	struct err words = ERR_INIT;
	struct request *open;
	enum rc rc;

	if (r->open_key || !r->key.span.size)
		return RC_OK;
	open = request_dup(r);
	if (!open)
		return err_default(err, RC_NO_MEMORY);
	rc = codec_open_any_request_key(&open->open_key, r, pw, err);
	piece_release(&open->key);
	if (rc == RC_NO_MEMORY)
		(void)err_default(err, rc);
	else if (rc)
		rc = no_open(r->label.span, err);
	else
		rc = tell_mismatch(codec_check_request_key(r, open->open_key, &words), &words,
				   notes);
	if (!rc)
		rc = kdb_replace_request(db, r, open);
	request_unref(&open);
	return rc;
}

static enum rc
open_all(struct kdb *db, struct pw *pw, const struct notes *notes, struct err *err)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; !rc && i < db->count; i++)
		rc = open_entry(db, db->entries[i], pw, notes, err);
	for (size_t i = 0; !rc && i < db->request_count; i++)
		rc = open_request(db, db->requests[i], pw, notes, err);
	return rc ? err_default(err, rc) : RC_OK;
}

enum rc
store_rekey(const struct store *st, struct kdb *db, struct pw *pw, const struct notes *notes,
	    struct err *err)
{
	struct err local = ERR_INIT;
	enum rc rc = RC_OK;

	if (!err)
		err = &local;
	if (st->pw)
		rc = open_all(db, st->pw, notes, err);
	if (!rc)
		rc = codec_shroud(db, pw);
	if (!rc && st->pw && st->codec->rekey)
		rc = st->codec->rekey(db, st->pw, pw, err);
	return rc ? err_default(err, rc) : RC_OK;
}

enum rc
store_save_as(struct store *st, struct kdb *db, struct pw **pw, const struct notes *notes,
	      struct err *err)
{
	enum rc rc = store_rekey(st, db, *pw, notes, err);

	if (!rc)
		rc = replace(st, db, *pw, notes, err);
	if (!rc || rc == RC_OUTPUT) {
		pw_free(&st->pw);
		st->pw = *pw;
		*pw = NULL;
	}
	pw_free(pw);
	return rc;
}

/* Who a new file in this folder would belong to, and what was asked for instead. */
static enum rc
owner_of_new(struct fs_owner *owner, int fd, const struct store_new *how, struct err *err)
{
	struct stat now;

	if (fstat(fd, &now) != 0)
		return err_set(err, RC_IO, "cannot see whom the new file belongs to: %s",
			       fs_words(errno));
	owner->uid = how->set_uid ? how->owner.uid : now.st_uid;
	owner->gid = how->set_gid ? how->owner.gid : now.st_gid;
	owner->mode = how->set_mode ? how->owner.mode & MODE_KEPT : MODE_NEW;
	return RC_OK;
}

/* A second part that lies there belongs to another database. */
static enum rc
check_no_second(const struct store *st, struct err *err)
{
	struct parts p;
	enum rc rc = parts_find(&p, st->real, st->codec, err);

	if (rc || !p.second)
		return rc;
	if (fs_kind(p.second, true) != FS_NONE)
		rc = err_set(err, RC_EXISTS, "'%s' exists already", ESC(p.second));
	parts_release(&p);
	return rc;
}

/* What was left of a database of this name that was not made, or is no more. Only now that PART~new
 * of the first is ours: without it another may be at work there. */
static enum rc
remove_older(const struct store *st, const struct writing *w, struct err *err)
{
	store_stash_settle(st, true);
	if (!w->parts.second || fs_kind(w->parts.second_new, true) == FS_NONE)
		return RC_OK;
	return store_remove(w->parts.second_new, err);
}

static enum rc
commit_new(struct store *st, struct kdb *db, const struct store_new *how, struct err *err)
{
	struct writing w = WRITING_INIT(st->pw, NULL, err);
	enum rc rc = check_no_second(st, err);

	if (!rc)
		rc = write_first(&w, st, db);
	if (!rc)
		rc = remove_older(st, &w, err);
	if (!rc)
		rc = owner_of_new(&st->owner, w.stage[0].fd, how, err);
	if (!rc)
		rc = stage_sync(&w.stage[0], &st->owner, err);
	if (!rc)
		rc = write_second(&w, &st->owner);
	if (!rc)
		rc = stage_commit_new(&w.stage[0], err);
	if (w.stage[0].renamed) {
		rc = commit_second(&w, st, rc);
		take_new(st, &w.stage[0]);
		kdb_swap(&st->db, db);
	}
	writing_release(&w);
	return rc;
}

enum rc
store_create(struct store *st, const char *path, struct kdb *db, struct store_new *how,
	     struct err *err)
{
	enum rc rc;

	pw_free(&st->pw);
	st->pw = how->pw;
	how->pw = NULL;
	st->codec = how->codec;
	rc = store_set_path(st, path, err);
	if (!rc && fs_kind(st->real, true) != FS_NONE)
		rc = err_set(err, RC_EXISTS, "'%s' exists already", ESC(path));
	if (!rc) {
		rc = codec_shroud(db, st->pw);
		if (rc)
			(void)err_default(err, rc);
	}
	return rc ? rc : commit_new(st, db, how, err);
}

/* The entry of a table that is looked up by name, else the number. */
static enum rc
by_number(unsigned *out, const char *text, const char *what, struct err *err)
{
	uint64_t number;

	if (text_number(&number, text, NUMBER_MAX))
		return err_set(err, RC_NOT_FOUND, "there is no %s '%s'", what, ESC(text));
	*out = (unsigned)number;
	return RC_OK;
}

enum rc
store_new_owner(struct store_new *how, const char *user, const char *group, struct err *err)
{
	const struct passwd *pw = user ? getpwnam(user) : NULL;
	const struct group *gr = NULL;
	enum rc rc = RC_OK;

	if (pw)
		how->owner.uid = pw->pw_uid;
	else if (user)
		rc = by_number(&how->owner.uid, user, "user", err);
	how->set_uid |= user != NULL;
	gr = group && !rc ? getgrnam(group) : NULL;
	if (gr)
		how->owner.gid = gr->gr_gid;
	else if (group && !rc)
		rc = by_number(&how->owner.gid, group, "group", err);
	how->set_gid |= group != NULL;
	return rc;
}

void
store_own(struct store *st, const struct store_new *how)
{
	if (!st->id.inode)
		st->owner = (struct fs_owner){ geteuid(), getegid(), MODE_NEW };
	if (how->set_mode)
		st->owner.mode = how->owner.mode;
	if (how->set_uid)
		st->owner.uid = how->owner.uid;
	if (how->set_gid)
		st->owner.gid = how->owner.gid;
}

enum rc
store_remove(const char *path, struct err *err)
{
	if (unlink(path) != 0 && errno != ENOENT)
		return err_set(err, RC_IO, "cannot remove '%s': %s", ESC(path), fs_words(errno));
	/* Removed it is; where the folder cannot be synced, a crash may bring it back. */
	(void)fs_sync_folder(path);
	return RC_OK;
}

enum rc
store_replace(struct store *st, struct kdb *db, struct store_new *how, const struct notes *notes,
	      struct err *err)
{
	const struct codec *was = st->codec;
	struct parts old;
	enum rc rc = parts_find(&old, st->real, was, err);

	st->codec = how->codec;
	if (!rc && was != how->codec)
		rc = check_no_second(st, err);
	/* The second part of what is replaced must not be taken for that of what is new. */
	db->all_parts = old.second && was == how->codec;
	/* Of what is replaced nothing is opened. */
	if (!rc)
		rc = store_save_as(st, db, &how->pw, notes, err);
	else
		pw_free(&how->pw);
	if (rc && rc != RC_OUTPUT)
		st->codec = was;
	else if (old.second && !st->db.request_count && store_remove(old.second, err))
		rc = RC_OUTPUT;
	st->db.all_parts = false;
	parts_release(&old);
	return rc;
}

/* To where it is that of a save that was committed, which counts as long as the first part is there
 * and is left-over without it. */
static enum rc
move_second_aside(const struct parts *p, struct err *err)
{
	if (!p->second || parts_committed(p))
		return RC_OK;
	if (rename(p->second, p->second_new) != 0 && errno != ENOENT)
		return err_set(err, RC_IO, "cannot remove '%s': %s", ESC(p->second),
			       fs_words(errno));
	/* A crash may bring its name back: all is as it was then. */
	(void)fs_sync_folder(p->second);
	return RC_OK;
}

/* A stash that is on its way to nowhere. One that is being written is under another lock. */
static void
remove_stash(const struct store *st)
{
	char *stash = store_stash_path(st->real);
	char *coming = stash ? store_new_name(stash) : NULL;
	int fd = coming ? store_open_left_over(st, coming) : -1;

	/* Without its database it is worth nothing, and the next one of this name removes it. */
	if (fd >= 0) {
		(void)unlink(coming);
		(void)fs_sync_folder(coming);
		(void)close(fd);
	}
	free(coming);
	free(stash);
}

/* With its first part the database is gone. */
/* The third file of a CMS database, which only IBM's programs make. A CA's list that lies there
 * under its name is none, and stays. */
static bool
is_crl_part(const char *path)
{
	static const unsigned char magic[] = { 0x37, 0x48 };
	unsigned char head[sizeof(magic)] = { 0 };
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	bool is;

	if (fd < 0)
		return false;
	is = fs_read_head(fd, head, sizeof(head)) == (ssize_t)sizeof(head) &&
	     memcmp(head, magic, sizeof(magic)) == 0;
	close(fd);
	return is;
}

static enum rc
remove_crl_part(const struct store *st, struct err *err)
{
	char *path;
	enum rc rc = RC_OK;

	if (st->codec != &codec_cms)
		return RC_OK;
	path = fs_with_suffix(st->real, ".crl");
	if (path && is_crl_part(path) && store_remove(path, NULL)) {
		rc = err_set(err, RC_OUTPUT,
			     "'%s' was removed, but '%s', which goes with it, was not",
			     ESC(st->path), ESC(path));
	}
	free(path);
	return rc;
}

enum rc
store_delete(struct store *st, struct err *err)
{
	struct parts p;
	enum rc rc = parts_find(&p, st->real, st->codec, err);

	if (!rc)
		rc = move_second_aside(&p, err);
	if (!rc)
		rc = store_remove(st->real, err);
	if (rc)
		goto out;
	remove_stash(st);
	if (p.second && store_remove(p.second_new, err)) {
		rc = err_set(err, RC_OUTPUT, "'%s' was removed, but its requests lie in '%s' still",
			     ESC(st->path), ESC(p.second_new));
	}
	if (!rc)
		rc = remove_crl_part(st, err);
out:
	parts_release(&p);
	return rc;
}
