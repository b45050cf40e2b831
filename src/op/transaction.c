/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Operations that are done together: what each of them did waits in the session, and is written by
 * the last step. */
#include "op/transaction.h"

#include "base/text.h"
#include "op/entry-make.h"
#include "op/runner.h"
#include "op/secret-source.h"

#include <stdlib.h>
#include <string.h>

#define FILE_SOURCE "file:"

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

/* The first place of t->places that is not before path. */
static size_t
find_place(const struct transaction *t, const char *path)
{
	size_t low = 0;
	size_t high = t->place_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(t->places[middle].path, path) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static const struct output *
output_at(const struct transaction *t, const char *path)
{
	size_t i = find_place(t, path);

	if (i == t->place_count || strcmp(t->places[i].path, path) != 0)
		return NULL;
	return &t->pending.outputs[t->places[i].output];
}

const struct output *
transaction_output(const struct transaction *t, const char *path)
{
	const struct output *o = NULL;
	char *place = NULL;

	/* Without folder there is no place. */
	if (t->places && !fs_place(&place, path, NULL))
		o = output_at(t, place);
	free(place);
	return o;
}

/* The output that reading path would lead to. */
static const struct output *
readable(const struct transaction *t, const char *path)
{
	const struct output *o = transaction_output(t, path);
	char *real = NULL;

	if (!o && t->places && fs_kind(path, true) == FS_LINK && !fs_resolve(&real, path, NULL))
		o = output_at(t, real);
	free(real);
	return o;
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
	const struct output *o = readable(t, path);

	if (!o)
		return RC_NOT_FOUND;
	buf_put(out, output_span(o));
	return buf_rc(out);
}

/* The first line of an output, as fs_read_line has that of a file. */
static enum rc
read_line(struct secret **line, const struct output *o, size_t limit)
{
	struct span rest = output_span(o);
	struct span first = SPAN_NONE;

	if (text_next_line(&rest, &first) && first.size && first.data[first.size - 1] == '\r')
		first.size--;
	return first.size > limit ? RC_LIMIT : secret_from(line, first);
}

enum rc
transaction_secret(struct secret **secret, const struct transaction *t, const char *source)
{
	const struct output *o = NULL;

	*secret = NULL;
	for (size_t i = 0; i < t->variable_count; i++) {
		if (strcmp(t->variables[i].source, source) == 0)
			return secret_copy(secret, t->variables[i].secret);
	}
	if (strncmp(source, FILE_SOURCE, strlen(FILE_SOURCE)) == 0)
		o = readable(t, source + strlen(FILE_SOURCE));
	return o ? read_line(secret, o, SECRET_LINE_MAX) : RC_NOT_FOUND;
}

enum rc
transaction_keep_secret(struct transaction *t, const char *source, const struct secret *secret)
{
	struct variable *grown;
	struct variable v = { .source = strdup(source) };
	enum rc rc = v.source ? secret_copy(&v.secret, secret) : RC_NO_MEMORY;

	grown =
	    rc ? NULL : reallocarray(t->variables, t->variable_count + 1, sizeof(*t->variables));
	if (!grown) {
		free(v.source);
		secret_free(&v.secret);
		return RC_NO_MEMORY;
	}
	t->variables = grown;
	t->variables[t->variable_count++] = v;
	return RC_OK;
}

static bool
is_same_file(const char *a, const char *b)
{
	char *real = NULL;
	bool same = strcmp(a, b) == 0 || (!fs_resolve(&real, a, NULL) && fs_leads_to(b, real));

	free(real);
	return same;
}

/* db create of what is open: kept as it is, where that is asked for. */
static enum rc
create_again(struct run *run, struct err *err)
{
	if (if_exists_of(run->args) != IF_EXISTS_KEEP)
		return err_set(err, RC_EXISTS, "'%s' exists already", ESC(run->path));
	run->kept = run->held = run->done = true;
	return RC_OK;
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
	if (!is_same_file(t->database, run->path)) {
		return err_set(err, RC_USAGE,
			       "'%s' is another database than '%s': a run is about one",
			       ESC(run->path), ESC(t->database));
	}
	if (!s->is_open)
		return RC_OK;
	if (run->flags & OP_CREATES)
		return create_again(run, err);
	/* Without passphrase it was opened for one that only reads; the next one may have it. */
	run->kept = run->held = s->store.pw != NULL;
	if (!run->held)
		session_close(s);
	return RC_OK;
}

/* What is written straight through has no place: all of it is written, one after the other. */
static bool
has_place(const char *path)
{
	enum fs_kind kind = fs_kind(path, false);

	return kind != FS_DEVICE && kind != FS_FIFO;
}

static enum rc
add_place(struct transaction *t, const char *path, size_t output)
{
	struct place *grown = reallocarray(t->places, t->place_count + 1, sizeof(*t->places));
	struct place place = { .output = output };
	size_t at;
	enum rc rc;

	if (!grown)
		return RC_NO_MEMORY;
	t->places = grown;
	rc = fs_place(&place.path, path, NULL);
	if (rc)
		return rc;
	at = find_place(t, place.path);
	memmove(grown + at + 1, grown + at, (t->place_count - at) * sizeof(*grown));
	grown[at] = place;
	t->place_count++;
	return RC_OK;
}

/* In the place of an earlier one at the same place. *o is taken over, and has no path any more. */
static enum rc
hold_output(struct transaction *t, struct output *o, bool force)
{
	bool placed = has_place(o->path);
	const struct output *old = placed ? transaction_output(t, o->path) : NULL;
	struct result *to = &t->pending;
	size_t at = old ? (size_t)(old - to->outputs) : to->output_count;
	struct output *grown = to->outputs;
	enum rc rc = RC_OK;

	if (!old)
		grown = reallocarray(to->outputs, to->output_count + 1, sizeof(*grown));
	if (!grown)
		return RC_NO_MEMORY;
	to->outputs = grown;
	if (!old && placed)
		rc = add_place(t, o->path, at);
	if (rc)
		return rc;
	if (old)
		output_release(&grown[at]);
	else
		to->output_count++;
	grown[at] = *o;
	grown[at].force = force;
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

	for (size_t i = 0; i < r->output_count; i++) {
		struct output o = r->outputs[i];

		if (!rc && !output_is_stdout(&o))
			rc = hold_output(t, &o, run->args->given[P_FORCE]);
		if (o.path)
			r->outputs[kept++] = o;
	}
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
	t->was = st->codec;
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
	if (run->result->dry_run && run->result->changed)
		rc = run_try(run, &run->work, err);
	if (!rc && !run_changes(run))
		return (run->flags & (OP_WRITES | OP_CREATES)) ? run_keep_unsaved(run, err) : RC_OK;
	if (rc)
		return rc;
	if (run->call.new_pw)
		rc = hold_new_pw(run, err);
	if (rc)
		return rc;
	if (run->flags & OP_CREATES)
		hold_new(run);
	run->saved = true;
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
	if (t->replaces)
		st->codec = t->was;
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
		result_narrowed(&t->pending, st->path);
	return rc;
}

static enum rc
write_all(struct run *run, struct err *err)
{
	enum rc rc = run_check_places(run, err);
	enum rc later;

	/* Each is open until it has its name. */
	fs_want_open(run->result->output_count);
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
		.path = s->store.path,
		.flags = t->creates ? OP_CREATES : 0,
		.exists = t->replaces,
		.args = &args,
		.result = &t->pending,
		.notes = warnings_notes(&t->pending.warnings),
		.source = STORE_INIT,
	};
	enum rc rc;

	if (t->dry_run) {
		run.flags = 0; /* a new one is in the session by now */
		return t->changed ? run_try(&run, &s->store.db, err) : RC_OK;
	}
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
	for (size_t i = 0; i < t->place_count; i++)
		free(t->places[i].path);
	free(t->places);
	for (size_t i = 0; i < t->variable_count; i++) {
		free(t->variables[i].source);
		secret_free(&t->variables[i].secret);
	}
	free(t->variables);
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
