/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "op/batch-job.h"

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DUMMY_KEY_SIZE = 16 };

static enum rc
check_needs(const struct args *args, const enum param *list, enum param needed, struct err *err)
{
	for (; *list != P_END; list++) {
		if (args->given[*list] && !args->given[needed])
			return err_set(err, RC_USAGE, "--%s goes with --%s only",
				       param_info(*list)->flag, param_info(needed)->flag);
	}
	return RC_OK;
}

enum rc
batch_check_options(const struct args *args, struct err *err)
{
	static const enum param of_batch[] = { P_OUT_DIR, P_END };
	static const enum param of_files[] = { P_RESUME,   P_FORMAT,     P_CHAIN,
					       P_NO_CHAIN, P_ROOT,       P_PARTIAL,
					       P_OUT_PASS, P_ITERATIONS, P_END };
	enum rc rc = check_needs(args, of_batch, P_BATCH, err);

	if (!rc)
		rc = check_needs(args, of_files, P_OUT_DIR, err);
	if (!rc && args->given[P_OUT_DIR] && args->given[P_IF_EXISTS])
		rc = err_set(err, RC_USAGE,
			     "--if-exists is about the database, and does not go with --out-dir");
	return rc;
}

static enum rc
read_rows(struct batch_job *job, struct err *err)
{
	const struct services *services = job->call->services;
	const char *path = job->call->args->text[P_BATCH];
	struct buf file = BUF_INIT;
	enum rc rc = services->read(services->self, path, &file, err);

	if (!rc)
		rc = batch_read(&job->rows, path, buf_span(&file), err);
	buf_release(&file);
	return rc;
}

/* The rows that need something, in the order of the file. */
static void
list_todo(struct batch_job *job)
{
	job->todo_count = 0;
	for (size_t i = 0; i < job->rows.count; i++) {
		if (!job->skip[i])
			job->todo[job->todo_count++] = i;
	}
}

static enum rc
open_files(struct batch_job *job, struct err *err)
{
	if (!job->call->args->given[P_OUT_DIR])
		return RC_OK;
	job->files = calloc(1, sizeof(*job->files));
	if (!job->files)
		return err_default(err, RC_NO_MEMORY);
	job->files->folder = (struct folder)FOLDER_INIT;
	(void)pthread_mutex_init(&job->files->lock, NULL);
	(void)pthread_mutex_init(&job->files->committing, NULL);
	return batch_files_open(job, err);
}

static enum rc
start(struct batch_job *job, struct err *err)
{
	enum rc rc = batch_check_options(job->call->args, err);

	if (!rc)
		rc = read_rows(job, err);
	if (!rc)
		rc = batch_labels_make(&job->labels, &job->rows, err);
	if (rc)
		return rc;
	job->skip = calloc(job->rows.count, sizeof(*job->skip));
	job->todo = calloc(job->rows.count, sizeof(*job->todo));
	job->worker_count = crew_workers();
	job->workers = calloc(job->worker_count, sizeof(*job->workers));
	if (!job->skip || !job->todo || !job->workers)
		return err_default(err, RC_NO_MEMORY);
	return open_files(job, err);
}

/* Does each for all of todo. */
static enum rc
run_crew(struct batch_job *job, struct crew *crew, struct err *err)
{
	enum rc rc;

	crew->count = job->todo_count;
	crew->workers = job->worker_count;
	crew->self = job;
	for (unsigned i = 0; i < job->worker_count; i++)
		err_clear(&job->workers[i].err);
	rc = kdb_index_labels(job->call->db);
	if (rc)
		return err_default(err, rc);
	rc = crew_run(crew);
	if (rc && err)
		*err = job->workers[crew->failed_by].err;
	return rc;
}

/* Of what the threads noted under one code, one warning. */
static void
tell_note(struct batch_job *job, const struct batch_note *note)
{
	struct warnings *warnings = &job->call->result->warnings;
	const struct batch_note *first = note;
	size_t count = 0;

	for (unsigned i = 0; i < job->worker_count; i++) {
		for (size_t j = 0; j < BATCH_NOTES_MAX; j++) {
			const struct batch_note *other = &job->workers[i].notes[j];

			if (!other->code || strcmp(other->code, note->code) != 0)
				continue;
			count += other->count;
			if (other->line < first->line)
				first = other;
		}
	}
	/* It is told where it was noted first. */
	if (first != note || !note->message)
		return;
	if (count == 1)
		warnings_add(warnings, note->code, "line %zu: %s", note->line, note->message);
	else
		warnings_add(warnings, note->code, "line %zu, and %zu more: %s", note->line,
			     count - 1, note->message);
}

static enum rc
check_rows(struct batch_job *job, struct err *err)
{
	struct crew crew = CREW_INIT;
	enum rc rc;

	list_todo(job);
	crew.each = batch_check_row;
	rc = run_crew(job, &crew, err);
	list_todo(job);
	for (unsigned i = 0; !rc && i < job->worker_count; i++) {
		for (size_t j = 0; j < BATCH_NOTES_MAX; j++) {
			if (job->workers[i].notes[j].code)
				tell_note(job, &job->workers[i].notes[j]);
		}
	}
	return rc;
}

/* Derives what shrouding takes, so that copies have it. */
static enum rc
derive(struct pw *pw, enum pbe_form form)
{
	struct secret *dummy = NULL;
	struct buf unused = BUF_INIT;
	enum rc rc = secret_new(&dummy, DUMMY_KEY_SIZE);

	if (!rc)
		rc = pbe_shroud_as(&unused, pw, form, dummy);
	secret_free(&dummy);
	buf_release(&unused);
	return rc;
}

static enum rc
prepare_workers(struct batch_job *job, struct err *err)
{
	struct op_call *c = job->call;
	enum rc rc = issue_tools_new(&job->tools);

	if (!rc && job->files) {
		rc = batch_files_secret(job, err);
		if (!rc && job->files->pw)
			rc = derive(job->files->pw, PBE_FORM_OURS);
	} else if (!rc && c->pw) {
		rc = derive(c->pw, c->db->shroud);
	}
	for (unsigned i = 0; !rc && i < job->worker_count; i++) {
		rc = pw_copy(&job->workers[i].pw, c->pw);
		if (!rc && job->files)
			rc = pw_copy(&job->workers[i].out_pw, job->files->pw);
	}
	return err_default(err, rc);
}

static void
tell_progress(void *self, size_t done)
{
	const struct batch_job *job = self;
	const struct services *services = job->call->services;

	if (services->progress)
		services->progress(services->self, done, job->todo_count);
}

/* Where some take the place of others, one at a time. */
static enum rc
take_in(struct batch_job *job, struct err *err)
{
	enum if_exists how = if_exists_of(job->call->args);
	struct kdb *db = job->call->db;
	size_t fresh = 0;
	enum rc rc = RC_OK;

	for (size_t i = 0; !rc && i < job->todo_count; i++) {
		struct entry *e = job->made[i];

		if (how == IF_EXISTS_REPLACE && kdb_find_folded(db, entry_label(e))) {
			rc = entry_put(db, e, how, err);
			entry_unref(&e);
			job->made[i] = NULL;
		} else {
			job->made[i] = NULL;
			job->made[fresh++] = e;
		}
	}
	if (!rc)
		rc = kdb_add_keys(db, job->made, fresh);
	return err_default(err, rc);
}

static enum rc
name_files(struct batch_job *job, struct err *err)
{
	char name[BATCH_FILE_NAME_MAX];
	struct buf path = BUF_INIT;
	enum rc rc = RC_OK;

	for (size_t i = 0; !rc && i < job->todo_count; i++) {
		buf_cut(&path, 0);
		buf_printf(&path, "%s/%s", job->files->folder.path,
			   batch_file_name(name, sizeof(name), job, job->todo[i]));
		rc = result_file(job->call->result, buf_text(&path));
	}
	if (!rc)
		rc = buf_rc(&path);
	if (!rc && job->todo_count < job->rows.count) {
		warnings_add(&job->call->result->warnings, "resumed",
			     "%zu of %zu were done already", job->rows.count - job->todo_count,
			     job->rows.count);
	}
	buf_release(&path);
	return err_default(err, rc);
}

/* What was made before a failure is done, too. */
static enum rc
finish_files(struct batch_job *job, enum rc rc, struct err *err)
{
	struct err later_err = ERR_INIT;
	enum rc later = batch_files_commit(job, &later_err);

	if (!rc && later && err)
		*err = later_err;
	job->call->keeps_new = job->files->done || rc == RC_OUTPUT || later == RC_OUTPUT;
	if (!rc)
		rc = later;
	if (!rc)
		return name_files(job, err);
	if (job->files->done) {
		(void)err_hint(err, "%zu of %zu files are done; --resume makes the others",
			       job->rows.count - job->todo_count + job->files->done,
			       job->rows.count);
	}
	return rc;
}

static enum rc
make_rows(struct batch_job *job, struct err *err)
{
	struct crew crew = CREW_INIT;
	enum rc rc;

	job->made = calloc(job->todo_count ? job->todo_count : 1, sizeof(struct entry *));
	if (!job->made)
		return err_default(err, RC_NO_MEMORY);
	tell_progress(job, 0);
	crew.each = batch_make_row;
	crew.beat = tell_progress;
	rc = run_crew(job, &crew, err);
	if (job->files)
		return finish_files(job, rc, err);
	return rc ? rc : take_in(job, err);
}

static void
job_release(struct batch_job *job)
{
	for (unsigned i = 0; job->workers && i < job->worker_count; i++)
		batch_worker_release(&job->workers[i]);
	for (size_t i = 0; job->made && i < job->todo_count; i++)
		entry_unref(&job->made[i]);
	issue_tools_free(&job->tools);
	batch_files_close(job->files);
	batch_labels_release(&job->labels);
	batch_release(&job->rows);
	free(job->workers);
	free(job->made);
	free(job->skip);
	free(job->todo);
}

enum rc
batch_create(struct op_call *c, struct err *err)
{
	struct batch_job job = { .call = c, .rows = BATCH_INIT };
	bool dry = c->result->dry_run;
	enum rc rc = start(&job, err);

	if (!rc)
		rc = check_rows(&job, err);
	if (!rc && job.files && (dry || !job.todo_count)) {
		rc = name_files(&job, err);
	} else if (!rc && job.todo_count) {
		rc = prepare_workers(&job, err);
		if (!rc)
			rc = make_rows(&job, err);
	}
	job_release(&job);
	return err_default(err, rc);
}
