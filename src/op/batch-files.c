/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A batch that goes to files. They are no outputs of the runner, which all appear at its end: what
 * is done is to stay done, and a hundred thousand keys are not to lie in memory.
 *
 * Files are written as NAME~new. Once in a while all that were are synced together, get their
 * names, and are logged in results.jsonl, which is synced; then the other names go. So what is
 * logged is there, whole, after a kill or a loss of power; what has a name and is not logged is
 * NAME~new still, by which it is known. */
#include "base/env.h"
#include "base/text.h"
#include "op/batch-job.h"
#include "op/flat-json.h"
#include "pki/digest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RESULTS "results.jsonl"

enum { FILE_LABEL_MAX = 200, COMMIT_MS = 1000 };

const char *
batch_file_name(char *out, size_t size, const struct batch_job *job, size_t row)
{
	(void)snprintf(out, size, "%s%s", batch_label(&job->rows, row), job->files->suffix);
	return out;
}

/* A label that is a file's name everywhere. */
static enum rc
check_label(const struct batch *rows, size_t row, struct err *err)
{
	const char *label = batch_label(rows, row);
	const char *why = NULL;

	if (strchr(label, '/'))
		why = "it has a slash in it";
	else if (label[0] == '.')
		why = "it begins with a full stop";
	else if (strlen(label) > FILE_LABEL_MAX)
		why = "it is longer than 200 bytes";
	if (!why)
		return RC_OK;
	(void)err_set(err, RC_USAGE, "'%s' cannot be the name of a file: %s", ESC(label), why);
	return batch_blame(rows, rows->rows[row].line, err);
}

static enum rc
check_form(struct batch_files *f, const struct args *args, struct err *err)
{
	f->format = args->given[P_FORMAT] ? format_of(args, "") : FORMAT_PEM;
	f->base64 = format_is_base64(args);
	f->suffix = f->format == FORMAT_P12 ? ".p12" : ".pem";
	if (f->format != FORMAT_PEM && f->format != FORMAT_P12) {
		return err_set(err, RC_USAGE,
			       "--format %s has no place for the private key: choose pem or p12",
			       args->text[P_FORMAT]);
	}
	return chain_of_args(&f->chain, args, CHAIN_ISSUERS, err);
}

/* The label of a result. */
struct result_reader {
	struct batch_job *job;
	bool found;
};

static enum rc
take_result(void *self, const struct flat_value *v, struct err *err)
{
	struct result_reader *r = self;
	size_t row;

	(void)err;
	if (strcmp(v->key, "label") != 0 || v->kind != FLAT_TEXT)
		return RC_OK;
	r->found = true;
	row = batch_labels_find(&r->job->labels, &r->job->rows, v->text);
	if (row != SIZE_MAX)
		r->job->skip[row] = true;
	return RC_OK;
}

static enum rc
take_results(struct batch_job *job, struct span log, struct err *err)
{
	const char *folder = job->files->folder.path;
	struct span text;
	size_t line = 0;
	enum rc rc = RC_OK;

	while (!rc && text_next_line(&log, &text)) {
		struct result_reader r = { .job = job };

		rc = flat_json_read(text, take_result, &r, err);
		line++;
		if (!rc && !r.found)
			rc = err_set(err, RC_DAMAGED, "it names no label");
	}
	if (!rc || rc == RC_NO_MEMORY)
		return rc;
	(void)err_set(err, RC_DAMAGED, "'%s/%s', line %zu, is no result of a batch", ESC(folder),
		      RESULTS, line);
	return err_hint(err, "choose another folder, or take the file away");
}

static enum rc
open_log(struct batch_job *job, struct err *err)
{
	bool resumes = job->call->args->given[P_RESUME];
	struct folder *folder = &job->files->folder;
	struct buf log = BUF_INIT;
	enum rc rc;

	if (job->call->result->dry_run)
		rc = folder_look_log(folder, RESULTS, resumes, &log, err);
	else
		rc = folder_open_log(folder, RESULTS, resumes, &log, err);
	if (rc == RC_EXISTS)
		(void)err_hint(err, "--resume goes on with the batch that it belongs to");
	if (!rc)
		rc = take_results(job, buf_span(&log), err);
	buf_release(&log);
	return rc;
}

/* What a kill left of this row goes; any other file of its name is somebody's. Nothing is made or
 * taken away in a dry run. */
static enum rc
clear_place(struct batch_job *job, size_t row, struct err *err)
{
	const struct folder *folder = &job->files->folder;
	bool dry = job->call->result->dry_run;
	char name[BATCH_FILE_NAME_MAX];

	(void)batch_file_name(name, sizeof(name), job, row);
	if (job->skip[row]) {
		if (!dry)
			folder_settle(folder, name);
		return RC_OK;
	}
	if (!folder_is_taken(folder, name))
		return dry ? RC_OK : folder_undo(folder, name, err);
	(void)err_set(err, RC_EXISTS, "'%s/%s' exists already", ESC(folder->path), ESC(name));
	return batch_blame(&job->rows, job->rows.rows[row].line, err);
}

enum rc
batch_files_open(struct batch_job *job, struct err *err)
{
	struct batch_files *f = job->files;
	enum rc rc = check_form(f, job->call->args, err);

	for (size_t i = 0; !rc && i < job->rows.count; i++)
		rc = check_label(&job->rows, i, err);
	if (!rc)
		rc = folder_open(&f->folder, job->call->args->text[P_OUT_DIR], err);
	if (!rc)
		rc = open_log(job, err);
	for (size_t i = 0; !rc && i < job->rows.count; i++)
		rc = clear_place(job, i, err);
	f->committed_at = env_clock();
	if (!rc && f->chain & CHAIN_ISSUERS)
		rc = issuers_of(&f->issuers, job->call->db);
	return err_default(err, rc);
}

/* What all files share is derived before the threads get copies of it. A passphrase that was made
 * is on disk before the first file is. */
enum rc
batch_files_secret(struct batch_job *job, struct err *err)
{
	const struct services *services = job->call->services;
	struct batch_files *f = job->files;
	unsigned char unused[DIGEST_MAX];
	struct digest *mac = NULL;
	enum rc rc = bundle_pw(&f->pw, job->call, f->format, f->folder.path, err);

	if (!rc)
		rc = env_random(f->mac_salt, sizeof(f->mac_salt));
	if (!rc && f->format == FORMAT_P12) {
		rc = p12_mac_start(&mac, f->pw, SPAN_OF(f->mac_salt, sizeof(f->mac_salt)),
				   pw_iterations(f->pw));
	}
	if (mac)
		digest_finish(&mac, unused);
	if (!rc && services->put_new)
		rc = services->put_new(services->self, err);
	return err_default(err, rc);
}

static void
put_hex_member(struct buf *line, const char *name, struct span bytes)
{
	buf_printf(line, ",\"%s\":\"", name);
	text_put_hex(line, bytes);
	buf_put_text(line, "\"");
}

/* {"label":"web","file":"web.pem","serial":"2f...","not_after":"...","sha256":"..."} */
static enum rc
put_line(struct buf *line, const char *name, const struct batch_pair *pair)
{
	unsigned char digest[DIGEST_MAX];
	char when[TEXT_TIME_MAX];
	struct cert cert;
	enum rc rc = cert_parse(&cert, pair->cert, NULL);

	if (!rc)
		rc = digest_of(HASH_SHA256, pair->cert, digest);
	if (rc)
		return rc;
	buf_put_text(line, "{\"label\":");
	text_put_json(line, span_text(pair->label));
	buf_put_text(line, ",\"file\":");
	text_put_json(line, span_text(name));
	buf_put_text(line, ",\"serial\":\"");
	cert_put_serial(line, &cert);
	buf_printf(line, "\",\"not_after\":\"%s\"", text_time(when, cert.not_after));
	put_hex_member(line, "sha256", SPAN_OF(digest, digest_size(HASH_SHA256)));
	buf_put_text(line, "}\n");
	return buf_rc(line);
}

/* Into the group; true when it is time to commit it. */
static bool
join_group(struct batch_files *f, size_t row, struct span line)
{
	bool full;

	(void)pthread_mutex_lock(&f->lock);
	f->group[f->group_count++] = row;
	buf_put(&f->lines, line);
	full = f->group_count >= BATCH_GROUP_MAX || env_clock() - f->committed_at >= COMMIT_MS;
	(void)pthread_mutex_unlock(&f->lock);
	return full;
}

enum rc
batch_files_add(struct batch_job *job, struct batch_worker *w, const struct batch_pair *pair)
{
	struct batch_files *f = job->files;
	char name[BATCH_FILE_NAME_MAX];
	struct secret *bytes = NULL;
	struct buf line = BUF_INIT;
	enum rc rc;

	(void)batch_file_name(name, sizeof(name), job, pair->row);
	rc = put_line(&line, name, pair);
	if (!rc)
		rc = batch_bytes(&bytes, f, w->out_pw, pair, &w->err);
	if (!rc)
		rc = folder_write(&f->folder, name, secret_span(bytes), &w->err);
	if (!rc && join_group(f, pair->row, buf_span(&line))) {
		rc = batch_files_commit(job, &w->err);
		w->no_row = rc != RC_OK;
	}
	secret_free(&bytes);
	buf_release(&line);
	return rc;
}

/* The group as it is, taken out. */
struct group {
	size_t rows[BATCH_GROUP_MAX + CREW_MAX];
	size_t count;
	struct buf lines;
};

static void
take_group(struct group *g, struct batch_files *f)
{
	(void)pthread_mutex_lock(&f->lock);
	memcpy(g->rows, f->group, f->group_count * sizeof(*g->rows));
	g->count = f->group_count;
	g->lines = f->lines;
	f->group_count = 0;
	f->lines = (struct buf)BUF_INIT;
	f->committed_at = env_clock();
	(void)pthread_mutex_unlock(&f->lock);
}

/* The steps of which the head of this file tells. */
static enum rc
commit(struct batch_job *job, const struct group *g, struct err *err)
{
	const struct folder *folder = &job->files->folder;
	char name[BATCH_FILE_NAME_MAX];
	enum rc rc = buf_rc(&g->lines);

	/* A signal ends the process: what was made of wiped keys is not to be had. */
	if (!rc && secret_wiped())
		rc = RC_CANCELLED;
	if (!rc)
		rc = folder_sync(folder, err);
	for (size_t i = 0; !rc && i < g->count; i++)
		rc = folder_name(folder, batch_file_name(name, sizeof(name), job, g->rows[i]), err);
	if (!rc)
		rc = folder_sync_names(folder, err);
	if (!rc)
		rc = folder_log(folder, buf_span(&g->lines), err);
	for (size_t i = 0; i < g->count; i++) {
		(void)batch_file_name(name, sizeof(name), job, g->rows[i]);
		if (!rc)
			folder_settle(folder, name);
		else if (rc != RC_OUTPUT && !secret_wiped())
			(void)(folder_undo(folder, name, NULL) == RC_OK); /* else --resume does */
	}
	return err_default(err, rc);
}

enum rc
batch_files_commit(struct batch_job *job, struct err *err)
{
	struct batch_files *f = job->files;
	struct group *g = malloc(sizeof(*g));
	enum rc rc = RC_OK;

	if (!g)
		return err_default(err, RC_NO_MEMORY);
	(void)pthread_mutex_lock(&f->committing);
	take_group(g, f);
	if (g->count)
		rc = commit(job, g, err);
	if (!rc)
		f->done += g->count;
	(void)pthread_mutex_unlock(&f->committing);
	buf_release(&g->lines);
	free(g);
	return rc;
}

void
batch_files_close(struct batch_files *f)
{
	if (!f)
		return;
	folder_close(&f->folder);
	issuers_release(&f->issuers);
	pw_free(&f->pw);
	buf_release(&f->lines);
	(void)pthread_mutex_destroy(&f->lock);
	(void)pthread_mutex_destroy(&f->committing);
	free(f);
}
