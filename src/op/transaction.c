/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Operations that are done together: what each of them did waits in the session, and is written by
 * the last step. */
#include "op/transaction.h"

#include "base/text.h"
#include "op/runner.h"

#include <stdlib.h>
#include <string.h>

static const enum param no_params[] = { P_END };

enum rc
transaction_takes(const struct op *op, struct err *err)
{
	if (!(op->flags & OP_ALONE))
		return RC_OK;
	(void)err_set(err, RC_USAGE,
		      "%s%s%s cannot be part of a run, which is about the contents of one database",
		      op->noun ? op->noun : "", op->noun ? " " : "", op->verb);
	return err_hint(err, "give it as a command of its own");
}

/* Two spellings may lead to one file, or to the place for one. */
static bool
is_same_place(const char *a, const char *b)
{
	char *real_a = NULL;
	char *real_b = NULL;
	bool same = strcmp(a, b) == 0;

	if (!same)
		same = !fs_resolve(&real_a, a, NULL) && !fs_resolve(&real_b, b, NULL) &&
		       strcmp(real_a, real_b) == 0;
	free(real_a);
	free(real_b);
	return same;
}

/* Most names differ in their last part already. */
static bool
is_place_of(const struct output *o, const char *path)
{
	return strcmp(fs_base_name(o->path), fs_base_name(path)) == 0 &&
	       is_same_place(o->path, path);
}

const struct output *
transaction_output(const struct transaction *t, const char *path)
{
	for (size_t i = t->pending.output_count; i-- > 0;) {
		if (is_place_of(&t->pending.outputs[i], path))
			return &t->pending.outputs[i];
	}
	return NULL;
}

int
transaction_stash(const struct transaction *t)
{
	for (size_t i = 0; i < t->pending.output_count; i++) {
		if (t->pending.outputs[i].stash_version)
			return t->pending.outputs[i].stash_version;
	}
	return 0;
}

enum rc
transaction_read(const struct transaction *t, const char *path, struct buf *out)
{
	const struct output *o = transaction_output(t, path);

	if (!o)
		return RC_NOT_FOUND;
	buf_put(out, o->secret ? secret_span(o->secret) : buf_span(&o->bytes));
	return buf_rc(out);
}

enum rc
run_find_held(struct run *run, struct err *err)
{
	struct session *s = run->session;
	struct transaction *t = s->together;

	if (!t->database)
		t->database = strdup(run->path);
	if (!t->database)
		return err_default(err, RC_NO_MEMORY);
	if (!is_same_place(t->database, run->path)) {
		return err_set(err, RC_USAGE,
			       "'%s' is another database than '%s': a run is about one",
			       ESC(run->path), ESC(t->database));
	}
	if (!s->is_open)
		return RC_OK;
	if (run->flags & OP_CREATES)
		return err_set(err, RC_EXISTS, "'%s' exists already", ESC(run->path));
	/* Without passphrase it was opened for one that only reads; the next one may have it. */
	run->kept = run->held = s->store.pw != NULL;
	if (!run->held)
		session_close(s);
	return RC_OK;
}

static void
drop_output(struct result *r, const struct output *o)
{
	size_t at = (size_t)(o - r->outputs);

	free(r->outputs[at].path);
	buf_release(&r->outputs[at].bytes);
	secret_free(&r->outputs[at].secret);
	r->output_count--;
	memmove(&r->outputs[at], &r->outputs[at + 1], (r->output_count - at) * sizeof(*r->outputs));
}

/* In place of an earlier one at the same place. */
static enum rc
hold_output(struct transaction *t, struct output *o, bool force)
{
	const struct output *old = transaction_output(t, o->path);
	struct result *to = &t->pending;
	struct output *grown;

	if (old)
		drop_output(to, old);
	grown = reallocarray(to->outputs, to->output_count + 1, sizeof(*grown));
	if (!grown)
		return RC_NO_MEMORY;
	to->outputs = grown;
	grown[to->output_count] = *o;
	grown[to->output_count++].force = force;
	*o = (struct output){ .path = NULL };
	return RC_OK;
}

/* Standard output is the caller's to write, with what it prints of the result. */
static enum rc
hold_outputs(struct run *run)
{
	struct transaction *t = run->session->together;
	struct result *r = run->result;
	size_t kept = 0;
	enum rc rc = RC_OK;

	for (size_t i = 0; !rc && i < r->output_count; i++) {
		if (strcmp(r->outputs[i].path, "-") != 0)
			rc = hold_output(t, &r->outputs[i], run->args->given[P_FORCE]);
		else
			r->outputs[kept++] = r->outputs[i];
	}
	if (!rc)
		r->output_count = kept;
	return rc;
}

/* The database that the end makes is open from now on, as if it were there. */
static void
hold_new(struct run *run)
{
	struct transaction *t = run->session->together;
	struct store *st = &run->session->store;

	t->creates = true;
	t->replaces = run->exists;
	t->how = run->call.how;
	pw_free(&st->pw);
	st->pw = run->pw;
	run->pw = NULL;
	if (!t->replaces)
		st->codec = t->how.codec;
}

static enum rc
hold_new_pw(struct run *run, struct err *err)
{
	struct store *st = &run->session->store;
	enum rc rc = store_rekey(st, &run->work, run->call.new_pw, &run->notes, err);

	if (rc)
		return rc;
	pw_free(&st->pw);
	st->pw = run->call.new_pw;
	run->call.new_pw = NULL;
	return RC_OK;
}

enum rc
run_hold(struct run *run, struct err *err)
{
	struct transaction *t = run->session->together;
	enum rc rc = RC_OK;

	if (!run->result->dry_run)
		rc = hold_outputs(run);
	if (rc)
		return err_default(err, rc);
	if (!run_changes(run))
		return run->flags & (OP_WRITES | OP_CREATES) ? run_keep_unsaved(run, err) : RC_OK;
	if (run->call.new_pw)
		rc = hold_new_pw(run, err);
	if (rc)
		return rc;
	if (run->flags & OP_CREATES)
		hold_new(run);
	kdb_swap(&run->session->store.db, &run->work);
	kdb_swap(&run->result->before, &run->work);
	t->changed = true;
	return RC_OK;
}

static enum rc
make(struct session *s, struct kdb *db, const struct notes *notes, struct err *err)
{
	struct transaction *t = s->together;
	struct store *st = &s->store;

	t->how.pw = st->pw;
	st->pw = NULL;
	return t->replaces ? store_replace(st, db, &t->how, notes, err)
			   : store_create(st, st->path, db, &t->how, err);
}

static enum rc
save(struct run *run, struct err *err)
{
	struct transaction *t = run->session->together;
	struct store *st = &run->session->store;
	enum rc rc;

	kdb_swap(&run->work, &st->db);
	rc = t->creates ? make(run->session, &run->work, &run->notes, err)
			: store_save(st, &run->work, &run->notes, err);
	run->saved = !rc || rc == RC_OUTPUT;
	if (run->saved && st->narrowed)
		warnings_add(&t->pending.warnings, "narrowed",
			     "'%s' was open to others; it no longer is", ESC(st->path));
	return rc;
}

static enum rc
write_all(struct run *run, struct err *err)
{
	enum rc rc = run_check_places(run, err);
	enum rc later;

	if (!rc)
		rc = run_stage_outputs(run, err);
	if (!rc && run->session->together->changed)
		rc = save(run, err);
	if (rc && !run->saved)
		return rc;
	/* As in a single run. */
	later = run_commit_outputs(run, err);
	return rc ? rc : later;
}

enum rc
transaction_end(struct session *s, struct err *err)
{
	struct transaction *t = s->together;
	struct args args = ARGS_INIT;
	struct run run = {
		.session = s,
		.flags = t->creates ? OP_CREATES : 0,
		.exists = t->replaces,
		.args = &args,
		.result = &t->pending,
		.notes = warnings_notes(&t->pending.warnings),
		.source = STORE_INIT,
	};
	enum rc rc;

	if (t->dry_run)
		return RC_OK;
	rc = write_all(&run, err);
	run_drop_outputs(&run);
	store_unlock(&s->store);
	kdb_release(&run.work);
	return rc;
}

void
transaction_release(struct transaction *t)
{
	free(t->database);
	result_release(&t->pending);
	*t = (struct transaction)TRANSACTION_INIT;
}

const struct op op_script = {
	.verb = "run",
	.arguments = "FILE",
	.summary = "do the commands in a file, all of them or none",
	.detail = "A command a line, without the program's name, words quoted as for a shell, '#' "
		  "begins a "
		  "comment. All are about one database (its first line may be db create), which is "
		  "opened "
		  "once; a file that one line writes, those behind it can read. At the end the "
		  "database is "
		  "saved and the files appear; if a line fails, nothing was changed. Common "
		  "options given "
		  "here hold for every line. FILE may be - for standard input.",
	.min_words = 1,
	.max_words = 1,
	.flags = OP_ALONE,
	.params = no_params,
	/* Run by the front end, which reads the lines: ui/run.h. */
};
