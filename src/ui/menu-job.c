/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A line of a menu: asked for, run, told. */
#include "ui/menu.h"

#include "base/text.h"
#include "model/select.h"
#include "pki/pw.h"

#include <stdlib.h>
#include <string.h>

const char *
job_keep(struct job_run *j, const char *text)
{
	return names_add(&j->kept, strdup(text)) ? NULL : j->kept.items[j->kept.count - 1];
}

enum rc
job_set(struct job_run *j, enum param p, const char *text, struct err *err)
{
	const char *kept = text ? job_keep(j, text) : NULL;

	if (text && !kept)
		return err_default(err, RC_NO_MEMORY);
	return args_set(&j->args, p, kept, err);
}

/* Puts into name what means the label at hand in a command: the words that are shown for a job are
 * seen on a terminal, and read by shells. */
static enum rc
put_name(const struct menu *m, struct buf *name, struct err *err)
{
	const struct kdb *db = &m->session.store.db;
	struct span label = buf_span(&m->label);
	const struct entry *e = m->is_request ? NULL : kdb_find(db, label);
	const struct request *r = m->is_request ? kdb_find_request(db, label) : NULL;
	enum rc rc;

	if (!e && !r)
		return err_set(err, RC_NO_LABEL, "there is no '%s' any more", ESC_SPAN(label));
	rc = e ? select_put_entry(name, db, e) : select_put_request(name, db, r);
	if (rc == RC_AMBIGUOUS)
		return err_set(err, rc, "'%s' cannot be told from another", ESC_SPAN(label));
	return err_default(err, rc);
}

/* The label at hand as a word, which is kept. */
static enum rc
label_word(struct job_run *j, const char **word, struct err *err)
{
	struct buf name = BUF_INIT;
	enum rc rc = put_name(j->menu, &name, err);

	if (!rc)
		*word = job_keep(j, buf_text(&name));
	buf_release(&name);
	return rc || *word ? rc : err_default(err, RC_NO_MEMORY);
}

static enum rc
add_label(struct job_run *j, struct err *err)
{
	const char *word = NULL;
	enum rc rc = label_word(j, &word, err);

	return rc ? rc : err_default(err, words_add(&j->args.words, word));
}

enum rc
job_default_label(struct job_run *j, struct err *err)
{
	struct menu *m = j->menu;
	const struct entry *e = m->session.store.db.default_entry;

	if (!e)
		return err_set(err, RC_NOT_FOUND, "No key is set as default.");
	m->is_request = false;
	m->label.size = 0;
	buf_put(&m->label, entry_label(e));
	return add_label(j, err);
}

enum rc
job_export_with_key(struct job_run *j, struct err *err)
{
	enum rc rc = job_set(j, P_WITH_KEY, NULL, err);

	return rc ? rc : job_set(j, P_PARTIAL, NULL, err);
}

enum rc
job_signed_by_label(struct job_run *j, struct err *err)
{
	const char *issuer = NULL;
	enum rc rc = label_word(j, &issuer, err);

	j->signing = true;
	return rc ? rc : args_set(&j->args, P_ISSUER, issuer, err);
}

/* What is the same each time. */
static enum rc
prepare(struct job_run *j, struct err *err)
{
	const struct job *job = j->job;
	struct menu *m = j->menu;
	enum rc rc = RC_OK;

	if (m->path && !(job->flags & JOB_DATABASE)) {
		rc = args_set(&j->args, P_DB, m->path, err);
		if (!rc)
			rc = args_set(&j->args, P_PASS, menu_is_stashed(m) ? "stash" : "prompt",
				      err);
	}
	if (!rc && job->flags & JOB_LABEL)
		rc = add_label(j, err);
	if (!rc && job->prepare)
		rc = job->prepare(j, err);
	return rc;
}

static enum rc
ask_all(struct job_run *j, struct err *err)
{
	const struct question *const *q = j->job->questions;
	enum rc rc = RC_OK;

	for (; !rc && q && *q; q++) {
		if (!(*q)->when || (*q)->when(j))
			rc = job_ask(j, *q, err);
	}
	return rc;
}

void
menu_put_notes(struct menu *m, const struct warnings *notes)
{
	for (size_t i = 0; i < notes->count; i++)
		out_printf(m->out, "Note: %s\n", notes->items[i].message);
}

static enum rc
keep_path(struct job_run *j, struct err *err)
{
	struct menu *m = j->menu;

	if (!(j->job->flags & JOB_KEEPS))
		return RC_OK;
	free(m->path);
	m->path = strdup(j->args.words.items[0]);
	return m->path ? RC_OK : err_default(err, RC_NO_MEMORY);
}

static enum rc
tell(struct job_run *j, const struct result *r, struct err *err)
{
	struct menu *m = j->menu;
	enum rc rc = keep_path(j, err);

	menu_put_notes(m, &r->warnings);
	if (!rc && j->job->done)
		out_printf(m->out, "\n%s\n", j->job->done);
	if (!rc && j->job->tell)
		rc = j->job->tell(j, r, err);
	return rc;
}

static enum rc
run(struct job_run *j, struct err *err)
{
	struct result result = RESULT_INIT;
	struct menu *m = j->menu;
	enum rc rc;

	if (j->job->flags & JOB_WORKS) {
		menu_put(m, "\nPlease wait .....\n");
		out_flush(m->out);
	}
	rc = op_run(&m->session, j->job->op, &j->args, &result, err);
	if (!rc)
		rc = tell(j, &result, err);
	if (!rc)
		menu_tell_command(j);
	result_release(&result);
	return rc;
}

/* What the session has open is what the menus have open, and nothing else. */
static void
close_other(struct menu *m, const struct job *job, bool worked)
{
	if (!(job->flags & JOB_DATABASE) || (worked && job->flags & JOB_KEEPS))
		return;
	session_close(&m->session);
	free(m->path);
	m->path = NULL;
}

enum rc
menu_look(struct menu *m, const struct op *op, struct err *err)
{
	struct result result = RESULT_INIT;
	struct args args = ARGS_INIT;
	enum rc rc = args_set(&args, P_DB, m->path, err);

	if (!rc)
		rc = args_set(&args, P_PASS, "prompt", err);
	if (!rc)
		rc = op_run(&m->session, op, &args, &result, err);
	result_release(&result);
	args_release(&args);
	return rc;
}

static bool
do_job(struct job_run *j)
{
	struct menu *m = j->menu;
	struct err err = ERR_INIT;
	bool asked;
	enum rc rc = prepare(j, &err);

	if (!rc)
		rc = ask_all(j, &err);
	asked = !rc;
	if (!rc)
		rc = run(j, &err);
	close_other(m, j->job, !rc);
	if (rc && rc != RC_CANCELLED && !m->leave)
		menu_tell_error(m, &err);
	if (!m->leave && rc != RC_CANCELLED && (asked || rc) &&
	    (rc || !(j->job->flags & JOB_SILENT)))
		menu_pause(m);
	return !rc;
}

static void
release(struct job_run *j)
{
	args_release(&j->args);
	names_release(&j->kept);
	buf_release(&j->name);
}

bool
menu_do(struct menu *m, const struct job *job)
{
	struct job_run j = { .menu = m, .job = job, .args = ARGS_INIT };
	bool worked = do_job(&j);

	release(&j);
	return worked;
}

bool
menu_is_stashed(const struct menu *m)
{
	const struct store *st = &m->session.store;
	struct secret *stashed = NULL;
	bool is_it;

	if (!st->pw || !m->path || store_stash_load(&stashed, m->path, NULL))
		return false;
	is_it = secret_equal(stashed, pw_secret(st->pw));
	secret_free(&stashed);
	return is_it;
}

void
menu_open(struct menu *m, const char *path)
{
	struct job_run j = { .menu = m, .job = &job_open, .args = ARGS_INIT };
	bool worked = words_add(&j.args.words, path) == RC_OK && do_job(&j);

	release(&j);
	if (worked && !m->leave)
		menu_walk(m, job_open.next);
}
