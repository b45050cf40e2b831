/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The stash of a database: STEM.sth beside it. Databases of one stem share the name, so a stash is
 * looked at before it is replaced or removed. */
#include "base/text.h"
#include "codec/stash.h"
#include "store/file.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	STASH_FILE_MAX = 65536,
	NEIGHBOURS_MAX = 64,
	MODE_STASH = 0660,
	MODE_OTHERS = 07,
	VERSION_DEFAULT = 2
};

#define SUFFIX ".sth"

const char *
stash_state_name(enum stash_state state)
{
	static const char *const names[] = { "missing", "ok", "stale", "other" };

	return names[state];
}

/* What a link leads to; path itself where it is none, or one that cannot be followed, which opening
 * it will say. */
static char *
followed(const char *path)
{
	char *real = NULL;

	if (fs_kind(path, true) != FS_LINK || fs_resolve(&real, path, NULL))
		return strdup(path);
	return real;
}

char *
store_stash_path(const char *path)
{
	char *real = followed(path);
	char *beside = real ? fs_with_suffix(real, SUFFIX) : NULL;
	char *stash = beside ? followed(beside) : NULL;

	free(real);
	free(beside);
	return stash;
}

static enum rc
read_stash(struct secret **pass, const char *stash, int *version, struct err *err)
{
	struct buf file = BUF_INIT;
	enum rc rc = fs_read(&file, stash, STASH_FILE_MAX, NULL, err);

	if (rc)
		return rc;
	rc = stash_read(pass, buf_span(&file), version);
	buf_release(&file);
	if (rc == RC_NO_MEMORY)
		return err_default(err, rc);
	if (rc)
		return err_set(err, rc, "'%s' is no stash, or a damaged one", ESC(stash));
	return RC_OK;
}

void
store_pair_see(struct store_pair *pair, const char *path)
{
	char *stash = store_stash_path(path);

	if (fs_id_of(&pair->database, path))
		pair->database = (struct fs_id){ .inode = 0 };
	if (!stash || fs_id_of(&pair->stash, stash))
		pair->stash = (struct fs_id){ .inode = 0 };
	free(stash);
}

bool
store_pair_moves(const struct store_pair *seen, const char *path)
{
	char *stash = store_stash_path(path);
	struct buf coming = BUF_INIT;
	struct store_pair now;
	bool moves;

	store_pair_see(&now, path);
	buf_put_text(&coming, stash ? stash : "");
	buf_put_text(&coming, "~new");
	moves = !fs_id_unchanged(&now.database, &seen->database) ||
		!fs_id_unchanged(&now.stash, &seen->stash) ||
		fs_kind(buf_text(&coming), true) == FS_REGULAR;
	buf_release(&coming);
	free(stash);
	return moves;
}

int
store_stash_version(const char *path)
{
	char *stash = store_stash_path(path);
	struct secret *pass = NULL;
	int version = VERSION_DEFAULT;

	if (stash && read_stash(&pass, stash, &version, NULL))
		version = VERSION_DEFAULT;
	secret_free(&pass);
	free(stash);
	return version;
}

/* Whether pass opens the database in this file. RC_NO_MEMORY alone: what cannot be read is not
 * opened. */
static enum rc
opens(bool *opened, const char *real, const struct secret *pass)
{
	struct store_source from = { .real = real, .name = real };
	struct secret *copy = NULL;
	struct kdb db = KDB_INIT;
	const struct codec *codec;
	enum rc rc = secret_copy(&copy, pass);

	if (!rc)
		rc = pw_new(&from.pw, &copy, 0);
	if (!rc)
		rc = store_read(&db, &codec, &from, NULL, NULL);
	*opened = !rc;
	pw_free(&from.pw);
	kdb_release(&db);
	return rc == RC_NO_MEMORY ? rc : RC_OK;
}

/* True for another file of the same stem that may be a database. */
static bool
is_neighbour(const char *name, const char *own)
{
	const char *dot = strrchr(own, '.');
	size_t stem = dot && dot != own ? (size_t)(dot - own) : strlen(own);
	size_t size = strlen(name);

	if (strcmp(name, own) == 0 || size < stem || strncmp(name, own, stem) != 0)
		return false;
	if (name[stem] && (name[stem] != '.' || strchr(name + stem + 1, '.')))
		return false;
	return strcmp(name + stem, SUFFIX) != 0 && name[size - 1] != '~' && !strchr(name, '~');
}

/* Whether pass opens the file of this name beside real. As opens. */
static enum rc
opens_beside(bool *opened, const char *real, const char *name, const struct secret *pass)
{
	struct buf path = BUF_INIT;
	enum rc rc;

	*opened = false;
	buf_put(&path, SPAN_OF(real, (size_t)(fs_base_name(real) - real)));
	buf_put_text(&path, name);
	rc = buf_rc(&path);
	if (!rc)
		rc = opens(opened, buf_text(&path), pass);
	buf_release(&path);
	return rc;
}

/* Whether pass opens a file with real's stem in real's folder. As opens. */
static enum rc
opens_neighbour(bool *opened, const char *real, const struct secret *pass)
{
	const char *own = fs_base_name(real);
	struct buf path = BUF_INIT;
	const struct dirent *at;
	int tried = 0;
	DIR *folder;
	enum rc rc;

	*opened = false;
	buf_put(&path, SPAN_OF(real, (size_t)(own - real)));
	buf_put_text(&path, ".");
	rc = buf_rc(&path);
	folder = rc ? NULL : opendir(buf_text(&path));
	buf_release(&path);
	if (!folder)
		return rc ? rc : errno == ENOMEM ? RC_NO_MEMORY : RC_OK;
	while (!rc && !*opened && tried < NEIGHBOURS_MAX && (at = readdir(folder))) {
		if (!is_neighbour(at->d_name, own))
			continue;
		rc = opens_beside(opened, real, at->d_name, pass);
		tried++;
	}
	/* It was only read. */
	(void)closedir(folder);
	return rc;
}

/* The new stash of a save that was killed before it gave it its name, or is about to: *pass is what
 * is in it when it opens the database at path, else NULL. RC_NO_MEMORY alone. */
static enum rc
read_coming(struct secret **pass, const char *path, const char *stash)
{
	char *coming = store_new_name(stash);
	char *real = NULL;
	bool own = false;
	enum rc rc = coming ? RC_OK : RC_NO_MEMORY;

	*pass = NULL;
	if (!rc && fs_kind(coming, true) == FS_REGULAR)
		rc = read_stash(pass, coming, NULL, NULL);
	if (!rc && *pass)
		rc = fs_resolve(&real, path, NULL);
	if (!rc && *pass)
		rc = opens(&own, real, *pass);
	if (!own)
		secret_free(pass);
	free(coming);
	free(real);
	return rc == RC_NO_MEMORY ? rc : RC_OK;
}

bool
store_has_stash(const char *path)
{
	char *stash = store_stash_path(path);
	struct secret *pass = NULL;
	bool is_stash = stash && strcmp(stash, path) == 0;
	bool has = !stash || (!is_stash && fs_kind(stash, false) != FS_NONE);

	if (!has && !is_stash)
		has = read_coming(&pass, path, stash) || pass;
	secret_free(&pass);
	free(stash);
	return has;
}

enum rc
store_stash_load(struct secret **pass, const char *path, struct err *err)
{
	char *stash = store_stash_path(path);
	enum rc rc;

	*pass = NULL;
	if (!stash)
		return err_default(err, RC_NO_MEMORY);
	rc = read_coming(pass, path, stash);
	if (rc) {
		(void)err_default(err, rc);
	} else if (!*pass && fs_kind(stash, false) == FS_NONE) {
		rc = err_set(err, RC_NO_SECRET, "no stash lies beside '%s' ('%s')", ESC(path),
			     ESC(stash));
	} else if (!*pass) {
		rc = read_stash(pass, stash, NULL, err);
	}
	free(stash);
	return rc;
}

/* Whether pass opens the database of st. As opens. */
static enum rc
is_own(bool *own, const struct store *st, const struct secret *pass)
{
	const struct secret *known = st->pw ? pw_secret(st->pw) : NULL;

	if (!st->pw || !st->db.verified)
		return opens(own, st->real, pass);
	/* Absent and empty are one here: a stash cannot tell them apart. */
	*own = secret_equal(known, pass) || (!secret_size(known) && !secret_size(pass));
	return RC_OK;
}

/* What a passphrase out of a stash is worth. */
static enum rc
judge_pass(enum stash_state *state, const struct store *st, const struct secret *pass)
{
	bool opened = false;
	enum rc rc = is_own(&opened, st, pass);

	*state = opened ? STASH_OK : STASH_STALE;
	if (rc || opened)
		return rc;
	rc = opens_neighbour(&opened, st->real, pass);
	if (opened)
		*state = STASH_OTHER;
	return rc;
}

/* As store_stash_state; also before the database is there. */
static enum rc
judge(enum stash_state *state, const struct store *st, struct err *err)
{
	char *stash = store_stash_path(st->real);
	struct secret *pass = NULL;
	enum rc rc = RC_OK;

	if (!stash)
		return err_default(err, RC_NO_MEMORY);
	rc = read_coming(&pass, st->real, stash);
	*state = pass ? STASH_OK : STASH_MISSING;
	if (rc)
		(void)err_default(err, rc);
	if (rc || pass || fs_kind(stash, false) == FS_NONE)
		goto out;
	rc = read_stash(&pass, stash, NULL, err);
	*state = STASH_STALE;
	/* What is no stash opens nothing. */
	if (rc == RC_DAMAGED || rc == RC_LIMIT) {
		err_clear(err);
		rc = RC_OK;
	} else if (!rc) {
		rc = judge_pass(state, st, pass);
		if (rc)
			(void)err_default(err, rc);
	}
out:
	secret_free(&pass);
	free(stash);
	return rc;
}

enum rc
store_stash_state(enum stash_state *state, const struct store *st, struct err *err)
{
	return judge(state, st, err);
}

static enum rc
not_ours(const struct store *st, struct err *err)
{
	(void)err_set(err, RC_CONFLICT, "the stash beside '%s' opens another database of that name",
		      ESC(st->path));
	return err_hint(err, "give this database another name, or move the stash away");
}

/* A stash that is a link stays one; but what it leads to was not made by us if it is no stash. */
static enum rc
check_link(const struct store *st, struct err *err)
{
	char *beside = fs_with_suffix(st->real, SUFFIX);
	struct secret *pass = NULL;
	struct err why = ERR_INIT;
	enum rc rc = beside ? RC_OK : err_default(err, RC_NO_MEMORY);

	if (!rc && fs_kind(beside, true) == FS_LINK && fs_kind(beside, false) != FS_NONE)
		rc = read_stash(&pass, beside, NULL, &why);
	if (rc == RC_DAMAGED || rc == RC_LIMIT) {
		rc = err_set(err, RC_CONFLICT, "'%s' is a symbolic link to what is no stash",
			     ESC(beside));
		(void)err_hint(err, "move the link away");
	} else if (why.message[0]) {
		rc = err_set(err, rc, "%s", why.message);
	}
	secret_free(&pass);
	free(beside);
	return rc;
}

enum rc
store_stash_may_go(const struct store *st, struct err *err)
{
	enum stash_state state = STASH_MISSING;
	enum rc rc = check_link(st, err);

	if (!rc)
		rc = judge(&state, st, err);
	return !rc && state == STASH_OTHER ? not_ours(st, err) : rc;
}

void
store_stash_owner(struct fs_owner *owner, bool *narrowed, const struct store *st)
{
	char *stash = store_stash_path(st->real);

	if (!stash || fs_owner_of(owner, stash))
		*owner = st->owner;
	*narrowed = (owner->mode & MODE_OTHERS) != 0;
	owner->mode &= MODE_STASH;
	free(stash);
}

enum rc
store_stash_save(const struct store *st, const struct secret *pass, int version, struct err *err)
{
	char *stash = store_stash_path(st->real);
	struct stage stage = STAGE_INIT;
	struct secret *file = NULL;
	struct fs_owner owner;
	bool narrowed;
	enum rc rc = stash ? store_stash_may_go(st, err) : err_default(err, RC_NO_MEMORY);

	if (!rc) {
		rc = stash_write(&file, pass, version);
		if (rc)
			(void)err_default(err, rc);
	}
	if (!rc)
		rc = stage_open(&stage, stash, err);
	if (!rc)
		rc = stage_write(&stage, secret_span(file), err);
	store_stash_owner(&owner, &narrowed, st);
	if (!rc)
		rc = stage_sync(&stage, &owner, err);
	if (!rc)
		rc = stage_commit(&stage, err);
	stage_drop(&stage);
	secret_free(&file);
	free(stash);
	return rc;
}

/* What is to be done about the new stash of a save that was killed: it opens the database (ok), or
 * another (other), or nothing (stale). One that cannot be read now is no concern of ours. */
static enum stash_state
judge_coming(const struct store *st, const char *coming, bool is_new)
{
	enum stash_state state = STASH_STALE;
	struct secret *pass = NULL;
	bool opened = false;
	enum rc rc = read_stash(&pass, coming, NULL, NULL);

	if (rc)
		return rc == RC_DAMAGED || rc == RC_LIMIT ? STASH_STALE : STASH_OTHER;
	if (!is_new)
		rc = opens(&opened, st->real, pass);
	if (opened)
		state = STASH_OK;
	else if (!rc)
		rc = opens_neighbour(&opened, st->real, pass);
	if (rc || (opened && state != STASH_OK))
		state = STASH_OTHER;
	secret_free(&pass);
	return state;
}

void
store_stash_settle(const struct store *st, bool is_new)
{
	char *stash = store_stash_path(st->real);
	char *coming = stash ? store_new_name(stash) : NULL;
	int fd = coming ? store_open_left_over(st, coming) : -1;
	enum stash_state state = fd >= 0 ? judge_coming(st, coming, is_new) : STASH_OTHER;

	/* Where it cannot be done the next writer does it, and until then it counts as it is. */
	if (state == STASH_OK && rename(coming, stash) == 0)
		(void)fs_sync_folder(stash);
	else if (state == STASH_STALE)
		(void)unlink(coming);
	if (fd >= 0)
		(void)close(fd);
	free(coming);
	free(stash);
}

/* Moves the stash to where one that is on its way lies. */
static enum rc
move_aside(const char *stash, struct err *err)
{
	char *coming = store_new_name(stash);
	enum rc rc = RC_OK;

	if (!coming)
		rc = err_default(err, RC_NO_MEMORY);
	else if (rename(stash, coming) != 0)
		rc = err_set(err, RC_IO, "cannot remove '%s': %s", ESC(stash), fs_words(errno));
	else
		/* A crash may bring its name back: all is as it was then. */
		(void)fs_sync_folder(stash);
	free(coming);
	return rc;
}

enum rc
store_stash_delete(const struct store *st, struct err *err)
{
	char *stash = store_stash_path(st->real);
	enum stash_state state = STASH_MISSING;
	enum rc rc = stash ? judge(&state, st, err) : err_default(err, RC_NO_MEMORY);

	if (!rc && state == STASH_OTHER)
		rc = not_ours(st, err);
	else if (!rc && state != STASH_MISSING && fs_kind(stash, true) != FS_NONE)
		rc = state == STASH_OK ? move_aside(stash, err) : store_remove(stash, err);
	free(stash);
	return rc;
}
