/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The database of a run: found, locked, opened, saved. */
#include "base/env.h"
#include "base/text.h"
#include "op/entry-make.h"
#include "op/runner.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
	WAIT_DEFAULT = 10,
	WAIT_MAX = 366 * 86400,
	SETTLE_MS = 20,
	SETTLE_TRIES = 100,
};

static enum rc
no_database(struct err *err)
{
	(void)err_set(err, RC_USAGE, "no database is named");
	return err_hint(err, "--db FILE names it, or KYMAN_DB in the environment");
}

/* In a transaction the one that it is about needs no name any more. */
static const char *
database_named(const struct run *run)
{
	const struct transaction *together = run->session->together;
	const char *named = run->args->given[P_DB]           ? run->args->text[P_DB]
			    : together && together->database ? together->database
							     : env_get("KYMAN_DB");

	return named && *named ? named : NULL;
}

static enum rc
find_converted(struct run *run, struct err *err)
{
	const struct words *words = &run->args->words;

	if (run->args->given[P_DB])
		return err_set(err, RC_USAGE,
			       "--db does not go with it: the databases are its arguments");
	run->source_path = words->items[0];
	run->path = words->items[1];
	return RC_OK;
}

enum rc
run_find_path(struct run *run, struct err *err)
{
	const struct args *args = run->args;

	if (!(run->flags & OP_DATABASE))
		return RC_OK;
	if (run->flags & OP_CONVERTS)
		return find_converted(run, err);
	if (run->flags & OP_DB_ARG && args->words.count) {
		if (args->given[P_DB]) {
			return err_set(err, RC_USAGE,
				       "the database is named twice: '%s' and --db '%s'",
				       ESC(args->words.items[0]), ESC(args->text[P_DB]));
		}
		run->path = args->words.items[0];
		return RC_OK;
	}
	run->path = database_named(run);
	if (!run->path)
		return no_database(err);
	if (!(run->flags & OP_COPIES))
		return RC_OK;
	run->source_path = run->path;
	if (!args->given[P_TO])
		return err_set(err, RC_USAGE, "--to FILE is missing: the database to copy to");
	run->path = args->text[P_TO];
	if (fs_same(run->path, run->source_path))
		return err_set(err, RC_USAGE, "'%s' and '%s' are one database", ESC(run->path),
			       ESC(run->source_path));
	return RC_OK;
}

enum rc
run_check_expiry(const struct run *run, const struct store *st, struct err *err)
{
	char when[TEXT_TIME_MAX];

	if (!st->db.expires || st->db.expires >= env_now() || run->flags & OP_EXPIRED_OK)
		return RC_OK;
	(void)err_set(err, RC_PASSWORD_EXPIRED, "the passphrase of '%s' expired on %s",
		      ESC(st->path), text_time(when, st->db.expires));
	return err_hint(err, "'kyman db passwd' gives it a new one");
}

/* Other programs encrypt the certificates, too. Without passphrase that is all that can be said of
 * them; but an empty one may do. */
static enum rc
open_hidden(struct run *run, struct store *st, const char *path, struct err *err)
{
	struct secret *none = NULL;
	struct pw *pw = NULL;
	enum rc rc = pw_new(&pw, &none, run->args->number[P_MAX_ITERATIONS]);

	if (rc)
		return err_default(err, rc);
	if (run->session->fips)
		pw_want_approved(pw);
	kdb_release(&st->db);
	rc = store_open(st, path, &pw, &run->notes, err);
	if (rc != RC_WRONG_SECRET)
		return rc;
	(void)err_set(err, RC_NO_SECRET,
		      "the certificates in '%s' are encrypted: without its passphrase they cannot "
		      "be seen",
		      ESC(path));
	return err_hint(err, "--pass says where it comes from");
}

static enum rc
open_once(struct run *run, struct store *st, const char *path, enum param p, struct err *err)
{
	struct pw *pw = NULL;
	bool blind;
	enum rc rc = run_database_pw(run, p, path, &pw, err);

	if (rc)
		return rc;
	blind = !pw;
	if (pw && run->session->fips)
		pw_want_approved(pw);
	if (pw && (run->flags & OP_KEYS || run->args->given[P_WITH_KEY]))
		pw_expect_keys(pw);
	rc = store_open(st, path, &pw, &run->notes, err);
	if (rc || !blind || !st->db.hidden_certs || st->db.count)
		return rc;
	return open_hidden(run, st, path, err);
}

/* By the stash: another process may be between changing the database and changing the stash, and
 * readers take no lock. */
static enum rc
open_by_stash(struct run *run, struct store *st, const char *path, enum param p, struct err *err)
{
	const struct timespec pause = { .tv_nsec = SETTLE_MS * 1000000L };
	struct store_pair seen;
	enum rc rc;

	store_pair_see(&seen, path);
	rc = open_once(run, st, path, p, err);
	for (int i = 0; rc == RC_WRONG_SECRET && i < SETTLE_TRIES; i++) {
		if (!store_pair_moves(&seen, path))
			break;
		(void)nanosleep(&pause, NULL);
		err_clear(err);
		store_pair_see(&seen, path);
		rc = open_once(run, st, path, p, err);
	}
	return rc;
}

static bool
uses_stash(const struct run *run, const char *path, enum param p)
{
	if (run->have[p])
		return false;
	if (run->args->given[p])
		return strcmp(run->args->text[p], "stash") == 0;
	return store_has_stash(path);
}

/* Opens one database with the passphrase that p says. */
static enum rc
open_with(struct run *run, struct store *st, const char *path, enum param p, struct err *err)
{
	bool given = run->args->given[p] || run->have[p];
	bool by_stash = uses_stash(run, path, p);
	enum rc rc = store_check(path, err);

	st->file_max = args_file_max(run->args, 0);
	if (!rc)
		rc = by_stash ? open_by_stash(run, st, path, p, err)
			      : open_once(run, st, path, p, err);
	if (rc == RC_WRONG_SECRET && by_stash && !given && run->flags & OP_STASH_TOLD) {
		err_clear(err);
		rc = store_open(st, path, NULL, &run->notes, err);
	} else if (rc == RC_WRONG_SECRET && by_stash) {
		return err_hint(err,
				"the passphrase came from the stash beside it; --%s prompt "
				"asks for it",
				param_info(p)->flag);
	}
	return rc ? rc : run_check_expiry(run, st, err);
}

static enum rc
lock(struct run *run, struct err *err)
{
	uint64_t wait = run->args->given[P_WAIT] ? run->args->number[P_WAIT] : WAIT_DEFAULT;

	if (wait > WAIT_MAX)
		wait = WAIT_MAX;
	return store_lock(&run->session->store, run->path, (unsigned)wait, err);
}

/* What is there already, without its passphrase. */
static enum rc
open_existing(struct run *run, enum if_exists how, struct err *err)
{
	struct store *st = &run->session->store;
	enum rc rc = RC_OK;

	if (how == IF_EXISTS_FAIL) {
		(void)err_set(err, RC_EXISTS, "'%s' exists already", ESC(run->path));
		if (run->flags & OP_CONVERTS)
			return err_hint(err, "give the new database a name that is free");
		return err_hint(err, "--if-exists keep keeps a database that is there");
	}
	run->done = how == IF_EXISTS_KEEP;
	run->exists = !run->done;
	if (run->exists)
		rc = lock(run, err);
	if (!rc)
		rc = store_open(st, run->path, NULL, NULL, err);
	if (rc == RC_UNKNOWN_FORMAT || rc == RC_DAMAGED || rc == RC_UNSUPPORTED)
		return err_set(err, RC_EXISTS, "'%s' exists already and is no database",
			       ESC(run->path));
	return rc;
}

static enum rc
open_source(struct run *run, struct err *err)
{
	if (run->source_kept)
		return run_refresh(run, &run->source, err);
	return open_with(run, &run->source, run->source_path, P_PASS, err);
}

static enum rc
open_new(struct run *run, struct err *err)
{
	bool converts = run->flags & OP_CONVERTS;
	struct store *st = &run->session->store;
	struct secret *secret = NULL;
	enum rc rc = RC_OK;

	if (fs_kind(run->path, false) != FS_NONE)
		rc = open_existing(run, if_exists_of(run->args), err);
	else
		rc = store_set_path(st, run->path, err);
	if (rc || run->done)
		return rc;
	if (converts)
		rc = open_source(run, err);
	if (!rc)
		rc = run_secret(run, converts ? P_OUT_PASS : P_PASS, run->path, &secret, err);
	if (rc)
		return rc;
	rc = pw_new(&run->pw, &secret, 0);
	return rc ? err_default(err, rc) : RC_OK;
}

enum rc
run_open(struct run *run, struct err *err)
{
	const struct transaction *together = run->session->together;
	struct store *st = &run->session->store;
	enum param p = run->flags & OP_COPIES ? P_TO_PASS : P_PASS;
	bool locks = run->flags & (OP_WRITES | OP_COPIES) || (together && together->writes);
	enum rc rc = RC_OK;

	if (!run->path)
		return RC_OK;
	if (run->held)
		return run->done ? RC_OK : run_check_expiry(run, st, err);
	if (run->flags & OP_CREATES)
		return open_new(run, err);
	if (run->flags & OP_COPIES)
		rc = open_source(run, err);
	if (!rc && locks)
		rc = lock(run, err);
	if (!rc)
		rc = run->kept ? run_refresh(run, st, err) : open_with(run, st, run->path, p, err);
	return rc;
}

static enum rc
delete_all(struct run *run, struct err *err)
{
	struct store *st = &run->session->store;
	enum rc rc = store_stash_delete(st, err);

	return rc ? rc : store_delete(st, err);
}

static enum rc
create(struct run *run, struct err *err)
{
	struct store_new *how = &run->call.how;

	how->pw = run->pw;
	run->pw = NULL;
	return store_create(&run->session->store, run->path, &run->work, how, err);
}

static enum rc
replace(struct run *run, struct err *err)
{
	struct store_new *how = &run->call.how;

	how->pw = run->pw;
	run->pw = NULL;
	return store_replace(&run->session->store, &run->work, how, &run->notes, err);
}

static enum rc
save(struct run *run, struct err *err)
{
	struct store *st = &run->session->store;

	if (run->call.deletes)
		return delete_all(run, err);
	if (run->exists)
		return replace(run, err);
	if (run->flags & OP_CREATES)
		return create(run, err);
	if (run->call.new_pw)
		return store_save_as(st, &run->work, &run->call.new_pw, &run->notes, err);
	if (!st->pw)
		return run_no_passphrase(run, err);
	return store_save(st, &run->work, &run->notes, err);
}

bool
run_changes(const struct run *run)
{
	const struct result *r = run->result;

	return r->changed && !r->dry_run &&
	       (run->call.deletes || run->call.new_pw || run->flags & OP_CREATES ||
		!kdb_diff_empty(&r->diff));
}

enum rc
run_keep_unsaved(struct run *run, struct err *err)
{
	struct result *r = run->result;
	enum rc rc = kdb_copy(&r->before, &run->session->store.db);

	if (rc)
		return err_default(err, rc);
	kdb_swap(&r->after, &run->work);
	run->unsaved = true;
	return RC_OK;
}

enum rc
run_save(struct run *run, struct err *err)
{
	struct result *r = run->result;
	struct store *st = &run->session->store;
	enum rc rc = RC_OK;

	if (r->dry_run && r->changed)
		rc = run_try(run, &run->work, err);
	if (!run_changes(run))
		return rc ? rc : run_keep_unsaved(run, err);
	rc = save(run, err);
	run->saved = !rc || rc == RC_OUTPUT;
	if (rc && !run->saved)
		return rc;
	/* A save swaps. */
	if (run->call.deletes)
		kdb_swap(&st->db, &run->work);
	kdb_swap(&r->before, &run->work);
	if (st->narrowed)
		result_narrowed(r, st->path);
	return rc;
}
