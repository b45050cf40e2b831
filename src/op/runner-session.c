/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a session has open from one run to the next. */
#include "base/fs.h"
#include "base/text.h"
#include "op/runner.h"

/* True when the session's database is the one at path, and a passphrase that is known for it is
 * its own. */
static bool
is_kept(const struct run *run, const char *path, enum param p)
{
	const struct store *st = &run->session->store;
	const struct secret *known = run->args->secret[p];

	if (!st->pw || !fs_leads_to(path, st->real))
		return false;
	return !run->have[p] || secret_equal(known, pw_secret(st->pw)) ||
	       (!secret_size(known) && !secret_size(pw_secret(st->pw)));
}

/* The passphrase is known: its source is not read. */
static enum rc
know(struct run *run, enum param p, const struct pw *pw, struct err *err)
{
	struct secret *secret = NULL;
	enum rc rc = secret_copy(&secret, pw_secret(pw));

	if (rc)
		return err_default(err, rc);
	secret_free(&run->args->secret[p]);
	run->args->secret[p] = secret;
	run->have[p] = true;
	run->known = p;
	return RC_OK;
}

static void
move(struct store *to, struct store *from)
{
	*to = *from;
	*from = (struct store)STORE_INIT;
}

enum rc
run_find_kept(struct run *run, struct err *err)
{
	struct session *s = run->session;
	enum param p = run->flags & OP_COPIES ? P_TO_PASS : P_PASS;
	enum rc rc = RC_OK;

	run->looked = true;
	if (run->path && s->together)
		rc = run_find_held(run, err);
	if (!rc && run->held)
		rc = know(run, p, s->store.pw, err);
	if (rc || !run->path || !s->is_open || s->together)
		return rc;
	if (run->source_path && is_kept(run, run->source_path, P_PASS)) {
		move(&run->source, &s->store);
		run->source_kept = true;
		return know(run, P_PASS, run->source.pw, err);
	}
	if (!(run->flags & OP_CREATES) && is_kept(run, run->path, p)) {
		s->store.narrowed = false;
		run->kept = true;
		return know(run, p, s->store.pw, err);
	}
	move(&run->aside, &s->store);
	run->set_aside = true;
	return RC_OK;
}

enum rc
run_refresh(struct run *run, struct store *st, struct err *err)
{
	enum rc rc;

	if (run->flags & OP_KEYS || run->args->given[P_WITH_KEY])
		pw_expect_keys(st->pw);
	rc = store_refresh(st, &run->notes, err);
	if (rc == RC_WRONG_SECRET) {
		run->lost = true;
		(void)err_set(err, rc, "the passphrase of '%s' was changed by another process",
			      ESC(st->path));
		return err_hint(err, "open it again, with the new one");
	}
	return rc ? rc : run_check_expiry(run, st, err);
}

/* The database that was copied to goes; what the result borrows of it stays. */
static void
settle_copy(struct run *run)
{
	struct session *s = run->session;
	struct result *r = run->result;

	if (!run->unsaved)
		kdb_swap(&r->after, &s->store.db);
	r->db = &r->after;
	r->database = run->path;
	store_close(&s->store);
	move(&s->store, &run->source);
}

/* Of several that are done together each finds open what the one before it left. */
static void
settle_together(struct run *run, enum rc rc)
{
	bool is_there = run->held || run->saved || !(run->flags & OP_CREATES);

	run->session->is_open = !rc && is_there;
}

static void
settle_alone(struct run *run, enum rc rc)
{
	struct session *s = run->session;
	bool failed = rc && !run->saved;

	if (run->source_kept) {
		settle_copy(run);
		s->is_open = true;
	} else if (failed && run->set_aside) {
		run->result->db = NULL;
		run->result->database = NULL;
		store_close(&s->store);
		move(&s->store, &run->aside);
	} else if (!failed || !run->kept) {
		/* What is no more, or not yet, is closed by the next run: the result borrows. */
		bool gone = run->call.deletes ? run->saved : run->flags & OP_CREATES && !run->saved;

		s->is_open = !failed && !gone;
	}
	if (run->lost)
		session_close(s);
}

void
run_settle(struct run *run, enum rc rc)
{
	if (!run->path || !run->looked)
		return;
	if (run->session->together)
		settle_together(run, rc);
	else
		settle_alone(run, rc);
}

void
session_close(struct session *s)
{
	store_close(&s->store);
	s->is_open = false;
}
