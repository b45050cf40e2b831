/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that an operation writes. All are checked and written beside their places before the
 * database is saved, and put there afterwards; a terminal, a pipe, a device get theirs last. */
#include "base/text.h"
#include "codec/pem.h"
#include "op/runner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MODE_PRIVATE = 0600 };

static enum rc
check_stdout(const struct run *run, const struct output *o, struct err *err)
{
	if (run->args->given[P_JSON]) {
		(void)err_set(err, RC_USAGE,
			      "standard output cannot hold both the file and --json");
		return err_hint(err, "--out FILE names a file");
	}
	if (!isatty(STDOUT_FILENO))
		return RC_OK;
	if (!o->secret && (o->is_public_text || pem_is_text(output_span(o))))
		return RC_OK;
	(void)err_set(err, RC_USAGE, "%s is not written to a terminal",
		      o->secret ? "a key" : "DER");
	return err_hint(err, "--out FILE names a file");
}

/* True when real is path, or a save of it on its way. */
static bool
is_or_will_be(const char *real, const char *path)
{
	size_t size = strlen(path);

	if (strncmp(real, path, size) == 0 && (!real[size] || strcmp(real + size, "~new") == 0))
		return true;
	return fs_same(real, path);
}

/* RC_IN_USE when real is the database at db (which may be NULL) or lies beside it as one of its
 * files. */
static enum rc
check_part(const char *real, const char *db, const struct codec *codec)
{
	const char *suffix = codec ? codec->parts[1] : NULL;
	char *stash = db ? store_stash_path(db) : NULL;
	char *second = db && suffix ? fs_with_suffix(db, suffix) : NULL;
	enum rc rc = RC_OK;

	if (db && (!stash || (suffix && !second)))
		rc = RC_NO_MEMORY;
	else if (db && (is_or_will_be(real, db) || is_or_will_be(real, stash) ||
			(second && is_or_will_be(real, second))))
		rc = RC_IN_USE;
	free(stash);
	free(second);
	return rc;
}

static enum rc
check_in_use(const struct run *run, const char *real, const char *path, struct err *err)
{
	const struct store *st = &run->session->store;
	enum rc rc = check_part(real, st->real, run->call.how.codec);

	if (!rc)
		rc = check_part(real, st->real, st->codec);
	if (!rc)
		rc = check_part(real, run->source.real, run->source.codec);
	if (rc != RC_IN_USE)
		return rc ? err_default(err, rc) : RC_OK;
	return err_set(err, RC_IN_USE,
		       "'%s' belongs to the database that is in use: not overwritten", ESC(path));
}

static enum rc
check_twice(const struct run *run, size_t at, struct err *err)
{
	const struct output *o = run->result->outputs;

	for (size_t i = 0; i < at; i++) {
		if (strcmp(o[i].path, o[at].path) == 0 || fs_same(o[i].path, o[at].path))
			return err_set(err, RC_USAGE, "two outputs have the same place: '%s'",
				       ESC(o[at].path));
	}
	return RC_OK;
}

static enum rc
exists(const struct output *o, const char *what, bool force_helps, struct err *err)
{
	(void)err_set(err, RC_EXISTS, "'%s' %s", ESC(o->path), what);
	if (o->is_new)
		return err_hint(err, "a passphrase is only written to a new file");
	return force_helps ? err_hint(err, "--force overwrites it") : RC_EXISTS;
}

/* /dev/stdout and its like are links to what they mean. */
static bool
is_device_link(const char *path)
{
	enum fs_kind to = fs_kind(path, false);

	return strncmp(path, "/dev/", strlen("/dev/")) == 0 && (to == FS_DEVICE || to == FS_FIFO);
}

/* A link of the system's, such as /dev/stdout where that is a file: in its place a file would be in
 * the way of every program. */
static enum rc
check_link_stays(const struct output *o, struct err *err)
{
	static const char dev[] = "/dev/";
	static const char proc[] = "/proc/";
	char *place = NULL;
	enum rc rc = fs_place(&place, o->path, err);

	if (rc)
		return rc;
	if (strncmp(place, proc, strlen(proc)) == 0 ||
	    (strncmp(place, dev, strlen(dev)) == 0 && fs_base_name(place) == place + strlen(dev))) {
		(void)err_set(err, RC_EXISTS, "'%s' is a symbolic link of the system's: it stays",
			      ESC(o->path));
		rc = err_hint(err, "--out - writes to standard output");
	}
	free(place);
	return rc;
}

/* What an earlier operation of the transaction is to write there, or NULL. */
static const struct output *
planned(const struct run *run, const struct output *o)
{
	const struct transaction *together = run->session->together;
	const struct output *other = together ? transaction_output(together, o->path) : NULL;

	return other != o ? other : NULL;
}

/* One of the two is the other's ~new, which it has until it is whole. */
static bool
is_made_of(const struct run *run, const char *path)
{
	const struct transaction *together = run->session->together;
	size_t size = strlen(path);
	struct buf other = BUF_INIT;
	bool is = false;

	if (!together)
		return false;
	buf_put_text(&other, path);
	buf_put_text(&other, "~new");
	if (!other.bad)
		is = transaction_output(together, buf_text(&other)) != NULL;
	buf_release(&other);
	if (is || size < sizeof("~new") || strcmp(path + size - 4, "~new") != 0)
		return is;
	buf_put(&other, SPAN_OF(path, size - 4));
	if (!other.bad)
		is = transaction_output(together, buf_text(&other)) != NULL;
	buf_release(&other);
	return is;
}

/* What an earlier operation of the transaction is to write. */
static enum rc
check_planned(const struct run *run, const struct output *o, bool force, struct err *err)
{
	const struct output *other = planned(run, o);

	if (is_made_of(run, o->path)) {
		return err_set(err, RC_USAGE,
			       "'%s' is where a file waits that an earlier command writes",
			       ESC(o->path));
	}
	/* A passphrase that was made is nowhere else. */
	if (other && other->is_new)
		return exists(o, "is where an earlier command writes a passphrase", false, err);
	if (!force && other)
		return exists(o, "is written already, by an earlier command", !o->is_new, err);
	return RC_OK;
}

static enum rc
check_link(const struct output *o, bool force, struct err *err)
{
	enum fs_kind to = fs_kind(o->path, false);
	enum rc rc;

	if (is_device_link(o->path))
		return RC_OK;
	rc = check_link_stays(o, err);
	if (rc)
		return rc;
	if (to != FS_REGULAR && to != FS_NONE)
		return exists(o, "is a symbolic link, and not to a file", false, err);
	return force ? RC_OK : exists(o, "is a symbolic link", true, err);
}

/* What is at the place already. */
static enum rc
check_place(const struct run *run, const struct output *o, struct err *err)
{
	bool force = (o->force || run->args->given[P_FORCE]) && !o->is_new;
	enum rc rc = check_planned(run, o, force, err);

	if (rc)
		return rc;
	switch (fs_kind(o->path, true)) {
	case FS_NONE:
		return RC_OK;
	case FS_REGULAR:
		return force ? RC_OK : exists(o, "exists already", true, err);
	case FS_LINK:
		return check_link(o, force, err);
	case FS_FOLDER:
		return err_set(err, RC_IO, "cannot write '%s': it is a folder", ESC(o->path));
	default:
		return o->is_new ? exists(o, "exists already", false, err) : RC_OK;
	}
}

/* The folder of a path is missing. */
static enum rc
no_folder(const char *path, struct err *err)
{
	size_t size = (size_t)(fs_base_name(path) - path);
	struct buf folder = BUF_INIT;

	buf_put(&folder, SPAN_OF(path, size > 1 ? size - 1 : size));
	if (folder.bad)
		return err_default(err, RC_NO_MEMORY);
	(void)err_set(err, RC_NO_FILE, "cannot write '%s': there is no folder '%s'", ESC(path),
		      ESC(buf_text(&folder)));
	buf_release(&folder);
	return RC_NO_FILE;
}

/* A file's path, whatever it will hold. */
static enum rc
check_path(const struct run *run, const struct output *o, struct err *err)
{
	char *real = NULL;
	enum rc rc = fs_resolve(&real, o->path, err);

	if (rc == RC_NO_FILE)
		return no_folder(o->path, err);
	if (!rc)
		rc = check_in_use(run, real, o->path, err);
	if (!rc)
		rc = check_place(run, o, err);
	free(real);
	return rc;
}

static enum rc
check_output(const struct run *run, size_t at, struct err *err)
{
	const struct output *o = &run->result->outputs[at];
	enum rc rc;

	if (output_is_stdout(o))
		return check_stdout(run, o, err);
	rc = check_twice(run, at, err);
	if (rc)
		return rc;
	if (!o->stash_version)
		return check_path(run, o, err);
	/* That it may go was seen when the first was planned. */
	return run->call.stash_version ? RC_OK : store_stash_may_go(&run->session->store, err);
}

enum rc
run_check_paths(const struct run *run, struct err *err)
{
	static const enum param places[] = { P_OUT, P_KEY_OUT };
	struct output o = { .bytes = BUF_INIT };
	struct buf path = BUF_INIT;
	enum rc rc = RC_OK;

	for (size_t i = 0; !rc && i < ARRAY_SIZE(places); i++) {
		if (!run->args->given[places[i]])
			continue;
		buf_put_text(&path, run->args->text[places[i]]);
		o.path = buf_steal(&path);
		if (!o.path)
			return err_default(err, RC_NO_MEMORY);
		if (!output_is_stdout(&o))
			rc = check_path(run, &o, err);
		else if (run->args->given[P_JSON])
			rc = check_stdout(run, &o, err);
		free(o.path);
	}
	return rc;
}

/* The owner that the file gets, or NULL: by the umask. */
static const struct fs_owner *
owner_of(struct run *run, const struct output *o, struct fs_owner *owner)
{
	bool narrowed = false;

	if (!o->stash_version && !o->secret)
		return NULL;
	*owner = (struct fs_owner){ geteuid(), getegid(), MODE_PRIVATE };
	if (o->stash_version)
		store_stash_owner(owner, &narrowed, &run->session->store);
	if (narrowed)
		result_narrowed(run->result, o->path);
	return owner;
}

static enum rc
stage_output(struct run *run, size_t at, struct err *err)
{
	struct output *o = &run->result->outputs[at];
	struct stage *stage = &run->stages[at];
	struct fs_owner owner;
	enum rc rc = stage_open(stage, o->path, err);

	/* What is written straight through has its turn when all else is done. */
	if (rc || !stage->temporary)
		return rc;
	rc = stage_write(stage, output_span(o), err);
	if (!rc)
		rc = stage_sync(stage, owner_of(run, o, &owner), err);
	/* STASH~new counts as soon as the database is saved. */
	return rc || !o->stash_version ? rc : stage_sync_name(stage, err);
}

enum rc
run_check_outputs(const struct run *run, struct err *err)
{
	enum rc rc = RC_OK;

	/* The operation had them written. */
	if (run->stages)
		return RC_OK;
	for (size_t i = 0; !rc && i < run->result->output_count; i++)
		rc = check_output(run, i, err);
	return rc;
}

enum rc
run_check_places(const struct run *run, struct err *err)
{
	const struct result *r = run->result;
	enum rc rc = RC_OK;

	for (size_t i = 0; !rc && i < r->output_count; i++)
		if (!r->outputs[i].stash_version)
			rc = check_path(run, &r->outputs[i], err);
	return rc;
}

enum rc
run_stage_outputs(struct run *run, struct err *err)
{
	struct result *r = run->result;
	enum rc rc = RC_OK;

	if (r->dry_run || !r->output_count || run->stages)
		return RC_OK;
	run->stages = malloc(r->output_count * sizeof(*run->stages));
	if (!run->stages)
		return err_default(err, RC_NO_MEMORY);
	for (size_t i = 0; i < r->output_count; i++)
		run->stages[i] = (struct stage)STAGE_INIT;
	for (size_t i = 0; !rc && i < r->output_count; i++)
		rc = stage_output(run, i, err);
	/* A passphrase is where it belongs before anything depends on it. */
	for (size_t i = 0; !rc && i < r->output_count; i++)
		if (r->outputs[i].is_new)
			rc = stage_commit_new(&run->stages[i], err);
	return rc;
}

static enum rc
commit_output(struct run *run, size_t at, struct err *err)
{
	struct output *o = &run->result->outputs[at];
	struct stage *stage = &run->stages[at];
	bool made = run->flags & OP_CREATES && !run->exists;
	enum rc rc;

	if (o->is_new)
		return RC_OK;
	if (!stage->temporary)
		return stage_write(stage, output_span(o), err);
	o->fresh = fs_kind(o->path, true) == FS_NONE;
	rc = stage_commit(stage, err);
	/* STASH~new opens what was saved: readers take it, the next writer gives it its name. */
	if (rc && o->stash_version && run->saved && !made)
		stage->renamed = true;
	return rc;
}

/* Files first: what is written straight through cannot be taken back. */
static enum rc
commit_all(struct run *run, struct err *err)
{
	size_t count = run->stages ? run->result->output_count : 0;
	enum rc rc = RC_OK;

	for (size_t i = 0; !rc && i < count; i++)
		if (run->stages[i].temporary)
			rc = commit_output(run, i, err);
	for (size_t i = 0; !rc && i < count; i++)
		if (!run->stages[i].temporary)
			rc = commit_output(run, i, err);
	return rc;
}

/* What was put into free places goes again. *stands: some was put over what was there; *keys:
 * private ones among them, which a new file's passphrase may belong to. */
static void
take_back(struct run *run, bool *stands, bool *keys)
{
	struct result *r = run->result;

	for (size_t i = 0; run->stages && i < r->output_count; i++) {
		const struct output *o = &r->outputs[i];

		if (o->is_new || !run->stages[i].renamed || (o->fresh && !unlink(o->path)))
			continue;
		*stands = true;
		*keys = *keys || o->secret;
	}
}

/* Nothing was saved, or it was taken back. */
static enum rc
fail_whole(struct run *run, enum rc rc, const struct err *why, struct err *err)
{
	bool stands = false;

	take_back(run, &stands, &run->written);
	(void)err_set(err, rc, "%s%s", why->message,
		      stands ? "; outputs before it were written over what was there" : "");
	return why->hint[0] ? err_hint(err, "%s", why->hint) : rc;
}

enum rc
run_commit_outputs(struct run *run, struct err *err)
{
	struct err why = ERR_INIT;
	enum rc rc = commit_all(run, &why);

	run->written = !rc;
	if (!rc)
		return RC_OK;
	/* A new database whose stash or outputs are missing is no use: it goes again. */
	if (run->saved && run->flags & OP_CREATES && !run->exists &&
	    !store_delete(&run->session->store, NULL))
		run->saved = false;
	if (!run->saved)
		return fail_whole(run, rc, &why, err);
	return err_set(err, RC_OUTPUT,
		       "the database was changed, but an output was not written: %s", why.message);
}

void
run_drop_outputs(struct run *run)
{
	struct result *r = run->result;

	for (size_t i = 0; run->stages && i < r->output_count; i++) {
		/* The file of a passphrase that nothing came to depend on. */
		if (r->outputs[i].is_new && run->stages[i].renamed && !run->saved &&
		    !run->written && !run->call.keeps_new)
			(void)unlink(r->outputs[i].path);
		stage_drop(&run->stages[i]);
	}
	free(run->stages);
	run->stages = NULL;
}
