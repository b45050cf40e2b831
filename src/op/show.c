/* SPDX-License-Identifier: GPL-3.0-or-later */
/* show: says what a file is, what is in it, what is wrong with it. */

#include "base/env.h"
#include "base/text.h"
#include "codec/intake.h"
#include "op/input.h"
#include "op/ops.h"
#include "op/show-problems.h"

#include <stdlib.h>
#include <string.h>

/* A file's items keep the order and the labels that they have there, none among them: nothing is
 * looked up here, and no label made unique. */
static enum rc
keep_entry(struct kdb *db, struct entry *e)
{
	struct entry **entries =
	    array_room(db->entries, db->count, &db->room, sizeof(struct entry *));

	if (!entries)
		return RC_NO_MEMORY;
	db->entries = entries;
	db->entries[db->count++] = entry_ref(e);
	return RC_OK;
}

static enum rc
keep_request(struct kdb *db, struct request *r)
{
	struct request **requests = array_room(db->requests, db->request_count, &db->request_room,
					       sizeof(struct request *));

	if (!requests)
		return RC_NO_MEMORY;
	db->requests = requests;
	db->requests[db->request_count++] = request_ref(r);
	return RC_OK;
}

/* An entry or request for an item of a file that is no database. */
static enum rc
item_to_model(struct kdb *db, struct item *item)
{
	struct request *r = NULL;
	struct entry *e = NULL;
	enum rc rc = RC_NO_MEMORY;

	if (item->kind == ITEM_CSR) {
		r = request_new();
		if (!r)
			return rc;
		r->label = piece_ref(&item->label);
		r->csr = piece_ref(&item->der);
		rc = keep_request(db, r);
		request_unref(&r);
		return rc;
	}
	if (item->kind != ITEM_CERT && item->kind != ITEM_KEY && item->kind != ITEM_LOCKED_KEY)
		return RC_OK;
	e = entry_new(item->kind == ITEM_CERT ? ENTRY_CERT : ENTRY_KEY);
	if (!e)
		return rc;
	e->label = piece_ref(&item->label);
	if (item->trusted)
		e->flags |= ENTRY_TRUSTED;
	if (item->kind == ITEM_CERT)
		e->cert = piece_ref(&item->der);
	else
		e->key = piece_ref(&item->der);
	e->open_key = item->key;
	item->key = NULL;
	rc = keep_entry(db, e);
	entry_unref(&e);
	return rc;
}

static enum rc
key_of_request(struct kdb *db, const struct request *r)
{
	struct entry *e = entry_new(ENTRY_KEY);
	enum rc rc;

	if (!e)
		return RC_NO_MEMORY;
	e->label = piece_ref(&r->label);
	e->key = piece_ref(&r->key);
	rc = keep_entry(db, e);
	entry_unref(&e);
	return rc;
}

/* A key alone, or one whose certificate is still locked, is no request: it is shown as a key. */
static enum rc
keys_of_requests(struct kdb *db)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; !rc && i < db->request_count; i++)
		if (!db->requests[i]->csr.span.size)
			rc = key_of_request(db, db->requests[i]);
	/* From the end: what is behind moves up. */
	for (size_t i = db->request_count; !rc && i > 0; i--)
		if (!db->requests[i - 1]->csr.span.size)
			kdb_remove_request(db, db->requests[i - 1]);
	return rc;
}

/* A database as it is; of any other file what stands in it, in its order. */
static enum rc
fill(struct shown_file *f, struct intake *in)
{
	enum rc rc = RC_OK;

	if (in->db.count || in->db.request_count) {
		kdb_swap(&f->db, &in->db);
		rc = keys_of_requests(&f->db);
	} else {
		for (size_t i = 0; !rc && i < in->count; i++)
			rc = item_to_model(&f->db, &in->items[i]);
	}
	f->rows = calloc(f->db.count + f->db.request_count + 1, sizeof(*f->rows));
	if (rc || !f->rows)
		return RC_NO_MEMORY;
	for (size_t i = 0; i < f->db.count; i++)
		f->rows[f->row_count++] = (struct row){ .entry = f->db.entries[i], .issuer = -1 };
	for (size_t i = 0; i < f->db.request_count; i++)
		f->rows[f->row_count++] =
		    (struct row){ .request = f->db.requests[i], .issuer = -1 };
	return RC_OK;
}

static enum rc
read_shown(struct op_call *c, const char *path, struct buf *file, struct secret **pass,
	   struct err *err)
{
	enum rc rc = c->services->read(c->services->self, path, file, err);

	/* Only what was said, or lies beside it: looking at a file never asks. */
	if (!rc && (c->args->given[P_IN_PASS] || store_has_stash(path)))
		rc = input_pass(c, P_IN_PASS, path, pass, err);
	return rc;
}

static enum rc
show_file(struct op_call *c, const char *path, struct shown_file *f)
{
	struct notes notes = warnings_notes(&f->problems);
	struct intake_options options = {
		.max_iterations = c->args->number[P_MAX_ITERATIONS],
		.problems = &notes,
	};
	struct intake in = INTAKE_INIT;
	struct secret *pass = NULL;
	struct buf file = BUF_INIT;
	enum rc rc;

	f->file = strdup(path);
	if (!f->file)
		return RC_NO_MEMORY;
	rc = read_shown(c, path, &file, &pass, &f->error);
	if (rc)
		goto out;
	options.pass = pass;
	rc = intake_read(&in, &file, &options, &f->error);
	f->format = in.format;
	f->encoding = in.encoding;
	f->locked = in.locked;
	show_problems(&f->problems, &f->notes, &in);
	if (!rc)
		show_notes(&f->notes, &in);
	err_default(&f->error, rc);
	/* The status depends on the problems. */
	if (rc != RC_NO_MEMORY && (f->problems.lost || f->notes.lost || fill(f, &in)))
		rc = RC_NO_MEMORY;
out:
	err_default(&f->error, rc);
	secret_free(&pass);
	buf_release(&file);
	intake_release(&in);
	return rc == RC_NO_MEMORY ? rc : RC_OK;
}

/* Of several files the first of 8, 5, 9, 4, 3 that occurs; anything else only without these. */
static enum rc
worst(const struct result *r)
{
	static const int order[] = { 8, 5, 9, 4, 3, 1, 2, 6, 7, 10 };

	for (size_t k = 0; k < ARRAY_SIZE(order); k++) {
		for (size_t i = 0; i < r->shown_count; i++) {
			const struct shown_file *f = &r->shown[i];
			enum rc rc = f->error.rc;

			if (!rc && f->problems.count)
				rc = RC_FOUND;
			if (rc_status(rc) == order[k])
				return rc;
		}
	}
	return RC_OK;
}

static enum rc
show(struct op_call *c, struct err *err)
{
	const struct words *files = &c->args->words;
	struct result *r = c->result;
	enum rc rc = RC_OK;

	r->kind = RESULT_FILES;
	r->shown = calloc(files->count, sizeof(*r->shown));
	if (!r->shown)
		return err_default(err, RC_NO_MEMORY);
	for (size_t i = 0; !rc && i < files->count; i++)
		rc = show_file(c, files->items[i], &r->shown[r->shown_count++]);
	if (!rc)
		r->status = worst(r);
	return err_default(err, rc);
}

static const enum param show_params[] = { P_IN_PASS, P_END };

const struct op op_show = {
	.verb = "show",
	.arguments = "FILE...",
	.summary = "say what a file is, what is in it, what is wrong with it",
	.detail =
	    "By content, never by name; without a passphrase, all that can be told without it. "
	    "Status 0: fine; 3: read, and problems found; 5: wrong passphrase; 8: not recognised, "
	    "or a container that cannot be read whole; 9: over a limit.",
	.min_words = 1,
	.max_words = SIZE_MAX,
	.params = show_params,
	.run = show,
};

enum rc
show_look(struct result *result, const char *path, struct err *err)
{
	struct session session = SESSION_INIT;
	struct args args = ARGS_INIT;
	enum rc rc = err_default(err, words_add(&args.words, path));

	if (!rc)
		rc = args_set(&args, P_IN_PASS, "none", err);
	if (!rc)
		rc = op_run(&session, &op_show, &args, result, err);
	args_release(&args);
	session_close(&session);
	return rc;
}
