/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the threads of a batch do, a row at a time. They share what nobody changes: the database,
 * the rows. */
#include "base/text.h"
#include "op/batch-job.h"

#include <stdlib.h>
#include <string.h>

/* A row at hand. */
struct row_work {
	struct batch_job *job;
	struct batch_worker *worker;
	size_t row;
	struct args args;
	struct creation made;
	struct warnings warnings;
};

static enum rc
begin(struct row_work *rw, struct batch_job *job, unsigned worker, size_t i)
{
	const struct args *base = job->call->args;
	struct err *err;
	enum rc rc;

	rw->job = job;
	rw->worker = &job->workers[worker];
	rw->row = job->todo[i];
	rw->made = (struct creation)CREATION_INIT;
	rw->warnings = (struct warnings){ .items = NULL };
	err = &rw->worker->err;
	rc = batch_args(&rw->args, &job->rows, rw->row, base, err);
	rw->made.args = &rw->args;
	rw->made.db = job->call->db;
	rw->made.warnings = &rw->warnings;
	rw->made.tools = job->tools;
	if (!rc)
		rc = create_shape(&rw->made, err);
	return rc;
}

static enum rc
end(struct row_work *rw, enum rc rc)
{
	const struct batch *rows = &rw->job->rows;
	struct err *err = &rw->worker->err;

	if (rc) {
		(void)err_default(err, rc); /* the code is known */
		if (!rw->worker->no_row)
			(void)batch_blame(rows, rows->rows[rw->row].line, err);
	}
	creation_release(&rw->made);
	warnings_release(&rw->warnings);
	batch_args_release(&rw->args, rw->job->call->args);
	return rc;
}

/* A note that is not kept for want of memory is no failure. */
static void
note(struct batch_worker *w, const struct warning *warning, size_t line)
{
	for (size_t i = 0; i < BATCH_NOTES_MAX; i++) {
		struct batch_note *n = &w->notes[i];

		if (!n->code) {
			n->code = strdup(warning->code);
			n->message = strdup(warning->message);
			n->line = line;
		}
		if (n->code && strcmp(n->code, warning->code) == 0) {
			n->count++;
			return;
		}
	}
}

enum rc
batch_check_row(void *self, unsigned worker, size_t i)
{
	struct row_work rw;
	bool needed = true;
	enum rc rc = begin(&rw, self, worker, i);

	if (!rc && !rw.job->files)
		rc = create_needed(&needed, &rw.made, &rw.worker->err);
	if (!needed)
		rw.job->skip[rw.row] = true;
	for (size_t j = 0; !rc && needed && j < rw.warnings.count; j++)
		note(rw.worker, &rw.warnings.items[j], rw.job->rows.rows[rw.row].line);
	return end(&rw, rc);
}

static void
signer_release(struct batch_signer *s)
{
	issuer_release(&s->is);
	for (size_t i = 0; i < s->chain_count; i++)
		entry_unref(&s->chain[i]);
	free(s->chain);
	buf_release(&s->chain_pem);
	*s = (struct batch_signer){ .entry = NULL };
}

/* Copies of the certificates in the list. */
static enum rc
copy_chain(struct batch_signer *s, const struct entry_list *list)
{
	enum rc rc = RC_OK;

	s->chain = calloc(list->count ? list->count : 1, sizeof(struct entry *));
	if (!s->chain)
		return RC_NO_MEMORY;
	for (size_t i = 0; !rc && i < list->count; i++) {
		const struct entry *e = list->items[i];

		rc = entry_make(&s->chain[i], entry_label(e), e->cert.span, NULL);
		if (rc)
			break;
		s->chain_count++;
		rc = bundle_certs(&s->chain_pem, FORMAT_PEM, &e->cert.span, 1, NULL);
	}
	return rc;
}

/* The issuer itself, unless it is the root, and those above it. */
static enum rc
make_chain(struct batch_signer *s, const struct batch_files *f, struct err *err)
{
	struct entry_list list = { .items = NULL };
	enum rc rc = RC_OK;

	if (f->chain & CHAIN_ISSUERS && (f->chain & CHAIN_ROOT || !issuer_is_itself(&s->is.cert)))
		rc = entry_list_add(&list, s->entry);
	if (!rc)
		rc = chain_add(&list, &f->issuers, &s->is.cert, f->chain, err);
	if (!rc)
		rc = copy_chain(s, &list);
	entry_list_release(&list);
	return err_default(err, rc);
}

static enum rc
fill_signer(struct row_work *rw, struct batch_signer *s)
{
	struct err *err = &rw->worker->err;
	enum rc rc;

	s->entry = rw->made.is.entry;
	s->is = rw->made.is;
	rc = issuer_open(&s->is, rw->worker->pw, err);
	if (!rc && rw->job->files)
		rc = make_chain(s, rw->job->files, err);
	if (rc)
		signer_release(s);
	return rc;
}

/* The row's issuer, which this thread may have used before; NULL for a row without. */
static enum rc
find_signer(struct row_work *rw, struct batch_signer **found)
{
	struct batch_worker *w = rw->worker;

	*found = NULL;
	if (!rw->made.is.entry)
		return RC_OK;
	for (size_t i = 0; i < BATCH_SIGNERS_MAX; i++) {
		*found = &w->signers[i];
		if (w->signers[i].entry == rw->made.is.entry)
			return RC_OK;
		if (!w->signers[i].entry)
			return fill_signer(rw, *found);
	}
	*found = &w->signers[w->victim++ % BATCH_SIGNERS_MAX];
	signer_release(*found);
	return fill_signer(rw, *found);
}

/* That others accept what an issuer signs is checked on the first that it signs here, and after
 * that where it depends on what is signed: on the names, where the issuer has constraints, and on
 * the path length of a CA. Each check takes two signatures' time; that a signature is right is the
 * library's word. */
static enum rc
prove(struct row_work *rw, struct batch_signer *s, struct span der)
{
	struct ext x;
	enum rc rc;

	if (!s || (s->proven && rw->made.sa.shape.profile != PROFILE_CA &&
		   !cert_ext(&s->is.cert, OID_EXT_NAME_CONSTRAINTS, &x)))
		return RC_OK;
	rc = issuer_check(&s->is, der, &rw->worker->err);
	s->proven = !rc;
	return rc;
}

/* An entry, its key shrouded: so many keys do not lie in the clear until all are made. */
static enum rc
keep(struct row_work *rw, size_t i, struct span der, struct secret **pkcs8)
{
	struct batch_job *job = rw->job;
	struct buf epki = BUF_INIT;
	struct entry *e = NULL;
	enum rc rc;

	rc = pbe_shroud_as(&epki, rw->worker->pw, job->call->db->shroud, *pkcs8);
	if (!rc)
		rc = entry_make(&e, span_text(rw->args.words.items[0]), der, pkcs8);
	if (!rc)
		rc = piece_take(&e->key, &epki);
	if (!rc) {
		secret_free(&e->open_key);
		job->made[i] = e;
		e = NULL;
	}
	entry_unref(&e);
	buf_release(&epki);
	return rc;
}

static enum rc
deliver(struct row_work *rw, size_t i, const struct batch_pair *pair)
{
	if (rw->job->files)
		return batch_files_add(rw->job, rw->worker, pair);
	return keep(rw, i, pair->cert, pair->pkcs8);
}

enum rc
batch_make_row(void *self, unsigned worker, size_t i)
{
	struct batch_signer *signer = NULL;
	struct secret *pkcs8 = NULL;
	struct buf der = BUF_INIT;
	struct row_work rw;
	enum rc rc = begin(&rw, self, worker, i);

	if (!rc)
		rc = find_signer(&rw, &signer);
	if (!rc) {
		rc = create_pair(&der, &pkcs8, &rw.made, signer ? signer->is.key : NULL,
				 &rw.worker->err);
	}
	if (!rc)
		rc = prove(&rw, signer, buf_span(&der));
	if (!rc) {
		rc = deliver(&rw, i,
			     &(struct batch_pair){ rw.row, rw.args.words.items[0], buf_span(&der),
						   &pkcs8, signer });
	}
	secret_free(&pkcs8);
	buf_release(&der);
	return end(&rw, rc);
}

void
batch_worker_release(struct batch_worker *w)
{
	for (size_t i = 0; i < BATCH_SIGNERS_MAX; i++)
		signer_release(&w->signers[i]);
	for (size_t i = 0; i < BATCH_NOTES_MAX; i++) {
		free(w->notes[i].code);
		free(w->notes[i].message);
	}
	pw_free(&w->pw);
	pw_free(&w->out_pw);
}
